//! The values of rows as texts for people.

use datafusion::arrow::array::Array;
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};

use crate::define::{UnitFormat, UnitText};

/// The values of a batch as texts.
pub struct ShownCells<'a> {
    columns: Vec<CellColumn<'a>>,
}

struct CellColumn<'a> {
    formatter: ArrayFormatter<'a>,
    /// A column of no type has no validity of its own.
    nulls: Option<NullBuffer>,
    unit: Option<UnitFormat>,
    is_float: bool,
}

impl<'a> ShownCells<'a> {
    /// Those of a batch, with the numbers of some columns in their unit.
    ///
    /// # Errors
    /// Types that arrow cannot write.
    pub fn new(batch: &'a RecordBatch, units: &[Option<UnitFormat>]) -> Result<Self, ArrowError> {
        let options = FormatOptions::default().with_null("NULL");
        let units = units.iter().copied().chain(std::iter::repeat(None));
        let columns = batch.columns().iter().zip(units).map(|(column, unit)| {
            let data_type = column.data_type();
            Ok(CellColumn {
                formatter: ArrayFormatter::try_new(column.as_ref(), &options)?,
                nulls: column.logical_nulls(),
                unit: unit.filter(|_| data_type.is_numeric()),
                is_float: data_type.is_floating(),
            })
        });
        let columns = columns.collect::<Result<_, ArrowError>>()?;
        Ok(Self { columns })
    }

    /// The text of a value; `None` for NULL.
    ///
    /// # Errors
    /// Values that arrow cannot write, such as times out of the calendar.
    pub fn text(&self, row: usize, column: usize) -> Result<Option<String>, ArrowError> {
        let Some(plain) = self.plain(row, column)? else {
            return Ok(None);
        };
        let written = self.in_unit(column, &plain);
        Ok(Some(written.map_or(plain, |written| written.text)))
    }

    /// The value as it is.
    pub(super) fn plain(&self, row: usize, column: usize) -> Result<Option<String>, ArrowError> {
        let column = &self.columns[column];
        match &column.nulls {
            Some(nulls) if nulls.is_null(row) => Ok(None),
            _ => column.formatter.value(row).try_to_string().map(Some),
        }
    }

    /// A number in the unit of its column.
    pub(super) fn in_unit(&self, column: usize, plain: &str) -> Option<UnitText> {
        let column = &self.columns[column];
        let unit = column.unit?;
        match column.is_float {
            true => unit.float(plain.parse().ok()?),
            false => unit.decimal(plain),
        }
    }
}

/// Whether the values of a type stand at the right of their column.
pub(super) fn stand_right(data_type: &DataType) -> bool {
    data_type.is_numeric()
}
