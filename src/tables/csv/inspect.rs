//! From CSV files to the columns of their table.

use std::path::PathBuf;
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use datafusion::error::Result;

use super::column::SeenColumn;
use super::column_place::ColumnPlace;
use super::first_look::looking;
use super::has_header::has_header;
use super::looking::{GuessedColumns, Looking};
use super::points::Points;
use super::{names, notes, sample, totals};
use crate::tables::options::{LARGER_SAMPLE, Options};

/// However many files share the sample, this much of each one is looked at.
const MIN_ROWS_PER_FILE: usize = 1_000;

pub(in crate::tables) struct Csv {
    pub looking: Looking,
    pub has_header: bool,
    pub schema: SchemaRef,
    /// The columns whose type was found by what their values look like.
    pub guessed: GuessedColumns,
    pub notes: Vec<String>,
    /// What is to be said to those who ask for a column.
    pub column_notes: Vec<(String, String)>,
}

pub(in crate::tables) fn inspect(
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

    let place = ColumnPlace {
        files,
        looking: &looking,
        has_header,
    };
    let mut columns = vec![SeenColumn::default(); names.len()];
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
