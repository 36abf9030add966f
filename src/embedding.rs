//! The KPIs in sessions that a program builds itself.

use std::sync::Arc;

use datafusion::execution::session_state::SessionStateBuilder;
use datafusion::prelude::SessionContext;

use crate::engine::judged::benchmarks::Benchmarks;
use crate::engine::remarks::Remarks;
use crate::install::install;

/// Adds the KPIs to a session that is being built.
pub trait SessionStateBuilderExt {
    /// Everything that [`register`](crate::register) gives a context: the functions, the tables `kpi_catalog()` and
    /// `kpi_benchmarks()`, the rules of the analyzer and the optimizers, and the options `kpi.…`.
    ///
    /// It comes last, because it puts a rule between those that are there, and because catalogs and options that are
    /// set after it would take the place of those that the functions look into.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> datafusion::error::Result<()> {
    /// use datafusion::execution::session_state::SessionStateBuilder;
    /// use datafusion::prelude::{SessionConfig, SessionContext};
    /// use kpi_sql::SessionStateBuilderExt;
    ///
    /// let state = SessionStateBuilder::new_with_default_features()
    ///     .with_config(SessionConfig::new().with_target_partitions(4))
    ///     .with_kpis()
    ///     .build();
    /// let ctx = SessionContext::new_with_state(state);
    /// let score = ctx.sql("SELECT nps(score) AS nps FROM (VALUES (10), (3)) AS t(score)").await?;
    /// assert!(score.to_string().await?.contains("| 0.0 |"));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    fn with_kpis(self) -> Self;
}

impl SessionStateBuilderExt for SessionStateBuilder {
    fn with_kpis(self) -> Self {
        let ctx = SessionContext::new_with_state(self.build());
        let catalogs = Arc::clone(ctx.state_ref().read().catalog_list());
        install(
            &ctx,
            &Benchmarks::in_catalogs(&catalogs),
            &Remarks::default(),
        );
        let state = ctx.state();
        let id = state.session_id().to_string();
        SessionStateBuilder::new_from_existing(state).with_session_id(id)
    }
}
