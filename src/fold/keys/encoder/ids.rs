//! Codes to dense ids, for folds that keep four bytes in place of eight.

use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::error::ArrowError;

use crate::fold::keys::pair_table::PairTable;

/// Dense ids of codes: those of a table with a single owner.
#[derive(Debug, Default)]
pub(in crate::fold) struct CodeInterner {
    table: PairTable,
    /// By id.
    pub(in crate::fold) codes: Vec<u64>,
    /// Kept between batches for its allocation.
    ids: Vec<u32>,
}

impl CodeInterner {
    pub(in crate::fold) fn intern_all(
        &mut self,
        mut codes: Vec<u64>,
        nulls: Option<&NullBuffer>,
    ) -> Result<Vec<u64>, ArrowError> {
        // What stands in a NULL slot is arbitrary and must not fill the table.
        let is_valid = |row: &usize| nulls.is_none_or(|nulls| nulls.is_valid(*row));
        let rows = (0..codes.len()).filter(is_valid);
        self.ids.clear();
        self.table
            .intern(rows.clone().map(|row| (0, codes[row])), &mut self.ids)?;
        self.codes.resize(self.table.end(), 0);
        for (row, id) in rows.zip(&self.ids) {
            let code = &mut self.codes[*id as usize];
            // What is only read stays in every cache.
            if *code != codes[row] {
                *code = codes[row];
            }
            codes[row] = (*id).into();
        }
        Ok(codes)
    }

    pub(in crate::fold) fn size(&self) -> usize {
        self.table.size()
            + self.codes.capacity() * size_of::<u64>()
            + self.ids.capacity() * size_of::<u32>()
    }
}
