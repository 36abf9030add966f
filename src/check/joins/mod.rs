//! What the joins of a query multiply, and what they lose.

mod check;
mod measure;
mod not_written;
mod readied;
mod side;
mod uses;
mod words;

pub use check::{CheckedJoin, check_joins};
