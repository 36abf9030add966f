//! Columns of Python's own values, as rows in memory.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch, new_empty_array};
use datafusion::arrow::datatypes::{
    DECIMAL128_MAX_PRECISION, DECIMAL256_MAX_PRECISION, DataType, Field, Schema, TimeUnit,
};
use datafusion::common::ScalarValue;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{
    PyBytes, PyDateTime, PyDelta, PyDict, PyList, PyMapping, PyRange, PySet, PyString, PyTuple,
};

use crate::batches::Batches;
use crate::parameters;

/// The rows of `{"name": [values]}`, if the columns are lists of Python's own plain values; None if they are something else.
#[pyfunction]
pub fn columns(what: &str, columns: &Bound<'_, PyDict>) -> PyResult<Option<Batches>> {
    let mut fields = vec![];
    let mut arrays = vec![];
    for (name, values) in columns.iter() {
        let Ok(name) = name.extract::<String>() else {
            let kind = name.get_type().fully_qualified_name()?;
            return Err(PyTypeError::new_err(format!(
                "{what}: the names of columns are texts; got {}, a {kind}",
                name.repr()?
            )));
        };
        let is_list = values.is_instance_of::<PyList>()
            || values.is_instance_of::<PyTuple>()
            || values.is_instance_of::<PyRange>();
        let is_no_column = values.is_instance_of::<PyString>()
            || values.is_instance_of::<PyBytes>()
            || values.cast::<PyMapping>().is_ok()
            || values.is_instance_of::<PySet>();
        if is_no_column || !is_list && values.try_iter().is_err() {
            let kind = values.get_type().name()?;
            return Err(PyTypeError::new_err(format!(
                "{what}: column {name} is a {kind}, and a column is a list of values: {{\"{name}\": [...]}}"
            )));
        }
        if !is_list {
            return Ok(None);
        }
        let Some(array) = column(&format!("{what}: column {name}"), &values)? else {
            return Ok(None);
        };
        fields.push(Field::new(name, array.data_type().clone(), true));
        arrays.push(array);
    }
    let lengths: Vec<_> = arrays.iter().map(|array| array.len()).collect();
    if lengths.iter().any(|length| *length != lengths[0]) {
        let told = fields.iter().zip(&lengths);
        let told = told.map(|(field, length)| format!("{} has {length}", field.name()));
        return Err(PyValueError::new_err(format!(
            "{what}: the columns of a table have the same number of values, and {}",
            told.collect::<Vec<_>>().join(", ")
        )));
    }
    let schema = Arc::new(Schema::new(fields));
    if arrays.is_empty() {
        return Err(PyValueError::new_err(format!(
            "{what}: a table has columns, and this dictionary is empty"
        )));
    }
    let batch = RecordBatch::try_new(Arc::clone(&schema), arrays);
    let batch = batch.map_err(|e| PyValueError::new_err(format!("{what}: {e}")))?;
    Ok(Some(Batches::plain(schema, vec![batch])))
}

/// The values of one column; None if one of them is of no plain type.
fn column(what: &str, values: &Bound<'_, PyAny>) -> PyResult<Option<ArrayRef>> {
    let mut scalars = vec![];
    // The type so far, and the first row that has it.
    let mut known: Option<(DataType, usize)> = None;
    for (row, value) in values.try_iter()?.enumerate() {
        let value = value?;
        let Some(scalar) = scalar(&format!("{what}[{row}]"), &value)? else {
            return Ok(None);
        };
        if !scalar.is_null() {
            let own = scalar.data_type();
            known = Some(match known {
                None => (own, row),
                Some((data_type, first)) => match common(&data_type, &own) {
                    Some(data_type) => (data_type, first),
                    None => return Err(mixed(what, values, first, row)?),
                },
            });
        }
        scalars.push(scalar);
    }
    let data_type = known.map_or(DataType::Null, |(data_type, _)| data_type);
    if scalars.is_empty() {
        return Ok(Some(new_empty_array(&data_type)));
    }
    let cast = scalars.iter().enumerate().map(|(row, scalar)| {
        let place = || format!("{what}[{row}]");
        if let (ScalarValue::Int64(Some(number)), DataType::Float64) = (scalar, &data_type)
            && number.unsigned_abs() > MOST_EXACT
        {
            return Err(PyValueError::new_err(format!(
                "{}: {number} stands among floats, and has more digits than a float keeps",
                place()
            )));
        }
        let cast = scalar.cast_to(&data_type);
        cast.map_err(|e| PyValueError::new_err(format!("{}: {e}", place())))
    });
    let cast = cast.collect::<PyResult<Vec<_>>>()?;
    let array = ScalarValue::iter_to_array(cast);
    array
        .map(Some)
        .map_err(|e| PyValueError::new_err(format!("{what}: {e}")))
}

