//! From a file to the texts of its columns.

use std::io::Read;
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{FileOpenFuture, FileOpener};
use datafusion::error::Result;
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet};
use futures::StreamExt;
use object_store::ObjectStore;

use super::batches::CsvBatches;
use super::csv_file::{CsvFile, Lenient};
use super::decoding::{Decoding, Texts};
use super::late::LateNotes;
use super::looking::GuessedColumns;
use super::most_rejects::MostRejects;
use super::nothing_words::NothingWords;
use super::position::Position;
use super::reader;
use super::rows::CsvRows;
use super::shared::SharedFile;
use crate::tables::archive;
use crate::tables::scan::{ScannedBytes, opened};
use crate::tables::storage::FilePath;

/// Opens the files of a table.
pub(super) struct CsvOpener {
    /// How a file is read that does not say it itself: its columns are those of the table.
    pub by_position: Arc<CsvFile>,
    pub has_header: bool,
    pub guessed: GuessedColumns,
    /// What the table is called by which notes are put together; without one they are of each file.
    pub of_table: Option<Arc<str>>,
    pub late: Option<Arc<LateNotes>>,
    pub lenient: Option<(Lenient, MostRejects)>,
    /// How many files the scan has.
    pub all_files: usize,
    /// The columns of the table, and which of them were asked for.
    pub table: SchemaRef,
    pub asked: Vec<usize>,
    pub batch_size: usize,
    pub store: Arc<dyn ObjectStore>,
    pub metrics: ExecutionPlanMetricsSet,
    pub partition: usize,
}

impl CsvOpener {
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

impl FileOpener for CsvOpener {
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
        let shared = shared.unwrap_or_default();
        let store = Arc::clone(&self.store);
        let late = self.late.clone();
        let table = self.of_table.clone();
        let lenient = self.lenient.clone();
        let all_files = self.all_files;
        let metrics = BaselineMetrics::new(&self.metrics, self.partition);
        let (all_metrics, partition) = (self.metrics.clone(), self.partition);
        Ok(Box::pin(async move {
            let looking = &rows.file.looking;
            let (path, bytes): (FilePath, Box<dyn Read + Send>) = match &rows.file.in_archive {
                Some(path) => (path.clone(), archive::open(path)?),
                None => {
                    let (path, file) = opened(store.as_ref(), &file).await?;
                    let counted = ScannedBytes::new(file, &all_metrics, partition);
                    (path, Box::new(counted))
                }
            };
            let lines = reader::rows(&path, bytes, looking, &shared.sifted)?;
            shared.pieces.open(lines);
            let batches = CsvBatches {
                texts: Texts::new(decoding),
                file: shared,
                rows,
                table,
                position: Position {
                    path,
                    before: 0,
                    piece: None,
                },
                read: 0,
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
