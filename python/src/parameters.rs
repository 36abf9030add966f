//! Python values as values of a query's parameters.

use datafusion::arrow::compute::kernels::cast_utils::parse_decimal;
use datafusion::arrow::datatypes::{
    DECIMAL128_MAX_PRECISION, DECIMAL256_MAX_PRECISION, Decimal128Type, Decimal256Type,
    IntervalMonthDayNano,
};
use datafusion::common::ScalarValue;
use kpi_sql::session::Parameter;
use pyo3::exceptions::{PyOverflowError, PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{
    PyBool, PyBytes, PyDate, PyDateTime, PyDelta, PyDict, PyFloat, PyInt, PyString, PyTime,
};

/// The values by name.
pub fn values(parameters: &Bound<'_, PyDict>) -> PyResult<Vec<Parameter>> {
    let named = parameters.iter().map(|(name, value)| {
        let name: String = name.extract()?;
        if let Ok(typed) = value.cast::<Typed>() {
            return Ok(typed.get().0.clone());
        }
        match scalar(&format!("${name}"), &value)? {
            Some(value) => Ok(Parameter::of_value(name, value)),
            None => Err(unknown(&name, &value)?),
        }
    });
    named.collect()
}

/// A parameter as somebody typed it, NAME=VALUE or NAME:TYPE=VALUE, which has its type from the query.
#[pyclass(frozen, name = "TypedParameter", module = "kpi_sql._native")]
pub struct Typed(Parameter);

#[pymethods]
impl Typed {
    #[new]
    fn new(typed: &str) -> PyResult<Self> {
        let parameter = Parameter::parse(typed);
        parameter.map(Self).map_err(PyValueError::new_err)
    }

    #[getter]
    fn name(&self) -> &str {
        &self.0.name
    }
}

/// The error for a value that no parameter can have.
fn unknown(name: &str, value: &Bound<'_, PyAny>) -> PyResult<PyErr> {
    Ok(PyTypeError::new_err(format!(
        "${name}: a parameter is a str, int, float, bool, Decimal, date, datetime, time, timedelta, bytes or None; got \
         {}. Register several values as a table: register(\"{name}\", {{\"value\": [...]}}), and write IN (SELECT value \
         FROM {name})",
        value.get_type().fully_qualified_name()?
    )))
}

/// One of Python's own values; None if it is of no type that a column could have. Errors call it `place`.
pub fn scalar(place: &str, value: &Bound<'_, PyAny>) -> PyResult<Option<ScalarValue>> {
    let py = value.py();
    if value.is_none() {
        return Ok(Some(ScalarValue::Null));
    }
    // A bool is an int to Python, and a datetime is a date.
    if let Ok(value) = value.cast::<PyBool>() {
        return Ok(Some(ScalarValue::Boolean(Some(value.is_true()))));
    }
    if value.is_instance_of::<PyInt>() {
        let number = value.extract::<i64>();
        return number.map(|number| Some(ScalarValue::from(number))).map_err(|_| {
            PyOverflowError::new_err(format!(
                "{place}: {value} is not a whole number of 64 bits; a decimal.Decimal can be larger: Decimal(\"{value}\")"
            ))
        });
    }
    if value.is_instance_of::<PyFloat>() {
        return Ok(Some(ScalarValue::from(value.extract::<f64>()?)));
    }
    if value.is_instance_of::<PyString>() {
        return Ok(Some(ScalarValue::Utf8(Some(value.extract()?))));
    }
    if let Ok(bytes) = value.cast::<PyBytes>() {
        return Ok(Some(ScalarValue::Binary(Some(bytes.as_bytes().to_vec()))));
    }
    if value.is_instance_of::<PyDateTime>() {
        return timestamp(value).map(Some);
    }
    if value.is_instance_of::<PyDate>() {
        let ordinal: i32 = value.call_method0(intern!(py, "toordinal"))?.extract()?;
        return Ok(Some(ScalarValue::Date32(Some(ordinal - EPOCH))));
    }
    if value.is_instance_of::<PyTime>() {
        return Ok(Some(ScalarValue::Time64Microsecond(Some(time_of_day(
            value,
        )?))));
    }
    if value.is_instance_of::<PyDelta>() {
        let get = |part| value.getattr(part)?.extract::<i64>();
        let nanos = (get("seconds")? * 1_000_000 + get("microseconds")?) * 1000;
        let days = i32::try_from(get("days")?)
            .map_err(|_| PyOverflowError::new_err(format!("{place}: {value} is too long")))?;
        let interval = IntervalMonthDayNano::new(0, days, nanos);
        return Ok(Some(ScalarValue::IntervalMonthDayNano(Some(interval))));
    }
    let decimal = py.import("decimal")?.getattr("Decimal")?;
    if value.is_instance(&decimal)? {
        return self::decimal(place, value).map(Some);
    }
    Ok(None)
}

/// 1970-01-01 as Python counts days.
pub const EPOCH: i32 = 719_163;

fn time_of_day(value: &Bound<'_, PyAny>) -> PyResult<i64> {
    let get = |part| value.getattr(part)?.extract::<i64>();
    let seconds = (get("hour")? * 60 + get("minute")?) * 60 + get("second")?;
    Ok(seconds * 1_000_000 + get("microsecond")?)
}

/// One without a time zone is a time on the wall; one with a time zone is an instant, and keeps the zone's name.
fn timestamp(value: &Bound<'_, PyAny>) -> PyResult<ScalarValue> {
    const DAY: i64 = 86_400_000_000;
    let py = value.py();
    let days: i32 = value.call_method0(intern!(py, "toordinal"))?.extract()?;
    let wall = i64::from(days - EPOCH) * DAY + time_of_day(value)?;
    let offset = value.call_method0(intern!(py, "utcoffset"))?;
    if offset.is_none() {
        return Ok(ScalarValue::TimestampMicrosecond(Some(wall), None));
    }
    let get = |part| offset.getattr(part)?.extract::<i64>();
    let seconds = get("days")? * 86_400 + get("seconds")?;
    let instant = wall - seconds * 1_000_000 - get("microseconds")?;
    // zoneinfo has a key, pytz a zone.
    let zone = value.getattr(intern!(py, "tzinfo"))?;
    let name = zone
        .getattr(intern!(py, "key"))
        .or_else(|_| zone.getattr(intern!(py, "zone")));
    let name = name.ok().and_then(|name| name.extract::<String>().ok());
    let zone = match name {
        Some(name) => name,
        None => {
            let minutes = seconds.abs() / 60;
            let sign = if seconds < 0 { '-' } else { '+' };
            format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
        }
    };
    Ok(ScalarValue::TimestampMicrosecond(
        Some(instant),
        Some(zone.into()),
    ))
}

fn decimal(place: &str, value: &Bound<'_, PyAny>) -> PyResult<ScalarValue> {
    if !value.call_method0("is_finite")?.extract::<bool>()? {
        return Err(PyValueError::new_err(format!(
            "{place}: {value} is no finite number; use a float for it"
        )));
    }
    // Without an exponent: 1E+3 is 1000.
    let text: String = value.call_method1("__format__", ("f",))?.extract()?;
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let scale = text.split_once('.').map_or(0, |(_, after)| after.len());
    let too_long = || {
        PyOverflowError::new_err(format!(
            "{place}: {value} has more than {DECIMAL256_MAX_PRECISION} digits"
        ))
    };
    let precision = u8::try_from(digits).map_err(|_| too_long())?;
    let scale = i8::try_from(scale).map_err(|_| too_long())?;
    let wrong = |e| PyValueError::new_err(format!("{place}: {e}"));
    if precision <= DECIMAL128_MAX_PRECISION {
        let number = parse_decimal::<Decimal128Type>(&text, precision, scale).map_err(wrong)?;
        return Ok(ScalarValue::Decimal128(Some(number), precision, scale));
    }
    if precision > DECIMAL256_MAX_PRECISION {
        return Err(too_long());
    }
    let number = parse_decimal::<Decimal256Type>(&text, precision, scale).map_err(wrong)?;
    Ok(ScalarValue::Decimal256(Some(number), precision, scale))
}
