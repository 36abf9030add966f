//! Every kind of node and call.

use datafusion::prelude::SessionConfig;

use super::sending::{answer, planned, shown, travels, trips};
use crate::operator::{operated, orders, with_operator};

/// Queries of the table `orders(segment, customer, product, flag, amount, score)`, each with what its plan is to have.
pub(super) const CASES: &[(&str, &str)] = &[
    // The shapes.
    ("SELECT segment, nps(score), count(*) FROM orders GROUP BY segment", "shape=rows"),
    ("SELECT segment, cross_sell_rate(customer, product) FROM orders GROUP BY segment", "shape=by entity [customer@"),
    ("SELECT cross_sell_rate(customer, product) FROM orders", "shape=by entity [customer@"),
    (
        "SELECT cross_sell_rate(customer, product), penetration(product, flag), nps(score), count(*) FROM orders",
        "KpiExpandExec: entities=2",
    ),
    (
        "SELECT segment, cross_sell_rate(customer, product), penetration(product, flag) FROM orders GROUP BY segment",
        "shape=by each entity [customer@",
    ),
    ("SELECT cross_sell_rate(upper(customer), product) FROM orders", "shape=by entity [upper(customer@"),
    (
        "SELECT c.segment, upsell_rate(c.customer, o.flag), cross_sell_rate(o.customer, o.product)
         FROM orders c LEFT JOIN orders o ON o.customer = c.customer GROUP BY c.segment",
        "shape=by entity [customer@",
    ),
    // What stays with DataFusion's nodes.
    (
        "SELECT segment, upsell_rate(customer, flag), first_value(product ORDER BY product) FROM orders GROUP BY segment",
        "KpiFallbackExec: reason=first_value",
    ),
    (
        "SELECT segment, cross_sell_rate(customer, product) FROM (SELECT * FROM orders ORDER BY segment LIMIT 300) AS o
         GROUP BY segment",
        "KpiFallbackExec: reason=the rows come in the order of the keys",
    ),
    // Filters.
    (
        "SELECT segment, cross_sell_rate(customer, product) FILTER (WHERE score > 3), upsell_rate(customer, flag),
                sum(amount) FILTER (WHERE flag) FROM orders GROUP BY segment",
        "KpiFoldExec",
    ),
    (
        "SELECT cross_sell_rate(customer, product) FILTER (WHERE amount > (SELECT avg(amount) FROM orders)) FROM orders",
        "ScalarSubqueryExec",
    ),
    (
        "SELECT cross_sell_rate(customer || (SELECT max(segment) FROM orders), product) FROM orders",
        "ScalarSubqueryExec",
    ),
    // Sets of keys.
    ("SELECT segment, product, cross_sell_rate(customer, product) FROM orders GROUP BY ROLLUP (segment, product)", "sets=3"),
    ("SELECT segment, product, arpa(customer, amount) FROM orders GROUP BY CUBE (segment, product)", "sets=4"),
    (
        "SELECT segment, grouping(segment), cross_sell_rate(customer, product), penetration(product, flag) FROM orders
         GROUP BY GROUPING SETS ((segment), (product), ())",
        "KpiExpandExec",
    ),
    // Parts, states, and what is made of them.
    (
        "SELECT segment, arpa_parts(customer, amount), csat_parts(score, 8) FROM orders GROUP BY segment",
        "arpa_parts(",
    ),
    (
        "SELECT segment, kpi_finish(cross_sell_rate_state(customer, product)),
                kpi_finish_parts(upsell_rate_state(customer, flag)) FROM orders GROUP BY segment",
        "cross_sell_rate_state(",
    ),
    (
        "SELECT kpi_finish(kpi_merge(state)), kpi_finish_mix(kpi_merge(mix)) FROM
         (SELECT segment, arpa_state(customer, amount) AS state, product_mix_state(customer, product) AS mix FROM orders GROUP BY segment)",
        "kpi_merge(",
    ),
    (
        "SELECT kpi_change(csat_parts(score) FILTER (WHERE flag), csat_parts(score) FILTER (WHERE NOT flag)) FROM orders WHERE score BETWEEN 1 AND 5",
        "kpi_change(",
    ),
    // Arguments that are written out, other names, items that are counted by a call of their own.
    ("SELECT csat(score, 8), ccr(customer, product) FROM orders", "csat("),
    ("SELECT segment, purchase_frequency(customer, product) FROM orders GROUP BY segment", "count(DISTINCT"),
    // Other aggregates beside them.
    (
        "SELECT segment, cross_sell_rate(customer, product), count(DISTINCT customer), count(DISTINCT score), sum(amount), median(amount),
                stddev(amount), min(product), approx_distinct(product) FROM orders GROUP BY segment",
        "median(",
    ),
    // Windows.
    (
        "SELECT score, cross_sell_rate(customer, product) OVER (PARTITION BY segment ORDER BY score RANGE UNBOUNDED PRECEDING) FROM orders",
        "WindowAggExec",
    ),
    (
        "SELECT score, arpa(customer, amount) OVER (ORDER BY score RANGE BETWEEN 2 PRECEDING AND CURRENT ROW) FROM orders",
        "WindowAggExec",
    ),
    (
        "SELECT segment, kpi_finish(kpi_merge(state) OVER (ORDER BY segment)) FROM
         (SELECT segment, arpa_state(customer, amount) AS state FROM orders GROUP BY segment)",
        "WindowAggExec",
    ),
    // What judges.
    (
        "SELECT segment, kpi_band('cross_sell_ratio', cross_sell_ratio(flag)) FROM orders GROUP BY segment
         HAVING kpi_band('ccr', 100 * cross_sell_rate(customer, product), segment) IS NULL",
        "kpi_band(",
    ),
    ("SELECT kpi, kpi_band(kpi, 15) FROM kpi_benchmarks()", "kpi_band("),
    (
        "SELECT kpi_vs_rest(segment, p), kpi_decompose(segment, p, q), xmr_chart(k, n), p_chart(n, n, n), count(*) FROM
         (SELECT segment, nps_parts(score) AS p, nps_parts(score) FILTER (WHERE flag) AS q, count(DISTINCT customer) AS n, row_number() OVER (ORDER BY segment) AS k FROM orders GROUP BY segment)",
        "kpi_decompose(",
    ),
    (
        "SELECT segment, kpi_target(nps_parts(score), 50), kpi_guard(nps_parts(score), 2) FROM orders GROUP BY segment",
        "kpi_target(",
    ),
];

