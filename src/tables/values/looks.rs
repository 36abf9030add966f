//! Texts that are numbers or dates of another place.

use chrono::{Datelike, NaiveDate};

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
    /// How many digits follow the last of both.
    pub fraction: u8,
    pub percent: bool,
    /// The sign of a currency.
    pub currency: Option<&'static str>,
    /// Whether that sign has a point: `kr.`
    pub pointed: bool,
    pub negative_elsewhere: bool,
    /// Thousands are parted by blanks or apostrophes.
    pub parted: bool,
    /// Of a credit or a debit: `12.50CR`.
    pub credit: bool,
    /// Thousands or millions: `1.2K`.
    pub magnitude: bool,
    /// No digits but a dash, as accounts have for 0: `$ -`.
    pub dash: bool,
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

/// The form of a text that is of no type.
pub(in crate::tables) fn text(written: &str) -> Looks {
    let value = written.trim();
    // Accounts have "$ -" for 0.
    let may_be_number =
        value.bytes().any(|b| b.is_ascii_digit()) || value.contains('-') && value.len() <= 12;
    if value.len() > 40 || !may_be_number {
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

/// Signs of currencies, and the one that each is shown as; longer ones first.
const CURRENCIES: &[(&str, &str)] = &[
    ("HK$", "HK$"),
    ("MX$", "MX$"),
    ("NT$", "NT$"),
    ("NZ$", "NZ$"),
    ("US$", "US$"),
    ("A$", "A$"),
    ("C$", "C$"),
    ("R$", "R$"),
    ("S$", "S$"),
    ("$", "$"),
    ("€", "€"),
    ("£", "£"),
    ("¥", "¥"),
    ("₹", "₹"),
    ("₽", "₽"),
    ("₩", "₩"),
    ("₺", "₺"),
    ("₪", "₪"),
    ("₫", "₫"),
    ("₴", "₴"),
    ("฿", "฿"),
    ("zł", "zł"),
    ("Kč", "Kč"),
    ("kr.", "kr"),
    ("kr", "kr"),
    ("Kr", "kr"),
    ("руб.", "руб."),
    ("лв", "лв"),
    ("Rs.", "Rs"),
    ("Rs", "Rs"),
    ("Ft", "Ft"),
    ("lei", "lei"),
    ("AUD", "AUD"),
    ("BRL", "BRL"),
    ("CAD", "CAD"),
    ("CHF", "CHF"),
    ("CNY", "CNY"),
    ("CZK", "CZK"),
    ("DKK", "DKK"),
    ("EUR", "EUR"),
    ("GBP", "GBP"),
    ("HUF", "HUF"),
    ("INR", "INR"),
    ("JPY", "JPY"),
    ("MXN", "MXN"),
    ("NOK", "NOK"),
    ("NZD", "NZD"),
    ("PLN", "PLN"),
    ("RON", "RON"),
    ("SEK", "SEK"),
    ("SGD", "SGD"),
    ("TRY", "TRY"),
    ("USD", "USD"),
    ("ZAR", "ZAR"),
];

/// What parts thousands besides a comma and a point: blanks of several widths, apostrophes.
const PARTS: [char; 6] = [' ', '\u{a0}', '\u{2009}', '\u{202f}', '\'', '’'];

/// A number with a comma, a unit, a percent sign, or its sign in another place.
fn foreign_number(value: &str, signs: &mut Signs) -> Option<()> {
    let mut rest = value;
    loop {
        let before = rest;
        if let Some(inner) = rest.strip_prefix('(').and_then(|r| r.strip_suffix(')')) {
            signs.negative_elsewhere = true;
            rest = inner.trim();
        }
        if let Some(inner) = rest.strip_suffix('%').or_else(|| rest.strip_prefix('%')) {
            signs.percent = true;
            rest = inner.trim();
        }
        for (sign, currency) in CURRENCIES {
            if let Some(inner) = rest.strip_suffix(sign).or_else(|| rest.strip_prefix(sign)) {
                // US$5 USD is of one currency, and of two it is none that can be read.
                if signs.currency.is_some_and(|other| other != *currency) {
                    return None;
                }
                rest = inner.trim();
                signs.currency = Some(currency);
                signs.pointed = sign.ends_with('.');
                break;
            }
        }
        if let Some(inner) = rest.strip_prefix('-').or_else(|| rest.strip_prefix('+')) {
            signs.negative_elsewhere |= signs.currency.is_some() || rest.starts_with('+');
            rest = inner.trim();
        }
        if let Some(inner) = rest.strip_suffix('-') {
            signs.negative_elsewhere |= !inner.is_empty();
            rest = inner.trim();
        }
        if let Some(inner) = without_last(rest, &["CR", "Cr", "cr", "DR", "Dr", "dr"]) {
            signs.credit = true;
            rest = inner.trim();
        }
        if let Some(inner) = without_last(rest, &["K", "k", "M", "m"]) {
            signs.magnitude = true;
            rest = inner;
        }
        if rest == before {
            break;
        }
    }
    let is_word = |sign: &str| sign.ends_with(char::is_alphabetic);
    // 5 MEUR may be millions of euros, or a unit of its own.
    if signs.magnitude && signs.currency.is_some_and(is_word) {
        return None;
    }
    if rest.is_empty() && signs.currency.is_some() && value.contains('-') {
        // Spreadsheets show a zero as a dash in the form of accounts.
        signs.dash = true;
        signs.negative_elsewhere = false;
        return Some(());
    }
    if !rest.starts_with(|c: char| c.is_ascii_digit())
        || !rest.ends_with(|c: char| c.is_ascii_digit())
    {
        return None;
    }
    if let Some(part) = rest.chars().find(|c| PARTS.contains(c)) {
        let end = rest.rfind([',', '.']).unwrap_or(rest.len());
        let (whole, fraction) = (&rest[..end], rest.get(end + 1..).unwrap_or_default());
        let is_number = groups_of(part, whole)
            && whole.chars().all(|c| c == part || c.is_ascii_digit())
            && fraction.bytes().all(|b| b.is_ascii_digit());
        if !is_number {
            return None;
        }
        signs.parted = true;
        (signs.comma, signs.point) = (rest[end..].starts_with(','), rest[end..].starts_with('.'));
        (signs.decimal_comma, signs.decimal_point) = (signs.comma, signs.point);
        signs.fraction = u8::try_from(fraction.len()).unwrap_or(u8::MAX);
        return Some(());
    }
    if !rest
        .bytes()
        .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b','))
    {
        return None;
    }
    (signs.comma, signs.point) = (rest.contains(','), rest.contains('.'));
    let Some(last) = rest.rfind([',', '.']) else {
        let has_sign = signs.percent
            || signs.currency.is_some()
            || signs.negative_elsewhere
            || signs.blanks
            || signs.credit
            || signs.magnitude;
        return has_sign.then_some(());
    };
    signs.fraction = u8::try_from(rest.len() - last - 1).unwrap_or(u8::MAX);
    let separator = rest[last..].chars().next().unwrap_or('.');
    let other = if separator == ',' { '.' } else { ',' };
    let is_decimal = match rest.matches(separator).count() {
        1 => match rest.contains(other) {
            true if !groups_of(other, &rest[..last]) => return None,
            _ => true,
        },
        _ if rest.contains(other) => return None,
        _ => {
            if !groups_of(separator, rest) {
                return None;
            }
            false
        }
    };
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

/// What stands before one of these letters that follow a digit.
fn without_last<'a>(value: &'a str, letters: &[&str]) -> Option<&'a str> {
    let mut inner = letters.iter().filter_map(|last| value.strip_suffix(last));
    inner.find(|inner| inner.trim_end().ends_with(|c: char| c.is_ascii_digit()))
}

