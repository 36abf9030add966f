//! The records of a JSON text, one after the other, without keeping them.

use std::cell::Cell;
use std::io::{BufReader, Read};
use std::rc::Rc;

use serde::de::{DeserializeSeed, Error};
use serde_json::de::IoRead;

use super::types::SeenRecords;

/// A parser over the records.
pub(in crate::tables) struct Records {
    parser: serde_json::Deserializer<IoRead<CountedBytes>>,
    state: Rc<ReaderState>,
    start: usize,
}

/// What the reader below the parser tells.
#[derive(Default)]
struct ReaderState {
    read: Cell<usize>,
    /// A record has a line end in it, or is on a line with another.
    over_lines: Cell<bool>,
    /// What is wrong around the records of an array.
    broken: Cell<Option<&'static str>>,
}

/// Why a record cannot be read.
pub(super) struct Unreadable(serde_json::Error);

impl Unreadable {
    /// In words, for a file that is an array or not.
    pub fn of(&self, is_array: bool) -> String {
        let problem = self.0.to_string();
        // The line is said before, and counted anew for each record by the parser.
        let problem = problem.split(" at line ").next().unwrap_or_default();
        match is_array {
            true => format!("{problem}; a table in JSON is an array of objects"),
            false => format!(
                "{problem}; a table in JSON is one object after the other, or an array of objects"
            ),
        }
    }
}

impl Records {
    pub fn new(text: Box<dyn Read + Send>, is_array: bool) -> Self {
        let state = Rc::new(ReaderState::default());
        let counted = CountedBytes {
            text: BufReader::with_capacity(1 << 16, text),
            state: Rc::clone(&state),
            is_array,
            depth: 0,
            in_text: false,
            escaped: false,
            ended: true,
            between: BetweenRecords::Nothing,
        };
        Self {
            parser: serde_json::Deserializer::from_reader(counted),
            state,
            start: 0,
        }
    }

    /// Reads the next record into what was seen; false at the end.
    pub fn next(&mut self, seen: &mut SeenRecords, record: usize) -> Result<bool, Unreadable> {
        self.start = self.state.read.get();
        let is_end = self.parser.end().is_ok();
        if let Some(broken) = self.state.broken.get() {
            self.start = self.state.read.get().saturating_sub(1);
            return Err(Unreadable(serde_json::Error::custom(broken)));
        }
        if is_end {
            return Ok(false);
        }
        self.start = self.state.read.get().saturating_sub(1);
        let read = seen.record(record).deserialize(&mut self.parser);
        read.map(|()| true).map_err(Unreadable)
    }

    /// Where the last record begins.
    pub fn offset(&self) -> usize {
        self.start
    }

    pub fn is_over_lines(&self) -> bool {
        self.state.over_lines.get()
    }
}

/// Gives the parser one byte after the other, counts them, and makes one record after the other of an array.
struct CountedBytes {
    text: BufReader<Box<dyn Read + Send>>,
    state: Rc<ReaderState>,
    is_array: bool,
    depth: usize,
    in_text: bool,
    escaped: bool,
    /// A line has ended since the last record did.
    ended: bool,
    between: BetweenRecords,
}

/// What was last between the records of an array. The parser sees blanks there, so it is looked at here.
#[derive(Clone, Copy, PartialEq, Eq)]
enum BetweenRecords {
    /// The array has not begun.
    Nothing,
    /// It has, and has no record yet.
    Begin,
    Record,
    Comma,
    End,
}

impl Read for CountedBytes {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        // The parser asks for single bytes; what it has not asked for is not counted.
        let Some(first) = into.get_mut(..1) else {
            return Ok(0);
        };
        // After what is wrong there is nothing to read.
        if self.state.broken.get().is_some() {
            return Ok(0);
        }
        if self.text.read(first)? == 0 {
            // Within a record, the parser says that it is not whole.
            if self.is_array && self.depth == 1 && self.between != BetweenRecords::End {
                self.state.broken.set(Some(
                    "the array is not closed with ]: the file ends before it does, and records may be missing",
                ));
            }
            return Ok(0);
        }
        self.state.read.set(self.state.read.get() + 1);
        if self.is_array && self.depth <= 1 && !self.in_text {
            let broken = self.between.next(first[0]);
            if broken.is_some() {
                self.state.broken.set(broken);
                return Ok(0);
            }
        }
        first[0] = self.seen(first[0]);
        Ok(1)
    }
}

impl BetweenRecords {
    /// Takes a byte outside of all records; says what is wrong with it.
    fn next(&mut self, byte: u8) -> Option<&'static str> {
        if byte.is_ascii_whitespace() {
            return None;
        }
        let (next, broken) = match (*self, byte) {
            (BetweenRecords::Nothing, _) => (BetweenRecords::Begin, None),
            (BetweenRecords::End, _) => (
                BetweenRecords::End,
                Some("there is more after the end of the array"),
            ),
            (BetweenRecords::Record, b',') => (BetweenRecords::Comma, None),
            (BetweenRecords::Begin | BetweenRecords::Comma, b',') => {
                (*self, Some("there is a comma without a record before it"))
            }
            (BetweenRecords::Comma, b']') => {
                (*self, Some("there is no record after the last comma"))
            }
            (_, b']') => (BetweenRecords::End, None),
            (BetweenRecords::Record, b'{') => {
                (*self, Some("there is no comma between two records"))
            }
            // What is no object is refused by the parser.
            (_, _) => (BetweenRecords::Record, None),
        };
        *self = next;
        broken
    }
}

impl CountedBytes {
    fn seen(&mut self, byte: u8) -> u8 {
        if self.in_text {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.in_text = false,
                _ => {}
            }
            return byte;
        }
        let outside = usize::from(self.is_array);
        match byte {
            b'"' => self.in_text = true,
            b'{' | b'[' => {
                self.depth += 1;
                if self.is_array && self.depth == 1 {
                    return b' ';
                }
                if self.depth == outside + 1 {
                    if !self.ended {
                        self.state.over_lines.set(true);
                    }
                    self.ended = false;
                }
            }
            b'}' | b']' => {
                self.depth = self.depth.saturating_sub(1);
                if self.is_array && self.depth == 0 {
                    return b' ';
                }
            }
            b',' if self.is_array && self.depth == 1 => return b' ',
            b'\n' if self.depth > outside => self.state.over_lines.set(true),
            b'\n' => self.ended = true,
            _ => {}
        }
        byte
    }
}
