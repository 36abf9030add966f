//! The rows of a statement, with what its columns are, and what tells the rows apart.

use chrono::NaiveDate;
use datafusion::arrow::array::{Array, ArrayRef, AsArray, Int64Array, RecordBatch};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Date32Type, Float64Type};
use datafusion::arrow::error::ArrowError;

use super::period::{Period, PeriodLength};
use crate::define::UnitFormat;
use crate::session::output::ShownCells;
use crate::session_support::{ColumnFact, ResultRole, TotalMark};

/// What the rows over all segments are called where the query does not say it.
pub const TOTAL: &str = "Total";

/// A result that was read.
#[derive(Debug, Clone)]
pub struct ResultRows {
    /// All of its rows.
    pub batch: RecordBatch,
    /// What its columns are.
    pub facts: Vec<ColumnFact>,
    /// How their numbers are written.
    pub units: Vec<Option<UnitFormat>>,
}

/// What tells a row from others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowKey {
    /// Its period; `None` where there is none, or where it is over all of them.
    pub period: Option<Period>,
    /// Its segment, in words.
    pub segment: String,
    /// Whether it is over all segments.
    pub is_total: bool,
}

/// What tells all rows of a result apart.
#[derive(Debug, Clone)]
pub struct RowKeys {
    /// One for each row.
    pub keys: Vec<RowKey>,
    /// The column of the periods.
    pub period_column: Option<usize>,
    /// Whether there are segments.
    pub has_segments: bool,
}

impl ResultRows {
    /// The columns that are something.
    pub fn columns(&self, wanted: impl Fn(&ResultRole) -> bool) -> Vec<usize> {
        let facts = self.facts.iter().enumerate();
        let wanted = facts.filter(|(_, fact)| wanted(&fact.role));
        wanted.map(|(column, _)| column).collect()
    }

    /// The name of a column.
    pub fn name(&self, column: usize) -> String {
        self.batch.schema_ref().field(column).name().clone()
    }

    /// A column as numbers; what is none is `None`.
    ///
    /// # Errors
    /// Types that are no numbers.
    pub fn numbers(&self, column: usize) -> Result<Vec<Option<f64>>, ArrowError> {
        let numbers = cast(self.batch.column(column), &DataType::Float64)?;
        let numbers = numbers.as_primitive::<Float64Type>();
        Ok(numbers.iter().collect())
    }

    /// What tells the rows apart: the period and what the query groups by. Where it groups by nothing, these are as many of the texts, from
    /// left to right, as the rows need.
    ///
    /// # Errors
    /// Values that arrow cannot write.
    pub fn keys(&self) -> Result<RowKeys, ArrowError> {
        let segments = self.columns(|role| *role == ResultRole::Segment);
        if segments.iter().any(|column| self.facts[*column].is_key) {
            return self.keys_by(&segments);
        }
        for n in 0..segments.len() {
            let keys = self.keys_by(&segments[..n])?;
            // Without anything that tells them apart, one row is no reason to look for it.
            let is_enough = n > 0 || keys.period_column.is_some();
            if is_enough && keys.twice().is_none() {
                return Ok(keys);
            }
        }
        self.keys_by(&segments)
    }

    fn keys_by(&self, segments: &[usize]) -> Result<RowKeys, ArrowError> {
        let period_column = self.columns(|role| *role == ResultRole::Period).into_iter();
        let found = period_column
            .filter_map(|column| Some((column, periods(self.batch.column(column))?)))
            .next();
        let cells = ShownCells::new(&self.batch, &[])?;
        let rows = 0..self.batch.num_rows();
        let keys = rows.map(|row| {
            let mut names = vec![];
            let mut is_total = true;
            for column in segments {
                let text = cells.text(row, *column)?;
                let (name, is_of_all) = segment(text, self.facts[*column].total.as_ref());
                is_total &= is_of_all;
                names.push(name);
            }
            Ok(RowKey {
                period: found.as_ref().and_then(|(_, periods)| periods[row].clone()),
                segment: match (is_total, &names[..]) {
                    (_, [name]) => name.clone(),
                    (true, _) => TOTAL.to_string(),
                    (false, names) => names.join(" · "),
                },
                is_total,
            })
        });
        Ok(RowKeys {
            keys: keys.collect::<Result<_, ArrowError>>()?,
            period_column: found.map(|(column, _)| column),
            has_segments: !segments.is_empty(),
        })
    }
}

