//! A statement on its way: begun by the session, its rows written, and what is to be said of it.

use std::time::Instant;

use datafusion::arrow::array::{Array, UInt64Array};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::error::DataFusionError;
use datafusion::execution::SendableRecordBatchStream;
use futures::StreamExt;

use super::args::Args;
use super::bar::Bar;
use super::destination::Destination;
use super::error::Error;
use crate::session::output::About;
use crate::session::{self, Answer, Parameter, ProgressWatch, Session, Statement, What};

/// Runs it, and has its rows written.
pub(super) async fn run_one(
    args: &Args,
    session: &mut Session,
    (statement, parameters): (&Statement, &[Parameter]),
    output: &mut Destination,
) -> Result<(), Error> {
    let began = Instant::now();
    let begun = begin(args, session, (statement, parameters), began).await;
    say_notes(args, session, output);
    let answer = begun?;
    let written = write(args, statement, (&answer, began), output).await;
    let notes = answer.take_notes();
    notes.iter().for_each(|text| note(args, output, text));
    written
}

/// Plans and begins it, which may take long: a COPY reads its rows.
async fn begin(
    args: &Args,
    session: &mut Session,
    (statement, parameters): (&Statement, &[Parameter]),
    began: Instant,
) -> Result<Answer, Error> {
    let planned = {
        let _bar = Bar::new(args, began, ProgressWatch::default());
        session.plan(statement, parameters).await?
    };
    let executed = {
        let _bar = Bar::new(args, began, planned.watch());
        planned.execute().await
    };
    Ok(session.answer(planned, executed)?)
}

/// Has the rows of an answer written.
async fn write(
    args: &Args,
    statement: &Statement,
    (answer, began): (&Answer, Instant),
    output: &mut Destination,
) -> Result<(), Error> {
    let failed = |e: DataFusionError| Error::from(answer.error(&e));
    let mut bar = Some(Bar::new(args, began, answer.watch()));
    let mut stream = answer.rows().await.map_err(failed)?;
    match answer.what {
        What::Rows => {}
        What::Written => {
            drop(bar);
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
    if output.is_on_the_screen() {
        // Rows and a bar would write over each other.
        bar = None;
    }
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
    drop(bar);
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
    note(args, output, &said);
    Ok(())
}

/// Says what a reader should know by now.
pub(super) fn say_notes(args: &Args, session: &mut Session, output: &mut Destination) {
    let notes = session.take_notes();
    notes.iter().for_each(|text| note(args, output, text));
}

/// Says something on standard error that is no error.
pub(super) fn note(args: &Args, output: &mut Destination, text: &str) {
    if !args.quiet {
        output.say(format!("note: {text}"));
    }
}
