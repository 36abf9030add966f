//! The terminal that this runs on.

use std::io::{self, IsTerminal, Write};

use terminal_size::{Height, Width};

use crate::session::output::{Pager, Terminal};

/// What lines are cut to where a terminal does not say how wide it is.
const USUAL_WIDTH: usize = 80;

/// The terminal of standard output; with `raw` nothing is made to fit. `whole` is what shows values that do not.
pub(super) fn terminal(raw: bool, whole: &'static str) -> Terminal {
    Terminal {
        width: match raw {
            true => usize::MAX,
            false => columns(terminal_size::terminal_size_of(io::stdout())),
        },
        has_colour: wants_colour(),
        whole,
    }
}

/// How many letters a line of a terminal has.
pub(super) fn columns(size: Option<(Width, Height)>) -> usize {
    let width = size.map(|(width, _)| usize::from(width.0));
    width.filter(|width| *width > 0).unwrap_or(USUAL_WIDTH)
}

/// The pager for results on this terminal, if there is one and somebody who can leave it.
pub(super) fn pager(has_long_lines: bool) -> Option<Pager> {
    if !io::stdin().is_terminal() {
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

/// Brings the terminal back from the mode in which a line is edited, for a process that ends in the middle of it.
pub(super) fn leave_line() {
    // Pasted text is marked as such until now.
    let mut out = io::stdout();
    let _ = writeln!(out, "\x1b[?2004l").and_then(|()| out.flush());
    let _ = std::process::Command::new("stty").arg("sane").status();
}

/// Whether the terminal can move its cursor, so that a line can be edited on it.
pub(super) fn is_dumb() -> bool {
    std::env::var_os("TERM").is_some_and(|term| term == "dumb")
}

/// Shows a text page by page, if there is a pager for it.
pub(super) fn show(text: &str) -> io::Result<()> {
    match pager(false) {
        Some(pager) => pager.show(text),
        None => {
            let mut out = io::stdout().lock();
            out.write_all(text.as_bytes()).and_then(|()| out.flush())
        }
    }
}

/// A message for standard error, whose first word is marked on a terminal.
pub(super) fn message(text: &str) -> String {
    let marked = text.split_once(": ");
    match marked.filter(|_| io::stderr().is_terminal() && wants_colour()) {
        Some((word @ ("error" | "alarm"), rest)) => format!("\x1b[1;31m{word}:\x1b[0m {rest}"),
        Some((word @ "note", rest)) => format!("\x1b[36m{word}:\x1b[0m {rest}"),
        _ => text.to_string(),
    }
}

/// Says something on standard error.
pub(super) fn say(text: &str) {
    // Nobody listening is no reason to stop.
    let _ = writeln!(io::stderr(), "{}", message(text));
}

/// Says something on standard error that is no error.
pub(super) fn note(text: &str) {
    say(&format!("note: {text}"));
}

/// Says that something needs somebody, with the rows that say so.
pub(super) fn alarm(text: &str) {
    let _ = writeln!(std::io::stderr(), "{}", message(text.trim_end()));
}

/// Whether colours are shown, as <https://no-color.org> has it.
pub(super) fn wants_colour() -> bool {
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !is_set("NO_COLOR") && !is_dumb()
}
