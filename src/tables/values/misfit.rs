//! The words for a value that is not of its column's type.

use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::common::utils::quote_identifier;

use super::class::{ValueClass, class_of, is_nothing};
use super::looks::Looks;
use super::moment::moment;
use super::typed::canonical;
use crate::tables::options::{LARGER_SAMPLE, OptionNames};
use crate::tables::words::sql_name;

/// `place` is where the value is.
pub(in crate::tables) fn words(
    place: &str,
    value: &str,
    field: &Field,
    is_guess: bool,
    words: &OptionNames,
) -> String {
    let (name, data_type) = (field.name(), field.data_type());
    let mut text = format!(
        "{place}, has '{value}' in column {name}, which is {}",
        sql_name(data_type)
    );
    let types = |data_type: &str| words.types(name, data_type);
    let mut ways = vec![];
    if let ValueClass::Text(looks) = class_of(value) {
        ways.extend(form(looks, data_type, words));
    }
    if is_nothing(value) {
        ways.push(format!("{} reads it as NULL", words.null([value])));
    }
    if is_guess {
        text += ", as far as the first rows tell";
        let is_number = value.trim().parse::<f64>().is_ok_and(f64::is_finite);
        if matches!(data_type, DataType::Int64 | DataType::Float64) && is_number {
            text += ": a number would not be kept as it is written";
        }
        match (data_type, moment(value.as_bytes())) {
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
                "{} as numbers, if these are amounts and no ids",
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
                text += ", and that has no place for all of its digits";
                ways.push(format!("{} does", types("DECIMAL(38, 9)")));
            }
            _ => {}
        }
        ways.push(format!("{} reads the column as text", types("TEXT")));
        ways.extend(text_of_moment(value, field));
    }
    format!("{text}. {}", ways.join("; "))
}

/// What says how a number or a date of another place is written.
fn form(looks: Looks, data_type: &DataType, words: &OptionNames) -> Option<String> {
    match (looks, data_type) {
        (Looks::Day(day), DataType::Date32 | DataType::Timestamp(_, None))
            if day.named.is_none() && !day.year_first && !day.with_time =>
        {
            let separator = day.separator as char;
            let year = if day.short_year { "%y" } else { "%Y" };
            let order = |parts: [&str; 2]| {
                let format = format!("{}{separator}{}{separator}{year}", parts[0], parts[1]);
                words.date_format(&format)
            };
            Some(match (day.day_first, day.month_first) {
                (true, _) => format!("{} reads it", order(["%d", "%m"])),
                (_, true) => format!("{} reads it", order(["%m", "%d"])),
                _ => format!(
                    "{} reads it with the day first, {} with the month",
                    order(["%d", "%m"]),
                    order(["%m", "%d"])
                ),
            })
        }
        (Looks::Number(signs), numbers) if numbers.is_numeric() && signs.comma && !signs.point => {
            Some(format!(
                "{} takes its comma as that of decimals, {} as that of thousands",
                words.decimal_separator(","),
                words.decimal_separator(".")
            ))
        }
        _ => None,
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
