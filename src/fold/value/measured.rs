//! What the value of a finish is made of, by group: outcomes that were counted, or what was sought in each entity.

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::error::ArrowError;

use crate::define::{Counted, MadeOf, Sought};
use crate::fold::entity::entities::Entities;
use crate::fold::facts::call::Call;
use crate::fold::sum::tally::Tally;
use crate::fold::value::evidence::Divided;
use crate::fold::value::scan::Scanned;

/// By what the finish of a call asks for.
#[derive(Debug)]
pub(in crate::fold) enum Measured {
    Counted(Counted, Tally),
    /// With what it was, to seek it in more.
    Scanned(Sought, Scanned),
}

impl Measured {
    /// Nothing seen yet.
    pub fn new(call: &Call) -> Result<Self, ArrowError> {
        Ok(match call.form.finish.made_of() {
            MadeOf::Counted(finish) => Measured::Counted(finish, Tally::new(call, 0)),
            MadeOf::Sought(sought) => Measured::Scanned(sought, Scanned::new(call, sought)?),
        })
    }

    /// That of the entities of the first of some groups.
    pub fn of(
        call: &Call,
        entities: Entities,
        first: usize,
        groups: usize,
    ) -> Result<Self, ArrowError> {
        Ok(match call.form.finish.made_of() {
            MadeOf::Counted(finish) => {
                let mut tally = Tally::new(call, groups);
                entities.count_into(&mut tally);
                Measured::Counted(finish, tally)
            }
            MadeOf::Sought(sought) => {
                Measured::Scanned(sought, Scanned::of(call, sought, entities, first)?)
            }
        })
    }

    /// Adds other entities of the same groups.
    pub fn add(&mut self, call: &Call, entities: Entities, first: usize) -> Result<(), ArrowError> {
        match self {
            Measured::Counted(_, tally) => entities.count_into(tally),
            Measured::Scanned(sought, scanned) => {
                let more = Scanned::of(call, *sought, entities, first)?;
                let all: Vec<usize> = (0..first).collect();
                scanned.merge(&more.state(first), &all)?;
            }
        }
        Ok(())
    }

    /// To be looked at.
    pub fn found(&self) -> Divided<'_> {
        match self {
            Measured::Counted(finish, tally) => Divided::Counted(*finish, tally),
            Measured::Scanned(_, scanned) => Divided::Scanned(scanned),
        }
    }

    /// Makes room for more groups.
    pub fn grow(&mut self, groups: usize) {
        match self {
            Measured::Counted(_, tally) => tally.grow(groups),
            Measured::Scanned(_, scanned) => scanned.grow(groups),
        }
    }

    /// Names and types of [`Divided::state`].
    pub fn state_types(&self) -> Result<Vec<(&'static str, DataType)>, ArrowError> {
        match self {
            Measured::Counted(_, tally) => Ok(tally.state_types()),
            Measured::Scanned(_, scanned) => scanned.state_types(),
        }
    }

    /// Adds the rows of a state, each of one group. Gives how many columns were read.
    pub fn merge(&mut self, state: &[ArrayRef], groups: &[usize]) -> Result<usize, ArrowError> {
        match self {
            Measured::Counted(_, tally) => Ok(tally.merge(state, groups)),
            Measured::Scanned(_, scanned) => scanned.merge(state, groups),
        }
    }

    /// Bytes on the heap.
    pub fn size(&self) -> usize {
        match self {
            Measured::Counted(_, tally) => tally.size(),
            Measured::Scanned(_, scanned) => scanned.size(),
        }
    }
}
