//! The order of rows that the query has left open: the same rows make the same report.

use datafusion::arrow::array::{RecordBatch, UInt64Array};
use datafusion::arrow::compute::take_record_batch;
use datafusion::arrow::error::ArrowError;
use datafusion::logical_expr::{Distinct, LogicalPlan};

use super::result_rows::ResultRows;
use crate::session::output::ShownCells;

/// Whether the rows of a plan come in an order that somebody asked for.
pub fn is_sorted(plan: &LogicalPlan) -> bool {
    match plan {
        LogicalPlan::Sort(_) => true,
        LogicalPlan::Projection(_)
        | LogicalPlan::Filter(_)
        | LogicalPlan::Limit(_)
        | LogicalPlan::SubqueryAlias(_) => plan.inputs().into_iter().any(is_sorted),
        LogicalPlan::Distinct(Distinct::On(on)) => on.sort_expr.is_some(),
        // What these say has an order of its own.
        LogicalPlan::Explain(_) | LogicalPlan::Analyze(_) | LogicalPlan::DescribeTable(_) => true,
        _ => false,
    }
}

/// The rows by their periods, with the totals below the segments, and else by their texts.
///
/// # Errors
/// Values that arrow cannot write.
pub fn in_order(rows: ResultRows) -> Result<ResultRows, ArrowError> {
    let keys = rows.keys()?.keys;
    let cells = ShownCells::new(&rows.batch, &[])?;
    let texts = (0..rows.batch.num_rows()).map(|row| {
        let columns = 0..rows.batch.num_columns();
        let texts = columns.map(|column| cells.text(row, column));
        texts.collect::<Result<Vec<_>, ArrowError>>()
    });
    let texts = texts.collect::<Result<Vec<_>, ArrowError>>()?;
    let mut order: Vec<usize> = (0..rows.batch.num_rows()).collect();
    order.sort_by(|one, other| {
        let place = |row: usize| {
            let key = &keys[row];
            // A row over all periods has none, and comes last.
            let period = key.period.as_ref().map(|period| period.number);
            (period.is_none(), period, key.is_total, &key.segment)
        };
        let by_place = place(*one).cmp(&place(*other));
        by_place.then_with(|| texts[*one].cmp(&texts[*other]))
    });
    drop(cells);
    Ok(ResultRows {
        batch: taken(&rows.batch, &order)?,
        ..rows
    })
}

fn taken(batch: &RecordBatch, order: &[usize]) -> Result<RecordBatch, ArrowError> {
    if batch.num_columns() == 0 {
        return Ok(batch.clone());
    }
    let places = UInt64Array::from_iter_values(order.iter().map(|row| *row as u64));
    take_record_batch(batch, &places)
}
