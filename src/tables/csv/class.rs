//! What a single value looks like: of a type, a word for nothing, or a text of a known form.

use chrono::{Datelike, NaiveDate};

/// How many digits a DOUBLE keeps of every number.
const DOUBLE_DIGITS: usize = 17;
/// Whole numbers up to here are exact in a DOUBLE.
const EXACT_IN_DOUBLE: u64 = 1 << 53;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::tables) enum Class {
    /// A whole number as it would be written again: no sign +, no zeros before it.
    Integer {
        exact_in_double: bool,
    },
    /// A number with a point. `1.200` may be one with a separator of thousands.
    Decimal {
        thousands: bool,
    },
    Boolean,
    Date,
    /// A date and a time, with so many digits of a second's fraction.
    Time {
        fraction: u8,
    },
    /// The same with an offset of so many seconds.
    Instant {
        fraction: u8,
        offset: i32,
    },
    /// `N/A`, `NULL`, `-`, blanks: what stands for no value.
    Nothing,
    Text(Looks),
}

/// Texts of a form that says what they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::tables) enum Looks {
    /// Digits that a number would not be written with: `007`, `+5`, 20 digits, `1E5`.
    Code,
    /// More digits than a DOUBLE keeps.
    Digits,
    /// A number of another locale or with a sign of a unit.
    Number(Signs),
    /// A date in another order.
    Day(Day),
    /// Anything else.
    Other,
}

/// What a number has besides its digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(in crate::tables) struct Signs {
    pub comma: bool,
    pub point: bool,
    /// The comma is the last of both, and no thousands need follow it: it is that of decimals.
    pub decimal_comma: bool,
    /// The point is the last of both.
    pub decimal_point: bool,
    pub percent: bool,
    pub unit: bool,
    pub negative_elsewhere: bool,
    /// Blanks around it.
    pub blanks: bool,
}

/// The order of a date that is not ISO's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(in crate::tables) struct Day {
    pub separator: u8,
    pub year_first: bool,
    pub short_year: bool,
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

/// Words that files have for no value, in lower case.
const NOTHING: &[&str] = &[
    "n/a", "na", "n.a.", "#n/a", "#na", "null", "(null)", "<null>", "nil", "none", "nan", "\\n",
    "-", "--", "?", ".", "#value!", "#ref!", "#div/0!", "#num!", "#name?", "nat", "missing",
];

pub(in crate::tables) fn is_nothing(value: &str) -> bool {
    let word = value.trim();
    word.is_empty() || (word.len() <= 8 && NOTHING.contains(&word.to_ascii_lowercase().as_str()))
}

/// The class of a value that is not empty.
pub(in crate::tables) fn class_of(value: &str) -> Class {
    let bytes = value.as_bytes();
    let first = bytes.first().copied().unwrap_or_default();
    if !(first.is_ascii_digit() || matches!(first, b'-' | b'+' | b'.' | b'(' | b',')) {
        if value.eq_ignore_ascii_case("true") || value.eq_ignore_ascii_case("false") {
            return Class::Boolean;
        }
        // Most texts begin with a letter, and no number does but one with a sign of a unit.
        if first.is_ascii_alphabetic() && !bytes.iter().any(u8::is_ascii_digit) {
            return match is_nothing(value) {
                true => Class::Nothing,
                false => Class::Text(Looks::Other),
            };
        }
    }
    number(value)
        .or_else(|| date_or_time(value))
        .unwrap_or_else(|| match is_nothing(value) {
            true => Class::Nothing,
            false => Class::Text(text(value)),
        })
}

