//! The bytes of a file, with its quotes looked at on their way to the decoder.

use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::sync::Arc;

use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use datafusion::error::{DataFusionError, Result};
use parking_lot::Mutex;

use super::dialect::CsvDialect;
use super::looking::Looking;
use super::pieces::Lines;
use super::sieve::Sieve;
use super::sifted::Sifted;
use super::utf8::Utf8;
use super::walker::Walker;
use crate::tables::archive;
use crate::tables::storage::FilePath;

/// The lines of a file from its header line on, as UTF-8.
pub(in crate::tables) fn open(file: &FilePath, looking: &Looking) -> Result<Box<dyn Read + Send>> {
    let text = whole(file, looking)?;
    Ok(match looking.left_out.is_nothing() {
        true => text,
        false => Box::new(sieve(text, looking, None)),
    })
}

/// The same with all of its lines, damaged ones as well.
pub(super) fn whole(file: &FilePath, looking: &Looking) -> Result<Box<dyn Read + Send>> {
    raw(file, archive::open(file)?, looking)
}

/// The same of a file that is open, or of its bytes, with its quotes looked at; tells what it has left out.
pub(in crate::tables) fn rows(
    file: &FilePath,
    bytes: impl Read + Send + 'static,
    looking: &Looking,
    sifted: &Arc<Mutex<Sifted>>,
) -> Result<Box<dyn Lines>> {
    let text = raw(file, bytes, looking)?;
    Ok(Box::new(sieve(text, looking, Some(Arc::clone(sifted)))))
}

fn sieve<R>(text: R, looking: &Looking, sifted: Option<Arc<Mutex<Sifted>>>) -> Sieve<R> {
    let above = looking.lines_above();
    Sieve::new(text, looking.dialect, looking.left_out, above, sifted)
}

fn raw(
    file: &FilePath,
    bytes: impl Read + Send + 'static,
    looking: &Looking,
) -> Result<Box<dyn Read + Send>> {
    if let Some(sheet) = &looking.sheet {
        let mut text = Cursor::new(Arc::clone(&sheet.text));
        let first = sheet.below(looking.skipped).first();
        text.set_position(first.map_or(sheet.text.len(), |first| first.at) as u64);
        return Ok(Box::new(text));
    }
    let bytes = plain(file, bytes, looking.compression)?;
    let text = Utf8::new(
        bytes,
        looking.encoding,
        Arc::clone(&looking.guessed.is_guess),
    )
    .telling(&looking.guessed.decoded);
    let text: Box<dyn Read + Send> = match looking.skipped {
        0 => Box::new(text),
        lines => Box::new(WithoutFirst::new(text, lines)),
    };
    Ok(match looking.dialect.comment {
        Some(_) => Box::new(EndedComments::new(text, looking.dialect)),
        None => text,
    })
}

/// The bytes of a file, without a compression.
pub(super) fn bytes(
    file: &FilePath,
    compression: FileCompressionType,
) -> Result<Box<dyn Read + Send>> {
    plain(file, archive::open(file)?, compression)
}

fn plain(
    file: &FilePath,
    bytes: impl Read + Send + 'static,
    compression: FileCompressionType,
) -> Result<Box<dyn Read + Send>> {
    compression
        .convert_read(BufReader::with_capacity(1 << 16, bytes))
        .map_err(|e| DataFusionError::Plan(format!("{} cannot be read: {e}", file.display())))
}

/// A text without its first lines, which end with \n, \r\n or \r.
struct WithoutFirst<R> {
    text: R,
    /// How many lines are still to be left out.
    lines: u64,
    before: u8,
    /// The last line may go on with a \n.
    is_at_end: bool,
}

impl<R> WithoutFirst<R> {
    fn new(text: R, lines: u64) -> Self {
        Self {
            text,
            lines,
            before: 0,
            is_at_end: true,
        }
    }
}

impl<R: Read> Read for WithoutFirst<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let Some(first) = into.get_mut(..1) else {
            return Ok(0);
        };
        while self.lines > 0 {
            if self.text.read(first)? == 0 {
                return Ok(0);
            }
            let is_end = first[0] == b'\r' || first[0] == b'\n' && self.before != b'\r';
            self.lines -= u64::from(is_end);
            self.before = first[0];
        }
        if self.is_at_end {
            self.is_at_end = false;
            let n = self.text.read(first)?;
            if n == 0 || first[0] != b'\n' || self.before != b'\r' {
                return Ok(n);
            }
        }
        self.text.read(into)
    }
}

/// A text whose lines of comment end with \n where they end with \r alone, at which the decoder goes on with them.
struct EndedComments<R> {
    text: BufReader<R>,
    dialect: CsvDialect,
    is_at_start: bool,
    in_comment: bool,
    in_quotes: bool,
}

impl<R: Read> EndedComments<R> {
    fn new(text: R, dialect: CsvDialect) -> Self {
        Self {
            text: BufReader::with_capacity(1 << 16, text),
            dialect,
            is_at_start: true,
            in_comment: false,
            in_quotes: false,
        }
    }
}

impl<R: Read> Read for EndedComments<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.text.read(into)?;
        for i in 0..n {
            let byte = into[i];
            let is_end = matches!(byte, b'\r' | b'\n');
            if self.in_comment && byte == b'\r' {
                let next = match into[..n].get(i + 1) {
                    Some(next) => Some(*next),
                    None => self.text.fill_buf()?.first().copied(),
                };
                if next != Some(b'\n') {
                    into[i] = b'\n';
                }
            }
            self.in_comment &= !is_end;
            self.in_comment |=
                self.is_at_start && !self.in_quotes && Some(byte) == self.dialect.comment;
            self.in_quotes ^= !self.in_comment && byte == self.dialect.quote;
            self.is_at_start = is_end;
        }
        Ok(n)
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
