//! Chinook: 2,240 invoice lines of a media store. Nearly every customer has seven invoices, so
//! everybody has several products; within a genre prices never rise, so nobody is upsold.

use datafusion::prelude::SessionContext;

use super::sql::{collect, register_csv};
use super::values::Reference;
use super::{baskets, holders, order_lines, shared_data};
use crate::support::plain_session;

const FACT: &str = r#"
    CREATE TABLE fact AS
    SELECT i."CustomerId" AS customer_id, i."InvoiceId" AS order_id, i."InvoiceDate" AS ts, CAST(i."InvoiceDate" AS DATE) AS day,
           l."TrackId" AS product, g."Name" AS category, l."UnitPrice" AS unit_price, l."UnitPrice" * l."Quantity" AS amount,
           c."Country" AS country, e."LastName" AS support_rep, m."Name" AS media_type,
           to_char(CAST(i."InvoiceDate" AS DATE), '%Y') AS year, to_char(CAST(i."InvoiceDate" AS DATE), '%Y-%m') AS month
    FROM "InvoiceLine" l
    JOIN "Invoice" i ON i."InvoiceId" = l."InvoiceId"
    JOIN "Track" t ON t."TrackId" = l."TrackId"
    JOIN "Genre" g ON g."GenreId" = t."GenreId"
    JOIN "MediaType" m ON m."MediaTypeId" = t."MediaTypeId"
    JOIN "Customer" c ON c."CustomerId" = i."CustomerId"
    JOIN "Employee" e ON e."EmployeeId" = c."SupportRepId""#;

async fn tables() -> Option<SessionContext> {
    let folder = shared_data()?.join("chinook/derived");
    let ctx = plain_session();
    let names = [
        "InvoiceLine",
        "Invoice",
        "Track",
        "Genre",
        "MediaType",
        "Customer",
        "Employee",
    ];
    register_csv(&ctx, &folder, &names).await;
    collect(&ctx, FACT).await;
    Some(ctx)
}

#[tokio::test]
async fn raw_files() {
    let (Some(ctx), Some(folder)) = (tables().await, shared_data()) else {
        return;
    };
    let folder = folder.join("chinook/reference");
    let reference = Reference::read(folder.join("kpi_duckdb.csv")).await;
    // 24 genres, 24 countries, 3 agents, 5 media types, 5 years; 60 months, which have no figures about time.
    let (segments, months) = (61, 60);
    let values = (segments + 1) * 19 + months * 10;
    order_lines::compare_in_one_pass("chinook", &ctx, &reference, values).await;
    let values = (segments + 1) * 10 + months * 3;
    order_lines::compare_customers("chinook", &ctx, &reference, &reference.segments(), values)
        .await;
    holders::compare(
        "chinook",
        &ctx,
        folder.join("penetration_duckdb.csv"),
        74 * 3,
    )
    .await;
    baskets::compare("chinook", &ctx, folder.join("basket_duckdb.csv"), 20 * 4).await;
}
