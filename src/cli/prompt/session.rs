//! The way of a prompt: asks for a text, runs what is in it, says what went wrong, and asks again.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Instant;

use tokio::runtime::Handle;

use super::command::{self, PromptCommand, format_name, names_of_formats};
use super::entry::{self, EntryPart};
use super::help::help;
use super::known::Known;
use super::lines::{PromptLines, Typed};
use super::results::{OnePlace, Results};
use crate::check::describe;
use crate::cli::args::{Args, SqlSource};
use crate::cli::config::ConfigTable;
use crate::cli::error::Error;
use crate::cli::given_tables::{WantedTables, add_config_tables, add_tables, config_tables};
use crate::cli::one_statement::{note, run_one};
use crate::cli::parameters::parameters;
use crate::cli::started::start;
use crate::cli::statements::{statements, texts};
use crate::cli::stop::{Stop, too_long};
use crate::cli::tasks::{self, Called};
use crate::cli::{screen, timing};
use crate::session::output::Unfinished;
use crate::session::{self, Face, Parameter, Session, Settings, Statement};

/// What somebody types for the pages about KPIs.
const CALLED: Called = Called {
    kpis: "\\kpis",
    describe: "\\kpi",
};

/// The tables, with what they have.
const TABLES: &str = "\
SELECT t.table_name AS \"table\", string_agg(c.column_name, ', ' ORDER BY c.ordinal_position) AS columns \
FROM information_schema.tables AS t JOIN information_schema.columns AS c \
ON c.table_schema = t.table_schema AND c.table_name = t.table_name \
WHERE t.table_schema = 'public' GROUP BY t.table_name ORDER BY t.table_name";

/// Asks for statements until somebody leaves.
///
/// # Errors
/// What a session cannot begin with, and results that cannot be written to their file.
pub(in crate::cli) fn run(args: &Args, stop: &Stop) -> Result<(), Error> {
    let args = &Args {
        at_prompt: true,
        ..args.clone()
    };
    let unfinished = Unfinished::default();
    let results = Results::new(args, &unfinished)?;
    let parameters = parameters(&args.running)?;
    let (session, threads) = start(args, &settings(args), stop, unfinished)?;
    stop.has_prompt();
    let mut prompt = Prompt {
        args: args.clone(),
        stop: stop.clone(),
        session: Rc::new(RefCell::new(session)),
        runtime: threads.handle().clone(),
        config_tables: config_tables(args),
        parameters,
        results,
    };
    let result = prompt.begin().and_then(|()| prompt.ask());
    let checked = prompt.session.borrow().check_rejects();
    threads.end();
    result.and_then(|()| Ok(checked?))
}

/// As the arguments say, with the words of the prompt in messages.
fn settings(args: &Args) -> Settings {
    let settings = args.settings();
    Settings {
        face: Face {
            own_table: "CREATE VIEW NAME AS SELECT * FROM 'PATH';",
            parameter: "\\param NAME=VALUE",
            ..settings.face
        },
        ..settings
    }
}

struct Prompt {
    args: Args,
    stop: Stop,
    session: Rc<RefCell<Session>>,
    runtime: Handle,
    /// Those that nobody has named yet.
    config_tables: Vec<ConfigTable>,
    parameters: Vec<Parameter>,
    results: Results,
}

impl Prompt {
    /// Opens the tables of the call, and runs what it has for the beginning.
    fn begin(&mut self) -> Result<(), Error> {
        let mut screen = self.results.screen()?;
        let session = &mut *self.session.borrow_mut();
        let added = self
            .runtime
            .block_on(add_tables(&self.args, session, &mut screen));
        screen.end(added)
    }

