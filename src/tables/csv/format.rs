//! Reads the rows of CSV files for DataFusion's listing tables.
//!
//! Arrow splits the lines and gives every value as a text; a text becomes a value of its column's type here, if it is
//! one. Only an error goes back to the file, to say in which line it is.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, RecordBatch, RecordBatchOptions, StringViewArray,
    new_null_array,
};
use datafusion::arrow::compute::filter_record_batch;
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
    FileGroup, FileOpenFuture, FileOpener, FileScanConfig, FileScanConfigBuilder, FileSinkConfig,
    FileSource,
};
use datafusion::datasource::projection::{ProjectionOpener, SplitProjection};
use datafusion::datasource::source::DataSourceExec;
use datafusion::datasource::table_schema::TableSchema;
use datafusion::error::{DataFusionError, Result};
use datafusion::physical_expr::projection::ProjectionExprs;
use datafusion::physical_expr::{LexOrdering, LexRequirement};
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet};
use datafusion::physical_plan::{
    DisplayFormatType, ExecutionPlan, PhysicalExpr, apply_expression_roots,
};
use futures::StreamExt;
use object_store::{GetOptions, GetResultPayload, ObjectMeta, ObjectStore};
use parking_lot::Mutex;

use super::dialect::CsvDialect;
use super::late::LateNotes;
use super::most_rejects::MostRejects;
use super::nothing_words::NothingWords;
use super::pieces::{Piece, Pieces, SharedBytes};
use super::sifted::{LeftOutLine, Sifted};
use super::{fault, place, reader};
use crate::tables::archive;
use crate::tables::csv::looking::{GuessedColumns, Looking};
use crate::tables::options::MaxRejects;
use crate::tables::paths::urls::shown_location;
use crate::tables::values::class::is_nothing;
use crate::tables::values::written::WrittenForm;
use crate::tables::values::{self, misfit};
use crate::tables::words::sql_name;

/// From how many bytes on several streams read a file together.
const SHARED_BYTES: u64 = 4 << 20;

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
    /// The path of a file that is in an archive, and on no disk.
    pub in_archive: Option<PathBuf>,
}

