//! Rows come, and in a window they leave again.

/// Whether amounts come or go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The rows are new.
    Add,
    /// The rows were added before and leave a window frame.
    Remove,
}
