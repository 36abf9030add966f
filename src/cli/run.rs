//! Runs the statements of a call one after the other.

use std::io::{IsTerminal, Write};

use datafusion::arrow::array::{Array, UInt64Array};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::error::DataFusionError;
use datafusion::execution::SendableRecordBatchStream;
use futures::StreamExt;
use tokio::sync::oneshot;

use super::args::Args;
use super::ending;
use super::error::Error;
use super::statements::statements;
use super::stop::{self, Stop};
use crate::session::output::{Format, Output, Place, Shown};
use crate::session::{self, Answer, Session, Statement, What};

/// How many rows a table on a terminal has at most, if nobody says it.
const ON_A_TERMINAL: u64 = 1_000;

/// What a table says that does not show all rows.
const ALL_ROWS: &str = "--max-rows 0 or -o FILE shows all";

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
    let stop = Stop::default();
    stop::wait(&stop, || {
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
    let mut output = output(args)?;
    let statements = statements(&args.sources)?;
    let mut session = Session::new(&args.settings())?;
    let folders = session.folders();
    stop.leaves(folders.clone(), [output.unfinished(), session.unfinished()]);
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
            result = run_all(args, stop, &mut session, &statements, &mut output) => result,
        }
    });
    // A thread that is in the middle of something is not waited for.
    runtime.shutdown_background();
    folders.remove();
    result?;
    session.check_rejects()?;
    Ok(output.close()?)
}

/// Where results go and how, which is settled before anything runs.
fn output(args: &Args) -> Result<Output, Error> {
    let format = match (args.format, &args.output) {
        (Some(format), _) => format,
        (None, Some(file)) => ending::format(file)?,
        (None, None) => Format::Table,
    };
    let is_for_people = matches!(format, Format::Table | Format::Markdown);
    if args.max_rows.is_some() && (args.output.is_some() || !is_for_people) {
        return Err(Error::Usage(
            "--max-rows is for tables on the screen, and this result is written whole; \
             for fewer rows write LIMIT N at the end of the query"
                .to_string(),
        ));
    }
    if args.bom && !matches!(format, Format::Csv | Format::Tsv) {
        return Err(Error::Usage(
            "--bom is for csv and tsv: add --format csv, or -o FILE.csv".to_string(),
        ));
    }
    let usual = std::io::stdout().is_terminal().then_some(ON_A_TERMINAL);
    let shown = match args.max_rows.or(usual).filter(|rows| *rows > 0) {
        Some(rows) if args.output.is_none() => Shown::at_most(rows, ALL_ROWS),
        _ => Shown::ALL,
    };
    let place = match &args.output {
        Some(file) => Place::File(file.clone()),
        None if format == Format::Parquet => {
            return Err(Error::Usage(
                "--format parquet writes a file: add -o FILE.parquet".to_string(),
            ));
        }
        None => Place::Stdout,
    };
    let output = Output::new(format, place).showing(shown);
    Ok(match args.bom {
        true => output.with_byte_order_mark(),
        false => output,
    })
}

async fn run_all(
    args: &Args,
    stop: &Stop,
    session: &mut Session,
    statements: &[Statement],
    output: &mut Output,
) -> Result<(), Error> {
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
        say_notes(args, session);
        added.map_err(|e| e.with(|message| format!("--table {name}={path}: {message}")))?;
    }
    session.check_tables_of_options(statements)?;
    for statement in statements {
        // Somebody who writes a file by COPY need not read anything.
        stop.with_reader(statement.is_a_query() && args.output.is_none());
        run_one(args, session, statement, output).await?;
    }
    stop.with_reader(false);
    Ok(session.check_file_options()?)
}

async fn run_one(
    args: &Args,
    session: &mut Session,
    statement: &Statement,
    output: &mut Output,
) -> Result<(), Error> {
    let answer = session.begin(statement, &[]).await;
    say_notes(args, session);
    let answer = answer?;
    let written = write(args, statement, &answer, output).await;
    let notes = answer.take_notes();
    notes.iter().for_each(|text| note(args, text));
    written
}

/// Has the rows of an answer written.
async fn write(
    args: &Args,
    statement: &Statement,
    answer: &Answer,
    output: &mut Output,
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
            return say_what_was_written(args, statement, stream)
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
    let mut result = output.begin(&schema).map_err(in_statement)?;
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
    result.finish().map_err(in_statement)
}

/// The error that ends a result of which rows are out.
fn cut_off(e: session::Error, output: &Output) -> Error {
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
    match statement.target() {
        Some(target) => note(args, &format!("{rows} rows written to {target}")),
        None => note(args, &format!("{rows} rows {}", statement.done())),
    }
    Ok(())
}

fn say_notes(args: &Args, session: &mut Session) {
    session
        .take_notes()
        .iter()
        .for_each(|text| note(args, text));
}

/// Says something on standard error that is no error.
fn note(args: &Args, text: &str) {
    if !args.quiet {
        // Nobody listening is no reason to stop.
        let _ = writeln!(std::io::stderr(), "note: {text}");
    }
}
