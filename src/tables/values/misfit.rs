//! The words for a value that is not of its column's type.

use datafusion::arrow::array::StringViewArray;
use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::common::utils::quote_identifier;

use super::class::is_nothing;
use super::day_text::DayForm;
use super::moment::moment;
use super::typed::{Nulls, canonical, typed};
use super::written::WrittenForm;
use crate::tables::options::{LARGER_SAMPLE, OptionNames};
use crate::tables::words::sql_name;

/// Where the type of a column is from.
#[derive(Debug, Clone, Copy)]
pub(in crate::tables) enum TypeOrigin<'a> {
    /// The first rows, which are written as programs write them.
    Guessed,
    /// The first rows, which are written in a form of another place: a type that is said is read in that form, too.
    GuessedWithForm,
    /// Somebody said it; these are the forms that options would give the column, which the options have not said.
    Said { open: &'a [WrittenForm] },
}

/// `place` is where the value is.
pub(in crate::tables) fn words(
    place: &str,
    value: &str,
    field: &Field,
    of: TypeOrigin<'_>,
    words: &OptionNames,
) -> String {
    let (name, data_type) = (field.name(), field.data_type());
    let mut text = format!(
        "{place}, has '{value}' in column {name}, which is {}",
        sql_name(data_type)
    );
    let types = |data_type: &str| words.types(name, data_type);
    let mut ways = vec![];
    if let TypeOrigin::Said { open } = of {
        ways.extend(
            open.iter()
                .filter_map(|form| option(form, value, data_type, words)),
        );
    }
    if is_nothing(value) {
        ways.push(format!("{} reads it as NULL", words.null([value])));
    }
    let is_guess = !matches!(of, TypeOrigin::Said { .. });
    if is_guess {
        text += ", as far as the first rows tell";
        let is_plain = matches!(of, TypeOrigin::Guessed);
        let is_number = is_plain && value.trim().parse::<f64>().is_ok_and(f64::is_finite);
        if matches!(data_type, DataType::Int64 | DataType::Float64) && is_number {
            text += ": a number would not be kept as it is written";
        }
        match (data_type, moment(value.as_bytes()).filter(|_| is_plain)) {
            (DataType::Date32, Some(moment)) if moment.offset.is_none() => {
                ways.push(format!("{} reads dates and times", types("TIMESTAMP")));
            }
            (DataType::Timestamp(_, Some(_)), Some(moment)) if moment.offset.is_some() => {
                ways.push(format!(
                    "{} reads all offsets, as times in UTC",
                    types("TIMESTAMPTZ")
                ));
            }
            _ => {}
        }
        // A text keeps 00123 and 123 apart, so it is the first thing to try.
        ways.push(format!("{} reads the column as text", types("TEXT")));
        ways.extend(text_of_moment(value, field));
        if matches!(data_type, DataType::Int64 | DataType::Float64) && is_number {
            ways.push(format!(
                "{} as numbers, if these are amounts, not ids",
                types(if canonical(value).is_some() {
                    "DECIMAL(38, 9)"
                } else {
                    "DOUBLE"
                })
            ));
        }
        ways.push(format!("{LARGER_SAMPLE} looks at more of them"));
    } else {
        match data_type {
            DataType::Boolean => {
                text += ": true, false, t, f, yes, no, y, n, 1 and 0 are, in any case of letters";
            }
            DataType::Date32 => {
                text += ": dates are written as 2026-01-31";
                let is_serial = value.len() == 5 && canonical(value).is_some();
                ways.extend(is_serial.then(|| {
                    format!(
                        "without the type, DATE '1899-12-30' + {} is the day of a number as spreadsheets count days",
                        quote_identifier(name)
                    )
                }));
            }
            DataType::Timestamp(_, None)
                if moment(value.as_bytes()).is_some_and(|m| m.offset.is_some()) =>
            {
                text += ": it has an offset";
                ways.push(format!("{} reads times with offsets", types("TIMESTAMPTZ")));
            }
            DataType::Timestamp(_, Some(_)) if moment(value.as_bytes()).is_some() => {
                text += ": it has no time with an offset";
                ways.push(format!("{} reads times without", types("TIMESTAMP")));
            }
            DataType::Timestamp(..) => text += ": times are written as 2026-01-31 10:00:00",
            DataType::Float32 | DataType::Float64
                if value.trim().parse::<f64>().is_ok_and(f64::is_finite) =>
            {
                text += ", which cannot hold all of its digits";
                ways.push(format!("{} does", types("DECIMAL(38, 9)")));
            }
            _ => {}
        }
        ways.push(format!("{} reads the column as text", types("TEXT")));
        ways.extend(text_of_moment(value, field));
    }
    format!("{text}. {}", ways.join("; "))
}

/// The option that has the column read in a form, if the value is of the type then.
fn option(
    form: &WrittenForm,
    value: &str,
    data_type: &DataType,
    words: &OptionNames,
) -> Option<String> {
    let plain = form.plain_value(value)?;
    let texts = StringViewArray::from(vec![plain.as_str()]);
    typed(&texts, data_type, false, &Nulls::default()).ok()?;
    match form {
        WrittenForm::Numbers(form) => {
            let call = words.decimal_separator(&form.decimal.to_string());
            Some(format!("{call} reads it as {plain}"))
        }
        WrittenForm::Days(DayForm::Said(format)) => {
            let first = match format.get(..2) {
                Some("%d") => "with the day first, ",
                Some("%m") => "with the month first, ",
                Some("%y") => "with the year first, ",
                _ => "",
            };
            let call = words.date_format(format);
            Some(format!("{call} reads it {first}as {plain}"))
        }
        WrittenForm::Days(DayForm::Numbers { .. } | DayForm::Named { .. }) => None,
    }
}

/// Times of more digits than microseconds, which end in the year 2262: 9999-12-31 23:59:59.9999999 is for ever.
fn text_of_moment(value: &str, field: &Field) -> Option<String> {
    let time = moment(value.as_bytes())?.time?;
    let is_time = matches!(field.data_type(), DataType::Timestamp(_, None));
    (is_time && time.fraction > 6).then(|| {
        format!(
            "of that, arrow_cast(substr({}, 1, 26), 'Timestamp(Microsecond, None)') is the time in microseconds",
            quote_identifier(field.name())
        )
    })
}
