//! Northwind: 2,155 order lines in normalised CSV files, joined in SQL as a user would.

use datafusion::arrow::array::RecordBatch;
use datafusion::prelude::{CsvReadOptions, ParquetReadOptions, SessionContext};
use tokio::sync::OnceCell;

use super::comparison::Comparison;
use super::{Measure, Reference, collect, shared_data, text};
use crate::support::{plain_session, register_partitions, session, settings};

const MEASURES: [Measure; 14] = [
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
    Measure {
        column: "cross_sell_rate_category_pct",
        counts: "multi_category_customers",
        call: "ccr(customer_id, category)",
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
        call: "average_purchase_value(order_id, amount)",
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
    Measure {
        column: "ttc_product_date_mean_days",
        counts: "ttc_product_date_customers",
        call: "time_to_cross_sell(customer_id, product, CAST(ts AS DATE))",
    },
    Measure {
        column: "ttc_category_date_mean_days",
        counts: "ttc_category_date_customers",
        call: "time_to_cross_sell(customer_id, category, CAST(ts AS DATE))",
    },
    Measure {
        column: "ttc_product_date_median_days",
        counts: "ttc_product_date_customers",
        call: "median_time_to_cross_sell(customer_id, product, CAST(ts AS DATE))",
    },
    Measure {
        column: "ttc_category_date_median_days",
        counts: "ttc_category_date_customers",
        call: "median_time_to_cross_sell(customer_id, category, CAST(ts AS DATE))",
    },
    Measure {
        column: "upsell_rate_pct",
        counts: "upsell_customers",
        call: "upsell_rate(customer_id, category, unit_price, CAST(ts AS DATE))",
    },
];

/// 8 categories, 21 countries, 9 employees, 23 months, 3 years.
const SEGMENTS: usize = 64;

/// Months have seven measures only, and the total comes on top.
const VALUES: usize = 41 * 14 + 23 * 7;
const VALUES_AND_TOTAL: usize = VALUES + 14;

async fn tables() -> Option<(SessionContext, Reference)> {
    let folder = shared_data()?.join("northwind");
    let ctx = plain_session();
    for name in [
        "categories",
        "customers",
        "employees",
        "order_details",
        "orders",
        "products",
    ] {
        let path = text(folder.join(format!("{name}.csv")));
        ctx.register_csv(name, path, CsvReadOptions::new())
            .await
            .expect("the file can be read");
    }
    Some((ctx, Reference::read(&folder.join("reference")).await))
}

/// The order lines, joined once for all tests.
async fn lines(ctx: &SessionContext) -> &'static [RecordBatch] {
    static LINES: OnceCell<Vec<RecordBatch>> = OnceCell::const_new();
    let sql = r#"
        SELECT o."customerID" AS customer_id, o."orderID" AS order_id, CAST(o."orderDate" AS TIMESTAMP) AS ts,
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
async fn register_fact(ctx: &SessionContext, from: &SessionContext) {
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
    register_fact(&ctx, &ctx).await;
    let mut comparison = Comparison::new("northwind", &reference, &MEASURES);
    comparison.by_group(&ctx, "GROUP BY", "fact").await;
    comparison
        .by_grouping_sets(&ctx, "GROUPING SETS", "fact")
        .await;
    comparison.by_filter(&ctx, "WHERE", "fact").await;
    comparison.by_window(&ctx, "window", "fact").await;
    let order = ["ts", "order_id", "product"];
    comparison
        .by_running_window(&ctx, "running window", "fact", &order)
        .await;
    comparison.finish(3 * VALUES + 2 * VALUES_AND_TOTAL);
}

#[tokio::test]
async fn raw_files_under_every_setting() {
    let Some((from, reference)) = tables().await else {
        return;
    };
    let mut comparison = Comparison::new("northwind", &reference, &MEASURES);
    let settings = settings();
    let count = settings.len();
    for (setting, config) in settings {
        let ctx = session(config);
        register_fact(&ctx, &from).await;
        comparison.by_grouping_sets(&ctx, setting, "fact").await;
    }
    assert!(count > 1);
    comparison.finish(count * VALUES_AND_TOTAL);
}

#[tokio::test]
async fn holders() {
    let Some((ctx, reference)) = tables().await else {
        return;
    };
    register_fact(&ctx, &ctx).await;
    let mut comparison = Comparison::new("northwind", &reference, &MEASURES);
    comparison
        .penetration(&ctx, "SELECT list", "fact", "customer_id")
        .await;
    comparison
        .top_products(&ctx, "WHERE", "fact", "customer_id")
        .await;
    comparison
        .at_least(&ctx, "plain SQL", "fact", "customer_id")
        .await;
    // 50 products and 8 categories; each segment and ALL; five numbers of products.
    comparison.finish(58 + SEGMENTS + 1 + 5);
}

/// Customers without an order are customers too, once they are in the table: 89 of 91 bought.
#[tokio::test]
async fn all_customers() {
    let Some((ctx, reference)) = tables().await else {
        return;
    };
    let sql = r#"
        SELECT cross_sell_rate(k."customerID", d."productID") AS rate
        FROM customers k
        LEFT JOIN orders o ON o."customerID" = k."customerID"
        LEFT JOIN order_details d ON d."orderID" = o."orderID""#;
    let rate = super::numbers(&collect(&ctx, sql).await[0], "rate")[0];
    let mut comparison = Comparison::new("northwind", &reference, &MEASURES);
    comparison.check("LEFT JOIN", Some(100.0 * 89.0 / 91.0), rate);
    comparison.finish(1);
}

#[tokio::test]
async fn parquet() {
    let Some((ctx, reference)) = tables().await else {
        return;
    };
    let path = shared_data()
        .expect("it was there")
        .join("northwind/derived/fact.parquet");
    ctx.register_parquet("fact", text(path), ParquetReadOptions::default())
        .await
        .expect("the file can be read");
    let mut comparison = Comparison::new("northwind, Parquet", &reference, &MEASURES);
    comparison
        .by_grouping_sets(&ctx, "GROUPING SETS", "fact")
        .await;
    comparison.finish(VALUES_AND_TOTAL);
}
