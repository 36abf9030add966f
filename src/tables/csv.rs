//! A look at CSV files before DataFusion reads them: their header lines and the types of their columns.
//!
//! DataFusion unites CSV files by position and skips their headers, so files with other columns, or the same
//! ones in another order, would put values under wrong names. Such a table is refused.
//! Types are guessed with arrow's own rules, but from the beginning of every file, and two guesses that lose
//! data are corrected: a column without values is text, and `00123` is a code, not the number 123.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::arrow::csv::reader::Format;
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use datafusion::arrow::error::ArrowError;
use datafusion::common::plan_err;
use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use datafusion::error::{DataFusionError, Result};

use super::{LARGER_SAMPLE, Options};

/// However many files share the sample, this much of each one is looked at.
const MIN_ROWS_PER_FILE: usize = 1_000;

/// Tried in this order where none is given; the first that splits the header line is taken.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

pub(super) struct Csv {
    pub delimiter: u8,
    pub schema: SchemaRef,
    pub notes: Vec<String>,
}

pub(super) fn inspect(
    files: &[PathBuf],
    compression: FileCompressionType,
    options: &Options,
) -> Result<Csv> {
    let mut notes = vec![];
    let delimiter = match options.delimiter {
        Some(delimiter) => delimiter,
        None => delimiter_of(&files[0], compression)?,
    };
    if options.delimiter.is_none() && matches!(delimiter, b';' | b'|') {
        notes.push(format!(
            "{} is read with '{}' between its values",
            files[0].display(),
            delimiter as char
        ));
    }

    let columns = header(&files[0], compression, delimiter)?;
    for file in &files[1..] {
        let others = header(file, compression, delimiter)?;
        if columns != others {
            return plan_err!("{}", different(&files[0], &columns, file, &others));
        }
    }

    let rows = (options.infer_rows / files.len()).max(MIN_ROWS_PER_FILE);
    let mut types = vec![DataType::Null; columns.len()];
    let mut all_rows_seen = true;
    for file in files {
        let (of_file, complete) = types_of(file, compression, delimiter, rows)?;
        all_rows_seen &= complete;
        for (merged, new) in types.iter_mut().zip(of_file) {
            *merged = merge(merged, &new);
        }
    }

    let fields = columns.iter().zip(types).map(|(name, found)| {
        if found == DataType::Null && !all_rows_seen {
            notes.push(format!(
                "column {name} has no value in the first {rows} rows of {} and is read as text; \
                 {LARGER_SAMPLE} looks further",
                files[0].display()
            ));
        }
        let data_type = if found == DataType::Null {
            DataType::Utf8
        } else {
            found
        };
        Field::new(name, data_type, true)
    });
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    Ok(Csv {
        delimiter,
        schema,
        notes,
    })
}

fn delimiter_of(file: &Path, compression: FileCompressionType) -> Result<u8> {
    for delimiter in DELIMITERS {
        if first_record(file, compression, delimiter)?.len() > 1 {
            return Ok(delimiter);
        }
    }
    Ok(b',')
}

/// The names of the columns, each one there and there once.
fn header(file: &Path, compression: FileCompressionType, delimiter: u8) -> Result<Vec<String>> {
    let mut names: Vec<String> = vec![];
    for (i, name) in first_record(file, compression, delimiter)?
        .into_iter()
        .enumerate()
    {
        // Programs that number their rows leave the first name empty; it needs one to be asked for.
        let name = if name.is_empty() {
            format!("column_{}", i + 1)
        } else {
            name
        };
        if names.contains(&name) {
            return plan_err!(
                "{} has the column {name} twice in its header line; rename one of them",
                file.display()
            );
        }
        names.push(name);
    }
    Ok(names)
}

fn first_record(
    file: &Path,
    compression: FileCompressionType,
    delimiter: u8,
) -> Result<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(open(file, compression)?);
    let mut record = csv::ByteRecord::new();
    match reader.read_byte_record(&mut record) {
        Ok(true) => {}
        Ok(false) => return plan_err!("{} is empty: it has no header line", file.display()),
        Err(e) => return plan_err!("{} cannot be read: {e}", file.display()),
    }
    let names = record
        .iter()
        .enumerate()
        .map(|(i, bytes)| match std::str::from_utf8(bytes) {
            // Excel marks UTF-8 with a byte order mark, which would become part of the first name.
            Ok(name) if i == 0 => Ok(name.trim_start_matches('\u{feff}').to_string()),
            Ok(name) => Ok(name.to_string()),
            Err(_) => plan_err!(
                "{} is not UTF-8 text (its header line has \"{}\"); save it as UTF-8",
                file.display(),
                String::from_utf8_lossy(bytes)
            ),
        });
    names.collect()
}

