//! Columns whose values are in one partition together, because a join has made them equal.
//!
//! `FROM customers c LEFT JOIN orders o ON o.customer_id = c.customer_id`: the rows of an `o.customer_id` are among those of
//! the same `c.customer_id`, so that whoever has all rows of the one has all rows of the other.

use std::sync::Arc;

use datafusion::common::{JoinType, NullEquality};
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::{Partitioning, PhysicalExpr};
use datafusion::physical_plan::coalesce_partitions::CoalescePartitionsExec;
use datafusion::physical_plan::filter::FilterExec;
use datafusion::physical_plan::joins::HashJoinExec;
use datafusion::physical_plan::projection::ProjectionExec;
use datafusion::physical_plan::repartition::RepartitionExec;
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties};

/// For each column of a plan the one that stands for it: the one by which rows are partitioned already, if there is one.
pub struct Colocated {
    stand_ins: Vec<usize>,
}

impl Colocated {
    /// Those of a plan.
    pub fn of(plan: &Arc<dyn ExecutionPlan>) -> Self {
        let mut classes = classes(plan);
        if let Partitioning::Hash(by, _) = plan.output_partitioning()
            && let [by] = by.as_slice()
            && let Some(by) = by.downcast_ref::<Column>()
            && let Some(class) = classes.get(by.index()).copied()
        {
            let of_class = classes.iter_mut().filter(|of| **of == class);
            of_class.for_each(|of| *of = by.index());
        }
        Colocated { stand_ins: classes }
    }

    /// An expression with the column that stands for it in its place.
    pub fn stand_in(
        &self,
        expr: &Arc<dyn PhysicalExpr>,
        plan: &Arc<dyn ExecutionPlan>,
    ) -> Arc<dyn PhysicalExpr> {
        let Some(column) = expr.downcast_ref::<Column>() else {
            return Arc::clone(expr);
        };
        match self.stand_ins.get(column.index()) {
            Some(at) if *at != column.index() => {
                let schema = plan.schema();
                Arc::new(Column::new(schema.field(*at).name(), *at))
            }
            _ => Arc::clone(expr),
        }
    }
}

/// By column: the one that stands for it.
fn classes(plan: &Arc<dyn ExecutionPlan>) -> Vec<usize> {
    let alone = || (0..plan.schema().fields().len()).collect();
    if let Some(join) = plan.downcast_ref::<HashJoinExec>() {
        return of_join(join);
    }
    if let Some(projection) = plan.downcast_ref::<ProjectionExec>() {
        let below = classes(projection.input());
        let exprs = projection.expr().iter();
        let columns = exprs.map(|of| Some(of.expr.downcast_ref::<Column>()?.index()));
        return chosen(&below, columns);
    }
    if let Some(filter) = plan.downcast_ref::<FilterExec>() {
        let below = classes(filter.input());
        return match filter.projection() {
            None => below,
            Some(columns) => chosen(&below, columns.iter().copied().map(Some)),
        };
    }
    let only_moves = plan.downcast_ref::<RepartitionExec>().is_some()
        || plan.downcast_ref::<CoalescePartitionsExec>().is_some();
    match plan.children().as_slice() {
        [input] if only_moves => classes(input),
        _ => alone(),
    }
}

/// The keys of a join are equal, or one of them is NULL. With a single pair of keys, and nothing else that decides, a value
/// has either found the other in all of its rows, or in none. The key that is never NULL for that stands for both: rows that
/// were sent by the other one would have all that found nothing in one partition.
fn of_join(join: &HashJoinExec) -> Vec<usize> {
    let left = classes(join.left());
    let right = classes(join.right());
    let n = left.len();
    let mut all: Vec<usize> = match join.join_type() {
        JoinType::Inner | JoinType::Left | JoinType::Right | JoinType::Full => {
            let right = right.iter().map(|class| n + class);
            left.into_iter().chain(right).collect()
        }
        JoinType::LeftSemi | JoinType::LeftAnti => left,
        JoinType::RightSemi | JoinType::RightAnti => right,
        // A mark is one column more.
        JoinType::LeftMark => left.into_iter().chain([n]).collect(),
        JoinType::RightMark => {
            let mark = right.len();
            right.into_iter().chain([mark]).collect()
        }
    };
    let decides_alone = join.on().len() == 1 && join.filter().is_none();
    let are_equal = match join.join_type() {
        JoinType::Inner => true,
        JoinType::Left | JoinType::Right => decides_alone,
        _ => false,
    };
    if are_equal && join.null_equality() == NullEquality::NullEqualsNothing {
        for (left, right) in join.on() {
            let left = left.downcast_ref::<Column>();
            let right = right.downcast_ref::<Column>();
            if let (Some(left), Some(right)) = (left, right) {
                let (left, right) = (all[left.index()], all[n + right.index()]);
                let (to, from) = match join.join_type() {
                    JoinType::Right => (right, left),
                    _ => (left, right),
                };
                let of_class = all.iter_mut().filter(|class| **class == from);
                of_class.for_each(|class| *class = to);
            }
        }
    }
    match &join.projection {
        None => all,
        Some(columns) => chosen(&all, columns.iter().copied().map(Some)),
    }
}

/// The classes of columns of the input; what is computed is alone. Where the one that stands for others is not chosen, the
/// first of the others does.
fn chosen(below: &[usize], columns: impl Iterator<Item = Option<usize>>) -> Vec<usize> {
    let columns: Vec<Option<usize>> = columns.collect();
    let class = |column: &Option<usize>| column.and_then(|column| below.get(column).copied());
    let stand_in = |(at, column): (usize, &Option<usize>)| {
        let Some(of) = class(column) else {
            return at;
        };
        let same = columns.iter().position(|other| *other == Some(of));
        let first = || columns.iter().position(|other| class(other) == Some(of));
        same.or_else(first).unwrap_or(at)
    };
    columns.iter().enumerate().map(stand_in).collect()
}
