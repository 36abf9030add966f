//! Totals among segments, told by the plan: those of a ROLLUP have everybody a second time. Of distinct customers a total is
//! less than the sum of its segments, so that the values alone do not show it.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::common::{JoinType, NullEquality, ScalarValue, plan_err};
use datafusion::error::Result;
use datafusion::logical_expr::expr::{AggregateFunction, WindowFunction};
use datafusion::logical_expr::{
    Aggregate, AggregateUDF, BinaryExpr, Expr, GroupingSet, Join, LogicalPlan, Operator,
    WindowFunctionDefinition,
};

use super::judging_aggregate::JudgingAggregate;
use crate::engine::column_source::{ColumnSource, sources};

/// Refuses segments that come of a ROLLUP, CUBE or GROUPING SETS with their totals.
pub fn refuse_totals(plan: &LogicalPlan) -> Result<()> {
    match plan {
        LogicalPlan::Aggregate(aggregate) => {
            let calls = aggregate.aggr_expr.iter().map(without_alias);
            for expr in calls {
                let Expr::AggregateFunction(AggregateFunction { func, params }) = expr else {
                    continue;
                };
                // Of several sets of keys one may have all groups together.
                let keys = match &aggregate.group_expr[..] {
                    [Expr::GroupingSet(_)] => &[],
                    keys => keys,
                };
                let apart = params.filter.iter().map(AsRef::as_ref).chain(keys);
                refuse(func, &params.args, apart, &aggregate.input)?;
            }
        }
        LogicalPlan::Window(window) => {
            for expr in window.window_expr.iter().map(without_alias) {
                let Expr::WindowFunction(call) = expr else {
                    continue;
                };
                let WindowFunction { fun, params } = call.as_ref();
                if let WindowFunctionDefinition::AggregateUDF(func) = fun {
                    let filter = params.filter.iter().map(AsRef::as_ref);
                    let apart = filter.chain(&params.partition_by);
                    refuse(func, &params.args, apart, &window.input)?;
                }
            }
        }
        _ => {}
    }
    Ok(())
}

fn without_alias(expr: &Expr) -> &Expr {
    match expr {
        Expr::Alias(alias) => without_alias(&alias.expr),
        other => other,
    }
}

/// Refuses a call whose segments have totals, if nothing keeps these apart: a condition on the key, or a group for each of its values.
fn refuse<'a>(
    func: &AggregateUDF,
    args: &[Expr],
    apart: impl Iterator<Item = &'a Expr>,
    input: &LogicalPlan,
) -> Result<()> {
    let judging = func.inner().downcast_ref::<JudgingAggregate>();
    let takes_segments = judging.is_some_and(JudgingAggregate::takes_segments);
    let (true, Some(segment)) = (takes_segments, args.first()) else {
        return Ok(());
    };
    let apart: Vec<TotalledKey> = apart.flat_map(|expr| of_expr(expr, input)).collect();
    match without(of_expr(segment, input), &apart).is_empty() {
        true => Ok(()),
        false => plan_err!(
            "{}: its segments come of a ROLLUP, CUBE or GROUPING SETS, whose totals are no segments and would count \
             everybody twice. Leave them out with HAVING grouping(segment) = 0 below that GROUP BY, or write GROUP BY segment",
            func.name()
        ),
    }
}

/// A key that not all groups have, so that it is NULL where all of its values stand together.
#[derive(Clone, Copy)]
struct TotalledKey<'a> {
    aggregate: &'a Aggregate,
    /// Its place among the keys.
    key: usize,
}

impl PartialEq for TotalledKey<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.aggregate, other.aggregate) && self.key == other.key
    }
}

/// The keys of which nobody has chosen among values and totals. Another key of the same GROUP BY tells nothing of them: each value of
/// one has a total over the other.
fn without<'a>(keys: Vec<TotalledKey<'a>>, chosen: &[TotalledKey]) -> Vec<TotalledKey<'a>> {
    let mut keys = keys;
    keys.retain(|key| !chosen.contains(key));
    keys
}

/// The keys with totals that an expression is made of, or that it tells by `grouping(…)`.
fn of_expr<'a>(expr: &Expr, input: &'a LogicalPlan) -> Vec<TotalledKey<'a>> {
    let mut keys = vec![];
    let walked = expr.apply(|expr| {
        Ok(match expr {
            Expr::Column(column) => {
                let index = input.schema().maybe_index_of_column(column);
                keys.extend(index.into_iter().flat_map(|index| of_column(input, index)));
                TreeNodeRecursion::Continue
            }
            // grouping(a) is a bit of the number of the set, and tells nothing of the others.
            Expr::BinaryExpr(BinaryExpr { left, op, right }) if *op == Operator::BitwiseAnd => {
                match (&**left, &**right, input) {
                    (
                        Expr::Column(column),
                        Expr::Literal(bits, _),
                        LogicalPlan::Aggregate(aggregate),
                    ) if column.name == Aggregate::INTERNAL_GROUPING_ID => {
                        keys.extend(of_bits(aggregate, bits));
                        TreeNodeRecursion::Jump
                    }
                    _ => TreeNodeRecursion::Continue,
                }
            }
            // A value of several rows is none of their keys.
            Expr::AggregateFunction(_) | Expr::WindowFunction(_) => TreeNodeRecursion::Jump,
            _ => TreeNodeRecursion::Continue,
        })
    });
    debug_assert!(walked.is_ok(), "nothing in it fails");
    keys
}

