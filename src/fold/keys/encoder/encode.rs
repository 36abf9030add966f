//! The encoder of one argument.

use std::cmp::Ordering;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, LargeBinaryBuilder, UInt64Array};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::*;
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::row::{RowConverter, SortField};

use super::codes::Codes;
use super::fixed::{fixed_codes, fixed_values, unexpected};
use super::ids::CodeInterner;
use super::texts::TextInterner;
use super::wide::{turned, wide_values};
use crate::fold::facts::call::plain_type;
use crate::fold::keys::interner::BytesInterner;

/// Turns the arrays of one argument into codes, and codes into the arrays of a partial state.
#[derive(Debug)]
pub struct Encoder {
    /// What is cast to before anything else: times to dates, where only these count.
    cast_to: Option<DataType>,
    /// The type of the values, behind any dictionary.
    data_type: DataType,
    class: Class,
}

/// How a type becomes codes, with what is kept for it.
#[derive(Debug)]
enum Class {
    /// Up to eight bytes: the code is the value.
    Fixed,
    /// The same as dense ids.
    Dense(CodeInterner),
    /// Text and bytes, compared byte by byte.
    Texts(Box<TextInterner>),
    /// Decimals of 16 and 32 bytes: the highest byte first and its sign turned, so that they order like
    /// the values.
    Wide(BytesInterner),
    /// Everything else, as the bytes of arrow's row format, which order like the values.
    RowFormat(Box<RowConverter>, BytesInterner),
}

impl Encoder {
    /// An encoder whose codes can be compared with [`Encoder::compare`].
    pub fn ordered(data_type: &DataType) -> Result<Self, ArrowError> {
        Ok(Encoder {
            cast_to: None,
            data_type: plain_type(data_type).clone(),
            class: Class::of(data_type)?,
        })
    }

    /// An encoder whose codes are dense ids that fit in 32 bits.
    pub fn dense(data_type: &DataType) -> Result<Self, ArrowError> {
        let mut encoder = Encoder::ordered(data_type)?;
        if let Class::Fixed = encoder.class {
            encoder.class = Class::Dense(CodeInterner::default());
        }
        Ok(encoder)
    }

    /// An encoder of times of which only the date counts: in the time zone of the type, if it has one.
    pub fn dates() -> Result<Self, ArrowError> {
        Ok(Encoder {
            cast_to: Some(DataType::Date32),
            ..Encoder::ordered(&DataType::Date32)?
        })
    }

    /// Whether another encoder makes the same of the same arrays.
    pub fn is_like(&self, other: &Encoder) -> bool {
        self.cast_to == other.cast_to
            && self.data_type == other.data_type
            && std::mem::discriminant(&self.class) == std::mem::discriminant(&other.class)
    }

    /// Whether codes stand for values that are kept here.
    pub fn is_interned(&self) -> bool {
        !matches!(self.class, Class::Fixed)
    }

    /// The codes of an argument's array.
    pub fn encode(&mut self, array: &ArrayRef) -> Result<Codes, ArrowError> {
        let cast_array;
        let array = match &self.cast_to {
            Some(data_type) if data_type != array.data_type() => {
                cast_array = cast(array, data_type)?;
                &cast_array
            }
            _ => array,
        };
        match array.data_type() {
            DataType::Null => Ok(Codes {
                values: vec![0; array.len()],
                nulls: Some(NullBuffer::new_null(array.len())),
            }),
            DataType::Dictionary(_, value_type) => self.encode_dictionary(array, value_type),
            DataType::RunEndEncoded(_, values) => self.encode(&cast(array, values.data_type())?),
            _ => self.encode_plain(array),
        }
    }

    /// A dictionary's values are encoded once, unless there are more of them than rows.
    fn encode_dictionary(
        &mut self,
        array: &ArrayRef,
        value_type: &DataType,
    ) -> Result<Codes, ArrowError> {
        let dictionary = array.as_any_dictionary();
        if dictionary.values().len() > array.len() {
            return self.encode(&cast(array, value_type)?);
        }
        let codes = self.encode(dictionary.values())?;
        if codes.values.is_empty() {
            return Ok(Codes {
                values: vec![0; array.len()],
                nulls: Some(NullBuffer::new_null(array.len())),
            });
        }
        Ok(Codes {
            values: dictionary
                .normalized_keys()
                .into_iter()
                .map(|key| codes.values[key])
                .collect(),
            nulls: array.logical_nulls(),
        })
    }

