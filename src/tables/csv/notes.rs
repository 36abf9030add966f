//! What is said of a column whose values are not read as what they seem to be: with an example, and what reads them.

use super::column_place::ColumnPlace;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::utils::quote_identifier;

use super::column::{SeenColumn, zone_of};
use super::forms::formats;
use super::numbers::{foreign, valued};
use super::points::Points;
use crate::tables::values::day_text::{Century, Day, DayForm};
use crate::tables::words::sql_name;

/// The note for a column that is read as text, if it seems to be something else.
pub(in crate::tables) fn of(
    name: &str,
    column: &SeenColumn,
    points: Points,
    place: &ColumnPlace,
) -> Option<String> {
    let words = &place.option_names;
    let quoted = quote_identifier(name);
    if column.lacks_only_nothing() {
        let data_type = column
            .type_of_typed()
            .map(|t| sql_name(&t))
            .unwrap_or_default();
        let option = words.null(column.nothings.iter().map(AsRef::as_ref));
        // A list of texts is one option, too.
        let is_one = column.nothings.len() == 1 || option.contains("[\"");
        let verb = if is_one { "reads" } else { "read" };
        return Some(format!(
            "column {name} is text because of {} of its {} values, such as {}; all others are {data_type}. {} {verb} \
             them as NULL",
            column.nothing.n,
            column.values,
            place.example(&column.nothing),
            option
        ));
    }
    if column.lacks_only_the_top() {
        let (file, record, value) = column.others.first.clone()?;
        let data_type = column
            .type_of_typed()
            .map(|t| sql_name(&t))
            .unwrap_or_default();
        return Some(format!(
            "column {name} is text because of \"{}\" in {}; all other values are {data_type}. If that line is a second \
             header line, remove it: such a line counts as a row",
            shortened(&value),
            place.line(file, record)
        ));
    }
    if column.is_undecided(points) {
        let text = valued(&quoted, column);
        if place.has_forms {
            return Some(format!(
                "column {name} is read as text: it is unclear whether {} has a decimal point or a thousands \
                 separator. {} or {} reads it as a decimal point; {} as a thousands separator",
                place.example(&column.decimals),
                words.types(name, "DOUBLE"),
                words.decimal_separator("."),
                words.decimal_separator(",")
            ));
        }
        return Some(format!(
            "column {name} is read as text: it is unclear whether {} has a decimal point or a thousands separator. \
             {} reads it as a decimal point; CAST(replace({text}, '.', '') AS BIGINT) as a thousands separator",
            place.example(&column.decimals),
            words.types(name, "DOUBLE")
        ));
    }
    if column.is_foreign_numbers() {
        return Some(foreign(name, &quoted, column, place));
    }
    if column.is_days() {
        return days(name, &quoted, column, place);
    }
    if column.is_mixed_days() {
        return Some(mixed_days(name, &quoted, column, place));
    }
    if column.lacks_only_codes() {
        let seen = [&column.codes, &column.digits, &column.large];
        let example = seen.into_iter().find(|seen| seen.n > 0)?;
        let exact = format!("DECIMAL(38, {})", column.decimal_places.clamp(1, 18));
        return Some(format!(
            "column {name} is read as text, since {} would not be kept as it is written. If it has amounts, {} reads \
             it as a number",
            place.example(example),
            // A DOUBLE has no place for large whole numbers.
            words.types(name, if column.large.n > 0 { &exact } else { "DOUBLE" })
        ));
    }
    // Only formats that have no times of their own keep all of these as texts.
    if column.instants.n > 0 && column.instants.n == column.values {
        return column.offsets.iter().any(|offset| *offset != 0).then(|| {
            format!(
                "column {name} is text: its times have an offset, such as {}. {} reads them as times; as CAST({quoted} AS \
                 TIMESTAMP) they are times in UTC",
                place.example(&column.instants),
                words.types(name, "TIMESTAMPTZ")
            )
        });
    }
    if column.lacks_a_few() {
        let data_type = column.type_of_typed().map(|t| sql_name(&t));
        let seen = match column.others.n {
            0 => &column.codes,
            _ => &column.others,
        };
        return Some(format!(
            "column {name} is text because of {} of its {} values, such as {}; all others are {}",
            column.others.n + column.codes.n + column.nothing.n,
            column.values,
            place.example(seen),
            data_type.unwrap_or_default()
        ));
    }
    if column.others.n > 0 && column.lacks_a_few_foreign_numbers() {
        return Some(format!(
            "column {name} is text because of {} of its {} values, such as {}; the others are numbers, written as {}",
            column.others.n,
            column.values,
            place.example(&column.others),
            place.example(&column.numbers)
        ));
    }
    if let Some((few, stray)) = column.lacks_a_few_days() {
        return Some(format!(
            "column {name} is text because of {few} of its {} values, such as {}; the others are dates, written as {}",
            column.values,
            place.example(stray),
            place.example(&column.days)
        ));
    }
    if let Some((what, few, stray)) = column.strays() {
        return Some(format!(
            "column {name} is text because of {few} of its {} values, such as {}; the others are {what}",
            column.values,
            place.example(stray)
        ));
    }
    if column.quotes.n > 0 {
        return Some(format!(
            "column {name} has values with a blank before their quote, such as {}: the blank and the quotes belong to \
             them. Remove the blanks",
            place.example(&column.quotes)
        ));
    }
    if column.instants.n > 0 && column.typed() == column.values {
        return Some(format!(
            "column {name} is read as text: some of its times have an offset, such as {}, and some have none, such as {}",
            place.example(&column.instants),
            place.example(if column.times.n > 0 {
                &column.times
            } else {
                &column.dates
            })
        ));
    }
    None
}

