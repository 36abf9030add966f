//! Outcomes counted and added up per group.
//!
//! Outcomes are whole numbers (0 and 1, points, ticks of time), so a tally is exact and does not
//! depend on the order in which it came about.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Decimal128Array, UInt64Array};
use datafusion::arrow::datatypes::{
    DECIMAL128_MAX_PRECISION, DataType, Decimal128Type, UInt64Type,
};

/// For each group and outcome how many there are, and their sum.
#[derive(Debug, Clone)]
pub struct Tally {
    /// How many outcomes a row or an entity has; their cells stand side by side, group by group.
    outcomes: usize,
    n: Vec<u64>,
    sum: Vec<i128>,
}

impl Tally {
    /// A tally of empty groups.
    pub fn new(outcomes: usize, groups: usize) -> Self {
        let mut tally = Tally {
            outcomes,
            n: vec![],
            sum: vec![],
        };
        tally.grow(groups);
        tally
    }

    /// Makes room for more groups.
    pub fn grow(&mut self, groups: usize) {
        let cells = groups * self.outcomes;
        if self.n.len() < cells {
            self.n.resize(cells, 0);
            self.sum.resize(cells, 0);
        }
    }

    /// Counts the outcomes of a row or an entity in.
    #[inline]
    pub fn add(&mut self, group: usize, outcomes: impl IntoIterator<Item = Option<i128>>) {
        for (i, outcome) in outcomes.into_iter().enumerate() {
            if let Some(outcome) = outcome {
                self.n[group * self.outcomes + i] += 1;
                self.sum[group * self.outcomes + i] += outcome;
            }
        }
    }

    /// Takes back outcomes that were counted in before.
    #[inline]
    pub fn remove(&mut self, group: usize, outcomes: impl IntoIterator<Item = Option<i128>>) {
        for (i, outcome) in outcomes.into_iter().enumerate() {
            if let Some(outcome) = outcome {
                self.n[group * self.outcomes + i] -= 1;
                self.sum[group * self.outcomes + i] -= outcome;
            }
        }
    }

    /// How often a group has an outcome, and the sum.
    pub fn of(&self, outcome: usize, group: usize) -> (u64, i128) {
        let cell = group * self.outcomes + outcome;
        (self.n[cell], self.sum[cell])
    }

    /// Forgets the first groups; the others move down.
    pub fn drop_first(&mut self, groups: usize) {
        self.n.drain(..groups * self.outcomes);
        self.sum.drain(..groups * self.outcomes);
    }

    /// Names and types of [`Tally::state`].
    pub fn state_types() -> Vec<(&'static str, DataType)> {
        vec![
            ("n", DataType::UInt64),
            ("sum", DataType::Decimal128(DECIMAL128_MAX_PRECISION, 0)),
        ]
    }

    /// The first groups as arrays, one row per group, where rows have one outcome.
    pub fn state(&self, groups: usize) -> Vec<ArrayRef> {
        debug_assert_eq!(self.outcomes, 1);
        let sum = Decimal128Array::from_iter_values(self.sum[..groups].iter().copied())
            .with_data_type(DataType::Decimal128(DECIMAL128_MAX_PRECISION, 0));
        vec![
            Arc::new(UInt64Array::from_iter_values(
                self.n[..groups].iter().copied(),
            )),
            Arc::new(sum),
        ]
    }

    /// Adds the rows of a state. Returns how many columns of it were read.
    pub fn merge(&mut self, state: &[ArrayRef], groups: &[usize]) -> usize {
        let n = state[0].as_primitive::<UInt64Type>();
        let sum = state[1].as_primitive::<Decimal128Type>();
        for (row, group) in groups.iter().enumerate() {
            if n.is_valid(row) {
                self.n[*group] += n.value(row);
                self.sum[*group] += sum.value(row);
            }
        }
        2
    }

    /// Bytes on the heap.
    pub fn size(&self) -> usize {
        self.n.capacity() * size_of::<u64>() + self.sum.capacity() * size_of::<i128>()
    }
}
