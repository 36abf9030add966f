//! What was found, for people and for programs.

mod all;
mod json;
mod lines;
mod text;

pub use all::Report;
pub use json::as_json;
pub(super) use lines::wrapped;
pub use text::as_text;
