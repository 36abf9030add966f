//! Coarser groups, made of finer ones without a look at their rows.
//!
//! Of an entity that is in one of the groups that become one, all is known already, and it counts there as it did. Only
//! those that are in several of them are put together. A customer has one segment: a total over segments then costs as
//! much as there are segments, not customers.

use datafusion::arrow::error::ArrowError;

use crate::fold::keys::directory::Directory;

/// What each group becomes a part of.
#[derive(Debug, Clone, Copy)]
pub struct Coarser<'a> {
    /// By group: its group among the coarser ones.
    pub of: &'a [usize],
    /// How many coarser groups there are.
    pub groups: usize,
}

/// The entities that are in several of the groups that become one.
#[derive(Debug)]
pub(in crate::fold) struct MergedEntities {
    /// Them alone, each once in its coarser group.
    pub directory: Directory,
    /// Each of them as it was in a finer group, with what it is here.
    pub pairs: Vec<(u32, u32)>,
    /// By id in the finer groups: whether it is one of them.
    is_merged: Vec<bool>,
}

impl MergedEntities {
    /// Those of a directory.
    pub fn of(directory: &Directory, of: &[usize]) -> Result<Self, ArrowError> {
        let mut pairs = directory.shared_names(of);
        let mut merged = directory.emptied();
        merged.intern(pairs.iter().map(|(owner, pair)| (*owner, pair.key)))?;
        let mut times = vec![0_u32; merged.end()];
        for id in merged.ids() {
            times[*id as usize] += 1;
        }
        let mut ids = merged.ids().iter();
        pairs.retain(|_| ids.next().is_some_and(|id| times[*id as usize] > 1));
        merged.forget();
        merged.intern(pairs.iter().map(|(owner, pair)| (*owner, pair.key)))?;
        let mut is_merged = match pairs.is_empty() {
            true => vec![],
            false => vec![false; directory.end()],
        };
        for (_, pair) in &pairs {
            is_merged[pair.id as usize] = true;
        }
        let theirs = pairs.iter().map(|(_, pair)| pair.id);
        Ok(MergedEntities {
            pairs: theirs.zip(merged.ids().iter().copied()).collect(),
            directory: merged,
            is_merged,
        })
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// Whether an entity of the finer groups is one of them.
    #[inline]
    pub fn has(&self, entity: u32) -> bool {
        self.is_merged.get(entity as usize).is_some_and(|is| *is)
    }
}
