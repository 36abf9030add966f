//! Files in a sentence.

use std::fmt::Display;

/// `orders.csv`, or how many files there are with one of them, and the verb that follows; `None` if there is none.
pub(in crate::tables) fn some_files<F: Display>(
    mut files: impl Iterator<Item = F>,
) -> Option<(String, &'static str)> {
    let first = files.next()?;
    Some(match files.count() {
        0 => (first.to_string(), "is"),
        more => (format!("{} files ({first}, for example)", more + 1), "are"),
    })
}
