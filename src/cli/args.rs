//! What can be typed, and what `--help` says about it.

use std::path::PathBuf;

use clap::Parser;

use super::alarm::AlarmArgs;
use super::config::{ConfigTable, InForce};
use super::file_args::FileArgs;
use super::running::Running;
use super::tasks::Task;
use crate::session::output::{Compression, Format};
use crate::session::sizes::{self, MemoryLimit};
use crate::session::{Data, Face, Settings};
use crate::tables::StorageOptions;

const EXAMPLES: &str = "\
Examples:
  kpi-sql -c \"SELECT count(*) FROM orders\"
      a table of the sample data: the folder sample_data/orders

  kpi-sql -c \"SELECT * FROM 'exports/2026-*.csv' LIMIT 5\"
      a path in FROM: a file, a folder or a glob

  kpi-sql --table orders=exports/orders --table customers=crm.csv -f report.sql -o report.csv
      your own tables under names of your choice, the result as CSV in a file

  cat report.sql | kpi-sql --data exports --format json | jq .
      every table looked for in the folder exports

  kpi-sql
      a prompt for one statement after the other; \\? lists its commands";

const MORE: &str = "\
Tables:
  Parquet, CSV (also .tsv), JSON (one object after the other, or an array of
  objects), Arrow and workbooks are read; text also as .gz, .zst, .bz2 or .xz.
  read_csv('orders.txt', delimiter => ';') in FROM has options of its own, and
  '/dev/stdin' is standard input. A pattern may have *,
  **, ?, [ab] and {jan,feb}. Folders named key=value become columns, others
  belong to the table. The files of one table are united by the names of their
  columns, and a note says what some of them lack. Tables of Delta, Hudi,
  Iceberg and Paimon are refused.
  SQL reads names without quotes in lower case: write \"customerID\" for a
  table or column with capitals.

Results:
  In table, vertical, markdown, html and xlsx the values of KPIs are in their
  unit, 85.1 %, with the digits of a round() around them; --raw shows plain
  numbers, as all other formats do. Values and rows are cut only in tables on a
  terminal, which say how many; a table of too many columns for it is shown as
  --format vertical. Columns of a table are as wide as its first 1000 rows need;
  a wider value below makes its line longer. NULL is an empty field in csv and tsv, null in json and
  ndjson, and NULL elsewhere. Several results have an empty line between them;
  in json each is an array on a line of its own, and ndjson has nothing between
  them. All are written while the query runs. Notes and errors go to standard
  error. COPY and INSERT have no result: the number of rows they wrote is a
  note.

Files that COPY writes:
  A file is replaced when the new one is complete. To write into a folder that
  has files is an error; with OPTIONS (overwrite true) the new files replace all
  of them, when they are complete.

Exit codes:
  0 success                       124 stopped by --timeout
  1 a query or its data failed    129 the terminal was closed
  2 wrong usage                   130 stopped with Ctrl-C
  3 an alarm was raised           143 stopped by SIGTERM";

/// Looked in where no other folder is given.
const DEFAULT_DATA: &str = "sample_data";

/// What messages call the arguments.
const FACE: Face = Face {
    memory_limit: "--memory-limit",
    threads: "--threads",
    spill_dir: "--spill-dir",
    spill_limit: "--spill-limit",
    infer_rows: "--infer-rows N",
    raw_files: "--raw-files",
    own_table: "kpi-sql --table NAME=PATH ...",
    own_table_instead: "use --table NAME=PATH or --data DIR for your own",
    parameter: "--param NAME=VALUE",
    read_only: "this run only reads (--read-only). It has the tables that were named for it with --table and --data, and \
                what --init did before",
};

const RESULTS: &str = "Output";

const RESOURCES: &str = "Memory, disk and threads";

/// Answers questions about customers and orders with SQL, straight from Parquet, CSV and JSON files.
///
/// All of DataFusion's SQL can be used, CREATE VIEW, COPY ... TO and SET included, with KPIs as further
/// functions; SHOW FUNCTIONS lists them. The syntax is checked as a whole before the first statement runs, and
/// the first statement that fails ends the run.
#[derive(Debug, Clone, Parser)]
#[command(name = "kpi-sql", version, after_help = EXAMPLES, after_long_help = format!("{EXAMPLES}\n\n{MORE}"))]
pub struct Args {
    /// Run the SQL in FILE; can be given several times
    ///
    /// Files and commands run in the order in which they are given. Without both, SQL is read from standard input; on a
    /// terminal there is a prompt.
    #[arg(global = true, short, long = "file", value_name = "FILE")]
    pub file: Vec<PathBuf>,

