//! Alarms: what makes a run that went well end with exit code 3.
//!
//! [`AlarmArgs`] is what was typed, [`Alarms`] holds it against the results of a run while their rows are written. `wanted` is one condition of
//! `--fail-if`, and `condition_finding` what it said of a result; `changes` says which changes are bad and more than chance, and `run_changes` has
//! all those of a run for it. `offending` are the rows that are shown, `cases` each row with what was found of it, for `junit`; [`RunSummary`] is
//! the line that programs read.

mod alarms;
mod args;
mod cases;
mod changes;
mod condition_finding;
mod junit;
mod met_result;
mod offending;
mod row_names;
mod run_changes;
mod summary;
mod wanted;

pub(super) use alarms::{Alarms, WatchedResult};
pub use args::AlarmArgs;
pub(super) use summary::RunSummary;
