//! What a value needs of its entities beyond outcomes counted and added up: amounts, dates, and items.
//!
//! Every entity is looked at each time it is asked for. What was found of some entities can be added to what was
//! found of others.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, Decimal128Array, Float64Array, UInt64Array,
};
use datafusion::arrow::datatypes::{
    DECIMAL128_MAX_PRECISION, DataType, Decimal128Type, UInt64Type,
};
use datafusion::arrow::error::ArrowError;

use crate::define::{Sought, Total};
use crate::fold::entity::amounts::Amounts;
use crate::fold::entity::basket::Revenue;
use crate::fold::entity::dates::FirstAndLast;
use crate::fold::entity::entities::Entities;
use crate::fold::facts::call::Call;
use crate::fold::facts::value_type::value_type;
use crate::fold::sum::change::Change;
use crate::fold::sum::money::Sums;
use crate::fold::sum::totals::Totals;
use crate::fold::value::entities_of::{ItemCounts, count, in_first};
use crate::fold::value::mix::Mix;

/// The mean number of days in a year.
pub const DAYS_PER_YEAR: f64 = 365.25;

/// What was found, by group.
#[derive(Debug)]
pub enum Scanned {
    /// The items with the numbers of their entities.
    Mix(Mix),
    /// The numbers of entities.
    Entities(Vec<u64>),
    /// What the entities that started above 0 started with, and what is left of it.
    Retention([Sums; 2]),
    /// How long the entities have been around, and the argument that gives how long they stay, if there is one.
    Lifetimes(Vec<Lifetimes>, Option<usize>),
    /// What the entities have outside their initial baskets.
    Outside {
        outside: Sums,
        amount_type: DataType,
        /// Whether it is to be a share of all amounts.
        in_percent: bool,
    },
}

/// How long the entities of a group have been around.
#[derive(Debug, Clone, Copy, Default)]
pub struct Lifetimes {
    entities: u64,
    /// Of all entities together, in days.
    lifespans: i128,
    /// The codes of the first and the last date, if there is any.
    span: Option<(u64, u64)>,
}

impl Lifetimes {
    fn add(&mut self, other: Lifetimes) {
        self.entities = self.entities.wrapping_add(other.entities);
        self.lifespans = self.lifespans.wrapping_add(other.lifespans);
        self.span = match (self.span, other.span) {
            (Some((first, last)), Some((from, to))) => Some((first.min(from), last.max(to))),
            (span, other) => span.or(other),
        };
    }
}

impl Scanned {
    /// Nothing found yet.
    pub fn new(call: &Call, sought: Sought) -> Result<Self, ArrowError> {
        Ok(match sought {
            Sought::Items(item) => Scanned::Mix(Mix::new(call, item)?),
            Sought::Presence(_) => Scanned::Entities(vec![]),
            Sought::Change { .. } => Scanned::Retention([sums_of_floats()?, sums_of_floats()?]),
            Sought::Dates { years } => Scanned::Lifetimes(vec![], years),
            Sought::Outside { total, in_percent } => {
                let amount_type = call.arg_types[total.amount].clone();
                Scanned::Outside {
                    outside: Sums::new(&amount_type)?,
                    amount_type,
                    in_percent,
                }
            }
        })
    }

    /// What is found of the entities of the first groups.
    pub fn of(
        call: &Call,
        sought: Sought,
        entities: Entities,
        groups: usize,
    ) -> Result<Self, ArrowError> {
        Ok(match sought {
            Sought::Items(item) => {
                let mut mix = Mix::new(call, item)?;
                mix.grow(groups);
                mix.scan(entities, item, groups)?;
                Scanned::Mix(mix)
            }
            Sought::Presence(_) => Scanned::Entities(count(entities.pairs(), groups)),
            Sought::Change { capped } => Scanned::Retention(retained(entities, capped, groups)?),
            Sought::Dates { years } => Scanned::Lifetimes(lifetimes(entities, groups)?, years),
            Sought::Outside { total, in_percent } => Scanned::Outside {
                outside: outside(call, total, entities, groups)?,
                amount_type: call.arg_types[total.amount].clone(),
                in_percent,
            },
        })
    }

    /// Makes room for more groups.
    pub fn grow(&mut self, groups: usize) {
        match self {
            Scanned::Mix(mix) => mix.grow(groups),
            Scanned::Entities(counts) => counts.resize(groups.max(counts.len()), 0),
            Scanned::Retention(sums) => sums.iter_mut().for_each(|sums| sums.grow(groups)),
            Scanned::Lifetimes(lifetimes, _) => {
                lifetimes.resize(groups.max(lifetimes.len()), Lifetimes::default());
            }
            Scanned::Outside { outside, .. } => outside.grow(groups),
        }
    }

