//! Where a column of a plan comes from, one node down.

use datafusion::common::JoinType;
use datafusion::logical_expr::expr::{Alias, Cast, TryCast};
use datafusion::logical_expr::{Distinct, Expr, LogicalPlan};

/// What a column of a node is made of.
#[derive(Debug, Clone, Copy)]
pub enum ColumnSource<'a> {
    /// An expression over the columns of a node below.
    Computed(&'a Expr, &'a LogicalPlan),
    /// A column of a node below, as it is there.
    Handed(&'a LogicalPlan, usize),
}

/// What a column is made of: of UNION one source for each of its queries, and none where it comes from outside, as from a table.
pub fn sources(plan: &LogicalPlan, column: usize) -> Vec<ColumnSource<'_>> {
    match plan {
        LogicalPlan::Union(union) => {
            let inputs = union.inputs.iter();
            inputs
                .map(|input| ColumnSource::Handed(input, column))
                .collect()
        }
        other => source(other, column).into_iter().collect(),
    }
}

fn source(plan: &LogicalPlan, column: usize) -> Option<ColumnSource<'_>> {
    match plan {
        LogicalPlan::Projection(projection) => {
            let expr = projection.expr.get(column)?;
            Some(ColumnSource::Computed(expr, &projection.input))
        }
        LogicalPlan::Aggregate(aggregate) => {
            let n_keys = aggregate.schema.fields().len() - aggregate.aggr_expr.len();
            let expr = match column.checked_sub(n_keys) {
                Some(position) => aggregate.aggr_expr.get(position)?,
                None => match &aggregate.group_expr[..] {
                    [Expr::GroupingSet(set)] => *set.distinct_expr().get(column)?,
                    keys => keys.get(column)?,
                },
            };
            Some(ColumnSource::Computed(expr, &aggregate.input))
        }
        LogicalPlan::Window(window) => {
            let n_before = window.input.schema().fields().len();
            Some(match column.checked_sub(n_before) {
                Some(position) => {
                    ColumnSource::Computed(window.window_expr.get(position)?, &window.input)
                }
                None => ColumnSource::Handed(&window.input, column),
            })
        }
        LogicalPlan::Join(join) => {
            let (n_left, n_right) = (
                join.left.schema().fields().len(),
                join.right.schema().fields().len(),
            );
            // A side of which a join asks no more than whether it has a partner has no columns in its result.
            let (n_left, n_right) = match join.join_type {
                JoinType::LeftSemi | JoinType::LeftAnti | JoinType::LeftMark => (n_left, 0),
                JoinType::RightSemi | JoinType::RightAnti | JoinType::RightMark => (0, n_right),
                JoinType::Inner | JoinType::Left | JoinType::Right | JoinType::Full => {
                    (n_left, n_right)
                }
            };
            match column.checked_sub(n_left) {
                None => Some(ColumnSource::Handed(&join.left, column)),
                Some(right) if right < n_right => Some(ColumnSource::Handed(&join.right, right)),
                // The mark of a join, which says whether there is a partner.
                Some(_) => None,
            }
        }
        LogicalPlan::Unnest(unnest) => {
            let below = unnest.dependency_indices.get(column)?;
            Some(ColumnSource::Handed(&unnest.input, *below))
        }
        // Its input has the columns from before the SELECT.
        LogicalPlan::Distinct(Distinct::On(on)) => {
            let expr = on.select_expr.get(column)?;
            Some(ColumnSource::Computed(expr, &on.input))
        }
        LogicalPlan::Filter(_)
        | LogicalPlan::Sort(_)
        | LogicalPlan::Limit(_)
        | LogicalPlan::Repartition(_)
        | LogicalPlan::SubqueryAlias(_)
        | LogicalPlan::Distinct(Distinct::All(_)) => {
            let input = plan.inputs().into_iter().next()?;
            Some(ColumnSource::Handed(input, column))
        }
        _ => None,
    }
}

/// An expression, whatever it is called and cast to.
pub fn bare(expr: &Expr) -> &Expr {
    match expr {
        Expr::Alias(Alias { expr, .. })
        | Expr::Cast(Cast { expr, .. })
        | Expr::TryCast(TryCast { expr, .. }) => bare(expr),
        other => other,
    }
}
