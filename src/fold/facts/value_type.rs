//! The types of values and of sums: what a call gives for arguments of given types.

use std::sync::Arc;

use datafusion::arrow::datatypes::{
    DECIMAL128_MAX_PRECISION, DECIMAL256_MAX_PRECISION, DataType, Field, Fields,
};
use datafusion::arrow::error::ArrowError;

use super::call::{UnboundCall, plain_type};
use crate::define::Finish;

/// The type of the value.
pub fn value_type(call: &UnboundCall) -> Result<DataType, ArrowError> {
    match call.form.finish {
        Finish::Percent
        | Finish::Mean
        | Finish::MeanDays
        | Finish::MedianDays
        | Finish::MeanYears
        | Finish::PercentDifference
        | Finish::Lift
        | Finish::SumShare(_, _)
        | Finish::DistinctPerEntity(_)
        | Finish::Retention { .. }
        | Finish::LifetimeValue { .. }
        | Finish::OutsideBasketShare(_) => Ok(DataType::Float64),
        Finish::Count => Ok(DataType::Int64),
        Finish::Mix(item) => Ok(mix_type(&call.arg_types[item])),
        Finish::SumPerEntity(total) => quotient_type(&call.arg_types[total.amount]),
        Finish::Sum(total) | Finish::OutsideBasket(total) => {
            sum_type(&call.arg_types[total.amount])
        }
        Finish::MeanAmount(total) => mean_type(&call.arg_types[total.amount]),
    }
}

/// The type in which amounts of a type are added.
pub(in crate::fold) fn addable(data_type: &DataType) -> Result<DataType, ArrowError> {
    Ok(match plain_type(data_type) {
        integer if integer.is_integer() => DataType::Decimal128(20, 0),
        DataType::Decimal32(precision, scale) | DataType::Decimal64(precision, scale) => {
            DataType::Decimal128(*precision, *scale)
        }
        decimal @ (DataType::Decimal128(_, _) | DataType::Decimal256(_, _)) => decimal.clone(),
        DataType::Null => DataType::Float64,
        float if float.is_floating() => DataType::Float64,
        other => {
            return Err(ArrowError::InvalidArgumentError(format!(
                "{other} cannot be added up"
            )));
        }
    })
}

/// The type of a sum, by DataFusion's rules: ten more digits for a decimal, 64 bits for an integer.
pub fn sum_type(data_type: &DataType) -> Result<DataType, ArrowError> {
    Ok(match plain_type(data_type) {
        integer if integer.is_unsigned_integer() => DataType::UInt64,
        integer if integer.is_integer() => DataType::Int64,
        other => wider(&addable(other)?, 10, 0),
    })
}

/// The type of a mean amount, by DataFusion's rules: four more digits after the point of a decimal.
pub fn mean_type(data_type: &DataType) -> Result<DataType, ArrowError> {
    Ok(match plain_type(data_type) {
        integer if integer.is_integer() => DataType::Float64,
        other => wider(&addable(other)?, 4, 4),
    })
}

/// The type of a sum divided by a number of entities: a sum, and then a mean. The sum over all rows of
/// an entity can be larger than any amount, so the rule for a mean alone would not do.
pub fn quotient_type(data_type: &DataType) -> Result<DataType, ArrowError> {
    Ok(match plain_type(data_type) {
        integer if integer.is_integer() => DataType::Float64,
        other => wider(&addable(other)?, 14, 4),
    })
}

/// A decimal type with more digits, as far as there are any; other types as they are.
fn wider(data_type: &DataType, precision: u8, scale: i8) -> DataType {
    let widen = |p: u8, s: i8, max: u8| (max.min(p + precision), s.max((max as i8).min(s + scale)));
    match *data_type {
        DataType::Decimal128(p, s) => {
            let (p, s) = widen(p, s, DECIMAL128_MAX_PRECISION);
            DataType::Decimal128(p, s)
        }
        DataType::Decimal256(p, s) => {
            let (p, s) = widen(p, s, DECIMAL256_MAX_PRECISION);
            DataType::Decimal256(p, s)
        }
        _ => data_type.clone(),
    }
}

/// The type of [`Finish::Mix`].
pub fn mix_type(item: &DataType) -> DataType {
    DataType::List(Arc::new(Field::new_list_field(
        DataType::Struct(mix_fields(plain_type(item))),
        true,
    )))
}

pub(in crate::fold) fn mix_fields(item: &DataType) -> Fields {
    Fields::from(vec![
        Field::new("product", item.clone(), true),
        Field::new("customers", DataType::Int64, true),
        Field::new("share", DataType::Float64, true),
    ])
}
