//! Whether the values of a Parquet column keep what they are in another type.
//!
//! The bounds that a file has for its columns mostly tell; where they do not, the column is read.

use crate::tables::storage::FilePath;
use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::compute::kernels::cmp::not_distinct;
use datafusion::arrow::compute::{CastOptions, cast_with_options};
use datafusion::arrow::datatypes::{DataType, Int64Type, SchemaRef};
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::common::nested_struct::cast_column;
use datafusion::error::{DataFusionError, Result};
use datafusion::parquet::arrow::ProjectionMask;
use datafusion::parquet::arrow::arrow_reader::statistics::StatisticsConverter;
use datafusion::parquet::arrow::arrow_reader::{
    ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};

/// A value that has no place in the type.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::tables) struct Misfit {
    /// Counted from 1.
    pub row: usize,
    pub value: String,
}

/// The first value of a column that changes in the type `to`. `schema` is that of the file as it will be read.
pub(in crate::tables) fn misfit(
    file: &FilePath,
    schema: &SchemaRef,
    column: usize,
    to: &DataType,
) -> Result<Option<Misfit>> {
    let unreadable = |e: &dyn std::fmt::Display| {
        DataFusionError::Plan(format!("{} cannot be read: {e}", file.display()))
    };
    let opened = file.open().map_err(|e| unreadable(&e))?;
    let options = ArrowReaderOptions::new().with_schema(std::sync::Arc::clone(schema));
    let builder = ParquetRecordBatchReaderBuilder::try_new_with_options(opened, options)
        .map_err(|e| unreadable(&e))?;
    let bounds = StatisticsConverter::try_new(
        schema.field(column).name(),
        schema,
        builder.parquet_schema(),
    )
    .and_then(|statistics| {
        let groups = builder.metadata().row_groups();
        Ok((
            statistics.row_group_mins(groups)?,
            statistics.row_group_maxes(groups)?,
        ))
    });
    if let Ok((least, most)) = bounds
        && proven(&least, to)
        && proven(&most, to)
    {
        return Ok(None);
    }
    let mask = ProjectionMask::roots(builder.parquet_schema(), [column]);
    let reader = builder.with_projection(mask).build();
    let columns = reader.map_err(|e| unreadable(&e))?.map(|batch| {
        let batch = batch.map_err(|e| unreadable(&e))?;
        Ok(ArrayRef::clone(batch.column(0)))
    });
    misfit_of(columns, to)
}

/// The same of the values of a column, as they come.
pub(in crate::tables) fn misfit_of(
    columns: impl Iterator<Item = Result<ArrayRef>>,
    to: &DataType,
) -> Result<Option<Misfit>> {
    let mut row = 0;
    for values in columns {
        let values = values?;
        if let Some(at) = changed(&values, to)? {
            let value = array_value_to_string(&values, at)?;
            return Ok(Some(Misfit {
                row: row + at + 1,
                value,
            }));
        }
        row += values.len();
    }
    Ok(None)
}

/// Where a value is that does not come back the same from the other type.
fn changed(values: &ArrayRef, to: &DataType) -> Result<Option<usize>> {
    // What does not fit is NULL, and so not what it was.
    let options = CastOptions {
        safe: true,
        ..CastOptions::default()
    };
    if values.data_type().is_nested() {
        return changed_nested(values, to, &options);
    }
    let there = cast_with_options(values, to, &options)?;
    let back = cast_with_options(&there, values.data_type(), &options)?;
    let same = not_distinct(values, &back)?;
    Ok((0..same.len()).find(|&i| !same.value(i)))
}

/// The same of lists and structs, whose fields are found by their names.
fn changed_nested(
    values: &ArrayRef,
    to: &DataType,
    options: &CastOptions<'static>,
) -> Result<Option<usize>> {
    let there = cast_column(values, to, options)?;
    let back = cast_column(&there, values.data_type(), options)?;
    // Both have the values of NULL that they like.
    let is_same = |at: usize| {
        let texts =
            [values, &back].map(|array| array_value_to_string(array, at).unwrap_or_default());
        values.is_null(at) == back.is_null(at)
            && (values.slice(at, 1).to_data() == back.slice(at, 1).to_data() || values.is_null(at))
            && texts[0] == texts[1]
    };
    match values.to_data() == back.to_data() {
        true => Ok(None),
        false => Ok((0..values.len()).find(|&at| !is_same(at))),
    }
}

/// Whether bounds that fit prove that all between them do.
fn proven(bounds: &ArrayRef, to: &DataType) -> bool {
    if bounds.null_count() > 0 {
        return false;
    }
    match (bounds.data_type(), to) {
        // Whole numbers are without gaps up to 2^53 only.
        (from, DataType::Float64) if from.is_integer() => {
            let options = CastOptions::default();
            let Ok(numbers) = cast_with_options(bounds, &DataType::Int64, &options) else {
                return false;
            };
            let numbers = numbers.as_primitive::<Int64Type>();
            numbers.null_count() == 0
                && numbers.values().iter().all(|n| n.unsigned_abs() <= 1 << 53)
        }
        // Between two bounds without parts of a microsecond there may be one with them.
        (DataType::Timestamp(from, _), DataType::Timestamp(to, _)) if from > to => false,
        _ => changed(bounds, to).is_ok_and(|changed| changed.is_none()),
    }
}
