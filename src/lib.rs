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
//! A program that builds its sessions itself, such as a server that gives one to each of its users, adds the same with
//! [`SessionStateBuilderExt::with_kpis`].
//!
//! # Features
//!
//! Without any, the crate has the functions and their rules, and asks nothing of DataFusion that they do not need.
//!
//! - `session`: [`session`] and [`tables`], for programs whose users type SQL: tables by path, limits of memory and disk,
//!   errors in words. It switches on SQL, Parquet, compression and the function packages of DataFusion.
//! - `cli`, the default: the `kpi-sql` program, which is a face over `session`.
//!
//! # Versions
//!
//! The public API has DataFusion's types in it, so a new minor version of this crate is needed for each of its versions.
//! What is public is listed in `docs/public-api.txt`, and a test compares: a change that breaks a caller is seen before it is made.
//! Before 1.0 such a change raises the minor version, anything else the patch.
//!
//! # Folders
//!
//! What may use what:
//!
//! - [`define`]: the vocabulary in which a KPI is declared. Uses nothing.
//! - [`kpi`]: the declarations, one file per KPI. Uses `define`.
//! - [`fold`]: the arithmetic on arrow arrays. Uses `define` and `statistics`.
//! - [`state`]: what was folded as bytes, to be stored and merged later. Uses all of these.
//! - [`engine`]: the adapters to DataFusion. Uses all of these, and no KPI by name.
//! - `tables`: from a path to a table, behind the feature `session`.
//! - `session`: what a person who types SQL needs, behind the same feature. Uses `tables`, and `engine` through
//!   [`register`].
//! - `cli`: the `kpi-sql` program, behind the feature `cli`. Uses `session` alone.

use datafusion::error::Result;
use datafusion::logical_expr::{AggregateUDF, ScalarUDF};
use datafusion::prelude::SessionContext;
use std::sync::Arc;

pub use embedding::SessionStateBuilderExt;

use engine::aggregate::check::CheckKpiCalls;
use engine::aggregate::function::Function;
use engine::aggregate::udaf::KpiUdaf;
use engine::catalog::{KpiBenchmarks, KpiCatalog};
use engine::judged::band::{BindBenchmarks, KpiBand};
use engine::judged::benchmarks::Benchmarks;
use engine::judged::change::KpiChange;
#[cfg(feature = "session")]
pub(crate) use engine::keys::keys;
use engine::options::KpiOptions;
pub(crate) use engine::remarks::Remarks;
#[cfg(feature = "session")]
pub(crate) use engine::remarks::look::{Look, looked_at};
#[cfg(feature = "session")]
use engine::remarks::nan::LookForNan;
#[cfg(feature = "session")]
use engine::remarks::offsets::LookForOffsets;
#[cfg(feature = "session")]
pub(crate) use engine::remarks::sql::in_sql;
use engine::stored::finish::{Finished, KpiFinish};
use engine::stored::merge::KpiMerge;

#[cfg(feature = "cli")]
pub mod cli;
pub mod define;
mod embedding;
pub mod engine;
mod export_texts;
pub mod fold;
pub mod kpi;
#[cfg(feature = "session")]
pub mod session;
pub mod state;
mod statistics;
#[cfg(feature = "session")]
pub mod tables;

/// Adds every function to a session: the KPIs with their `_parts` and `_state` forms, `kpi_merge`,
/// `kpi_finish`, `kpi_finish_parts`, `kpi_finish_mix`, `kpi_change`, `kpi_band`, and the tables `kpi_catalog()` and
/// `kpi_benchmarks()`.
///
/// The functions work in SQL and in the DataFrame API. Two analyzer rules come with them: one refuses calls
/// such as `cross_sell_rate(DISTINCT …)` when a query is planned, the other reads the benchmarks that
/// `SET kpi.benchmarks` names.
///
/// # Errors
/// None today; the functions of a session may become read-only one day, so the signature allows for it.
pub fn register(ctx: &SessionContext) -> Result<()> {
    install(ctx, &Benchmarks::of(ctx), &Remarks::default());
    Ok(())
}

/// The same for a session that has a reader to tell what is remarkable about the data.
#[cfg(feature = "session")]
pub(crate) fn register_with_remarks(ctx: &SessionContext) -> Remarks {
    let remarks = Remarks::kept();
    install(ctx, &Benchmarks::of(ctx), &remarks);
    ctx.add_analyzer_rule(Arc::new(LookForNan::new(remarks.clone())));
    ctx.add_analyzer_rule(Arc::new(LookForOffsets::new(remarks.clone())));
    remarks
}

