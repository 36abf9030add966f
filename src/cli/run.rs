//! Runs the statements of a call one after the other.

use std::fs;
use std::path::{Path, PathBuf};

use datafusion::arrow::array::{Array, UInt64Array};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::error::DataFusionError;
use datafusion::execution::SendableRecordBatchStream;
use futures::StreamExt;
use tokio::sync::oneshot;

use super::args::{Args, SqlSource};
use super::destination::Destination;
use super::dispatch::dispatch;
use super::error::Error;
use super::over_data::{self, DataTask};
use super::parameters::parameters;
use super::sql_text::SqlText;
use super::statements::{statements, texts};
use super::stop::{self, Stop};
use super::tasks::Task;
use crate::session::output::About;
use crate::session::{self, Answer, Parameter, Session, Statement, What};

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
    stop::wait(&stop, args.running.timeout, || {
        let (sender, done) = oneshot::channel();
        let (args, stop) = (args.clone(), stop.clone());
        std::thread::Builder::new()
            .stack_size(MAIN_STACK_BYTES)
            .spawn(move || {
                // Dropped by a panic, which is told as such.
                let result = run_here(&args, &stop);
                let _ = sender.send(result);
            })
            .map_err(no_threads)?;
        Ok(done)
    })
}

fn no_threads(e: std::io::Error) -> Error {
    Error::Failed(format!("the threads could not be started: {e}"))
}

fn run_here(args: &Args, stop: &Stop) -> Result<(), Error> {
    let mut output = Destination::new(args)?;
    rejects_beside_results(args)?;
    let init = args.running.init.iter().cloned().map(SqlSource::File);
    let init: Vec<_> = init.collect();
    let mut all = match init.is_empty() {
        true => vec![],
        false => statements(&texts(&init)?)?,
    };
    let n_init = all.len();
    // Of a check, standard input is no query.
    let texts = match args.task.is_none() || !args.sources.is_empty() {
        true => texts(&args.sources)?,
        false => vec![],
    };
    all.extend(statements(&texts)?);
    output.check(&all)?;
    let statements = Statements { all, n_init, texts };
    let parameters = parameters(&args.running)?;
    let mut session = Session::new(&args.settings())?;
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
            result = run_all(args, stop, &mut session, (&statements, &parameters), &mut output) => result,
        }
    });
    // A thread that is in the middle of something is not waited for.
    runtime.shutdown_background();
    folders.remove();
    let result = result.and_then(|()| Ok(session.check_rejects()?));
    output.end(result)
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
    /// The texts that the others are of.
    texts: Vec<SqlText>,
}

async fn run_all(
    args: &Args,
    stop: &Stop,
    session: &mut Session,
    (Statements { all, n_init, texts }, parameters): (&Statements, &[Parameter]),
    output: &mut Destination,
) -> Result<(), Error> {
    let checked = session.check_parameters(all, parameters);
    checked.map_err(|e| Error::Usage(e.to_string()))?;
    if let Some(data) = args.data.as_ref().filter(|d| !d.is_dir()) {
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
    add_config_tables(args, session, all, output).await?;
    if let Some(Task::OverData(task)) = &args.task {
        let (init, asked) = all.split_at(*n_init);
        for statement in init {
            // What it creates and sets is there when it has begun; its rows are no part of a report.
            let begun = session.begin(statement, parameters).await;
            say_notes(args, session, output);
            begun?;
        }
        // What a check is asked for it only plans.
        if args.running.read_only && matches!(task, DataTask::Report(_)) {
            session.only_read();
        }
        stop.says_of_too_long("the work had not ended when the time was over".to_string());
        let asked = (texts.as_slice(), asked, parameters);
        over_data::run(task, &args.table, session, asked, |text| {
            note(args, output, text.to_string());
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
        run_one(args, session, (statement, parameters), output).await?;
    }
    stop.with_reader(false);
    Ok(session.check_file_options()?)
}

/// Opens the tables of settings that a statement names; a file may have many, and to open one is to look into its files.
/// For a list of tables it opens all that can be.
async fn add_config_tables(
    args: &Args,
    session: &mut Session,
    statements: &[Statement],
    output: &mut Destination,
) -> Result<(), Error> {
    let are_listed = statements.iter().any(Statement::may_list_tables);
    for table in &args.config_tables {
        let is_typed = args.table.iter().any(|(name, _)| *name == table.name);
        let is_named = statements.iter().any(|one| one.may_name(&table.name));
        if is_typed || !(is_named || are_listed) {
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
    Ok(())
}

async fn run_one(
    args: &Args,
    session: &mut Session,
    (statement, parameters): (&Statement, &[Parameter]),
    output: &mut Destination,
) -> Result<(), Error> {
    let answer = session.begin(statement, parameters).await;
    say_notes(args, session, output);
    let answer = answer?;
    let written = write(args, statement, &answer, output).await;
    let notes = answer.take_notes();
    let notes = notes.into_iter();
    notes.for_each(|text| note(args, output, text));
    written
}

/// Has the rows of an answer written.
async fn write(
    args: &Args,
    statement: &Statement,
    answer: &Answer,
    output: &mut Destination,
) -> Result<(), Error> {
    let failed = |e: DataFusionError| Error::from(answer.error(&e));
    let mut stream = answer
        .frame
        .clone()
        .execute_stream()
        .await
        .map_err(failed)?;
    match answer.what {
        What::Rows => {}
        What::Written => {
            return say_what_was_written(args, statement, stream, output)
                .await
                .map_err(failed);
        }
        What::Nothing => {
            while let Some(batch) = stream.next().await {
                batch.map_err(failed)?;
            }
            return Ok(());
        }
    }

    let schema = stream.schema();
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
    let said = match statement.target() {
        Some(target) => format!("{rows} rows written to {target}"),
        None => format!("{rows} rows {}", statement.done()),
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
