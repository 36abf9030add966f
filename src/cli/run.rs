//! Runs the statements of a call one after the other.

use std::io::{IsTerminal, Read, Write};
use std::path::Path;

use datafusion::arrow::array::{Array, UInt64Array};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::error::DataFusionError;
use datafusion::execution::SendableRecordBatchStream;
use futures::StreamExt;

use super::args::{Args, Source};
use super::error::Error;
use crate::session::output::{Format, Output, Place};
use crate::session::{self, Folders, Session, Statement, What};

/// DataFusion walks over statements and plans with recursion: `a OR b OR c ...` of a few thousand parts, which
/// programs write, is thousands of calls deep. Stacks this large cost nothing until they are used.
const MAIN_STACK_BYTES: usize = 512 << 20;
const WORKER_STACK_BYTES: usize = 64 << 20;

/// Runs what the arguments ask for; results are written when it returns `Ok`.
pub fn run(args: &Args) -> Result<(), Error> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .stack_size(MAIN_STACK_BYTES)
            .spawn_scoped(scope, || run_here(args))
            .map_err(no_threads)?;
        thread.join().unwrap_or_else(|_| {
            Err(Error::Failed(
                "this is a mistake in kpi-sql, not in your SQL; please report it with the lines above".to_string(),
            ))
        })
    })
}

fn no_threads(e: std::io::Error) -> Error {
    Error::Failed(format!("the threads could not be started: {e}"))
}

fn run_here(args: &Args) -> Result<(), Error> {
    let mut output = output(args)?;
    let statements = statements(&args.sources)?;
    let mut session = Session::new(&args.settings())?;
    let folders = session.folders();
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    if let Some(threads) = args.threads {
        runtime.worker_threads(usize::from(threads));
    }
    let runtime = runtime
        .thread_stack_size(WORKER_STACK_BYTES)
        .enable_all()
        .build()
        .map_err(no_threads)?;
    let ctrl_c = runtime.spawn(ctrl_c(folders.clone()));
    let result = runtime.block_on(async {
        tokio::select! {
            _ = ctrl_c => Err(Error::Cancelled),
            result = run_all(args, &mut session, &statements, &mut output) => result,
        }
    });
    // A thread that is in the middle of something is not waited for.
    runtime.shutdown_background();
    folders.remove();
    result?;
    Ok(output.close()?)
}

/// Where results go and how, which is settled before anything runs.
fn output(args: &Args) -> Result<Output, Error> {
    let usual = args
        .output
        .as_deref()
        .map_or(Format::Table, Format::of_file);
    let format = args.format.unwrap_or(usual);
    let place = match &args.output {
        Some(file) => Place::File(file.clone()),
        None if format == Format::Parquet => {
            return Err(Error::Usage(
                "--format parquet writes a file: add -o FILE.parquet".to_string(),
            ));
        }
        None => Place::Stdout,
    };
    Ok(Output::new(format, place))
}

/// Waits for Ctrl-C. From then on a second one ends the process at once, whatever it is doing.
///
/// This runs beside the statements, not among them: while a statement is planned nothing else is polled there.
async fn ctrl_c(folders: Folders) {
    if tokio::signal::ctrl_c().await.is_err() {
        // Without signals there is nothing to wait for.
        std::future::pending::<()>().await;
    }
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            folders.remove();
            std::process::exit(i32::from(Error::Cancelled.exit_code()));
        }
    });
}

fn statements(sources: &[Source]) -> Result<Vec<Statement>, Error> {
    if sources.is_empty() {
        let mut stdin = std::io::stdin();
        if stdin.is_terminal() {
            return Err(Error::Usage(
                "there is nothing to run: give SQL with -c SQL, -f FILE or on standard input\n\
                 kpi-sql --help shows examples"
                    .to_string(),
            ));
        }
        let mut bytes = vec![];
        stdin
            .read_to_end(&mut bytes)
            .map_err(|e| Error::Failed(format!("standard input cannot be read: {e}")))?;
        let name = "standard input";
        return Ok(session::parse(name, &text(name, bytes)?)?);
    }
    let n_commands = sources
        .iter()
        .filter(|s| matches!(s, Source::Command(_)))
        .count();
    let mut command = 0;
    let mut statements = vec![];
    for source in sources {
        statements.extend(match source {
            Source::File(path) => session::parse(&path.display().to_string(), &read(path)?)?,
            Source::Command(sql) => {
                command += 1;
                let name = if n_commands == 1 {
                    "-c".to_string()
                } else {
                    format!("-c#{command}")
                };
                session::parse(&name, sql)?
            }
        });
    }
    Ok(statements)
}

fn read(path: &Path) -> Result<String, Error> {
    let name = path.display().to_string();
    let bytes = std::fs::read(path)
        .map_err(|e| Error::Failed(format!("the SQL file {name} cannot be read: {e}")))?;
    text(&name, bytes)
}

fn text(name: &str, bytes: Vec<u8>) -> Result<String, Error> {
    String::from_utf8(bytes)
        .map_err(|_| Error::Failed(format!("{name} is not UTF-8 text; save it as UTF-8")))
}

async fn run_all(
    args: &Args,
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
        say_notes(session);
        added.map_err(|e| e.with(|message| format!("--table {name}={path}: {message}")))?;
    }
    for statement in statements {
        run_one(session, statement, output).await?;
    }
    Ok(session.check_file_options()?)
}

async fn run_one(
    session: &mut Session,
    statement: &Statement,
    output: &mut Output,
) -> Result<(), Error> {
    let answer = session.begin(statement, &[]).await;
    say_notes(session);
    let answer = answer?;
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
            return say_what_was_written(statement, stream)
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
        next = stream.next().await.transpose().map_err(failed)?;
    }
    result.finish().map_err(in_statement)
}

/// COPY and INSERT answer with a number of rows, which is not a result anyone asked for.
async fn say_what_was_written(
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
        Some(target) => note(&format!("{rows} rows written to {target}")),
        None => note(&format!("{rows} rows written")),
    }
    Ok(())
}

fn say_notes(session: &mut Session) {
    session.take_notes().iter().for_each(|text| note(text));
}

/// Says something on standard error that is no error.
fn note(text: &str) {
    // Nobody listening is no reason to stop.
    let _ = writeln!(std::io::stderr(), "note: {text}");
}
