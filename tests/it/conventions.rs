//! One small table, and the many numbers that go by the name of cross-sell rate.
//!
//! The table, its README and the values, worked out on paper, lie beside the package; see
//! [`crate::reference::shared_data`]. Here stands a query for every rate of that README, and for every
//! interval. Of 12 customers 10 bought, 7 were offered a second product, and 3 have two products or more.

use datafusion::prelude::{CsvReadOptions, SessionContext};

use crate::reference::{shared_data, text};
use crate::support::{session, settings, value};

const BUYERS: &str = "FROM orders";
const EVERYBODY: &str = "FROM customers c LEFT JOIN orders o ON o.customer_id = c.customer_id";
/// Each order line with the product that its customer bought first. Orders are numbered as they came.
const LINES: &str = "FROM (SELECT *, first_value(product) OVER (PARTITION BY customer_id ORDER BY CAST(substr(order_id, 2) AS INT), product) AS first_product FROM orders)";
/// Each order line, and whether its customer has several products.
const CROSS_SOLD: &str = "FROM (SELECT *, cross_sell_rate(customer_id, product) OVER (PARTITION BY customer_id) = 100 AS is_cross_sold FROM orders)";
/// Monthly revenue of four customers: 20000 at the start, 3000 of expansion, 800 of contraction and 1200 of churn.
const MRR: &str = "FROM (VALUES ('stays', 10000, 10000), ('grows', 7000, 10000), ('shrinks', 1800, 1000), ('leaves', 1200, 0)) AS mrr(customer, before, after)";

const ANSWERS: &str = "FROM (VALUES (10, 60), (8, 25), (3, 35)) AS answers(score, n) JOIN generate_series(1, 60) ON value <= n";

/// What it is, the query, and the value on paper.
fn conventions() -> Vec<(&'static str, String, f64)> {
    vec![
        (
            "of all customers",
            format!("SELECT cross_sell_rate(c.customer_id, o.product) {EVERYBODY}"),
            100.0 * 3.0 / 12.0,
        ),
        (
            "of the buyers",
            format!("SELECT cross_sell_rate(customer_id, product) {BUYERS}"),
            100.0 * 3.0 / 10.0,
        ),
        (
            "of the offered, by WHERE",
            format!("SELECT ccr(c.customer_id, o.product) {EVERYBODY} WHERE c.offered"),
            100.0 * 3.0 / 7.0,
        ),
        (
            "of the offered, by FILTER",
            format!("SELECT ccr(c.customer_id, o.product) FILTER (WHERE c.offered) {EVERYBODY}"),
            100.0 * 3.0 / 7.0,
        ),
        (
            "penetration of several products is the same number",
            format!("SELECT penetration(customer_id, product, 2) {BUYERS}"),
            100.0 * 3.0 / 10.0,
        ),
        (
            "customers with more than one order",
            format!("SELECT repeat_purchase_rate(customer_id, order_id) {BUYERS}"),
            100.0 * 5.0 / 10.0,
        ),
        // With the order in the place of the product.
        (
            "customers with more than one order, as a penetration",
            format!("SELECT penetration(customer_id, order_id) {BUYERS}"),
            100.0 * 5.0 / 10.0,
        ),
        // A line without a product is no unit of another product.
        (
            "units of other products than the first, by order",
            format!(
                "SELECT 100 * average_purchase_value(order_id, CASE WHEN product <> first_product THEN quantity END) {LINES}"
            ),
            100.0 * 5.0 / 16.0,
        ),
        (
            "products per buyer",
            format!("SELECT products_per_customer(customer_id, product) {BUYERS}"),
            14.0 / 10.0,
        ),
        (
            "revenue of cross-sold customers",
            format!("SELECT cross_sell_revenue_share(amount, is_cross_sold) {CROSS_SOLD}"),
            100.0 * 760.0 / 1700.0,
        ),
        (
            "B attached to A, by customer",
            format!("SELECT attach_rate(customer_id, product = 'A', product = 'B') {BUYERS}"),
            100.0 * 3.0 / 7.0,
        ),
        (
            "B attached to A, in the same order",
            format!("SELECT attach_rate(order_id, product = 'A', product = 'B') {BUYERS}"),
            100.0 * 1.0 / 8.0,
        ),
        // The orders with A are picked first, and then it is a ratio of transactions.
        (
            "B attached to A, as a ratio",
            format!(
                "SELECT cross_sell_ratio(order_id, product = 'B') {BUYERS}
                 WHERE order_id IN (SELECT order_id FROM orders WHERE product = 'A')"
            ),
            100.0 * 1.0 / 8.0,
        ),
        // Units are summed as amounts are.
        (
            "B attached to A, by unit",
            format!(
                "SELECT 100.0 * cross_sell_revenue(quantity, product = 'B') / cross_sell_revenue(quantity, product = 'A') {BUYERS}"
            ),
            100.0 * 7.0 / 8.0,
        ),
        (
            "support of A and B, by customer",
            format!(
                "SELECT basket_support(customer_id, product = 'A', product = 'B') / 100 {BUYERS}"
            ),
            3.0 / 10.0,
        ),
        (
            "confidence of A to B, by customer",
            format!(
                "SELECT basket_confidence(customer_id, product = 'A', product = 'B') / 100 {BUYERS}"
            ),
            3.0 / 7.0,
        ),
        (
            "lift of A and B, by customer",
            format!("SELECT basket_lift(customer_id, product = 'A', product = 'B') {BUYERS}"),
            (3.0 / 7.0) / (5.0 / 10.0),
        ),
        (
            "support of A and B, by order",
            format!("SELECT basket_support(order_id, product = 'A', product = 'B') / 100 {BUYERS}"),
            1.0 / 16.0,
        ),
        (
            "confidence of A to B, by order",
            format!(
                "SELECT basket_confidence(order_id, product = 'A', product = 'B') / 100 {BUYERS}"
            ),
            1.0 / 8.0,
        ),
        (
            "lift of A and B, by order",
            format!("SELECT basket_lift(order_id, product = 'A', product = 'B') {BUYERS}"),
            (1.0 / 8.0) / (6.0 / 16.0),
        ),
        (
            "60 promoters, 25 passives and 35 detractors",
            format!("SELECT nps(score) {ANSWERS}"),
            100.0 * (60.0 - 35.0) / 120.0,
        ),
        (
            "net revenue retention",
            format!("SELECT nrr(customer, before, after) {MRR}"),
            100.0 * 21000.0 / 20000.0,
        ),
        (
            "gross revenue retention",
            format!("SELECT grr(customer, before, after) {MRR}"),
            100.0 * 18000.0 / 20000.0,
        ),
    ]
}

