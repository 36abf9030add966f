//! Which columns of a side of a join an aggregate counts once for each row, so that a row that comes twice counts twice.

use datafusion::common::Column;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::utils::split_conjunction;
use datafusion::logical_expr::{
    AggregateUDF, Expr, ExprSchemable, Join, JoinType, LogicalPlan, Operator,
    WindowFunctionDefinition,
};

use crate::check::columns::{ColumnRole, role};
use crate::session_support::{Kind, arguments_of_form, is_a_kpi};

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

/// A column of a side of a join, and the call that it goes into.
pub(super) struct UsedColumn {
    pub is_left: bool,
    pub column: Column,
    pub makes: UsedAs,
    pub call: String,
}

/// What a call makes of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum UsedAs {
    Sum,
    /// A number of rows, which may be meant: of those with a value.
    Count,
    Other,
}

/// What aggregates above a join make of the columns of its sides.
pub(super) fn uses(plan: &LogicalPlan, join: &Join) -> Vec<UsedColumn> {
    let mut used: Vec<UsedColumn> = vec![];
    of_plan(plan, join, &mut used);
    used
}

fn of_plan(plan: &LogicalPlan, join: &Join, used: &mut Vec<UsedColumn>) {
    // A window adds up all rows of its frame, as a group does.
    let calls = match plan {
        LogicalPlan::Aggregate(aggregate) => Some((&aggregate.aggr_expr, &aggregate.input)),
        LogicalPlan::Window(window) => Some((&window.window_expr, &window.input)),
        _ => None,
    };
    if let Some((calls, input)) = calls {
        for call in calls.iter().filter_map(call_of) {
            let function = call.function.name();
            let is_a_kpi = is_a_kpi(call.function);
            for argument in counted(&call, input) {
                let reached = of_expr(argument, input, join);
                // A price of the one side by a quantity of the other is another value in each row.
                let is_of_both = reached.iter().any(|(is_left, _)| *is_left)
                    && reached.iter().any(|(is_left, _)| !is_left);
                if is_of_both {
                    continue;
                }
                for (is_left, at) in reached {
                    let side = if is_left { &join.left } else { &join.right };
                    let (qualifier, field) = side.schema().qualified_field(at);
                    // Nobody adds up ids, or has a mean of them.
                    if !is_a_kpi && function != "count" && role(field) == ColumnRole::Key {
                        continue;
                    }
                    let column = Column::from((qualifier, field));
                    let makes = match function {
                        "count" => UsedAs::Count,
                        "sum" => UsedAs::Sum,
                        _ if is_a_kpi => UsedAs::Sum,
                        _ => UsedAs::Other,
                    };
                    if !used
                        .iter()
                        .any(|u| u.is_left == is_left && u.column == column && u.makes == makes)
                    {
                        let call = written(&call);
                        used.push(UsedColumn {
                            is_left,
                            column,
                            makes,
                            call,
                        });
                    }
                }
            }
        }
    }
    for input in plan.inputs() {
        of_plan(input, join, used);
    }
}

/// A call that makes one value of several rows: of those of a group, or of a frame.
struct FoldingCall<'a> {
    function: &'a AggregateUDF,
    arguments: &'a [Expr],
    is_distinct: bool,
}

fn call_of(expr: &Expr) -> Option<FoldingCall<'_>> {
    match expr {
        Expr::AggregateFunction(call) => Some(FoldingCall {
            function: &call.func,
            arguments: &call.params.args,
            is_distinct: call.params.distinct,
        }),
        Expr::WindowFunction(call) => match &call.fun {
            WindowFunctionDefinition::AggregateUDF(function) => Some(FoldingCall {
                function,
                arguments: &call.params.args,
                is_distinct: call.params.distinct,
            }),
            WindowFunctionDefinition::WindowUDF(_) => None,
        },
        Expr::Alias(alias) => call_of(&alias.expr),
        _ => None,
    }
}

/// `sum(o.amount)`, with the columns alone.
fn written(call: &FoldingCall<'_>) -> String {
    let arguments: Vec<String> = call.arguments.iter().map(super::side::in_sql).collect();
    format!("{}({})", call.function.name(), arguments.join(", "))
}

