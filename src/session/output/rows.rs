//! The formats that programs read, written while a query runs: csv, tsv, json, ndjson, Parquet and Arrow IPC.

use std::io::Write;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, StringBuilder};
use datafusion::arrow::csv;
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::ipc::writer::FileWriter;
use datafusion::arrow::json;
use datafusion::arrow::json::writer::{
    EncoderOptions, JsonArray, JsonFormat, LineDelimited, make_encoder,
};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::basic::{Compression, ZstdLevel};
use datafusion::parquet::file::properties::WriterProperties;

use super::sink::Sink;
use super::written::{RowWriter, Written};

/// csv and tsv. Structs and lists, which have no place in them, are written as JSON.
pub(super) struct Separated<'a> {
    writer: csv::Writer<&'a mut Sink>,
    /// The columns as they are written.
    schema: SchemaRef,
    /// Kept here because the writer does not give its sink away while it lives.
    header: Option<RecordBatch>,
}

impl<'a> Separated<'a> {
    pub fn new(sink: &'a mut Sink, schema: &SchemaRef, delimiter: u8) -> Written<Self> {
        let fields = schema
            .fields()
            .iter()
            .map(|f| match f.data_type().is_nested() {
                true => Arc::new(Field::new(f.name(), DataType::Utf8, true)),
                false => Arc::clone(f),
            });
        let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        let writer = csv::WriterBuilder::new()
            .with_header(true)
            .with_delimiter(delimiter)
            .build(sink);
        let header = Some(RecordBatch::new_empty(Arc::clone(&schema)));
        Ok(Self {
            writer,
            schema,
            header,
        })
    }

    fn put(&mut self, batch: &RecordBatch) -> Written<()> {
        Ok(self.writer.write(batch)?)
    }
}

impl RowWriter for Separated<'_> {
    fn write(&mut self, batch: &RecordBatch) -> Written<()> {
        let schema = batch.schema();
        let columns =
            schema
                .fields()
                .iter()
                .zip(batch.columns())
                .map(|(field, column)| match field.data_type().is_nested() {
                    true => as_json(&Arc::new(field.as_ref().clone()), column),
                    false => Ok(Arc::clone(column)),
                });
        let columns = columns.collect::<Result<Vec<_>, _>>()?;
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), columns)?;
        self.header = None;
        self.put(&batch)
    }

    fn finish(mut self: Box<Self>) -> Written<()> {
        // A result without rows still says which columns it has.
        if let Some(header) = self.header.take() {
            self.put(&header)?;
        }
        Ok(self.writer.into_inner().flush()?)
    }
}

fn as_json(field: &Arc<Field>, column: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    let options = EncoderOptions::default().with_explicit_nulls(true);
    let mut encoder = make_encoder(field, column, &options)?;
    let mut texts = StringBuilder::new();
    let mut text = vec![];
    for row in 0..column.len() {
        if column.is_null(row) {
            texts.append_null();
            continue;
        }
        text.clear();
        encoder.encode(row, &mut text);
        texts.append_value(String::from_utf8_lossy(&text));
    }
    Ok(Arc::new(texts.finish()))
}

/// json and ndjson.
pub(in crate::session) struct JsonRows<'a, F: JsonFormat> {
    writer: json::Writer<&'a mut Sink, F>,
    ends_line: bool,
}

pub(super) fn json_array(sink: &mut Sink) -> JsonRows<'_, JsonArray> {
    JsonRows {
        writer: json::WriterBuilder::new()
            .with_explicit_nulls(true)
            .build(sink),
        ends_line: true,
    }
}

pub(super) fn json_lines(sink: &mut Sink) -> JsonRows<'_, LineDelimited> {
    JsonRows {
        writer: json::WriterBuilder::new()
            .with_explicit_nulls(true)
            .build(sink),
        ends_line: false,
    }
}

impl<F: JsonFormat + Send> RowWriter for JsonRows<'_, F> {
    fn write(&mut self, batch: &RecordBatch) -> Written<()> {
        Ok(self.writer.write(batch)?)
    }

    fn finish(mut self: Box<Self>) -> Written<()> {
        self.writer.finish()?;
        let sink = self.writer.into_inner();
        if self.ends_line {
            sink.write_all(b"\n")?;
        }
        Ok(sink.flush()?)
    }
}

pub(in crate::session) struct ParquetRows<'a> {
    writer: ArrowWriter<&'a mut Sink>,
}

impl<'a> ParquetRows<'a> {
    pub fn new(sink: &'a mut Sink, schema: &SchemaRef) -> Written<Self> {
        // As DataFusion's own COPY does; the parquet crate by itself does not compress at all.
        let compression = Compression::ZSTD(ZstdLevel::try_new(3)?);
        let properties = WriterProperties::builder().set_compression(compression);
        let writer = ArrowWriter::try_new(sink, Arc::clone(schema), Some(properties.build()))?;
        Ok(Self { writer })
    }
}

impl RowWriter for ParquetRows<'_> {
    fn write(&mut self, batch: &RecordBatch) -> Written<()> {
        Ok(self.writer.write(batch)?)
    }

    fn finish(self: Box<Self>) -> Written<()> {
        Ok(self.writer.into_inner()?.flush()?)
    }
}

/// A file of Arrow IPC.
pub(super) struct ArrowRows<'a> {
    writer: FileWriter<&'a mut Sink>,
}

impl<'a> ArrowRows<'a> {
    pub fn new(sink: &'a mut Sink, schema: &SchemaRef) -> Written<Self> {
        let writer = FileWriter::try_new(sink, schema)?;
        Ok(Self { writer })
    }
}

impl RowWriter for ArrowRows<'_> {
    fn write(&mut self, batch: &RecordBatch) -> Written<()> {
        Ok(self.writer.write(batch)?)
    }

    fn finish(self: Box<Self>) -> Written<()> {
        Ok(self.writer.into_inner()?.flush()?)
    }
}
