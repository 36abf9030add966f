//! Which arguments of a call tell things apart: its entities and its items.

use datafusion::common::ExprSchema;
use datafusion::logical_expr::{AggregateUDF, Expr, ExprSchemable};

use super::aggregate::signature::form_for;
use super::aggregate::udaf::KpiUdaf;
use crate::define::Kind;

/// The name of the KPI's function, and the positions and names of these arguments; `None` for other functions, and for
/// calls that will be refused.
pub fn keys(
    func: &AggregateUDF,
    args: &[Expr],
    schema: &dyn ExprSchema,
) -> Option<(String, Vec<(usize, &'static str)>)> {
    let function = func.inner().downcast_ref::<KpiUdaf>()?.function();
    let types: Result<Vec<_>, _> = args.iter().map(|arg| arg.get_type(schema)).collect();
    let form = form_for(function, &types.ok()?).ok()?;
    let keys = form.args.iter().enumerate();
    let keys = keys.filter(|(_, arg)| matches!(arg.kind, Kind::Entity | Kind::Item));
    Some((
        function.name(),
        keys.map(|(position, arg)| (position, arg.name)).collect(),
    ))
}
