//! `--summary`: how a run ended, on one line of JSON for a program that started it.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Arc;

use parking_lot::Mutex;
use serde_json::{Map, Value};

use crate::cli::error::Error;

/// What the line has beside how the run ended. Filled in by the run, and printed by whoever knows how it ended.
#[derive(Clone, Default)]
pub(in crate::cli) struct RunSummary(Arc<Mutex<BTreeMap<&'static str, Value>>>);

impl RunSummary {
    /// What a run that is over has written and found.
    pub fn fill(&self, with: BTreeMap<&'static str, Value>) {
        *self.0.lock() = with;
    }

    /// Prints the line behind all results; a reader who has gone is told nothing.
    pub fn print(&self, result: &Result<(), Error>) -> Result<(), Error> {
        if matches!(result, Err(Error::ReaderGone)) {
            return Ok(());
        }
        let mut line = Map::new();
        let code = result.as_ref().map_or_else(Error::exit_code, |()| 0);
        line.insert("exit_code".to_string(), code.into());
        let said = result.as_ref().err().map(Error::to_string);
        if let Some(said) = said.filter(|said| !said.is_empty()) {
            let said = said.trim_start_matches("error: ");
            line.insert("error".to_string(), said.into());
        }
        for (name, value) in std::mem::take(&mut *self.0.lock()) {
            line.insert(name.to_string(), value);
        }
        let mut out = std::io::stdout().lock();
        let written = writeln!(out, "{}", Value::from(line)).and_then(|()| out.flush());
        written.map_err(|e| match e.kind() {
            std::io::ErrorKind::BrokenPipe => Error::ReaderGone,
            _ => Error::Failed(format!("standard output cannot be written: {e}")),
        })
    }
}
