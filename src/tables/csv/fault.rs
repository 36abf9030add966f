//! What is wrong with the records of a file, and what helps.

use super::looking::Looking;
use super::place::{KEPT_BYTES, Record, walk, ways_on};
use super::preamble::{self, Top};
use crate::tables::storage::FilePath;

/// What is wrong with the lines of a file, in words, if it is its quotes, its number of values, or its encoding.
/// Without a number of columns it is that of the first line.
pub(super) fn fault(file: &FilePath, looking: &Looking, columns: Option<usize>) -> Option<String> {
    let shown = file.display();
    let mut first_line = 0;
    let mut expected = columns;
    let found = walk(file, looking, columns, |record| {
        if record.number == 0 {
            first_line = record.line;
        }
        let columns = *expected.get_or_insert(record.fields);
        let line = record.line;
        // A text that is cut may end within a character.
        let utf8 = std::str::from_utf8(&record.bytes);
        if utf8.is_err_and(|e| e.error_len().is_some() || record.bytes.len() < KEPT_BYTES) {
            let encoding = looking.encoding.map_or("UTF-8", |encoding| encoding.name());
            let more = ways_on(file, looking, line, record.number > 0);
            return Some(match looking.encoding {
                Some(said) if said.name() != "UTF-8" => format!(
                    "{shown}, line {line}, has bytes that are not of the encoding {encoding}{more}"
                ),
                _ => format!("{shown} is not UTF-8 text (line {line}); save it as UTF-8{more}"),
            });
        }
        if record.fields == columns {
            return None;
        }
        let values = match record.fields {
            1 => "1 value".to_string(),
            n => format!("{n} values"),
        };
        let before = match record.number {
            1 => format!("line {first_line} before it has {columns}"),
            _ => format!("the lines before it have {columns}"),
        };
        let mut text = format!("{shown}, line {line}, has {values}, but {before}");
        text += &advice(file, looking, record, columns, first_line);
        let is_row = record.number > 0 && preamble::header_line(file, looking) != Some(line);
        text += &ways_on(file, looking, line, is_row);
        Some(text)
    });
    found.unwrap_or_else(Some)
}

/// What to do about a record with another number of values than the lines before it.
pub fn advice(
    file: &FilePath,
    looking: &Looking,
    record: &Record,
    columns: usize,
    first_line: u64,
) -> String {
    let (shown, line) = (file.display(), record.line);
    let delimiter = match looking.dialect.delimiter {
        b'\t' => "\\t".to_string(),
        other => (other as char).to_string(),
    };
    let separator = looking.dialect.delimiter;
    let value = record.bytes.trim_ascii_start();
    let has = |text: &[u8]| value.windows(text.len()).any(|part| part == text);
    if let Some(header) = preamble::header_line(file, looking)
        && header >= line
    {
        let above = match header - first_line {
            1 => "a title or a note stands".to_string(),
            n => format!("the {n} lines from line {first_line} on stand"),
        };
        return format!(
            ". If {above} above the header line, remove {}: tail -n +{header} {shown} > clean.csv",
            if header - first_line == 1 {
                "it"
            } else {
                "them"
            }
        );
    }
    let end = value.strip_suffix(b"\n").unwrap_or(value);
    let end = end.strip_suffix(b"\r").unwrap_or(end);
    if record.fields == columns + 1 && end.ends_with(&[separator]) {
        return format!(
            "; a separator at its end makes one more of them. Remove those at the ends of lines: \
             sed 's/{delimiter}\\r*$//' {shown} > clean.csv"
        );
    }
    if record.fields > columns && has(&[separator, b' ', looking.dialect.quote]) {
        let quote = looking.dialect.quote as char;
        return format!(
            "; it has a blank before a quote, which is then not read as a quote. Remove the blanks: \
             sed 's/{delimiter} *{quote}/{delimiter}{quote}/g' {shown} > clean.csv"
        );
    }
    if record.fields > columns && has(&[b'\\', separator])
        || record.fields < columns && end.ends_with(b"\\")
    {
        return "; it has a backslash before a separator or a line end, as MySQL writes them outside of quotes. Write the \
                file with quotes: FIELDS TERMINATED BY ',' ENCLOSED BY '\"' ESCAPED BY '\"'"
            .to_string();
    }
    if record.fields > columns
        && let Top::Rows(header) = preamble::top(file, looking)
        && header >= line
    {
        return format!(
            "; a value with a separator in it has to be in double quotes. If line {header} is the header line, {} reads the file \
             from there",
            looking.option_names.skip(header - 1)
        );
    }
    match (record.fields > columns, record.number) {
        (true, 1) if columns == 1 => format!(
            ". If a title or a note stands above the header line, remove it: tail -n +{line} {shown} > clean.csv"
        ),
        (true, _) if record.bytes.starts_with(b"'") && looking.dialect.quote == b'"' => {
            format!(
                "; a value with a separator in it has to be in double quotes. If these are single ones, {} reads them",
                looking.option_names.quote("'")
            )
        }
        (true, _) => "; a value with a separator in it has to be in double quotes".to_string(),
        (false, 1) => "; every row needs a value for each column".to_string(),
        (false, _) => format!(
            "; every row needs a value for each column. If notes end the file, remove them: head -n {} {shown} \
             > clean.csv",
            line - 1
        ),
    }
}
