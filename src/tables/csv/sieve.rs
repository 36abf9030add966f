//! A text without the lines that are no rows: further header lines, and damaged lines where that was asked for.
//!
//! In the place of such a line an empty one stays, which is no record to anybody, so that all lines keep their numbers.
//! A record is damaged if its quotes are not sound, if it has too many or too few values, or bytes that are no text. Of
//! one that a stray quote has begun only the first line is left out: those after it are looked at by themselves, so that
//! no quote takes the rest of a file away.

use std::io::{self, Read};
use std::ops::Range;
use std::sync::Arc;

use memchr::memmem::Finder;
use parking_lot::Mutex;

use super::dialect::CsvDialect;
use super::pieces::{Lines, lines_in};
use super::quote_fault::QuoteFault;
use super::sifted::Sifted;
use super::walker::Walker;

/// So many bytes are read at a time.
const CHUNK: usize = 1 << 16;

/// Which lines are left out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::tables) struct LeftOut {
    /// Damaged ones.
    pub damaged: bool,
    /// The record below the first one.
    pub second: bool,
    /// The first one where it stands again.
    pub header_again: bool,
}

impl LeftOut {
    pub fn is_nothing(self) -> bool {
        self == Self::default()
    }
}

/// Reads a text, with its quotes looked at, without some of its lines.
pub(super) struct Sieve<R> {
    inner: R,
    left_out: LeftOut,
    walker: Walker,
    /// How many lines stand above the text.
    above: u64,
    dialect: CsvDialect,
    /// How many values a row has, by the first record.
    columns: usize,
    /// How many records were met.
    records: u64,
    /// How a header line may be written that stands again.
    headers: Vec<Finder<'static>>,
    /// Read, and not yet looked at.
    bytes: Vec<u8>,
    is_whole: bool,
    ready: Vec<u8>,
    given: usize,
    is_raw: bool,
    /// Where is told what was left out. Without it nobody reads the rows: faults are no errors, and the text goes on as it is for those who
    /// say where the fault is.
    sifted: Option<Arc<Mutex<Sifted>>>,
    /// So many bytes are read at a time.
    chunk: usize,
}

/// What stands at the beginning of a text.
enum Next {
    /// It cannot be told yet.
    More,
    /// Lines that are no record.
    Nothing(usize),
    Record {
        length: usize,
        fields: usize,
        has_rows_below: bool,
    },
    Fault(QuoteFault),
}

impl<R> Sieve<R> {
    /// `above` is how many lines stand above the text.
    pub fn new(
        inner: R,
        dialect: CsvDialect,
        left_out: LeftOut,
        above: u64,
        sifted: Option<Arc<Mutex<Sifted>>>,
    ) -> Self {
        Self {
            inner,
            left_out,
            walker: Walker::new(dialect, None).below(above),
            above,
            dialect,
            columns: 0,
            records: 0,
            headers: vec![],
            bytes: vec![],
            is_whole: false,
            ready: vec![],
            given: 0,
            is_raw: false,
            sifted,
            chunk: CHUNK,
        }
    }

    /// The same with other chunks.
    #[cfg(test)]
    pub fn by(self, chunk: usize) -> Self {
        Self { chunk, ..self }
    }

    /// Looks at what was read, as far as its lines are complete.
    fn look(&mut self) -> Result<(), QuoteFault> {
        let bytes = std::mem::take(&mut self.bytes);
        let mut kept = Kept::default();
        let looked = match self.look_at(&bytes, &mut kept) {
            Err(_) if self.sifted.is_none() => {
                self.is_raw = true;
                Ok(bytes.len())
            }
            looked => looked,
        }?;
        if let Some(sifted) = self.sifted.as_ref().filter(|_| self.left_out.damaged) {
            sifted
                .lock()
                .keep(&bytes, std::mem::take(&mut kept.records));
        }
        self.bytes = bytes[looked..].to_vec();
        self.ready = kept.of(bytes, looked);
        self.given = 0;
        Ok(())
    }

