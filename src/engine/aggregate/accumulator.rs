//! [`Groups`] without GROUP BY, and in windows whose frame only grows: one group.

use datafusion::arrow::array::{Array, ArrayRef};
use datafusion::common::ScalarValue;
use datafusion::error::Result;
use datafusion::logical_expr::Accumulator;

use super::function::Function;
use crate::fold::groups::Groups;

/// A single group.
#[derive(Debug)]
pub struct KpiAccumulator {
    function: Function,
    groups: Groups,
    /// The group of each row of a batch: always 0.
    zeros: Vec<usize>,
}

impl KpiAccumulator {
    pub fn new(function: Function, mut groups: Groups) -> Self {
        groups.grow(1);
        KpiAccumulator {
            function,
            groups,
            zeros: vec![],
        }
    }

    fn grow_zeros(&mut self, rows: usize) {
        if self.zeros.len() < rows {
            self.zeros.resize(rows, 0);
        }
    }
}

impl Accumulator for KpiAccumulator {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let rows = values[0].len();
        self.grow_zeros(rows);
        self.groups
            .update(values, &self.zeros[..rows], None)
            .map_err(|error| self.function.error(error))
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let answers = self.function.answers(&mut self.groups, 1)?;
        ScalarValue::try_from_array(&answers, 0)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        self.groups
            .state(1)
            .iter()
            .map(|column| ScalarValue::try_from_array(column, 0))
            .collect()
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let rows = states[0].len();
        self.grow_zeros(rows);
        self.groups
            .merge(states, &self.zeros[..rows])
            .map_err(|error| self.function.error(error))
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.groups.size() + self.zeros.capacity() * size_of::<usize>()
    }
}
