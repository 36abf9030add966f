//! The rewrite in two levels: what it takes, what it refuses and why, and that nobody can tell from the answers.

mod answers;
mod plans;
mod refusals;

use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray,
};
use datafusion::logical_expr::{Aggregate, LogicalPlan};
use datafusion::prelude::{SessionConfig, SessionContext};
use kpi_sql::engine::options::KpiOptions;
use kpi_sql::engine::rewrite::options::RewriteMode;
use kpi_sql::engine::rewrite::rule::{Refusal, split};

use crate::support::{register_partitions, session};

/// A session with a table `orders(segment, customer, product, flag, amount, score)` in two partitions.
fn orders(config: SessionConfig) -> SessionContext {
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

/// A session whose rewrite is `mode`.
fn with_rewrite(mode: &str) -> SessionConfig {
    rewriting(SessionConfig::new().with_target_partitions(2), mode)
}

/// The same of any session. `whole` is on, and without buckets where the number of rows is known.
pub fn rewriting(config: SessionConfig, mode: &str) -> SessionConfig {
    let mut options = KpiOptions::default();
    match mode {
        "whole" => (options.rewrite, options.whole_rows) = (RewriteMode::On, usize::MAX),
        mode => options.rewrite = mode.parse().expect("a mode"),
    }
    config.with_option_extension(options)
}

async fn optimized(ctx: &SessionContext, sql: &str) -> LogicalPlan {
    let frame = ctx
        .sql(sql)
        .await
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
    frame
        .into_optimized_plan()
        .unwrap_or_else(|error| panic!("{sql}: {error}"))
}

fn is_split(plan: &LogicalPlan) -> bool {
    plan.display_indent().to_string().contains("kpi_bucket")
}

/// What the rule says of the first aggregation of a query, as it was before anything was optimized.
async fn refusal(ctx: &SessionContext, sql: &str) -> Option<Refusal> {
    fn first(plan: &LogicalPlan) -> Option<Aggregate> {
        let mut found = None;
        plan.apply_with_subqueries(|node| {
            use datafusion::common::tree_node::TreeNodeRecursion;
            if let LogicalPlan::Aggregate(aggregate) = node {
                found = Some(aggregate.clone());
                return Ok(TreeNodeRecursion::Stop);
            }
            Ok(TreeNodeRecursion::Continue)
        })
        .expect("nothing fails here");
        found
    }
    let frame = ctx
        .sql(sql)
        .await
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
    let aggregate = first(frame.logical_plan()).expect("the query groups");
    split(&aggregate, &KpiOptions::default())
        .expect("a plan or a refusal")
        .err()
}
