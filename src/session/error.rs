//! The one error type of a session: what went wrong, in words, and of which kind; and what is made one by those who know
//! where it stands.

use std::fmt;

/// Of which kind an error is. A face gives each its own exit code or exception.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A setting of the session that cannot be: a size, a folder that is not there.
    Setting,
    /// SQL that cannot be read.
    Syntax,
    /// SQL that can be read, and asks for what there is not: a column, a function, arguments of other types.
    Query,
    /// A table that is not there, or that cannot be opened.
    Table,
    /// What a query met while it ran, in its data for example.
    Data,
    /// Not enough memory or disk.
    Resources,
    /// A result that cannot be written to its place, or not in its format.
    Output,
    /// Whoever read the result went away, as `head` does.
    ReaderGone,
}

/// What went wrong, in words.
#[derive(Debug, Clone)]
pub struct Error {
    kind: ErrorKind,
    message: String,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { kind, message }
    }

    /// Of which kind it is.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The same kind of error with other words.
    #[must_use]
    pub fn with(self, words: impl FnOnce(&str) -> String) -> Self {
        let message = words(&self.message);
        Self { message, ..self }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

/// What is wrong with a statement or a setting, with what to write instead. Where it stands is said by whoever has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::session) struct Refusal(String);

impl Refusal {
    /// In words.
    pub fn new(problem: impl Into<String>) -> Self {
        Refusal(problem.into())
    }
}

impl From<Refusal> for String {
    fn from(refusal: Refusal) -> String {
        refusal.0
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refusal {}
