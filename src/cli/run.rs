//! Runs the statements of a call one after the other.

use std::io::{IsTerminal, Read};
use std::path::Path;

use datafusion::arrow::array::{Array, UInt64Array};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::error::DataFusionError;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::{SessionConfig, SessionContext};
use datafusion::sql::parser::Statement as Ast;
use futures::StreamExt;

use super::args::{Args, Source};
use super::error::Error;
use super::names::{Names, Used, note};
use super::output::Output;
use super::resources::{Folders, Resources, Set, exhausted};
use super::script::{self, Statement};
use super::words;
use crate::tables::Options;

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
    let mut output = Output::check(args.format, args.output.as_deref())?;
    let statements = statements(&args.sources)?;
    let mut resources = Resources::new(args)?;
    let folders = resources.folders();
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    if let Some(threads) = resources.threads() {
        runtime.worker_threads(threads);
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
            result = run_all(args, &mut resources, &statements, &mut output) => result,
        }
    });
    // A thread that is in the middle of something is not waited for.
    runtime.shutdown_background();
    folders.remove();
    result?;
    output.close()
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
        return script::parse("standard input", &text("standard input", bytes)?);
    }
    let n_commands = sources
        .iter()
        .filter(|s| matches!(s, Source::Command(_)))
        .count();
    let mut command = 0;
    let mut statements = vec![];
    for source in sources {
        statements.extend(match source {
            Source::File(path) => script::parse(&path.display().to_string(), &read(path)?)?,
            Source::Command(sql) => {
                command += 1;
                let name = if n_commands == 1 {
                    "-c".to_string()
                } else {
                    format!("-c#{command}")
                };
                script::parse(&name, sql)?
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
    resources: &mut Resources,
    statements: &[Statement],
    output: &mut Output,
) -> Result<(), Error> {
    let ctx = session(resources).map_err(|e| Error::Failed(words::of(&e)))?;
    let options = Options {
        delimiter: args.delimiter,
        infer_rows: args.infer_rows,
    };
    if let Some(data) = args.data.as_ref().filter(|d| !d.is_dir()) {
        return Err(Error::Failed(format!(
            "--data: there is no folder {}",
            data.display()
        )));
    }
    let mut names = Names::new(args.data.as_deref(), options);
    for (i, (name, path)) in args.table.iter().enumerate() {
        if args.table[..i].iter().any(|(other, _)| other == name) {
            return Err(Error::Usage(format!(
                "--table names {name} twice; give one of them another name"
            )));
        }
        let opened = names.add(&ctx, name, path).await;
        opened.map_err(|e| Error::Failed(format!("--table {name}={path}: {}", words::of(&e))))?;
    }
    for statement in statements {
        run_one(&ctx, resources, &mut names, statement, output).await?;
    }
    Ok(())
}

/// A session as the program has it: the KPIs, SHOW and DESCRIBE, and files read as they are now.
fn session(resources: &Resources) -> Result<SessionContext, DataFusionError> {
    let mut config = resources.configured(SessionConfig::new().with_information_schema(true));
    // Plain folders below a table's folder belong to it.
    config
        .options_mut()
        .execution
        .listing_table_ignore_subdirectory = false;
    // A list of files that is kept would miss those an earlier COPY wrote.
    let runtime = RuntimeEnvBuilder::new().with_object_list_cache_limit(0);
    let runtime = resources.runtime(runtime)?;
    let ctx = SessionContext::new_with_config_rt(config, runtime);
    crate::register(&ctx)?;
    if let Some(buckets) = resources.buckets() {
        let state = ctx.state_ref();
        let mut state = state.write();
        let options = state.config_mut().options_mut();
        options.set("kpi.buckets", &buckets.to_string())?;
    }
    Ok(ctx)
}

async fn run_one(
    ctx: &SessionContext,
    resources: &mut Resources,
    names: &mut Names,
    statement: &Statement,
    output: &mut Output,
) -> Result<(), Error> {
    let used = match names.prepare(ctx, &statement.ast).await {
        Ok(used) => used,
        Err(e) => return Err(statement.error(&words::of(&e))),
    };
    let failed = |e: DataFusionError| statement.error(&explained(ctx, names, &used, &e));

    let plan = ctx
        .state()
        .statement_to_plan(statement.ast.clone())
        .await
        .map_err(failed)?;
    let writes = matches!(plan, LogicalPlan::Copy(_) | LogicalPlan::Dml(_));
    let set = Set::of(&plan);
    let frame = ctx.execute_logical_plan(plan).await.map_err(failed)?;
    if let Some(set) = set {
        resources.follow(ctx, &set).map_err(failed)?;
    }
    let mut stream = frame.execute_stream().await.map_err(failed)?;
    if writes {
        return say_what_was_written(&statement.ast, stream)
            .await
            .map_err(failed);
    }
    // SET and CREATE VIEW answer with a result without columns.
    if stream.schema().fields().is_empty() {
        while let Some(batch) = stream.next().await {
            batch.map_err(failed)?;
        }
        return Ok(());
    }

    let schema = stream.schema();
    let in_statement = |e: Error| match e {
        Error::Failed(message) => statement.error(&message),
        other => other,
    };
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
    statement: &Ast,
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
    match statement {
        Ast::CopyTo(copy) => note(&format!("{rows} rows written to {}", copy.target)),
        _ => note(&format!("{rows} rows written")),
    }
    Ok(())
}

fn explained(ctx: &SessionContext, names: &Names, used: &Used, error: &DataFusionError) -> String {
    if let Some(exhausted) = exhausted::explain(ctx, error) {
        return exhausted;
    }
    let message = words::of(error);
    if let Some(missing) = names.explain_missing(ctx, used, &message) {
        return missing;
    }
    words::with_place(message, &used.guessed)
}
