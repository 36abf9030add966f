//! Days and times as Excel counts them: days since 1900, and a part of a day.

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike};

const DAY: &str = "yyyy-mm-dd";
const SECOND: &str = "yyyy-mm-dd hh:mm:ss";
const MILLISECOND: &str = "yyyy-mm-dd hh:mm:ss.000";

const SECONDS_OF_A_DAY: f64 = 86_400.0;

/// A day or time, as arrow writes it, as a number and how it is to be shown; `None` where Excel cannot tell it, such as
/// years before 1900 and parts of a millisecond.
pub(super) fn of(text: &str) -> Option<(f64, &'static str)> {
    if let Ok(day) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        return Some((days(day)?, DAY));
    }
    let at = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").ok()?;
    let nanoseconds = at.nanosecond();
    let pattern = match nanoseconds {
        0 => SECOND,
        _ if nanoseconds.is_multiple_of(1_000_000) => MILLISECOND,
        _ => return None,
    };
    let part = at.time().signed_duration_since(NaiveTime::MIN);
    let milliseconds = u32::try_from(part.num_milliseconds()).ok()?;
    let seconds = f64::from(milliseconds) / 1000.0;
    Some((days(at.date())? + seconds / SECONDS_OF_A_DAY, pattern))
}

fn days(day: NaiveDate) -> Option<f64> {
    let of = |year, month, day| NaiveDate::from_ymd_opt(year, month, day);
    // Excel takes 1900 for a leap year.
    let first = match day < of(1900, 3, 1)? {
        true => of(1899, 12, 31)?,
        false => of(1899, 12, 30)?,
    };
    let is_known = (1900..=9999).contains(&day.year());
    let days = i32::try_from(day.signed_duration_since(first).num_days()).ok()?;
    is_known.then_some(f64::from(days))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_as_excel_does() {
        assert_eq!(of("1900-01-01"), Some((1.0, DAY)));
        assert_eq!(of("1900-02-28"), Some((59.0, DAY)));
        assert_eq!(of("1900-03-01"), Some((61.0, DAY)));
        assert_eq!(of("2026-01-31"), Some((46_053.0, DAY)));
        assert_eq!(of("2026-01-31T18:00:00"), Some((46_053.75, SECOND)));
        let noon = of("2026-01-31T12:00:00.5");
        assert_eq!(noon, Some((46_053.5 + 0.5 / 86_400.0, MILLISECOND)));
        for text in [
            "1899-12-31",
            "10000-01-01",
            "2026-01-31T00:00:00.000001",
            "noon",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }
}
