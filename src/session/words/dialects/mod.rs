//! What people bring from other SQL engines, and what to write for it here.

mod look_up;
mod tables;

pub(in crate::session) use look_up::{brackets, column, function, statement, type_};
