//! What a call keeps of its groups beside outcomes: amounts that are added up, and rows that are counted.

use datafusion::arrow::array::{ArrayRef, BooleanArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::error::ArrowError;

use crate::fold::facts::call::{Call, UnboundCall};
use crate::fold::sum::audit::Audit;
use crate::fold::sum::change::Change;
use crate::fold::sum::totals::Totals;

/// By group; with the call that it is for.
#[derive(Debug)]
pub(in crate::fold) struct Beside {
    pub call: Call,
    pub totals: Totals,
    /// The rows counted, for an answer that tells them.
    pub audit: Option<Audit>,
}

impl Beside {
    /// Nothing seen yet.
    pub fn new(call: Call) -> Result<Self, ArrowError> {
        Ok(Beside {
            totals: Totals::new(&call)?,
            audit: call.variant.is_audited().then(Audit::default),
            call,
        })
    }

    /// The same in other groups: each group's number stands for the one that it becomes a part of.
    pub fn coarser(&self, of: &[usize], groups: usize) -> Result<Self, ArrowError> {
        let mut coarser = Beside::new(self.call.clone())?;
        coarser.grow(groups);
        coarser.totals.merge(&self.totals.state(of.len()), of)?;
        if let (Some(audit), Some(finer)) = (&mut coarser.audit, &self.audit) {
            audit.merge(&finer.state(of.len()), of);
        }
        Ok(coarser)
    }

    /// Makes room for more groups.
    pub fn grow(&mut self, groups: usize) {
        self.totals.grow(groups);
        if let Some(audit) = &mut self.audit {
            audit.grow(groups);
        }
    }

    /// Counts rows, if that is asked for: all for which the condition holds, and those of them that the mask leaves out.
    pub fn audit(
        &mut self,
        groups: &[usize],
        condition: Option<&BooleanArray>,
        mask: Option<&BooleanArray>,
    ) {
        if let Some(audit) = &mut self.audit {
            audit.count(groups, condition, mask);
        }
    }

    /// Adds the amounts of rows that count.
    pub fn update(&mut self, args: &[ArrayRef], groups: &[usize]) -> Result<(), ArrowError> {
        self.totals.update(args, groups, Change::Add)
    }

    /// Names and types of [`Beside::state`].
    pub fn state_types(call: &UnboundCall) -> Result<Vec<(&'static str, DataType)>, ArrowError> {
        let mut types = Totals::state_types(call)?;
        if call.variant.is_audited() {
            types.extend(Audit::STATE_TYPES);
        }
        Ok(types)
    }

    /// One row for each of the first groups.
    pub fn state(&self, first: usize) -> Vec<ArrayRef> {
        let mut state = self.totals.state(first);
        state.extend(self.audit.iter().flat_map(|audit| audit.state(first)));
        state
    }

    /// Adds the rows of a state, each of one group. Gives how many columns were read.
    pub fn merge(&mut self, state: &[ArrayRef], groups: &[usize]) -> Result<usize, ArrowError> {
        let mut used = self.totals.merge(state, groups)?;
        if let Some(audit) = &mut self.audit {
            used += audit.merge(&state[used..], groups);
        }
        Ok(used)
    }

    /// Forgets the first groups; the others move down.
    pub fn drop_first(&mut self, first: usize) {
        self.totals.drop_first(first);
        if let Some(audit) = &mut self.audit {
            audit.drop_first(first);
        }
    }

    /// Bytes on the heap.
    pub fn size(&self) -> usize {
        self.totals.size() + self.audit.as_ref().map_or(0, Audit::size)
    }
}
