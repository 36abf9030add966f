//! CREATE EXTERNAL TABLE: DataFusion's own tables, with the rows read and checked as those of a path.

mod csv_tables;
mod files;
pub(in crate::tables) mod location;
mod parquet_tables;

pub(crate) use csv_tables::{ExternalNotes, register_external};
