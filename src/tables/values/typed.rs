//! From texts to the type of a column, value by value: what does not fit is found, not changed.
//!
//! A type that was *guessed* from a sample takes only what every other row of the sample was, written as it would be
//! written again: `007` and `+7` are no BIGINT, or two codes that were written differently would be one.
//! A type that somebody *said* takes all that means the same.

use datafusion::arrow::array::{
    Array, ArrayRef, ArrowPrimitiveType, AsArray, BooleanBuilder, Decimal128Array, PrimitiveArray,
    PrimitiveBuilder, StringViewArray, types,
};
use datafusion::arrow::compute::{CastOptions, cast_with_options};
use datafusion::arrow::datatypes::{DataType, TimeUnit, i256};
use datafusion::common::{ScalarValue, plan_err};
use datafusion::error::DataFusionError;
use regex::Regex;
use std::str::FromStr;
use std::sync::Arc;

use super::class::{ValueClass, class_of};
use super::moment::{TimeOfDay, moment};
use crate::tables::options::Options;

/// Texts that stand for NULL, besides the empty one.
#[derive(Debug, Clone, Default)]
pub(in crate::tables) struct Nulls {
    texts: Arc<[String]>,
    pattern: Option<Regex>,
}

impl Nulls {
    pub fn new(options: &Options) -> Result<Self, DataFusionError> {
        let pattern = match options.null_regex.as_deref().map(Regex::new) {
            None => None,
            Some(Ok(pattern)) => Some(pattern),
            Some(Err(e)) => {
                return plan_err!("the pattern for NULL is not a valid regular expression: {e}");
            }
        };
        Ok(Self {
            texts: options.null.clone().into(),
            pattern,
        })
    }

    pub fn contain(&self, value: &str) -> bool {
        self.texts.iter().any(|null| null == value)
            || self.pattern.as_ref().is_some_and(|p| p.is_match(value))
    }

    /// Those that are numbers of this type.
    pub fn of(&self, data_type: &DataType) -> Vec<ScalarValue> {
        let texts = self.texts.iter().filter(|_| data_type.is_numeric());
        let read = texts.map(|text| ScalarValue::try_from_string(text.clone(), data_type));
        read.flatten().filter(|value| !value.is_null()).collect()
    }

    pub fn are_none(&self) -> bool {
        self.texts.is_empty() && self.pattern.is_none()
    }
}

impl PartialEq for Nulls {
    fn eq(&self, other: &Self) -> bool {
        let pattern = |nulls: &Self| nulls.pattern.as_ref().map(|p| p.to_string());
        self.texts == other.texts && pattern(self) == pattern(other)
    }
}

impl Eq for Nulls {}

/// A value that is not of the type.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::tables) struct Bad {
    pub row: usize,
    pub value: String,
}