    fn encode_plain(&mut self, array: &ArrayRef) -> Result<Codes, ArrowError> {
        let nulls = array.nulls().filter(|n| n.null_count() > 0).cloned();
        let values = match &mut self.class {
            Class::Fixed => fixed_codes(array)?,
            Class::Dense(interner) => interner.intern_all(fixed_codes(array)?, nulls.as_ref())?,
            Class::Texts(interner) => match array.data_type() {
                DataType::Utf8 => interner.intern_all(bytes_of(array.as_string::<i32>().iter()))?,
                DataType::LargeUtf8 => {
                    interner.intern_all(bytes_of(array.as_string::<i64>().iter()))?
                }
                DataType::Utf8View => interner.intern_views(array.as_string_view())?,
                DataType::Binary => interner.intern_all(array.as_binary::<i32>().iter())?,
                DataType::LargeBinary => interner.intern_all(array.as_binary::<i64>().iter())?,
                DataType::BinaryView => interner.intern_views(array.as_binary_view())?,
                DataType::FixedSizeBinary(_) => {
                    interner.intern_all(array.as_fixed_size_binary().iter())?
                }
                other => return Err(unexpected(other)),
            },
            Class::Wide(interner) => match array.data_type() {
                DataType::Decimal128(_, _) => {
                    let values = array.as_primitive::<Decimal128Type>().iter();
                    interner.intern_all(values.map(|v| v.map(|v| turned(v.to_be_bytes()))))?
                }
                DataType::Decimal256(_, _) => {
                    let values = array.as_primitive::<Decimal256Type>().iter();
                    interner.intern_all(values.map(|v| v.map(|v| turned(v.to_be_bytes()))))?
                }
                other => return Err(unexpected(other)),
            },
            Class::RowFormat(converter, interner) => {
                let rows = converter.convert_columns(std::slice::from_ref(array))?;
                interner.intern_all(rows.iter().map(Some))?
            }
        };
        Ok(Codes { values, nulls })
    }

    /// The order of the values behind two codes of an [`Encoder::ordered`].
    #[inline]
    pub fn compare(&self, left: u64, right: u64) -> Ordering {
        match &self.class {
            Class::Fixed => left.cmp(&right),
            Class::Dense(interner) => {
                interner.codes[left as usize].cmp(&interner.codes[right as usize])
            }
            Class::Texts(interner) => {
                let (mut of_left, mut of_right) = (vec![], vec![]);
                interner.read(left as u32, &mut of_left);
                interner.read(right as u32, &mut of_right);
                of_left.cmp(&of_right)
            }
            Class::Wide(interner) | Class::RowFormat(_, interner) => {
                interner.get(left as u32).cmp(interner.get(right as u32))
            }
        }
    }

    /// The values behind codes.
    pub fn decode(
        &self,
        codes: impl ExactSizeIterator<Item = u64>,
    ) -> Result<ArrayRef, ArrowError> {
        match &self.class {
            Class::Dense(interner) => {
                fixed_values(codes.map(|id| interner.codes[id as usize]), &self.data_type)
            }
            Class::Fixed => fixed_values(codes, &self.data_type),
            Class::RowFormat(converter, interner) => {
                let parser = converter.parser();
                let rows = codes.map(|id| parser.parse(interner.get(id as u32)));
                let columns = converter.convert_rows(rows)?;
                Ok(columns.into_iter().next().expect("rows of one column"))
            }
            Class::Wide(interner) => {
                let values = codes.map(|id| interner.get(id as u32));
                wide_values(values, &self.data_type)
            }
            Class::Texts(interner) => {
                let bytes = texts_of(interner, codes.map(Some));
                cast(&bytes, &self.data_type)
            }
        }
    }

    /// The type that this argument has in a partial state.
    pub fn state_type(&self) -> DataType {
        match self.class {
            Class::Fixed | Class::Dense(_) => DataType::UInt64,
            Class::Texts(_) | Class::Wide(_) | Class::RowFormat(..) => DataType::LargeBinary,
        }
    }

