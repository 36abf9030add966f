//! The trait of a fold: what is kept of each entity, and how it changes.

use std::any::Any;
use std::fmt::Debug;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::error::ArrowError;

use crate::fold::keys::arguments::Encoders;
use crate::fold::keys::encoder::Codes;
use crate::fold::keys::lists::{EntityLists, FlatLists};

/// What one [`Fold`](crate::define::Fold) keeps for each entity, by the entity's id.
///
/// Every method takes a whole batch, so the call through the trait is paid once per batch and the
/// loops inside know their types. Only `outcome` is called per entity, where few are asked for.
///
/// No fold is silent about a question because it forgot to answer it: what all are asked, each of them answers, and what one of them
/// alone knows, such as dates or sums, is asked of its own type; see [`known_as`].
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

    /// Whether it adds up amounts of the rows, beside their codes.
    fn has_amounts(&self) -> bool;

    /// Takes in the amounts of the rows of the last update, if it adds them up.
    fn update_amounts(&mut self, entities: &[u32], args: &[ArrayRef]) -> Result<(), ArrowError>;

    /// Whether it keeps a list of an entity's items.
    fn keeps_items(&self) -> bool;

    /// The outcome of one entity so far; `None` if it has none.
    fn outcome(&self, entity: u32) -> Option<i128>;

    /// The outcomes of many entities. The loop stands inside the fold, where it knows its type and
    /// waits for the memory of many entities at a time.
    fn outcomes(&self, entities: &[u32]) -> Vec<Option<i128>> {
        entities.iter().map(|id| self.outcome(*id)).collect()
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

/// A fold as what it is, to be asked what it alone knows. That a form has it there is said by its declaration, with its
/// [`Finish`](crate::define::Finish).
pub(in crate::fold) fn known_as<F: EntityFold>(fold: &dyn EntityFold) -> Result<&F, ArrowError> {
    let any: &dyn Any = fold;
    any.downcast_ref().ok_or_else(|| {
        ArrowError::InvalidArgumentError(format!(
            "the form declares a fold that does not know what its finish asks for, {}: {fold:?}",
            std::any::type_name::<F>()
        ))
    })
}
