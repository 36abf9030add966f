//! Cells: things that an entity has several of, such as its products.
//!
//! The cells of one entity are chained, so that the outcome of a single entity can be found without
//! looking at all others. A window function asks for it after every row.

use datafusion::arrow::error::ArrowError;

use super::lists::{CellLists, EntityLists};
use super::table::{Pair, PairTable};

/// (entity, item) pairs with dense ids, and for each entity the chain of its cells.
#[derive(Debug, Default)]
pub struct Cells {
    table: PairTable,
    /// By entity: its newest cell.
    newest: Vec<u32>,
    /// By cell: the next older cell of the same entity.
    older: Vec<u32>,
}

/// The end of a chain.
const NONE: u32 = u32::MAX;

impl Cells {
    /// Makes room for entities with ids below `n`.
    pub fn grow(&mut self, n: usize) {
        self.newest.resize(n, NONE);
    }

    /// Appends the cell of each (entity, item) to `ids`.
    pub fn intern(
        &mut self,
        pairs: impl Iterator<Item = (u32, u64)> + Clone,
        ids: &mut Vec<u32>,
    ) -> Result<(), ArrowError> {
        let first = ids.len();
        self.table.intern(pairs.clone(), ids)?;
        for ((entity, _), id) in pairs.zip(&ids[first..]) {
            // New ids come in order, so a cell is new exactly if its chain link is still missing.
            if *id as usize == self.older.len() {
                self.older.push(self.newest[entity as usize]);
                self.newest[entity as usize] = *id;
            }
        }
        Ok(())
    }

    /// The number of cells.
    pub fn len(&self) -> usize {
        self.older.len()
    }

    /// Every cell: its entity as the owner, and the word of its item.
    pub fn pairs(&self) -> impl Iterator<Item = &Pair> {
        self.table.iter()
    }

    /// The cells of an entity.
    pub fn of(&self, entity: u32) -> impl Iterator<Item = usize> + Clone {
        let link = |id: u32| (id != NONE).then_some(id);
        std::iter::successors(link(self.newest[entity as usize]), move |id| {
            link(self.older[*id as usize])
        })
        .map(|id| id as usize)
    }

    /// The layout of the cells in a partial state.
    pub fn lists<'a>(&self, entities: &'a EntityLists) -> CellLists<'a> {
        entities.cells(&self.table)
    }

    /// Bytes on the heap.
    pub fn size(&self) -> usize {
        self.table.size() + (self.newest.capacity() + self.older.capacity()) * size_of::<u32>()
    }
}