fn install(ctx: &SessionContext, benchmarks: &Benchmarks, remarks: &Remarks) {
    let state = ctx.state_ref();
    let mut state = state.write();
    let options = state.config_mut().options_mut();
    // Options that the session was made with stay.
    if options.extensions.get::<KpiOptions>().is_none() {
        options.extensions.insert(KpiOptions::default());
    }
    engine::operator::install(&mut state);
    drop(state);
    for udaf in aggregates(remarks) {
        ctx.register_udaf(udaf);
    }
    for udf in scalars(benchmarks) {
        ctx.register_udf(udf);
    }
    ctx.register_udtf("kpi_catalog", Arc::new(KpiCatalog));
    let table = KpiBenchmarks {
        benchmarks: benchmarks.clone(),
    };
    ctx.register_udtf("kpi_benchmarks", Arc::new(table));
    ctx.add_analyzer_rule(Arc::new(CheckKpiCalls));
    let bind = BindBenchmarks::new(benchmarks.clone()).with_remarks(remarks.clone());
    ctx.add_analyzer_rule(Arc::new(bind));
}

/// Whether an aggregate function is that of a KPI.
#[cfg(feature = "session")]
pub(crate) fn is_a_kpi(function: &AggregateUDF) -> bool {
    function.inner().downcast_ref::<KpiUdaf>().is_some()
}

/// The names of the arguments of each form of a KPI's function.
#[cfg(feature = "session")]
pub(crate) fn names_of_forms(name: &str) -> Option<Vec<Vec<&'static str>>> {
    let mut all = kpi::all().flat_map(Function::all_of);
    let found = all.find(|function| is_name_of(*function, name))?;
    let names = |form: &define::Form| form.args.iter().map(|arg| arg.name).collect();
    Some(found.kpi.forms.iter().map(names).collect())
}

/// The same of the form that fits these types.
#[cfg(feature = "session")]
pub(crate) fn names_of_form(
    function: &AggregateUDF,
    types: &[datafusion::arrow::datatypes::DataType],
) -> Option<Vec<&'static str>> {
    let kpi = function.inner().downcast_ref::<KpiUdaf>()?;
    let form = engine::aggregate::signature::form_for(kpi.function(), types).ok()?;
    Some(form.args.iter().map(|arg| arg.name).collect())
}

/// Whether one function has both names.
#[cfg(feature = "session")]
pub(crate) fn is_named(function: &str, name: &str) -> bool {
    let mut all = kpi::all().flat_map(Function::all_of);
    all.any(|of| is_name_of(of, function) && is_name_of(of, name))
}

#[cfg(feature = "session")]
fn is_name_of(function: Function, name: &str) -> bool {
    function.name() == name || function.aliases().iter().any(|alias| alias == name)
}

/// Every aggregate function, for contexts that [`register`] does not reach.
pub fn functions() -> Vec<AggregateUDF> {
    aggregates(&Remarks::default())
}

fn aggregates(remarks: &Remarks) -> Vec<AggregateUDF> {
    let functions = kpi::all().flat_map(Function::all_of);
    functions
        .map(|function| KpiUdaf::new(function).with_remarks(remarks.clone()))
        .map(AggregateUDF::new_from_impl)
        .chain([AggregateUDF::new_from_impl(KpiMerge::new())])
        .collect()
}

/// Every function of values, for contexts that [`register`] does not reach. `kpi_band` knows the published benchmarks
/// there, and none of the user's own.
pub fn scalar_functions() -> Vec<ScalarUDF> {
    scalars(&Benchmarks::shipped())
}

fn scalars(benchmarks: &Benchmarks) -> Vec<ScalarUDF> {
    vec![
        ScalarUDF::new_from_impl(KpiFinish::new(Finished::Value)),
        ScalarUDF::new_from_impl(KpiFinish::new(Finished::Parts)),
        ScalarUDF::new_from_impl(KpiFinish::new(Finished::Mix)),
        ScalarUDF::new_from_impl(KpiChange::new()),
        ScalarUDF::new_from_impl(KpiBand::new(benchmarks.clone())),
    ]
}
