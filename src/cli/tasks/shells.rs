//! `kpi-sql completions` and `kpi-sql man`: what shells and `man` know of the program, from its arguments.

use clap::Command;
use clap_complete::Shell;
use clap_mangen::Man;

use crate::cli::error::Error;
use crate::cli::print::print;

/// Prints the completions for a shell.
pub(in crate::cli) fn completions(mut program: Command, shell: Shell) -> Result<(), Error> {
    let mut text = vec![];
    clap_complete::generate(shell, &mut program, "kpi-sql", &mut text);
    print(&text)
}

/// Prints the man page of the program, or of one of its commands.
pub(in crate::cli) fn man(mut program: Command, command: Option<&str>) -> Result<(), Error> {
    program.build();
    let page = match command {
        None => Man::new(program),
        Some(name) => {
            let known: Vec<&str> = program.get_subcommands().map(Command::get_name).collect();
            let known = known.join(", ");
            let found = program.find_subcommand(name).ok_or_else(|| {
                Error::Usage(format!("there is no command {name}; there are {known}"))
            })?;
            let whole_name = format!("kpi-sql-{}", found.get_name());
            Man::new(found.clone().name(whole_name))
        }
    };
    let mut text = vec![];
    page.render(&mut text)
        .map_err(|e| Error::Failed(format!("the man page cannot be made: {e}")))?;
    print(&text)
}
