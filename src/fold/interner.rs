//! Byte strings to dense ids: each distinct text is kept once, the folds see four bytes.

use std::hash::BuildHasher;

use datafusion::arrow::error::ArrowError;
use hashbrown::{DefaultHashBuilder, HashTable};

use super::table::next_id;

/// Keeps each distinct byte string once, end to end in one buffer.
#[derive(Debug, Default)]
pub struct BytesInterner {
    slots: HashTable<Slot>,
    bytes: Vec<u8>,
    ends: Vec<usize>,
    // Seeded anew in each process: nobody can prepare texts that collide.
    hasher: DefaultHashBuilder,
}

#[derive(Debug, Clone, Copy)]
struct Slot {
    hash: u64,
    id: u32,
}

impl BytesInterner {
    /// The id of a byte string.
    #[inline]
    pub fn intern(&mut self, value: &[u8]) -> Result<u32, ArrowError> {
        let hash = self.hasher.hash_one(value);
        let known = self
            .slots
            .find(hash, |slot| slot.hash == hash && self.get(slot.id) == value);
        if let Some(slot) = known {
            return Ok(slot.id);
        }
        let id = next_id(self.ends.len())?;
        self.bytes.extend_from_slice(value);
        self.ends.push(self.bytes.len());
        self.slots
            .insert_unique(hash, Slot { hash, id }, |slot| slot.hash);
        Ok(id)
    }

    /// The byte string of an id.
    #[inline]
    pub fn get(&self, id: u32) -> &[u8] {
        let id = id as usize;
        let start = if id == 0 { 0 } else { self.ends[id - 1] };
        &self.bytes[start..self.ends[id]]
    }

    /// Bytes on the heap.
    pub fn size(&self) -> usize {
        self.slots.allocation_size()
            + self.bytes.capacity()
            + self.ends.capacity() * size_of::<usize>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_share_an_id() {
        let mut interner = BytesInterner::default();
        let ids: Vec<_> = ["", "CRM", "", "CR", "CRM"]
            .map(|text| interner.intern(text.as_bytes()).unwrap())
            .into();
        assert_eq!(ids, [0, 1, 0, 2, 1]);
        assert_eq!(interner.get(1), b"CRM");
        assert_eq!(interner.get(0), b"");
    }
}
