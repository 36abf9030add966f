//! The operator: what it takes, what it leaves alone and why, and that nobody can tell from the answers.

mod answers;
mod coverage;
mod plans;
mod refusals;
mod snapshots;

use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray,
};
use datafusion::physical_plan::displayable;
use datafusion::prelude::{SessionConfig, SessionContext};
use kpi_sql::engine::config::KpiOptions;

use crate::support::{register_partitions, session};

/// A session with a table `orders(segment, customer, product, flag, amount, score)` in two partitions.
pub fn orders(config: SessionConfig) -> SessionContext {
    let ctx = session(config);
    let batch = |rows: std::ops::Range<i64>| {
        let text = |words: &dyn Fn(i64) -> Option<String>| -> ArrayRef {
            Arc::new(rows.clone().map(words).collect::<StringArray>())
        };
        let one_in = |n: i64, i: i64| i % n == 0;
        let batch = RecordBatch::try_from_iter_with_nullable([
            (
                "segment",
                text(&|i| (!one_in(11, i)).then(|| format!("s{}", i % 3))),
                true,
            ),
            (
                "customer",
                text(&|i| (!one_in(7, i)).then(|| format!("c{}", i * i % 29))),
                true,
            ),
            (
                "product",
                text(&|i| (!one_in(5, i)).then(|| format!("p{}", i % 4))),
                true,
            ),
            (
                "flag",
                Arc::new(BooleanArray::from_iter(
                    rows.clone().map(|i| (!one_in(6, i)).then_some(i % 13 == 0)),
                )) as ArrayRef,
                true,
            ),
            (
                "amount",
                Arc::new(Float64Array::from_iter(
                    rows.clone()
                        .map(|i| (!one_in(8, i)).then_some(i as f64 / 4.0)),
                )),
                true,
            ),
            (
                "score",
                Arc::new(Int64Array::from_iter_values(rows.clone().map(|i| i % 11))),
                true,
            ),
        ]);
        batch.expect("the columns are of one length")
    };
    register_partitions(
        &ctx,
        "orders",
        vec![vec![batch(0..200)], vec![batch(200..333)]],
    );
    ctx
}

/// A session whose operator is on or off.
pub fn with_operator(mode: &str) -> SessionConfig {
    operated(SessionConfig::new().with_target_partitions(2), mode)
}

/// The same of any session.
pub fn operated(config: SessionConfig, mode: &str) -> SessionConfig {
    let mut options = KpiOptions::default();
    options.operator = mode.parse().expect("a mode");
    config.with_option_extension(options)
}

async fn physical(ctx: &SessionContext, sql: &str) -> String {
    let frame = ctx
        .sql(sql)
        .await
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
    let plan = frame
        .create_physical_plan()
        .await
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
    displayable(plan.as_ref()).indent(false).to_string()
}

fn is_folded(plan: &str) -> bool {
    plan.contains("KpiFoldExec")
}
