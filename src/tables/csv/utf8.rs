//! The bytes of a file as UTF-8, in whatever encoding they are.
//!
//! UTF-16 is known by its byte order mark. Other files are UTF-8 as long as they are; where one is not, and had nothing
//! but ASCII before, the rest is read as Windows-1252, which spreadsheets write. A file that has both is refused: one of
//! them would come out as other letters.

use std::fmt;
use std::io::{self, Read};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// So many bytes are decoded at a time.
const CHUNK: usize = 1 << 16;

/// Stands in the place of bytes that are no character of their encoding. No text in UTF-8 has it.
const NO_UTF8: u8 = 0xFF;

/// A character of UTF-8 has no more bytes.
const LONGEST: usize = 4;

/// Reads UTF-8.
pub(super) struct Utf8<R> {
    inner: R,
    state: Reading,
    /// Decoded, and not yet given.
    ready: Vec<u8>,
    given: usize,
    is_guess: Arc<AtomicBool>,
    decoded: Arc<OnceLock<&'static Encoding>>,
}

enum Reading {
    /// Nothing was read. The encoding may have been said.
    Start(Option<&'static Encoding>),
    /// UTF-8 so far.
    Checking {
        /// Whether there was a character of several bytes.
        has_long: bool,
        /// The beginning of a character, whose rest is yet to be read.
        rest: Vec<u8>,
    },
    Decoding {
        decoder: Box<Decoder>,
        /// The last bytes that were looked at for UTF-8, where Windows-1252 is a guess.
        guess: Option<Vec<u8>>,
    },
    /// What is wrong with these bytes is said by whoever splits the lines.
    Raw,
    End,
}

/// A file of which one part is UTF-8, and another is not.
#[derive(Debug)]
pub(in crate::tables) struct MixedEncodings;

impl std::error::Error for MixedEncodings {}

impl fmt::Display for MixedEncodings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "some of its letters are UTF-8, and others Windows-1252, as in a file that was put together of two: write \
             each of the two as UTF-8 before, iconv -f WINDOWS-1252 -t UTF-8 part.csv > utf8.csv",
        )
    }
}

impl<R: Read> Utf8<R> {
    /// The bytes in an encoding, or in the one that they show.
    pub fn new(inner: R, encoding: Option<&'static Encoding>, is_guess: Arc<AtomicBool>) -> Self {
        Self {
            inner,
            state: Reading::Start(encoding),
            ready: vec![],
            given: 0,
            is_guess,
            decoded: Arc::default(),
        }
    }

    /// The same for somebody who is told which encoding is decoded, where it is not UTF-8.
    pub fn telling(self, decoded: &Arc<OnceLock<&'static Encoding>>) -> Self {
        Self {
            decoded: Arc::clone(decoded),
            ..self
        }
    }

    /// Looks at the first bytes, and keeps them ready.
    fn start(&mut self, said: Option<&'static Encoding>) -> io::Result<()> {
        let mut first = vec![];
        (&mut self.inner)
            .take(LONGEST as u64)
            .read_to_end(&mut first)?;
        let shown = match *first.as_slice() {
            [0xFF, 0xFE, ..] => Some(UTF_16LE),
            [0xFE, 0xFF, ..] => Some(UTF_16BE),
            // Text in UTF-16 without a mark: every other byte of Latin letters is 0.
            [low, 0, next, 0] if low != 0 && next != 0 => Some(UTF_16LE),
            [0, low, 0, next] if low != 0 && next != 0 => Some(UTF_16BE),
            _ => None,
        };
        let is_utf16 = |encoding: &'static Encoding| encoding == UTF_16LE || encoding == UTF_16BE;
        let said_and_shown = match (said, shown) {
            // A mark says which of the two it is.
            (Some(said), Some(shown))
                if is_utf16(said) && matches!(first[..2], [0xFF, 0xFE] | [0xFE, 0xFF]) =>
            {
                Some(shown)
            }
            (said, shown) => said.or(shown),
        };
        match said_and_shown {
            Some(encoding) if encoding != UTF_8 => {
                // A file that is read once more is decoded in the same way.
                self.decoded.get_or_init(|| encoding);
                self.state = Reading::Decoding {
                    decoder: Box::new(encoding.new_decoder_with_bom_removal()),
                    guess: None,
                };
                self.decode(&first, false)
            }
            _ => {
                self.state = Reading::Checking {
                    has_long: said == Some(UTF_8),
                    rest: first,
                };
                Ok(())
            }
        }
    }