/// The arguments of a call that count once for each row.
fn counted<'a>(call: &FoldingCall<'a>, input: &LogicalPlan) -> Vec<&'a Expr> {
    let arguments = call.arguments.iter();
    if call.is_distinct || ONCE.contains(&call.function.name()) {
        return vec![];
    }
    if !is_a_kpi(call.function) {
        return arguments.collect();
    }
    let types = arguments
        .clone()
        .map(|argument| argument.get_type(input.schema()));
    let types = types.collect::<Result<Vec<_>, _>>().unwrap_or_default();
    let form = arguments_of_form(call.function, &types).unwrap_or_default();
    // A KPI of customers or orders takes each of them once, however many rows it has, and only amounts row by row.
    let is_of_entities = form.iter().any(|(_, kind)| *kind == Kind::Entity);
    let is_counted = |kind: Kind| !is_of_entities || matches!(kind, Kind::Amount | Kind::Score);
    let of_form = arguments.zip(&form);
    let of_form = of_form.filter(|(_, (_, kind))| is_counted(*kind));
    of_form.map(|(argument, _)| argument).collect()
}

/// Where the values of an expression come from.
fn of_expr(expr: &Expr, input: &LogicalPlan, join: &Join) -> Vec<(bool, usize)> {
    let mut columns = vec![];
    values_of(expr, &mut columns);
    let indices = columns
        .into_iter()
        .filter_map(|column| input.schema().maybe_index_of_column(column));
    indices
        .flat_map(|index| reached(input, index, join))
        .collect()
}

/// The columns whose values an expression has. What stands only in a condition says which rows are meant, and is in no sum.
fn values_of<'a>(expr: &'a Expr, found: &mut Vec<&'a Column>) {
    match expr {
        Expr::Column(column) => found.push(column),
        Expr::Case(case) => {
            for (_, then) in &case.when_then_expr {
                values_of(then, found);
            }
            if let Some(otherwise) = &case.else_expr {
                values_of(otherwise, found);
            }
        }
        Expr::BinaryExpr(binary) if is_comparison(binary.op) => {}
        Expr::Like(_)
        | Expr::SimilarTo(_)
        | Expr::Between(_)
        | Expr::InList(_)
        | Expr::InSubquery(_)
        | Expr::IsNull(_)
        | Expr::IsNotNull(_)
        | Expr::IsTrue(_)
        | Expr::IsFalse(_)
        | Expr::IsUnknown(_)
        | Expr::IsNotTrue(_)
        | Expr::IsNotFalse(_)
        | Expr::IsNotUnknown(_) => {}
        Expr::ScalarFunction(call) if call.name() == "nullif" => {
            if let Some(value) = call.args.first() {
                values_of(value, found);
            }
        }
        other => {
            let walked = other.apply_children(|child| {
                values_of(child, found);
                Ok(TreeNodeRecursion::Continue)
            });
            walked.expect("nothing in it fails");
        }
    }
}

fn is_comparison(op: Operator) -> bool {
    use Operator::{Eq, Gt, GtEq, IsDistinctFrom, IsNotDistinctFrom, Lt, LtEq, NotEq};
    use Operator::{RegexIMatch, RegexMatch, RegexNotIMatch, RegexNotMatch};
    matches!(
        op,
        Eq | NotEq
            | Lt
            | LtEq
            | Gt
            | GtEq
            | IsDistinctFrom
            | IsNotDistinctFrom
            | RegexMatch
            | RegexIMatch
            | RegexNotMatch
            | RegexNotIMatch
    )
}

/// Whether a query keeps only the rows of an outer join that have no partner: `LEFT JOIN ... WHERE key IS NULL`. None of
/// them comes twice.
pub(super) fn keeps_those_without_partner(plan: &LogicalPlan, join: &Join) -> bool {
    if let LogicalPlan::Filter(filter) = plan {
        let is_key = |(is_left, at): &(bool, usize)| {
            let side = if *is_left { &join.left } else { &join.right };
            let may_be_null = match join.join_type {
                JoinType::Left => !is_left,
                JoinType::Right => *is_left,
                _ => false,
            };
            let column = Expr::Column(Column::from(side.schema().qualified_field(*at)));
            may_be_null
                && join
                    .on
                    .iter()
                    .any(|(l, r)| *if *is_left { l } else { r } == column)
        };
        let is_without = |condition: &&Expr| match condition {
            Expr::IsNull(value) => match value.as_ref() {
                Expr::Column(_) => of_expr(value, &filter.input, join).iter().any(is_key),
                _ => false,
            },
            _ => false,
        };
        if split_conjunction(&filter.predicate).iter().any(is_without) {
            return true;
        }
    }
    let mut inputs = plan.inputs().into_iter();
    inputs.any(|input| keeps_those_without_partner(input, join))
}

/// Where a column of a plan comes from, if from a side of this join, and whether from its left one.
fn reached(plan: &LogicalPlan, index: usize, join: &Join) -> Vec<(bool, usize)> {
    match plan {
        LogicalPlan::Projection(projection) => projection
            .expr
            .get(index)
            .map_or(vec![], |expr| of_expr(expr, &projection.input, join)),
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
                    .map_or(vec![], |expr| of_expr(expr, &window.input, join)),
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
