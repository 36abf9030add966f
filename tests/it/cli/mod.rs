//! The command line: what a call prints, where, and its exit code. Every test runs the real program.

mod alarm_reports;
mod alarms;
mod analyzed;
mod arrow_files;
mod causes;
mod check_advice;
mod check_calls;
mod check_data;
mod check_joins;
mod check_schema;
mod check_shared;
mod constants;
mod copies;
mod csv_dates;
mod csv_headers;
mod csv_ids;
mod csv_notes;
mod csv_pieces;
mod csv_quotes;
mod csv_times;
mod csv_types;
mod csv_values;
mod damaged;
mod drift;
mod external_tables;
mod finding;
mod formats;
#[cfg(unix)]
mod interruptions;
mod json_files;
mod json_lists;
mod lakes;
mod lengths;
mod lenient;
#[cfg(unix)]
mod memory;
mod mixed_types;
mod names;
mod narrowed;
mod numbers_as_times;
mod parameters;
mod parquet_files;
mod partitions;
#[cfg(unix)]
mod progress;
#[cfg(unix)]
mod prompt;
#[cfg(unix)]
mod prompt_lines;
mod read_functions;
mod read_only;
mod refused;
mod remarks;
mod replaced_files;
mod results;
mod results_by_name;
mod scripts;
mod settings_files;
mod standard_input;
mod suspects;
mod table_changes;
mod tables;
mod tasks;
#[cfg(unix)]
mod terminals;
mod text_files;
#[cfg(unix)]
pub mod typing;
mod units;
mod using_joins;
mod ways_out;
mod whole_numbers;
mod workbook_results;
mod workbooks;
mod zip_archives;
mod zones;
