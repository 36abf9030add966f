//! The rewrite: an aggregation of KPIs in two levels, so that it uses all cores and can spill.
//!
//! ```text
//! SELECT segment, kpi(customer, …) … GROUP BY segment
//!
//! Projection: segment, "kpi(customer, …)"
//!   Aggregate: groupBy=[segment] aggr=[kpi_gather(…)]                      adds up what is final
//!     Aggregate: groupBy=[segment, kpi_bucket] aggr=[kpi_together(…)]      folds each customer's rows
//!       Projection: …, kpi_bucket(customer) AS kpi_bucket
//! ```
//!
//! All rows of a customer are in one bucket, so what the lower aggregation finds of a bucket's customers is
//! final, and a few numbers per group and bucket go up. That makes many small groups of few large ones: they spread
//! over all cores, and under a memory limit they spill. All KPIs of one entity share one directory of
//! entities, and aggregates that decompose ride along.
//!
//! - [`rule`] decides, and writes the plan; its refusals are listed there.
//! - [`bucket`] is the function that tells the bucket of an entity.
//! - [`together`] and [`gather`] are the aggregates of the lower and the upper level.
//! - `carried` is how other aggregates ride along, some of them `wrapped`.
//! - [`exchange`] sends rows, not states, to the partition that folds them; [`whole`] does so without buckets, and
//!   [`overflow`] has room for rows that do not fit in memory.

use std::sync::Arc;

use datafusion::execution::session_state::{SessionState, SessionStateBuilder};

use exchange::ExchangeRows;
use rule::with_split;

pub mod bucket;
mod carried;
pub mod exchange;
pub mod gather;
pub mod options;
pub mod overflow;
pub mod rule;
pub mod together;
pub mod whole;
mod wrapped;

/// Adds both rules to a session.
pub fn install(state: &mut SessionState) {
    let catalog = |state: &SessionState| {
        let options = state.config_options();
        options.catalog.create_default_catalog_and_schema
    };
    let (id, makes_catalog) = (state.session_id().to_string(), catalog(state));
    let rules = with_split(state.optimizers().to_vec());
    *state = SessionStateBuilder::new_from_existing(state.clone())
        .with_session_id(id)
        .with_optimizer_rules(rules)
        .with_physical_optimizer_rule(Arc::new(ExchangeRows))
        .build();
    // The builder takes an option back whose work has been done.
    let options = state.config_mut().options_mut();
    options.catalog.create_default_catalog_and_schema = makes_catalog;
}
