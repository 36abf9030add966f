//! The hash table under every fold: (owner, key) pairs to dense ids.
//!
//! An entity of a group is such a pair (group, customer), and so is a product of an entity (customer,
//! product). Ids count from 0 in the order of first sight, so that whatever a fold keeps lives in
//! plain vectors beside the table. The pair stands inside the table's slot: a probe then touches one
//! cache line of slots and none of a separate key array.

use datafusion::arrow::error::ArrowError;
use hashbrown::HashTable;

/// Maps (owner, key) to a dense id.
#[derive(Debug, Default, Clone)]
pub struct PairTable {
    slots: HashTable<Pair>,
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

impl PairTable {
    /// Appends the id of each pair to `ids`, giving new pairs the next free ids.
    pub fn intern(
        &mut self,
        pairs: impl Iterator<Item = (u32, u64)>,
        ids: &mut Vec<u32>,
    ) -> Result<(), ArrowError> {
        ids.reserve(pairs.size_hint().0);
        for (owner, key) in pairs {
            ids.push(self.intern_one(owner, key)?);
        }
        Ok(())
    }

    #[inline]
    fn intern_one(&mut self, owner: u32, key: u64) -> Result<u32, ArrowError> {
        let hash = mix(owner, key);
        if let Some(pair) = self.slots.find(hash, |p| p.key == key && p.owner == owner) {
            return Ok(pair.id);
        }
        let id = next_id(self.slots.len())?;
        let pair = Pair { key, owner, id };
        self.slots
            .insert_unique(hash, pair, |p| mix(p.owner, p.key));
        Ok(id)
    }

    /// How many pairs there are.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// All pairs, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = &Pair> {
        self.slots.iter()
    }

    /// Bytes on the heap.
    pub fn size(&self) -> usize {
        self.slots.allocation_size()
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
}
