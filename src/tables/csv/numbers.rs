//! What is said of numbers that are written as in another place, with the expression that reads them.

use super::column::{SeenColumn, SeenValue};
use crate::tables::csv::column_place::ColumnPlace;
use crate::tables::values::number_text::Signs;

/// The column, with NULL in place of the words that mean nothing.
pub(super) fn valued(quoted: &str, column: &SeenColumn) -> String {
    without(quoted, column.nothings.iter())
}

/// The column, with NULL in place of some of its texts.
pub(super) fn without<'a>(quoted: &str, texts: impl Iterator<Item = &'a String>) -> String {
    let texts: Vec<_> = texts
        .map(|text| format!("'{}'", text.replace('\'', "''")))
        .collect();
    match &texts[..] {
        [] => quoted.to_string(),
        [text] => format!("nullif({quoted}, {text})"),
        texts => format!(
            "CASE WHEN {quoted} NOT IN ({}) THEN {quoted} END",
            texts.join(", ")
        ),
    }
}

/// What reads the numbers of a column, or why nothing does.
pub(super) enum NumberReading<'a> {
    /// They are of several currencies: the sign of one of them, and two numbers.
    SeveralCurrencies(&'static str, [&'a SeenValue; 2]),
    /// Some are in percent, and so many are not.
    SomePercent(u64),
    /// Some have a comma of decimals, and some a point.
    CommaAndPoint,
    /// Nothing says what the comma is: the expressions for that of decimals, and for that of thousands.
    CommaOrPoint {
        decimals: String,
        thousands: String,
    },
    By {
        sql: String,
        has_credits: bool,
    },
}

/// What reads the numbers of a column; `text` is the column without what is no number.
pub(super) fn reading<'a>(quoted: &str, text: String, column: &'a SeenColumn) -> NumberReading<'a> {
    let any = |is: fn(&Signs) -> bool| column.signs.iter().any(is);
    if let [(first, one), (second, other), ..] = &column.currencies[..] {
        // US$5 has the sign of $5 in it.
        let currency = if first.contains(second) {
            first
        } else {
            second
        };
        return NumberReading::SeveralCurrencies(currency, [one, other]);
    }
    if column.is_partly_percent() {
        return NumberReading::SomePercent(column.values - column.nothing.n - column.percents.n);
    }
    let (comma, point) = (column.commas.n > 0, column.points.n > 0);
    if comma && point {
        return NumberReading::CommaAndPoint;
    }
    let mut text = text;
    if any(|s| s.dash) {
        let sign = column.currencies.first().map_or("", |(sign, _)| sign);
        text = format!("regexp_replace({text}, '^[ {sign}]*-[ {sign}]*$', '0')");
    }
    let read = |has_comma: bool| {
        let plain = match has_comma {
            true => format!("replace(replace({text}, '.', ''), ',', '.')"),
            false if any(|s| s.comma && s.pointed) => {
                format!("replace(regexp_replace({text}, '[[:alpha:]]+\\.', '', 'g'), ',', '')")
            }
            false if any(|s| s.comma) => format!("replace({text}, ',', '')"),
            false if any(|s| s.pointed) => {
                format!("regexp_replace({text}, '[[:alpha:]]+\\.', '', 'g')")
            }
            false => text.clone(),
        };
        let has_signs =
            any(|s| s.percent || s.currency.is_some() || s.parted || s.credit || s.magnitude);
        let digits = match (any(|s| s.negative_elsewhere), has_signs) {
            (true, _) => format!("regexp_replace({plain}, '[^0-9.]', '', 'g')"),
            // A minus before or after the sign of a unit is kept; also one that comes later in the file.
            (false, true) => format!("regexp_replace({plain}, '[^0-9.-]', '', 'g')"),
            (false, false) => format!("trim({plain})"),
        };
        // A DECIMAL rounds what it has no place for.
        let is_fine = column.signs.iter().all(|s| s.fraction <= 4) && column.decimal_places <= 4;
        let mut number = match is_fine {
            true => format!("CAST({digits} AS DECIMAL(18, 4))"),
            false => format!("CAST({digits} AS DOUBLE)"),
        };
        if any(|s| s.magnitude) {
            number = format!(
                "CASE WHEN {quoted} ~ '[0-9] *[Kk]' THEN 1000 WHEN {quoted} ~ '[0-9] *[Mm]' THEN 1000000 ELSE 1 END * \
                 {number}"
            );
        }
        if any(|s| s.credit) {
            number = format!("CASE WHEN {quoted} ILIKE '%CR' THEN -1 ELSE 1 END * {number}");
        }
        match any(|s| s.negative_elsewhere) {
            true => format!(
                "CASE WHEN {quoted} LIKE '%-%' OR {quoted} LIKE '%(%' THEN -1 ELSE 1 END * {number}"
            ),
            false => number,
        }
    };
    if !comma && any(|s| s.comma) && !point {
        return NumberReading::CommaOrPoint {
            decimals: read(true),
            thousands: read(false),
        };
    }
    NumberReading::By {
        sql: read(comma),
        has_credits: any(|s| s.credit),
    }
}

/// What reads numbers with commas, currencies and others, or why nothing does.
pub(in crate::tables) fn foreign(
    name: &str,
    quoted: &str,
    column: &SeenColumn,
    place: &ColumnPlace,
) -> String {
    let start = format!(
        "column {name} is text: its numbers are written like {}",
        place.example(&column.numbers)
    );
    match reading(quoted, valued(quoted, column), column) {
        NumberReading::SeveralCurrencies(currency, [one, other]) => format!(
            "column {name} is text: its numbers are of several currencies, such as {} and {}, so their sum is \
             meaningless; {quoted} LIKE '%{currency}%' is true for those of one",
            place.example(one),
            place.example(other)
        ),
        NumberReading::SomePercent(others) => format!(
            "column {name} is text: some of its numbers are in percent, such as {}, and {others} are not; write all of \
             them alike",
            place.example(&column.percents)
        ),
        NumberReading::CommaAndPoint => format!(
            "column {name} is text: some of its numbers have a decimal comma, such as {}, and some a decimal point, \
             such as {}; write all of them alike, or read those of each kind by themselves",
            place.example(&column.commas),
            place.example(&column.points)
        ),
        NumberReading::CommaOrPoint { .. } if place.has_forms => format!(
            "{start}, and it is unclear whether the comma is a decimal comma, {}, or a thousands separator, {}",
            place.option_names.decimal_separator(","),
            place.option_names.decimal_separator(".")
        ),
        NumberReading::CommaOrPoint {
            decimals,
            thousands,
        } => format!(
            "{start}, and it is unclear whether the comma is a decimal comma, {decimals}, or a thousands separator, {thousands}"
        ),
        NumberReading::By {
            sql,
            has_credits: true,
        } => format!("{start}. {sql} reads them, with credits below 0"),
        NumberReading::By { sql, .. } => format!("{start}. {sql} reads them"),
    }
}
