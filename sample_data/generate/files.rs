//! From rows to columns, and from one table to two files: Parquet as a warehouse exports it, CSV as a
//! spreadsheet does.

use std::fs::{File, create_dir_all};
use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, BooleanArray, Date32Array, Decimal128Array, Int32Array, RecordBatch,
    StringArray, TimestampMillisecondArray,
};
use datafusion::arrow::csv::WriterBuilder;
use datafusion::error::Result;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::basic::{Compression, ZstdLevel};
use datafusion::parquet::file::properties::{EnabledStatistics, WriterProperties};

/// Columns in the making. Every column may hold NULLs: the files of all months need one schema, and a
/// CSV has no other.
pub struct Table<'a, Row> {
    rows: &'a [Row],
    columns: Vec<(&'static str, ArrayRef)>,
}

impl<'a, Row> Table<'a, Row> {
    pub fn of(rows: &'a [Row]) -> Self {
        Self {
            rows,
            columns: Vec::new(),
        }
    }

    pub fn text<T: Into<Option<&'a str>>>(
        self,
        name: &'static str,
        value: impl Fn(&'a Row) -> T,
    ) -> Self {
        let array = StringArray::from_iter(self.rows.iter().map(|row| value(row).into()));
        self.with(name, array)
    }

    pub fn integer<T: Into<Option<i32>>>(
        self,
        name: &'static str,
        value: impl Fn(&Row) -> T,
    ) -> Self {
        let array = Int32Array::from_iter(self.rows.iter().map(|row| value(row).into()));
        self.with(name, array)
    }

    pub fn flag<T: Into<Option<bool>>>(
        self,
        name: &'static str,
        value: impl Fn(&Row) -> T,
    ) -> Self {
        let array = BooleanArray::from_iter(self.rows.iter().map(|row| value(row).into()));
        self.with(name, array)
    }

    /// Days since 1970.
    pub fn date<T: Into<Option<i32>>>(self, name: &'static str, value: impl Fn(&Row) -> T) -> Self {
        let array = Date32Array::from_iter(self.rows.iter().map(|row| value(row).into()));
        self.with(name, array)
    }

    /// Seconds since 1970; Parquet counts milliseconds at least.
    pub fn time(self, name: &'static str, value: impl Fn(&Row) -> i64) -> Self {
        let millis = self.rows.iter().map(|row| value(row) * 1000);
        let array = TimestampMillisecondArray::from_iter_values(millis);
        self.with(name, array)
    }

    /// Cents, as a DECIMAL(precision, 2).
    pub fn money(self, name: &'static str, precision: u8, value: impl Fn(&Row) -> i64) -> Self {
        let cents = self.rows.iter().map(|row| i128::from(value(row)));
        let array = Decimal128Array::from_iter_values(cents).with_precision_and_scale(precision, 2);
        self.with(name, array.expect("a precision between 2 and 38"))
    }

    fn with(mut self, name: &'static str, array: impl Array + 'static) -> Self {
        self.columns.push((name, Arc::new(array)));
        self
    }

    pub fn finish(self) -> Result<RecordBatch> {
        let columns = self
            .columns
            .into_iter()
            .map(|(name, array)| (name, array, true));
        Ok(RecordBatch::try_from_iter_with_nullable(columns)?)
    }
}

/// Writes `dir/name.parquet` and `dir/csv/name.csv`.
pub fn write(dir: &Path, name: &str, table: &RecordBatch) -> Result<()> {
    write_parquet(create(&dir.join(format!("{name}.parquet")))?, table)?;
    write_csv(create(&dir.join("csv").join(format!("{name}.csv")))?, table)
}

fn create(path: &Path) -> Result<File> {
    create_dir_all(
        path.parent()
            .expect("a file of the sample data lies in a folder"),
    )?;
    Ok(File::create(path)?)
}

fn write_parquet(file: File, table: &RecordBatch) -> Result<()> {
    // A month is one page: an index of its pages would be larger than what it saves.
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(9)?))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_offset_index_disabled(true)
        .build();
    let mut writer = ArrowWriter::try_new(file, table.schema(), Some(properties))?;
    writer.write(table)?;
    writer.close()?;
    Ok(())
}

fn write_csv(file: File, table: &RecordBatch) -> Result<()> {
    // Seconds are all that the data has; NULL is an empty field.
    let time = "%Y-%m-%dT%H:%M:%S".to_string();
    let mut writer = WriterBuilder::new().with_timestamp_format(time).build(file);
    Ok(writer.write(table)?)
}
