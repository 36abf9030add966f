//! Reads the rows of CSV files for DataFusion's listing tables.
//!
//! Arrow splits the lines and gives every value as a text; a text becomes a value of its column's type here, if it is
//! one. Only an error goes back to the file, to say in which line it is.

use std::fmt;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch, RecordBatchOptions};
use datafusion::arrow::csv::ReaderBuilder;
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::arrow::error::ArrowError;
use datafusion::catalog::Session;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Statistics, exec_datafusion_err, exec_err, plan_err};
use datafusion::datasource::file_format::FileFormat;
use datafusion::datasource::file_format::csv::CsvFormat;
use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{
    FileOpenFuture, FileOpener, FileScanConfig, FileScanConfigBuilder, FileSinkConfig, FileSource,
};
use datafusion::datasource::projection::{ProjectionOpener, SplitProjection};
use datafusion::datasource::source::DataSourceExec;
use datafusion::datasource::table_schema::TableSchema;
use datafusion::error::{DataFusionError, Result};
use datafusion::physical_expr::LexRequirement;
use datafusion::physical_expr::projection::ProjectionExprs;
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet};
use datafusion::physical_plan::{
    DisplayFormatType, ExecutionPlan, PhysicalExpr, apply_expression_roots,
};
use futures::StreamExt;
use object_store::{GetOptions, GetResultPayload, ObjectMeta, ObjectStore};

use super::reader::{self, QuoteChecked};
use super::{fault, place};
use crate::tables::csv::looking::{GuessedColumns, Looking};
use crate::tables::paths::urls::shown_location;
use crate::tables::values::{self, misfit};

/// How the files of a table are read and written.
#[derive(Debug)]
pub(in crate::tables) struct CsvFiles {
    looking: Looking,
    has_header: bool,
    guessed: GuessedColumns,
    /// Writes, as DataFusion does.
    written: Arc<dyn FileFormat>,
}

impl CsvFiles {
    pub fn new(looking: Looking, has_header: bool, guessed: GuessedColumns) -> Self {
        let dialect = looking.dialect;
        let written = CsvFormat::default()
            .with_has_header(has_header)
            .with_delimiter(dialect.delimiter)
            .with_quote(dialect.quote)
            .with_escape(dialect.escape)
            .with_file_compression_type(looking.compression);
        Self::writing(looking, has_header, guessed, Arc::new(written))
    }

    /// Reads files one way, and writes them as `written` does.
    pub fn writing(
        looking: Looking,
        has_header: bool,
        guessed: GuessedColumns,
        written: Arc<dyn FileFormat>,
    ) -> Self {
        Self {
            looking,
            has_header,
            guessed,
            written,
        }
    }
}

#[async_trait]
impl FileFormat for CsvFiles {
    fn get_ext(&self) -> String {
        self.written.get_ext()
    }

    fn get_ext_with_compression(&self, compression: &FileCompressionType) -> Result<String> {
        self.written.get_ext_with_compression(compression)
    }

    fn compression_type(&self) -> Option<FileCompressionType> {
        Some(self.looking.compression)
    }

    async fn infer_schema(
        &self,
        _: &dyn Session,
        _: &Arc<dyn ObjectStore>,
        _: &[ObjectMeta],
    ) -> Result<SchemaRef> {
        plan_err!("the columns of a CSV file are found before it is read")
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
        let config = FileScanConfigBuilder::from(config)
            .with_file_compression_type(self.looking.compression)
            .build();
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
        Arc::new(CsvFileSource {
            looking: self.looking.clone(),
            has_header: self.has_header,
            guessed: Arc::clone(&self.guessed),
            projection: SplitProjection::unprojected(&table_schema),
            table_schema,
            batch_size: None,
            metrics: ExecutionPlanMetricsSet::new(),
        })
    }
}

#[derive(Clone)]
struct CsvFileSource {
    looking: Looking,
    has_header: bool,
    guessed: GuessedColumns,
    table_schema: TableSchema,
    projection: SplitProjection,
    batch_size: Option<usize>,
    metrics: ExecutionPlanMetricsSet,
}