/// Points that are taken for those of decimals, in a file whose decimals could have commas as well.
pub(in crate::tables) fn thousands(
    name: &str,
    column: &SeenColumn,
    points: Points,
    place: &ColumnPlace,
) -> Option<String> {
    let words = &place.option_names;
    let is_open = points == Points::LikelyDecimals && column.has_thousands_alone();
    is_open.then(|| {
        format!(
            "column {name} is read as DOUBLE: {} is taken to have a decimal point, not a thousands separator. {} \
             confirms that; with {}, CAST(replace({}, '.', '') AS BIGINT) reads it as a thousands separator",
            place.example(&column.decimals),
            words.types(name, "DOUBLE"),
            words.types(name, "TEXT"),
            quote_identifier(name)
        )
    })
}

/// Times with several offsets.
pub(in crate::tables) fn offsets(
    name: &str,
    column: &SeenColumn,
    place: &ColumnPlace,
) -> Option<String> {
    (column.offsets.len() > 1).then(|| {
        format!(
            "the times of column {name} have several offsets, such as {}; they are read as times in UTC. {} reads them \
             as times of a place",
            place.example(&column.instants),
            place.option_names.time_zone("Europe/Berlin")
        )
    })
}

/// Times with an offset that are read as those of UTC, since nobody said of which zone they are.
pub(in crate::tables) fn said_without_zone(
    name: &str,
    column: &SeenColumn,
    said: &DataType,
    place: &ColumnPlace,
) -> Option<String> {
    let is_utc = matches!(said, DataType::Timestamp(_, Some(zone)) if zone.as_ref() == "UTC");
    let mut offsets = column.offsets.iter();
    let (first, others) = (
        *offsets.find(|offset| **offset != 0)?,
        column.offsets.len() > 1,
    );
    let zone = match others {
        true => "Europe/Berlin".to_string(),
        false => zone_of(first),
    };
    is_utc.then(|| {
        format!(
            "the times of column {name} have an offset, such as {}, and are read as times in UTC, whose days begin at \
             another time. {} reads them as times of the clock there",
            place.example(&column.instants),
            place.option_names.time_zone(&zone)
        )
    })
}

