//! The plan of every shape, whole, as `plans.txt` has it: whoever changes the operator sees what becomes of all of them.
//!
//! `KPI_SQL_WRITE_DOCS=1 cargo test --test it operator::snapshots` writes it anew.

use std::fmt::Write;

use super::{orders, physical, with_operator};

const SNAPSHOTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/operator/plans.txt");

/// What is shown, and the query.
const PLANS: [(&str, &str); 24] = [
    (
        "One entity, without keys",
        "SELECT cross_sell_rate(customer, product) FROM orders",
    ),
    (
        "One entity, by key",
        "SELECT segment, cross_sell_rate(customer, product) FROM orders GROUP BY segment",
    ),
    (
        "An entity that is the key",
        "SELECT customer, products_per_customer(customer, product) FROM orders GROUP BY customer",
    ),
    (
        "Calls of one entity, one of them with a FILTER",
        "SELECT segment, cross_sell_rate(customer, product), arpa(customer, amount) FILTER (WHERE flag) FROM orders GROUP BY segment",
    ),
    (
        "Several entities",
        "SELECT segment, cross_sell_rate(customer, product), penetration(product, flag) FROM orders GROUP BY segment",
    ),
    (
        "Entities with a part in common",
        "SELECT cross_sell_rate(customer, product), count(DISTINCT customer), products_per_customer(customer, product) FROM orders",
    ),
    (
        "Rows that are judged by themselves",
        "SELECT segment, nps(score) FROM orders GROUP BY segment",
    ),
    (
        "Rows, and entities beside them",
        "SELECT segment, nps(score), cross_sell_rate(customer, product) FROM orders GROUP BY segment",
    ),
    (
        "ROLLUP",
        "SELECT segment, product, cross_sell_rate(customer, product) FROM orders GROUP BY ROLLUP (segment, product)",
    ),
    (
        "CUBE, of several entities",
        "SELECT segment, product, cross_sell_rate(customer, product), penetration(product, flag) FROM orders GROUP BY CUBE (segment, product)",
    ),
    (
        "GROUPING SETS of which none is a part of another",
        "SELECT segment, product, upsell_rate(customer, flag) FROM orders GROUP BY GROUPING SETS ((segment), (product))",
    ),
    (
        "Parts",
        "SELECT segment, upsell_rate_parts(customer, flag) FROM orders GROUP BY segment",
    ),
    (
        "States",
        "SELECT segment, upsell_rate_state(customer, flag) FROM orders GROUP BY segment",
    ),
    (
        "States that are merged and finished",
        "SELECT segment, kpi_finish(kpi_merge(state))
FROM (SELECT segment, product, upsell_rate_state(customer, flag) AS state FROM orders GROUP BY segment, product)
GROUP BY ROLLUP (segment)",
    ),
    (
        "Aggregates of others beside KPIs",
        "SELECT segment, cross_sell_rate(customer, product), sum(amount), count(*), count(DISTINCT product) FROM orders GROUP BY segment",
    ),
    (
        "Items that are counted elsewhere",
        "SELECT segment, purchase_frequency(customer, product) FROM orders GROUP BY segment",
    ),
    (
        "DISTINCT values without a KPI, which are not for the operator",
        "SELECT segment, count(DISTINCT customer) FROM orders GROUP BY segment",
    ),
    (
        "HAVING, ORDER BY and LIMIT",
        "SELECT segment, cross_sell_rate(customer, product) AS rate FROM orders GROUP BY segment HAVING count(*) > 3 ORDER BY rate DESC LIMIT 2",
    ),
    (
        "A join on the entity, whose rows are not sent again",
        "SELECT o.segment, cross_sell_rate(o.customer, o.product) FROM orders o JOIN orders c ON o.customer = c.customer GROUP BY o.segment",
    ),
    (
        "A key that is computed",
        "SELECT score % 3 AS third, cross_sell_rate(customer, product) FROM orders GROUP BY third",
    ),
    (
        "An aggregate that depends on the order of its rows",
        "SELECT segment, cross_sell_rate(customer, product), first_value(product ORDER BY amount) FROM orders GROUP BY segment",
    ),
    (
        "Rows that come in the order of the keys",
        "SELECT segment, cross_sell_rate(customer, product) FROM (SELECT * FROM orders ORDER BY segment LIMIT 50) GROUP BY segment",
    ),
    (
        "An entity that is another one each time",
        "SELECT cross_sell_rate(random(), product) FROM orders",
    ),
    (
        "A window",
        "SELECT cross_sell_rate(customer, product) OVER (PARTITION BY segment ORDER BY score) FROM orders",
    ),
];

/// The plans of all of them, on two threads.
async fn plans() -> String {
    let ctx = orders(with_operator("on"));
    let mut text = String::from(
        "The plans of all shapes, made by the operator on two threads.\n\
         KPI_SQL_WRITE_DOCS=1 cargo test --test it operator::snapshots writes them anew.\n",
    );
    for (title, sql) in PLANS {
        let plan = physical(&ctx, sql).await;
        write!(text, "\n# {title}\n\n{sql}\n\n{}\n", plan.trim_end()).expect("a text grows");
    }
    text
}

#[tokio::test]
async fn plans_are_as_they_were() {
    let plans = plans().await;
    if std::env::var("KPI_SQL_WRITE_DOCS").is_ok_and(|value| value == "1") {
        std::fs::write(SNAPSHOTS, &plans).expect("the plans can be written");
        return;
    }
    let kept = std::fs::read_to_string(SNAPSHOTS).expect("the plans can be read");
    let sections = |text: &str| -> Vec<String> { text.split("\n# ").map(str::to_string).collect() };
    for (now, then) in sections(&plans).iter().zip(&sections(&kept)) {
        assert_eq!(now, then, "another plan than in {SNAPSHOTS}");
    }
    assert_eq!(plans, kept, "{SNAPSHOTS} has other plans");
}
