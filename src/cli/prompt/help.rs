//! The list of commands, and what else is good to know.

use super::command::COMMANDS;

/// The commands with what they do, for a terminal of 80 columns.
pub(super) fn help() -> String {
    let written =
        |name: &str, argument: &str| format!("\\{name} {argument}").trim_end().to_string();
    let names = COMMANDS.iter().map(|one| written(one.name, one.argument));
    let width = names.map(|name| name.len()).max().unwrap_or(0);
    let lines = COMMANDS.iter().map(|one| {
        let name = written(one.name, one.argument);
        format!("  {name:<width$}  {}\n", one.does)
    });
    let lines: String = lines.collect();
    format!(
        "{lines}\n\
         SQL ends with a semicolon and may have several lines. FROM 'exports/orders.csv' reads a\n\
         file, and Tab completes tables, columns, functions, commands and paths in quotes.\n\
         Ctrl-C ends a statement that is running, or drops the line that is being typed; the\n\
         arrows and Ctrl-R find earlier lines, but for those that begin with a blank.\n"
    )
}
