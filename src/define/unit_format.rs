//! How a number in a unit is written for people: its digits, and what stands behind it.
//!
//! One rule for terminal, Markdown, HTML, notebooks and workbooks. Numbers are rounded as spreadsheets round them: a half
//! goes away from zero, and of a floating-point number the first 15 digits count.

use super::unit::Unit;

/// The digits of a floating-point number that spreadsheets look at.
const DIGITS_OF_FLOATS: usize = 15;

/// How numbers in a unit are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnitFormat {
    /// Digits after the point.
    digits: u8,
    /// Whether zeros at the end are written.
    keeps_zeros: bool,
    /// Whether a plus is written.
    signed: bool,
    suffix: &'static str,
}

/// A number as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitText {
    /// The number with what stands behind it.
    pub text: String,
    /// Its digits after the point.
    pub digits: usize,
}

impl Unit {
    /// How numbers in this unit are written; lists have no way of their own.
    pub fn format(self) -> Option<UnitFormat> {
        let with = |digits, suffix| UnitFormat {
            digits,
            keeps_zeros: true,
            signed: false,
            suffix,
        };
        Some(match self {
            Unit::Percent | Unit::PercentOfStart => with(1, " %"),
            Unit::Points => UnitFormat {
                signed: true,
                ..with(1, "")
            },
            Unit::Days => with(1, " days"),
            Unit::Years => with(2, " years"),
            Unit::Money => with(2, ""),
            Unit::Number => UnitFormat {
                keeps_zeros: false,
                ..with(2, "")
            },
            Unit::Mix => return None,
        })
    }

    /// How differences of two values in this unit are written: with their sign, those of percentages in points.
    pub fn difference_format(self) -> Option<UnitFormat> {
        match self {
            Unit::Percent | Unit::PercentOfStart | Unit::Points => {
                let points = Unit::Points.format()?;
                Some(UnitFormat {
                    suffix: " points",
                    ..points
                })
            }
            _ => Some(UnitFormat {
                signed: true,
                ..self.format()?
            }),
        }
    }
}

impl UnitFormat {
    /// With as many digits as a query rounds to.
    #[must_use]
    pub fn rounded_to(self, digits: u8) -> Self {
        Self { digits, ..self }
    }

    /// A floating-point number; `None` for infinity and NaN, which have no digits.
    pub fn float(&self, number: f64) -> Option<UnitText> {
        if !number.is_finite() {
            return None;
        }
        let text = format!("{:.*e}", DIGITS_OF_FLOATS - 1, number.abs());
        let (mantissa, exponent) = text.split_once('e')?;
        let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
        let point = exponent.parse::<i32>().ok()? + 1;
        let (whole, fraction) = match usize::try_from(point) {
            Ok(point) if point >= digits.len() => {
                let zeros = "0".repeat(point - digits.len());
                (digits + &zeros, String::new())
            }
            Ok(point) => (digits[..point].to_string(), digits[point..].to_string()),
            Err(_) => {
                let zeros = usize::try_from(-point).ok()?;
                (String::new(), "0".repeat(zeros) + &digits)
            }
        };
        Some(self.written(number < 0.0, &whole, &fraction))
    }

