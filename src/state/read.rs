//! A state that was read, to be finished.

use datafusion::arrow::array::ArrayRef;

use super::format::parse;
use super::refusal::message;
use crate::define::Kpi;
use crate::fold::run::groups::Groups;
use crate::fold::value::parts::Parts;

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