/// The texts as values of `data_type`.
pub(in crate::tables) fn typed(
    texts: &StringViewArray,
    data_type: &DataType,
    is_guess: bool,
    nulls: &Nulls,
) -> Result<ArrayRef, Bad> {
    use DataType as T;
    let values = TextValues { texts, nulls };
    let array: ArrayRef = match data_type {
        T::Int64 if is_guess => Arc::new(values.read::<types::Int64Type>(canonical)?),
        T::Float64 if is_guess => Arc::new(values.read::<types::Float64Type>(exact_double)?),
        T::Int8 => Arc::new(values.read::<types::Int8Type>(parsed)?),
        T::Int16 => Arc::new(values.read::<types::Int16Type>(parsed)?),
        T::Int32 => Arc::new(values.read::<types::Int32Type>(parsed)?),
        T::Int64 => Arc::new(values.read::<types::Int64Type>(parsed)?),
        T::UInt8 => Arc::new(values.read::<types::UInt8Type>(parsed)?),
        T::UInt16 => Arc::new(values.read::<types::UInt16Type>(parsed)?),
        T::UInt32 => Arc::new(values.read::<types::UInt32Type>(parsed)?),
        T::UInt64 => Arc::new(values.read::<types::UInt64Type>(parsed)?),
        T::Float32 => Arc::new(values.read::<types::Float32Type>(real)?),
        T::Float64 => Arc::new(values.read::<types::Float64Type>(double)?),
        T::Decimal128(precision, scale) => {
            let read = values.read::<types::Decimal128Type>(|v| decimal(v, *precision, *scale))?;
            let typed: Decimal128Array = read
                .with_precision_and_scale(*precision, *scale)
                .expect("SQL has no DECIMAL of another precision");
            Arc::new(typed)
        }
        // Numbers of more digits than a DECIMAL(38) are refused, not rounded.
        T::Decimal256(precision, scale) => {
            let read = |v: &str| decimal(v, (*precision).min(38), *scale).map(i256::from_i128);
            let typed = values
                .read::<types::Decimal256Type>(read)?
                .with_precision_and_scale(*precision, *scale)
                .expect("SQL has no DECIMAL of another precision");
            Arc::new(typed)
        }
        T::Boolean => {
            let word = if is_guess { true_or_false } else { flag };
            let mut builder = BooleanBuilder::with_capacity(texts.len());
            for row in 0..texts.len() {
                match values.get(row) {
                    None => builder.append_null(),
                    Some(value) => builder.append_value(values.fits(row, word(value))?),
                }
            }
            Arc::new(builder.finish())
        }
        T::Date32 => Arc::new(values.read::<types::Date32Type>(|v| {
            let moment = moment(trimmed(v, is_guess).as_bytes())?;
            moment.time.is_none().then_some(moment.days)
        })?),
        T::Timestamp(unit, zone) => {
            let rule = Rule {
                unit: *unit,
                is_guess,
                has_zone: zone.is_some(),
                // A guess of one offset is wrong for another one: its days begin at another time.
                offset: zone.as_deref().filter(|_| is_guess).and_then(fixed_offset),
            };
            values.times(rule, zone.clone())?
        }
        T::Utf8 => Arc::new(
            (0..texts.len())
                .map(|row| values.get(row))
                .collect::<datafusion::arrow::array::StringArray>(),
        ),
        other => values.cast(other)?,
    };
    Ok(array)
}

struct TextValues<'a> {
    texts: &'a StringViewArray,
    nulls: &'a Nulls,
}

impl<'a> TextValues<'a> {
    fn get(&self, row: usize) -> Option<&'a str> {
        if self.texts.is_null(row) {
            return None;
        }
        let value = self.texts.value(row);
        (!self.nulls.contain(value)).then_some(value)
    }

    fn fits<V>(&self, row: usize, value: Option<V>) -> Result<V, Bad> {
        value.ok_or_else(|| Bad {
            row,
            value: self.texts.value(row).to_string(),
        })
    }

    fn read<T: ArrowPrimitiveType>(
        &self,
        read: impl Fn(&str) -> Option<T::Native>,
    ) -> Result<PrimitiveArray<T>, Bad> {
        let mut builder = PrimitiveBuilder::<T>::with_capacity(self.texts.len());
        for row in 0..self.texts.len() {
            match self.get(row) {
                None => builder.append_null(),
                Some(value) => builder.append_value(self.fits(row, read(value))?),
            }
        }
        Ok(builder.finish())
    }

    fn times(&self, rule: Rule, zone: Option<Arc<str>>) -> Result<ArrayRef, Bad> {
        let read = |value: &str| rule.read(value);
        Ok(match rule.unit {
            TimeUnit::Second => Arc::new(
                self.read::<types::TimestampSecondType>(read)?
                    .with_timezone_opt(zone),
            ),
            TimeUnit::Millisecond => Arc::new(
                self.read::<types::TimestampMillisecondType>(read)?
                    .with_timezone_opt(zone),
            ),
            TimeUnit::Microsecond => Arc::new(
                self.read::<types::TimestampMicrosecondType>(read)?
                    .with_timezone_opt(zone),
            ),
            TimeUnit::Nanosecond => Arc::new(
                self.read::<types::TimestampNanosecondType>(read)?
                    .with_timezone_opt(zone),
            ),
        })
    }

    /// What arrow reads of types that are rare in text files.
    fn cast(&self, data_type: &DataType) -> Result<ArrayRef, Bad> {
        let strict = CastOptions {
            safe: false,
            ..CastOptions::default()
        };
        let texts: StringViewArray = (0..self.texts.len()).map(|row| self.get(row)).collect();
        if let Ok(array) = cast_with_options(&texts, data_type, &strict) {
            return Ok(array);
        }
        let is_bad =
            |row: &usize| cast_with_options(&texts.slice(*row, 1), data_type, &strict).is_err();
        self.fits((0..texts.len()).find(is_bad).unwrap_or(0), None)
    }
}

