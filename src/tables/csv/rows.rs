//! From the texts of a file to the values of its columns: a text becomes one of its column's type if it is one.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, RecordBatch, RecordBatchOptions, StringViewArray, new_null_array,
};
use datafusion::arrow::datatypes::{DataType, Field, SchemaRef};
use datafusion::arrow::error::ArrowError;
use datafusion::common::exec_datafusion_err;
use datafusion::error::{DataFusionError, Result};

use super::csv_file::CsvFile;
use super::fault;
use super::looking::GuessedColumns;
use super::nothing_words::NothingWords;
use super::position::Position;
use crate::tables::paths::urls::shown_location;
use crate::tables::storage::FilePath;
use crate::tables::values;
use crate::tables::values::class::is_nothing;
use crate::tables::values::misfit::{self, TypeOrigin};
use crate::tables::words::sql_name;

/// What the rows of a file are to become.
pub(super) struct CsvRows {
    pub file: Arc<CsvFile>,
    /// All columns of the file, where the values of all are looked at.
    pub all: Vec<Field>,
    pub has_header: bool,
    pub guessed: GuessedColumns,
    /// The columns that were asked for.
    pub schema: SchemaRef,
    /// Where each of them is among those that are read; `None` for one that the file does not have.
    pub places: Vec<Option<usize>>,
    /// Which column of the file each of them is.
    pub found: Vec<Option<usize>>,
    /// Words for nothing that are read as NULL.
    pub nothing: NothingWords,
}

impl CsvRows {
    pub fn batch(&mut self, texts: &RecordBatch, position: &Position) -> Result<RecordBatch> {
        let rows = texts.num_rows();
        let mut nothing = std::mem::take(&mut self.nothing);
        let columns = self
            .schema
            .fields()
            .iter()
            .enumerate()
            .map(|(asked, field)| {
                let column = match self.places[asked] {
                    Some(place) => self
                        .column(texts.column(place), self.found[asked], field, &mut nothing)
                        .map_err(|bad| self.misfit(&bad, field, self.found[asked], position))?,
                    None => new_null_array(field.data_type(), rows),
                };
                match self.missing(&column, field, position) {
                    Some(missing) => Err(missing),
                    None => Ok(column),
                }
            })
            .collect::<Result<Vec<ArrayRef>>>();
        self.nothing = nothing;
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        Ok(RecordBatch::try_new_with_options(
            Arc::clone(&self.schema),
            columns?,
            &options,
        )?)
    }

    /// The values of a column of the file, if it has it; words for nothing among them are counted.
    fn column(
        &self,
        texts: &ArrayRef,
        in_file: Option<usize>,
        field: &Field,
        nothing: &mut NothingWords,
    ) -> Result<ArrayRef, values::Bad> {
        let file = &self.file;
        let nulls = &file.looking.nulls;
        match texts.data_type() {
            DataType::Utf8 if nulls.are_none() => Ok(Arc::clone(texts)),
            DataType::Utf8 => {
                let kept = texts.as_string::<i32>().iter();
                let kept = kept.map(|value| value.filter(|value| !nulls.contain(value)));
                Ok(Arc::new(
                    kept.collect::<datafusion::arrow::array::StringArray>(),
                ))
            }
            _ => {
                let written = in_file.and_then(|at| file.written.get(at)?.as_ref());
                let original = texts.as_string_view();
                let plain = match written {
                    Some(form) => &form.plain(original, nulls)?,
                    None => original,
                };
                let is_guess = self.is_guess(field);
                let read = |texts: &StringViewArray| {
                    values::typed(texts, field.data_type(), is_guess, nulls)
                };
                let typed = match read(plain) {
                    Err(bad) if is_nothing(&bad.value) => {
                        read(&nothing.without(field.name(), plain, nulls))
                    }
                    typed => typed,
                };
                typed.map_err(|bad| values::Bad {
                    value: original.value(bad.row).to_string(),
                    ..bad
                })
            }
        }
    }

