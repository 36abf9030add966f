//! The folds of [`RowFold`]: every row has its own outcome.

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type, Int64Type, TimeUnit};
use datafusion::arrow::error::ArrowError;

use super::call::{Call, plain_type};
use super::tally::Tally;
use crate::define::RowFold;

/// The unit of [`RowFold::TimeBetween`], fine enough for every type of time.
pub const NANOSECONDS_PER_DAY: i128 = 86_400_000_000_000;

/// Counts the outcomes of rows, each of one group.
pub fn count(
    fold: &RowFold,
    call: &Call,
    args: &[ArrayRef],
    groups: &[usize],
    tally: &mut Tally,
) -> Result<(), ArrowError> {
    if let RowFold::Flag(flag) = *fold {
        let flags = cast(&args[flag], &DataType::Boolean)?;
        tally.add_flags(groups, flags.as_boolean());
        return Ok(());
    }
    let outcomes = outcomes(fold, call, args)?;
    for (outcome, group) in outcomes.into_iter().zip(groups) {
        tally.add(*group, [outcome]);
    }
    Ok(())
}

/// The outcome of each row; `None` for rows that do not count.
pub fn outcomes(
    fold: &RowFold,
    call: &Call,
    args: &[ArrayRef],
) -> Result<Vec<Option<i128>>, ArrowError> {
    match *fold {
        RowFold::Exists => Ok(vec![Some(1); args[0].len()]),
        RowFold::Flag(flag) => {
            let flags = cast(&args[flag], &DataType::Boolean)?;
            let flags = flags.as_boolean();
            Ok(flags.iter().map(|flag| flag.map(i128::from)).collect())
        }
        RowFold::NetScore {
            score,
            domain: (lowest, highest),
            good,
            bad,
        } => scores(&args[score], |score| {
            // NaN is in no range, and so refused here too.
            if !(lowest..=highest).contains(&score) {
                return Err(ArrowError::ComputeError(format!(
                    "a score must lie between {lowest} and {highest}; got {score}"
                )));
            }
            Ok(i128::from(score >= good) - i128::from(score <= bad))
        }),
        RowFold::ScoreAtLeast { score, from } => {
            let from = f64::from(call.count(from));
            scores(&args[score], |score| {
                if score.is_nan() {
                    return Err(ArrowError::ComputeError(
                        "a score must be a number; got NaN".into(),
                    ));
                }
                Ok((score >= from).into())
            })
        }
        RowFold::TimeBetween { from, to } => {
            let (from, to) = (nanoseconds(&args[from])?, nanoseconds(&args[to])?);
            Ok(from
                .into_iter()
                .zip(to)
                .map(|(from, to)| Some(to? - from?))
                .collect())
        }
    }
}

fn scores(
    scores: &ArrayRef,
    judge: impl Fn(f64) -> Result<i128, ArrowError>,
) -> Result<Vec<Option<i128>>, ArrowError> {
    let scores = cast(scores, &DataType::Float64)?;
    let scores = scores.as_primitive::<Float64Type>().iter();
    scores.map(|score| score.map(&judge).transpose()).collect()
}

/// Times as nanoseconds since 1970, in a type that no date overflows.
fn nanoseconds(times: &ArrayRef) -> Result<Vec<Option<i128>>, ArrowError> {
    let plain = cast(times, plain_type(times.data_type()))?;
    let unit = match plain.data_type() {
        DataType::Timestamp(TimeUnit::Second, _) => 1_000_000_000,
        DataType::Timestamp(TimeUnit::Millisecond, _) | DataType::Date64 => 1_000_000,
        DataType::Timestamp(TimeUnit::Microsecond, _) => 1_000,
        DataType::Timestamp(TimeUnit::Nanosecond, _) => 1,
        _ => NANOSECONDS_PER_DAY,
    };
    // A date counts days in 32 bits, which arrow turns into 64 by way of the smaller integer.
    let ticks = match plain.data_type() {
        DataType::Date32 => cast(&cast(&plain, &DataType::Int32)?, &DataType::Int64)?,
        _ => cast(&plain, &DataType::Int64)?,
    };
    let ticks = ticks.as_primitive::<Int64Type>().iter();
    Ok(ticks
        .map(|ticks| ticks.map(|ticks| i128::from(ticks) * unit))
        .collect())
}