    /// Run this SQL; can be given several times
    #[arg(
        global = true,
        short,
        long = "command",
        value_name = "SQL",
        allow_hyphen_values = true
    )]
    pub command: Vec<String>,

    /// Set an option for object stores, such as aws_region=eu-central-1; can be given several times
    ///
    /// Names are those of the services' tools in lower case: aws_access_key_id, aws_secret_access_key, aws_endpoint, google_service_account,
    /// azure_storage_account_name, azure_storage_account_key and such; retries and patience (in seconds) apply to all of them.
    /// Options that are not set here come from the environment: AWS_REGION and so on.
    #[arg(global = true, long, value_name = "NAME=VALUE", value_parser = storage_option)]
    pub storage: Vec<(String, String)>,

    /// Read PATH, a file, folder or glob, as the table NAME; can be given several times
    ///
    /// Quote a glob, so that the shell leaves it alone: --table 'orders=exports/*.csv'. NAME is taken as typed;
    /// one with capitals needs double quotes in SQL.
    #[arg(global = true, long = "table", value_name = "NAME=PATH", value_parser = table)]
    pub table: Vec<(String, String)>,

    /// Look in DIR for the tables that a query names [default: sample_data]
    ///
    /// A table NAME is the folder DIR/NAME or the first of DIR/NAME.parquet, .csv, .tsv, .ndjson, .jsonl, .json
    /// (text also with .gz, .zst, .bz2 or .xz). --table takes precedence.
    #[arg(global = true, long, value_name = "DIR")]
    pub data: Option<PathBuf>,

    /// The format of results [default: table, or the format that the ending of -o says]
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub format: Option<Format>,

    /// Write results to FILE instead of standard output
    ///
    /// The ending chooses the format: .csv .tsv .json .ndjson .jsonl .md .html .xlsx .parquet .arrow, and for text also
    /// with .gz or .zst; any other ending needs --format.
    /// FILE is written when everything has run; a run that fails leaves an existing FILE unchanged.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// Show at most N rows of every table and count the others; 0 shows all [default: 1000 on a terminal, else all]
    ///
    /// For table, vertical and markdown; results in other formats, and those that go to a file, are always whole.
    #[arg(long, value_name = "N")]
    pub max_rows: Option<u64>,

    /// Begin csv and tsv with a byte order mark, so that spreadsheets recognise UTF-8
    #[arg(long)]
    pub bom: bool,

    /// Print no notes, only results and errors
    #[arg(global = true, short, long)]
    pub quiet: bool,

    #[command(flatten)]
    pub files: FileArgs,

    /// How much memory queries may use: a size such as 4GB, a share such as 50%, or unlimited
    ///
    /// Sizes have K, M, G or T (KB and KiB are the same: 1024 bytes); shares are of the machine's memory, or of what
    /// its container may use. Sorting and GROUP BY write to the disk what does not fit; a query that still needs
    /// more fails, and says for what. The program itself and the rows it is reading come on top.
    #[arg(global = true, long, value_name = "SIZE", default_value = "60%", value_parser = sizes::memory_limit, help_heading = RESOURCES)]
    pub memory_limit: MemoryLimit,

    /// Where queries write what does not fit into memory [default: the system's folder for temporary files]
    ///
    /// Choose a folder on a disk where the folder for temporary files is kept in memory, as on some Linux systems.
    /// What is written there is removed at the end.
    #[arg(global = true, long, value_name = "DIR", help_heading = RESOURCES)]
    pub spill_dir: Option<PathBuf>,

    /// How much queries may write there at a time; 0 keeps them off the disk
    #[arg(global = true, long, value_name = "SIZE", default_value = "100GB", value_parser = sizes::spill_limit, help_heading = RESOURCES)]
    pub spill_limit: u64,

    /// How many threads work on a query [default: one for every core]
    ///
    /// Each works on a part of the rows in memory of its own: with fewer threads a query needs less.
    #[arg(global = true, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024), help_heading = RESOURCES)]
    pub threads: Option<u16>,

    /// Write every result to its own file in DIR, named by a line `-- name: NAME` above its statement
    ///
    /// The files are csv, or what --format says. All of them are written when everything has run, or none.
    #[arg(long, value_name = "DIR", conflicts_with = "output", help_heading = RESULTS)]
    pub output_dir: Option<PathBuf>,

    /// Show values as they are: no units of KPIs, and nothing cut to fit the terminal
    #[arg(long, help_heading = RESULTS)]
    pub raw: bool,

    /// Compress csv, tsv, json and other texts on standard output or in --output-dir
    ///
    /// With -o the file name decides: -o report.csv.gz.
    #[arg(long, value_enum, value_name = "HOW", help_heading = RESULTS)]
    pub compression: Option<Compression>,

    #[command(flatten)]
    pub running: Running,

    #[command(flatten)]
    pub alarms: AlarmArgs,

    #[command(subcommand)]
    pub task: Option<Task>,

    /// The arguments that were typed, by their long names.
    #[arg(skip)]
    pub given: Vec<String>,

    /// The files of settings that were read, and the tables that they name.
    #[arg(skip)]
    pub config_files: Vec<PathBuf>,
    #[arg(skip)]
    pub config_tables: Vec<ConfigTable>,

    /// The settings, and where each comes from.
    #[arg(skip)]
    pub in_force: Vec<InForce>,

    /// Whether somebody types one statement after the other.
    #[arg(skip)]
    pub at_prompt: bool,

    /// `file` and `command` in the order they were typed in.
    #[arg(skip)]
    pub sources: Vec<SqlSource>,
}

