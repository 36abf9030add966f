//! The command line: SQL from files, arguments or standard input, results on standard output.
//!
//! The way of a call: `args` is what was typed, `destination` where results go, `run` gives it to a session statement by statement and has the
//! rows written, while `stop` listens for what ends it early. What is not of the command line is in [`crate::session`], which Python uses too.
//! Only results go to standard output; notes and errors go to standard error.

mod args;
mod command_line;
mod config;
mod destination;
mod dispatch;
mod ending;
mod error;
mod over_data;
mod parameters;
mod report_task;
mod result_name;
mod run;
mod running;
mod screen;
mod sql_text;
mod statements;
mod stop;
mod tasks;
mod toml_lines;

pub use args::Args;
pub use error::Error;
pub use run::run;
