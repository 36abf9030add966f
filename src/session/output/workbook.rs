//! Workbooks of Excel: a sheet for each result, with numbers that are numbers and dates that are dates.
//!
//! Rows go to a temporary file as they come, so that a sheet of a million rows takes little memory.

use std::collections::HashMap;

use datafusion::arrow::datatypes::{DataType, SchemaRef};
use datafusion::arrow::record_batch::RecordBatch;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet};
use unicode_width::UnicodeWidthStr;

use super::about::About;
use super::cells::ShownCells;
use super::excel_dates;
use super::sheet_names;
use super::sink::Sink;
use super::written::{RowWriter, Written};
use crate::define::UnitFormat;

/// What Excel has room for; the first row is the header.
const ROWS: u32 = 1_048_576;
const COLUMNS: usize = 16_384;
const LONGEST_TEXT: usize = 32_767;

/// The digits that Excel keeps of a number.
const DIGITS: usize = 15;

/// Wider columns are tiresome to scroll over.
const WIDEST: usize = 60;

/// The sheets of all results.
pub(super) struct Book {
    workbook: Workbook,
    /// Files that have room for more, at the beginning of a sentence.
    larger: &'static str,
    names: Vec<String>,
}

impl Book {
    pub fn new(larger: &'static str) -> Self {
        let mut workbook = Workbook::new();
        // The same rows give the same bytes, whenever they are written.
        if let Ok(day) = ExcelDateTime::from_ymd(2000, 1, 1) {
            workbook.set_properties(&DocProperties::new().set_creation_datetime(&day));
        }
        Self {
            workbook,
            larger,
            names: vec![],
        }
    }

    /// Adds a sheet with the names of the columns.
    pub fn sheet(&mut self, schema: &SchemaRef, about: About) -> Written<ResultSheet<'_>> {
        let columns = schema.fields().len();
        if columns > COLUMNS {
            return Err(format!(
                "a sheet of a workbook has at most 16,384 columns, and this result has {columns}; \
                 {} has room for them, and a SELECT with fewer columns is easier to read",
                self.larger
            )
            .into());
        }
        let name = match about.name {
            Some(name) => name,
            None => sheet_names::without_one(self.names.len() + 1, &self.names),
        };
        let is_same = |other: &String| other.to_lowercase() == name.to_lowercase();
        if self.names.iter().any(is_same) {
            return Err(format!("there is a sheet {name} already").into());
        }
        let sheet = self.workbook.add_worksheet_with_constant_memory()?;
        sheet.set_name(&name)?;
        self.names.push(name);
        sheet.set_freeze_panes(1, 0)?;
        let bold = Format::new().set_bold();
        for (column, field) in (0..).zip(schema.fields()) {
            sheet.write_string_with_format(0, column, field.name(), &bold)?;
        }
        let fields = schema.fields().iter();
        Ok(ResultSheet {
            sheet,
            larger: self.larger,
            widths: fields.clone().map(|f| f.name().width()).collect(),
            kinds: fields
                .clone()
                .map(|f| KeptCell::of(f.data_type()))
                .collect(),
            names: fields.map(|f| f.name().clone()).collect(),
            formats: HashMap::new(),
            units: about.units,
            row: 0,
        })
    }

    pub fn save(&mut self, sink: &mut Sink) -> Written<()> {
        Ok(self.workbook.save_to_writer(sink)?)
    }
}

/// What becomes of the values of a type.
#[derive(Clone, Copy)]
enum KeptCell {
    Whole,
    Float,
    Decimal { scale: usize },
    Flag,
    Day,
    Time,
    Text,
}

impl KeptCell {
    fn of(data_type: &DataType) -> Self {
        match data_type {
            _ if data_type.is_integer() => KeptCell::Whole,
            _ if data_type.is_floating() => KeptCell::Float,
            DataType::Decimal32(_, scale)
            | DataType::Decimal64(_, scale)
            | DataType::Decimal128(_, scale)
            | DataType::Decimal256(_, scale) => KeptCell::Decimal {
                scale: usize::try_from(*scale).unwrap_or(0),
            },
            DataType::Boolean => KeptCell::Flag,
            DataType::Date32 | DataType::Date64 => KeptCell::Day,
            // Excel knows no zones: a time of a zone keeps it, as text.
            DataType::Timestamp(_, None) => KeptCell::Time,
            _ => KeptCell::Text,
        }
    }
}

/// A value as a cell has it.
enum CellValue {
    Number(f64, String),
    Flag(bool),
    Text,
}

pub(super) struct ResultSheet<'a> {
    sheet: &'a mut Worksheet,
    larger: &'static str,
    names: Vec<String>,
    widths: Vec<usize>,
    kinds: Vec<KeptCell>,
    formats: HashMap<String, Format>,
    units: Vec<Option<UnitFormat>>,
    row: u32,
}

impl ResultSheet<'_> {
    /// Writes a value, and says how wide it looks.
    fn put(&mut self, column: usize, value: &CellValue, shown: &str) -> Written<()> {
        let place = u16::try_from(column)?;
        match value {
            CellValue::Flag(flag) => {
                self.sheet.write_boolean(self.row, place, *flag)?;
            }
            CellValue::Number(number, pattern) => {
                let new = || Format::new().set_num_format(pattern);
                let format = self.formats.entry(pattern.clone()).or_insert_with(new);
                self.sheet
                    .write_number_with_format(self.row, place, *number, format)?;
            }
            CellValue::Text => {
                let length = shown.encode_utf16().count();
                if length > LONGEST_TEXT {
                    let (name, row, larger) = (&self.names[column], self.row, self.larger);
                    return Err(format!(
                        "a cell of a workbook has at most 32,767 letters, and {name} has {length} in row {row} of the result; \
                         left({name}, 32767) AS {name} cuts it, and {larger} has it whole"
                    )
                    .into());
                }
                self.sheet.write_string(self.row, place, shown)?;
            }
        }
        let lines = shown.split('\n').map(UnicodeWidthStr::width);
        let width = lines.max().unwrap_or(0);
        self.widths[column] = self.widths[column].max(width);
        Ok(())
    }
}

