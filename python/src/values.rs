//! Values of a result as those of Python.

use datafusion::arrow::array::{Array, ArrayRef};
use datafusion::arrow::datatypes::{
    Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type, DecimalType, Fields,
    IntervalMonthDayNano,
};
use datafusion::common::ScalarValue;
use pyo3::exceptions::{PyOverflowError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDate, PyDelta, PyDict, PyList, PyTime, PyTzInfo};
use pyo3::{IntoPyObjectExt, intern};

use crate::errors;
use crate::parameters::EPOCH;

/// The value of a column in a row.
pub fn of_row<'py>(py: Python<'py>, column: &ArrayRef, row: usize) -> PyResult<Bound<'py, PyAny>> {
    let value = ScalarValue::try_from_array(column, row);
    of_scalar(py, &value.map_err(|e| errors::failed(e.to_string()))?)
}

/// A value as Python's own type for it, which loses nothing of it.
pub fn of_scalar<'py>(py: Python<'py>, value: &ScalarValue) -> PyResult<Bound<'py, PyAny>> {
    use ScalarValue as S;
    if value.is_null() {
        return py.None().into_bound_py_any(py);
    }
    match value {
        S::Boolean(Some(v)) => v.into_bound_py_any(py),
        S::Float16(Some(v)) => v.to_f64().into_bound_py_any(py),
        S::Float32(Some(v)) => v.into_bound_py_any(py),
        S::Float64(Some(v)) => v.into_bound_py_any(py),
        S::Int8(Some(v)) => v.into_bound_py_any(py),
        S::Int16(Some(v)) => v.into_bound_py_any(py),
        S::Int32(Some(v)) => v.into_bound_py_any(py),
        S::Int64(Some(v)) => v.into_bound_py_any(py),
        S::UInt8(Some(v)) => v.into_bound_py_any(py),
        S::UInt16(Some(v)) => v.into_bound_py_any(py),
        S::UInt32(Some(v)) => v.into_bound_py_any(py),
        S::UInt64(Some(v)) => v.into_bound_py_any(py),
        S::Decimal32(Some(v), precision, scale) => {
            decimal::<Decimal32Type>(py, *v, *precision, *scale)
        }
        S::Decimal64(Some(v), precision, scale) => {
            decimal::<Decimal64Type>(py, *v, *precision, *scale)
        }
        S::Decimal128(Some(v), precision, scale) => {
            decimal::<Decimal128Type>(py, *v, *precision, *scale)
        }
        S::Decimal256(Some(v), precision, scale) => {
            decimal::<Decimal256Type>(py, *v, *precision, *scale)
        }
        S::Utf8(Some(v)) | S::Utf8View(Some(v)) | S::LargeUtf8(Some(v)) => v.into_bound_py_any(py),
        S::Binary(Some(v))
        | S::BinaryView(Some(v))
        | S::LargeBinary(Some(v))
        | S::FixedSizeBinary(_, Some(v)) => PyBytes::new(py, v).into_bound_py_any(py),
        S::Date32(Some(days)) => date(py, i64::from(*days)),
        S::Date64(Some(millis)) => date(py, millis.div_euclid(DAY / 1000)),
        S::Time32Second(Some(v)) => time(py, i64::from(*v) * 1_000_000),
        S::Time32Millisecond(Some(v)) => time(py, i64::from(*v) * 1000),
        S::Time64Microsecond(Some(v)) => time(py, *v),
        S::Time64Nanosecond(Some(v)) => time(py, micros(*v)?),
        S::TimestampSecond(Some(v), zone) => {
            timestamp(py, v.checked_mul(1_000_000), zone.as_deref())
        }
        S::TimestampMillisecond(Some(v), zone) => {
            timestamp(py, v.checked_mul(1000), zone.as_deref())
        }
        S::TimestampMicrosecond(Some(v), zone) => timestamp(py, Some(*v), zone.as_deref()),
        S::TimestampNanosecond(Some(v), zone) => timestamp(py, Some(micros(*v)?), zone.as_deref()),
        S::DurationSecond(Some(v)) => span(py, v.checked_mul(1_000_000)),
        S::DurationMillisecond(Some(v)) => span(py, v.checked_mul(1000)),
        S::DurationMicrosecond(Some(v)) => span(py, Some(*v)),
        S::DurationNanosecond(Some(v)) => span(py, Some(micros(*v)?)),
        S::IntervalYearMonth(Some(months)) => {
            interval(py, IntervalMonthDayNano::new(*months, 0, 0))
        }
        S::IntervalDayTime(Some(v)) => {
            let nanos = i64::from(v.milliseconds) * 1_000_000;
            interval(py, IntervalMonthDayNano::new(0, v.days, nanos))
        }
        S::IntervalMonthDayNano(Some(v)) => interval(py, *v),
        S::List(list) => self::list(py, &list.value(0)),
        S::LargeList(list) => self::list(py, &list.value(0)),
        S::ListView(list) => self::list(py, &list.value(0)),
        S::LargeListView(list) => self::list(py, &list.value(0)),
        S::FixedSizeList(list) => self::list(py, &list.value(0)),
        S::Struct(value) => record(py, value.fields(), value.columns(), 0),
        S::Map(map) => {
            let pairs = map.value(0);
            let pairs = (0..pairs.len()).map(|row| {
                let part = |column| of_row(py, pairs.column(column), row);
                Ok((part(0)?, part(1)?))
            });
            pairs.collect::<PyResult<Vec<_>>>()?.into_bound_py_any(py)
        }
        S::Dictionary(_, value)
        | S::RunEndEncoded(_, _, value)
        | S::Union(Some((_, value)), _, _) => of_scalar(py, value),
        other => Err(errors::failed(format!(
            "Python has no value for one of {}; to_arrow() gives it as it is",
            other.data_type()
        ))),
    }
}

