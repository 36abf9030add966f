//! What the program does over data besides running SQL: `kpi-sql check`, `kpi-sql schema` and `kpi-sql report`.

use std::io::Write;
use std::path::Path;

use clap::{Args as ClapArgs, Subcommand, ValueEnum};

use super::error::Error;
use super::report_task::{self, ReportArgs};
use super::sql_text::SqlText;
use crate::check::{
    DescribedTable, Report, SaidColumns, Severity, as_json, as_text, check_joins, check_table,
    describe,
};
use crate::session::{Parameter, Session, Statement};
use crate::tables::looks_like_a_path;

/// What is done with data and queries instead of running SQL.
#[derive(Debug, Clone, Subcommand)]
pub enum DataTask {
    /// Say what may be wrong with data, or with the joins of a query
    ///
    /// Each FILE is what FROM takes: a file, a folder, a glob, a workbook, or a table of the data folder. With -f or -c
    /// the joins of a query are checked: which of them multiply rows that are summed, and which lose some.
    Check(CheckArgs),
    /// Say what a table is: columns and types, rows, layout of its files
    ///
    /// Each FILE is what FROM takes. Rows are exact: Parquet files know theirs, and those of others are counted.
    Schema(SchemaArgs),
    /// Make a page, a text or a workbook of what the results of a script say
    ///
    /// The script is SQL that also runs without a report. For each KPI the report has the value of the last complete period with its interval, what
    /// became of it and whether that is more than noise, benchmark and target, its trend, its segments, and all rows.
    Report(ReportArgs),
}

/// The arguments of `kpi-sql check`.
#[derive(Debug, Clone, ClapArgs)]
#[command(
    next_help_heading = "Check",
    after_help = "\
Examples:
  kpi-sql check exports/orders.csv
  kpi-sql check 'exports/2026-*.csv' crm.xlsx --key order_id,line
  kpi-sql check -f report.sql --level warning

Exit codes:
  0 no finding at --level or above it     1 there is one, or the check failed
  2 the call was wrong"
)]
pub struct CheckArgs {
    /// What is checked; also the names of --table
    #[arg(value_name = "FILE")]
    pub paths: Vec<String>,

    /// The columns that together tell the rows of a table apart; can be given several times, for several tables
    #[arg(long, value_name = "COLUMN,...")]
    pub key: Vec<String>,

    /// Take this column for an amount; can be given several times
    #[arg(long, value_name = "COLUMN")]
    pub amount: Vec<String>,

    /// Take this column for a flag; can be given several times
    #[arg(long, value_name = "COLUMN")]
    pub flag: Vec<String>,

    /// Do not look at this column; can be given several times
    #[arg(long, value_name = "COLUMN")]
    pub ignore: Vec<String>,

    /// From which findings on the exit code is 1
    #[arg(long, value_enum, value_name = "LEVEL", default_value = "error")]
    pub level: Level,

    /// How the report is written
    #[arg(
        long = "format",
        value_enum,
        value_name = "FORMAT",
        default_value = "text"
    )]
    pub form: ReportFormat,
}

/// The arguments of `kpi-sql schema`.
#[derive(Debug, Clone, ClapArgs)]
#[command(after_help = "\
Examples:
  kpi-sql schema exports/orders.csv
  kpi-sql schema --format json crm.xlsx sample_data/orders | jq '.tables[].rows'")]
pub struct SchemaArgs {
    /// What is described
    #[arg(value_name = "FILE", required = true)]
    pub paths: Vec<String>,

    /// How it is written
    #[arg(
        long = "format",
        value_enum,
        value_name = "FORMAT",
        default_value = "text"
    )]
    pub form: ReportFormat,
}

/// How bad a finding has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Level {
    Info,
    Warning,
    Error,
}

/// For whom a report is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// For people, in lines of 80 columns.
    Text,
    /// For programs, one object.
    Json,
}

impl Level {
    fn severity(self) -> Severity {
        match self {
            Level::Info => Severity::Info,
            Level::Warning => Severity::Warning,
            Level::Error => Severity::Error,
        }
    }
}

