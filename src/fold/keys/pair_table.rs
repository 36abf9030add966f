//! The hash table under every fold: (owner, key) pairs to small ids.
//!
//! An entity of a group is such a pair (group, customer), and so is a product of an entity (customer,
//! product). Ids count from 0, so that whatever a fold keeps lives in plain vectors beside the table. An id stays what
//! it is; some are left out, where the keys of a [`DenseRange`] are.

use datafusion::arrow::error::ArrowError;

use crate::fold::keys::dense_range::{DenseRange, ELSEWHERE, Found, PAGE};
use crate::fold::keys::open_table::OpenTable;
use crate::fold::keys::pair::{CHUNK, Pair, mix, next_id};

/// Maps (owner, key) to an id.
///
/// Keys that lie close together have their pairs in a [`DenseRange`], all others in an [`OpenTable`]. Both are its
/// own, because what a search costs is the wait for memory: the range compares nothing but an owner, and both
/// show where a pair stands or will stand, so that a chunk of rows can wait together.
/// `cross_sell_rate` over 40 M rows of 4 M customers took 7.7 CPU seconds with hashbrown's table and 6.0 with the
/// open table; a range saved another 2.
#[derive(Debug, Default)]
pub struct PairTable {
    range: DenseRange,
    /// The pairs outside the range.
    outside: OpenTable,
    /// How many pairs are inside, with those that stay outside although the range has a place for them.
    inside: usize,
    /// With how many pairs outside the range is looked for again.
    look_at: usize,
    /// All ids are below this.
    end: usize,
}

/// With fewer pairs the open table is in the cache anyway.
const WORTH_A_RANGE: usize = 4096;

impl PairTable {
    /// A table whose keys are counted from 0 as they come, as those of an interner are.
    pub fn of_dense_keys() -> Self {
        PairTable {
            range: DenseRange::endless(),
            look_at: usize::MAX,
            ..PairTable::default()
        }
    }

    /// Appends the id of each pair to `ids`, giving new pairs ids of their own.
    pub fn intern(
        &mut self,
        mut pairs: impl Iterator<Item = (u32, u64)>,
        ids: &mut Vec<u32>,
    ) -> Result<(), ArrowError> {
        ids.reserve(pairs.size_hint().0);
        let mut chunk = [(0, 0); CHUNK];
        let mut found = [0; CHUNK];
        // Rows outside the range, with their hashes.
        let mut outside = [(0, 0); CHUNK];
        loop {
            let mut rows = 0;
            for (place, pair) in chunk.iter_mut().zip(&mut pairs) {
                *place = pair;
                rows += 1;
            }
            if !self.range.is_empty() {
                self.range.touch(chunk[..rows].iter().map(|(_, key)| *key));
            }
            let mut n_outside = 0;
            for (row, (owner, key)) in chunk[..rows].iter().copied().enumerate() {
                match self.range.find(owner, key) {
                    Found::Known(id) => found[row] = id,
                    Found::Free => found[row] = self.put_inside(owner, key)?,
                    Found::Outside => {
                        outside[n_outside] = (row, mix(owner, key));
                        n_outside += 1;
                    }
                }
            }
            let outside = &outside[..n_outside];
            let touched = outside.iter().map(|(_, hash)| self.outside.touch(*hash));
            std::hint::black_box(touched.fold(0, |sum: u32, id| sum ^ id));
            for (row, hash) in outside {
                let (owner, key) = chunk[*row];
                let next = self.end;
                found[*row] = self.outside.intern(owner, key, *hash, || next_id(next))?;
                self.end += usize::from(found[*row] as usize == next);
            }
            ids.extend_from_slice(&found[..rows]);
            if self.outside.len() >= self.look_at.max(WORTH_A_RANGE) {
                self.look_for_range()?;
            }
            if rows < CHUNK {
                return Ok(());
            }
        }
    }

    /// Puts a new pair into the range, which has a place for it.
    #[inline]
    fn put_inside(&mut self, owner: u32, key: u64) -> Result<u32, ArrowError> {
        next_id(self.end + PAGE)?;
        let (id, has_new_page) = self.range.put(owner, key, self.end as u32);
        self.inside += 1;
        if has_new_page {
            self.end += PAGE;
            self.range.close_if_sparse(self.inside);
        }
        Ok(id)
    }

    /// Looks for a range, or a wider one.
    #[cold]
    fn look_for_range(&mut self) -> Result<(), ArrowError> {
        let pairs = self.iter().count();
        if self.keys_have_many_owners(pairs) || self.range_is_taken(pairs) {
            // That will stay so.
            let range = std::mem::take(&mut self.range);
            range.iter().for_each(|pair| self.outside.put(pair));
            self.look_at = usize::MAX;
            return Ok(());
        }
        if let Some(range) = DenseRange::over(self.iter(), pairs) {
            match range.with(std::mem::take(&mut self.range)) {
                Ok(wider) => self.range = wider,
                Err(as_before) => self.range = as_before,
            }
            // Pairs keep their ids, so those outside stay there.
            let outside: Vec<u64> = self.outside.iter().map(|pair| pair.key).collect();
            for key in outside {
                if let Found::Free = self.range.find(ELSEWHERE, key) {
                    self.put_inside(ELSEWHERE, key)?;
                }
            }
        }
        // Again when there are twice as many, or an eighth more of all.
        self.look_at = (2 * self.outside.len()).max(pairs / 8);
        Ok(())
    }

