//! Bank marketing: 45,211 calls to clients, who may hold a housing loan and another loan already, and who took a
//! deposit or did not. Nobody is named: a row is a client.

use datafusion::prelude::{CsvReadOptions, SessionContext};

use super::columns::Columns;
use super::comparison::Comparison;
use super::measure::{Measure, figure, percent};
use super::shared_data;
use super::sql::{collect, text};
use super::values::Reference;
use crate::support::plain_session;

const CLIENTS: &str = "
    CREATE TABLE clients AS
    SELECT row_number() OVER () AS client, deposit = 'yes' AS has_deposit, housing = 'yes' AS has_housing, loan = 'yes' AS has_loan,
           housing = 'yes' OR loan = 'yes' AS is_holder, job, marital, education, contact, month, poutcome,
           CASE WHEN housing = 'yes' OR loan = 'yes' THEN 'has loan product' ELSE 'no loan product' END AS holder
    FROM bank";

/// Three rows per client; a product that the client does not have is NULL.
const PRODUCTS: &str = "
    CREATE TABLE products AS
    SELECT *, unnest(make_array(
               CASE WHEN has_housing THEN 'housing' END,
               CASE WHEN has_loan THEN 'loan' END,
               CASE WHEN has_deposit THEN 'deposit' END)) AS product
    FROM clients";

pub const CONVERSION: Columns = Columns {
    keys: &["segment", "segment_value"],
    measured: &[&OF_CLIENTS],
    // By `OF_PRODUCTS` only.
    compared: &["cross_sell_rate_pct"],
    plain_sql: &["customers", "avg_balance", "median_balance", "avg_contacts"],
    no_function: &[],
};

const OF_CLIENTS: [Measure; 5] = [
    figure("conversion_rate_pct", "conversion_rate(has_deposit)"),
    percent("converted", "customers", "upsell_rate(client, has_deposit)"),
    figure(
        "housing_penetration_pct",
        "penetration(client, has_housing)",
    ),
    figure(
        "loan_penetration_pct",
        "product_usage_rate(client, has_loan)",
    ),
    // Of those who hold no loan, nobody can be sold a second product.
    figure(
        "cross_sell_conversion_pct",
        "cross_sell_conversion_rate(has_deposit) FILTER (WHERE is_holder)",
    )
    .of("customers"),
];

/// The same with a row per product, where the deposit of a holder is one attached to a loan.
const OF_PRODUCTS: [Measure; 4] = [
    figure("cross_sell_rate_pct", "cross_sell_rate(client, product)"),
    figure(
        "housing_penetration_pct",
        "penetration(client, product = 'housing')",
    ),
    figure(
        "loan_penetration_pct",
        "penetration(client, product = 'loan')",
    ),
    figure(
        "cross_sell_conversion_pct",
        "attach_rate(client, product IN ('housing', 'loan'), product = 'deposit')",
    )
    .of("customers"),
];

async fn tables() -> Option<(SessionContext, Reference)> {
    let folder = shared_data()?.join("bank_marketing");
    let ctx = plain_session();
    let path = text(folder.join("bank.csv"));
    ctx.register_csv("bank", path, CsvReadOptions::new())
        .await
        .expect("the file can be read");
    collect(&ctx, CLIENTS).await;
    Some((
        ctx,
        Reference::read(folder.join("reference/conversion_duckdb.csv")).await,
    ))
}

/// 12 jobs, 3 marital states, 4 educations, 3 ways of contact, 12 months, 4 outcomes, holders or not.
const SEGMENTS: usize = 40;

#[tokio::test]
async fn clients() {
    let Some((ctx, reference)) = tables().await else {
        return;
    };
    let mut comparison = Comparison::new("bank_marketing, clients", &reference, &OF_CLIENTS);
    comparison.by_grouping_sets(&ctx, "clients").await;
    comparison.by_window(&ctx, "clients", &["holder"]).await;
    comparison.finish((SEGMENTS + 1 + 2) * 5);
}

#[tokio::test]
async fn products() {
    let Some((ctx, reference)) = tables().await else {
        return;
    };
    collect(&ctx, PRODUCTS).await;
    let mut comparison = Comparison::new("bank_marketing, products", &reference, &OF_PRODUCTS);
    comparison.by_grouping_sets(&ctx, "products").await;
    comparison.finish((SEGMENTS + 1) * 4);
}
