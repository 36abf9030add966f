//! Lines that are no rows but sums of them: a report counts them twice.

use std::io::{Read, Seek, SeekFrom};

use datafusion::common::utils::quote_identifier;

use super::sample::{self, Sample};
use crate::tables::csv::column_place::ColumnPlace;
use crate::tables::csv::looking::Looking;
use crate::tables::storage::FilePath;

/// Says which rows look like sums of the others.
pub(in crate::tables) fn note(
    names: &[Vec<String>],
    samples: &[Sample],
    place: &ColumnPlace,
    notes: &mut Vec<String>,
) {
    let mut n = 0;
    let mut first = None;
    for (file, sample) in samples.iter().enumerate() {
        for (record, column, word) in sample.sums() {
            // Elsewhere than at the beginning the word may mean something else: a list of columns has one called Total.
            if *column == 0 || is_sum_above(file, *record, *column, place) {
                n += 1;
                first.get_or_insert((file, *record, *column, word));
            }
        }
    }
    if let Some((file, record, column, word)) = first {
        let more = if n > 1 { ", and not the only one" } else { "" };
        let has = match column {
            0 => format!("begins with {word}"),
            _ => format!("has {word} as its {}", names[file][column]),
        };
        notes.push(format!(
            "{} {has} and looks like a sum of other lines{more}: it counts as a row. Leave it out with \
             WHERE, or remove it from the file",
            place.line(file, record)
        ));
        return;
    }
    for (file, sample) in samples.iter().enumerate() {
        let path = &place.files[file];
        if !sample.is_whole
            && !place.lookings[file].compression.is_compressed()
            && let Some(word) = last_line_total(path, &place.lookings[file])
        {
            notes.push(format!(
                "the last line of {} begins with {word} and looks like a sum of other lines: it counts as a row. Leave \
                 it out with WHERE, or remove it from the file",
                path.display()
            ));
            return;
        }
    }
    for (file, sample) in samples.iter().enumerate() {
        if let Some(column) = sum_of_the_others(file, sample, place) {
            notes.push(format!(
                "{} has no {} but the sum of all lines above as its {}: it counts as a row. WHERE {} IS NOT NULL \
                 leaves it out",
                place.line(file, sample.last_row),
                names[file][0],
                names[file][column],
                quote_identifier(&names[file][0])
            ));
            return;
        }
    }
}

/// The first value of the last line of a large file, if it is a word for sums.
fn last_line_total(file: &FilePath, looking: &Looking) -> Option<String> {
    let mut opened = file.open().ok()?;
    let length = opened.size().ok()?;
    opened
        .seek(SeekFrom::Start(length.saturating_sub(4096)))
        .ok()?;
    let mut end = vec![];
    opened.read_to_end(&mut end).ok()?;
    let end = String::from_utf8_lossy(&end);
    let line = end.trim_end().lines().next_back()?;
    let value = line.split(looking.dialect.delimiter as char).next()?;
    let value = value.trim_matches('"');
    crate::export_texts::is_total(value).then(|| value.to_string())
}

/// Whether a record has the sum of a column, of all records above it or of those that begin as it does.
fn is_sum_above(file: usize, record: u64, column: usize, place: &ColumnPlace) -> bool {
    let read = || {
        let mut reader =
            sample::csv_reader(&place.files[file], &place.lookings[file], None).ok()?;
        let mut line = csv::ByteRecord::new();
        let mut above: Vec<csv::ByteRecord> = vec![];
        // Records count from the first line.
        for number in 0..=record {
            if !reader.read_byte_record(&mut line).ok()? {
                return None;
            }
            if number == record {
                break;
            }
            let is_row = number > 0 || !place.has_header;
            let is_total =
                |value: &[u8]| std::str::from_utf8(value).is_ok_and(crate::export_texts::is_total);
            if is_row && !line.get(column).is_some_and(is_total) {
                above.push(line.clone());
            }
        }
        Some((line, above))
    };
    let Some((line, above)) = read() else {
        return false;
    };
    (column + 1..line.len()).any(|i| {
        let Some(sum) = line.get(i).and_then(number).filter(|sum| *sum != 0.0) else {
            return false;
        };
        let is_it = |rows: &mut dyn Iterator<Item = &csv::ByteRecord>| {
            let all: f64 = rows.filter_map(|row| row.get(i).and_then(number)).sum();
            (all - sum).abs() <= sum.abs() * 1e-9
        };
        let begins_alike = |row: &&csv::ByteRecord| row.get(0) == line.get(0);
        !above.is_empty()
            && (is_it(&mut above.iter()) || is_it(&mut above.iter().filter(begins_alike)))
    })
}

fn number(value: &[u8]) -> Option<f64> {
    std::str::from_utf8(value).ok()?.trim().parse().ok()
}

/// The column whose last value is the sum of those above, in a last line that begins with no value.
fn sum_of_the_others(file: usize, sample: &Sample, place: &ColumnPlace) -> Option<usize> {
    let last = &sample.last;
    if sample.rows < 3 || !last.first()?.is_empty() {
        return None;
    }
    let is_candidate = |i: &usize| {
        sample.columns[*i].integers.n + sample.columns[*i].decimals.n > 2
            && number(last[*i].as_bytes()).is_some()
    };
    let candidates: Vec<usize> = (1..last.len()).filter(is_candidate).collect();
    if candidates.is_empty() {
        return None;
    }
    let mut sums = vec![0.0; last.len()];
    let mut reader = sample::csv_reader(&place.files[file], &place.lookings[file], None).ok()?;
    let mut record = csv::ByteRecord::new();
    let mut rows = 0;
    while let Ok(true) = reader.read_byte_record(&mut record) {
        rows += 1;
        // The header line, and that of the sum.
        if rows == 1 && place.has_header || rows == sample.last_row + 1 {
            continue;
        }
        for i in &candidates {
            sums[*i] += record.get(*i).and_then(number).unwrap_or(0.0);
        }
    }
    candidates.into_iter().find(|i| {
        let last = number(last[*i].as_bytes()).unwrap_or(0.0);
        last != 0.0 && (sums[*i] - last).abs() <= last.abs() * 1e-9
    })
}
