//! Northwind: 2,155 order lines in normalised CSV files, joined in SQL as a user would.

use datafusion::arrow::array::RecordBatch;
use datafusion::prelude::SessionContext;
use tokio::sync::OnceCell;

use super::comparison::Comparison;
use super::order_lines::{self, CALLS, Values};
use super::sql::{collect, collect_row, numbers, register_csv, register_fact};
use super::tally::Tally;
use super::values::Reference;
use super::{baskets, holders, shared_data};
use crate::support::{plain_session, register_partitions, session, settings};

/// 8 categories, 21 countries, 9 employees, 3 years; 23 months, which have no figures about time.
const SEGMENTS: usize = 41;
const MONTHS: usize = 23;

async fn tables() -> Option<(SessionContext, Reference)> {
    let folder = shared_data()?.join("northwind");
    let ctx = plain_session();
    let names = [
        "categories",
        "customers",
        "employees",
        "order_details",
        "orders",
        "products",
    ];
    register_csv(&ctx, &folder, &names).await;
    Some((
        ctx,
        Reference::read(folder.join("reference/kpi_duckdb.csv")).await,
    ))
}

/// The order lines, joined once for all tests.
async fn lines(ctx: &SessionContext) -> &'static [RecordBatch] {
    static LINES: OnceCell<Vec<RecordBatch>> = OnceCell::const_new();
    let sql = r#"
        SELECT o."customerID" AS customer_id, o."orderID" AS order_id,
               CAST(o."orderDate" AS TIMESTAMP) AS ts, CAST(o."orderDate" AS DATE) AS day,
               p."productName" AS product, c."categoryName" AS category, CAST(d."unitPrice" AS DOUBLE) AS unit_price,
               d."unitPrice" * d.quantity * (1 - d.discount) AS amount, k.country, e."lastName" AS employee,
               to_char(CAST(o."orderDate" AS DATE), '%Y') AS year, to_char(CAST(o."orderDate" AS DATE), '%Y-%m') AS month
        FROM order_details d
        JOIN orders o ON o."orderID" = d."orderID"
        JOIN products p ON p."productID" = d."productID"
        JOIN categories c ON c."categoryID" = p."categoryID"
        JOIN customers k ON k."customerID" = o."customerID"
        JOIN employees e ON e."employeeID" = o."employeeID""#;
    LINES.get_or_init(|| collect(ctx, sql)).await
}

/// A table `fact` in small batches on three partitions.
async fn register_lines(ctx: &SessionContext, from: &SessionContext) {
    let mut partitions = vec![vec![], vec![], vec![]];
    let mut next = 0;
    for batch in lines(from).await {
        for start in (0..batch.num_rows()).step_by(100) {
            let length = (batch.num_rows() - start).min(100);
            partitions[next % 3].push(batch.slice(start, length));
            next += 1;
        }
    }
    register_partitions(ctx, "fact", partitions);
}

#[tokio::test]
async fn raw_files() {
    let Some((ctx, reference)) = tables().await else {
        return;
    };
    register_lines(&ctx, &ctx).await;
    let values = Values {
        calls: SEGMENTS * 14 + MONTHS * 7,
        with_total: (SEGMENTS + 1) * 19 + MONTHS * 10,
        of_customers: (SEGMENTS + 1) * 10 + MONTHS * 3,
    };
    order_lines::compare("northwind", &ctx, &reference, values).await;
}

/// The order has no ties, so that the last row has seen the whole partition.
#[tokio::test]
async fn running_windows() {
    let Some((ctx, reference)) = tables().await else {
        return;
    };
    register_lines(&ctx, &ctx).await;
    let mut comparison = Comparison::new("northwind", &reference, &CALLS);
    let order = ["ts", "order_id", "product"];
    comparison
        .by_running_window(&ctx, "fact", &["category", "country"], &order)
        .await;
    comparison.finish((8 + 21) * 14);
}

#[tokio::test]
async fn raw_files_under_every_setting() {
    let Some((from, reference)) = tables().await else {
        return;
    };
    for (setting, config) in settings() {
        let ctx = session(config);
        register_lines(&ctx, &from).await;
        let name = format!("northwind, {setting}");
        let values = (SEGMENTS + 1) * 19 + MONTHS * 10;
        order_lines::compare_in_one_pass(&name, &ctx, &reference, values).await;
    }
}

#[tokio::test]
async fn products() {
    let (Some((ctx, _)), Some(folder)) = (tables().await, shared_data()) else {
        return;
    };
    register_lines(&ctx, &ctx).await;
    let folder = folder.join("northwind/reference");
    // 50 products and 8 categories, and 20 pairs of each.
    holders::compare(
        "northwind",
        &ctx,
        folder.join("penetration_duckdb.csv"),
        58 * 3,
    )
    .await;
    holders::at_least("northwind", &ctx, &[1, 2, 3, 7, 20]).await;
    baskets::compare("northwind", &ctx, folder.join("basket_duckdb.csv"), 40 * 4).await;
}

/// Customers without an order are customers too, once they are in the table: 89 of 91 bought.
#[tokio::test]
async fn all_customers() {
    let Some((ctx, _)) = tables().await else {
        return;
    };
    let sql = r#"
        SELECT cross_sell_rate(k."customerID", d."productID") AS rate
        FROM customers k
        LEFT JOIN orders o ON o."customerID" = k."customerID"
        LEFT JOIN order_details d ON d."orderID" = o."orderID""#;
    let rate = numbers(&collect_row(&ctx, sql).await, "rate")[0];
    let mut tally = Tally::new("northwind");
    tally.check("LEFT JOIN", Some(100.0 * 89.0 / 91.0), rate);
    tally.finish(1);
}

#[tokio::test]
async fn parquet() {
    let (Some((_, reference)), Some(folder)) = (tables().await, shared_data()) else {
        return;
    };
    let ctx = plain_session();
    register_fact(&ctx, folder.join("northwind/derived/fact.parquet")).await;
    let values = (SEGMENTS + 1) * 19 + MONTHS * 10;
    order_lines::compare_in_one_pass("northwind, Parquet", &ctx, &reference, values).await;
}
