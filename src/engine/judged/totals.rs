//! Totals among segments, told by the plan: those of a ROLLUP have everybody a second time. Of distinct customers a total is
//! less than the sum of its segments, so that the values alone do not show it.

use datafusion::common::{Column, plan_err};
use datafusion::error::Result;
use datafusion::logical_expr::expr::AggregateFunction;
use datafusion::logical_expr::{Aggregate, Expr, GroupingSet, LogicalPlan};

use super::judging_aggregate::JudgingAggregate;
use super::{decompose, vs_rest};

/// Refuses segments that come of a ROLLUP, CUBE or GROUPING SETS with their totals.
pub fn refuse_totals(plan: &LogicalPlan) -> Result<()> {
    let LogicalPlan::Aggregate(aggregate) = plan else {
        return Ok(());
    };
    for expr in &aggregate.aggr_expr {
        let Some(AggregateFunction { func, params }) = call_of(expr) else {
            continue;
        };
        let is_of_segments = func.inner().downcast_ref::<JudgingAggregate>().is_some()
            && [vs_rest::NAME, decompose::NAME].contains(&func.name());
        let (true, Some(segment)) = (is_of_segments, params.args.first()) else {
            continue;
        };
        let input = &aggregate.input;
        let is_filtered = params.filter.as_ref();
        let is_filtered = is_filtered.is_some_and(|filter| of_expr(filter, input));
        if !is_filtered && of_expr(segment, input) {
            return plan_err!(
                "{}: its segments come of a ROLLUP, CUBE or GROUPING SETS, whose totals are no segments and would count \
                 everybody twice. Leave them out with HAVING grouping(segment) = 0 below that GROUP BY, or write GROUP BY segment",
                func.name()
            );
        }
    }
    Ok(())
}

fn call_of(expr: &Expr) -> Option<&AggregateFunction> {
    match expr {
        Expr::AggregateFunction(call) => Some(call),
        Expr::Alias(alias) => call_of(&alias.expr),
        _ => None,
    }
}

/// Whether an expression has a column that tells totals: a key that they do not have, or which keys they have.
fn of_expr(expr: &Expr, input: &LogicalPlan) -> bool {
    let tells = |column: &&Column| {
        let index = input.schema().maybe_index_of_column(column);
        index.is_some_and(|index| tells_totals(input, index))
    };
    expr.column_refs().iter().any(tells)
}

fn tells_totals(plan: &LogicalPlan, column: usize) -> bool {
    match plan {
        LogicalPlan::Projection(projection) => {
            let expr = projection.expr.get(column);
            expr.is_some_and(|expr| of_expr(expr, &projection.input))
        }
        // Whoever asks for a key, or by grouping(...), has chosen among them.
        LogicalPlan::Filter(filter) => {
            !of_expr(&filter.predicate, &filter.input) && tells_totals(&filter.input, column)
        }
        LogicalPlan::SubqueryAlias(alias) => tells_totals(&alias.input, column),
        LogicalPlan::Sort(sort) => tells_totals(&sort.input, column),
        LogicalPlan::Repartition(repartition) => tells_totals(&repartition.input, column),
        LogicalPlan::Aggregate(aggregate) => in_sets(aggregate, column),
        _ => false,
    }
}

fn in_sets(aggregate: &Aggregate, column: usize) -> bool {
    let [Expr::GroupingSet(set)] = &aggregate.group_expr[..] else {
        return false;
    };
    let n_keys = aggregate.schema.fields().len() - aggregate.aggr_expr.len();
    if let Some(at) = column.checked_sub(n_keys) {
        return call_of(&aggregate.aggr_expr[at])
            .is_some_and(|call| call.func.name() == "grouping");
    }
    match (set.distinct_expr().get(column), set) {
        (Some(_), GroupingSet::Rollup(_) | GroupingSet::Cube(_)) => true,
        (Some(key), GroupingSet::GroupingSets(sets)) => sets.iter().any(|keys| !keys.contains(key)),
        // The number that says which set it is.
        (None, _) => true,
    }
}
