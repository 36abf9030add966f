//! From lines to texts of columns, as arrow reads them.

use std::io::Read;
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::csv::ReaderBuilder;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::error::ArrowError;
use datafusion::error::Result;

use super::dialect::CsvDialect;

/// How lines become texts of columns.
pub(super) struct Decoding {
    pub texts: SchemaRef,
    pub read: Vec<usize>,
    pub batch_size: usize,
    pub dialect: CsvDialect,
}

impl Decoding {
    pub fn of(&self, has_header: bool, lines: impl Read + Send + 'static) -> Result<Texts> {
        let builder = ReaderBuilder::new(Arc::clone(&self.texts))
            .with_header(has_header)
            .with_batch_size(self.batch_size)
            .with_projection(self.read.clone());
        let buffered = std::io::BufReader::with_capacity(1 << 16, lines);
        Ok(Box::new(self.dialect.of(builder).build_buffered(buffered)?))
    }
}

pub(super) type Texts =
    Box<dyn Iterator<Item = std::result::Result<RecordBatch, ArrowError>> + Send>;
