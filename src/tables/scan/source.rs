//! The files of one scan: which columns of them are asked for, and who reads which.

use std::fmt;
use std::sync::Arc;

use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{FileGroup, FileOpener, FileScanConfig, FileSource};
use datafusion::datasource::projection::{ProjectionOpener, SplitProjection};
use datafusion::datasource::table_schema::TableSchema;
use datafusion::error::Result;
use datafusion::physical_expr::LexOrdering;
use datafusion::physical_expr::projection::ProjectionExprs;
use datafusion::physical_plan::metrics::ExecutionPlanMetricsSet;
use datafusion::physical_plan::{DisplayFormatType, PhysicalExpr, apply_expression_roots};
use object_store::ObjectStore;

use super::file_rows::{FileRows, Scan};

/// How many rows a batch has where the session does not say it.
const BATCH_ROWS: usize = 8192;

#[derive(Clone)]
pub(super) struct RowsSource<R> {
    rows: R,
    table_schema: TableSchema,
    projection: SplitProjection,
    batch_size: Option<usize>,
    metrics: ExecutionPlanMetricsSet,
}

impl<R: FileRows> RowsSource<R> {
    pub fn new(rows: R, table_schema: TableSchema) -> Self {
        Self {
            rows,
            projection: SplitProjection::unprojected(&table_schema),
            table_schema,
            batch_size: None,
            metrics: ExecutionPlanMetricsSet::new(),
        }
    }
}

impl<R: FileRows> FileSource for RowsSource<R> {
    fn create_file_opener(
        &self,
        store: Arc<dyn ObjectStore>,
        config: &FileScanConfig,
        partition: usize,
    ) -> Result<Arc<dyn FileOpener>> {
        let columns = self.table_schema.file_schema();
        let opener = self.rows.opener(Scan {
            store,
            config,
            columns,
            asked: &self.projection.file_indices,
            batch_size: self.batch_size.unwrap_or(BATCH_ROWS),
            metrics: self.metrics.clone(),
            partition,
        })?;
        ProjectionOpener::try_new(self.projection.clone(), opener, columns)
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
        self.rows.file_type()
    }

    /// No file is cut by its bytes: a record need not end where a line does. Streams may read one together instead. Where
    /// nobody coordinates them, the first reads it, and the others have none.
    fn repartitioned(
        &self,
        target_partitions: usize,
        _: usize,
        output_ordering: Option<LexOrdering>,
        config: &FileScanConfig,
    ) -> Result<Option<FileScanConfig>> {
        if target_partitions < 2 || output_ordering.is_some() {
            return Ok(None);
        }
        let files = config.file_groups.iter().flat_map(FileGroup::iter);
        let files: Vec<&PartitionedFile> = files.collect();
        let shared = self.rows.shared_by(target_partitions, &files);
        Ok(shared.map(|rows| {
            let mut config = config.clone();
            let streams = target_partitions.max(config.file_groups.len());
            config.file_groups.resize_with(streams, FileGroup::default);
            config.file_source = Arc::new(Self {
                rows,
                ..self.clone()
            });
            config
        }))
    }

    /// Called once for each time that the files are read.
    fn reorder_files(&self, files: Vec<PartitionedFile>) -> Vec<PartitionedFile> {
        let copies = files.into_iter().flat_map(|file| self.rows.copies(file));
        copies.collect()
    }

    fn fmt_extra(&self, form: DisplayFormatType, f: &mut fmt::Formatter) -> fmt::Result {
        match form {
            DisplayFormatType::Default | DisplayFormatType::Verbose => {
                f.write_str(&self.rows.explained())
            }
            DisplayFormatType::TreeRender => Ok(()),
        }
    }

    fn apply_expressions(
        &self,
        f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        apply_expression_roots(self.projection.source.iter(), f)
    }
}
