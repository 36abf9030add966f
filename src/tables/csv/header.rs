//! Whether the first line of a file has the names of its columns or is a row.
//!
//! A number, a date or a flag over a column of such is a row; a text over one is a name. Where neither is there, as in
//! a file of texts alone, the first line is taken for the names, unless something in it speaks against that: then the
//! person is asked.

use datafusion::arrow::datatypes::DataType;

use super::addresses::{is_link, is_mail, is_uuid};
use super::column::SeenColumn;
use super::sample::Sample;
use crate::tables::values::class::{ValueClass, class_of};
use crate::tables::values::flag;
use crate::tables::values::looks::Looks;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tables) enum First {
    Names,
    Row,
    /// It may be both, for this reason.
    Unknown(String),
}

enum Vote {
    Name,
    Row,
    Year,
    None,
}

pub(in crate::tables) fn of(sample: &Sample) -> First {
    let (mut names, mut rows, mut years) = (vec![], vec![], vec![]);
    for (cell, column) in sample.first.iter().zip(&sample.columns) {
        match vote(cell.trim(), column) {
            Vote::Name => names.push(cell.trim()),
            Vote::Row => rows.push(cell.trim()),
            Vote::Year => years.push(cell.trim()),
            Vote::None => {}
        }
    }
    let unknown = |reason: String| First::Unknown(reason);
    // Programs that number their rows leave the first name empty.
    let numbers_its_rows = sample.first.len() > 1
        && sample.first[0].trim().is_empty()
        && sample.columns[0].integers.n > 0
        && rows.is_empty();
    match (&names[..], &rows[..], &years[..]) {
        ([], [], [year, ..]) => unknown(format!("{year} is a year as well as a number")),
        ([], [_, ..], _) => First::Row,
        ([name, ..], [row, ..], _) => unknown(format!(
            "it has {name} over a column of another kind, but also {row} over one of its kind"
        )),
        ([_, ..], _, _) => First::Names,
        ([], [], []) if numbers_its_rows => First::Names,
        ([], [], []) => all_texts(sample),
    }
}

fn vote(cell: &str, column: &SeenColumn) -> Vote {
    if cell.is_empty() {
        return Vote::None;
    }
    let class = class_of(cell);
    let is_number = matches!(
        class,
        ValueClass::Integer { .. }
            | ValueClass::Decimal { .. }
            | ValueClass::Text(Looks::Code | Looks::Digits | Looks::Number(_))
    );
    let is_of_type =
        column.typed() + column.nothing.n == column.values || column.lacks_only_the_top();
    let below = column.type_of_typed().filter(|_| is_of_type);
    let fits = match below {
        Some(DataType::Int64 | DataType::Float64) => is_number,
        Some(DataType::Boolean) => class == ValueClass::Boolean,
        Some(_) => matches!(
            class,
            ValueClass::Date | ValueClass::Time { .. } | ValueClass::Instant { .. }
        ),
        None if column.is_foreign_numbers()
            || (column.codes.n > 0 && column.codes.n == column.values) =>
        {
            is_number
        }
        // What databases have for NULL is the name of no column.
        None if cell == "\\N" => return Vote::Row,
        None if is_as_below(cell, column) => return Vote::Row,
        None if column.is_days() => matches!(class, ValueClass::Text(Looks::Day(_))),
        None => return Vote::None,
    };
    let is_year = matches!(class, ValueClass::Integer { .. })
        && cell.parse().is_ok_and(|n: i64| (1900..=2100).contains(&n));
    match (class, fits) {
        (ValueClass::Nothing, _) if cell == "\\N" => Vote::Row,
        (ValueClass::Nothing, _) => Vote::None,
        (_, true) if is_year => Vote::Year,
        (_, true) => Vote::Row,
        (_, false) => Vote::Name,
    }
}

/// Whether it is an address over addresses, or a yes or a no over such.
fn is_as_below(cell: &str, column: &SeenColumn) -> bool {
    let is_all = |n: u64| n > 0 && n + column.nothing.n == column.values;
    is_mail(cell) && is_all(column.mails)
        || is_link(cell) && is_all(column.links)
        || is_uuid(cell) && is_all(column.uuids)
        // y and t are names of columns, too.
        || cell.len() > 1 && flag(cell).is_some() && is_all(column.flags)
}

/// There is nothing to tell names from values by.
fn all_texts(sample: &Sample) -> First {
    let first = &sample.first;
    let unknown = |reason: String| First::Unknown(reason);
    if sample.rows == 0 {
        let is_value = |cell: &&String| {
            let is_text = matches!(
                class_of(cell),
                ValueClass::Text(Looks::Other) | ValueClass::Nothing
            );
            !is_text || is_mail(cell) || is_link(cell) || is_uuid(cell) || *cell == "\\N"
        };
        return match first.iter().find(is_value) {
            Some(value) => unknown(format!("it is the only line and has the value {value}")),
            None => First::Names,
        };
    }
    for (i, cell) in first.iter().enumerate() {
        let cell = cell.trim();
        if cell.is_empty() {
            return unknown(format!("its value {} is empty", i + 1));
        }
        if first[..i].iter().any(|other| other.trim() == cell) {
            return unknown(format!("it has {cell} twice"));
        }
        if sample.repeats[i] {
            return unknown(format!("{cell} is found again below in the same column"));
        }
    }
    First::Names
}

/// Whether the first line tells by itself that it has names: a text over a column of numbers, dates or flags.
pub(super) fn is_sure(sample: &Sample) -> bool {
    let mut cells = sample.first.iter().zip(&sample.columns);
    cells.any(|(cell, column)| matches!(vote(cell.trim(), column), Vote::Name))
}

/// A name that is written as the values below it are, `c1` over `c2`: it may be a value.
pub(super) fn like_a_value(sample: &Sample) -> Option<&str> {
    let is_name = |(cell, column): (&String, _)| matches!(vote(cell.trim(), column), Vote::Name);
    if sample.first.iter().zip(&sample.columns).any(is_name) {
        return None;
    }
    let mut cells = sample.first.iter().zip(&sample.alike);
    cells
        .find(|(_, alike)| **alike)
        .map(|(cell, _)| cell.trim())
}