/// A whole number as it would be written again.
pub(super) fn canonical(value: &str) -> Option<i64> {
    let digits = value.strip_prefix('-').unwrap_or(value).as_bytes();
    let is_plain = match digits {
        [b'0'] => digits.len() == value.len(),
        [b'1'..=b'9', rest @ ..] => rest.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    if is_plain { value.parse().ok() } else { None }
}

fn exact_double(value: &str) -> Option<f64> {
    if is_short_decimal(value.as_bytes()) {
        return value.parse().ok();
    }
    match class_of(value) {
        ValueClass::Integer {
            exact_in_double: true,
        }
        | ValueClass::Decimal { .. } => value.parse().ok(),
        _ => None,
    }
}

/// Whether a value is digits, with a point among them or without, so few that a DOUBLE keeps them: most amounts are.
fn is_short_decimal(value: &[u8]) -> bool {
    let digits = value.strip_prefix(b"-").unwrap_or(value);
    let whole = digits.iter().take_while(|b| b.is_ascii_digit()).count();
    let is_fraction = match &digits[whole..] {
        [] => value.len() == digits.len() || digits != b"0",
        [b'.', fraction @ ..] => !fraction.is_empty() && fraction.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    let is_canonical = whole == 1 || (whole > 1 && digits[0] != b'0');
    is_fraction && is_canonical && digits.len() <= 15
}

fn trimmed(value: &str, is_guess: bool) -> &str {
    if is_guess { value } else { value.trim() }
}

fn parsed<N: FromStr>(value: &str) -> Option<N> {
    value.trim().parse().ok()
}

fn finite(value: &str) -> Option<f64> {
    parsed(value).filter(|number: &f64| number.is_finite())
}

/// A whole number is kept as it is, or it is no DOUBLE.
fn double(value: &str) -> Option<f64> {
    let number = finite(value)?;
    let is_kept = parsed(value).is_none_or(|whole: i128| number as i128 == whole);
    is_kept.then_some(number)
}

/// A number of which a REAL keeps all digits.
fn real(value: &str) -> Option<f32> {
    let number = double(value)?;
    let real = number as f32;
    // The shortest text that is this REAL.
    (real.is_finite() && parsed(&real.to_string()) == Some(number)).then_some(real)
}

/// The digits of a DECIMAL. Digits beyond its scale are refused, unless they are zeros.
fn decimal(value: &str, precision: u8, scale: i8) -> Option<i128> {
    let value = value.trim();
    let (is_negative, unsigned) = match value.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, value.strip_prefix('+').unwrap_or(value)),
    };
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let scale = usize::try_from(scale).ok()?;
    let (kept, cut) = fraction.split_at_checked(scale.min(fraction.len()))?;
    let is_number = !(whole.is_empty() && fraction.is_empty())
        && whole
            .bytes()
            .chain(fraction.bytes())
            .all(|b| b.is_ascii_digit());
    if !is_number || cut.bytes().any(|b| b != b'0') {
        return None;
    }
    let mut number: i128 = 0;
    let zeros = std::iter::repeat_n(b'0', scale - kept.len());
    for digit in whole.bytes().chain(kept.bytes()).chain(zeros) {
        number = number
            .checked_mul(10)?
            .checked_add(i128::from(digit - b'0'))?;
    }
    let limit = 10i128.checked_pow(u32::from(precision))?;
    (number < limit).then_some(if is_negative { -number } else { number })
}

