//! How the CSV files of a table are read, and written.
//!
//! Arrow splits the lines and gives every value as a text (`opener`); a text becomes a value of its column's type if it is
//! one (`rows`). Only an error goes back to the file, to say in which line it is (`batches`).

use std::sync::Arc;

use datafusion::datasource::file_format::FileFormat;
use datafusion::datasource::file_format::csv::CsvFormat;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::FileOpener;
use datafusion::error::Result;

use super::csv_file::{CsvFile, Lenient};
use super::late::LateNotes;
use super::looking::{GuessedColumns, Looking};
use super::most_rejects::MostRejects;
use super::opener::CsvOpener;
use super::shared::{SharedFile, is_shared};
use crate::tables::scan::{FileRows, RowsFormat, Scan};
use crate::tables::values::written::WrittenForm;

/// How the files of a table are read.
#[derive(Debug, Clone)]
pub(in crate::tables) struct CsvFiles {
    /// How a file is read that does not say it itself.
    looking: Looking,
    has_header: bool,
    guessed: GuessedColumns,
    /// How the columns of such a file are written.
    written: Arc<[Option<WrittenForm>]>,
    /// The forms that options would give them.
    open: Arc<[Vec<WrittenForm>]>,
    /// What the table is called by which notes are put together.
    table: Option<Arc<str>>,
    late: Option<Arc<LateNotes>>,
    lenient: Option<(Lenient, MostRejects)>,
    /// How many streams read a large file together.
    shares: usize,
}

impl CsvFiles {
    pub fn new(looking: Looking, has_header: bool, guessed: GuessedColumns) -> Self {
        Self {
            looking,
            has_header,
            guessed,
            written: Arc::default(),
            open: Arc::default(),
            table: None,
            late: None,
            lenient: None,
            shares: 1,
        }
    }

    /// The same for files that do not say how their columns are written.
    pub fn written_as(self, forms: Vec<Option<WrittenForm>>, open: Vec<Vec<WrittenForm>>) -> Self {
        Self {
            written: forms.into(),
            open: open.into(),
            ..self
        }
    }

    /// The same for files of which damaged lines are left out.
    pub fn leaving_out(self, lenient: Option<Lenient>) -> Self {
        let lenient = lenient.map(|lenient| {
            let most = MostRejects::new(lenient.max);
            (lenient, most)
        });
        Self { lenient, ..self }
    }

    /// The same for a table whose notes are not those of another one.
    pub fn of_table(self, table: &str) -> Self {
        Self {
            table: Some(table.into()),
            ..self
        }
    }

    /// The same for a session that is told what the rows show.
    pub fn telling(self, late: Option<Arc<LateNotes>>) -> Self {
        Self { late, ..self }
    }

    /// A format that writes files as it reads them.
    pub fn format(self) -> RowsFormat<Self> {
        let dialect = self.looking.dialect;
        let writer = CsvFormat::default()
            .with_has_header(self.has_header)
            .with_delimiter(dialect.delimiter)
            .with_quote(dialect.quote)
            .with_escape(dialect.escape)
            .with_file_compression_type(self.looking.compression);
        self.format_with(Arc::new(writer))
    }

    /// A format that writes as `writer` does.
    pub fn format_with(self, writer: Arc<dyn FileFormat>) -> RowsFormat<Self> {
        let compression = self.looking.compression;
        RowsFormat::new(self, Some(compression), writer)
    }
}

impl FileRows for CsvFiles {
    fn file_type(&self) -> &'static str {
        "csv"
    }

    fn opener(&self, scan: Scan<'_>) -> Result<Arc<dyn FileOpener>> {
        let mut looking = self.looking.clone();
        looking.compression = scan.config.file_compression_type;
        let names = scan.columns.fields().iter();
        Ok(Arc::new(CsvOpener {
            by_position: Arc::new(CsvFile {
                looking,
                names: names.map(|field| field.name().clone()).collect(),
                columns: (0..scan.columns.fields().len()).collect(),
                written: self.written.to_vec(),
                open: self.open.to_vec(),
                in_archive: None,
            }),
            has_header: self.has_header,
            guessed: Arc::clone(&self.guessed),
            of_table: self.table.clone(),
            late: self.late.clone(),
            lenient: self.lenient.clone(),
            all_files: scan
                .config
                .file_groups
                .iter()
                .map(|group| group.len())
                .sum(),
            table: Arc::clone(scan.columns),
            asked: scan.asked.to_vec(),
            batch_size: scan.batch_size,
            store: scan.store,
            metrics: scan.metrics,
            partition: scan.partition,
        }))
    }

    fn of_a_scan(&self) -> Self {
        let lenient = self.lenient.clone().map(|(lenient, _)| lenient);
        self.clone().leaving_out(lenient)
    }

    fn shared_by(&self, streams: usize, files: &[&PartitionedFile]) -> Option<Self> {
        // Which lines are damaged is judged one after the other.
        let is_worth_it = self.lenient.is_none() && files.iter().any(|file| is_shared(file));
        is_worth_it.then(|| Self {
            shares: streams,
            ..self.clone()
        })
    }

    fn copies(&self, mut file: PartitionedFile) -> Vec<PartitionedFile> {
        if self.shares < 2 || !is_shared(&file) {
            return vec![file];
        }
        file.extensions.insert_arc(Arc::<SharedFile>::default());
        vec![file; self.shares]
    }

    fn explained(&self) -> String {
        format!(", has_header={}", self.has_header)
    }
}
