//! The changes that a query shows, carried beside its result. Whoever judges them wants what a `kpi_change` was made of,
//! whichever of its fields the query shows, and however it rounds them:
//!
//! ```sql
//! -- before
//! SELECT segment, round(change['p_value'], 2) FROM (SELECT segment, kpi_change(a, b) AS change FROM …)
//! -- after
//! SELECT segment, round(change['p_value'], 2), before_1, after_1
//! FROM (SELECT segment, kpi_change(a, b) AS change, a AS before_1, b AS after_1 FROM …)
//! ```

use std::collections::BTreeSet;
use std::sync::Arc;

use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, DFSchema, JoinType, ScalarValue, plan_err};
use datafusion::error::Result;
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::{Expr, LogicalPlan, Projection, Union};

use super::change::{KPI_CHANGE, compared};
use super::judging_scalar::JudgingScalar;
use super::lists::as_parts;
use super::value_kind::kpi_of;
use crate::define::Kpi;
use crate::engine::parts_array;
use crate::statistics::Confidence;

/// A change that a row shows.
#[derive(Debug, Clone, Copy)]
pub struct ShownChange {
    /// What moved.
    pub kpi: &'static Kpi,
    /// After − before; `None` where a side has no value.
    pub difference: Option<f64>,
    /// How likely one at least as large is if nothing has changed; `None` where no honest test is there.
    pub p_value: Option<f64>,
    /// The smaller of the two numbers of what was counted; known where there is a test.
    pub n: Option<f64>,
}

/// What a plan shows of changes.
pub struct ShownChanges {
    /// The plan with two columns more for each `kpi_change` that its result shows, behind its own columns; `None` if it shows
    /// none.
    pub plan: Option<LogicalPlan>,
    /// Whether there are others below a DISTINCT, a GROUP BY or an unnest(), of which a row of the result may show several or parts.
    pub others: bool,
}

/// What a plan shows of changes.
pub fn with_changes(plan: &LogicalPlan) -> Result<ShownChanges> {
    let all = 0..plan.schema().fields().len();
    let mut carrier = Carrier {
        n: 0,
        others: false,
    };
    let (carrying, carried) = carrier.carry(plan, &all.collect())?;
    let names: Vec<Sides> = carried.iter().map(|_| carrier.next()).collect();
    let plan = match names.is_empty() {
        true => None,
        false => Some(beside(carrying, plan.schema(), &carried, &names)?),
    };
    Ok(ShownChanges {
        plan,
        others: carrier.others,
    })
}

/// The rows of such a plan, whose own columns are the first few, without what is carried; and for each change the rows that
/// have it.
pub fn taken_apart(
    batch: &RecordBatch,
    n_own: usize,
) -> Result<(RecordBatch, Vec<Vec<Option<ShownChange>>>)> {
    let own = batch.project(&(0..n_own).collect::<Vec<_>>())?;
    let (sides, rest) = batch.columns()[n_own..].as_chunks::<2>();
    if !rest.is_empty() {
        return plan_err!("a change has two sides");
    }
    let changes = sides.iter().map(|[before, after]| {
        let rows = as_parts(before)?.into_iter().zip(as_parts(after)?);
        let rows = rows.map(|sides| match sides {
            (Some((name, before)), Some((_, after))) => {
                let kpi = kpi_of(KPI_CHANGE.function.name, &name)?;
                // A p value does not depend on it.
                let change = compared(kpi, &before, &after, Confidence::default());
                let smaller = before.denominator.zip(after.denominator);
                Ok(Some(ShownChange {
                    kpi,
                    difference: change.difference,
                    p_value: change.p_value,
                    n: change
                        .p_value
                        .and(smaller.map(|(one, other)| one.min(other))),
                }))
            }
            _ => Ok(None),
        });
        rows.collect::<Result<Vec<_>>>()
    });
    Ok((own, changes.collect::<Result<_>>()?))
}

/// What the two sides of a change are called in a plan that carries them.
#[derive(Clone)]
struct Sides {
    before: String,
    after: String,
}

struct Carrier {
    n: usize,
    others: bool,
}

impl Carrier {
    /// Names that no column of a person has.
    fn next(&mut self) -> Sides {
        self.n += 1;
        let n = self.n;
        Sides {
            before: format!("kpi_change {n}: before"),
            after: format!("kpi_change {n}: after"),
        }
    }

    /// The plan with the sides of all changes that are in these of its columns.
    fn carry(
        &mut self,
        plan: &LogicalPlan,
        wanted: &BTreeSet<usize>,
    ) -> Result<(LogicalPlan, Vec<Sides>)> {
        let (inputs, carried) = match plan {
            LogicalPlan::Projection(projection) => return self.carry_selected(projection, wanted),
            LogicalPlan::Union(union) => return self.carry_united(union, wanted),
            LogicalPlan::SubqueryAlias(_)
            | LogicalPlan::Filter(_)
            | LogicalPlan::Sort(_)
            | LogicalPlan::Limit(_)
            | LogicalPlan::Repartition(_)
            // Its own columns stand behind those of its input.
            | LogicalPlan::Window(_) => {
                let input = plan.inputs()[0];
                let n_input = input.schema().fields().len();
                let wanted = wanted.iter().copied().filter(|column| *column < n_input);
                let (input, carried) = self.carry(input, &wanted.collect())?;
                (vec![input], carried)
            }
            LogicalPlan::Join(join) => {
                let n_left = join.left.schema().fields().len();
                let (of_left, of_right): (BTreeSet<usize>, BTreeSet<usize>) = match join.join_type {
                    JoinType::RightSemi | JoinType::RightAnti | JoinType::RightMark => {
                        (BTreeSet::new(), wanted.clone())
                    }
                    _ => wanted.iter().copied().partition(|column| *column < n_left),
                };
                let of_right = match join.join_type {
                    JoinType::Inner | JoinType::Left | JoinType::Right | JoinType::Full => {
                        of_right.into_iter().map(|column| column - n_left).collect()
                    }
                    JoinType::LeftSemi | JoinType::LeftAnti | JoinType::LeftMark => BTreeSet::new(),
                    _ => of_right,
                };
                let (left, mut carried) = self.carry(&join.left, &of_left)?;
                let (right, others) = self.carry(&join.right, &of_right)?;
                carried.extend(others);
                (vec![left, right], carried)
            }
            LogicalPlan::Aggregate(_) | LogicalPlan::Distinct(_) | LogicalPlan::Unnest(_) => {
                self.others |= has_a_change(plan)?;
                (vec![], vec![])
            }
            _ => (vec![], vec![]),
        };
        match carried.is_empty() {
            true => Ok((plan.clone(), carried)),
            false => Ok((plan.with_new_exprs(plan.expressions(), inputs)?, carried)),
        }
    }

