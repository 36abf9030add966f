//! JSON files: one object after the other, or one array of objects; both are called .json.

mod format;
mod inspect;
mod layout;
mod records;
mod types;
mod wrapped;

pub(in crate::tables) use format::JsonFiles;
pub(in crate::tables) use inspect::inspect;
pub(in crate::tables) use layout::JsonFile;
