//! The command line: SQL from files, arguments or standard input, results on standard output.
//!
//! The way of a call: `args` is what was typed, `script` cuts the SQL into statements before anything runs,
//! `resources` is what it may use of the machine, `names` opens the tables a statement needs, `run` plans and runs it,
//! `output` writes its rows, and `words` turns DataFusion's errors into sentences.
//! Only results go to standard output; notes and errors go to standard error.

mod args;
mod error;
mod names;
mod output;
mod resources;
mod run;
mod script;
mod sizes;
mod words;

pub use args::Args;
pub use error::Error;
pub use run::run;
