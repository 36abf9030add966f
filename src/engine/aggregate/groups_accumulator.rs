//! [`Groups`] under GROUP BY.

use datafusion::arrow::array::{Array, ArrayRef, BooleanArray};
use datafusion::error::Result;
use datafusion::logical_expr::{EmitTo, GroupsAccumulator};

use super::function::Function;
use crate::fold::groups::Groups;

/// All groups of one partition.
#[derive(Debug)]
pub struct KpiGroupsAccumulator {
    function: Function,
    groups: Groups,
}

impl KpiGroupsAccumulator {
    pub fn new(function: Function, groups: Groups) -> Self {
        KpiGroupsAccumulator { function, groups }
    }

    fn emitted(&self, emit_to: EmitTo) -> usize {
        match emit_to {
            EmitTo::All => self.groups.count(),
            EmitTo::First(n) => n,
        }
    }

    fn drop_first(&mut self, groups: usize) -> Result<()> {
        self.groups
            .drop_first(groups)
            .map_err(|error| self.function.error(error))
    }
}

impl GroupsAccumulator for KpiGroupsAccumulator {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        self.groups.grow(total_num_groups);
        self.groups
            .update(values, group_indices, opt_filter)
            .map_err(|error| self.function.error(error))
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let emitted = self.emitted(emit_to);
        let answers = self.function.answers(&mut self.groups, emitted)?;
        self.drop_first(emitted)?;
        Ok(answers)
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let emitted = self.emitted(emit_to);
        let state = self.groups.state(emitted);
        self.drop_first(emitted)?;
        Ok(state)
    }

    fn merge_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> Result<()> {
        self.groups.grow(total_num_groups);
        self.groups
            .merge(values, group_indices)
            .map_err(|error| self.function.error(error))
    }

    /// Every row as a group of its own.
    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        opt_filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let rows: Vec<usize> = (0..values[0].len()).collect();
        let mut groups =
            Groups::new(self.groups.call().clone()).map_err(|error| self.function.error(error))?;
        groups.grow(rows.len());
        groups
            .update(values, &rows, opt_filter)
            .map_err(|error| self.function.error(error))?;
        Ok(groups.state(rows.len()))
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.groups.size()
    }
}
