//! Types of up to eight bytes: the code is the value, turned so that codes order as the values do.

use std::sync::Arc;

use datafusion::arrow::array::*;
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::*;
use datafusion::arrow::error::ArrowError;

/// Codes of a type of up to eight bytes, in the order of its values.
pub(in crate::fold) fn fixed_codes(array: &ArrayRef) -> Result<Vec<u64>, ArrowError> {
    use TimeUnit::*;
    Ok(match array.data_type() {
        DataType::Boolean => array.as_boolean().values().iter().map(u64::from).collect(),
        DataType::Int8 => signed::<Int8Type>(array),
        DataType::Int16 => signed::<Int16Type>(array),
        DataType::Int32 => signed::<Int32Type>(array),
        DataType::Int64 => signed::<Int64Type>(array),
        DataType::UInt8 => each::<UInt8Type>(array, u64::from),
        DataType::UInt16 => each::<UInt16Type>(array, u64::from),
        DataType::UInt32 => each::<UInt32Type>(array, u64::from),
        DataType::UInt64 => each::<UInt64Type>(array, |code| code),
        DataType::Float16 => each::<Float16Type>(array, |x| float_code(x.to_f64())),
        DataType::Float32 => each::<Float32Type>(array, |x| float_code(x.into())),
        DataType::Float64 => each::<Float64Type>(array, float_code),
        DataType::Date32 => signed::<Date32Type>(array),
        DataType::Date64 => signed::<Date64Type>(array),
        DataType::Time32(Second) => signed::<Time32SecondType>(array),
        DataType::Time32(Millisecond) => signed::<Time32MillisecondType>(array),
        DataType::Time64(Microsecond) => signed::<Time64MicrosecondType>(array),
        DataType::Time64(Nanosecond) => signed::<Time64NanosecondType>(array),
        DataType::Timestamp(Second, _) => signed::<TimestampSecondType>(array),
        DataType::Timestamp(Millisecond, _) => signed::<TimestampMillisecondType>(array),
        DataType::Timestamp(Microsecond, _) => signed::<TimestampMicrosecondType>(array),
        DataType::Timestamp(Nanosecond, _) => signed::<TimestampNanosecondType>(array),
        DataType::Duration(Second) => signed::<DurationSecondType>(array),
        DataType::Duration(Millisecond) => signed::<DurationMillisecondType>(array),
        DataType::Duration(Microsecond) => signed::<DurationMicrosecondType>(array),
        DataType::Duration(Nanosecond) => signed::<DurationNanosecondType>(array),
        DataType::Decimal32(_, _) => signed::<Decimal32Type>(array),
        DataType::Decimal64(_, _) => signed::<Decimal64Type>(array),
        other => return Err(unexpected(other)),
    })
}

fn each<T: ArrowPrimitiveType>(array: &ArrayRef, code: impl Fn(T::Native) -> u64) -> Vec<u64> {
    let values = array.as_primitive::<T>().values();
    values.iter().map(|value| code(*value)).collect()
}

/// Flipping the sign bit makes two's complement order like unsigned numbers.
fn signed<T: ArrowPrimitiveType<Native: Into<i64>>>(array: &ArrayRef) -> Vec<u64> {
    each::<T>(array, |value| (value.into() as u64) ^ (1 << 63))
}

/// Floats in arrow's total order, NaN last. GROUP BY takes both zeros for equal, and adding zero makes
/// them so; it does not unite NaNs of different bits.
fn float_code(value: f64) -> u64 {
    let bits = (value + 0.0).to_bits();
    if bits >> 63 == 1 {
        !bits
    } else {
        bits | (1 << 63)
    }
}

/// The values of a type of up to eight bytes behind their codes: what [`fixed_codes`] did, undone.
pub(in crate::fold) fn fixed_values(
    codes: impl ExactSizeIterator<Item = u64>,
    data_type: &DataType,
) -> Result<ArrayRef, ArrowError> {
    let signed = |code: u64| (code ^ (1 << 63)) as i64;
    Ok(match data_type {
        DataType::Boolean => Arc::new(codes.map(|code| Some(code == 1)).collect::<BooleanArray>()),
        DataType::Decimal32(_, _) => Arc::new(
            Decimal32Array::from_iter_values(codes.map(|code| signed(code) as i32))
                .with_data_type(data_type.clone()),
        ),
        DataType::Decimal64(_, _) => Arc::new(
            Decimal64Array::from_iter_values(codes.map(signed)).with_data_type(data_type.clone()),
        ),
        float if float.is_floating() => {
            let values = codes.map(|code| match code >> 63 {
                1 => f64::from_bits(code & !(1 << 63)),
                _ => f64::from_bits(!code),
            });
            cast(&Float64Array::from_iter_values(values), data_type)?
        }
        unsigned if unsigned.is_unsigned_integer() => {
            cast(&UInt64Array::from_iter_values(codes), data_type)?
        }
        DataType::Date32 | DataType::Time32(_) => {
            let values = Int32Array::from_iter_values(codes.map(|code| signed(code) as i32));
            cast(&values, data_type)?
        }
        // A time of day has its zone's clock only for show; the number is the instant.
        DataType::Timestamp(unit, Some(_)) => {
            let utc = DataType::Timestamp(*unit, Some("UTC".into()));
            let values = Int64Array::from_iter_values(codes.map(signed));
            cast(&cast(&values, &utc)?, data_type)?
        }
        _ => cast(&Int64Array::from_iter_values(codes.map(signed)), data_type)?,
    })
}

/// A type that no one has let in.
pub(in crate::fold) fn unexpected(data_type: &DataType) -> ArrowError {
    ArrowError::InvalidArgumentError(format!("a column changed its type to {data_type} midway"))
}
