//! What one call keeps of the entities of its groups, beside their names.

use std::ops::Range;

use datafusion::arrow::array::{ArrayRef, BooleanArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::error::ArrowError;

use crate::define::Grain;
use crate::fold::entity::entities::{EntityFolds, EntityRows};
use crate::fold::facts::call::{Call, Variant};
use crate::fold::facts::missing;
use crate::fold::keys::directory::Directory;
use crate::fold::keys::encoder::{Codes, SharedEncoder};
use crate::fold::keys::lists::EntityLists;
use crate::fold::run::beside::Beside;
use crate::fold::value::dispersion::Dispersion;

/// The groups of one call. Who their entities are is in a [`Directory`], which it may share with others.
#[derive(Debug)]
pub struct EntityCall {
    pub(super) beside: Beside,
    pub(super) folded: EntityFolds,
    pub(super) items: Option<CountedItems>,
}

/// Entities of a second kind, for a form that counts them beside the first.
#[derive(Debug)]
pub(super) struct CountedItems {
    /// The argument that names them.
    argument: usize,
    pub directory: Directory,
}

impl CountedItems {
    /// Those that a call counts, if it does, by the codes that its folds read.
    fn of(call: &Call, folded: &EntityFolds) -> Result<Option<Self>, ArrowError> {
        let Some(argument) = call.counted_items() else {
            return Ok(None);
        };
        let mut items = CountedItems {
            argument,
            directory: Directory::of_items(call, argument)?,
        };
        items.share(folded);
        Ok(Some(items))
    }

    /// Counts by the codes that folds read, too.
    fn share(&mut self, folded: &EntityFolds) {
        if let Some(encoder) = &folded.encoders()[self.argument] {
            self.directory.encoders_mut()[0] = encoder.clone();
        }
    }
}

impl EntityCall {
    /// Nothing seen yet. `shares` tells that the directory has entities of which the call has no rows.
    ///
    /// # Errors
    /// A call that judges rows, and has no entities.
    pub fn new(call: Call, shares: bool) -> Result<Self, ArrowError> {
        let folded = match call.form.grain {
            Grain::Entity {
                folds, outcomes, ..
            } => EntityFolds::new(&call, folds, outcomes, shares)?,
            Grain::Row(_) => {
                return Err(ArrowError::InvalidArgumentError(format!(
                    "{} judges rows, and is computed alone: it has no entities to share",
                    call.kpi.signature(call.form)
                )));
            }
        };
        Ok(EntityCall {
            items: CountedItems::of(&call, &folded)?,
            folded,
            beside: Beside::new(call)?,
        })
    }

    /// The same in other groups: each group's number stands for the one that it becomes a part of. The pairs are the
    /// entities here with their ids there, which are below `n`.
    pub fn coarser(
        &self,
        of: &[usize],
        groups: usize,
        pairs: &[(u32, u32)],
        n: usize,
    ) -> Result<Self, ArrowError> {
        let mut folded = self.folded.emptied(self.call());
        folded.absorb(&self.folded, pairs, n)?;
        let items = self.items.as_ref().map(|items| {
            let (directory, _) = items.directory.coarser(of)?;
            Ok::<_, ArrowError>(CountedItems {
                argument: items.argument,
                directory,
            })
        });
        Ok(EntityCall {
            folded,
            items: items.transpose()?,
            beside: self.beside.coarser(of, groups)?,
        })
    }

    /// The call that is computed.
    pub fn call(&self) -> &Call {
        &self.beside.call
    }

    /// Makes room for more groups.
    pub fn grow(&mut self, groups: usize) {
        self.beside.grow(groups);
    }

    /// Whether rows are counted.
    pub fn is_audited(&self) -> bool {
        self.beside.audit.is_some()
    }

    /// Counts rows, if that is asked for: all for which the condition holds, and those of them that the mask
    /// leaves out.
    pub fn audit(
        &mut self,
        groups: &[usize],
        condition: Option<&BooleanArray>,
        mask: Option<&BooleanArray>,
    ) {
        self.beside.audit(groups, condition, mask);
    }

    /// Takes in rows that all count. The ids in the directory are below `n`.
    pub fn update(&mut self, rows: EntityRows, n: usize) -> Result<(), ArrowError> {
        self.folded.update(rows, n)?;
        self.update_beside(rows)
    }

    /// Takes in all of these rows but what is folded of their entities.
    pub fn update_beside(&mut self, rows: EntityRows) -> Result<(), ArrowError> {
        let EntityRows { args, groups, .. } = rows;
        missing::check_finite(self.call(), args)?;
        if let Some(items) = &mut self.items {
            let codes = &rows.codes[items.argument];
            items.directory.update_codes(codes, groups)?;
        }
        self.beside.update(args, groups)
    }

    /// By argument: what turns it into codes, if it is read as such.
    pub fn encoders(&self) -> &[Option<SharedEncoder>] {
        self.folded.encoders()
    }

    /// Has each argument's encoder replaced by one that others have, too, if there is one.
    pub fn share(&mut self, mut shared: impl FnMut(usize, &mut SharedEncoder)) {
        for (argument, encoder) in self.folded.encoders_mut().iter_mut().enumerate() {
            if let Some(encoder) = encoder {
                shared(argument, encoder);
            }
        }
        if let Some(items) = &mut self.items {
            items.share(&self.folded);
        }
    }

    /// Whether rows may wait before they are folded: nothing is made of their entities but outcomes that are counted.
    pub fn can_wait(&self) -> bool {
        let call = self.call();
        !call.form.finish.looks_at_entities()
            && call.variant != Variant::State
            && Dispersion::new(call).is_none()
            && !self.folded.has_amounts()
    }

    /// Whether much is kept of each entity.
    pub fn keeps_items(&self) -> bool {
        self.folded.keeps_items()
    }

    /// Takes in what waited of rows.
    pub fn see(&mut self, entities: &[u32], columns: &[Codes], n: usize) -> Result<(), ArrowError> {
        self.folded.see(entities, columns, n)
    }

    /// Forgets what was folded of entities, and nothing beside it.
    pub fn forget(&mut self) {
        self.folded.forget(&self.beside.call);
    }

    /// Names and types of [`EntityCall::state`].
    pub fn state_types(&self) -> Result<Vec<(&'static str, DataType)>, ArrowError> {
        let mut types = self.folded.state_types();
        if let Some(items) = &self.items {
            types.extend(items.directory.state_types());
        }
        types.extend(Beside::state_types(self.call())?);
        Ok(types)
    }

    /// The first groups as columns of a partial state, one row per group. `lists` are their entities.
    pub fn state(&self, first: usize, lists: &EntityLists) -> Vec<ArrayRef> {
        let mut state = self.folded.state(lists);
        state.extend(self.state_beside(first));
        state
    }

    /// The entities of the first groups that the call has rows of; `None` if these are all.
    pub fn entities_of_own(
        &self,
        first: usize,
        directory: &Directory,
        all: &EntityLists,
    ) -> Option<EntityLists> {
        match all.ids().all(|id| self.folded.has(id as u32)) {
            true => None,
            false => Some(directory.lists_of(0..first, |id| self.folded.has(id))),
        }
    }

    /// What a state of the call alone has of these entities.
    pub fn state_of_entities_alone(&self, lists: &EntityLists) -> Vec<ArrayRef> {
        self.folded.state_alone(lists)
    }

    /// What a state has of entities: one row for each of some groups.
    pub fn state_of_entities(&self, lists: &EntityLists) -> Vec<ArrayRef> {
        self.folded.state(lists)
    }

    /// The types of [`EntityCall::state_of_entities`].
    pub fn types_of_entities(&self) -> Vec<DataType> {
        let types = self.folded.state_types().into_iter();
        types.map(|(_, data_type)| data_type).collect()
    }

    /// What a state has beside its entities: one row for each of the first groups.
    pub fn state_beside(&self, first: usize) -> Vec<ArrayRef> {
        let mut state = vec![];
        if let Some(CountedItems { directory, .. }) = &self.items {
            state.extend(directory.state(&directory.lists(0..first)));
        }
        state.extend(self.beside.state(first));
        state
    }

    /// Takes in the rows of a partial state, each of one group. The directory has just taken in the names of their entities,
    /// of which each row has so many. Gives how many columns were read.
    pub fn merge(
        &mut self,
        state: &[ArrayRef],
        groups: &[usize],
        (directory, lengths): (&Directory, &[usize]),
    ) -> Result<usize, ArrowError> {
        let (ids, n) = (directory.ids(), directory.end());
        let mut used = self.folded.merge(state, ids, lengths, n)?;
        if let Some(items) = &mut self.items {
            used += items.directory.merge(&state[used..], groups)?.0;
        }
        used += self.beside.merge(&state[used..], groups)?;
        Ok(used)
    }

    /// Keeps what is folded of these entities alone, under the ids of a fresh directory.
    pub fn keep(
        &mut self,
        lists: &EntityLists,
        (fresh, lengths): (&Directory, &[usize]),
    ) -> Result<(), ArrowError> {
        let mut kept = self.folded.anew(self.call())?;
        kept.merge(&self.folded.state(lists), fresh.ids(), lengths, fresh.end())?;
        self.folded = kept;
        Ok(())
    }

    /// Forgets all groups but these, which become the first: everything but what [`EntityCall::keep`] keeps.
    pub fn drop_first(&mut self, rest: Range<usize>) -> Result<(), ArrowError> {
        self.beside.drop_first(rest.start);
        if let Some(items) = &mut self.items
            && let Some(mut fresh) = CountedItems::of(&self.beside.call, &self.folded)?
        {
            fresh.directory.move_in(&items.directory, rest)?;
            *items = fresh;
        }
        Ok(())
    }

    /// Bytes on the heap.
    pub fn size(&self) -> usize {
        let items = self.items.as_ref();
        self.folded.size() + items.map_or(0, |items| items.directory.size()) + self.beside.size()
    }
}
