//! The entities and the items of groups, gone through and counted.

use crate::fold::entity::entities::Entities;
use crate::fold::keys::directory::Directory;
use crate::fold::keys::pair::Pair;

/// The entities of the first groups.
pub fn in_first(entities: Entities, groups: usize) -> impl Iterator<Item = Pair> {
    entities
        .pairs()
        .filter(move |pair| (pair.owner as usize) < groups)
}

/// How many of these entities each of the first groups has.
pub fn count(pairs: impl Iterator<Item = Pair>, groups: usize) -> Vec<u64> {
    let mut counts = vec![0; groups];
    for pair in pairs.filter(|pair| (pair.owner as usize) < groups) {
        counts[pair.owner as usize] += 1;
    }
    counts
}

/// The distinct items of groups.
#[derive(Debug, Clone, Copy)]
pub(in crate::fold) enum ItemCounts<'a> {
    /// By name, because entities may have some in common.
    Named(&'a Directory),
    /// By another call.
    Elsewhere(&'a [u64]),
}

impl ItemCounts<'_> {
    /// How many each of the first groups has.
    pub fn of(self, groups: usize) -> Vec<u64> {
        match self {
            ItemCounts::Named(items) => count(items.pairs(), groups),
            ItemCounts::Elsewhere(counts) => counts[..groups].to_vec(),
        }
    }
}
