//! What a report takes of the engine, and all that it takes: it judges with the functions that SQL has, so that both say the same.

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::error::Result;
use datafusion::prelude::SessionContext;

pub(crate) use crate::engine::judged::change::compared;
pub(crate) use crate::engine::judged::row::BenchmarkRow;
pub(crate) use crate::engine::judged::target::{Aim, aim, aim_of_value};
pub(crate) use crate::engine::time_columns::days_of;
pub(crate) use crate::fold::value::parts::Parts;
pub(crate) use crate::statistics::{Adjustment, Confidence};

use crate::define::Kpi;
use crate::engine::config::KpiOptions;
use crate::engine::judged::band;
use crate::engine::judged::benchmarks::Benchmarks;
use crate::engine::judged::value_kind::ValueKind;
use crate::engine::parts_array;

/// The parts in each row of a column that a `_parts` function has given.
pub(crate) fn parts_in(column: &ArrayRef) -> Result<Vec<Option<Parts>>> {
    match column.as_struct_opt() {
        Some(structs) => {
            let parts = parts_array::read(structs)?.into_iter();
            Ok(parts.map(|parts| parts.map(|(_, parts)| parts)).collect())
        }
        None => Ok(vec![None; column.len()]),
    }
}

/// Whether the denominator of a KPI's parts is a number of things.
pub(crate) fn counts_things(kpi: &Kpi) -> bool {
    ValueKind::of(kpi).counts()
}

/// What intervals are to cover in a session.
pub(crate) fn confidence_of(ctx: &SessionContext) -> Confidence {
    let state = ctx.state();
    let options = state.config_options().extensions.get::<KpiOptions>();
    options.map_or_else(Confidence::default, |options| options.confidence)
}

/// The benchmarks of a session for all industries, those that have figures.
///
/// # Errors
/// What is wrong with those that the session names.
pub(crate) fn benchmarks_of(ctx: &SessionContext) -> Result<Vec<BenchmarkRow>> {
    let state = ctx.state();
    let mut rows = Benchmarks::of(ctx).rows(state.config_options())?;
    rows.retain(|row| row.industry.is_none() && (row.low.is_some() || row.high.is_some()));
    Ok(rows)
}

/// What these benchmarks say of a value of a KPI.
pub(crate) fn band_of(rows: &[BenchmarkRow], kpi: &Kpi, value: f64) -> Option<String> {
    // The KPI is one of the declared ones, so its name is known.
    band::verdict(rows, kpi.name, Some(value), &None).ok()?
}
