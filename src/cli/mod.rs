//! The command line: SQL from files, arguments or standard input, results on standard output.
//!
//! The way of a call, which begins and ends in `call`: `args` is what was typed, `destination` where results go, `run` gives it to a session statement by statement and has the
//! rows written, while `stop` listens for what ends it early, and `alarm` looks at each row. Without SQL, on a terminal, `prompt` asks for it. What is not of the
//! command line is in [`crate::session`], which Python uses too.
//! Only results go to standard output; notes and errors go to standard error.

mod alarm;
mod args;
mod bar;
mod call;
mod command_line;
mod config;
mod destination;
mod dispatch;
mod ending;
mod error;
mod file_args;
mod given_tables;
mod one_statement;
mod over_data;
mod parameters;
mod print;
mod prompt;
mod rejects_file;
mod report_task;
mod result_name;
mod run;
mod running;
mod screen;
mod sql_text;
mod started;
mod statements;
mod stop;
mod tasks;
mod timing;
mod toml_lines;

pub use call::call;
