//! The state behind a GROUP BY: one call, or several of the same entities, folded over batches of rows.

use datafusion::arrow::array::{ArrayRef, BooleanArray};
use datafusion::arrow::datatypes::FieldRef;
use datafusion::arrow::error::ArrowError;

use crate::define::Grain;
use crate::fold::defer::block_file::BlockFile;
use crate::fold::facts::call::{Call, Variant};
use crate::fold::facts::missing::without_nan;
use crate::fold::keys::coarser::Coarser;
use crate::fold::run::call_error::CallError;
use crate::fold::run::groups_of_entities::GroupsOfEntities;
use crate::fold::run::groups_of_rows::GroupsOfRows;
use crate::fold::run::layout::fields;
use crate::fold::run::running_call::CallColumns;
use crate::fold::value::parts::Parts;

/// The groups of one aggregation, numbered from 0, by what is judged.
#[derive(Debug)]
pub enum Groups {
    /// Every row by itself, by one call.
    OfRows(Box<GroupsOfRows>),
    /// Entities, by calls that share them.
    OfEntities(Box<GroupsOfEntities>),
}

use Groups::{OfEntities, OfRows};

/// A call among several that share their entities.
#[derive(Debug, Clone)]
pub struct BoundCall {
    /// The call.
    pub call: Call,
    /// Which columns are its arguments.
    pub args: Vec<usize>,
    /// The column that says which rows it looks at, if it does not look at all.
    pub filter: Option<usize>,
}

impl Groups {
    /// No groups yet of one call.
    pub fn new(call: Call) -> Result<Self, CallError> {
        let args = (0..call.arg_types.len()).collect();
        Groups::of_all(vec![BoundCall {
            call,
            args,
            filter: None,
        }])
    }

    /// No groups yet of calls that have the same entities: the columns that name them are the same.
    ///
    /// # Errors
    /// One of several calls judges rows, and has no entities to share.
    pub fn of_all(calls: Vec<BoundCall>) -> Result<Self, CallError> {
        let calls = calls.into_iter().map(|bound| {
            let BoundCall { call, args, filter } = bound;
            (call, CallColumns { args, filter })
        });
        let mut calls: Vec<_> = calls.collect();
        match calls.as_slice() {
            [(call, _)] if let Grain::Row(fold) = call.form.grain => {
                let (call, columns) = calls.swap_remove(0);
                Ok(OfRows(Box::new(GroupsOfRows::new(call, fold, columns)?)))
            }
            _ => Ok(OfEntities(Box::new(GroupsOfEntities::new(calls)?))),
        }
    }

    /// The same rows in fewer groups. What is known of an entity in several groups is put together, without a look at its
    /// rows.
    pub fn coarser(&mut self, coarser: &Coarser) -> Result<Self, CallError> {
        Ok(match self {
            OfRows(rows) => OfRows(Box::new(rows.coarser(coarser)?)),
            OfEntities(entities) => OfEntities(Box::new(entities.coarser(coarser)?)),
        })
    }

    /// Makes room for more groups.
    pub fn grow(&mut self, groups: usize) {
        match self {
            OfRows(rows) => rows.grow(groups),
            OfEntities(entities) => entities.grow(groups),
        }
    }

    /// Takes in rows, each of one group. Rows where `condition` is false or NULL are left out. NaN is NULL.
    pub fn update(
        &mut self,
        columns: &[ArrayRef],
        groups: &[usize],
        condition: Option<&BooleanArray>,
    ) -> Result<(), CallError> {
        let columns = &*without_nan(columns)?;
        match self {
            OfRows(rows) => Ok(rows.update(columns, groups, condition)?),
            OfEntities(entities) => entities.update(columns, groups, condition),
        }
    }

    /// Lets rows wait from now on, while it is worth while, if all that the calls keep of them is counted in the end. For
    /// those who will ask for [`Groups::summaries`] once, after many rows.
    pub fn let_rows_wait(&mut self) {
        match self {
            // What is judged by itself has nobody to look for.
            OfRows(_) => {}
            OfEntities(entities) => entities.let_rows_wait(),
        }
    }

    /// Sends rows that wait to the disk, as far as there are any. Gives how many bytes are free now.
    pub fn spill_waiting<E: From<ArrowError>>(
        &mut self,
        file: impl FnOnce() -> Result<Option<Box<dyn BlockFile>>, E>,
    ) -> Result<usize, E> {
        match self {
            OfRows(_) => Ok(0),
            OfEntities(entities) => entities.spill_waiting(file),
        }
    }

    /// The values of the first groups.
    pub fn values(&mut self, first: usize) -> Result<ArrayRef, CallError> {
        match self {
            OfRows(rows) => Ok(rows.values(first)?),
            OfEntities(entities) => entities.values(first),
        }
    }

    /// The values of the first groups with what they were made of; see [`crate::fold::value::parts`].
    pub fn parts(&mut self, first: usize) -> Result<Vec<Parts>, CallError> {
        match self {
            OfRows(rows) => Ok(rows.parts(first)?),
            OfEntities(entities) => entities.parts(first),
        }
    }

