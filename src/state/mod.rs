//! States that leave a query: what is known of some rows, as bytes that are stored, merged with others
//! and finished later, here or on another machine.
//!
//! `docs/state-format.md` describes the bytes for people who read them elsewhere. A state is laid out as
//! the partial state of an audited call ([`crate::fold::run::groups::Groups::state`]), with every argument in the
//! widest type of its kind: states of INT and BIGINT customers are of one sort, and so are those of
//! all kinds of texts.
//!
//! - `header` says of which call a state is.
//! - `columns` writes and reads what was folded, `counts` refuses numbers that cannot be.
//! - [`Merged`] has the states of many groups, as they are merged.
//! - `bytes` takes numbers off a slice that may end too early.

mod bytes;
mod columns;
mod counts;
mod header;
mod merged;

pub use header::portable;
pub use merged::Merged;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::error::ArrowError;

use crate::define::Kpi;
use crate::fold::facts::call::{Answer, Call};
use crate::fold::run::groups::Groups;
use crate::fold::value::parts::Parts;
use bytes::Bytes;

/// What every state begins with.
const MAGIC: &[u8; 4] = b"KPIS";

/// The version of the format that is written, and the newest that is read.
const VERSION: u16 = 1;

/// How many bytes the checksum at the end takes.
const CHECKSUM: usize = size_of::<u32>();

/// The states of the first of some groups.
pub fn encode(groups: &mut Groups, first: usize) -> Result<Vec<Vec<u8>>, String> {
    let columns = groups.state(first).map_err(message)?;
    let start = start(&portable(groups.call())?);
    Ok((0..first)
        .map(|group| {
            let mut state = start.clone();
            for column in &columns {
                columns::write(&mut state, column, group);
            }
            let checksum = crc32fast::hash(&state);
            state.extend(checksum.to_le_bytes());
            state
        })
        .collect())
}

/// What the states of a call begin with: magic, version and header.
fn start(call: &Call) -> Vec<u8> {
    let mut start = MAGIC.to_vec();
    start.extend(VERSION.to_le_bytes());
    header::write(&mut start, call);
    start
}

/// A state that was read, to be finished.
#[derive(Debug)]
pub struct State {
    groups: Groups,
}

impl State {
    /// Reads a state.
    pub fn read(state: &[u8]) -> Result<State, String> {
        let (call, columns) = parse(state)?;
        let mut groups = Groups::new(call).map_err(message)?;
        groups.grow(1);
        groups.merge_to_finish(&columns).map_err(message)?;
        Ok(State { groups })
    }

    /// The KPI.
    pub fn kpi(&self) -> &'static Kpi {
        self.groups.call().kpi
    }

    /// The value, as an array of one row of the type that the KPI's function has.
    pub fn value(&mut self) -> Result<ArrayRef, String> {
        self.groups.values(1).map_err(message)
    }

    /// The parts.
    pub fn parts(&mut self) -> Result<Parts, String> {
        let parts = self.groups.parts(1).map_err(message)?;
        Ok(parts[0])
    }
}

/// The call of a state, and its columns. Nothing is believed before the checksum is right.
fn parse(state: &[u8]) -> Result<(Call, Vec<ArrayRef>), String> {
    if !state.starts_with(MAGIC) {
        return Err(format!(
            "not a KPI state: its {} bytes do not begin with KPIS. States come from functions such as {}",
            state.len(),
            crate::kpi::all()
                .next()
                .map(|kpi| kpi.forms[0].sample_call(&format!("{}_state", kpi.name)))
                .unwrap_or_default(),
        ));
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
        return Err(format!(
            "the state has format version {version}, and this version of kpi-sql reads {VERSION}: use a newer one"
        ));
    }
    let call = header::read(&mut bytes)?;
    let fields = Groups::new(call.clone()).and_then(|groups| groups.state_fields());
    let fields = fields.map_err(message)?;
    let columns = fields
        .iter()
        .map(|field| columns::read(&mut bytes, field.data_type()))
        .collect::<Result<Vec<_>, _>>()?;
    match bytes.left() {
        0 => {}
        left => return Err(damaged(&format!("{left} bytes are left over"))),
    }
    counts::check(&call, &fields, &columns)?;
    Ok((call, columns))
}

fn damaged(how: &str) -> String {
    format!("the state is damaged: {how}")
}

/// An error of the arithmetic without arrow's words for where it came up.
fn message(error: impl Into<ArrowError>) -> String {
    match error.into() {
        ArrowError::ComputeError(message) | ArrowError::InvalidArgumentError(message) => message,
        other => other.to_string(),
    }
}

/// A call whose states another call can merge.
fn audited(call: Call) -> Call {
    Call {
        answer: Answer::State,
        ..call
    }
}
