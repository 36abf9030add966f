//! An accumulator whose arguments are looked at on their way in.

use datafusion::arrow::array::{ArrayRef, BooleanArray};
use datafusion::error::Result;

use super::accumulate::Accumulate;
use crate::engine::remarks::watch::Watch;

/// An accumulator whose arguments are looked at on their way in.
#[derive(Debug)]
pub struct WatchedGroups<A> {
    /// The accumulator.
    pub groups: A,
    /// What is looked at.
    pub watch: Watch,
}

impl<A: Accumulate> Accumulate for WatchedGroups<A> {
    fn name(&self) -> String {
        self.groups.name()
    }

    fn emptied(&self) -> Result<Self> {
        Ok(WatchedGroups {
            groups: self.groups.emptied()?,
            watch: self.watch.emptied(),
        })
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
        self.watch.look(columns, condition);
        self.groups.update(columns, groups, condition)
    }

    fn evaluate(&mut self, first: usize) -> Result<ArrayRef> {
        self.watch.tell();
        self.groups.evaluate(first)
    }

    fn state(&mut self, first: usize) -> Result<Vec<ArrayRef>> {
        self.watch.tell();
        self.groups.state(first)
    }

    fn merge(&mut self, state: &[ArrayRef], groups: &[usize]) -> Result<()> {
        self.groups.merge(state, groups)
    }

    fn drop_first(&mut self, first: usize) -> Result<()> {
        self.groups.drop_first(first)
    }

    fn size(&self) -> usize {
        self.groups.size()
    }
}
