//! Which quotes a file has, where its lines say so without doubt.
//!
//! Double quotes that are written twice inside of a value are the rule. A file has single quotes, or a backslash before its
//! quotes, if it cannot be read by the rule, and can be read so: all of its first records are sound then, have equally many
//! values, and more than one.

use std::path::{Path, PathBuf};

use super::delimiter::DELIMITERS;
use super::dialect::CsvDialect;
use super::looking::Looking;
use super::place;
use crate::tables::options::Options;
use crate::tables::words::some_files;

/// How many records are looked at.
const RECORDS: u64 = 1_000;

/// The dialect with the quotes that a file has, where nobody has said them.
pub(super) fn of(file: &Path, looking: &Looking, options: &Options) -> CsvDialect {
    let plain = looking.dialect;
    let single = CsvDialect {
        quote: b'\'',
        ..plain
    };
    let backslash = CsvDialect {
        escape: Some(b'\\'),
        ..plain
    };
    let may_be_single = options.quote.is_none() && options.escape.is_none();
    let candidates = [
        (backslash, options.escape.is_none()),
        (single, may_be_single),
    ];
    let others = DELIMITERS.into_iter();
    let delimiters: Vec<u8> = match options.delimiter {
        Some(said) => vec![said],
        None => others.collect(),
    };
    let is_sound = |dialect: CsvDialect, marks: &[u8]| {
        delimiters.iter().any(|delimiter| {
            let dialect = CsvDialect {
                delimiter: *delimiter,
                ..dialect
            };
            has_even_records(file, looking, dialect, marks)
        })
    };
    if is_sound(plain, b"") {
        return match may_be_single && has_single_names(file, looking) {
            true => single,
            false => plain,
        };
    }
    let marks: [&[u8]; 2] = [b"\\", b"'"];
    let found = candidates.iter().zip(marks);
    let mut found = found.filter(|((_, may_be), _)| *may_be);
    let found = found.find(|((dialect, _), marks)| is_sound(*dialect, marks));
    found.map_or(plain, |((dialect, _), _)| *dialect)
}

/// Whether all values of the first line are in single quotes.
fn has_single_names(file: &Path, looking: &Looking) -> bool {
    let records = place::first_records(file, looking, 1);
    let line = records.first().map(|record| record.bytes.trim_ascii());
    let line = line.unwrap_or_default();
    let line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line);
    let is_quoted = |value: &[u8]| matches!(value, [b'\'', _, .., b'\'']);
    DELIMITERS.into_iter().any(|delimiter| {
        let mut values = line.split(|byte| *byte == delimiter);
        values.clone().count() > 1 && values.all(is_quoted)
    })
}

/// Says which quotes were found that are not the usual ones.
pub(super) fn notes(
    files: &[PathBuf],
    lookings: &[Looking],
    options: &Options,
    notes: &mut Vec<String>,
) {
    let names = &options.option_names;
    let found = |is: &dyn Fn(&CsvDialect) -> bool| {
        let of_them = files
            .iter()
            .zip(lookings)
            .filter(|(_, looking)| is(&looking.dialect));
        some_files(of_them.map(|(file, _)| file.display()))
    };
    if options.quote.is_none()
        && let Some((which, are)) = found(&|dialect| dialect.quote == b'\'')
    {
        notes.push(format!(
            "{which} {are} read with single quotes around values; {} takes them for a part of the values",
            names.quote("\"")
        ));
    }
    if options.escape.is_none()
        && let Some((which, are)) = found(&|dialect| dialect.escape == Some(b'\\'))
    {
        notes.push(format!(
            "{which} {are} read with a backslash before quotes inside of values"
        ));
    }
}

/// Whether the first records are sound and equally long, and one of them has the mark.
fn has_even_records(file: &Path, looking: &Looking, dialect: CsvDialect, mark: &[u8]) -> bool {
    let looking = Looking {
        dialect,
        ..looking.clone()
    };
    let mut columns = None;
    let mut has_mark = mark.is_empty();
    let walked = place::walk(file, &looking, None, |record| {
        let n = *columns.get_or_insert(record.fields);
        has_mark |= mark.iter().all(|mark| record.bytes.contains(mark));
        match record.fields == n && n > 1 {
            true if record.number < RECORDS => None,
            is_even => Some(is_even),
        }
    });
    has_mark
        && columns.is_some_and(|n| n > 1)
        && walked.is_ok_and(|stopped| stopped.unwrap_or(true))
}
