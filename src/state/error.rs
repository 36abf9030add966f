//! What is wrong with a state. Whoever was given it says in which function.

use std::fmt;

use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::error::ArrowError;

/// Why bytes are no state, or cannot be used here, and what to do about it.
#[derive(Debug, Clone, PartialEq)]
pub enum StateError {
    /// So many bytes that do not begin as a state does.
    NotAState {
        /// How many.
        bytes: usize,
    },
    /// Bytes that cannot be, and how they cannot.
    Damaged(String),
    /// Numbers that cannot be: they come of damage, or of somebody who made the state himself.
    Contradiction(String),
    /// A version of the format that is not known here.
    Version {
        /// That of the state.
        found: u16,
        /// The newest that is read.
        read: u16,
    },
    /// A KPI, a form or a type that this version of the crate does not have, in words.
    Unknown(String),
    /// A form with an argument of a type that it does not take any more, in words.
    NoLongerTaken(String),
    /// States of different calls.
    NotTogether {
        /// What the one is of.
        one: String,
        /// What the other is of.
        other: String,
    },
    /// An argument of a type of which there are no states.
    NoStateOf {
        /// Which argument, from 1.
        argument: usize,
        /// Its type.
        data_type: DataType,
    },
    /// A value that is not of the kind that was asked for, in words.
    OtherValue(String),
    /// What the arithmetic says.
    Arithmetic(String),
}

/// A state whose bytes cannot be.
pub fn damaged(how: impl Into<String>) -> StateError {
    StateError::Damaged(how.into())
}

/// An error of the arithmetic without arrow's words for where it came up.
pub fn arithmetic(error: impl Into<ArrowError>) -> StateError {
    StateError::Arithmetic(match error.into() {
        ArrowError::ComputeError(message) | ArrowError::InvalidArgumentError(message) => message,
        other => other.to_string(),
    })
}

/// A call that makes a state.
fn example() -> String {
    let kpi = crate::kpi::all().next();
    kpi.map(|kpi| kpi.forms[0].sample_call(&format!("{}_state", kpi.name)))
        .unwrap_or_default()
}

impl fmt::Display for StateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StateError::NotAState { bytes } => write!(
                f,
                "not a KPI state: its {bytes} bytes do not begin with KPIS. States come from functions such as {}",
                example()
            ),
            StateError::Damaged(how) => write!(
                f,
                "the state is damaged: {how}; read it again from where it is stored, or rebuild it from its rows, \
                 with a call such as {}",
                example()
            ),
            StateError::Contradiction(how) => write!(
                f,
                "the state is inconsistent: {how}; rebuild it from its rows, with a call such as {}",
                example()
            ),
            StateError::Version { found, read } => write!(
                f,
                "the state has format version {found}, and this version of kpi-sql reads {read}: use a newer one"
            ),
            StateError::NotTogether { one, other } => write!(
                f,
                "a state of {one} cannot be merged with a state of {other}; GROUP BY what tells them apart"
            ),
            StateError::NoStateOf {
                argument,
                data_type,
            } => write!(
                f,
                "argument {argument} is of type {data_type}; a state holds numbers, texts, bytes, dates and times"
            ),
            StateError::Unknown(words)
            | StateError::NoLongerTaken(words)
            | StateError::OtherValue(words)
            | StateError::Arithmetic(words) => f.write_str(words),
        }
    }
}

impl std::error::Error for StateError {}
