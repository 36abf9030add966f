//! What the program does over data besides running SQL: `kpi-sql check`, `kpi-sql schema` and `kpi-sql report`.

use std::path::Path;

use clap::{Args as ClapArgs, Subcommand, ValueEnum};

use super::error::Error;
use super::print::print;
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
    /// Report likely problems in data, or in the joins of a query
    ///
    /// Each FILE is anything that FROM takes: a file, a folder, a glob, a workbook, or a table of the data folder. With -f or -c
    /// the joins of a query are checked: which of them multiply rows that are summed, and which lose some.
    Check(CheckArgs),
    /// Describe tables: columns and types, rows, layout of their files
    ///
    /// Each FILE is anything that FROM takes. Rows are exact: Parquet files state theirs, in all others they are counted.
    Schema(SchemaArgs),
    /// Make a report from the results of a script: a page, a text or a workbook
    ///
    /// The script is SQL that also runs without a report. For each KPI the report has the value of the last complete period with its interval, how
    /// it changed and whether that is significant, benchmark and target, its trend, its segments, and all rows.
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
  2 wrong usage"
)]
pub struct CheckArgs {
    /// What is checked; also the names of --table and of the tables of kpi-sql.toml [default: all of these]
    #[arg(value_name = "FILE")]
    pub paths: Vec<String>,

    /// The columns that together identify a row of a table; can be given several times, for several tables
    #[arg(long, value_name = "COLUMN,...")]
    pub key: Vec<String>,

    /// Treat this column as an amount; can be given several times
    #[arg(long, value_name = "COLUMN")]
    pub amount: Vec<String>,

    /// Treat this column as a flag; can be given several times
    #[arg(long, value_name = "COLUMN")]
    pub flag: Vec<String>,

    /// Ignore this column; can be given several times
    #[arg(long, value_name = "COLUMN")]
    pub ignore: Vec<String>,

    /// The lowest level of finding that sets the exit code to 1
    #[arg(long, value_enum, value_name = "LEVEL", default_value = "error")]
    pub level: Severity,

    /// The format of the report
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
    /// What is described; also the names of --table and of the tables of kpi-sql.toml
    #[arg(value_name = "FILE", required = true)]
    pub paths: Vec<String>,

    /// The format of the output
    #[arg(
        long = "format",
        value_enum,
        value_name = "FORMAT",
        default_value = "text"
    )]
    pub form: ReportFormat,
}

/// For whom a report is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// For people, in lines of 80 columns.
    Text,
    /// For programs, one object.
    Json,
}

impl DataTask {
    /// Whether it is about this table of the settings: somebody named it, or nothing at all.
    pub(super) fn is_about(&self, table: &str, has_sql: bool) -> bool {
        match self {
            DataTask::Check(CheckArgs { paths, .. }) if paths.is_empty() => !has_sql,
            DataTask::Check(CheckArgs { paths, .. })
            | DataTask::Schema(SchemaArgs { paths, .. }) => paths.iter().any(|path| path == table),
            // Its statements name them.
            DataTask::Report(_) => false,
        }
    }
}

/// What a task has beside its own arguments.
pub(super) struct RunOverData<'a> {
    /// The names of tables that stand for paths.
    pub tables: &'a [String],
    pub statements: &'a [Statement],
    /// The scripts that they are from.
    pub texts: &'a [SqlText],
    pub parameters: &'a [Parameter],
    /// Whether the statements may only read.
    pub only_reads: bool,
    /// Takes what to say if the time is over before what comes next is done.
    pub says_of_too_long: &'a dyn Fn(String),
}

/// What to say of a statement that had not ended in time.
pub(super) fn too_long(statement: &Statement) -> String {
    statement.placed("the statement had not finished when the time limit was reached")
}

impl RunOverData<'_> {
    fn begins_to_read(&self, table: &str) {
        (self.says_of_too_long)(format!(
            "{table} had not been read when the time limit was reached"
        ));
    }
}

/// What is noted on the way is for standard error.
pub(super) async fn run(
    task: &DataTask,
    session: &mut Session,
    run: &RunOverData<'_>,
    mut note: impl FnMut(&str),
) -> Result<(), Error> {
    if matches!(task, DataTask::Schema(_)) && !run.statements.is_empty() {
        return Err(Error::Usage(
            "schema describes tables and takes no SQL: kpi-sql schema orders.csv; \
             a query is checked by kpi-sql check -f report.sql"
                .to_string(),
        ));
    }
    match task {
        DataTask::Check(args) => check(args, session, run, note).await,
        DataTask::Schema(args) => schema(args, session, run, note).await,
        DataTask::Report(args) => {
            if run.only_reads {
                session.only_read();
            }
            (run.says_of_too_long)(
                "the report had not finished when the time limit was reached".to_string(),
            );
            let asked = (run.statements, run.parameters);
            let told = |text: String| note(&text);
            report_task::report(args, session, run.texts, asked, told).await
        }
    }
}

async fn check(
    args: &CheckArgs,
    session: &mut Session,
    run: &RunOverData<'_>,
    mut note: impl FnMut(&str),
) -> Result<(), Error> {
    let mut names: Vec<String> = args
        .paths
        .iter()
        .map(|path| in_from(path, run.tables))
        .collect();
    if names.is_empty() && run.statements.is_empty() {
        names.extend(run.tables.iter().cloned());
    }
    if names.is_empty() && run.statements.is_empty() {
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
        run.begins_to_read(name);
        report.tables.push(check_table(session, name, &said).await?);
    }
    let tables = report.tables.iter();
    let tables: Vec<_> = tables
        .map(|table| (table.name.as_str(), table.schema.as_ref()))
        .collect();
    if let Some(misfit) = said.misfit(&tables) {
        return Err(Error::Usage(misfit));
    }
    // The files of the call were named by whoever runs it; the SQL may be of somebody else.
    if run.only_reads {
        session.only_read();
    }
    if !run.statements.is_empty() {
        let begins = |statement: &Statement| (run.says_of_too_long)(too_long(statement));
        let checked = check_joins(session, run.statements, run.parameters, begins).await;
        let (joins, notes) = checked?;
        notes.iter().map(String::as_str).for_each(&mut note);
        report.joins = Some(joins);
    }
    let text = match args.form {
        ReportFormat::Text => as_text(&report),
        ReportFormat::Json => as_json(&report),
    };
    print(text.as_bytes())?;
    match report.has(args.level) {
        true => Err(Error::Found),
        false => Ok(()),
    }
}

async fn schema(
    args: &SchemaArgs,
    session: &mut Session,
    run: &RunOverData<'_>,
    mut note: impl FnMut(&str),
) -> Result<(), Error> {
    let mut described = vec![];
    for name in &args.paths {
        run.begins_to_read(name);
        let table = describe(session, &in_from(name, run.tables)).await?;
        table.notes().iter().for_each(|text| note(text));
        described.push(table);
    }
    let text = match args.form {
        ReportFormat::Text => {
            let texts: Vec<String> = described.iter().map(DescribedTable::text).collect();
            texts.join("\n")
        }
        ReportFormat::Json => {
            let tables: Vec<_> = described.iter().map(DescribedTable::json).collect();
            format!("{:#}\n", serde_json::json!({ "tables": tables }))
        }
    };
    print(text.as_bytes())
}

/// A folder as FROM takes it: `exports/`, for a name alone is that of a table.
fn in_from(path: &str, tables: &[String]) -> String {
    let is_table = tables.iter().any(|name| name == path);
    match !is_table && !looks_like_a_path(path) && Path::new(path).is_dir() {
        true => format!("{path}/"),
        false => path.to_string(),
    }
}
