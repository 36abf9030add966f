//! What is refused when a query is planned.
//!
//! Types are checked by the function itself. DISTINCT and ORDER BY inside a call and the values of
//! literal arguments are not shown to it before the query runs, so an analyzer rule looks for them.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::common::{ExprSchema, ScalarValue};
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::expr::{
    AggregateFunction, AggregateFunctionParams, NullTreatment, WindowFunction,
};
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{
    AggregateUDF, Expr, ExprSchemable, LogicalPlan, WindowFunctionDefinition,
};
use datafusion::optimizer::AnalyzerRule;

use super::function::Function;
use super::signature::form_for;
use super::udaf::{KpiUdaf, literal_position};
use crate::define::{Form, Kind};

/// Refuses calls of KPIs that would fail or mislead while running.
#[derive(Debug, Default)]
pub struct CheckKpiCalls;

impl AnalyzerRule for CheckKpiCalls {
    fn name(&self) -> &str {
        "check_kpi_calls"
    }

    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> Result<LogicalPlan> {
        plan.apply_with_subqueries(|node| {
            let schema = merge_schema(&node.inputs());
            node.apply_expressions(|expr| {
                expr.apply(|expr| check(expr, &schema).map(|()| TreeNodeRecursion::Continue))
            })
        })?;
        Ok(plan)
    }
}

fn check(expr: &Expr, schema: &dyn ExprSchema) -> Result<()> {
    match expr {
        Expr::AggregateFunction(AggregateFunction { func, params }) => {
            let AggregateFunctionParams {
                args,
                distinct,
                order_by,
                null_treatment,
                ..
            } = params;
            check_call(
                func,
                args,
                *distinct,
                order_by.is_empty(),
                null_treatment,
                schema,
            )
        }
        Expr::WindowFunction(window) => {
            let WindowFunction { fun, params } = window.as_ref();
            match fun {
                // The ORDER BY of a window belongs to its OVER clause.
                WindowFunctionDefinition::AggregateUDF(func) => check_call(
                    func,
                    &params.args,
                    params.distinct,
                    true,
                    &params.null_treatment,
                    schema,
                ),
                WindowFunctionDefinition::WindowUDF(_) => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

fn check_call(
    func: &AggregateUDF,
    args: &[Expr],
    distinct: bool,
    unordered: bool,
    null_treatment: &Option<NullTreatment>,
    schema: &dyn ExprSchema,
) -> Result<()> {
    let Some(udaf) = func.inner().downcast_ref::<KpiUdaf>() else {
        return Ok(());
    };
    let function = udaf.function();
    if distinct {
        return Err(refuse_distinct(function));
    }
    if !unordered {
        return Err(refusal(
            function,
            "ORDER BY",
            "the order of the rows makes no difference",
        ));
    }
    if null_treatment.is_some() {
        return Err(refusal(
            function,
            "IGNORE NULLS and RESPECT NULLS",
            function.kpi.nulls,
        ));
    }
    let types = args
        .iter()
        .map(|arg| arg.get_type(schema))
        .collect::<Result<Vec<DataType>>>()?;
    let form = form_for(function, &types)?;
    written_literal(function, form, args).map(|_| ())
}

/// The value of the argument of a planned call that must be written out, for a form that has one.
pub fn written_literal(function: Function, form: &Form, args: &[Expr]) -> Result<Option<f64>> {
    let Some(position) = literal_position(form) else {
        return Ok(None);
    };
    let value = match args[position].clone().unalias_nested().data {
        Expr::Literal(value, _) => Some(value),
        _ => None,
    };
    literal(function, form, position, value.as_ref()).map(Some)
}

/// The error for `kpi(DISTINCT …)`.
pub fn refuse_distinct(function: Function) -> DataFusionError {
    refusal(function, "DISTINCT", "it counts each entity once by itself")
}

fn refusal(function: Function, clause: &str, reason: &str) -> DataFusionError {
    DataFusionError::Plan(format!(
        "{}: {clause} inside the call is not taken: {}. Example: {}",
        function.name(),
        reason.trim_end_matches('.'),
        function.sample_call(&function.kpi.forms[0])
    ))
}

/// The value of an argument that is written out in the call.
pub fn literal(
    function: Function,
    form: &Form,
    position: usize,
    value: Option<&ScalarValue>,
) -> Result<f64> {
    let number = value
        .and_then(|value| value.cast_to(&DataType::Float64).ok())
        .and_then(|value| match value {
            ScalarValue::Float64(number) => number,
            _ => None,
        });
    let (fits, expected): (fn(f64) -> bool, _) = match form.args[position].kind {
        Kind::AtLeast => (
            |n| n >= 1.0 && n.fract() == 0.0,
            "a whole number of at least 1",
        ),
        _ => (|n| n > 0.0 && n.is_finite(), "a number above 0"),
    };
    if let Some(number) = number.filter(|number| fits(*number)) {
        return Ok(number);
    }
    let got = match value {
        Some(value) => value.to_string(),
        None => "an expression".to_string(),
    };
    Err(DataFusionError::Plan(format!(
        "{}: argument {} must be {expected}, written out in the call; got {got}. Example: {}",
        function.name(),
        position + 1,
        function.sample_call(form),
    )))
}
