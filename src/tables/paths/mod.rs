//! From a path to the files it means, and which of them are no tables of plain files.

mod archives;
pub(in crate::tables) mod braces;
pub(in crate::tables) mod find;
pub(in crate::tables) mod lake;
pub(in crate::tables) mod partitions;
pub(in crate::tables) mod stamp;
pub(in crate::tables) mod urls;
mod walk;
