//! The one error type of the command line, and its exit codes.

use std::fmt;

use super::screen;
use crate::session::{self, ErrorKind};

/// How a run ended, if not well.
#[derive(Debug)]
pub enum Error {
    /// The call itself makes no sense: 2, as clap does.
    Usage(String),
    /// A query or its data failed: 1.
    Failed(String),
    /// A check found what it was to look for, and has said so: 1.
    Found,
    /// All went well, and a result raised an alarm, which has been said: 3. Never 99, which Airflow takes for a task to be skipped.
    Alarm,
    /// Ctrl-C: 130, as shells report it.
    Cancelled,
    /// SIGTERM, by which a system or a scheduler ends it: 143.
    Terminated,
    /// The time of `--timeout` is over: 124, as `timeout` has it.
    TimedOut(String),
    /// SIGHUP, the terminal is gone: 129.
    HungUp,
    /// The reader of the output went away, `kpi-sql … | head -1`: not an error at all.
    ReaderGone,
}

impl Error {
    /// The exit code of a process that ends with this error.
    pub fn exit_code(&self) -> u8 {
        match self {
            Error::ReaderGone => 0,
            Error::Failed(_) | Error::Found => 1,
            Error::Usage(_) => 2,
            Error::Alarm => 3,
            Error::TimedOut(_) => 124,
            Error::HungUp => 129,
            Error::Cancelled => 130,
            Error::Terminated => 143,
        }
    }
}

impl Error {
    /// That rows could not be held against an alarm.
    pub(super) fn not_judged(why: impl fmt::Display) -> Self {
        Error::Failed(format!("the rows could not be judged: {why}"))
    }

    /// What a person on a terminal, or a log, is told.
    pub fn message(&self) -> String {
        screen::message(&self.to_string())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Usage(message) | Error::Failed(message) | Error::TimedOut(message) => {
                write!(f, "error: {message}")
            }
            Error::Cancelled => write!(f, "cancelled"),
            Error::Terminated => write!(f, "ended by SIGTERM"),
            Error::HungUp => write!(f, "ended by SIGHUP"),
            Error::ReaderGone | Error::Found | Error::Alarm => Ok(()),
        }
    }
}

impl std::error::Error for Error {}

impl From<session::Error> for Error {
    fn from(error: session::Error) -> Self {
        match error.kind() {
            ErrorKind::ReaderGone => Error::ReaderGone,
            _ => Error::Failed(error.to_string()),
        }
    }
}
