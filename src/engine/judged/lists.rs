//! The lists and structs that judging functions give.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array, ListArray, StructArray};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Fields, Float64Type};
use datafusion::error::Result;

use crate::engine::parts_array;
use crate::fold::value::parts::Parts;

/// Fields that may all be NULL.
pub fn fields(of: &[(&str, DataType)]) -> Fields {
    let fields = of.iter();
    fields
        .map(|(name, data_type)| Field::new(*name, data_type.clone(), true))
        .collect()
}

/// The type of a list of such structs.
pub fn list_of(fields: Fields) -> DataType {
    DataType::List(element(fields))
}

fn element(fields: Fields) -> FieldRef {
    Arc::new(Field::new_list_field(DataType::Struct(fields), true))
}

/// One list that has all these structs.
pub fn one_list(fields: Fields, columns: Vec<ArrayRef>) -> Result<ArrayRef> {
    let structs = StructArray::try_new(fields.clone(), columns, None)?;
    let offsets = OffsetBuffer::from_lengths([structs.len()]);
    Ok(Arc::new(ListArray::try_new(
        element(fields),
        offsets,
        Arc::new(structs),
        None,
    )?))
}

/// A column of numbers.
pub fn numbers<T>(of: &[T], number: impl Fn(&T) -> Option<f64>) -> ArrayRef {
    Arc::new(Float64Array::from_iter(of.iter().map(number)))
}

/// An argument as numbers; NaN is none.
pub fn as_numbers(column: &ArrayRef) -> Result<Vec<Option<f64>>> {
    let column = cast(column, &DataType::Float64)?;
    let numbers = column.as_primitive::<Float64Type>().iter();
    Ok(numbers
        .map(|number| number.filter(|number| !number.is_nan()))
        .collect())
}

/// An argument as parts.
pub fn as_parts(column: &ArrayRef) -> Result<Vec<Option<(String, Parts)>>> {
    match column.as_struct_opt() {
        Some(parts) => parts_array::read(parts),
        None => Ok(vec![None; column.len()]),
    }
}
