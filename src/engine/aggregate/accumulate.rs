//! What an aggregate of ours keeps for its groups, whichever of DataFusion's traits it runs under.

use datafusion::arrow::array::{ArrayRef, BooleanArray};
use datafusion::error::Result;
use std::fmt::Debug;

/// Groups, numbered from 0, and what is known of the rows of each.
///
/// [`Single`](super::accumulator::Single) and [`Grouped`](super::groups_accumulator::Grouped) make accumulators of it.
pub trait Accumulate: Debug + Send + Sync + Sized + 'static {
    /// The function, for words about it.
    fn name(&self) -> String;

    /// The same without any group.
    fn emptied(&self) -> Result<Self>;

    /// How many groups there are.
    fn count(&self) -> usize;

    /// Makes room for more groups.
    fn grow(&mut self, groups: usize);

    /// Takes in rows, each of one group. Rows where `condition` is false or NULL are left out.
    fn update(
        &mut self,
        columns: &[ArrayRef],
        groups: &[usize],
        condition: Option<&BooleanArray>,
    ) -> Result<()>;

    /// What the first groups give.
    fn evaluate(&mut self, first: usize) -> Result<ArrayRef>;

    /// The first groups as columns of a partial state, one row per group.
    fn state(&mut self, first: usize) -> Result<Vec<ArrayRef>>;

    /// Takes in the rows of a partial state, each of one group.
    fn merge(&mut self, state: &[ArrayRef], groups: &[usize]) -> Result<()>;

    /// Forgets the first groups; the others move down.
    fn drop_first(&mut self, first: usize) -> Result<()>;

    /// Bytes on the heap.
    fn size(&self) -> usize;
}
