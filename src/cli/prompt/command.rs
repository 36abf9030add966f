//! The commands of the prompt: what they are called, and what is behind them on their line.

use std::path::PathBuf;

use clap::ValueEnum;

use crate::cli::error::Error;
use crate::session::Parameter;
use crate::session::output::Format;
use crate::tables::closest;

/// A command as somebody types it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum PromptCommand {
    /// The tables that there are.
    Tables,
    /// What a table is.
    Table(String),
    /// The KPIs that have the word, or all.
    Kpis(Option<String>),
    /// The page of a KPI or of another function.
    Kpi(String),
    /// Say how long statements take, or no longer.
    Timing,
    /// Show how results are written, or choose it.
    Format(Option<Format>),
    /// Write results to a file, or to the screen again.
    Output(Option<PathBuf>),
    /// Run a file of SQL.
    Input(PathBuf),
    /// Show the parameters, or give one a value.
    Param(Option<Parameter>),
    /// Say which commands there are.
    Help,
    /// Leave.
    Quit,
}

/// What a command has behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Behind {
    Nothing,
    Table,
    Kpi,
    Word,
    Format,
    Path,
    Value,
}

/// A command in a list of them.
pub(super) struct KnownCommand {
    /// Its name, behind a backslash.
    pub name: &'static str,
    /// What it has behind it, in words.
    pub argument: &'static str,
    /// The same, for completion.
    pub behind: Behind,
    /// What it does.
    pub does: &'static str,
}

const fn known(
    name: &'static str,
    argument: &'static str,
    behind: Behind,
    does: &'static str,
) -> KnownCommand {
    KnownCommand {
        name,
        argument,
        behind,
        does,
    }
}

/// All of them.
pub(super) const COMMANDS: &[KnownCommand] = &[
    known(
        "d",
        "[TABLE]",
        Behind::Table,
        "the tables, or the columns and rows of one",
    ),
    known(
        "kpis",
        "[WORD]",
        Behind::Word,
        "the KPIs, or those with WORD in their name or meaning",
    ),
    known(
        "kpi",
        "NAME",
        Behind::Kpi,
        "the manual page of a KPI, or of any other function",
    ),
    known(
        "timing",
        "",
        Behind::Nothing,
        "say how many seconds each statement takes, or no longer",
    ),
    known(
        "format",
        "[NAME]",
        Behind::Format,
        "how results look: table, vertical, csv, json, markdown …",
    ),
    known(
        "o",
        "[FILE]",
        Behind::Path,
        "results go to FILE; without a name, to the screen",
    ),
    known("i", "FILE", Behind::Path, "run a file of SQL"),
    known(
        "param",
        "[NAME=VALUE]",
        Behind::Value,
        "give $NAME in SQL a value, or show those that have one",
    ),
    known("?", "", Behind::Nothing, "this list"),
    known("q", "", Behind::Nothing, "leave; so does Ctrl-D"),
];

/// Reads a line that begins with a backslash.
pub(super) fn read(line: &str) -> Result<PromptCommand, Error> {
    let typed = line.trim().trim_start_matches('\\');
    let (name, behind) = typed.split_once(char::is_whitespace).unwrap_or((typed, ""));
    // People who have just typed SQL end a command with one, too.
    let name = name.trim_end_matches(';');
    let found = COMMANDS.iter().find(|command| command.name == name);
    let command = found.ok_or_else(|| unknown(name))?;
    let behind = behind.trim();
    let argument = match command.behind {
        Behind::Value => behind.to_string(),
        _ => unquoted(behind.trim_end_matches(';').trim_end()),
    };
    let given = Some(argument.clone()).filter(|argument| !argument.is_empty());
    let wrong = |why: &str| {
        Error::Usage(match command.argument {
            "" => format!("\\{name}: {why}; write \\{name} alone"),
            argument => format!("\\{name}: {why}; write \\{name} {argument}"),
        })
    };
    let needed = |what: &str| {
        given
            .clone()
            .ok_or_else(|| wrong(&format!("{what} is missing")))
    };
    if command.behind == Behind::Nothing && given.is_some() {
        return Err(wrong(&format!("{argument:?} has no meaning here")));
    }
    Ok(match name {
        "d" => given.map_or(PromptCommand::Tables, PromptCommand::Table),
        "kpis" => PromptCommand::Kpis(given),
        "kpi" => PromptCommand::Kpi(needed("the name")?),
        "timing" => PromptCommand::Timing,
        "format" => PromptCommand::Format(given.as_deref().map(format).transpose()?),
        "o" => PromptCommand::Output(given.map(PathBuf::from)),
        "i" => PromptCommand::Input(PathBuf::from(needed("the file")?)),
        "param" => {
            let parameter = given.as_deref().map(Parameter::parse).transpose();
            PromptCommand::Param(parameter.map_err(|why| wrong(&why))?)
        }
        "?" => PromptCommand::Help,
        "q" => PromptCommand::Quit,
        other => return Err(unknown(other)),
    })
}

