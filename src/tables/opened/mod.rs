//! The table of the files that were found: their columns, their statistics, and how their rows are read.

mod columns;
mod files;
pub(crate) mod guessed;
mod inspect;
pub(in crate::tables) mod layout;
pub(in crate::tables) mod open;
mod ordering;
mod statistics;
mod text_columns;
