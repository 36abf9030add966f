//! Roll-ups: what a day's rows amount to is stored as a Parquet file of states, and months are merged from
//! these files. The figures are those of one pass over all rows, exactly.
//!
//! `cargo run --example roll_up`; `examples/roll_up/` does the same with the program.

use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::compute::concat_batches;
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::arrow::util::pretty::pretty_format_batches;
use datafusion::dataframe::DataFrameWriteOptions;
use datafusion::error::Result;
use datafusion::prelude::*;

/// The orders that are rolled up, with the segment of the customer.
const SALES: &str = "
    CREATE TABLE sales AS
    SELECT CAST(o.ordered_at AS DATE) AS day, c.segment, o.customer_id, o.order_id, o.amount, o.is_cross_sell
    FROM orders o
    JOIN customers c ON c.customer_id = o.customer_id
    WHERE o.ordered_at >= '2026-04-01'";

/// What is to be remembered of a day, segment by segment.
fn states_of(day: &str) -> String {
    format!(
        "
    SELECT day, segment,
      cross_sell_rate_state(customer_id, is_cross_sell) AS cross_sell_rate,
      cross_sell_ratio_state(order_id, is_cross_sell) AS cross_sell_ratio,
      arpa_state(customer_id, amount) AS arpa
    FROM sales
    WHERE day = DATE '{day}'
    GROUP BY day, segment"
    )
}

/// Months from the states of their days.
const MERGED: &str = "
    SELECT to_char(day, '%Y-%m') AS month, segment,
      kpi_finish(kpi_merge(cross_sell_rate)) AS cross_sell_rate,
      kpi_finish(kpi_merge(cross_sell_ratio)) AS cross_sell_ratio,
      kpi_finish(kpi_merge(arpa)) AS arpa
    FROM states
    GROUP BY month, segment
    ORDER BY month, segment";

/// The same months from the rows.
const ONE_PASS: &str = "
    SELECT to_char(day, '%Y-%m') AS month, segment,
      cross_sell_rate(customer_id, is_cross_sell) AS cross_sell_rate,
      cross_sell_ratio(order_id, is_cross_sell) AS cross_sell_ratio,
      CAST(arpa(customer_id, amount) AS DOUBLE) AS arpa
    FROM sales
    GROUP BY month, segment
    ORDER BY month, segment";

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<()> {
    let ctx = SessionContext::new();
    kpi_sql::register(&ctx)?;
    for (table, path) in [
        ("orders", "sample_data/orders"),
        ("customers", "sample_data/customers.parquet"),
    ] {
        ctx.register_parquet(table, path, ParquetReadOptions::default())
            .await?;
    }
    ctx.sql(SALES).await?.collect().await?;

    // A file per day, each written without a look at any other day.
    let folder = tempfile::tempdir()?;
    let days = table(&ctx, "SELECT DISTINCT day FROM sales ORDER BY day").await?;
    for row in 0..days.num_rows() {
        let day = array_value_to_string(days.column(0), row)?;
        let file = folder.path().join(format!("{day}.parquet"));
        ctx.sql(&states_of(&day))
            .await?
            .write_parquet(
                &file.to_string_lossy(),
                DataFrameWriteOptions::new().with_single_file_output(true),
                None,
            )
            .await?;
    }

    // The months need these files alone.
    let reader = SessionContext::new();
    kpi_sql::register(&reader)?;
    reader
        .register_parquet(
            "states",
            folder.path().to_string_lossy(),
            ParquetReadOptions::default(),
        )
        .await?;
    let merged = table(&reader, MERGED).await?;
    assert_eq!(merged, table(&ctx, ONE_PASS).await?);
    println!("{} days, merged into months:", days.num_rows());
    println!("{}", pretty_format_batches(&[merged])?);
    Ok(())
}

/// The result of a query in one piece.
async fn table(ctx: &SessionContext, sql: &str) -> Result<RecordBatch> {
    let result = ctx.sql(sql).await?;
    let schema = Arc::new(result.schema().as_arrow().clone());
    Ok(concat_batches(&schema, &result.collect().await?)?)
}