/// A number, or a code that is made of digits.
fn number(value: &str) -> Option<Class> {
    let unsigned = value.strip_prefix('-').unwrap_or(value);
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(at) => (&unsigned[..at], Some(&unsigned[at + 1..])),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let is_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let n_digits = whole.len() + fraction.map_or(0, str::len);
    if n_digits == 0 || !is_digits(whole) || !fraction.is_none_or(is_digits) {
        let plus = value.strip_prefix('+')?;
        let is_number = plus.starts_with(|c: char| c.is_ascii_digit()) && number(plus).is_some();
        return is_number.then_some(Class::Text(Looks::Code));
    }
    let code = Some(Class::Text(Looks::Code));
    if whole.len() > 1 && whole.starts_with('0') {
        return code;
    }
    if let Some(exponent) = exponent {
        let digits = exponent.strip_prefix(['+', '-']);
        let power = digits.unwrap_or(exponent);
        if power.is_empty() || power.len() > 3 || !is_digits(power) {
            return None;
        }
        // 1E5 is the code of a product; programs write 1e+05, 1e-05 or 1.0E5.
        if digits.is_none() && fraction.is_none() {
            return code;
        }
    }
    match (fraction, exponent) {
        (None, None) => {
            let is_bigint = value.len() <= 20 && value.parse::<i64>().is_ok();
            let exact_in_double = value
                .parse::<i64>()
                .is_ok_and(|n| n.unsigned_abs() <= EXACT_IN_DOUBLE);
            match is_bigint && value != "-0" {
                true => Some(Class::Integer { exact_in_double }),
                false => code,
            }
        }
        (fraction, _) => {
            let fraction = fraction.unwrap_or_default();
            let significant = match whole.trim_start_matches('0') {
                "" => fraction.trim_start_matches('0').len(),
                whole => whole.len() + fraction.len(),
            };
            if significant > DOUBLE_DIGITS {
                return Some(Class::Text(Looks::Digits));
            }
            let thousands = (1..=3).contains(&whole.len())
                && whole != "0"
                && fraction.len() == 3
                && exponent.is_none();
            Some(Class::Decimal { thousands })
        }
    }
}

fn date_or_time(value: &str) -> Option<Class> {
    let moment = moment(value.as_bytes())?;
    Some(match (moment.time, moment.offset) {
        (None, _) => Class::Date,
        (Some(time), None) => Class::Time {
            fraction: time.fraction,
        },
        (Some(time), Some(offset)) => Class::Instant {
            fraction: time.fraction,
            offset,
        },
    })
}

/// A day, and what may follow it: a time, and an offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::tables) struct Moment {
    /// Since 1970-01-01.
    pub days: i32,
    pub time: Option<TimeOfDay>,
    pub offset: Option<i32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::tables) struct TimeOfDay {
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

/// The form of a text that is of no type.
fn text(written: &str) -> Looks {
    let value = written.trim();
    if value.len() > 40 || !value.bytes().any(|b| b.is_ascii_digit()) {
        return Looks::Other;
    }
    if let Some(day) = day(value).or_else(|| named_day(value)) {
        return Looks::Day(day);
    }
    let mut signs = Signs {
        blanks: value.len() < written.len(),
        ..Signs::default()
    };
    match foreign_number(value, &mut signs) {
        Some(()) => Looks::Number(signs),
        None => Looks::Other,
    }
}

/// A number with a comma, a unit, a percent sign, or its sign in another place.
fn foreign_number(value: &str, signs: &mut Signs) -> Option<()> {
    let mut rest = value;
    if let Some(inner) = rest.strip_prefix('(').and_then(|r| r.strip_suffix(')')) {
        signs.negative_elsewhere = true;
        rest = inner.trim();
    }
    loop {
        let before = rest;
        for (sign, is_percent) in [
            ("%", true),
            ("$", false),
            ("€", false),
            ("£", false),
            ("¥", false),
            ("CHF", false),
            ("EUR", false),
            ("USD", false),
            ("GBP", false),
            ("kr", false),
        ] {
            if let Some(inner) = rest.strip_suffix(sign).or_else(|| rest.strip_prefix(sign)) {
                rest = inner.trim();
                *(if is_percent {
                    &mut signs.percent
                } else {
                    &mut signs.unit
                }) = true;
            }
        }
        if let Some(inner) = rest.strip_prefix('-').or_else(|| rest.strip_prefix('+')) {
            signs.negative_elsewhere |= signs.unit || rest.starts_with('+');
            rest = inner.trim();
        }
        if let Some(inner) = rest.strip_suffix('-') {
            signs.negative_elsewhere = true;
            rest = inner.trim();
        }
        if rest == before {
            break;
        }
    }
    if !rest.starts_with(|c: char| c.is_ascii_digit())
        || !rest.ends_with(|c: char| c.is_ascii_digit())
    {
        return None;
    }
    if !rest
        .bytes()
        .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b','))
    {
        return None;
    }
    (signs.comma, signs.point) = (rest.contains(','), rest.contains('.'));
    let Some(last) = rest.rfind([',', '.']) else {
        let has_sign = signs.percent || signs.unit || signs.negative_elsewhere || signs.blanks;
        return has_sign.then_some(());
    };
    let groups_of = |separator: char, text: &str| {
        let mut groups = text.split(separator);
        let first = groups.next().unwrap_or_default();
        (1..=3).contains(&first.len()) && groups.all(|g| g.len() == 3 && !g.contains(['.', ',']))
    };
    let separator = rest[last..].chars().next().unwrap_or('.');
    let other = if separator == ',' { '.' } else { ',' };
    let is_decimal = match rest.matches(separator).count() {
        1 => match rest.contains(other) {
            true => groups_of(other, &rest[..last]),
            false => true,
        },
        _ if rest.contains(other) => return None,
        _ => {
            if !groups_of(separator, rest) {
                return None;
            }
            false
        }
    };
    if is_decimal && rest.contains(other) && !groups_of(other, &rest[..last]) {
        return None;
    }
    // 1,200 may be 1200 or 1.2.
    let is_undecided = !rest.contains(other) && groups_of(separator, rest);
    signs.decimal_comma = is_decimal && separator == ',' && !is_undecided;
    signs.decimal_point = is_decimal && separator == '.' && !is_undecided;
    if !is_decimal {
        // 1.200.300 has points of thousands, so a comma would be that of decimals.
        signs.decimal_comma = separator == '.';
        signs.decimal_point = separator == ',';
    }
    Some(())
}

