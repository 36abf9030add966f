//! Values that need more of their entities than outcomes counted and added up: amounts, dates, and a
//! second kind of entity.
//!
//! Every entity is looked at each time a value is asked for.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array, Int64Array, ListArray, StructArray};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::datatypes::{DataType, Field, Fields};
use datafusion::arrow::error::ArrowError;

use super::call::{Call, plain_type};
use super::directory::Directory;
use super::entities::Entities;
use super::floats::FloatSums;
use super::money::{Direction, Sums};
use super::table::Pair;
use super::totals::Totals;
use crate::define::{Finish, Total};

/// The mean number of days in a year.
pub const DAYS_PER_YEAR: f64 = 365.25;

/// The values of the first groups. `others` are the entities of a second kind, if the form counts any.
pub(super) fn values(
    call: &Call,
    entities: Entities,
    others: Option<&Directory>,
    totals: &Totals,
    groups: usize,
) -> Result<ArrayRef, ArrowError> {
    let floats = |value: &dyn Fn(usize) -> Option<f64>| -> ArrayRef {
        Arc::new(Float64Array::from_iter((0..groups).map(value)))
    };
    Ok(match call.form.finish {
        Finish::Mix(item) => mix(entities, item, groups, &count(entities.pairs(), groups))?,
        Finish::DistinctPerEntity(_) => {
            let others = others.expect("a form that counts others keeps them");
            let others = count(others.pairs(), groups);
            let entities = count(entities.pairs(), groups);
            floats(&|group| {
                (entities[group] > 0).then(|| others[group] as f64 / entities[group] as f64)
            })
        }
        Finish::Retention { capped } => {
            let [start, end] = retained(entities, capped, groups);
            floats(&|group| {
                (start.of(group) > 0.0).then(|| 100.0 * end.of(group) / start.of(group))
            })
        }
        Finish::LifetimeValue { years, .. } => {
            let customers = count(entities.pairs(), groups);
            let mut lifespans = vec![0_u128; groups];
            let mut windows = vec![None; groups];
            for pair in in_first(entities, groups) {
                if let Some((first, last)) = entities.fold(0).dates(pair.id) {
                    let group = pair.owner as usize;
                    // A state from elsewhere may hold anything, even an end before its start.
                    lifespans[group] += u128::from(last.saturating_sub(first));
                    let (from, to) = windows[group].unwrap_or((first, last));
                    windows[group] = Some((first.min(from), last.max(to)));
                }
            }
            floats(&|group| {
                let (first, last): (u64, u64) = windows[group]?;
                let customers = customers[group] as f64;
                let years_of_data = (last.saturating_sub(first) as f64 + 1.0) / DAYS_PER_YEAR;
                let years = match years {
                    Some(_) => call.literal(),
                    None => lifespans[group] as f64 / customers / DAYS_PER_YEAR,
                };
                Some(totals.sums(0).as_float(group) / customers / years_of_data * years)
            })
        }
        Finish::OutsideBasket(total) | Finish::OutsideBasketShare(total) => {
            let outside = outside(call, total, entities, groups)?;
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

/// The entities of the first groups.
pub(super) fn in_first(entities: Entities, groups: usize) -> impl Iterator<Item = Pair> {
    entities
        .pairs()
        .filter(move |pair| (pair.owner as usize) < groups)
}

/// How many of these entities each of the first groups has.
pub(super) fn count(pairs: impl Iterator<Item = Pair>, groups: usize) -> Vec<u64> {
    let mut counts = vec![0; groups];
    for pair in pairs.filter(|pair| (pair.owner as usize) < groups) {
        counts[pair.owner as usize] += 1;
    }
    counts
}

/// What the entities that started above 0 started with, and what is left of it, by group.
pub(super) fn retained(entities: Entities, capped: bool, groups: usize) -> [FloatSums; 2] {
    let (mut start, mut end) = (FloatSums::default(), FloatSums::default());
    start.grow(groups);
    end.grow(groups);
    let change = entities.fold(0);
    for pair in in_first(entities, groups) {
        let (from, to) = (change.amount(pair.id, 0), change.amount(pair.id, 1));
        // Who starts with nothing is new, and no part of what was kept.
        if let (Some(from), Some(to)) = (from.filter(|from| *from > 0.0), to) {
            let kept = if capped { to.min(from) } else { to };
            start.change(pair.owner as usize, from, Direction::Add);
            end.change(pair.owner as usize, kept, Direction::Add);
        }
    }
    [start, end]
}

/// What the entities have outside their initial baskets, by group.
pub(super) fn outside(
    call: &Call,
    total: Total,
    entities: Entities,
    groups: usize,
) -> Result<Sums, ArrowError> {
    let mut outside = Sums::new(&call.arg_types[total.amount])?;
    outside.grow(groups);
    for pair in in_first(entities, groups) {
        let fold = entities.fold(0);
        fold.add_outside(pair.id, &mut outside, pair.owner as usize)?;
    }
    Ok(outside)
}

/// The type of [`Finish::Mix`].
pub fn mix_type(item: &DataType) -> DataType {
    DataType::List(Arc::new(Field::new_list_field(
        DataType::Struct(mix_fields(plain_type(item))),
        true,
    )))
}

fn mix_fields(item: &DataType) -> Fields {
    Fields::from(vec![
        Field::new("product", item.clone(), true),
        Field::new("customers", DataType::Int64, true),
        Field::new("share", DataType::Float64, true),
    ])
}

/// The items of each of the first groups, the most widespread first, then in their own order.
fn mix(
    entities: Entities,
    item: usize,
    groups: usize,
    customers: &[u64],
) -> Result<ArrayRef, ArrowError> {
    let mut holders: Vec<HashMap<u64, i64>> = vec![HashMap::new(); groups];
    let cells = entities.fold(0).items();
    let cells = cells.expect("a mix is made of a fold that keeps its items");
    for pair in in_first(entities, groups) {
        for cell in cells.of(pair.id) {
            *holders[pair.owner as usize]
                .entry(cells.item(cell))
                .or_default() += 1;
        }
    }
    let encoder = entities.encoder(item);
    let mut rows: Vec<(u64, i64, f64)> = vec![];
    for (holders, customers) in holders.iter().zip(customers) {
        let first = rows.len();
        rows.extend(
            holders
                .iter()
                .map(|(item, n)| (*item, *n, 100.0 * *n as f64 / *customers as f64)),
        );
        rows[first..].sort_by(|(item, n, _), (other, m, _)| {
            m.cmp(n).then_with(|| encoder.compare(*item, *other))
        });
    }
    let items = encoder.decode(rows.iter().map(|(item, _, _)| *item))?;
    let fields = mix_fields(items.data_type());
    let structs = StructArray::try_new(
        fields.clone(),
        vec![
            items,
            Arc::new(Int64Array::from_iter_values(
                rows.iter().map(|(_, n, _)| *n),
            )),
            Arc::new(Float64Array::from_iter_values(
                rows.iter().map(|(_, _, share)| *share),
            )),
        ],
        None,
    )?;
    let lengths = holders.iter().map(HashMap::len);
    let total: usize = lengths.clone().sum();
    if i32::try_from(total).is_err() {
        return Err(ArrowError::ComputeError(
            "the lists of all groups have more than 2,147,483,647 elements".into(),
        ));
    }
    Ok(Arc::new(ListArray::try_new(
        Arc::new(Field::new_list_field(DataType::Struct(fields), true)),
        OffsetBuffer::from_lengths(lengths),
        Arc::new(structs),
        Some(customers.iter().map(|n| *n > 0).collect()),
    )?))
}