    /// How many of the bytes were looked at.
    fn look_at(&mut self, bytes: &[u8], kept: &mut Kept) -> Result<usize, QuoteFault> {
        let is_plain = bytes.is_ascii() && memchr::memchr(0, bytes).is_none();
        let mut at = 0;
        while at < bytes.len() && (self.left_out.damaged || self.records < 2) {
            let rest = &bytes[at..];
            let line = self.walker.line();
            match self.next(rest) {
                Next::More => return Ok(at),
                Next::Nothing(length) => at += length,
                Next::Record {
                    length,
                    fields,
                    has_rows_below,
                } => {
                    let record = &rest[..length];
                    let is_first = self.records == 0;
                    if is_first {
                        self.columns = fields;
                        self.headers = self.written(record, fields);
                    }
                    let is_second = self.records == 1 && self.left_out.second;
                    self.records += 1;
                    let is_text = is_plain || std::str::from_utf8(record).is_ok();
                    let reason = match is_first || !self.left_out.damaged {
                        true => None,
                        false if !is_text => Some("bytes that are not of the encoding".to_string()),
                        false => (fields != self.columns).then(|| reason(fields, self.columns)),
                    };
                    if is_second || self.is_header(record) && !is_first {
                        kept.blank(at..at + length);
                        if let (false, Some(sifted)) = (is_second, &self.sifted) {
                            sifted.lock().header(line);
                        }
                    } else if let Some(reason) = reason {
                        let length = match has_rows_below {
                            true => first_line(record),
                            false => length,
                        };
                        self.reject(kept, bytes, at..at + length, line, reason);
                        at += length;
                        continue;
                    } else {
                        kept.records.push((at, at + length, line));
                    }
                    at += length;
                }
                // What the columns are is not known without it.
                Next::Fault(fault) if self.records == 0 || !self.left_out.damaged => {
                    return Err(fault);
                }
                Next::Fault(fault) => {
                    self.records += 1;
                    let length = first_line(rest);
                    let reason = match fault.line() > line {
                        true => "a quote that is not closed".to_string(),
                        false => fault.reason(),
                    };
                    self.reject(kept, bytes, at..at + length, line, reason);
                    at += length;
                }
            }
        }
        if self.left_out.damaged || self.records < 2 {
            return Ok(at);
        }
        self.look_for_headers(bytes, at, kept)
    }

    /// Leaves header lines out that stand again, and looks at the quotes of all others.
    fn look_for_headers(
        &mut self,
        bytes: &[u8],
        from: usize,
        kept: &mut Kept,
    ) -> Result<usize, QuoteFault> {
        let complete = match self.is_whole {
            true => bytes.len(),
            false => last_line_end(bytes).map_or(from, |end| end.max(from)),
        };
        let text = &bytes[..complete];
        let mut found: Vec<(usize, usize)> = vec![];
        for finder in &self.headers {
            let length = finder.needle().len();
            let places = finder.find_iter(&text[from..]).map(|at| from + at);
            let line = |at: usize| {
                let begins = at == 0 || matches!(text[at - 1], b'\n' | b'\r');
                let rest = &text[at + length..];
                let blanks = rest.iter().take_while(|byte| **byte == b' ').count();
                let ends = rest
                    .get(blanks)
                    .is_none_or(|byte| matches!(byte, b'\n' | b'\r'));
                (begins && ends).then_some((at, length + blanks))
            };
            found.extend(places.filter_map(line));
        }
        found.sort_unstable();
        let mut walked = from;
        for (at, length) in found {
            if at < walked {
                continue;
            }
            self.walk(&text[walked..at])?;
            walked = at;
            if self.walker.is_between() {
                if let Some(sifted) = &self.sifted {
                    sifted.lock().header(self.walker.line());
                }
                walked = at + length;
                kept.blank(at..walked);
            }
        }
        self.walk(&text[walked..])?;
        if self.is_whole {
            self.walker.finish()?;
        }
        Ok(complete)
    }

    /// Has the walker look at bytes, and count their lines.
    fn walk(&mut self, bytes: &[u8]) -> Result<(), QuoteFault> {
        let before = self.walker.line();
        self.walker.walk(bytes)?;
        self.walker.is_in_line(before + lines_in(bytes));
        Ok(())
    }

