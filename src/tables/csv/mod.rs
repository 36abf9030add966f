//! CSV files: what separates their values, whether their first line has names, which types their columns have.
//!
//! The way of a file: `delimiter` and `header` decide how it is read, `sample` takes its first rows, `column` finds
//! the types that all of these have, and `notes` says what somebody should know of them. `format` reads the rows:
//! DataFusion lists the files and arrow splits the lines, but values become what they are taken for only if every one
//! of them is that, and every error has its file and its line.
//!
//! DataFusion unites CSV files by position and skips their headers, so files with other columns, or the same
//! ones in another order, would put values under wrong names. Such a table is refused.

mod addresses;
pub(super) mod class;
mod column;
mod column_place;
mod delimiter;
mod fault;
mod format;
mod header;
mod looking;
mod looks;
mod names;
mod notes;
mod numbers;
mod place;
mod points;
mod preamble;
mod reader;
mod sample;
mod totals;
mod walker;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::common::plan_err;
use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use datafusion::error::Result;

pub(super) use column::Column;
pub(super) use column_place::Place;
pub(super) use format::CsvFiles;
pub(super) use looking::{Guessed, Looking};
pub(super) use notes::{of as notes_of, said_without_zone};
pub(super) use points::Points;

use self::header::First;
use self::sample::Sample;
use super::option_names::OptionNames;
use super::options::{LARGER_SAMPLE, Options};

/// However many files share the sample, this much of each one is looked at.
const MIN_ROWS_PER_FILE: usize = 1_000;

pub(super) struct Csv {
    pub looking: Looking,
    pub has_header: bool,
    pub schema: SchemaRef,
    /// The columns whose type was found by what their values look like.
    pub guessed: Guessed,
    pub notes: Vec<String>,
    /// What is to be said to those who ask for a column.
    pub column_notes: Vec<(String, String)>,
}

pub(super) fn inspect(
    files: &[PathBuf],
    compression: FileCompressionType,
    options: &Options,
    types: &[(String, DataType)],
) -> Result<Csv> {
    let mut notes = vec![];
    let looking = looking(files, compression, options, &mut notes)?;
    let delimiter = looking.dialect.delimiter;
    let rows = (options.infer_rows / files.len()).max(MIN_ROWS_PER_FILE);
    let samples = files
        .iter()
        .enumerate()
        .map(|(i, file)| sample::take(i, file, &looking, rows))
        .collect::<Result<Vec<_>>>()?;
    let has_header = has_header(files, &samples, options, &looking.option_names, &mut notes)?;
    let names = match has_header {
        true => names::of(files, &samples, &looking.option_names, &mut notes)?,
        false => names::numbered(files, &samples)?,
    };

    let place = Place {
        files,
        looking: &looking,
        has_header,
    };
    let mut columns = vec![Column::default(); names.len()];
    let mut is_whole = true;
    for (file, sample) in samples.iter().enumerate() {
        is_whole &= sample.is_whole;
        for (column, value) in columns.iter_mut().zip(&sample.first) {
            if !has_header && !looking.nulls.contain(value) {
                column.add(file, 0, value);
            }
        }
    }
    totals::note(&names, &samples, &place, &mut notes);
    for sample in samples {
        for (column, of_file) in columns.iter_mut().zip(sample.columns) {
            column.merge(of_file);
        }
    }

    let has_commas = columns.iter().any(|column| column.commas.n > 0);
    let has_points = columns.iter().any(|column| column.points.n > 0);
    let points = Points::of(delimiter, has_commas, has_points);
    let mut fields = vec![];
    let mut guessed = vec![];
    let mut column_notes = vec![];
    let mut of_column = |name: &String, note: Option<String>| {
        column_notes.extend(note.map(|note| (name.clone(), note)));
    };
    for (name, column) in names.iter().zip(&columns) {
        if let Some((_, said)) = types.iter().find(|(of, _)| of == name) {
            if options.time_zone.is_none() {
                of_column(name, notes::said_without_zone(name, column, said, &place));
            }
            fields.push(Field::new(name, said.clone(), true));
            continue;
        }
        let found = column.data_type(points);
        if found == DataType::Null && !is_whole {
            notes.push(format!(
                "column {name} has no value in the first {rows} rows of {} and is read as text; \
                 {LARGER_SAMPLE} looks further",
                files[0].display()
            ));
        }
        // Where offsets differ, or a zone was said, every time with an offset fits.
        if let DataType::Timestamp(unit, Some(_)) = &found {
            let zone = match &options.time_zone {
                Some(zone) => Some(DataType::Timestamp(*unit, Some(zone.as_str().into()))),
                // Said in any case: the hours that are shown are not those of the file.
                None => notes::offsets(name, column, &place).map(|note| {
                    notes.push(note);
                    found.clone()
                }),
            };
            if let Some(data_type) = zone {
                fields.push(Field::new(name, data_type, true));
                continue;
            }
        }
        match found {
            DataType::Null => fields.push(Field::new(name, DataType::Utf8, true)),
            DataType::Utf8 => {
                of_column(name, notes::of(name, column, points, &place));
                fields.push(Field::new(name, DataType::Utf8, true));
            }
            found => {
                if found == DataType::Float64 {
                    of_column(name, notes::thousands(name, column, points, &place));
                }
                guessed.push(name.clone());
                fields.push(Field::new(name, found, true));
            }
        }
    }
    let schema = Arc::new(Schema::new(fields));
    Ok(Csv {
        looking,
        has_header,
        schema,
        guessed: guessed.into(),
        notes,
        column_notes,
    })
}

