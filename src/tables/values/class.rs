//! What a single value looks like: of a type, a word for nothing, or a text of a known form.

use super::looks::{Looks, SAFE_DIGITS, text};
use super::moment::moment;

/// How many digits a DOUBLE has at most.
const DOUBLE_DIGITS: usize = 17;
/// Whole numbers up to here are exact in a DOUBLE.
const EXACT_IN_DOUBLE: u64 = 1 << 53;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::tables) enum ValueClass {
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

pub(in crate::tables) fn is_nothing(value: &str) -> bool {
    crate::export_texts::means_nothing(value.as_bytes())
}

/// The class of a value that is not empty.
pub(in crate::tables) fn class_of(value: &str) -> ValueClass {
    let bytes = value.as_bytes();
    let first = bytes.first().copied().unwrap_or_default();
    if !(first.is_ascii_digit() || matches!(first, b'-' | b'+' | b'.' | b'(' | b',')) {
        if value.eq_ignore_ascii_case("true") || value.eq_ignore_ascii_case("false") {
            return ValueClass::Boolean;
        }
        // Most texts begin with a letter, and no number does but one with a sign of a unit.
        if first.is_ascii_alphabetic() && !bytes.iter().any(u8::is_ascii_digit) {
            return match is_nothing(value) {
                true => ValueClass::Nothing,
                false => ValueClass::Text(Looks::Other),
            };
        }
    }
    number(value)
        .or_else(|| date_or_time(value))
        .unwrap_or_else(|| match is_nothing(value) {
            true => ValueClass::Nothing,
            false => ValueClass::Text(text(value)),
        })
}

/// A number, or a code that is made of digits.
fn number(value: &str) -> Option<ValueClass> {
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
        return is_number.then_some(ValueClass::Text(Looks::Code));
    }
    let code = Some(ValueClass::Text(Looks::Code));
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
                true => Some(ValueClass::Integer { exact_in_double }),
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
                return Some(ValueClass::Text(Looks::Digits));
            }
            // 16 and 17 digits are kept of those that a program wrote, and of others they may not be.
            let is_kept = || {
                let written = value.trim_end_matches('0').trim_end_matches('.');
                value
                    .parse::<f64>()
                    .is_ok_and(|number| number.to_string() == written)
            };
            if significant > SAFE_DIGITS && exponent.is_none() && !is_kept() {
                return Some(ValueClass::Text(Looks::Digits));
            }
            let thousands = (1..=3).contains(&whole.len())
                && whole != "0"
                && fraction.len() == 3
                && exponent.is_none();
            Some(ValueClass::Decimal { thousands })
        }
    }
}

