//! Paths of files that are being typed.

use rustyline::completion::{FilenameCompleter, Pair};

/// The paths that begin with a text, each with the text that takes its place.
pub(super) fn paths(typed: &str) -> Vec<Pair> {
    // With a quote before it, nothing in the path has to be escaped.
    let quoted = format!("'{typed}");
    let found = FilenameCompleter::new().complete_path(&quoted, quoted.len());
    let found = found.map(|(_, found)| found).unwrap_or_default();
    let is_asked_for = |pair: &Pair| {
        let name = typed.rsplit('/').next().unwrap_or_default();
        // Hidden files are for those who ask for them.
        name.starts_with('.') || !pair.display.starts_with('.')
    };
    found.into_iter().filter(is_asked_for).collect()
}
