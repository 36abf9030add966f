//! Room on the disk for rows that wait, from DataFusion's disk manager: in its folder, and within its limit.

use std::fmt::{Debug, Formatter};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::sync::{Arc, Mutex, PoisonError};

use datafusion::arrow::error::ArrowError;
use datafusion::execution::disk_manager::DiskManager;
use datafusion::execution::spill_file::{SpillFile, SpillWriter};

use crate::fold::{Disk, DiskFile, Overflow};

/// The rows of all partitions may take one in so many parts of the memory, and their open blocks as much again. Other steps
/// of a query have shares as well.
const SHARE: usize = 16;

/// With less than this for a partition, a block would have hardly any rows.
const LEAST: usize = 4 << 20;

/// Where rows of each of some partitions go if they do not fit into their share of the memory; `None` if there is no
/// disk, or so little memory that they never would.
pub fn overflow(memory: usize, partitions: usize, disk: &Arc<DiskManager>) -> Option<Overflow> {
    let memory = memory / SHARE / partitions.max(1);
    let room = Arc::new(Room(disk.clone()));
    (memory >= LEAST && disk.tmp_files_enabled()).then_some(Overflow { memory, disk: room })
}

#[derive(Debug)]
struct Room(Arc<DiskManager>);

impl Disk for Room {
    fn file(&self) -> Result<Box<dyn DiskFile>, ArrowError> {
        let file = self.0.create_tmp_file("rows of a KPI")?;
        let reader = match file.path() {
            Some(path) => File::open(path)?,
            None => {
                let words = "rows of a KPI can wait on a local disk only: SET kpi.whole_rows = 0";
                return Err(ArrowError::ComputeError(words.into()));
            }
        };
        Ok(Box::new(Spilled {
            writer: Mutex::new(file.open_writer()?),
            reader,
            _file: file,
        }))
    }
}

struct Spilled {
    /// Counts what it writes towards the limit. Never waited for: it is there because a writer is not [`Sync`].
    writer: Mutex<Box<dyn SpillWriter>>,
    reader: File,
    /// Removes the file when it goes.
    _file: Arc<dyn SpillFile>,
}

impl DiskFile for Spilled {
    fn append(&mut self, bytes: &[u8]) -> Result<(), ArrowError> {
        let writer = self.writer.get_mut();
        let writer = writer.unwrap_or_else(PoisonError::into_inner);
        Ok(writer.write_all(bytes)?)
    }

    fn read(&self, at: u64, bytes: &mut [u8]) -> Result<(), ArrowError> {
        let mut reader = &self.reader;
        reader.seek(SeekFrom::Start(at))?;
        Ok(reader.read_exact(bytes)?)
    }
}

impl Debug for Spilled {
    fn fmt(&self, f: &mut Formatter) -> std::fmt::Result {
        f.debug_struct("Spilled")
            .field("reader", &self.reader)
            .finish()
    }
}
