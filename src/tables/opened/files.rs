//! The table of a list of files.
//!
//! DataFusion's `ListingTable` lists a folder anew for every scan, has no NULL in partition folders, opens every file that
//! is named by itself, and keeps the statistics of all columns of all files. This one is given its files, with the values
//! of their partitions, and asks for the statistics of those columns that a query needs.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::{Array, AsArray, RecordBatch};
use datafusion::arrow::datatypes::{Field, FieldRef, Schema, SchemaRef};
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::stats::Precision;
use datafusion::common::{DFSchema, ScalarValue, Statistics, plan_err, project_schema};
use datafusion::datasource::TableType;
use datafusion::datasource::file_format::FileFormat;
use datafusion::datasource::listing::helpers::expr_applicable_for_cols;
use datafusion::datasource::listing::{ListingTable, PartitionedFile};
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder};
use datafusion::datasource::table_schema::TableSchema;
use datafusion::error::Result;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::logical_expr::dml::InsertOp;
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown};
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr_adapter::PhysicalExprAdapterFactory;
use datafusion::physical_plan::empty::EmptyExec;
use datafusion::physical_plan::projection::ProjectionExec;
use datafusion::physical_plan::union::UnionExec;
use datafusion::physical_plan::{ExecutionPlan, Partitioning};
use futures::StreamExt;

use super::ordering::common_ordering;
use crate::tables::storage::FilePath;
use crate::tables::united::adapt::{ColumnNames, Spelled};

/// How many values are read at a time. A table of thousands of columns has fewer rows in a batch: the usual 8192 of
/// 8000 columns are gigabytes.
const MAX_CELLS: usize = 1 << 20;

/// One file of a table.
#[derive(Debug, Clone)]
pub(super) struct OneFile {
    pub path: FilePath,
    pub file: PartitionedFile,
    /// Its columns as they will be read; the table's where files are not looked at one by one.
    pub schema: SchemaRef,
}

/// What a table is made of.
#[derive(Debug)]
pub(in crate::tables) struct Files {
    /// The table's columns without those of partitions.
    pub file_schema: SchemaRef,
    pub partitions: Vec<FieldRef>,
    pub format: Arc<dyn FileFormat>,
    pub store: ObjectStoreUrl,
    pub files: Vec<Arc<OneFile>>,
    /// The table's names for columns that are spelled otherwise in some files.
    pub names: ColumnNames,
    /// Whether the files have statistics.
    pub is_parquet: bool,
    /// Whether the format finds columns by the names of the table for itself.
    pub by_own_names: bool,
    /// Whether no file may be cut into pieces for several threads.
    pub whole: bool,
    /// What INSERT goes to, where there are partition folders.
    pub inserts: Option<ListingTable>,
}

/// The provider, with what follows from its parts.
#[derive(Debug)]
pub(super) struct FilesTable {
    pub(in crate::tables) files: Files,
    schema: SchemaRef,
    adapter: Option<Arc<dyn PhysicalExprAdapterFactory>>,
}

impl FilesTable {
    pub fn new(files: Files) -> Self {
        let mut fields: Vec<FieldRef> = files.file_schema.fields().iter().cloned().collect();
        fields.extend(files.partitions.iter().cloned());
        let metadata = files.file_schema.metadata().clone();
        let schema = Arc::new(Schema::new_with_metadata(fields, metadata));
        let adapter = (files.is_parquet && !files.names.is_empty())
            .then(|| Arc::new(Spelled(files.names.clone())) as _);
        Self {
            files,
            schema,
            adapter,
        }
    }

    fn is_of_partitions(&self, filter: &Expr) -> bool {
        let names: Vec<&str> = self
            .files
            .partitions
            .iter()
            .map(|f| f.name().as_str())
            .collect();
        !names.is_empty() && expr_applicable_for_cols(&names, filter)
    }

