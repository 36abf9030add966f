//! `text_form`: what a text is, as a function for the queries of a check.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Int8Array};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::error::Result;
use datafusion::logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf};

use crate::tables::{TextForm, form_of};

/// What the queries call it.
pub(super) const NAME: &str = "text_form";

/// What it gives for a form.
pub(super) fn number_of(form: TextForm) -> i8 {
    match form {
        TextForm::Other => 0,
        TextForm::Blank => 1,
        TextForm::Nothing => 2,
        TextForm::Total => 3,
        TextForm::Number => 4,
        TextForm::Day => 5,
    }
}

pub(super) fn function() -> ScalarUDF {
    let forms = |arguments: &[ColumnarValue]| -> Result<ColumnarValue> {
        let texts: ArrayRef = match &arguments[0] {
            ColumnarValue::Array(texts) => Arc::clone(texts),
            ColumnarValue::Scalar(text) => {
                let form = text
                    .try_as_str()
                    .flatten()
                    .map(|text| number_of(form_of(text)));
                return Ok(ColumnarValue::Scalar(ScalarValue::Int8(form)));
            }
        };
        let texts = texts.as_string_view();
        let forms: Int8Array = (0..texts.len())
            .map(|row| {
                texts
                    .is_valid(row)
                    .then(|| number_of(form_of(texts.value(row))))
            })
            .collect();
        Ok(ColumnarValue::Array(Arc::new(forms)))
    };
    create_udf(
        NAME,
        vec![DataType::Utf8View],
        DataType::Int8,
        Volatility::Immutable,
        Arc::new(forms),
    )
}
