//! The tables a statement names: those registered, paths in FROM, and files of the data folder.

pub(in crate::session) mod file_options;
mod missing;
mod missing_in;
mod paths_in_sql;
mod read_calls;
mod sources;
mod standard_input;
mod tables;

pub(in crate::session) use read_calls::ReadCalls;
pub(in crate::session) use standard_input::StandardInput;
pub(in crate::session) use tables::{NamedTables, Used};
