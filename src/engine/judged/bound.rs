//! The benchmarks of a query as an argument, so that a plan has with it what its values are judged by, wherever it runs.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, Float64Array, ListArray, StringArray, StructArray,
};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Fields, Float64Type};
use datafusion::common::{ScalarValue, internal_err};
use datafusion::error::Result;
use datafusion::logical_expr::ColumnarValue;

use super::row::BenchmarkRow;

/// What a verdict depends on.
fn fields() -> Fields {
    let text = |name, nullable| Field::new(name, DataType::Utf8, nullable);
    let number = |name| Field::new(name, DataType::Float64, true);
    Fields::from(vec![
        text("kpi", false),
        text("industry", true),
        text("band", false),
        number("low"),
        number("high"),
    ])
}

fn element() -> FieldRef {
    Arc::new(Field::new("benchmark", DataType::Struct(fields()), false))
}

/// Whether an argument is of the type that benchmarks have, which nothing else has.
pub fn are_benchmarks(data_type: &DataType) -> bool {
    *data_type == DataType::List(element())
}

/// These rows as a value.
pub fn value<'a>(rows: impl Iterator<Item = &'a BenchmarkRow>) -> ScalarValue {
    let rows: Vec<&BenchmarkRow> = rows.collect();
    let rows = || rows.iter().copied();
    let columns: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from_iter_values(rows().map(|row| &row.kpi))),
        Arc::new(StringArray::from_iter(
            rows().map(|row| row.industry.as_deref()),
        )),
        Arc::new(StringArray::from_iter_values(rows().map(|row| &row.band))),
        Arc::new(Float64Array::from_iter(rows().map(|row| row.low))),
        Arc::new(Float64Array::from_iter(rows().map(|row| row.high))),
    ];
    let rows = StructArray::new(fields(), columns, None);
    let offsets = OffsetBuffer::from_lengths([rows.len()]);
    let list = ListArray::new(element(), offsets, Arc::new(rows), None);
    ScalarValue::List(Arc::new(list))
}

/// The rows of such a value.
pub fn rows(value: &ColumnarValue) -> Result<Vec<BenchmarkRow>> {
    let ColumnarValue::Scalar(ScalarValue::List(list)) = value else {
        return internal_err!("the benchmarks of a query are the same for all of its rows");
    };
    let list = list.value(0);
    let (Some(rows), true) = (list.as_struct_opt(), are_rows(list.data_type())) else {
        return internal_err!("benchmarks are {}, and not {}", element(), list.data_type());
    };
    let text = |column: usize, row: usize| {
        let texts = rows.column(column).as_string::<i32>();
        texts.is_valid(row).then(|| texts.value(row).to_string())
    };
    let number = |column: usize, row: usize| {
        let numbers = rows.column(column).as_primitive::<Float64Type>();
        numbers.is_valid(row).then(|| numbers.value(row))
    };
    let rows = (0..rows.len()).map(|row| BenchmarkRow {
        kpi: text(0, row).unwrap_or_default(),
        industry: text(1, row),
        band: text(2, row).unwrap_or_default(),
        low: number(3, row),
        high: number(4, row),
        note: None,
        source: None,
        year: None,
    });
    Ok(rows.collect())
}

fn are_rows(data_type: &DataType) -> bool {
    data_type == element().data_type()
}
