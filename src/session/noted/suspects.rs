//! What is right SQL and hardly what was meant: counts divided as whole numbers, and names of columns in single quotes.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::utils::quote_identifier;
use datafusion::common::{Column, DFSchema};
use datafusion::logical_expr::{
    Expr, ExprSchemable, LogicalPlan, Operator, WindowFunctionDefinition,
};

use crate::session::exprs::noted;
use crate::session::exprs::sql::{bare_sql, in_sql, is_comparison};

/// What is to be said of a plan that has not been analyzed.
pub(in crate::session) fn notes(plan: &LogicalPlan) -> Vec<String> {
    noted::of_exprs(plan, |expr, node, schema| {
        [divided(expr, node, schema), quoted(expr, schema)]
    })
}

/// `count(*) FILTER (…) / count(*)` is 0 or 1.
fn divided(expr: &Expr, node: &LogicalPlan, schema: &DFSchema) -> Option<String> {
    let Expr::BinaryExpr(binary) = expr else {
        return None;
    };
    let (left, right) = (&binary.left, &binary.right);
    let is_whole = |side: &Expr| side.get_type(schema).is_ok_and(|t| t.is_integer());
    if binary.op != Operator::Divide || !is_whole(left) || !is_whole(right) {
        return None;
    }
    if !is_counted(left, node) || !is_counted(right, node) {
        return None;
    }
    let is_a_call = matches!(left.as_ref(), Expr::Column(_));
    let (left, right) = (shown(left, node), shown(right, node));
    let exact = match is_a_call {
        true => format!("100.0 * {left} / {right} is the share in percent"),
        false => format!("CAST({left} AS DOUBLE) / {right} has the digits behind the point"),
    };
    Some(format!(
        "{left} / {right} is of whole numbers, and whole itself: 1 / 2 is 0, and 3 / 2 is 1; {exact}"
    ))
}

/// As it was written, with the calls that its columns stand for.
fn shown(expr: &Expr, node: &LogicalPlan) -> String {
    let whole = expr.clone().transform_up(|expr| {
        let call = match &expr {
            Expr::Column(column) => node
                .inputs()
                .into_iter()
                .find_map(|input| call(column, input)),
            _ => None,
        };
        Ok(call.map_or_else(|| Transformed::no(expr), Transformed::yes))
    });
    let sql = whole.map_or_else(|_| bare_sql(expr), |whole| bare_sql(&whole.data));
    let sql = sql.replace("count(1)", "count(*)");
    sql.replace(
        " ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING",
        "",
    )
}

/// The call of an aggregate that a column of a plan has.
fn call(column: &Column, plan: &LogicalPlan) -> Option<Expr> {
    match plan {
        LogicalPlan::Aggregate(aggregate) => {
            let at = aggregate.schema.maybe_index_of_column(column)?;
            let before = aggregate.schema.fields().len() - aggregate.aggr_expr.len();
            aggregate.aggr_expr.get(at.checked_sub(before)?).cloned()
        }
        LogicalPlan::Filter(filter) => call(column, &filter.input),
        LogicalPlan::Window(window) => {
            let before = window.input.schema().fields().len();
            let at = window.schema.maybe_index_of_column(column)?;
            match at.checked_sub(before) {
                Some(at) => window.window_expr.get(at).cloned(),
                None => call(column, &window.input),
            }
        }
        _ => None,
    }
}

/// Whether a count or a sum is in it, of the rows that go into `node`.
fn is_counted(expr: &Expr, node: &LogicalPlan) -> bool {
    let is_one = |expr: &Expr| match expr {
        Expr::AggregateFunction(call) => is_a_count(call.func.name()),
        Expr::WindowFunction(window) => match &window.fun {
            WindowFunctionDefinition::AggregateUDF(func) => is_a_count(func.name()),
            WindowFunctionDefinition::WindowUDF(_) => false,
        },
        Expr::Column(column) => node.inputs().into_iter().any(|input| {
            let found = input.schema().maybe_index_of_column(column);
            found.is_some_and(|at| made_of(at, input))
        }),
        _ => false,
    };
    expr.exists(|expr| Ok(is_one(expr))).unwrap_or(false)
}

fn is_a_count(name: &str) -> bool {
    matches!(name, "count" | "sum")
}

/// The same of a column of a plan.
fn made_of(at: usize, plan: &LogicalPlan) -> bool {
    match plan {
        LogicalPlan::Projection(projection) => projection
            .expr
            .get(at)
            .is_some_and(|expr| is_counted(expr, plan)),
        LogicalPlan::Aggregate(aggregate) => {
            let before = aggregate.schema.fields().len() - aggregate.aggr_expr.len();
            let call = at.checked_sub(before);
            let call = call.and_then(|at| aggregate.aggr_expr.get(at));
            call.is_some_and(|call| is_counted(call, plan))
        }
        LogicalPlan::Window(window) => {
            let before = window.input.schema().fields().len();
            match at.checked_sub(before) {
                Some(at) => window
                    .window_expr
                    .get(at)
                    .is_some_and(|call| is_counted(call, plan)),
                None => made_of(at, &window.input),
            }
        }
        LogicalPlan::SubqueryAlias(alias) => made_of(at, &alias.input),
        LogicalPlan::Filter(filter) => made_of(at, &filter.input),
        LogicalPlan::Sort(sort) => made_of(at, &sort.input),
        LogicalPlan::Limit(limit) => made_of(at, &limit.input),
        _ => false,
    }
}

/// 'customer_id' is a text, and the same in all rows.
fn quoted(expr: &Expr, schema: &DFSchema) -> Option<String> {
    let column = |expr: &Expr| -> Option<(String, String)> {
        let text = text(expr)?;
        let mut names = schema.fields().iter().map(|field| field.name());
        let name = names.find(|name| name.eq_ignore_ascii_case(text))?;
        Some((text.to_string(), quote_identifier(name).into_owned()))
    };
    let said = |(text, _): (String, String), what: &str| {
        Some(format!(
            "'{text}' is a text, the same in all rows, and there is a column of this name; {what}, if the column is meant"
        ))
    };
    match expr {
        Expr::BinaryExpr(binary) if is_comparison(binary.op) => {
            let (left, right) = (&binary.left, &binary.right);
            if !left.column_refs().is_empty() || !right.column_refs().is_empty() {
                return None;
            }
            if let Some(found) = column(left) {
                let call = format!("{} {} {}", found.1, binary.op, in_sql(right));
                return said(found, &call);
            }
            let found = column(right)?;
            let call = format!("{} {} {}", in_sql(left), binary.op, found.1);
            said(found, &call)
        }
        Expr::InList(list) => {
            let found = column(&list.expr)?;
            let call = format!("{} IN (…)", found.1);
            said(found, &call)
        }
        Expr::Like(like) => {
            let found = column(&like.expr)?;
            let call = format!("{} LIKE {}", found.1, in_sql(&like.pattern));
            said(found, &call)
        }
        Expr::AggregateFunction(call) if !crate::session_support::is_a_kpi(&call.func) => {
            let found = column(call.params.args.first()?)?;
            let distinct = if call.params.distinct {
                "DISTINCT "
            } else {
                ""
            };
            let call = format!("{}({distinct}{})", call.func.name(), found.1);
            said(found, &call)
        }
        _ => None,
    }
}

fn text(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Literal(value, _) if value.data_type() != DataType::Null => value.try_as_str()?,
        _ => None,
    }
}
