//! Words to dense ids, for folds that keep four bytes in place of eight.

use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::error::ArrowError;
use hashbrown::HashTable;

use crate::fold::table::next_id;

/// Dense ids of words.
#[derive(Debug, Default)]
pub(super) struct WordInterner {
    slots: HashTable<u32>,
    pub(super) words: Vec<u64>,
}

impl WordInterner {
    pub(super) fn intern_all(
        &mut self,
        mut words: Vec<u64>,
        nulls: Option<&NullBuffer>,
    ) -> Result<Vec<u64>, ArrowError> {
        for (row, word) in words.iter_mut().enumerate() {
            // What stands in a NULL slot is arbitrary and must not fill the table.
            *word = match nulls {
                Some(nulls) if nulls.is_null(row) => 0,
                _ => self.intern(*word)?.into(),
            };
        }
        Ok(words)
    }

    #[inline]
    fn intern(&mut self, word: u64) -> Result<u32, ArrowError> {
        let hash = spread(word);
        if let Some(id) = self.slots.find(hash, |id| self.words[*id as usize] == word) {
            return Ok(*id);
        }
        let id = next_id(self.words.len())?;
        self.words.push(word);
        self.slots
            .insert_unique(hash, id, |id| spread(self.words[*id as usize]));
        Ok(id)
    }

    pub(super) fn size(&self) -> usize {
        self.slots.allocation_size() + self.words.capacity() * size_of::<u64>()
    }
}

pub(super) fn spread(word: u64) -> u64 {
    let product = u128::from(word ^ 0xE703_7ED1_A0B4_28DB) * 0x8EBC_6AF0_9C88_C6E3;
    (product as u64) ^ ((product >> 64) as u64)
}
