//! Alarms: what makes a run that went well end with exit code 3.
//!
//! [`AlarmArgs`] is what was typed, [`Alarms`] holds it against the results of a run while their rows are written. `wanted` is one condition of
//! `--fail-if`, `changes` what `--fail-on-change` makes of all changes of a run together, `offending` the rows that are shown. `cases` has each row
//! with what was found of it, for [`junit`]; [`RunSummary`] is the line that programs read.

mod alarms;
mod args;
mod cases;
mod changes;
mod junit;
mod offending;
mod row_names;
mod summary;
mod wanted;

pub(super) use alarms::{Alarms, WatchedResult};
pub use args::AlarmArgs;
pub(super) use summary::RunSummary;
