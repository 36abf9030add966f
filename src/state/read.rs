//! A state that was read, to be finished.

use datafusion::arrow::array::ArrayRef;

use super::error::{StateError, arithmetic};
use super::format::parse;
use crate::define::Kpi;
use crate::fold::run::groups::Groups;
use crate::fold::value::parts::Parts;
use crate::statistics::Confidence;

/// A state that was read, to be finished.
#[derive(Debug)]
pub struct State {
    groups: Groups,
}

impl State {
    /// Reads a state.
    pub fn read(state: &[u8]) -> Result<State, StateError> {
        State::read_at(state, Confidence::default())
    }

    /// Reads a state whose parts are to have intervals that cover so much. A state knows nothing of that.
    pub fn read_at(state: &[u8], confidence: Confidence) -> Result<State, StateError> {
        let (call, columns) = parse(state)?;
        let call = call.with_confidence(confidence);
        let mut groups = Groups::new(call).map_err(arithmetic)?;
        groups.grow(1);
        groups.merge_to_finish(&columns).map_err(arithmetic)?;
        Ok(State { groups })
    }

    /// The KPI.
    pub fn kpi(&self) -> &'static Kpi {
        self.groups.call().kpi
    }

    /// The value, as an array of one row of the type that the KPI's function has.
    pub fn value(&mut self) -> Result<ArrayRef, StateError> {
        self.groups.values(1).map_err(arithmetic)
    }

    /// The parts.
    pub fn parts(&mut self) -> Result<Parts, StateError> {
        let parts = self.groups.parts(1).map_err(arithmetic)?;
        Ok(parts[0])
    }
}
