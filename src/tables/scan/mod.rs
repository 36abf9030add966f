//! Formats whose columns are known before their rows are read: what DataFusion asks of all of them, once. What is of one
//! format, how its files are opened, is a [`FileRows`].

mod counted;
mod file_rows;
mod format;
mod opened;
mod source;

pub(crate) use counted::BYTES_READ;
pub(in crate::tables) use counted::ScannedBytes;
pub(in crate::tables) use file_rows::{FileRows, Scan};
pub(in crate::tables) use format::RowsFormat;
pub(in crate::tables) use opened::opened;
