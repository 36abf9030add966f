//! The command line: what a call prints, where, and its exit code. Every test runs the real program.

mod causes;
mod constants;
mod copies;
mod csv_headers;
mod csv_ids;
mod csv_notes;
mod csv_quotes;
mod csv_times;
mod csv_types;
mod damaged;
mod drift;
mod external_tables;
mod finding;
mod formats;
#[cfg(unix)]
mod interruptions;
mod json_files;
mod lakes;
mod lengths;
mod lenient;
#[cfg(unix)]
mod memory;
mod mixed_types;
mod names;
mod narrowed;
mod numbers_as_times;
mod parquet_files;
mod partitions;
mod refused;
mod remarks;
mod results;
mod scripts;
mod suspects;
mod table_changes;
mod tables;
mod text_files;
mod using_joins;
mod ways_out;
mod whole_numbers;
mod workbooks;
mod zip_archives;
mod zones;
