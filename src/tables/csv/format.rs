//! Reads the rows of CSV files for DataFusion's listing tables.
//!
//! Arrow splits the lines and gives every value as a text; a text becomes a value of its column's type here, if it is
//! one. Only an error goes back to the file, to say in which line it is.

use std::fmt;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, RecordBatch, RecordBatchOptions, StringViewArray, new_null_array,
};
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

use super::late::LateNotes;
use super::nothing_words::NothingWords;
use super::reader::{self, QuoteChecked};
use super::{fault, place};
use crate::tables::csv::looking::{GuessedColumns, Looking};
use crate::tables::paths::urls::shown_location;
use crate::tables::values::class::is_nothing;
use crate::tables::values::written::WrittenForm;
use crate::tables::values::{self, misfit};

/// How a file is read; it goes with the file.
#[derive(Debug)]
pub(in crate::tables) struct CsvFile {
    pub looking: Looking,
    /// The names of its columns.
    pub names: Vec<String>,
    /// Which columns of the table they are.
    pub columns: Vec<usize>,
    /// How their texts are written, where that is not as programs do.
    pub written: Vec<Option<WrittenForm>>,
}

/// How the files of a table are read and written.
#[derive(Debug)]
pub(in crate::tables) struct CsvFiles {
    /// How a file is read that does not say it itself.
    looking: Looking,
    has_header: bool,
    guessed: GuessedColumns,
    /// How the columns of such a file are written.
    written: Arc<[Option<WrittenForm>]>,
    late: Option<Arc<LateNotes>>,
    /// Writes, as DataFusion does.
    writer: Arc<dyn FileFormat>,
}

impl CsvFiles {
    pub fn new(
        looking: Looking,
        has_header: bool,
        guessed: GuessedColumns,
        late: Option<Arc<LateNotes>>,
    ) -> Self {
        let dialect = looking.dialect;
        let written = CsvFormat::default()
            .with_has_header(has_header)
            .with_delimiter(dialect.delimiter)
            .with_quote(dialect.quote)
            .with_escape(dialect.escape)
            .with_file_compression_type(looking.compression);
        Self {
            late,
            ..Self::writing(looking, has_header, guessed, vec![], Arc::new(written))
        }
    }

    /// Reads files one way, and writes them as `writer` does.
    pub fn writing(
        looking: Looking,
        has_header: bool,
        guessed: GuessedColumns,
        forms: Vec<Option<WrittenForm>>,
        writer: Arc<dyn FileFormat>,
    ) -> Self {
        Self {
            looking,
            has_header,
            guessed,
            written: forms.into(),
            late: None,
            writer,
        }
    }
}

#[async_trait]
impl FileFormat for CsvFiles {
    fn get_ext(&self) -> String {
        self.writer.get_ext()
    }

    fn get_ext_with_compression(&self, compression: &FileCompressionType) -> Result<String> {
        self.writer.get_ext_with_compression(compression)
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
        self.writer
            .create_writer_physical_plan(input, state, config, order)
            .await
    }

