//! From lines to texts of columns, as arrow reads them.

use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::csv::ReaderBuilder;
use datafusion::arrow::csv::reader::Decoder;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::error::ArrowError;

use super::dialect::CsvDialect;

/// How lines become texts of columns.
pub(super) struct Decoding {
    pub texts: SchemaRef,
    pub read: Vec<usize>,
    pub batch_size: usize,
    pub dialect: CsvDialect,
}

impl Decoding {
    fn decoder(&self, has_header: bool) -> Decoder {
        let builder = ReaderBuilder::new(Arc::clone(&self.texts))
            .with_header(has_header)
            .with_batch_size(self.batch_size)
            .with_projection(self.read.clone());
        self.dialect.of(builder).build_decoder()
    }
}

/// The texts of pieces of a file, one piece after the other.
pub(super) struct Texts {
    decoding: Decoding,
    /// The same for all pieces: it keeps its memory.
    decoder: Option<Decoder>,
    bytes: Arc<Vec<u8>>,
    /// Up to here the piece was read.
    at: usize,
}

impl Texts {
    pub fn new(decoding: Decoding) -> Self {
        Self {
            decoding,
            decoder: None,
            bytes: Arc::default(),
            at: 0,
        }
    }

    /// Goes on with whole records. Only the first piece of a file has a header line, which is the first one of who reads it.
    pub fn begin(&mut self, bytes: Arc<Vec<u8>>, has_header: bool) {
        let decoding = &self.decoding;
        self.decoder
            .get_or_insert_with(|| decoding.decoder(has_header));
        self.bytes = bytes;
        self.at = 0;
    }

    /// The next rows of the piece; `None` at its end.
    pub fn next(&mut self) -> Result<Option<RecordBatch>, ArrowError> {
        let Some(decoder) = &mut self.decoder else {
            return Ok(None);
        };
        let is_ended = matches!(self.bytes.last(), None | Some(b'\n' | b'\r'));
        loop {
            let rest = &self.bytes[self.at..];
            // No bytes tell the decoder that the file is at its end, where a line needs none.
            if rest.is_empty() && is_ended {
                break;
            }
            let decoded = decoder.decode(rest)?;
            self.at += decoded;
            if decoded == 0 || decoder.capacity() == 0 {
                break;
            }
        }
        decoder.flush()
    }
}