/// Up to here a float has every whole number.
const MOST_EXACT: u64 = 1 << 53;

fn scalar(place: &str, value: &Bound<'_, PyAny>) -> PyResult<Option<ScalarValue>> {
    let is_other = |is: bool, exact: bool| is && !exact;
    if is_other(
        value.is_instance_of::<PyDateTime>(),
        value.is_exact_instance_of::<PyDateTime>(),
    ) || is_other(
        value.is_instance_of::<PyDelta>(),
        value.is_exact_instance_of::<PyDelta>(),
    ) {
        // Those of pandas have nanoseconds, and one that is no time.
        return Ok(None);
    }
    if value.is_instance_of::<PyDelta>() {
        let get = |part| value.getattr(part)?.extract::<i64>();
        let seconds = get("days")? * 86_400 + get("seconds")?;
        let micros = seconds * 1_000_000 + get("microseconds")?;
        return Ok(Some(ScalarValue::DurationMicrosecond(Some(micros))));
    }
    parameters::scalar(place, value)
}

/// The type for values of both types, if there is one that loses nothing.
fn common(one: &DataType, other: &DataType) -> Option<DataType> {
    use DataType::{Decimal128, Decimal256, Float64, Int64, Timestamp};
    /// The most digits of a whole number of 64 bits.
    const OF_INT: u8 = 19;
    if one == other {
        return Some(one.clone());
    }
    let digits = |data_type: &DataType| match data_type {
        Int64 => Some((OF_INT, 0)),
        Decimal128(precision, scale) | Decimal256(precision, scale) => {
            let scale = u8::try_from(*scale).ok()?;
            Some((precision.saturating_sub(scale), scale))
        }
        _ => None,
    };
    match (one, other) {
        (Int64, Float64) | (Float64, Int64) => Some(Float64),
        // Instants are the same whatever their zone.
        (Timestamp(TimeUnit::Microsecond, Some(_)), Timestamp(TimeUnit::Microsecond, Some(_))) => {
            Some(Timestamp(TimeUnit::Microsecond, Some("UTC".into())))
        }
        _ => {
            let ((whole, scale), (other_whole, other_scale)) = (digits(one)?, digits(other)?);
            let scale = scale.max(other_scale);
            let precision = whole.max(other_whole) + scale;
            let signed = i8::try_from(scale).ok()?;
            if precision <= DECIMAL128_MAX_PRECISION {
                return Some(Decimal128(precision, signed));
            }
            (precision <= DECIMAL256_MAX_PRECISION).then_some(Decimal256(precision, signed))
        }
    }
}

/// The error for two values that have no type in common.
fn mixed(what: &str, values: &Bound<'_, PyAny>, first: usize, row: usize) -> PyResult<PyErr> {
    let told = |row: usize| {
        let value = values.get_item(row)?;
        let kind = value.get_type().name()?;
        Ok::<_, PyErr>(format!("{} in row {row} is a {kind}", value.repr()?))
    };
    Ok(PyTypeError::new_err(format!(
        "{what} has values of two types, and a column of a table has one: {}, {}",
        told(first)?,
        told(row)?
    )))
}
