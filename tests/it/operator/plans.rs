//! What the plans look like.

use datafusion::prelude::SessionConfig;

use super::{is_folded, orders, physical, with_operator};
use crate::support::rows;

const BY_SEGMENT: &str =
    "SELECT segment, cross_sell_rate(customer, product) AS rate FROM orders GROUP BY segment";

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

async fn plan_has(sql: &str, steps: &[&str]) {
    let plan = physical(&orders(with_operator("on")), sql).await;
    assert!(has_in_order(&plan, steps), "{plan}");
}

/// Rows are sent to the partition that folds them, and nothing but a line per group goes on from there.
#[tokio::test]
async fn rows_are_folded_once() {
    let steps = [
        "KpiFinishExec: gby=[segment@0]",
        "RepartitionExec: partitioning=Hash([segment@0]",
        "KpiFoldExec: shape=by entity [customer@1], gby=[segment], aggr=[cross_sell_rate(orders.customer,orders.product)]",
        "RepartitionExec: partitioning=Hash([customer@1]",
        "DataSourceExec",
    ];
    plan_has(BY_SEGMENT, &steps).await;
}

/// Sets of keys are made of the finest one; rows are not multiplied.
#[tokio::test]
async fn sets_of_keys_are_folded_once() {
    let sql = "SELECT segment, product, cross_sell_rate(customer, product) FROM orders GROUP BY ROLLUP (segment, product)";
    let steps = [
        "KpiFinishExec: gby=[segment@0, product@1, __grouping_id@2]",
        "KpiFoldExec: shape=by entity [customer@1], gby=[segment, product], sets=3",
        "RepartitionExec: partitioning=Hash([customer@1]",
    ];
    plan_has(sql, &steps).await;
}

/// With several kinds of entities the input is read once.
#[tokio::test]
async fn several_entities_are_read_once() {
    let sql = "SELECT cross_sell_rate(customer, product), penetration(product, flag), count(*) FROM orders";
    let steps = [
        "KpiFinishExec: gby=[]",
        "KpiFoldExec: shape=by each entity [customer@0; product@1]",
        "RepartitionExec: partitioning=Hash([__kpi_entity_hash@",
        "KpiExpandExec: entities=2",
        "DataSourceExec",
    ];
    plan_has(sql, &steps).await;
    let plan = physical(&orders(with_operator("on")), sql).await;
    assert_eq!(plan.matches("DataSourceExec").count(), 1, "{plan}");
}

/// A join has brought the rows of both together.
#[tokio::test]
async fn keys_of_a_join_are_one_entity_to_the_exchange() {
    for (join, are_together) in [
        ("LEFT JOIN orders o ON o.customer = c.customer", true),
        ("RIGHT JOIN orders o ON o.customer = c.customer", true),
        // Either of the two may be NULL in many rows.
        ("FULL JOIN orders o ON o.customer = c.customer", false),
        (
            "LEFT JOIN orders o ON o.customer = c.customer AND o.score > c.score",
            false,
        ),
        ("CROSS JOIN orders o", false),
    ] {
        let sql = format!(
            "SELECT c.segment, upsell_rate(c.customer, o.flag), cross_sell_rate(o.customer, o.product) FROM orders c {join}
             GROUP BY c.segment"
        );
        let plan = physical(&orders(with_operator("on")), &sql).await;
        assert_eq!(
            !plan.contains("KpiExpandExec"),
            are_together,
            "{sql}\n{plan}"
        );
    }
}

/// Where each row is judged by itself, none is sent.
#[tokio::test]
async fn rows_that_are_judged_stay_where_they_are() {
    let sql = "SELECT segment, nps(score), count(*) FROM orders GROUP BY segment";
    plan_has(sql, &["KpiFoldExec: shape=rows, gby=[segment]"]).await;
    let plan = physical(&orders(with_operator("on")), sql).await;
    assert_eq!(plan.matches("RepartitionExec").count(), 1, "{plan}");
}

