//! The groups of one call: rows go in, partial states come out and go in.

use std::ops::Range;

use datafusion::arrow::array::{ArrayRef, BooleanArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::error::ArrowError;

use crate::define::{Grain, RowFold};
use crate::fold::entity::entities::{EntityFolds, EntityRows};
use crate::fold::facts::call::{Call, Variant};
use crate::fold::facts::missing;
use crate::fold::keys::directory::Directory;
use crate::fold::keys::encoder::{Codes, SharedEncoder};
use crate::fold::keys::lists::EntityLists;
use crate::fold::sum::audit::Audit;
use crate::fold::sum::change::Change;
use crate::fold::sum::rows;
use crate::fold::sum::tally::Tally;
use crate::fold::sum::totals::Totals;
use crate::fold::value::dispersion::Dispersion;

/// The groups of one call. Who their entities are is in a [`Directory`], which it may share with others.
#[derive(Debug)]
pub struct CallGroups {
    pub(super) call: Call,
    pub(super) grain: GrainState,
    pub(super) totals: Totals,
    /// Entities of a second kind, for a form that counts them beside the first.
    pub(super) others: Option<Directory>,
    /// The rows counted, for an answer that tells them.
    pub(super) audit: Option<Audit>,
}

#[derive(Debug)]
pub(super) enum GrainState {
    Row { fold: RowFold, tally: Tally },
    Entity(Box<EntityFolds>),
}

impl CallGroups {
    /// Nothing seen yet. `shares` tells that the directory has entities of which the call has no rows.
    pub fn new(call: Call, shares: bool) -> Result<Self, ArrowError> {
        let grain = match call.form.grain {
            Grain::Row(fold) => GrainState::Row {
                fold,
                tally: Tally::new(&call, 0),
            },
            Grain::Entity {
                folds, outcomes, ..
            } => GrainState::Entity(Box::new(EntityFolds::new(&call, folds, outcomes, shares)?)),
        };
        let mut of_call = CallGroups {
            others: match call.counted_items() {
                Some(item) => Some(Directory::of_items(&call, item)?),
                None => None,
            },
            totals: Totals::new(&call)?,
            audit: call.variant.is_audited().then(Audit::default),
            call,
            grain,
        };
        of_call.share_items();
        Ok(of_call)
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
        let grain = match &self.grain {
            GrainState::Row { fold, .. } => GrainState::Row {
                fold: *fold,
                tally: Tally::new(&self.call, 0),
            },
            GrainState::Entity(folded) => {
                let mut coarser = folded.emptied(&self.call);
                coarser.absorb(folded, pairs, n)?;
                GrainState::Entity(Box::new(coarser))
            }
        };
        let others = self.others.as_ref();
        let others = others.map(|others| others.coarser(of).map(|(coarser, _)| coarser));
        let mut coarser = CallGroups {
            grain,
            others: others.transpose()?,
            totals: Totals::new(&self.call)?,
            audit: self.audit.as_ref().map(|_| Audit::default()),
            call: self.call.clone(),
        };
        coarser.grow(groups);
        if let (GrainState::Row { tally, .. }, GrainState::Row { tally: finer, .. }) =
            (&mut coarser.grain, &self.grain)
        {
            tally.merge(&finer.state(of.len()), of);
        }
        coarser.totals.merge(&self.totals.state(of.len()), of)?;
        if let (Some(audit), Some(finer)) = (&mut coarser.audit, &self.audit) {
            audit.merge(&finer.state(of.len()), of);
        }
        Ok(coarser)
    }

    /// The call that is computed.
    pub fn call(&self) -> &Call {
        &self.call
    }

    /// Makes room for more groups.
    pub fn grow(&mut self, groups: usize) {
        if let GrainState::Row { tally, .. } = &mut self.grain {
            tally.grow(groups);
        }
        self.totals.grow(groups);
        if let Some(audit) = &mut self.audit {
            audit.grow(groups);
        }
    }

    /// Whether rows are counted.
    pub fn is_audited(&self) -> bool {
        self.audit.is_some()
    }

    /// Counts rows, if that is asked for: all for which the condition holds, and those of them that the mask
    /// leaves out.
    pub fn audit(
        &mut self,
        groups: &[usize],
        condition: Option<&BooleanArray>,
        mask: Option<&BooleanArray>,
    ) {
        if let Some(audit) = &mut self.audit {
            audit.count(groups, condition, mask);
        }
    }

    /// Takes in rows that all count. The ids in the directory are below `n`.
    pub fn update(&mut self, rows: EntityRows, n: usize) -> Result<(), ArrowError> {
        if let GrainState::Entity(folded) = &mut self.grain {
            folded.update(rows, n)?;
        }
        self.update_beside(rows)
    }

    /// Takes in all of these rows but what is folded of their entities.
    pub fn update_beside(&mut self, rows: EntityRows) -> Result<(), ArrowError> {
        let EntityRows { args, groups, .. } = rows;
        missing::check_finite(&self.call, args)?;
        if let GrainState::Row { fold, tally } = &mut self.grain {
            rows::count(fold, &self.call, args, groups, tally)?;
        }
        if let (Some(others), Some(item)) = (&mut self.others, self.call.counted_items()) {
            others.update_codes(&rows.codes[item], groups)?;
        }
        self.totals.update(args, groups, Change::Add)
    }

    /// By argument: what turns it into codes, if it is read as such.
    pub fn encoders(&self) -> &[Option<SharedEncoder>] {
        match &self.grain {
            GrainState::Entity(folded) => folded.encoders(),
            GrainState::Row { .. } => &[],
        }
    }

    /// Has each argument's encoder replaced by one that others have, too, if there is one.
    pub fn share(&mut self, mut shared: impl FnMut(usize, &mut SharedEncoder)) {
        let GrainState::Entity(folded) = &mut self.grain else {
            return;
        };
        for (argument, encoder) in folded.encoders_mut().iter_mut().enumerate() {
            if let Some(encoder) = encoder {
                shared(argument, encoder);
            }
        }
        self.share_items();
    }

    /// Items are counted by the codes that folds read, too.
    fn share_items(&mut self) {
        if let (Some(others), Some(item), GrainState::Entity(folded)) =
            (&mut self.others, self.call.counted_items(), &self.grain)
            && let Some(encoder) = &folded.encoders()[item]
        {
            others.encoders_mut()[0] = encoder.clone();
        }
    }

    /// Whether rows may wait before they are folded: nothing is made of their entities but outcomes that are counted.
    pub fn can_wait(&self) -> bool {
        let is_counted = !self.call.form.finish.looks_at_entities()
            && self.call.variant != Variant::State
            && Dispersion::new(&self.call).is_none();
        is_counted && matches!(&self.grain, GrainState::Entity(folded) if !folded.has_amounts())
    }

    /// Whether much is kept of each entity.
    pub fn keeps_items(&self) -> bool {
        matches!(&self.grain, GrainState::Entity(folded) if folded.keeps_items())
    }

    /// Takes in what waited of rows.
    pub fn see(&mut self, entities: &[u32], columns: &[Codes], n: usize) -> Result<(), ArrowError> {
        match &mut self.grain {
            GrainState::Entity(folded) => folded.see(entities, columns, n),
            GrainState::Row { .. } => Ok(()),
        }
    }

    /// Forgets what was folded of entities, and nothing beside it.
    pub fn forget(&mut self) {
        if let GrainState::Entity(folded) = &mut self.grain {
            folded.forget(&self.call);
        }
    }

    /// Names and types of [`CallGroups::state`].
    pub fn state_types(&self) -> Result<Vec<(&'static str, DataType)>, ArrowError> {
        let mut types = match &self.grain {
            GrainState::Row { tally, .. } => tally.state_types(),
            GrainState::Entity(folded) => folded.state_types(),
        };
        if let Some(others) = &self.others {
            types.extend(others.state_types());
        }
        types.extend(Totals::state_types(&self.call)?);
        if self.audit.is_some() {
            types.extend(Audit::STATE_TYPES);
        }
        Ok(types)
    }

    /// The first groups as columns of a partial state, one row per group. `lists` are their entities.
    pub fn state(&self, first: usize, lists: Option<&EntityLists>) -> Vec<ArrayRef> {
        let mut state = match (&self.grain, lists) {
            (GrainState::Row { .. }, _) => vec![],
            (GrainState::Entity(folded), Some(lists)) => folded.state(lists),
            (GrainState::Entity(_), None) => unreachable!("entities have a directory"),
        };
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
        match &self.grain {
            GrainState::Row { .. } => None,
            GrainState::Entity(folded) if all.ids().all(|id| folded.has(id as u32)) => None,
            GrainState::Entity(folded) => Some(directory.lists_of(0..first, |id| folded.has(id))),
        }
    }

    /// What a state of the call alone has of these entities.
    pub fn state_of_entities_alone(&self, lists: &EntityLists) -> Vec<ArrayRef> {
        match &self.grain {
            GrainState::Row { .. } => vec![],
            GrainState::Entity(folded) => folded.state_alone(lists),
        }
    }

    /// What a state has of entities: one row for each of some groups.
    pub fn state_of_entities(&self, lists: &EntityLists) -> Vec<ArrayRef> {
        match &self.grain {
            GrainState::Row { .. } => vec![],
            GrainState::Entity(folded) => folded.state(lists),
        }
    }

    /// The types of [`CallGroups::state_of_entities`].
    pub fn types_of_entities(&self) -> Vec<DataType> {
        let types = match &self.grain {
            GrainState::Row { .. } => vec![],
            GrainState::Entity(folded) => folded.state_types(),
        };
        types.into_iter().map(|(_, data_type)| data_type).collect()
    }

    /// What a state has beside its entities: one row for each of the first groups.
    pub fn state_beside(&self, first: usize) -> Vec<ArrayRef> {
        let mut state = match &self.grain {
            GrainState::Row { tally, .. } => tally.state(first),
            GrainState::Entity(_) => vec![],
        };
        if let Some(others) = &self.others {
            state.extend(others.state(&others.lists(0..first)));
        }
        state.extend(self.totals.state(first));
        state.extend(self.audit.iter().flat_map(|audit| audit.state(first)));
        state
    }

    /// Takes in the rows of a partial state, each of one group. With entities, `merged` is the directory that has
    /// just taken in their names, and how many each row has. Gives how many columns were read.
    pub fn merge(
        &mut self,
        state: &[ArrayRef],
        groups: &[usize],
        merged: Option<(&Directory, &[usize])>,
    ) -> Result<usize, ArrowError> {
        let mut used = match (&mut self.grain, merged) {
            (GrainState::Row { tally, .. }, _) => tally.merge(state, groups),
            (GrainState::Entity(folded), Some((directory, lengths))) => {
                folded.merge(state, directory.ids(), lengths, directory.end())?
            }
            (GrainState::Entity(_), None) => unreachable!("entities have a directory"),
        };
        if let Some(others) = &mut self.others {
            used += others.merge(&state[used..], groups)?.0;
        }
        used += self.totals.merge(&state[used..], groups)?;
        if let Some(audit) = &mut self.audit {
            used += audit.merge(&state[used..], groups);
        }
        Ok(used)
    }

    /// Keeps what is folded of these entities alone, under the ids of a fresh directory.
    pub fn keep(
        &mut self,
        lists: &EntityLists,
        (fresh, lengths): (&Directory, &[usize]),
    ) -> Result<(), ArrowError> {
        if let GrainState::Entity(folded) = &mut self.grain {
            let mut kept = folded.anew(&self.call)?;
            kept.merge(&folded.state(lists), fresh.ids(), lengths, fresh.end())?;
            **folded = kept;
        }
        Ok(())
    }

    /// Forgets all groups but these, which become the first: everything but what [`CallGroups::keep`] keeps.
    pub fn drop_first(&mut self, rest: Range<usize>) -> Result<(), ArrowError> {
        let first = rest.start;
        self.totals.drop_first(first);
        if let Some(audit) = &mut self.audit {
            audit.drop_first(first);
        }
        if let GrainState::Row { tally, .. } = &mut self.grain {
            tally.drop_first(first);
        }
        if let (Some(others), Some(item)) = (&mut self.others, self.call.counted_items()) {
            let mut fresh = Directory::of_items(&self.call, item)?;
            if let GrainState::Entity(folded) = &self.grain
                && let Some(encoder) = &folded.encoders()[item]
            {
                fresh.encoders_mut()[0] = encoder.clone();
            }
            fresh.move_in(others, rest)?;
            *others = fresh;
        }
        Ok(())
    }

    /// Bytes on the heap.
    pub fn size(&self) -> usize {
        let grain = match &self.grain {
            GrainState::Row { tally, .. } => tally.size(),
            GrainState::Entity(folded) => folded.size(),
        };
        let audit = self.audit.as_ref().map_or(0, Audit::size);
        grain + self.totals.size() + self.others.as_ref().map_or(0, Directory::size) + audit
    }
}
