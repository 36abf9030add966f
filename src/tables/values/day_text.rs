//! Dates as people write them elsewhere: with the day or the month first, with the name of a month, and with a time of day.

use chrono::{Datelike, NaiveDate};

/// The order of a date that is not ISO's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(in crate::tables) struct Day {
    pub separator: u8,
    pub year_first: bool,
    pub short_year: bool,
    /// Of which years one of two digits is.
    pub century: Option<Century>,
    /// Day and month have two digits each.
    pub padded: bool,
    /// The year may have two digits and come first.
    pub may_be_year_first: bool,
    /// The first number is beyond 12, so it is the day.
    pub day_first: bool,
    /// The second number is beyond 12.
    pub month_first: bool,
    pub with_time: bool,
    pub with_seconds: bool,
    pub with_half: bool,
    /// The format of a date with the name of its month.
    pub named: Option<&'static str>,
}

/// The years that a year of two digits may be of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::tables) enum Century {
    /// 70 to 99 are 1970 to 1999.
    Last,
    /// 00 to 69 are 2000 to 2069.
    This,
}

impl Century {
    fn of(year: i32) -> Self {
        if year < 2000 {
            Century::Last
        } else {
            Century::This
        }
    }

    /// What is said where years of two digits are read.
    pub const RULE: &'static str =
        "of years with two digits, 00 to 69 are 2000 to 2069, and 70 to 99 are 1970 to 1999";
}

impl Day {
    /// Whether both have the same parts in the same way, whatever their order; a time of day aside.
    pub fn is_like(&self, other: &Day) -> bool {
        self.separator == other.separator
            && self.year_first == other.year_first
            && self.short_year == other.short_year
            && self.named == other.named
    }

    /// Whether both have a time of day that is written in the same way, or none.
    pub fn has_clock_like(&self, other: &Day) -> bool {
        let clock = |day: &Day| (day.with_time, day.with_seconds, day.with_half);
        clock(self) == clock(other)
    }

    /// What a format has for its time of day.
    pub fn clock_format(&self) -> &'static str {
        match (self.with_time, self.with_half, self.with_seconds) {
            (false, _, _) => "",
            (_, false, false) => " %H:%M",
            (_, false, true) => " %H:%M:%S",
            (_, true, false) => " %I:%M %p",
            (_, true, true) => " %I:%M:%S %p",
        }
    }
}

/// A time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Clock<'a> {
    hour: u32,
    minute: u32,
    second: Option<u32>,
    /// The digits after a second's point.
    fraction: &'a str,
    /// Whether it has AM or PM.
    has_half: bool,
}

/// The date of a value, and the time of day that may follow it; `None` if what follows is none.
fn date_and_clock(value: &str) -> Option<(&str, Option<Clock<'_>>)> {
    let Some(colon) = value.find(':') else {
        return Some((value, None));
    };
    let before = value[..colon].trim_end_matches(|c: char| c.is_ascii_digit());
    let date = match before.strip_suffix('T') {
        Some(date) => date,
        None => before.strip_suffix(|c: char| c.is_whitespace())?,
    };
    let date = date.trim_end().trim_end_matches(',');
    let date = date.strip_suffix(" at").unwrap_or(date);
    Some((date, Some(clock(&value[before.len()..])?)))
}

