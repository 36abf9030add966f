//! The names of results, as their files and sheets are called: what cannot be is said before anything runs.

use std::collections::HashMap;

use super::error::Error;
use crate::session::Statement;
use crate::session::output::why_no_sheet;

/// Names that Windows keeps for devices.
const DEVICES: [&str; 6] = ["aux", "con", "nul", "prn", "com", "lpt"];

/// Longer names are too long for a file system, with an ending.
const LONGEST: usize = 200;

/// What names are needed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NamedFor {
    /// A file each: every result needs one.
    Files,
    /// A workbook each, whose sheet is called as the file is.
    Workbooks,
    /// A sheet each: those without have numbers.
    Sheets,
    /// A heading each, which may be anything.
    Headings,
}

impl NamedFor {
    /// Whether a result without a name has no place.
    fn is_needed(self) -> bool {
        matches!(self, NamedFor::Files | NamedFor::Workbooks)
    }
}

/// Refuses names that cannot be, are there twice, or are missing.
pub(super) fn check(statements: &[Statement], named_for: NamedFor) -> Result<(), Error> {
    let mut places: HashMap<String, &str> = HashMap::new();
    for statement in statements {
        let refused = |message: String| Err(Error::Usage(statement.placed(&message)));
        let name = match statement.names() {
            [] if statement.has_result() && named_for.is_needed() => {
                return refused(without(statement));
            }
            [] => continue,
            [name] => name,
            [first, second, ..] => {
                return refused(format!(
                    "this statement has two names, {first} and {second}; keep one line -- name: {first}"
                ));
            }
        };
        if !statement.has_result() {
            return refused(format!(
                "-- name: {name} stands above a statement that has no result to be called so; \
                 move the line above the SELECT that it is for"
            ));
        }
        let why = match named_for {
            NamedFor::Files => why_no_file(name),
            NamedFor::Workbooks => why_no_file(name).or_else(|| why_no_sheet(name)),
            NamedFor::Sheets => why_no_sheet(name).or_else(|| empty(name)),
            NamedFor::Headings => empty(name),
        };
        if let Some(why) = why {
            return refused(format!(
                "-- name: {name}: {why}; a name such as revenue_by_segment works everywhere"
            ));
        }
        let other = places.insert(name.to_lowercase(), statement.place());
        if let Some(other) = other.filter(|_| named_for != NamedFor::Headings) {
            return refused(format!(
                "-- name: {name}: the statement in {other} has this name already, and one would take the place of the other; \
                 give one of them another name (capitals make no difference)"
            ));
        }
    }
    Ok(())
}

/// The words for a result without a name.
pub(super) fn without(statement: &Statement) -> String {
    format!(
        "--output-dir needs a name for every result, and this one has none; write it on a line above the statement:\n  \
         -- name: revenue_by_segment\n  {}",
        first_line(statement)
    )
}

fn first_line(statement: &Statement) -> String {
    let placed = statement.placed("");
    let text = placed.split_once("in: ").map_or("", |(_, text)| text);
    let start: String = text.chars().take(60).collect();
    match start.len() == text.len() {
        true => start,
        false => format!("{start}…"),
    }
}

fn empty(name: &str) -> Option<String> {
    let is_empty = name.is_empty();
    is_empty.then(|| "there is nothing after the colon".to_string())
}

/// Why no file can be called so, on this system or on that of somebody who gets it.
fn why_no_file(name: &str) -> Option<String> {
    let forbidden = |letter: &char| letter.is_control() || "/\\<>:\"|?*".contains(*letter);
    if let Some(letter) = name.chars().find(forbidden) {
        return Some(format!("a file name cannot contain {letter}"));
    }
    if name.starts_with('.') || name.ends_with('.') {
        return Some("a file name cannot begin or end with a dot".to_string());
    }
    if name.len() > LONGEST {
        return Some(format!("a file name has at most {LONGEST} characters"));
    }
    let lower = name.to_lowercase();
    let device = lower.split('.').next().unwrap_or_default();
    let device = device.trim_end_matches(|c: char| c.is_ascii_digit() && c != '0');
    let is_device = DEVICES.contains(&device)
        && match device {
            "com" | "lpt" => lower.len() > 3,
            _ => lower.split('.').next() == Some(device),
        };
    match is_device {
        true => Some("Windows keeps this name for a device".to_string()),
        false => empty(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_names_are_none_of_files() {
        for name in [
            "", "a/b", "a\\b", "..", ".hidden", "a.", "con", "NUL.txt", "com1", "a:b", "a\tb",
        ] {
            assert!(why_no_file(name).is_some(), "{name}");
        }
        for name in [
            "revenue_by_segment",
            "Umsätze 2026",
            "com",
            "console",
            "v1.2",
            "con1a",
        ] {
            assert_eq!(why_no_file(name), None, "{name}");
        }
        assert!(why_no_file(&"a".repeat(201)).is_some());
    }
}
