//! The arithmetic: how rows become outcomes, and outcomes a value. Arrow arrays come in and go out;
//! nothing here knows DataFusion, or a KPI by name.
//!
//! - [`call`] holds what is known of a call before its rows, and finishes its values.
//! - [`groups`] runs one form of one KPI over batches of rows: the state behind a GROUP BY. `seat` is one of several calls
//!   that share it, `masks` says which rows count; `partial` and `summaries` are what goes on to others.
//! - [`frame`] does the same for a sliding window, whose rows leave again.
//! - `words`, `interner`, `table`, `window` and `open` turn columns of any type into small numbers.
//! - `entities` keeps the folds of [`Fold`] for each entity: `any`, `distinct`, `basket`, `dates`,
//!   `amounts` and `upgrade`; `rows` has those of [`crate::define::RowFold`].
//! - `missing` takes NaN for NULL, and refuses infinite amounts.
//! - `deferred` lets rows wait before they are folded, where entities are many: in `waiting`, `packed`.
//! - `scan` has the values that need more of their entities than the outcomes, and `spread` how far entities differ.
//! - [`coarser`] puts the entities of several groups together.
//! - `evidence` is all that is known of groups in the end, `audit` how many rows they had, and [`summary`] merges them.
//! - `tally`, `totals`, `money`, `moments` and `floats` add up, `lists` lays partial states out.
//! - [`parts`] gives a value together with what it was made of, and how sure it is; [`interval`] says by which
//!   method.

mod amounts;
mod any;
mod audit;
mod basket;
pub mod call;
mod cells;
pub mod coarser;
mod dates;
mod deferred;
mod directory;
mod distinct;
mod entities;
mod evidence;
mod floats;
pub mod frame;
pub mod groups;
mod interner;
pub mod interval;
pub mod lists;
mod masks;
mod member;
mod missing;
pub mod mix;
mod moments;
pub mod money;
mod open;
mod packed;
mod partial;
pub mod parts;
mod rows;
mod scan;
mod seat;
mod spread;
mod summaries;
pub mod summary;
mod table;
mod tally;
mod totals;
mod upgrade;
mod waiting;
mod window;
mod words;

use std::any::Any;
use std::fmt::Debug;
use std::sync::{RwLockReadGuard, RwLockWriteGuard};

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::error::ArrowError;

use crate::define::{Count, Finish, Fold};
use call::Call;
use cells::Cells;
use lists::{EntityLists, FlatLists};
use money::Sums;
use words::{Encoder, SharedEncoder, Words};

/// The encoders of a form's arguments; `None` for those that are not turned into words.
type Encoders = [Option<SharedEncoder>];

/// The encoder of an argument that a fold reads.
fn encoder(encoders: &Encoders, argument: usize) -> RwLockReadGuard<'_, Encoder> {
    encoders[argument]
        .as_ref()
        .expect("a fold's arguments are encoded")
        .read()
}

/// The same, to encode a partial state with.
fn encoder_mut(encoders: &Encoders, argument: usize) -> RwLockWriteGuard<'_, Encoder> {
    encoders[argument]
        .as_ref()
        .expect("a fold's arguments are encoded")
        .write()
}

/// What one [`Fold`] keeps for each entity, by the entity's id.
///
/// Every method takes a whole batch, so the call through the trait is paid once per batch and the
/// loops inside know their types. Only `outcome` is called per entity, where few are asked for.
trait EntityFold: Debug + Send + Sync + Any {
    /// Makes room for entities with ids below `n`.
    fn grow(&mut self, n: usize);

    /// Takes in rows: the entity of each, and the words of each argument.
    fn update(
        &mut self,
        entities: &[u32],
        columns: &[Words],
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

    /// The words of an entity's first and last date, for a fold that knows them.
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
fn same_kind<F: EntityFold>(other: &dyn EntityFold) -> &F {
    let other: &dyn Any = other;
    other
        .downcast_ref()
        .expect("the folds of a call are of the same kinds")
}

/// An empty state of a fold.
fn start(fold: &Fold, call: &Call) -> Box<dyn EntityFold> {
    use distinct::{Distinct, Judge, Several};
    match *fold {
        Fold::Exists => Box::new(any::Exists),
        Fold::Any(flag) => Box::new(any::Any::new(flag)),
        // Two is the common case, and needs one number per entity instead of a set. The caller's count
        // is not looked at here: a partial state must have the same layout whatever it is.
        Fold::DistinctAtLeast {
            item,
            count: Count::Fixed(2),
        } => Box::new(Several::new(item, [0, 0, 1])),
        Fold::DistinctUpToTwo(item) => Box::new(Several::new(item, [0, 1, 2])),
        Fold::DistinctAtLeast { item, count } => {
            Box::new(Distinct::new(item, Judge::AtLeast(call.count(count))))
        }
        Fold::DistinctCount(item) => Box::new(Distinct::new(item, Judge::Count)),
        Fold::DaysBetweenFirstAndLast(at) => Box::new(dates::FirstAndLast::new(at)),
        Fold::TimeToOutsideBasket { item, at } => {
            Box::new(basket::TimeToOutsideBasket::new(item, at))
        }
        Fold::RevenueOutsideBasket { item, at, amount } => Box::new(basket::Revenue::new(
            basket::TimeToOutsideBasket::new(item, at),
            amount,
            &call.arg_types[amount],
        )),
        Fold::Change { start, end } => Box::new(amounts::Amounts::new(&[start, end], call)),
        Fold::Upgrade { line, tier, at } => Box::new(upgrade::Upgrade::new(line, tier, at)),
    }
}

/// What the standard error of a form's value needs to know of each entity beyond the form's own folds.
fn evidence(call: &Call) -> Option<Box<dyn EntityFold>> {
    match call.form.finish {
        Finish::SumPerEntity(total) if total.only.is_none() => {
            Some(Box::new(amounts::Amounts::new(&[total.amount], call)))
        }
        Finish::DistinctPerEntity(item) => Some(Box::new(distinct::Distinct::new(
            item,
            distinct::Judge::Count,
        ))),
        _ => None,
    }
}
