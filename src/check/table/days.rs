//! Days without a row in a series of days.

use chrono::{Datelike, Days, NaiveDate};
use datafusion::arrow::datatypes::DataType;

use super::super::asked::{AskedTable, TextRows, quoted, written};
use super::super::columns::{ColumnRole, may_be_long_ago, may_lie_ahead};
use super::super::finding::{Finding, Severity};
use super::super::profile::{ColumnProfile, sentinels};
use super::super::shown;
use crate::session;

/// Fewer days are no series.
const MIN_DAYS: usize = 14;

/// A series has rows on so many of its days.
const MIN_COVERED: f64 = 0.8;

/// More days than in a century are none of a series.
const MAX_DAYS: usize = 36_525;

/// A gap that chance makes in one of so many tables is none to speak of.
const CHANCE: f64 = 0.001;

/// How many days before and after a gap say how many rows there should be.
const AROUND: usize = 14;

/// A series that has as many rows on each of its days has some on so many of them.
const REGULAR: f64 = 0.9;

/// How many gaps are named.
const SHOWN: usize = 3;

pub(super) async fn check(
    asked: &AskedTable,
    columns: &[&ColumnProfile],
    found: &mut Vec<Finding>,
) -> Result<(), session::Error> {
    let dates = columns
        .iter()
        .filter(|c| c.role == ColumnRole::Date && c.n("values") > 0);
    for column in dates {
        if may_lie_ahead(column.name()) || may_be_long_ago(column.name()) {
            continue;
        }
        let c = quoted(column.name());
        // date_trunc makes nanoseconds of a DATE, which end in 2262.
        let day = match column.field.data_type() {
            DataType::Date32 | DataType::Date64 => format!("CAST({c} AS DATE)"),
            _ => format!("date_trunc('day', {c})"),
        };
        let sql = format!(
            "SELECT substr(CAST(day AS VARCHAR), 1, 10), n FROM (SELECT {day} AS day, count(*) AS n FROM {} \
             WHERE {c} IS NOT NULL AND CAST({c} AS DATE) NOT IN {} GROUP BY {day}) ORDER BY day LIMIT {}",
            asked.from(),
            sentinels(),
            MAX_DAYS + 1
        );
        let days = days(&asked.ask(&sql).await?);
        if let Some(gaps) = gaps(&days) {
            found.push(in_words(column, &gaps));
        }
    }
    Ok(())
}

fn days(rows: &TextRows) -> Vec<(NaiveDate, u64)> {
    let day = |row: &Vec<Option<String>>| {
        let day = row.first()?.as_deref()?.parse().ok()?;
        Some((day, row.get(1)?.as_deref()?.parse().ok()?))
    };
    rows.iter().filter_map(day).collect()
}

/// Days without a row, and how many days there should be.
struct Gaps {
    /// The first and the last day of each, and how many days without a row it has.
    runs: Vec<(NaiveDate, NaiveDate, u64)>,
    missing: u64,
    expected: u64,
}

/// The gaps that chance does not explain, in days that are sorted.
fn gaps(days: &[(NaiveDate, u64)]) -> Option<Gaps> {
    let ((first, _), (last, _)) = (days.first()?, days.last()?);
    if !(MIN_DAYS..=MAX_DAYS).contains(&days.len()) {
        return None;
    }
    let span = last.signed_duration_since(*first).num_days();
    if span as f64 * MIN_COVERED > days.len() as f64 * 7.0 {
        return None;
    }
    // A shop that is closed on Sundays misses none, though it was open on one.
    let of_week = |day: &NaiveDate| day.weekday().num_days_from_monday() as usize;
    let mut with_rows = [0_i64; 7];
    for (day, _) in days {
        with_rows[of_week(day)] += 1;
    }
    let opens = |day: NaiveDate| with_rows[of_week(&day)] * 10 > span / 7;
    let mut series: Vec<(NaiveDate, u64)> = vec![];
    let mut there = days.iter().peekable();
    let mut day = *first;
    while day <= *last {
        let rows = there.next_if(|(next, _)| *next == day);
        if opens(day) {
            series.push((day, rows.map_or(0, |(_, n)| *n)));
        }
        day = day.checked_add_days(Days::new(1))?;
    }
    let covered = series.iter().filter(|(_, n)| *n > 0).count() as f64 / series.len() as f64;
    if covered < MIN_COVERED {
        return None;
    }
    // A table with a row for each day is none of chance.
    let is_regular = covered > REGULAR && days.iter().all(|(_, n)| *n == days[0].1);
    let mut runs = vec![];
    let mut at = 0;
    while at < series.len() {
        let n = series[at..].iter().take_while(|(_, n)| *n == 0).count();
        if n > 0 && (is_regular || !is_chance(&series, at, n)) {
            runs.push((series[at].0, series[at + n - 1].0, n as u64));
        }
        at += n.max(1);
    }
    let missing = runs.iter().map(|(_, _, n)| n).sum();
    let expected = series.len() as u64;
    (missing > 0).then_some(Gaps {
        runs,
        missing,
        expected,
    })
}

