//! CSV files: what separates their values, whether their first line has names, which types their columns have.
//!
//! The way of a file: `delimiter` and `header` decide how it is read, `sample` takes its first rows, `column` finds
//! the types that all of these have, and `notes` says what somebody should know of them. `format` reads the rows:
//! DataFusion lists the files and arrow splits the lines, but values become what they are taken for only if every one
//! of them is that, and every error has its file and its line.
//!
//! DataFusion unites CSV files by position and skips their headers, so files with other columns, or the same
//! ones in another order, would put values under wrong names. Such a table is refused.

mod addresses;
mod column;
mod column_place;
mod delimiter;
mod fault;
mod first_look;
mod format;
mod has_header;
mod header;
pub(in crate::tables) mod inspect;
mod looking;
mod names;
mod notes;
mod numbers;
mod place;
mod points;
mod preamble;
mod reader;
mod sample;
mod totals;
mod walker;

pub(in crate::tables) use column::SeenColumn;
pub(in crate::tables) use column_place::ColumnPlace;
pub(in crate::tables) use format::CsvFiles;
pub(in crate::tables) use inspect::inspect;
pub(in crate::tables) use looking::{GuessedColumns, Looking};
pub(in crate::tables) use notes::{of as notes_of, said_without_zone};
pub(in crate::tables) use points::Points;