impl RowKeys {
    /// Why no chart can be drawn of them: two rows for one place in it.
    pub fn twice(&self) -> Option<String> {
        let mut places: Vec<(Option<i64>, &str, bool)> = vec![];
        let rows = self.keys.iter().map(|key| {
            let number = key.period.as_ref().map(|period| period.number);
            (number, key.segment.as_str(), key.is_total)
        });
        places.extend(rows);
        places.sort_unstable();
        let twice = places.windows(2).find(|pair| pair[0] == pair[1])?;
        let of = self.keys.iter().find(|key| {
            key.period.as_ref().map(|period| period.number) == twice[0].0
                && key.segment == twice[0].1
        })?;
        let period = of.period.as_ref().map(Period::label);
        let place = match (&period, self.has_segments) {
            (Some(period), true) => format!("{} in {period}", of.segment),
            (Some(period), false) => period.clone(),
            (None, true) => of.segment.clone(),
            (None, false) => {
                return Some("it has several rows, and no column tells them apart".to_string());
            }
        };
        Some(match of.is_total && self.has_segments {
            true => format!(
                "two rows are {place}: NULL is the total of GROUPING SETS, and may be a segment as well; \
                 CASE WHEN grouping(segment) = 1 THEN 'Total' ELSE segment END AS segment tells them apart"
            ),
            false => format!("two rows are {place}, and no column tells them apart"),
        })
    }
}

/// A segment in words, and whether it is that of all.
fn segment(text: Option<String>, total: Option<&TotalMark>) -> (String, bool) {
    match (text, total) {
        (None, Some(TotalMark::Null)) => (TOTAL.to_string(), true),
        (Some(text), Some(TotalMark::Text(mark))) if text == *mark => (text, true),
        (None, _) => ("NULL".to_string(), false),
        (Some(text), _) if text.trim().is_empty() => ("(empty)".to_string(), false),
        // So nobody takes it for no value.
        (Some(text), _) if text == "NULL" => ("'NULL'".to_string(), false),
        (Some(text), _) => (text, false),
    }
}

/// The periods of a column; `None` if it has values that are none.
fn periods(column: &ArrayRef) -> Option<Vec<Option<Period>>> {
    let is_text = matches!(
        column.data_type(),
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Dictionary(_, _)
    );
    if is_text {
        let texts = cast(column, &DataType::Utf8).ok()?;
        let texts = texts.as_string::<i32>().iter();
        let periods: Vec<Option<Period>> = texts
            .map(|text| text.map_or(Some(None), |text| Period::parse(text).map(Some)))
            .collect::<Option<_>>()?;
        let mut lengths = periods.iter().flatten().map(|period| period.length);
        let first = lengths.next()?;
        return lengths.all(|length| length == first).then_some(periods);
    }
    let days = days(column)?;
    let known: Vec<NaiveDate> = days.iter().flatten().copied().collect();
    let length = PeriodLength::of_days(&known);
    let periods = days.into_iter();
    Some(
        periods
            .map(|day| day.map(|day| Period::beginning(day, length)))
            .collect(),
    )
}

/// The days of dates, and of times that all begin a day.
fn days(column: &ArrayRef) -> Option<Vec<Option<NaiveDate>>> {
    if !matches!(column.data_type(), DataType::Timestamp(_, _)) {
        let days = cast(column, &DataType::Date32).ok()?;
        let days = days.as_primitive::<Date32Type>().iter();
        return Some(
            days.map(|day| Date32Type::to_naive_date_opt(day?))
                .collect(),
        );
    }
    // As they are shown: the clock is that of their zone.
    let texts = cast(column, &DataType::Utf8).ok()?;
    let texts = texts.as_string::<i32>().iter();
    let day = |text: &str| {
        let (day, time) = text.split_once(['T', ' '])?;
        time.starts_with("00:00:00").then(|| day.parse().ok())?
    };
    texts
        .map(|text| text.map_or(Some(None), |text| day(text).map(Some)))
        .collect()
}

/// Numbers of things as whole numbers, if all of them are.
pub fn whole_numbers(numbers: &[Option<f64>]) -> Option<Int64Array> {
    let are_whole = numbers
        .iter()
        .flatten()
        .all(|number| number.fract() == 0.0 && number.abs() < 9e15);
    are_whole.then(|| {
        numbers
            .iter()
            .map(|number| number.map(|n| n as i64))
            .collect()
    })
}
