//! The command line: what a call prints, where, and its exit code. Every test runs the real program.

mod csv_headers;
mod csv_ids;
mod csv_notes;
mod csv_quotes;
mod csv_times;
mod csv_types;
mod external_tables;
mod formats;
#[cfg(unix)]
mod interruptions;
#[cfg(unix)]
mod memory;
mod names;
mod parquet_files;
mod results;
mod scripts;
mod tables;
mod text_files;
