//! Follows the records of a CSV file byte by byte: in which line each one begins, and whether its quotes are sound.
//!
//! The decoder prefers any reading over none: after `"size 5` it takes the lines that follow for a part of the value,
//! up to the next quote of the file. So quotes are looked at here, in every byte that is read:
//!
//! - a quoted value ends with a quote before a separator, a line end or the end of the file;
//! - one that is never closed is an error;
//! - so is one that goes over several lines most of which have as many values as a row of the table by themselves.
//!   Two stray quotes make such a value, and texts of several lines hardly ever do. Empty lines do not count. A separator
//!   with a blank after it is how a comma stands in a sentence, so lines that are rows only with these are not enough.
//!
//! Quotes within a value that does not begin with one are plain characters: `27"`.

use super::dialect::CsvDialect;
use super::quote_fault::{LONGEST_VALUE, QuoteFault};
use super::record_lines::{OneLine, RecordLines};

const BYTE_ORDER_MARK: [u8; 3] = [0xEF, 0xBB, 0xBF];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    Record,
    Field,
    Plain,
    Quoted,
    Escaped,
    Closed,
    Comment,
}

#[derive(Debug, Clone)]
pub(super) struct Walker {
    dialect: CsvDialect,
    /// How many values a row has, once that is known.
    pub columns: Option<usize>,
    at: At,
    before: u8,
    /// How many bytes of a byte order mark were there.
    mark: usize,
    line: u64,
    /// The line in which the present record begins; of a finished one, until the next begins.
    pub record_line: u64,
    /// The number of values in the present record.
    pub fields: usize,
    quote_line: u64,
    /// How many bytes the present quoted value has.
    length: usize,
    /// The present line.
    in_line: OneLine,
    /// The lines of the present record.
    lines: RecordLines,
}

impl Walker {
    pub fn new(dialect: CsvDialect, columns: Option<usize>) -> Self {
        Self {
            dialect,
            columns,
            at: At::Record,
            before: 0,
            mark: 0,
            line: 1,
            record_line: 1,
            fields: 0,
            quote_line: 1,
            length: 0,
            in_line: OneLine::default(),
            lines: RecordLines::default(),
        }
    }

    /// The same of a text above which there are so many lines.
    pub fn below(mut self, lines: u64) -> Self {
        self.line += lines;
        self.record_line += lines;
        self.quote_line += lines;
        self
    }

    /// Whether no record has begun that has not ended.
    pub fn is_between(&self) -> bool {
        matches!(self.at, At::Record)
    }

    /// Whether the next byte may be that of a record, and no byte order mark.
    pub fn is_in_text(&self) -> bool {
        self.mark == BYTE_ORDER_MARK.len()
    }

    /// The line of the next byte.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// Says in which line the next byte is.
    pub fn is_in_line(&mut self, line: u64) {
        self.line = line;
    }

    /// Goes on below a line that it has not seen, with what ended it; between records.
    pub fn pass(&mut self, line_end: &[u8]) {
        for byte in line_end {
            // \r\n is one line end.
            if *byte == b'\r' || (*byte == b'\n' && self.before != b'\r') {
                self.line += 1;
            }
            self.before = *byte;
        }
        self.in_line = OneLine::default();
    }

    /// Takes the next byte; true where it ends a record.
    pub fn step(&mut self, byte: u8) -> Result<bool, QuoteFault> {
        let dialect = self.dialect;
        if byte == 0 {
            return Err(QuoteFault::Nul { line: self.line });
        }
        // The decoder leaves a byte order mark out.
        if self.mark < BYTE_ORDER_MARK.len() {
            if byte == BYTE_ORDER_MARK[self.mark] {
                self.mark += 1;
                return Ok(false);
            }
            self.mark = BYTE_ORDER_MARK.len();
        }
        let is_end = byte == b'\n' || byte == b'\r';
        let ended = match self.at {
            At::Comment if is_end => {
                self.at = At::Record;
                false
            }
            At::Comment => false,
            // Empty lines are no records.
            At::Record if is_end => false,
            At::Record if Some(byte) == dialect.comment => {
                self.at = At::Comment;
                false
            }
            At::Record => {
                self.record_line = self.line;
                self.fields = 1;
                self.lines = RecordLines::default();
                self.in_line = OneLine::default();
                self.at_field(byte)
            }
            At::Field => self.at_field(byte),
            At::Plain => self.at_value_end(byte),
            At::Quoted if Some(byte) == dialect.escape && dialect.escape != Some(dialect.quote) => {
                self.at = At::Escaped;
                false
            }
            At::Quoted if byte == dialect.quote => {
                self.at = At::Closed;
                false
            }
            At::Quoted | At::Escaped => {
                self.at = At::Quoted;
                self.length += 1;
                if self.length > LONGEST_VALUE {
                    let line = self.quote_line;
                    return Err(QuoteFault::TooLong { line });
                }
                self.count(byte);
                // \r\n is one line end.
                if byte == b'\r' || (byte == b'\n' && self.before != b'\r') {
                    self.end_line();
                }
                false
            }
            At::Closed if byte == dialect.quote => {
                self.at = At::Quoted;
                false
            }
            At::Closed if byte == dialect.delimiter || is_end => self.at_value_end(byte),
            At::Closed => {
                let line = self.line;
                return Err(QuoteFault::AfterQuote { line, byte });
            }
        };
        // \r\n is one line end.
        if byte == b'\r' || (byte == b'\n' && self.before != b'\r') {
            self.line += 1;
        }
        self.before = byte;
        if ended {
            self.end_record().map(|()| true)
        } else {
            Ok(false)
        }
    }