fn open(file: &Path, compression: FileCompressionType) -> Result<Box<dyn Read + Send>> {
    let unreadable = |e: &dyn std::fmt::Display| {
        DataFusionError::Plan(format!("{} cannot be read: {e}", file.display()))
    };
    let opened = File::open(file).map_err(|e| unreadable(&e))?;
    compression
        .convert_read(BufReader::new(opened))
        .map_err(|e| unreadable(&e))
}

/// Why two files are not one table, in the words of their header lines.
fn different(a: &Path, a_names: &[String], b: &Path, b_names: &[String]) -> String {
    let only = |these: &[String], those: &[String]| -> Vec<String> {
        these
            .iter()
            .filter(|n| !those.contains(n))
            .cloned()
            .collect()
    };
    let (a, b) = (a.display(), b.display());
    let (only_a, only_b) = (only(a_names, b_names), only(b_names, a_names));
    let what = match (&only_a[..], &only_b[..]) {
        ([], []) => format!(
            "the same columns in another order: {a} has {}, {b} has {}",
            a_names.join(", "),
            b_names.join(", ")
        ),
        (only_a, []) => format!("different columns: only {a} has {}", only_a.join(", ")),
        ([], only_b) => format!("different columns: only {b} has {}", only_b.join(", ")),
        (only_a, only_b) => format!(
            "different columns: only {a} has {}, only {b} has {}",
            only_a.join(", "),
            only_b.join(", ")
        ),
    };
    format!(
        "{a} and {b} have {what}. CSV files of one table are read by position, so values would land under wrong \
         names: make the header lines equal, or register the files as two tables and unite them with \
         SELECT * FROM first UNION ALL BY NAME SELECT * FROM second"
    )
}

/// The types of the first rows of a file, and whether these were all there are.
fn types_of(
    file: &Path,
    compression: FileCompressionType,
    delimiter: u8,
    rows: usize,
) -> Result<(Vec<DataType>, bool)> {
    let format = Format::default()
        .with_header(true)
        .with_delimiter(delimiter);
    let (schema, read) = match format.infer_schema(open(file, compression)?, Some(rows)) {
        Ok(found) => found,
        Err(e) => return plan_err!("{}", unreadable_rows(file, &e)),
    };
    let mut types: Vec<DataType> = schema
        .fields()
        .iter()
        .map(|f| f.data_type().clone())
        .collect();
    if types.contains(&DataType::Int64) {
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .from_reader(open(file, compression)?);
        let mut record = csv::ByteRecord::new();
        for _ in 0..rows {
            if !matches!(reader.read_byte_record(&mut record), Ok(true)) {
                break;
            }
            for (value, data_type) in record.iter().zip(&mut types) {
                if *data_type == DataType::Int64 && has_leading_zero(value) {
                    *data_type = DataType::Utf8;
                }
            }
        }
    }
    Ok((types, read < rows))
}

fn unreadable_rows(file: &Path, e: &ArrowError) -> String {
    let file = file.display();
    let message = e.to_string();
    // arrow ends its messages with the line.
    let line = message
        .rsplit_once(" at line ")
        .map_or("", |(_, line)| line);
    if message.contains("UTF-8") {
        return format!("{file} is not UTF-8 text (line {line}); save it as UTF-8");
    }
    let counts = message.split_once("Expected ").and_then(|(_, rest)| {
        let (expected, rest) = rest.split_once(" records, found ")?;
        Some((expected, rest.split_once(" records")?.0))
    });
    match counts {
        Some((expected, found)) => format!(
            "{file}, line {line}, has {found} values, but the lines before it have {expected}; a value with a \
             separator in it has to be in double quotes"
        ),
        None => format!(
            "{file} cannot be read: {}",
            message.trim_start_matches("Csv error: ")
        ),
    }
}

fn has_leading_zero(number: &[u8]) -> bool {
    number.len() > 1 && number[0] == b'0'
}

/// One type for the values of two files, as arrow merges those of two rows.
fn merge(a: &DataType, b: &DataType) -> DataType {
    use DataType::{Date32, Float64, Int64, Null, Timestamp, Utf8};
    let rank = |unit: &TimeUnit| match unit {
        TimeUnit::Second => 0,
        TimeUnit::Millisecond => 1,
        TimeUnit::Microsecond => 2,
        TimeUnit::Nanosecond => 3,
    };
    match (a, b) {
        (a, b) if a == b => a.clone(),
        (Null, other) | (other, Null) => other.clone(),
        (Int64, Float64) | (Float64, Int64) => Float64,
        (Date32, Timestamp(unit, None)) | (Timestamp(unit, None), Date32) => Timestamp(*unit, None),
        (Timestamp(x, None), Timestamp(y, None)) => {
            Timestamp(if rank(x) >= rank(y) { *x } else { *y }, None)
        }
        _ => Utf8,
    }
}
