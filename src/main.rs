//! The `kpi-sql` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(kpi_sql::cli::call(std::env::args_os()))
}
