//! What Tab offers for the word before the cursor.

use datafusion::common::utils::quote_identifier;
use rustyline::completion::Pair;

use super::command::{Behind, COMMANDS, names_of_formats};
use super::keywords::KEYWORDS;
use super::known::Known;
use super::paths::paths;
use super::tokens::{PartKind, parts};

/// Words behind which there is a table.
const BEFORE_TABLES: [&str; 5] = ["FROM", "JOIN", "INTO", "TABLE", "DESCRIBE"];

/// Where the word begins that is before the cursor, and what could be in its place.
pub(super) fn complete(text: &str, cursor: usize, known: &Known) -> (usize, Vec<Pair>) {
    let before = &text[..cursor];
    let line = before.rfind('\n').map_or(0, |end| end + 1);
    if before[line..].trim_start().starts_with('\\') {
        return of_command(before, line, known);
    }
    let parts = parts(before);
    if let Some((PartKind::OpenText, open)) = parts.last() {
        let start = before.len() - open.len() + 1;
        return (start, paths(&before[start..]));
    }
    if let Some((PartKind::Comment | PartKind::Text, _)) = parts.last() {
        return (cursor, vec![]);
    }
    let is_of_a_word = |c: char| c.is_alphanumeric() || c == '_' || c == '"';
    let start = before
        .char_indices()
        .rev()
        .take_while(|(_, c)| is_of_a_word(*c))
        .last()
        .map_or(cursor, |(start, _)| start);
    let word = &before[start..];
    let words = parts.iter().filter(|(_, part)| !part.trim().is_empty());
    let words: Vec<&str> = words.map(|(_, part)| *part).collect();
    let previous = match word.is_empty() {
        true => words.last(),
        false => words.iter().rev().nth(1),
    };
    let previous = previous.map_or(String::new(), |word| word.to_uppercase());
    let names = Names { word };
    let found = if before[..start].ends_with('.') {
        names.of(known.columns(text))
    } else if BEFORE_TABLES.contains(&previous.as_str()) {
        names.of(known.tables())
    } else if word.is_empty() {
        names.of(known.columns(text))
    } else {
        let mut found = names.of(known.columns(text));
        found.extend(names.of(known.tables()));
        found.extend(names.calls(known));
        found.extend(names.keywords());
        found
    };
    (start, found)
}

/// The candidates for a word.
struct Names<'a> {
    word: &'a str,
}

impl Names<'_> {
    fn begins(&self, name: &str) -> bool {
        let word = self.word.trim_start_matches('"').to_lowercase();
        name.to_lowercase().starts_with(&word)
    }

    /// Names of tables and columns, in quotes where they need them.
    fn of(&self, names: Vec<String>) -> Vec<Pair> {
        let names = names.iter().filter(|name| self.begins(name));
        let written = names.map(|name| quote_identifier(name).into_owned());
        written.map(same).collect()
    }

    /// Functions with their arguments.
    fn calls(&self, known: &Known) -> Vec<Pair> {
        let functions = known.functions().iter();
        let begun = functions.filter(|(name, _)| self.begins(name));
        let pairs = begun.flat_map(|(name, calls)| {
            let written = format!("{name}(");
            let shown = match calls.is_empty() {
                true => vec![written.clone()],
                false => calls.clone(),
            };
            shown.into_iter().map(move |display| Pair {
                display,
                replacement: written.clone(),
            })
        });
        pairs.collect()
    }

    /// As the word is written, in capitals or not.
    fn keywords(&self) -> Vec<Pair> {
        let is_lower = self.word.chars().all(|c| !c.is_uppercase());
        let begun = KEYWORDS.iter().filter(|name| self.begins(name));
        let written = begun.map(|keyword| match is_lower {
            true => keyword.to_lowercase(),
            false => (*keyword).to_string(),
        });
        written.map(same).collect()
    }
}

/// One that is shown as it is written.
fn same(name: String) -> Pair {
    Pair {
        display: name.clone(),
        replacement: name,
    }
}

/// A command, or what is behind it.
fn of_command(before: &str, line: usize, known: &Known) -> (usize, Vec<Pair>) {
    let start = line + before[line..].find('\\').unwrap_or(0) + 1;
    let typed = &before[start..];
    let Some((name, argument)) = typed.split_once(' ') else {
        let begun = COMMANDS.iter().filter(|one| one.name.starts_with(typed));
        let found = begun.map(|one| {
            let blank = if one.argument.is_empty() { "" } else { " " };
            Pair {
                display: format!("\\{} {}", one.name, one.argument),
                replacement: format!("{}{blank}", one.name),
            }
        });
        return (start, found.collect());
    };
    let start = before.len() - argument.len();
    let names = Names { word: argument };
    let command = COMMANDS.iter().find(|one| one.name == name);
    let found = match command.map(|one| one.behind) {
        Some(Behind::Table) => {
            let mut tables = names.of(known.tables());
            tables.extend(paths(argument));
            tables
        }
        Some(Behind::Kpi) => {
            let kpis = known.kpis().iter().cloned();
            let functions = known.functions().keys().cloned();
            let mut all: Vec<String> = kpis.chain(functions).collect();
            all.sort();
            all.dedup();
            names.of(all)
        }
        Some(Behind::Word) => names.of(known.kpis().to_vec()),
        Some(Behind::Format) => names.of(names_of_formats()),
        Some(Behind::Path) => {
            // It may stand in quotes, and need not.
            let quote = usize::from(argument.starts_with(['\'', '"']));
            return (start + quote, paths(&argument[quote..]));
        }
        Some(Behind::Nothing | Behind::Value) | None => vec![],
    };
    (start, found)
}
