//! Which columns of a query's result hold values of a KPI, so that a face can show them in the KPI's unit.

use datafusion::logical_expr::expr::{AggregateFunction, Alias, Cast, ScalarFunction, TryCast};
use datafusion::logical_expr::{AggregateUDF, Expr, LogicalPlan, WindowFunctionDefinition};

use super::aggregate::udaf::KpiUdaf;
use crate::define::Kpi;
use crate::fold::facts::call::Variant;

/// Functions that leave a value what it is, but for its digits or where it is NULL.
const KEEP_THE_UNIT: [&str; 5] = ["round", "trunc", "ceil", "floor", "coalesce"];

/// The fields of a KPI's parts that are in its unit.
const FIELDS: [&str; 3] = ["value", "ci_low", "ci_high"];

/// For each column of a plan's result the KPI whose values it holds, if it does: `cross_sell_rate(…) AS rate` is
/// found, and so are `round(…)` of it, and the value and interval of its parts.
pub fn kpi_columns(plan: &LogicalPlan) -> Vec<Option<&'static Kpi>> {
    let columns = 0..plan.schema().fields().len();
    let found = columns.map(|column| of_column(plan, column));
    found
        .map(|found| match found {
            Some((kpi, Variant::Value)) => Some(kpi),
            Some((_, Variant::Parts | Variant::State)) | None => None,
        })
        .collect()
}

type FoundKpi = Option<(&'static Kpi, Variant)>;

fn of_column(plan: &LogicalPlan, column: usize) -> FoundKpi {
    match plan {
        LogicalPlan::Projection(projection) => {
            of_expr(projection.expr.get(column)?, &projection.input)
        }
        LogicalPlan::Aggregate(aggregate) => {
            let n_keys = plan.schema().fields().len() - aggregate.aggr_expr.len();
            match column.checked_sub(n_keys) {
                Some(position) => of_expr(&aggregate.aggr_expr[position], &aggregate.input),
                None => of_expr(aggregate.group_expr.get(column)?, &aggregate.input),
            }
        }
        LogicalPlan::Window(window) => {
            let n_before = window.input.schema().fields().len();
            match column.checked_sub(n_before) {
                Some(position) => of_expr(window.window_expr.get(position)?, &window.input),
                None => of_column(&window.input, column),
            }
        }
        LogicalPlan::Join(join) if join.left.schema().fields().len() > column => {
            of_column(&join.left, column)
        }
        LogicalPlan::Join(join) => {
            of_column(&join.right, column - join.left.schema().fields().len())
        }
        // The columns of a union have one name, and so should have one meaning.
        LogicalPlan::Union(union) => of_column(union.inputs.first()?, column),
        LogicalPlan::Filter(_)
        | LogicalPlan::Sort(_)
        | LogicalPlan::Limit(_)
        | LogicalPlan::Repartition(_)
        | LogicalPlan::SubqueryAlias(_)
        | LogicalPlan::Distinct(_) => of_column(plan.inputs().first()?, column),
        _ => None,
    }
}

fn of_expr(expr: &Expr, input: &LogicalPlan) -> FoundKpi {
    match expr {
        Expr::Alias(Alias { expr, .. })
        | Expr::Cast(Cast { expr, .. })
        | Expr::TryCast(TryCast { expr, .. }) => of_expr(expr, input),
        Expr::Column(column) => of_column(input, input.schema().maybe_index_of_column(column)?),
        Expr::AggregateFunction(AggregateFunction { func, .. }) => of_function(func),
        Expr::WindowFunction(window) => match &window.fun {
            WindowFunctionDefinition::AggregateUDF(func) => of_function(func),
            WindowFunctionDefinition::WindowUDF(_) => None,
        },
        Expr::ScalarFunction(ScalarFunction { func, args }) => {
            let found = of_expr(args.first()?, input);
            if KEEP_THE_UNIT.contains(&func.name()) {
                return found;
            }
            let (kpi, variant) = found?;
            let field = args.get(1)?.as_literal()?.try_as_str()??;
            let is_value = func.name() == "get_field"
                && variant == Variant::Parts
                && args.len() == 2
                && FIELDS.contains(&field);
            is_value.then_some((kpi, Variant::Value))
        }
        _ => None,
    }
}

fn of_function(func: &AggregateUDF) -> FoundKpi {
    let function = func.inner().downcast_ref::<KpiUdaf>()?.function();
    Some((function.kpi, function.variant))
}
