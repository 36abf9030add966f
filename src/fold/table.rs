//! The hash table under every fold: (owner, key) pairs to dense ids.
//!
//! An entity of a group is such a pair (group, customer), and so is a product of an entity (customer,
//! product). Ids count from 0 in the order of first sight, so that whatever a fold keeps lives in
//! plain vectors beside the table. The pair stands inside the table's slot: a probe then touches one
//! cache line of slots and none of a separate key array.

use datafusion::arrow::error::ArrowError;

/// Maps (owner, key) to a dense id.
///
/// An open table with linear probing. Its own, because what a probe costs is the wait for memory, and
/// a table that shows where a pair will stand lets a chunk of rows wait together: all their slots are
/// touched first, and are near when they are searched. `cross_sell_rate` over 40 M rows of 4 M customers
/// takes 6.0 CPU seconds with it, and took 7.7 with hashbrown's table.
#[derive(Debug, Default)]
pub struct PairTable {
    /// A power of two, or none at all.
    slots: Vec<Pair>,
    len: usize,
}

/// One pair and its id.
#[derive(Debug, Clone, Copy)]
pub struct Pair {
    /// What the pair is unique in.
    pub key: u64,
    /// Whom the key belongs to: a group or an entity.
    pub owner: u32,
    /// Its position in the vectors beside the table.
    pub id: u32,
}

/// A slot without a pair. No pair has this id.
const EMPTY: Pair = Pair {
    key: 0,
    owner: 0,
    id: u32::MAX,
};

/// How many rows wait for memory together.
const CHUNK: usize = 64;

impl PairTable {
    /// Appends the id of each pair to `ids`, giving new pairs the next free ids.
    pub fn intern(
        &mut self,
        mut pairs: impl Iterator<Item = (u32, u64)>,
        ids: &mut Vec<u32>,
    ) -> Result<(), ArrowError> {
        ids.reserve(pairs.size_hint().0);
        let mut chunk = [(0, 0, 0); CHUNK];
        loop {
            let mut rows = 0;
            for (place, (owner, key)) in chunk.iter_mut().zip(&mut pairs) {
                *place = (owner, key, mix(owner, key));
                rows += 1;
            }
            let chunk = &chunk[..rows];
            self.make_room(rows);
            let touched = chunk
                .iter()
                .map(|(_, _, hash)| self.slots[self.home(*hash)].id);
            std::hint::black_box(touched.fold(0, |sum: u32, id| sum ^ id));
            for (owner, key, hash) in chunk {
                ids.push(self.intern_one(*owner, *key, *hash)?);
            }
            if rows < CHUNK {
                return Ok(());
            }
        }
    }

    #[inline]
    fn intern_one(&mut self, owner: u32, key: u64, hash: u64) -> Result<u32, ArrowError> {
        let mut place = self.home(hash);
        loop {
            let pair = self.slots[place];
            if pair.id == EMPTY.id {
                break;
            }
            if pair.key == key && pair.owner == owner {
                return Ok(pair.id);
            }
            place = (place + 1) & (self.slots.len() - 1);
        }
        let id = next_id(self.len)?;
        self.slots[place] = Pair { key, owner, id };
        self.len += 1;
        Ok(id)
    }

    /// Where the search for a hash begins: by its high bits, so that a table of twice the size has the
    /// same order, and growing walks through memory from front to back.
    #[inline]
    fn home(&self, hash: u64) -> usize {
        (hash >> (64 - self.slots.len().trailing_zeros())) as usize
    }

    /// Grows the table until so many more pairs leave a quarter of it empty.
    fn make_room(&mut self, more: usize) {
        let mut size = self.slots.len().max(16);
        while (self.len + more) * 4 > size * 3 {
            size *= 2;
        }
        if size == self.slots.len() {
            return;
        }
        let old = std::mem::replace(&mut self.slots, vec![EMPTY; size]);
        for pair in old.into_iter().filter(|pair| pair.id != EMPTY.id) {
            let mut place = self.home(mix(pair.owner, pair.key));
            while self.slots[place].id != EMPTY.id {
                place = (place + 1) & (size - 1);
            }
            self.slots[place] = pair;
        }
    }

    /// How many pairs there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// All pairs, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = &Pair> {
        self.slots.iter().filter(|pair| pair.id != EMPTY.id)
    }

    /// Bytes on the heap.
    pub fn size(&self) -> usize {
        self.slots.capacity() * size_of::<Pair>()
    }
}

/// The id after `len` others. Ids take four bytes; the two highest are left to the folds as marks.
pub fn next_id(len: usize) -> Result<u32, ArrowError> {
    u32::try_from(len)
        .ok()
        .filter(|id| *id < u32::MAX - 1)
        .ok_or_else(|| {
            ArrowError::ComputeError(
                "more than 4,294,967,293 distinct values in one partition of a KPI".into(),
            )
        })
}

/// A folded multiplication: all bits of owner and key reach all bits of the hash.
#[inline]
fn mix(owner: u32, key: u64) -> u64 {
    let product = u128::from(key ^ 0x9E37_79B9_7F4A_7C15)
        * u128::from(u64::from(owner) ^ 0xA076_1D64_78BD_642F);
    (product as u64) ^ ((product >> 64) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_dense_in_order_of_first_sight() {
        let mut table = PairTable::default();
        let mut ids = vec![];
        let pairs = [(0, 7), (1, 7), (0, 7), (0, u64::MAX)];
        table.intern(pairs.into_iter(), &mut ids).unwrap();
        assert_eq!(ids, [0, 1, 0, 2]);
    }

    #[test]
    fn ids_stay_while_the_table_grows() {
        let mut table = PairTable::default();
        let pairs = || (0..100_000_u64).map(|i| ((i % 7) as u32, i / 7 * 1024));
        let (mut first, mut again) = (vec![], vec![]);
        table.intern(pairs(), &mut first).unwrap();
        table.intern(pairs(), &mut again).unwrap();
        assert!(first.iter().copied().eq(0..100_000));
        assert_eq!(again, first);
        assert_eq!(table.iter().count(), table.len());
    }
}
