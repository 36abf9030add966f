//! The command `kpi-sql`, which `pip` installs beside the package.

use std::ffi::OsString;

use pyo3::prelude::*;

/// Runs the program with these words, the first of which is its name; gives its exit code. The process is to end then.
#[pyfunction]
pub fn program(py: Python<'_>, words: Vec<OsString>) -> u8 {
    py.detach(|| kpi_sql::cli::call(words))
}