/// A 95 % interval as the README has it: what it is of, the query of the parts, and both ends to two digits.
fn intervals() -> Vec<(&'static str, String, [f64; 2])> {
    let rate_of = |part: u32, whole: u32| {
        format!(
            "SELECT churn_rate_parts(value, value <= {part}) AS p FROM generate_series(1, {whole})"
        )
    };
    vec![
        (
            "3 of the 10 buyers",
            format!("SELECT cross_sell_rate_parts(customer_id, product) AS p {BUYERS}"),
            [10.78, 60.32],
        ),
        ("0 of 10", rate_of(0, 10), [0.0, 27.75]),
        ("1 of 12", rate_of(1, 12), [1.49, 35.39]),
        ("300 of 1000", rate_of(300, 1000), [27.24, 32.91]),
        // 20.83, plus or minus 15.48.
        (
            "60 promoters, 25 passives and 35 detractors",
            format!("SELECT nps_parts(score) AS p {ANSWERS}"),
            [5.36, 36.31],
        ),
    ]
}

async fn register(ctx: &SessionContext) -> Option<()> {
    let folder = shared_data()?.join("conventions");
    for name in ["customers", "orders"] {
        let path = text(folder.join(format!("{name}.csv")));
        ctx.register_csv(name, path, CsvReadOptions::new())
            .await
            .expect("the file can be read");
    }
    Some(())
}

#[tokio::test]
async fn every_convention_has_a_query() {
    let mut queries = conventions();
    for (name, parts, ends) in intervals() {
        for (field, end) in ["ci_low", "ci_high"].into_iter().zip(ends) {
            let sql = format!("SELECT round(p['{field}'], 2) FROM ({parts})");
            queries.push((name, sql, end));
        }
    }
    let mut failures = vec![];
    for (setting, config) in settings() {
        let ctx = session(config);
        if register(&ctx).await.is_none() {
            return;
        }
        for (name, sql, expected) in &queries {
            let got = value(&ctx, sql).await;
            // Values come as text with nine digits after the point.
            let equal = got
                .parse::<f64>()
                .is_ok_and(|got| (got - expected).abs() < 1e-9);
            if !equal {
                failures.push(format!(
                    "{name}, {setting}: expected {expected}, got {got}: {sql}"
                ));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
