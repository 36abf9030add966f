//! The classic Jaffle Shop: 113 payments of 99 orders, so small that its values can be checked by hand.
//! It has no products; the payment method stands in for them.

use datafusion::prelude::SessionContext;

use super::order_lines::{self, Values};
use super::sql::{collect, collect_row, numbers, register_csv};
use super::tally::Tally;
use super::values::Reference;
use super::{baskets, holders, shared_data};
use crate::support::{plain_session, session, settings};

const FACT: &str = "
    CREATE TABLE fact AS
    SELECT o.user_id AS customer_id, o.id AS order_id, CAST(o.order_date AS TIMESTAMP) AS ts, o.order_date AS day,
           p.payment_method AS product, p.payment_method AS category, p.amount / 100.0 AS unit_price, p.amount / 100.0 AS amount,
           o.status, to_char(o.order_date, '%Y-%m') AS month
    FROM raw_payments p
    JOIN raw_orders o ON o.id = p.order_id";

async fn register(ctx: &SessionContext) -> Option<()> {
    let folder = shared_data()?.join("jaffle_classic");
    register_csv(
        ctx,
        &folder,
        &["raw_customers", "raw_orders", "raw_payments"],
    )
    .await;
    collect(ctx, FACT).await;
    Some(())
}

/// 5 states of an order; 4 months, which have no figures about time.
const SEGMENTS: usize = 5;
const MONTHS: usize = 4;

#[tokio::test]
async fn raw_files() {
    let ctx = plain_session();
    let (Some(()), Some(folder)) = (register(&ctx).await, shared_data()) else {
        return;
    };
    let folder = folder.join("jaffle_classic/reference");
    let reference = Reference::read(folder.join("kpi_duckdb.csv")).await;
    let values = Values {
        calls: SEGMENTS * 13 + MONTHS * 7,
        with_total: (SEGMENTS + 1) * 18 + MONTHS * 10,
        of_customers: (SEGMENTS + 1) * 9 + MONTHS * 3,
    };
    order_lines::compare("jaffle_classic", &ctx, &reference, values).await;
    holders::compare(
        "jaffle_classic",
        &ctx,
        folder.join("penetration_duckdb.csv"),
        8 * 3,
    )
    .await;
}

/// The only pairs of items that are compared under every setting, because the others have more lines.
#[tokio::test]
async fn raw_files_under_every_setting() {
    for (setting, config) in settings() {
        let ctx = session(config);
        let (Some(()), Some(folder)) = (register(&ctx).await, shared_data()) else {
            return;
        };
        let folder = folder.join("jaffle_classic/reference");
        let reference = Reference::read(folder.join("kpi_duckdb.csv")).await;
        let name = format!("jaffle_classic, {setting}");
        let values = (SEGMENTS + 1) * 18 + MONTHS * 10;
        order_lines::compare_in_one_pass(&name, &ctx, &reference, values).await;
        baskets::compare(&name, &ctx, folder.join("basket_duckdb.csv"), 7 * 4).await;
    }
}

/// 62 of 100 customers ever ordered; an outer join counts the others too. 24 have several products.
#[tokio::test]
async fn all_customers() {
    let ctx = plain_session();
    if register(&ctx).await.is_none() {
        return;
    }
    let sql = "
        SELECT cross_sell_rate(c.id, f.product) AS rate, purchase_frequency(c.id, f.order_id) AS orders, arpa(c.id, f.amount) AS arpa
        FROM raw_customers c LEFT JOIN fact f ON f.customer_id = c.id";
    let row = collect_row(&ctx, sql).await;
    let mut tally = Tally::new("jaffle_classic, LEFT JOIN");
    for (column, expected) in [
        ("rate", 24.0),
        ("orders", 99.0 / 100.0),
        ("arpa", 1672.0 / 100.0),
    ] {
        tally.check(column, Some(expected), numbers(&row, column)[0]);
    }
    tally.finish(3);
}
