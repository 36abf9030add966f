//! What stays with DataFusion's own nodes, each with an answer all the same, and with its reason in EXPLAIN.

use super::{is_folded, orders, physical, with_operator};
use crate::support::rows;

async fn stays(sql: &str, reason: Option<&str>) {
    let on = orders(with_operator("on"));
    let plan = physical(&on, sql).await;
    assert!(!is_folded(&plan), "{plan}");
    let said = reason.map(|reason| format!("KpiFallbackExec: reason={reason}"));
    match said {
        Some(said) => assert!(plan.contains(&said), "{plan}"),
        None => assert!(!plan.contains("KpiFallbackExec"), "{plan}"),
    }
    let off = orders(with_operator("off"));
    assert_eq!(
        rows(&on, sql).await.expect("an answer"),
        rows(&off, sql).await.expect("an answer"),
        "{sql}"
    );
}

#[tokio::test]
async fn without_a_kpi_nothing_changes() {
    let sql =
        "SELECT segment, count(DISTINCT customer) FROM orders GROUP BY segment ORDER BY segment";
    stays(sql, None).await;
}

#[tokio::test]
async fn entities_and_groups_must_stay_the_same() {
    let on = orders(with_operator("on"));
    for sql in [
        "SELECT cross_sell_rate(random(), product) FROM orders",
        "SELECT cross_sell_rate(customer, product), count(DISTINCT score) FROM orders GROUP BY random() > 0.5",
    ] {
        let plan = physical(&on, sql).await;
        assert!(!is_folded(&plan), "{plan}");
        let reason = "KpiFallbackExec: reason=an expression gives another value each time";
        assert!(plan.contains(reason), "{plan}");
    }
}

#[tokio::test]
async fn what_depends_on_the_order_of_rows() {
    for aggregate in [
        "string_agg(product, ',' ORDER BY product, score)",
        "first_value(product ORDER BY product)",
    ] {
        let sql = format!(
            "SELECT segment, upsell_rate(customer, flag), {aggregate} FROM orders GROUP BY segment ORDER BY segment"
        );
        let (name, _) = aggregate.split_once('(').expect("a call");
        stays(&sql, Some(name)).await;
    }
}

#[tokio::test]
async fn rows_that_come_in_the_order_of_the_keys() {
    stays(
        "SELECT segment, cross_sell_rate(customer, product) FROM (SELECT * FROM orders ORDER BY segment LIMIT 300) AS o
         GROUP BY segment ORDER BY segment",
        Some("the rows come in the order of the keys"),
    )
    .await;
}

/// Windows ask for a value after every row.
#[tokio::test]
async fn windows_are_no_aggregation() {
    let sql = "SELECT DISTINCT segment, cross_sell_rate(customer, product) OVER (PARTITION BY segment) AS r
               FROM orders ORDER BY segment";
    let on = orders(with_operator("on"));
    assert!(!is_folded(&physical(&on, sql).await));
    let grouped = "SELECT segment, cross_sell_rate(customer, product) AS r FROM orders GROUP BY segment ORDER BY segment";
    assert!(is_folded(&physical(&on, grouped).await));
    assert_eq!(
        rows(&on, sql).await.expect("an answer"),
        rows(&on, grouped).await.expect("an answer")
    );
}
