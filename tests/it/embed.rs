//! The library in other people's programs: the examples run, and a session that is built with the KPIs has all of what
//! `register` gives.

use std::collections::BTreeSet;
use std::sync::Arc;

use datafusion::catalog::{CatalogProviderList, MemoryCatalogProviderList};
use datafusion::execution::session_state::SessionStateBuilder;
use datafusion::prelude::{SessionConfig, SessionContext};
use kpi_sql::SessionStateBuilderExt;

use crate::support::{plain_session, rows, value};

#[path = "../../examples/embed.rs"]
mod example;
#[path = "../../examples/own_sessions.rs"]
mod own_sessions;

#[test]
fn the_examples_run() {
    example::main().expect("the example runs");
    own_sessions::main().expect("the example runs");
}

fn built(builder: SessionStateBuilder) -> SessionContext {
    SessionContext::new_with_state(builder.with_kpis().build())
}

fn usual() -> SessionStateBuilder {
    let config = SessionConfig::new()
        .with_target_partitions(2)
        .with_information_schema(true);
    SessionStateBuilder::new_with_default_features().with_config(config)
}

#[tokio::test]
async fn a_session_that_is_built_has_what_a_registered_one_has() {
    let (built, registered) = (built(usual()).state(), plain_session().state());
    let names =
        |names: Vec<&str>| -> BTreeSet<String> { names.into_iter().map(String::from).collect() };
    for (ours, others) in [
        (
            built.aggregate_functions().keys().collect::<Vec<_>>(),
            registered.aggregate_functions().keys().collect::<Vec<_>>(),
        ),
        (
            built.scalar_functions().keys().collect(),
            registered.scalar_functions().keys().collect(),
        ),
        (
            built.table_functions().keys().collect(),
            registered.table_functions().keys().collect(),
        ),
    ] {
        let (ours, others): (BTreeSet<_>, BTreeSet<_>) =
            (ours.into_iter().collect(), others.into_iter().collect());
        assert_eq!(ours, others);
    }
    let rules = |state: &datafusion::execution::session_state::SessionState| {
        (
            state
                .analyzer()
                .rules
                .iter()
                .map(|rule| rule.name().to_string())
                .collect::<Vec<_>>(),
            state
                .optimizers()
                .iter()
                .map(|rule| rule.name().to_string())
                .collect::<Vec<_>>(),
            state
                .physical_optimizers()
                .iter()
                .map(|rule| rule.name().to_string())
                .collect::<Vec<_>>(),
        )
    };
    assert_eq!(rules(&built), rules(&registered));
    assert!(
        names(
            built
                .physical_optimizers()
                .iter()
                .map(|rule| rule.name())
                .collect()
        )
        .contains("fold_by_entity")
    );
}

#[tokio::test]
async fn what_a_builder_was_told_stays() {
    let catalogs: Arc<dyn CatalogProviderList> = Arc::new(MemoryCatalogProviderList::new());
    let builder = usual()
        .with_session_id("mine".to_string())
        .with_catalog_list(Arc::clone(&catalogs));
    let ctx = built(builder);
    assert_eq!(ctx.session_id(), "mine");
    assert_eq!(ctx.state().config().target_partitions(), 2);
    ctx.sql("CREATE TABLE t AS SELECT 'c1' AS c")
        .await
        .expect("a table");
    assert_eq!(catalogs.catalog_names(), ["datafusion"]);
    assert_eq!(
        value(&ctx, "SELECT repeat_purchase_rate(c, c) FROM t").await,
        "0"
    );
    ctx.sql("SET kpi.operator = 'on'")
        .await
        .expect("an option of ours");
    let plan = rows(&ctx, "EXPLAIN SELECT cross_sell_rate(c, c) FROM t")
        .await
        .expect("a plan");
    assert!(format!("{plan:?}").contains("KpiFoldExec"), "{plan:?}");
    let refused = rows(&ctx, "SELECT cross_sell_rate(DISTINCT c, c) FROM t").await;
    let refused = refused.expect_err("DISTINCT is refused").to_string();
    assert!(refused.contains("DISTINCT"), "{refused}");
}

#[tokio::test]
async fn benchmarks_of_the_users_own_are_found() {
    let ctx = built(usual());
    let judged = "SELECT kpi_band('nps', 60.0)";
    let published = value(&ctx, judged).await;
    ctx.sql("CREATE TABLE ours AS SELECT 'nps' AS kpi, 'dreadful' AS band, 0 AS low, 90 AS high")
        .await
        .expect("a table");
    ctx.sql("SET kpi.benchmarks = 'ours'")
        .await
        .expect("an option of ours");
    assert_eq!(value(&ctx, judged).await, "dreadful");
    let listed = "SELECT count(*) FROM kpi_benchmarks() WHERE band = 'dreadful'";
    assert_eq!(value(&ctx, listed).await, "1");
    ctx.sql("DROP TABLE ours").await.expect("the table goes");
    let refused = rows(&ctx, judged)
        .await
        .expect_err("it is gone")
        .to_string();
    assert!(
        refused.contains("kpi.benchmarks = 'ours': there is no table"),
        "{refused}"
    );
    ctx.sql("SET kpi.benchmarks = ''")
        .await
        .expect("an option of ours");
    assert_eq!(value(&ctx, judged).await, published);
}
