//! What the columns of a result are, by its plan and by its rows.

use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::DataType;
use datafusion::logical_expr::LogicalPlan;

use super::period::{Period, PeriodLength};
use crate::define::Unit;
use crate::session_support::{ColumnFact, ResultRole, column_facts};

/// What each column of a result is. The plan knows most of it; that texts are months, `2026-06` or `2026-Q2`, is seen in the rows, and a
/// column that is called as a KPI has its values, as those of a table have that was made of them.
pub fn result_columns(plan: &LogicalPlan, rows: &[RecordBatch]) -> Vec<ColumnFact> {
    let mut facts = column_facts(plan);
    for (column, fact) in facts.iter_mut().enumerate() {
        let columns = rows.iter().map(|batch| batch.column(column));
        if fact.role == ResultRole::Segment && are_months(columns) {
            fact.role = ResultRole::Period;
        }
        let field = plan.schema().field(column);
        if fact.role == ResultRole::Other
            && field.data_type().is_numeric()
            && let Some(kpi) = crate::kpi::find(field.name())
            && kpi.unit != Unit::Mix
        {
            fact.role = ResultRole::Value(kpi);
        }
    }
    facts
}

/// Whether all texts of a column, and there are some, name a month, a quarter or a day.
fn are_months<'a>(columns: impl Iterator<Item = &'a ArrayRef>) -> bool {
    let mut has_some = false;
    for column in columns {
        if matches!(column.data_type(), DataType::Boolean) || column.data_type().is_numeric() {
            return false;
        }
        let Ok(texts) = cast(column, &DataType::Utf8) else {
            return false;
        };
        for text in texts.as_string::<i32>().iter().flatten() {
            // A year alone looks like any number.
            let named = Period::parse(text);
            if named.is_none_or(|period| period.length == PeriodLength::Year) {
                return false;
            }
            has_some = true;
        }
    }
    has_some
}