fn days(name: &str, quoted: &str, column: &SeenColumn, place: &ColumnPlace) -> Option<String> {
    let forms: &[Day] = &column.day_forms;
    let first = forms.first()?;
    let text = valued(quoted, column);
    let example = place.example(&column.days);
    // The names of months that are written out are read as those of three letters are, too.
    let format_of = |form: &Day| match forms.iter().all(|form| form.named == first.named) {
        true => form.named.map(String::from),
        false => form.named.map(|format| format.replace("%b", "%B")),
    };
    let rule = match column.last_century.n + column.this_century.n {
        0 => String::new(),
        _ => format!("; {}", Century::RULE),
    };
    if let Some(format) = format_of(first)
        && !column.has_two_centuries()
        && forms
            .iter()
            .all(|form| format_of(form).as_ref() == Some(&format))
    {
        return Some(format!(
            "column {name} is text: its dates are written like {example}. to_date({text}, '{format}') reads them{rule}"
        ));
    }
    if column.has_two_centuries() {
        let examples = [&column.last_century, &column.this_century];
        let is_read = |format: &String| {
            let form = DayForm::Said(format.clone());
            let mut values = examples.iter().filter_map(|seen| seen.first.as_ref());
            values.all(|(_, _, value)| form.plain(value).is_some())
        };
        let call = |format: String| match place.has_forms {
            true => place.option_names.date_format(&format),
            false => format!("{}({text}, '{format}')", function(first)),
        };
        let formats = formats(forms).into_iter().filter(is_read);
        let calls: Vec<String> = formats.map(call).collect();
        let ways = match &calls[..] {
            [] => String::new(),
            calls => format!(". {} takes them so", calls.join(" or ")),
        };
        return Some(format!(
            "column {name} is text: its years have two digits and may be of one century, such as those of {} and {}; {}{ways}",
            place.example(&column.last_century),
            place.example(&column.this_century),
            Century::RULE
        ));
    }
    let same = |form: &Day| form.is_like(first) && form.with_time == first.with_time;
    if !forms.iter().all(same) {
        return Some(format!(
            "column {name} is text: its dates are written in several ways, such as {example}"
        ));
    }
    let separator = first.separator as char;
    let year = if first.short_year { "%y" } else { "%Y" };
    let clock = first.clock_format();
    let function = function(first);
    let order = |order: [&str; 3]| format!("{}{clock}", order.join(&separator.to_string()));
    let call = |parts: [&str; 3]| format!("{function}({text}, '{}')", order(parts));
    let (day_first, month_first) = (call(["%d", "%m", year]), call(["%m", "%d", year]));
    let start = format!("column {name} is text: its dates are written like {example}");
    let is_day_first = forms.iter().any(|form| form.day_first);
    let is_month_first = forms.iter().any(|form| form.month_first);
    Some(match (first.year_first, is_day_first, is_month_first) {
        (true, _, _) => format!("{start}. {} reads them", call(["%Y", "%m", "%d"])),
        (_, true, true) => format!("{start}, some with the day first and some with the month"),
        (_, true, false) if forms.iter().all(|form| form.may_be_year_first) => {
            let (day, year) = (order(["%d", "%m", "%y"]), order(["%y", "%m", "%d"]));
            let call = |format: &str| match place.has_forms {
                true => place.option_names.date_format(format),
                false => format!("{function}({text}, '{format}')"),
            };
            format!(
                "{start}, and nothing says whether the day comes first, {}, or the year, {}{rule}",
                call(&day),
                call(&year)
            )
        }
        (_, true, false) => format!("{start}. {day_first} reads them{rule}"),
        (_, false, true) => format!("{start}. {month_first} reads them{rule}"),
        (_, false, false) if place.has_forms => format!(
            "{start}, and nothing says whether the day comes first, {}, or the month, {}{rule}",
            place.option_names.date_format(&order(["%d", "%m", year])),
            place.option_names.date_format(&order(["%m", "%d", year]))
        ),
        (_, false, false) => format!(
            "{start}, and nothing says whether the day comes first, {day_first}, or the month, {month_first}{rule}"
        ),
    })
}

/// The function that reads such dates.
fn function(day: &Day) -> &'static str {
    match day.with_time {
        true => "to_timestamp",
        false => "to_date",
    }
}

/// Dates as ISO has them beside others.
fn mixed_days(name: &str, quoted: &str, column: &SeenColumn, place: &ColumnPlace) -> String {
    let iso = [&column.dates, &column.times, &column.instants];
    let iso = iso.into_iter().find(|seen| seen.n > 0);
    let start = format!(
        "column {name} is text: its dates are written in several ways, such as {} and {}",
        place.example(&column.days),
        iso.map(|seen| place.example(seen)).unwrap_or_default()
    );
    let is_iso_without_zeros =
        |form: &Day| form.year_first && form.separator == b'-' && !form.with_time;
    match column.dates.n + column.days.n + column.nothing.n == column.values
        && column.day_forms.iter().all(is_iso_without_zeros)
    {
        true => format!(
            "{start}. to_date({}, '%Y-%m-%d') reads them",
            valued(quoted, column)
        ),
        false => format!("{start}; write all of them as 2026-01-31"),
    }
}

fn shortened(value: &str) -> String {
    let short: String = value.chars().take(40).collect();
    match short.len() < value.len() {
        true => format!("{short}…"),
        false => short,
    }
}
