//! Reads the rows of Arrow files. DataFusion takes the columns of a file by position, and all files of a table for files or
//! all for streams, by the first; here each is read as it is, and its columns are found by their names.

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::catalog::Session;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Statistics, exec_datafusion_err, exec_err, plan_err};
use datafusion::datasource::file_format::FileFormat;
use datafusion::datasource::file_format::arrow::ArrowFormat;
use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{
    FileOpenFuture, FileOpener, FileScanConfig, FileSinkConfig, FileSource,
};
use datafusion::datasource::projection::{ProjectionOpener, SplitProjection};
use datafusion::datasource::source::DataSourceExec;
use datafusion::datasource::table_schema::TableSchema;
use datafusion::error::Result;
use datafusion::physical_expr::LexRequirement;
use datafusion::physical_expr::projection::ProjectionExprs;
use datafusion::physical_expr_adapter::{BatchAdapter, BatchAdapterFactory};
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet};
use datafusion::physical_plan::{ExecutionPlan, PhysicalExpr, apply_expression_roots};
use futures::StreamExt;
use object_store::{GetOptions, GetResultPayload, ObjectMeta, ObjectStore};

use super::reader;
use crate::tables::paths::urls::shown_location;
use crate::tables::united::adapt::{ColumnNames, Spelled, renamed};

/// How the files of a table are read.
#[derive(Debug)]
pub(in crate::tables) struct ArrowFiles {
    /// The table's names for columns that are spelled otherwise in some files.
    names: ColumnNames,
    /// Writes, as DataFusion does.
    written: ArrowFormat,
}

impl ArrowFiles {
    pub fn new(names: ColumnNames) -> Self {
        Self {
            names,
            written: ArrowFormat,
        }
    }
}

#[async_trait]
impl FileFormat for ArrowFiles {
    fn get_ext(&self) -> String {
        self.written.get_ext()
    }

    fn get_ext_with_compression(&self, compression: &FileCompressionType) -> Result<String> {
        self.written.get_ext_with_compression(compression)
    }

    fn compression_type(&self) -> Option<FileCompressionType> {
        None
    }

    async fn infer_schema(
        &self,
        _: &dyn Session,
        _: &Arc<dyn ObjectStore>,
        _: &[ObjectMeta],
    ) -> Result<SchemaRef> {
        plan_err!("the columns of an Arrow file are found before it is read")
    }

    async fn infer_stats(
        &self,
        _: &dyn Session,
        _: &Arc<dyn ObjectStore>,
        table_schema: SchemaRef,
        _: &ObjectMeta,
    ) -> Result<Statistics> {
        Ok(Statistics::new_unknown(&table_schema))
    }

    async fn create_physical_plan(
        &self,
        _: &dyn Session,
        config: FileScanConfig,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(DataSourceExec::from_data_source(config))
    }

    async fn create_writer_physical_plan(
        &self,
        input: Arc<dyn ExecutionPlan>,
        state: &dyn Session,
        config: FileSinkConfig,
        order: Option<LexRequirement>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.written
            .create_writer_physical_plan(input, state, config, order)
            .await
    }

    fn file_source(&self, table_schema: TableSchema) -> Arc<dyn FileSource> {
        Arc::new(ArrowFileSource {
            names: self.names.clone(),
            projection: SplitProjection::unprojected(&table_schema),
            table_schema,
            batch_size: None,
            metrics: ExecutionPlanMetricsSet::new(),
        })
    }
}

#[derive(Clone)]
struct ArrowFileSource {
    names: ColumnNames,
    table_schema: TableSchema,
    projection: SplitProjection,
    batch_size: Option<usize>,
    metrics: ExecutionPlanMetricsSet,
}

impl FileSource for ArrowFileSource {
    fn create_file_opener(
        &self,
        store: Arc<dyn ObjectStore>,
        _: &FileScanConfig,
        partition: usize,
    ) -> Result<Arc<dyn FileOpener>> {
        let file_schema = self.table_schema.file_schema();
        let opener = ArrowFileOpener {
            asked: Arc::new(file_schema.project(&self.projection.file_indices)?),
            names: self.names.clone(),
            batch_size: self.batch_size.unwrap_or(8192),
            store,
            metrics: self.metrics.clone(),
            partition,
        };
        ProjectionOpener::try_new(self.projection.clone(), Arc::new(opener), file_schema)
    }

    fn table_schema(&self) -> &TableSchema {
        &self.table_schema
    }

    fn with_batch_size(&self, batch_size: usize) -> Arc<dyn FileSource> {
        Arc::new(Self {
            batch_size: Some(batch_size),
            ..self.clone()
        })
    }

    fn try_pushdown_projection(
        &self,
        projection: &ProjectionExprs,
    ) -> Result<Option<Arc<dyn FileSource>>> {
        let merged = self.projection.source.try_merge(projection)?;
        Ok(Some(Arc::new(Self {
            projection: SplitProjection::new(self.table_schema.file_schema(), &merged),
            ..self.clone()
        })))
    }

    fn projection(&self) -> Option<&ProjectionExprs> {
        Some(&self.projection.source)
    }

    fn metrics(&self) -> &ExecutionPlanMetricsSet {
        &self.metrics
    }

    fn file_type(&self) -> &str {
        "arrow"
    }

    /// A stream has no index, and the batches of a file are as large as its writer wanted.
    fn supports_repartitioning(&self) -> bool {
        false
    }

    fn apply_expressions(
        &self,
        f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        apply_expression_roots(self.projection.source.iter(), f)
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
            let location = file.object_meta.location;
            let result = store.get_opts(&location, GetOptions::default()).await?;
            let GetResultPayload::File(file, path) = result.payload else {
                return exec_err!("/{location} is no file of this machine");
            };
            let rows = IpcRows::new(file, path, &asked, names, batch_size, metrics)?;
            Ok(futures::stream::iter(rows).boxed())
        }))
    }
}

/// The rows of a file as those of the table, a batch at a time.
struct IpcRows {
    batches: Box<dyn Iterator<Item = Result<RecordBatch, ArrowError>> + Send>,
    adapter: BatchAdapter,
    path: PathBuf,
    batch_size: usize,
    /// What is left of a batch of the file, which may be all of its rows.
    rest: Option<RecordBatch>,
    metrics: BaselineMetrics,
}

impl IpcRows {
    fn new(
        file: File,
        path: PathBuf,
        asked: &SchemaRef,
        names: ColumnNames,
        batch_size: usize,
        metrics: BaselineMetrics,
    ) -> Result<Self> {
        let path = shown_location(&path);
        let unreadable = |e: ArrowError| exec_datafusion_err!("{}", reader::unreadable(&path, &e));
        let schema = reader::open(file.try_clone()?, None)
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