fn looking(
    files: &[PathBuf],
    compression: FileCompressionType,
    options: &Options,
    notes: &mut Vec<String>,
) -> Result<Looking> {
    let mut looking = Looking::new(compression, options)?;
    for file in files {
        not_something_else(file, &looking)?;
    }
    if options.delimiter.is_none() {
        looking.dialect.delimiter = delimiter::find(&files[0], &looking)?;
    }
    if options.delimiter.is_none() {
        not_below_a_title(&files[0], &looking)?;
    }
    if options.delimiter.is_none() && matches!(looking.dialect.delimiter, b';' | b'|') {
        notes.push(format!(
            "{} is read with '{}' between its values",
            files[0].display(),
            looking.dialect.delimiter as char
        ));
    }
    Ok(looking)
}

/// Refuses what is no CSV, and lines that stand above it.
fn not_something_else(file: &Path, looking: &Looking) -> Result<()> {
    use std::io::Read;
    let mut start = vec![];
    // An error of reading is said by whoever reads the rows.
    let read = reader::open(file, looking.compression)?
        .take(4096)
        .read_to_end(&mut start);
    let shown = file.display();
    if read.is_err() {
        return Ok(());
    }
    if start.starts_with(&[0x1F, 0x8B]) {
        return plan_err!("{shown} is compressed with gzip: rename it to {shown}.gz");
    }
    if start.starts_with(b"PK\x03\x04") {
        return plan_err!(
            "{shown} is no CSV file but a zip archive or an Excel workbook: unpack it, or save it as CSV"
        );
    }
    if start.starts_with(&[0xFF, 0xFE]) || start.starts_with(&[0xFE, 0xFF]) {
        return plan_err!("{shown} is UTF-16 text; save it as UTF-8");
    }
    let line_end = start
        .iter()
        .position(|b| matches!(b, b'\n' | b'\r'))
        .unwrap_or(start.len());
    let line = String::from_utf8_lossy(&start[..line_end]);
    let line = line
        .trim_start_matches('\u{feff}')
        .trim_end_matches(['\r', ' ']);
    if line.len() <= 8 && line.to_ascii_lowercase().starts_with("sep=") {
        return plan_err!(
            "{shown}, line 1, is {line}, which spreadsheets write and no other program reads; remove it: \
             tail -n +2 {shown} > clean.csv"
        );
    }
    let delimiter = looking.dialect.delimiter as char;
    let values = |line: &str| line.split(delimiter).count();
    let second = start.get(line_end..).unwrap_or_default();
    let second = String::from_utf8_lossy(second);
    let second = second.trim_start().lines().next().unwrap_or_default();
    if line.starts_with('#') && looking.dialect.comment.is_none() && values(line) != values(second)
    {
        return plan_err!(
            "{shown}, line 1, is a comment, \"{}\", and no header line; remove it: tail -n +2 {shown} > clean.csv",
            line.chars().take(40).collect::<String>()
        );
    }
    Ok(())
}

