//! From which columns of tables the times of a result come, so that somebody can ask how far the rows of these tables reach.

use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, TableScan, cast};

use super::column_source::{ColumnSource, bare, sources};

/// Queries for the days on which there are rows, one for each table that the times of a column come from. None where the
/// tables have no days: a month that is the name of a folder tells nothing of them.
///
/// # Errors
/// Those of DataFusion's plans.
pub fn days_of(plan: &LogicalPlan, column: usize) -> Result<Vec<LogicalPlan>> {
    let mut found = vec![];
    of_column(plan, column, &mut found);
    let days = found.into_iter().map(|(scan, column)| {
        let rows = LogicalPlanBuilder::scan(scan.table_name.clone(), scan.source.clone(), None)?;
        let (qualifier, field) = rows.schema().qualified_field(column);
        let at = Expr::from((qualifier, field));
        let day = cast(at, DataType::Date32).alias("day");
        rows.project([day])?.distinct()?.build()
    });
    days.collect()
}

/// A column of a table.
type ScannedColumn<'a> = (&'a TableScan, usize);

fn of_column<'a>(plan: &'a LogicalPlan, column: usize, found: &mut Vec<ScannedColumn<'a>>) {
    match plan {
        LogicalPlan::TableScan(scan) => {
            let fields = scan.projected_schema.fields();
            let data_type = fields.get(column).map(|field| field.data_type());
            let is_time = matches!(
                data_type,
                Some(DataType::Date32 | DataType::Date64 | DataType::Timestamp(_, _))
            );
            let mut known = found.iter();
            let is_known =
                known.any(|(other, at)| other.table_name == scan.table_name && *at == column);
            // The columns of a scan are numbered as those of its table as long as none is left out.
            if is_time && !is_known && scan.projection.is_none() {
                found.push((scan, column));
            }
        }
        _ => {
            for source in sources(plan, column) {
                match source {
                    ColumnSource::Computed(expr, input) => of_expr(expr, input, found),
                    ColumnSource::Handed(input, column) => of_column(input, column, found),
                }
            }
        }
    }
}

fn of_expr<'a>(expr: &Expr, input: &'a LogicalPlan, found: &mut Vec<ScannedColumn<'a>>) {
    // A time of several rows is none of a table.
    if matches!(
        bare(expr),
        Expr::AggregateFunction(_) | Expr::WindowFunction(_)
    ) {
        return;
    }
    let mut columns: Vec<_> = expr.column_refs().into_iter().collect();
    columns.sort();
    for column in columns {
        if let Some(column) = input.schema().maybe_index_of_column(column) {
            of_column(input, column, found);
        }
    }
}