/// Whether the digits are in groups of thousands: 1,200,000, or 12,00,000 as in India.
fn groups_of(separator: char, text: &str) -> bool {
    let mut groups: Vec<&str> = text.split(separator).collect();
    let is_last = groups.pop().is_some_and(|last| last.len() == 3);
    let Some((first, middle)) = groups.split_first() else {
        return false;
    };
    is_last
        && !first.starts_with('0')
        && !text.contains(if separator == ',' { '.' } else { ',' })
        && (middle.iter().all(|g| g.len() == 3) && (1..=3).contains(&first.len())
            || middle.iter().all(|g| g.len() == 2) && (1..=2).contains(&first.len()))
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
    let exists = |year: u32, month: u32, day: u32| {
        i32::try_from(year).is_ok_and(|year| NaiveDate::from_ymd_opt(year, month, day).is_some())
    };
    // 2026-02-30 is no date at all, and 2026-02-03 is one that needs no help; 2026-2-3 does.
    let is_padded = b.len() == 2 && c.len() == 2;
    if !is_date || (year_first && separator == b'-' && (is_padded || !exists(x, y, z))) {
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
    // Names that are written out.
    "%B %d, %Y",
    "%d %B %Y",
    "%d-%B-%Y",
    "%d. %B %Y",
    "%B %d %Y",
];

fn named_day(value: &str) -> Option<Day> {
    // The name of a month has three letters at least; codes such as P12 need not be tried.
    let letters = value.bytes().filter(u8::is_ascii_alphabetic).count();
    let is_named = value.len() <= 20 && letters >= 3 && value.bytes().any(|b| b.is_ascii_digit());
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
