//! Columns of bytes that are text, as Impala, old Hive and old Spark write it: Parquet and Arrow have a mark for text, and
//! these do without it. Nested columns may have them, too.

use std::sync::Arc;

use crate::tables::storage::FilePath;
use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Fields, Schema, SchemaRef};

/// Rows that tell whether bytes are text.
pub(in crate::tables) const ROWS_OF_TEXT: usize = 1_000;

/// The columns as they will be read: those of bytes as text, if that is said.
pub(in crate::tables) fn as_read(schema: SchemaRef, bytes_are_text: bool) -> SchemaRef {
    if !bytes_are_text {
        return schema;
    }
    let fields = schema.fields().iter().map(as_text);
    Arc::new(Schema::new_with_metadata(
        fields.collect::<Fields>(),
        schema.metadata().clone(),
    ))
}

fn as_text(field: &FieldRef) -> FieldRef {
    use DataType::{
        Binary, BinaryView, Dictionary, FixedSizeList, LargeBinary, LargeList, LargeUtf8, List,
        Map, Struct, Utf8, Utf8View,
    };
    let of = |field: &FieldRef| as_text(field);
    let data_type = match field.data_type() {
        Binary => Utf8,
        LargeBinary => LargeUtf8,
        BinaryView => Utf8View,
        List(item) => List(of(item)),
        LargeList(item) => LargeList(of(item)),
        FixedSizeList(item, n) => FixedSizeList(of(item), *n),
        Struct(fields) => Struct(fields.iter().map(of).collect()),
        Map(entries, sorted) => Map(of(entries), *sorted),
        Dictionary(keys, values) => {
            let values = as_text(&Arc::new(Field::new("", values.as_ref().clone(), true)));
            Dictionary(keys.clone(), Box::new(values.data_type().clone()))
        }
        _ => return Arc::clone(field),
    };
    Arc::new(field.as_ref().clone().with_data_type(data_type))
}

/// The columns that have bytes in them, at any depth.
pub(in crate::tables) fn columns(schema: &Schema) -> Vec<usize> {
    let fields = schema.fields().iter().enumerate();
    let of_bytes = fields.filter(|(_, field)| as_text(field).data_type() != field.data_type());
    of_bytes.map(|(i, _)| i).collect()
}

/// What the first rows of such columns have.
pub(in crate::tables) struct BytesRead {
    columns: Vec<usize>,
    rows: usize,
    filled: Vec<bool>,
    text: Vec<bool>,
}

impl BytesRead {
    pub fn new(columns: Vec<usize>) -> Self {
        Self {
            rows: 0,
            filled: vec![false; columns.len()],
            text: vec![true; columns.len()],
            columns,
        }
    }

    /// Looks at the next rows of these columns; false if no more are needed.
    pub fn add(&mut self, arrays: &[ArrayRef]) -> bool {
        for (i, array) in arrays.iter().enumerate() {
            let rows = array.len().min(ROWS_OF_TEXT - self.rows);
            self.look(i, &array.slice(0, rows));
        }
        self.rows += arrays
            .first()
            .map_or(0, |array| array.len())
            .min(ROWS_OF_TEXT - self.rows);
        self.rows < ROWS_OF_TEXT
    }

    fn look(&mut self, column: usize, array: &ArrayRef) {
        match array.data_type() {
            DataType::Binary | DataType::LargeBinary | DataType::BinaryView => {
                // A cast to views of bytes cannot fail.
                let Ok(bytes) = cast(array, &DataType::BinaryView) else {
                    return;
                };
                for value in bytes.as_binary_view().iter().flatten() {
                    self.filled[column] = true;
                    self.text[column] &= is_text(value);
                }
            }
            DataType::Struct(_) => {
                let fields = array.as_struct().columns().to_vec();
                fields.iter().for_each(|field| self.look(column, field));
            }
            DataType::List(_) => self.look(column, &items(array.as_list::<i32>())),
            DataType::LargeList(_) => self.look(column, &items(array.as_list::<i64>())),
            DataType::FixedSizeList(_, _) => self.look(column, array.as_fixed_size_list().values()),
            DataType::Map(_, _) => {
                let map = array.as_map();
                self.look(column, &(Arc::clone(map.keys())));
                self.look(column, &(Arc::clone(map.values())));
            }
            DataType::Dictionary(_, _) => {
                let values = Arc::clone(array.as_any_dictionary().values());
                self.look(column, &values);
            }
            _ => {}
        }
    }

    /// What is said, if all bytes of a column are text. `instead` reads them as such.
    pub fn note(&self, file: &FilePath, schema: &Schema, instead: &str) -> Option<String> {
        let columns = self.columns.iter().enumerate();
        let names: Vec<&str> = columns
            .filter(|(i, _)| self.filled[*i] && self.text[*i])
            .map(|(_, place)| schema.field(*place).name().as_str())
            .collect();
        (!names.is_empty()).then(|| {
            format!(
                "{} has text that is not marked as text in {}, which is read as bytes; {instead} reads it as text",
                file.display(),
                match names.len() {
                    1 => format!("column {}", names[0]),
                    _ => format!("columns {}", names.join(", ")),
                }
            )
        })
    }
}

/// The items of the rows that there are.
fn items<O: datafusion::arrow::array::OffsetSizeTrait>(
    list: &datafusion::arrow::array::GenericListArray<O>,
) -> ArrayRef {
    let offsets = list.value_offsets();
    match (offsets.first(), offsets.last()) {
        (Some(first), Some(last)) => {
            let first = first.as_usize();
            list.values().slice(first, last.as_usize() - first)
        }
        _ => Arc::clone(list.values()),
    }
}

fn is_text(value: &[u8]) -> bool {
    let is_printed = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
    std::str::from_utf8(value).is_ok_and(|text| text.chars().all(is_printed))
}
