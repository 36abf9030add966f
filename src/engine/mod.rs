//! The adapters that make DataFusion aggregates of the declared KPIs. Only here is DataFusion known.
//!
//! - [`signature`] finds the form that a call means, or words that say what was wrong with it.
//! - [`udaf`] is the one aggregate function that stands for every KPI.
//! - `groups_accumulator`, `accumulator` and `sliding_accumulator` run `fold/` under DataFusion's traits.
//! - [`check`] refuses at planning what DataFusion would only notice while running.

mod accumulator;
pub mod check;
mod groups_accumulator;
pub mod signature;
mod sliding_accumulator;
pub mod udaf;

use datafusion::arrow::error::ArrowError;
use datafusion::error::DataFusionError;

/// An error of the arithmetic, said of the function in which it came up.
fn of_function(name: &str, error: ArrowError) -> DataFusionError {
    match error {
        ArrowError::ComputeError(message) | ArrowError::InvalidArgumentError(message) => {
            DataFusionError::Execution(format!("{name}: {message}"))
        }
        other => DataFusionError::from(other),
    }
}
