//! Online Retail: 541,909 invoice lines in one CSV file per day. A quarter of the lines has no
//! customer, and customers are written as `17850.0`.
//!
//! So many lines take a debug build seconds for each pass: every value is compared in one of the ways of
//! asking, and few in more than one.

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::{DataType, Field, Schema, TimeUnit};
use datafusion::prelude::{CsvReadOptions, SessionContext};
use tokio::sync::OnceCell;

use super::comparison::Comparison;
use super::order_lines::{self, CALLS};
use super::sql::{collect, collect_row, numbers, one_partition, register_fact, text};
use super::values::Reference;
use super::{baskets, holders, shared_data};
use crate::support::{plain_session, register_partitions};

/// 37 countries; 13 months, which have no figures about time.
const COUNTRIES: usize = 37;
const MONTHS: usize = 13;

/// Drops cancellations and lines that give away something or take it back.
const CLEAN: &str = "order_id NOT LIKE 'C%' AND qty > 0 AND unit_price > 0";

/// Every line of the 305 files, read once for all tests. Orders have many lines, so their numbers are
/// a dictionary; in Parquet they are texts.
async fn lines() -> Option<&'static [Vec<RecordBatch>]> {
    static LINES: OnceCell<Vec<Vec<RecordBatch>>> = OnceCell::const_new();
    let folder = shared_data()?.join("online_retail/by-day/");
    let read = || async {
        let schema = Schema::new(vec![
            Field::new("InvoiceNo", DataType::Utf8, true),
            Field::new("StockCode", DataType::Utf8, true),
            Field::new("Description", DataType::Utf8, true),
            Field::new("Quantity", DataType::Int64, true),
            Field::new(
                "InvoiceDate",
                DataType::Timestamp(TimeUnit::Microsecond, None),
                true,
            ),
            Field::new("UnitPrice", DataType::Float64, true),
            Field::new("CustomerID", DataType::Float64, true),
            Field::new("Country", DataType::Utf8, true),
        ]);
        let ctx = plain_session();
        let options = CsvReadOptions::new().schema(&schema);
        ctx.register_csv("raw", text(folder), options)
            .await
            .expect("the folder can be read");
        let sql = r#"
            SELECT "CustomerID" AS customer_id, arrow_cast("InvoiceNo", 'Dictionary(Int32, Utf8)') AS order_id, "InvoiceDate" AS ts, CAST("InvoiceDate" AS DATE) AS day,
                   "StockCode" AS product, CAST(NULL AS VARCHAR) AS category,
                   "Quantity" AS qty, "UnitPrice" AS unit_price, "Quantity" * "UnitPrice" AS amount,
                   "Country" AS country, substr(CAST("InvoiceDate" AS VARCHAR), 1, 7) AS month
            FROM raw"#;
        let frame = ctx.sql(sql).await.expect("the query is right");
        frame
            .collect_partitioned()
            .await
            .expect("the files can be read")
    };
    Some(LINES.get_or_init(read).await)
}

/// A table `lines` with everything, and a table `fact` with those lines that meet a condition.
async fn tables(ctx: SessionContext, condition: &str) -> Option<SessionContext> {
    let partitions = lines().await?.to_vec();
    register_partitions(&ctx, "lines", partitions);
    let sql = format!("CREATE TABLE fact AS SELECT * FROM lines WHERE {condition}");
    collect(&ctx, &sql).await;
    Some(ctx)
}

async fn reference(folder: &str) -> Option<Reference> {
    let folder = shared_data()?.join("online_retail").join(folder);
    Some(Reference::read(folder.join("kpi_duckdb.csv")).await)
}

#[tokio::test]
async fn files_are_whole() {
    let Some(ctx) = tables(
        one_partition(),
        &format!("{CLEAN} AND customer_id IS NOT NULL"),
    )
    .await
    else {
        return;
    };
    let sql = "SELECT count(*) AS rows, count(customer_id) AS known, (SELECT count(*) FROM fact) AS clean FROM lines";
    let row = collect_row(&ctx, sql).await;
    let counts = ["rows", "known", "clean"].map(|column| numbers(&row, column)[0]);
    assert_eq!(counts, [Some(541_909.0), Some(406_829.0), Some(397_884.0)]);
}

/// Lines without a customer change nothing.
#[tokio::test]
async fn clean_lines_of_anybody() {
    let (Some(ctx), Some(reference)) = (
        tables(one_partition(), CLEAN).await,
        reference("reference").await,
    ) else {
        return;
    };
    let mut comparison = Comparison::new("online_retail", &reference, &CALLS);
    comparison.by_window(&ctx, "fact", &["month"]).await;
    comparison.finish(MONTHS * 7);
}

/// All 305 files as they are: cancellations are revenue below zero, and lines without a customer count nowhere.
#[tokio::test]
async fn every_line() {
    let (Some(ctx), Some(reference)) = (
        tables(plain_session(), "true").await,
        reference("reference_raw").await,
    ) else {
        return;
    };
    let values = (COUNTRIES + 1) * 18 + MONTHS * 10;
    order_lines::compare_in_one_pass("online_retail, raw", &ctx, &reference, values).await;
}

#[tokio::test]
async fn holders_of_every_line() {
    let (Some(ctx), Some(folder)) = (tables(plain_session(), "true").await, shared_data()) else {
        return;
    };
    let file = folder.join("online_retail/reference_raw/penetration_duckdb.csv");
    holders::compare_mix("online_retail, raw", &ctx, file, 50 * 2).await;
}

#[tokio::test]
async fn products() {
    let (Some(ctx), Some(folder)) = (tables(one_partition(), CLEAN).await, shared_data()) else {
        return;
    };
    let folder = folder.join("online_retail/reference");
    holders::compare(
        "online_retail",
        &ctx,
        folder.join("penetration_duckdb.csv"),
        50 * 3,
    )
    .await;
    holders::at_least("online_retail", &ctx, &[20]).await;
}

/// Orders of unknown customers are baskets too, but not in the reference.
#[tokio::test]
async fn baskets_of_customers() {
    let condition = format!("{CLEAN} AND customer_id IS NOT NULL");
    let (Some(ctx), Some(folder)) = (tables(one_partition(), &condition).await, shared_data())
    else {
        return;
    };
    let file = folder.join("online_retail/reference/basket_duckdb.csv");
    baskets::compare("online_retail", &ctx, file, 20 * 4).await;
}

#[tokio::test]
async fn parquet() {
    let (Some(folder), Some(reference)) = (shared_data(), reference("reference").await) else {
        return;
    };
    let ctx = one_partition();
    register_fact(&ctx, folder.join("online_retail/derived/fact.parquet")).await;
    let values = (COUNTRIES + 1) * 18 + MONTHS * 10;
    order_lines::compare_in_one_pass("online_retail, Parquet", &ctx, &reference, values).await;
    order_lines::compare_customers("online_retail, Parquet", &ctx, &reference, &[], 9).await;
}
