//! The arguments about alarms.

use std::path::PathBuf;

const HEADING: &str = "Alarms";

/// When a run is to end with exit code 3, and who is told.
#[derive(Debug, Clone, clap::Args)]
pub struct AlarmArgs {
    /// End with exit code 3 if a row of a result meets CONDITION, such as 'cross_sell_ratio < 10'; can be given several times
    ///
    /// Any SQL over the columns of one row. It applies to every result that has these columns; 'NAME: CONDITION' applies
    /// to the one named by a line -- name: NAME. Results are written all the same, and the rows are shown on standard
    /// error. NULL raises no alarm; a note counts it.
    #[arg(long, value_name = "CONDITION", allow_hyphen_values = true, help_heading = HEADING)]
    pub fail_if: Vec<String>,

    /// End with exit code 3 if a kpi_change in a result is for the worse and more than chance
    ///
    /// The KPI decides what is worse: a fall of cross_sell_ratio, a rise of churn_rate. More than chance is p < 0.05 after
    /// Benjamini-Hochberg over all changes of the run, so that many rows raise no more false alarms than one.
    #[arg(long, help_heading = HEADING)]
    pub fail_on_change: bool,

    /// Leave changes with fewer than N customers, orders or answers on a side out of --fail-on-change
    ///
    /// The tests are approximations that hold from about 30 on.
    #[arg(long, value_name = "N", default_value_t = 30, requires = "fail_on_change", help_heading = HEADING)]
    pub min_n: u64,

    /// Write FILE for a CI server: JUnit's XML, with a test case for each condition and row
    ///
    /// Written whole when the results are, and not at all by a run that fails.
    #[arg(long, value_name = "FILE", help_heading = HEADING)]
    pub junit: Option<PathBuf>,

    /// Print one line of JSON at the end of standard output: exit code, results with their rows, alarms
    #[arg(long, help_heading = HEADING)]
    pub summary: bool,
}

impl AlarmArgs {
    /// The arguments by their long names.
    pub const NAMES: [&str; 5] = ["fail-if", "fail-on-change", "min-n", "junit", "summary"];

    /// Whether anything is to raise an alarm.
    pub(in crate::cli) fn are_wanted(&self) -> bool {
        !self.fail_if.is_empty() || self.fail_on_change
    }
}
