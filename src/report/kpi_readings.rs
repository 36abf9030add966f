//! The values of KPIs in the rows of a result, with what is known beside them.

use datafusion::error::Result;

use super::result_rows::ResultRows;
use crate::define::{Kpi, UnitFormat};
use crate::report_support::{Parts, counts_things, parts_in};
use crate::session::output::ShownCells;
use crate::session_support::ResultRole;

/// A value of a KPI in a row.
#[derive(Debug, Clone, Default)]
pub struct KpiReading {
    /// The value, if it is a number.
    pub value: Option<f64>,
    /// As it is written.
    pub text: String,
    /// The ends of its interval.
    pub interval: Option<(f64, f64)>,
    /// How many things it is of.
    pub n: Option<f64>,
    /// What a `_parts` function gave.
    pub parts: Option<Parts>,
}

/// A column with values of a KPI.
#[derive(Debug, Clone)]
pub struct KpiColumn {
    /// Which one.
    pub kpi: &'static Kpi,
    /// The name of the column.
    pub name: String,
    /// How its numbers are written.
    pub format: UnitFormat,
    /// One for each row.
    pub readings: Vec<KpiReading>,
}

impl KpiReading {
    /// The parts, or as much of them as the columns of the result tell.
    pub fn known(&self) -> Parts {
        self.parts.unwrap_or_else(|| Parts {
            value: self.value,
            ci_low: self.interval.map(|(low, _)| low),
            ci_high: self.interval.map(|(_, high)| high),
            ..Parts::default()
        })
    }
}

/// The columns of a result that have values of KPIs.
///
/// # Errors
/// Values that arrow cannot write.
pub fn kpi_readings(rows: &ResultRows) -> Result<Vec<KpiColumn>> {
    let mut found = vec![];
    for (column, fact) in rows.facts.iter().enumerate() {
        let (kpi, readings) = match fact.role {
            ResultRole::Parts(kpi) => (kpi, of_parts(rows, column, kpi)?),
            ResultRole::Value(kpi) => (kpi, of_values(rows, column)?),
            _ => continue,
        };
        if let Some(format) = rows.units[column].or(kpi.unit.format()) {
            let name = rows.name(column);
            found.push(KpiColumn {
                kpi,
                name,
                format,
                readings,
            });
        }
    }
    Ok(found)
}

fn of_parts(rows: &ResultRows, column: usize, kpi: &'static Kpi) -> Result<Vec<KpiReading>> {
    let parts = parts_in(rows.batch.column(column))?.into_iter();
    let counts = counts_things(kpi);
    Ok(parts
        .map(|parts| {
            let Some(parts) = parts else {
                return KpiReading {
                    text: "NULL".to_string(),
                    ..KpiReading::default()
                };
            };
            let written = |value: f64| {
                let format = kpi.unit.format();
                let written = format.and_then(|format| format.float(value));
                written.map_or_else(|| value.to_string(), |written| written.text)
            };
            KpiReading {
                value: parts.value.filter(|value| value.is_finite()),
                text: parts.value.map_or_else(|| "NULL".to_string(), written),
                interval: ends(parts.ci_low, parts.ci_high),
                n: parts.denominator.filter(|_| counts),
                parts: Some(parts),
            }
        })
        .collect())
}

fn of_values(rows: &ResultRows, column: usize) -> Result<Vec<KpiReading>> {
    let numbers = rows.numbers(column)?;
    let beside = |wanted: ResultRole| -> Result<Vec<Option<f64>>> {
        match beside(rows, column, wanted) {
            Some(column) => Ok(rows.numbers(column)?),
            None => Ok(vec![None; numbers.len()]),
        }
    };
    let lows = beside(ResultRole::IntervalLow)?;
    let highs = beside(ResultRole::IntervalHigh)?;
    let counted = beside(ResultRole::Counted)?;
    let cells = ShownCells::new(&rows.batch, &rows.units)?;
    let readings = numbers.iter().enumerate().map(|(row, value)| {
        let text = cells.text(row, column)?;
        Ok(KpiReading {
            value: value.filter(|value| value.is_finite()),
            text: text.unwrap_or_else(|| "NULL".to_string()),
            interval: ends(lows[row], highs[row]),
            n: counted[row],
            parts: None,
        })
    });
    readings.collect()
}

/// The column of a kind that belongs to a column of values: the first one behind it and before the next values. Where there is
/// but one KPI, it may stand anywhere.
fn beside(rows: &ResultRows, column: usize, wanted: ResultRole) -> Option<usize> {
    let is_value = |role: &ResultRole| matches!(role, ResultRole::Value(_) | ResultRole::Parts(_));
    let values = rows.columns(is_value);
    let of_kind = rows.columns(|role| *role == wanted);
    if values.len() == 1 {
        return of_kind.first().copied();
    }
    let next = values.into_iter().find(|other| *other > column);
    let mut of_kind = of_kind.into_iter();
    of_kind.find(|other| *other > column && next.is_none_or(|next| *other < next))
}

fn ends(low: Option<f64>, high: Option<f64>) -> Option<(f64, f64)> {
    let ends = low.zip(high)?;
    (ends.0.is_finite() && ends.1.is_finite()).then_some(ends)
}