impl RowWriter for ResultSheet<'_> {
    fn write(&mut self, batch: &RecordBatch) -> Written<()> {
        let units = std::mem::take(&mut self.units);
        let cells = ShownCells::new(batch, &units)?;
        for row in 0..batch.num_rows() {
            self.row += 1;
            if self.row >= ROWS {
                return Err(format!(
                    "a sheet of a workbook has 1,048,576 rows, the one with the names included, and this result has more; \
                     {} has room for all of them, LIMIT 1048575 at the end of the query takes the first ones",
                    self.larger
                )
                .into());
            }
            for column in 0..batch.num_columns() {
                let Some(plain) = cells.plain(row, column)? else {
                    continue;
                };
                let unit = units.get(column).copied().flatten();
                let in_unit = cells.in_unit(column, &plain);
                let (value, shown) = match in_unit.zip(unit) {
                    Some((shown, unit)) => {
                        let number = plain.parse::<f64>().ok();
                        // Of a DECIMAL with more digits than Excel keeps, those that are shown are the text.
                        let number = number.filter(|n| unit.float(*n).as_ref() == Some(&shown));
                        let value = match number {
                            Some(number) => CellValue::Number(number, unit.pattern(shown.digits)),
                            None => CellValue::Text,
                        };
                        (value, shown.text)
                    }
                    None => (value(self.kinds[column], &plain), plain),
                };
                self.put(column, &value, &shown)?;
            }
        }
        drop(cells);
        self.units = units;
        Ok(())
    }

    fn finish(self: Box<Self>) -> Written<()> {
        for (column, width) in (0..).zip(&self.widths) {
            let width = u16::try_from((*width).clamp(6, WIDEST))?;
            self.sheet
                .set_column_width(column, f64::from(width) + 2.0)?;
        }
        Ok(())
    }
}

/// A value without a unit as a cell has it.
fn value(kept: KeptCell, plain: &str) -> CellValue {
    let digits = || {
        let significant = plain.trim_start_matches(['-', '0', '.']);
        significant.bytes().filter(u8::is_ascii_digit).count()
    };
    let number = |pattern: String| match plain.parse::<f64>() {
        Ok(number) if number.is_finite() => CellValue::Number(number, pattern),
        _ => CellValue::Text,
    };
    match kept {
        KeptCell::Whole if digits() <= DIGITS => number("0".to_string()),
        KeptCell::Decimal { scale: 0 } if digits() <= DIGITS => number("0".to_string()),
        KeptCell::Decimal { scale } if digits() <= DIGITS => {
            number(format!("0.{}", "0".repeat(scale)))
        }
        KeptCell::Float => number("General".to_string()),
        KeptCell::Flag => CellValue::Flag(plain == "true"),
        KeptCell::Day | KeptCell::Time => match excel_dates::of(plain) {
            Some((number, pattern)) => CellValue::Number(number, pattern.to_string()),
            None => CellValue::Text,
        },
        KeptCell::Whole | KeptCell::Decimal { .. } | KeptCell::Text => CellValue::Text,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::arrow::array::{ArrayRef, Int32Array};
    use datafusion::arrow::datatypes::{Field, Schema};

    use super::*;

    const LARGER: &str = "-o FILE.csv or FILE.parquet";

    fn numbers(count: i32) -> RecordBatch {
        let values: ArrayRef = Arc::new(Int32Array::from_iter_values(0..count));
        RecordBatch::try_from_iter([("n", values)]).expect("one column")
    }

    #[test]
    fn the_last_row_is_written_and_none_after_it() {
        let mut book = Book::new(LARGER);
        let batch = numbers(3);
        let schema = batch.schema();
        let mut sheet = book.sheet(&schema, About::default()).expect("a sheet");
        // So many are written.
        sheet.row = ROWS - 4;
        sheet.write(&batch).expect("there is room for three");
        let error = sheet.write(&numbers(1)).expect_err("the sheet is full");
        let said = error.to_string();
        assert!(
            said.contains("a sheet of a workbook has 1,048,576 rows"),
            "{said}"
        );
        assert!(
            said.contains("-o FILE.csv") && said.contains("LIMIT 1048575"),
            "{said}"
        );
    }

    #[test]
    fn a_sheet_has_so_many_columns() {
        let of = |columns: usize| {
            let fields = (0..columns).map(|n| Field::new(n.to_string(), DataType::Int32, true));
            let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
            let mut book = Book::new(LARGER);
            let added = book.sheet(&schema, About::default()).map(|_| ());
            added.map_err(|e| e.to_string())
        };
        assert_eq!(of(COLUMNS), Ok(()));
        let said = of(COLUMNS + 1).expect_err("one is too many");
        assert!(
            said.contains("at most 16,384 columns, and this result has 16385"),
            "{said}"
        );
    }

    #[test]
    fn sheets_without_a_name_have_numbers_that_are_free() {
        let mut book = Book::new(LARGER);
        let schema = numbers(1).schema();
        let about = |name: Option<&str>| About {
            name: name.map(String::from),
            units: vec![],
        };
        for name in [None, Some("result 3"), None] {
            book.sheet(&schema, about(name))
                .map(|_| ())
                .expect("a sheet");
        }
        assert_eq!(book.names, ["Result 1", "result 3", "Result 4"]);
        let twice = book.sheet(&schema, about(Some("RESULT 1"))).map(|_| ());
        assert!(twice.is_err());
    }
}
