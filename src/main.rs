//! The `kpi-sql` program: parse the arguments, run, print the error, choose the exit code.

use std::io::Write;
use std::process::ExitCode;

use kpi_sql::cli::{Args, run};

fn main() -> ExitCode {
    match Args::from_command_line().and_then(|args| run(&args)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let message = error.message();
            if !message.is_empty() {
                // A closed stderr is no reason to panic, which `eprintln!` would do.
                let _ = writeln!(std::io::stderr(), "{message}");
            }
            ExitCode::from(error.exit_code())
        }
    }
}
