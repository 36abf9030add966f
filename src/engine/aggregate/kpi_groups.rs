//! The groups of one call of a KPI.

use datafusion::arrow::array::{ArrayRef, BooleanArray};
use datafusion::error::Result;

use super::accumulate::Accumulate;
use super::function::KpiFunction;
use crate::fold::facts::call::Call;
use crate::fold::run::groups::Groups;
use crate::state::Unwritten;

/// [`Groups`] of one call, whose errors name the function.
#[derive(Debug)]
pub struct KpiGroups {
    function: KpiFunction,
    groups: Groups,
}

impl KpiGroups {
    /// No groups yet of a call of this function.
    pub fn new(function: KpiFunction, call: Call) -> Result<Self> {
        let groups = Groups::new(call).map_err(|error| function.error(error))?;
        Ok(KpiGroups { function, groups })
    }

    /// Takes in the rows of a partial state, each of one group, whose entities are known to differ from all before them.
    pub fn merge_apart(&mut self, state: &[ArrayRef], groups: &[usize]) -> Result<()> {
        let merged = self.groups.merge_apart(state, groups);
        merged.map_err(|error| self.function.error(error))
    }

    /// The first groups as states that are yet to be written.
    pub fn unwritten(&mut self, first: usize) -> Result<Unwritten> {
        self.function.unwritten(&mut self.groups, first)
    }
}

impl Accumulate for KpiGroups {
    fn name(&self) -> String {
        self.function.name()
    }

    fn emptied(&self) -> Result<Self> {
        KpiGroups::new(self.function, self.groups.call().clone())
    }

    fn count(&self) -> usize {
        self.groups.count()
    }

    fn grow(&mut self, groups: usize) {
        self.groups.grow(groups);
    }

    fn update(
        &mut self,
        columns: &[ArrayRef],
        groups: &[usize],
        condition: Option<&BooleanArray>,
    ) -> Result<()> {
        let updated = self.groups.update(columns, groups, condition);
        updated.map_err(|error| self.function.error(error))
    }

    fn evaluate(&mut self, first: usize) -> Result<ArrayRef> {
        self.function.evaluate(&mut self.groups, first)
    }

    fn state(&mut self, first: usize) -> Result<Vec<ArrayRef>> {
        let state = self.groups.state(first);
        state.map_err(|error| self.function.error(error))
    }

    fn merge(&mut self, state: &[ArrayRef], groups: &[usize]) -> Result<()> {
        let merged = self.groups.merge(state, groups);
        merged.map_err(|error| self.function.error(error))
    }

    fn drop_first(&mut self, first: usize) -> Result<()> {
        let dropped = self.groups.drop_first(first);
        dropped.map_err(|error| self.function.error(error))
    }

    fn size(&self) -> usize {
        self.groups.size()
    }
}
