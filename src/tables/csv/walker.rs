//! Follows the records of a CSV file byte by byte: in which line each one begins, and whether its quotes are sound.
//!
//! The decoder prefers any reading over none: after `"size 5` it takes the lines that follow for a part of the value,
//! up to the next quote of the file. So quotes are looked at here, in every byte that is read:
//!
//! - a quoted value ends with a quote before a separator, a line end or the end of the file;
//! - one that is never closed is an error;
//! - so is one that goes over several lines each of which has as many values as a row of the table by itself.
//!   Two stray quotes make such a value, and texts of several lines hardly ever do. A separator with a blank after it
//!   is not counted, since that is how a comma stands in a sentence.
//!
//! Quotes within a value that does not begin with one are plain characters: `27"`.

use std::fmt;

use datafusion::arrow::csv::ReaderBuilder;

use crate::tables::words::Words;

/// How values are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::tables) struct Dialect {
    pub delimiter: u8,
    pub quote: u8,
    pub escape: Option<u8>,
    /// Lines that begin with this byte are left out.
    pub comment: Option<u8>,
    /// Whether a value may hold lines that look like rows of their own.
    pub newlines_in_values: bool,
}

impl Dialect {
    /// The same for arrow.
    pub fn of(&self, builder: ReaderBuilder) -> ReaderBuilder {
        let builder = builder
            .with_delimiter(self.delimiter)
            .with_quote(self.quote);
        let builder = match self.escape {
            Some(escape) => builder.with_escape(escape),
            None => builder,
        };
        match self.comment {
            Some(comment) => builder.with_comment(comment),
            None => builder,
        }
    }
}

/// What is wrong with the quotes of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// Something other than a separator comes after a closing quote.
    AfterQuote { line: u64, byte: u8 },
    /// The quote that begins in this line has no end.
    Unclosed { line: u64 },
    /// The quote that begins in this line has no end within a great many bytes.
    TooLong { line: u64 },
    /// A value goes over lines that are rows by themselves.
    Joined { from: u64, to: u64, columns: usize },
}

impl std::error::Error for Fault {}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words(&Words::default()))
    }
}

impl Fault {
    /// What is wrong, after the name of the file.
    pub fn words(&self, words: &Words) -> String {
        match self {
            Fault::AfterQuote { line, byte } => format!(
                "line {line}, has {} after the closing quote of a value. A quote inside a quoted value is written \
                 twice, \"\"; if the file has a backslash before it, CREATE EXTERNAL TABLE t STORED AS CSV LOCATION \
                 'path' OPTIONS ('format.escape' '\\') reads it",
                match byte {
                    byte if byte.is_ascii_graphic() => format!("'{}'", *byte as char),
                    b' ' => "a blank".to_string(),
                    _ => "other text".to_string(),
                }
            ),
            Fault::Unclosed { line } => format!(
                "line {line}, has a quote at the beginning of a value that is never closed: it would take in all \
                 lines after it. Remove that quote, or close it; a quote that belongs to the value is written twice, \
                 inside of quotes: \"size 5\"\"\""
            ),
            Fault::TooLong { line } => format!(
                "line {line}, has a quote at the beginning of a value that is not closed within {} MB. Remove that \
                 quote, or close it",
                LONGEST_VALUE >> 20
            ),
            Fault::Joined { from, to, columns } => format!(
                "line {from}, has a quoted value that goes on to line {to}, and each of these lines has {columns} \
                 values by itself, as a row of this file has: two stray quotes look like that. Remove them; if the \
                 value has these lines, {} reads it",
                words.newlines_in_values
            ),
        }
    }
}

/// No quoted value has so many bytes, and a file may have more than there is memory.
const LONGEST_VALUE: usize = 64 << 20;

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

#[derive(Debug)]
pub(super) struct Walker {
    dialect: Dialect,
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
    /// Separators in the present line, without those that a blank follows.
    separators: usize,
    lines_are_rows: bool,
    lines: usize,
}

