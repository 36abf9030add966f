//! What may be wrong with one table.

mod amounts;
mod check;
mod currencies;
mod dates;
mod days;
mod flags;
mod keys;
mod rows;
mod texts;

pub use check::{CheckedTable, check_table};