fn date_or_time(value: &str) -> Option<ValueClass> {
    let moment = moment(value.as_bytes())?;
    Some(match (moment.time, moment.offset) {
        (None, _) => ValueClass::Date,
        (Some(time), None) => ValueClass::Time {
            fraction: time.fraction,
        },
        (Some(time), Some(offset)) => ValueClass::Instant {
            fraction: time.fraction,
            offset,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_codes() {
        let integer = ValueClass::Integer {
            exact_in_double: true,
        };
        let code = ValueClass::Text(Looks::Code);
        for (value, class) in [
            ("0", integer),
            ("-12", integer),
            (
                "9007199254740993",
                ValueClass::Integer {
                    exact_in_double: false,
                },
            ),
            ("1.5", ValueClass::Decimal { thousands: false }),
            (".5", ValueClass::Decimal { thousands: false }),
            ("1.200", ValueClass::Decimal { thousands: true }),
            ("0.125", ValueClass::Decimal { thousands: false }),
            ("1e-05", ValueClass::Decimal { thousands: false }),
            ("2.5E7", ValueClass::Decimal { thousands: false }),
            (
                "0.30000000000000004",
                ValueClass::Decimal { thousands: false },
            ),
            ("1234567890.1767225601", ValueClass::Text(Looks::Digits)),
            ("007", code),
            ("+5", code),
            ("-0", code),
            ("1E5", code),
            ("12345678901234567890", code),
            ("1-2", ValueClass::Text(Looks::Other)),
        ] {
            assert_eq!(class_of(value), class, "{value:?}");
        }
    }

    #[test]
    fn dates_times_and_words() {
        for (value, class) in [
            ("2026-01-31", ValueClass::Date),
            ("2026-02-30", ValueClass::Text(Looks::Other)),
            ("2026-01-31 10:00", ValueClass::Time { fraction: 0 }),
            ("2026-01-31T10:00:00.250", ValueClass::Time { fraction: 2 }),
            (
                "2026-01-31T10:00:00Z",
                ValueClass::Instant {
                    fraction: 0,
                    offset: 0,
                },
            ),
            (
                "2026-01-31 10:00:00-0530",
                ValueClass::Instant {
                    fraction: 0,
                    offset: -19_800,
                },
            ),
            ("TRUE", ValueClass::Boolean),
            ("N/A", ValueClass::Nothing),
            ("-", ValueClass::Nothing),
            ("  ", ValueClass::Nothing),
            ("\\N", ValueClass::Nothing),
            ("NaN", ValueClass::Nothing),
            ("Nancy", ValueClass::Text(Looks::Other)),
        ] {
            assert_eq!(class_of(value), class, "{value:?}");
        }
        let epoch = moment(b"1970-01-02T00:00:01").expect("a time");
        assert_eq!((epoch.days, epoch.time.map(|t| t.seconds)), (1, Some(1)));
    }

    #[test]
    fn numbers_of_other_places() {
        let signs = |value| match class_of(value) {
            ValueClass::Text(Looks::Number(signs)) => signs,
            other => panic!("{value}: {other:?}"),
        };
        assert!(signs("1.234,50").decimal_comma && signs("12,5").decimal_comma);
        assert!(signs("$1,200.00").currency == Some("$") && signs("$1,200.00").decimal_point);
        assert!(signs("(200.00)").negative_elsewhere && signs("12.50-").negative_elsewhere);
        assert!(signs(" 5").blanks && signs("$5").currency.is_some());
        assert!(signs("12%").percent && signs("1.234.567").decimal_comma);
        assert!(signs("1 234,50").decimal_comma && signs("1\u{202f}234\u{a0}€").parted);
        assert!(signs("1'234.50").decimal_point && signs("R$ 1.234,50").decimal_comma);
        assert!(signs("12.50CR").credit && signs("1.2K").magnitude && signs(" $ -   ").dash);
        assert!(signs(" $ (1,200.00)").negative_elsewhere && signs("US$5").currency == Some("US$"));
        let undecided = signs("1,200");
        assert!(!undecided.decimal_comma && !undecided.decimal_point);
        for text in [
            "A1",
            "1,2,3",
            "10.0.0.1",
            "12-34",
            "3rd",
            "1 2",
            "030 123 456",
            "€5 $",
            "x-",
        ] {
            assert_eq!(class_of(text), ValueClass::Text(Looks::Other), "{text}");
        }
    }

    #[test]
    fn days_in_another_order() {
        let day = |value| match class_of(value) {
            ValueClass::Text(Looks::Day(day)) => day,
            other => panic!("{value}: {other:?}"),
        };
        assert!(!day("03/04/2026").day_first && !day("03/04/2026").month_first);
        assert!(day("13/04/2026").day_first && day("12/31/2025").month_first);
        assert!(day("03.04.2026").day_first && day("3/5/26 9:05").with_time);
        assert!(day("2026/03/05").year_first);
        assert_eq!(day("Mar 5, 2026").named, Some("%b %d, %Y"));
        assert_eq!(day("05-Mar-26").named, Some("%d-%b-%y"));
        assert_eq!(day("March 5, 2026").named, Some("%B %d, %Y"));
        assert!(day("2026-3-5").year_first && day("2026-3-05").year_first);
    }
}
