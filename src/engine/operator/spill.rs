//! Groups on the disk, in regions of which one at a time fits in memory.

use std::fs::File;
use std::io::{Cursor, Read, Seek, SeekFrom, Write};
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch, UInt32Array};
use datafusion::arrow::compute::take_arrays;
use datafusion::arrow::ipc::reader::StreamReader;
use datafusion::arrow::ipc::writer::StreamWriter;
use datafusion::common::hash_utils::{RandomState, create_hashes};
use datafusion::error::Result;
use datafusion::execution::disk_manager::DiskManager;
use datafusion::execution::spill_file::{SpillFile, SpillWriter};
use datafusion::physical_plan::metrics::{Count, ExecutionPlanMetricsSet, Gauge, MetricBuilder};

/// Into how many pieces groups are cut. What is in one of them has to fit in memory.
pub const REGIONS: usize = 64;

/// Figures of a partition for EXPLAIN ANALYZE.
#[derive(Debug, Clone)]
pub struct MemoryMetrics {
    bytes: Count,
    /// How often all groups went to the disk.
    runs: Count,
    /// How many regions came back.
    regions: Count,
    /// The most that was kept in memory.
    peak: Gauge,
}

impl MemoryMetrics {
    /// Nothing spilled yet.
    pub fn new(metrics: &ExecutionPlanMetricsSet, partition: usize) -> Self {
        MemoryMetrics {
            bytes: MetricBuilder::new(metrics).spilled_bytes(partition),
            runs: MetricBuilder::new(metrics).spill_count(partition),
            regions: MetricBuilder::new(metrics).counter("spilled_regions", partition),
            peak: MetricBuilder::new(metrics).gauge("peak_mem_used", partition),
        }
    }

    /// So many bytes went to the disk.
    pub fn wrote(&self, bytes: usize) {
        self.bytes.add(bytes);
    }

    /// So many bytes are kept.
    pub fn has(&self, bytes: usize) {
        self.peak.set_max(bytes);
    }

    /// A region came back.
    pub fn add_region(&self) {
        self.regions.add(1);
    }

    /// All groups go to the disk once more.
    pub fn add_run(&self) {
        self.runs.add(1);
    }
}

/// A file of batches, by region. Gone with its last reader.
pub struct Spill {
    writer: Box<dyn SpillWriter>,
    reader: File,
    end: u64,
    /// By region: what each batch is, and where it stands.
    regions: Vec<Vec<(usize, u64, usize)>>,
    metrics: MemoryMetrics,
    _file: Arc<dyn SpillFile>,
}

impl Spill {
    /// An empty file; `None` if there is no disk to spill to.
    pub fn new(disk: &Arc<DiskManager>, metrics: MemoryMetrics) -> Result<Option<Self>> {
        if !disk.tmp_files_enabled() {
            return Ok(None);
        }
        let file = disk.create_tmp_file("groups of KPIs")?;
        let Some(reader) = file.path().map(File::open).transpose()? else {
            return Ok(None);
        };
        Ok(Some(Spill {
            writer: file.open_writer()?,
            reader,
            end: 0,
            regions: vec![vec![]; REGIONS],
            metrics,
            _file: file,
        }))
    }

    /// Adds a batch to a region; `what` tells it from others.
    pub fn write(&mut self, region: usize, what: usize, batch: &RecordBatch) -> Result<()> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        let mut bytes = vec![];
        let mut writer = StreamWriter::try_new(&mut bytes, &batch.schema())?;
        writer.write(batch)?;
        writer.finish()?;
        drop(writer);
        self.writer.write_all(&bytes)?;
        self.regions[region].push((what, self.end, bytes.len()));
        self.end += bytes.len() as u64;
        self.metrics.bytes.add(bytes.len());
        Ok(())
    }

    /// The batches of a region, each handed on with what it is.
    pub fn read(
        &mut self,
        region: usize,
        mut each: impl FnMut(usize, RecordBatch) -> Result<()>,
    ) -> Result<()> {
        self.writer.flush()?;
        for (what, at, length) in std::mem::take(&mut self.regions[region]) {
            let mut bytes = vec![0; length];
            self.reader.seek(SeekFrom::Start(at))?;
            self.reader.read_exact(&mut bytes)?;
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