    /// The files whose partitions a condition is true for.
    fn chosen(&self, state: &dyn Session, filters: &[Expr]) -> Result<Vec<Arc<OneFile>>> {
        let all = self.files.files.iter().cloned();
        let Some(condition) = conjunction(filters.iter().cloned()) else {
            return Ok(all.collect());
        };
        let fields: Vec<FieldRef> = self
            .files
            .partitions
            .iter()
            .map(|f| Arc::new(Field::new(f.name(), f.data_type().clone(), true)))
            .collect();
        let columns = (0..fields.len()).map(|i| {
            ScalarValue::iter_to_array(all.clone().map(|f| f.file.partition_values[i].clone()))
        });
        let schema = Arc::new(Schema::new(fields));
        let values = RecordBatch::try_new(Arc::clone(&schema), columns.collect::<Result<_>>()?)?;
        let condition = state.create_physical_expr(condition, &DFSchema::try_from(schema)?)?;
        let is_true = condition.evaluate(&values)?.into_array(values.num_rows())?;
        let is_true = is_true.as_boolean();
        let kept = all
            .enumerate()
            .filter(|(i, _)| is_true.is_valid(*i) && is_true.value(*i));
        Ok(kept.map(|(_, file)| file).collect())
    }

    /// The files with their statistics, as many of them as a limit needs; and whether these are all.
    async fn described(
        &self,
        state: &dyn Session,
        files: Vec<Arc<OneFile>>,
        wanted: &BTreeSet<usize>,
        limit: Option<usize>,
    ) -> Result<(Vec<PartitionedFile>, bool)> {
        let collect = state.config().collect_statistics();
        let n_files = files.len();
        let at_a_time = state
            .config_options()
            .execution
            .meta_fetch_concurrency
            .get();
        let each = files.into_iter().map(|file| async move {
            let mut file = file.as_ref().clone();
            // It may have been written anew since the table was opened.
            if let Ok(now) = file.path.metadata() {
                file.file.object_meta.size = now.len;
                if let Some(modified) = now.modified {
                    file.file.object_meta.last_modified = modified.into();
                }
            }
            let mut described = file.file.clone();
            if collect {
                let statistics = self.statistics(state, &file, wanted).await?;
                described.statistics = Some(Arc::new(statistics));
                described.ordering = self.ordering(state, &file).await?;
            }
            Ok::<_, datafusion::error::DataFusionError>(described)
        });
        let mut each = futures::stream::iter(each).buffered(at_a_time);
        let mut described = vec![];
        let mut rows = 0;
        while let Some(file) = each.next().await {
            let file = file?;
            let n = file.statistics.as_ref().map(|s| s.num_rows);
            described.push(file);
            if let (Some(limit), Some(Precision::Exact(n))) = (limit, n) {
                rows += n;
                if rows > limit {
                    break;
                }
            }
        }
        let all = described.len() == n_files;
        Ok((described, all))
    }

    /// The scan of files whose columns have the names of this schema.
    async fn scan_of(
        &self,
        state: &dyn Session,
        schema: SchemaRef,
        projection: Option<&Vec<usize>>,
        limit: Option<usize>,
        (files, are_all): (Vec<PartitionedFile>, bool),
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let ordering = common_ordering(&files);
        let at_once = state.config().target_partitions().max(1);
        let collect = state.config().collect_statistics();
        let mut groups = FileGroup::new(files).split_files(at_once);
        let pieces = groups.len();
        let mut statistics = Statistics::new_unknown(&self.schema);
        if collect {
            let summed = |group: FileGroup| -> Result<FileGroup> {
                let of_files = group.iter().filter_map(|f| f.statistics.as_deref());
                let sum = Statistics::try_merge_iter(of_files, &self.schema)?;
                Ok(group.with_statistics(Arc::new(sum)))
            };
            groups = groups.into_iter().map(summed).collect::<Result<_>>()?;
            let of_groups = groups
                .iter()
                .filter_map(|group| group.file_statistics(None));
            statistics = Statistics::try_merge_iter(of_groups, &self.schema)?;
            if !are_all {
                statistics = statistics.to_inexact();
            }
        }
        let wide = match self.files.by_own_names {
            true => projection.map_or(schema.fields().len(), Vec::len),
            // All of a line is taken apart, whatever is asked for.
            false => schema.fields().len(),
        };
        let rows = (MAX_CELLS / wide.max(1)).max(1);
        let source = TableSchema::builder(schema)
            .with_table_partition_cols(self.files.partitions.clone())
            .build();
        let source = self.files.format.file_source(source);
        let config = FileScanConfigBuilder::new(self.files.store.clone(), source)
            .with_file_groups(groups)
            .with_statistics(statistics)
            .with_projection_indices(projection.cloned())?
            .with_limit(limit)
            .with_batch_size((rows < state.config().batch_size()).then_some(rows))
            .with_output_ordering(ordering.into_iter().collect())
            // DataFusion cuts no files of a scan that has said how it is partitioned.
            .with_output_partitioning(
                self.files
                    .whole
                    .then_some(Partitioning::UnknownPartitioning(pieces)),
            )
            .with_expr_adapter(self.adapter.clone())
            .build();
        self.files.format.create_physical_plan(state, config).await
    }
}

