//! A statement on its way: begun by the session, its rows written, and what is to be said of it.

use std::time::Instant;

use datafusion::arrow::array::{Array, UInt64Array};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::error::DataFusionError;
use datafusion::execution::SendableRecordBatchStream;
use futures::StreamExt;

use super::alarm::{Alarms, WatchedResult};
use super::args::Args;
use super::bar::Bar;
use super::destination::Destination;
use super::error::Error;
use crate::session::output::About;
use crate::session::{self, Answer, Parameter, Session, Statement, What};

/// A statement that has begun, and what is judged of its result if it has one.
pub(super) struct Begun {
    answer: Answer,
    watch: Option<WatchedResult>,
    began: Instant,
}

/// Runs it, and has its rows written; no alarm looks at them.
pub(super) async fn run_one(
    args: &Args,
    session: &mut Session,
    (statement, parameters): (&Statement, &[Parameter]),
    output: &mut Destination,
) -> Result<(), Error> {
    let mut alarms = Alarms::default();
    let begun = begin(
        args,
        session,
        (statement, parameters),
        (&mut alarms, output),
    )
    .await?;
    finish(args, statement, begun, (&mut alarms, output)).await
}

/// Begins it, and says what a reader should know before its rows.
pub(super) async fn begin(
    args: &Args,
    session: &mut Session,
    (statement, parameters): (&Statement, &[Parameter]),
    (alarms, output): (&mut Alarms, &mut Destination),
) -> Result<Begun, Error> {
    let began = Instant::now();
    let planned = plan(args, session, (statement, parameters), began).await;
    say_notes(args, session, output);
    let answer = planned?;
    let watch = match answer.what {
        What::Rows => Some(alarms.meet(session, &answer, parameters).await?),
        What::Written | What::Nothing => None,
    };
    Ok(Begun {
        answer,
        watch,
        began,
    })
}

/// Has its rows written and judged, and says what was met in them.
pub(super) async fn finish(
    args: &Args,
    statement: &Statement,
    Begun {
        answer,
        watch,
        began,
    }: Begun,
    (alarms, output): (&mut Alarms, &mut Destination),
) -> Result<(), Error> {
    let written = match watch {
        Some(watch) => {
            let answer = (&answer, began);
            write(args, (statement, answer), (&watch, alarms), output).await
        }
        None => run_without_result(args, (statement, &answer, began), output).await,
    };
    say_what_was_met(args, &answer, output);
    written
}

/// Does what a statement does, as [`run_one`] does; of a query no row is read, for none is a part of a report.
pub(super) async fn run_without_rows(
    args: &Args,
    session: &mut Session,
    (statement, parameters): (&Statement, &[Parameter]),
    output: &mut Destination,
) -> Result<(), Error> {
    let began = Instant::now();
    let planned = plan(args, session, (statement, parameters), began).await;
    say_notes(args, session, output);
    let answer = planned?;
    if answer.what == What::Rows {
        return Ok(());
    }
    let done = run_without_result(args, (statement, &answer, began), output).await;
    say_what_was_met(args, &answer, output);
    done
}

/// Plans and begins it, which may take long: a COPY reads its rows.
async fn plan(
    args: &Args,
    session: &mut Session,
    (statement, parameters): (&Statement, &[Parameter]),
    began: Instant,
) -> Result<Answer, Error> {
    let planned = {
        let _bar = Bar::new(args, began, session.watch());
        session.plan(statement, parameters).await?
    };
    let executed = {
        let _bar = Bar::new(args, began, planned.watch());
        planned.execute().await
    };
    Ok(session.answer(planned, executed)?)
}

/// Does what has no result.
async fn run_without_result(
    args: &Args,
    (statement, answer, began): (&Statement, &Answer, Instant),
    output: &mut Destination,
) -> Result<(), Error> {
    let failed = |e: DataFusionError| Error::from(answer.error(&e));
    let bar = Bar::new(args, began, answer.watch());
    let mut stream = answer.rows().await.map_err(failed)?;
    if answer.what == What::Written {
        drop(bar);
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
    (statement, (answer, began)): (&Statement, (&Answer, Instant)),
    (watch, alarms): (&WatchedResult, &mut Alarms),
    output: &mut Destination,
) -> Result<(), Error> {
    let failed = |e: DataFusionError| Error::from(answer.error(&e));
    // What is judged beside the columns is another plan than that of the answer.
    let mut bar = match &watch.carrying {
        None => Some(Bar::new(args, began, answer.watch())),
        Some(_) => None,
    };
    let stream = match &watch.carrying {
        None => answer.rows().await,
        Some(frame) => frame.clone().execute_stream().await,
    };
    let mut stream = stream.map_err(failed)?;
    let schema = watch.own_columns(&stream.schema());
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
    let n_rows = match rows {
        1 => "1 row".to_string(),
        _ => format!("{rows} rows"),
    };
    let said = match statement.target() {
        Some(target) => format!("{n_rows} written to {target}"),
        None => format!("{n_rows} {}", statement.done()),
    };
    note(args, output, &said);
    Ok(())
}

/// Says what was met in the rows.
fn say_what_was_met(args: &Args, answer: &Answer, output: &mut Destination) {
    let notes = answer.take_notes();
    notes.iter().for_each(|text| note(args, output, text));
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
