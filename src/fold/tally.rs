//! Outcomes counted and added up per group.
//!
//! Outcomes are whole numbers (0 and 1, points, ticks of time), so a tally is exact and does not
//! depend on the order in which it came about.

use std::ops::Range;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Decimal128Array, UInt64Array};
use datafusion::arrow::datatypes::{
    DECIMAL128_MAX_PRECISION, DataType, Decimal128Type, UInt64Type,
};

/// For each group how many outcomes there are, and their sum.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Tally {
    n: Vec<u64>,
    sum: Vec<i128>,
}

impl Tally {
    /// A tally of `groups` empty groups.
    pub fn new(groups: usize) -> Self {
        let mut tally = Tally::default();
        tally.grow(groups);
        tally
    }

    /// Makes room for more groups.
    pub fn grow(&mut self, groups: usize) {
        if self.n.len() < groups {
            self.n.resize(groups, 0);
            self.sum.resize(groups, 0);
        }
    }

    /// Counts an outcome in.
    #[inline]
    pub fn add(&mut self, group: usize, outcome: Option<i128>) {
        if let Some(outcome) = outcome {
            self.n[group] += 1;
            self.sum[group] += outcome;
        }
    }

    /// Takes back an outcome that was counted in before.
    #[inline]
    pub fn remove(&mut self, group: usize, outcome: Option<i128>) {
        if let Some(outcome) = outcome {
            self.n[group] -= 1;
            self.sum[group] -= outcome;
        }
    }

    /// The number of outcomes and their sum, for each of some groups.
    pub fn of(&self, groups: Range<usize>) -> impl Iterator<Item = (u64, i128)> {
        groups.map(|group| (self.n[group], self.sum[group]))
    }

    /// Forgets the first groups; the others move down.
    pub fn drop_first(&mut self, groups: usize) {
        self.n.drain(..groups);
        self.sum.drain(..groups);
    }

    /// Names and types of [`Tally::state`].
    pub fn state_types() -> Vec<(&'static str, DataType)> {
        vec![
            ("n", DataType::UInt64),
            ("sum", DataType::Decimal128(DECIMAL128_MAX_PRECISION, 0)),
        ]
    }

    /// The first groups as arrays, one row per group.
    pub fn state(&self, groups: usize) -> Vec<ArrayRef> {
        let sum = Decimal128Array::from_iter_values(self.sum[..groups].iter().copied())
            .with_data_type(DataType::Decimal128(DECIMAL128_MAX_PRECISION, 0));
        vec![
            Arc::new(UInt64Array::from_iter_values(
                self.n[..groups].iter().copied(),
            )),
            Arc::new(sum),
        ]
    }

    /// Adds the rows of a state.
    pub fn merge(&mut self, state: &[ArrayRef], groups: &[usize]) {
        let n = state[0].as_primitive::<UInt64Type>();
        let sum = state[1].as_primitive::<Decimal128Type>();
        for (row, group) in groups.iter().enumerate() {
            if n.is_valid(row) {
                self.n[*group] += n.value(row);
                self.sum[*group] += sum.value(row);
            }
        }
    }

    /// Bytes on the heap.
    pub fn size(&self) -> usize {
        self.n.capacity() * size_of::<u64>() + self.sum.capacity() * size_of::<i128>()
    }
}
