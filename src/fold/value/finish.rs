//! The last step of most KPIs: what was counted and added up of a group, divided.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array, Int64Array};
use datafusion::arrow::error::ArrowError;

use crate::define::Counted;
use crate::fold::facts::call::Call;
use crate::fold::facts::value_type::value_type;
use crate::fold::sum::tally::Tally;
use crate::fold::sum::totals::Totals;

/// The value of each of some groups from what was counted and added up in them.
pub(in crate::fold) fn values(
    call: &Call,
    finish: Counted,
    tally: &Tally,
    groups: usize,
    totals: &Totals,
) -> Result<ArrayRef, ArrowError> {
    let floats = |value: &dyn Fn(usize) -> Option<f64>| -> ArrayRef {
        Arc::new(Float64Array::from_iter((0..groups).map(value)))
    };
    // One multiplication and one division, so that the value is off by two roundings at most.
    let mean = |outcome: usize, group: usize, times: f64, per: f64| {
        let (n, sum) = tally.of(outcome, group);
        (n > 0).then(|| sum as f64 * times / (n as f64 * per))
    };
    Ok(match finish {
        Counted::Percent => floats(&|group| mean(0, group, 100.0, 1.0)),
        Counted::Mean => floats(&|group| mean(0, group, 1.0, 1.0)),
        Counted::MeanDays => {
            let per_day = call.ticks_per_day();
            floats(&|group| mean(0, group, 1.0, per_day))
        }
        Counted::MeanYears => floats(&|group| mean(0, group, 1.0, 365.25)),
        Counted::PercentDifference => {
            floats(&|group| Some(mean(0, group, 100.0, 1.0)? - mean(1, group, 100.0, 1.0)?))
        }
        Counted::Lift => floats(&|group| {
            let (n, both) = tally.of(0, group);
            let (_, first) = tally.of(1, group);
            let (_, second) = tally.of(2, group);
            let expected = first as f64 * second as f64;
            (expected > 0.0).then(|| both as f64 * n as f64 / expected)
        }),
        Counted::Count => {
            // No more entities than ids, so the sum of their ones and zeros fits.
            let count = |group| tally.of(0, group).1 as i64;
            Arc::new(Int64Array::from_iter_values((0..groups).map(count)))
        }
        Counted::MedianDays => {
            let per_day = call.ticks_per_day();
            floats(&|group| Some(tally.median(group)? / per_day))
        }
        Counted::SumPerEntity => {
            let entities = |group| Some(tally.of(0, group).0).filter(|n| *n > 0);
            let divisors = (0..groups).map(entities);
            totals.sums(0).divided_by(divisors, &value_type(call)?)?
        }
        Counted::Sum => {
            let ones = (0..groups).map(|group| (totals.amounts(0, group) > 0).then_some(1));
            totals.sums(0).divided_by(ones, &value_type(call)?)?
        }
        Counted::MeanAmount => {
            let added = |group| Some(totals.added(0, group)).filter(|n| *n > 0);
            let divisors = (0..groups).map(added);
            totals.sums(0).divided_by(divisors, &value_type(call)?)?
        }
        Counted::SumShare => floats(&|group| {
            let part = totals.sums(0).as_float(group);
            let whole = totals.sums(1).as_float(group);
            (whole != 0.0).then(|| 100.0 * part / whole)
        }),
    })
}