    /// What the first groups amount to for each call; see [`crate::fold::value::summary`].
    pub fn summaries(&mut self, first: usize) -> Result<Vec<Vec<ArrayRef>>, CallError> {
        match self {
            OfRows(rows) => Ok(vec![rows.summary(first)]),
            OfEntities(entities) => entities.summaries(first),
        }
    }

    /// What all groups amount to for each call, and after them what each of the coarser ones does.
    pub fn summaries_of_all(
        &mut self,
        coarser: &[Coarser],
    ) -> Result<Vec<Vec<Vec<ArrayRef>>>, CallError> {
        match self {
            OfRows(rows) => {
                let mut summaries = vec![vec![rows.summary(rows.groups)]];
                for coarser in coarser {
                    summaries.push(vec![rows.coarser(coarser)?.summary(coarser.groups)]);
                }
                Ok(summaries)
            }
            OfEntities(entities) => entities.summaries_of_all(coarser),
        }
    }

    /// The columns of a partial state.
    pub fn state_fields(&self) -> Result<Vec<FieldRef>, CallError> {
        let types = match self {
            OfRows(rows) => rows.state_types()?,
            OfEntities(entities) => entities.state_types()?,
        };
        Ok(fields(types))
    }

    /// The first groups as columns of a partial state, one row per group.
    pub fn state(&mut self, first: usize) -> Result<Vec<ArrayRef>, CallError> {
        match self {
            OfRows(rows) => Ok(rows.state(first)),
            OfEntities(entities) => entities.state(first),
        }
    }

    /// The partial states of each call, as if it were alone: one row for each of the first groups.
    pub fn states(&mut self, first: usize) -> Result<Vec<Vec<ArrayRef>>, CallError> {
        match self {
            OfRows(rows) => Ok(vec![rows.state(first)]),
            OfEntities(entities) => entities.states(first),
        }
    }

    /// All groups as partial states in pieces that are small enough to go on with one by one: in each region those of some
    /// entities, which depends on their names alone: `region_of` tells it. Gives each piece with its region and the groups
    /// that it has. Where rows are judged there are no entities, and all is in [`Groups::beside`].
    pub fn each_piece<E: From<CallError>>(
        &mut self,
        regions: usize,
        region_of: impl Fn(&[ArrayRef]) -> Result<Vec<usize>, E>,
        each: impl FnMut(usize, &[usize], Vec<ArrayRef>) -> Result<(), E>,
    ) -> Result<(), E> {
        match self {
            OfRows(_) => Ok(()),
            OfEntities(entities) => entities.each_piece(regions, region_of, each),
        }
    }

    /// All groups as partial states without their entities.
    pub fn beside(&self) -> Vec<ArrayRef> {
        match self {
            OfRows(rows) => rows.state(rows.groups),
            OfEntities(entities) => entities.beside(),
        }
    }

    /// Takes in the rows of a partial state, each of one group.
    pub fn merge(&mut self, state: &[ArrayRef], groups: &[usize]) -> Result<(), CallError> {
        match self {
            OfRows(rows) => Ok(rows.merge(state, groups)?),
            OfEntities(entities) => entities.merge(state, groups),
        }
    }

    /// The same of entities none of which is known: of partitions that were made by entity.
    pub fn merge_apart(&mut self, state: &[ArrayRef], groups: &[usize]) -> Result<(), CallError> {
        match self {
            OfRows(rows) => Ok(rows.merge(state, groups)?),
            OfEntities(entities) => entities.merge_apart(state, groups),
        }
    }

    /// The same of one state, as all that there is, to be finished: nobody will ask for the names of its entities.
    pub fn merge_to_finish(&mut self, state: &[ArrayRef]) -> Result<(), CallError> {
        match self {
            OfRows(rows) => Ok(rows.merge(state, &[0])?),
            OfEntities(entities) => entities.merge_to_finish(state),
        }
    }

    /// Forgets the first groups; the others move down.
    pub fn drop_first(&mut self, first: usize) -> Result<(), CallError> {
        match self {
            OfRows(rows) => Ok(rows.drop_first(first)?),
            OfEntities(entities) => entities.drop_first(first),
        }
    }

    /// What each call asks for.
    pub fn variants(&self) -> Vec<Variant> {
        match self {
            OfRows(rows) => vec![rows.call().variant],
            OfEntities(entities) => {
                let calls = entities.calls.iter();
                calls.map(|running| running.groups.call().variant).collect()
            }
        }
    }

    /// How many groups there are.
    pub fn count(&self) -> usize {
        match self {
            OfRows(rows) => rows.groups,
            OfEntities(entities) => entities.groups,
        }
    }

    /// The call that is computed, or the first of them.
    pub fn call(&self) -> &Call {
        match self {
            OfRows(rows) => rows.call(),
            OfEntities(entities) => entities.calls[0].groups.call(),
        }
    }

    /// Bytes on the heap.
    pub fn size(&self) -> usize {
        match self {
            OfRows(rows) => rows.size(),
            OfEntities(entities) => entities.size(),
        }
    }
}
