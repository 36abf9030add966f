//! Without GROUP BY, and in windows whose frame only grows: one group.

use datafusion::arrow::array::{Array, ArrayRef};
use datafusion::common::ScalarValue;
use datafusion::error::Result;
use datafusion::logical_expr::Accumulator;

use super::accumulate::Accumulate;
use super::given::GivenBytes;

/// A single group.
#[derive(Debug)]
pub struct Single<A> {
    groups: A,
    /// The group of each row of a batch: always 0.
    zeros: Vec<usize>,
    given: GivenBytes,
}

impl<A: Accumulate> Single<A> {
    /// One group without rows.
    pub fn new(mut groups: A) -> Self {
        groups.grow(1);
        Single {
            groups,
            zeros: vec![],
            given: GivenBytes::default(),
        }
    }

    fn grow_zeros(&mut self, rows: usize) {
        if self.zeros.len() < rows {
            self.zeros.resize(rows, 0);
        }
    }
}

impl<A: Accumulate> Accumulator for Single<A> {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let rows = values[0].len();
        self.grow_zeros(rows);
        self.groups.update(values, &self.zeros[..rows], None)
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let value = ScalarValue::try_from_array(&self.groups.evaluate(1)?, 0)?;
        self.given.count(|| self.groups.name(), value)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let state = self.groups.state(1)?;
        let row = |column: &ArrayRef| ScalarValue::try_from_array(column, 0);
        state.iter().map(row).collect()
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let rows = states[0].len();
        self.grow_zeros(rows);
        self.groups.merge(states, &self.zeros[..rows])
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.groups.size() + self.zeros.capacity() * size_of::<usize>()
    }
}
