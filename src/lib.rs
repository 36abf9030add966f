//! KPIs of cross-selling, upselling and customer value as SQL aggregates for Apache DataFusion.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> datafusion::error::Result<()> {
//! use datafusion::prelude::SessionContext;
//!
//! let ctx = SessionContext::new();
//! kpi_sql::register(&ctx)?;
//!
//! let answer = ctx
//!     .sql(
//!         "SELECT segment, cross_sell_rate(customer, product) AS rate
//!          FROM (VALUES ('SMB', 'c1', 'CRM'), ('SMB', 'c1', 'Chat'), ('SMB', 'c2', 'CRM'))
//!               AS orders(segment, customer, product)
//!          GROUP BY segment",
//!     )
//!     .await?
//!     .to_string()
//!     .await?;
//! assert!(answer.contains("| SMB     | 50.0 |"), "{answer}");
//! # Ok(())
//! # }
//! ```
//!
//! The folders, and what may use what:
//!
//! - [`define`]: the vocabulary in which a KPI is declared. Uses nothing.
//! - [`kpi`]: the declarations, one file per KPI. Uses `define`.
//! - [`fold`]: the arithmetic on arrow arrays. Uses `define`.
//! - [`engine`]: the adapters to DataFusion. Uses all of these, and no KPI by name.
//! - `cli`: the `kpi-sql` program, behind the feature `cli`. Uses `engine` through [`register`].

use datafusion::error::Result;
use datafusion::logical_expr::AggregateUDF;
use datafusion::prelude::SessionContext;
use std::sync::Arc;

#[cfg(feature = "cli")]
pub mod cli;
pub mod define;
pub mod engine;
pub mod fold;
pub mod kpi;
#[cfg(feature = "cli")]
pub mod tables;

/// Adds every KPI to a session.
///
/// The functions work in SQL and in the DataFrame API. An analyzer rule comes with them, which
/// refuses calls such as `cross_sell_rate(DISTINCT …)` when a query is planned.
///
/// # Errors
/// None today; the functions of a session may become read-only one day, so the signature allows for it.
pub fn register(ctx: &SessionContext) -> Result<()> {
    for udaf in functions() {
        ctx.register_udaf(udaf);
    }
    ctx.add_analyzer_rule(Arc::new(engine::check::CheckKpiCalls));
    Ok(())
}

/// Every KPI as an aggregate function, for contexts that [`register`] does not reach.
pub fn functions() -> Vec<AggregateUDF> {
    kpi::all()
        .map(|kpi| AggregateUDF::new_from_impl(engine::udaf::KpiUdaf::new(kpi)))
        .collect()
}
