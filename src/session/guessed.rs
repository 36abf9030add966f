//! Numbers with a point that a file was guessed to have, where a statement tells rows apart by them: 1.1 and 1.10 are
//! one number, and may have been two codes.

use std::collections::BTreeSet;

use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{Distinct, Expr, ExprSchemable, LogicalPlan};

use crate::GUESSED;

/// The names of all columns that a plan asks for.
pub(super) fn columns(plan: &LogicalPlan) -> BTreeSet<String> {
    let mut columns = BTreeSet::new();
    let _ = plan.apply_with_subqueries(|node| {
        node.apply_expressions(|expr| {
            columns.extend(
                expr.column_refs()
                    .into_iter()
                    .map(|column| column.name.clone()),
            );
            Ok(TreeNodeRecursion::Continue)
        })
    });
    columns
}

/// What is to be said of the keys of a plan.
pub(super) fn notes(plan: &LogicalPlan) -> Vec<String> {
    let mut notes = vec![];
    // A plan that cannot be walked has nothing to be said of here; planning it says more.
    let _ = plan.apply_with_subqueries(|node| {
        let schema = merge_schema(&node.inputs());
        let mut note = |expr: &Expr, what: &str| {
            let Ok((_, field)) = expr.to_field(&schema) else {
                return;
            };
            if let Some(ways) = field.metadata().get(GUESSED).filter(|ways| !ways.is_empty()) {
                let name = field.name();
                notes.push(format!(
                    "{name} in {what} is a number with a point as far as its file tells: codes such as 1.1 and 1.10 \
                     would be one. {ways}"
                ));
            }
        };
        match node {
            LogicalPlan::Aggregate(aggregate) => {
                for expr in &aggregate.group_expr {
                    match expr {
                        Expr::GroupingSet(sets) => {
                            for expr in sets.distinct_expr() {
                                note(expr, "GROUP BY");
                            }
                        }
                        expr => note(expr, "GROUP BY"),
                    }
                }
                for expr in &aggregate.aggr_expr {
                    let call = match expr.clone().unalias() {
                        Expr::AggregateFunction(call) => call,
                        _ => continue,
                    };
                    let counts = call.func.name() == "count" && call.params.distinct;
                    for arg in call.params.args.iter().filter(|_| counts) {
                        note(arg, "count(DISTINCT …)");
                    }
                }
            }
            LogicalPlan::Distinct(Distinct::All(input)) => {
                for (qualifier, field) in input.schema().iter() {
                    let column = datafusion::common::Column::from((qualifier, field));
                    note(&Expr::Column(column), "SELECT DISTINCT");
                }
            }
            _ => {}
        }
        Ok(TreeNodeRecursion::Continue)
    });
    notes
}
