//! The folds of [`RowFold`]: every row has its own outcome.

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type, Int64Type, TimeUnit};
use datafusion::arrow::error::ArrowError;

use crate::define::{RowFold, Scale};
use crate::fold::facts::call::{Call, plain_type};
use crate::fold::sum::tally::Tally;

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
            scale,
            good,
            bad,
        } => scores(&args[score], Some(scale), |score| {
            i128::from(score >= good) - i128::from(score <= bad)
        }),
        RowFold::ScoreAtLeast { score, from, scale } => {
            let from = f64::from(call.count(from));
            scores(&args[score], scale, |score| (score >= from).into())
        }
        RowFold::TimeBetween { from, to } => {
            let (from, to) = (nanoseconds(&args[from])?, nanoseconds(&args[to])?);
            Ok(from
                .into_iter()
                .zip(to)
                // What ends before it starts is a mistake in the rows, and no time span.
                .map(|(from, to)| Some(to? - from?).filter(|span| *span >= 0))
                .collect())
        }
    }
}

/// What each score is judged to be. Scores that are not on the scale are no scores of this question.
fn scores(
    scores: &ArrayRef,
    scale: Option<Scale>,
    judge: impl Fn(f64) -> i128,
) -> Result<Vec<Option<i128>>, ArrowError> {
    let scores = cast(scores, &DataType::Float64)?;
    let scores = scores.as_primitive::<Float64Type>().iter();
    let judged = scores.map(|score| match (score, scale) {
        (Some(score), Some(scale)) if !(scale.lowest..=scale.highest).contains(&score) => {
            let Scale {
                lowest,
                highest,
                otherwise,
            } = scale;
            Err(ArrowError::ComputeError(format!(
                "a score must lie between {lowest} and {highest}; got {score}. {otherwise}"
            )))
        }
        (score, _) => Ok(score.map(&judge)),
    });
    judged.collect()
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
