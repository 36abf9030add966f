//! The results of a run, one after the other.

use std::io;
use std::io::Write;
use std::path::Path;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::record_batch::RecordBatch;

use super::about::About;
use super::compressed::Compression;
use super::format::Format;
use super::grid::{self, GridStyle};
use super::replacement;
use super::shown::Shown;
use super::sink::{Failure, Place, Sink, named};
use super::store_access::StoreAccess;
use super::terminal::Terminal;
use super::unfinished::Unfinished;
use super::workbook::Book;
use super::written::{RowWriter, Written};
use super::{html, rows, vertical};
use crate::session::error::{Error, ErrorKind};

/// The place all results of a run are written to.
pub struct Output {
    format: Format,
    shown: Shown,
    terminal: Option<Terminal>,
    byte_order_mark: bool,
    /// Files that have room for what a workbook has none for.
    larger: &'static str,
    sink: Sink,
    /// The sheets of a workbook, which is written at the end.
    book: Option<Book>,
    n_results: usize,
}

impl Output {
    /// Nothing is created before the first result.
    pub fn new(format: Format, place: Place) -> Self {
        Self {
            format,
            shown: Shown::ALL,
            terminal: None,
            byte_order_mark: false,
            larger: "a file of CSV or Parquet",
            sink: Sink::new(place),
            book: None,
            n_results: 0,
        }
    }

    /// Has results go to object stores as well.
    pub fn reach(&mut self, stores: StoreAccess) {
        self.sink.reach(stores);
    }

    /// Has table, vertical and Markdown show no more rows of a result than these.
    #[must_use]
    pub fn showing(self, shown: Shown) -> Self {
        Self { shown, ..self }
    }

    /// Has tables fit a terminal.
    #[must_use]
    pub fn on_terminal(self, terminal: Terminal) -> Self {
        Self {
            terminal: Some(terminal),
            ..self
        }
    }

    /// Begins csv and tsv with a byte order mark, by which spreadsheets know that a text is UTF-8.
    #[must_use]
    pub fn with_byte_order_mark(self) -> Self {
        Self {
            byte_order_mark: true,
            ..self
        }
    }

    /// Has a workbook without room for a result name these files, which have it, at the beginning of a sentence.
    #[must_use]
    pub fn with_larger(self, larger: &'static str) -> Self {
        Self { larger, ..self }
    }

    /// Compresses what is written.
    #[must_use]
    pub fn compressed(mut self, compression: Option<Compression>) -> Self {
        self.sink.compress(compression);
        self
    }

    /// Shares with others what a process that ends in the middle of it leaves behind.
    #[must_use]
    pub fn sharing(mut self, unfinished: Unfinished) -> Self {
        self.sink.share(unfinished);
        self
    }

