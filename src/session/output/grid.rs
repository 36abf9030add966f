//! The formats for reading: table and Markdown, whose columns have a width.
//!
//! The widths are those of the first rows, so that a result of any length takes little memory. A later value that is
//! wider is not cut: its line is longer than the others.

use std::io::Write;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use unicode_width::UnicodeWidthStr;

use super::shown::Shown;
use super::sink::Sink;
use super::written::{RowWriter, Written};

/// The first rows, whose widths count: so many, or those that fill so many bytes.
const FIRST_ROWS: usize = 1_000;
const FIRST_BYTES: usize = 1 << 20;

pub(super) struct Grid<'a> {
    sink: &'a mut Sink,
    look: GridStyle,
    header: Vec<String>,
    columns: Vec<GridColumn>,
    /// The first rows, until the widths are known.
    first: Option<Vec<Vec<String>>>,
    first_bytes: usize,
    shown: Shown,
    rows: u64,
    ended: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::session) enum GridStyle {
    /// A frame, and a line below the header, as in arrow's own tables.
    Framed,
    Markdown,
}

struct GridColumn {
    width: usize,
    right: bool,
}

impl<'a> Grid<'a> {
    pub fn new(sink: &'a mut Sink, schema: &SchemaRef, look: GridStyle, shown: Shown) -> Self {
        let fields = schema.fields().iter();
        Self {
            sink,
            look,
            header: fields.clone().map(|f| look.cell(f.name())).collect(),
            columns: fields
                .map(|f| GridColumn {
                    width: 0,
                    right: f.data_type().is_numeric(),
                })
                .collect(),
            first: Some(vec![]),
            first_bytes: 0,
            shown,
            rows: 0,
            ended: false,
        }
    }

    /// Settles the widths, and writes the header and the first rows.
    fn begin(&mut self) -> Written<()> {
        let Some(first) = self.first.take() else {
            return Ok(());
        };
        for (i, column) in self.columns.iter_mut().enumerate() {
            let cells = first.iter().map(|row| &row[i]).chain([&self.header[i]]);
            let lines = cells.flat_map(|cell| cell.split('\n'));
            column.width = lines.map(UnicodeWidthStr::width).max().unwrap_or(0);
        }
        let header = std::mem::take(&mut self.header);
        if self.look == GridStyle::Framed {
            self.rule()?;
        }
        self.line(&header)?;
        self.rule()?;
        for row in &first {
            self.line(row)?;
        }
        Ok(())
    }

    fn put(&mut self, row: Vec<String>) -> Written<()> {
        let Some(first) = &mut self.first else {
            return self.line(&row);
        };
        self.first_bytes += row.iter().map(String::len).sum::<usize>();
        first.push(row);
        if first.len() >= FIRST_ROWS || self.first_bytes >= FIRST_BYTES {
            self.begin()?;
        }
        Ok(())
    }

    /// The line around the cells of a frame, and the one below a header.
    fn rule(&mut self) -> Written<()> {
        let (edge, between) = match self.look {
            GridStyle::Framed => ("+", "+"),
            GridStyle::Markdown => ("|", "|"),
        };
        let mut text = String::from(edge);
        for (i, column) in self.columns.iter().enumerate() {
            text += if i > 0 { between } else { "" };
            text += &"-".repeat(column.width + 1);
            text += match self.look == GridStyle::Markdown && column.right {
                true => ":",
                false => "-",
            };
        }
        text += edge;
        Ok(writeln!(self.sink, "{text}")?)
    }

    /// A row, which takes several lines where values have several.
    fn line(&mut self, cells: &[String]) -> Written<()> {
        let lines = cells.iter().map(|cell| cell.split('\n').count()).max();
        let mut text = String::new();
        for n in 0..lines.unwrap_or(1) {
            text.push('|');
            for (cell, column) in cells.iter().zip(&self.columns) {
                let part = cell.split('\n').nth(n).unwrap_or_default();
                let padding = column.width.saturating_sub(part.width());
                let (before, after) = if column.right {
                    (padding, 0)
                } else {
                    (0, padding)
                };
                text.extend(std::iter::repeat_n(' ', before + 1));
                text += part;
                text.extend(std::iter::repeat_n(' ', after + 1));
                text.push('|');
            }
            if cells.is_empty() {
                text.push('|');
            }
            text.push('\n');
        }
        Ok(self.sink.write_all(text.as_bytes())?)
    }

    /// Below the last row.
    fn end(&mut self) -> Written<()> {
        if !self.ended {
            self.ended = true;
            self.begin()?;
            if self.look == GridStyle::Framed {
                self.rule()?;
            }
        }
        Ok(())
    }
}

impl RowWriter for Grid<'_> {
    fn write(&mut self, batch: &RecordBatch) -> Written<()> {
        let left = self.shown.left(self.rows);
        self.rows += batch.num_rows() as u64;
        if left == 0 {
            return Ok(());
        }
        let options = FormatOptions::default().with_null("NULL");
        let columns = batch
            .columns()
            .iter()
            .map(|c| ArrayFormatter::try_new(c.as_ref(), &options));
        let columns = columns.collect::<Result<Vec<_>, _>>()?;
        for row in 0..batch.num_rows().min(left) {
            let texts = columns
                .iter()
                .map(|column| Ok(self.look.cell(&column.value(row).try_to_string()?)));
            let texts = texts.collect::<Written<Vec<_>>>()?;
            self.put(texts)?;
        }
        // The rest is only counted, which may take long: those that are shown are there meanwhile.
        if self.shown.left(self.rows) == 0 {
            self.end()?;
            self.sink.flush()?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Written<()> {
        self.end()?;
        if let Some(said) = self.shown.rest(self.rows) {
            // A line right below a Markdown table would be a row of it.
            let before = match self.look {
                GridStyle::Framed => "",
                GridStyle::Markdown => "\n",
            };
            writeln!(self.sink, "{before}{said}")?;
        }
        Ok(self.sink.flush()?)
    }
}

impl GridStyle {
    /// A value as it stands in its cell.
    fn cell(self, text: &str) -> String {
        match self {
            GridStyle::Framed => text.to_string(),
            // In Markdown a | ends the cell and a line break the table.
            GridStyle::Markdown => text
                .replace('\\', "\\\\")
                .replace('|', "\\|")
                .replace("\r\n", "<br>")
                .replace(['\n', '\r'], "<br>"),
        }
    }
}