#[tokio::test]
async fn every_kind_of_node_and_call() {
    let mut checked = 0;
    for (sql, expected) in CASES {
        let ctx = orders(with_operator("on"));
        let plan = planned(&ctx, sql).await;
        assert!(shown(&plan).contains(expected), "{sql}\n{}", shown(&plan));
        let answers = travels(&ctx, &plan, sql).await;
        assert!(!answers.is_empty(), "{sql}");
        checked += 1;
    }
    assert_eq!(checked, CASES.len());
    assert!(checked > 25);
}

#[tokio::test]
async fn one_partition() {
    let ctx = orders(operated(
        SessionConfig::new().with_target_partitions(1),
        "on",
    ));
    let sql = "SELECT segment, cross_sell_rate(customer, product), penetration(product, flag), sum(amount) FROM orders GROUP BY segment";
    let plan = planned(&ctx, sql).await;
    assert!(shown(&plan).contains("shape=one partition"));
    assert_eq!(travels(&ctx, &plan, sql).await.len(), 4);
}

/// DataFusion's own nodes have our functions by their names.
#[tokio::test]
async fn without_the_operator() {
    let mut checked = 0;
    for (sql, _) in CASES {
        let ctx = orders(with_operator("off"));
        let plan = planned(&ctx, sql).await;
        assert!(!shown(&plan).contains("KpiF"), "{}", shown(&plan));
        travels(&ctx, &plan, sql).await;
        checked += 1;
    }
    assert_eq!(checked, CASES.len());
}

/// A volatile entity is another one in each run, so there is no answer to compare.
#[tokio::test]
async fn a_volatile_entity() {
    let ctx = orders(with_operator("on"));
    let plan = planned(
        &ctx,
        "SELECT cross_sell_rate(random(), product) FROM orders",
    )
    .await;
    let reason = "KpiFallbackExec: reason=an expression gives another value each time";
    assert!(shown(&plan).contains(reason), "{}", shown(&plan));
    for (fresh, read) in trips(&plan, "random()") {
        assert_eq!(answer(&read, &fresh).await.len(), 1);
    }
}
