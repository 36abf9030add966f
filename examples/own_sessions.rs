//! A server that builds a session for each of its users: all have the same tables and the KPIs, and settings of their own.
//!
//! `cargo run --example own_sessions`

use std::sync::Arc;

use datafusion::catalog::{CatalogProviderList, MemoryCatalogProviderList};
use datafusion::error::Result;
use datafusion::execution::session_state::SessionStateBuilder;
use datafusion::prelude::*;
use kpi_sql::SessionStateBuilderExt;

/// A session over tables that others have as well.
fn session(catalogs: &Arc<dyn CatalogProviderList>, threads: usize) -> SessionContext {
    let config = SessionConfig::new()
        .with_target_partitions(threads)
        // The tables that are there stay.
        .with_create_default_catalog_and_schema(catalogs.catalog_names().is_empty());
    let state = SessionStateBuilder::new_with_default_features()
        .with_config(config)
        .with_catalog_list(Arc::clone(catalogs))
        .with_kpis()
        .build();
    SessionContext::new_with_state(state)
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<()> {
    let catalogs: Arc<dyn CatalogProviderList> = Arc::new(MemoryCatalogProviderList::new());
    let first = session(&catalogs, 1);
    first
        .register_parquet(
            "orders",
            "sample_data/orders",
            ParquetReadOptions::default(),
        )
        .await?;

    let second = session(&catalogs, 4);
    second
        .sql("SELECT channel, round(upsell_rate(customer_id, is_upsell), 1) AS upsell_rate FROM orders GROUP BY channel ORDER BY channel")
        .await?
        .show()
        .await
}
