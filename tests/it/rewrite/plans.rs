//! What the plans look like.

use datafusion::physical_plan::displayable;
use datafusion::prelude::SessionConfig;

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
    let ctx = orders(with_rewrite("on"));
    let sql =
        "SELECT segment, cross_sell_rate(customer, product) AS rate FROM orders GROUP BY segment";
    let plan = ctx
        .sql(sql)
        .await
        .expect("a plan")
        .create_physical_plan()
        .await
        .expect("a plan");
    let plan = displayable(plan.as_ref()).indent(false).to_string();
    let order = [
        "mode=FinalPartitioned, gby=[segment@0 as segment], aggr=[gather_cross_sell_rate(__kpi_0)",
        "mode=Partial, gby=[segment@0 as segment], aggr=[gather_cross_sell_rate(__kpi_0)",
        "mode=SinglePartitioned, gby=[segment@0 as segment, __kpi_bucket@",
        "RepartitionExec: partitioning=Hash([segment@0, __kpi_bucket@",
        "DataSourceExec",
    ];
    let mut rest = plan.as_str();
    for step in order {
        let at = rest
            .find(step)
            .unwrap_or_else(|| panic!("{step} is missing or out of order:\n{plan}"));
        rest = &rest[at + step.len()..];
    }
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
            "kpi.mode = 'on'",
            "there is no option kpi.mode; there are kpi.benchmarks, kpi.rewrite and kpi.buckets",
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
            "NULL 0 auto",
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
