//! Decimals of 16 and 32 bytes as byte strings that order like the values.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Decimal128Array, Decimal256Array};
use datafusion::arrow::datatypes::{DataType, i256};
use datafusion::arrow::error::ArrowError;

/// The bytes of a signed number, highest first, in the order of the numbers; and back.
pub(in crate::fold) fn turned<const N: usize>(mut bytes: [u8; N]) -> [u8; N] {
    bytes[0] ^= 0x80;
    bytes
}

/// Decimals from their turned bytes.
pub(in crate::fold) fn wide_values<'a>(
    values: impl Iterator<Item = &'a [u8]>,
    data_type: &DataType,
) -> Result<ArrayRef, ArrowError> {
    fn number<const N: usize>(bytes: &[u8]) -> Result<[u8; N], ArrowError> {
        bytes.try_into().map(turned).map_err(|_| {
            ArrowError::ComputeError(format!(
                "a decimal of {} bytes in place of {N}",
                bytes.len()
            ))
        })
    }
    Ok(match data_type {
        DataType::Decimal256(_, _) => {
            let values = values.map(|v| number(v).map(i256::from_be_bytes));
            let decimals = Decimal256Array::from(values.collect::<Result<Vec<_>, _>>()?);
            Arc::new(decimals.with_data_type(data_type.clone()))
        }
        _ => {
            let values = values.map(|v| number(v).map(i128::from_be_bytes));
            let decimals = Decimal128Array::from(values.collect::<Result<Vec<_>, _>>()?);
            Arc::new(decimals.with_data_type(data_type.clone()))
        }
    })
}
