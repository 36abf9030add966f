//! The folds of [`RowFold`]: every row has its own outcome.

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::arrow::error::ArrowError;

use crate::define::RowFold;

/// The outcome of each row; `None` for rows that do not count.
pub fn outcomes(fold: &RowFold, args: &[ArrayRef]) -> Result<Vec<Option<i64>>, ArrowError> {
    match *fold {
        RowFold::Flag(flag) => {
            let flags = cast(&args[flag], &DataType::Boolean)?;
            let flags = flags.as_boolean();
            Ok(flags.iter().map(|flag| flag.map(i64::from)).collect())
        }
        RowFold::NetScore {
            score,
            domain: (lowest, highest),
            good,
            bad,
        } => {
            let scores = cast(&args[score], &DataType::Float64)?;
            let scores = scores.as_primitive::<Float64Type>();
            let judge = |score: f64| {
                // NaN is in no range, and so refused here too.
                if !(lowest..=highest).contains(&score) {
                    return Err(ArrowError::ComputeError(format!(
                        "a score must lie between {lowest} and {highest}; got {score}"
                    )));
                }
                Ok(i64::from(score >= good) - i64::from(score <= bad))
            };
            (0..scores.len())
                .map(|row| {
                    scores
                        .is_valid(row)
                        .then(|| judge(scores.value(row)))
                        .transpose()
                })
                .collect()
        }
    }
}
