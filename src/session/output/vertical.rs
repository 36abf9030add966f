//! Each value on a line of its own, beside the name of its column.

use std::io::Write;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::record_batch::RecordBatch;
use unicode_width::UnicodeWidthStr;

use super::cells::ShownCells;
use super::shown::Shown;
use super::sink::Sink;
use super::terminal::{self, Terminal};
use super::written::{RowWriter, Written};
use crate::define::UnitFormat;

/// Rows as blocks of lines.
pub(super) struct Blocks {
    names: Vec<String>,
    width: usize,
    terminal: Option<Terminal>,
    rows: u64,
}

impl Blocks {
    pub fn new(names: Vec<String>, terminal: Option<Terminal>) -> Self {
        let width = names.iter().map(|name| name.width()).max().unwrap_or(0);
        Self {
            names,
            width,
            terminal,
            rows: 0,
        }
    }

    /// Writes a row; lines of a value that has several stand below each other.
    pub fn put(&mut self, sink: &mut Sink, row: &[Option<String>]) -> Written<()> {
        self.rows += 1;
        let mut text = match self.rows {
            1 => String::new(),
            _ => "\n".to_string(),
        };
        let heading = format!("Row {}", self.rows);
        text += &format!("{}\n", terminal::name(self.terminal, heading));
        for (name, value) in self.names.iter().zip(row) {
            let padding = " ".repeat(self.width - name.width());
            let null = terminal::nothing(self.terminal, "NULL");
            let value = value.as_deref().unwrap_or(&null);
            for (i, line) in value.split('\n').enumerate() {
                let before = match i {
                    0 => format!("  {name}:{padding} "),
                    _ => " ".repeat(self.width + 4),
                };
                text += format!("{before}{line}").trim_end();
                text.push('\n');
            }
        }
        Ok(sink.write_all(text.as_bytes())?)
    }

    /// Says of a result without rows which columns it has.
    pub fn finish(&self, sink: &mut Sink) -> Written<()> {
        if self.rows == 0 {
            writeln!(sink, "No rows; the columns are {}", self.names.join(", "))?;
        }
        Ok(())
    }
}

pub(super) struct Vertical<'a> {
    sink: &'a mut Sink,
    blocks: Blocks,
    units: Vec<Option<UnitFormat>>,
    shown: Shown,
    rows: u64,
}

impl<'a> Vertical<'a> {
    pub fn new(
        sink: &'a mut Sink,
        schema: &SchemaRef,
        units: Vec<Option<UnitFormat>>,
        (shown, terminal): (Shown, Option<Terminal>),
    ) -> Self {
        let names = schema.fields().iter().map(|f| f.name().clone());
        Self {
            sink,
            blocks: Blocks::new(names.collect(), terminal),
            units,
            shown,
            rows: 0,
        }
    }
}

impl RowWriter for Vertical<'_> {
    fn write(&mut self, batch: &RecordBatch) -> Written<()> {
        let left = self.shown.left(self.rows);
        self.rows += batch.num_rows() as u64;
        let cells = ShownCells::new(batch, &self.units)?;
        for row in 0..batch.num_rows().min(left) {
            let columns = 0..batch.num_columns();
            let texts = columns.map(|column| cells.text(row, column));
            let texts = texts.collect::<Result<Vec<_>, _>>()?;
            self.blocks.put(self.sink, &texts)?;
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Written<()> {
        self.blocks.finish(self.sink)?;
        if let Some(said) = self.shown.rest(self.rows) {
            writeln!(self.sink, "\n{said}")?;
        }
        Ok(self.sink.flush()?)
    }
}