    /// The rows that have a value that does not fit: the column, and what is wrong.
    pub fn misfits(&self, texts: &RecordBatch) -> BTreeMap<usize, (String, String)> {
        let mut misfits = BTreeMap::new();
        // What these rows have is counted when they are read.
        let mut nothing = NothingWords::default();
        for (at, (field, column)) in self.all.iter().zip(texts.columns()).enumerate() {
            let mut from = 0;
            while from < column.len() {
                let rest = column.slice(from, column.len() - from);
                match self.column(&rest, Some(at), field, &mut nothing) {
                    Ok(values) => {
                        let missing = (0..values.len()).filter(|row| values.is_null(*row));
                        let missing = missing.filter(|_| !field.is_nullable());
                        misfits.extend(missing.map(|row| {
                            let reason = "no value, in a column that is NOT NULL".to_string();
                            (from + row, (field.name().clone(), reason))
                        }));
                        break;
                    }
                    Err(bad) => {
                        let (name, of) = (field.name(), sql_name(field.data_type()));
                        let reason =
                            format!("'{}' in column {name} is not of type {of}", bad.value);
                        misfits.insert(from + bad.row, (name.clone(), reason));
                        from += bad.row + 1;
                    }
                }
            }
        }
        misfits
    }

    fn is_guess(&self, field: &Field) -> bool {
        self.guessed.contains(field.name())
    }

    pub fn broken(&self, path: &FilePath, error: &ArrowError) -> DataFusionError {
        let shown = shown_location(path);
        let found = fault::fault(&shown, &self.file.looking, Some(self.file.columns.len()));
        exec_datafusion_err!(
            "{}",
            found.unwrap_or_else(|| format!("{} cannot be read: {error}", shown.display()))
        )
    }

    fn misfit(
        &self,
        bad: &values::Bad,
        field: &Field,
        in_file: Option<usize>,
        position: &Position,
    ) -> DataFusionError {
        let place = self.place(position, bad.row as u64);
        let written = in_file.and_then(|at| self.file.written.get(at)?.as_ref());
        let open = in_file.and_then(|at| self.file.open.get(at));
        let of = match (self.is_guess(field), written) {
            (true, None) => TypeOrigin::Guessed,
            (true, Some(_)) => TypeOrigin::GuessedWithForm,
            (false, _) => TypeOrigin::Said {
                open: open.map_or(&[], |open| &open[..]),
            },
        };
        let words = &self.file.looking.option_names;
        exec_datafusion_err!("{}", misfit::words(&place, &bad.value, field, of, words))
    }

    /// The first value that is missing in a column that a statement made NOT NULL.
    fn missing(
        &self,
        column: &ArrayRef,
        field: &Field,
        position: &Position,
    ) -> Option<DataFusionError> {
        if field.is_nullable() || column.null_count() == 0 {
            return None;
        }
        let row = (0..column.len()).find(|row| column.is_null(*row))?;
        let place = self.place(position, row as u64);
        let name = field.name();
        Some(exec_datafusion_err!(
            "{place}, has no value in column {name}, which is NOT NULL; leave NOT NULL out of CREATE EXTERNAL TABLE"
        ))
    }

    /// Where a row of the present batch is.
    fn place(&self, position: &Position, row: u64) -> String {
        let shown = shown_location(&position.path);
        let looking = &self.file.looking;
        let row = position.before + row;
        let line = position.piece.as_ref().and_then(|piece| {
            // The header line is a record, too.
            let header = u64::from(self.has_header && piece.is_first);
            let columns = self.file.columns.len();
            let line = piece.line(row + header, looking.dialect, columns)?;
            Some(looking.line(line + looking.lines_above()))
        });
        match line {
            Some(line) => format!("{}, line {line}", shown.display()),
            None => shown.display().to_string(),
        }
    }
}
