//! The trait of a fold: what is kept of each entity, and how it changes.

use std::any::Any;
use std::fmt::Debug;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::error::ArrowError;

use super::cells::Cells;
use crate::fold::keys::arguments::Encoders;
use crate::fold::keys::encoder::Codes;
use crate::fold::keys::lists::{EntityLists, FlatLists};
use crate::fold::sum::money::Sums;

/// What one [`Fold`](crate::define::Fold) keeps for each entity, by the entity's id.
///
/// Every method takes a whole batch, so the call through the trait is paid once per batch and the
/// loops inside know their types. Only `outcome` is called per entity, where few are asked for.
pub(in crate::fold) trait EntityFold: Debug + Send + Sync + Any {
    /// Makes room for entities with ids below `n`.
    fn grow(&mut self, n: usize);

    /// Takes in rows: the entity of each, and the codes of each argument.
    fn update(
        &mut self,
        entities: &[u32],
        columns: &[Codes],
        encoders: &Encoders,
    ) -> Result<(), ArrowError>;

    /// Takes in the amounts of the rows of the last update, for folds that add them up.
    fn update_amounts(&mut self, _: &[u32], _: &[ArrayRef]) -> Result<(), ArrowError> {
        Ok(())
    }

    /// Whether it does so.
    fn has_amounts(&self) -> bool {
        false
    }

    /// Whether it keeps a list of an entity's items.
    fn keeps_items(&self) -> bool {
        false
    }

    /// The outcome of one entity so far; `None` if it has none.
    fn outcome(&self, entity: u32) -> Option<i128>;

    /// The outcomes of many entities. The loop stands inside the fold, where it knows its type and
    /// waits for the memory of many entities at a time.
    fn outcomes(&self, entities: &[u32]) -> Vec<Option<i128>> {
        entities.iter().map(|id| self.outcome(*id)).collect()
    }

    /// The codes of an entity's first and last date, for a fold that knows them.
    fn dates(&self, _: u32) -> Option<(u64, u64)> {
        None
    }

    /// The items of the entities, for a fold that keeps them all.
    fn items(&self) -> Option<&Cells> {
        None
    }

    /// One of the amounts of an entity, for a fold that adds them up by entity.
    fn amount(&self, _entity: u32, _position: usize) -> Option<f64> {
        None
    }

    /// Adds what an entity has outside its initial basket, for a fold that knows it.
    fn add_outside(&self, _: u32, _: &mut Sums, _: usize) -> Result<(), ArrowError> {
        Ok(())
    }

    /// Names and element types of the lists that make up a partial state, beside the list of entities.
    fn state_types(&self, encoders: &Encoders) -> Vec<(&'static str, DataType)>;

    /// What is known of some groups' entities: for each of the state types one list per group.
    fn state(&self, lists: &EntityLists, encoders: &Encoders) -> Vec<ArrayRef>;

    /// Takes in a partial state, whose entities have got the ids in `merged`.
    fn merge(&mut self, merged: &FlatLists, encoders: &Encoders) -> Result<(), ArrowError>;

    /// Takes in what another fold of this kind, of the same call, knows of entities: as if their rows had come here.
    /// Each pair is an entity there, and the one here that its rows belong to.
    fn absorb(
        &mut self,
        other: &dyn EntityFold,
        pairs: &[(u32, u32)],
        encoders: &Encoders,
    ) -> Result<(), ArrowError>;

    /// Bytes on the heap. Called once per batch.
    fn size(&self) -> usize;
}

/// The fold of another one's kind.
pub(in crate::fold) fn same_kind<F: EntityFold>(other: &dyn EntityFold) -> &F {
    let other: &dyn Any = other;
    other
        .downcast_ref()
        .expect("the folds of a call are of the same kinds")
}
