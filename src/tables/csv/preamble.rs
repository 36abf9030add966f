//! Lines that stand above the header line: titles, dates, filters of a report.

use std::path::Path;

use super::place;
use crate::tables::csv::looking::Looking;
use crate::tables::values::class::{ValueClass, class_of};
use crate::tables::values::looks::Looks;

/// Nobody writes more lines above a table than are looked at here, with some of its rows.
pub(super) const RECORDS: usize = 60;

/// The line of the header under a title, if the first lines have fewer values than those after them, which are even, and
/// the first of these has names.
pub(super) fn header_line(file: &Path, looking: &Looking) -> Option<u64> {
    let records = place::first_records(file, looking, RECORDS);
    let columns = records.last()?.fields;
    let is_row = |record: &&place::Record| record.fields == columns;
    let rows = records.iter().rev().take_while(is_row).count();
    let header = records.get(records.len() - rows)?;
    let is_below = records.first()?.fields < columns && header.line > records[0].line;
    (columns > 1 && rows > 1 && is_below && has_names(&header.bytes, looking))
        .then_some(header.line)
}

/// Whether nothing in a line is a number or a date.
fn has_names(line: &[u8], looking: &Looking) -> bool {
    let text = String::from_utf8_lossy(line);
    let values = text.trim_end().split(looking.dialect.delimiter as char);
    let mut values = values.map(|value| value.trim_matches(['"', ' ']));
    values
        .all(|value| value.is_empty() || matches!(class_of(value), ValueClass::Text(Looks::Other)))
}
