//! Texts and bytes to dense ids. Those that can be [packed](super::packed) are found without a look at memory elsewhere;
//! all others are in an interner of their own.

use std::hash::BuildHasher;

use datafusion::arrow::array::{Array, GenericByteViewArray};
use datafusion::arrow::datatypes::ByteViewType;
use datafusion::arrow::error::ArrowError;
use hashbrown::DefaultHashBuilder;

use super::packed::{FORMS, PackedForm, of_view, pack, unpack};
use crate::fold::keys::interner::BytesInterner;
use crate::fold::keys::pair::{CHUNK, next_id};

/// The id of each distinct text.
#[derive(Debug)]
pub(in crate::fold) struct TextInterner {
    /// By form.
    tables: [Slots; FORMS],
    /// By id: the packed text, or the id that it has among the others.
    keys: Vec<u128>,
    /// By id: how it is packed, if it is.
    forms: Vec<Option<PackedForm>>,
    others: BytesInterner,
    /// By id among the others.
    ids_of_others: Vec<u32>,
    seed: Seed,
}

/// A table of ids with linear probing: the upper half of a slot is that of the hash, the lower half the id.
#[derive(Debug, Default)]
struct Slots {
    /// A power of two, or none at all.
    slots: Vec<u64>,
    len: usize,
}

/// New in each process: nobody can prepare texts that collide.
#[derive(Debug, Clone, Copy)]
struct Seed(u64, u64);

const EMPTY: u64 = u64::MAX;

/// No id is as large.
const NONE: u32 = u32::MAX;

/// Up to so many texts are near anyway, as products are.
const FAR: usize = 1 << 13;

/// A text on its way to its id.
#[derive(Debug, Clone, Copy)]
enum Key<'a> {
    Null,
    Packed {
        form: PackedForm,
        key: u128,
        hash: u64,
    },
    Other(&'a [u8]),
}

impl Default for TextInterner {
    fn default() -> Self {
        let hasher = DefaultHashBuilder::default();
        TextInterner {
            tables: Default::default(),
            keys: vec![],
            forms: vec![],
            others: BytesInterner::default(),
            ids_of_others: vec![],
            seed: Seed(hasher.hash_one(0), hasher.hash_one(1)),
        }
    }
}

