//! Which rows count, and what is left of columns and numbers then.

use datafusion::arrow::array::{Array, ArrayRef, BooleanArray};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::compute::{and, filter, is_not_null};
use datafusion::arrow::error::ArrowError;

/// The rows that a mask leaves.
pub(in crate::fold) fn filtered(
    columns: &[ArrayRef],
    mask: &BooleanArray,
) -> Result<Vec<ArrayRef>, ArrowError> {
    columns.iter().map(|column| filter(column, mask)).collect()
}

/// The same of numbers.
pub(in crate::fold) fn chosen<T: Copy>(numbers: &[T], mask: &BooleanArray) -> Vec<T> {
    let numbers = numbers.iter().zip(mask.values());
    numbers
        .filter_map(|(number, counts)| counts.then_some(*number))
        .collect()
}

/// Which rows count: the condition holds and no required argument is NULL. `None` if all do.
pub(in crate::fold) fn rows_that_count(
    args: &[ArrayRef],
    required: &[usize],
    condition: Option<&BooleanArray>,
) -> Result<Option<BooleanArray>, ArrowError> {
    let nulls = required.iter().fold(None, |nulls, arg| {
        NullBuffer::union(nulls.as_ref(), args[*arg].logical_nulls().as_ref())
    });
    let valid = nulls
        .filter(|nulls| nulls.null_count() > 0)
        .map(|nulls| BooleanArray::new(nulls.into_inner(), None));
    // A NULL condition is false.
    let holds = match condition {
        Some(condition) if condition.null_count() > 0 => Some(and(
            &is_not_null(condition)?,
            &BooleanArray::new(condition.values().clone(), None),
        )?),
        other => other.cloned(),
    };
    Ok(match (valid, holds) {
        (Some(valid), Some(holds)) => Some(and(&valid, &holds)?),
        (one, other) => one.or(other),
    })
}
