//! KPIs in a program's own DataFusion session.
//!
//! Run it with `cargo run --example embed`.

use datafusion::error::Result;
use datafusion::prelude::*;

#[tokio::main]
async fn main() -> Result<()> {
    let a: Vec<String> = std::env::args().collect();
    let ctx = SessionContext::new_with_config(SessionConfig::new().with_target_partitions(2));
    kpi_sql::register(&ctx)?;
    ctx.register_parquet("orders", &a[1], Default::default())
        .await?;
    let t = std::time::Instant::now();
    ctx.sql(&a[2]).await?.show().await?;
    eprintln!("{:?}", t.elapsed());
    Ok(())
}
