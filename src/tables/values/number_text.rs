//! Numbers as people write them elsewhere: with a comma, thousands, a currency, a percent sign, or their sign in another place.

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
];

/// Currencies by their codes, which are before or after a number as signs are.
pub(crate) const CURRENCY_CODES: &[&str] = &[
    "AED", "ARS", "AUD", "BGN", "BRL", "CAD", "CHF", "CLP", "CNY", "COP", "CZK", "DKK", "EUR",
    "GBP", "HKD", "HUF", "IDR", "ILS", "INR", "ISK", "JPY", "KRW", "MXN", "MYR", "NGN", "NOK",
    "NZD", "PEN", "PHP", "PLN", "RON", "RUB", "SAR", "SEK", "SGD", "THB", "TRY", "TWD", "UAH",
    "USD", "VND", "ZAR",
];

/// What parts thousands besides a comma and a point: blanks of several widths, apostrophes.
const PARTS: [char; 6] = [' ', '\u{a0}', '\u{2009}', '\u{202f}', '\'', '’'];

/// A number without what stands around its digits.
struct Stripped<'a> {
    signs: Signs,
    is_negative: bool,
    /// By how many places its point is to move to the right: 3 for thousands.
    zeros: usize,
    /// Digits, with what parts them; none where the value is a dash for 0.
    digits: &'a str,
}

/// Takes the signs off a number; `None` if it is none.
fn stripped(value: &str) -> Option<Stripped<'_>> {
    let mut signs = Signs::default();
    let (mut is_negative, mut has_sign, mut zeros) = (false, false, 0);
    let mut rest = value;
    loop {
        let before = rest;
        if let Some(inner) = rest.strip_prefix('(').and_then(|r| r.strip_suffix(')')) {
            signs.negative_elsewhere = true;
            // A number has one sign.
            if std::mem::replace(&mut has_sign, true) {
                return None;
            }
            is_negative = true;
            rest = inner.trim();
        }
        if let Some(inner) = rest.strip_suffix('%').or_else(|| rest.strip_prefix('%')) {
            if std::mem::replace(&mut signs.percent, true) {
                return None;
            }
            rest = inner.trim();
        }
        if let Some((currency, is_pointed, inner)) = without_currency(rest) {
            // US$5 USD is of one currency, and of two it is none that can be read.
            if signs.currency.is_some_and(|other| other != currency) {
                return None;
            }
            rest = inner.trim();
            signs.currency = Some(currency);
            signs.pointed = is_pointed;
        }
        if let Some(inner) = rest.strip_prefix('-').or_else(|| rest.strip_prefix('+')) {
            signs.negative_elsewhere |= signs.currency.is_some() || rest.starts_with('+');
            is_negative |= rest.starts_with('-');
            if std::mem::replace(&mut has_sign, true) {
                return None;
            }
            rest = inner.trim();
        }
        if let Some(inner) = rest.strip_suffix('-') {
            signs.negative_elsewhere |= !inner.is_empty();
            is_negative = true;
            if std::mem::replace(&mut has_sign, true) {
                return None;
            }
            rest = inner.trim();
        }
        if let Some((_, inner)) = without_last(rest, &["CR", "Cr", "cr", "DR", "Dr", "dr"]) {
            signs.credit = true;
            rest = inner.trim();
        }
        // 1.5 m is a length.
        if let Some((letter, inner)) = without_last(rest, &["K", "k", "M", "m"])
            .filter(|(letter, inner)| *letter != "m" || !inner.ends_with(char::is_whitespace))
        {
            signs.magnitude = true;
            zeros += if matches!(letter, "K" | "k") { 3 } else { 6 };
            rest = inner.trim();
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
    } else if !rest.starts_with(|c: char| c.is_ascii_digit())
        || !rest.ends_with(|c: char| c.is_ascii_digit())
    {
        return None;
    }
    Some(Stripped {
        signs,
        is_negative,
        zeros,
        digits: rest,
    })
}

/// A value without the sign of a currency before or after it, and whether that has a point.
fn without_currency(value: &str) -> Option<(&'static str, bool, &str)> {
    let is_plain =
        |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_digit() || b"-+(),".contains(b));
    if is_plain(value.as_bytes().first()) && is_plain(value.as_bytes().last()) {
        return None;
    }
    let codes = CURRENCY_CODES.iter().map(|code| (code, code));
    let mut all = CURRENCIES
        .iter()
        .map(|(sign, shown)| (sign, shown))
        .chain(codes);
    all.find_map(|(sign, currency)| {
        let inner = value
            .strip_suffix(sign)
            .or_else(|| value.strip_prefix(sign))?;
        Some((*currency, sign.ends_with('.'), inner))
    })
}

/// What a number has besides its digits; `None` if it is no number that needs signs.
pub(super) fn foreign_number(value: &str, has_blanks: bool) -> Option<Signs> {
    let Stripped {
        mut signs,
        digits: rest,
        ..
    } = stripped(value)?;
    signs.blanks = has_blanks;
    if signs.dash {
        return Some(signs);
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
        return Some(signs);
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
        return has_sign.then_some(signs);
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
        signs.fraction = 0;
    }
    Some(signs)
}

