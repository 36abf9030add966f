//! Runs the statements of a call one after the other.

use std::collections::VecDeque;
use std::time::Instant;

use tokio::sync::oneshot;

use super::alarm::{Alarms, RunSummary};
use super::args::{Args, SqlSource};
use super::destination::Destination;
use super::dispatch::dispatch;
use super::error::Error;
use super::given_tables::{WantedTables, add_config_tables, add_tables, config_tables};
use super::one_statement::{Begun, begin, finish, note, run_without_rows};
use super::over_data::{self, DataTask, RunOverData};
use super::parameters::parameters;
use super::prompt;
use super::rejects_file::{identity, rejects_beside_results};
use super::screen;
use super::sql_text::SqlText;
use super::started::{no_threads, start};
use super::statements::{statements, texts};
use super::stop::{self, Stop};
use super::tasks::Task;
use super::timing;
use crate::session::output::{Unfinished, write_whole};
use crate::session::{Parameter, Session, Statement};

/// That of the thread that plans, which walks over statements with recursion.
const MAIN_STACK_BYTES: usize = 512 << 20;

/// Runs what the arguments ask for; results are written when it returns `Ok`. When it returns because a signal came,
/// threads may still be at work, with nothing to do it for: the process is to end.
///
/// # Errors
/// Whatever has to be said, with the exit code for it.
pub fn run(args: &Args) -> Result<(), Error> {
    if let Some(done) = dispatch(args) {
        return done;
    }
    let stop = Stop::default();
    let summary = RunSummary::default();
    let has_prompt = prompt::is_wanted(args);
    // At a prompt it is a statement that may take too long.
    let timeout = args.running.timeout.filter(|_| !has_prompt);
    let result = stop::wait(&stop, timeout, || {
        let (sender, done) = oneshot::channel();
        let (args, stop, summary) = (args.clone(), stop.clone(), summary.clone());
        std::thread::Builder::new()
            .stack_size(MAIN_STACK_BYTES)
            .spawn(move || {
                // Dropped by a panic, which is told as such.
                let result = match has_prompt {
                    true => prompt::run(&args, &stop),
                    false => run_here(&args, &stop, &summary),
                };
                let _ = sender.send(result);
            })
            .map_err(no_threads)?;
        Ok(done)
    });
    let result = match result {
        // Rows that nobody reads may still be a reason to call somebody.
        Err(Error::ReaderGone) if args.alarms.are_wanted() => Err(Error::Failed(
            "the reader of the results went away before all rows were judged; write them to a file, -o FILE"
                .to_string(),
        )),
        other => other,
    };
    if args.alarms.summary {
        let printed = summary.print(&result);
        return result.and(printed);
    }
    result
}

fn run_here(args: &Args, stop: &Stop, summary: &RunSummary) -> Result<(), Error> {
    let unfinished = Unfinished::default();
    let mut output = Destination::new(args, &unfinished)?;
    rejects_beside_results(args)?;
    junit_beside_results(args)?;
    let init = args.running.init.iter().cloned().map(SqlSource::File);
    let init: Vec<_> = init.collect();
    let mut all = match init.is_empty() {
        true => vec![],
        false => statements(&texts(&init)?)?,
    };
    let n_init = all.len();
    let is_report = matches!(args.task, Some(Task::OverData(DataTask::Report(_))));
    let is_given = !args.sources.is_empty();
    // Of a check, standard input is no query.
    let mut texts = match args.task.is_none() || is_report || is_given {
        true => texts(&args.sources)?,
        false => vec![],
    };
    if is_report && !is_given {
        // It says itself what it is made of.
        texts.retain(|input| !input.text.is_empty());
    }
    all.extend(statements(&texts)?);
    output.check(&all)?;
    let mut alarms = Alarms::new(&args.alarms, &all)?;
    let statements = Statements { all, n_init, texts };
    let parameters = parameters(&args.running)?;
    let (mut session, threads) = start(args, &args.settings(), stop, unfinished.clone())?;
    output.reach(&session);
    stop.waits_for(output.pager());
    let result = threads.handle().block_on(async {
        tokio::select! {
            () = stop.asked() => Err(Error::Cancelled),
            result = run_all(args, stop, &mut session, (&statements, &parameters), (&mut alarms, &mut output)) => result,
        }
    });
    threads.end();
    let result = result.and_then(|()| Ok(session.check_rejects()?));
    output.end(result)?;
    let ended = alarms.end()?;
    if !args.quiet {
        ended.notes.iter().for_each(|text| screen::note(text));
    }
    ended.alarms.iter().for_each(|text| screen::alarm(text));
    summary.fill(ended.summary);
    if let Some(file) = &args.alarms.junit {
        write_whole(file, &ended.junit, unfinished)?;
    }
    match ended.alarms.is_empty() {
        true => Ok(()),
        false => Err(Error::Alarm),
    }
}