    /// Codes as an array of the state type, which means the same to every encoder of this type.
    pub fn decode_state(&self, codes: impl ExactSizeIterator<Item = Option<u64>>) -> ArrayRef {
        match &self.class {
            Class::Fixed => Arc::new(UInt64Array::from_iter(codes)),
            Class::Dense(interner) => Arc::new(UInt64Array::from_iter(
                codes.map(|id| id.map(|id| interner.codes[id as usize])),
            )),
            Class::Texts(interner) => texts_of(interner, codes),
            Class::Wide(interner) | Class::RowFormat(_, interner) => {
                let mut builder = LargeBinaryBuilder::with_capacity(codes.len(), 0);
                for id in codes {
                    builder.append_option(id.map(|id| interner.get(id as u32)));
                }
                Arc::new(builder.finish())
            }
        }
    }

    /// The codes of an array that [`Encoder::decode_state`] made, here or elsewhere.
    pub fn encode_state(&mut self, array: &ArrayRef) -> Result<Codes, ArrowError> {
        let nulls = array.nulls().filter(|n| n.null_count() > 0).cloned();
        let values = match &mut self.class {
            Class::Fixed => array.as_primitive::<UInt64Type>().values().to_vec(),
            Class::Dense(interner) => {
                let codes = array.as_primitive::<UInt64Type>().values().to_vec();
                interner.intern_all(codes, nulls.as_ref())?
            }
            Class::Texts(interner) => interner.intern_all(array.as_binary::<i64>().iter())?,
            Class::Wide(interner) | Class::RowFormat(_, interner) => {
                interner.intern_all(array.as_binary::<i64>().iter())?
            }
        };
        Ok(Codes { values, nulls })
    }

    /// The same of values that are known to differ from all before them, and are not looked for afterwards.
    pub fn append_state(&mut self, array: &ArrayRef) -> Result<Codes, ArrowError> {
        match &mut self.class {
            Class::Texts(interner) => Ok(Codes {
                values: interner.append_all(array.as_binary::<i64>().iter())?,
                nulls: None,
            }),
            _ => self.encode_state(array),
        }
    }

    /// Bytes on the heap.
    pub fn size(&self) -> usize {
        match &self.class {
            Class::Fixed => 0,
            Class::Dense(interner) => interner.size(),
            Class::Texts(interner) => interner.size(),
            Class::Wide(interner) => interner.size(),
            Class::RowFormat(converter, interner) => converter.size() + interner.size(),
        }
    }
}

impl Class {
    fn of(data_type: &DataType) -> Result<Self, ArrowError> {
        Ok(match data_type {
            DataType::Dictionary(_, values) => Class::of(values)?,
            DataType::RunEndEncoded(_, values) => Class::of(values.data_type())?,
            DataType::Null
            | DataType::Boolean
            | DataType::Date32
            | DataType::Date64
            | DataType::Time32(_)
            | DataType::Time64(_)
            | DataType::Timestamp(_, _)
            | DataType::Duration(_)
            | DataType::Decimal32(_, _)
            | DataType::Decimal64(_, _) => Class::Fixed,
            number if number.is_integer() || number.is_floating() => Class::Fixed,
            DataType::Utf8
            | DataType::LargeUtf8
            | DataType::Utf8View
            | DataType::Binary
            | DataType::LargeBinary
            | DataType::BinaryView
            | DataType::FixedSizeBinary(_) => Class::Texts(Box::default()),
            DataType::Decimal128(_, _) | DataType::Decimal256(_, _) => {
                Class::Wide(BytesInterner::default())
            }
            other => {
                let converter = RowConverter::new(vec![SortField::new(other.clone())])?;
                Class::RowFormat(Box::new(converter), BytesInterner::default())
            }
        })
    }
}

/// The texts of ids.
fn texts_of(interner: &TextInterner, ids: impl ExactSizeIterator<Item = Option<u64>>) -> ArrayRef {
    let mut builder = LargeBinaryBuilder::with_capacity(ids.len(), 0);
    let mut text = vec![];
    for id in ids {
        match id {
            Some(id) => {
                interner.read(id as u32, &mut text);
                builder.append_value(&text);
            }
            None => builder.append_null(),
        }
    }
    Arc::new(builder.finish())
}

fn bytes_of<'a>(
    texts: impl Iterator<Item = Option<&'a str>>,
) -> impl Iterator<Item = Option<&'a [u8]>> {
    texts.map(|text| text.map(str::as_bytes))
}
