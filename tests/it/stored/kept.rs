//! States as they were written when the format was new: they merge and finish to the same values for ever.
//!
//! `kept/version_1.txt` has them with the rows and the queries that they are of: after `===` a view, after `---` a
//! call, its states over part 1 and part 2 of the rows, each after the value that it finishes to, and the value of
//! both together. The values were worked out by a plain program that knows none of the functions. Nothing of that
//! file changes when the functions do.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BinaryArray, RecordBatch, StringArray, StructArray,
};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type, Int64Type};
use datafusion::prelude::SessionContext;
use kpi_sql::state::{Merged, State};

use crate::support::{plain_session, register_partitions};

/// A call, its two states, and what they amount to: each, and both.
struct Kept {
    /// The views of rows.
    views: Vec<String>,
    call: String,
    states: [Vec<u8>; 2],
    values: [String; 3],
}

fn kept() -> Vec<Kept> {
    let file = include_str!("kept/version_1.txt");
    let (mut numbers, mut view) = (String::new(), String::new());
    let mut kept = vec![];
    let mut lines = file.lines().peekable();
    while let Some(line) = lines.next() {
        if let Some(sql) = line.strip_prefix("=== ") {
            let mut sql = sql.to_string();
            while let Some(more) = lines.next_if(|line| !line.starts_with(['=', '-'])) {
                sql = format!("{sql}\n{more}");
            }
            match sql.contains("VIEW numbers") {
                true => numbers = sql,
                false => view = sql,
            }
        } else if let Some(call) = line.strip_prefix("--- ") {
            let mut state = || {
                let line = lines.next().expect("two states follow a call");
                let (value, hex) = line.split_once(' ').expect("a value and a state");
                let bytes = (0..hex.len()).step_by(2);
                let bytes = bytes.map(|at| u8::from_str_radix(&hex[at..at + 2], 16));
                let bytes: Result<Vec<u8>, _> = bytes.collect();
                (value.to_string(), bytes.expect("hexadecimal digits"))
            };
            let (first, second) = (state(), state());
            let both = lines.next().expect("the value of both follows");
            kept.push(Kept {
                views: vec![numbers.clone(), view.clone()],
                call: call.to_string(),
                states: [first.1, second.1],
                values: [first.0, second.0, both.to_string()],
            });
        }
    }
    kept
}

impl Kept {
    /// Whether its states are of a tier that has no order of its own, which is no longer taken.
    fn is_refused(&self) -> bool {
        self.values[2] == "refused"
    }

    /// Whether a value is the one that was kept: to nine digits, or to the six after the point that a mean of
    /// DECIMALs has.
    fn agrees(&self, value: &str, kept: &str) -> bool {
        match (value.parse::<f64>(), kept.parse::<f64>()) {
            (Ok(value), Ok(kept)) => {
                let cut_off = if self.call.contains("amount") {
                    1e-6
                } else {
                    0.0
                };
                (value - kept).abs() <= (1e-9 * kept.abs()).max(cut_off)
            }
            _ => value == kept,
        }
    }
}

/// A value as the file has it: a number, NULL, or the products of a mix with their customers and shares.
fn text(value: &ArrayRef) -> String {
    if value.is_null(0) {
        return "NULL".into();
    }
    let Some(list) = value.as_list_opt::<i32>() else {
        let number = cast(value, &DataType::Float64).expect("a value is a number");
        return number.as_primitive::<Float64Type>().value(0).to_string();
    };
    let list = list.value(0);
    let list: &StructArray = list.as_struct();
    let column = |name: &str, data_type| {
        let column = list.column_by_name(name).expect("a mix has this field");
        cast(column, data_type).expect("it casts")
    };
    let products = column("product", &DataType::Utf8);
    let customers = column("customers", &DataType::Int64);
    let shares = column("share", &DataType::Float64);
    let items = (0..list.len()).map(|row| {
        let share = shares.as_primitive::<Float64Type>().value(row);
        let customers = customers.as_primitive::<Int64Type>().value(row);
        let product = products.as_string::<i32>().value(row);
        format!("{product}:{customers}:{share:?}")
    });
    items.collect::<Vec<_>>().join(",")
}

/// The rows of a query, each as the text of its last column, in the order of the first.
async fn answers(ctx: &SessionContext, sql: &str) -> Vec<String> {
    let frame = ctx.sql(sql).await;
    let frame = frame.unwrap_or_else(|error| panic!("{sql}: {error}"));
    let batches = frame.collect().await;
    let batches = batches.unwrap_or_else(|error| panic!("{sql}: {error}"));
    let rows = batches.iter().flat_map(|batch| {
        let last = batch.column(batch.num_columns() - 1);
        (0..batch.num_rows()).map(|row| text(&last.slice(row, 1)))
    });
    rows.collect()
}