fn true_or_false(value: &str) -> Option<bool> {
    if value.eq_ignore_ascii_case("true") {
        Some(true)
    } else if value.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}

/// The words that files have for TRUE and FALSE.
pub(crate) fn flag(value: &str) -> Option<bool> {
    let word = value.trim().to_ascii_lowercase();
    // Programs make 1.0 of a 1 that has a missing value beside it.
    let word = match word.split_once('.') {
        Some((whole @ ("0" | "1"), zeros))
            if !zeros.is_empty() && zeros.bytes().all(|b| b == b'0') =>
        {
            whole
        }
        _ => &word,
    };
    match word {
        "true" | "t" | "yes" | "y" | "1" => Some(true),
        "false" | "f" | "no" | "n" | "0" => Some(false),
        _ => None,
    }
}

fn fixed_offset(zone: &str) -> Option<i32> {
    let moment = moment(format!("1970-01-01T00:00{zone}").as_bytes())?;
    moment.offset
}

/// Which texts are a time of a column.
#[derive(Debug, Clone, Copy)]
struct Rule {
    unit: TimeUnit,
    is_guess: bool,
    has_zone: bool,
    /// The only offset that is taken.
    offset: Option<i32>,
}

impl Rule {
    /// The time in units since 1970; an offset is applied.
    fn read(self, value: &str) -> Option<i64> {
        let moment = moment(trimmed(value, self.is_guess).as_bytes())?;
        let time = match (moment.time, self.has_zone) {
            (Some(time), _) => time,
            (None, true) => return None,
            // A day is its midnight.
            (None, false) => TimeOfDay {
                seconds: 0,
                nanos: 0,
                fraction: 0,
            },
        };
        if moment.offset.is_some() != self.has_zone {
            return None;
        }
        if self.offset.is_some_and(|only| moment.offset != Some(only)) {
            return None;
        }
        let offset = i64::from(moment.offset.unwrap_or(0));
        let seconds = i64::from(moment.days) * 86_400 + i64::from(time.seconds) - offset;
        let (per_second, digits) = match self.unit {
            TimeUnit::Second => (1, 0),
            TimeUnit::Millisecond => (1_000, 3),
            TimeUnit::Microsecond => (1_000_000, 6),
            TimeUnit::Nanosecond => (1_000_000_000, 9),
        };
        if time.fraction > digits {
            return None;
        }
        let parts = i64::from(time.nanos) / (1_000_000_000 / per_second);
        seconds.checked_mul(per_second)?.checked_add(parts)
    }
}

