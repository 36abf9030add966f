//! Columns of any type as one 64-bit word per row, so that the folds need no type of their own.
//!
//! Types of up to eight bytes are mapped so that words order as the values do; texts and everything
//! wider are interned, and their word is the id. Two values get the same word exactly if GROUP BY
//! takes them for equal.

mod encode;
mod fixed;
mod ids;
mod packed;
mod shared;
mod texts;
mod wide;
mod words;

pub use encode::Encoder;
pub use shared::{Encoded, SharedEncoder};
pub use words::Words;
