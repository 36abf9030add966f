//! Clauses inside a call that no KPI takes.

use datafusion::error::DataFusionError;

use super::function::KpiFunction;

/// The error for `kpi(DISTINCT …)`.
pub fn refuse_distinct(function: KpiFunction) -> DataFusionError {
    refusal(function, "DISTINCT", "it counts each entity once by itself")
}

/// The error for a clause, with the reason why it is not taken.
pub fn refusal(function: KpiFunction, clause: &str, reason: &str) -> DataFusionError {
    DataFusionError::Plan(format!(
        "{}: {clause} inside the call is not supported: {}. Example: {}",
        function.name(),
        reason.trim_end_matches('.'),
        function.sample_call(&function.kpi.forms[0])
    ))
}