    /// Decodes bytes to those that are ready.
    fn decode(&mut self, bytes: &[u8], is_last: bool) -> io::Result<()> {
        let Reading::Decoding { decoder, guess } = &mut self.state else {
            return Ok(());
        };
        if let Some(before) = guess {
            before.extend(bytes);
            if has_utf8(before) {
                return Err(io::Error::other(MixedEncodings));
            }
            before.drain(..before.len().saturating_sub(LONGEST - 1));
        }
        let longest = decoder.max_utf8_buffer_length(bytes.len());
        let longest = longest.ok_or_else(|| io::Error::other("too many bytes at once"))?;
        if self.given == self.ready.len() {
            self.ready.clear();
            self.given = 0;
        }
        let end = self.ready.len();
        self.ready.resize(end + longest, 0);
        let mut rest = bytes;
        let mut to = end;
        loop {
            let into = &mut self.ready[to..];
            let (result, read, written) =
                decoder.decode_to_utf8_without_replacement(rest, into, is_last);
            rest = &rest[read..];
            to += written;
            match result {
                DecoderResult::InputEmpty => break,
                DecoderResult::OutputFull => self.ready.resize(to + longest, 0),
                // Whoever splits the lines says which one has bytes that are nothing.
                DecoderResult::Malformed(..) => {
                    self.ready.resize(to + 1 + longest, 0);
                    self.ready[to] = NO_UTF8;
                    to += 1;
                }
            }
        }
        self.ready.truncate(to);
        Ok(())
    }

    /// Reads and decodes some more.
    fn decode_more(&mut self) -> io::Result<()> {
        let mut bytes = vec![0; CHUNK];
        let n = self.inner.read(&mut bytes)?;
        self.decode(&bytes[..n], n == 0)?;
        if n == 0 {
            self.state = Reading::End;
        }
        Ok(())
    }

    /// Reads into a buffer, and looks whether it is UTF-8. Gives how many bytes are; none at the end, or where the rest
    /// is ready in another way.
    fn check(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let Reading::Checking { has_long, rest } = &mut self.state else {
            return Ok(0);
        };
        let kept = rest.len();
        into[..kept].copy_from_slice(rest);
        let n = self.inner.read(&mut into[kept..])?;
        let bytes = &into[..kept + n];
        let (valid, is_cut) = match std::str::from_utf8(bytes) {
            Ok(_) => (bytes.len(), true),
            Err(e) => (e.valid_up_to(), e.error_len().is_none() && n > 0),
        };
        *has_long |= !bytes[..valid].is_ascii();
        if is_cut {
            rest.clear();
            rest.extend(&bytes[valid..]);
            if n == 0 && valid == 0 {
                self.state = Reading::End;
            }
            return Ok(valid);
        }
        let others = bytes[valid..].to_vec();
        if *has_long || others.iter().any(|byte| is_nothing(*byte)) {
            let all = bytes.len();
            self.state = Reading::Raw;
            return Ok(all);
        }
        self.is_guess.store(true, Ordering::Relaxed);
        self.state = Reading::Decoding {
            decoder: Box::new(WINDOWS_1252.new_decoder_without_bom_handling()),
            guess: Some(vec![]),
        };
        self.decode(&others, false)?;
        Ok(valid)
    }
}

impl<R: Read> Read for Utf8<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if into.is_empty() {
            return Ok(0);
        }
        loop {
            if self.given < self.ready.len() {
                let n = into.len().min(self.ready.len() - self.given);
                into[..n].copy_from_slice(&self.ready[self.given..self.given + n]);
                self.given += n;
                return Ok(n);
            }
            match &self.state {
                Reading::Start(said) => {
                    let said = *said;
                    self.start(said)?;
                }
                Reading::Checking { .. } if into.len() > 2 * LONGEST => {
                    let n = self.check(into)?;
                    if n > 0 {
                        return Ok(n);
                    }
                }
                // Whoever asks for so little gets it of what is ready.
                Reading::Checking { .. } => {
                    let mut some = [0; 8 * LONGEST];
                    let n = self.check(&mut some)?;
                    // What follows them may be ready already.
                    let decoded = std::mem::take(&mut self.ready);
                    let behind = &decoded[self.given.min(decoded.len())..];
                    self.ready = [&some[..n], behind].concat();
                    self.given = 0;
                }
                Reading::Decoding { .. } => self.decode_more()?,
                Reading::Raw => return self.inner.read(into),
                Reading::End => return Ok(0),
            }
        }
    }
}

/// Whether a byte is no character of Windows-1252.
fn is_nothing(byte: u8) -> bool {
    matches!(byte, 0x81 | 0x8D | 0x8F | 0x90 | 0x9D)
}

/// Whether there is a character that is two or three bytes of UTF-8, and strange letters in any other encoding.
fn has_utf8(bytes: &[u8]) -> bool {
    let goes_on = |byte: &u8| (0x80..0xC0).contains(byte);
    let two = |pair: &[u8]| (0xC3..0xC6).contains(&pair[0]) && goes_on(&pair[1]);
    let three = |of: &[u8]| of[0] == 0xE2 && goes_on(&of[1]) && goes_on(&of[2]);
    bytes.windows(2).any(two) || bytes.windows(3).any(three)
}

#[cfg(test)]
mod tests;
