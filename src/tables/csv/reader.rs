//! The bytes of a file, with its quotes looked at on their way to the decoder.

use std::io::{self, BufReader, Cursor, Read};
use std::path::Path;
use std::sync::Arc;

use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use datafusion::error::{DataFusionError, Result};
use parking_lot::Mutex;

use super::dialect::CsvDialect;
use super::looking::Looking;
use super::sieve::Sieve;
use super::sifted::Sifted;
use super::utf8::Utf8;
use super::walker::Walker;
use crate::tables::archive;

/// The lines of a file from its header line on, as UTF-8.
pub(in crate::tables) fn open(file: &Path, looking: &Looking) -> Result<Box<dyn Read + Send>> {
    Ok(through(
        raw(file, archive::open(file)?, looking)?,
        looking,
        false,
        None,
    ))
}

/// The same with all of its lines, damaged ones as well.
pub(super) fn whole(file: &Path, looking: &Looking) -> Result<Box<dyn Read + Send>> {
    raw(file, archive::open(file)?, looking)
}

/// The same of a file that is open, or of its bytes, with its quotes looked at; tells what it has left out.
pub(in crate::tables) fn rows(
    file: &Path,
    bytes: impl Read + Send + 'static,
    looking: &Looking,
    columns: usize,
    sifted: &Arc<Mutex<Sifted>>,
) -> Result<Box<dyn Read + Send>> {
    let text = raw(file, bytes, looking)?;
    Ok(match looking.left_out.is_nothing() {
        true => Box::new(QuoteChecked::new(text, looking.dialect, Some(columns))),
        false => through(text, looking, true, Some(Arc::clone(sifted))),
    })
}

fn through(
    text: Box<dyn Read + Send>,
    looking: &Looking,
    checks: bool,
    sifted: Option<Arc<Mutex<Sifted>>>,
) -> Box<dyn Read + Send> {
    match looking.left_out {
        left_out if left_out.is_nothing() => text,
        left_out => Box::new(Sieve::new(
            text,
            looking.dialect,
            left_out,
            looking.skipped,
            checks,
            sifted,
        )),
    }
}

fn raw(
    file: &Path,
    bytes: impl Read + Send + 'static,
    looking: &Looking,
) -> Result<Box<dyn Read + Send>> {
    if let Some(sheet) = &looking.sheet {
        return Ok(Box::new(Cursor::new(Arc::clone(&sheet.text))));
    }
    let bytes = plain(file, bytes, looking.compression)?;
    let text = Utf8::new(
        bytes,
        looking.encoding,
        Arc::clone(&looking.guessed.is_guess),
    );
    match looking.skipped {
        0 => Ok(Box::new(text)),
        lines => Ok(Box::new(WithoutFirst { text, lines })),
    }
}

/// The bytes of a file, without a compression.
pub(super) fn bytes(file: &Path, compression: FileCompressionType) -> Result<Box<dyn Read + Send>> {
    plain(file, archive::open(file)?, compression)
}

fn plain(
    file: &Path,
    bytes: impl Read + Send + 'static,
    compression: FileCompressionType,
) -> Result<Box<dyn Read + Send>> {
    compression
        .convert_read(BufReader::with_capacity(1 << 16, bytes))
        .map_err(|e| DataFusionError::Plan(format!("{} cannot be read: {e}", file.display())))
}

/// A text without its first lines.
struct WithoutFirst<R> {
    text: R,
    /// How many lines are still to be left out.
    lines: u64,
}

impl<R: Read> Read for WithoutFirst<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.lines > 0 {
            let mut byte = [0];
            if self.text.read(&mut byte)? == 0 {
                return Ok(0);
            }
            self.lines -= u64::from(byte[0] == b'\n');
        }
        self.text.read(into)
    }
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