/// The values of a row by the names of their columns.
pub fn record<'py>(
    py: Python<'py>,
    fields: &Fields,
    columns: &[ArrayRef],
    row: usize,
) -> PyResult<Bound<'py, PyAny>> {
    let record = PyDict::new(py);
    for (field, column) in fields.iter().zip(columns) {
        record.set_item(field.name(), of_row(py, column, row)?)?;
    }
    if record.len() < columns.len() {
        let names: Vec<_> = fields.iter().map(|field| field.name().as_str()).collect();
        return Err(PyValueError::new_err(format!(
            "two columns have one name, and a dictionary holds one of them; rename one with AS: {}",
            names.join(", ")
        )));
    }
    record.into_bound_py_any(py)
}

fn list<'py>(py: Python<'py>, items: &ArrayRef) -> PyResult<Bound<'py, PyAny>> {
    let items = (0..items.len()).map(|row| of_row(py, items, row));
    PyList::new(py, items.collect::<PyResult<Vec<_>>>()?)?.into_bound_py_any(py)
}

fn decimal<T: DecimalType>(
    py: Python<'_>,
    value: T::Native,
    precision: u8,
    scale: i8,
) -> PyResult<Bound<'_, PyAny>> {
    let text = T::format_decimal(value, precision, scale);
    let class = py
        .import(intern!(py, "decimal"))?
        .getattr(intern!(py, "Decimal"))?;
    class.call1((text,))
}

/// Microseconds.
const DAY: i64 = 86_400_000_000;

/// Python's times have no nanoseconds.
fn micros(nanos: i64) -> PyResult<i64> {
    match nanos % 1000 {
        0 => Ok(nanos / 1000),
        _ => Err(PyValueError::new_err(
            "a time has nanoseconds, which Python's own have not; to_arrow() keeps them, and date_trunc('microsecond', ...) \
             leaves them out",
        )),
    }
}

fn date(py: Python<'_>, days: i64) -> PyResult<Bound<'_, PyAny>> {
    let class = py.get_type::<PyDate>();
    class.call_method1(intern!(py, "fromordinal"), (days + i64::from(EPOCH),))
}

fn time(py: Python<'_>, micros: i64) -> PyResult<Bound<'_, PyAny>> {
    let seconds = micros / 1_000_000;
    let class = py.get_type::<PyTime>();
    class.call1((
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60,
        micros % 1_000_000,
    ))
}

fn span(py: Python<'_>, micros: Option<i64>) -> PyResult<Bound<'_, PyAny>> {
    let micros = micros.ok_or_else(|| {
        PyOverflowError::new_err(
            "a time or a span is longer than Python's own can be; to_arrow() keeps it",
        )
    })?;
    let class = py.get_type::<PyDelta>();
    class.call1((micros.div_euclid(DAY), 0, micros.rem_euclid(DAY)))
}

/// One of a zone is an instant, and shown in its zone.
fn timestamp<'py>(
    py: Python<'py>,
    micros: Option<i64>,
    zone: Option<&str>,
) -> PyResult<Bound<'py, PyAny>> {
    let since = span(py, micros)?;
    let class = py
        .import(intern!(py, "datetime"))?
        .getattr(intern!(py, "datetime"))?;
    let Some(zone) = zone else {
        return class.call1((1970, 1, 1))?.add(since);
    };
    let utc = PyTzInfo::utc(py)?;
    let instant = class.call1((1970, 1, 1, 0, 0, 0, 0, utc))?.add(since)?;
    instant.call_method1(intern!(py, "astimezone"), (self::zone(py, zone)?,))
}

/// A zone by its name or by its offset, +05:30.
fn zone<'py>(py: Python<'py>, zone: &str) -> PyResult<Bound<'py, PyAny>> {
    if !zone.starts_with(['+', '-']) {
        let zones = py.import(intern!(py, "zoneinfo"))?;
        return zones.getattr(intern!(py, "ZoneInfo"))?.call1((zone,));
    }
    let digits: String = zone[1..].chars().filter(|c| *c != ':').collect();
    let part = |from: usize, to: usize| {
        digits
            .get(from..to)
            .and_then(|part| part.parse::<i64>().ok())
    };
    let hours =
        part(0, 2).ok_or_else(|| errors::failed(format!("{zone} is no offset of a zone")))?;
    let minutes = hours * 60 + part(2, 4).unwrap_or(0);
    let signed = if zone.starts_with('-') {
        -minutes
    } else {
        minutes
    };
    let offset = span(py, Some(signed * 60_000_000))?;
    py.import(intern!(py, "datetime"))?
        .call_method1(intern!(py, "timezone"), (offset,))
}

/// One without months is a span; months have no certain length, and Python no type for them.
fn interval(py: Python<'_>, interval: IntervalMonthDayNano) -> PyResult<Bound<'_, PyAny>> {
    let IntervalMonthDayNano {
        months,
        days,
        nanoseconds,
    } = interval;
    if months == 0 && nanoseconds % 1000 == 0 {
        let class = py.get_type::<PyDelta>();
        return class.call1((days, 0, nanoseconds / 1000));
    }
    (months, days, nanoseconds).into_bound_py_any(py)
}
