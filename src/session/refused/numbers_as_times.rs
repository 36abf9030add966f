//! Whole numbers where a day or a time is meant. DataFusion takes 20260110 for days or seconds since 1970 wherever it
//! meets a DATE or a TIMESTAMP, and the 7 of a window's RANGE for months or for nanoseconds.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::common::{DFSchema, ScalarValue};
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::expr::{ScalarFunction, WindowFunction};
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{
    Expr, ExprSchemable, LogicalPlan, Operator, WindowFrameBound, WindowFrameUnits, ident,
};

use super::ignored::has_no_unit;
use crate::session::error::Refusal;
use crate::session::exprs::sql::shown;
use crate::tables::sql_name;

const OF_NUMBERS: &[&str] = &["to_date", "to_timestamp", "from_unixtime"];

/// Refuses the first such place of a plan that nothing was coerced in yet, so that all it has was written.
pub(in crate::session) fn check(plan: &LogicalPlan) -> Result<(), Refusal> {
    let checked = plan.apply_with_subqueries(|node| {
        let schema = merge_schema(&node.inputs());
        if let LogicalPlan::Join(join) = node {
            for (left, right) in &join.on {
                compared(left, right, &schema)?;
            }
        }
        node.apply_expressions(|expr| {
            expr.apply(|expr| of_expr(expr, &schema).map(|()| TreeNodeRecursion::Continue))
        })
    });
    match checked {
        Err(DataFusionError::Plan(words)) => Err(Refusal::new(words)),
        // A plan that cannot be walked fails for reasons of its own.
        _ => Ok(()),
    }
}

fn of_expr(expr: &Expr, schema: &DFSchema) -> Result<()> {
    match expr {
        Expr::Cast(cast) => converted(&cast.expr, cast.field.data_type(), "CAST", schema),
        Expr::TryCast(cast) => converted(&cast.expr, cast.field.data_type(), "TRY_CAST", schema),
        Expr::BinaryExpr(binary) if is_comparison(binary.op) => {
            compared(&binary.left, &binary.right, schema)
        }
        Expr::Between(between) => {
            compared(&between.expr, &between.low, schema)?;
            compared(&between.expr, &between.high, schema)
        }
        Expr::InList(list) => list
            .list
            .iter()
            .try_for_each(|value| compared(&list.expr, value, schema)),
        Expr::InSubquery(query) => {
            let theirs = query.subquery.subquery.schema();
            let Some(column) = theirs.columns().first().cloned() else {
                return Ok(());
            };
            let theirs = type_of(&Expr::Column(column), theirs);
            let ours = type_of(&query.expr, schema);
            both((&query.expr, ours), (&ident("subquery"), theirs))
        }
        Expr::WindowFunction(window) => frame(window, schema),
        Expr::ScalarFunction(call) => called(call, schema),
        _ => Ok(()),
    }
}

fn is_comparison(op: Operator) -> bool {
    use Operator::{Eq, Gt, GtEq, IsDistinctFrom, IsNotDistinctFrom, Lt, LtEq, NotEq};
    matches!(
        op,
        Eq | NotEq | Lt | LtEq | Gt | GtEq | IsDistinctFrom | IsNotDistinctFrom
    )
}

fn type_of(expr: &Expr, schema: &DFSchema) -> Option<DataType> {
    match expr.get_type(schema).ok()? {
        DataType::Dictionary(_, values) => Some(*values),
        other => Some(other),
    }
}

fn is_time(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Date32
            | DataType::Date64
            | DataType::Timestamp(..)
            | DataType::Time32(_)
            | DataType::Time64(_)
    )
}

/// Calls that say what a whole number counts.
fn instead(number: &Expr) -> String {
    let number = shown(number);
    format!(
        "to_date(CAST({number} AS VARCHAR), '%Y%m%d') is the day of 20260110, to_timestamp_seconds({number}) and \
         to_timestamp_millis({number}) the times of numbers that count since 1970"
    )
}

fn converted(expr: &Expr, to: &DataType, cast: &str, schema: &DFSchema) -> Result<()> {
    let Some(from) = type_of(expr, schema) else {
        return Ok(());
    };
    if !from.is_numeric() || !is_time(to) {
        return Ok(());
    }
    let to = sql_name(to);
    Err(DataFusionError::Plan(format!(
        "{cast}({} AS {to}): a number is not of type {to}, and would be read as time since 1970; {}",
        shown(expr),
        instead(expr)
    )))
}

/// Functions that take a number for what has passed since 1970, whatever it counts.
fn called(call: &ScalarFunction, schema: &DFSchema) -> Result<()> {
    let name = call.name();
    let number = call.args.first();
    let Some(number) = number.filter(|_| OF_NUMBERS.contains(&name)) else {
        return Ok(());
    };
    if !type_of(number, schema).is_some_and(|data_type| data_type.is_numeric()) {
        return Ok(());
    }
    Err(DataFusionError::Plan(format!(
        "{name}({}): a number is not a date or time, and would be read as time since 1970; {}",
        shown(number),
        instead(number)
    )))
}

fn compared(left: &Expr, right: &Expr, schema: &DFSchema) -> Result<()> {
    both(
        (left, type_of(left, schema)),
        (right, type_of(right, schema)),
    )
}

fn both(left: (&Expr, Option<DataType>), right: (&Expr, Option<DataType>)) -> Result<()> {
    let ((left, Some(left_type)), (right, Some(right_type))) = (left, right) else {
        return Ok(());
    };
    let (number, time, data_type) = if left_type.is_numeric() && is_time(&right_type) {
        (left, right, right_type)
    } else if right_type.is_numeric() && is_time(&left_type) {
        (right, left, left_type)
    } else {
        return Ok(());
    };
    let time = shown(time);
    let hint = match number {
        Expr::Literal(..) => format!("a {0} is written {0} '2026-01-10'", sql_name(&data_type)),
        _ => instead(number),
    };
    Err(DataFusionError::Plan(format!(
        "{} is a number and {time} a {}: the number would be read as time since 1970; {hint}",
        shown(number),
        sql_name(&data_type),
    )))
}

fn frame(window: &WindowFunction, schema: &DFSchema) -> Result<()> {
    let params = &window.params;
    let frame = &params.window_frame;
    if frame.units != WindowFrameUnits::Range {
        return Ok(());
    }
    let Some(key) = params.order_by.first().map(|sort| &sort.expr) else {
        return Ok(());
    };
    let Some(data_type) = type_of(key, schema) else {
        return Ok(());
    };
    for bound in [&frame.start_bound, &frame.end_bound] {
        let (WindowFrameBound::Preceding(value) | WindowFrameBound::Following(value)) = bound
        else {
            continue;
        };
        let ScalarValue::Utf8(Some(distance)) = value else {
            continue;
        };
        let key = shown(key);
        if is_time(&data_type) && has_no_unit(distance) {
            return Err(DataFusionError::Plan(format!(
                "RANGE {distance} in ORDER BY {key}, a {}, has no unit; write RANGE BETWEEN INTERVAL '{distance} days' \
                 PRECEDING AND CURRENT ROW, or hours, months; ROWS {distance} PRECEDING counts rows",
                sql_name(&data_type)
            )));
        }
        if !is_time(&data_type) && !data_type.is_numeric() {
            return Err(DataFusionError::Plan(format!(
                "RANGE {distance} in ORDER BY {key}: RANGE takes a distance from a number or a time, and {key} is of \
                 type {}; ROWS {distance} PRECEDING counts rows",
                sql_name(&data_type)
            )));
        }
    }
    Ok(())
}