/// `9:05`, `21:05:30`, `21:05:30.5`, `9:05 PM`, `9:05 p.m.`
fn clock(value: &str) -> Option<Clock<'_>> {
    let letters = value.find(|c: char| !(c.is_ascii_digit() || matches!(c, ':' | '.')));
    let (digits, half) = value.split_at(letters.unwrap_or(value.len()));
    // An offset, or the end of a range, is no part of a time of day.
    let is_half = |c: char| c.is_ascii_alphabetic() || c == '.' || c.is_whitespace();
    if !half.chars().all(is_half) {
        return None;
    }
    let half: String = half.chars().filter(|c| c.is_ascii_alphabetic()).collect();
    let (digits, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let number = |text: &str| -> Option<u32> {
        let is_number = matches!(text.len(), 1 | 2) && text.bytes().all(|b| b.is_ascii_digit());
        is_number.then(|| text.parse().ok())?
    };
    let mut parts = digits.split(':');
    let (hour, minute) = (number(parts.next()?)?, number(parts.next()?)?);
    let second = match parts.next() {
        Some(second) => Some(number(second)?),
        None => None,
    };
    let hour = match half.to_ascii_uppercase().as_str() {
        "" => hour,
        "AM" if (1..=12).contains(&hour) => hour % 12,
        "PM" if (1..=12).contains(&hour) => hour % 12 + 12,
        _ => return None,
    };
    let is_fraction = fraction.len() <= 6 && fraction.bytes().all(|b| b.is_ascii_digit());
    let is_clock = parts.next().is_none()
        && hour < 24
        && minute < 60
        && second.unwrap_or(0) < 60
        && is_fraction
        && (fraction.is_empty() || second.is_some());
    is_clock.then_some(Clock {
        hour,
        minute,
        second,
        fraction,
        has_half: !half.is_empty(),
    })
}

/// The three numbers of a date, what parts them, and how many digits the year has.
struct DayNumbers {
    first: u32,
    second: u32,
    third: u32,
    separator: u8,
    year_first: bool,
    short_year: bool,
    /// Whether all but the year have two digits.
    is_padded: bool,
}

fn numbers(date: &str) -> Option<DayNumbers> {
    let separator = date.bytes().find(|b| !b.is_ascii_digit())?;
    if !matches!(separator, b'/' | b'.' | b'-') {
        return None;
    }
    // Some write 5.3.2026. or 5. 3. 2026.
    let mut parts = date.split(separator as char).map(str::trim_start);
    let (a, b, c) = (parts.next()?, parts.next()?, parts.next()?);
    let is_number =
        |text: &str| matches!(text.len(), 1 | 2 | 4) && text.bytes().all(|b| b.is_ascii_digit());
    if parts.next().is_some() || ![a, b, c].into_iter().all(is_number) || b.len() == 4 {
        return None;
    }
    let year_first = a.len() == 4;
    let has_year = match year_first {
        true => c.len() <= 2,
        false => c.len() != 1,
    };
    has_year.then_some(DayNumbers {
        first: a.parse().ok()?,
        second: b.parse().ok()?,
        third: c.parse().ok()?,
        separator,
        year_first,
        short_year: !year_first && c.len() == 2,
        is_padded: b.len() == 2 && (if year_first { c } else { a }).len() == 2,
    })
}

impl DayNumbers {
    fn in_order(&self, order: DayOrder) -> Option<NaiveDate> {
        let (year, month, day) = match order {
            DayOrder::YearMonthDay => (self.first, self.second, self.third),
            DayOrder::DayMonthYear => (self.third, self.second, self.first),
            DayOrder::MonthDayYear => (self.third, self.first, self.second),
        };
        NaiveDate::from_ymd_opt(self.year(year), month, day)
    }

    /// The year that is written so.
    fn year(&self, written: u32) -> i32 {
        // It has four digits at most.
        let written = written as i32;
        match (self.short_year, written) {
            (false, year) => year,
            // As chrono has it where a month has its name.
            (true, year @ 0..=69) => 2000 + year,
            (true, year) => 1900 + year,
        }
    }
}

/// A date such as 03/04/2026, 3.4.26 or 2026/04/03, and a time after it.
pub(super) fn day(value: &str) -> Option<Day> {
    let (date, clock) = date_and_clock(value)?;
    let numbers = numbers(date)?;
    let exists = |order| numbers.in_order(order).is_some();
    let (day_first, month_first) = (
        exists(DayOrder::DayMonthYear),
        exists(DayOrder::MonthDayYear),
    );
    let is_date = match (numbers.year_first, numbers.separator) {
        // 2026-02-03 is a date that needs no help; 2026-2-3 does.
        (true, b'-') => exists(DayOrder::YearMonthDay) && (!numbers.is_padded || clock.is_some()),
        (true, _) => exists(DayOrder::YearMonthDay),
        (false, b'.') => day_first,
        (false, _) => day_first || month_first,
    };
    is_date.then(|| Day {
        separator: numbers.separator,
        year_first: numbers.year_first,
        short_year: numbers.short_year,
        padded: numbers.is_padded,
        may_be_year_first: numbers.short_year
            && numbers.separator != b'.'
            && NaiveDate::from_ymd_opt(2000, numbers.second, numbers.third).is_some(),
        day_first: !numbers.year_first && day_first && (!month_first || numbers.separator == b'.'),
        month_first: !numbers.year_first && month_first && !day_first,
        century: numbers
            .short_year
            .then(|| Century::of(numbers.year(numbers.third))),
        with_time: clock.is_some(),
        with_seconds: clock.is_some_and(|clock| clock.second.is_some()),
        with_half: clock.is_some_and(|clock| clock.has_half),
        named: None,
    })
}

