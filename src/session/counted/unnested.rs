//! Rows that `unnest` leaves out because their list is empty, counted while the query runs.
//!
//! SQL has it so: of an empty list no row is made. But with the row its customer goes, whom a KPI is to count. So the
//! list passes through a function here that counts the empty ones, and a note says how many there were.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, Int32Array, Int64Array};
use datafusion::arrow::compute::kernels::length::length;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::NullHandling;
use datafusion::common::tree_node::Transformed;
use datafusion::error::Result;
use datafusion::logical_expr::expr::Alias;
use datafusion::logical_expr::{DdlStatement, Expr, LogicalPlan, Projection, Unnest, Volatility};

use super::row_counts::RowCounts;
use crate::session::exprs::sql::shown;
use crate::session_support::{Look, looked_at};

fn note(list: &str, rows: u64) -> String {
    let said = match rows {
        1 => "1 row whose list is empty or NULL".to_string(),
        rows => format!("{rows} rows whose list is empty or NULL"),
    };
    format!("unnest({list}) leaves out {said}; unnest_outer({list}) keeps such a row, with NULL")
}

/// The plan with its empty lists counted, and where.
pub(in crate::session) fn counted(plan: LogicalPlan) -> Result<(LogicalPlan, Vec<RowCounts>)> {
    if !matches!(
        plan,
        LogicalPlan::Projection(_)
            | LogicalPlan::Unnest(_)
            | LogicalPlan::Aggregate(_)
            | LogicalPlan::Sort(_)
            | LogicalPlan::Limit(_)
            | LogicalPlan::Filter(_)
            | LogicalPlan::Window(_)
            | LogicalPlan::Distinct(_)
            | LogicalPlan::Join(_)
            | LogicalPlan::Union(_)
            | LogicalPlan::SubqueryAlias(_)
            | LogicalPlan::Copy(_)
            | LogicalPlan::Dml(_)
            | LogicalPlan::Ddl(DdlStatement::CreateMemoryTable(_))
    ) {
        return Ok((plan, vec![]));
    }
    let mut all = vec![];
    let plan = plan.transform_up_with_subqueries(|node| match node {
        LogicalPlan::Unnest(unnest) => match list_of(&unnest) {
            Some((at, list)) => {
                let tally = RowCounts::new(shown(list), note);
                all.push(tally.clone());
                Ok(Transformed::yes(with_count(unnest, at, tally)?))
            }
            None => Ok(Transformed::no(LogicalPlan::Unnest(unnest))),
        },
        other => Ok(Transformed::no(other)),
    })?;
    Ok((plan.data, all))
}

/// The one list that is unnested, and its place below.
fn list_of(unnest: &Unnest) -> Option<(usize, &Expr)> {
    let [(at, _)] = unnest.list_type_columns.as_slice() else {
        return None;
    };
    let LogicalPlan::Projection(below) = unnest.input.as_ref() else {
        return None;
    };
    let Expr::Alias(list) = below.expr.get(*at)? else {
        return None;
    };
    let drops = unnest.options.null_handling == NullHandling::Drop;
    drops.then_some((*at, list.expr.as_ref()))
}

fn with_count(mut unnest: Unnest, at: usize, tally: RowCounts) -> Result<LogicalPlan> {
    if let LogicalPlan::Projection(below) = unnest.input.as_ref() {
        let mut exprs = below.expr.clone();
        if let Expr::Alias(Alias { expr, .. }) = &mut exprs[at] {
            let list = std::mem::take(expr.as_mut());
            **expr = looked_at(EmptyLists(tally), vec![list]);
        }
        let (input, schema) = (below.input.clone(), below.schema.clone());
        let below = Projection::try_new_with_schema(exprs, input, schema)?;
        unnest.input = Arc::new(LogicalPlan::Projection(below));
    }
    Ok(LogicalPlan::Unnest(unnest))
}

/// Counts lists that have nothing in them.
#[derive(Debug, PartialEq, Eq, Hash)]
struct EmptyLists(RowCounts);

impl Look for EmptyLists {
    fn name(&self) -> &str {
        "empty_lists_counted"
    }

    fn volatility(&self) -> Volatility {
        Volatility::Volatile
    }

    fn look(&self, arguments: &[ArrayRef]) -> Result<()> {
        let lists = &arguments[0];
        let empty = match lists.data_type() {
            DataType::Null => lists.len(),
            DataType::List(_) | DataType::LargeList(_) | DataType::FixedSizeList(_, _) => {
                empty(&length(lists)?)
            }
            _ => 0,
        };
        self.0.add(empty as u64);
        Ok(())
    }
}

fn empty(lengths: &dyn Array) -> usize {
    let lengths_32 = lengths.as_any().downcast_ref::<Int32Array>();
    let lengths_64 = lengths.as_any().downcast_ref::<Int64Array>();
    match (lengths_32, lengths_64) {
        (Some(lengths), _) => lengths.iter().filter(|n| n.unwrap_or(0) == 0).count(),
        (_, Some(lengths)) => lengths.iter().filter(|n| n.unwrap_or(0) == 0).count(),
        _ => 0,
    }
}
