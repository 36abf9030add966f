//! No setting, no split of the rows and no lack of memory changes an answer.

use std::sync::Arc;

use datafusion::arrow::compute::concat_batches;
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::physical_plan::aggregates::{AggregateExec, AggregateMode};
use datafusion::physical_plan::{ExecutionPlan, collect};
use datafusion::prelude::{SessionConfig, SessionContext};

use crate::operator::operated;
use crate::support::{plain_session, register_partitions, session, settings};

use super::{ask, by_segment, calls, expected, orders, shuffled, slices};

#[tokio::test]
async fn settings_partitions_and_row_order_make_no_difference() {
    let batch = orders(600, 4, 40);
    let expected = expected(&batch, false).await;
    for (setting, config) in settings() {
        for (seed, partitions) in [(1, 1), (2, 3), (3, 16)] {
            let ctx = session(config.clone());
            register_partitions(
                &ctx,
                "orders",
                slices(&shuffled(&batch, seed), partitions, 50),
            );
            for (sql, answer) in &expected {
                assert_eq!(
                    ask(&ctx, sql).await,
                    *answer,
                    "{setting}, {partitions}: {sql}"
                );
            }
        }
    }
}

/// Where partial aggregation of DataFusion's is skipped, each row becomes a partial state of its own. That has to
/// happen here, or the setting would test nothing.
#[tokio::test]
async fn partial_aggregation_is_really_skipped() {
    let (_, config) = settings()
        .into_iter()
        .find(|(name, _)| *name == "partial aggregation skipped")
        .expect("the setting exists");
    let ctx = session(operated(config, "off"));
    register_partitions(&ctx, "orders", slices(&orders(600, 600, 40), 2, 50));
    let frame = ctx.sql(&by_segment("nps(score)")).await.expect("a plan");
    let plan = frame.create_physical_plan().await.expect("a plan");
    collect(plan.clone(), ctx.task_ctx())
        .await
        .expect("an answer");
    assert!(metric(&plan, "skipped_aggregation_rows") > 0);
}

fn metric(plan: &Arc<dyn ExecutionPlan>, name: &str) -> usize {
    let here = plan
        .metrics()
        .and_then(|metrics| metrics.sum_by_name(name))
        .map_or(0, |value| value.as_usize());
    here + plan
        .children()
        .into_iter()
        .map(|child| metric(child, name))
        .sum::<usize>()
}

/// Several sets of keys, several kinds of entities, states, and what stands beside KPIs.
const SHAPES: [&str; 6] = [
    "SELECT segment, cross_sell_rate(buyer, product) AS r, count(*) AS n, count(DISTINCT buyer) AS b FROM orders
     GROUP BY ROLLUP (segment) ORDER BY segment, n",
    "SELECT segment, product, time_to_cross_sell(buyer, product, at) AS r, sum(tier) AS s, count(*) AS n FROM orders
     GROUP BY CUBE (segment, product) ORDER BY segment, product, n",
    "SELECT segment, cross_sell_rate(buyer, product) AS r, upsell_rate(n, flag) AS u, count(DISTINCT tier) AS t, count(*) AS n
     FROM orders GROUP BY GROUPING SETS ((segment), ()) ORDER BY segment, n",
    "SELECT segment, kpi_finish(cross_sell_rate_state(buyer, product)) AS r, kpi_finish(products_per_customer_state(buyer, product)) AS p
     FROM orders GROUP BY segment ORDER BY segment",
    "SELECT product, segment, kpi_finish(kpi_merge(r)) AS r, count(DISTINCT tier) AS t, count(*) AS n
     FROM (SELECT segment, product, tier, upsell_rate_state(buyer, flag) AS r FROM orders GROUP BY segment, product, tier)
     GROUP BY GROUPING SETS ((product, segment), (product)) ORDER BY product, segment, n",
    "SELECT segment, upsell_rate_parts(buyer, flag) AS u, clv(buyer, amount, at) AS c FROM orders GROUP BY segment ORDER BY segment",
];

