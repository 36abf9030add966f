//! The values of the options that say how numbers and dates are written.

use std::fmt::Write;

use chrono::format::{Item, StrftimeItems};
use chrono::{NaiveDate, NaiveDateTime};

/// A format of dates that can be read: it has a year, a month and a day.
///
/// # Errors
/// Says what a format is, with an example.
pub fn date_format(format: &str) -> Result<String, String> {
    let is_known = StrftimeItems::new(format).all(|item| item != Item::Error);
    let at = |hour, minute, second| {
        let day = NaiveDate::from_ymd_opt(2026, 3, 5)?.and_hms_opt(hour, minute, second)?;
        let mut text = String::new();
        // Zones have no place in it.
        write!(text, "{}", day.format(format)).ok()?;
        Some(text)
    };
    let (morning, evening) = match is_known {
        true => (at(0, 0, 0), at(16, 17, 18)),
        false => (None, None),
    };
    let is_read = evening.is_some_and(|text| {
        let has_time = morning.is_some_and(|morning| morning != text);
        match has_time {
            // A time that is not whole would be lost.
            true => NaiveDateTime::parse_from_str(&text, format).is_ok(),
            false => NaiveDate::parse_from_str(&text, format).is_ok(),
        }
    });
    match is_read {
        true => Ok(format.to_string()),
        false => Err(format!(
            "{format} is not a date format; %d is the day, %m the month, %Y the year, %y one of two digits, %b a \
             month's name, %H:%M:%S a time, %I:%M %p one with AM and PM: '%d/%m/%Y'"
        )),
    }
}

/// A point or a comma.
///
/// # Errors
/// Says that it is neither.
pub fn decimal_separator(text: &str) -> Result<u8, String> {
    match text {
        "." | "," => Ok(text.as_bytes()[0]),
        _ => Err(format!("{text} is neither a point, '.', nor a comma, ','")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_have_a_day() {
        for format in [
            "%d/%m/%Y",
            "%m/%d/%y %H:%M",
            "%Y%m%d",
            "%d. %B %Y",
            "%I:%M %p %d-%b-%Y",
        ] {
            assert!(date_format(format).is_ok(), "{format}");
        }
        for format in [
            "dd/mm/yyyy",
            "%H:%M",
            "%m/%Y",
            "%Q",
            "",
            "%d/%m/%Y %z",
            "%+",
            "%d/%m/%Y %I:%M",
            "%d/%m/%Y %H",
        ] {
            assert!(date_format(format).is_err(), "{format}");
        }
        assert_eq!(decimal_separator(","), Ok(b','));
        assert!(decimal_separator("comma").is_err());
    }
}
