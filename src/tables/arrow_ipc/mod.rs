//! Arrow IPC, also called Feather: the file with its index at the end, and the stream, under any of their endings.

mod damage;
mod format;
mod inspect;
mod reader;

pub(in crate::tables) use inspect::{check, inspect};
