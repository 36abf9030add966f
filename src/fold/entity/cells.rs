//! Cells: things that an entity has several of, such as its products.
//!
//! Most entities have few, so looking through them all is cheaper than a hash table of (entity, item), which
//! for millions of entities is far larger than any cache. An entity's cells stand in blocks of one array, each
//! block twice as large as the one before. Cells never move: a cell's position is its id. Only entities with very
//! many items have an index beside it, so that none of them makes a step slower than its rows.
//!
//! A cell is its item alone, or has a code beside the item, such as its earliest time: then a row that finds the item
//! has waited for the code, too.
//!
//! `products_per_customer` over 40 M rows of 4 M customers with 500 products took 20.8 CPU seconds and 3.1 GB with
//! a table of pairs, and takes 6.6 and 0.5 GB. `time_to_cross_sell` took 10.8 CPU seconds with the codes in an array of
//! their own that was looked at after the batch, and takes 8.2.

use datafusion::arrow::error::ArrowError;

use crate::fold::keys::lists::{CellLists, EntityLists};
use crate::fold::keys::pair::CHUNK;
use crate::fold::keys::pair_table::PairTable;

/// The items of entities, which are dense codes, in cells of `WIDTH` times four bytes: see [`WITH_CODE`].
#[derive(Debug)]
pub struct Cells<const WIDTH: usize = 1> {
    /// By entity.
    chains: Vec<Chain>,
    /// Blocks: a link to the older block of the same entity, then the cells.
    blocks: Vec<u32>,
    len: usize,
    index: Index,
}

/// The blocks of one entity, which are known from the number of its cells.
#[derive(Debug, Clone, Copy, Default)]
struct Chain {
    newest: u32,
    len: u32,
}

/// The cells of the entities that have too many to look through.
#[derive(Debug)]
struct Index {
    table: PairTable,
    /// By the table's id: the cell.
    cells: Vec<u32>,
    /// Kept between searches for its allocation.
    found: Vec<u32>,
}

/// The width of cells that have a code beside the item.
pub const WITH_CODE: usize = 3;

impl<const WIDTH: usize> Default for Cells<WIDTH> {
    fn default() -> Self {
        Cells {
            chains: vec![],
            // A large array begins 16 bytes after a multiple of 64, where the system's allocator is glibc's: with
            // these, blocks of cells with a code are whole lines of the cache. `time_to_cross_sell` over 40 M rows
            // took 8.8 CPU seconds without, and takes 7.7.
            blocks: vec![0; 12],
            len: 0,
            index: Index {
                // The cell of a new pair is pushed to the end.
                table: PairTable::without_range(),
                cells: vec![],
                found: vec![],
            },
        }
    }
}

impl<const WIDTH: usize> Cells<WIDTH> {
    /// How many cells the first block of an entity has: five with a code are 64 bytes, with the link.
    const FIRST_BLOCK: u32 = if WIDTH == 1 { 4 } else { 5 };
    /// From so many cells on an entity is in the index: the size of four full blocks.
    const MANY: u32 = Self::FIRST_BLOCK * 15;

    /// The number of cells before the newest block of a chain, and in it.
    fn ends(chain: Chain) -> (u32, u32) {
        let first = Self::FIRST_BLOCK;
        let blocks = u32::BITS - (chain.len.saturating_sub(1) / first + 1).leading_zeros();
        let before = first * ((1 << (blocks - 1)) - 1);
        (before, chain.len - before)
    }

    /// What a block of so many cells takes. All are multiples of the first one.
    fn block_size(cells: u32) -> usize {
        let first = Self::FIRST_BLOCK as usize;
        cells as usize / first * (1 + first * WIDTH)
    }

    /// Makes room for entities with ids below `n`.
    pub fn grow(&mut self, n: usize) {
        self.chains.resize(n, Chain::default());
    }

    /// Finds or makes the cell of each (entity, item), and hands it on with what else the row has.
    ///
    /// What is looked at for a row is in three places, and each is known from the one before. So a chunk of rows
    /// waits for the first, then for the second, then for the third, and not each row for all of them.
    pub fn intern_all<T: Copy + Default>(
        &mut self,
        mut rows: impl Iterator<Item = (u32, u64, T)>,
        mut each: impl FnMut(&mut Self, usize, T),
    ) -> Result<(), ArrowError> {
        let mut chunk = [(0, 0, T::default()); CHUNK];
        loop {
            let mut n = 0;
            for (place, row) in chunk.iter_mut().zip(&mut rows) {
                *place = row;
                n += 1;
            }
            self.fetch(chunk[..n].iter().map(|(entity, ..)| *entity));
            for (entity, item, rest) in chunk[..n].iter().copied() {
                let cell = self.intern(entity, item)?;
                each(self, cell, rest);
            }
            if n < CHUNK {
                return Ok(());
            }
        }
    }

