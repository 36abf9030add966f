//! What is wrong with a state, in words.

use datafusion::arrow::error::ArrowError;

/// A state whose bytes cannot be.
pub fn damaged(how: &str) -> String {
    format!("the state is damaged: {how}")
}

/// An error of the arithmetic without arrow's words for where it came up.
pub fn message(error: impl Into<ArrowError>) -> String {
    match error.into() {
        ArrowError::ComputeError(message) | ArrowError::InvalidArgumentError(message) => message,
        other => other.to_string(),
    }
}