fn of_column(plan: &LogicalPlan, column: usize) -> Vec<TotalledKey<'_>> {
    let mut keys = match plan {
        LogicalPlan::Aggregate(aggregate) => in_sets(aggregate, column),
        _ => vec![],
    };
    for source in sources(plan, column) {
        keys.extend(match source {
            ColumnSource::Computed(expr, input) => of_expr(expr, input),
            ColumnSource::Handed(input, column) => of_column(input, column),
        });
    }
    match plan {
        // Whoever asks for a key, or by grouping(key), has chosen among them.
        LogicalPlan::Filter(filter) => without(keys, &of_expr(&filter.predicate, &filter.input)),
        LogicalPlan::Join(join) => without(keys, &with_partners(join)),
        _ => keys,
    }
}

/// The keys that have no totals behind a join, because they are compared with something there: NULL equals nothing.
fn with_partners(join: &Join) -> Vec<TotalledKey<'_>> {
    let sides: &[&LogicalPlan] = match join.join_type {
        JoinType::Inner => &[&join.left, &join.right],
        JoinType::Right | JoinType::LeftSemi => &[&join.left],
        JoinType::Left | JoinType::RightSemi => &[&join.right],
        JoinType::Full
        | JoinType::LeftAnti
        | JoinType::RightAnti
        | JoinType::LeftMark
        | JoinType::RightMark => &[],
    };
    let on = match join.null_equality {
        NullEquality::NullEqualsNothing => &join.on[..],
        NullEquality::NullEqualsNull => &[],
    };
    let on = on.iter().flat_map(|(left, right)| [left, right]);
    let compared: Vec<&Expr> = on.chain(&join.filter).collect();
    let mut keys = vec![];
    for side in sides {
        for expr in &compared {
            keys.extend(of_expr(expr, side));
        }
    }
    keys
}

/// The key of a GROUP BY of several sets that a column is, or those that it tells.
fn in_sets(aggregate: &Aggregate, column: usize) -> Vec<TotalledKey<'_>> {
    let [Expr::GroupingSet(set)] = &aggregate.group_expr[..] else {
        return vec![];
    };
    let keys = set.distinct_expr();
    let n_before = aggregate.schema.fields().len() - aggregate.aggr_expr.len();
    let told: Vec<usize> = if let Some(position) = column.checked_sub(n_before) {
        match aggregate.aggr_expr.get(position).map(without_alias) {
            Some(Expr::AggregateFunction(call)) if call.func.name() == "grouping" => {
                let at = |arg: &Expr| keys.iter().position(|key| *key == arg);
                call.params.args.iter().filter_map(at).collect()
            }
            _ => vec![],
        }
    } else if column < keys.len() {
        vec![column]
    } else {
        // The number that says which set it is.
        (0..keys.len()).collect()
    };
    totalled(aggregate, set, told)
}

/// Those of some keys that not all groups have.
fn totalled<'a>(
    aggregate: &'a Aggregate,
    set: &GroupingSet,
    keys: impl IntoIterator<Item = usize>,
) -> Vec<TotalledKey<'a>> {
    let all = set.distinct_expr();
    let has_totals = |key: &usize| match set {
        GroupingSet::Rollup(_) | GroupingSet::Cube(_) => true,
        GroupingSet::GroupingSets(sets) => sets.iter().any(|of| !of.contains(all[*key])),
    };
    let keys = keys.into_iter().filter(has_totals);
    keys.map(|key| TotalledKey { aggregate, key }).collect()
}

/// The keys that some bits of the number of the set tell: the last key is the lowest of them.
fn of_bits<'a>(aggregate: &'a Aggregate, bits: &ScalarValue) -> Vec<TotalledKey<'a>> {
    let [Expr::GroupingSet(set)] = &aggregate.group_expr[..] else {
        return vec![];
    };
    let n_keys = set.distinct_expr().len();
    let bits = bits.cast_to(&DataType::UInt64);
    let Ok(ScalarValue::UInt64(Some(bits))) = bits else {
        return vec![];
    };
    let is_told = |key: &usize| bits.checked_shr((n_keys - 1 - key) as u32).unwrap_or(0) & 1 == 1;
    totalled(aggregate, set, (0..n_keys).filter(is_told))
}
