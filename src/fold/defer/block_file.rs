//! Where rows go that wait and do not fit in memory. What a disk is, the caller knows.

use std::fmt::Debug;

use datafusion::arrow::error::ArrowError;

/// A file that is written from front to back, and read anywhere. It goes when nobody has it any more.
pub trait BlockFile: Debug + Send + Sync {
    /// Adds bytes at the end, and tells where they begin.
    fn append(&mut self, bytes: &[u8]) -> Result<u64, ArrowError>;

    /// Fills `bytes` with those from a position on.
    fn read(&self, at: u64, bytes: &mut [u8]) -> Result<(), ArrowError>;
}
