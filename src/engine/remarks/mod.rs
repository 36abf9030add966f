//! What a query met in its data that a reader should know of: texts such as `N/A` that were counted as products.
//!
//! Accumulators see every row, of whatever format its file was. They [`watch`] their arguments and count what is
//! remarkable here; a session gives it to its reader once the rows are read. Programs that register the functions
//! alone have nobody to tell, and nothing is looked for.

mod blanks;
mod flags;
pub(crate) mod look;
mod met;
pub mod nan;
pub mod offsets;
mod scores;
pub(crate) mod sql;
mod texts;
mod told;
pub mod watch;

pub use told::Remarks;
