//! Columns of any type as one 64-bit code per row, so that the folds need no type of their own.
//!
//! Types of up to eight bytes are mapped so that codes order as the values do; texts and everything
//! wider are interned, and their code is the id. Two values get the same code exactly if GROUP BY
//! takes them for equal.

mod codes;
mod encode;
mod fixed;
mod ids;
mod packed;
mod shared;
mod texts;
mod wide;

pub use codes::Codes;
pub use encode::Encoder;
pub use shared::{Encoded, SharedEncoder};
