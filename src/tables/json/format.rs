//! Reads the records of JSON files that are laid out in different ways, each as it is.

use std::fs::File;
use std::io::BufReader;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::json::ReaderBuilder;
use datafusion::catalog::Session;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Statistics, exec_datafusion_err, exec_err, plan_err};
use datafusion::datasource::file_format::FileFormat;
use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use datafusion::datasource::file_format::json::JsonFormat;
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
use datafusion::physical_plan::metrics::ExecutionPlanMetricsSet;
use datafusion::physical_plan::{ExecutionPlan, PhysicalExpr, apply_expression_roots};
use futures::StreamExt;
use object_store::{GetOptions, GetResultPayload, ObjectMeta, ObjectStore};

use super::layout::{JsonFile, JsonLayout, without_mark};
use crate::tables::paths::urls::shown_location;

/// How the files of a table are read: each says it itself.
#[derive(Debug)]
pub(in crate::tables) struct JsonFiles {
    compression: FileCompressionType,
    /// Writes, as DataFusion does.
    written: JsonFormat,
}

impl JsonFiles {
    pub fn new(compression: FileCompressionType) -> Self {
        Self {
            compression,
            written: JsonFormat::default().with_file_compression_type(compression),
        }
    }
}

#[async_trait]
impl FileFormat for JsonFiles {
    fn get_ext(&self) -> String {
        self.written.get_ext()
    }

    fn get_ext_with_compression(&self, compression: &FileCompressionType) -> Result<String> {
        self.written.get_ext_with_compression(compression)
    }

    fn compression_type(&self) -> Option<FileCompressionType> {
        Some(self.compression)
    }

    async fn infer_schema(
        &self,
        _: &dyn Session,
        _: &Arc<dyn ObjectStore>,
        _: &[ObjectMeta],
    ) -> Result<SchemaRef> {
        plan_err!("the columns of a JSON file are found before it is read")
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
        Arc::new(JsonFileSource {
            by_lines: Arc::new(JsonFile {
                layout: JsonLayout::Lines,
                compression: self.compression,
            }),
            projection: SplitProjection::unprojected(&table_schema),
            table_schema,
            batch_size: None,
            metrics: ExecutionPlanMetricsSet::new(),
        })
    }
}

#[derive(Clone)]
struct JsonFileSource {
    /// How a file is read that does not say it.
    by_lines: Arc<JsonFile>,
    table_schema: TableSchema,
    projection: SplitProjection,
    batch_size: Option<usize>,
    metrics: ExecutionPlanMetricsSet,
}

impl FileSource for JsonFileSource {
    fn create_file_opener(
        &self,
        store: Arc<dyn ObjectStore>,
        _: &FileScanConfig,
        _: usize,
    ) -> Result<Arc<dyn FileOpener>> {
        let file_schema = self.table_schema.file_schema();
        let opener = JsonFileOpener {
            by_lines: Arc::clone(&self.by_lines),
            asked: Arc::new(file_schema.project(&self.projection.file_indices)?),
            batch_size: self.batch_size.unwrap_or(8192),
            store,
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
        "json"
    }

    /// A record need not end where a line does.
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

struct JsonFileOpener {
    by_lines: Arc<JsonFile>,
    /// The columns that are asked for.
    asked: SchemaRef,
    batch_size: usize,
    store: Arc<dyn ObjectStore>,
}

impl FileOpener for JsonFileOpener {
    fn open(&self, file: PartitionedFile) -> Result<FileOpenFuture> {
        let json = file.extensions.get_arc::<JsonFile>();
        let json = json.unwrap_or_else(|| Arc::clone(&self.by_lines));
        let store = Arc::clone(&self.store);
        let builder = ReaderBuilder::new(Arc::clone(&self.asked)).with_batch_size(self.batch_size);
        Ok(Box::pin(async move {
            let location = file.object_meta.location;
            let result = store.get_opts(&location, GetOptions::default()).await?;
            let GetResultPayload::File(file, path) = result.payload else {
                return exec_err!("/{location} is no file of this machine");
            };
            let shown = shown_location(&path);
            let text = records(file, &json)
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
fn records(file: File, json: &JsonFile) -> Result<BufReader<Box<dyn std::io::Read + Send>>> {
    let plain = json.compression.convert_read(BufReader::new(file))?;
    let records = json.layout.records(without_mark(plain)?);
    Ok(BufReader::with_capacity(1 << 17, records))
}