#[tokio::test]
async fn little_memory_makes_no_difference() {
    let batch = orders(60_000, 4_000, 50);
    let plenty = plain_session();
    register_partitions(&plenty, "orders", slices(&batch, 2, 1_000));
    let each = calls().into_iter().map(|(_, _, call)| by_segment(&call));
    // Of eight shares one has to hold all rows of the largest customer.
    let each: Vec<_> = each.map(|sql| (sql, 3_500_000)).collect();
    // Five nodes have a share where states are made and merged, and a sixty-fourth of these states has to be in one.
    let shapes = SHAPES.map(|sql| match sql.contains("kpi_merge") {
        true => (sql.to_string(), 18_000_000),
        false => (sql.to_string(), 8_000_000),
    });
    let in_operator = [each.clone(), shapes.to_vec()].concat();
    let (mut spilled, mut emitted_early) = ([0, 0], 0);
    for (migrated, mode, queries) in [
        (true, "on", &in_operator),
        (false, "on", &in_operator),
        (true, "off", &each),
        (false, "off", &each),
    ] {
        for (sql, memory) in queries {
            let expected = ask(&plenty, sql).await;
            let config = SessionConfig::new()
                .with_target_partitions(2)
                .with_batch_size(500)
                .with_sort_spill_reservation_bytes(64 * 1024)
                .set_bool("datafusion.execution.enable_migration_aggregate", migrated);
            let pool = Arc::new(FairSpillPool::new(*memory));
            let runtime = RuntimeEnvBuilder::new().with_memory_pool(pool).build_arc();
            let config = operated(config, mode);
            let ctx = SessionContext::new_with_config_rt(config, runtime.expect("a runtime"));
            kpi_sql::register(&ctx).expect("a new session takes functions");
            register_partitions(&ctx, "orders", slices(&batch, 2, 1_000));
            let plan = ctx.sql(sql).await.expect("a plan");
            let plan = plan.create_physical_plan().await.expect("a plan");
            let answer = collect(plan.clone(), ctx.task_ctx())
                .await
                .unwrap_or_else(|error| panic!("{sql}: {error}"));
            let answer: Vec<_> = answer.iter().flat_map(crate::support::text_rows).collect();
            assert_eq!(answer, expected, "{sql}");
            spilled[usize::from(mode == "on")] += spills(&plan);
            emitted_early += usize::from(partial_rows(&plan) > 2 * (4_000 + 1));
        }
    }
    assert!(spilled[0] > 0, "DataFusion's nodes have spilled nothing");
    assert!(spilled[1] > 0, "the operator has spilled nothing");
    assert!(
        emitted_early > 0,
        "no partial aggregation gave up its groups early"
    );
}

fn spills(plan: &Arc<dyn ExecutionPlan>) -> usize {
    let here = plan.metrics().and_then(|metrics| metrics.spill_count());
    here.unwrap_or(0) + plan.children().into_iter().map(spills).sum::<usize>()
}

/// How many rows the partial aggregation gave out. It has two partitions, which see each group once
/// unless they emit early.
fn partial_rows(plan: &Arc<dyn ExecutionPlan>) -> usize {
    let partial = plan
        .downcast_ref::<AggregateExec>()
        .filter(|aggregate| *aggregate.mode() == AggregateMode::Partial);
    match partial.and_then(|aggregate| aggregate.metrics()) {
        Some(metrics) => metrics.output_rows().unwrap_or(0),
        None => plan.children().into_iter().map(partial_rows).sum(),
    }
}

#[test]
fn partitions_cover_the_batch() {
    let batch = orders(103, 2, 9);
    let parts: Vec<_> = slices(&batch, 3, 10).into_iter().flatten().collect();
    let whole = concat_batches(&batch.schema(), &parts).expect("one schema");
    assert_eq!(whole.num_rows(), 103);
}
