//! Dates, times and intervals of different types side by side, which DataFusion makes one type of in a way that nobody
//! means: a text with a time of day beside a DATE loses it, a date beside times of a zone is midnight in UTC, an
//! interval of days is longer than any number of hours. They are read here before DataFusion does so.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::DFSchema;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::error::Result;
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{
    Expr, ExprSchemable, JoinConstraint, LogicalPlan, Operator, WindowFunctionDefinition,
};

use super::{days, lengths, zones};
use crate::session::exprs::side::Side;
use crate::session::exprs::sql::is_comparison;

/// Scalar functions that give one of their arguments, so that all have one type.
const ONE_OF: &[&str] = &[
    "coalesce", "nvl", "ifnull", "nullif", "greatest", "least", "nvl2",
];

/// Window functions whose last argument stands in where there is no row.
const WITH_DEFAULT: &[&str] = &["lag", "lead"];

/// The plan with such sides read as they are meant. That has to happen before the plan is analyzed: there they get one
/// type.
pub(in crate::session) fn read(plan: LogicalPlan) -> Result<LogicalPlan> {
    let read = plan.transform_up_with_subqueries(|node| {
        let node = match node {
            LogicalPlan::Join(mut join) => {
                let is_on = join.join_constraint == JoinConstraint::On;
                for (left, right) in &mut join.on {
                    if is_on {
                        let of_left = left.get_type(join.left.schema())?;
                        let of_right = right.get_type(join.right.schema())?;
                        compared(side(left, of_left), side(right, of_right), "=")?;
                    } else {
                        let left = (&*left, join.left.schema().as_ref());
                        let right = (&*right, join.right.schema().as_ref());
                        zones::refuse(left, right)?;
                        days::refuse(left, right)?;
                    }
                }
                LogicalPlan::Join(join)
            }
            node => node,
        };
        if let LogicalPlan::Union(union) = &node {
            zones::check_union(&union.inputs)?;
        }
        let schema = merge_schema(&node.inputs());
        lengths::check_order(&node, &schema)?;
        let names = NamePreserver::new(&node);
        node.map_expressions(|expr| {
            let name = names.save(&expr);
            let read = expr.transform_up(|expr| Ok(Transformed::yes(of_expr(expr, &schema)?)))?;
            Ok(read.update_data(|expr| name.restore(expr)))
        })
    })?;
    Ok(read.data)
}

fn side(expr: &mut Expr, data_type: DataType) -> Side<'_> {
    Side { expr, data_type }
}

fn of_expr(mut expr: Expr, schema: &DFSchema) -> Result<Expr> {
    let both = |a: &mut Expr, b: &mut Expr, op: &str| match (a.get_type(schema), b.get_type(schema))
    {
        (Ok(of_a), Ok(of_b)) => compared(side(a, of_a), side(b, of_b), op),
        // What has no type fails for reasons of its own.
        _ => Ok(()),
    };
    match &mut expr {
        Expr::BinaryExpr(binary) if is_comparison(binary.op) => {
            let op = binary.op.to_string();
            both(&mut binary.left, &mut binary.right, &op)?;
        }
        Expr::BinaryExpr(binary) if matches!(binary.op, Operator::Plus | Operator::Minus) => {
            let of_left = binary.left.get_type(schema);
            let of_right = binary.right.get_type(schema);
            if let (Ok(of_left), Ok(of_right)) = (of_left, of_right) {
                let left = side(&mut binary.left, of_left);
                let right = side(&mut binary.right, of_right);
                let mut sides = [left, right];
                if binary.op == Operator::Minus {
                    zones::read_together(&mut sides);
                }
                let [left, right] = sides;
                days::keep_hours(left, right);
            }
        }
        Expr::Between(between) => {
            both(&mut between.expr, &mut between.low, ">=")?;
            both(&mut between.expr, &mut between.high, "<=")?;
        }
        Expr::InList(list) => {
            for item in &mut list.list {
                both(&mut list.expr, item, "=")?;
            }
        }
        Expr::InSubquery(query) => {
            let inner = query.subquery.subquery.schema().clone();
            if let [column] = inner.columns().as_slice()
                && let Ok(data_type) = query.expr.get_type(schema)
            {
                let column = Expr::Column(column.clone());
                zones::refuse((&query.expr, schema), (&column, &inner))?;
                let theirs = column.get_type(&inner)?;
                let mut ours = side(&mut query.expr, data_type);
                days::with_times(&mut ours, &theirs);
                days::beside_texts(&mut ours, &theirs);
            }
        }
        Expr::Cast(cast) => {
            let to = cast.field.data_type().clone();
            if let Ok(data_type) = cast.expr.get_type(schema) {
                days::with_seconds(&mut side(&mut cast.expr, data_type), &to);
            }
        }
        Expr::Case(case) => {
            if let Some(value) = &mut case.expr {
                for (when, _) in &mut case.when_then_expr {
                    both(value, when, "=")?;
                }
            }
            let values = case.when_then_expr.iter_mut().map(|(_, then)| then);
            let values = values.chain(&mut case.else_expr).map(AsMut::as_mut);
            one_of("CASE", values.collect(), schema)?;
        }
        Expr::ScalarFunction(call) if ONE_OF.contains(&call.name()) => {
            let name = call.name().to_string();
            one_of(&name, call.args.iter_mut().collect(), schema)?;
        }
        Expr::AggregateFunction(call) if crate::session_support::is_a_kpi(&call.func) => {
            zones::read_together(&mut sides(call.params.args.iter_mut().collect(), schema));
        }
        Expr::WindowFunction(window) => match &window.fun {
            WindowFunctionDefinition::AggregateUDF(func)
                if crate::session_support::is_a_kpi(func) =>
            {
                zones::read_together(&mut sides(window.params.args.iter_mut().collect(), schema));
            }
            WindowFunctionDefinition::WindowUDF(func) if WITH_DEFAULT.contains(&func.name()) => {
                let name = func.name().to_string();
                one_of(&name, window.params.args.iter_mut().collect(), schema)?;
            }
            _ => {}
        },
        _ => {}
    }
    Ok(expr)
}

/// The arguments that have a type.
fn sides<'a>(args: Vec<&'a mut Expr>, schema: &DFSchema) -> Vec<Side<'a>> {
    let sides = args.into_iter().filter_map(|arg| {
        let data_type = arg.get_type(schema).ok()?;
        Some(side(arg, data_type))
    });
    sides.collect()
}

fn one_of(name: &str, args: Vec<&mut Expr>, schema: &DFSchema) -> Result<()> {
    let mut sides = sides(args, schema);
    zones::read_together(&mut sides);
    days::check_one_of(name, &sides)
}

fn compared(mut a: Side, mut b: Side, op: &str) -> Result<()> {
    zones::read_beside(&mut a, &b.data_type);
    zones::read_beside(&mut b, &a.data_type);
    days::with_seconds(&mut a, &b.data_type);
    days::with_seconds(&mut b, &a.data_type);
    days::with_times(&mut a, &b.data_type);
    days::with_times(&mut b, &a.data_type);
    lengths::compare(&mut a, &mut b, op)
}