    fn carry_selected(
        &mut self,
        projection: &Projection,
        wanted: &BTreeSet<usize>,
    ) -> Result<(LogicalPlan, Vec<Sides>)> {
        let mut calls: Vec<[Expr; 2]> = vec![];
        let mut below = BTreeSet::new();
        for expr in wanted
            .iter()
            .filter_map(|column| projection.expr.get(*column))
        {
            expr.apply(|part| {
                if let Some(sides) = sides_of_call(part) {
                    if !calls.contains(&sides) {
                        calls.push(sides);
                    }
                    return Ok(TreeNodeRecursion::Jump);
                }
                if let Expr::Column(column) = part {
                    below.extend(projection.input.schema().maybe_index_of_column(column));
                }
                Ok(TreeNodeRecursion::Continue)
            })?;
        }
        let (input, mut carried) = self.carry(&projection.input, &below)?;
        let mut exprs = projection.expr.clone();
        for sides in &carried {
            exprs.push(carried_column(&input, &sides.before)?);
            exprs.push(carried_column(&input, &sides.after)?);
        }
        for [before, after] in calls {
            let sides = self.next();
            exprs.push(before.alias(&sides.before));
            exprs.push(after.alias(&sides.after));
            carried.push(sides);
        }
        let selected = Projection::try_new(exprs, Arc::new(input))?;
        Ok((LogicalPlan::Projection(selected), carried))
    }

    /// All inputs get as many changes as the one that has most of them.
    fn carry_united(
        &mut self,
        union: &Union,
        wanted: &BTreeSet<usize>,
    ) -> Result<(LogicalPlan, Vec<Sides>)> {
        let inputs = union.inputs.iter().map(|input| self.carry(input, wanted));
        let inputs = inputs.collect::<Result<Vec<_>>>()?;
        let most = inputs.iter().map(|(_, carried)| carried.len()).max();
        let names: Vec<Sides> = (0..most.unwrap_or(0)).map(|_| self.next()).collect();
        if names.is_empty() {
            return Ok((LogicalPlan::Union(union.clone()), names));
        }
        let inputs = inputs.into_iter().zip(&union.inputs);
        let inputs = inputs.map(|((carrying, carried), input)| {
            beside(carrying, input.schema(), &carried, &names).map(Arc::new)
        });
        let inputs = inputs.collect::<Result<Vec<_>>>()?;
        let united = Union::try_new_with_loose_types(inputs)?;
        Ok((LogicalPlan::Union(united), names))
    }
}

/// Whether a change is in a plan or below it.
fn has_a_change(plan: &LogicalPlan) -> Result<bool> {
    let mut found = false;
    plan.apply(|plan| {
        plan.apply_expressions(|expr| {
            found |= expr.exists(|part| Ok(sides_of_call(part).is_some()))?;
            Ok(TreeNodeRecursion::Continue)
        })
    })?;
    Ok(found)
}

/// The two sides of a call of `kpi_change`.
fn sides_of_call(expr: &Expr) -> Option<[Expr; 2]> {
    let Expr::ScalarFunction(ScalarFunction { func, args }) = expr else {
        return None;
    };
    let function = func.inner().downcast_ref::<JudgingScalar>()?.function();
    let [before, after, ..] = args.as_slice() else {
        return None;
    };
    let is_change = function.name == KPI_CHANGE.function.name;
    is_change.then(|| [before.clone(), after.clone()])
}

/// The own columns of a plan, and behind them what it carries, under these names; sides that it has not are NULL.
fn beside(
    carrying: LogicalPlan,
    own: &DFSchema,
    carried: &[Sides],
    names: &[Sides],
) -> Result<LogicalPlan> {
    let own = own.iter().map(|field| Expr::Column(Column::from(field)));
    let mut exprs: Vec<Expr> = own.collect();
    let side = |name: Option<&String>| match name {
        Some(name) => carried_column(&carrying, name),
        None => {
            let none = ScalarValue::try_from(parts_array::data_type())?;
            Ok(Expr::Literal(none, None))
        }
    };
    for (i, name) in names.iter().enumerate() {
        let sides = carried.get(i);
        exprs.push(side(sides.map(|sides| &sides.before))?.alias(&name.before));
        exprs.push(side(sides.map(|sides| &sides.after))?.alias(&name.after));
    }
    let projection = Projection::try_new(exprs, Arc::new(carrying))?;
    Ok(LogicalPlan::Projection(projection))
}

fn carried_column(plan: &LogicalPlan, name: &str) -> Result<Expr> {
    let found = plan.schema().iter().find(|(_, field)| field.name() == name);
    match found {
        Some(field) => Ok(Expr::Column(Column::from(field))),
        None => plan_err!("{name} was not carried"),
    }
}
