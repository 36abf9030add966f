//! Values that need more of their entities than outcomes counted and added up: amounts, dates, and a
//! second kind of entity.
//!
//! Every entity is looked at each time a value is asked for.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array};
use datafusion::arrow::error::ArrowError;

use super::call::Call;
use super::entities::Entities;
use super::floats::FloatSums;
use super::money::{Direction, Sums};
use super::totals::Totals;
use crate::define::Finish;

/// The mean number of days in a year.
const DAYS_PER_YEAR: f64 = 365.25;

/// The values of the first groups. `others` are the entities of a second kind, if the form counts any.
pub fn values(
    call: &Call,
    entities: &Entities,
    others: Option<&Entities>,
    totals: &Totals,
    groups: usize,
) -> Result<ArrayRef, ArrowError> {
    let floats = |value: &dyn Fn(usize) -> Option<f64>| -> ArrayRef {
        Arc::new(Float64Array::from_iter((0..groups).map(value)))
    };
    let in_first = |entities: &Entities| -> Vec<u64> {
        let mut counts = vec![0; groups];
        for pair in entities.pairs() {
            if let Some(count) = counts.get_mut(pair.owner as usize) {
                *count += 1;
            }
        }
        counts
    };
    Ok(match call.form.finish {
        Finish::DistinctPerEntity(_) => {
            let others = in_first(others.expect("a form that counts others keeps them"));
            let entities = in_first(entities);
            floats(&|group| {
                (entities[group] > 0).then(|| others[group] as f64 / entities[group] as f64)
            })
        }
        Finish::Retention { capped } => {
            let (mut start, mut end) = (FloatSums::default(), FloatSums::default());
            start.grow(groups);
            end.grow(groups);
            for pair in entities
                .pairs()
                .filter(|pair| (pair.owner as usize) < groups)
            {
                let change = entities.fold(0).change(pair.id);
                // Who starts with nothing is new, and no part of what was kept.
                if let Some((from, to)) = change.filter(|(from, _)| *from > 0.0) {
                    let kept = if capped { to.min(from) } else { to };
                    start.change(pair.owner as usize, from, Direction::Add);
                    end.change(pair.owner as usize, kept, Direction::Add);
                }
            }
            floats(&|group| {
                (start.of(group) > 0.0).then(|| 100.0 * end.of(group) / start.of(group))
            })
        }
        Finish::LifetimeValue { years, .. } => {
            let customers = in_first(entities);
            let mut lifespans = vec![0_u64; groups];
            let mut windows = vec![None; groups];
            for pair in entities
                .pairs()
                .filter(|pair| (pair.owner as usize) < groups)
            {
                if let Some((first, last)) = entities.fold(0).dates(pair.id) {
                    let group = pair.owner as usize;
                    lifespans[group] += last - first;
                    let (from, to) = windows[group].unwrap_or((first, last));
                    windows[group] = Some((first.min(from), last.max(to)));
                }
            }
            floats(&|group| {
                let (first, last): (u64, u64) = windows[group]?;
                let customers = customers[group] as f64;
                let years_of_data = (last - first + 1) as f64 / DAYS_PER_YEAR;
                let years = match years {
                    Some(_) => call.literal(),
                    None => lifespans[group] as f64 / customers / DAYS_PER_YEAR,
                };
                Some(totals.sums(0).as_float(group) / customers / years_of_data * years)
            })
        }
        Finish::OutsideBasket(total) | Finish::OutsideBasketShare(total) => {
            let mut outside = Sums::new(&call.arg_types[total.amount])?;
            outside.grow(groups);
            for pair in entities
                .pairs()
                .filter(|pair| (pair.owner as usize) < groups)
            {
                let fold = entities.fold(0);
                fold.add_outside(pair.id, &mut outside, pair.owner as usize)?;
            }
            if let Finish::OutsideBasket(_) = call.form.finish {
                let ones = (0..groups).map(|group| (totals.amounts(0, group) > 0).then_some(1));
                return outside.divided_by(ones, &call.value_type()?);
            }
            floats(&|group| {
                let all = totals.sums(0).as_float(group);
                (all != 0.0).then(|| 100.0 * outside.as_float(group) / all)
            })
        }
        _ => unreachable!("the other finishes are given a tally"),
    })
}
