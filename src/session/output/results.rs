//! The results of a run, one after the other.

use std::io;
use std::io::Write;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::record_batch::RecordBatch;

use super::format::Format;
use super::grid::{self, GridStyle};
use super::rows;
use super::shown::Shown;

use super::sink::{Failure, Place, Sink};
use super::unfinished::Unfinished;
use super::written::{RowWriter, Written};
use crate::session::error::{Error, ErrorKind};

/// The place all results of a run are written to.
pub struct Output {
    format: Format,
    shown: Shown,
    byte_order_mark: bool,
    sink: Sink,
    n_results: usize,
}

impl Output {
    /// Nothing is created before the first result.
    pub fn new(format: Format, place: Place) -> Self {
        Self {
            format,
            shown: Shown::ALL,
            byte_order_mark: false,
            sink: Sink::new(place),
            n_results: 0,
        }
    }

    /// Has table and Markdown show no more rows of a result than these.
    #[must_use]
    pub fn showing(self, shown: Shown) -> Self {
        Self { shown, ..self }
    }

    /// Begins csv and tsv with a byte order mark, by which spreadsheets know that a text is UTF-8.
    #[must_use]
    pub fn with_byte_order_mark(self) -> Self {
        Self {
            byte_order_mark: true,
            ..self
        }
    }

    /// What a process that ends in the middle of it leaves behind.
    pub fn unfinished(&self) -> Unfinished {
        self.sink.unfinished()
    }

    /// Begins the next result.
    ///
    /// # Errors
    /// A place that cannot be written to; columns that the format has no place for.
    pub fn begin(&mut self, schema: &SchemaRef) -> Result<OneResult<'_>, Error> {
        self.n_results += 1;
        let format = self.format;
        if matches!(format, Format::Json | Format::Ndjson | Format::Parquet) {
            no_name_twice(schema)?;
        }
        if format == Format::Parquet && self.n_results > 1 {
            let message = "a Parquet file holds one result; this is the second one";
            return Err(Error::new(ErrorKind::Output, message));
        }
        let separated = matches!(
            format,
            Format::Table | Format::Csv | Format::Tsv | Format::Markdown
        );
        let before = match format {
            _ if separated && self.n_results > 1 => "\n",
            Format::Csv | Format::Tsv if self.byte_order_mark => "\u{feff}",
            _ => "",
        };
        self.sink.begin();
        let failure = self.sink.failure();
        match rows_of((format, self.shown), &mut self.sink, schema, before) {
            Ok(rows) => Ok(OneResult { rows, failure }),
            Err(e) => Err(error(&failure, &*e)),
        }
    }

    /// Whether rows of the result that was begun last are out, where somebody may have read them.
    pub fn has_rows_out(&self) -> bool {
        self.sink.is_out()
    }

    /// Makes sure that everything has arrived. A file gets its name now.
    ///
    /// # Errors
    /// What could not be written; a file without any result.
    pub fn close(self) -> Result<(), Error> {
        let failure = self.sink.failure();
        if let (0, Some(file)) = (self.n_results, self.sink.file()) {
            // An older file left in its place would be taken for the result of this run.
            let message = format!(
                "there is nothing to write to {}: no statement had a result",
                file.display()
            );
            return Err(Error::new(ErrorKind::Output, message));
        }
        self.sink.close().map_err(|e| error(&failure, &e))
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

fn rows_of<'a>(
    (format, shown): (Format, Shown),
    sink: &'a mut Sink,
    schema: &SchemaRef,
    before: &str,
) -> Written<Box<dyn RowWriter + 'a>> {
    sink.open()?;
    sink.write_all(before.as_bytes())?;
    Ok(match format {
        Format::Table => Box::new(grid::Grid::new(sink, schema, GridStyle::Framed, shown)),
        Format::Markdown => Box::new(grid::Grid::new(sink, schema, GridStyle::Markdown, shown)),
        Format::Csv => Box::new(rows::Separated::new(sink, schema, b',')?),
        Format::Tsv => Box::new(rows::Separated::new(sink, schema, b'\t')?),
        Format::Json => Box::new(rows::json_array(sink)),
        Format::Ndjson => Box::new(rows::json_lines(sink)),
        Format::Parquet => Box::new(rows::ParquetRows::new(sink, schema)?),
    })
}

/// Programs that read JSON or Parquet keep one of two columns of the same name, and do not say which.
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
