//! Where rows go that wait and do not fit in memory. What a disk is, the caller knows.

use std::fmt::Debug;
use std::sync::Arc;

use datafusion::arrow::buffer::{Buffer, MutableBuffer, ScalarBuffer};
use datafusion::arrow::error::ArrowError;

/// Where rows go when they take too much memory.
#[derive(Debug, Clone)]
pub struct Overflow {
    /// So many bytes are too many.
    pub memory: usize,
    /// Gives a file for the rest.
    pub disk: Arc<dyn Disk>,
}

/// Something that has room for files.
pub trait Disk: Debug + Send + Sync {
    /// A new one, which goes when nobody has it any more.
    fn file(&self) -> Result<Box<dyn DiskFile>, ArrowError>;
}

/// A file that is written from front to back, and read anywhere.
pub trait DiskFile: Debug + Send + Sync {
    /// Adds bytes at the end.
    fn append(&mut self, bytes: &[u8]) -> Result<(), ArrowError>;

    /// Fills `bytes` with those from a position on.
    fn read(&self, at: u64, bytes: &mut [u8]) -> Result<(), ArrowError>;
}

/// Blocks of numbers on the disk.
#[derive(Debug)]
pub(super) struct Spilled {
    file: Box<dyn DiskFile>,
    /// How many bytes were written.
    end: u64,
}

/// Where a block is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spot {
    at: u64,
    /// How many numbers it has.
    pub(super) len: usize,
}

impl Spilled {
    pub(super) fn on(disk: &dyn Disk) -> Result<Self, ArrowError> {
        let file = disk.file()?;
        Ok(Spilled { file, end: 0 })
    }

    /// Writes a block, and gives it back empty, with its memory.
    pub(super) fn write(&mut self, block: &mut Vec<u32>) -> Result<Spot, ArrowError> {
        let spot = Spot {
            at: self.end,
            len: block.len(),
        };
        let bytes = Buffer::from_vec(std::mem::take(block));
        self.file.append(bytes.as_slice())?;
        self.end += bytes.len() as u64;
        *block = bytes.into_vec().unwrap_or_default();
        block.clear();
        Ok(spot)
    }

    pub(super) fn read(&self, spot: Spot) -> Result<ScalarBuffer<u32>, ArrowError> {
        let mut bytes = MutableBuffer::from_len_zeroed(spot.len * size_of::<u32>());
        self.file.read(spot.at, bytes.as_slice_mut())?;
        Ok(bytes.into())
    }
}
