//! Telco: 7,043 customers with nine services, each a column of its own, and no dates.

use datafusion::prelude::SessionContext;

use super::columns::Columns;
use super::comparison::Comparison;
use super::measure::{Measure, figure};
use super::shared_data;
use super::sql::{collect, collect_row, numbers, quoted, text};
use super::tally::Tally;
use super::values::{Reference, number};
use crate::support::plain_session;

/// Nine rows per customer: a product that the customer does not have is NULL, so that the customer
/// stays one. Internet comes in kinds, the others are Yes or something else.
const PRODUCTS: &str = r#"
    CREATE TABLE products AS
    SELECT *, CASE WHEN n_products > 1 THEN 'multi' ELSE 'single' END AS product_group
    FROM (SELECT *, count(product) OVER (PARTITION BY customer_id) AS n_products
          FROM (SELECT "customerID" AS customer_id, "Churn" = 'Yes' AS is_churned, "MonthlyCharges" AS mrr,
                       TRY_CAST("TotalCharges" AS DOUBLE) AS total_charges,
                       "Contract", "InternetService", "PaymentMethod", gender, "SeniorCitizen",
                       CASE WHEN tenure <= 12 THEN '00-12' WHEN tenure <= 24 THEN '13-24' WHEN tenure <= 48 THEN '25-48' ELSE '49-72' END AS tenure_band,
                       unnest(make_array(
                           CASE WHEN "PhoneService" = 'Yes' THEN 'PhoneService' END,
                           CASE WHEN "MultipleLines" = 'Yes' THEN 'MultipleLines' END,
                           CASE WHEN "InternetService" <> 'No' THEN 'InternetService' END,
                           CASE WHEN "OnlineSecurity" = 'Yes' THEN 'OnlineSecurity' END,
                           CASE WHEN "OnlineBackup" = 'Yes' THEN 'OnlineBackup' END,
                           CASE WHEN "DeviceProtection" = 'Yes' THEN 'DeviceProtection' END,
                           CASE WHEN "TechSupport" = 'Yes' THEN 'TechSupport' END,
                           CASE WHEN "StreamingTV" = 'Yes' THEN 'StreamingTV' END,
                           CASE WHEN "StreamingMovies" = 'Yes' THEN 'StreamingMovies' END)) AS product
                FROM telco))"#;

/// A row per customer, for amounts.
const CUSTOMERS: &str = r#"
    CREATE TABLE customers AS
    SELECT DISTINCT customer_id, is_churned, mrr, total_charges, n_products, product_group,
                    "Contract", "InternetService", "PaymentMethod", gender, "SeniorCitizen", tenure_band
    FROM products"#;

pub const CHURN: Columns = Columns {
    keys: &["segment", "segment_value"],
    measured: &[&OF_PRODUCTS, &OF_CUSTOMERS],
    compared: &[],
    plain_sql: &[
        "customers",
        "churned",
        "multi_product_customers",
        "mrr",
        "avg_tenure_months",
        "total_charges_known",
    ],
    // clv needs the dates of purchases.
    no_function: &["clv_arpa_x_tenure"],
};

const OF_PRODUCTS: [Measure; 3] = [
    figure("churn_rate_pct", "churn_rate(customer_id, is_churned)"),
    figure(
        "cross_sell_rate_pct",
        "cross_sell_rate(customer_id, product)",
    ),
    figure(
        "avg_products_per_customer",
        "products_per_customer(customer_id, product)",
    ),
];

const OF_CUSTOMERS: [Measure; 3] = [
    figure("arpa", "arpa(customer_id, mrr)"),
    // Revenue churn is what gross revenue retention lacks of 100 %.
    figure(
        "mrr_churn_pct",
        "100 - grr(customer_id, mrr, CASE WHEN is_churned THEN 0 ELSE mrr END)",
    ),
    // Eleven customers are so new that nothing was charged: FILTER drops them.
    figure(
        "avg_total_charges",
        "customer_value(customer_id, total_charges) FILTER (WHERE total_charges IS NOT NULL)",
    ),
];