    /// What a text begins with; the walker goes beyond it if that is sound.
    fn next(&mut self, text: &[u8]) -> Next {
        if self.walker.is_in_text() {
            let Some(end) = memchr::memchr2(b'\n', b'\r', text).or_else(|| {
                // The last line needs no end.
                self.is_whole.then_some(text.len())
            }) else {
                return Next::More;
            };
            if self.may_go_on(text, end) {
                return Next::More;
            }
            let line = &text[..end];
            let ended = match text.get(end..) {
                Some([b'\r', b'\n', ..]) => end + 2,
                Some([_, ..]) => end + 1,
                _ => end,
            };
            let is_comment =
                self.dialect.comment.is_some() && line.first() == self.dialect.comment.as_ref();
            let is_plain = memchr::memchr2(self.dialect.quote, 0, line).is_none();
            if line.is_empty() || is_comment || is_plain {
                self.walker.pass(&text[end..ended]);
                let fields = memchr::memchr_iter(self.dialect.delimiter, line).count() + 1;
                return match line.is_empty() || is_comment {
                    true => Next::Nothing(ended),
                    false => Next::Record {
                        length: ended,
                        fields,
                        has_rows_below: false,
                    },
                };
            }
        }
        let mut walker = self.walker.clone();
        for (at, byte) in text.iter().enumerate() {
            match walker.step(*byte) {
                Ok(false) => {}
                Ok(true) if self.may_go_on(text, at) => return Next::More,
                Ok(true) => return self.record(walker, text, at + 1),
                // Its lines look like rows, but for the quote that one of them closes.
                Err(QuoteFault::Joined { .. })
                    if self.records > 0
                        && walker.fields != self.columns
                        && !self.has_rows_below(&text[..=at]) =>
                {
                    return self.record(walker, text, at + 1);
                }
                Err(fault) => return Next::Fault(fault),
            }
        }
        if !self.is_whole {
            return Next::More;
        }
        match walker.finish() {
            Ok(true) => self.record(walker, text, text.len()),
            Ok(false) => {
                self.walker = walker;
                Next::Nothing(text.len())
            }
            Err(fault) => Next::Fault(fault),
        }
    }

    /// Whether a \n may follow the end of a line, and belong to it.
    fn may_go_on(&self, text: &[u8], end: usize) -> bool {
        !self.is_whole && text[end..] == [b'\r']
    }

    /// Whether a line of a record, other than its first one, is a row by itself. One that closes a quote is none.
    fn has_rows_below(&self, record: &[u8]) -> bool {
        let CsvDialect {
            delimiter, quote, ..
        } = self.dialect;
        let below = record.split(|byte| matches!(byte, b'\n' | b'\r')).skip(1);
        let mut rows = below.filter(|line| {
            let separators = memchr::memchr_iter(delimiter, line).count();
            !line.is_empty()
                && separators + 1 == self.columns
                && memchr::memchr_iter(quote, line).count().is_multiple_of(2)
        });
        rows.next().is_some()
    }

    /// The record that a walker found.
    fn record(&mut self, mut walker: Walker, text: &[u8], mut length: usize) -> Next {
        if text[length - 1] == b'\r' && text.get(length) == Some(&b'\n') {
            walker.pass(b"\n");
            length += 1;
        }
        let fields = walker.fields;
        if self.left_out.damaged
            && self.records > 0
            && fields != self.columns
            && self.has_rows_below(&text[..length])
        {
            // Only its first line is left out: the walker stays before it.
            return Next::Record {
                length,
                fields,
                has_rows_below: true,
            };
        }
        self.walker = walker;
        Next::Record {
            length,
            fields,
            has_rows_below: false,
        }
    }

    /// Leaves a damaged line out, which the walker may not have seen.
    fn reject(
        &mut self,
        kept: &mut Kept,
        bytes: &[u8],
        place: Range<usize>,
        line: u64,
        reason: String,
    ) {
        let damaged = &bytes[place.clone()];
        if self.walker.line() == line {
            let is_of_line = |byte: &u8| !matches!(byte, b'\n' | b'\r');
            let end = damaged.iter().rposition(is_of_line);
            self.walker.pass(&damaged[end.map_or(0, |last| last + 1)..]);
        }
        if let Some(sifted) = &self.sifted {
            sifted.lock().reject(line, reason, damaged);
        }
        kept.blank(place);
    }

    fn is_header(&self, record: &[u8]) -> bool {
        let line = record.trim_ascii_end();
        self.headers.iter().any(|header| header.needle() == line)
    }

