//! What is wrong with the quotes of a file, or with its bytes, in words.

use std::fmt;

use crate::tables::options::OptionNames;

/// No quoted value has so many bytes, and a file may have more than there is memory.
pub(super) const LONGEST_VALUE: usize = 64 << 20;

/// What is wrong with the quotes of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum QuoteFault {
    /// Something other than a separator comes after a closing quote.
    AfterQuote { line: u64, byte: u8 },
    /// The quote that begins in this line has no end.
    Unclosed { line: u64 },
    /// The quote that begins in this line has no end within a great many bytes.
    TooLong { line: u64 },
    /// A byte that is 0, which no text has.
    Nul { line: u64 },
    /// A value goes over lines of which so many are rows by themselves.
    Joined {
        from: u64,
        to: u64,
        rows: usize,
        columns: usize,
    },
}

impl std::error::Error for QuoteFault {}

impl fmt::Display for QuoteFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words(&OptionNames::default()))
    }
}

impl QuoteFault {
    /// The line in which it shows.
    pub fn line(&self) -> u64 {
        match self {
            QuoteFault::AfterQuote { line, .. }
            | QuoteFault::Unclosed { line }
            | QuoteFault::TooLong { line }
            | QuoteFault::Nul { line }
            | QuoteFault::Joined { from: line, .. } => *line,
        }
    }

    /// The same in a few words.
    pub fn reason(&self) -> String {
        match self {
            QuoteFault::AfterQuote { .. } => "text after a closing quote".to_string(),
            QuoteFault::Unclosed { .. } => "a quote that is not closed".to_string(),
            QuoteFault::TooLong { .. } => {
                format!(
                    "a quote that is not closed within {} MB",
                    LONGEST_VALUE >> 20
                )
            }
            QuoteFault::Nul { .. } => "a byte that is 0 (NUL)".to_string(),
            QuoteFault::Joined { to, .. } => {
                format!("a quote that is closed in line {to} only, below lines that are rows")
            }
        }
    }

    /// What is wrong, after the name of the file.
    pub fn words(&self, words: &OptionNames) -> String {
        match self {
            QuoteFault::AfterQuote { line, byte } => format!(
                "line {line}, has {} after the closing quote of a value. A quote inside a quoted value is written \
                 twice, \"\"; if the file has a backslash before it, {} reads it",
                match byte {
                    byte if byte.is_ascii_graphic() => format!("'{}'", *byte as char),
                    b' ' => "a blank".to_string(),
                    _ => "other text".to_string(),
                },
                words.escape("\\")
            ),
            QuoteFault::Unclosed { line } => format!(
                "line {line}, has a quote at the beginning of a value that is never closed: it would take in all \
                 lines after it. Remove that quote, or close it; a quote that belongs to the value is written twice, \
                 inside of quotes: \"size 5\"\"\""
            ),
            QuoteFault::TooLong { line } => format!(
                "line {line}, has a quote at the beginning of a value that is not closed within {} MB. Remove that \
                 quote, or close it",
                LONGEST_VALUE >> 20
            ),
            QuoteFault::Nul { line } => format!(
                "line {line}, has a byte that is 0 (NUL), which no text has: the file is damaged there, or no text at \
                 all; copy or export it again"
            ),
            QuoteFault::Joined {
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