pub const HOLDERS: Columns = Columns {
    keys: &["product"],
    measured: &[&OF_HOLDERS],
    compared: &["penetration_pct"],
    plain_sql: &["holders"],
    no_function: &[],
};

const OF_HOLDERS: [Measure; 1] = [figure(
    "churn_rate_holders_pct",
    "churn_rate(customer_id, is_churned)",
)];

async fn tables() -> Option<SessionContext> {
    let path = shared_data()?.join("telco_churn/Telco-Customer-Churn.csv");
    let ctx = plain_session();
    ctx.register_csv("telco", text(path), Default::default())
        .await
        .expect("the file can be read");
    for sql in [PRODUCTS, CUSTOMERS] {
        collect(&ctx, sql).await;
    }
    Some(ctx)
}

async fn churn() -> Option<Reference> {
    let file = shared_data()?.join("telco_churn/reference/churn_duckdb.csv");
    Some(Reference::read(file).await)
}

/// 2 groups and 9 numbers of products, 3 contracts, 3 kinds of internet, 4 of payment, 2 genders, seniors or not, 4 bands.
const SEGMENTS: usize = 29;

#[tokio::test]
async fn products() {
    let (Some(ctx), Some(reference)) = (tables().await, churn().await) else {
        return;
    };
    let mut comparison = Comparison::new("telco_churn, products", &reference, &OF_PRODUCTS);
    comparison.by_grouping_sets(&ctx, "products").await;
    comparison.finish((SEGMENTS + 1) * 3);
}

#[tokio::test]
async fn customers() {
    let (Some(ctx), Some(reference)) = (tables().await, churn().await) else {
        return;
    };
    let segments = reference.segments();
    let mut comparison = Comparison::new("telco_churn, customers", &reference, &OF_CUSTOMERS);
    comparison.by_group(&ctx, "customers").await;
    comparison.by_grouping_sets(&ctx, "customers").await;
    comparison.by_filter(&ctx, "customers", &segments).await;
    comparison.by_window(&ctx, "customers", &segments).await;
    comparison.finish((4 * SEGMENTS + 1) * 3);
}

/// What the segments of one and of several products say, in one row.
#[tokio::test]
async fn churn_by_number_of_products() {
    let (Some(ctx), Some(reference)) = (tables().await, churn().await) else {
        return;
    };
    let churn = |group: &str| {
        let key = ("product_group".to_string(), group.to_string());
        number(&reference.rows[&key], "churn_rate_pct").expect("a rate")
    };
    let (single, multi) = (churn("single"), churn("multi"));
    let sql = "
        SELECT single_product_churn_rate(customer_id, product, is_churned) AS single,
               multi_product_churn_rate(customer_id, product, is_churned) AS multi,
               churn_gap(customer_id, product, is_churned) AS gap
        FROM products";
    let row = collect_row(&ctx, sql).await;
    let mut tally = Tally::new("telco_churn");
    for (column, expected) in [
        ("single", single),
        ("multi", multi),
        ("gap", multi - single),
    ] {
        tally.check(column, Some(expected), numbers(&row, column)[0]);
    }
    tally.finish(3);
}

#[tokio::test]
async fn holders() {
    let (Some(ctx), Some(folder)) = (tables().await, shared_data()) else {
        return;
    };
    let file = folder.join("telco_churn/reference/penetration_duckdb.csv");
    let reference = Reference::read_values_of(file, "product").await;
    let mut tally = Tally::new("telco_churn");
    for ((_, product), row) in &reference.rows {
        let sql = format!(
            "SELECT penetration(customer_id, product = {}) AS share FROM products",
            quoted(product)
        );
        let share = numbers(&collect_row(&ctx, &sql).await, "share")[0];
        tally.check(product, number(row, "penetration_pct"), share);
    }
    tally.finish(9);

    collect(
        &ctx,
        "CREATE VIEW held AS SELECT * FROM products WHERE product IS NOT NULL",
    )
    .await;
    let mut comparison = Comparison::new("telco_churn", &reference, &OF_HOLDERS);
    comparison.by_group(&ctx, "held").await;
    comparison.finish(9);
}
