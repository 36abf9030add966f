//! Which columns of a side of a join an aggregate counts once for each row, so that a row that comes twice counts twice.

use datafusion::common::Column;
use datafusion::logical_expr::expr::AggregateFunction;
use datafusion::logical_expr::{Expr, ExprSchemable, Join, LogicalPlan};

use super::side::is_summed;
use crate::session_support::{is_a_kpi, names_of_form};

/// Functions to which a row that comes again is nothing new.
const ONCE: &[&str] = &[
    "min",
    "max",
    "first_value",
    "last_value",
    "any_value",
    "bool_and",
    "bool_or",
    "bit_and",
    "bit_or",
    "approx_distinct",
    "grouping",
];

/// The arguments of a KPI that are added up or counted row by row.
const ADDED_UP: &[&str] = &["amount", "revenue", "score"];

/// Those that say whose a row is: a KPI with one of them takes each of these once.
const OWNERS: &[&str] = &["customer", "order", "transaction", "rep", "account", "user"];

/// A column of a side of a join, and the call that it goes into.
pub(super) struct UsedColumn {
    pub is_left: bool,
    pub column: Column,
    pub call: String,
}

/// What aggregates above a join make of the columns of its sides.
pub(super) fn uses(plan: &LogicalPlan, join: &Join) -> Vec<UsedColumn> {
    let mut used: Vec<UsedColumn> = vec![];
    of_plan(plan, join, &mut used);
    used
}

fn of_plan(plan: &LogicalPlan, join: &Join, used: &mut Vec<UsedColumn>) {
    if let LogicalPlan::Aggregate(aggregate) = plan {
        for expr in &aggregate.aggr_expr {
            let Some(call) = call_of(expr) else {
                continue;
            };
            for argument in counted(call, &aggregate.input) {
                for column in argument.column_refs() {
                    let index = aggregate.input.schema().maybe_index_of_column(column);
                    let Some(index) = index else { continue };
                    for (is_left, at) in reached(&aggregate.input, index, join) {
                        let side = if is_left { &join.left } else { &join.right };
                        let column = Column::from(side.schema().qualified_field(at));
                        if !used
                            .iter()
                            .any(|u| u.is_left == is_left && u.column == column)
                        {
                            let call = written(call);
                            used.push(UsedColumn {
                                is_left,
                                column,
                                call,
                            });
                        }
                    }
                }
            }
        }
    }
    for input in plan.inputs() {
        of_plan(input, join, used);
    }
}

fn call_of(expr: &Expr) -> Option<&AggregateFunction> {
    match expr {
        Expr::AggregateFunction(call) => Some(call),
        Expr::Alias(alias) => call_of(&alias.expr),
        _ => None,
    }
}

/// `sum(o.amount)`, with the columns alone.
fn written(call: &AggregateFunction) -> String {
    let arguments: Vec<String> = call.params.args.iter().map(super::side::in_sql).collect();
    format!("{}({})", call.func.name(), arguments.join(", "))
}

/// The arguments of a call that count once for each row.
fn counted<'a>(call: &'a AggregateFunction, input: &LogicalPlan) -> Vec<&'a Expr> {
    let arguments = call.params.args.iter();
    if call.params.distinct || ONCE.contains(&call.func.name()) {
        return vec![];
    }
    if !is_a_kpi(&call.func) {
        return arguments.collect();
    }
    let types = arguments
        .clone()
        .map(|argument| argument.get_type(input.schema()));
    let types = types.collect::<Result<Vec<_>, _>>().unwrap_or_default();
    let names = names_of_form(&call.func, &types).unwrap_or_default();
    let has_owner = names.iter().any(|name| OWNERS.contains(name));
    let is_added_up = |name: &str| ADDED_UP.iter().any(|word| name.contains(word));
    let named = arguments.zip(&names).zip(&types);
    let named = named
        .filter(|((_, name), data_type)| !has_owner || is_added_up(name) && is_summed(data_type));
    named.map(|((argument, _), _)| argument).collect()
}

/// Where a column of a plan comes from, if from a side of this join, and whether from its left one.
fn reached(plan: &LogicalPlan, index: usize, join: &Join) -> Vec<(bool, usize)> {
    let of_expr = |expr: &Expr, input: &LogicalPlan| -> Vec<(bool, usize)> {
        let columns = expr.column_refs().into_iter();
        let indices = columns.filter_map(|c| input.schema().maybe_index_of_column(c));
        indices
            .flat_map(|index| reached(input, index, join))
            .collect()
    };
    match plan {
        LogicalPlan::Projection(projection) => projection
            .expr
            .get(index)
            .map_or(vec![], |expr| of_expr(expr, &projection.input)),
        LogicalPlan::SubqueryAlias(alias) => reached(&alias.input, index, join),
        LogicalPlan::Filter(filter) => reached(&filter.input, index, join),
        LogicalPlan::Sort(sort) => reached(&sort.input, index, join),
        LogicalPlan::Limit(limit) => reached(&limit.input, index, join),
        LogicalPlan::Repartition(repartition) => reached(&repartition.input, index, join),
        LogicalPlan::Window(window) => {
            let before = window.input.schema().fields().len();
            match index.checked_sub(before) {
                None => reached(&window.input, index, join),
                Some(at) => window
                    .window_expr
                    .get(at)
                    .map_or(vec![], |expr| of_expr(expr, &window.input)),
            }
        }
        LogicalPlan::Union(union) => {
            let inputs = union.inputs.iter();
            inputs
                .flat_map(|input| reached(input, index, join))
                .collect()
        }
        LogicalPlan::Join(other) => {
            let of_left = other.left.schema().fields().len();
            let is_left = index < of_left;
            let at = if is_left { index } else { index - of_left };
            if std::ptr::eq(other, join) {
                return vec![(is_left, at)];
            }
            reached(if is_left { &other.left } else { &other.right }, at, join)
        }
        // What groups are made of comes once for each, and so does what is DISTINCT.
        _ => vec![],
    }
}
