//! What can be merged with what.

use crate::laws::ask;
use crate::support::{plain_session, rows};

use super::with_orders;

/// States of one argument in several types of a kind are of one sort.
#[tokio::test]
async fn types_of_a_kind_merge() {
    let ctx = plain_session();
    let cases = [
        (
            "product",
            vec!["Utf8", "LargeUtf8", "Utf8View", "Dictionary(Int32, Utf8)"],
        ),
        ("customer", vec!["Int8", "Int32", "Int64"]),
        ("customer", vec!["UInt8", "UInt64"]),
        ("customer", vec!["Float32", "Float64"]),
        ("customer", vec!["Decimal128(9, 0)", "Decimal128(38, 0)"]),
        (
            "product",
            vec!["Binary", "LargeBinary", "BinaryView", "FixedSizeBinary(1)"],
        ),
    ];
    for (column, types) in cases {
        let states: Vec<_> = types
            .iter()
            .enumerate()
            .map(|(n, data_type)| {
                // Customer 1 has a product of each type's turn: alone none is a cross-sell.
                let cast = |name: &str| match name == column {
                    true if data_type.contains("Binary") => {
                        format!("arrow_cast(arrow_cast({name}, 'Binary'), '{data_type}')")
                    }
                    true => format!("arrow_cast({name}, '{data_type}')"),
                    false => name.to_string(),
                };
                format!(
                    "SELECT cross_sell_rate_state({}, {}) AS state FROM (VALUES (1, '{n}'), (2, 'x')) AS t(customer, product)",
                    cast("customer"),
                    cast("product"),
                )
            })
            .collect();
        let sql = format!(
            "SELECT kpi_finish(kpi_merge(state)) FROM ({})",
            states.join(" UNION ALL ")
        );
        assert_eq!(ask(&ctx, &sql).await, [["50"]], "{sql}");
    }
}

#[tokio::test]
async fn amounts_of_one_kind_merge_and_times_lose_their_zone() {
    let ctx = plain_session();
    let sql = "SELECT kpi_finish(kpi_merge(state)) FROM (
        SELECT arpa_state(1, CAST(1 AS SMALLINT)) AS state UNION ALL SELECT arpa_state(2, CAST(2 AS BIGINT)))";
    assert_eq!(ask(&ctx, sql).await, [["1.5"]]);
    let sql = "SELECT kpi_finish(kpi_merge(state)) FROM (
        SELECT arpa_state(1, CAST(1.5 AS DECIMAL(9, 2))) AS state UNION ALL SELECT arpa_state(2, CAST(2.5 AS DECIMAL(20, 2))))";
    assert_eq!(ask(&ctx, sql).await, [["2"]]);
    // 12 hours from the first to the second instant, whatever the clock on the wall said.
    let sql = "SELECT kpi_finish(kpi_merge(state)) FROM (
        SELECT time_to_cross_sell_state(1, 'a', arrow_cast('2026-01-01T12:00:00Z', 'Timestamp(ms, \"+02:00\")')) AS state
        UNION ALL
        SELECT time_to_cross_sell_state(1, 'b', arrow_cast('2026-01-02T00:00:00', 'Timestamp(ms)')))";
    assert_eq!(ask(&ctx, sql).await, [["0.5"]]);
}

#[tokio::test]
async fn strangers_are_refused_by_name() {
    let ctx = with_orders();
    let cases = [
        (
            "cross_sell_rate_state(buyer, product)",
            "upsell_rate_state(buyer, flag)",
            "kpi_merge: a state of upsell_rate(customer Int64, is_upsell Boolean) cannot be merged with a state of cross_sell_rate(customer Int64, product Int64); GROUP BY what tells them apart",
        ),
        (
            "cross_sell_rate_state(buyer, product)",
            "cross_sell_rate_state(buyer, flag)",
            "cross_sell_rate(customer Int64, is_cross_sell Boolean) cannot be merged with a state of cross_sell_rate(customer Int64, product Int64)",
        ),
        (
            "cross_sell_rate_state(buyer, product)",
            "cross_sell_rate_state(CAST(buyer AS VARCHAR), product)",
            "cross_sell_rate(customer Utf8, product Int64) cannot be merged",
        ),
        (
            "penetration_state(buyer, product, 2)",
            "penetration_state(buyer, product, 3)",
            "penetration(customer Int64, product Int64, at_least 3) cannot be merged with a state of penetration(customer Int64, product Int64, at_least 2)",
        ),
        (
            "arpa_state(buyer, amount)",
            "arpa_state(buyer, CAST(amount AS DOUBLE))",
            "arpa(customer Int64, revenue Float64) cannot be merged with a state of arpa(customer Int64, revenue Decimal128(2))",
        ),
    ];
    for (one, other, expected) in cases {
        // One after the other, so that it is known which one is the stranger.
        let sql = format!(
            "SELECT kpi_merge(state) OVER (ORDER BY n ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM
             (SELECT 1 AS n, {one} AS state FROM orders UNION ALL SELECT 2, {other} FROM orders)"
        );
        let error = rows(&ctx, &sql).await.expect_err("strangers are refused");
        assert!(error.to_string().contains(expected), "{error}");
    }
}

/// One column may hold states of several KPIs, as long as the groups keep them apart.
#[tokio::test]
async fn groups_may_be_of_different_kpis() {
    let ctx = with_orders();
    let sql = "SELECT kpi, kpi_finish(kpi_merge(state)) FROM (
        SELECT 'rate' AS kpi, n % 5 AS day, cross_sell_rate_state(buyer, product) AS state FROM orders GROUP BY 2
        UNION ALL SELECT 'arpa', n % 5, arpa_state(buyer, amount) FROM orders GROUP BY 2)
        GROUP BY kpi ORDER BY kpi";
    let expected = ask(
        &ctx,
        "SELECT CAST(arpa(buyer, amount) AS DOUBLE), cross_sell_rate(buyer, product) FROM orders",
    )
    .await;
    let got = ask(&ctx, sql).await;
    assert_eq!(got, [["arpa", &expected[0][0]], ["rate", &expected[0][1]]]);
}

#[tokio::test]
async fn what_no_state_can_hold_is_refused_at_planning() {
    let ctx = with_orders();
    let sql = "SELECT cross_sell_rate_state(struct(buyer), product) FROM orders";
    let error = ctx
        .sql(sql)
        .await
        .expect_err("a struct has no stable bytes");
    let expected = "cross_sell_rate_state: argument 1 is of type Struct";
    assert!(error.to_string().contains(expected), "{error}");
    for (call, expected) in [
        (
            "kpi_merge(n)",
            "kpi_merge: argument 1 must be a state of type BINARY",
        ),
        (
            "kpi_finish('abc')",
            "kpi_finish: argument 1 must be a state of type BINARY",
        ),
        (
            "kpi_finish(cross_sell_rate(buyer, product))",
            "got Float64. Example: kpi_finish(state)",
        ),
    ] {
        let error = ctx.sql(&format!("SELECT {call} FROM orders")).await;
        let error = error.expect_err("it is no state");
        assert!(error.to_string().contains(expected), "{error}");
    }
    let error = rows(
        &ctx,
        "SELECT kpi_finish(product_mix_state(buyer, product)) FROM orders",
    )
    .await;
    let error = error.expect_err("a list is no number");
    assert!(
        error.to_string().contains("kpi_finish_mix gives the list"),
        "{error}"
    );
    let error = rows(&ctx, "SELECT kpi_finish_mix(nps_state(score)) FROM orders").await;
    let error = error.expect_err("a number is no list");
    assert!(
        error.to_string().contains("kpi_finish gives the number"),
        "{error}"
    );
}
