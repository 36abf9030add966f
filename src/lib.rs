//! KPIs of cross-selling, upselling and customer value as SQL aggregates for Apache DataFusion.

use datafusion::error::Result;
use datafusion::prelude::SessionContext;

#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "cli")]
pub mod tables;

/// Adds every KPI to a session's functions.
pub fn register(_ctx: &SessionContext) -> Result<()> {
    Ok(())
}
