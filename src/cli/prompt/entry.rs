//! What was typed, cut into SQL and commands.

use crate::session;

/// A part of what was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum EntryPart {
    /// A command, such as `\d orders`.
    Command(String),
    /// One statement or several, with the lines above them that keep their numbers.
    Sql(String),
}

/// What people type who know other prompts, and who know none.
const WORDS: [(&str, &str); 3] = [("exit", "\\q"), ("quit", "\\q"), ("help", "\\?")];

/// The parts of a text. A command is a line of its own, where a statement could begin.
pub(super) fn pieces(text: &str) -> Vec<EntryPart> {
    let mut pieces = vec![];
    let mut sql = String::new();
    for (i, line) in text.split_inclusive('\n').enumerate() {
        match command(line).filter(|_| session::is_whole(&sql)) {
            Some(command) => {
                push(&mut pieces, &sql);
                pieces.push(EntryPart::Command(command));
                sql = "\n".repeat(i + 1);
            }
            None => sql.push_str(line),
        }
    }
    push(&mut pieces, &sql);
    pieces
}

fn push(pieces: &mut Vec<EntryPart>, sql: &str) {
    if !sql.trim().is_empty() {
        pieces.push(EntryPart::Sql(sql.to_string()));
    }
}

/// The command that a line is, if it is one.
fn command(line: &str) -> Option<String> {
    let line = line.trim();
    if line.starts_with('\\') {
        return Some(line.to_string());
    }
    let word = line.trim_end_matches(';').to_lowercase();
    let found = WORDS.iter().find(|(typed, _)| *typed == word);
    found.map(|(_, command)| (*command).to_string())
}

/// Whether a text can be run, or is to go on on another line.
pub(super) fn is_whole(text: &str) -> bool {
    match pieces(text).last() {
        Some(EntryPart::Sql(sql)) => session::is_whole(sql),
        Some(EntryPart::Command(_)) | None => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sql(text: &str) -> EntryPart {
        EntryPart::Sql(text.to_string())
    }

    fn command(text: &str) -> EntryPart {
        EntryPart::Command(text.to_string())
    }

    #[test]
    fn commands_stand_between_statements() {
        assert_eq!(
            pieces("SELECT 1;\n\\timing\nSELECT\n2;\nSELECT 3;"),
            [
                sql("SELECT 1;\n"),
                command("\\timing"),
                sql("\n\nSELECT\n2;\nSELECT 3;")
            ]
        );
        assert_eq!(pieces("  \\d orders "), [command("\\d orders")]);
        assert_eq!(pieces("Exit;"), [command("\\q")]);
        assert_eq!(pieces(" \n"), []);
    }

    #[test]
    fn a_backslash_within_a_statement_is_a_part_of_it() {
        let text = "SELECT '\n\\d\n' AS a,\n\\x\n1;";
        assert_eq!(pieces(text), [sql(text)]);
    }

    #[test]
    fn a_text_goes_on_until_its_statement_ends() {
        for text in ["", "SELECT 1;", "\\d", "SELECT 1;\n\\d", "quit"] {
            assert!(is_whole(text), "{text:?}");
        }
        for text in ["SELECT 1", "\\d\nSELECT 1", "-- param: a=1\n", "exit 1"] {
            assert!(!is_whole(text), "{text:?}");
        }
    }
}
