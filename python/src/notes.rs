//! Notes on their way to Python, which warns of them at the line that asked.

use std::collections::HashSet;
use std::sync::Arc;

use parking_lot::Mutex;
use pyo3::prelude::*;

/// Warns of each of the notes.
///
/// # Errors
/// The first of them, where warnings have been made errors.
pub fn warn(py: Python<'_>, notes: Vec<String>) -> PyResult<()> {
    if notes.is_empty() {
        return Ok(());
    }
    let module = py.import("kpi_sql._notes")?;
    module.call_method1("warn", (notes,)).map(|_| ())
}

/// Warns of the notes about something that may have failed. If it has, its own error is the one to be raised.
pub fn warn_of<T>(py: Python<'_>, done: PyResult<T>, notes: Vec<String>) -> PyResult<T> {
    let warned = warn(py, notes);
    let done = done?;
    warned.map(|()| done)
}

/// What was said of an answer. Its rows can be read more than once, and the notes are the same each time.
#[derive(Clone, Default)]
pub struct Told(Arc<Mutex<HashSet<String>>>);

impl Told {
    /// Those of the notes that were not said before.
    pub fn news(&self, notes: Vec<String>) -> Vec<String> {
        let mut told = self.0.lock();
        let news = notes.into_iter();
        news.filter(|note| told.insert(note.clone())).collect()
    }
}
