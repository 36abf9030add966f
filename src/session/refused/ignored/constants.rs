//! Constants where a column is meant, and comparisons with NULL: 'a' is a text, "a" a column, and nothing equals NULL.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, Expr, FunctionArgumentClause, FunctionArguments, GroupByExpr, OrderByExpr,
    OrderByKind, Query, Select, Value, WindowType,
};

use super::found::Verdict;
use crate::session::error::Refusal;

pub(in crate::session) fn of_query(query: &Query) -> Verdict {
    match query.order_by.as_ref().map(|order| &order.kind) {
        Some(OrderByKind::Expressions(keys)) => order_by(keys),
        _ => ControlFlow::Continue(()),
    }
}

pub(super) fn of_select(select: &Select) -> Verdict {
    if select.projection.is_empty() {
        let from = select.from.first().map(|from| from.to_string());
        return ControlFlow::Break(Refusal::new(format!(
            "SELECT without columns has nothing to show; SELECT * FROM {} has all of them",
            from.unwrap_or_else(|| "t".to_string())
        )));
    }
    match &select.group_by {
        GroupByExpr::Expressions(keys, _) => {
            keys.iter().try_for_each(|key| constant(key, "GROUP BY"))
        }
        GroupByExpr::All(_) => ControlFlow::Continue(()),
    }
}

pub(in crate::session) fn of_expr(expr: &Expr) -> Verdict {
    match expr {
        Expr::BinaryOp { left, op, right } => {
            let is_not = match op {
                BinaryOperator::Eq => false,
                BinaryOperator::NotEq => true,
                BinaryOperator::Lt
                | BinaryOperator::LtEq
                | BinaryOperator::Gt
                | BinaryOperator::GtEq => false,
                _ => return ControlFlow::Continue(()),
            };
            let other = match (is_null(left), is_null(right)) {
                (_, true) => left,
                (true, false) => right,
                (false, false) => return ControlFlow::Continue(()),
            };
            let not = if is_not { " NOT" } else { "" };
            ControlFlow::Break(Refusal::new(format!(
                "{expr} is never true, whatever the value: nothing is equal to NULL; write {other} IS{not} NULL"
            )))
        }
        Expr::InList {
            expr: value,
            list,
            negated,
        } if list.iter().any(is_null) => ControlFlow::Break(Refusal::new(match negated {
            true => format!(
                "{value} NOT IN (…, NULL) is never true, whatever the value; leave NULL out, and write AND {value} IS NOT NULL"
            ),
            false => format!(
                "NULL in {value} IN (…, NULL) has no effect: nothing is equal to NULL; leave it out, and write OR {value} IS NULL"
            ),
        })),
        Expr::Case {
            operand: Some(operand),
            conditions,
            ..
        } if conditions.iter().any(|when| is_null(&when.condition)) => {
            ControlFlow::Break(Refusal::new(format!(
                "CASE {operand} WHEN NULL is never true: nothing is equal to NULL; write CASE WHEN {operand} IS NULL THEN …"
            )))
        }
        Expr::Function(function) => {
            if let Some(WindowType::WindowSpec(window)) = &function.over {
                order_by(&window.order_by)?;
                window
                    .partition_by
                    .iter()
                    .try_for_each(|key| constant(key, "PARTITION BY"))?;
            }
            order_by(&function.within_group)?;
            let clauses = match &function.args {
                FunctionArguments::List(list) => list.clauses.as_slice(),
                _ => &[],
            };
            clauses.iter().try_for_each(|clause| match clause {
                FunctionArgumentClause::OrderBy(keys) => order_by(keys),
                _ => ControlFlow::Continue(()),
            })
        }
        _ => ControlFlow::Continue(()),
    }
}

fn order_by(keys: &[OrderByExpr]) -> Verdict {
    keys.iter()
        .try_for_each(|key| constant(&key.expr, "ORDER BY"))
}

fn constant(key: &Expr, clause: &str) -> Verdict {
    match key {
        Expr::Nested(key) => constant(key, clause),
        Expr::Value(value) => match &value.value {
            Value::SingleQuotedString(text) => ControlFlow::Break(Refusal::new(format!(
                "{clause} '{text}' has no effect: it is the same text in all rows; a column stands without quotes or in \
                 double ones: {clause} \"{text}\""
            ))),
            Value::Null => ControlFlow::Break(Refusal::new(format!(
                "{clause} NULL has no effect: it is the same in all rows; leave it out, or name a column"
            ))),
            _ => ControlFlow::Continue(()),
        },
        _ => ControlFlow::Continue(()),
    }
}

fn is_null(expr: &Expr) -> bool {
    match expr {
        Expr::Nested(expr) => is_null(expr),
        Expr::Value(value) => value.value == Value::Null,
        _ => false,
    }
}
