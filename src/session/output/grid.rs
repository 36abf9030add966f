//! The formats whose columns have a width: table and Markdown.
//!
//! The widths are those of the first rows, so that a result of any length takes little memory. A later value that is
//! wider is not cut: its line is longer than the others. On a terminal a table is no wider than the terminal is, and what is
//! cut for that is counted; one of too many columns becomes blocks of lines.

use std::io::Write;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::record_batch::RecordBatch;
use unicode_width::UnicodeWidthStr;

use super::cells::{ShownCells, stand_right};
use super::fit::{self, Wanted};
use super::shown::{Shown, in_thousands};
use super::sink::Sink;
use super::terminal::{self, Terminal};
use super::vertical::Blocks;
use super::written::{RowWriter, Written};
use crate::define::UnitFormat;

/// The first rows, whose widths count: so many, or those that fill so many bytes.
const FIRST_ROWS: usize = 1_000;
const FIRST_BYTES: usize = 1 << 20;

type Row = Vec<Option<String>>;

pub(super) struct Grid<'a> {
    sink: &'a mut Sink,
    look: GridStyle,
    header: Vec<String>,
    columns: Vec<GridColumn>,
    units: Vec<Option<UnitFormat>>,
    /// The first rows, until the widths are known.
    first: Option<Vec<Row>>,
    first_bytes: usize,
    terminal: Option<Terminal>,
    /// Whether values are cut to the widths.
    is_narrow: bool,
    /// In the place of a table that has too many columns for the terminal.
    blocks: Option<Blocks>,
    cut: u64,
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
    pub fn new(
        sink: &'a mut Sink,
        schema: &SchemaRef,
        look: GridStyle,
        units: Vec<Option<UnitFormat>>,
        (shown, terminal): (Shown, Option<Terminal>),
    ) -> Self {
        let fields = schema.fields().iter();
        Self {
            sink,
            look,
            header: fields.clone().map(|f| look.cell(f.name())).collect(),
            columns: fields
                .map(|f| GridColumn {
                    width: 0,
                    right: stand_right(f.data_type()),
                })
                .collect(),
            units,
            first: Some(vec![]),
            first_bytes: 0,
            terminal: terminal.filter(|_| look == GridStyle::Framed),
            is_narrow: false,
            blocks: None,
            cut: 0,
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
        let header = std::mem::take(&mut self.header);
        for (i, column) in self.columns.iter_mut().enumerate() {
            let cells = first.iter().map(|row| row[i].as_deref().unwrap_or("NULL"));
            let lines = cells.chain([header[i].as_str()]);
            let lines = lines.flat_map(|cell| cell.split('\n'));
            column.width = lines.map(UnicodeWidthStr::width).max().unwrap_or(0);
        }
        self.fit(&header);
        if let Some(blocks) = &mut self.blocks {
            for row in &first {
                blocks.put(self.sink, row)?;
            }
            return Ok(());
        }
        if self.look == GridStyle::Framed {
            self.rule()?;
        }
        let names: Row = header.into_iter().map(Some).collect();
        self.line(&names, true)?;
        self.rule()?;
        for row in first {
            self.row(row)?;
        }
        Ok(())
    }

    /// Makes the columns of a table that is wider than the terminal narrower.
    fn fit(&mut self, header: &[String]) {
        let Some(terminal) = self.terminal else {
            return;
        };
        let frame = 3 * self.columns.len() + 1;
        let whole = self.columns.iter().map(|c| c.width).sum::<usize>() + frame;
        if whole <= terminal.width {
            return;
        }
        let wanted = self
            .columns
            .iter()
            .zip(header)
            .map(|(column, name)| Wanted {
                width: column.width,
                name: name.width(),
                is_number: column.right,
            });
        let wanted: Vec<Wanted> = wanted.collect();
        match fit::widths(&wanted, terminal.width) {
            Some(widths) => {
                self.is_narrow = true;
                for (column, width) in self.columns.iter_mut().zip(widths) {
                    column.width = width;
                }
            }
            None => self.blocks = Some(Blocks::new(header.to_vec(), self.terminal)),
        }
    }

    fn put(&mut self, row: Row) -> Written<()> {
        let Some(first) = &mut self.first else {
            return self.row(row);
        };
        let lengths = row.iter().flatten().map(String::len);
        self.first_bytes += lengths.sum::<usize>();
        first.push(row);
        if first.len() >= FIRST_ROWS || self.first_bytes >= FIRST_BYTES {
            self.begin()?;
        }
        Ok(())
    }

    fn row(&mut self, mut row: Row) -> Written<()> {
        if let Some(blocks) = &mut self.blocks {
            return blocks.put(self.sink, &row);
        }
        if self.is_narrow {
            for (value, column) in row.iter_mut().zip(&self.columns) {
                let text = value.as_ref().filter(|_| !column.right);
                if let Some(cut) = text.and_then(|text| fit::cut(text, column.width)) {
                    *value = Some(cut);
                    self.cut += 1;
                }
            }
        }
        self.line(&row, false)
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
    fn line(&mut self, cells: &[Option<String>], is_header: bool) -> Written<()> {
        let texts = cells.iter().flatten();
        let lines = texts.map(|cell| cell.split('\n').count()).max();
        let mut text = String::new();
        for n in 0..lines.unwrap_or(1) {
            text.push('|');
            for (cell, column) in cells.iter().zip(&self.columns) {
                let value = cell.as_deref().unwrap_or("NULL");
                let part = value.split('\n').nth(n).unwrap_or_default();
                let padding = column.width.saturating_sub(part.width());
                let (before, after) = if column.right {
                    (padding, 0)
                } else {
                    (0, padding)
                };
                text.extend(std::iter::repeat_n(' ', before + 1));
                text += &match cell {
                    _ if is_header => terminal::name(self.terminal, part),
                    None => terminal::nothing(self.terminal, part),
                    Some(_) => part.to_string(),
                };
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
            match &self.blocks {
                Some(blocks) => blocks.finish(self.sink)?,
                None if self.look == GridStyle::Framed => self.rule()?,
                None => {}
            }
        }
        Ok(())
    }

    /// The words for the values that were cut.
    fn cut_words(&self) -> Option<String> {
        let whole = self.terminal?.whole;
        match self.cut {
            0 => None,
            1 => Some(format!("1 value is cut to fit the terminal; {whole}")),
            cut => Some(format!(
                "{} values are cut to fit the terminal; {whole}",
                in_thousands(cut)
            )),
        }
    }
}

impl RowWriter for Grid<'_> {
    fn write(&mut self, batch: &RecordBatch) -> Written<()> {
        let left = self.shown.left(self.rows);
        self.rows += batch.num_rows() as u64;
        if left == 0 {
            return Ok(());
        }
        let units = std::mem::take(&mut self.units);
        let cells = ShownCells::new(batch, &units)?;
        for row in 0..batch.num_rows().min(left) {
            let columns = 0..batch.num_columns();
            let texts = columns.map(|column| {
                let text = cells.text(row, column)?;
                Ok(text.map(|text| self.look.cell(&text)))
            });
            let texts = texts.collect::<Written<Vec<_>>>()?;
            self.put(texts)?;
        }
        drop(cells);
        self.units = units;
        // The rest is only counted, which may take long: those that are shown are there meanwhile.
        if self.shown.left(self.rows) == 0 {
            self.end()?;
            self.sink.flush()?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Written<()> {
        self.end()?;
        // A line right below a Markdown table would be a row of it.
        let mut before = match self.look {
            GridStyle::Framed if self.blocks.is_none() => "",
            _ => "\n",
        };
        let said = [self.shown.rest(self.rows), self.cut_words()];
        for said in said.into_iter().flatten() {
            writeln!(self.sink, "{before}{said}")?;
            before = "";
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
