//! From the words of a call, the environment and the files of settings to arguments.

use std::ffi::OsString;

use clap::parser::ValueSource;
use clap::{ArgMatches, Command, CommandFactory, FromArgMatches};

use super::args::{Args, SqlSource};
use super::config::{Configuration, Entry, KEYS, configuration, in_force};
use super::error::Error;
use super::tasks::Task;
use crate::session::output::Format;

impl Args {
    /// Reads the words of a call, of which the first is the program; prints help or an error and exits where clap does.
    ///
    /// # Errors
    /// What is wrong with a file of settings, with its line.
    pub(super) fn from_words(words: &[OsString]) -> Result<Self, Error> {
        let program = program();
        let first = program.clone().get_matches_from(words);
        let args = Args::from_arg_matches(&first).unwrap_or_else(|e| e.exit());
        // These have nothing that could be set.
        let is_alone = matches!(
            args.task,
            Some(
                Task::Kpis { .. }
                    | Task::Describe { .. }
                    | Task::Completions { .. }
                    | Task::Man { .. }
                    | Task::Other(_)
            )
        );
        let found = match is_alone {
            true => Configuration::default(),
            false => configuration(args.running.config.as_deref())?,
        };
        found
            .entries
            .iter()
            .try_for_each(|entry| check(&program, entry))?;
        let matches = with_defaults(program, &found.entries).get_matches_from(words);
        let mut args = Args::from_arg_matches(&matches).unwrap_or_else(|e| e.exit());
        args.sources = sources(&args, &matches);
        args.given = given(&matches);
        only_where_they_are_for(&mut args);
        args.in_force = in_force(&matches, &found, &args.table);
        args.config_files = found.files;
        args.config_tables = found.tables;
        Ok(args)
    }
}

/// The arguments with their environment variables.
fn program() -> Command {
    KEYS.iter().fold(Args::command(), |program, key| {
        program.mut_arg(id(key.name), |arg| arg.env(key.env).hide_env(true))
    })
}

/// To clap an argument has the name of its field.
fn id(name: &str) -> String {
    name.replace('-', "_")
}

/// Arguments and the environment take precedence over what files say: it is what is there without them.
fn with_defaults(program: Command, entries: &[Entry]) -> Command {
    entries.iter().fold(program, |program, entry| {
        program.mut_arg(id(entry.key), |arg| {
            arg.default_values(entry.values.clone())
        })
    })
}

/// A value of a file is read as that of the argument is, and its words are those of the file.
fn check(program: &Command, entry: &Entry) -> Result<(), Error> {
    let is_switch = program
        .get_arguments()
        .any(|arg| arg.get_id() == id(entry.key).as_str() && !arg.get_action().takes_values());
    if is_switch {
        return Ok(());
    }
    for value in &entry.values {
        let typed = format!("--{}={value}", entry.key);
        let Err(error) = program.clone().try_get_matches_from(["kpi-sql", &typed]) else {
            continue;
        };
        let text = error.to_string();
        let text = text.split("\n\n").next().unwrap_or_default();
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let why = match text.split_once(">': ") {
            Some((_, why)) => why,
            None => text
                .split_once("' [")
                .map_or(text.as_str(), |(_, known)| known),
        };
        let why = why.trim_end_matches(']');
        return Err(Error::Usage(format!(
            "{}: {} = {value:?}: {why}",
            entry.place, entry.key
        )));
    }
    Ok(())
}

/// Files and commands in the order in which they were typed.
fn sources(args: &Args, matches: &ArgMatches) -> Vec<SqlSource> {
    let files = args.file.iter().cloned().map(SqlSource::File);
    let commands = args.command.iter().cloned().map(SqlSource::Command);
    let places = |id| matches.indices_of(id).into_iter().flatten();
    let mut placed: Vec<(usize, SqlSource)> = places("file").zip(files).collect();
    placed.extend(places("command").zip(commands));
    placed.sort_by_key(|(index, _)| *index);
    placed.into_iter().map(|(_, source)| source).collect()
}

/// The arguments that were typed, by their long names.
fn given(matches: &ArgMatches) -> Vec<String> {
    let is_typed =
        |id: &&clap::Id| matches.value_source(id.as_str()) == Some(ValueSource::CommandLine);
    // Those of clap's groups are no arguments.
    let groups = ["Args", "Running", "AlarmArgs"];
    let ids = matches.ids().filter(|id| !groups.contains(&id.as_str()));
    ids.filter(is_typed)
        .map(|id| id.as_str().replace('_', "-"))
        .collect()
}

/// A setting is for all runs, and for those that it does not fit it is not there; an argument would be an error.
fn only_where_they_are_for(args: &mut Args) {
    let is_typed = |name: &str| args.given.iter().any(|given| given == name);
    if args.output.is_some() && !is_typed("format") {
        args.format = None;
    }
    let is_for_people = matches!(args.format, None | Some(Format::Table | Format::Markdown));
    if !is_typed("max-rows") && (args.output.is_some() || !is_for_people) {
        args.max_rows = None;
    }
}
