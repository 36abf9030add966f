//! KPIs in a program's own DataFusion session.
//!
//! `cargo run --example embed`

use datafusion::error::Result;
use datafusion::execution::FunctionRegistry;
use datafusion::prelude::*;

#[tokio::main(flavor = "current_thread")]
pub async fn main() -> Result<()> {
    let ctx = SessionContext::new();
    kpi_sql::register(&ctx)?;

    ctx.register_parquet(
        "orders",
        "sample_data/orders",
        ParquetReadOptions::default(),
    )
    .await?;

    // In SQL ...
    ctx.sql("SELECT channel, round(cross_sell_rate(customer_id, product_id), 1) AS rate FROM orders GROUP BY channel ORDER BY channel")
        .await?
        .show()
        .await?;

    // ... and in the DataFrame API, where the same functions are values.
    let arpa = ctx.udaf("arpa")?;
    ctx.table("orders")
        .await?
        .aggregate(
            vec![col("channel")],
            vec![
                arpa.call(vec![col("customer_id"), col("amount")])
                    .alias("arpa"),
            ],
        )?
        .sort(vec![col("channel").sort(true, false)])?
        .show()
        .await
}
