//! Periods of a calendar: which one a value means, which one comes before it, and when it ends.

use chrono::{Datelike, Duration, NaiveDate, Weekday};

/// How long periods are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeriodLength {
    /// A year of the calendar.
    Year,
    /// Three months of it.
    Quarter,
    /// A month.
    Month,
    /// Seven days from a day that all of them begin on.
    Week,
    /// A day.
    Day,
}

/// A period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    /// How long it is.
    pub length: PeriodLength,
    /// Its number among those of its length: the next one has the next number.
    pub number: i64,
    first_day: NaiveDate,
}

impl PeriodLength {
    /// In a word.
    pub fn word(self) -> &'static str {
        match self {
            PeriodLength::Year => "year",
            PeriodLength::Quarter => "quarter",
            PeriodLength::Month => "month",
            PeriodLength::Week => "week",
            PeriodLength::Day => "day",
        }
    }

    /// How many periods later the same one of the next year comes, where years are made of whole periods.
    pub fn per_year(self) -> Option<i64> {
        match self {
            PeriodLength::Quarter => Some(4),
            PeriodLength::Month => Some(12),
            PeriodLength::Year | PeriodLength::Week | PeriodLength::Day => None,
        }
    }

    /// The length of periods that begin on these days.
    pub fn of_days(days: &[NaiveDate]) -> Self {
        let mut days = days.to_vec();
        days.sort_unstable();
        days.dedup();
        let pairs = || days.windows(2).map(|pair| (pair[0], pair[1]));
        if days.iter().all(|day| day.day() == 1) {
            let months = |(one, other): (NaiveDate, NaiveDate)| months_of(other) - months_of(one);
            let all_in = |n: i64| days.len() > 1 && pairs().map(months).all(|gap| gap % n == 0);
            let begin_in = |n: u32| days.iter().all(|day| day.month0() % n == 0);
            return match () {
                () if all_in(12) && begin_in(12) => PeriodLength::Year,
                () if all_in(3) && begin_in(3) => PeriodLength::Quarter,
                () => PeriodLength::Month,
            };
        }
        let weeks = days.len() > 1 && pairs().all(|(one, other)| (other - one).num_days() % 7 == 0);
        if weeks {
            PeriodLength::Week
        } else {
            PeriodLength::Day
        }
    }
}

impl Period {
    /// The period of this length that begins on a day.
    pub fn beginning(first_day: NaiveDate, length: PeriodLength) -> Self {
        let days = i64::from(first_day.num_days_from_ce());
        let number = match length {
            PeriodLength::Year => i64::from(first_day.year()),
            PeriodLength::Quarter => months_of(first_day).div_euclid(3),
            PeriodLength::Month => months_of(first_day),
            PeriodLength::Week => days.div_euclid(7),
            PeriodLength::Day => days,
        };
        Self {
            length,
            number,
            first_day,
        }
    }

    /// That of a text: `2026`, `2026-Q2`, `2026-06` or `2026-06-30`.
    pub fn parse(text: &str) -> Option<Self> {
        let is_ascii_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        let of = |year: &str, month: u32, day: u32, length| {
            let is_year = year.len() == 4 && is_ascii_digits(year);
            let year = year.parse().ok().filter(|_| is_year)?;
            let first_day = NaiveDate::from_ymd_opt(year, month, day)?;
            Some(Period::beginning(first_day, length))
        };
        let two =
            |part: &str| (part.len() == 2 && is_ascii_digits(part)).then(|| part.parse().ok());
        match *text.split('-').collect::<Vec<_>>() {
            [year] => of(year, 1, 1, PeriodLength::Year),
            [year, "Q1" | "q1"] => of(year, 1, 1, PeriodLength::Quarter),
            [year, "Q2" | "q2"] => of(year, 4, 1, PeriodLength::Quarter),
            [year, "Q3" | "q3"] => of(year, 7, 1, PeriodLength::Quarter),
            [year, "Q4" | "q4"] => of(year, 10, 1, PeriodLength::Quarter),
            [year, month] => of(year, two(month)??, 1, PeriodLength::Month),
            [year, month, day] => of(year, two(month)??, two(day)??, PeriodLength::Day),
            _ => None,
        }
    }

    /// The one that lies so many periods before it.
    pub fn earlier(&self, n: i64) -> Option<Self> {
        let months = match self.length {
            PeriodLength::Year => 12 * n,
            PeriodLength::Quarter => 3 * n,
            PeriodLength::Month => n,
            PeriodLength::Week => {
                let first_day = self.first_day.checked_sub_signed(Duration::days(7 * n))?;
                return Some(Period::beginning(first_day, self.length));
            }
            PeriodLength::Day => {
                let first_day = self.first_day.checked_sub_signed(Duration::days(n))?;
                return Some(Period::beginning(first_day, self.length));
            }
        };
        let months = chrono::Months::new(u32::try_from(months).ok()?);
        let first_day = self.first_day.checked_sub_months(months)?;
        Some(Period::beginning(first_day, self.length))
    }

    /// The period of this length that a text such as `2026-06-01` names: weeks are called by their first day.
    pub fn of_length(&self, length: PeriodLength) -> Option<Self> {
        match (self.length, length) {
            (one, other) if one == other => Some(self.clone()),
            (PeriodLength::Day, PeriodLength::Week) => {
                Some(Period::beginning(self.first_day, PeriodLength::Week))
            }
            _ => None,
        }
    }

    /// As people write it.
    pub fn label(&self) -> String {
        let day = self.first_day;
        match self.length {
            PeriodLength::Year => day.format("%Y").to_string(),
            PeriodLength::Quarter => format!("{}-Q{}", day.year(), day.month0() / 3 + 1),
            PeriodLength::Month => day.format("%Y-%m").to_string(),
            PeriodLength::Week | PeriodLength::Day => day.format("%Y-%m-%d").to_string(),
        }
    }

