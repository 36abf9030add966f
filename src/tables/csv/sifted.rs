//! What a sieve has left out of a file, and which records it has handed on, until somebody has read their rows.

use std::collections::VecDeque;

/// A line that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tables) struct LeftOutLine {
    pub line: u64,
    /// The column, where it is one of them that is wrong.
    pub column: Option<String>,
    pub reason: String,
    pub text: String,
}

/// Some text that was handed on.
#[derive(Debug)]
struct Chunk {
    bytes: Vec<u8>,
    /// Where records stand in it, and in which line each begins.
    records: VecDeque<(usize, usize, u64)>,
}

/// What was left out, and what was handed on and not yet read.
#[derive(Debug, Default)]
pub(in crate::tables) struct Sifted {
    left_out: VecDeque<LeftOutLine>,
    headers: VecDeque<u64>,
    chunks: VecDeque<Chunk>,
}

impl Sifted {
    pub fn reject(&mut self, line: u64, reason: String, text: &[u8]) {
        self.left_out.push_back(LeftOutLine {
            line,
            column: None,
            reason,
            text: as_text(text),
        });
    }

    pub fn header(&mut self, line: u64) {
        self.headers.push_back(line);
    }

    pub fn keep(&mut self, bytes: &[u8], records: Vec<(usize, usize, u64)>) {
        if !records.is_empty() {
            self.chunks.push_back(Chunk {
                bytes: bytes.to_vec(),
                records: records.into(),
            });
        }
    }

    /// The record of this number among those that are not yet read: its line, and its text.
    pub fn record(&self, mut number: usize) -> Option<(u64, String)> {
        for chunk in &self.chunks {
            if let Some((from, to, line)) = chunk.records.get(number) {
                return Some((*line, as_text(&chunk.bytes[*from..*to])));
            }
            number -= chunk.records.len();
        }
        None
    }

    /// So many records are read; gives the line of the last one.
    pub fn read(&mut self, mut records: usize) -> Option<u64> {
        let mut last = None;
        while records > 0 {
            let chunk = self.chunks.front_mut()?;
            let read = records.min(chunk.records.len());
            last = chunk
                .records
                .drain(..read)
                .next_back()
                .map(|(_, _, line)| line);
            records -= read;
            if chunk.records.is_empty() {
                self.chunks.pop_front();
            }
        }
        last
    }

    /// Takes what was left out up to a line, or to the end; further header lines as well.
    pub fn take_up_to(&mut self, line: Option<u64>) -> (Vec<LeftOutLine>, Vec<u64>) {
        let is_above = |other: u64| line.is_none_or(|line| other <= line);
        let rejects = self
            .left_out
            .iter()
            .take_while(|reject| is_above(reject.line));
        let rejects = rejects.count();
        let headers = self.headers.iter().take_while(|header| is_above(**header));
        let headers = headers.count();
        (
            self.left_out.drain(..rejects).collect(),
            self.headers.drain(..headers).collect(),
        )
    }
}

/// A line without its end.
fn as_text(line: &[u8]) -> String {
    let line = String::from_utf8_lossy(line);
    line.trim_end_matches(['\n', '\r']).to_string()
}