    /// Whether a sample of keys, with about a thousand pairs or all, has many more pairs than keys.
    fn keys_have_many_owners(&self, pairs: usize) -> bool {
        let one_in = (pairs / 1024).max(1).next_power_of_two() as u64;
        let keys = self.iter().map(|pair| pair.key);
        let mut keys: Vec<u64> = keys
            .filter(|key| mix(0, *key) & (one_in - 1) == 0)
            .collect();
        let pairs = keys.len();
        keys.sort_unstable();
        keys.dedup();
        keys.len() * 4 < pairs * 3
    }

    /// Whether an eighth of all pairs had to give way in the range to another owner of their key. A larger range
    /// would help only until there are more owners again: customers by month took three of them, one after the other,
    /// before a sample of keys told the same, and 10.0 CPU seconds in place of 8.9.
    fn range_is_taken(&self, pairs: usize) -> bool {
        let outside = self.outside.iter();
        let taken = outside.filter(|pair| self.range.has_owner(pair.key));
        taken.count() > pairs / 8
    }

    /// All ids are below this; not every number below it is one.
    pub fn end(&self) -> usize {
        self.end
    }

    /// All pairs in the order of memory. Never to be put into another table in this order: see
    /// [`PairTable::scattered`].
    pub fn iter(&self) -> impl Iterator<Item = Pair> {
        self.range.iter().chain(self.outside.iter())
    }

    /// All pairs in an order in which another table can take them in: those of the range by their keys, and so
    /// neighbours to neighbours, those of the open table by no order at all.
    pub fn scattered(&self) -> impl Iterator<Item = Pair> {
        self.range.iter().chain(self.outside.scattered())
    }

    /// All pairs whose keys may have several owners, in an order in which another table can take them in. The range has one
    /// owner of a key, so that those it has alone are left out.
    pub fn shared_keys(&self) -> Vec<Pair> {
        let mut pairs: Vec<Pair> = self.outside.scattered().collect();
        if !self.range.is_empty() {
            let mut keys: Vec<u64> = pairs.iter().map(|pair| pair.key).collect();
            keys.sort_unstable();
            keys.dedup();
            pairs.extend(keys.into_iter().filter_map(|key| self.range.pair(key)));
        }
        pairs
    }

    /// Bytes on the heap.
    pub fn size(&self) -> usize {
        self.range.size() + self.outside.size()
    }

    /// Forgets all pairs, and keeps the memory for as many others.
    pub fn clear(&mut self) {
        self.range.clear();
        self.outside.clear();
        (self.inside, self.end) = (0, 0);
    }

    /// A table whose ids are those that [`PairTable::end`] counts, one after another in the order of first sight.
    pub fn without_range() -> Self {
        PairTable {
            look_at: usize::MAX,
            ..PairTable::default()
        }
    }
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
        assert_eq!(table.iter().count(), table.end());
        assert!(table.range.is_empty());
    }

    /// What one table gives another takes in without crowding; a test that hangs if it does.
    #[test]
    fn a_table_takes_in_what_another_one_gives() {
        let (mut table, mut other) = (PairTable::default(), PairTable::default());
        let mut ids = vec![];
        let keys = (0..300_000_u64).map(|i| (0, i << 32 | 1));
        table.intern(keys, &mut ids).unwrap();
        ids.clear();
        let pairs: Vec<_> = table.scattered().collect();
        other
            .intern(pairs.iter().map(|pair| (pair.owner, pair.key)), &mut ids)
            .unwrap();
        assert!(ids.into_iter().eq(0..300_000));
        assert_eq!(other.iter().count(), pairs.len());
    }

    /// Keys one after another, of which some have a second owner, and a few far away.
    #[test]
    fn ids_stay_while_a_range_opens_and_grows() {
        let mut table = PairTable::default();
        let pair = |i: u64| match i {
            i if i % 1000 == 0 => (0, u64::MAX - i),
            i if i % 10 == 0 => (2, i - 1),
            i => (1, i),
        };
        let mut seen = std::collections::HashMap::new();
        let mut ids = vec![];
        for end in (0..200_000).step_by(777) {
            ids.clear();
            let rows = (0..end.min(5_000)).chain(end / 2..end).map(pair);
            table.intern(rows.clone(), &mut ids).unwrap();
            for (pair, id) in rows.zip(&ids) {
                assert_eq!(*seen.entry(pair).or_insert(*id), *id);
            }
        }
        assert!(!table.range.is_empty());
        assert!(seen.values().all(|id| (*id as usize) < table.end()));
        let all: std::collections::HashMap<_, _> = table
            .iter()
            .map(|pair| ((pair.owner, pair.key), pair.id))
            .collect();
        assert_eq!(all, seen);
    }
}