/// Formats of dates with the name of a month, as chrono and `to_date` have them.
const NAMED: &[&str] = &[
    "%b %d, %Y",
    "%d %b %Y",
    "%d-%b-%Y",
    "%d-%b-%y",
    "%d. %b %Y",
    "%b %d %Y",
    "%b-%d-%Y",
    "%d/%b/%Y",
    "%d %b, %Y",
    "%a, %d %b %Y",
    "%a, %b %d, %Y",
    "%a %b %d %Y",
    // Names that are written out.
    "%B %d, %Y",
    "%d %B %Y",
    "%d-%B-%Y",
    "%d. %B %Y",
    "%B %d %Y",
    "%d %B, %Y",
    "%A, %d %B %Y",
    "%A, %B %d, %Y",
];

/// A date with the name of its month, and a time after it.
pub(super) fn named_day(value: &str) -> Option<Day> {
    let (date, clock) = date_and_clock(value)?;
    // Codes such as SKU-12 need not be tried.
    if !has_month(date) {
        return None;
    }
    let mut formats = NAMED.iter();
    let (format, read) = formats.find_map(|format| Some((*format, named_date(date, format)?)))?;
    Some(Day {
        named: Some(format),
        century: format.ends_with("%y").then(|| Century::of(read.year())),
        with_time: clock.is_some(),
        with_seconds: clock.is_some_and(|clock| clock.second.is_some()),
        with_half: clock.is_some_and(|clock| clock.has_half),
        ..Day::default()
    })
}

/// Whether one of its words begins as the name of a month.
fn has_month(date: &str) -> bool {
    const MONTHS: [&str; 12] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let mut words = date.split(|c: char| !c.is_ascii_alphabetic());
    words.any(|word| {
        let start = word.get(..3);
        start.is_some_and(|start| MONTHS.iter().any(|m| m.eq_ignore_ascii_case(start)))
    })
}

fn named_date(date: &str, format: &str) -> Option<NaiveDate> {
    let read = NaiveDate::parse_from_str(date, format).ok()?;
    // %Y reads a year of two digits, too.
    (format.ends_with("%y") || read.year() >= 1000).then_some(read)
}

/// Which part of a date comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::tables) enum DayOrder {
    YearMonthDay,
    DayMonthYear,
    MonthDayYear,
}

/// How the dates of a column are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tables) enum DayForm {
    /// Three numbers with the same sign between them.
    Numbers {
        order: DayOrder,
        separator: u8,
        /// Of which years all are whose years have two digits.
        century: Option<Century>,
    },
    /// With the name of the month, in a format of chrono's.
    Named {
        format: String,
        century: Option<Century>,
    },
    /// A format that somebody said, which may have a time in it.
    Said(String),
}

