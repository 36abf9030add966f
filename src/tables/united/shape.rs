//! A schema, and the files that have it.

use std::path::PathBuf;

use datafusion::arrow::datatypes::SchemaRef;

/// How many names a note has.
pub const MAX_NAMES: usize = 5;

/// Files with the same schema, by their places in the table's list.
#[derive(Debug)]
pub(in crate::tables) struct FileShape {
    pub schema: SchemaRef,
    pub files: Vec<usize>,
}

/// How many files these shapes have, and the first of them.
pub(in crate::tables) fn count<'a>(shapes: impl Iterator<Item = &'a FileShape>) -> (usize, usize) {
    shapes.fold((0, usize::MAX), |(n, first), shape| {
        (n + shape.files.len(), first.min(shape.files[0]))
    })
}

/// The names of columns or keys, the first of them if they are many.
pub(in crate::tables) fn listed(what: &str, names: &[&str]) -> String {
    let plural = if names.len() == 1 { "" } else { "s" };
    format!("{what}{plural} {}", self::names(names))
}

/// The same without what they are.
pub(in crate::tables) fn names(names: &[&str]) -> String {
    match names.len() {
        ..=MAX_NAMES => names.join(", "),
        all => format!(
            "{} and {} more",
            names[..MAX_NAMES].join(", "),
            all - MAX_NAMES
        ),
    }
}

/// What is said about `n` files without something, and the first of them.
pub(in crate::tables) fn lacks(
    which: &str,
    (n, first): (usize, usize),
    files: &[PathBuf],
) -> String {
    let first = files[first].display();
    let total = files.len();
    match n {
        1 => format!("{first} has no {which} (1 of {total} files lacks it): NULL in its rows"),
        n => format!(
            "{n} of {total} files have no {which} ({first}, for example): NULL in their rows"
        ),
    }
}
