//! JSON files: one object after the other, or one array of objects; both are called .json.

mod inspect;
mod records;
mod types;

pub(in crate::tables) use inspect::inspect;
