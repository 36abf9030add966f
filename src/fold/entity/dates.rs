//! [`crate::define::Fold::DaysBetweenFirstAndLast`]: how long an entity has been around.

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::error::ArrowError;

use super::fold::{EntityFold, known_as};
use crate::fold::keys::arguments::{Encoders, encoder, encoder_mut};
use crate::fold::keys::encoder::Codes;
use crate::fold::keys::lists::{EntityLists, FlatLists};

/// The first and the last date of each entity; the first is after the last until one is seen.
#[derive(Debug)]
pub struct FirstAndLast {
    at: usize,
    dates: Vec<(u64, u64)>,
}

const NONE: (u64, u64) = (u64::MAX, 0);

impl FirstAndLast {
    pub fn new(at: usize) -> Self {
        FirstAndLast { at, dates: vec![] }
    }

    fn see(&mut self, entity: u32, first: u64, last: u64) {
        let dates = &mut self.dates[entity as usize];
        *dates = (dates.0.min(first), dates.1.max(last));
    }

    /// The codes of an entity's first and last date, if it has any.
    pub(in crate::fold) fn dates(&self, entity: u32) -> Option<(u64, u64)> {
        let dates = self.dates[entity as usize];
        (dates != NONE).then_some(dates)
    }
}

impl EntityFold for FirstAndLast {
    fn grow(&mut self, n: usize) {
        self.dates.resize(n, NONE);
    }

    fn update(
        &mut self,
        entities: &[u32],
        columns: &[Codes],
        _: &Encoders,
    ) -> Result<(), ArrowError> {
        let dates = &columns[self.at];
        for (row, entity) in entities.iter().enumerate() {
            if let Some(date) = dates.get(row) {
                self.see(*entity, date, date);
            }
        }
        Ok(())
    }

    fn has_amounts(&self) -> bool {
        false
    }

    fn update_amounts(&mut self, _: &[u32], _: &[ArrayRef]) -> Result<(), ArrowError> {
        Ok(())
    }

    fn keeps_items(&self) -> bool {
        false
    }

    fn outcome(&self, entity: u32) -> Option<i128> {
        let (first, last) = self.dates[entity as usize];
        Some(last.saturating_sub(first).into())
    }

    fn state_types(&self, encoders: &Encoders) -> Vec<(&'static str, DataType)> {
        let date = encoder(encoders, self.at).state_type();
        vec![("first", date.clone()), ("last", date)]
    }

    fn state(&self, lists: &EntityLists, encoders: &Encoders) -> Vec<ArrayRef> {
        let column = |date: fn(&(u64, u64)) -> u64| {
            let dates = lists.ids().map(|id| {
                let dates = &self.dates[id];
                (*dates != NONE).then(|| date(dates))
            });
            lists.list(encoder(encoders, self.at).decode_state(dates))
        };
        vec![column(|dates| dates.0), column(|dates| dates.1)]
    }

    fn merge(&mut self, merged: &FlatLists, encoders: &Encoders) -> Result<(), ArrowError> {
        let first = encoder_mut(encoders, self.at).encode_state(&merged.column(0)?)?;
        let last = encoder_mut(encoders, self.at).encode_state(&merged.column(1)?)?;
        for (row, entity) in merged.entities().iter().enumerate() {
            if let (Some(first), Some(last)) = (first.get(row), last.get(row)) {
                self.see(*entity, first, last);
            }
        }
        Ok(())
    }

    fn absorb(
        &mut self,
        other: &dyn EntityFold,
        pairs: &[(u32, u32)],
        _: &Encoders,
    ) -> Result<(), ArrowError> {
        let other: &Self = known_as(other)?;
        for (there, here) in pairs {
            // None are after all others and before them.
            let (first, last) = other.dates[*there as usize];
            self.see(*here, first, last);
        }
        Ok(())
    }

    fn size(&self) -> usize {
        self.dates.capacity() * size_of::<(u64, u64)>()
    }
}