/// Refuses one file for the results and for the alarms.
fn junit_beside_results(args: &Args) -> Result<(), Error> {
    match (&args.output, &args.alarms.junit) {
        (Some(output), Some(junit)) if identity(output) == identity(junit) => {
            Err(Error::Usage(format!(
                "-o and --junit are both {}, and one would take the place of the other; name another, --junit alarms.xml",
                output.display()
            )))
        }
        _ => Ok(()),
    }
}

/// The statements of a run, of which the first few were given with `--init`.
struct Statements {
    all: Vec<Statement>,
    n_init: usize,
    /// The texts that the others are of.
    texts: Vec<SqlText>,
}

async fn run_all(
    args: &Args,
    stop: &Stop,
    session: &mut Session,
    (Statements { all, n_init, texts }, parameters): (&Statements, &[Parameter]),
    (alarms, output): (&mut Alarms, &mut Destination),
) -> Result<(), Error> {
    let with_conditions: Vec<Statement> = all.iter().chain(alarms.statements()).cloned().collect();
    let checked = session.check_parameters(&with_conditions, parameters);
    checked.map_err(|e| Error::Usage(e.to_string()))?;
    add_tables(args, session, output).await?;
    let (init, asked) = all.split_at(*n_init);
    let task = match &args.task {
        Some(Task::OverData(task)) => Some(task),
        _ => None,
    };
    let wanted = WantedTables::Of(all, task, asked);
    add_config_tables(&mut config_tables(args), wanted, args, session, output).await?;
    if let Some(task) = task {
        for statement in init {
            says_of_too_long(stop, statement);
            run_without_rows(args, session, (statement, parameters), output).await?;
        }
        let run = RunOverData {
            tables: &names_of_tables(args),
            statements: asked,
            texts,
            parameters,
            only_reads: args.running.read_only,
            says_of_too_long: &|words| stop.says_of_too_long(words),
        };
        over_data::run(task, session, &run, |text| {
            note(args, output, text);
        })
        .await?;
        return Ok(session.check_file_options()?);
    }
    session.check_tables_of_options(all)?;
    let mut begun: VecDeque<Begun> = VecDeque::new();
    for (i, statement) in all.iter().enumerate() {
        if args.running.read_only && i == *n_init {
            session.only_read();
        }
        // Somebody who writes a file by COPY need not read anything.
        stop.with_reader(statement.is_a_query() && output.has_a_reader());
        says_of_too_long(stop, statement);
        let started = Instant::now();
        if begun.is_empty() {
            let several = match alarms.are_wanted() {
                true => queries_from(all, i, *n_init),
                false => 1,
            };
            let (now, later) = all[i..].split_at(several);
            for statement in now {
                let one = begin(args, session, (statement, parameters), (alarms, output)).await?;
                begun.push_back(one);
            }
            if !later.iter().any(Statement::has_result) {
                alarms.check_places()?;
            }
        }
        let one = begun.pop_front().expect("each statement is begun");
        let result = finish(args, statement, one, (alarms, output)).await;
        if args.running.timing {
            let took = timing::seconds(started.elapsed());
            output.say(format!("time: {}: {took}", statement.place()));
        }
        result?;
    }
    stop.with_reader(false);
    Ok(session.check_file_options()?)
}

fn says_of_too_long(stop: &Stop, statement: &Statement) {
    stop.says_of_too_long(over_data::too_long(statement));
}

/// The names of all tables that were named for the run.
fn names_of_tables(args: &Args) -> Vec<String> {
    let of_arguments = args.table.iter().map(|(name, _)| name.clone());
    let of_settings = config_tables(args).into_iter().map(|table| table.name);
    of_arguments.chain(of_settings).collect()
}

/// How many statements from this one on can be begun before the first of them is run: queries, which change nothing, so that alarms know all of
/// their columns before anything is written.
fn queries_from(all: &[Statement], from: usize, n_init: usize) -> usize {
    // What is read only is so from there on.
    let end = if from < n_init { n_init } else { all.len() };
    let queries = all[from..end].iter().take_while(|one| one.is_a_query());
    queries.count().max(1)
}
