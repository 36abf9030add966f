//! The text of a parameter as a value: by the type that was said for it, by what it is compared with, or by what it looks like.

use datafusion::arrow::compute::CastOptions;
use datafusion::arrow::datatypes::{DataType, IntervalUnit, TimeUnit};
use datafusion::common::ScalarValue;
use datafusion::prelude::SessionContext;

use super::parameter::{Parameter, ParameterValue};
use crate::session::error::Refusal;
use crate::session::settings::Face;
use crate::tables::{data_type, flag, sql_name};

/// What types of one kind have in common: a text is read the same way for all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ReadAs {
    Text,
    Number,
    Flag,
    /// A date, or a time without a zone.
    Moment,
    /// Anything else, which has to be of the very type.
    Other,
}

impl ReadAs {
    fn of(data_type: &DataType) -> Self {
        match data_type {
            DataType::Dictionary(_, values) => ReadAs::of(values),
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => ReadAs::Text,
            DataType::Boolean => ReadAs::Flag,
            DataType::Date32 | DataType::Date64 | DataType::Timestamp(_, None) => ReadAs::Moment,
            other if other.is_numeric() => ReadAs::Number,
            _ => ReadAs::Other,
        }
    }
}

/// The value of a parameter where it is compared with `types`, of which there may be none.
pub(in crate::session) fn read(
    ctx: &SessionContext,
    parameter: &Parameter,
    types: &[DataType],
    face: &Face,
) -> Result<ScalarValue, Refusal> {
    let (text, is_quoted, type_name) = match &parameter.value {
        ParameterValue::Value(value) => return Ok(value.clone()),
        ParameterValue::Text {
            text,
            is_quoted,
            type_name,
        } => (text.as_str(), *is_quoted, type_name),
    };
    let name = &parameter.name;
    let is_null = !is_quoted && text.eq_ignore_ascii_case("null");
    if let Some(type_name) = type_name {
        let data_type = said(ctx, type_name).ok_or_else(|| {
            Refusal::new(format!(
                "${name}: {type_name} is not a type that a parameter can have; there are TEXT, BIGINT, DOUBLE, \
                 DECIMAL(12, 2), BOOLEAN, DATE, TIMESTAMP, TIMESTAMPTZ, TIME and INTERVAL, among others"
            ))
        })?;
        return match is_null {
            true => null(name, &data_type),
            false => exact(text, &data_type)
                .map_err(|why| Refusal::new(format!("${name}: {text:?} {why}"))),
        };
    }
    let kind = kind(name, types, face)?;
    if is_null {
        return types
            .first()
            .map_or(Ok(ScalarValue::Null), |first| null(name, first));
    }
    let value = match (kind, types) {
        (Some(ReadAs::Text), _) => Ok(ScalarValue::from(text)),
        (Some(ReadAs::Number), types) => number(text, types),
        (Some(ReadAs::Moment), types) => moment(text, types),
        (Some(_), [first, ..]) => exact(text, first),
        _ => Ok(natural(text, is_quoted)),
    };
    value.map_err(|why| {
        let compared = types.iter().map(sql_name).collect::<Vec<_>>().join(" and ");
        Refusal::new(format!(
            "${name}: {text:?} {why}; in this statement ${name} stands beside {compared}, so it is read as one. {} says another type",
            face.parameter(&format!("{name}:TYPE"))
        ))
    })
}

/// The one kind of all types, if there is any type.
fn kind(name: &str, types: &[DataType], face: &Face) -> Result<Option<ReadAs>, Refusal> {
    let Some(first) = types.first() else {
        return Ok(None);
    };
    let kind = ReadAs::of(first);
    let is_same = |other: &DataType| match kind {
        ReadAs::Other => other == first,
        _ => ReadAs::of(other) == kind,
    };
    match types.iter().all(is_same) {
        true => Ok(Some(kind)),
        false => {
            let names: Vec<_> = types.iter().map(sql_name).collect();
            Err(Refusal::new(format!(
                "${name} stands beside values of several types in this statement, {}, and cannot be all of them; {} says which",
                names.join(" and "),
                face.parameter(&format!("{name}:TYPE"))
            )))
        }
    }
}

/// A type by its name in SQL.
fn said(ctx: &SessionContext, name: &str) -> Option<DataType> {
    match name.eq_ignore_ascii_case("interval") {
        true => Some(DataType::Interval(IntervalUnit::MonthDayNano)),
        false => data_type(ctx, name, None),
    }
}

fn null(name: &str, data_type: &DataType) -> Result<ScalarValue, Refusal> {
    ScalarValue::try_from(data_type).map_err(|e| Refusal::new(format!("${name}: {e}")))
}

