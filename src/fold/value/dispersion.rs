//! How far entities differ in what they bring or have: what the standard error of a mean over them needs.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, Decimal128Array, UInt64Array};
use datafusion::arrow::datatypes::{
    DECIMAL128_MAX_PRECISION, DataType, Decimal128Type, UInt64Type,
};
use datafusion::arrow::error::ArrowError;

use crate::define::Scatter;
use crate::fold::entity::amounts::Amounts;
use crate::fold::entity::distinct::DistinctItems;
use crate::fold::entity::entities::Entities;
use crate::fold::facts::call::Call;
use crate::fold::sum::moments::{self, Moments};
use crate::fold::value::entities_of::in_first;

/// By group.
#[derive(Debug)]
pub enum Dispersion {
    /// Of what each entity's amounts add up to.
    Amounts(Moments),
    /// Of how many items each entity has.
    Counts(Vec<ItemScatter>),
}

/// The numbers of items of a group's entities.
#[derive(Debug, Clone, Copy, Default)]
pub struct ItemScatter {
    /// All of them together.
    pub sum: u64,
    squares: i128,
}

impl ItemScatter {
    /// The sum of the squared distances of `n` numbers to their mean.
    pub fn squared_deviations(self, n: u64) -> f64 {
        let sum = i128::from(self.sum);
        let times_n = self.squares.wrapping_mul(n.into()) - sum.wrapping_mul(sum);
        times_n as f64 / n as f64
    }
}

impl Dispersion {
    /// Nothing seen yet; `None` for a call whose standard error, if it has one, needs nothing of the kind.
    pub fn new(call: &Call) -> Option<Self> {
        if !call.variant.is_audited() {
            return None;
        }
        match call.form.finish.scatter() {
            Scatter::AmountPerEntity(_) => Some(Dispersion::Amounts(Moments::default())),
            Scatter::ItemsPerEntity(_) => Some(Dispersion::Counts(vec![])),
            Scatter::Nothing | Scatter::Outcomes { .. } => None,
        }
    }

    /// That of the entities of the first groups.
    pub fn of(call: &Call, entities: Entities, groups: usize) -> Result<Option<Self>, ArrowError> {
        let Some(mut dispersion) = Dispersion::new(call) else {
            return Ok(None);
        };
        dispersion.grow(groups);
        let pairs = in_first(entities, groups);
        match &mut dispersion {
            Dispersion::Amounts(moments) => {
                let known: &Amounts = entities.evidence()?;
                for pair in pairs {
                    moments.add(pair.owner as usize, known.amount(pair.id, 0));
                }
            }
            Dispersion::Counts(counts) => {
                let known: &DistinctItems = entities.evidence()?;
                for pair in pairs {
                    let items = known.items().count(pair.id);
                    let of_group = &mut counts[pair.owner as usize];
                    of_group.sum += u64::from(items);
                    of_group.squares += i128::from(items) * i128::from(items);
                }
            }
        }
        Ok(Some(dispersion))
    }

    /// Makes room for more groups.
    pub fn grow(&mut self, groups: usize) {
        match self {
            Dispersion::Amounts(moments) => moments.grow(groups),
            Dispersion::Counts(counts) => {
                counts.resize(groups.max(counts.len()), ItemScatter::default())
            }
        }
    }

    /// Names and types of [`Dispersion::state`].
    pub fn state_types(&self) -> Vec<(&'static str, DataType)> {
        match self {
            Dispersion::Amounts(_) => moments::STATE_TYPES.to_vec(),
            Dispersion::Counts(_) => {
                vec![("items", DataType::UInt64), ("squares", whole_numbers())]
            }
        }
    }

    /// The first groups as arrays, one row per group.
    pub fn state(&self, groups: usize) -> Vec<ArrayRef> {
        match self {
            Dispersion::Amounts(moments) => moments.state(groups),
            Dispersion::Counts(counts) => {
                let counts = &counts[..groups];
                let squares = counts.iter().map(|counts| counts.squares);
                let squares = Decimal128Array::from_iter_values(squares);
                let sums = counts.iter().map(|counts| counts.sum);
                vec![
                    Arc::new(UInt64Array::from_iter_values(sums)),
                    Arc::new(squares.with_data_type(whole_numbers())),
                ]
            }
        }
    }

    /// Adds the rows of a state. Gives how many columns were read.
    pub fn merge(&mut self, state: &[ArrayRef], groups: &[usize]) -> usize {
        match self {
            Dispersion::Amounts(moments) => {
                moments.merge(&state[..moments::STATE_TYPES.len()], groups);
                moments::STATE_TYPES.len()
            }
            Dispersion::Counts(counts) => {
                let sums = state[0].as_primitive::<UInt64Type>().values();
                let squares = state[1].as_primitive::<Decimal128Type>().values();
                for ((sum, squares), group) in sums.iter().zip(squares).zip(groups) {
                    let counts = &mut counts[*group];
                    counts.sum = counts.sum.wrapping_add(*sum);
                    counts.squares = counts.squares.wrapping_add(*squares);
                }
                2
            }
        }
    }

    /// Bytes on the heap.
    pub fn size(&self) -> usize {
        match self {
            Dispersion::Amounts(moments) => moments.size(),
            Dispersion::Counts(counts) => counts.capacity() * size_of::<ItemScatter>(),
        }
    }
}

fn whole_numbers() -> DataType {
    DataType::Decimal128(DECIMAL128_MAX_PRECISION, 0)
}
