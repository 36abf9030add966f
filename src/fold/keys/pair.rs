//! What the tables of keys have in common: a pair of owner and key, its hash, its id.

use datafusion::arrow::error::ArrowError;

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

/// How many rows wait for memory together.
pub const CHUNK: usize = 64;

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
pub fn mix(owner: u32, key: u64) -> u64 {
    let product = u128::from(key ^ 0x9E37_79B9_7F4A_7C15)
        * u128::from(u64::from(owner) ^ 0xA076_1D64_78BD_642F);
    (product as u64) ^ ((product >> 64) as u64)
}