/// What is noted on the way is for standard error.
pub(super) async fn run(
    task: &DataTask,
    tables: &[(String, String)],
    session: &mut Session,
    (texts, statements, parameters): (&[SqlText], &[Statement], &[Parameter]),
    mut note: impl FnMut(&str),
) -> Result<(), Error> {
    if matches!(task, DataTask::Schema(_)) && !statements.is_empty() {
        return Err(Error::Usage(
            "schema describes tables and takes no SQL: kpi-sql schema orders.csv; \
             a query is checked by kpi-sql check -f report.sql"
                .to_string(),
        ));
    }
    match task {
        DataTask::Check(args) => check(args, tables, session, (statements, parameters), note).await,
        DataTask::Schema(args) => schema(args, tables, session, note).await,
        DataTask::Report(args) => {
            let asked = (statements, parameters);
            let told = |text: String| note(&text);
            report_task::report(args, session, texts, asked, told).await
        }
    }
}

async fn check(
    args: &CheckArgs,
    tables: &[(String, String)],
    session: &mut Session,
    (statements, parameters): (&[Statement], &[Parameter]),
    mut note: impl FnMut(&str),
) -> Result<(), Error> {
    let mut names: Vec<String> = args
        .paths
        .iter()
        .map(|path| in_from(path, tables))
        .collect();
    if names.is_empty() && statements.is_empty() {
        names.extend(tables.iter().map(|(name, _)| name.clone()));
    }
    if names.is_empty() && statements.is_empty() {
        return Err(Error::Usage(
            "there is nothing to check: name files, kpi-sql check orders.csv, or a query, kpi-sql check -f report.sql".to_string(),
        ));
    }
    let key = |key: &String| {
        key.split(',')
            .map(|column| column.trim().to_string())
            .collect()
    };
    let said = SaidColumns {
        keys: args.key.iter().map(key).collect(),
        amounts: args.amount.clone(),
        flags: args.flag.clone(),
        ignored: args.ignore.clone(),
    };
    if names.is_empty()
        && (!args.key.is_empty()
            || !args.amount.is_empty()
            || !args.flag.is_empty()
            || !args.ignore.is_empty())
    {
        return Err(Error::Usage(
            "--key, --amount, --flag and --ignore are for columns of files: kpi-sql check orders.csv --key order_id; \
             the keys of a join are those of its ON"
                .to_string(),
        ));
    }
    let mut report = Report::default();
    for name in &names {
        report.tables.push(check_table(session, name, &said).await?);
    }
    let columns = report.tables.iter().flat_map(|table| &table.columns);
    let columns: Vec<&str> = columns.map(|(name, _)| name.as_str()).collect();
    if let Some(unknown) = said.unknown(&columns).filter(|_| !columns.is_empty()) {
        return Err(Error::Usage(unknown));
    }
    if !statements.is_empty() {
        let (joins, notes) = check_joins(session, statements, parameters).await?;
        notes.iter().map(String::as_str).for_each(&mut note);
        report.joins = Some(joins);
    }
    print(&match args.form {
        ReportFormat::Text => as_text(&report),
        ReportFormat::Json => as_json(&report),
    })?;
    match report.has(args.level.severity()) {
        true => Err(Error::Found),
        false => Ok(()),
    }
}

async fn schema(
    args: &SchemaArgs,
    tables: &[(String, String)],
    session: &mut Session,
    mut note: impl FnMut(&str),
) -> Result<(), Error> {
    let mut described = vec![];
    for name in &args.paths {
        let table = describe(session, &in_from(name, tables)).await?;
        table.notes().iter().for_each(|text| note(text));
        described.push(table);
    }
    print(&match args.form {
        ReportFormat::Text => {
            let texts: Vec<String> = described.iter().map(DescribedTable::text).collect();
            texts.join("\n")
        }
        ReportFormat::Json => {
            let tables: Vec<_> = described.iter().map(DescribedTable::json).collect();
            format!("{:#}\n", serde_json::json!({ "tables": tables }))
        }
    })
}

/// A folder as FROM takes it: `exports/`, for a name alone is that of a table.
fn in_from(path: &str, tables: &[(String, String)]) -> String {
    let is_table = tables.iter().any(|(name, _)| name == path);
    match !is_table && !looks_like_a_path(path) && Path::new(path).is_dir() {
        true => format!("{path}/"),
        false => path.to_string(),
    }
}

/// Writes to standard output.
fn print(text: &str) -> Result<(), Error> {
    let mut out = std::io::stdout().lock();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    written.map_err(|e| match e.kind() {
        std::io::ErrorKind::BrokenPipe => Error::ReaderGone,
        _ => Error::Failed(format!("standard output cannot be written: {e}")),
    })
}
