//! What separates the values of a file.

use datafusion::common::plan_err;
use datafusion::error::Result;

use super::place;
use super::sample::csv_reader;
use crate::tables::csv::looking::Looking;
use crate::tables::storage::FilePath;

/// Tried in this order where none is given.
pub(super) const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// How many records have to agree.
const RECORDS: usize = 100;

/// The separator that splits all of the first records into equally many values, or else the header line.
pub(in crate::tables) fn find(file: &FilePath, looking: &Looking) -> Result<u8> {
    let mut even: Vec<(u8, usize)> = vec![];
    let mut splits_header = None;
    for delimiter in DELIMITERS {
        let mut looking = looking.clone();
        looking.dialect.delimiter = delimiter;
        let mut reader = csv_reader(file, &looking, None)?;
        let mut record = csv::ByteRecord::new();
        let mut n = None;
        let mut is_even = true;
        for _ in 0..RECORDS {
            match reader.read_byte_record(&mut record) {
                Ok(true) => is_even &= *n.get_or_insert(record.len()) == record.len(),
                Ok(false) => break,
                // What is wrong with the file is said when its separator is known; the header line tells it still.
                Err(_) => {
                    n = n.or_else(|| place::values_of_first(file, &looking));
                    break;
                }
            }
        }
        let n = n.unwrap_or(1);
        if n > 1 {
            splits_header = splits_header.or(Some(delimiter));
            if is_even {
                even.push((delimiter, n));
            }
        }
    }
    match even[..] {
        [] => Ok(splits_header.unwrap_or(b',')),
        [(delimiter, _)] => Ok(delimiter),
        [(a, n), (b, m), ..] if n == m => plan_err!(
            "{} can be split at '{}' and at '{}', into {n} values each; say which with {} or {}",
            file.display(),
            shown(a),
            shown(b),
            looking.option_names.delimiter(&shown(a)),
            looking.option_names.delimiter(&shown(b))
        ),
        // Names and amounts have a comma or two in them; a separator makes the more columns.
        _ => Ok(even
            .iter()
            .max_by_key(|(_, n)| *n)
            .map_or(b',', |(delimiter, _)| *delimiter)),
    }
}

pub(in crate::tables) fn shown(delimiter: u8) -> String {
    match delimiter {
        b'\t' => "tab".to_string(),
        other => (other as char).to_string(),
    }
}