    /// The ways in which the first record may be written once more: as it is, and with or without its quotes.
    fn written(&self, record: &[u8], fields: usize) -> Vec<Finder<'static>> {
        // In a file of one column it may be a value.
        if !self.left_out.header_again || fields < 2 {
            return vec![];
        }
        let line = record.trim_ascii();
        let line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line);
        let quote = self.dialect.quote;
        let mut ways = vec![line.to_vec()];
        let values: Vec<&[u8]> = line.split(|byte| *byte == self.dialect.delimiter).collect();
        let bare = |value: &[u8]| match value {
            [first, inner @ .., last] if *first == quote && *last == quote => inner.to_vec(),
            value => value.to_vec(),
        };
        let bare: Vec<Vec<u8>> = values.iter().map(|value| bare(value)).collect();
        if values.len() == fields && bare.iter().all(|value| !value.contains(&quote)) {
            let quoted = bare
                .iter()
                .map(|value| [&[quote], &value[..], &[quote]].concat());
            let quoted: Vec<Vec<u8>> = quoted.collect();
            ways.push(bare.join(&self.dialect.delimiter));
            ways.push(quoted.join(&self.dialect.delimiter));
        }
        ways.sort();
        ways.dedup();
        ways.iter()
            .map(|way| Finder::new(way).into_owned())
            .collect()
    }
}

/// How many values a record has instead of those that it should have.
fn reason(fields: usize, columns: usize) -> String {
    let values = match fields {
        1 => "1 value".to_string(),
        n => format!("{n} values"),
    };
    format!("{values} instead of {columns}")
}

/// Behind the last end of a line, if it is known to be one.
fn last_line_end(bytes: &[u8]) -> Option<usize> {
    // A \n may follow the last \r.
    let (_, before) = bytes.split_last()?;
    let ends = [
        memchr::memrchr(b'\n', bytes),
        memchr::memrchr(b'\r', before),
    ];
    ends.into_iter().flatten().max().map(|at| at + 1)
}

/// How long the first line of a text is, with its end.
fn first_line(text: &[u8]) -> usize {
    match memchr::memchr2(b'\n', b'\r', text) {
        Some(end) if text[end] == b'\r' && text.get(end + 1) == Some(&b'\n') => end + 2,
        Some(end) => end + 1,
        None => text.len(),
    }
}

/// What is handed on of a text.
#[derive(Default)]
struct Kept {
    /// The lines that are not, one after the other.
    blanked: Vec<Range<usize>>,
    /// Where records stand, and in which line each begins.
    records: Vec<(usize, usize, u64)>,
}

impl Kept {
    /// Leaves out all but the line ends.
    fn blank(&mut self, place: Range<usize>) {
        self.blanked.push(place);
    }

    /// The text up to its end, as it is handed on.
    fn of(self, mut bytes: Vec<u8>, end: usize) -> Vec<u8> {
        bytes.truncate(end);
        if self.blanked.is_empty() {
            return bytes;
        }
        let mut kept = Vec::with_capacity(end);
        let mut from = 0;
        for place in self.blanked {
            kept.extend(&bytes[from..place.start]);
            let ends = bytes[place.clone()].iter();
            kept.extend(ends.filter(|byte| matches!(byte, b'\n' | b'\r')));
            from = place.end;
        }
        kept.extend(&bytes[from..]);
        kept
    }
}

impl<R: Read> Sieve<R> {
    /// Looks at more of the text, until something of it is ready; false at its end.
    fn fill(&mut self) -> io::Result<bool> {
        while self.given == self.ready.len() {
            if self.is_raw || self.is_whole && self.bytes.is_empty() {
                return Ok(false);
            }
            // A record that goes on is looked at again: the more there is of it, the more is read.
            let more = self.chunk.max(self.bytes.len());
            self.bytes.reserve(more);
            let read = (&mut self.inner)
                .take(more as u64)
                .read_to_end(&mut self.bytes)?;
            self.is_whole |= read == 0;
            self.look().map_err(io::Error::other)?;
        }
        Ok(true)
    }
}

impl<R: Read + Send> Lines for Sieve<R> {
    fn append(&mut self, to: &mut Vec<u8>) -> io::Result<bool> {
        let is_more = self.fill()?;
        match to.is_empty() && self.given == 0 {
            true => std::mem::swap(to, &mut self.ready),
            false => to.extend(&self.ready[self.given..]),
        }
        self.given = self.ready.len();
        Ok(is_more)
    }

    fn lines(&self) -> u64 {
        self.walker.line() - 1 - self.above
    }

    fn is_between(&self) -> bool {
        self.walker.is_between()
    }
}

impl<R: Read> Read for Sieve<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if into.is_empty() {
            return Ok(0);
        }
        if !self.fill()? {
            return match self.is_raw {
                true => self.inner.read(into),
                false => Ok(0),
            };
        }
        let n = into.len().min(self.ready.len() - self.given);
        into[..n].copy_from_slice(&self.ready[self.given..self.given + n]);
        self.given += n;
        Ok(n)
    }
}

#[cfg(test)]
mod tests;
