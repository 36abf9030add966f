//! How many bytes of the files of a scan were read, for those who want to know how far it is.

use std::io::{self, Read};

use datafusion::physical_plan::metrics::{Count, ExecutionPlanMetricsSet, MetricBuilder};

/// What the number of them is called among the metrics of a scan.
pub(crate) const BYTES_READ: &str = "bytes_read";

/// The bytes of a file, which are counted as they are read.
pub(in crate::tables) struct ScannedBytes<R> {
    bytes: R,
    read: Count,
}

impl<R> ScannedBytes<R> {
    /// Counts them among the metrics of a partition.
    pub fn new(bytes: R, metrics: &ExecutionPlanMetricsSet, partition: usize) -> Self {
        let read = MetricBuilder::new(metrics).counter(BYTES_READ, partition);
        Self { bytes, read }
    }
}

impl<R: Read> Read for ScannedBytes<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.bytes.read(buffer)?;
        self.read.add(read);
        Ok(read)
    }
}
