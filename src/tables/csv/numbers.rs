//! What is said of numbers that are written as in another place, with the expression that reads them.

use super::column::SeenColumn;
use crate::tables::csv::column_place::ColumnPlace;
use crate::tables::values::number_text::Signs;

/// The column, with NULL in place of the words that mean nothing.
pub(super) fn valued(quoted: &str, column: &SeenColumn) -> String {
    let texts = column.nothings.iter();
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

/// What reads numbers with commas, currencies and others, or why nothing does.
pub(in crate::tables) fn foreign(
    name: &str,
    quoted: &str,
    column: &SeenColumn,
    place: &ColumnPlace,
) -> String {
    let any = |is: fn(&Signs) -> bool| column.signs.iter().any(is);
    let start = format!(
        "column {name} is text: its numbers are written as {} is",
        place.example(&column.numbers)
    );
    if let [(first, one), (second, other), ..] = &column.currencies[..] {
        // US$5 has the sign of $5 in it.
        let currency = if first.contains(second) {
            first
        } else {
            second
        };
        return format!(
            "column {name} is text: its numbers are of several currencies, such as {} and {}, and no sum of them means \
             anything; {quoted} LIKE '%{currency}%' is true for those of one",
            place.example(one),
            place.example(other)
        );
    }
    if column.is_partly_percent() {
        return format!(
            "column {name} is text: some of its numbers are in percent, such as {}, and {} are not; write all of them alike",
            place.example(&column.percents),
            column.values - column.nothing.n - column.percents.n
        );
    }
    let (comma, point) = (column.commas.n > 0, column.points.n > 0);
    if comma && point {
        return format!(
            "column {name} is text: some of its numbers have a comma of decimals, such as {}, and some a point, such as \
             {}; write all of them alike, or read those of each kind by themselves",
            place.example(&column.commas),
            place.example(&column.points)
        );
    }
    let mut text = valued(quoted, column);
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
    let is_open = !comma && any(|s| s.comma) && !point;
    if is_open && place.has_forms {
        return format!(
            "{start}, and nothing says whether the comma is that of decimals, {}, or of thousands, {}",
            place.option_names.decimal_separator(","),
            place.option_names.decimal_separator(".")
        );
    }
    if is_open {
        return format!(
            "{start}, and nothing says whether the comma is that of decimals, {}, or of thousands, {}",
            read(true),
            read(false)
        );
    }
    match any(|s| s.credit) {
        true => format!("{start}. {} reads them, with credits below 0", read(comma)),
        false => format!("{start}. {} reads them", read(comma)),
    }
}