/// A date such as 03/04/2026, 3.4.26 or 2026/04/03, and a time after it.
fn day(value: &str) -> Option<Day> {
    let (date, time) = match value.split_once([' ', 'T']) {
        Some((date, time)) => (date, Some(time)),
        None => (value, None),
    };
    let separator = date.bytes().find(|b| !b.is_ascii_digit())?;
    if !matches!(separator, b'/' | b'.' | b'-') {
        return None;
    }
    let parts: Vec<&str> = date.split(separator as char).collect();
    let [a, b, c] = parts[..] else { return None };
    let number = |text: &str| -> Option<u32> {
        (matches!(text.len(), 1 | 2 | 4) && text.bytes().all(|b| b.is_ascii_digit()))
            .then(|| text.parse().ok())?
    };
    let (x, y, z) = (number(a)?, number(b)?, number(c)?);
    let year_first = a.len() == 4;
    let is_date = match year_first {
        true => (1..=12).contains(&y) && (1..=31).contains(&z) && c.len() <= 2,
        false => {
            (1..=31).contains(&x)
                && (1..=31).contains(&y)
                && (x <= 12 || y <= 12)
                && c.len() != 1
                && a.len() <= 2
                && b.len() <= 2
        }
    };
    // 2026-02-30 is no date at all.
    if !is_date || (year_first && separator == b'-') {
        return None;
    }
    let mut day = Day {
        separator,
        year_first,
        short_year: !year_first && c.len() == 2,
        day_first: x > 12 || separator == b'.',
        month_first: y > 12 && separator != b'.',
        with_time: time.is_some(),
        with_seconds: false,
        with_half: false,
        named: None,
    };
    if let Some(time) = time {
        let upper = time.to_ascii_uppercase();
        let clock = upper.trim_end_matches(['A', 'P', 'M', ' ']);
        day.with_half = clock.len() != upper.len();
        let parts: Vec<&str> = clock.split(':').collect();
        let is_clock = (2..=3).contains(&parts.len())
            && parts
                .iter()
                .all(|p| matches!(p.len(), 1 | 2) && p.bytes().all(|b| b.is_ascii_digit()));
        if !is_clock {
            return None;
        }
        day.with_seconds = parts.len() == 3;
    }
    Some(day)
}

/// Formats of dates with the name of a month, as chrono and `to_date` have them.
const NAMED: &[&str] = &[
    "%b %d, %Y",
    "%d %b %Y",
    "%d-%b-%Y",
    "%d-%b-%y",
    "%d. %b %Y",
    "%b %d %Y",
];

