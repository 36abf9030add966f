//! What one call keeps of its groups, beside the names of its entities.

use std::ops::Range;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, UInt64Array};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type, UInt64Type};
use datafusion::arrow::error::ArrowError;

use super::call::Call;
use super::directory::Directory;
use super::entities::{Entities, Folded, Rows};
use super::groups::{chosen, filtered, rows_that_count};
use super::lists::EntityLists;
use super::money::Direction;
use super::parts::{Evidence, Parts};
use super::scan::Scanned;
use super::tally::Tally;
use super::totals::Totals;
use super::words::Words;
use super::{missing, rows, summary};
use crate::define::{Finish, Grain, RowFold};

/// The groups of one call. Who their entities are is in a [`Directory`], which it may share with others.
#[derive(Debug)]
pub struct Member {
    call: Call,
    grain: GrainState,
    totals: Totals,
    /// Entities of a second kind, for a form that counts them beside the first.
    others: Option<Directory>,
    /// The rows counted, for an answer that tells them.
    audit: Option<Audit>,
}

/// How many rows each group has.
#[derive(Debug, Default)]
struct Audit {
    /// Those that a FILTER let through.
    rows: Vec<u64>,
    /// Those of them that were ignored whole, because the entity or something as necessary is NULL.
    ignored: Vec<u64>,
}

#[derive(Debug)]
enum GrainState {
    Row { fold: RowFold, tally: Tally },
    Entity(Box<Folded>),
}

impl Member {
    /// Nothing seen yet. `shares` tells that the directory has entities of which the call has no rows.
    pub fn new(call: Call, shares: bool) -> Result<Self, ArrowError> {
        let grain = match call.form.grain {
            Grain::Row(fold) => GrainState::Row {
                fold,
                tally: Tally::new(&call, 0),
            },
            Grain::Entity { .. } => GrainState::Entity(Box::new(Folded::new(&call, shares)?)),
        };
        Ok(Member {
            others: match call.form.finish {
                Finish::DistinctPerEntity(item) => Some(Directory::of_items(&call, item)?),
                _ => None,
            },
            totals: Totals::new(&call)?,
            audit: call.answer.is_audited().then(Audit::default),
            call,
            grain,
        })
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
            audit.rows.resize(groups.max(audit.rows.len()), 0);
            audit.ignored.resize(groups.max(audit.ignored.len()), 0);
        }
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
    pub fn update(&mut self, rows: Rows, n: usize) -> Result<(), ArrowError> {
        if let GrainState::Entity(folded) = &mut self.grain {
            folded.update(rows, n)?;
        }
        self.update_beside(rows.args, rows.groups)
    }

    /// Takes in all of these rows but what is folded of their entities.
    pub fn update_beside(&mut self, args: &[ArrayRef], groups: &[usize]) -> Result<(), ArrowError> {
        missing::check_finite(&self.call, args)?;
        if let GrainState::Row { fold, tally } = &mut self.grain {
            rows::count(fold, &self.call, args, groups, tally)?;
        }
        if let (Some(others), Finish::DistinctPerEntity(item)) =
            (&mut self.others, self.call.form.finish)
        {
            let names: Vec<_> = item.iter().map(|arg| args[*arg].clone()).collect();
            match rows_that_count(args, item, None)? {
                None => others.update(names.iter(), groups)?,
                Some(mask) => {
                    let names = filtered(&names, &mask)?;
                    others.update(names.iter(), &chosen(groups, &mask))?
                }
            };
        }
        self.totals.update(args, groups, Direction::Add)
    }

    /// Whether rows may wait before they are folded: nothing is made of their entities but outcomes that are counted.
    pub fn can_wait(&self) -> bool {
        let is_counted = !self.call.form.finish.looks_at_entities() && self.audit.is_none();
        is_counted && matches!(&self.grain, GrainState::Entity(folded) if !folded.has_amounts())
    }

    /// Whether much is kept of each entity.
    pub fn keeps_items(&self) -> bool {
        matches!(&self.grain, GrainState::Entity(folded) if folded.keeps_items())
    }

    /// Which arguments are read as words.
    pub fn reads(&self) -> Vec<bool> {
        match &self.grain {
            GrainState::Entity(folded) => folded.reads(),
            GrainState::Row { .. } => vec![],
        }
    }

