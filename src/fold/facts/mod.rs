//! What is known of a call before its rows, and of rows before they are folded.

pub mod call;
pub mod interval;
pub(in crate::fold) mod masks;
pub(in crate::fold) mod missing;
pub mod value_type;
