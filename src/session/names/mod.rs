//! The tables a statement names: those registered, paths in FROM, and files of the data folder.

pub(in crate::session) mod file_options;
mod missing;
mod paths_in_sql;
mod sources;
mod tables;

pub(in crate::session) use tables::{NamedTables, Used};