/// That damaged lines are left out.
#[derive(Debug, Clone)]
pub(in crate::tables) struct Lenient {
    /// What messages call the table; `None` is the name of the file.
    pub table: Option<Arc<str>>,
    pub max: MaxRejects,
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
    lenient: Option<Lenient>,
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
            lenient: None,
            writer,
        }
    }

    /// The same for files of which damaged lines are left out.
    pub fn leaving_out(self, lenient: Option<Lenient>) -> Self {
        Self { lenient, ..self }
    }

    /// The same for a session that is told what the rows show.
    pub fn telling(self, late: Option<Arc<LateNotes>>) -> Self {
        Self { late, ..self }
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
            lenient: self.lenient.clone().map(|lenient| {
                let most = MostRejects::new(lenient.max);
                (lenient, most)
            }),
            shares: 1,
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
    lenient: Option<(Lenient, MostRejects)>,
    /// How many streams read a large file together.
    shares: usize,
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
                in_archive: None,
            }),
            has_header: self.has_header,
            guessed: Arc::clone(&self.guessed),
            late: self.late.clone(),
            lenient: self.lenient.clone(),
            all_files: config.file_groups.iter().map(|group| group.len()).sum(),
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

    /// A file that is cut at line ends would be cut at those inside of quoted values, too: its streams take pieces of it
    /// in turn. Where nobody coordinates them, the first reads a file, and the others have none.
    fn repartitioned(
        &self,
        target_partitions: usize,
        _: usize,
        output_ordering: Option<LexOrdering>,
        config: &FileScanConfig,
    ) -> Result<Option<FileScanConfig>> {
        let mut files = config.file_groups.iter().flat_map(FileGroup::iter);
        if target_partitions < 2
            || output_ordering.is_some()
            || self.lenient.is_some()
            || !files.any(is_shared)
        {
            return Ok(None);
        }
        let mut shared = config.clone();
        let streams = target_partitions.max(config.file_groups.len());
        shared.file_groups.resize_with(streams, FileGroup::default);
        shared.file_source = Arc::new(Self {
            shares: target_partitions,
            ..self.clone()
        });
        Ok(Some(shared))
    }

    /// Called once for each time that the files are read: large ones are there once for each stream, which share them.
    fn reorder_files(&self, files: Vec<PartitionedFile>) -> Vec<PartitionedFile> {
        let copies = files.into_iter().flat_map(|mut file| {
            let shares = match self.shares > 1 && is_shared(&file) {
                true => {
                    file.extensions.insert_arc(Arc::<SharedFile>::default());
                    self.shares
                }
                false => 1,
            };
            std::iter::repeat_n(file, shares)
        });
        copies.collect()
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

/// Whether a file is large enough to be read by several streams.
fn is_shared(file: &PartitionedFile) -> bool {
    let csv = file.extensions.get_arc::<CsvFile>();
    // Workbooks are in memory, and what is packed is larger than it looks.
    let is_sheet = csv.is_some_and(|csv| csv.looking.sheet.is_some());
    !is_sheet && file.object_meta.size >= SHARED_BYTES
}

struct Opener {
    /// How a file is read that does not say it itself: its columns are those of the table.
    by_position: Arc<CsvFile>,
    has_header: bool,
    guessed: GuessedColumns,
    late: Option<Arc<LateNotes>>,
    lenient: Option<(Lenient, MostRejects)>,
    /// How many files the scan has.
    all_files: usize,
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
        let read: Vec<usize> = match self.lenient {
            // Which rows there are does not depend on what is asked for.
            Some(_) => (0..file.columns.len()).collect(),
            None => found.iter().copied().flatten().collect(),
        };
        let mut next = 0..;
        let places: Vec<_> = found
            .iter()
            .map(|found| match self.lenient {
                Some(_) => *found,
                None => found.and_then(|_| next.next()),
            })
            .collect();
        let all = self.lenient.iter().flat_map(|_| &file.columns);
        let all = all.map(|column| self.table.field(*column).clone());
        let rows = CsvRows {
            all: all.collect(),
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
        let decoding = Decoding {
            texts,
            read,
            batch_size: self.batch_size,
            dialect: rows.file.looking.dialect,
        };
        let shared = file.extensions.get_arc::<SharedFile>();
        let store = Arc::clone(&self.store);
        let late = self.late.clone();
        let lenient = self.lenient.clone();
        let all_files = self.all_files;
        let metrics = BaselineMetrics::new(&self.metrics, self.partition);
        Ok(Box::pin(async move {
            let location = file.object_meta.location;
            let looking = &rows.file.looking;
            let columns = rows.file.columns.len();
            let sifted = match &shared {
                Some(shared) => Arc::clone(&shared.sifted),
                None => Arc::default(),
            };
            let (path, bytes): (PathBuf, Box<dyn Read + Send>) = match &rows.file.in_archive {
                Some(path) => (path.clone(), archive::open(path)?),
                None => match store
                    .get_opts(&location, GetOptions::default())
                    .await?
                    .payload
                {
                    GetResultPayload::File(file, path) => (path, Box::new(file)),
                    // Nothing but a disk gives files today.
                    GetResultPayload::Stream(_) => {
                        let whole = store.get_opts(&location, GetOptions::default()).await?;
                        let bytes = Cursor::new(whole.bytes().await?);
                        (PathBuf::from(format!("/{location}")), Box::new(bytes))
                    }
                },
            };
            let checked = reader::rows(&path, bytes, looking, columns, &sifted)?;
            let texts = match &shared {
                Some(shared) => {
                    shared.pieces.open(checked, looking.dialect, columns);
                    Box::new(std::iter::empty())
                }
                None => decoding.of(rows.has_header, checked)?,
            };
            let batches = CsvBatches {
                texts,
                shared: shared.map(|shared| (shared, decoding)),
                rows,
                position: Position {
                    path,
                    before: 0,
                    piece: None,
                },
                sifted,
                rejects: 0,
                is_past_the_header: false,
                lenient,
                all_files,
                late,
                metrics,
            };
            Ok(futures::stream::iter(batches).boxed())
        }))
    }
}

/// A file that several streams read.
#[derive(Debug, Default)]
struct SharedFile {
    pieces: Pieces,
    sifted: Arc<Mutex<Sifted>>,
    /// What all of them have met.
    nothing: Mutex<NothingWords>,
}

/// How lines become texts of columns.
struct Decoding {
    texts: SchemaRef,
    read: Vec<usize>,
    batch_size: usize,
    dialect: CsvDialect,
}

impl Decoding {
    fn of(&self, has_header: bool, lines: impl Read + Send + 'static) -> Result<Texts> {
        let builder = ReaderBuilder::new(Arc::clone(&self.texts))
            .with_header(has_header)
            .with_batch_size(self.batch_size)
            .with_projection(self.read.clone());
        let buffered = std::io::BufReader::with_capacity(1 << 16, lines);
        Ok(Box::new(self.dialect.of(builder).build_buffered(buffered)?))
    }
}

type Texts = Box<dyn Iterator<Item = std::result::Result<RecordBatch, ArrowError>> + Send>;

/// The rows of a file.
struct CsvBatches {
    texts: Texts,
    /// Where the next texts come from.
    shared: Option<(Arc<SharedFile>, Decoding)>,
    rows: CsvRows,
    position: Position,
    sifted: Arc<Mutex<Sifted>>,
    /// How many lines were left out.
    rejects: u64,
    /// Whether the header line is counted as read.
    is_past_the_header: bool,
    lenient: Option<(Lenient, MostRejects)>,
    /// How many files the scan has.
    all_files: usize,
    /// Who is told what the rows show.
    late: Option<Arc<LateNotes>>,
    metrics: BaselineMetrics,
}

/// Where the next row is.
struct Position {
    path: PathBuf,
    /// How many rows were read, of the file or of the piece.
    before: u64,
    piece: Option<Piece>,
}

impl CsvBatches {
    /// Goes on with the next piece of a file that is shared; whether there is one.
    fn next_piece(&mut self) -> Result<bool> {
        let Some((shared, decoding)) = &self.shared else {
            return Ok(false);
        };
        let piece = shared.pieces.next();
        let piece = piece.map_err(|e| {
            let error = ArrowError::IoError(e.to_string(), e);
            self.rows.broken(&self.position.path, &error)
        })?;
        let Some(piece) = piece else {
            return Ok(false);
        };
        let has_header = self.rows.has_header && piece.is_first;
        self.texts = decoding.of(
            has_header,
            Cursor::new(SharedBytes(Arc::clone(&piece.bytes))),
        )?;
        self.position.before = 0;
        self.position.piece = Some(piece);
        Ok(true)
    }

    /// The rows of texts, of which those that do not fit may be left out.
    fn rows(&mut self, texts: &RecordBatch) -> Result<RecordBatch> {
        if self.lenient.is_none() {
            let batch = self.rows.batch(texts, &self.position)?;
            self.position.before += batch.num_rows() as u64;
            // Whatever was met may be said.
            self.tell(Some(u64::MAX), vec![], false)?;
            return Ok(batch);
        }
        if self.rows.has_header && !self.is_past_the_header {
            self.sifted.lock().read(1);
            self.is_past_the_header = true;
        }
        let misfits = self.rows.misfits(texts);
        let mut rejects = vec![];
        let mut kept = texts.clone();
        if !misfits.is_empty() {
            let sifted = self.sifted.lock();
            rejects = misfits
                .iter()
                .filter_map(|(row, (column, reason))| {
                    let (line, text) = sifted.record(*row)?;
                    Some(LeftOutLine {
                        line,
                        column: Some(column.clone()),
                        reason: reason.clone(),
                        text,
                    })
                })
                .collect();
            drop(sifted);
            let fits = (0..texts.num_rows()).map(|row| Some(!misfits.contains_key(&row)));
            kept = filter_record_batch(texts, &fits.collect::<BooleanArray>())?;
        }
        let last = self.sifted.lock().read(texts.num_rows());
        let batch = self.rows.batch(&kept, &self.position)?;
        self.position.before += batch.num_rows() as u64;
        self.tell(last, rejects, false)?;
        Ok(batch)
    }

    /// Tells the session what was left out up to a line, or to the end.
    fn tell(
        &mut self,
        line: Option<u64>,
        mut rejects: Vec<LeftOutLine>,
        is_whole: bool,
    ) -> Result<()> {
        let (of_lines, headers) = match (line, is_whole) {
            (None, false) => (vec![], vec![]),
            _ => self.sifted.lock().take_up_to(line),
        };
        rejects.extend(of_lines);
        let file = shown_location(&self.position.path);
        let Some(late) = &self.late else {
            return Ok(());
        };
        late.rejects.add_headers(&file, headers);
        let Some((lenient, most)) = &self.lenient else {
            return Ok(());
        };
        self.rejects += rejects.len() as u64;
        let table = lenient.table.as_deref();
        let table = table.map_or_else(|| file.display().to_string(), String::from);
        let added = late.rejects.add(&table, &file, rejects);
        added.or_else(|words| exec_err!("{words}"))?;
        let counts = (self.position.before, self.rejects);
        match most.judge(&file, counts, is_whole, self.all_files) {
            Some(too_many) => {
                let saved_in = late.rejects.saved_in();
                let names = &self.rows.file.looking.option_names;
                exec_err!("{}", too_many.words(&table, &saved_in, names))
            }
            None => Ok(()),
        }
    }
}

impl Iterator for CsvBatches {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        let elapsed = self.metrics.elapsed_compute().clone();
        let _timer = elapsed.timer();
        let texts = loop {
            match self.texts.next() {
                Some(texts) => break Some(texts),
                None => match self.next_piece() {
                    Ok(true) => {}
                    Ok(false) => break None,
                    Err(e) => return Some(Err(e)),
                },
            }
        };
        let batch = match texts {
            Some(Ok(texts)) => self.rows(&texts),
            Some(Err(e)) => Err(self.rows.broken(&self.position.path, &e)),
            None => match self.tell(None, vec![], true) {
                Ok(()) => return None,
                Err(e) => Err(e),
            },
        };
        if let Some(notes) = &self.late {
            let file = shown_location(&self.position.path);
            let looking = &self.rows.file.looking;
            looking.guessed.note(&file, notes);
            match &self.shared {
                Some((shared, _)) => {
                    let mut of_all = shared.nothing.lock();
                    of_all.add(std::mem::take(&mut self.rows.nothing));
                    notes.add_nothing(&file, &of_all, &looking.option_names);
                }
                None => notes.add_nothing(&file, &self.rows.nothing, &looking.option_names),
            }
        }
        Some(batch)
    }
}

