//! The tables that a call gives names to: by arguments, and by files of settings.

use std::path::PathBuf;

use super::args::Args;
use super::config::ConfigTable;
use super::destination::Destination;
use super::error::Error;
use super::one_statement::say_notes;
use super::over_data::DataTask;
use crate::session::{Session, Statement};
use crate::tables::is_address;

/// Opens the tables of arguments.
pub(super) async fn add_tables(
    args: &Args,
    session: &mut Session,
    output: &mut Destination,
) -> Result<(), Error> {
    let is_missing = |data: &&PathBuf| !is_address(&data.to_string_lossy()) && !data.is_dir();
    if let Some(data) = args.data.as_ref().filter(is_missing) {
        return Err(Error::Failed(format!(
            "--data: there is no folder {}",
            data.display()
        )));
    }
    for (i, (name, path)) in args.table.iter().enumerate() {
        if args.table[..i].iter().any(|(other, _)| other == name) {
            return Err(Error::Usage(format!(
                "--table names {name} twice; give one of them another name"
            )));
        }
        let added = session.add_table(name, path).await;
        say_notes(args, session, output);
        added.map_err(|e| e.with(|message| format!("--table {name}={path}: {message}")))?;
    }
    Ok(())
}

/// The tables of files of settings that no argument has named.
pub(super) fn config_tables(args: &Args) -> Vec<ConfigTable> {
    let is_typed = |table: &&ConfigTable| args.table.iter().any(|(name, _)| *name == table.name);
    let tables = args.config_tables.iter();
    tables.filter(|table| !is_typed(table)).cloned().collect()
}

/// What is wanted of the tables of files of settings.
pub(super) enum WantedTables<'a> {
    /// Those that these statements name; all of them where one asks for a list. A task may be about others; it has some of the
    /// statements to look at, or none.
    Of(&'a [Statement], Option<&'a DataTask>, &'a [Statement]),
    /// One of this name.
    Named(&'a str),
}

impl WantedTables<'_> {
    fn is_named(&self, table: &str) -> bool {
        match self {
            WantedTables::Of(statements, task, asked) => {
                let is_of_task = |task: &DataTask| task.is_about(table, !asked.is_empty());
                task.is_some_and(is_of_task) || statements.iter().any(|one| one.may_name(table))
            }
            WantedTables::Named(name) => *name == table,
        }
    }

    fn are_listed(&self) -> bool {
        match self {
            WantedTables::Of(statements, ..) => statements.iter().any(Statement::may_list_tables),
            WantedTables::Named(_) => false,
        }
    }
}

/// Opens those tables of settings that are wanted, and takes them out of `tables`; a file may have many, and to open one is to
/// look into its files. For a list of tables it opens all that can be.
pub(super) async fn add_config_tables(
    tables: &mut Vec<ConfigTable>,
    wanted: WantedTables<'_>,
    args: &Args,
    session: &mut Session,
    output: &mut Destination,
) -> Result<(), Error> {
    let are_listed = wanted.are_listed();
    for table in std::mem::take(tables) {
        let is_named = wanted.is_named(&table.name);
        if !(is_named || are_listed) {
            tables.push(table);
            continue;
        }
        let options = table.options.clone();
        let added = session
            .add_table_with(&table.name, &table.path, options)
            .await;
        let added = added.map_err(|e| e.with(|message| format!("{}: {message}", table.place)));
        if added.is_err() {
            tables.push(table);
        }
        match is_named {
            true => {
                say_notes(args, session, output);
                added?;
            }
            // Nobody reads it, and what cannot be opened is not on the list.
            false => drop(session.take_notes()),
        }
    }
    Ok(())
}