impl TextInterner {
    /// The ids of texts, in the order given; 0 for those that are NULL.
    pub fn intern_all<'a>(
        &mut self,
        texts: impl Iterator<Item = Option<&'a [u8]>>,
    ) -> Result<Vec<u64>, ArrowError> {
        let seed = self.seed;
        self.intern_keys(texts.map(|text| match text {
            None => Key::Null,
            Some(text) => key_of(text, pack(text), seed),
        }))
    }

    /// The same of views, of which short ones are not followed.
    pub fn intern_views<T: ByteViewType>(
        &mut self,
        array: &GenericByteViewArray<T>,
    ) -> Result<Vec<u64>, ArrowError> {
        let seed = self.seed;
        let nulls = array.nulls().filter(|nulls| nulls.null_count() > 0);
        let key = |(row, view): (usize, &u128)| {
            if nulls.is_some_and(|nulls| nulls.is_null(row)) {
                return Key::Null;
            }
            match of_view(*view) {
                Some(packed) => key_of(&[], Some(packed), seed),
                None => {
                    let value: &T::Native = array.value(row);
                    let text = value.as_ref();
                    key_of(text, pack(text), seed)
                }
            }
        };
        self.intern_keys(array.views().iter().enumerate().map(key))
    }

    /// New ids for texts that nobody looks for, in the order given: they are known to be different from all others.
    pub fn append_all<'a>(
        &mut self,
        texts: impl Iterator<Item = Option<&'a [u8]>>,
    ) -> Result<Vec<u64>, ArrowError> {
        let ids = texts.map(|text| {
            let text = text.unwrap_or_default();
            let (form, key) = match pack(text) {
                Some((form, key)) => (Some(form), key),
                None => (None, self.others.intern(text)?.into()),
            };
            let id = next_id(self.keys.len())?;
            self.keys.push(key);
            self.forms.push(form);
            Ok(id.into())
        });
        ids.collect()
    }

    /// What is looked at to find a text is in two places, of which the second is known from the first. So a chunk of texts
    /// waits for the first, then for the second, and not each text for both.
    fn intern_keys<'a>(
        &mut self,
        mut keys: impl Iterator<Item = Key<'a>>,
    ) -> Result<Vec<u64>, ArrowError> {
        let mut ids = Vec::with_capacity(keys.size_hint().0);
        let mut chunk = [Key::Null; CHUNK];
        loop {
            let mut n = 0;
            for (place, key) in chunk.iter_mut().zip(&mut keys) {
                *place = key;
                n += 1;
            }
            let chunk = &chunk[..n];
            let likely = match self.keys.len() < FAR {
                true => [NONE; CHUNK],
                false => self.likely(chunk),
            };
            // Rows of one order, or of one customer, often stand together.
            let mut last = (PackedForm::SHORT, u128::MAX, 0);
            for (key, likely) in chunk.iter().zip(likely) {
                ids.push(match *key {
                    Key::Null => 0,
                    Key::Packed { form, key, .. } if (form, key) == (last.0, last.1) => last.2,
                    Key::Packed { form, key, hash } => {
                        let id = match self.keys.get(likely as usize) {
                            Some(known) if *known == key => likely,
                            _ => self.intern(form, key, hash)?,
                        };
                        last = (form, key, id.into());
                        id.into()
                    }
                    Key::Other(text) => self.intern_other(text)?.into(),
                });
            }
            if n < CHUNK {
                return Ok(ids);
            }
        }
    }

    /// The ids that these keys have by the part of their hashes that is in the table. Reads what they are, to have it near.
    fn likely(&self, keys: &[Key]) -> [u32; CHUNK] {
        let mut others = [&[][..]; CHUNK];
        let mut n_others = 0;
        let mut read = 0;
        for key in keys {
            match *key {
                Key::Packed { form, hash, .. } => {
                    read ^= self.tables[form.number()].at_home(hash);
                }
                Key::Other(text) => {
                    others[n_others] = text;
                    n_others += 1;
                }
                Key::Null => {}
            }
        }
        std::hint::black_box(read);
        let mut likely = [NONE; CHUNK];
        let mut read = 0;
        for (id, key) in likely.iter_mut().zip(keys) {
            if let Key::Packed { form, hash, .. } = *key {
                *id = self.tables[form.number()].likely(hash);
                read ^= self.keys.get(*id as usize).copied().unwrap_or(0);
            }
        }
        std::hint::black_box(read);
        self.others.fetch(others[..n_others].iter().copied());
        likely
    }

    #[inline]
    fn intern(&mut self, form: PackedForm, key: u128, hash: u64) -> Result<u32, ArrowError> {
        let place = match self.tables[form.number()].find(hash, |id| self.keys[id] == key) {
            Ok(id) => return Ok(id),
            Err(place) => place,
        };
        let id = next_id(self.keys.len())?;
        self.keys.push(key);
        self.forms.push(Some(form));
        self.tables[form.number()].put(place, hash, id);
        Ok(id)
    }

    fn intern_other(&mut self, text: &[u8]) -> Result<u32, ArrowError> {
        let other = self.others.intern(text)?;
        if let Some(id) = self.ids_of_others.get(other as usize) {
            return Ok(*id);
        }
        let id = next_id(self.keys.len())?;
        self.keys.push(other.into());
        self.forms.push(None);
        self.ids_of_others.push(id);
        Ok(id)
    }

    /// Puts the text of an id in the place of what is in `text`.
    pub fn read(&self, id: u32, text: &mut Vec<u8>) {
        text.clear();
        let key = self.keys[id as usize];
        match self.forms[id as usize] {
            Some(form) => unpack(form, key, text),
            None => text.extend_from_slice(self.others.get(key as u32)),
        }
    }

    /// Bytes on the heap.
    pub fn size(&self) -> usize {
        let slots: usize = self.tables.iter().map(|table| table.slots.capacity()).sum();
        slots * size_of::<u64>()
            + self.keys.capacity() * size_of::<u128>()
            + self.forms.capacity() * size_of::<Option<PackedForm>>()
            + self.others.size()
            + self.ids_of_others.capacity() * size_of::<u32>()
    }
}