#[async_trait]
impl TableProvider for FilesTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>> {
        let how = |filter: &&Expr| match self.is_of_partitions(filter) {
            true => TableProviderFilterPushDown::Exact,
            false => TableProviderFilterPushDown::Inexact,
        };
        Ok(filters.iter().map(how).collect())
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let (of_partitions, of_rows): (Vec<Expr>, Vec<Expr>) = filters
            .iter()
            .cloned()
            .partition(|f| self.is_of_partitions(f));
        let chosen = self.chosen(state, &of_partitions)?;
        if chosen.is_empty() {
            let schema = project_schema(&self.schema, projection)?;
            return Ok(Arc::new(EmptyExec::new(schema)));
        }
        // Rows that a filter drops do not count towards a limit.
        let enough = limit.filter(|_| of_rows.is_empty());
        let wanted = self.wanted(projection, &of_rows);
        if self.files.by_own_names || self.files.names.is_empty() {
            let files = self.described(state, chosen, &wanted, enough).await?;
            let schema = Arc::clone(&self.files.file_schema);
            return self.scan_of(state, schema, projection, limit, files).await;
        }
        // Where the format knows the table's names only, each spelling is a scan of its own.
        let mut spelled: Vec<(SchemaRef, Vec<Arc<OneFile>>)> = vec![];
        for file in chosen {
            match spelled
                .iter_mut()
                .find(|(schema, _)| Arc::ptr_eq(schema, &file.schema))
            {
                Some((_, files)) => files.push(file),
                None => spelled.push((Arc::clone(&file.schema), vec![file])),
            }
        }
        let mut scans = vec![];
        for (schema, files) in spelled {
            let files = self.described(state, files, &wanted, None).await?;
            let scan = self
                .scan_of(state, schema, projection, limit, files)
                .await?;
            let wanted = project_schema(&self.schema, projection)?;
            let renamed = scan
                .schema()
                .fields()
                .iter()
                .zip(wanted.fields())
                .enumerate()
                .map(|(i, (own, field))| {
                    let column: Arc<dyn datafusion::physical_expr::PhysicalExpr> =
                        Arc::new(Column::new(own.name(), i));
                    (column, field.name().clone())
                })
                .collect::<Vec<_>>();
            scans.push(Arc::new(ProjectionExec::try_new(renamed, scan)?) as Arc<dyn ExecutionPlan>);
        }
        UnionExec::try_new(scans)
    }

    async fn insert_into(
        &self,
        state: &dyn Session,
        input: Arc<dyn ExecutionPlan>,
        insert_op: InsertOp,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        match &self.files.inserts {
            Some(table) => table.insert_into(state, input, insert_op).await,
            None => plan_err!(
                "a path is not inserted into; write the rows to a file of their own with COPY (SELECT ...) TO \
                 'folder/new.parquet', or name the folder with CREATE EXTERNAL TABLE and insert into that"
            ),
        }
    }
}

impl FilesTable {
    /// The columns of files that a query has to do with.
    fn wanted(&self, projection: Option<&Vec<usize>>, filters: &[Expr]) -> BTreeSet<usize> {
        let n = self.files.file_schema.fields().len();
        let mut wanted: BTreeSet<usize> = match projection {
            Some(projection) => projection.iter().copied().collect(),
            None => (0..n).collect(),
        };
        for filter in filters {
            let columns = filter.column_refs();
            wanted.extend(
                columns
                    .iter()
                    .filter_map(|c| self.schema.index_of(&c.name).ok()),
            );
        }
        wanted.retain(|i| *i < n);
        wanted
    }
}