/// Refuses a file of one column in which lines of several values follow a title and a line of nothing, or several lines:
/// the separator was looked for in the title.
fn not_below_a_title(file: &Path, looking: &Looking) -> Result<()> {
    if place::values_of_first(file, looking).is_none_or(|n| n > 1) {
        return Ok(());
    }
    // With the separator that it has been given, its lines are of several lengths, which is said elsewhere.
    let others = [b',', b';', b'\t', b'|'].into_iter();
    for delimiter in others.filter(|other| *other != looking.dialect.delimiter) {
        let mut looking = looking.clone();
        looking.dialect.delimiter = delimiter;
        let header = preamble::header_line(file, &looking).filter(|line| *line > 2);
        if let Some(header) = header {
            let shown = file.display();
            return plan_err!(
                "{shown} has no '{}' in its first line, but from line {header} on all lines have one: titles seem to stand \
                 above its header line. Remove them: tail -n +{header} {shown} > clean.csv",
                delimiter::shown(delimiter)
            );
        }
    }
    Ok(())
}

/// Whether the first lines of all files have names.
fn has_header(
    files: &[PathBuf],
    samples: &[Sample],
    options: &Options,
    words: &OptionNames,
    notes: &mut Vec<String>,
) -> Result<bool> {
    if let Some(said) = options.header {
        return Ok(said);
    }
    let mut decided: Option<(&Path, bool)> = None;
    let mut unknown: Option<(&Path, String)> = None;
    for (file, sample) in files.iter().zip(samples) {
        let is_names = match header::of(sample) {
            First::Names => true,
            First::Row => false,
            First::Unknown(reason) => {
                unknown = unknown.or(Some((file.as_path(), reason)));
                continue;
            }
        };
        match decided {
            Some((other, before)) if before != is_names => {
                let (with, without) = if before {
                    (other, file.as_path())
                } else {
                    (file.as_path(), other)
                };
                return plan_err!(
                    "{} has a header line, but the first line of {} is a row; the files of a table need one or none. \
                     Put the line of names into the other file, too: (head -n 1 {}; cat {}) > with_names.csv",
                    with.display(),
                    without.display(),
                    with.display(),
                    without.display()
                );
            }
            _ => decided = decided.or(Some((file.as_path(), is_names))),
        }
    }
    // Files that begin alike begin with names.
    let begin_alike = samples.len() > 1 && samples.iter().all(|s| s.first == samples[0].first);
    let is_names = match (decided, unknown) {
        (Some((_, is_names)), _) => is_names,
        (None, Some(_)) if begin_alike => true,
        (None, Some((file, reason))) => {
            return plan_err!(
                "the first line of {} may be its header line or a row: {reason}. {} takes it as the names of the \
                 columns, {} as a row",
                file.display(),
                words.header,
                words.no_header
            );
        }
        (None, None) => true,
    };
    let file = files[0].display();
    if !is_names {
        notes.push(format!(
            "{file} has no header line: its first line is a row, and its columns are column_1 to column_{}; {} takes \
             the line as their names",
            samples[0].first.len(),
            words.header
        ));
    } else if !begin_alike && let Some(name) = header::like_a_value(&samples[0]) {
        notes.push(format!(
            "the first line of {file} is read as its header line, but {name} may be a value: {} reads the line as a row",
            words.no_header
        ));
    }
    Ok(is_names)
}