impl DayForm {
    /// The date as ISO writes it: `31.12.2025` as `2025-12-31`, `12/31/25 9:05 PM` as `2025-12-31 21:05:00`.
    pub fn plain(&self, value: &str) -> Option<String> {
        let value = value.trim();
        if let DayForm::Said(format) = self {
            return said(value, format);
        }
        let (date, clock) = date_and_clock(value)?;
        let date = match self {
            DayForm::Numbers {
                order,
                separator,
                century,
            } => {
                let numbers = numbers(date)?;
                let is_same = numbers.separator == *separator
                    && numbers.short_year == century.is_some()
                    && numbers.year_first == (*order == DayOrder::YearMonthDay);
                is_same.then(|| numbers.in_order(*order))??
            }
            DayForm::Named { format, .. } | DayForm::Said(format) => named_date(date, format)?,
        };
        // 12/31/65 is hardly of the year 2065 where all others are of the 1900s.
        if let DayForm::Numbers { century, .. } | DayForm::Named { century, .. } = self
            && century.is_some_and(|century| century != Century::of(date.year()))
        {
            return None;
        }
        Some(match clock {
            None => date.to_string(),
            Some(clock) => {
                let second = clock.second.unwrap_or(0);
                let point = if clock.fraction.is_empty() { "" } else { "." };
                format!(
                    "{date} {:02}:{:02}:{second:02}{point}{}",
                    clock.hour, clock.minute, clock.fraction
                )
            }
        })
    }
}

fn said(value: &str, format: &str) -> Option<String> {
    // %Y reads a year of two digits, too.
    let is_year = |date: &NaiveDate| date.year() >= 1000;
    if let Ok(time) = chrono::NaiveDateTime::parse_from_str(value, format) {
        let plain = time.format("%Y-%m-%d %H:%M:%S%.f").to_string();
        return is_year(&time.date()).then_some(plain);
    }
    let date = NaiveDate::parse_from_str(value, format).ok()?;
    is_year(&date).then(|| date.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(order: DayOrder, separator: u8, short_year: bool) -> DayForm {
        DayForm::Numbers {
            order,
            separator,
            century: short_year.then_some(Century::This),
        }
    }

    #[test]
    fn dates_of_other_places_as_iso_writes_them() {
        use DayOrder::*;
        for (form, value, date) in [
            (of(DayMonthYear, b'.', false), "31.12.2025", "2025-12-31"),
            (of(DayMonthYear, b'.', false), "5. 3. 2026", "2026-03-05"),
            (of(MonthDayYear, b'/', false), "12/31/2025", "2025-12-31"),
            (
                of(MonthDayYear, b'/', true),
                "3/5/26 9:05",
                "2026-03-05 09:05:00",
            ),
            (
                of(MonthDayYear, b'/', false),
                "3/5/2026, 9:05:30\u{202f}PM",
                "2026-03-05 21:05:30",
            ),
            (
                of(MonthDayYear, b'/', false),
                "12/31/2025 12:00 a.m.",
                "2025-12-31 00:00:00",
            ),
            (of(YearMonthDay, b'/', false), "2026/3/5", "2026-03-05"),
            (
                of(YearMonthDay, b'-', false),
                "2026-3-5T9:05:01.25",
                "2026-03-05 09:05:01.25",
            ),
            (
                DayForm::Named {
                    format: "%B %d, %Y".to_string(),
                    century: None,
                },
                "Mar 5, 2026 9:05 PM",
                "2026-03-05 21:05:00",
            ),
            (
                DayForm::Said("%Y%m%d".to_string()),
                "20260305",
                "2026-03-05",
            ),
            (
                DayForm::Said("%d%b%Y:%H:%M:%S".to_string()),
                "05Mar2026:10:00:00",
                "2026-03-05 10:00:00",
            ),
        ] {
            assert_eq!(form.plain(value).as_deref(), Some(date), "{value}");
        }
    }

    #[test]
    fn what_is_no_date_of_a_form() {
        use DayOrder::*;
        let form = of(DayMonthYear, b'/', false);
        for value in [
            "31/11/2026",
            "12/31/2025",
            "31.12.2025",
            "31/12/25",
            "2025/12/31",
            "31/12/2025 25:00",
            "31/12/2025 13:00 PM",
            "31/12",
            "x",
            "",
        ] {
            assert_eq!(form.plain(value), None, "{value}");
        }
        // 69 is 2069, and 70 is 1970: a form is of one side.
        let short = of(DayMonthYear, b'/', true);
        assert_eq!(short.plain("31/12/69").as_deref(), Some("2069-12-31"));
        assert_eq!(short.plain("31/12/70"), None);
        assert_eq!(day("30/02/2026"), None);
        assert_eq!(day("31.04.2026"), None);
    }
}