    /// Asks until somebody leaves.
    fn ask(&mut self) -> Result<(), Error> {
        let init = self.args.running.init.iter().cloned().map(SqlSource::File);
        let init: Vec<_> = init.collect();
        if !init.is_empty() {
            self.run_statements(&statements(&texts(&init)?)?)?;
        }
        if self.args.running.read_only {
            self.session.borrow_mut().only_read();
        }
        if !self.args.quiet {
            let version = env!("CARGO_PKG_VERSION");
            println!(
                "kpi-sql {version}: SQL ends with ;  \\? lists commands, \\kpis the KPIs, \\q leaves"
            );
        }
        let config_tables = self.config_tables.iter().map(|table| table.name.clone());
        let known = Known::new(&self.session, &self.runtime, config_tables.collect());
        let mut lines = PromptLines::new(known);
        loop {
            match lines.next(&self.stop) {
                Typed::Entry(text) => {
                    if let Left::Yes = self.run_entry(&text) {
                        break;
                    }
                }
                Typed::Nothing => {}
                Typed::End => break,
            }
        }
        self.leave()
    }

    fn leave(&mut self) -> Result<(), Error> {
        self.results.end_file()?;
        let checked = self.session.borrow().check_file_options();
        if let Err(e) = checked {
            screen::note(&e.to_string());
        }
        Ok(())
    }

    /// Runs what was typed, up to what goes wrong.
    fn run_entry(&mut self, text: &str) -> Left {
        for piece in entry::pieces(text) {
            let done = match piece {
                EntryPart::Sql(sql) => self.run_sql("", &sql).map(|()| Left::No),
                EntryPart::Command(line) => command::read(&line).and_then(|c| self.run_command(c)),
            };
            match done {
                Ok(Left::No) => {}
                Ok(Left::Yes) => return Left::Yes,
                Err(e) => {
                    let message = e.message();
                    if !message.is_empty() {
                        screen::say(&message);
                    }
                    break;
                }
            }
        }
        Left::No
    }

    /// Runs the statements of a text, which is called so in messages.
    fn run_sql(&mut self, name: &str, text: &str) -> Result<(), Error> {
        self.run_statements(&session::parse(name, text)?)
    }

    fn run_statements(&mut self, all: &[Statement]) -> Result<(), Error> {
        let wanted: BTreeSet<String> = all.iter().flat_map(Statement::parameters).collect();
        // At a prompt a value may wait for a statement to come.
        let given = self.parameters.iter();
        let given = given.filter(|given| wanted.contains(&given.name));
        let given: Vec<Parameter> = given.cloned().collect();
        self.session.borrow().check_parameters(all, &given)?;
        for (i, statement) in all.iter().enumerate() {
            let begun = Instant::now();
            let result = self.run_statement(statement, &given);
            if self.args.running.timing {
                screen::say(&format!("time: {}", timing::seconds(begun.elapsed())));
            }
            if let Err(e) = result {
                // Of a text that ends with it nobody asks.
                let left = all.len() - i - 1;
                if left > 0 {
                    screen::say(&e.message());
                    let note = match left {
                        1 => "the statement after it has not run".to_string(),
                        _ => format!("the {left} statements after it have not run"),
                    };
                    screen::note(&note);
                    return Err(Error::Found);
                }
                return Err(e);
            }
        }
        Ok(())
    }

    fn run_statement(&mut self, statement: &Statement, given: &[Parameter]) -> Result<(), Error> {
        let mut place = self.results.next()?;
        let output = place.destination();
        let before = output.n_results();
        self.stop.waits_for(output.pager());
        self.stop
            .with_reader(statement.is_a_query() && output.has_a_reader());
        self.stop.says_of_too_long(
            statement.placed("the statement had not finished when the time limit was reached"),
        );
        let (args, stop) = (&self.args, &self.stop);
        let config_tables = &mut self.config_tables;
        let session = &mut *self.session.borrow_mut();
        let during = stop.during_statement();
        let result = self.runtime.block_on(async {
            let run = async {
                let wanted = WantedTables::Of(std::slice::from_ref(statement), None, &[]);
                add_config_tables(config_tables, wanted, args, session, output).await?;
                run_one(args, session, (statement, given), output).await
            };
            tokio::select! {
                () = stop.asked() => Err(Error::Cancelled),
                why = too_long(stop, args.running.timeout) => Err(why),
                result = run => result,
            }
        });
        drop(during);
        stop.with_reader(false);
        if matches!(result, Err(Error::Cancelled | Error::TimedOut(_))) {
            // What was met on the way is for those who get an answer.
            session.take_notes();
        }
        match place {
            OnePlace::Screen(screen) => screen.end(result),
            OnePlace::File(_) => self.results.ended(before, result),
        }
    }

