//! The command line: what a call prints, where, and its exit code. Every test runs the real program.

mod causes;
mod copies;
mod formats;
#[cfg(unix)]
mod interruptions;
#[cfg(unix)]
mod memory;
mod names;
mod parquet_files;
mod refused;
mod remarks;
mod results;
mod scripts;
mod tables;
mod text_files;