    /// Reads something of the newest two blocks of some entities, up to [`CHUNK`], to have them near when they are
    /// looked through.
    pub fn fetch(&self, entities: impl Iterator<Item = u32>) {
        let at = |place: usize| self.blocks.get(place).copied().unwrap_or(0);
        let mut chains = [Chain::default(); CHUNK];
        let mut n = 0;
        for (chain, entity) in chains.iter_mut().zip(entities) {
            *chain = self.chains[entity as usize];
            n += 1;
        }
        // Of the newest block the link and the end, which is often on another line; then the older block.
        let mut read = 0;
        for chain in &mut chains[..n] {
            let block = chain.newest as usize;
            let (_, cells) = Self::ends(*chain);
            read ^= at(block + cells as usize * WIDTH);
            chain.newest = at(block);
        }
        for chain in &chains[..n] {
            read ^= at(chain.newest as usize);
        }
        std::hint::black_box(read);
    }

    /// The cell of an entity's item.
    #[inline]
    pub fn intern(&mut self, entity: u32, item: u64) -> Result<usize, ArrowError> {
        let item = item as u32;
        let chain = self.chains[entity as usize];
        if chain.len >= Self::MANY {
            return self.intern_in_index(entity, item);
        }
        let found = self.blocks_of(chain).find_map(|(first, cells)| {
            let position = cells.iter().position(|cell| cell[0] == item)?;
            Some(first + position * WIDTH)
        });
        if let Some(cell) = found {
            return Ok(cell);
        }
        let cell = self.push(entity, item)?;
        if chain.len + 1 == Self::MANY {
            for cell in self.of(entity).collect::<Vec<_>>() {
                self.index.put(entity, self.blocks[cell], cell)?;
            }
        }
        Ok(cell)
    }

    #[cold]
    fn intern_in_index(&mut self, entity: u32, item: u32) -> Result<usize, ArrowError> {
        if let Some(cell) = self.index.find(entity, item)? {
            return Ok(cell);
        }
        let cell = self.push(entity, item)?;
        self.index.cells.push(cell as u32);
        Ok(cell)
    }

    /// Gives an entity one cell more.
    fn push(&mut self, entity: u32, item: u32) -> Result<usize, ArrowError> {
        let chain = &mut self.chains[entity as usize];
        let (before, in_newest) = Self::ends(*chain);
        let is_full = chain.len == 0 || in_newest == before + Self::FIRST_BLOCK;
        let cell = match is_full {
            false => chain.newest as usize + 1 + in_newest as usize * WIDTH,
            true => {
                let header = self.blocks.len();
                let size = match chain.len {
                    0 => Self::FIRST_BLOCK,
                    _ => 2 * in_newest,
                };
                let end = header + Self::block_size(size);
                if u32::try_from(end).is_err() {
                    return Err(ArrowError::ComputeError(
                        "more than 4,294,967,295 distinct items of entities in one partition of a KPI".into(),
                    ));
                }
                self.blocks.resize(end, u32::MAX);
                self.blocks[header] = chain.newest;
                chain.newest = header as u32;
                header + 1
            }
        };
        self.blocks[cell] = item;
        chain.len += 1;
        self.len += 1;
        Ok(cell)
    }

    /// The blocks of an entity, the newest first: the id of the first cell, and the cells.
    #[inline]
    fn blocks_of(&self, chain: Chain) -> impl Iterator<Item = (usize, &[[u32; WIDTH]])> + Clone {
        let (mut before, mut n) = Self::ends(chain);
        let mut header = chain.newest as usize;
        std::iter::from_fn(move || {
            if n == 0 {
                return None;
            }
            let (cells, _) = self.blocks[header + 1..][..n as usize * WIDTH].as_chunks();
            let block = (header + 1, cells);
            n = match before {
                0 => 0,
                _ => (before + Self::FIRST_BLOCK) / 2,
            };
            before -= n;
            header = self.blocks[header] as usize;
            Some(block)
        })
    }

    /// The cells of an entity.
    pub fn of(&self, entity: u32) -> impl Iterator<Item = usize> + Clone {
        let blocks = self.blocks_of(self.chains[entity as usize]);
        blocks.flat_map(|(first, cells)| (0..cells.len()).map(move |i| first + i * WIDTH))
    }

    /// How many cells an entity has.
    pub fn count(&self, entity: u32) -> u32 {
        self.chains[entity as usize].len
    }

    /// The item of a cell.
    pub fn item(&self, cell: usize) -> u64 {
        self.blocks[cell].into()
    }

