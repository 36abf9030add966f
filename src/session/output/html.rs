//! HTML: one table for each result.

use std::io::Write;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::record_batch::RecordBatch;

use super::about::About;
use super::cells::{ShownCells, stand_right};
use super::sink::Sink;
use super::written::{RowWriter, Written};
use crate::define::UnitFormat;

/// What a file begins with, so that a browser reads its letters as they were written.
pub(super) const BEGINNING: &str = "<!DOCTYPE html>\n<meta charset=\"utf-8\">\n";

const RIGHT: &str = " style=\"text-align: right; font-variant-numeric: tabular-nums\"";
const LEFT: &str = " style=\"text-align: left\"";

pub(super) struct Html<'a> {
    sink: &'a mut Sink,
    styles: Vec<&'static str>,
    units: Vec<Option<UnitFormat>>,
}

impl<'a> Html<'a> {
    pub fn new(sink: &'a mut Sink, schema: &SchemaRef, about: About) -> Written<Self> {
        let fields = schema.fields().iter();
        let styles = fields.clone().map(|f| match stand_right(f.data_type()) {
            true => RIGHT,
            false => LEFT,
        });
        let styles: Vec<&str> = styles.collect();
        let mut text = String::from("<table class=\"kpi-sql\">\n");
        if let Some(name) = &about.name {
            text += &format!("<caption>{}</caption>\n", escaped(name));
        }
        text += "<thead>\n<tr>";
        for (field, style) in fields.zip(&styles) {
            text += &format!("<th{style}>{}</th>", escaped(field.name()));
        }
        text += "</tr>\n</thead>\n<tbody>\n";
        sink.write_all(text.as_bytes())?;
        Ok(Self {
            sink,
            styles,
            units: about.units,
        })
    }
}

impl RowWriter for Html<'_> {
    fn write(&mut self, batch: &RecordBatch) -> Written<()> {
        let cells = ShownCells::new(batch, &self.units)?;
        let mut text = String::new();
        for row in 0..batch.num_rows() {
            text += "<tr>";
            for (column, style) in self.styles.iter().enumerate() {
                let value = match cells.text(row, column)? {
                    Some(value) => escaped(&value),
                    None => "<i>NULL</i>".to_string(),
                };
                text += &format!("<td{style}>{value}</td>");
            }
            text += "</tr>\n";
        }
        Ok(self.sink.write_all(text.as_bytes())?)
    }

    fn finish(self: Box<Self>) -> Written<()> {
        self.sink.write_all(b"</tbody>\n</table>\n")?;
        Ok(self.sink.flush()?)
    }
}

/// A text whose letters mean nothing in HTML.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.replace("\r\n", "\n").chars() {
        match letter {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            '\'' => escaped += "&#39;",
            '\n' | '\r' => escaped += "<br>",
            _ => escaped.push(letter),
        }
    }
    escaped
}
