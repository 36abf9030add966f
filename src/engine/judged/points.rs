//! The points of a chart: by time, with those that say what is usual.

use datafusion::arrow::array::{Array, ArrayRef, BooleanArray, Scalar, UInt64Array};
use datafusion::arrow::compute::kernels::cmp::lt_eq;
use datafusion::arrow::compute::{cast, sort_to_indices, take};
use datafusion::arrow::datatypes::{DataType, TimeUnit};
use datafusion::arrow::row::{RowConverter, SortField};
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::error::{DataFusionError, Result};

use crate::engine::call_docs::{Argument, Calls};
use crate::fold::facts::call::plain_type;

const EXPECTED: &str = "a time or the number of a period, of type DATE, TIMESTAMP or INTEGER (a text can be CAST to one)";

/// The argument that tells the time of a point.
pub fn time() -> Argument {
    Argument {
        name: "at",
        shown: DataType::Timestamp(TimeUnit::Nanosecond, None),
        meaning: "the time of the point, or the number of its period: a DATE, TIMESTAMP or INTEGER",
    }
}

/// The argument that tells how far the baseline goes.
pub fn baseline_until() -> Argument {
    Argument {
        name: "baseline_until",
        shown: DataType::Timestamp(TimeUnit::Nanosecond, None),
        meaning: "the last time whose points say what is usual, the same in all rows; NULL for all points",
    }
}

/// The type in which points have their time; refuses what is no time, and a baseline of another kind.
pub fn check_times(calls: &Calls, types: &[DataType], baseline: usize) -> Result<DataType> {
    let time = plain_type(&types[0]);
    if PointTime::of(time).is_none() && *time != DataType::Null {
        return Err(calls.wrong_argument(0, EXPECTED, &types[0]));
    }
    if let Some(until) = types.get(baseline) {
        let kind = PointTime::of(plain_type(until));
        let fits = kind.is_some() && kind == PointTime::of(time);
        if !fits && *until != DataType::Null && *time != DataType::Null {
            let expected = match PointTime::of(time) {
                Some(PointTime::Number) => "the number of a period, as argument 1 is",
                _ => "a DATE or TIMESTAMP, as argument 1 is",
            };
            return Err(calls.wrong_argument(baseline, expected, until));
        }
    }
    Ok(time.clone())
}

/// What can be compared with each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PointTime {
    Time,
    Number,
}

impl PointTime {
    fn of(data_type: &DataType) -> Option<Self> {
        match data_type {
            DataType::Date32 | DataType::Date64 | DataType::Timestamp(_, _) => {
                Some(PointTime::Time)
            }
            other if other.is_integer() => Some(PointTime::Number),
            _ => None,
        }
    }
}

/// Rows that have all that makes a point, by time.
#[derive(Debug)]
pub struct ChartPoints {
    /// Of each row.
    pub times: ArrayRef,
    /// The rows of each point: those of one time.
    pub rows: Vec<Vec<usize>>,
}

impl ChartPoints {
    /// Those rows that are a point, in the order of their times. A row without a time is none.
    pub fn of(times: &ArrayRef, is_point: impl Fn(usize) -> bool) -> Result<Self> {
        let times = cast(times, plain_type(times.data_type()))?;
        let converter = RowConverter::new(vec![SortField::new(times.data_type().clone())])?;
        let keys = converter.convert_columns(std::slice::from_ref(&times))?;
        let order = sort_to_indices(&times, None, None)?;
        let order = order.values().iter().map(|row| *row as usize);
        let mut rows: Vec<Vec<usize>> = vec![];
        for row in order.filter(|row| times.is_valid(*row) && is_point(*row)) {
            match rows.last_mut() {
                Some(last) if keys.row(last[0]) == keys.row(row) => last.push(row),
                _ => rows.push(vec![row]),
            }
        }
        Ok(ChartPoints { times, rows })
    }

    /// The time of each point.
    pub fn times(&self) -> Result<ArrayRef> {
        let rows = UInt64Array::from_iter_values(self.rows.iter().map(|rows| rows[0] as u64));
        Ok(take(&self.times, &rows, None)?)
    }

    /// A time in words.
    pub fn shown(&self, point: usize) -> Result<String> {
        Ok(array_value_to_string(&self.times, self.rows[point][0])?)
    }

    /// Whether each point says what is usual: those up to the last time of the baseline do, or all.
    pub fn baseline(&self, function: &str, until: Option<&ArrayRef>) -> Result<Vec<bool>> {
        let Some(until) = until else {
            return Ok(vec![true; self.rows.len()]);
        };
        let converter = RowConverter::new(vec![SortField::new(until.data_type().clone())])?;
        let keys = converter.convert_columns(std::slice::from_ref(until))?;
        // Rows come in any order, and the words are the same for all of them.
        let first = (0..until.len()).min_by_key(|row| keys.row(*row));
        let last = (0..until.len()).max_by_key(|row| keys.row(*row));
        if let Some((first, last)) = first.zip(last)
            && keys.row(first) != keys.row(last)
        {
            return Err(DataFusionError::Execution(format!(
                "{function}: baseline_until must be the same in all rows of a chart; got {} and {}",
                array_value_to_string(until, first)?,
                array_value_to_string(until, last)?
            )));
        }
        if until.logical_null_count() > 0 || *until.data_type() == DataType::Null {
            return Ok(vec![true; self.rows.len()]);
        }
        // A DATE is a whole day, whatever times of it there are.
        let of_days =
            |data_type: &DataType| matches!(data_type, DataType::Date32 | DataType::Date64);
        let is_number = self.times.data_type().is_integer();
        let shared = if is_number {
            DataType::Decimal128(20, 0)
        } else if of_days(plain_type(until.data_type())) || of_days(self.times.data_type()) {
            DataType::Date32
        } else {
            self.times.data_type().clone()
        };
        let times = cast(&self.times()?, &shared)?;
        let until = cast(&until.slice(0, 1), &shared)?;
        let is_before: BooleanArray = lt_eq(&times, &Scalar::new(until))?;
        Ok(is_before
            .iter()
            .map(|is_before| is_before == Some(true))
            .collect())
    }
}
