//! The generated Jaffle Shop: 409,938 items of 275,098 orders in two years, and times to the minute.
//!
//! Its raw items and orders are too large to lie there, so the order lines are read from Parquet. A
//! debug build takes seconds for each pass over them, so every value is compared in one way only, and
//! single customers in the stores only.

use datafusion::arrow::array::RecordBatch;
use datafusion::prelude::{ParquetReadOptions, SessionContext};
use tokio::sync::OnceCell;

use super::sql::{collect, one_partition, text};
use super::values::Reference;
use super::{baskets, holders, order_lines, shared_data};
use crate::support::register_partitions;

/// Customers and orders get numbers, as a warehouse would have them: texts as long as these take a debug
/// build a minute more, and other data sets have texts.
const FACT: &str = "
    SELECT dense_rank() OVER (ORDER BY customer_id) AS customer_id, dense_rank() OVER (ORDER BY order_id) AS order_id,
           ts, CAST(ts AS DATE) AS day, product, category, unit_price, amount, store, month
    FROM lines";

/// The order lines, read once for all tests.
async fn lines() -> Option<&'static [RecordBatch]> {
    static LINES: OnceCell<Vec<RecordBatch>> = OnceCell::const_new();
    let path = text(shared_data()?.join("jaffle_shop/derived/fact.parquet"));
    let read = || async {
        let ctx = one_partition();
        ctx.register_parquet("lines", path, ParquetReadOptions::default())
            .await
            .expect("the file can be read");
        collect(&ctx, FACT).await
    };
    Some(LINES.get_or_init(read).await)
}

async fn tables() -> Option<SessionContext> {
    let ctx = one_partition();
    register_partitions(&ctx, "fact", vec![lines().await?.to_vec()]);
    Some(ctx)
}

/// 2 categories and 4 stores; 24 months, which have no figures about time.
const SEGMENTS: usize = 6;
const MONTHS: usize = 24;

#[tokio::test]
async fn segments() {
    let (Some(ctx), Some(folder)) = (tables().await, shared_data()) else {
        return;
    };
    let file = folder.join("jaffle_shop/reference/kpi_duckdb.csv");
    let reference = Reference::read(file).await;
    let values = (SEGMENTS + 1) * 21 + MONTHS * 10;
    order_lines::compare_in_one_pass("jaffle_shop", &ctx, &reference, values).await;
    order_lines::compare_customers("jaffle_shop", &ctx, &reference, &["store"], (4 + 1) * 13).await;
}

#[tokio::test]
async fn products() {
    let (Some(ctx), Some(folder)) = (tables().await, shared_data()) else {
        return;
    };
    let folder = folder.join("jaffle_shop/reference");
    holders::compare(
        "jaffle_shop",
        &ctx,
        folder.join("penetration_duckdb.csv"),
        12 * 3,
    )
    .await;
    baskets::compare(
        "jaffle_shop",
        &ctx,
        folder.join("basket_duckdb.csv"),
        20 * 4,
    )
    .await;
}
