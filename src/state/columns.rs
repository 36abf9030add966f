//! What was folded, as bytes: one row of each column of a partial state, little-endian.
//!
//! A number is its bytes. A list is the number of its elements (8 bytes), whether any is NULL (1 byte, and
//! if so a bit each, the lowest first, 1 where there is a value), and the elements: numbers one after the
//! other, Booleans a bit each, byte strings all lengths (4 bytes each) and then all bytes.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Decimal128Array, Decimal256Array, Float64Array,
    LargeBinaryArray, PrimitiveArray, UInt32Array, UInt64Array,
};
use datafusion::arrow::buffer::{BooleanBuffer, Buffer, NullBuffer, OffsetBuffer};
use datafusion::arrow::datatypes::{
    ArrowPrimitiveType, DataType, Decimal128Type, Decimal256Type, Float64Type, UInt32Type,
    UInt64Type, i256,
};

use super::bytes::Bytes;
use super::error::{StateError, damaged};
use crate::fold::keys::lists::list_of;

/// Appends one row of a column.
pub fn write(out: &mut Vec<u8>, column: &ArrayRef, row: usize) -> Result<(), StateError> {
    let Some(lists) = column.as_list_opt::<i64>() else {
        return write_values(out, &column.slice(row, 1));
    };
    let elements = lists.value(row);
    out.extend((elements.len() as u64).to_le_bytes());
    let nulls = elements.nulls().filter(|nulls| nulls.null_count() > 0);
    out.push(nulls.is_some().into());
    if let Some(nulls) = nulls {
        write_bits(out, nulls.inner());
    }
    write_values(out, &elements)
}

fn write_values(out: &mut Vec<u8>, values: &ArrayRef) -> Result<(), StateError> {
    match values.data_type() {
        DataType::UInt32 => write_numbers::<UInt32Type, 4>(out, values, u32::to_le_bytes),
        DataType::UInt64 => write_numbers::<UInt64Type, 8>(out, values, u64::to_le_bytes),
        DataType::Float64 => write_numbers::<Float64Type, 8>(out, values, f64::to_le_bytes),
        DataType::Decimal128(_, _) => {
            write_numbers::<Decimal128Type, 16>(out, values, i128::to_le_bytes);
        }
        DataType::Decimal256(_, _) => {
            write_numbers::<Decimal256Type, 32>(out, values, i256::to_le_bytes);
        }
        DataType::Boolean => write_bits(out, values.as_boolean().values()),
        DataType::LargeBinary => {
            let values = values.as_binary::<i64>();
            if values.null_count() == 0 {
                let lengths = values.offsets().lengths();
                out.extend(lengths.flat_map(|length| (length as u32).to_le_bytes()));
                let ends = values.value_offsets();
                let (first, last) = (ends[0] as usize, ends[values.len()] as usize);
                out.extend_from_slice(&values.value_data()[first..last]);
                return Ok(());
            }
            for value in values {
                let length = value.map_or(0, <[u8]>::len);
                out.extend((length as u32).to_le_bytes());
            }
            for value in values.iter().flatten() {
                out.extend(value);
            }
        }
        other => return Err(no_bytes(other)),
    }
    Ok(())
}

fn write_numbers<T: ArrowPrimitiveType, const N: usize>(
    out: &mut Vec<u8>,
    values: &ArrayRef,
    bytes: fn(T::Native) -> [u8; N],
) {
    let values = values.as_primitive::<T>();
    for row in 0..values.len() {
        // What stands in the place of a NULL is arbitrary, and equal states should have equal bytes.
        let value = if values.is_valid(row) {
            values.value(row)
        } else {
            T::Native::default()
        };
        out.extend(bytes(value));
    }
}

fn write_bits(out: &mut Vec<u8>, bits: &BooleanBuffer) {
    let from_zero = BooleanBuffer::collect_bool(bits.len(), |row| bits.value(row));
    let bytes = bits.len().div_ceil(8);
    out.extend(&from_zero.inner().as_slice()[..bytes]);
}

/// Reads a column of one row.
pub fn read(bytes: &mut Bytes, data_type: &DataType) -> Result<ArrayRef, StateError> {
    let DataType::LargeList(element) = data_type else {
        return read_values(bytes, data_type, 1, None);
    };
    let length = bytes.length()?;
    let nulls = match bytes.array()? {
        [0] => None,
        [1] => Some(NullBuffer::new(read_bits(bytes, length)?)),
        _ => return Err(damaged("it has a list of an unknown kind")),
    };
    let elements = read_values(bytes, element.data_type(), length, nulls)?;
    Ok(list_of([length], elements))
}

fn read_values(
    bytes: &mut Bytes,
    data_type: &DataType,
    length: usize,
    nulls: Option<NullBuffer>,
) -> Result<ArrayRef, StateError> {
    Ok(match data_type {
        DataType::UInt32 => {
            let values = bytes.arrays(length)?.iter().map(|v| u32::from_le_bytes(*v));
            Arc::new(UInt32Array::new(values.collect(), nulls))
        }
        DataType::UInt64 => {
            let values = bytes.arrays(length)?.iter().map(|v| u64::from_le_bytes(*v));
            Arc::new(UInt64Array::new(values.collect(), nulls))
        }
        DataType::Float64 => {
            let values = bytes.arrays(length)?.iter().map(|v| f64::from_le_bytes(*v));
            Arc::new(Float64Array::new(values.collect(), nulls))
        }
        DataType::Decimal128(_, _) => {
            let values = bytes
                .arrays(length)?
                .iter()
                .map(|v| i128::from_le_bytes(*v));
            let decimals: Decimal128Array = PrimitiveArray::new(values.collect(), nulls);
            Arc::new(decimals.with_data_type(data_type.clone()))
        }
        DataType::Decimal256(_, _) => {
            let values = bytes
                .arrays(length)?
                .iter()
                .map(|v| i256::from_le_bytes(*v));
            let decimals: Decimal256Array = PrimitiveArray::new(values.collect(), nulls);
            Arc::new(decimals.with_data_type(data_type.clone()))
        }
        DataType::Boolean => Arc::new(BooleanArray::new(read_bits(bytes, length)?, nulls)),
        DataType::LargeBinary => {
            let lengths = bytes.arrays(length)?;
            let lengths = lengths.iter().map(|v| u32::from_le_bytes(*v) as usize);
            let total = lengths.clone().try_fold(0_usize, usize::checked_add);
            let total = total.ok_or_else(|| damaged("it has an impossible length"))?;
            let values = Buffer::from(bytes.take(total)?);
            let offsets = OffsetBuffer::from_lengths(lengths);
            Arc::new(LargeBinaryArray::new(offsets, values, nulls))
        }
        other => return Err(no_bytes(other)),
    })
}

fn read_bits(bytes: &mut Bytes, length: usize) -> Result<BooleanBuffer, StateError> {
    let packed = Buffer::from(bytes.take(length.div_ceil(8))?);
    Ok(BooleanBuffer::new(packed, 0, length))
}

/// What folds keep is of the types above. One that keeps another must give it a form on the disk.
fn no_bytes(data_type: &DataType) -> StateError {
    StateError::Arithmetic(format!(
        "the format of states has no bytes for columns of type {data_type}"
    ))
}
