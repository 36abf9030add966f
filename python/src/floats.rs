//! Decimals as floats, for those who cannot calculate with decimals.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array};
use datafusion::arrow::compute::{CastOptions, cast_with_options};
use datafusion::arrow::datatypes::{DECIMAL128_MAX_PRECISION, DataType, Decimal128Type};

/// Below this a float has the number of a decimal to its last digit: up to 15 digits come out of it as they went in.
const MOST: u128 = 1_000_000_000_000_000;

/// Powers of ten up to this one are floats themselves, so that a division is as exact as a float can be.
const MOST_DIGITS: i8 = 22;

pub fn is_decimal(data_type: &DataType) -> bool {
    scale(data_type).is_some()
}

fn scale(data_type: &DataType) -> Option<i8> {
    match data_type {
        DataType::Decimal32(_, scale)
        | DataType::Decimal64(_, scale)
        | DataType::Decimal128(_, scale)
        | DataType::Decimal256(_, scale) => Some(*scale),
        _ => None,
    }
}

/// The decimals as floats, if each is the same number; None of what is no decimal, too.
pub fn exact(decimals: &ArrayRef) -> Option<ArrayRef> {
    let scale = scale(decimals.data_type())?;
    if !(0..=MOST_DIGITS).contains(&scale) {
        return None;
    }
    let wide = DataType::Decimal128(DECIMAL128_MAX_PRECISION, scale);
    let strict = CastOptions {
        safe: false,
        ..CastOptions::default()
    };
    let wide = cast_with_options(decimals, &wide, &strict).ok()?;
    let wide = wide.as_primitive::<Decimal128Type>();
    if wide
        .iter()
        .flatten()
        .any(|value| value.unsigned_abs() >= MOST)
    {
        return None;
    }
    let unit = 10f64.powi(i32::from(scale));
    let floats: Float64Array = wide.unary(|value| value as f64 / unit);
    Some(Arc::new(floats))
}