/// What the rows of a file are to become.
struct CsvRows {
    file: Arc<CsvFile>,
    /// All columns of the file, where the values of all are looked at.
    all: Vec<Field>,
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
    fn batch(&mut self, texts: &RecordBatch, position: &Position) -> Result<RecordBatch> {
        let rows = texts.num_rows();
        let mut nothing = std::mem::take(&mut self.nothing);
        let columns = self
            .schema
            .fields()
            .iter()
            .enumerate()
            .map(|(asked, field)| {
                let column = match self.places[asked] {
                    Some(place) => self
                        .column(texts.column(place), self.found[asked], field, &mut nothing)
                        .map_err(|bad| self.misfit(&bad, field, position))?,
                    None => new_null_array(field.data_type(), rows),
                };
                match self.missing(&column, field, position) {
                    Some(missing) => Err(missing),
                    None => Ok(column),
                }
            })
            .collect::<Result<Vec<ArrayRef>>>();
        self.nothing = nothing;
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        Ok(RecordBatch::try_new_with_options(
            Arc::clone(&self.schema),
            columns?,
            &options,
        )?)
    }

    /// The values of a column of the file, if it has it; words for nothing among them are counted.
    fn column(
        &self,
        texts: &ArrayRef,
        in_file: Option<usize>,
        field: &Field,
        nothing: &mut NothingWords,
    ) -> Result<ArrayRef, values::Bad> {
        let file = &self.file;
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
                let written = in_file.and_then(|at| file.written.get(at)?.as_ref());
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
                        read(&nothing.without(field.name(), plain, nulls))
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

    /// The rows that have a value that does not fit: the column, and what is wrong.
    fn misfits(&self, texts: &RecordBatch) -> BTreeMap<usize, (String, String)> {
        let mut misfits = BTreeMap::new();
        // What these rows have is counted when they are read.
        let mut nothing = NothingWords::default();
        for (at, (field, column)) in self.all.iter().zip(texts.columns()).enumerate() {
            let mut from = 0;
            while from < column.len() {
                let rest = column.slice(from, column.len() - from);
                match self.column(&rest, Some(at), field, &mut nothing) {
                    Ok(values) => {
                        let missing = (0..values.len()).filter(|row| values.is_null(*row));
                        let missing = missing.filter(|_| !field.is_nullable());
                        misfits.extend(missing.map(|row| {
                            let reason = "no value, in a column that is NOT NULL".to_string();
                            (from + row, (field.name().clone(), reason))
                        }));
                        break;
                    }
                    Err(bad) => {
                        let (name, of) = (field.name(), sql_name(field.data_type()));
                        let reason = format!("'{}' in column {name} is no {of}", bad.value);
                        misfits.insert(from + bad.row, (name.clone(), reason));
                        from += bad.row + 1;
                    }
                }
            }
        }
        misfits
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

    fn misfit(&self, bad: &values::Bad, field: &Field, position: &Position) -> DataFusionError {
        let place = self.place(position, bad.row as u64);
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
        position: &Position,
    ) -> Option<DataFusionError> {
        if field.is_nullable() || column.null_count() == 0 {
            return None;
        }
        let row = (0..column.len()).find(|row| column.is_null(*row))?;
        let place = self.place(position, row as u64);
        let name = field.name();
        Some(exec_datafusion_err!(
            "{place}, has no value in column {name}, which is NOT NULL; leave NOT NULL out of CREATE EXTERNAL TABLE"
        ))
    }

    /// Where a row of the present batch is.
    fn place(&self, position: &Position, row: u64) -> String {
        let shown = shown_location(&position.path);
        let looking = &self.file.looking;
        let row = position.before + row;
        // The header line is a record, too.
        let line = match &position.piece {
            Some(piece) => {
                let header = u64::from(self.has_header && piece.is_first);
                let columns = self.file.columns.len();
                let line = piece.line(row + header, looking.dialect, columns);
                line.map(|line| line + looking.skipped)
            }
            None => place::line_of(&position.path, looking, row + u64::from(self.has_header)),
        };
        match line {
            Some(line) => format!("{}, line {line}", shown.display()),
            None => shown.display().to_string(),
        }
    }
}
