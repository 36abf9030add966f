//! Runs the statements of a call one after the other.

use std::collections::VecDeque;
use std::fs;
use std::path::{Path, PathBuf};

use datafusion::arrow::array::{Array, UInt64Array};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::error::DataFusionError;
use datafusion::execution::SendableRecordBatchStream;
use futures::StreamExt;
use tokio::sync::oneshot;

use super::alarm::{Alarms, RunSummary, WatchedResult};
use super::args::{Args, SqlSource};
use super::destination::Destination;
use super::dispatch::dispatch;
use super::error::Error;
use super::over_data::{self, RunOverData};
use super::parameters::parameters;
use super::screen;
use super::statements::statements;
use super::stop::{self, Stop};
use super::tasks::Task;
use crate::session::output::{About, write_whole};
use crate::session::{self, Answer, Parameter, Session, Statement, What};
use crate::tables::is_address;

/// DataFusion walks over statements and plans with recursion: `a OR b OR c ...` of a few thousand parts, which
/// programs write, is thousands of calls deep. Stacks this large cost nothing until they are used.
const MAIN_STACK_BYTES: usize = 512 << 20;
const WORKER_STACK_BYTES: usize = 64 << 20;

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
    let result = stop::wait(&stop, args.running.timeout, || {
        let (sender, done) = oneshot::channel();
        let (args, stop, summary) = (args.clone(), stop.clone(), summary.clone());
        std::thread::Builder::new()
            .stack_size(MAIN_STACK_BYTES)
            .spawn(move || {
                // Dropped by a panic, which is told as such.
                let result = run_here(&args, &stop, &summary);
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

fn no_threads(e: std::io::Error) -> Error {
    Error::Failed(format!("the threads could not be started: {e}"))
}

fn run_here(args: &Args, stop: &Stop, summary: &RunSummary) -> Result<(), Error> {
    let mut output = Destination::new(args)?;
    rejects_beside_results(args)?;
    junit_beside_results(args)?;
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
    let mut alarms = Alarms::new(&args.alarms, &all)?;
    let statements = Statements { all, n_init };
    let parameters = parameters(&args.running)?;
    let mut session = Session::new(&args.settings())?;
    output.reach(&session);
    let folders = session.folders();
    stop.leaves(folders.clone(), [output.unfinished(), session.unfinished()]);
    stop.waits_for(output.pager());
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    if let Some(threads) = args.threads {
        runtime.worker_threads(usize::from(threads));
    }
    let runtime = runtime
        .thread_stack_size(WORKER_STACK_BYTES)
        .enable_all()
        .build()
        .map_err(no_threads)?;
    let result = runtime.block_on(async {
        tokio::select! {
            () = stop.asked() => Err(Error::Cancelled),
            result = run_all(args, stop, &mut session, (&statements, &parameters), (&mut alarms, &mut output)) => result,
        }
    });
    // A thread that is in the middle of something is not waited for.
    runtime.shutdown_background();
    folders.remove();
    let result = result.and_then(|()| Ok(session.check_rejects()?));
    let unfinished = output.unfinished();
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

/// Refuses one file for the results and for the damaged lines: the second of them would take the place of the first.
fn rejects_beside_results(args: &Args) -> Result<(), Error> {
    let settings = args.settings();
    let rejects = match settings.rejects {
        Some(rejects) => rejects,
        None if settings.files.lenient => PathBuf::from(session::USUAL_REJECTS),
        None => return Ok(()),
    };
    let Some(output) = &args.output else {
        return Ok(());
    };
    // Devices take both.
    let is_device = output.exists() && !output.is_file();
    if is_device || identity(output) != identity(&rejects) {
        return Ok(());
    }
    Err(Error::Usage(format!(
        "-o {} is also the file of the damaged lines, and one would take the place of the other; name another, --rejects \
         damaged.csv",
        output.display()
    )))
}

/// A file under its own name, whatever leads to its folder.
fn identity(file: &Path) -> PathBuf {
    if let Ok(file) = fs::canonicalize(file) {
        return file;
    }
    let folder = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let folder = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_path_buf());
    folder.join(file.file_name().unwrap_or_default())
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
    (alarms, output): (&mut Alarms, &mut Destination),
) -> Result<(), Error> {
    let with_conditions: Vec<Statement> = all.iter().chain(alarms.statements()).cloned().collect();
    let checked = session.check_parameters(&with_conditions, parameters);
    checked.map_err(|e| Error::Usage(e.to_string()))?;
    if let Some(data) = args
        .data
        .as_ref()
        .filter(|d| !is_address(&d.to_string_lossy()) && !d.is_dir())
    {
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
    let (init, asked) = all.split_at(*n_init);
    let tables = add_config_tables(args, session, (all, asked), output).await?;
    if let Some(Task::OverData(task)) = &args.task {
        for statement in init {
            says_of_too_long(stop, statement);
            run_without_rows(args, session, (statement, parameters), output).await?;
        }
        let run = RunOverData {
            tables: &tables,
            statements: asked,
            parameters,
            only_reads: args.running.read_only,
            says_of_too_long: &|words| stop.says_of_too_long(words),
        };
        over_data::run(task, session, &run, |text| {
            note(args, output, text.to_string());
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
        run_one(args, statement, one, (alarms, output)).await?;
    }
    stop.with_reader(false);
    Ok(session.check_file_options()?)
}

fn says_of_too_long(stop: &Stop, statement: &Statement) {
    stop.says_of_too_long(over_data::too_long(statement));
}

/// Opens the tables of settings that a statement or a task names; a file may have many, and to open one is to look into
/// its files. For a list of tables it opens all that can be. Gives the names of all tables that were named for the run.
async fn add_config_tables(
    args: &Args,
    session: &mut Session,
    (statements, asked): (&[Statement], &[Statement]),
    output: &mut Destination,
) -> Result<Vec<String>, Error> {
    let are_listed = statements.iter().any(Statement::may_list_tables);
    let mut names: Vec<String> = args.table.iter().map(|(name, _)| name.clone()).collect();
    for table in &args.config_tables {
        if args.table.iter().any(|(name, _)| *name == table.name) {
            continue;
        }
        names.push(table.name.clone());
        let is_of_task = match &args.task {
            Some(Task::OverData(task)) => task.is_about(&table.name, !asked.is_empty()),
            _ => false,
        };
        let is_named = is_of_task || statements.iter().any(|one| one.may_name(&table.name));
        if !(is_named || are_listed) {
            continue;
        }
        let options = table.options.clone();
        let added = session
            .add_table_with(&table.name, &table.path, options)
            .await;
        let added = added.map_err(|e| e.with(|message| format!("{}: {message}", table.place)));
        match is_named {
            true => {
                say_notes(args, session, output);
                added?;
            }
            // Nobody reads it, and what cannot be opened is not on the list.
            false => drop(session.take_notes()),
        }
    }
    Ok(names)
}

/// Does what a statement does, as [`run_one`] does; of a query no row is read, for none is a part of a report.
async fn run_without_rows(
    args: &Args,
    session: &mut Session,
    (statement, parameters): (&Statement, &[Parameter]),
    output: &mut Destination,
) -> Result<(), Error> {
    let answer = session.begin(statement, parameters).await;
    say_notes(args, session, output);
    let answer = answer?;
    match answer.what {
        What::Rows => Ok(()),
        What::Written | What::Nothing => {
            let written = run_without_result(args, (statement, &answer), output).await;
            say_what_was_met(args, &answer, output);
            written
        }
    }
}

/// A statement that has begun, and what is judged of its result if it has one.
type Begun = (Answer, Option<WatchedResult>);

/// How many statements from this one on can be begun before the first of them is run: queries, which change nothing, so that alarms know all of
/// their columns before anything is written.
fn queries_from(all: &[Statement], from: usize, n_init: usize) -> usize {
    // What is read only is so from there on.
    let end = if from < n_init { n_init } else { all.len() };
    let queries = all[from..end].iter().take_while(|one| one.is_a_query());
    queries.count().max(1)
}

async fn begin(
    args: &Args,
    session: &mut Session,
    (statement, parameters): (&Statement, &[Parameter]),
    (alarms, output): (&mut Alarms, &mut Destination),
) -> Result<Begun, Error> {
    let answer = session.begin(statement, parameters).await;
    say_notes(args, session, output);
    let answer = answer?;
    let watch = match answer.what {
        What::Rows => Some(alarms.meet(session, &answer, parameters).await?),
        What::Written | What::Nothing => None,
    };
    Ok((answer, watch))
}

async fn run_one(
    args: &Args,
    statement: &Statement,
    (answer, watch): Begun,
    (alarms, output): (&mut Alarms, &mut Destination),
) -> Result<(), Error> {
    let written = match watch {
        Some(watch) => write(args, (statement, &answer), (&watch, alarms), output).await,
        None => run_without_result(args, (statement, &answer), output).await,
    };
    say_what_was_met(args, &answer, output);
    written
}

/// Says what was met in the rows.
fn say_what_was_met(args: &Args, answer: &Answer, output: &mut Destination) {
    let notes = answer.take_notes().into_iter();
    notes.for_each(|text| note(args, output, text));
}

/// Does what has no result.
async fn run_without_result(
    args: &Args,
    (statement, answer): (&Statement, &Answer),
    output: &mut Destination,
) -> Result<(), Error> {
    let failed = |e: DataFusionError| Error::from(answer.error(&e));
    let stream = answer.frame.clone().execute_stream().await;
    let mut stream = stream.map_err(failed)?;
    if answer.what == What::Written {
        let said = say_what_was_written(args, statement, stream, output).await;
        return said.map_err(failed);
    }
    while let Some(batch) = stream.next().await {
        batch.map_err(failed)?;
    }
    Ok(())
}

/// Has the rows of an answer written, and judged.
async fn write(
    args: &Args,
    (statement, answer): (&Statement, &Answer),
    (watch, alarms): (&WatchedResult, &mut Alarms),
    output: &mut Destination,
) -> Result<(), Error> {
    let failed = |e: DataFusionError| Error::from(answer.error(&e));
    let stream = watch.frame.clone().execute_stream().await;
    let mut stream = stream.map_err(failed)?;
    let schema = watch.own_columns(&stream.schema());
    let in_statement = |e: session::Error| Error::from(e.with(|message| statement.placed(message)));
    // The first batch decides whether there is a result: a query that fails at once has no header either.
    let mut next = stream.next().await.transpose().map_err(failed)?;
    let about = About {
        name: statement.names().first().cloned(),
        units: if args.raw { vec![] } else { answer.units() },
    };
    let begun = output.begin(statement, &schema, about);
    let mut result = begun.map_err(in_statement)?;
    while let Some(batch) = next {
        let batch = alarms.judge(watch, batch)?;
        result.write(&batch).map_err(in_statement)?;
        next = match stream.next().await.transpose() {
            Ok(next) => next,
            Err(e) => {
                drop(result);
                return Err(cut_off(answer.error(&e), output));
            }
        };
    }
    result.finish().map_err(in_statement)?;
    output.finished().map_err(in_statement)
}

/// The error that ends a result of which rows are out.
fn cut_off(e: session::Error, output: &Destination) -> Error {
    Error::from(e.with(|message| match output.has_rows_out() {
        true => format!("{message}\n  the rows that were printed before are not the whole result"),
        false => message.to_string(),
    }))
}

/// COPY, INSERT, UPDATE and DELETE answer with a number of rows, which is not a result anyone asked for.
async fn say_what_was_written(
    args: &Args,
    statement: &Statement,
    mut stream: SendableRecordBatchStream,
    output: &mut Destination,
) -> Result<(), DataFusionError> {
    let count = |batch: &RecordBatch| -> u64 {
        let first = batch
            .columns()
            .first()
            .and_then(|c| c.as_any().downcast_ref::<UInt64Array>());
        first.map_or(0, |c| c.iter().flatten().sum())
    };
    let mut rows = 0;
    while let Some(batch) = stream.next().await {
        rows += count(&batch?);
    }
    let n_rows = match rows {
        1 => "1 row".to_string(),
        _ => format!("{rows} rows"),
    };
    let said = match statement.target() {
        Some(target) => format!("{n_rows} written to {target}"),
        None => format!("{n_rows} {}", statement.done()),
    };
    note(args, output, said);
    Ok(())
}

fn say_notes(args: &Args, session: &mut Session, output: &mut Destination) {
    let notes = session.take_notes().into_iter();
    notes.for_each(|text| note(args, output, text));
}

/// Says something on standard error that is no error.
fn note(args: &Args, output: &mut Destination, text: String) {
    if !args.quiet {
        output.note(text);
    }
}
