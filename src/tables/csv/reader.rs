//! The bytes of a file, with its quotes looked at on their way to the decoder.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use datafusion::common::plan_err;
use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use datafusion::error::{DataFusionError, Result};

use super::walker::{CsvDialect, Walker};

pub(in crate::tables) fn open(
    file: &Path,
    compression: FileCompressionType,
) -> Result<Box<dyn Read + Send>> {
    match File::open(file) {
        Ok(opened) => plain(opened, file, compression),
        Err(e) => plan_err!("{} cannot be read: {e}", file.display()),
    }
}

pub(in crate::tables) fn plain(
    opened: File,
    file: &Path,
    compression: FileCompressionType,
) -> Result<Box<dyn Read + Send>> {
    compression
        .convert_read(BufReader::with_capacity(1 << 16, opened))
        .map_err(|e| DataFusionError::Plan(format!("{} cannot be read: {e}", file.display())))
}

/// Hands on what it reads, and ends with an error where the quotes are not sound.
pub(in crate::tables) struct QuoteChecked<R> {
    inner: R,
    walker: Walker,
}

impl<R> QuoteChecked<R> {
    /// `columns` is how many values a row has.
    pub fn new(inner: R, dialect: CsvDialect, columns: Option<usize>) -> Self {
        let walker = Walker::new(dialect, columns);
        Self { inner, walker }
    }
}

impl<R: Read> Read for QuoteChecked<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        let walked = match read {
            0 if into.is_empty() => Ok(()),
            0 => self.walker.finish().map(drop),
            read => self.walker.walk(&into[..read]),
        };
        walked.map_err(io::Error::other)?;
        Ok(read)
    }
}
