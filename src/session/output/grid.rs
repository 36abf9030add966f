//! The formats that need the width of every column before the first line: table and Markdown.

use std::io::Write;

use comfy_table::presets::ASCII_MARKDOWN;
use comfy_table::{Cell, CellAlignment, Table};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};

use super::sink::Sink;
use super::{Rows, Written};

/// Lines as in arrow's own tables: a frame, and one line below the header.
const FRAMED: &str = "||--+-++|    ++++++";

pub(super) struct Grid<'a> {
    sink: &'a mut Sink,
    table: Table,
    right_aligned: Vec<bool>,
    markdown: bool,
}

impl<'a> Grid<'a> {
    pub fn new(sink: &'a mut Sink, schema: &SchemaRef, markdown: bool) -> Self {
        let mut table = Table::new();
        table.load_preset(if markdown { ASCII_MARKDOWN } else { FRAMED });
        let right_aligned: Vec<bool> = schema
            .fields()
            .iter()
            .map(|f| f.data_type().is_numeric())
            .collect();
        let mut grid = Self {
            sink,
            table,
            right_aligned,
            markdown,
        };
        let names = schema.fields().iter().zip(&grid.right_aligned);
        let header: Vec<Cell> = names
            .map(|(f, right)| grid.cell(f.name().clone(), *right))
            .collect();
        grid.table.set_header(header);
        grid
    }

    fn cell(&self, text: String, right: bool) -> Cell {
        // In Markdown a | ends the cell and a line break the table.
        let text = match self.markdown {
            true => text
                .replace('\\', "\\\\")
                .replace('|', "\\|")
                .replace("\r\n", "<br>")
                .replace(['\n', '\r'], "<br>"),
            false => text,
        };
        let alignment = if right {
            CellAlignment::Right
        } else {
            CellAlignment::Left
        };
        Cell::new(text).set_alignment(alignment)
    }
}

impl Rows for Grid<'_> {
    fn write(&mut self, batch: &RecordBatch) -> Written<()> {
        let options = FormatOptions::default().with_null("NULL");
        let columns = batch
            .columns()
            .iter()
            .map(|c| ArrayFormatter::try_new(c.as_ref(), &options));
        let columns = columns.collect::<Result<Vec<_>, _>>()?;
        for row in 0..batch.num_rows() {
            let mut cells = Vec::with_capacity(columns.len());
            for (column, right) in columns.iter().zip(&self.right_aligned) {
                let text = column.value(row).try_to_string()?;
                cells.push(self.cell(text, *right));
            }
            self.table.add_row(cells);
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Written<()> {
        for (i, line) in self.table.lines().enumerate() {
            let line = if self.markdown && i == 1 {
                self.aligned(&line)
            } else {
                line
            };
            writeln!(self.sink, "{line}")?;
        }
        Ok(self.sink.flush()?)
    }
}

impl Grid<'_> {
    /// The line below a Markdown header, with a colon at the end of every right-aligned column.
    fn aligned(&self, line: &str) -> String {
        let dashes = line.trim_matches('|').split('|').zip(&self.right_aligned);
        let columns: Vec<String> = dashes
            .map(|(dashes, right)| match right {
                true => format!("{}:", &dashes[1..]),
                false => dashes.to_string(),
            })
            .collect();
        format!("|{}|", columns.join("|"))
    }
}
