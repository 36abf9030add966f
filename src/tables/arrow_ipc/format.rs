//! Reads the rows of Arrow files. DataFusion takes the columns of a file by position, and all files of a table for files or
//! all for streams, by the first; here each is read as it is, and its columns are found by their names.

use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::{exec_datafusion_err, exec_err};
use datafusion::datasource::file_format::arrow::ArrowFormat;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{FileOpenFuture, FileOpener};
use datafusion::error::Result;
use datafusion::physical_expr_adapter::{BatchAdapter, BatchAdapterFactory};
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet};
use futures::StreamExt;
use object_store::ObjectStore;

use super::reader;
use crate::tables::paths::urls::shown_location;
use crate::tables::scan::{FileRows, RowsFormat, Scan, opened};
use crate::tables::storage::{FilePath, OpenedFile};
use crate::tables::united::adapt::{ColumnNames, Spelled, renamed};

/// How the files of a table are read.
#[derive(Debug, Clone)]
pub(in crate::tables) struct ArrowFiles {
    /// The table's names for columns that are spelled otherwise in some files.
    names: ColumnNames,
}

impl ArrowFiles {
    pub fn format(names: ColumnNames) -> RowsFormat<Self> {
        RowsFormat::new(Self { names }, None, Arc::new(ArrowFormat))
    }
}

impl FileRows for ArrowFiles {
    fn file_type(&self) -> &'static str {
        "arrow"
    }

    fn opener(&self, scan: Scan<'_>) -> Result<Arc<dyn FileOpener>> {
        Ok(Arc::new(ArrowFileOpener {
            asked: Arc::new(scan.columns.project(scan.asked)?),
            names: self.names.clone(),
            batch_size: scan.batch_size,
            store: scan.store,
            metrics: scan.metrics,
            partition: scan.partition,
        }))
    }
}

struct ArrowFileOpener {
    /// The columns of the table that are asked for.
    asked: SchemaRef,
    names: ColumnNames,
    batch_size: usize,
    store: Arc<dyn ObjectStore>,
    metrics: ExecutionPlanMetricsSet,
    partition: usize,
}

impl FileOpener for ArrowFileOpener {
    fn open(&self, file: PartitionedFile) -> Result<FileOpenFuture> {
        let store = Arc::clone(&self.store);
        let asked = Arc::clone(&self.asked);
        let names = self.names.clone();
        let batch_size = self.batch_size;
        let metrics = BaselineMetrics::new(&self.metrics, self.partition);
        Ok(Box::pin(async move {
            let (path, file) = opened(store.as_ref(), &file).await?;
            let rows = IpcRows::new(file, path, &asked, names, batch_size, metrics)?;
            Ok(futures::stream::iter(rows).boxed())
        }))
    }
}

/// The rows of a file as those of the table, a batch at a time.
struct IpcRows {
    batches: Box<dyn Iterator<Item = Result<RecordBatch, ArrowError>> + Send>,
    adapter: BatchAdapter,
    path: FilePath,
    batch_size: usize,
    /// What is left of a batch of the file, which may be all of its rows.
    rest: Option<RecordBatch>,
    metrics: BaselineMetrics,
}

impl IpcRows {
    fn new(
        file: OpenedFile,
        path: FilePath,
        asked: &SchemaRef,
        names: ColumnNames,
        batch_size: usize,
        metrics: BaselineMetrics,
    ) -> Result<Self> {
        let path = shown_location(&path);
        let unreadable = |e: ArrowError| exec_datafusion_err!("{}", reader::unreadable(&path, &e));
        let schema = reader::open(file.again()?, None)
            .map_err(unreadable)?
            .schema;
        let named = renamed(&schema, &names);
        let fields = named.fields().iter().enumerate();
        let read = fields.filter(|(_, field)| asked.field_with_name(field.name()).is_ok());
        let read: Vec<usize> = read.map(|(i, _)| i).collect();
        let in_file = Arc::new(schema.project(&read)?);
        let opened = reader::open(file, Some(read)).map_err(unreadable)?;
        let adapter = BatchAdapterFactory::new(Arc::clone(asked))
            .with_adapter_factory(Arc::new(Spelled(names)))
            .make_adapter(&in_file)?;
        Ok(Self {
            batches: opened.batches,
            adapter,
            path,
            batch_size,
            rest: None,
            metrics,
        })
    }

    fn adapted(&mut self, batch: RecordBatch) -> Result<RecordBatch> {
        let rows = batch.num_rows();
        let batch = match rows > self.batch_size {
            true => {
                self.rest = Some(batch.slice(self.batch_size, rows - self.batch_size));
                batch.slice(0, self.batch_size)
            }
            false => batch,
        };
        let adapted = self.adapter.adapt_batch(&batch);
        adapted
            .map_err(|e| exec_datafusion_err!("{}: {}", self.path.display(), e.strip_backtrace()))
    }
}

impl Iterator for IpcRows {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        let elapsed = self.metrics.elapsed_compute().clone();
        let _timer = elapsed.timer();
        let batch = match self.rest.take() {
            Some(rest) => rest,
            None => match self.batches.next()? {
                Ok(batch) => batch,
                Err(e) => {
                    let problem = reader::unreadable(&self.path, &e);
                    return Some(exec_err!("{problem}"));
                }
            },
        };
        Some(self.adapted(batch))
    }
}