impl FileSource for CsvFileSource {
    fn create_file_opener(
        &self,
        store: Arc<dyn ObjectStore>,
        config: &FileScanConfig,
        partition: usize,
    ) -> Result<Arc<dyn FileOpener>> {
        let file_schema = self.table_schema.file_schema();
        let mut looking = self.looking.clone();
        looking.compression = config.file_compression_type;
        let opener = Opener {
            rows: Arc::new(CsvRows {
                looking,
                has_header: self.has_header,
                guessed: Arc::clone(&self.guessed),
                columns: file_schema.fields().len(),
                schema: Arc::new(file_schema.project(&self.projection.file_indices)?),
            }),
            texts: texts(file_schema),
            indices: self.indices(),
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
        "csv"
    }

    /// A file that is cut at line ends would be cut at those inside of quoted values, too.
    fn supports_repartitioning(&self) -> bool {
        false
    }

    fn fmt_extra(&self, form: DisplayFormatType, f: &mut fmt::Formatter) -> fmt::Result {
        match form {
            DisplayFormatType::Default | DisplayFormatType::Verbose => {
                write!(f, ", has_header={}", self.has_header)
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

impl CsvFileSource {
    /// The columns that are read. Where none is asked for, as to count rows, one tells a row from a header line.
    fn indices(&self) -> Vec<usize> {
        match &self.projection.file_indices[..] {
            [] if self.has_header => vec![0],
            asked => asked.to_vec(),
        }
    }
}

/// The columns as arrow is to read them.
fn texts(schema: &Schema) -> SchemaRef {
    let text = |field: &Arc<Field>| {
        // A text that stays one is read as such.
        let data_type = match field.data_type() {
            DataType::Utf8 => DataType::Utf8,
            _ => DataType::Utf8View,
        };
        Field::new(field.name(), data_type, true)
    };
    Arc::new(Schema::new(
        schema.fields().iter().map(text).collect::<Vec<_>>(),
    ))
}

struct Opener {
    rows: Arc<CsvRows>,
    texts: SchemaRef,
    indices: Vec<usize>,
    batch_size: usize,
    store: Arc<dyn ObjectStore>,
    metrics: ExecutionPlanMetricsSet,
    partition: usize,
}

impl FileOpener for Opener {
    fn open(&self, file: PartitionedFile) -> Result<FileOpenFuture> {
        let builder = ReaderBuilder::new(Arc::clone(&self.texts))
            .with_header(self.rows.has_header)
            .with_batch_size(self.batch_size)
            .with_projection(self.indices.clone());
        let builder = self.rows.looking.dialect.of(builder);
        let (rows, store) = (Arc::clone(&self.rows), Arc::clone(&self.store));
        let metrics = BaselineMetrics::new(&self.metrics, self.partition);
        Ok(Box::pin(async move {
            let location = file.object_meta.location;
            let result = store.get_opts(&location, GetOptions::default()).await?;
            let (path, bytes): (PathBuf, Box<dyn Read + Send>) = match result.payload {
                GetResultPayload::File(file, path) => {
                    let bytes = reader::plain(file, &path, rows.looking.compression)?;
                    (path, bytes)
                }
                // Nothing but a disk gives files today.
                GetResultPayload::Stream(_) => {
                    let bytes = store
                        .get_opts(&location, GetOptions::default())
                        .await?
                        .bytes()
                        .await?;
                    let bytes = rows.looking.compression.convert_read(Cursor::new(bytes))?;
                    (PathBuf::from(format!("/{location}")), bytes)
                }
            };
            let checked = QuoteChecked::new(bytes, rows.looking.dialect, Some(rows.columns));
            let buffered = std::io::BufReader::with_capacity(1 << 16, checked);
            let batches = Batches {
                texts: Box::new(builder.build_buffered(buffered)?),
                rows,
                path,
                read: 0,
                header_was_sought: false,
                metrics,
            };
            Ok(futures::stream::iter(batches).boxed())
        }))
    }
}

type Texts = Box<dyn Iterator<Item = std::result::Result<RecordBatch, ArrowError>> + Send>;

/// The rows of a file.
struct Batches {
    texts: Texts,
    rows: Arc<CsvRows>,
    path: PathBuf,
    /// How many rows were read.
    read: u64,
    /// The file was searched for a second header line.
    header_was_sought: bool,
    metrics: BaselineMetrics,
}

impl Batches {
    /// Refuses a header line among the rows, as files have that were put together: it would count as one.
    fn refuse_header(&mut self, texts: &RecordBatch) -> Result<()> {
        if self.header_was_sought || !self.rows.may_have_header(texts) {
            return Ok(());
        }
        self.header_was_sought = true;
        let shown = shown_location(&self.path);
        let Some(line) = place::header_again(&shown, &self.rows.looking) else {
            return Ok(());
        };
        let shown = shown.display();
        exec_err!(
            "{shown}, line {line}, is the header line once more, and would count as a row; remove it: \
             sed '{line}d' {shown} > clean.csv"
        )
    }
}

impl Iterator for Batches {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        let elapsed = self.metrics.elapsed_compute().clone();
        let _timer = elapsed.timer();
        let batch = match self.texts.next()? {
            Ok(texts) => self
                .refuse_header(&texts)
                .and_then(|()| self.rows.batch(&texts, &self.path, self.read)),
            Err(e) => Err(self.rows.broken(&self.path, &e)),
        };
        if let Ok(batch) = &batch {
            self.read += batch.num_rows() as u64;
        }
        Some(batch)
    }
}

/// What the rows of a file are to become.
struct CsvRows {
    looking: Looking,
    has_header: bool,
    guessed: GuessedColumns,
    /// How many values a line has.
    columns: usize,
    /// The columns that were asked for.
    schema: SchemaRef,
}

impl CsvRows {
    fn batch(&self, texts: &RecordBatch, path: &Path, before: u64) -> Result<RecordBatch> {
        let columns = texts.columns().iter().zip(self.schema.fields());
        let columns: Vec<ArrayRef> = columns
            .map(|(texts, field)| {
                let column = self
                    .column(texts, field)
                    .map_err(|bad| self.misfit(&bad, field, path, before))?;
                match self.missing(&column, field, path, before) {
                    Some(missing) => Err(missing),
                    None => Ok(column),
                }
            })
            .collect::<Result<_>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(texts.num_rows()));
        Ok(RecordBatch::try_new_with_options(
            Arc::clone(&self.schema),
            columns,
            &options,
        )?)
    }

    fn column(&self, texts: &ArrayRef, field: &Field) -> Result<ArrayRef, values::Bad> {
        let nulls = &self.looking.nulls;
        match texts.data_type() {
            DataType::Utf8 if nulls.are_none() => Ok(Arc::clone(texts)),
            DataType::Utf8 => {
                let kept = texts.as_string::<i32>().iter();
                let kept = kept.map(|value| value.filter(|value| !nulls.contain(value)));
                Ok(Arc::new(
                    kept.collect::<datafusion::arrow::array::StringArray>(),
                ))
            }
            _ => values::typed(
                texts.as_string_view(),
                field.data_type(),
                self.is_guess(field),
                nulls,
            ),
        }
    }

    /// Whether a value is the name of its column.
    fn may_have_header(&self, texts: &RecordBatch) -> bool {
        let Some(values) = texts.columns().first().filter(|_| self.has_header) else {
            return false;
        };
        let schema = texts.schema();
        let name = schema.field(0).name();
        let is_name = |value: Option<&str>| value.is_some_and(|value| value.trim() == name);
        match values.data_type() {
            DataType::Utf8 => values.as_string::<i32>().iter().any(is_name),
            _ => values.as_string_view().iter().any(is_name),
        }
    }

    fn is_guess(&self, field: &Field) -> bool {
        self.guessed.contains(field.name())
    }

    fn broken(&self, path: &Path, error: &ArrowError) -> DataFusionError {
        let shown = shown_location(path);
        let found = fault::fault(&shown, &self.looking, Some(self.columns));
        exec_datafusion_err!(
            "{}",
            found.unwrap_or_else(|| format!("{} cannot be read: {error}", shown.display()))
        )
    }

    fn misfit(
        &self,
        bad: &values::Bad,
        field: &Field,
        path: &Path,
        before: u64,
    ) -> DataFusionError {
        let place = self.place(path, before + bad.row as u64);
        exec_datafusion_err!(
            "{}",
            misfit::words(
                &place,
                &bad.value,
                field,
                self.is_guess(field),
                &self.looking.option_names
            )
        )
    }

    /// The first value that is missing in a column that a statement made NOT NULL.
    fn missing(
        &self,
        column: &ArrayRef,
        field: &Field,
        path: &Path,
        before: u64,
    ) -> Option<DataFusionError> {
        if field.is_nullable() || column.null_count() == 0 {
            return None;
        }
        let row = (0..column.len()).find(|row| column.is_null(*row))?;
        let place = self.place(path, before + row as u64);
        let name = field.name();
        Some(exec_datafusion_err!(
            "{place}, has no value in column {name}, which is NOT NULL; leave NOT NULL out of CREATE EXTERNAL TABLE"
        ))
    }

    /// Where the row of this number is.
    fn place(&self, path: &Path, row: u64) -> String {
        let shown = shown_location(path);
        // The header line is a record, too.
        match place::line_of(path, &self.looking, row + u64::from(self.has_header)) {
            Some(line) => format!("{}, line {line}", shown.display()),
            None => shown.display().to_string(),
        }
    }
}
