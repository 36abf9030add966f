//! An open table of pairs with linear probing, in parts.

use datafusion::arrow::error::ArrowError;

use crate::fold::keys::pair::{Pair, mix};

/// The pairs of a table. A large one has parts that grow one after the other, so that there is never much more
/// memory in use than the pairs need: `cross_sell_rate` by month and segment, 31 M pairs, took 2.1 GB in one part.
#[derive(Debug)]
pub struct OpenTable {
    parts: Vec<Part>,
    len: usize,
}

#[derive(Debug, Default)]
struct Part {
    /// A power of two, or none at all.
    slots: Vec<Pair>,
    len: usize,
}

/// A slot without a pair. No pair has this id.
const EMPTY: Pair = Pair {
    key: 0,
    owner: 0,
    id: u32::MAX,
};

/// How many parts a large table has.
const PARTS: usize = 64;

/// From so many pairs on a table is large.
const LARGE: usize = 1 << 16;

/// How many slots [`OpenTable::scattered`] looks at together: two cache lines.
const BLOCK: usize = 8;

impl Default for OpenTable {
    fn default() -> Self {
        OpenTable {
            parts: vec![Part::default()],
            len: 0,
        }
    }
}

impl OpenTable {
    /// How many pairs there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// By the low bits, of which the place in the part does not depend.
    #[inline]
    fn part_of(&self, hash: u64) -> usize {
        hash as usize & (self.parts.len() - 1)
    }

    /// Something of the slot where the search for a hash begins, to have it near when it is searched.
    #[inline]
    pub fn touch(&self, hash: u64) -> u32 {
        let part = &self.parts[self.part_of(hash)];
        part.slots.get(part.home(hash)).map_or(0, |pair| pair.id)
    }

    /// The id of a pair, which is `next` if it is new.
    #[inline]
    pub fn intern(
        &mut self,
        owner: u32,
        key: u64,
        hash: u64,
        next: impl FnOnce() -> Result<u32, ArrowError>,
    ) -> Result<u32, ArrowError> {
        let part = self.part_of(hash);
        let part = &mut self.parts[part];
        let place = match part.find(owner, key, hash) {
            Ok(id) => return Ok(id),
            Err(place) => place,
        };
        let id = next()?;
        let pair = Pair { key, owner, id };
        match (part.len + 1) * 4 > part.slots.len() * 3 {
            true => part.grow_and_put(pair),
            false => part.slots[place] = pair,
        }
        part.len += 1;
        self.len += 1;
        if self.len == LARGE {
            self.split();
        }
        Ok(id)
    }

    /// Puts a pair in that is not there, for a table that is made anew.
    pub fn put(&mut self, pair: Pair) {
        let hash = mix(pair.owner, pair.key);
        let id = self.intern(pair.owner, pair.key, hash, || Ok(pair.id));
        debug_assert_eq!(id.ok(), Some(pair.id));
    }

    #[cold]
    fn split(&mut self) {
        let old = std::mem::take(&mut self.parts);
        self.parts = (0..PARTS).map(|_| Part::default()).collect();
        for pair in old.into_iter().flat_map(|part| part.slots) {
            if pair.id != EMPTY.id {
                let part = self.part_of(mix(pair.owner, pair.key));
                let part = &mut self.parts[part];
                part.grow_and_put(pair);
                part.len += 1;
            }
        }
    }

    /// Forgets all pairs, and keeps their memory.
    pub fn clear(&mut self) {
        for part in &mut self.parts {
            part.slots.fill(EMPTY);
            part.len = 0;
        }
        self.len = 0;
    }

    /// All pairs in the order of memory. Never to be put into another table in this order: see
    /// [`OpenTable::scattered`].
    pub fn iter(&self) -> impl Iterator<Item = Pair> {
        let slots = self.parts.iter().flat_map(|part| &part.slots);
        slots.filter(|pair| pair.id != EMPTY.id).copied()
    }

    /// All pairs in small blocks from all over their part. In the order of their hashes they would crowd the front
    /// of a table that still has to grow, where each search would walk past all others.
    pub fn scattered(&self) -> impl Iterator<Item = Pair> {
        let slots = self.parts.iter().flat_map(|part| {
            let blocks = part.slots.len() / BLOCK;
            // An odd step visits each of a power of two of blocks once.
            let step = (blocks as f64 * 0.618) as usize | 1;
            let blocks = (0..blocks).map(move |i| i.wrapping_mul(step) & (blocks - 1));
            blocks.flat_map(|block| &part.slots[block * BLOCK..][..BLOCK])
        });
        slots.filter(|pair| pair.id != EMPTY.id).copied()
    }

    /// Bytes on the heap.
    pub fn size(&self) -> usize {
        let slots: usize = self.parts.iter().map(|part| part.slots.capacity()).sum();
        slots * size_of::<Pair>() + self.parts.capacity() * size_of::<Part>()
    }
}

impl Part {
    /// Where the search for a hash begins: by its high bits, so that a part of twice the size has the
    /// same order, and growing walks through memory from front to back.
    #[inline]
    fn home(&self, hash: u64) -> usize {
        // A part without slots has no high bits to take.
        (hash >> 1 >> (63 - self.slots.len().trailing_zeros().min(63))) as usize
    }

    /// The id of a pair, or where to put it.
    #[inline]
    fn find(&self, owner: u32, key: u64, hash: u64) -> Result<u32, usize> {
        let mut place = self.home(hash);
        while let Some(pair) = self.slots.get(place) {
            if pair.id == EMPTY.id {
                return Err(place);
            }
            if pair.key == key && pair.owner == owner {
                return Ok(pair.id);
            }
            place = (place + 1) & (self.slots.len() - 1);
        }
        Err(0)
    }

    /// Puts a new pair in; a quarter of the slots is empty afterwards.
    fn grow_and_put(&mut self, pair: Pair) {
        if (self.len + 1) * 4 > self.slots.len() * 3 {
            let size = (self.slots.len() * 2).max(16);
            let old = std::mem::replace(&mut self.slots, vec![EMPTY; size]);
            for pair in old.into_iter().filter(|pair| pair.id != EMPTY.id) {
                self.place(pair);
            }
        }
        self.place(pair);
    }

    fn place(&mut self, pair: Pair) {
        let hash = mix(pair.owner, pair.key);
        if let Err(place) = self.find(pair.owner, pair.key, hash) {
            self.slots[place] = pair;
        }
    }
}
