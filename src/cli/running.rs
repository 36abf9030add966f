//! The arguments about a run as a whole: parameters, time, and what it may do.

use std::path::PathBuf;
use std::time::Duration;

use crate::session::Parameter;

const HEADING: &str = "Parameters and runs";

/// What a run gets beside its statements.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Running {
    /// Give $NAME in the SQL this value: --param month=2026-08; can be given several times
    ///
    /// It is bound as a value and never pasted into the SQL. Its type is that of what it is compared with; otherwise it
    /// is read as a number, true, false or a text. NAME:TYPE=VALUE sets the type, NULL is the SQL NULL, and quotes
    /// make any value a text. A default goes into the file, above the statements: -- param: month=2026-08
    #[arg(global = true, long, value_name = "NAME=VALUE", value_parser = Parameter::parse, allow_hyphen_values = true, help_heading = HEADING)]
    pub param: Vec<Parameter>,

    /// Take parameters from FILE, which has a line month = "2026-08" for each, in TOML; can be given several times
    ///
    /// --param takes precedence over it.
    #[arg(global = true, long, value_name = "FILE", help_heading = HEADING)]
    pub params: Vec<PathBuf>,

    /// Use the benchmarks of FILE, or of a table of this name, in place of the published ones
    ///
    /// As SET kpi.benchmarks does. Columns kpi, band, low and high, and optionally industry, note, source and year.
    #[arg(long, value_name = "FILE", help_heading = HEADING)]
    pub benchmarks: Option<String>,

    /// End the run when it has taken this long, such as 60s, 5m or 1h 30m
    #[arg(global = true, long, value_name = "TIME", value_parser = timeout, help_heading = HEADING)]
    pub timeout: Option<Duration>,

    /// Read settings only from FILE, instead of the files that are found
    ///
    /// Otherwise they come from the nearest kpi-sql.toml, in this folder or above it, and from that of the user, such as
    /// ~/.config/kpi-sql/kpi-sql.toml. Arguments take precedence over environment variables such as
    /// KPI_SQL_FORMAT, and these over files; kpi-sql config shows what is in force.
    #[arg(long, value_name = "FILE", help_heading = HEADING)]
    pub config: Option<PathBuf>,

    /// Run the SQL in FILE before anything else; can be given several times
    ///
    /// For views and settings that are yours: --read-only begins after it.
    #[arg(global = true, long, value_name = "FILE", help_heading = HEADING)]
    pub init: Vec<PathBuf>,

    /// Say how many seconds each statement took, on standard error
    #[arg(long, help_heading = HEADING)]
    pub timing: bool,

    /// Refuse statements that write, open files of their own, or change limits
    ///
    /// The tables are those of --table and --data. For SQL that somebody else wrote: docs/security.md says what it
    /// could do otherwise.
    #[arg(global = true, long, help_heading = HEADING)]
    pub read_only: bool,
}

fn timeout(typed: &str) -> Result<Duration, String> {
    let example = "write a number with ms, s, m or h, such as 60s or 1h 30m";
    match humantime::parse_duration(typed) {
        Ok(time) if !time.is_zero() => Ok(time),
        Ok(_) => Err(format!("no run ends at once; {example}")),
        Err(_) => Err(example.to_string()),
    }
}
