//! What stays in one level, each with the reason and an answer all the same.

use kpi_sql::engine::rewrite::rule::Refusal;

use super::{is_split, optimized, orders, refusal, with_rewrite};
use crate::support::rows;

#[track_caller]
fn assert_said(refusal: Option<Refusal>, expected: &str) {
    let said = refusal.map(|refusal| refusal.to_string());
    assert_eq!(said.as_deref(), Some(expected));
}

/// The rule refuses for this reason, the plan has one level, and the answer is that of the session without the rule.
async fn refuses(sql: &str, why: &str) {
    let on = orders(with_rewrite("on"));
    assert_said(refusal(&on, sql).await, why);
    assert!(!is_split(&optimized(&on, sql).await), "{sql}");
    let off = orders(with_rewrite("off"));
    assert_eq!(
        rows(&on, sql).await.expect("an answer"),
        rows(&off, sql).await.expect("an answer"),
        "{sql}"
    );
}

#[tokio::test]
async fn nothing_to_bucket_by() {
    refuses(
        "SELECT segment, nps(score), count(*) FROM orders GROUP BY segment ORDER BY segment",
        "no KPI of an entity",
    )
    .await;
}

#[tokio::test]
async fn grouping_sets_want_a_bucket_per_set() {
    for sets in [
        "ROLLUP (segment)",
        "CUBE (segment, flag)",
        "GROUPING SETS ((segment), ())",
    ] {
        let sql = format!(
            "SELECT segment, cross_sell_rate(customer, product) AS r FROM orders GROUP BY {sets} ORDER BY segment, r"
        );
        refuses(&sql, "grouping sets").await;
    }
}

#[tokio::test]
async fn two_entities_have_two_sets_of_buckets() {
    refuses(
        "SELECT segment, cross_sell_rate(customer, product), penetration(product, flag)
         FROM orders GROUP BY segment ORDER BY segment",
        "two entities, orders.customer and orders.product",
    )
    .await;
}

#[tokio::test]
async fn an_entity_must_stay_the_same() {
    let on = orders(with_rewrite("on"));
    let sql = "SELECT cross_sell_rate(random(), product) FROM orders";
    assert_said(refusal(&on, sql).await, "the entity random() is volatile");
    assert!(!is_split(&optimized(&on, sql).await));
}

#[tokio::test]
async fn what_does_not_decompose_keeps_all_in_one_level() {
    for (aggregate, said) in [
        ("median(amount)", "median(orders.amount)"),
        ("count(DISTINCT product)", "count(DISTINCT orders.product)"),
        ("sum(DISTINCT score)", "sum(DISTINCT orders.score)"),
        (
            "approx_percentile_cont(0.5) WITHIN GROUP (ORDER BY amount)",
            "approx_percentile_cont(orders.amount, Float64(0.5)) ORDER BY [orders.amount ASC NULLS LAST]",
        ),
        ("avg(DISTINCT amount)", "avg(DISTINCT orders.amount)"),
        (
            "string_agg(product, ',' ORDER BY product)",
            "string_agg(orders.product, Utf8(\",\")) ORDER BY [orders.product ASC NULLS LAST]",
        ),
        (
            "cross_sell_rate_parts(customer, product)",
            "cross_sell_rate_parts(orders.customer, orders.product)",
        ),
        (
            "cross_sell_rate_state(customer, product)",
            "cross_sell_rate_state(orders.customer, orders.product)",
        ),
    ] {
        let sql = format!(
            "SELECT segment, upsell_rate(customer, flag), {aggregate} FROM orders GROUP BY segment ORDER BY segment"
        );
        let on = orders(with_rewrite("on"));
        assert_said(
            refusal(&on, &sql).await,
            &format!("{said} does not decompose"),
        );
        assert!(!is_split(&optimized(&on, &sql).await), "{sql}");
        rows(&on, &sql).await.expect("an answer");
    }
}

#[tokio::test]
async fn a_subquery_is_first_made_a_join() {
    let sql =
        "SELECT DISTINCT segment, (SELECT cross_sell_rate(o.customer, o.product) FROM orders o
                WHERE o.segment = orders.segment) AS r FROM orders ORDER BY segment";
    let on = orders(with_rewrite("on"));
    assert_said(refusal(&on, sql).await, "a correlated subquery");
    // As a join it has no more to do with the query around it.
    assert!(is_split(&optimized(&on, sql).await));
    let off = orders(with_rewrite("off"));
    assert_eq!(
        rows(&on, sql).await.expect("an answer"),
        rows(&off, sql).await.expect("an answer")
    );
}

/// Windows ask for a value after every row.
#[tokio::test]
async fn windows_are_no_aggregation() {
    let sql = "SELECT DISTINCT segment, cross_sell_rate(customer, product) OVER (PARTITION BY segment) AS r
               FROM orders ORDER BY segment";
    let on = orders(with_rewrite("on"));
    assert!(!is_split(&optimized(&on, sql).await));
    let grouped = "SELECT segment, cross_sell_rate(customer, product) AS r FROM orders GROUP BY segment ORDER BY segment";
    assert!(is_split(&optimized(&on, grouped).await));
    assert_eq!(
        rows(&on, sql).await.expect("an answer"),
        rows(&on, grouped).await.expect("an answer")
    );
}
