//! Where in a file something is that stopped the reading of it: the file is walked again, and only then.

use std::io::Read;
use std::path::Path;

use super::reader::open;
use super::walker::{Fault, Walker};
use super::{Looking, preamble};

/// One record of a file, as it is written.
#[derive(Clone)]
pub(super) struct Record {
    number: u64,
    pub line: u64,
    pub fields: usize,
    pub bytes: Vec<u8>,
}

/// So much is kept of a record; one with a stray quote may be as long as the file.
const KEPT_BYTES: usize = 1 << 20;

/// Goes through the records until `stop` says something, or the file does.
fn walk<T>(
    file: &Path,
    looking: &Looking,
    columns: Option<usize>,
    mut stop: impl FnMut(&Record) -> Option<T>,
) -> Result<Option<T>, String> {
    let shown = file.display();
    let unreadable = |e: &dyn std::fmt::Display| format!("{shown} cannot be read: {e}");
    let mut reader = open(file, looking.compression).map_err(|e| e.strip_backtrace())?;
    let mut walker = Walker::new(looking.dialect, columns);
    let mut record = Record {
        number: 0,
        line: 1,
        fields: 0,
        bytes: vec![],
    };
    let mut chunk = vec![0; 1 << 16];
    loop {
        let n = reader.read(&mut chunk).map_err(|e| unreadable(&e))?;
        let faulty = |fault: Fault| format!("{shown}, {}", fault.words(&looking.words));
        for byte in &chunk[..n] {
            let ended = walker.step(*byte).map_err(faulty)?;
            if record.bytes.len() < KEPT_BYTES {
                record.bytes.push(*byte);
            }
            if ended {
                (record.line, record.fields) = (walker.record_line, walker.fields);
                if let Some(found) = stop(&record) {
                    return Ok(Some(found));
                }
                record.number += 1;
                record.bytes.clear();
            }
        }
        if n == 0 {
            let ended = walker.finish().map_err(faulty)?;
            (record.line, record.fields) = (walker.record_line, walker.fields);
            return Ok(if ended { stop(&record) } else { None });
        }
    }
}

/// The line in which a record begins; the header line is a record, too.
pub(super) fn line_of(file: &Path, looking: &Looking, record: u64) -> Option<u64> {
    let found = walk(file, looking, None, |found| {
        (found.number == record).then_some(found.line)
    });
    found.ok().flatten()
}

/// The first records, as far as their quotes are sound.
pub(super) fn first_records(file: &Path, looking: &Looking, n: usize) -> Vec<Record> {
    let mut records = vec![];
    let walked = walk(file, looking, None, |record| {
        records.push(record.clone());
        (records.len() == n).then_some(())
    });
    if walked.is_err() {
        records.pop();
    }
    records
}

/// How many values the first line has, whatever is wrong with those after it.
pub(super) fn values_of_first(file: &Path, looking: &Looking) -> Option<usize> {
    walk(file, looking, None, |first| Some(first.fields))
        .ok()
        .flatten()
}

/// The first line after the header line that says the same. In a file of one column it may be a value.
pub(super) fn header_again(file: &Path, looking: &Looking) -> Option<u64> {
    let mut header = vec![];
    let found = walk(file, looking, None, |record| {
        let line = record.bytes.trim_ascii();
        if record.number == 0 {
            header = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line).to_vec();
            return None;
        }
        (record.fields > 1 && line == header).then_some(record.line)
    });
    found.ok().flatten()
}

/// What is wrong with the lines of a file, in words, if it is its quotes, its number of values, or its encoding.
/// Without a number of columns it is that of the first line.
pub(super) fn fault(file: &Path, looking: &Looking, columns: Option<usize>) -> Option<String> {
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
            return Some(format!(
                "{shown} is not UTF-8 text (line {line}); save it as UTF-8"
            ));
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
        Some(text)
    });
    found.unwrap_or_else(Some)
}

/// What to do about a record with another number of values than the lines before it.
fn advice(
    file: &Path,
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
            "; it has a blank before a quote, which is none then. Remove the blanks: \
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
    match (record.fields > columns, record.number) {
        (true, 1) if columns == 1 => format!(
            ". If a title or a note stands above the header line, remove it: tail -n +{line} {shown} > clean.csv"
        ),
        (true, _) if record.bytes.starts_with(b"'") && looking.dialect.quote == b'"' => {
            "; a value with a separator in it has to be in double quotes. If these are single ones, CREATE EXTERNAL \
             TABLE t STORED AS CSV LOCATION 'path' OPTIONS ('format.quote' '\'\'') reads them"
                .to_string()
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
