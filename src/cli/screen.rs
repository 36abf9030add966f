//! The terminal that this runs on.

use std::io::{IsTerminal, Write};

use crate::session::output::{Pager, Terminal};

/// What lines are cut to where a terminal does not say how wide it is.
const USUAL_WIDTH: usize = 80;

/// What a table says that has cut some of its values.
const WHOLE: &str = "--format vertical or --raw shows them whole, and so does -o FILE";

/// The terminal of standard output; with `raw` nothing is made to fit.
pub(super) fn terminal(raw: bool) -> Terminal {
    let size = terminal_size::terminal_size_of(std::io::stdout());
    let width = size.map(|(width, _)| usize::from(width.0));
    let width = width.filter(|width| *width > 0).unwrap_or(USUAL_WIDTH);
    Terminal {
        width: if raw { usize::MAX } else { width },
        has_colour: wants_colour(),
        whole: WHOLE,
    }
}

/// The pager for results on this terminal, if there is one and somebody who can leave it.
pub(super) fn pager(has_long_lines: bool) -> Option<Pager> {
    if !std::io::stdin().is_terminal() {
        return None;
    }
    match std::env::var("PAGER") {
        Ok(command) if command.trim().is_empty() => None,
        Ok(command) => Some(Pager::new(&command)),
        // It ends by itself after a text that fits the screen. Lines are wrapped, but for those of a wide table.
        Err(_) if is_there("less") && has_long_lines => Some(Pager::new("less -SRFX")),
        Err(_) if is_there("less") => Some(Pager::new("less -RFX")),
        Err(_) => None,
    }
}

fn is_there(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

/// A message for standard error, whose first word is marked on a terminal.
pub(super) fn message(text: &str) -> String {
    let marked = text.split_once(": ");
    match marked.filter(|_| std::io::stderr().is_terminal() && wants_colour()) {
        Some((word @ ("error" | "alarm"), rest)) => format!("\x1b[1;31m{word}:\x1b[0m {rest}"),
        Some((word @ "note", rest)) => format!("\x1b[36m{word}:\x1b[0m {rest}"),
        _ => text.to_string(),
    }
}

/// Says something on standard error that is no error.
pub(super) fn note(text: &str) {
    // Nobody listening is no reason to stop.
    let _ = writeln!(std::io::stderr(), "{}", message(&format!("note: {text}")));
}

/// Says that something needs somebody, with the rows that say so.
pub(super) fn alarm(text: &str) {
    let _ = writeln!(std::io::stderr(), "{}", message(text.trim_end()));
}

/// Whether colours are shown, as <https://no-color.org> has it.
fn wants_colour() -> bool {
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !is_set("NO_COLOR") && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}
