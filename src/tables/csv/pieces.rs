//! A file in pieces, for several threads: whoever has time reads the next one, up to the end of a record, and decodes it.
//!
//! Where a record ends depends on all quotes before it, so one at a time reads and follows the quotes. That is a
//! small part of the work, and exact; what takes time, splitting lines and reading values, is done side by side.

use std::io::{self, Read};
use std::sync::Arc;

use parking_lot::Mutex;

use super::dialect::CsvDialect;
use super::walker::Walker;

/// How many bytes a piece has at least, if the file has them.
const PIECE: usize = 1 << 20;

/// The lines of a text, whose quotes were looked at.
pub(in crate::tables) trait Lines: Read + Send {
    /// Appends the next of them; false at the end of the text.
    fn append(&mut self, to: &mut Vec<u8>) -> io::Result<bool>;

    /// How many were appended.
    fn lines(&self) -> u64;

    /// Whether a record ends where the appended lines do.
    fn is_between(&self) -> bool;
}

/// Whole records of a file.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    pub bytes: Arc<Vec<u8>>,
    /// How many lines of the text stand before it.
    pub lines_before: u64,
    /// Whether the header line may be in it.
    pub is_first: bool,
}

/// The pieces of a file that are still to be read.
#[derive(Default)]
pub(super) struct Pieces(Mutex<PieceState>);

#[derive(Default)]
enum PieceState {
    #[default]
    Closed,
    Open(Box<PieceReader>),
    Ended,
}

impl std::fmt::Debug for Pieces {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pieces").finish_non_exhaustive()
    }
}

impl Pieces {
    /// Reads from these bytes, unless somebody else has begun.
    pub fn open(&self, lines: Box<dyn Lines>) {
        let mut state = self.0.lock();
        if matches!(*state, PieceState::Closed) {
            let reader = PieceReader::new(lines, PIECE);
            *state = PieceState::Open(Box::new(reader));
        }
    }

    /// The next piece; `None` when there is none left, also after an error.
    pub fn next(&self) -> io::Result<Option<Piece>> {
        let mut state = self.0.lock();
        let PieceState::Open(reader) = &mut *state else {
            return Ok(None);
        };
        let piece = reader.next();
        if !matches!(piece, Ok(Some(_))) {
            *state = PieceState::Ended;
        }
        piece
    }
}

struct PieceReader {
    source: Box<dyn Lines>,
    is_first: bool,
    size: usize,
}

impl PieceReader {
    fn new(source: Box<dyn Lines>, size: usize) -> Self {
        Self {
            source,
            is_first: true,
            size,
        }
    }

    fn next(&mut self) -> io::Result<Option<Piece>> {
        let lines_before = self.source.lines();
        let mut piece = vec![];
        while self.source.append(&mut piece)? {
            match piece.len() {
                n if n >= self.size && self.source.is_between() => break,
                // Small files need no room for a whole piece.
                n if n >= self.size / 16 => {
                    piece.reserve((self.size + self.size / 8).saturating_sub(n))
                }
                _ => {}
            }
        }
        Ok((!piece.is_empty()).then(|| Piece {
            lines_before,
            is_first: std::mem::take(&mut self.is_first),
            bytes: Arc::new(piece),
        }))
    }
}

/// How many lines end in these bytes.
pub(super) fn lines_in(bytes: &[u8]) -> u64 {
    let alone = |at: &usize| bytes.get(at + 1) != Some(&b'\n');
    let carriage = memchr::memchr_iter(b'\r', bytes).filter(alone).count();
    (memchr::memchr_iter(b'\n', bytes).count() + carriage) as u64
}

impl Piece {
    /// The line of a record of this piece; records count from 0.
    pub fn line(&self, record: u64, dialect: CsvDialect, columns: usize) -> Option<u64> {
        let mut walker = Walker::new(dialect, Some(columns)).below(self.lines_before);
        let mut ended = 0;
        for byte in self.bytes.iter() {
            if walker.step(*byte).ok()? {
                if ended == record {
                    return Some(walker.record_line);
                }
                ended += 1;
            }
        }
        (walker.finish().ok()? && ended == record).then_some(walker.record_line)
    }
}

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::super::sieve::{LeftOut, Sieve};
    use super::*;

    const DIALECT: CsvDialect = CsvDialect {
        delimiter: b',',
        quote: b'"',
        escape: None,
        comment: None,
        newlines_in_values: true,
    };

    fn reader(text: &str, left_out: LeftOut, size: usize) -> PieceReader {
        let text = io::Cursor::new(text.as_bytes().to_vec());
        let lines = Sieve::new(text, DIALECT, left_out, 0, Some(Arc::default()));
        PieceReader::new(Box::new(lines.by(size)), size)
    }

    fn records(bytes: &[u8]) -> Vec<csv::ByteRecord> {
        let reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(bytes);
        let records = reader.into_byte_records();
        records.collect::<Result<_, _>>().expect("sound records")
    }

    /// Wherever a file is cut, its pieces are its records.
    #[test]
    fn pieces_end_where_records_do() {
        let mut random = ChaCha8Rng::seed_from_u64(7);
        for _ in 0..400 {
            let end = ["\n", "\r\n", "\r"][random.random_range(0..3)];
            let mut text = String::new();
            for _ in 0..random.random_range(1..40) {
                for column in 0..3 {
                    let value = match random.random_range(0..6) {
                        0 => "\"a,b\"",
                        1 => "\"a\nb\"",
                        2 => "\"\"\"\r\n,\"",
                        3 => "27\"",
                        4 => "\"\"",
                        _ => "plain",
                    };
                    text += value;
                    text += if column < 2 { "," } else { end };
                }
            }
            if random.random_bool(0.5) {
                text.truncate(text.len() - end.len());
            }
            let size = random.random_range(1..60);
            let left_out = LeftOut {
                damaged: random.random_bool(0.5),
                ..LeftOut::default()
            };
            let mut reader = reader(&text, left_out, size);
            let (mut found, mut lines) = (vec![], 0);
            while let Some(piece) = reader.next().expect("sound quotes") {
                assert_eq!(piece.lines_before, lines, "{text:?} by {size}");
                lines += lines_in(&piece.bytes);
                found.extend(records(&piece.bytes));
            }
            assert_eq!(found, records(text.as_bytes()), "{text:?} by {size}");
        }
    }

    #[test]
    fn a_record_has_its_line() {
        let text = "h,i\n\"a\nb\",1\n\nc,2\nd,3\n";
        let mut reader = reader(text, LeftOut::default(), 8);
        let mut lines = vec![];
        while let Some(piece) = reader.next().expect("sound quotes") {
            let mut record = 0;
            while let Some(line) = piece.line(record, DIALECT, 2) {
                lines.push(line);
                record += 1;
            }
        }
        assert_eq!(lines, [1, 2, 5, 6]);
    }

    #[test]
    fn quotes_that_are_not_sound_end_the_pieces() {
        let text = format!("a,b\n{}\"never closed,1\n", "x,1\n".repeat(50));
        let mut reader = reader(&text, LeftOut::default(), 16);
        let mut given = 0;
        let error = loop {
            match reader.next() {
                Ok(Some(_)) => given += 1,
                Ok(None) => panic!("the quote is closed"),
                Err(error) => break error,
            }
        };
        assert!(given > 5);
        assert!(!error.to_string().is_empty());
    }
}
