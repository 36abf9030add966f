//! Where results go and how they look.
//!
//! The formats that can are written while the query runs, batch by batch. A file appears under its name when the
//! whole run has succeeded: it is written beside it and renamed at the end, so nobody reads half a result.

mod format;
mod grid;
mod results;
mod rows;
mod shown;
mod sink;
mod unfinished;
mod written;

pub use format::Format;
pub use results::{OneResult, Output};
pub use shown::Shown;
pub use sink::Place;
pub use unfinished::Unfinished;
pub(in crate::session) use unfinished::beside;