    /// The values of the first groups. `items` are those of a form that counts them.
    pub fn values(
        &self,
        call: &Call,
        items: Option<ItemCounts>,
        totals: &Totals,
        groups: usize,
    ) -> Result<ArrayRef, ArrowError> {
        let floats = |value: &dyn Fn(usize) -> Option<f64>| -> ArrayRef {
            Arc::new(Float64Array::from_iter((0..groups).map(value)))
        };
        Ok(match self {
            Scanned::Mix(mix) => mix.values(groups)?,
            Scanned::Entities(entities) => {
                let Some(items) = items else {
                    return Err(ArrowError::InvalidArgumentError(format!(
                        "the items of {} were not counted, by which its entities are divided",
                        call.kpi.name
                    )));
                };
                let items = items.of(groups);
                floats(&|group| {
                    (entities[group] > 0).then(|| items[group] as f64 / entities[group] as f64)
                })
            }
            Scanned::Retention([start, end]) => floats(&|group| {
                let (start, end) = (start.as_float(group), end.as_float(group));
                (start > 0.0).then(|| 100.0 * end / start)
            }),
            Scanned::Lifetimes(lifetimes, years) => floats(&|group| {
                let of = &lifetimes[group];
                let (first, last) = of.span?;
                let entities = of.entities as f64;
                let years_of_data = (last.saturating_sub(first) as f64 + 1.0) / DAYS_PER_YEAR;
                let years = match years {
                    Some(_) => call.literal(),
                    None => of.lifespans as f64 / entities / DAYS_PER_YEAR,
                };
                Some(totals.sums(0).as_float(group) / entities / years_of_data * years)
            }),
            Scanned::Outside {
                outside,
                in_percent: false,
                ..
            } => {
                let ones = (0..groups).map(|group| (totals.amounts(0, group) > 0).then_some(1));
                outside.divided_by(ones, &value_type(call)?)?
            }
            Scanned::Outside {
                outside,
                in_percent: true,
                ..
            } => floats(&|group| {
                let all = totals.sums(0).as_float(group);
                (all != 0.0).then(|| 100.0 * outside.as_float(group) / all)
            }),
        })
    }

    /// Names and types of [`Scanned::state`].
    pub fn state_types(&self) -> Result<Vec<(&'static str, DataType)>, ArrowError> {
        Ok(match self {
            Scanned::Mix(mix) => mix.state_types(),
            Scanned::Entities(_) => vec![("entities", DataType::UInt64)],
            Scanned::Retention(_) => {
                let sums = Sums::state_types(&DataType::Float64)?;
                [sums.clone(), sums].concat()
            }
            Scanned::Lifetimes(_, _) => vec![
                ("entities", DataType::UInt64),
                ("lifespans", whole_numbers()),
                ("first", DataType::UInt64),
                ("last", DataType::UInt64),
            ],
            Scanned::Outside { amount_type, .. } => Sums::state_types(amount_type)?,
        })
    }

    /// What was found of the first groups as arrays, one row per group.
    pub fn state(&self, groups: usize) -> Vec<ArrayRef> {
        match self {
            Scanned::Mix(mix) => mix.state(groups),
            Scanned::Entities(counts) => {
                let counts = counts[..groups].iter().copied();
                vec![Arc::new(UInt64Array::from_iter_values(counts))]
            }
            Scanned::Retention([start, end]) => [start.state(groups), end.state(groups)].concat(),
            Scanned::Lifetimes(lifetimes, _) => {
                let lifetimes = &lifetimes[..groups];
                let dates = |date: fn((u64, u64)) -> u64| -> ArrayRef {
                    let dates = lifetimes.iter().map(|of| of.span.map(date));
                    Arc::new(UInt64Array::from_iter(dates))
                };
                let entities = lifetimes.iter().map(|of| of.entities);
                let lifespans = lifetimes.iter().map(|of| of.lifespans);
                let lifespans = Decimal128Array::from_iter_values(lifespans);
                vec![
                    Arc::new(UInt64Array::from_iter_values(entities)),
                    Arc::new(lifespans.with_data_type(whole_numbers())),
                    dates(|(first, _)| first),
                    dates(|(_, last)| last),
                ]
            }
            Scanned::Outside { outside, .. } => outside.state(groups),
        }
    }

