//! What the intervals of a query are to cover, as an argument, so that a plan has with it what was asked for, wherever it runs.
//!
//! It stands last in a call, and no name of a column has it. A call without it has intervals of 95 %.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array, StructArray};
use datafusion::arrow::datatypes::{DataType, Field, Fields, Float64Type};
use datafusion::common::{ScalarValue, plan_err};
use datafusion::error::Result;
use datafusion::logical_expr::{ColumnarValue, Expr};

use crate::statistics::Confidence;

fn fields() -> Fields {
    Fields::from(vec![Field::new("confidence", DataType::Float64, false)])
}

/// Whether an argument is of the type that it has, which nothing else has.
pub fn is_confidence(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Struct(given) if *given == fields())
}

/// It as a value.
pub fn value(confidence: Confidence) -> ScalarValue {
    let share: ArrayRef = Arc::new(Float64Array::from(vec![confidence.share()]));
    ScalarValue::Struct(Arc::new(StructArray::new(fields(), vec![share], None)))
}

/// What such a value says.
pub fn of_value(value: &ScalarValue) -> Result<Confidence> {
    let share = match value {
        ScalarValue::Struct(array) if is_confidence(array.data_type()) && array.is_valid(0) => {
            Some(array.column(0).as_primitive::<Float64Type>().value(0))
        }
        _ => None,
    };
    match share.and_then(Confidence::of_share) {
        Some(confidence) => Ok(confidence),
        None => plan_err!(
            "the confidence of a call is above 0.5 and below 1, and not {value}. Example: SET kpi.confidence = 90"
        ),
    }
}

/// The types of the arguments before it.
pub fn types_before(types: &[DataType]) -> &[DataType] {
    match types.split_last() {
        Some((last, before)) if is_confidence(last) => before,
        _ => types,
    }
}

/// What the arguments of a scalar function say, which have it as a value of its own or not at all.
pub fn of_args(args: &[ColumnarValue]) -> Result<Confidence> {
    match args.last() {
        Some(last) if is_confidence(&last.data_type()) => match last {
            ColumnarValue::Scalar(value) => of_value(value),
            ColumnarValue::Array(array) if array.is_empty() => Ok(Confidence::default()),
            ColumnarValue::Array(array) => of_value(&ScalarValue::try_from_array(array, 0)?),
        },
        _ => Ok(Confidence::default()),
    }
}

/// The name that the column of a scalar function has before it is there.
pub fn name_of(function: &str, args: &[Expr]) -> String {
    let args = args_before(args).iter();
    let names: Vec<String> = args.map(|arg| arg.schema_name().to_string()).collect();
    format!("{function}({})", names.join(","))
}

/// The arguments of a call before it.
pub fn args_before(args: &[Expr]) -> &[Expr] {
    match args.split_last() {
        Some((last, before)) if is_bound(last) => before,
        _ => args,
    }
}

fn is_bound(arg: &Expr) -> bool {
    matches!(arg, Expr::Literal(value, _) if is_confidence(&value.data_type()))
}
