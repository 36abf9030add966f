//! A state as bytes, and back: magic, version, header, columns, checksum.

use datafusion::arrow::array::ArrayRef;

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

/// The states of the first of some groups.
pub fn encode(groups: &mut Groups, first: usize) -> Result<Vec<Vec<u8>>, StateError> {
    let columns = groups.state(first).map_err(arithmetic)?;
    let start = start(&portable(groups.call())?);
    (0..first)
        .map(|group| {
            let mut state = start.clone();
            for column in &columns {
                columns::write(&mut state, column, group)?;
            }
            let checksum = crc32fast::hash(&state);
            state.extend(checksum.to_le_bytes());
            Ok(state)
        })
        .collect()
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
