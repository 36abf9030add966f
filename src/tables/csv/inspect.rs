//! From CSV files to the columns of their table.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use datafusion::error::Result;

use super::column::SeenColumn;
use super::column_place::ColumnPlace;
use super::csv_file::CsvFile;
use super::first_look::lookings;
use super::forms::{self, Forms, WrittenEvidence};
use super::has_header::has_header;
use super::looking::{GuessedColumns, Looking};
use super::sheets::sheets;
use super::{by_name, late, names, notes, sample, second_header, totals};
use crate::tables::archive;
use crate::tables::options::{LARGER_SAMPLE, Options};
use crate::tables::side_by_side;
use crate::tables::storage::FilePath;

/// However many files share the sample, this much of each one is looked at.
const MIN_ROWS_PER_FILE: usize = 1_000;

pub(in crate::tables) struct Csv {
    /// How each file is read.
    pub files: Vec<Arc<CsvFile>>,
    pub has_header: bool,
    pub schema: SchemaRef,
    /// The columns whose type was found by what their values look like.
    pub guessed: GuessedColumns,
    pub notes: Vec<String>,
    /// What is to be said to those who ask for a column.
    pub column_notes: Vec<(String, String)>,
    /// The same of columns that are read as they are not written, also to those who only show them.
    pub written_notes: Vec<(String, String)>,
}

/// `sheet` is there for workbooks: which of their sheets is read, if one was named. `threads` is how many look.
pub(in crate::tables) fn inspect(
    files: &[FilePath],
    compression: FileCompressionType,
    options: &Options,
    types: &[(String, DataType)],
    sheet: Option<Option<&str>>,
    threads: usize,
) -> Result<Csv> {
    let mut notes = vec![];
    let mut lookings = match sheet {
        Some(sheet) => sheets(files, sheet, options, &mut notes)?,
        None => lookings(files, compression, options, threads, &mut notes)?,
    };
    let rows = (options.infer_rows / files.len()).max(MIN_ROWS_PER_FILE);
    let take = |i: usize, looking: &Looking, keeps_headers: bool| {
        sample::take(i, &files[i].held(), looking, rows, keeps_headers)
    };
    let mut samples =
        side_by_side::of_each(&lookings, threads, |i, looking| take(i, looking, false))?;
    let guessed = files.iter().zip(&lookings);
    let guessed = guessed.filter(|(_, looking)| looking.guessed.say());
    notes.extend(late::windows_1252(guessed.map(|(file, _)| &**file)));
    let has_header = has_header(files, &samples, options, &options.option_names, &mut notes)?;
    for (i, (sample, looking)) in samples.iter_mut().zip(&mut lookings).enumerate() {
        if !has_header && sample.again > 0 {
            *sample = take(i, looking, true)?;
        }
        if !has_header {
            continue;
        }
        if second_header::may_be(sample) {
            let mut without = looking.clone();
            without.left_out.second = true;
            let below = take(i, &without, false)?;
            if let Some(second) = &sample.second
                && second_header::is_one(second, &below)
            {
                notes.push(second_header::note(&files[i], looking, second));
                (*looking, *sample) = (without, below);
            }
        }
        looking.left_out.header_again = sample.first.len() > 1;
    }
    let of_files = match has_header {
        true => names::of(files, &samples, &options.option_names, &mut notes)?,
        false => names::numbered(files, &samples)?,
    };
    names::are_of_one_table(files, &of_files, &samples, options)?;
    let united = by_name::unite(files, &of_files)?;
    notes.extend(united.notes);

    let place = ColumnPlace {
        files,
        lookings: &lookings,
        option_names: options.option_names,
        has_header,
        has_forms: true,
    };
    let mut columns = vec![SeenColumn::default(); united.names.len()];
    let mut is_whole = true;
    for (file, sample) in samples.iter().enumerate() {
        is_whole &= sample.is_whole;
        for (column, value) in united.columns[file].iter().zip(&sample.first) {
            if !has_header && !lookings[file].nulls.contain(value) {
                columns[*column].add(file, 0, value);
            }
        }
    }
    totals::note(&of_files, &samples, &place, &mut notes);
    let mut of_each = vec![];
    for (sample, places) in samples.into_iter().zip(&united.columns) {
        for (column, of_file) in places.iter().zip(&sample.columns) {
            columns[*column].merge(of_file.clone());
        }
        of_each.push(sample.columns);
    }

    let delimiters: Vec<u8> = lookings.iter().map(|l| l.dialect.delimiter).collect();
    let evidence = WrittenEvidence::of(&columns, &delimiters, options);
    let points = evidence.points;
    let mut forms = Forms::new(&of_each, &united.columns, &delimiters, options);
    let mut open = vec![vec![]; united.names.len()];
    let mut fields = vec![];
    let mut guessed = vec![];
    let mut column_notes = vec![];
    let mut written_notes = vec![];
    let mut of_column = |name: &String, note: Option<String>| {
        column_notes.extend(note.map(|note| (name.clone(), note)));
    };
    for (number, (name, column)) in united.names.iter().zip(&columns).enumerate() {
        if let Some((_, said)) = types.iter().find(|(of, _)| of == name) {
            if options.time_zone.is_none() {
                of_column(name, notes::said_without_zone(name, column, said, &place));
            }
            if forms.may_have(said) {
                open[number] = evidence.open(column);
            }
            if forms.may_have(said)
                && let Some((form, _)) = evidence.form(column, true)
            {
                let note = forms::note(name, column, &form, said, &place);
                written_notes.extend(note.map(|note| (name.clone(), note)));
                forms.set(number, form);
            }
            fields.push(Field::new(name, said.clone(), true));
            continue;
        }
        let mut found = column.data_type(points);
        if let Some((form, data_type)) = evidence
            .form(column, false)
            .filter(|(form, _)| forms.agree(number, form))
        {
            let note = forms::note(name, column, &form, &data_type, &place);
            written_notes.extend(note.map(|note| (name.clone(), note)));
            forms.set(number, form);
            found = data_type;
        } else if found == DataType::Utf8
            && let Some(data_type) = forms.set_by_file(number, column)
        {
            let notes = forms.notes(number, name, &data_type, &place);
            written_notes.extend(notes.into_iter().map(|note| (name.clone(), note)));
            found = data_type;
        }
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
    let paths = files.iter();
    let files = lookings
        .into_iter()
        .zip(of_files)
        .zip(&united.columns)
        .zip(forms.of_files)
        .zip(paths);
    let files = files.map(|((((looking, names), columns), written), path)| {
        Arc::new(CsvFile {
            in_archive: archive::member(path).map(|_| path.clone()),
            looking,
            names,
            columns: columns.clone(),
            open: columns.iter().map(|column| open[*column].clone()).collect(),
            written,
        })
    });
    Ok(Csv {
        files: files.collect(),
        has_header,
        schema,
        guessed: guessed.into(),
        notes,
        column_notes,
        written_notes,
    })
}
