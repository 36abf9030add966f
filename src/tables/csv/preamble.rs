//! Lines that stand above the header line: titles, dates, filters of a report.

use super::looking::Looking;
use super::pieces::lines_in;
use super::place::{self, Record};
use crate::tables::storage::FilePath;
use crate::tables::values::class::{ValueClass, class_of};
use crate::tables::values::looks::Looks;

/// Nobody writes more lines above a table than are looked at here, with some of its rows.
pub(super) const RECORDS: usize = 60;

/// What the first lines of a file are.
pub(super) enum Top {
    /// The header line or a row: nothing stands above the table.
    OfTable,
    /// A title; the header line is the one with this number.
    Title(u64),
    /// Rows, or a header line of their own, though those after them from this line on have more values.
    Rows(u64),
}

/// The first lines, if they have fewer values than those after them, which are even, and the first of these has names.
pub(super) fn top(file: &FilePath, looking: &Looking) -> Top {
    let records = place::first_records(file, looking, RECORDS);
    let Some(columns) = records.last().map(|last| last.fields) else {
        return Top::OfTable;
    };
    let is_row = |record: &&Record| record.fields == columns;
    let rows = records.iter().rev().take_while(is_row).count();
    let (above, table) = records.split_at(records.len() - rows);
    let is_below = above.first().is_some_and(|first| first.fields < columns);
    let cells = table.first().map(|header| cells(header, looking));
    match cells {
        Some(header) if columns > 1 && rows > 1 && is_below && has_names(&header) => {
            match are_a_table(above, &header, looking) {
                true => Top::Rows(table[0].line),
                false => Top::Title(table[0].line),
            }
        }
        _ => Top::OfTable,
    }
}

/// The line of the header under a title.
pub(super) fn header_line(file: &FilePath, looking: &Looking) -> Option<u64> {
    match top(file, looking) {
        Top::Title(line) => Some(line),
        Top::OfTable | Top::Rows(_) => None,
    }
}

/// A title that spreadsheets saved with the separators of the table below it.
pub(super) struct PaddedTitle {
    /// The line of what looks like the header line.
    pub header: u64,
    /// Whether what stands above can be no header line: at most one value, over three columns or with an empty line,
    /// which in a sheet is a row that is missing.
    pub is_sure: bool,
    /// How many values the first line has, and how many columns there are.
    pub values: usize,
    pub columns: usize,
}

/// The first lines, if they are as wide as those below them only by separators at their ends.
pub(super) fn padded(file: &FilePath, looking: &Looking) -> Option<PaddedTitle> {
    let records = place::first_records(file, looking, RECORDS);
    let columns = records.first()?.fields;
    if columns < 2 || records.iter().any(|record| record.fields != columns) {
        return None;
    }
    let values = |record: &Record| {
        let cells = cells(record, looking);
        let last = cells.iter().rposition(|cell| !cell.trim().is_empty());
        last.map_or(0, |last| last + 1)
    };
    // Most files have a header line at their top: nothing below it is taken apart.
    let above = records.iter().map(values);
    let above: Vec<usize> = above.take_while(|values| *values < columns).collect();
    let n = above.len();
    let header = records.get(n)?;
    if n == 0 || !has_names(&cells(header, looking)) {
        return None;
    }
    let is_parted = above.contains(&0)
        || records[..=n]
            .windows(2)
            .any(|pair| pair[0].line + lines_in(&pair[0].bytes) < pair[1].line);
    Some(PaddedTitle {
        header: header.line,
        is_sure: above.iter().all(|values| *values <= 1) && (columns > 2 || is_parted),
        values: above[0],
        columns,
    })
}

/// Whether all of the first lines have the same number of values, and more than one.
pub(super) fn is_even(file: &FilePath, looking: &Looking) -> bool {
    let records = place::first_records(file, looking, RECORDS);
    let columns = records.first().map_or(0, |first| first.fields);
    columns > 1 && records.iter().all(|record| record.fields == columns)
}

/// Whether the separator is one of the first line, which a title hardly has.
pub(super) fn splits_the_first_line(file: &FilePath, looking: &Looking) -> bool {
    let records = place::first_records(file, looking, 1);
    records.first().is_some_and(|first| first.fields > 1)
}

/// Whether lines with fewer values than the header line below them are no title: several of one width make a table, names
/// that are there again are those of one, and a blank after a comma is how one stands within a value of a row.
fn are_a_table(above: &[Record], header: &[String], looking: &Looking) -> bool {
    let is_of_width = |width: usize| above.iter().filter(|line| line.fields == width).count();
    let is_again = |line: &Record| {
        let cells = cells(line, looking);
        let mut names = cells.iter().map(|cell| cell.trim());
        let mut some = names.clone().filter(|name| !name.is_empty());
        let is_name = |name: &str| header.iter().any(|cell| cell.trim() == name);
        some.next().is_some() && names.all(|name| name.is_empty() || is_name(name))
    };
    above
        .iter()
        .any(|line| line.fields > 1 && is_of_width(line.fields) > 1)
        || above.iter().any(is_again)
        || looking.dialect.delimiter == b','
            && header.iter().skip(1).any(|cell| cell.starts_with(' '))
}

/// The values of a line.
fn cells(line: &Record, looking: &Looking) -> Vec<String> {
    let dialect = looking.dialect;
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(dialect.delimiter)
        .quote(dialect.quote)
        .escape(dialect.escape)
        .double_quote(dialect.escape.is_none())
        .comment(dialect.comment)
        .from_reader(&line.bytes[..]);
    let mut cells = csv::ByteRecord::new();
    // What cannot be read has no values that could be names.
    let is_read = reader.read_byte_record(&mut cells).unwrap_or(false);
    let cells = cells.iter().filter(|_| is_read);
    cells
        .map(|cell| String::from_utf8_lossy(cell).into_owned())
        .collect()
}

/// Whether nothing in a line is a number or a date.
fn has_names(cells: &[String]) -> bool {
    let mut values = cells.iter().map(|value| value.trim_matches(['"', ' ']));
    values
        .all(|value| value.is_empty() || matches!(class_of(value), ValueClass::Text(Looks::Other)))
}
