//! The text of a script.

/// A text with SQL, and what messages call it.
#[derive(Debug, Clone)]
pub(super) struct SqlText {
    pub name: String,
    pub text: String,
}
