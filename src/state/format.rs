//! A state as bytes, and back: magic, version, header, columns, checksum.

use std::ops::Range;

use datafusion::arrow::array::{Array, ArrayRef, BinaryArray};
use datafusion::arrow::buffer::OffsetBuffer;

use super::bytes::Bytes;
use super::error::{StateError, arithmetic, damaged};
use super::header::portable;
use super::{columns, counts, header};
use crate::fold::facts::call::Call;
use crate::fold::run::groups::Groups;

/// What every state begins with.
const MAGIC: &[u8; 4] = b"KPIS";

/// The version of the format that is written, and the newest that is read.
const VERSION: u16 = 1;

/// How many bytes the checksum at the end takes.
const CHECKSUM: usize = size_of::<u32>();

/// What was folded of some groups, to be written as bytes a few groups at a time: all of them at once take as much
/// memory again.
#[derive(Debug)]
pub struct Unwritten {
    start: Vec<u8>,
    columns: Vec<ArrayRef>,
}

impl Unwritten {
    /// The first of some groups.
    pub fn of(groups: &mut Groups, first: usize) -> Result<Self, StateError> {
        Ok(Unwritten {
            columns: groups.state(first).map_err(arithmetic)?,
            start: start(&portable(groups.call())?),
        })
    }

    /// Appends the state of a group.
    fn write(&self, group: usize, out: &mut Vec<u8>) -> Result<(), StateError> {
        let begin = out.len();
        out.extend(&self.start);
        for column in &self.columns {
            columns::write(out, column, group)?;
        }
        let checksum = crc32fast::hash(&out[begin..]);
        out.extend(checksum.to_le_bytes());
        Ok(())
    }

    /// The state of a group.
    pub fn state(&self, group: usize) -> Result<Vec<u8>, StateError> {
        let mut state = vec![];
        self.write(group, &mut state)?;
        Ok(state)
    }

    /// The states of some groups; `None` if they are more than 2 GB.
    pub fn array(&self, groups: Range<usize>) -> Result<Option<BinaryArray>, StateError> {
        let mut values = vec![];
        let mut ends = vec![0_i32];
        for group in groups {
            self.write(group, &mut values)?;
            let Ok(end) = i32::try_from(values.len()) else {
                return Ok(None);
            };
            ends.push(end);
        }
        let ends = OffsetBuffer::new(ends.into());
        Ok(Some(BinaryArray::new(ends, values.into(), None)))
    }

    /// Bytes on the heap.
    pub fn size(&self) -> usize {
        let columns = self.columns.iter();
        let columns: usize = columns.map(|column| column.get_array_memory_size()).sum();
        self.start.capacity() + columns
    }
}

/// What the states of a call begin with: magic, version and header.
pub fn start(call: &Call) -> Vec<u8> {
    let mut start = MAGIC.to_vec();
    start.extend(VERSION.to_le_bytes());
    header::write(&mut start, call);
    start
}

/// The call of a state, and its columns. Nothing is believed before the checksum is right.
pub fn parse(state: &[u8]) -> Result<(Call, Vec<ArrayRef>), StateError> {
    if !state.starts_with(MAGIC) {
        return Err(StateError::NotAState { bytes: state.len() });
    }
    let (body, checksum) = state
        .split_last_chunk::<CHECKSUM>()
        .filter(|(body, _)| body.len() >= MAGIC.len())
        .ok_or_else(|| damaged("it ends too early"))?;
    if crc32fast::hash(body) != u32::from_le_bytes(*checksum) {
        return Err(damaged("its checksum is wrong"));
    }
    let mut bytes = Bytes::new(&body[MAGIC.len()..]);
    let version = u16::from_le_bytes(bytes.array()?);
    if version != VERSION {
        return Err(StateError::Version {
            found: version,
            read: VERSION,
        });
    }
    let call = header::read(&mut bytes)?;
    let fields = Groups::new(call.clone()).and_then(|groups| groups.state_fields());
    let fields = fields.map_err(arithmetic)?;
    let columns = fields
        .iter()
        .map(|field| columns::read(&mut bytes, field.data_type()))
        .collect::<Result<Vec<_>, _>>()?;
    match bytes.left() {
        0 => {}
        left => return Err(damaged(format!("{left} bytes are left over"))),
    }
    counts::check(&call, &fields, &columns)?;
    Ok((call, columns))
}
