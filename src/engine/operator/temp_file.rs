//! A file of DataFusion's disk manager: written from front to back, within its limit, and read anywhere.

use std::fmt;
use std::fs::File;
use std::io::{self, Write};
use std::sync::Arc;

use datafusion::arrow::error::ArrowError;
use datafusion::error::Result;
use datafusion::execution::disk_manager::DiskManager;
use datafusion::execution::spill_file::{SpillFile, SpillWriter};
use parking_lot::Mutex;

use super::memory_metrics::MemoryMetrics;
use crate::fold::defer::block_file::BlockFile;

/// Gone with its owner.
pub struct TempFile {
    /// Never waited for: it is what makes the whole shareable.
    writer: Mutex<Box<dyn SpillWriter>>,
    reader: File,
    end: u64,
    metrics: MemoryMetrics,
    _file: Arc<dyn SpillFile>,
}

impl TempFile {
    /// An empty one; `None` if there is no disk to spill to.
    pub fn new(
        disk: &Arc<DiskManager>,
        metrics: MemoryMetrics,
        what: &str,
    ) -> Result<Option<Self>> {
        if !disk.tmp_files_enabled() {
            return Ok(None);
        }
        let file = disk.create_tmp_file(what)?;
        let Some(reader) = file.path().map(File::open).transpose()? else {
            return Ok(None);
        };
        Ok(Some(TempFile {
            writer: Mutex::new(file.open_writer()?),
            reader,
            end: 0,
            metrics,
            _file: file,
        }))
    }
}

impl fmt::Debug for TempFile {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "TempFile of {} bytes", self.end)
    }
}

impl BlockFile for TempFile {
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
