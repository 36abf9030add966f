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
         SQL ends with a semicolon, and may have several lines. A path is read by FROM:\n\
         SELECT * FROM 'exports/orders.csv' LIMIT 10;\n\
         Tab completes tables, columns, functions, commands, and paths in quotes. Ctrl-C\n\
         ends the statement that is running, or drops the text that is typed. Arrow up\n\
         and Ctrl-R bring earlier texts back; one that begins with a blank is not kept.\n"
    )
}
