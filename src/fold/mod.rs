//! The arithmetic: how rows become outcomes, and outcomes a value. Arrow arrays come in and go out;
//! nothing here knows DataFusion, or a KPI by name.
//!
//! - [`groups`] runs one form of one KPI over batches of rows: the state behind a GROUP BY.
//! - [`frame`] does the same for a sliding window, whose rows leave again.
//! - `words`, `interner` and `table` turn columns of any type into small dense numbers.
//! - `any`, `distinct`, `basket` and `upgrade` are the folds of [`Fold`], `rows` those of
//!   [`crate::define::RowFold`].
//! - `tally`, `money` and `floats` add up, `lists` lays partial states out.

mod any;
mod basket;
mod cells;
mod distinct;
mod floats;
pub mod frame;
pub mod groups;
mod interner;
mod lists;
pub mod money;
mod rows;
mod table;
mod tally;
mod upgrade;
mod words;

use std::fmt::Debug;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::error::ArrowError;

use crate::define::{Count, Fold};
use lists::{EntityLists, FlatLists};
use words::{Encoder, Words};

/// The encoders of a form's arguments; `None` for those that are not turned into words.
type Encoders = [Option<Encoder>];

/// The encoder of an argument that a fold reads.
fn encoder(encoders: &Encoders, argument: usize) -> &Encoder {
    encoders[argument]
        .as_ref()
        .expect("a fold's arguments are encoded")
}

/// The same, to encode a partial state with.
fn encoder_mut(encoders: &mut Encoders, argument: usize) -> &mut Encoder {
    encoders[argument]
        .as_mut()
        .expect("a fold's arguments are encoded")
}

/// What one [`Fold`] keeps for each entity, by the entity's dense id.
///
/// Every method takes a whole batch, so the call through the trait is paid once per batch and the
/// loops inside know their types. Only `outcome` is called per entity.
trait EntityFold: Debug + Send + Sync {
    /// Makes room for entities with ids below `n`.
    fn grow(&mut self, n: usize);

    /// Takes in rows: the entity of each, and the words of each argument.
    fn update(
        &mut self,
        entities: &[u32],
        columns: &[Words],
        encoders: &Encoders,
    ) -> Result<(), ArrowError>;

    /// The outcome of one entity so far; `None` if it has none.
    fn outcome(&self, entity: u32) -> Option<i128>;

    /// Names and element types of the lists that make up a partial state, beside the list of entities.
    fn state_types(&self, encoders: &Encoders) -> Vec<(&'static str, DataType)>;

    /// What is known of some groups' entities: for each of the state types one list per group.
    fn state(&self, lists: &EntityLists, encoders: &Encoders) -> Vec<ArrayRef>;

    /// Takes in a partial state, whose entities have got the ids in `merged`.
    fn merge(&mut self, merged: &FlatLists, encoders: &mut Encoders) -> Result<(), ArrowError>;

    /// Bytes on the heap. Called once per batch.
    fn size(&self) -> usize;
}

/// An empty state of a fold. `at_least` is the value of the call's [`Count::Argument`], if it has one.
fn start(fold: &Fold, at_least: Option<u32>) -> Box<dyn EntityFold> {
    match *fold {
        Fold::Exists => Box::new(any::Exists),
        Fold::Any(flag) => Box::new(any::Any::new(flag)),
        // Two is the common case, and needs one number per entity instead of a set. The caller's count
        // is not looked at here: a partial state must have the same layout whatever it is.
        Fold::DistinctAtLeast {
            item,
            count: Count::Fixed(2),
        } => Box::new(distinct::Several::new(item)),
        Fold::DistinctAtLeast {
            item,
            count: Count::Fixed(count),
        } => Box::new(distinct::AtLeast::new(item, count)),
        Fold::DistinctAtLeast {
            item,
            count: Count::Argument(_),
        } => {
            let count = at_least.expect("the call was checked to have a count");
            Box::new(distinct::AtLeast::new(item, count))
        }
        Fold::TimeToOutsideBasket { item, at } => {
            Box::new(basket::TimeToOutsideBasket::new(item, at))
        }
        Fold::Upgrade { line, tier, at } => Box::new(upgrade::Upgrade::new(line, tier, at)),
    }
}
