//! Dates and times as ISO writes them.

use chrono::{Datelike, NaiveDate};

/// A day, and what may follow it: a time, and an offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment {
    /// Since 1970-01-01.
    pub days: i32,
    pub time: Option<TimeOfDay>,
    pub offset: Option<i32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TimeOfDay {
    pub seconds: u32,
    pub nanos: u32,
    /// How many digits of a second's fraction are written, without zeros at their end.
    pub fraction: u8,
}

/// Reads ISO's `2026-01-31`, `2026-01-31 10:00`, `2026-01-31T10:00:00.5+02:00`, and nothing else.
pub(in crate::tables) fn moment(bytes: &[u8]) -> Option<Moment> {
    let two = |at: usize| -> Option<u32> {
        let (a, b) = (bytes.get(at)?, bytes.get(at + 1)?);
        (a.is_ascii_digit() && b.is_ascii_digit()).then(|| u32::from((a - b'0') * 10 + (b - b'0')))
    };
    if bytes.len() < 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let year = i32::try_from(two(0)? * 100 + two(2)?).ok()?;
    let date = NaiveDate::from_ymd_opt(year, two(5)?, two(8)?)?;
    // 1970-01-01 is day 719,163 of the calendar.
    let days = date.num_days_from_ce() - 719_163;
    if bytes.len() == 10 {
        let (time, offset) = (None, None);
        return Some(Moment { days, time, offset });
    }
    if !matches!(bytes[10], b'T' | b' ' | b't') || *bytes.get(13)? != b':' {
        return None;
    }
    let (hour, minute) = (two(11)?, two(14)?);
    let mut at = 16;
    let mut second = 0;
    let (mut nanos, mut fraction) = (0u32, 0u8);
    if bytes.get(at) == Some(&b':') {
        second = two(at + 1)?;
        at += 3;
        if bytes.get(at) == Some(&b'.') {
            let rest = &bytes[at + 1..];
            let n = rest.iter().take_while(|b| b.is_ascii_digit()).count();
            let digits = &rest[..n];
            if digits.is_empty() || digits.len() > 9 {
                return None;
            }
            for place in 0..9 {
                let digit = digits.get(place).map_or(0, |b| b - b'0');
                nanos = nanos * 10 + u32::from(digit);
                if digit > 0 {
                    fraction = place as u8 + 1;
                }
            }
            at += 1 + digits.len();
        }
    }
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let time = Some(TimeOfDay {
        seconds: hour * 3600 + minute * 60 + second,
        nanos,
        fraction,
    });
    let offset = match &bytes[at..] {
        [] => None,
        rest => Some(offset(rest)?),
    };
    Some(Moment { days, time, offset })
}

/// `Z`, ` UTC`, `+02`, `+0200`, `+02:00`, in seconds east.
fn offset(rest: &[u8]) -> Option<i32> {
    let rest = rest.strip_prefix(b" ").unwrap_or(rest);
    if matches!(rest, b"Z" | b"z" | b"UTC" | b"GMT") {
        return Some(0);
    }
    let (sign, digits) = match rest {
        [b'+', digits @ ..] => (1, digits),
        [b'-', digits @ ..] => (-1, digits),
        _ => return None,
    };
    let digit = |b: &u8| b.is_ascii_digit().then(|| i32::from(b - b'0'));
    let (hours, minutes) = match digits {
        [a, b] => (digit(a)? * 10 + digit(b)?, 0),
        [a, b, c, d] | [a, b, b':', c, d] => {
            (digit(a)? * 10 + digit(b)?, digit(c)? * 10 + digit(d)?)
        }
        _ => return None,
    };
    (hours <= 18 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}