/// A number as SQL has it in a query: whole, with digits after the point, or with an exponent.
fn number(text: &str, types: &[DataType]) -> Result<ScalarValue, String> {
    let typed = text.trim();
    let digits = typed.strip_prefix(['-', '+']).unwrap_or(typed);
    let is_whole = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    if is_whole && let Ok(number) = typed.parse::<i64>() {
        return Ok(ScalarValue::from(number));
    }
    let (before, after) = digits.split_once('.').unwrap_or((digits, ""));
    let is_plain = [before, after]
        .iter()
        .all(|part| part.bytes().all(|b| b.is_ascii_digit()));
    let wants_digits = is_whole || types.iter().any(DataType::is_decimal);
    let n_digits = before.len() + after.len();
    // A float has 15 digits; a decimal has those that were written.
    if wants_digits && is_plain && (1..=38).contains(&n_digits) {
        let scale = i8::try_from(after.len()).map_err(|_| "has too many digits")?;
        let precision = u8::try_from(n_digits).map_err(|_| "has too many digits")?;
        return exact(typed, &DataType::Decimal128(precision, scale));
    }
    // The words of floats, such as nan and inf, are none of SQL.
    let is_number = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    match typed.parse::<f64>() {
        Ok(number) if is_number && number.is_finite() => Ok(ScalarValue::from(number)),
        _ if typed.contains(',') => Err(format!(
            "is not a number: {} has a point and no comma",
            typed.replace(',', ".")
        )),
        _ => Err("is not a number".to_string()),
    }
}

/// A date, or a time without a zone. One that has hours is never cut down to a date.
fn moment(text: &str, types: &[DataType]) -> Result<ScalarValue, String> {
    let is_a_date = |t: &DataType| matches!(t, DataType::Date32 | DataType::Date64);
    let date = exact(text, &DataType::Date32);
    if date.is_ok() && types.iter().any(is_a_date) {
        return date;
    }
    let time = exact(text, &DataType::Timestamp(TimeUnit::Nanosecond, None));
    // What is neither is told by what is wanted.
    match time.is_err() && types.iter().all(is_a_date) {
        true => date,
        false => time,
    }
}

/// The text as a value of this type, with nothing lost.
fn exact(text: &str, data_type: &DataType) -> Result<ScalarValue, String> {
    let typed = text.trim();
    let name = sql_name(data_type);
    match data_type {
        DataType::Utf8 => return Ok(ScalarValue::from(text)),
        DataType::Boolean => {
            let flag = flag(typed).ok_or("is not a BOOLEAN: write true or false")?;
            return Ok(ScalarValue::from(flag));
        }
        DataType::Decimal128(_, scale) => {
            let after = typed.split_once('.').map_or("", |(_, after)| after);
            let after = after.trim_end_matches('0').len();
            if after > usize::try_from(*scale).unwrap_or(0) {
                return Err(format!("has more digits after the point than {name}"));
            }
        }
        DataType::Date32 | DataType::Date64 if typed.len() > 10 => {
            return Err("is not a DATE: write one as 2026-08-31".to_string());
        }
        DataType::Timestamp(_, None) if has_offset(typed) => {
            return Err(
                "has an offset, which a TIMESTAMP cannot have; use TIMESTAMPTZ".to_string(),
            );
        }
        other if other.is_floating() => {
            let is_number = typed
                .trim_start_matches(['-', '+'])
                .starts_with(|c: char| c.is_ascii_digit() || c == '.');
            if !is_number {
                return Err("is not a number".to_string());
            }
        }
        _ => {}
    }
    // Seconds may be left off.
    let has_minutes_last = typed.len() == "2026-08-31 10:00".len() && typed.as_bytes()[13] == b':';
    let with_seconds = match data_type {
        DataType::Timestamp(..) if has_minutes_last => format!("{typed}:00"),
        _ => typed.to_string(),
    };
    let strictly = CastOptions {
        safe: false,
        ..CastOptions::default()
    };
    let value = ScalarValue::from(with_seconds).cast_to_with_options(data_type, &strictly);
    match value {
        Ok(value) if !value.is_null() => Ok(value),
        _ => Err(format!("is not of type {name}{}", example(data_type))),
    }
}

/// How a value of a type is written.
fn example(data_type: &DataType) -> &'static str {
    match data_type {
        DataType::Date32 | DataType::Date64 => ": write one as 2026-08-31",
        DataType::Timestamp(_, None) => ": write one as 2026-08-31 or 2026-08-31 10:00:00",
        DataType::Timestamp(_, Some(_)) => ": write one as 2026-08-31 10:00:00+02:00",
        DataType::Time32(_) | DataType::Time64(_) => ": write one as 10:00:00",
        DataType::Interval(_) => ": write one as 3 days or 1 month",
        _ => "",
    }
}

/// Whether a time says its zone.
fn has_offset(text: &str) -> bool {
    let (_, time) = text.split_once(['T', 't', ' ']).unwrap_or_default();
    time.ends_with(|c: char| c.is_ascii_alphabetic()) || time.contains(['+', '-'])
}

