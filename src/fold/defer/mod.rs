//! Rows that wait to be folded.

pub(in crate::fold) mod packed;
pub(in crate::fold) mod waiting;
