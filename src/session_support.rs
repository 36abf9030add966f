//! What a session for people who type SQL takes from the engine, and all that it takes; a check of data takes of it as well.

use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::config::ExtensionOptions;
use datafusion::logical_expr::AggregateUDF;
use datafusion::prelude::SessionContext;

pub(crate) use crate::define::Kind;
pub(crate) use crate::engine::aggregate::advice::is_named_like_a_flag;
pub use crate::engine::column_roles::{ColumnFact, ResultRole, TotalMark, column_facts};
#[cfg(feature = "cli")]
pub(crate) use crate::engine::judged::shown_changes::{ShownChange, taken_apart, with_changes};
pub(crate) use crate::engine::keys::keys;
pub(crate) use crate::engine::kpi_columns::unit_formats;
pub(crate) use crate::engine::name_words::words_of;
pub(crate) use crate::engine::remarks::Remarks;
pub(crate) use crate::engine::remarks::look::{Look, looked_at};
pub(crate) use crate::engine::remarks::sql::in_sql;

use crate::define::Form;
use crate::engine::aggregate::function::KpiFunction;
use crate::engine::aggregate::signature::form_for;
use crate::engine::aggregate::udaf::KpiUdaf;
use crate::engine::config::KpiOptions;
use crate::engine::judged::benchmarks::Benchmarks;
use crate::engine::judged::list;
use crate::engine::remarks::nan::LookForNan;
use crate::engine::remarks::offsets::LookForOffsets;
use crate::install::install;
use crate::kpi;

/// Adds every function to a session that has a reader to tell what is remarkable about the data.
pub(crate) fn register_with_remarks(ctx: &SessionContext) -> Remarks {
    let remarks = Remarks::kept();
    install(ctx, &Benchmarks::of(ctx), &remarks);
    ctx.add_analyzer_rule(Arc::new(LookForNan::new(remarks.clone())));
    ctx.add_analyzer_rule(Arc::new(LookForOffsets::new(remarks.clone())));
    remarks
}

/// The options that begin with `kpi.`, and their values where nobody has SET them.
pub(crate) fn kpi_options() -> Vec<(String, String)> {
    let entries = KpiOptions::default().entries().into_iter();
    entries
        .map(|entry| (entry.key, entry.value.unwrap_or_default()))
        .collect()
}

/// Whether an aggregate function is that of a KPI.
pub(crate) fn is_a_kpi(function: &AggregateUDF) -> bool {
    function.inner().downcast_ref::<KpiUdaf>().is_some()
}

/// The names of the arguments of each form of a KPI's function, or of one that judges.
pub(crate) fn names_of_forms(name: &str) -> Option<Vec<Vec<&'static str>>> {
    let mut all = kpi::all().flat_map(KpiFunction::all_of);
    if let Some(found) = all.find(|function| is_name_of(*function, name)) {
        let names = |form: &Form| form.args.iter().map(|arg| arg.name).collect();
        return Some(found.kpi.forms.iter().map(names).collect());
    }
    let of_rows = || Some(&list::aggregate(name)?.function);
    let of_values = || Some(&list::scalar(name)?.function);
    let judging = of_rows().or_else(of_values)?;
    Some(judging.calls().names_of_forms())
}

/// The arguments of the form of a KPI's function that fits these types: their names, and what each of them means.
pub(crate) fn arguments_of_form(
    function: &AggregateUDF,
    types: &[DataType],
) -> Option<Vec<(&'static str, Kind)>> {
    let kpi = function.inner().downcast_ref::<KpiUdaf>()?;
    let form = form_for(kpi.function(), types).ok()?;
    Some(form.args.iter().map(|arg| (arg.name, arg.kind)).collect())
}

/// Whether one function has both names.
pub(crate) fn is_named(function: &str, name: &str) -> bool {
    let mut all = kpi::all().flat_map(KpiFunction::all_of);
    all.any(|of| is_name_of(of, function) && is_name_of(of, name))
}

fn is_name_of(function: KpiFunction, name: &str) -> bool {
    function.name() == name || function.aliases().iter().any(|alias| alias == name)
}