/// Whether chance makes such a gap: were rows to fall on days by chance, as many as around it, then a run of k days would be
/// without one with exp(-k * rows a day).
fn is_chance(series: &[(NaiveDate, u64)], at: usize, n: usize) -> bool {
    let a_day = |days: &[(NaiveDate, u64)]| {
        let rows: u64 = days.iter().map(|(_, n)| n).sum();
        (!days.is_empty()).then(|| rows as f64 / days.len() as f64)
    };
    let before = a_day(&series[at.saturating_sub(AROUND)..at]);
    let after = a_day(&series[at + n..series.len().min(at + n + AROUND)]);
    let fewest = match (before, after) {
        (Some(before), Some(after)) => before.min(after),
        (one, other) => one.or(other).unwrap_or(0.0),
    };
    series.len() as f64 * (-fewest * n as f64).exp() > CHANCE
}

fn in_words(column: &ColumnProfile, gaps: &Gaps) -> Finding {
    let mut longest = gaps.runs.clone();
    longest.sort_by_key(|(from, _, n)| (std::cmp::Reverse(*n), *from));
    let mut named: Vec<String> = longest
        .iter()
        .take(SHOWN)
        .map(|(from, to, _)| match from == to {
            true => from.to_string(),
            false => format!("{from} to {to}"),
        })
        .collect();
    if gaps.runs.len() > SHOWN {
        named.push(format!(
            "and {} more",
            shown::many((gaps.runs.len() - SHOWN) as u64, "gap")
        ));
    }
    let from = longest.first().map(|(from, _, _)| from.to_string());
    Finding::new(
        Severity::Warning,
        "missing_days",
        format!(
            "{} {} no row, where the others have some: {}",
            shown::of(gaps.missing, gaps.expected, "day"),
            shown::have(gaps.missing),
            named.join(", ")
        ),
    )
    .of(column.name())
    .counted(gaps.missing, gaps.expected)
    .such_as(from.as_deref())
    .advice(format!(
        "check whether a file of those days is missing; otherwise a mean by day of {} leaves them out",
        written(column.name())
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(days: impl IntoIterator<Item = u64>, rows: u64) -> Vec<(NaiveDate, u64)> {
        let first = NaiveDate::from_ymd_opt(2026, 1, 5).expect("a Monday");
        let days = days.into_iter();
        days.map(|n| (first.checked_add_days(Days::new(n)).expect("a day"), rows))
            .collect()
    }

    #[test]
    fn closed_weekdays_are_no_gap_and_a_missing_day_is_one() {
        let open = (0..60).filter(|n| n % 7 < 5);
        assert!(gaps(&series(open.clone(), 50)).is_none());
        let found = gaps(&series(open.filter(|n| *n != 16), 50)).expect("a gap");
        assert_eq!((found.missing, found.expected), (1, 44));
    }

    #[test]
    fn chance_makes_gaps_where_rows_are_few() {
        // Two rows on three days of four: a day without is nothing to speak of.
        let some = (0..100).filter(|n| n % 4 != 3);
        let mut days = series(some, 2);
        days[0].1 = 3;
        assert!(gaps(&days).is_none());
    }
}
