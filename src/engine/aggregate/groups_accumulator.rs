//! Under GROUP BY: all groups of one partition.

use datafusion::arrow::array::{Array, ArrayRef, BooleanArray};
use datafusion::error::Result;
use datafusion::logical_expr::{EmitTo, GroupsAccumulator};

use super::accumulate::Accumulate;

/// The groups of one partition.
#[derive(Debug)]
pub struct Grouped<A>(pub A);

impl<A: Accumulate> Grouped<A> {
    fn emitted(&self, emit_to: EmitTo) -> usize {
        match emit_to {
            EmitTo::All => self.0.count(),
            EmitTo::First(n) => n,
        }
    }
}

impl<A: Accumulate> GroupsAccumulator for Grouped<A> {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        self.0.grow(total_num_groups);
        self.0.update(values, group_indices, opt_filter)
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let emitted = self.emitted(emit_to);
        let values = self.0.evaluate(emitted)?;
        self.0.drop_first(emitted)?;
        Ok(values)
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let emitted = self.emitted(emit_to);
        let state = self.0.state(emitted)?;
        self.0.drop_first(emitted)?;
        Ok(state)
    }

    fn merge_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> Result<()> {
        self.0.grow(total_num_groups);
        self.0.merge(values, group_indices)
    }

    /// Every row as a group of its own.
    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        opt_filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let rows: Vec<usize> = (0..values[0].len()).collect();
        let mut groups = self.0.emptied()?;
        groups.grow(rows.len());
        groups.update(values, &rows, opt_filter)?;
        groups.state(rows.len())
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.0.size()
    }
}