    /// A number of a cell's own that is smaller than its id, for vectors beside the cells.
    pub fn rank(&self, cell: usize) -> usize {
        cell / WIDTH
    }

    /// All ranks of cells are below this; not every number below it is one.
    pub fn end(&self) -> usize {
        match self.len {
            0 => 0,
            _ => self.blocks.len().div_ceil(WIDTH),
        }
    }

    /// The layout of the cells in a partial state.
    pub fn lists(&self, entities: &EntityLists) -> CellLists {
        entities.cells(self.len, |entity| self.of(entity))
    }

    /// Bytes on the heap.
    pub fn size(&self) -> usize {
        let index = self.index.cells.capacity() + self.index.found.capacity();
        self.chains.capacity() * size_of::<Chain>()
            + (self.blocks.capacity() + index) * size_of::<u32>()
            + self.index.table.size()
    }
}

impl Cells<WITH_CODE> {
    /// The codes beside the items of an entity.
    #[inline]
    pub fn codes_of(&self, entity: u32) -> impl Iterator<Item = u64> + Clone {
        let blocks = self.blocks_of(self.chains[entity as usize]);
        blocks.flat_map(|(_, cells)| cells.iter().map(|[_, low, high]| code(*low, *high)))
    }

    /// The code beside the item of a cell.
    pub fn code(&self, cell: usize) -> u64 {
        code(self.blocks[cell + 1], self.blocks[cell + 2])
    }

    /// Puts a code in the place of a larger one. A new cell has the largest.
    #[inline]
    pub fn lower(&mut self, cell: usize, to: u64) {
        let Some([low, high]) = self.blocks[cell + 1..].first_chunk_mut() else {
            return;
        };
        let least = to.min(code(*low, *high));
        (*low, *high) = (least as u32, (least >> 32) as u32);
    }
}

fn code(low: u32, high: u32) -> u64 {
    u64::from(high) << 32 | u64::from(low)
}

impl Index {
    /// The cell of a pair. If there is none yet, the next one pushed to `cells` will be it.
    fn find(&mut self, entity: u32, item: u32) -> Result<Option<usize>, ArrowError> {
        self.found.clear();
        let pair = std::iter::once((entity, item.into()));
        self.table.intern(pair, &mut self.found)?;
        let cell = self.cells.get(self.found[0] as usize);
        Ok(cell.map(|cell| *cell as usize))
    }

    fn put(&mut self, entity: u32, item: u32, cell: usize) -> Result<(), ArrowError> {
        if self.find(entity, item)?.is_none() {
            self.cells.push(cell as u32);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Entities with 0 to 199 items, given in turns and twice.
    fn every_item_of_an_entity_has_one_cell<const WIDTH: usize>() {
        let mut cells = Cells::<WIDTH>::default();
        cells.grow(200);
        let mut ranks = std::collections::HashSet::new();
        for turn in 0..2 {
            for item in 0..200_u32 {
                for entity in item + 1..200 {
                    let known = cells.len;
                    let cell = cells.intern(entity, u64::from(item * 7)).unwrap();
                    assert_eq!(cells.len, known + usize::from(turn == 0));
                    assert_eq!(cells.item(cell), u64::from(item * 7));
                    assert!(cells.rank(cell) < cells.end());
                    assert_eq!(ranks.insert(cells.rank(cell)), turn == 0);
                }
            }
        }
        for entity in 0..200 {
            let mut items: Vec<_> = cells.of(entity).map(|cell| cells.item(cell)).collect();
            items.sort_unstable();
            assert!(
                items
                    .into_iter()
                    .eq((0..u64::from(entity)).map(|item| item * 7))
            );
            assert_eq!(cells.count(entity), entity);
        }
        assert_eq!(cells.len, 199 * 200 / 2);
    }

    #[test]
    fn items_have_one_cell_alone_and_with_a_code() {
        every_item_of_an_entity_has_one_cell::<1>();
        every_item_of_an_entity_has_one_cell::<WITH_CODE>();
    }

    #[test]
    fn codes_only_get_smaller() {
        let mut cells = Cells::<WITH_CODE>::default();
        cells.grow(2);
        for item in 0..100 {
            let cell = cells.intern(1, item).unwrap();
            assert_eq!(cells.code(cell), u64::MAX);
            for to in [item << 32 | 5, item << 32 | 3, item << 32 | 4] {
                cells.lower(cell, to);
            }
            assert_eq!(cells.code(cell), item << 32 | 3);
        }
        let mut codes: Vec<_> = cells.codes_of(1).collect();
        codes.sort_unstable();
        assert!(codes.into_iter().eq((0..100).map(|item| item << 32 | 3)));
        assert_eq!(cells.codes_of(0).count(), 0);
    }
}
