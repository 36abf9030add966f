//! How the rows of files of one format are read.

use std::fmt;
use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{FileOpener, FileScanConfig};
use datafusion::error::Result;
use datafusion::physical_plan::metrics::ExecutionPlanMetricsSet;
use object_store::ObjectStore;

/// How the rows of files of one format are read.
pub(in crate::tables) trait FileRows:
    fmt::Debug + Clone + Send + Sync + 'static
{
    /// What EXPLAIN calls the format.
    fn file_type(&self) -> &'static str;

    /// Opens the files of a partition.
    fn opener(&self, scan: Scan<'_>) -> Result<Arc<dyn FileOpener>>;

    /// The same for one scan, which has counts of its own.
    fn of_a_scan(&self) -> Self {
        self.clone()
    }

    /// The same for streams that read a file together, if that is worth it; the files are those of the scan.
    fn shared_by(&self, _streams: usize, _files: &[&PartitionedFile]) -> Option<Self> {
        None
    }

    /// A file as often as there are streams that read it together: called for each time that it is read.
    fn copies(&self, file: PartitionedFile) -> Vec<PartitionedFile> {
        vec![file]
    }

    /// What EXPLAIN says beside the files.
    fn explained(&self) -> String {
        String::new()
    }
}

/// What an opener is made for.
pub(in crate::tables) struct Scan<'a> {
    pub store: Arc<dyn ObjectStore>,
    pub config: &'a FileScanConfig,
    /// The columns that files have together, and which of them are asked for.
    pub columns: &'a SchemaRef,
    pub asked: &'a [usize],
    pub batch_size: usize,
    pub metrics: ExecutionPlanMetricsSet,
    pub partition: usize,
}
