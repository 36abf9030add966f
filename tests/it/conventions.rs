//! One small table, and the many numbers that go by the name of cross-sell rate.
//!
//! The table, its README and the values, worked out on paper, lie beside the package; see
//! [`crate::reference::shared_data`]. Here stands the query for each convention that the functions
//! can express. Of 12 customers 10 bought, 7 were offered a second product, and 3 have two products.

use datafusion::prelude::{CsvReadOptions, SessionContext};

use crate::reference::{shared_data, text};
use crate::support::{session, settings, value};

const BUYERS: &str = "FROM orders";
const EVERYBODY: &str = "FROM customers c LEFT JOIN orders o ON o.customer_id = c.customer_id";
/// Which customers and which orders have A, and which B.
const CUSTOMERS: &str = "FROM (SELECT customer_id, bool_or(product = 'A') AS a, bool_or(product = 'B') AS b FROM orders GROUP BY customer_id)";
const ORDERS: &str = "FROM (SELECT order_id, coalesce(bool_or(product = 'A'), false) AS a, coalesce(bool_or(product = 'B'), false) AS b FROM orders GROUP BY order_id)";

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
        // With the order in the place of the product.
        (
            "customers with more than one order",
            format!("SELECT penetration(customer_id, order_id) {BUYERS}"),
            100.0 * 5.0 / 10.0,
        ),
        (
            "B attached to A, by customer",
            format!(
                "SELECT penetration(customer_id, product = 'B') {BUYERS}
                 WHERE customer_id IN (SELECT customer_id FROM orders WHERE product = 'A')"
            ),
            100.0 * 3.0 / 7.0,
        ),
        (
            "B attached to A, in the same order",
            format!(
                "SELECT cross_sell_ratio(order_id, product = 'B') {BUYERS}
                 WHERE order_id IN (SELECT order_id FROM orders WHERE product = 'A')"
            ),
            100.0 * 1.0 / 8.0,
        ),
        (
            "support of A and B, by customer",
            format!("SELECT penetration(customer_id, a AND b) / 100 {CUSTOMERS}"),
            3.0 / 10.0,
        ),
        (
            "confidence of A to B, by customer",
            format!("SELECT penetration(customer_id, b) FILTER (WHERE a) / 100 {CUSTOMERS}"),
            3.0 / 7.0,
        ),
        (
            "lift of A and B, by customer",
            format!(
                "SELECT penetration(customer_id, b) FILTER (WHERE a) / penetration(customer_id, b) {CUSTOMERS}"
            ),
            (3.0 / 7.0) / (5.0 / 10.0),
        ),
        (
            "support of A and B, by order",
            format!("SELECT cross_sell_ratio(a AND b) / 100 {ORDERS}"),
            1.0 / 16.0,
        ),
        (
            "confidence of A to B, by order",
            format!("SELECT cross_sell_ratio(b) FILTER (WHERE a) / 100 {ORDERS}"),
            1.0 / 8.0,
        ),
        (
            "lift of A and B, by order",
            format!("SELECT cross_sell_ratio(b) FILTER (WHERE a) / cross_sell_ratio(b) {ORDERS}"),
            (1.0 / 8.0) / (6.0 / 16.0),
        ),
        (
            "60 promoters, 25 passives and 35 detractors",
            "SELECT nps(score) FROM (VALUES (10, 60), (8, 25), (3, 35)) AS answers(score, n)
             JOIN generate_series(1, 60) ON value <= n"
                .to_string(),
            100.0 * (60.0 - 35.0) / 120.0,
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
    let mut failures = vec![];
    for (setting, config) in settings() {
        let ctx = session(config);
        if register(&ctx).await.is_none() {
            return;
        }
        for (name, sql, expected) in conventions() {
            let got = value(&ctx, &sql).await;
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