    /// Begins the next result.
    ///
    /// # Errors
    /// A place that cannot be written to; columns that the format has no place for.
    pub fn begin(&mut self, schema: &SchemaRef, about: About) -> Result<OneResult<'_>, Error> {
        self.n_results += 1;
        let format = self.format;
        if format.needs_names() {
            no_name_twice(schema)?;
        }
        if format.holds_one_result() && self.n_results > 1 {
            let what = match format {
                Format::Arrow => "an Arrow file",
                _ => "a Parquet file",
            };
            let message = format!("{what} holds one result; this is the second one");
            return Err(Error::new(ErrorKind::Output, message));
        }
        self.sink.begin();
        let failure = self.sink.failure();
        match self.rows_of(schema, about) {
            Ok(rows) => Ok(OneResult { rows, failure }),
            Err(e) => Err(error(&failure, &*e)),
        }
    }

    /// Writes a text that is no result, as it is.
    ///
    /// # Errors
    /// What could not be written.
    #[cfg(feature = "cli")]
    pub(crate) fn write_text(&mut self, text: &str) -> Result<(), Error> {
        self.n_results += 1;
        self.sink.begin();
        let failure = self.sink.failure();
        let opened = self.sink.open();
        let written = opened.and_then(|_| self.sink.write_all(text.as_bytes()));
        written.map_err(|e| error(&failure, &e))
    }

    fn rows_of(&mut self, schema: &SchemaRef, about: About) -> Written<Box<dyn RowWriter + '_>> {
        let sink = &mut self.sink;
        let is_first = sink.open()?;
        let before = match self.format {
            _ if !is_first => self.format.between(),
            Format::Csv | Format::Tsv if self.byte_order_mark => "\u{feff}",
            Format::Html if sink.file().is_some() => html::BEGINNING,
            _ => "",
        };
        sink.write_all(before.as_bytes())?;
        let shown = (self.shown, self.terminal);
        let grid = |sink, look, units| Box::new(grid::Grid::new(sink, schema, look, units, shown));
        Ok(match self.format {
            Format::Table => grid(sink, GridStyle::Framed, about.units),
            Format::Markdown => grid(sink, GridStyle::Markdown, about.units),
            Format::Vertical => Box::new(vertical::Vertical::new(sink, schema, about.units, shown)),
            Format::Html => Box::new(html::Html::new(sink, schema, about)?),
            Format::Xlsx => Box::new(
                self.book
                    .get_or_insert_with(|| Book::new(self.larger))
                    .sheet(schema, about)?,
            ),
            Format::Csv => Box::new(rows::Separated::new(sink, schema, b',')?),
            Format::Tsv => Box::new(rows::Separated::new(sink, schema, b'\t')?),
            Format::Json => Box::new(rows::json_array(sink)),
            Format::Ndjson => Box::new(rows::json_lines(sink)),
            Format::Parquet => Box::new(rows::ParquetRows::new(sink, schema)?),
            Format::Arrow => Box::new(rows::ArrowRows::new(sink, schema)?),
        })
    }

    /// The file that results go to, if it is one.
    pub fn file(&self) -> Option<&Path> {
        self.sink.file()
    }

    /// How many results have begun.
    pub fn n_results(&self) -> usize {
        self.n_results
    }

    /// Whether rows of the result that was begun last are out, where somebody may have read them.
    pub fn has_rows_out(&self) -> bool {
        self.sink.is_out()
    }

    /// Makes sure that everything has arrived, for a file on the disk; its name it gets by [`close`](Self::close).
    ///
    /// # Errors
    /// What could not be written; a file without any result.
    pub fn complete(&mut self) -> Result<(), Error> {
        let failure = self.sink.failure();
        if let (0, Some(file)) = (self.n_results, self.sink.file()) {
            // An older file left in its place would be taken for the result of this run.
            let message = format!(
                "there is nothing to write to {}: no statement had a result",
                file.display()
            );
            return Err(Error::new(ErrorKind::Output, message));
        }
        if let Some(mut book) = self.book.take() {
            let saved = book.save(&mut self.sink);
            saved.map_err(|e| error(&failure, &*e))?;
        }
        self.sink.complete().map_err(|e| error(&failure, &e))
    }

    /// Makes sure that everything has arrived. A file gets its name now.
    ///
    /// # Errors
    /// As [`complete`](Self::complete).
    pub fn close(mut self) -> Result<(), Error> {
        self.complete()?;
        let failure = self.sink.failure();
        self.sink.close().map_err(|e| error(&failure, &e))
    }

    /// The same for several files, which have their names all or none.
    ///
    /// # Errors
    /// The first one that could not be written.
    pub fn close_all(mut outputs: Vec<Output>) -> Result<(), Error> {
        for output in &mut outputs {
            output.complete()?;
        }
        let files = outputs.into_iter();
        let mut files: Vec<_> = files
            .filter_map(|output| output.sink.into_replacement())
            .collect();
        replacement::take_places(&mut files)
            .map_err(|(file, e)| Error::new(ErrorKind::Output, named(&file, &e).to_string()))
    }
}

/// One result on its way out.
pub struct OneResult<'a> {
    rows: Box<dyn RowWriter + 'a>,
    failure: Failure,
}

impl OneResult<'_> {
    /// Writes some of its rows.
    ///
    /// # Errors
    /// What could not be written.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), Error> {
        self.rows
            .write(batch)
            .map_err(|e| error(&self.failure, &*e))
    }

    /// To be called when all its rows are written.
    ///
    /// # Errors
    /// What could not be written.
    pub fn finish(self) -> Result<(), Error> {
        self.rows.finish().map_err(|e| error(&self.failure, &*e))
    }
}

/// Programs that read JSON, Parquet or Arrow keep one of two columns of the same name, and do not say which.
fn no_name_twice(schema: &SchemaRef) -> Result<(), Error> {
    let names: Vec<&String> = schema.fields().iter().map(|f| f.name()).collect();
    match names
        .iter()
        .enumerate()
        .find(|(i, name)| names[..*i].contains(name))
    {
        None => Ok(()),
        Some((_, name)) => Err(Error::new(
            ErrorKind::Output,
            format!(
                "the result has two columns named {name}, and this format one place for them; rename one with AS"
            ),
        )),
    }
}

fn error(failure: &Failure, e: &(dyn std::error::Error + 'static)) -> Error {
    match failure.get() {
        Some((io::ErrorKind::BrokenPipe, text)) => Error::new(ErrorKind::ReaderGone, text.clone()),
        Some((_, text)) => Error::new(ErrorKind::Output, text.clone()),
        None => Error::new(ErrorKind::Output, e.to_string()),
    }
}
