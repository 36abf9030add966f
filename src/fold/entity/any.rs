//! Folds that need at most one bit per entity.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::error::ArrowError;

use super::fold::{EntityFold, known_as};
use crate::fold::keys::arguments::Encoders;
use crate::fold::keys::encoder::Codes;
use crate::fold::keys::lists::{EntityLists, FlatLists};

/// [`crate::define::Fold::Exists`]: being in the table is all there is to know.
#[derive(Debug)]
pub struct ExistsFold;

impl EntityFold for ExistsFold {
    fn grow(&mut self, _: usize) {}

    fn update(&mut self, _: &[u32], _: &[Codes], _: &Encoders) -> Result<(), ArrowError> {
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

    fn outcome(&self, _: u32) -> Option<i128> {
        Some(1)
    }

    fn state_types(&self, _: &Encoders) -> Vec<(&'static str, DataType)> {
        vec![]
    }

    fn state(&self, _: &EntityLists, _: &Encoders) -> Vec<ArrayRef> {
        vec![]
    }

    fn merge(&mut self, _: &FlatLists, _: &Encoders) -> Result<(), ArrowError> {
        Ok(())
    }

    fn absorb(
        &mut self,
        _: &dyn EntityFold,
        _: &[(u32, u32)],
        _: &Encoders,
    ) -> Result<(), ArrowError> {
        Ok(())
    }

    fn size(&self) -> usize {
        0
    }
}

/// [`crate::define::Fold::Any`]: whether any row has the flag.
#[derive(Debug)]
pub struct Any {
    flag: usize,
    /// A byte each: a bitmap would be smaller, but its read-modify-write costs more than the cache misses it saves.
    holds: Vec<bool>,
}

impl Any {
    pub fn new(flag: usize) -> Self {
        Any {
            flag,
            holds: vec![],
        }
    }
}

impl EntityFold for Any {
    fn grow(&mut self, n: usize) {
        self.holds.resize(n, false);
    }

    fn update(
        &mut self,
        entities: &[u32],
        columns: &[Codes],
        _: &Encoders,
    ) -> Result<(), ArrowError> {
        let flags = &columns[self.flag];
        for (row, entity) in entities.iter().enumerate() {
            if flags.get(row) == Some(1) {
                self.holds[*entity as usize] = true;
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
        Some(self.holds[entity as usize].into())
    }

    fn state_types(&self, _: &Encoders) -> Vec<(&'static str, DataType)> {
        vec![("holds", DataType::Boolean)]
    }

    fn state(&self, lists: &EntityLists, _: &Encoders) -> Vec<ArrayRef> {
        let holds: Vec<bool> = lists.ids().map(|id| self.holds[id]).collect();
        vec![lists.list(Arc::new(BooleanArray::from(holds)))]
    }

    fn merge(&mut self, merged: &FlatLists, _: &Encoders) -> Result<(), ArrowError> {
        let holds = merged.column(0)?;
        let holds = holds.as_boolean();
        for (row, entity) in merged.entities().iter().enumerate() {
            if holds.is_valid(row) && holds.value(row) {
                self.holds[*entity as usize] = true;
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
            self.holds[*here as usize] |= other.holds[*there as usize];
        }
        Ok(())
    }

    fn size(&self) -> usize {
        self.holds.capacity()
    }
}