/// What a text is where nothing says its type: a number, true or false, and else a text. Codes such as 007 are texts.
fn natural(text: &str, is_quoted: bool) -> ScalarValue {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_code = digits.starts_with('0') && digits[1..].starts_with(|c: char| c.is_ascii_digit());
    let begins = digits.starts_with(|c: char| c.is_ascii_digit());
    match text {
        _ if is_quoted => ScalarValue::from(text),
        _ if text.eq_ignore_ascii_case("true") => ScalarValue::from(true),
        _ if text.eq_ignore_ascii_case("false") => ScalarValue::from(false),
        _ if begins && !is_code => number(text, &[]).unwrap_or_else(|_| ScalarValue::from(text)),
        _ => ScalarValue::from(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::settings::face::FACE;

    fn value(typed: &str, types: &[DataType]) -> Result<ScalarValue, String> {
        let parameter = Parameter::parse(typed)?;
        read(&SessionContext::new(), &parameter, types, &FACE).map_err(String::from)
    }

    fn date(text: &str) -> ScalarValue {
        exact(text, &DataType::Date32).expect("it is a date")
    }

    #[test]
    fn without_a_type_a_text_is_what_it_looks_like() {
        for (typed, expected) in [
            ("p=5", ScalarValue::from(5_i64)),
            ("p=-5", ScalarValue::from(-5_i64)),
            ("p=2.5", ScalarValue::from(2.5)),
            ("p=1e3", ScalarValue::from(1000.0)),
            ("p=true", ScalarValue::from(true)),
            ("p=NULL", ScalarValue::Null),
            ("p='NULL'", ScalarValue::from("NULL")),
            ("p='5'", ScalarValue::from("5")),
            ("p=007", ScalarValue::from("007")),
            ("p=2026-08", ScalarValue::from("2026-08")),
            ("p=1,2", ScalarValue::from("1,2")),
            ("p=1_000", ScalarValue::from("1_000")),
            ("p=inf", ScalarValue::from("inf")),
            ("p=", ScalarValue::from("")),
            ("p= a ", ScalarValue::from("a")),
            ("p=' a '", ScalarValue::from(" a ")),
        ] {
            assert_eq!(value(typed, &[]), Ok(expected), "{typed}");
        }
        let large = value("p=9223372036854775808", &[]).expect("it has 19 digits");
        assert_eq!(large.to_string(), "9223372036854775808");
    }

    #[test]
    fn what_it_is_compared_with_says_how_it_is_read() {
        use DataType::{Decimal128, Float64, Int64, Utf8};
        let code = DataType::Dictionary(Box::new(DataType::UInt16), Box::new(Utf8));
        assert_eq!(value("p=5", &[code]), Ok(ScalarValue::from("5")));
        assert_eq!(
            value("p=007", std::slice::from_ref(&Int64)),
            Ok(ScalarValue::from(7_i64))
        );
        assert_eq!(
            value("p=1.5", &[Int64, Float64]),
            Ok(ScalarValue::from(1.5))
        );
        let exactly = value("p=0.1", &[Decimal128(12, 2)]).expect("a decimal");
        assert_eq!(exactly, ScalarValue::Decimal128(Some(1), 2, 1));
        let time = DataType::Timestamp(TimeUnit::Second, None);
        assert_eq!(
            value("p=2026-08-01", &[DataType::Date32, time.clone()]),
            Ok(date("2026-08-01"))
        );
        let half = value("p=2026-08-01 10:00:00.5", &[time]).expect("a time");
        assert!(half.to_string().starts_with("1785578400500"), "{half}");
        let none = value("p=null", &[Utf8]).expect("NULL of a type");
        assert_eq!(none, ScalarValue::Utf8(None));
    }

    #[test]
    fn what_is_not_of_the_type_is_refused_in_words() {
        let zoned = DataType::Timestamp(TimeUnit::Microsecond, None);
        for (typed, types, words) in [
            ("p=abc", vec![DataType::Int64], "is not a number"),
            ("p=1,5", vec![DataType::Float64], "1.5 has a point"),
            ("p=nan", vec![DataType::Float64], "is not a number"),
            ("p=maybe", vec![DataType::Boolean], "true or false"),
            (
                "p=31.08.2026",
                vec![DataType::Date32],
                "is not of type DATE",
            ),
            ("p=2026-08-01T10:00:00Z", vec![zoned], "has an offset"),
            (
                "p=5",
                vec![DataType::Int64, DataType::Utf8],
                "several types",
            ),
            (
                "p:DECIMAL(12,2)=1.234",
                vec![],
                "more digits after the point",
            ),
            ("p:INT=99999999999", vec![], "is not of type INT"),
            ("p:INT=1.5", vec![], "is not of type INT"),
            ("p:DATE=2026-08-01 10:00", vec![], "is not a DATE"),
            (
                "p:NONSENSE=1",
                vec![],
                "is not a type that a parameter can have",
            ),
        ] {
            let refused = value(typed, &types).expect_err(typed);
            assert!(refused.contains(words), "{typed}: {refused}");
        }
    }

    #[test]
    fn a_type_that_was_said_goes_before_all() {
        assert_eq!(
            value("p:TEXT=5", &[DataType::Int64]),
            Ok(ScalarValue::from("5"))
        );
        assert_eq!(value("p:date=2026-08-01", &[]), Ok(date("2026-08-01")));
        assert_eq!(
            value("p:DECIMAL(12,2)=1.50", &[]),
            Ok(ScalarValue::Decimal128(Some(150), 12, 2))
        );
        let span = value("p:interval=3 days", &[]).expect("an interval");
        assert!(!span.is_null());
    }
}
