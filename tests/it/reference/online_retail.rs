//! Online Retail: 541,909 invoice lines in one CSV file per day. A quarter of the lines has no
//! customer, and customers are written as `17850.0`.

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::{DataType, Field, Schema, TimeUnit};
use datafusion::prelude::{CsvReadOptions, ParquetReadOptions, SessionContext};
use tokio::sync::OnceCell;

use super::comparison::Comparison;
use super::{Measure, Reference, collect, numbers, shared_data, text};
use crate::support::{plain_session, register_partitions};

const MEASURES: [Measure; 13] = [
    Measure {
        column: "arpa",
        counts: "customers",
        call: "arpa(customer_id, amount)",
    },
    Measure {
        column: "cross_sell_rate_product_pct",
        counts: "multi_product_customers",
        call: "cross_sell_rate(customer_id, product)",
    },
    // The data set has no categories.
    Measure {
        column: "cross_sell_rate_category_pct",
        counts: "multi_category_customers",
        call: "cross_sell_rate(customer_id, CAST(NULL AS VARCHAR))",
    },
    Measure {
        column: "repeat_purchase_rate_pct",
        counts: "repeat_customers",
        call: "repeat_purchase_rate(customer_id, order_id)",
    },
    Measure {
        column: "avg_products_per_customer",
        counts: "customers",
        call: "products_per_customer(customer_id, product)",
    },
    Measure {
        column: "avg_order_value",
        counts: "customers",
        // Orders of unknown customers are orders all the same, but not in the reference.
        call: "average_purchase_value(order_id, amount) FILTER (WHERE customer_id IS NOT NULL)",
    },
    Measure {
        column: "orders_per_customer",
        counts: "customers",
        call: "purchase_frequency(customer_id, order_id)",
    },
    Measure {
        column: "avg_lifespan_years",
        counts: "window_years",
        call: "customer_lifespan(customer_id, ts)",
    },
    Measure {
        column: "clv",
        counts: "window_years",
        call: "clv(customer_id, amount, ts)",
    },
    // DataFusion gives f(date_trunc('day', ts)) and f(ts) one name, and so refuses both in one query.
    Measure {
        column: "ttc_product_date_mean_days",
        counts: "ttc_product_date_customers",
        call: "time_to_cross_sell(customer_id, product, date_trunc('day', ts))",
    },
    Measure {
        column: "ttc_product_ts_mean_days",
        counts: "ttc_product_ts_customers",
        call: "time_to_cross_sell(customer_id, product, ts)",
    },
    Measure {
        column: "ttc_product_date_median_days",
        counts: "ttc_product_date_customers",
        call: "median_time_to_cross_sell(customer_id, product, date_trunc('day', ts))",
    },
    Measure {
        column: "ttc_product_ts_median_days",
        counts: "ttc_product_ts_customers",
        call: "median_time_to_cross_sell(customer_id, product, ts)",
    },
];

/// 37 countries and 13 months. Months have seven measures only, and the total comes on top.
const VALUES: usize = 37 * 13 + 13 * 7;
const VALUES_AND_TOTAL: usize = VALUES + 13;

/// Drops cancellations and lines that give away something or take it back.
const CLEAN: &str = "order_id NOT LIKE 'C%' AND qty > 0 AND unit_price > 0";

/// Every line of the 305 files, read once for all tests.
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
            SELECT "CustomerID" AS customer_id, "InvoiceNo" AS order_id, "InvoiceDate" AS ts, "StockCode" AS product,
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

/// Tables `lines` (everything), `fact` (clean lines of known customers) and `anybody` (clean lines,
/// with those that have no customer).
async fn tables() -> Option<(SessionContext, Reference)> {
    let partitions = lines().await?.to_vec();
    let folder = shared_data()?.join("online_retail");
    let ctx = plain_session();
    register_partitions(&ctx, "lines", partitions);
    let clean = [("anybody", ""), ("fact", "AND customer_id IS NOT NULL")];
    for (view, known) in clean {
        let sql = format!("CREATE VIEW {view} AS SELECT * FROM lines WHERE {CLEAN} {known}");
        collect(&ctx, &sql).await;
    }
    Some((ctx, Reference::read(&folder.join("reference")).await))
}

#[tokio::test]
async fn files_are_whole() {
    let Some((ctx, _)) = tables().await else {
        return;
    };
    let sql = "SELECT count(*) AS rows, count(customer_id) AS known, (SELECT count(*) FROM fact) AS clean FROM lines";
    let rows = collect(&ctx, sql).await;
    let counts = ["rows", "known", "clean"].map(|column| numbers(&rows[0], column)[0]);
    assert_eq!(counts, [Some(541_909.0), Some(406_829.0), Some(397_884.0)]);
}

#[tokio::test]
async fn clean_lines() {
    let Some((ctx, reference)) = tables().await else {
        return;
    };
    let mut comparison = Comparison::new("online_retail", &reference, &MEASURES);
    comparison.by_group(&ctx, "GROUP BY", "fact").await;
    comparison.by_filter(&ctx, "WHERE", "fact").await;
    comparison.finish(VALUES + VALUES_AND_TOTAL);
}

#[tokio::test]
async fn clean_lines_as_windows() {
    let Some((ctx, reference)) = tables().await else {
        return;
    };
    let mut comparison = Comparison::new("online_retail", &reference, &MEASURES);
    comparison.by_window(&ctx, "window", "fact").await;
    comparison.finish(VALUES);
}

/// Lines without a customer change nothing.
#[tokio::test]
async fn clean_lines_of_anybody() {
    let Some((ctx, reference)) = tables().await else {
        return;
    };
    let mut comparison = Comparison::new("online_retail", &reference, &MEASURES);
    comparison
        .by_grouping_sets(&ctx, "NULL customers", "anybody")
        .await;
    comparison.finish(VALUES_AND_TOTAL);
}

/// All 305 files as they are: cancellations are revenue below zero, and lines without a customer count nowhere.
#[tokio::test]
async fn every_line() {
    let Some((ctx, _)) = tables().await else {
        return;
    };
    let folder = shared_data().expect("it was there").join("online_retail");
    let reference = Reference::read(&folder.join("reference_raw")).await;
    let mut comparison = Comparison::new("online_retail, raw", &reference, &MEASURES);
    comparison
        .by_grouping_sets(&ctx, "every line", "lines")
        .await;
    comparison
        .penetration(&ctx, "every line", "lines", "customer_id")
        .await;
    comparison.finish(VALUES_AND_TOTAL + 50);
}

#[tokio::test]
async fn holders() {
    let Some((ctx, reference)) = tables().await else {
        return;
    };
    let mut comparison = Comparison::new("online_retail", &reference, &MEASURES);
    comparison
        .penetration(&ctx, "clean", "fact", "customer_id")
        .await;
    comparison
        .at_least(&ctx, "NULL customers", "anybody", "customer_id")
        .await;
    comparison.finish(50 + 5);
}

#[tokio::test]
async fn parquet() {
    let Some(folder) = shared_data() else {
        return;
    };
    let folder = folder.join("online_retail");
    for (file, values) in [("fact", "reference"), ("fact_raw", "reference_raw")] {
        let ctx = plain_session();
        let path = text(folder.join(format!("derived/{file}.parquet")));
        ctx.register_parquet("fact", path, ParquetReadOptions::default())
            .await
            .expect("the file can be read");
        let reference = Reference::read(&folder.join(values)).await;
        let mut comparison = Comparison::new(file, &reference, &MEASURES);
        comparison.by_group(&ctx, "Parquet", "fact").await;
        comparison.finish(VALUES);
    }
}
