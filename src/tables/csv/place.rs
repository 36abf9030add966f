//! Where in a file something is that stopped the reading of it: the file is walked again, and only then.

use std::io::{BufReader, Read};

use super::quote_fault::QuoteFault;
use super::reader::{self, open};
use super::walker::Walker;
use crate::tables::csv::looking::Looking;
use crate::tables::storage::FilePath;

/// One record of a file, as it is written.
#[derive(Clone)]
pub(in crate::tables) struct Record {
    pub number: u64,
    pub line: u64,
    pub fields: usize,
    pub bytes: Vec<u8>,
}

/// So much is kept of a record; one with a stray quote may be as long as the file.
pub(super) const KEPT_BYTES: usize = 1 << 20;

/// Goes through the records until `stop` says something, or the file does.
pub(in crate::tables) fn walk<T>(
    file: &FilePath,
    looking: &Looking,
    columns: Option<usize>,
    mut stop: impl FnMut(&Record) -> Option<T>,
) -> Result<Option<T>, String> {
    let shown = file.display();
    let unreadable = |e: &dyn std::fmt::Display| format!("{shown} cannot be read: {e}");
    let mut reader = open(file, looking).map_err(|e| e.strip_backtrace())?;
    let above = looking.lines_above();
    let mut walker = Walker::new(looking.dialect, columns).below(above);
    let mut record = Record {
        number: 0,
        line: looking.line(1 + above),
        fields: 0,
        bytes: vec![],
    };
    let mut chunk = vec![0; 1 << 13];
    loop {
        let n = reader.read(&mut chunk).map_err(|e| unreadable(&e))?;
        let faulty = |fault: QuoteFault, record: u64| {
            let words = fault.words(&looking.option_names);
            let more = ways_on(file, looking, fault.line(), record > 0);
            format!("{shown}, {words}{more}")
        };
        for byte in &chunk[..n] {
            let ended = walker.step(*byte);
            let ended = ended.map_err(|fault| faulty(fault, record.number))?;
            if record.bytes.len() < KEPT_BYTES {
                record.bytes.push(*byte);
            }
            if ended {
                (record.line, record.fields) = (looking.line(walker.record_line), walker.fields);
                if let Some(found) = stop(&record) {
                    return Ok(Some(found));
                }
                record.number += 1;
                record.bytes.clear();
            }
        }
        if n == 0 {
            let ended = walker.finish();
            let ended = ended.map_err(|fault| faulty(fault, record.number))?;
            (record.line, record.fields) = (looking.line(walker.record_line), walker.fields);
            return Ok(if ended { stop(&record) } else { None });
        }
    }
}

/// The line in which a record begins; the header line is a record, too.
pub(super) fn line_of(file: &FilePath, looking: &Looking, record: u64) -> Option<u64> {
    let found = walk(file, looking, None, |found| {
        (found.number == record).then_some(found.line)
    });
    found.ok().flatten()
}

/// The first records, as far as their quotes are sound.
pub(super) fn first_records(file: &FilePath, looking: &Looking, n: usize) -> Vec<Record> {
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
pub(super) fn values_of_first(file: &FilePath, looking: &Looking) -> Option<usize> {
    walk(file, looking, None, |first| Some(first.fields))
        .ok()
        .flatten()
}

/// The text of a damaged line, and the option that goes on without it, unless it has the columns.
pub(super) fn ways_on(file: &FilePath, looking: &Looking, line: u64, is_row: bool) -> String {
    let mut ways = String::new();
    // The rows of a sheet have no text.
    if looking.sheet.is_none() {
        let text = text_of(file, looking, line);
        ways += &text.map_or_else(String::new, |text| format!("\n  line {line}: {text}"));
    }
    if is_row {
        ways += &format!(
            "\n  {} leaves damaged lines out, and saves them",
            looking.option_names.lenient
        );
    }
    ways
}

/// So much of a line is shown.
const SHOWN: usize = 80;

/// The text of a line, shortened.
fn text_of(file: &FilePath, looking: &Looking, line: u64) -> Option<String> {
    let mut reader = BufReader::new(reader::whole(file, looking).ok()?);
    let mut found = 1 + looking.skipped;
    let mut before = 0;
    let mut text = vec![];
    let mut byte = [0];
    while text.len() <= 4 * SHOWN && reader.read(&mut byte).ok()? > 0 {
        let byte = byte[0];
        let is_end = byte == b'\r' || byte == b'\n' && before != b'\r';
        found += u64::from(is_end);
        before = byte;
        if found > line {
            break;
        }
        if found == line && !matches!(byte, b'\r' | b'\n') {
            text.push(byte);
        }
    }
    let text = String::from_utf8_lossy(&text).replace('\0', "\u{fffd}");
    match text.char_indices().nth(SHOWN) {
        _ if found < line => None,
        Some((end, _)) => Some(format!("{}…", &text[..end])),
        None => Some(text),
    }
}
