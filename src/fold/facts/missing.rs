//! Floats that are no values: NaN counts as NULL, and an infinity cannot be added up.

use std::borrow::Cow;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, PrimitiveArray};
use datafusion::arrow::buffer::{BooleanBuffer, NullBuffer};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float16Type, Float32Type, Float64Type};
use datafusion::arrow::error::ArrowError;

use crate::define::Kind;
use crate::fold::facts::call::{Call, plain_type};

/// Columns with NULL wherever they have NaN.
pub fn without_nan(columns: &[ArrayRef]) -> Result<Cow<'_, [ArrayRef]>, ArrowError> {
    let mut without = Cow::Borrowed(columns);
    for (position, column) in columns.iter().enumerate() {
        if let Some(column) = nan_as_null(column)? {
            without.to_mut()[position] = column;
        }
    }
    Ok(without)
}

/// A column with NULL in place of NaN, if it has any.
fn nan_as_null(column: &ArrayRef) -> Result<Option<ArrayRef>, ArrowError> {
    Ok(match column.data_type() {
        DataType::Float16 => numbers_of::<Float16Type>(column, |float| float.is_nan()),
        DataType::Float32 => numbers_of::<Float32Type>(column, f32::is_nan),
        DataType::Float64 => numbers_of::<Float64Type>(column, f64::is_nan),
        encoded if !plain_type(encoded).is_floating() => None,
        DataType::Dictionary(_, _) => {
            let dictionary = column.as_any_dictionary();
            let values = nan_as_null(dictionary.values())?;
            values.map(|values| dictionary.with_values(values))
        }
        run_ends => nan_as_null(&cast(column, plain_type(run_ends))?)?,
    })
}

fn numbers_of<T: ArrowPrimitiveType>(
    column: &ArrayRef,
    is_nan: fn(T::Native) -> bool,
) -> Option<ArrayRef> {
    let floats = column.as_primitive::<T>();
    let values = floats.values();
    // Without a branch, as hardly any batch has one.
    let has_nan = values.iter().fold(false, |has, float| has | is_nan(*float));
    has_nan.then(|| {
        let numbers = BooleanBuffer::collect_bool(values.len(), |row| !is_nan(values[row]));
        let nulls = NullBuffer::union(floats.nulls(), Some(&NullBuffer::new(numbers)));
        Arc::new(PrimitiveArray::<T>::new(values.clone(), nulls)) as ArrayRef
    })
}

/// Refuses amounts and scores that are infinite, in rows that count.
pub fn check_finite(call: &Call, args: &[ArrayRef]) -> Result<(), ArrowError> {
    for (position, (arg, column)) in call.form.args.iter().zip(args).enumerate() {
        let noun = match arg.kind {
            Kind::Amount => "an amount",
            Kind::Score => "a score",
            _ => continue,
        };
        if let Some(infinity) = infinity(column)? {
            return Err(ArrowError::ComputeError(format!(
                "argument {} ({}) has the value {infinity}, and {noun} must be finite; leave such rows out with \
                 FILTER (WHERE abs({}) < 1e300)",
                position + 1,
                arg.name,
                arg.column
            )));
        }
    }
    Ok(())
}

/// An infinite value of a column, if it has one.
fn infinity(column: &ArrayRef) -> Result<Option<f64>, ArrowError> {
    let plain = plain_type(column.data_type());
    if !plain.is_floating() {
        return Ok(None);
    }
    let plain = cast(column, plain)?;
    // Of the widest type, so that the finite ones of all types are so still.
    let is_infinite = match plain.data_type() {
        DataType::Float64 => any::<Float64Type>(&plain, f64::is_infinite),
        DataType::Float32 => any::<Float32Type>(&plain, f32::is_infinite),
        _ => any::<Float16Type>(&plain, |float| float.is_infinite()),
    };
    if !is_infinite {
        return Ok(None);
    }
    let floats = cast(&plain, &DataType::Float64)?;
    let mut floats = floats.as_primitive::<Float64Type>().iter().flatten();
    Ok(floats.find(|float| float.is_infinite()))
}

/// Whether any value has this property, those in the place of a NULL included.
fn any<T: ArrowPrimitiveType>(column: &ArrayRef, has: fn(T::Native) -> bool) -> bool {
    let values = column.as_primitive::<T>().values();
    values.iter().fold(false, |any, float| any | has(*float))
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::array::{DictionaryArray, Float32Array, Float64Array, Int64Array};
    use datafusion::arrow::datatypes::Int32Type;

    use super::*;

    fn nulls(column: &ArrayRef) -> Vec<bool> {
        let without = without_nan(std::slice::from_ref(column)).unwrap();
        let nulls = without[0].logical_nulls();
        (0..column.len())
            .map(|row| nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)))
            .collect()
    }

    #[test]
    fn nan_is_null_and_null_stays_null() {
        let floats: ArrayRef = Arc::new(Float64Array::from(vec![
            Some(1.0),
            Some(f64::NAN),
            None,
            Some(-f64::NAN),
            Some(f64::INFINITY),
        ]));
        assert_eq!(nulls(&floats), [false, true, true, true, false]);
        let narrow: ArrayRef = Arc::new(Float32Array::from(vec![f32::NAN, 2.0]));
        assert_eq!(nulls(&narrow), [true, false]);
        let half = cast(&narrow, &DataType::Float16).unwrap();
        assert_eq!(nulls(&half), [true, false]);
        let keys =
            datafusion::arrow::array::Int32Array::from(vec![Some(0), Some(1), None, Some(0)]);
        let dictionary: ArrayRef =
            Arc::new(DictionaryArray::<Int32Type>::new(keys, narrow.clone()));
        assert_eq!(nulls(&dictionary), [true, false, true, true]);
    }

    #[test]
    fn columns_without_nan_are_not_copied() {
        let columns: [ArrayRef; 2] = [
            Arc::new(Float64Array::from(vec![1.0, f64::INFINITY])),
            Arc::new(Int64Array::from(vec![1, 2])),
        ];
        assert!(matches!(without_nan(&columns).unwrap(), Cow::Borrowed(_)));
    }

    #[test]
    fn what_stands_in_the_place_of_a_null_is_no_infinity() {
        let values = vec![f64::INFINITY, 1.0].into();
        let floats = Float64Array::new(values, Some(NullBuffer::from(vec![false, true])));
        assert_eq!(infinity(&(Arc::new(floats) as ArrayRef)).unwrap(), None);
        let floats: ArrayRef = Arc::new(Float32Array::from(vec![1.0, f32::NEG_INFINITY]));
        assert_eq!(infinity(&floats).unwrap(), Some(f64::NEG_INFINITY));
    }
}
