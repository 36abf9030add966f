//! Rows that wait to be folded.

pub mod block_file;
pub(in crate::fold) mod packed;
pub(in crate::fold) mod waiting;