    fn file_source(&self, table_schema: TableSchema) -> Arc<dyn FileSource> {
        Arc::new(CsvFileSource {
            looking: self.looking.clone(),
            has_header: self.has_header,
            guessed: Arc::clone(&self.guessed),
            written: Arc::clone(&self.written),
            late: self.late.clone(),
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
    written: Arc<[Option<WrittenForm>]>,
    late: Option<Arc<LateNotes>>,
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
        let names = file_schema.fields().iter();
        let opener = Opener {
            by_position: Arc::new(CsvFile {
                looking,
                names: names.map(|field| field.name().clone()).collect(),
                columns: (0..file_schema.fields().len()).collect(),
                written: self.written.to_vec(),
            }),
            has_header: self.has_header,
            guessed: Arc::clone(&self.guessed),
            late: self.late.clone(),
            table: Arc::clone(file_schema),
            asked: self.projection.file_indices.clone(),
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

struct Opener {
    /// How a file is read that does not say it itself: its columns are those of the table.
    by_position: Arc<CsvFile>,
    has_header: bool,
    guessed: GuessedColumns,
    late: Option<Arc<LateNotes>>,
    /// The columns of the table, and which of them were asked for.
    table: SchemaRef,
    asked: Vec<usize>,
    batch_size: usize,
    store: Arc<dyn ObjectStore>,
    metrics: ExecutionPlanMetricsSet,
    partition: usize,
}

impl Opener {
    /// What becomes of the rows of a file, and the columns that arrow reads of it.
    fn rows(&self, file: Arc<CsvFile>) -> Result<(CsvRows, Vec<usize>)> {
        let in_file = |column: &usize| file.columns.iter().position(|of| of == column);
        let found: Vec<Option<usize>> = self.asked.iter().map(in_file).collect();
        let read: Vec<usize> = found.iter().copied().flatten().collect();
        let mut next = 0..;
        let places: Vec<_> = found
            .iter()
            .map(|found| found.and_then(|_| next.next()))
            .collect();
        let rows = CsvRows {
            has_header: self.has_header,
            guessed: Arc::clone(&self.guessed),
            schema: Arc::new(self.table.project(&self.asked)?),
            places,
            found,
            nothing: NothingWords::default(),
            file,
        };
        // Where none is asked for, as to count rows, one tells a row from a header line.
        Ok(match read.is_empty() {
            true => (rows, vec![0]),
            false => (rows, read),
        })
    }

    /// The columns of a file as arrow is to read them.
    fn texts(&self, file: &CsvFile) -> SchemaRef {
        let columns = file.names.iter().zip(&file.columns);
        let texts = columns.map(|(name, column)| {
            // A text that stays one is read as such.
            let data_type = match self.table.field(*column).data_type() {
                DataType::Utf8 => DataType::Utf8,
                _ => DataType::Utf8View,
            };
            Field::new(name, data_type, true)
        });
        Arc::new(Schema::new(texts.collect::<Vec<_>>()))
    }
}

impl FileOpener for Opener {
    fn open(&self, file: PartitionedFile) -> Result<FileOpenFuture> {
        let csv = file.extensions.get_arc::<CsvFile>();
        let csv = csv.unwrap_or_else(|| Arc::clone(&self.by_position));
        let texts = self.texts(&csv);
        let (rows, read) = self.rows(csv)?;
        let looking = &rows.file.looking;
        let builder = ReaderBuilder::new(texts)
            .with_header(self.has_header)
            .with_batch_size(self.batch_size)
            .with_projection(read);
        let builder = looking.dialect.of(builder);
        let store = Arc::clone(&self.store);
        let late = self.late.clone();
        let metrics = BaselineMetrics::new(&self.metrics, self.partition);
        Ok(Box::pin(async move {
            let location = file.object_meta.location;
            let result = store.get_opts(&location, GetOptions::default()).await?;
            let looking = &rows.file.looking;
            let (path, bytes): (PathBuf, Box<dyn Read + Send>) = match result.payload {
                GetResultPayload::File(file, path) => {
                    let bytes = reader::text(&path, file, looking)?;
                    (path, bytes)
                }
                // Nothing but a disk gives files today.
                GetResultPayload::Stream(_) => {
                    let bytes = store
                        .get_opts(&location, GetOptions::default())
                        .await?
                        .bytes()
                        .await?;
                    let path = PathBuf::from(format!("/{location}"));
                    let bytes = reader::text(&path, Cursor::new(bytes), looking)?;
                    (path, bytes)
                }
            };
            let columns = rows.file.columns.len();
            let checked = QuoteChecked::new(bytes, looking.dialect, Some(columns));
            let buffered = std::io::BufReader::with_capacity(1 << 16, checked);
            let batches = CsvBatches {
                texts: Box::new(builder.build_buffered(buffered)?),
                rows,
                path,
                read: 0,
                header_was_sought: false,
                late,
                metrics,
            };
            Ok(futures::stream::iter(batches).boxed())
        }))
    }
}

type Texts = Box<dyn Iterator<Item = std::result::Result<RecordBatch, ArrowError>> + Send>;

/// The rows of a file.
struct CsvBatches {
    texts: Texts,
    rows: CsvRows,
    path: PathBuf,
    /// How many rows were read.
    read: u64,
    /// The file was searched for a second header line.
    header_was_sought: bool,
    /// Who is told what the rows show.
    late: Option<Arc<LateNotes>>,
    metrics: BaselineMetrics,
}

impl CsvBatches {
    /// Refuses a header line among the rows, as files have that were put together: it would count as one.
    fn refuse_header(&mut self, texts: &RecordBatch) -> Result<()> {
        if self.header_was_sought || !self.rows.may_have_header(texts) {
            return Ok(());
        }
        self.header_was_sought = true;
        let shown = shown_location(&self.path);
        let Some(line) = place::header_again(&shown, &self.rows.file.looking) else {
            return Ok(());
        };
        let shown = shown.display();
        exec_err!(
            "{shown}, line {line}, is the header line once more, and would count as a row; remove it: \
             sed '{line}d' {shown} > clean.csv"
        )
    }
}

impl Iterator for CsvBatches {
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
        if let Some(notes) = &self.late {
            let file = shown_location(&self.path);
            self.rows.file.looking.guessed.note(&file, notes);
            notes.add_nothing(
                &file,
                &self.rows.nothing,
                &self.rows.file.looking.option_names,
            );
        }
        Some(batch)
    }
}

/// What the rows of a file are to become.
struct CsvRows {
    file: Arc<CsvFile>,
    has_header: bool,
    guessed: GuessedColumns,
    /// The columns that were asked for.
    schema: SchemaRef,
    /// Where each of them is among those that are read; `None` for one that the file does not have.
    places: Vec<Option<usize>>,
    /// Which column of the file each of them is.
    found: Vec<Option<usize>>,
    /// Words for nothing that are read as NULL.
    nothing: NothingWords,
}

impl CsvRows {
    fn batch(&mut self, texts: &RecordBatch, path: &Path, before: u64) -> Result<RecordBatch> {
        let rows = texts.num_rows();
        let schema = Arc::clone(&self.schema);
        let columns: Vec<ArrayRef> = schema
            .fields()
            .iter()
            .enumerate()
            .map(|(asked, field)| {
                let column = match self.places[asked] {
                    Some(place) => self
                        .column(texts.column(place), asked, field)
                        .map_err(|bad| self.misfit(&bad, field, path, before))?,
                    None => new_null_array(field.data_type(), rows),
                };
                match self.missing(&column, field, path, before) {
                    Some(missing) => Err(missing),
                    None => Ok(column),
                }
            })
            .collect::<Result<_>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        Ok(RecordBatch::try_new_with_options(
            Arc::clone(&self.schema),
            columns,
            &options,
        )?)
    }

    fn column(
        &mut self,
        texts: &ArrayRef,
        asked: usize,
        field: &Field,
    ) -> Result<ArrayRef, values::Bad> {
        let file = Arc::clone(&self.file);
        let nulls = &file.looking.nulls;
        match texts.data_type() {
            DataType::Utf8 if nulls.are_none() => Ok(Arc::clone(texts)),
            DataType::Utf8 => {
                let kept = texts.as_string::<i32>().iter();
                let kept = kept.map(|value| value.filter(|value| !nulls.contain(value)));
                Ok(Arc::new(
                    kept.collect::<datafusion::arrow::array::StringArray>(),
                ))
            }
            _ => {
                let written = self.found[asked].and_then(|at| file.written.get(at)?.as_ref());
                let original = texts.as_string_view();
                let plain = match written {
                    Some(form) => &form.plain(original, nulls)?,
                    None => original,
                };
                let is_guess = self.is_guess(field);
                let read = |texts: &StringViewArray| {
                    values::typed(texts, field.data_type(), is_guess, nulls)
                };
                let typed = match read(plain) {
                    Err(bad) if is_nothing(&bad.value) => {
                        read(&self.nothing.without(field.name(), plain, nulls))
                    }
                    typed => typed,
                };
                typed.map_err(|bad| values::Bad {
                    value: original.value(bad.row).to_string(),
                    ..bad
                })
            }
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
        let found = fault::fault(&shown, &self.file.looking, Some(self.file.columns.len()));
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
                &self.file.looking.option_names
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
        match place::line_of(path, &self.file.looking, row + u64::from(self.has_header)) {
            Some(line) => format!("{}, line {line}", shown.display()),
            None => shown.display().to_string(),
        }
    }
}