/// `count(DISTINCT x)` is a fold of entities beside those of KPIs.
#[tokio::test]
async fn distinct_values_are_counted_with_the_entities() {
    let sql = "SELECT cross_sell_rate(customer, product), count(DISTINCT customer) FROM orders";
    let steps = [
        "KpiFoldExec: shape=by entity [customer@0]",
        "aggr=[cross_sell_rate(orders.customer,orders.product), count(DISTINCT orders.customer)]",
    ];
    plan_has(sql, &steps).await;
}

/// Stored states are handed on as they are, and merged where their group is finished.
#[tokio::test]
async fn stored_states_are_merged_in_the_operator() {
    let states = "SELECT segment, product, cross_sell_rate_state(customer, product) AS state FROM orders GROUP BY segment, product";
    let sql = format!(
        "SELECT segment, count(DISTINCT product), kpi_merge(state) FROM ({states}) GROUP BY ROLLUP (segment)"
    );
    let steps = [
        "KpiFinishExec: gby=[segment@0, __grouping_id@1]",
        "KpiFoldExec: shape=rows, gby=[segment], sets=2, aggr=[count(DISTINCT orders.product), kpi_merge(state)]",
        "KpiFoldExec: shape=by entity [customer@1]",
    ];
    plan_has(&sql, &steps).await;
}

#[tokio::test]
async fn one_thread_sends_nothing() {
    for sql in [
        BY_SEGMENT,
        "SELECT cross_sell_rate(customer, product), penetration(product, flag) FROM orders",
    ] {
        let ctx = orders(with_operator("on"));
        ctx.sql("SET datafusion.execution.target_partitions = 1")
            .await
            .expect("an option");
        let plan = physical(&ctx, sql).await;
        assert!(plan.contains("shape=one partition"), "{plan}");
        assert!(!plan.contains("partitioning=Hash"), "{plan}");
    }
}

#[tokio::test]
async fn the_option_decides() {
    for (mode, expected) in [("on", true), ("off", false)] {
        let ctx = orders(with_operator("on"));
        ctx.sql(&format!("SET kpi.operator = '{mode}'"))
            .await
            .expect("an option");
        assert_eq!(
            is_folded(&physical(&ctx, BY_SEGMENT).await),
            expected,
            "{mode}"
        );
    }
    let ctx = orders(with_operator("on"));
    for (set, expected) in [
        (
            "kpi.operator = 'maybe'",
            "kpi.operator must be on or off; got maybe. Example: SET kpi.operator = 'on'",
        ),
        (
            "kpi.mode = 'on'",
            "there is no option kpi.mode; there are kpi.benchmarks, kpi.operator and kpi.confidence",
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
        ("SHOW kpi.operator", "kpi.operator on"),
        (
            "SELECT value FROM information_schema.df_settings WHERE name LIKE 'kpi.%' ORDER BY name",
            "NULL 95 on",
        ),
    ] {
        let answer = rows(&ctx, sql)
            .await
            .unwrap_or_else(|error| panic!("{sql}: {error}"));
        let answer: Vec<_> = answer.into_iter().flatten().collect();
        assert_eq!(answer.join(" "), expected, "{sql}");
    }
}

/// The place that `docs/architecture.md` tells.
#[tokio::test]
async fn the_rule_has_its_place() {
    let ctx = orders(with_operator("on"));
    let state = ctx.state();
    let rules: Vec<_> = state
        .physical_optimizers()
        .iter()
        .map(|rule| rule.name().to_string())
        .collect();
    let place = |name: &str| rules.iter().position(|rule| rule == name);
    let fold = place("fold_by_entity").expect("it is there");
    assert_eq!(rules[fold + 1], "EnsureRequirements");
    assert!(place("join_selection").expect("DataFusion has the rule") < fold);
    let ours = rules.iter().filter(|rule| *rule == "fold_by_entity");
    assert_eq!(ours.count(), 1);
}