    /// The words of these arguments.
    pub fn encode(&mut self, args: &[ArrayRef]) -> Result<Vec<Words>, ArrowError> {
        match &mut self.grain {
            GrainState::Entity(folded) => folded.encode(args),
            GrainState::Row { .. } => Ok(vec![]),
        }
    }

    /// Takes in what waited of rows.
    pub fn see(&mut self, entities: &[u32], columns: &[Words], n: usize) -> Result<(), ArrowError> {
        match &mut self.grain {
            GrainState::Entity(folded) => folded.see(entities, columns, n),
            GrainState::Row { .. } => Ok(()),
        }
    }

    /// Counts what the entities amount to.
    pub fn count_into(&self, tally: &mut Tally, directory: &Directory) {
        if let GrainState::Entity(folded) = &self.grain {
            folded.count_into(tally, directory);
        }
    }

    /// Forgets what was folded of entities, and nothing beside it.
    pub fn forget(&mut self) {
        if let GrainState::Entity(folded) = &mut self.grain {
            folded.forget(&self.call);
        }
    }

    /// The values of the first of some groups.
    pub fn values(
        &mut self,
        first: usize,
        groups: usize,
        directory: Option<&Directory>,
    ) -> Result<ArrayRef, ArrowError> {
        if let Some(scanned) = self.scanned(first, directory)? {
            return scanned.values(&self.call, self.others.as_ref(), &self.totals, first);
        }
        let tally = self.grain.tally(&self.call, groups, directory);
        self.call.finish(tally, first, &self.totals)
    }

    /// What a finish needs that looks at the entities of the first groups.
    fn scanned(
        &self,
        first: usize,
        directory: Option<&Directory>,
    ) -> Result<Option<Scanned>, ArrowError> {
        match (&self.grain, directory) {
            (GrainState::Entity(folded), Some(directory)) => {
                Scanned::of(&self.call, Entities::new(directory, folded), first)
            }
            _ => Ok(None),
        }
    }

    /// What the first of some groups amount to, if no entity of theirs has rows elsewhere; see
    /// [`super::summary::Summary`].
    pub fn summary(
        &self,
        first: usize,
        groups: usize,
        directory: Option<&Directory>,
    ) -> Result<Vec<ArrayRef>, ArrowError> {
        if let Some(scanned) = self.scanned(first, directory)? {
            let (items, totals) = (self.others.as_ref(), &self.totals);
            return Ok(summary::columns(first, None, Some(&scanned), items, totals));
        }
        let counted;
        let tally = match (&self.grain, directory) {
            (GrainState::Row { tally, .. }, _) => tally,
            (GrainState::Entity(folded), Some(directory)) => {
                let mut tally = Tally::new(&self.call, groups);
                folded.count_into(&mut tally, directory);
                counted = tally;
                &counted
            }
            (GrainState::Entity(_), None) => unreachable!("entities have a directory"),
        };
        Ok(self.summary_of(first, tally))
    }

    /// The same, where the entities are counted already.
    pub fn summary_of(&self, first: usize, tally: &Tally) -> Vec<ArrayRef> {
        let (items, totals) = (self.others.as_ref(), &self.totals);
        summary::columns(first, Some(tally), None, items, totals)
    }

    /// The values of the first of some groups with what they were made of; see [`super::parts`].
    pub fn parts(
        &mut self,
        first: usize,
        groups: usize,
        directory: Option<&Directory>,
    ) -> Result<Vec<Parts>, ArrowError> {
        let values = match self.call.form.finish {
            // A list is not a number.
            Finish::Mix(_) => vec![None; first],
            _ => {
                let values = self.values(first, groups, directory)?;
                let values = cast(&values, &DataType::Float64)?;
                values.as_primitive::<Float64Type>().iter().collect()
            }
        };
        // Looking at the tally also makes it, so it comes before the entities are looked at.
        let tally = match self.call.form.finish.looks_at_entities() {
            true => None,
            false => Some(self.grain.tally(&self.call, groups, directory).clone()),
        };
        let evidence = Evidence {
            call: &self.call,
            tally: tally.as_ref(),
            entities: match (&self.grain, directory) {
                (GrainState::Entity(folded), Some(directory)) => {
                    Some(Entities::new(directory, folded))
                }
                _ => None,
            },
            others: self.others.as_ref(),
            totals: &self.totals,
            groups: first,
        };
        let mut parts = evidence.figures()?;
        let audit = self.audit.as_ref().expect("parts are audited");
        for (group, (parts, value)) in parts.iter_mut().zip(values).enumerate() {
            parts.value = value;
            parts.rows = audit.rows[group];
            parts.rows_ignored = match &self.grain {
                GrainState::Entity(_) => audit.ignored[group],
                // What is judged is NULL, a flag, a score or an amount, or a time span that is none.
                GrainState::Row { fold, .. } => {
                    let judged = match (fold, &tally) {
                        (RowFold::Exists, _) | (_, None) => self.totals.amounts(0, group),
                        (_, Some(tally)) => tally.of(0, group).0,
                    };
                    audit.rows[group].saturating_sub(judged)
                }
            };
        }
        Ok(parts)
    }

