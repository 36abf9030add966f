//! What a terminal can show.

use std::fmt::Display;

/// The terminal that a person looks at.
#[derive(Debug, Clone, Copy)]
pub struct Terminal {
    /// The letters of a line.
    pub width: usize,
    /// Whether it shows more than letters.
    pub has_colour: bool,
    /// What shows values whole that do not fit: "… shows them whole".
    pub whole: &'static str,
}

const BOLD: &str = "\x1b[1m";
const DIM: &str = "\x1b[2m";
const PLAIN: &str = "\x1b[0m";

/// The name of a column.
pub(super) fn name(terminal: Option<Terminal>, text: impl Display) -> String {
    styled(terminal, BOLD, text)
}

/// Something that is not there.
pub(super) fn nothing(terminal: Option<Terminal>, text: impl Display) -> String {
    styled(terminal, DIM, text)
}

fn styled(terminal: Option<Terminal>, style: &str, text: impl Display) -> String {
    match terminal {
        Some(Terminal {
            has_colour: true, ..
        }) => format!("{style}{text}{PLAIN}"),
        _ => text.to_string(),
    }
}
