//! What was found, for people and for programs.

mod all;
mod json;
mod lines;
mod text;

pub(crate) use all::Report;
pub(crate) use json::as_json;
pub(super) use lines::wrapped;
pub(crate) use text::as_text;
