//! Groups on the disk, in regions of which one at a time fits in memory.

use std::io::Cursor;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch, UInt32Array};
use datafusion::arrow::compute::take_arrays;
use datafusion::arrow::ipc::reader::StreamReader;
use datafusion::arrow::ipc::writer::StreamWriter;
use datafusion::common::hash_utils::{RandomState, create_hashes};
use datafusion::error::Result;
use datafusion::execution::disk_manager::DiskManager;

use super::compact::compact;
use super::memory_metrics::MemoryMetrics;
use super::temp_file::TempFile;
use crate::fold::defer::block_file::BlockFile;

/// Into how many pieces groups are cut. What is in one of them has to fit in memory.
pub const REGIONS: usize = 64;

/// A file of batches, by region.
pub struct Spill {
    file: TempFile,
    /// By region: what each batch is, and where it stands.
    regions: Vec<Vec<(usize, u64, usize)>>,
}

impl Spill {
    /// An empty file; `None` if there is no disk to spill to.
    pub fn new(disk: &Arc<DiskManager>, metrics: MemoryMetrics) -> Result<Option<Self>> {
        let file = TempFile::new(disk, metrics, "groups of KPIs")?;
        Ok(file.map(|file| Spill {
            file,
            regions: vec![vec![]; REGIONS],
        }))
    }

    /// Adds a batch to a region; `what` tells it from others.
    pub fn write(&mut self, region: usize, what: usize, batch: &RecordBatch) -> Result<()> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        let batch = compact(batch)?;
        let mut bytes = vec![];
        let mut writer = StreamWriter::try_new(&mut bytes, &batch.schema())?;
        writer.write(&batch)?;
        writer.finish()?;
        drop(writer);
        let at = self.file.append(&bytes)?;
        self.regions[region].push((what, at, bytes.len()));
        Ok(())
    }

    /// The batches of a region, each handed on with what it is.
    pub fn read(
        &mut self,
        region: usize,
        mut each: impl FnMut(usize, RecordBatch) -> Result<()>,
    ) -> Result<()> {
        for (what, at, length) in std::mem::take(&mut self.regions[region]) {
            let mut bytes = vec![0; length];
            self.file.read(at, &mut bytes)?;
            for batch in StreamReader::try_new(Cursor::new(bytes), None)? {
                each(what, batch?)?;
            }
        }
        Ok(())
    }
}

/// Which rows are in which region, by their keys. Without keys all are in the first.
pub fn by_keys(keys: &[ArrayRef], rows: usize) -> Result<Vec<UInt32Array>> {
    let mut of_regions = vec![vec![]; REGIONS];
    let regions = match keys {
        [] => vec![0; rows],
        keys => regions(keys)?,
    };
    for (row, region) in regions.into_iter().enumerate() {
        of_regions[region].push(row as u32);
    }
    Ok(of_regions.into_iter().map(UInt32Array::from).collect())
}

/// The region of each row of columns.
pub fn regions(columns: &[ArrayRef]) -> Result<Vec<usize>> {
    let mut hashes = vec![0; columns[0].len()];
    // Not by the hash of an exchange, of which each partition has a part.
    let seed = RandomState::with_seed(0x6B70_695F_7265_6769);
    create_hashes(columns, &seed, &mut hashes)?;
    let region = |hash: &u64| (((hash >> 32) * REGIONS as u64) >> 32) as usize;
    Ok(hashes.iter().map(region).collect())
}

/// Some rows of columns.
pub fn rows_of(columns: &[ArrayRef], rows: &UInt32Array) -> Result<Vec<ArrayRef>> {
    Ok(take_arrays(columns, rows, None)?)
}