impl Walker {
    pub fn new(dialect: Dialect, columns: Option<usize>) -> Self {
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
            separators: 0,
            lines_are_rows: true,
            lines: 0,
        }
    }

    /// Takes the next byte; true where it ends a record.
    pub fn step(&mut self, byte: u8) -> Result<bool, Fault> {
        let dialect = self.dialect;
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
                self.lines_are_rows = true;
                self.lines = 1;
                self.separators = 0;
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
                    return Err(Fault::TooLong { line });
                }
                self.count(byte);
                if byte == b'\n' || (byte == b'\r' && self.before != b'\n') {
                    self.line_in_value();
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
                return Err(Fault::AfterQuote { line, byte });
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
            self.separators += 1;
        } else if byte == b' ' && self.before == self.dialect.delimiter {
            self.separators = self.separators.saturating_sub(1);
        }
    }

    fn line_in_value(&mut self) {
        // The \n of \r\n.
        if self.before == b'\r' {
            return;
        }
        self.lines_are_rows &= self.is_row();
        self.lines += 1;
        self.separators = 0;
    }

    fn is_row(&self) -> bool {
        self.columns
            .is_some_and(|columns| columns > 1 && self.separators + 1 == columns)
    }

    fn end_record(&mut self) -> Result<(), Fault> {
        let joined = self.lines > 1
            && self.lines_are_rows
            && self.is_row()
            && !self.dialect.newlines_in_values;
        self.columns = self.columns.or(Some(self.fields));
        if joined {
            let from = self.record_line;
            return Err(Fault::Joined {
                from,
                to: from + self.lines as u64 - 1,
                columns: self.fields,
            });
        }
        self.separators = 0;
        Ok(())
    }

    /// The end of the file; true where it ends a record.
    pub fn finish(&mut self) -> Result<bool, Fault> {
        match self.at {
            At::Quoted | At::Escaped => Err(Fault::Unclosed {
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
    pub fn walk(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        let in_plain = matches!(self.at, At::Record | At::Field | At::Plain);
        let mut rest = bytes;
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
            self.separators = 0;
            rest = &bytes[end + 1..];
        }
        for byte in rest {
            self.step(*byte)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMAS: Dialect = Dialect {
        delimiter: b',',
        quote: b'"',
        escape: None,
        comment: None,
        newlines_in_values: false,
    };

    fn lines(text: &str) -> Result<Vec<u64>, Fault> {
        let mut walker = Walker::new(COMMAS, None);
        let mut lines = vec![];
        for byte in text.bytes() {
            if walker.step(byte)? {
                lines.push(walker.record_line);
            }
        }
        if walker.finish()? {
            lines.push(walker.record_line);
        }
        Ok(lines)
    }

    #[test]
    fn records_know_their_lines() {
        assert_eq!(lines("a,b\n1,2\n3,4"), Ok(vec![1, 2, 3]));
        assert_eq!(lines("a,b\r\n\r\n\r\n1,2\r\n3,4\r\n"), Ok(vec![1, 4, 5]));
        assert_eq!(lines("a,b\r1,2\r3,4\r"), Ok(vec![1, 2, 3]));
        assert_eq!(lines("a,b\n\"x\ny\",2\n3,4\n"), Ok(vec![1, 2, 4]));
        assert_eq!(lines("\u{feff}\"a\",b\n1,2\n"), Ok(vec![1, 2]));
        assert_eq!(lines("a,b\n27\",\"28\"\"\"\n"), Ok(vec![1, 2]));
    }

    #[test]
    fn quotes_are_looked_at() {
        assert_eq!(
            lines("a,b\n\n1,\"x\n2,y\n"),
            Err(Fault::Unclosed { line: 3 })
        );
        let byte = b's';
        assert_eq!(
            lines("a,b\n1,\"x\n2,\"size\n"),
            Err(Fault::AfterQuote { line: 3, byte })
        );
        // Two stray quotes; a text of several lines; a sentence with a comma.
        let joined = Fault::Joined {
            from: 2,
            to: 4,
            columns: 2,
        };
        assert_eq!(lines("a,b\n1,\"x\n2,y\n3,z\"\n"), Err(joined));
        assert_eq!(lines("a,b\n1,\"x\ny\n\"\n2,y\n"), Ok(vec![1, 2, 5]));
        assert_eq!(lines("a,b\n1,\"x\nWell, no\"\n2,y\n"), Ok(vec![1, 2, 4]));
    }

    #[test]
    fn many_bytes_are_walked_as_one_by_one() {
        let text = "a,b\n1,x\n2,\"y\n3,z\"\n";
        for cut in 0..text.len() {
            let mut walker = Walker::new(COMMAS, Some(2));
            let (one, two) = text.as_bytes().split_at(cut);
            let walked = walker
                .walk(one)
                .and_then(|()| walker.walk(two))
                .and_then(|()| walker.finish());
            assert!(matches!(walked, Err(Fault::Joined { .. })), "{cut}");
        }
    }
}