    /// Adds what was found elsewhere, each row of one group. Gives how many columns were read.
    pub fn merge(&mut self, state: &[ArrayRef], groups: &[usize]) -> Result<usize, ArrowError> {
        match self {
            Scanned::Mix(mix) => mix.merge(state, groups),
            Scanned::Entities(counts) => {
                let merged = state[0].as_primitive::<UInt64Type>();
                for (merged, group) in merged.values().iter().zip(groups) {
                    counts[*group] = counts[*group].wrapping_add(*merged);
                }
                Ok(1)
            }
            Scanned::Retention([start, end]) => {
                let width = start.state_width();
                start.merge(&state[..width], groups)?;
                end.merge(&state[width..2 * width], groups)?;
                Ok(2 * width)
            }
            Scanned::Lifetimes(lifetimes, _) => {
                let entities = state[0].as_primitive::<UInt64Type>();
                let lifespans = state[1].as_primitive::<Decimal128Type>();
                let first = state[2].as_primitive::<UInt64Type>();
                let last = state[3].as_primitive::<UInt64Type>();
                for (row, group) in groups.iter().enumerate() {
                    lifetimes[*group].add(Lifetimes {
                        entities: entities.value(row),
                        lifespans: lifespans.value(row),
                        span: first
                            .is_valid(row)
                            .then(|| (first.value(row), last.value(row))),
                    });
                }
                Ok(4)
            }
            Scanned::Outside { outside, .. } => {
                outside.merge(&state[..outside.state_width()], groups)?;
                Ok(outside.state_width())
            }
        }
    }

    /// Bytes on the heap.
    pub fn size(&self) -> usize {
        match self {
            Scanned::Mix(mix) => mix.size(),
            Scanned::Entities(counts) => counts.capacity() * size_of::<u64>(),
            Scanned::Retention(sums) => sums.iter().map(Sums::size).sum(),
            Scanned::Lifetimes(lifetimes, _) => lifetimes.capacity() * size_of::<Lifetimes>(),
            Scanned::Outside { outside, .. } => outside.size(),
        }
    }
}

/// How long the entities have been around, by group.
fn lifetimes(entities: Entities, groups: usize) -> Result<Vec<Lifetimes>, ArrowError> {
    let known: &FirstAndLast = entities.sought()?;
    let mut lifetimes = vec![Lifetimes::default(); groups];
    for pair in in_first(entities, groups) {
        let dates = known.dates(pair.id);
        lifetimes[pair.owner as usize].add(Lifetimes {
            entities: 1,
            // A state from elsewhere may hold anything, even an end before its start.
            lifespans: dates
                .map_or(0, |(first, last)| last.saturating_sub(first))
                .into(),
            span: dates,
        });
    }
    Ok(lifetimes)
}

fn sums_of_floats() -> Result<Sums, ArrowError> {
    Sums::new(&DataType::Float64)
}

/// What the entities that started above 0 started with, and what is left of it, by group.
pub fn retained(entities: Entities, capped: bool, groups: usize) -> Result<[Sums; 2], ArrowError> {
    let [mut start, mut end] = [sums_of_floats()?, sums_of_floats()?];
    start.grow(groups);
    end.grow(groups);
    let change: &Amounts = entities.sought()?;
    let (mut owners, mut started, mut kept) = (vec![], vec![], vec![]);
    for pair in in_first(entities, groups) {
        let (from, to) = (change.amount(pair.id, 0), change.amount(pair.id, 1));
        // Who starts with nothing is new, and no part of what was kept.
        if from > 0.0 {
            owners.push(pair.owner as usize);
            started.push(from);
            kept.push(if capped { to.min(from) } else { to });
        }
    }
    let floats = |values: Vec<f64>| -> ArrayRef { Arc::new(Float64Array::from(values)) };
    start.update(&floats(started), &owners, Change::Add)?;
    end.update(&floats(kept), &owners, Change::Add)?;
    Ok([start, end])
}

/// What the entities have outside their initial baskets, by group.
pub fn outside(
    call: &Call,
    total: Total,
    entities: Entities,
    groups: usize,
) -> Result<Sums, ArrowError> {
    let mut outside = Sums::new(&call.arg_types[total.amount])?;
    outside.grow(groups);
    let known: &Revenue = entities.sought()?;
    for pair in in_first(entities, groups) {
        known.add_outside(pair.id, &mut outside, pair.owner as usize)?;
    }
    Ok(outside)
}

fn whole_numbers() -> DataType {
    DataType::Decimal128(DECIMAL128_MAX_PRECISION, 0)
}