fn unknown(name: &str) -> Error {
    let names = COMMANDS.iter().map(|command| command.name);
    let near = match closest(name, names) {
        Some(near) => format!("did you mean \\{near}? "),
        None => String::new(),
    };
    Error::Usage(format!(
        "there is no command \\{name}; {near}\\? lists the commands"
    ))
}

/// The format of a name.
fn format(name: &str) -> Result<Format, Error> {
    let name = name.to_lowercase();
    let found = Format::value_variants()
        .iter()
        .find(|format| format_name(**format) == name);
    let format = found.copied().ok_or_else(|| {
        let all = names_of_formats();
        let near = match closest(&name, all.iter().map(String::as_str)) {
            Some(near) => format!("did you mean {near}? There are"),
            None => "there are".to_string(),
        };
        let all = all.join(", ");
        Error::Usage(format!("\\format: there is no format {name}; {near} {all}"))
    })?;
    match format.is_text() {
        true => Ok(format),
        false => Err(Error::Usage(format!(
            "\\format: {name} is for files: \\o report.{name} writes one"
        ))),
    }
}

/// What a format is called.
pub(super) fn format_name(format: Format) -> String {
    let value = format.to_possible_value();
    value.map_or_else(String::new, |value| value.get_name().to_string())
}

/// The names of the formats that a screen shows; an ending says the others.
pub(super) fn names_of_formats() -> Vec<String> {
    let texts = Format::value_variants().iter().filter(|f| f.is_text());
    texts.map(|format| format_name(*format)).collect()
}

/// A path may stand in quotes.
fn unquoted(text: &str) -> String {
    for quote in ['\'', '"'] {
        let inner = text
            .strip_prefix(quote)
            .and_then(|rest| rest.strip_suffix(quote));
        if let Some(inner) = inner {
            return inner.to_string();
        }
    }
    text.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn command(line: &str) -> PromptCommand {
        read(line).unwrap_or_else(|e| panic!("{line}: {e}"))
    }

    #[test]
    fn a_command_has_its_argument_behind_it() {
        let text = |text: &str| text.to_string();
        assert_eq!(command("\\d"), PromptCommand::Tables);
        assert_eq!(command("\\d;"), PromptCommand::Tables);
        assert_eq!(command("\\d orders;"), PromptCommand::Table(text("orders")));
        let path = PathBuf::from("my file.sql");
        assert_eq!(command("\\i 'my file.sql'"), PromptCommand::Input(path));
        assert_eq!(command("\\o"), PromptCommand::Output(None));
        let csv = PromptCommand::Format(Some(Format::Csv));
        assert_eq!(command("\\format CSV"), csv);
        let parameter = Parameter::parse("m='a;'").expect("it is one");
        assert_eq!(
            command("\\param m='a;'"),
            PromptCommand::Param(Some(parameter))
        );
    }

    #[test]
    fn every_command_of_the_list_is_one() {
        for known in COMMANDS {
            let argument = match known.behind {
                Behind::Nothing => "",
                Behind::Format => "csv",
                Behind::Value => "a=1",
                _ => "x",
            };
            command(&format!("\\{} {argument}", known.name));
        }
    }

    #[test]
    fn what_is_no_command_is_told_which_is_one() {
        for (line, words) in [
            ("\\tming", "did you mean \\timing? \\? lists"),
            ("\\", "there is no command \\; "),
            ("\\kpi", "\\kpi: the name is missing; write \\kpi NAME"),
            ("\\timing on", "write \\timing alone"),
            ("\\format xlsx", "\\o report.xlsx writes one"),
            ("\\format tabel", "did you mean table? There are table, csv"),
            ("\\param month", "NAME=VALUE"),
        ] {
            let refused = read(line).expect_err(line).to_string();
            assert!(refused.contains(words), "{line}: {refused}");
        }
    }
}