    /// Its last day.
    pub fn last_day(&self) -> NaiveDate {
        let months = match self.length {
            PeriodLength::Day => return self.first_day,
            PeriodLength::Week => return self.first_day + Duration::days(6),
            PeriodLength::Month => 1,
            PeriodLength::Quarter => 3,
            PeriodLength::Year => 12,
        };
        let after = self
            .first_day
            .checked_add_months(chrono::Months::new(months));
        after.map_or(NaiveDate::MAX, |after| after - Duration::days(1))
    }
}

/// Whether rows reach to the end of a period, by the days that have any. The newest day need not be the last one: rows may
/// be missing for as many weekdays as they have been at most in the three months before.
pub fn is_complete(period: &Period, days: &[NaiveDate]) -> bool {
    let Some(newest) = days.iter().max().copied() else {
        return true;
    };
    let end = period.last_day();
    if newest >= end {
        return true;
    }
    let mut recent: Vec<NaiveDate> = days
        .iter()
        .copied()
        .filter(|day| newest - *day <= Duration::days(92))
        .collect();
    recent.sort_unstable();
    recent.dedup();
    let gaps = recent
        .windows(2)
        .map(|pair| weekdays_between(pair[0], pair[1]));
    let usual = gaps.max().unwrap_or(0);
    weekdays_between(newest, end + Duration::days(1)) <= usual
}

/// How many weekdays lie between two days.
fn weekdays_between(one: NaiveDate, other: NaiveDate) -> i64 {
    let days = (other - one).num_days() - 1;
    // So many weeks have five each, whatever day they begin on.
    let rest = (1..=days % 7).map(|n| one + Duration::days(n));
    let weekdays = rest.filter(|day| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun));
    days / 7 * 5 + weekdays.count() as i64
}

fn months_of(day: NaiveDate) -> i64 {
    12 * i64::from(day.year()) + i64::from(day.month0())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn of(text: &str) -> Period {
        Period::parse(text).unwrap_or_else(|| panic!("{text}"))
    }

    #[test]
    fn texts_are_periods() {
        for (text, length, last) in [
            ("2026", PeriodLength::Year, "2026-12-31"),
            ("2026-Q2", PeriodLength::Quarter, "2026-06-30"),
            ("2024-02", PeriodLength::Month, "2024-02-29"),
            ("2026-06-07", PeriodLength::Day, "2026-06-07"),
        ] {
            let period = of(text);
            assert_eq!(
                (period.length, period.last_day()),
                (length, day(last)),
                "{text}"
            );
            assert_eq!(period.label(), text);
        }
        for text in [
            "",
            "26-01",
            "2026-13",
            "2026-1",
            "2026-Q5",
            "2026-02-30",
            "a",
            "+026-01",
            "2026-06-07T00",
        ] {
            assert_eq!(Period::parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_next_period_has_the_next_number() {
        assert_eq!(of("2026-01").number - of("2025-12").number, 1);
        assert_eq!(of("2026-Q1").number - of("2025-Q4").number, 1);
        assert_eq!(of("2026-03-01").number - of("2026-02-28").number, 1);
    }

    #[test]
    fn weeks_go_by_their_first_day() {
        let week = of("2026-06-01")
            .of_length(PeriodLength::Week)
            .expect("a week");
        assert_eq!(
            (week.label().as_str(), week.last_day()),
            ("2026-06-01", day("2026-06-07"))
        );
        assert_eq!(
            week.number - 1,
            week.earlier(1).expect("a week before").number
        );
        assert_eq!(of("2026-06").of_length(PeriodLength::Week), None);
    }

    #[test]
    fn days_tell_how_long_their_periods_are() {
        let length =
            |days: &[&str]| PeriodLength::of_days(&days.iter().map(|d| day(d)).collect::<Vec<_>>());
        assert_eq!(
            length(&["2026-01-01", "2026-02-01", "2026-04-01"]),
            PeriodLength::Month
        );
        assert_eq!(length(&["2026-01-01", "2026-07-01"]), PeriodLength::Quarter);
        assert_eq!(length(&["2026-02-01", "2026-05-01"]), PeriodLength::Month);
        assert_eq!(length(&["2025-01-01", "2026-01-01"]), PeriodLength::Year);
        assert_eq!(length(&["2026-04-01"]), PeriodLength::Month);
        assert_eq!(length(&["2026-06-01", "2026-06-15"]), PeriodLength::Week);
        assert_eq!(length(&["2026-06-01", "2026-06-02"]), PeriodLength::Day);
    }

    #[test]
    fn a_period_is_complete_where_rows_reach_as_far_as_they_do() {
        // 2026-06-30 is a Tuesday, and 2026-05-31 a Sunday.
        let every_weekday: Vec<NaiveDate> = (0..120)
            .map(|n| day("2026-02-02") + Duration::days(n))
            .filter(|day| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun))
            .collect();
        let until = |last: &str| -> Vec<NaiveDate> {
            let days = every_weekday.iter().copied();
            days.filter(|d| *d <= day(last)).collect()
        };
        assert!(is_complete(&of("2026-05"), &until("2026-05-29")));
        assert!(!is_complete(&of("2026-05"), &until("2026-05-28")));
        assert!(is_complete(&of("2026-04"), &until("2026-05-28")));
        let sparse = [
            "2026-03-02",
            "2026-03-20",
            "2026-04-14",
            "2026-05-04",
            "2026-05-20",
        ]
        .map(day);
        assert!(
            is_complete(&of("2026-05"), &sparse),
            "they were silent for longer"
        );
        assert!(is_complete(&of("2026-05"), &[]), "nothing is known");
    }
}
