//! What a session gets: the functions, the tables that tell of them, and their rules.

use std::sync::Arc;

use datafusion::error::Result;
use datafusion::logical_expr::{AggregateUDF, ScalarUDF};
use datafusion::prelude::SessionContext;

use crate::engine::aggregate::function::KpiFunction;
use crate::engine::aggregate::udaf::KpiUdaf;
use crate::engine::bind_confidence::BindConfidence;
use crate::engine::catalog::{KpiBenchmarks, KpiCatalog};
use crate::engine::check::CheckKpiCalls;
use crate::engine::config::KpiOptions;
use crate::engine::judged::band::{BindBenchmarks, KpiBand};
use crate::engine::judged::benchmarks::Benchmarks;
use crate::engine::judged::judging_aggregate::JudgingAggregate;
use crate::engine::judged::judging_scalar::JudgingScalar;
use crate::engine::judged::list;
use crate::engine::operator;
use crate::engine::remarks::Remarks;
use crate::engine::stored::finish::{Finished, KpiFinish};
use crate::engine::stored::merge::KpiMerge;
use crate::kpi;

/// Adds every function to a session: the KPIs with their `_parts` and `_state` forms, `kpi_merge`,
/// `kpi_finish`, `kpi_finish_parts`, `kpi_finish_mix`, those that judge values, such as `kpi_change` and `kpi_band`, and the tables
/// `kpi_catalog()` and `kpi_benchmarks()`.
///
/// The functions work in SQL and in the DataFrame API. Three analyzer rules come with them: one refuses calls
/// such as `cross_sell_rate(DISTINCT …)` when a query is planned, the others put the benchmarks that
/// `SET kpi.benchmarks` names and the confidence that `SET kpi.confidence` asks for into the plan.
///
/// # Errors
/// None today; the functions of a session may become read-only one day, so the signature allows for it.
pub fn register(ctx: &SessionContext) -> Result<()> {
    install(ctx, &Benchmarks::of(ctx), &Remarks::default());
    Ok(())
}

/// The same with benchmarks from elsewhere, and for a session that may have a reader to tell what is remarkable.
pub(crate) fn install(ctx: &SessionContext, benchmarks: &Benchmarks, remarks: &Remarks) {
    let state = ctx.state_ref();
    let mut state = state.write();
    let options = state.config_mut().options_mut();
    // Options that the session was made with stay.
    if options.extensions.get::<KpiOptions>().is_none() {
        options.extensions.insert(KpiOptions::default());
    }
    operator::install(&mut state);
    drop(state);
    for udaf in aggregates(remarks) {
        ctx.register_udaf(udaf);
    }
    for udf in scalars(benchmarks, remarks) {
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
    ctx.add_analyzer_rule(Arc::new(BindConfidence));
}

/// Every aggregate function, for contexts that [`register`] does not reach.
pub fn functions() -> Vec<AggregateUDF> {
    aggregates(&Remarks::default())
}

fn aggregates(remarks: &Remarks) -> Vec<AggregateUDF> {
    let functions = kpi::all().flat_map(KpiFunction::all_of);
    functions
        .map(|function| KpiUdaf::new(function).with_remarks(remarks.clone()))
        .map(AggregateUDF::new_from_impl)
        .chain([AggregateUDF::new_from_impl(KpiMerge::new())])
        .chain(
            list::AGGREGATES
                .iter()
                .map(|judgement| AggregateUDF::new_from_impl(JudgingAggregate::new(judgement))),
        )
        .collect()
}

/// Every function of values, for contexts that [`register`] does not reach. `kpi_band` knows the published benchmarks
/// there, and none of the user's own.
pub fn scalar_functions() -> Vec<ScalarUDF> {
    scalars(&Benchmarks::shipped(), &Remarks::default())
}

fn scalars(benchmarks: &Benchmarks, remarks: &Remarks) -> Vec<ScalarUDF> {
    let band = KpiBand::new(benchmarks.clone()).with_remarks(remarks.clone());
    let finishes = [Finished::Value, Finished::Parts, Finished::Mix].into_iter();
    let finishes = finishes.map(|finished| ScalarUDF::new_from_impl(KpiFinish::new(finished)));
    let judging = list::SCALARS.iter();
    finishes
        .chain(judging.map(|judgement| ScalarUDF::new_from_impl(JudgingScalar::new(judgement))))
        .chain([ScalarUDF::new_from_impl(band)])
        .collect()
}
