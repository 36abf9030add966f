//! Reads the records of JSON files that are laid out in different ways, each as it is.

use std::io::BufReader;
use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::json::ReaderBuilder;
use datafusion::common::exec_datafusion_err;
use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use datafusion::datasource::file_format::json::JsonFormat;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{FileOpenFuture, FileOpener};
use datafusion::error::Result;
use datafusion::physical_plan::metrics::ExecutionPlanMetricsSet;
use futures::StreamExt;
use object_store::ObjectStore;

use super::layout::{JsonFile, JsonLayout, without_mark};
use crate::tables::paths::urls::shown_location;
use crate::tables::scan::{FileRows, RowsFormat, Scan, ScannedBytes, opened};
use crate::tables::storage::OpenedFile;

/// How the files of a table are read: each says it itself.
#[derive(Debug, Clone)]
pub(in crate::tables) struct JsonFiles {
    /// How a file is read that does not say it.
    by_lines: Arc<JsonFile>,
}

impl JsonFiles {
    pub fn format(compression: FileCompressionType) -> RowsFormat<Self> {
        let by_lines = Arc::new(JsonFile {
            layout: JsonLayout::Lines,
            compression,
        });
        let writer = JsonFormat::default().with_file_compression_type(compression);
        RowsFormat::new(Self { by_lines }, Some(compression), Arc::new(writer))
    }
}

impl FileRows for JsonFiles {
    fn file_type(&self) -> &'static str {
        "json"
    }

    fn opener(&self, scan: Scan<'_>) -> Result<Arc<dyn FileOpener>> {
        Ok(Arc::new(JsonFileOpener {
            by_lines: Arc::clone(&self.by_lines),
            asked: Arc::new(scan.columns.project(scan.asked)?),
            batch_size: scan.batch_size,
            store: scan.store,
            metrics: scan.metrics,
            partition: scan.partition,
        }))
    }
}

struct JsonFileOpener {
    by_lines: Arc<JsonFile>,
    /// The columns that are asked for.
    asked: SchemaRef,
    batch_size: usize,
    store: Arc<dyn ObjectStore>,
    metrics: ExecutionPlanMetricsSet,
    partition: usize,
}

impl FileOpener for JsonFileOpener {
    fn open(&self, file: PartitionedFile) -> Result<FileOpenFuture> {
        let json = file.extensions.get_arc::<JsonFile>();
        let json = json.unwrap_or_else(|| Arc::clone(&self.by_lines));
        let store = Arc::clone(&self.store);
        let (metrics, partition) = (self.metrics.clone(), self.partition);
        let builder = ReaderBuilder::new(Arc::clone(&self.asked)).with_batch_size(self.batch_size);
        Ok(Box::pin(async move {
            let (path, file) = opened(store.as_ref(), &file).await?;
            let shown = shown_location(&path);
            let text = records(ScannedBytes::new(file, &metrics, partition), &json)
                .map_err(|e| exec_datafusion_err!("{} cannot be read: {e}", shown.display()))?;
            let batches = builder.build(text)?;
            let batches = batches.map(move |batch| {
                batch.map_err(|e| exec_datafusion_err!("{}: {e}", shown.display()))
            });
            Ok(futures::stream::iter(batches).boxed())
        }))
    }
}

/// The records of a file, one after the other.
fn records(
    file: ScannedBytes<OpenedFile>,
    json: &JsonFile,
) -> Result<BufReader<Box<dyn std::io::Read + Send>>> {
    let plain = json.compression.convert_read(BufReader::new(file))?;
    let records = json.layout.records(without_mark(plain)?);
    Ok(BufReader::with_capacity(1 << 17, records))
}
