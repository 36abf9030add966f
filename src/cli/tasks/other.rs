//! A word that is no command: what somebody meant by it, and what to type.

use std::ffi::OsString;
use std::path::Path;

use clap::Command;

use crate::cli::error::Error;
use crate::kpi::find;
use crate::tables::{closest, looks_like_a_path};

/// The words that statements begin with.
const STATEMENTS: &[&str] = &[
    "select", "with", "show", "describe", "explain", "create", "copy", "insert", "set", "values",
];

/// The error for words that are no command, with the call that was meant.
pub(in crate::cli) fn what_to_type(program: &Command, words: &[OsString]) -> Error {
    let words: Vec<_> = words.iter().map(|word| word.to_string_lossy()).collect();
    let Some((word, rest)) = words.split_first() else {
        return Error::Usage("kpi-sql --help shows what to type".to_string());
    };
    let text = words.join(" ");
    let begins = word.split_whitespace().next().unwrap_or_default();
    let is_sql = STATEMENTS.contains(&begins.to_lowercase().as_str())
        && (word.contains(char::is_whitespace) || !rest.is_empty());
    let is_script = Path::new(word.as_ref())
        .extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("sql"));
    let commands = program.get_subcommands().map(Command::get_name);
    let name = word.split('(').next().unwrap_or_default().to_lowercase();
    let meant = if is_sql {
        format!("SQL goes after -c: kpi-sql -c \"{text}\"")
    } else if is_script {
        format!("a SQL file goes after -f: kpi-sql -f {text}")
    } else if looks_like_a_path(word) || Path::new(word.as_ref()).exists() {
        format!("a data file is read with SQL: kpi-sql -c \"SELECT * FROM '{word}' LIMIT 10\"")
    } else if let Some(kpi) = find(&name) {
        format!(
            "the page of the KPI is shown by: kpi-sql describe {}",
            kpi.name
        )
    } else if let Some(near) = closest(word, commands) {
        format!("did you mean kpi-sql {near}?")
    } else {
        "SQL goes after -c, a SQL file after -f; kpi-sql --help shows examples and the commands"
            .to_string()
    };
    Error::Usage(format!("{word} is not a command; {meant}"))
}
