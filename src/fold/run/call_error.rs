//! An error of one of several calls.

use datafusion::arrow::error::ArrowError;

/// An error, and which of the calls that share their entities has it.
#[derive(Debug)]
pub struct CallError {
    /// Its position among the calls.
    pub call: usize,
    /// What is wrong.
    pub error: ArrowError,
}

/// What concerns all calls is said of the first.
impl From<ArrowError> for CallError {
    fn from(error: ArrowError) -> Self {
        CallError { call: 0, error }
    }
}

/// Whoever has a single call knows whose error it is.
impl From<CallError> for ArrowError {
    fn from(error: CallError) -> Self {
        error.error
    }
}
