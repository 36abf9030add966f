//! `kpi-sql report`: a page, a text or a workbook of what the results of a script say.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::error::Error;
use super::result_name::{self, NamedFor};
use super::sql_text::SqlText;
use crate::report::{ReportFile, compose};
use crate::session::{Parameter, Session, Statement};

/// The arguments of `kpi-sql report`.
#[derive(Debug, Clone, ClapArgs)]
#[command(
    next_help_heading = "Report",
    after_help = "\
Examples:
  kpi-sql report -f queries/quarterly.sql -o quarterly.html
  kpi-sql report -f pack.sql --param month=2026-06 -o pack.xlsx",
    after_long_help = "\
Examples:
  kpi-sql report -f queries/quarterly.sql -o quarterly.html
  kpi-sql report -f pack.sql --param month=2026-06 -o pack.xlsx

Comments of the script that mean something to a report:
  -- How did the month go?             the first line: the title; the lines below
                                       it are its text
  -- name: cross_sell                  above a statement: what its result is called
  -- target: cross_sell_ratio 15       a goal, in the unit of the KPI
  -- baseline: 2025-12                 another period to compare with
  -- min-n: 30                         values from fewer are hollow and not judged
  -- complete-through: 2026-06-30      the day up to which the rows are complete
  -- chart: trend                      trend, segments, mix or table

  At the top of the script they apply to all statements, above a statement to
  that one. docs/report.md has an example.

  A column X_parts(...) AS x says most: value, interval, and whether a change is
  significant. Months, dates and segments are found by their types and values."
)]
pub struct ReportArgs {
    /// Write the report to FILE: .html is a page, .md a text, .xlsx a workbook
    ///
    /// FILE is written when everything has run; a run that fails leaves an existing FILE unchanged.
    // Not `file`: that is -f, and clap tells arguments apart by these names.
    #[arg(short = 'o', long = "output", value_name = "FILE")]
    pub report_file: PathBuf,
}

/// What is noted on the way is for standard error.
pub(super) async fn report(
    args: &ReportArgs,
    session: &mut Session,
    texts: &[SqlText],
    (statements, parameters): (&[Statement], &[Parameter]),
    note: impl FnMut(String),
) -> Result<(), Error> {
    let [script] = texts else {
        let n = match texts.len() {
            0 => "none was given".to_string(),
            n => format!("{n} were given"),
        };
        return Err(Error::Usage(format!(
            "a report is made of one script, and {n}: kpi-sql report -f pack.sql -o pack.html; --init FILE runs SQL before it"
        )));
    };
    let file = ReportFile::new(&args.report_file).map_err(Error::Usage)?;
    let named_for = match file.has_sheets() {
        true => NamedFor::Sheets,
        false => NamedFor::Headings,
    };
    result_name::check(statements, named_for)?;
    let asked = (statements, parameters);
    let composed = compose(session, (&script.name, &script.text), asked, note).await?;
    Ok(file.write(&composed, session.unfinished())?)
}
