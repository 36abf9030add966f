//! Laws that hold for every form of every KPI, checked on one table of random rows.
//!
//! The right answers themselves are the business of the hand-computed cases; here one way of asking is
//! compared with another.

mod coarser;
mod parts;
mod places;
mod settings;
mod states;
mod types;

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, BooleanArray, Decimal128Array, Int64Array, RecordBatch,
    TimestampMicrosecondArray, UInt64Array,
};
use datafusion::arrow::compute::take_record_batch;
use datafusion::prelude::SessionContext;
use kpi_sql::define::{Finish, Form, Grain, Kind, Kpi, RowFold};
use kpi_sql::kpi::all;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::support::{plain_session, register_partitions, rows};

/// The forms whose value shows the items themselves, and so their type.
pub fn shows_items(form: &Form) -> bool {
    matches!(form.finish, Finish::Mix(_))
}

/// A call of each form, on the columns of [`orders`].
pub fn calls() -> Vec<(&'static Kpi, &'static Form, String)> {
    let mut calls = vec![];
    for kpi in all() {
        for form in kpi.forms {
            let arguments: Vec<_> = (0..form.args.len()).map(|i| column(form, i)).collect();
            calls.push((kpi, form, format!("{}({})", kpi.name, arguments.join(", "))));
        }
    }
    calls
}

/// The column of an argument. A second one of the same kind has a column of its own, or the likes of
/// revenue at the start and at the end would always be equal.
pub fn column(form: &Form, position: usize) -> &'static str {
    let kind = form.args[position].kind;
    let second = form.args[..position].iter().any(|arg| arg.kind == kind);
    match (kind, second) {
        (Kind::Entity, false) => "buyer",
        // Half of a pair.
        (Kind::Entity, true) | (Kind::Item, _) => "product",
        (Kind::Flag, false) => "flag",
        (Kind::Flag, true) => "flag2",
        (Kind::Time | Kind::Date, false) => "at",
        (Kind::Time | Kind::Date, true) => "at2",
        (Kind::Tier, _) => "tier",
        (Kind::Amount, false) => "amount",
        (Kind::Amount, true) => "amount2",
        (Kind::Score, _) => match form.grain {
            Grain::Row(RowFold::ScoreAtLeast { scale: Some(_), .. }) => "rating",
            _ => "score",
        },
        (Kind::AtLeast, _) => "3",
        (Kind::Years, _) => "2.5",
    }
}

/// Random orders: few customers and products, so that they meet often; NULL in every column.
pub fn orders(rows: usize, segments: i64, customers: i64) -> RecordBatch {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut ints = |below: i64, nulls: f64| -> ArrayRef {
        Arc::new(Int64Array::from_iter((0..rows).map(|_| {
            (!rng.random_bool(nulls)).then(|| rng.random_range(0..below))
        })))
    };
    let segment = ints(segments, 0.05);
    let customer = ints(customers, 0.05);
    let product = ints(5, 0.2);
    let tier = ints(9, 0.2);
    let score = ints(11, 0.1);
    let day = ints(20, 0.1);
    let [flag, flag2] = [0; 2].map(|_| ints(10, 0.1));
    let [cents, cents2] = [0; 2].map(|_| ints(100_000, 0.1));
    let day2 = ints(20, 0.1);
    let rating = ints(5, 0.1);
    fn int(array: &ArrayRef) -> impl Iterator<Item = Option<i64>> + '_ {
        let ints: &Int64Array = array.as_any().downcast_ref().expect("made above");
        ints.iter()
    }
    let flags = |numbers: &ArrayRef| -> ArrayRef {
        let flags = int(numbers).map(|n| n.map(|n| n == 0));
        Arc::new(BooleanArray::from_iter(flags))
    };
    let times = |days: &ArrayRef| -> ArrayRef {
        let times = int(days).map(|day| day.map(|day| (day - 10) * 86_400_000_000 / 4));
        Arc::new(TimestampMicrosecondArray::from_iter(times))
    };
    let amounts = |cents: &ArrayRef| -> ArrayRef {
        let amounts = int(cents).map(|cents| cents.map(|cents| i128::from(cents - 20_000)));
        let amounts = Decimal128Array::from_iter(amounts).with_precision_and_scale(12, 2);
        Arc::new(amounts.expect("five digits fit"))
    };
    let rating: ArrayRef = Arc::new(Int64Array::from_iter(
        int(&rating).map(|rating| rating.map(|rating| rating + 1)),
    ));
    RecordBatch::try_from_iter_with_nullable([
        (
            "n",
            Arc::new(UInt64Array::from_iter(0..rows as u64)) as ArrayRef,
            true,
        ),
        ("segment", segment, true),
        ("buyer", customer, true),
        ("product", product, true),
        ("flag", flags(&flag), true),
        ("flag2", flags(&flag2), true),
        ("tier", tier, true),
        ("at", times(&day), true),
        ("at2", times(&day2), true),
        ("amount", amounts(&cents), true),
        ("amount2", amounts(&cents2), true),
        ("score", score, true),
        ("rating", rating, true),
    ])
    .expect("the columns are of one length")
}

pub fn slices(
    batch: &RecordBatch,
    partitions: usize,
    rows_per_batch: usize,
) -> Vec<Vec<RecordBatch>> {
    let mut all = vec![vec![]; partitions];
    for (i, start) in (0..batch.num_rows()).step_by(rows_per_batch).enumerate() {
        let length = rows_per_batch.min(batch.num_rows() - start);
        all[i % partitions].push(batch.slice(start, length));
    }
    all
}

fn shuffled(batch: &RecordBatch, seed: u64) -> RecordBatch {
    let mut order: Vec<u64> = (0..batch.num_rows() as u64).collect();
    order.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
    take_record_batch(batch, &UInt64Array::from(order)).expect("the rows exist")
}

fn by_segment(call: &str) -> String {
    format!("SELECT segment, {call} FROM orders GROUP BY segment ORDER BY segment")
}

pub async fn ask(ctx: &SessionContext, sql: &str) -> Vec<Vec<String>> {
    rows(ctx, sql)
        .await
        .unwrap_or_else(|error| panic!("{sql}: {error}"))
}

/// Every form in one row per segment, and over all rows, on a plain session.
async fn expected(batch: &RecordBatch, only_numbers: bool) -> Vec<(String, Vec<Vec<String>>)> {
    let ctx = plain_session();
    register_partitions(&ctx, "orders", slices(batch, 1, 8192));
    let mut answers = vec![];
    for (_, form, call) in calls() {
        // What shows its items shows their type; these have a law of their own.
        if shows_items(form) && only_numbers {
            continue;
        }
        for sql in [by_segment(&call), format!("SELECT {call} FROM orders")] {
            let answer = ask(&ctx, &sql).await;
            answers.push((sql, answer));
        }
    }
    answers
}
