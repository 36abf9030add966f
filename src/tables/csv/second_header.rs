//! A second line of names below the first: units, types, or longer names.
//!
//! Nothing but a line of texts over columns of numbers, dates or flags is one, and only if its texts are units or types, or
//! stand over all of these columns and have a word of their names. Any other line may be a row.

use std::path::Path;

use super::looking::Looking;
use super::place;
use super::sample::Sample;
use crate::tables::values::currencies::is_currency;

/// Words for units, besides currencies, and for types, in small letters.
const WORDS: &[&str] = &[
    "%",
    "percent",
    "pct",
    "pcs",
    "pieces",
    "units",
    "unit",
    "qty",
    "stk",
    "stück",
    "kg",
    "g",
    "t",
    "lb",
    "km",
    "m",
    "cm",
    "mm",
    "l",
    "ml",
    "h",
    "hours",
    "min",
    "minutes",
    "s",
    "sec",
    "seconds",
    "ms",
    "days",
    "months",
    "years",
    "n/a",
    "text",
    "string",
    "str",
    "varchar",
    "char",
    "object",
    "category",
    "int",
    "integer",
    "int64",
    "bigint",
    "float",
    "float64",
    "double",
    "decimal",
    "number",
    "numeric",
    "date",
    "datetime",
    "timestamp",
    "time",
    "boolean",
    "bool",
    "id",
    "uuid",
    "yyyy-mm-dd",
    "dd.mm.yyyy",
    "mm/dd/yyyy",
];

/// Whether the line below the first one may be such.
pub(super) fn may_be(sample: &Sample) -> bool {
    let Some(second) = &sample.second else {
        return false;
    };
    let mut cells = second.iter().zip(&sample.columns);
    cells.any(|(cell, column)| !cell.trim().is_empty() && column.lacks_only_the_top())
}

/// Whether it is one beyond doubt; `below` is what was seen of the file without it.
pub(super) fn is_one(second: &[String], below: &Sample) -> bool {
    let is_typed = |i: &usize| {
        let column = &below.columns[*i];
        column.typed() >= 2
            && column.typed() + column.nothing.n == column.values
            && column.type_of_typed().is_some()
    };
    let typed: Vec<usize> = (0..second.len().min(below.columns.len()))
        .filter(is_typed)
        .collect();
    let over = typed
        .iter()
        .filter(|i| !second[**i].trim().is_empty())
        .count();
    let cells = second.iter().map(|cell| cell.trim());
    let are_units = cells.clone().filter(|cell| !cell.is_empty()).all(is_unit);
    let is_name = |cell: &str| !cell.is_empty() && !cell.bytes().any(|b| b.is_ascii_digit());
    let mut sorted: Vec<&str> = cells.clone().collect();
    sorted.sort_unstable();
    sorted.dedup();
    // Meyer, open, pending are values; Customer, Net amount, Pieces are customer, amount, n once more.
    let is_again = |i: &usize| have_a_word_in_common(&second[*i], &below.first[*i]);
    let are_names =
        cells.clone().all(is_name) && sorted.len() == second.len() && typed.iter().any(is_again);
    over >= 1 && are_units || over >= 2 && over == typed.len() && are_names
}

fn is_unit(cell: &str) -> bool {
    let in_brackets = |open: char, close: char| cell.starts_with(open) && cell.ends_with(close);
    in_brackets('(', ')')
        || in_brackets('[', ']')
        || in_brackets('{', '}')
        || is_currency(cell)
        || WORDS.contains(&cell.to_lowercase().as_str())
}

fn have_a_word_in_common(a: &str, b: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        let words = text.split(|c: char| !c.is_alphanumeric());
        let words = words.filter(|word| !word.is_empty());
        words.map(str::to_lowercase).collect()
    };
    let of_b = words(b);
    words(a).iter().any(|word| of_b.contains(word))
}

/// What is said of such a line; `looking` is how the file is read with it.
pub(super) fn note(file: &Path, looking: &Looking, second: &[String]) -> String {
    let example = second.iter().map(|cell| cell.trim());
    let example: Vec<&str> = example.filter(|cell| !cell.is_empty()).take(3).collect();
    let place = match place::line_of(file, looking, 1) {
        Some(line) => format!("{}, line {line},", file.display()),
        None => format!("the second line of {}", file.display()),
    };
    format!(
        "{place} is a second header line ({}) over columns of numbers, dates or flags: it is left out",
        example.join(", ")
    )
}
