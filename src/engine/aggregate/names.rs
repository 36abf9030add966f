//! The names of the columns that calls give.
//!
//! DataFusion leaves CAST out of names, so that `arpa(c, x)` and `arpa(c, CAST(x AS DOUBLE))` would be one column, and
//! a query with both would be refused. Here a CAST is shown, but that of a literal, such as a DATE; every other name is
//! DataFusion's. The confidence that a plan has put behind the arguments is in no name.

use datafusion::common::Result;
use datafusion::common::tree_node::TreeNode;
use datafusion::logical_expr::expr::{
    AggregateFunctionParams, Cast, Sort, TryCast, WindowFunctionParams,
};
use datafusion::logical_expr::{
    AggregateUDFImpl, Expr, udaf_default_schema_name, udaf_default_window_function_schema_name,
};

use crate::engine::confidence;

/// The name of an aggregate's column.
pub fn of_aggregate(
    function: &impl AggregateUDFImpl,
    params: &AggregateFunctionParams,
) -> Result<String> {
    let args = confidence::args_before(&params.args);
    if args.len() == params.args.len() && !args.iter().any(has_cast) {
        return udaf_default_schema_name(function, params);
    }
    let shown = AggregateFunctionParams {
        args: args.iter().map(shown).collect(),
        ..params.clone()
    };
    udaf_default_schema_name(function, &shown)
}

/// The name of a window's column.
pub fn of_window(
    function: &impl AggregateUDFImpl,
    params: &WindowFunctionParams,
) -> Result<String> {
    let WindowFunctionParams {
        args,
        partition_by,
        order_by,
        ..
    } = params;
    let given = confidence::args_before(args);
    let sorted = order_by.iter().map(|sort| &sort.expr);
    let mut shown_exprs = given.iter().chain(partition_by).chain(sorted);
    if given.len() == args.len() && !shown_exprs.any(has_cast) {
        return udaf_default_window_function_schema_name(function, params);
    }
    let sort = |sort: &Sort| Sort {
        expr: shown(&sort.expr),
        ..sort.clone()
    };
    let shown = WindowFunctionParams {
        args: given.iter().map(shown).collect(),
        partition_by: partition_by.iter().map(shown).collect(),
        order_by: order_by.iter().map(sort).collect(),
        ..params.clone()
    };
    udaf_default_window_function_schema_name(function, &shown)
}

/// What has a name of its own keeps it.
fn has_cast(expr: &Expr) -> bool {
    let is_cast = |expr: &Expr| match expr {
        Expr::Cast(Cast { expr, .. }) | Expr::TryCast(TryCast { expr, .. }) => {
            Ok(!matches!(expr.as_ref(), Expr::Literal(_, _)))
        }
        _ => Ok(false),
    };
    !matches!(expr, Expr::Alias(_)) && expr.exists(is_cast).unwrap_or(false)
}

/// The expression under a name that shows its CASTs.
fn shown(expr: &Expr) -> Expr {
    match has_cast(expr) {
        true => expr.clone().alias(expr.to_string()),
        false => expr.clone(),
    }
}
