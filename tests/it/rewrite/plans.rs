//! What the plans look like.

use datafusion::physical_plan::displayable;
use datafusion::prelude::{SessionConfig, SessionContext};

use super::{is_split, optimized, orders, with_rewrite};
use crate::support::rows;

/// EXPLAIN shows the calls, the bucket and the two levels.
#[tokio::test]
async fn explain_is_readable() {
    let ctx = orders(with_rewrite("auto"));
    let sql =
        "SELECT segment, cross_sell_rate(customer, product) AS rate FROM orders GROUP BY segment";
    let plan = optimized(&ctx, sql).await.display_indent().to_string();
    let expected = "\
Projection: orders.segment, __kpi_value_0 AS rate
  Aggregate: groupBy=[[orders.segment]], aggr=[[gather_cross_sell_rate(__kpi_0) AS __kpi_value_0]]
    Projection: orders.segment, __kpi_0
      Aggregate: groupBy=[[orders.segment, __kpi_bucket]], aggr=[[kpi_together(cross_sell_rate(orders.customer, orders.product)) AS __kpi_0]]
        Projection: orders.segment, orders.customer, orders.product, kpi_bucket(orders.customer) AS __kpi_bucket
          TableScan: orders projection=[segment, customer, product]";
    assert_eq!(plan, expected);
}

/// Rows are sent to the partition that folds them, and nothing but summaries goes on from there.
#[tokio::test]
async fn rows_are_folded_once() {
    let steps = [
        "mode=FinalPartitioned, gby=[segment@0 as segment], aggr=[gather_cross_sell_rate(__kpi_0)",
        "mode=Partial, gby=[segment@0 as segment], aggr=[gather_cross_sell_rate(__kpi_0)",
        "mode=SinglePartitioned, gby=[segment@0 as segment, __kpi_bucket@",
        "RepartitionExec: partitioning=Hash([segment@0, __kpi_bucket@",
        "DataSourceExec",
    ];
    let plan = physical("on", BY_SEGMENT).await;
    assert!(has_in_order(&plan, &steps), "{plan}");
}

/// Where all rows are known to fit in memory, they are sent by their customer, and no bucket is made.
#[tokio::test]
async fn few_rows_have_no_buckets() {
    let steps = [
        "mode=FinalPartitioned, gby=[segment@0 as segment], aggr=[gather_cross_sell_rate(__kpi_0)",
        "mode=Partial, gby=[segment@0 as segment], aggr=[gather_cross_sell_rate(__kpi_0)",
        "ProjectionExec: expr=[segment@0 as segment, 0 as __kpi_bucket, __kpi_0@1 as __kpi_0]",
        "mode=SinglePartitioned, gby=[segment@0 as segment], aggr=[kpi_together",
        "RepartitionExec: partitioning=Hash([kpi_bucket(customer@1)]",
        "DataSourceExec",
    ];
    let plan = physical("whole", BY_SEGMENT).await;
    assert!(has_in_order(&plan, &steps), "{plan}");
    assert_eq!(plan.matches("kpi_bucket(").count(), 1, "{plan}");
    // Nobody knows how many rows a condition leaves, and without keys there would be nothing to group by.
    for sql in [
        "SELECT segment, cross_sell_rate(customer, product) FROM orders WHERE amount > 5 GROUP BY segment",
        "SELECT cross_sell_rate(customer, product) FROM orders",
    ] {
        let plan = physical("whole", sql).await;
        assert!(plan.contains("__kpi_bucket@"), "{plan}");
    }
}

/// A number of buckets that somebody asks for, or too many rows.
#[tokio::test]
async fn buckets_stay_where_they_are_wanted() {
    for set in ["kpi.buckets = 64", "kpi.whole_rows = 332"] {
        let ctx = orders(with_rewrite("whole"));
        ctx.sql(&format!("SET {set}")).await.expect("an option");
        let plan = physical_of(&ctx, BY_SEGMENT).await;
        assert!(
            plan.contains("gby=[segment@0 as segment, __kpi_bucket@"),
            "{plan}"
        );
    }
    let ctx = orders(with_rewrite("whole"));
    ctx.sql("SET kpi.whole_rows = 333")
        .await
        .expect("an option");
    let plan = physical_of(&ctx, BY_SEGMENT).await;
    assert!(
        plan.contains("gby=[segment@0 as segment], aggr=[kpi_together"),
        "{plan}"
    );
}

const BY_SEGMENT: &str =
    "SELECT segment, cross_sell_rate(customer, product) AS rate FROM orders GROUP BY segment";

async fn physical(mode: &str, sql: &str) -> String {
    physical_of(&orders(with_rewrite(mode)), sql).await
}

async fn physical_of(ctx: &SessionContext, sql: &str) -> String {
    let frame = ctx.sql(sql).await.expect("a plan");
    let plan = frame.create_physical_plan().await.expect("a plan");
    displayable(plan.as_ref()).indent(false).to_string()
}

fn has_in_order(plan: &str, steps: &[&str]) -> bool {
    let mut rest = plan;
    steps.iter().all(|step| match rest.split_once(step) {
        Some((_, after)) => {
            rest = after;
            true
        }
        None => false,
    })
}