    fn run_command(&mut self, command: PromptCommand) -> Result<Left, Error> {
        match command {
            PromptCommand::Tables => self.run_statements(&session::parse("\\d", TABLES)?)?,
            PromptCommand::Table(name) => self.describe(&name)?,
            PromptCommand::Kpis(word) => show(&tasks::kpis(word.as_deref(), &CALLED)?)?,
            PromptCommand::Kpi(name) => {
                let page = tasks::describe(&name, self.session.borrow().context(), &CALLED)?;
                show(&page)?;
            }
            PromptCommand::Timing => {
                let timing = &mut self.args.running.timing;
                *timing = !*timing;
                println!("timing is {}", if *timing { "on" } else { "off" });
            }
            PromptCommand::Format(None) => println!(
                "results are shown as {}; there are {}",
                format_name(self.results.format()),
                names_of_formats().join(", ")
            ),
            PromptCommand::Format(Some(format)) => self.results.set_format(format),
            PromptCommand::Output(None) => self.end_file()?,
            PromptCommand::Output(Some(file)) => self.begin_file(&file)?,
            PromptCommand::Input(file) => {
                self.run_statements(&statements(&texts(&[SqlSource::File(file)])?)?)?;
            }
            PromptCommand::Param(None) if self.parameters.is_empty() => {
                println!("no parameter has a value; \\param month=2026-08 gives $month one");
            }
            PromptCommand::Param(None) => {
                self.parameters.iter().for_each(|one| println!("{one}"));
            }
            PromptCommand::Param(Some(parameter)) => {
                self.parameters.retain(|known| known.name != parameter.name);
                self.parameters.push(parameter);
            }
            PromptCommand::Help => show(&help())?,
            PromptCommand::Quit => return Ok(Left::Yes),
        }
        Ok(Left::No)
    }

    fn begin_file(&mut self, file: &Path) -> Result<(), Error> {
        self.end_file()?;
        self.results.begin_file(file)
    }

    fn end_file(&mut self) -> Result<(), Error> {
        let file = self.results.file().map(PathBuf::from);
        self.results.end_file()?;
        if let Some(file) = file {
            note(
                &self.args,
                &mut self.results.screen()?,
                &format!("the results are in {}", file.display()),
            );
        }
        Ok(())
    }

    /// Shows what a table is.
    fn describe(&mut self, name: &str) -> Result<(), Error> {
        let mut screen = self.results.screen()?;
        let (args, stop) = (&self.args, &self.stop);
        let config_tables = &mut self.config_tables;
        let session = &mut *self.session.borrow_mut();
        let during = stop.during_statement();
        let described = self.runtime.block_on(async {
            let run = async {
                let wanted = WantedTables::Named(name);
                add_config_tables(config_tables, wanted, args, session, &mut screen).await?;
                Ok(describe(session, name).await?)
            };
            tokio::select! {
                () = stop.asked() => Err(Error::Cancelled),
                why = too_long(stop, args.running.timeout) => Err(why),
                described = run => described,
            }
        });
        drop(during);
        let described = described?;
        let notes = described.notes().iter();
        notes.for_each(|text| note(args, &mut screen, text));
        show(&described.text())
    }
}

/// Whether somebody has left.
enum Left {
    Yes,
    No,
}

fn show(text: &str) -> Result<(), Error> {
    screen::show(text).map_err(|e| match e.kind() {
        std::io::ErrorKind::BrokenPipe => Error::ReaderGone,
        _ => Error::Failed(e.to_string()),
    })
}
