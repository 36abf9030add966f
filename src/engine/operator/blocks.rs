//! Rows that wait on the disk: a file of blocks, read where they stand.

use std::fmt;
use std::fs::File;
use std::io::{self, Write};
use std::sync::Arc;

use datafusion::arrow::error::ArrowError;
use datafusion::error::Result;
use datafusion::execution::disk_manager::DiskManager;
use datafusion::execution::spill_file::{SpillFile, SpillWriter};
use parking_lot::Mutex;

use super::spill::MemoryMetrics;
use crate::fold::defer::block_file::BlockFile;

/// A file of DataFusion's disk manager, within its limit.
pub struct Blocks {
    /// Never waited for: it is what makes the whole shareable.
    writer: Mutex<Box<dyn SpillWriter>>,
    reader: File,
    end: u64,
    metrics: MemoryMetrics,
    _file: Arc<dyn SpillFile>,
}

impl Blocks {
    /// An empty one; `None` if there is no disk to spill to.
    pub fn file(
        disk: &Arc<DiskManager>,
        metrics: MemoryMetrics,
    ) -> Result<Option<Box<dyn BlockFile>>> {
        if !disk.tmp_files_enabled() {
            return Ok(None);
        }
        let file = disk.create_tmp_file("rows of KPIs")?;
        let Some(reader) = file.path().map(File::open).transpose()? else {
            return Ok(None);
        };
        Ok(Some(Box::new(Blocks {
            writer: Mutex::new(file.open_writer()?),
            reader,
            end: 0,
            metrics,
            _file: file,
        })))
    }
}

impl fmt::Debug for Blocks {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Blocks of {} bytes", self.end)
    }
}

impl BlockFile for Blocks {
    fn append(&mut self, bytes: &[u8]) -> Result<u64, ArrowError> {
        let at = self.end;
        let writer = self.writer.get_mut();
        writer.write_all(bytes)?;
        writer.flush()?;
        self.end += bytes.len() as u64;
        self.metrics.wrote(bytes.len());
        Ok(at)
    }

    fn read(&self, at: u64, bytes: &mut [u8]) -> Result<(), ArrowError> {
        Ok(read_at(&self.reader, at, bytes)?)
    }
}

#[cfg(unix)]
fn read_at(file: &File, at: u64, bytes: &mut [u8]) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, at)
}

#[cfg(not(unix))]
fn read_at(mut file: &File, at: u64, bytes: &mut [u8]) -> io::Result<()> {
    use std::io::{Read, Seek, SeekFrom};
    // One thread at a time reads a partition's file.
    file.seek(SeekFrom::Start(at))?;
    file.read_exact(bytes)
}
