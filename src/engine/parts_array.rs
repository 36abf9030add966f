//! The STRUCT that `_parts` gives, and that `kpi_change` reads.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, AsArray, Float64Array, Int64Array, StringArray, StructArray,
};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, Fields, Float64Type, Int64Type};
use datafusion::error::{DataFusionError, Result};

use crate::fold::value::parts::Parts;

/// The numbers of the struct that may be NULL, in its order.
const NUMBERS: [&str; 6] = [
    "value",
    "numerator",
    "denominator",
    "std_error",
    "ci_low",
    "ci_high",
];

/// The counts of the struct.
const COUNTS: [&str; 2] = ["rows", "rows_ignored"];

/// The type of the struct.
pub fn data_type() -> DataType {
    DataType::Struct(fields())
}

fn fields() -> Fields {
    let number = |name: &&str| Field::new(*name, DataType::Float64, true);
    let count = |name: &&str| Field::new(*name, DataType::Int64, true);
    std::iter::once(Field::new("kpi", DataType::Utf8, true))
        .chain(NUMBERS.iter().map(number))
        .chain(COUNTS.iter().map(count))
        .collect()
}

/// The structs of some groups, each with the name of its KPI.
pub fn array(parts: impl Iterator<Item = Option<(&'static str, Parts)>>) -> StructArray {
    let parts: Vec<_> = parts.collect();
    let numbers = |number: fn(&Parts) -> Option<f64>| {
        let numbers = parts.iter().map(|parts| number(&parts.as_ref()?.1));
        Arc::new(Float64Array::from_iter(numbers)) as Arc<dyn Array>
    };
    let counts = |count: fn(&Parts) -> u64| {
        let counts = parts
            .iter()
            .map(|parts| Some(count(&parts.as_ref()?.1) as i64));
        Arc::new(Int64Array::from_iter(counts)) as Arc<dyn Array>
    };
    let kpis = parts.iter().map(|parts| Some(parts.as_ref()?.0));
    let columns: Vec<Arc<dyn Array>> = vec![
        Arc::new(StringArray::from_iter(kpis)),
        numbers(|parts| parts.value),
        numbers(|parts| parts.numerator),
        numbers(|parts| parts.denominator),
        numbers(|parts| parts.std_error),
        numbers(|parts| parts.ci_low),
        numbers(|parts| parts.ci_high),
        counts(|parts| parts.rows),
        counts(|parts| parts.rows_ignored),
    ];
    let nulls: NullBuffer = parts.iter().map(Option::is_some).collect();
    let nulls = Some(nulls).filter(|nulls| nulls.null_count() > 0);
    StructArray::new(fields(), columns, nulls)
}

/// Whether a struct has what [`read`] looks for.
pub fn are_parts(data_type: &DataType) -> bool {
    let DataType::Struct(given) = data_type else {
        return false;
    };
    let has = |name: &str| given.iter().any(|field| field.name() == name);
    has("kpi") && NUMBERS.iter().chain(&COUNTS).all(|name| has(name))
}

/// The structs of an array, wherever they come from: a query, or a file that was written by one.
pub fn read(array: &StructArray) -> Result<Vec<Option<(String, Parts)>>> {
    let column = |name: &str, data_type: DataType| {
        let column = array.column_by_name(name).ok_or_else(|| {
            DataFusionError::Plan(format!("a STRUCT of a _parts function has a field {name}"))
        })?;
        Ok::<_, DataFusionError>(cast(column, &data_type)?)
    };
    let kpis = column("kpi", DataType::Utf8)?;
    let kpis = kpis.as_string::<i32>();
    let numbers = NUMBERS
        .iter()
        .map(|name| column(name, DataType::Float64))
        .collect::<Result<Vec<_>>>()?;
    let counts = COUNTS
        .iter()
        .map(|name| column(name, DataType::Int64))
        .collect::<Result<Vec<_>>>()?;
    let rows = (0..array.len()).map(|row| {
        if array.is_null(row) || kpis.is_null(row) {
            return None;
        }
        let number = |position: usize| {
            let numbers = numbers[position].as_primitive::<Float64Type>();
            numbers.is_valid(row).then(|| numbers.value(row))
        };
        let count = |position: usize| {
            let counts = counts[position].as_primitive::<Int64Type>();
            counts.value(row).max(0) as u64
        };
        let parts = Parts {
            value: number(0),
            numerator: number(1),
            denominator: number(2),
            std_error: number(3),
            ci_low: number(4),
            ci_high: number(5),
            rows: count(0),
            rows_ignored: count(1),
        };
        Some((kpis.value(row).to_string(), parts))
    });
    Ok(rows.collect())
}