#[inline]
fn key_of(text: &[u8], packed: Option<(PackedForm, u128)>, seed: Seed) -> Key<'_> {
    match packed {
        Some((form, key)) => Key::Packed {
            form,
            key,
            hash: seed.hash(key),
        },
        None => Key::Other(text),
    }
}

impl Seed {
    /// A folded multiplication: all bits of the key reach all bits of the hash.
    #[inline]
    fn hash(self, key: u128) -> u64 {
        let fold = |a: u64, b: u64| {
            let product = u128::from(a) * u128::from(b);
            (product as u64) ^ ((product >> 64) as u64)
        };
        let mixed = fold(key as u64 ^ self.0, 0x9E37_79B9_7F4A_7C15);
        fold(mixed ^ (key >> 64) as u64 ^ self.1, 0xA076_1D64_78BD_642F)
    }
}

impl Slots {
    /// Where the search for a hash begins: by its high bits, so that a table of twice the size has the same order, and
    /// growing walks through memory from front to back.
    #[inline]
    fn home(&self, hash: u64) -> usize {
        // A table without slots has no high bits to take.
        (hash >> 1 >> (63 - self.slots.len().trailing_zeros().min(63))) as usize
    }

    #[inline]
    fn at_home(&self, hash: u64) -> u64 {
        self.slots.get(self.home(hash)).copied().unwrap_or(EMPTY)
    }

    /// The first id with this part of a hash; [`NONE`] if there is none.
    #[inline]
    fn likely(&self, hash: u64) -> u32 {
        self.find(hash, |_| true).unwrap_or(NONE)
    }

    /// The id with this hash that is the one, or where to put it.
    #[inline]
    fn find(&self, hash: u64, is_it: impl Fn(usize) -> bool) -> Result<u32, usize> {
        let mut place = self.home(hash);
        while let Some(slot) = self.slots.get(place) {
            if *slot == EMPTY {
                return Err(place);
            }
            if slot >> 32 == hash >> 32 && is_it((*slot as u32) as usize) {
                return Ok(*slot as u32);
            }
            place = (place + 1) & (self.slots.len() - 1);
        }
        Err(0)
    }

    /// Puts a new id where its search ended; a quarter of the slots is empty afterwards.
    #[inline]
    fn put(&mut self, place: usize, hash: u64, id: u32) {
        let slot = hash >> 32 << 32 | u64::from(id);
        match (self.len + 1) * 4 > self.slots.len() * 3 {
            true => self.grow_and_put(slot),
            false => self.slots[place] = slot,
        }
        self.len += 1;
    }

    #[cold]
    fn grow_and_put(&mut self, new: u64) {
        let size = (self.slots.len() * 2).max(16);
        let old = std::mem::replace(&mut self.slots, vec![EMPTY; size]);
        let old = old.into_iter().filter(|slot| *slot != EMPTY);
        for slot in old.chain([new]) {
            // A slot has the high bits of its hash, and no table has more places than these tell apart.
            let mut place = self.home(slot);
            while self.slots[place] != EMPTY {
                place = (place + 1) & (size - 1);
            }
            self.slots[place] = slot;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_share_an_id_whatever_their_form() {
        let mut interner = TextInterner::default();
        let text = |i: u64| match i % 5 {
            0 => format!("C-{i}"),
            1 => format!("0015g{i:013}"),
            2 => format!("{i:032x}"),
            3 => format!("customer.{i}@example.com"),
            _ => format!("{i:08x}-0000-4000-8000-000000000000"),
        };
        let texts: Vec<_> = (0..50_000).map(text).collect();
        let bytes = || texts.iter().map(|text| Some(text.as_bytes()));
        let ids = interner.intern_all(bytes()).unwrap();
        assert!(ids.iter().copied().eq(0..50_000));
        assert_eq!(interner.intern_all(bytes()).unwrap(), ids);
        let mut read = vec![];
        for (id, text) in (0..).zip(&texts) {
            interner.read(id, &mut read);
            assert_eq!(read, text.as_bytes());
        }
    }
}