fn named_day(value: &str) -> Option<Day> {
    let is_named = value.len() <= 20 && value.bytes().any(|b| b.is_ascii_alphabetic());
    let mut formats = NAMED.iter().filter(|_| is_named);
    // %Y reads a year of two digits, too.
    let format = formats.find(|format| {
        NaiveDate::parse_from_str(value, format)
            .is_ok_and(|day| format.ends_with("%y") || day.year() >= 1000)
    })?;
    Some(Day {
        named: Some(format),
        ..Day::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_codes() {
        let integer = Class::Integer {
            exact_in_double: true,
        };
        let code = Class::Text(Looks::Code);
        for (value, class) in [
            ("0", integer),
            ("-12", integer),
            (
                "9007199254740993",
                Class::Integer {
                    exact_in_double: false,
                },
            ),
            ("1.5", Class::Decimal { thousands: false }),
            (".5", Class::Decimal { thousands: false }),
            ("1.200", Class::Decimal { thousands: true }),
            ("0.125", Class::Decimal { thousands: false }),
            ("1e-05", Class::Decimal { thousands: false }),
            ("2.5E7", Class::Decimal { thousands: false }),
            ("0.30000000000000004", Class::Decimal { thousands: false }),
            ("1234567890.1767225601", Class::Text(Looks::Digits)),
            ("007", code),
            ("+5", code),
            ("-0", code),
            ("1E5", code),
            ("12345678901234567890", code),
            ("1-2", Class::Text(Looks::Other)),
        ] {
            assert_eq!(class_of(value), class, "{value:?}");
        }
    }

    #[test]
    fn dates_times_and_words() {
        for (value, class) in [
            ("2026-01-31", Class::Date),
            ("2026-02-30", Class::Text(Looks::Other)),
            ("2026-01-31 10:00", Class::Time { fraction: 0 }),
            ("2026-01-31T10:00:00.250", Class::Time { fraction: 2 }),
            (
                "2026-01-31T10:00:00Z",
                Class::Instant {
                    fraction: 0,
                    offset: 0,
                },
            ),
            (
                "2026-01-31 10:00:00-0530",
                Class::Instant {
                    fraction: 0,
                    offset: -19_800,
                },
            ),
            ("TRUE", Class::Boolean),
            ("N/A", Class::Nothing),
            ("-", Class::Nothing),
            ("  ", Class::Nothing),
            ("\\N", Class::Nothing),
            ("NaN", Class::Nothing),
            ("Nancy", Class::Text(Looks::Other)),
        ] {
            assert_eq!(class_of(value), class, "{value:?}");
        }
        let epoch = moment(b"1970-01-02T00:00:01").expect("a time");
        assert_eq!((epoch.days, epoch.time.map(|t| t.seconds)), (1, Some(1)));
    }

    #[test]
    fn numbers_of_other_places() {
        let signs = |value| match class_of(value) {
            Class::Text(Looks::Number(signs)) => signs,
            other => panic!("{value}: {other:?}"),
        };
        assert!(signs("1.234,50").decimal_comma && signs("12,5").decimal_comma);
        assert!(signs("$1,200.00").unit && signs("$1,200.00").decimal_point);
        assert!(signs("(200.00)").negative_elsewhere && signs("12.50-").negative_elsewhere);
        assert!(signs(" 5").blanks && signs("$5").unit);
        assert!(signs("12%").percent && signs("1.234.567").decimal_comma);
        let undecided = signs("1,200");
        assert!(!undecided.decimal_comma && !undecided.decimal_point);
        for text in ["A1", "1,2,3", "10.0.0.1", "12-34", "3rd"] {
            assert_eq!(class_of(text), Class::Text(Looks::Other), "{text}");
        }
    }

    #[test]
    fn days_in_another_order() {
        let day = |value| match class_of(value) {
            Class::Text(Looks::Day(day)) => day,
            other => panic!("{value}: {other:?}"),
        };
        assert!(!day("03/04/2026").day_first && !day("03/04/2026").month_first);
        assert!(day("13/04/2026").day_first && day("12/31/2025").month_first);
        assert!(day("03.04.2026").day_first && day("3/5/26 9:05").with_time);
        assert!(day("2026/03/05").year_first);
        assert_eq!(day("Mar 5, 2026").named, Some("%b %d, %Y"));
        assert_eq!(day("05-Mar-26").named, Some("%d-%b-%y"));
    }
}