    /// A whole number or DECIMAL by its digits, such as `-1234.50`, none of which is lost.
    pub fn decimal(&self, text: &str) -> Option<UnitText> {
        let (is_negative, number) = match text.strip_prefix('-') {
            Some(number) => (true, number),
            None => (false, text),
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let is_number = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        let is_zero = number.bytes().all(|b| b == b'0' || b == b'.');
        (!whole.is_empty() && is_number(whole) && is_number(fraction))
            .then(|| self.written(is_negative && !is_zero, whole, fraction))
    }

    /// The number format of spreadsheets for a number that is written with so many digits.
    pub fn pattern(&self, digits: usize) -> String {
        let mut number = String::from("#,##0");
        if digits > 0 {
            number.push('.');
            number += &"0".repeat(digits);
        }
        if !self.suffix.is_empty() {
            number += &format!("\"{}\"", self.suffix);
        }
        match self.signed {
            true => format!("+{number};-{number};+{number}"),
            false => number,
        }
    }

    fn written(&self, is_negative: bool, whole: &str, fraction: &str) -> UnitText {
        let (mut digits, n) = rounded(whole, fraction, usize::from(self.digits));
        let mut fraction = digits.split_off(digits.len() - n);
        if !self.keeps_zeros {
            fraction.truncate(fraction.trim_end_matches('0').len());
        }
        let mut text = String::from(match (is_negative, self.signed) {
            (true, _) => "-",
            (false, true) => "+",
            (false, false) => "",
        });
        text += &in_thousands(&digits);
        if !fraction.is_empty() {
            text.push('.');
            text += &fraction;
        }
        text += self.suffix;
        UnitText {
            text,
            digits: fraction.len(),
        }
    }
}

/// The digits of a whole number in groups of three: 3999000 as 3,999,000.
pub(crate) fn in_thousands(digits: &str) -> String {
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The digits of a number with so many behind the point, and how many these are.
fn rounded(whole: &str, fraction: &str, digits: usize) -> (String, usize) {
    let kept: String = fraction.chars().take(digits).collect();
    let zeros = "0".repeat(digits - kept.len());
    let mut bytes = format!("0{whole}{kept}{zeros}").into_bytes();
    if fraction.as_bytes().get(digits).is_some_and(|b| *b >= b'5') {
        // The zero before the number takes what the last addition carries.
        for byte in bytes.iter_mut().rev() {
            if *byte != b'9' {
                *byte += 1;
                break;
            }
            *byte = b'0';
        }
    }
    let text = String::from_utf8_lossy(&bytes);
    let begins = text.len() - digits - 1;
    let leading = text[..begins].len() - text[..begins].trim_start_matches('0').len();
    (text[leading..].to_string(), digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn float(unit: Unit, number: f64) -> String {
        let format = unit.format().expect("a unit of numbers");
        format.float(number).expect("a number").text
    }

    #[test]
    fn each_unit_has_its_digits() {
        assert_eq!(float(Unit::Percent, 85.14), "85.1 %");
        assert_eq!(float(Unit::PercentOfStart, 1234.56), "1,234.6 %");
        assert_eq!(float(Unit::Points, 18.7), "+18.7");
        assert_eq!(float(Unit::Points, -3.0), "-3.0");
        assert_eq!(float(Unit::Points, 0.0), "+0.0");
        assert_eq!(float(Unit::Days, 1148.0), "1,148.0 days");
        assert_eq!(float(Unit::Years, 1.005), "1.01 years");
        assert_eq!(float(Unit::Money, 49_327.944), "49,327.94");
        assert_eq!(float(Unit::Number, 12.0), "12");
        assert_eq!(float(Unit::Number, 1.504), "1.5");
        assert_eq!(Unit::Mix.format(), None);
    }

    #[test]
    fn differences_have_a_sign() {
        let text = |unit: Unit, number| {
            let format = unit.difference_format().expect("a unit of numbers");
            format.float(number).expect("a number").text
        };
        assert_eq!(text(Unit::Percent, 2.72), "+2.7 points");
        assert_eq!(text(Unit::Points, -2.72), "-2.7 points");
        assert_eq!(text(Unit::Days, 3.0), "+3.0 days");
        assert_eq!(text(Unit::Money, -1234.5), "-1,234.50");
        assert_eq!(Unit::Mix.difference_format(), None);
    }

    #[test]
    fn a_half_goes_away_from_zero() {
        assert_eq!(float(Unit::Percent, 0.25), "0.3 %");
        assert_eq!(float(Unit::Percent, -0.25), "-0.3 %");
        assert_eq!(float(Unit::Money, 2.675), "2.68");
        assert_eq!(float(Unit::Money, 999_999.995), "1,000,000.00");
        assert_eq!(float(Unit::Percent, 99.95), "100.0 %");
        assert_eq!(float(Unit::Percent, 0.1 + 0.2), "0.3 %");
        assert_eq!(float(Unit::Money, 1e-9), "0.00");
        assert_eq!(float(Unit::Money, 1e21), "1,000,000,000,000,000,000,000.00");
        assert_eq!(float(Unit::Money, -0.0), "0.00");
    }

    #[test]
    fn decimals_lose_no_digit_before_the_point() {
        let money = Unit::Money.format().expect("a unit of numbers");
        let text = |digits| money.decimal(digits).map(|written| written.text);
        let long = "12345678901234567890123.455";
        assert_eq!(
            text(long).as_deref(),
            Some("12,345,678,901,234,567,890,123.46")
        );
        assert_eq!(text("-0.00").as_deref(), Some("0.00"));
        assert_eq!(text("7").as_deref(), Some("7.00"));
        assert_eq!(text("-1234.5").as_deref(), Some("-1,234.50"));
        assert_eq!(text("N/A"), None);
        assert_eq!(text(""), None);
        assert_eq!(money.float(f64::NAN), None);
    }

    #[test]
    fn thousands_are_told_apart() {
        let shown = ["1", "999", "1000", "3999000"].map(in_thousands);
        assert_eq!(shown, ["1", "999", "1,000", "3,999,000"]);
    }

    #[test]
    fn a_query_that_rounds_chooses_the_digits() {
        let of = |unit: Unit, digits| unit.format().expect("numbers").rounded_to(digits);
        let text = |format: UnitFormat, n| format.float(n).expect("a number").text;
        assert_eq!(text(of(Unit::Percent, 3), 85.1), "85.100 %");
        assert_eq!(text(of(Unit::Days, 0), 148.0), "148 days");
        assert_eq!(text(of(Unit::Number, 1), 1.25), "1.3");
        assert_eq!(of(Unit::Percent, 1).pattern(1), "#,##0.0\" %\"");
        assert_eq!(of(Unit::Points, 1).pattern(0), "+#,##0;-#,##0;+#,##0");
    }
}
