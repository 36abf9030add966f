//! One schema for files that differ.

pub(in crate::tables) mod adapt;
pub(in crate::tables) mod bytes;
pub(in crate::tables) mod drift;
mod keys;
mod promote;
pub(in crate::tables) mod proof;
pub(in crate::tables) mod shape;