    fn at_field(&mut self, byte: u8) -> bool {
        if byte == self.dialect.quote {
            self.at = At::Quoted;
            self.quote_line = self.line;
            self.length = 0;
            return false;
        }
        self.at_value_end(byte)
    }

    fn at_value_end(&mut self, byte: u8) -> bool {
        self.count(byte);
        if byte == self.dialect.delimiter {
            self.fields += 1;
            self.at = At::Field;
            return false;
        }
        let ends = byte == b'\n' || byte == b'\r';
        self.at = if ends { At::Record } else { At::Plain };
        ends
    }

    fn count(&mut self, byte: u8) {
        if byte == self.dialect.delimiter {
            self.in_line.separators += 1;
        } else if byte == b' ' && self.before == self.dialect.delimiter {
            self.in_line.with_blank += 1;
        }
        self.in_line.has_text |= !byte.is_ascii_whitespace();
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.in_line);
        self.lines.add(line, self.columns);
    }

    /// Whether the lines of a value look like rows that a stray quote took in. One line is always a row where the text
    /// is the first or the last value, so another has to be one, too, without a comma as in a sentence.
    fn is_joined(&self) -> bool {
        let RecordLines {
            with_text,
            rows,
            plain_rows,
            first_is_plain,
            last_is_plain,
            ..
        } = self.lines;
        if with_text < 2 || plain_rows < 2 {
            return false;
        }
        match self.columns {
            // "1,000" makes a line of a text a row of two values.
            Some(..=2) => {
                rows * 3 > with_text * 2
                    || (first_is_plain && last_is_plain && rows * 2 > with_text)
            }
            _ => rows * 2 > with_text || plain_rows > 2,
        }
    }

    fn end_record(&mut self) -> Result<(), QuoteFault> {
        // What opened the last line may be a quote alone.
        self.in_line.has_text = true;
        self.end_line();
        let joined = self.lines.all > 1 && !self.dialect.newlines_in_values && self.is_joined();
        let columns = *self.columns.get_or_insert(self.fields);
        if joined {
            let from = self.record_line;
            return Err(QuoteFault::Joined {
                from,
                to: from + self.lines.all as u64 - 1,
                rows: self.lines.rows,
                columns,
            });
        }
        Ok(())
    }

    /// The end of the file; true where it ends a record.
    pub fn finish(&mut self) -> Result<bool, QuoteFault> {
        match self.at {
            At::Quoted | At::Escaped => Err(QuoteFault::Unclosed {
                line: self.quote_line,
            }),
            At::Record | At::Comment => Ok(false),
            At::Field | At::Plain | At::Closed => {
                self.at = At::Record;
                self.end_record().map(|()| true)
            }
        }
    }

    /// Takes many bytes; much faster where there is no quote among them.
    pub fn walk(&mut self, bytes: &[u8]) -> Result<(), QuoteFault> {
        let in_plain = matches!(self.at, At::Record | At::Field | At::Plain);
        let mut rest = bytes;
        if memchr::memchr(0, bytes).is_some() {
            for byte in bytes {
                self.step(*byte)?;
            }
            return Ok(());
        }
        if in_plain
            && self.columns.is_some()
            && self.mark == BYTE_ORDER_MARK.len()
            && self.dialect.comment.is_none()
            && memchr::memchr(self.dialect.quote, bytes).is_none()
            && let Some(end) = memchr::memrchr2(b'\n', b'\r', bytes)
        {
            // Records that end within these bytes have nothing that could be wrong.
            self.at = At::Record;
            self.before = bytes[end];
            self.in_line = OneLine::default();
            rest = &bytes[end + 1..];
        }
        while let [byte, others @ ..] = rest {
            rest = match self.sound_line(rest) {
                Some(end) => {
                    self.before = rest[end];
                    self.in_line = OneLine::default();
                    &rest[end + 1..]
                }
                None => {
                    self.step(*byte)?;
                    others
                }
            };
        }
        Ok(())
    }

    /// Where the line ends that begins here, if it is a record of its own with sound quotes, as nearly all lines are.
    fn sound_line(&self, bytes: &[u8]) -> Option<usize> {
        let CsvDialect {
            delimiter,
            quote,
            escape: None,
            comment: None,
            ..
        } = self.dialect
        else {
            return None;
        };
        let is_at_start = self.at == At::Record && self.columns.is_some();
        if !is_at_start || self.mark < BYTE_ORDER_MARK.len() {
            return None;
        }
        let end = memchr::memchr2(b'\n', b'\r', bytes).filter(|end| *end > 0)?;
        let line = &bytes[..end];
        let next_quote = |from: usize| memchr::memchr(quote, &line[from..]).map(|at| from + at);
        let mut from = 0;
        while let Some(opening) = next_quote(from) {
            from = opening + 1;
            if opening > 0 && line[opening - 1] != delimiter {
                // Within a value it is a character.
                continue;
            }
            loop {
                let closing = next_quote(from)?;
                from = closing + 2;
                match line.get(closing + 1) {
                    None => return Some(end),
                    Some(next) if *next == quote => {}
                    Some(next) if *next == delimiter => break,
                    Some(_) => return None,
                }
            }
        }
        Some(end)
    }
}

#[cfg(test)]
mod tests;
