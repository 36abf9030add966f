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

use std::fmt;

use datafusion::arrow::csv::ReaderBuilder;

use crate::tables::options::OptionNames;

/// How values are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::tables) struct CsvDialect {
    pub delimiter: u8,
    pub quote: u8,
    pub escape: Option<u8>,
    /// Lines that begin with this byte are left out.
    pub comment: Option<u8>,
    /// Whether a value may hold lines that look like rows of their own.
    pub newlines_in_values: bool,
}

impl CsvDialect {
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
    /// A value goes over lines of which so many are rows by themselves.
    Joined {
        from: u64,
        to: u64,
        rows: usize,
        columns: usize,
    },
}

impl std::error::Error for Fault {}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words(&OptionNames::default()))
    }
}

impl Fault {
    /// What is wrong, after the name of the file.
    pub fn words(&self, words: &OptionNames) -> String {
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
            Fault::Joined {
                from,
                to,
                rows,
                columns,
            } => format!(
                "line {from}, has a quoted value that goes on to line {to}, and {rows} of these lines have {columns} \
                 values by themselves, as a row of this file has: two stray quotes look like that. Remove them; if the \
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
    in_line: Line,
    /// The lines of the present record.
    lines: Lines,
}

/// What a line has by itself.
#[derive(Debug, Clone, Copy, Default)]
struct Line {
    separators: usize,
    /// Of these, those that a blank follows.
    with_blank: usize,
    has_text: bool,
}

/// The lines of a record, which are several only where a quoted value has line ends.
#[derive(Debug, Clone, Copy, Default)]
struct Lines {
    all: usize,
    with_text: usize,
    /// Those that are rows by themselves, whatever is after a separator.
    rows: usize,
    /// Those that are rows without separators that a blank follows.
    plain_rows: usize,
    first_is_plain: bool,
    last_is_plain: bool,
}

impl Lines {
    fn add(&mut self, line: Line, columns: Option<usize>) {
        self.all += 1;
        if !line.has_text {
            return;
        }
        let is_row = |separators: usize| {
            columns.is_some_and(|columns| columns > 1 && separators + 1 == columns)
        };
        let is_plain = is_row(line.separators.saturating_sub(line.with_blank));
        self.first_is_plain = if self.with_text == 0 {
            is_plain
        } else {
            self.first_is_plain
        };
        self.last_is_plain = is_plain;
        self.with_text += 1;
        self.rows += usize::from(is_plain || is_row(line.separators));
        self.plain_rows += usize::from(is_plain);
    }
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
            in_line: Line::default(),
            lines: Lines::default(),
        }
    }

    /// The same of a text above which there are so many lines.
    pub fn below(mut self, lines: u64) -> Self {
        self.line += lines;
        self.record_line += lines;
        self.quote_line += lines;
        self
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
                self.lines = Lines::default();
                self.in_line = Line::default();
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
        let Lines {
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

    fn end_record(&mut self) -> Result<(), Fault> {
        // What opened the last line may be a quote alone.
        self.in_line.has_text = true;
        self.end_line();
        let joined = self.lines.all > 1 && !self.dialect.newlines_in_values && self.is_joined();
        let columns = *self.columns.get_or_insert(self.fields);
        if joined {
            let from = self.record_line;
            return Err(Fault::Joined {
                from,
                to: from + self.lines.all as u64 - 1,
                rows: self.lines.rows,
                columns,
            });
        }
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
            self.in_line = Line::default();
            rest = &bytes[end + 1..];
        }
        while let [byte, others @ ..] = rest {
            rest = match self.sound_line(rest) {
                Some(end) => {
                    self.before = rest[end];
                    self.in_line = Line::default();
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
        let mut rest = &bytes[..end];
        loop {
            rest = match rest {
                [first, quoted @ ..] if *first == quote => {
                    let mut quoted = quoted;
                    loop {
                        let closing = memchr::memchr(quote, quoted)?;
                        match &quoted[closing + 1..] {
                            [] => return Some(end),
                            [next, others @ ..] if *next == quote => quoted = others,
                            [next, others @ ..] if *next == delimiter => break others,
                            _ => return None,
                        }
                    }
                }
                plain => match memchr::memchr(delimiter, plain) {
                    Some(at) => &plain[at + 1..],
                    None => return Some(end),
                },
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMAS: CsvDialect = CsvDialect {
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
            rows: 3,
            columns: 2,
        };
        assert_eq!(lines("a,b\n1,\"x\n2,y\n3,z\"\n"), Err(joined));
        assert_eq!(lines("a,b\n1,\"x\ny\n\"\n2,y\n"), Ok(vec![1, 2, 5]));
        assert_eq!(lines("a,b\n1,\"x\nWell, no\"\n2,y\n"), Ok(vec![1, 2, 4]));
    }

    #[test]
    fn lines_that_a_stray_quote_takes_in_need_not_all_be_rows() {
        let joined = |to, rows, columns| {
            Err(Fault::Joined {
                from: 2,
                to,
                rows,
                columns,
            })
        };
        for (text, expected) in [
            ("c,n,a\n1,\"s,1\n2, x,2\n3,y\",3\n", joined(4, 3, 3)),
            ("c,n,a\n1,\"s,1\n\n2,x,2\n3,y\",3\n", joined(5, 3, 3)),
            ("c,n,a\r\n1,\"s,1\r\n\r\n3,y\",3\r\n", joined(4, 2, 3)),
            ("c,n,a\n1,\"s,1\n2,x\n3,y\",3\n", joined(4, 2, 3)),
            // Many lines that are none do not hide those that are.
            ("c,n,a\n1,\"s,1\nx\nx\nx\n2,x,2\n3,y\",3\n", joined(7, 3, 3)),
            ("c,n\n1,\"s\n2\n3,y\"\n", joined(4, 2, 2)),
            ("c,n\n1,\"s\n2, x\n3,y\n4,z\"\n", joined(5, 4, 2)),
        ] {
            assert_eq!(lines(text), expected, "{text:?}");
        }
        for text in [
            "c,n\n1,\"I like it, thanks\nbye, Tom\"\n",
            "c,n\n1,\"Hello\nwe took 1,000 of them\nbye\"\n",
            "c,n,a\n1,\"Main St 1\n\nBerlin, DE\",2\n",
            "c,n,a\n1,2,\"Dear all,\nwell, yes\nTom\"\n",
        ] {
            assert_eq!(lines(text), Ok(vec![1, 2]), "{text:?}");
        }
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

    #[test]
    fn sound_lines_are_walked_at_once() {
        for line in [
            "1,2",
            "\"1\",\"2\"",
            "\"a \"\"b\"\"\",\"\"",
            "1,\"x,y\"",
            "27\",x",
            "\"\",",
        ] {
            let walker = Walker {
                mark: BYTE_ORDER_MARK.len(),
                ..Walker::new(COMMAS, Some(2))
            };
            let ended = format!("{line}\n\"");
            assert_eq!(
                walker.sound_line(ended.as_bytes()),
                Some(line.len()),
                "{line}"
            );
            assert_eq!(walker.sound_line(line.as_bytes()), None, "{line}");
        }
        for line in ["", "1,\"x", "\"x\"y,1", "\"x\" ,1", "1,\"x\"\""] {
            let walker = Walker {
                mark: BYTE_ORDER_MARK.len(),
                ..Walker::new(COMMAS, Some(2))
            };
            assert_eq!(
                walker.sound_line(format!("{line}\n").as_bytes()),
                None,
                "{line}"
            );
        }
    }
}