/// How the numbers of a column are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tables) struct NumberForm {
    /// What stands before the decimals, `.` or `,`; the other one parts thousands.
    pub decimal: char,
    /// The currency that they may have.
    pub currency: Option<String>,
    /// Whether all of them are in percent.
    pub percent: bool,
    /// Whether `1.2K` is 1200.
    pub magnitude: bool,
}

impl NumberForm {
    /// The number as a program writes it: `1.234,50 €` as `1234.50`.
    pub fn plain(&self, value: &str) -> Option<String> {
        let number = stripped(value.trim())?;
        let signs = &number.signs;
        let is_other = signs.currency.is_some() && signs.currency != self.currency.as_deref();
        if is_other
            || signs.percent != self.percent
            || signs.magnitude && !self.magnitude
            || signs.credit
        {
            return None;
        }
        if signs.dash {
            return Some("0".to_string());
        }
        let (whole, fraction) = self.parts(number.digits)?;
        let mut digits: String = whole.chars().filter(char::is_ascii_digit).collect();
        let point = digits.len() + number.zeros;
        digits.push_str(fraction);
        while digits.len() < point {
            digits.push('0');
        }
        let (whole, fraction) = digits.split_at(point);
        let whole = whole.trim_start_matches('0');
        let whole = if whole.is_empty() { "0" } else { whole };
        let is_zero = whole == "0" && fraction.bytes().all(|b| b == b'0');
        let sign = if number.is_negative && !is_zero {
            "-"
        } else {
            ""
        };
        Some(match fraction {
            "" => format!("{sign}{whole}"),
            fraction => format!("{sign}{whole}.{fraction}"),
        })
    }

    /// The digits before and after the decimal separator, those before it with what parts thousands.
    fn parts<'a>(&self, digits: &'a str) -> Option<(&'a str, &'a str)> {
        let (whole, fraction) = match digits.rsplit_once(self.decimal) {
            Some((whole, fraction)) => (whole, fraction),
            None => (digits, ""),
        };
        let thousands = if self.decimal == ',' { '.' } else { ',' };
        let is_whole = match whole.chars().find(|c| !c.is_ascii_digit()) {
            None => true,
            Some(part) => {
                (part == thousands || PARTS.contains(&part))
                    && whole.chars().all(|c| c == part || c.is_ascii_digit())
                    && groups_of(part, whole)
            }
        };
        (is_whole && fraction.bytes().all(|b| b.is_ascii_digit())).then_some((whole, fraction))
    }
}

/// Which of these letters follows a digit at the end, and what stands before it.
fn without_last<'a, 'b>(value: &'a str, letters: &[&'b str]) -> Option<(&'b str, &'a str)> {
    let inner = letters
        .iter()
        .filter_map(|last| Some((*last, value.strip_suffix(last)?)));
    let mut of_numbers =
        inner.filter(|(_, inner)| inner.trim_end().ends_with(|c: char| c.is_ascii_digit()));
    of_numbers.next()
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

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(decimal: char, value: &str) -> Option<String> {
        let signs = foreign_number(value.trim(), value.trim().len() < value.len());
        let form = NumberForm {
            decimal,
            currency: signs.and_then(|s| s.currency).map(String::from),
            percent: signs.is_some_and(|s| s.percent),
            magnitude: true,
        };
        form.plain(value)
    }

    #[test]
    fn numbers_of_other_places_as_programs_write_them() {
        for (value, number) in [
            ("1.234,50", "1234.50"),
            ("-0,5", "-0.5"),
            ("1.234.567", "1234567"),
            ("1.200", "1200"),
            ("007,5", "7.5"),
            ("1\u{a0}234,50 €", "1234.50"),
            ("kr. 1.234,50", "1234.50"),
            ("17", "17"),
            ("-0,00", "0.00"),
            ("12,5%", "12.5"),
        ] {
            assert_eq!(plain(',', value).as_deref(), Some(number), "{value}");
        }
        for (value, number) in [
            ("$1,200.50", "1200.50"),
            ("($1,200.50)", "-1200.50"),
            ("-$3", "-3"),
            ("$-3", "-3"),
            ("12.50-", "-12.50"),
            ("+12.50", "12.50"),
            (" 12.50 ", "12.50"),
            ("12,00,000", "1200000"),
            ("1'234.50", "1234.50"),
            ("1.2K", "1200"),
            ("$3M", "3000000"),
            ("0.0005K", "0.5"),
            ("$ -", "0"),
        ] {
            assert_eq!(plain('.', value).as_deref(), Some(number), "{value}");
        }
        for value in ["1.5", "1.2345,5", "1,2,3", "12.50CR", "x", "", "1,"] {
            assert_eq!(plain(',', value), None, "{value}");
        }
        for value in ["1.200.300", "1,2", "1 2", "€5 $"] {
            assert_eq!(plain('.', value), None, "{value}");
        }
    }

    #[test]
    fn a_form_has_one_currency_and_percent_or_not() {
        let form = NumberForm {
            decimal: '.',
            currency: Some("$".to_string()),
            percent: false,
            magnitude: false,
        };
        assert_eq!(form.plain("5").as_deref(), Some("5"));
        for other in ["€5", "5%", "5K"] {
            assert_eq!(form.plain(other), None, "{other}");
        }
    }
}