/// KPIs of one entity share one aggregate, and their common arguments.
#[tokio::test]
async fn one_entity_has_one_directory() {
    let ctx = orders(with_rewrite("on"));
    let sql = "SELECT cross_sell_rate(customer, product), products_per_customer(customer, product) FILTER (WHERE flag),
                 upsell_rate(customer, flag), nps(score), sum(amount), avg(amount), count(*)
               FROM orders";
    let plan = optimized(&ctx, sql).await.display_indent().to_string();
    let together = "kpi_together(cross_sell_rate(orders.customer, orders.product), \
                    products_per_customer(orders.customer, orders.product) FILTER (WHERE orders.flag), \
                    upsell_rate(orders.customer, orders.flag)) AS __kpi_0";
    assert!(plan.contains(together), "{plan}");
    assert!(
        plan.contains("kpi_together(nps(orders.score)) AS __kpi_1"),
        "{plan}"
    );
    assert_eq!(plan.matches("kpi_bucket(").count(), 1, "{plan}");
}

/// A key that is computed is computed once.
#[tokio::test]
async fn computed_keys_are_computed_once() {
    let ctx = orders(with_rewrite("on"));
    let sql = "SELECT upper(segment) AS s, cross_sell_rate(customer, product) FROM orders GROUP BY upper(segment)";
    let plan = optimized(&ctx, sql).await.display_indent().to_string();
    assert_eq!(plan.matches("upper(").count(), 1, "{plan}");
}

#[tokio::test]
async fn the_option_decides() {
    let sql = "SELECT segment, cross_sell_rate(customer, product) FROM orders GROUP BY segment";
    for (mode, expected) in [("on", true), ("auto", true), ("off", false)] {
        let ctx = orders(with_rewrite("auto"));
        ctx.sql(&format!("SET kpi.rewrite = '{mode}'"))
            .await
            .expect("an option");
        assert_eq!(is_split(&optimized(&ctx, sql).await), expected, "{mode}");
    }
    let ctx = orders(with_rewrite("auto"));
    for (set, expected) in [
        (
            "kpi.rewrite = 'maybe'",
            "kpi.rewrite must be auto, on or off; got maybe. Example: SET kpi.rewrite = 'on'",
        ),
        (
            "kpi.buckets = 65537",
            "kpi.buckets must be a whole number up to 65536, or 0 to leave it to the rewrite; got 65537. \
             Example: SET kpi.buckets = 1024",
        ),
        (
            "kpi.buckets = 'some'",
            "got some. Example: SET kpi.buckets = 1024",
        ),
        (
            "kpi.whole_rows = -1",
            "kpi.whole_rows must be a number of rows; got -1. Example: SET kpi.whole_rows = 1000000",
        ),
        (
            "kpi.mode = 'on'",
            "there is no option kpi.mode; there are kpi.benchmarks, kpi.rewrite, kpi.buckets and kpi.whole_rows",
        ),
    ] {
        let error = ctx.sql(&format!("SET {set}")).await;
        let error = error.expect_err("no such option").to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[tokio::test]
async fn options_can_be_looked_at() {
    let ctx = orders(SessionConfig::new().with_information_schema(true));
    for (sql, expected) in [
        ("SHOW kpi.rewrite", "kpi.rewrite auto"),
        ("SHOW kpi.buckets", "kpi.buckets 0"),
        (
            "SELECT value FROM information_schema.df_settings WHERE name LIKE 'kpi.%' ORDER BY name",
            &format!("NULL 0 auto {}", usize::MAX),
        ),
    ] {
        let answer = rows(&ctx, sql)
            .await
            .unwrap_or_else(|error| panic!("{sql}: {error}"));
        let answer: Vec<_> = answer.into_iter().flatten().collect();
        assert_eq!(answer.join(" "), expected, "{sql}");
    }
}

/// On one thread a single KPI is as well off in one level, unless somebody wants buckets.
#[tokio::test]
async fn auto_splits_where_it_wins() {
    let one =
        "SELECT segment, cross_sell_rate(customer, product), count(*) FROM orders GROUP BY segment";
    let two = "SELECT segment, cross_sell_rate(customer, product), upsell_rate(customer, flag) FROM orders GROUP BY segment";
    for (sql, setup, expected) in [
        (one, "SET datafusion.execution.target_partitions = 1", false),
        (one, "SET datafusion.execution.target_partitions = 2", true),
        (two, "SET datafusion.execution.target_partitions = 1", true),
    ] {
        let ctx = orders(with_rewrite("auto"));
        ctx.sql(setup).await.expect("an option");
        assert_eq!(
            is_split(&optimized(&ctx, sql).await),
            expected,
            "{setup}: {sql}"
        );
        ctx.sql("SET kpi.buckets = 16").await.expect("an option");
        assert!(is_split(&optimized(&ctx, sql).await), "{setup}: {sql}");
    }
}

/// The place that `docs/architecture.md` tells.
#[tokio::test]
async fn the_rule_has_its_place() {
    let ctx = orders(with_rewrite("auto"));
    let state = ctx.state();
    let rules: Vec<_> = state
        .optimizers()
        .iter()
        .map(|rule| rule.name().to_string())
        .collect();
    let place = rules
        .iter()
        .position(|rule| rule == "split_kpis_by_entity")
        .expect("it is there");
    assert_eq!(rules[place + 1], "single_distinct_aggregation_to_group_by");
    let decorrelated = rules
        .iter()
        .position(|rule| rule == "scalar_subquery_to_join");
    assert!(decorrelated.expect("DataFusion has the rule") < place);
    let physical = state
        .physical_optimizers()
        .last()
        .expect("there are rules")
        .name()
        .to_string();
    assert_eq!(physical, "exchange_rows_of_entities");
}
