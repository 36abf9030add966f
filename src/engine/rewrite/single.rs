//! A groups accumulator as an accumulator of a single group.

use datafusion::arrow::array::{Array, ArrayRef};
use datafusion::common::ScalarValue;
use datafusion::error::Result;
use datafusion::logical_expr::{Accumulator, EmitTo, GroupsAccumulator};
use std::fmt::Debug;

/// One group, for an aggregation without GROUP BY.
#[derive(Debug)]
pub struct SingleGroup<G>(pub G);

impl<G: GroupsAccumulator + Debug + Sync> Accumulator for SingleGroup<G> {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let groups = vec![0; values[0].len()];
        self.0.update_batch(values, &groups, None, 1)
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let groups = vec![0; states[0].len()];
        self.0.merge_batch(states, &groups, 1)
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        self.touch()?;
        ScalarValue::try_from_array(&self.0.evaluate(EmitTo::All)?, 0)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        self.touch()?;
        let state = self.0.state(EmitTo::All)?;
        let row = |column: &ArrayRef| ScalarValue::try_from_array(column, 0);
        state.iter().map(row).collect()
    }

    fn size(&self) -> usize {
        self.0.size()
    }
}

impl<G: GroupsAccumulator> SingleGroup<G> {
    /// Without rows there is a group all the same.
    fn touch(&mut self) -> Result<()> {
        self.0.merge_batch(&[], &[], 1)
    }
}
