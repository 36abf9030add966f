//! Which format a file has.

pub(in crate::tables) mod format;
pub(in crate::tables) mod kind;
pub(in crate::tables) mod sniff;
