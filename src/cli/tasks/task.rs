//! The words for what the program does beside running SQL.

use std::ffi::OsString;

use clap::Subcommand;
use clap_complete::Shell;

use crate::cli::over_data::DataTask;

/// What to do in place of running SQL.
#[derive(Debug, Clone, Subcommand)]
pub enum Task {
    #[command(flatten)]
    OverData(DataTask),
    /// List the KPIs, or those that have WORD in their name or meaning
    Kpis {
        /// A name or a part of one, or what a KPI is about: churn, "upsell", revenue
        word: Option<String>,
    },
    /// Show the manual page of a KPI or of any function
    Describe {
        /// The name or alias of a KPI, or of another function of SQL such as date_trunc
        name: String,
    },
    /// Show which settings are in force, and where each comes from
    Config,
    /// Print completions for a shell
    ///
    /// For bash: kpi-sql completions bash > ~/.local/share/bash-completion/completions/kpi-sql
    Completions {
        /// Which shell
        shell: Shell,
    },
    /// Print the man page, for man -l or a folder of man pages
    Man {
        /// That of one of these commands
        // Not `command`: that is -c SQL, which is for all tasks, and clap tells arguments apart by these names.
        #[arg(value_name = "COMMAND")]
        page: Option<String>,
    },
    /// What was typed and is none of these.
    #[command(external_subcommand)]
    Other(Vec<OsString>),
}
