//! What cannot be meant in benchmarks of the user's own: each of these would give a verdict that looks right.

use datafusion::arrow::datatypes::Schema;
use datafusion::common::utils::datafusion_strsim::levenshtein;

use super::refusal::BenchmarkError;
use super::row::{BenchmarkRow, same_industry, schema};
use crate::define::{Kpi, Unit};

/// Refuses a column that no benchmark has: what it says would be left out.
pub fn check_columns(given: &Schema) -> Result<(), BenchmarkError> {
    let known = schema();
    let is_known = |name: &str| {
        let name = name.trim();
        let mut names = known.fields().iter().map(|field| field.name());
        names.any(|known| known.eq_ignore_ascii_case(name))
    };
    let other = given.fields().iter().find(|field| !is_known(field.name()));
    match other {
        Some(other) => Err(BenchmarkError::new(format!(
            "the column {} is none of a benchmark, and its rows would count as if it were not there; \
             CREATE VIEW targets AS SELECT kpi, band, low, high FROM … WHERE … chooses columns and rows, \
             and SET kpi.benchmarks = 'targets' names it",
            other.name()
        ))),
        None => Ok(()),
    }
}

/// Refuses rows that contradict each other, or that mean something else than they say.
pub fn check(rows: &[BenchmarkRow]) -> Result<(), BenchmarkError> {
    if rows.is_empty() {
        return Err(BenchmarkError::new(
            "it has no rows; SET kpi.benchmarks = '' goes back to the published benchmarks"
                .to_string(),
        ));
    }
    for (position, row) in rows.iter().enumerate() {
        let place = position + 1;
        if crate::kpi::find(&row.kpi).is_none()
            && let Some(meant) = meant(&row.kpi)
        {
            return Err(BenchmarkError::new(format!(
                "row {place} is for {:?}, which is no KPI; did you mean {meant}? \
                 A figure of your own needs a name that is less like it",
                row.kpi
            )));
        }
        let ends = [row.low, row.high];
        if ends.into_iter().flatten().any(f64::is_nan) {
            return Err(BenchmarkError::new(format!(
                "row {place} ({}, {}) has NaN as an end; leave the field empty for a band without one",
                row.kpi, row.band
            )));
        }
        let before = rows[..position].iter().enumerate();
        let mut others = before.filter(|(_, other)| overlap(row, other));
        if let Some((other_position, other)) = others.next() {
            return Err(BenchmarkError::new(format!(
                "row {} ({}, {}: {}) and row {place} ({}, {}: {}) overlap, and a value in both has two verdicts; \
                 let one band begin where the other ends",
                other_position + 1,
                other.kpi,
                other.band,
                ends_of(other),
                row.kpi,
                row.band,
                ends_of(row)
            )));
        }
    }
    rows.iter().try_for_each(|row| percent(row, rows))
}

/// The KPI whose name a slip of the fingers, capitals or blanks made another.
fn meant(name: &str) -> Option<&'static str> {
    let plain = name.trim().to_lowercase().replace([' ', '-'], "_");
    let names = crate::kpi::all().flat_map(|kpi| {
        let aliases = kpi.aliases.iter().copied();
        aliases.chain([kpi.name]).map(move |name| (kpi, name))
    });
    let distances = names.map(|(kpi, known)| (levenshtein(&plain, known), known.len(), kpi));
    // A short name is near to many others.
    let near = distances.filter(|(distance, length, _)| *distance <= 2 && distance * 5 <= *length);
    let nearest = near.min_by_key(|(distance, ..)| *distance);
    nearest.map(|(_, _, kpi): (_, _, &'static Kpi)| kpi.name)
}

/// Whether two bands for the same share more than an end.
fn overlap(one: &BenchmarkRow, other: &BenchmarkRow) -> bool {
    // Words alone are no measure.
    let is_measure = |row: &BenchmarkRow| row.low.is_some() || row.high.is_some();
    let low = |row: &BenchmarkRow| row.low.unwrap_or(f64::NEG_INFINITY);
    let high = |row: &BenchmarkRow| row.high.unwrap_or(f64::INFINITY);
    let is_same = low(one) == low(other) && high(one) == high(other);
    one.kpi == other.kpi
        && same_industry(&one.industry, &other.industry)
        && is_measure(one)
        && is_measure(other)
        && (is_same || (low(one) < high(other) && low(other) < high(one)))
}

fn ends_of(row: &BenchmarkRow) -> String {
    match (row.low, row.high) {
        (Some(low), Some(high)) => format!("{low} to {high}"),
        (Some(low), None) => format!("from {low}"),
        (None, Some(high)) => format!("up to {high}"),
        (None, None) => "no ends".to_string(),
    }
}

/// Refuses bands of a percentage that all end at 1: shares were meant, and any value would be above them.
fn percent(row: &BenchmarkRow, rows: &[BenchmarkRow]) -> Result<(), BenchmarkError> {
    let Some(kpi) = crate::kpi::find(&row.kpi) else {
        return Ok(());
    };
    let of_kpi = || rows.iter().filter(|other| other.kpi == row.kpi);
    let ends = || of_kpi().flat_map(|row| [row.low, row.high]).flatten();
    let is_percent = matches!(kpi.unit, Unit::Percent | Unit::PercentOfStart);
    let are_shares = ends().all(|end| end.abs() <= 1.0) && ends().any(|end| end != 0.0);
    match is_percent && are_shares {
        true => Err(BenchmarkError::new(format!(
            "all bands of {} end at 1 or below, and its values are percent, 0 to 100: write 20 for a fifth; \
             if less than 1 % is meant, give the highest band its end, 100",
            kpi.name
        ))),
        false => Ok(()),
    }
}
