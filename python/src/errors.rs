//! The engine's errors as exceptions of `kpi_sql.errors`, with the engine's words.

use kpi_sql::session::{Error, ErrorKind};
use pyo3::prelude::*;
use pyo3::types::PyType;

/// The exception for an error of a session.
pub fn raised(error: Error) -> PyErr {
    let class = match error.kind() {
        ErrorKind::Setting => "SettingError",
        ErrorKind::Syntax => "SqlSyntaxError",
        ErrorKind::Query => "QueryError",
        ErrorKind::Table => "TableError",
        ErrorKind::Data => "DataError",
        ErrorKind::Resources => "ResourcesError",
        ErrorKind::Output | ErrorKind::ReaderGone => "OutputError",
        _ => "Error",
    };
    exception(class, error.to_string())
}

/// A setting that cannot be.
pub fn setting(message: String) -> PyErr {
    exception("SettingError", message)
}

/// A statement that is none of those that are expected.
pub fn query(message: String) -> PyErr {
    exception("QueryError", message)
}

/// A table that cannot be.
pub fn table(message: String) -> PyErr {
    exception("TableError", message)
}

/// Something that should not happen.
pub fn failed(message: String) -> PyErr {
    exception("Error", message)
}

fn exception(class: &str, message: String) -> PyErr {
    Python::attach(|py| {
        let errors = py.import("kpi_sql.errors");
        let class = errors.and_then(|errors| Ok(errors.getattr(class)?.cast_into::<PyType>()?));
        match class {
            Ok(class) => PyErr::from_type(class, message),
            Err(error) => error,
        }
    })
}
