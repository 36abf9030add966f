//! The argument that must be written out in a call, such as the number of years in `clv`: where it stands, and its value.

use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::{ColumnarValue, Expr};
use datafusion::physical_expr::PhysicalExpr;

use super::function::KpiFunction;
use crate::define::{Form, Kind};

/// Where it stands in a form, if it has one.
pub fn literal_position(form: &Form) -> Option<usize> {
    form.args.iter().position(|arg| arg.kind.is_literal())
}

/// The value of the argument of a planned call that must be written out, for a form that has one.
pub fn written_literal(function: KpiFunction, form: &Form, args: &[Expr]) -> Result<Option<f64>> {
    let Some(position) = literal_position(form) else {
        return Ok(None);
    };
    let value = match args[position].clone().unalias_nested().data {
        Expr::Literal(value, _) => Some(value),
        _ => None,
    };
    literal(function, form, position, value.as_ref()).map(Some)
}

/// The value of an expression that needs no row. Evaluating it, rather than looking for a literal,
/// also works for expressions that come from another library.
pub fn constant(expr: &Arc<dyn PhysicalExpr>, no_rows: RecordBatch) -> Option<ScalarValue> {
    match expr.evaluate(&no_rows) {
        Ok(ColumnarValue::Scalar(value)) => Some(value),
        _ => None,
    }
}

/// The value of an argument that is written out in the call.
pub fn literal(
    function: KpiFunction,
    form: &Form,
    position: usize,
    value: Option<&ScalarValue>,
) -> Result<f64> {
    let number = value
        .and_then(|value| value.cast_to(&DataType::Float64).ok())
        .and_then(|value| match value {
            ScalarValue::Float64(number) => number,
            _ => None,
        });
    let (fits, expected): (fn(f64) -> bool, _) = match form.args[position].kind {
        Kind::AtLeast => (
            |n| n >= 1.0 && n.fract() == 0.0,
            "a whole number of at least 1",
        ),
        Kind::Years
        // None of these is written out.
        | Kind::Entity
        | Kind::Item
        | Kind::Flag
        | Kind::Time
        | Kind::Tier
        | Kind::Date
        | Kind::Amount
        | Kind::Score => (|n| n > 0.0 && n.is_finite(), "a number above 0"),
    };
    if let Some(number) = number.filter(|number| fits(*number)) {
        return Ok(number);
    }
    let got = match value {
        Some(value) => value.to_string(),
        None => "an expression".to_string(),
    };
    Err(DataFusionError::Plan(format!(
        "{}: argument {} must be {expected}, written out in the call; got {got}. Example: {}",
        function.name(),
        position + 1,
        function.sample_call(form),
    )))
}