    /// Names and types of [`Member::state`].
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
            types.extend(["rows", "rows_ignored"].map(|name| (name, DataType::UInt64)));
        }
        Ok(types)
    }

    /// The first groups as columns of a partial state, one row per group. `lists` are their entities.
    pub fn state(&self, first: usize, lists: Option<&EntityLists>) -> Vec<ArrayRef> {
        let mut state = match (&self.grain, lists) {
            (GrainState::Row { tally, .. }, _) => tally.state(first),
            (GrainState::Entity(folded), Some(lists)) => folded.state(lists),
            (GrainState::Entity(_), None) => unreachable!("entities have a directory"),
        };
        if let Some(others) = &self.others {
            state.extend(others.state(&others.lists(0..first)));
        }
        state.extend(self.totals.state(first));
        if let Some(audit) = &self.audit {
            for counts in [&audit.rows, &audit.ignored] {
                let counts = counts[..first].iter().copied();
                state.push(Arc::new(UInt64Array::from_iter_values(counts)));
            }
        }
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
            for (counts, column) in [&mut audit.rows, &mut audit.ignored]
                .into_iter()
                .zip(&state[used..])
            {
                let column = column.as_primitive::<UInt64Type>();
                for (count, group) in column.iter().zip(groups) {
                    counts[*group] = counts[*group].wrapping_add(count.unwrap_or(0));
                }
            }
            used += 2;
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
            let mut kept = Folded::new(&self.call, folded.shares())?;
            kept.merge(&folded.state(lists), fresh.ids(), lengths, fresh.end())?;
            **folded = kept;
        }
        Ok(())
    }

    /// Forgets all groups but these, which become the first: everything but what [`Member::keep`] keeps.
    pub fn drop_first(&mut self, rest: Range<usize>) -> Result<(), ArrowError> {
        let first = rest.start;
        self.totals.drop_first(first);
        if let Some(audit) = &mut self.audit {
            audit.rows.drain(..first);
            audit.ignored.drain(..first);
        }
        if let GrainState::Row { tally, .. } = &mut self.grain {
            tally.drop_first(first);
        }
        if let (Some(others), Finish::DistinctPerEntity(item)) =
            (&mut self.others, self.call.form.finish)
        {
            let mut fresh = Directory::of_items(&self.call, item)?;
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
        let audit = self.audit.as_ref().map_or(0, |audit| {
            (audit.rows.capacity() + audit.ignored.capacity()) * size_of::<u64>()
        });
        grain + self.totals.size() + self.others.as_ref().map_or(0, Directory::size) + audit
    }
}

impl Audit {
    fn count(
        &mut self,
        groups: &[usize],
        condition: Option<&BooleanArray>,
        mask: Option<&BooleanArray>,
    ) {
        for (row, group) in groups.iter().enumerate() {
            let holds = condition.is_none_or(|c| c.is_valid(row) && c.value(row));
            let counts = mask.is_none_or(|mask| mask.value(row));
            self.rows[*group] += u64::from(holds);
            self.ignored[*group] += u64::from(holds && !counts);
        }
    }
}

impl GrainState {
    /// The outcomes so far, counted by group.
    fn tally(&mut self, call: &Call, groups: usize, directory: Option<&Directory>) -> &mut Tally {
        let tally = match (self, directory) {
            (GrainState::Row { tally, .. }, _) => tally,
            (GrainState::Entity(folded), Some(directory)) => folded.tally(call, groups, directory),
            (GrainState::Entity(_), None) => unreachable!("entities have a directory"),
        };
        tally.grow(groups);
        tally
    }
}