/// The texts of an array of any text type.
pub(in crate::tables) fn texts_of(array: &ArrayRef) -> Option<StringViewArray> {
    let cast = datafusion::arrow::compute::cast(array, &DataType::Utf8View).ok()?;
    Some(cast.as_string_view().clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(values: &[&str], data_type: &DataType, is_guess: bool) -> Result<Vec<String>, String> {
        let texts = StringViewArray::from(values.to_vec());
        let options = Options {
            null: vec!["N/A".to_string()],
            ..Options::default()
        };
        let nulls = Nulls::new(&options).expect("a text is no pattern");
        let array = typed(&texts, data_type, is_guess, &nulls).map_err(|bad| bad.value)?;
        let shown = |row| datafusion::arrow::util::display::array_value_to_string(&array, row);
        Ok((0..array.len())
            .map(|row| shown(row).expect("a value can be shown"))
            .collect())
    }

    fn bad(values: &[&str], data_type: &DataType, is_guess: bool) -> String {
        read(values, data_type, is_guess).expect_err("a value that does not fit")
    }

    #[test]
    fn a_guess_takes_what_is_written_as_it_would_be_again() {
        let numbers = read(
            &["0", "-7", "N/A", "9223372036854775807"],
            &DataType::Int64,
            true,
        );
        assert_eq!(
            numbers,
            Ok(vec!["0", "-7", "", "9223372036854775807"]
                .into_iter()
                .map(String::from)
                .collect())
        );
        for value in [
            "007",
            "+7",
            " 7",
            "7 ",
            "-0",
            "7.0",
            "1e3",
            "9223372036854775808",
            "x",
        ] {
            assert_eq!(bad(&["1", value], &DataType::Int64, true), value);
        }
        for value in [
            "1E5",
            "9007199254740993",
            "1234567890.1767225601",
            "NaN",
            "inf",
            "00.5",
            "-0",
            "-",
            "",
            "1.2.3",
        ] {
            assert_eq!(bad(&["1.5", value], &DataType::Float64, true), value);
        }
        assert_eq!(
            bad(
                &["2026-01-31", "2026-01-31T10:00:00"],
                &DataType::Date32,
                true
            ),
            "2026-01-31T10:00:00"
        );
    }

    #[test]
    fn a_type_that_is_said_takes_what_means_the_same() {
        let flags = ["true", "F", "Yes", "n", "1", "0"];
        let all = read(&flags, &DataType::Boolean, false);
        assert_eq!(
            all,
            Ok(["true", "false", "true", "false", "true", "false"]
                .map(String::from)
                .to_vec())
        );
        assert_eq!(bad(&["yes", "maybe"], &DataType::Boolean, false), "maybe");
        assert_eq!(
            read(&["007", "+7", " 7 "], &DataType::Int32, false),
            Ok(vec!["7".to_string(); 3])
        );
        assert_eq!(bad(&["2147483648"], &DataType::Int32, false), "2147483648");
        let doubles = ["9007199254740992", "1e3", "0.1", "1234567890.1767225601"];
        assert!(read(&doubles, &DataType::Float64, false).is_ok());
        let large = "9007199254740993";
        assert_eq!(bad(&["1", large], &DataType::Float64, false), large);
        assert_eq!(
            read(&["16777216", "-1.1", "1e3"], &DataType::Float32, false),
            Ok(["16777216.0", "-1.1", "1000.0"].map(String::from).to_vec())
        );
        for value in ["16777217", "123456.789"] {
            assert_eq!(bad(&["1", value], &DataType::Float32, false), value);
        }
        let money = DataType::Decimal128(5, 2);
        assert_eq!(
            read(&["1.5", "-0.050", ".1"], &money, false),
            Ok(["1.50", "-0.05", "0.10"].map(String::from).to_vec())
        );
        assert_eq!(bad(&["1.005"], &money, false), "1.005");
        assert_eq!(bad(&["1000"], &money, false), "1000");
    }

    #[test]
    fn times_lose_nothing() {
        let seconds = DataType::Timestamp(TimeUnit::Second, None);
        let micros = DataType::Timestamp(TimeUnit::Microsecond, None);
        assert_eq!(
            bad(&["2026-01-31T10:00:00.5"], &seconds, false),
            "2026-01-31T10:00:00.5"
        );
        assert_eq!(
            read(&["2026-01-31", "9999-12-31 23:59:59.000001"], &micros, true),
            Ok(vec![
                "2026-01-31T00:00:00".to_string(),
                "9999-12-31T23:59:59.000001".to_string()
            ])
        );
        assert_eq!(
            bad(&["2026-01-31T10:00:00Z"], &micros, false),
            "2026-01-31T10:00:00Z"
        );
        let west = DataType::Timestamp(TimeUnit::Microsecond, Some("-05:00".into()));
        assert_eq!(
            read(&["2026-01-31T20:00:00-05:00"], &west, true),
            Ok(vec!["2026-01-31T20:00:00-05:00".to_string()])
        );
        assert_eq!(
            bad(&["2026-07-31T20:00:00-04:00"], &west, true),
            "2026-07-31T20:00:00-04:00"
        );
        assert_eq!(
            bad(&["2026-01-31T20:00:00"], &west, true),
            "2026-01-31T20:00:00"
        );
    }
}
