//! Runs the statements of a call one after the other.

use std::time::Instant;

use tokio::sync::oneshot;

use super::args::{Args, SqlSource};
use super::destination::Destination;
use super::dispatch::dispatch;
use super::error::Error;
use super::given_tables::{WantedTables, add_config_tables, add_tables, config_tables};
use super::one_statement::{note, run_one, say_notes};
use super::over_data;
use super::parameters::parameters;
use super::prompt;
use super::rejects_file::rejects_beside_results;
use super::started::{no_threads, start};
use super::statements::statements;
use super::stop::{self, Stop};
use super::tasks::Task;
use super::timing;
use crate::session::output::Unfinished;
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
    let has_prompt = prompt::is_wanted(args);
    // At a prompt it is a statement that may take too long.
    let timeout = args.running.timeout.filter(|_| !has_prompt);
    stop::wait(&stop, timeout, || {
        let (sender, done) = oneshot::channel();
        let (args, stop) = (args.clone(), stop.clone());
        std::thread::Builder::new()
            .stack_size(MAIN_STACK_BYTES)
            .spawn(move || {
                // Dropped by a panic, which is told as such.
                let result = match has_prompt {
                    true => prompt::run(&args, &stop),
                    false => run_here(&args, &stop),
                };
                let _ = sender.send(result);
            })
            .map_err(no_threads)?;
        Ok(done)
    })
}

fn run_here(args: &Args, stop: &Stop) -> Result<(), Error> {
    let unfinished = Unfinished::default();
    let mut output = Destination::new(args, &unfinished)?;
    rejects_beside_results(args)?;
    let init = args.running.init.iter().cloned().map(SqlSource::File);
    let init: Vec<_> = init.collect();
    let mut all = match init.is_empty() {
        true => vec![],
        false => statements(&init)?,
    };
    let n_init = all.len();
    // Of a check, standard input is no query.
    if args.task.is_none() || !args.sources.is_empty() {
        all.extend(statements(&args.sources)?);
    }
    output.check(&all)?;
    let statements = Statements { all, n_init };
    let parameters = parameters(&args.running)?;
    let (mut session, threads) = start(args, &args.settings(), stop, unfinished)?;
    stop.waits_for(output.pager());
    let result = threads.handle().block_on(async {
        tokio::select! {
            () = stop.asked() => Err(Error::Cancelled),
            result = run_all(args, stop, &mut session, (&statements, &parameters), &mut output) => result,
        }
    });
    threads.end();
    let result = result.and_then(|()| Ok(session.check_rejects()?));
    output.end(result)
}

/// The statements of a run, of which the first few were given with `--init`.
struct Statements {
    all: Vec<Statement>,
    n_init: usize,
}

async fn run_all(
    args: &Args,
    stop: &Stop,
    session: &mut Session,
    (Statements { all, n_init }, parameters): (&Statements, &[Parameter]),
    output: &mut Destination,
) -> Result<(), Error> {
    let checked = session.check_parameters(all, parameters);
    checked.map_err(|e| Error::Usage(e.to_string()))?;
    add_tables(args, session, output).await?;
    let wanted = WantedTables::Of(all);
    add_config_tables(&mut config_tables(args), wanted, args, session, output).await?;
    if let Some(Task::OverData(task)) = &args.task {
        let (init, asked) = all.split_at(*n_init);
        for statement in init {
            // What it creates and sets is there when it has begun; its rows are no part of a report.
            let begun = session.begin(statement, parameters).await;
            say_notes(args, session, output);
            begun?;
        }
        let asked = (asked, parameters);
        over_data::run(task, &args.table, session, asked, |text| {
            note(args, output, text);
        })
        .await?;
        return Ok(session.check_file_options()?);
    }
    session.check_tables_of_options(all)?;
    for (i, statement) in all.iter().enumerate() {
        if args.running.read_only && i == *n_init {
            session.only_read();
        }
        // Somebody who writes a file by COPY need not read anything.
        stop.with_reader(statement.is_a_query() && output.has_a_reader());
        stop.says_of_too_long(
            statement.placed("the statement had not ended when the time was over"),
        );
        let started = Instant::now();
        let result = run_one(args, session, (statement, parameters), output).await;
        if args.running.timing {
            let took = timing::seconds(started.elapsed());
            output.say(format!("time: {}: {took}", statement.place()));
        }
        result?;
    }
    stop.with_reader(false);
    Ok(session.check_file_options()?)
}