/// Where SQL comes from.
#[derive(Debug, Clone)]
pub enum SqlSource {
    File(PathBuf),
    Command(String),
}

/// A name and its value, of which the names are known.
fn storage_option(typed: &str) -> Result<(String, String), String> {
    let pair = typed.split_once('=');
    let (name, value) = pair.ok_or("a name and a value are written aws_region=eu-central-1")?;
    StorageOptions::default().set(name, value)?;
    Ok((name.to_string(), value.to_string()))
}

impl Args {
    fn storage_options(&self) -> StorageOptions {
        let mut options = StorageOptions::default();
        for (name, value) in &self.storage {
            options
                .set(name, value)
                .expect("each was taken when the arguments were read");
        }
        options
    }

    /// The session that was asked for.
    pub(super) fn settings(&self) -> Settings {
        Settings {
            data: match &self.data {
                Some(folder) => Data::Chosen(folder.clone()),
                None => Data::Usual(PathBuf::from(DEFAULT_DATA)),
            },
            files: self.files.options(),
            file_options: self.files.of_tables(),
            types: self.files.types(),
            rejects: self.files.rejects.clone(),
            memory_limit: self.memory_limit,
            spill_dir: self.spill_dir.clone(),
            spill_limit: self.spill_limit,
            threads: self.threads.map(usize::from),
            storage: self.storage_options(),
            // Of a check, standard input is no query.
            standard_input_has_sql: self.sources.is_empty() && self.task.is_none(),
            config: self
                .running
                .benchmarks
                .iter()
                .map(|place| ("kpi.benchmarks".to_string(), place.clone()))
                .collect(),
            ..Settings::new(FACE)
        }
    }
}

fn table(typed: &str) -> Result<(String, String), String> {
    match typed.split_once('=') {
        Some((name, path)) if !name.is_empty() && !path.is_empty() => {
            Ok((name.to_string(), path.to_string()))
        }
        _ => Err("write it as NAME=PATH, for example orders=exports/orders.csv".to_string()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn what_is_not_given_is_as_in_every_session() {
        let args = Args::try_parse_from(["kpi-sql"]).expect("no argument is needed");
        let (ours, usual) = (args.settings(), Settings::new(FACE));
        assert_eq!(ours.memory_limit, usual.memory_limit);
        assert_eq!(ours.spill_limit, usual.spill_limit);
        assert_eq!(ours.spill_dir, usual.spill_dir);
        assert_eq!(ours.threads, usual.threads);
        assert_eq!(ours.files.infer_rows, usual.files.infer_rows);
        assert_eq!(ours.files.delimiter, usual.files.delimiter);
        assert_eq!(ours.files.raw_files, usual.files.raw_files);
    }

    #[test]
    fn the_arguments_are_declared_without_contradictions() {
        Args::command().debug_assert();
    }
}