#[test]
fn every_form_is_kept() {
    let kept = kept();
    for kpi in kpi_sql::kpi::all() {
        for form in kpi.forms {
            let names = std::iter::once(&kpi.name).chain(kpi.aliases);
            let starts: Vec<String> = names.map(|name| format!("{name}_state(")).collect();
            let of_form = kept.iter().filter(|kept| {
                let arguments = kept.call.matches(", ").count() + 1;
                arguments == form.args.len()
                    && starts.iter().any(|start| kept.call.starts_with(start))
            });
            assert!(of_form.count() > 0, "{}", kpi.signature(form));
        }
    }
}

#[test]
fn kept_states_finish_to_the_same_values() {
    for kept in kept().iter().filter(|kept| !kept.is_refused()) {
        let read = |state: &[u8]| {
            State::read(state).unwrap_or_else(|error| panic!("{}: {error}", kept.call))
        };
        let [mut first, mut second] = [0, 1].map(|part| read(&kept.states[part]));
        let mut merged = Merged::default();
        let states = kept.states.iter().map(|state| (0, state.as_slice()));
        merged.add(states).expect("two of a kind");
        let both = merged.bytes(1).expect("it can be written again").remove(0);
        let mut both = read(&both.expect("two states are one"));
        for (state, value) in [&mut first, &mut second, &mut both]
            .into_iter()
            .zip(&kept.values)
        {
            let got = text(&state.value().expect("a state has a value"));
            assert!(
                kept.agrees(&got, value),
                "{}: {got} is not {value}",
                kept.call
            );
            let parts = state.parts().expect("a state has parts");
            if let Some(of_parts) = parts.value {
                assert!(kept.agrees(&of_parts.to_string(), value), "{}", kept.call);
            }
        }
    }
}

#[tokio::test]
async fn kept_states_are_merged_in_sql() {
    let kept: Vec<Kept> = kept()
        .into_iter()
        .filter(|kept| !kept.is_refused())
        .collect();
    let calls = kept.iter().enumerate().flat_map(|(n, kept)| {
        let call = format!("{n:04} {}", kept.call);
        [call.clone(), call]
    });
    let states = kept
        .iter()
        .flat_map(|kept| kept.states.iter().map(|state| Some(state.as_slice())));
    let batch = RecordBatch::try_from_iter([
        (
            "call",
            Arc::new(StringArray::from_iter_values(calls)) as ArrayRef,
        ),
        (
            "state",
            Arc::new(BinaryArray::from_iter(states)) as ArrayRef,
        ),
    ]);
    let ctx = plain_session();
    register_partitions(
        &ctx,
        "kept",
        vec![vec![batch.expect("two columns of one length")]],
    );
    for (finish, of_mix) in [("kpi_finish", false), ("kpi_finish_mix", true)] {
        let of: Vec<&Kept> = kept
            .iter()
            .filter(|kept| kept.call.contains("mix") == of_mix)
            .collect();
        let sql = format!(
            "SELECT call, {finish}(kpi_merge(state)) FROM kept
             WHERE (call LIKE '%mix%') = {of_mix} GROUP BY call ORDER BY call"
        );
        let values = answers(&ctx, &sql).await;
        assert_eq!(values.len(), of.len());
        for (kept, value) in of.iter().zip(values) {
            assert!(
                kept.agrees(&value, &kept.values[2]),
                "{}: {value}",
                kept.call
            );
        }
    }
}

/// A tier of text or bytes has an order that says nothing of what it means.
#[test]
fn kept_states_of_tiers_without_a_rank_are_refused() {
    let kept = kept();
    let refused: Vec<&Kept> = kept.iter().filter(|kept| kept.is_refused()).collect();
    assert!(refused.len() > 9);
    for kept in refused {
        for state in &kept.states {
            let error = State::read(state).expect_err("it has no rank").to_string();
            let types = ["Utf8", "Binary", "Time32(s)"];
            let is_said = types.iter().any(|data_type| {
                error.contains(&format!(
                    "with a tier of type {data_type}, which is not supported"
                ))
            });
            assert!(
                is_said && error.contains("CASE plan WHEN 'Free' THEN 1"),
                "{error}"
            );
        }
    }
}

/// The rows are there, so the values can be asked for again.
#[tokio::test]
async fn kept_values_are_those_of_the_rows() {
    let ctx = plain_session();
    for kept in kept().iter().filter(|kept| !kept.is_refused()) {
        for view in &kept.views {
            answers(&ctx, view).await;
        }
        let call = kept.call.replacen("_state(", "(", 1);
        let mut values = answers(
            &ctx,
            &format!("SELECT part, {call} FROM t GROUP BY part ORDER BY part"),
        )
        .await;
        values.extend(answers(&ctx, &format!("SELECT {call} FROM t")).await);
        for (value, expected) in values.iter().zip(&kept.values) {
            assert!(
                kept.agrees(value, expected),
                "{call}: {value} is not {expected}"
            );
        }
    }
}
