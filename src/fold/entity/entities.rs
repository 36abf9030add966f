//! What is folded from the rows of each entity, for one call.

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::error::ArrowError;
use std::borrow::Cow;
use std::sync::{Arc, RwLockReadGuard};

use super::fold::{EntityFold, known_as};
use super::start::{self, evidence, start};
use crate::define::{Fold, Outcome};
use crate::fold::facts::call::{Call, UnboundCall};
use crate::fold::keys::arguments::{Encoders, encoder, encoders};
use crate::fold::keys::coarser::MergedEntities;
use crate::fold::keys::directory::Directory;
use crate::fold::keys::encoder::{Codes, Encoder, SharedEncoder};
use crate::fold::keys::lists::{EntityLists, FlatLists, list_type};
use crate::fold::keys::pair::Pair;
use crate::fold::sum::tally::Tally;

/// The state of every fold of a call, by the ids of a [`Directory`].
#[derive(Debug)]
pub struct EntityFolds {
    declared: &'static [Fold],
    outcomes: &'static [Outcome],
    /// Of the arguments that the folds read.
    encoders: Vec<Option<SharedEncoder>>,
    folds: Vec<Box<dyn EntityFold>>,
    /// Of which entities the call has rows, where it shares the directory with calls that have others.
    present: Option<Vec<bool>>,
    /// The tally of the state as it is, once somebody has asked for it; see [`EntityFolds::tally`].
    tally: Option<KeptTally>,
}

/// A tally, and which entities are in it.
#[derive(Debug)]
struct KeptTally {
    tally: Tally,
    entities: Vec<bool>,
}

/// Rows that all count.
#[derive(Debug, Clone, Copy)]
pub struct EntityRows<'a> {
    /// The arguments of the call.
    pub args: &'a [ArrayRef],
    /// The codes of those that are read as such.
    pub codes: &'a [Codes],
    /// The group of each row.
    pub groups: &'a [usize],
    /// The entity of each row; none, if it is rows that are judged.
    pub entities: &'a [u32],
}

/// The entities of a call and what is folded of them, to be looked at.
#[derive(Debug, Clone, Copy)]
pub struct Entities<'a> {
    directory: &'a Directory,
    folded: &'a EntityFolds,
    alone: Option<Alone<'a>>,
}

/// Coarser groups, and the entities that are in several of those that become one.
#[derive(Debug, Clone, Copy)]
struct Alone<'a> {
    of: &'a [usize],
    merged: &'a MergedEntities,
}

impl<'a> Entities<'a> {
    /// What a call has folded of the entities of a directory.
    pub fn new(directory: &'a Directory, folded: &'a EntityFolds) -> Self {
        Entities {
            directory,
            folded,
            alone: None,
        }
    }

    /// The same in coarser groups, and those alone that are in one of the groups that become one.
    pub(in crate::fold) fn alone_in(self, of: &'a [usize], merged: &'a MergedEntities) -> Self {
        Entities {
            alone: Some(Alone { of, merged }),
            ..self
        }
    }

    /// Every entity that the call has rows of: its group as the owner, and its id.
    pub fn pairs(self) -> impl Iterator<Item = Pair> + 'a {
        let pairs = self.directory.pairs();
        let pairs = pairs.filter(move |pair| self.folded.has(pair.id));
        pairs.filter_map(move |pair| match self.alone {
            None => Some(pair),
            Some(Alone { of, merged }) => (!merged.has(pair.id)).then(|| Pair {
                owner: of[pair.owner as usize] as u32,
                ..pair
            }),
        })
    }

    /// Counts the outcomes of all entities, by group.
    pub fn count_into(self, tally: &mut Tally) {
        let mut chunk = Vec::with_capacity(CHUNK);
        let mut ids = Vec::with_capacity(CHUNK);
        let EntityFolds {
            folds, outcomes, ..
        } = self.folded;
        let mut count = |chunk: &mut Vec<Pair>| {
            ids.clear();
            ids.extend(chunk.iter().map(|pair| pair.id));
            let folded: Vec<_> = folds.iter().map(|fold| fold.outcomes(&ids)).collect();
            for (row, pair) in chunk.drain(..).enumerate() {
                let outcomes = judge(outcomes, |fold| folded[fold][row]);
                tally.add(pair.owner as usize, outcomes);
            }
        };
        // The iterator knows best how to go on by itself.
        self.pairs().for_each(|pair| {
            chunk.push(pair);
            if chunk.len() == CHUNK {
                count(&mut chunk);
            }
        });
        count(&mut chunk);
    }

    /// The encoder of an argument that a fold reads.
    pub fn encoder(self, argument: usize) -> RwLockReadGuard<'a, Encoder> {
        encoder(&self.folded.encoders, argument)
    }

    /// The first fold, which is the one that a finish asks that looks at the entities.
    pub(in crate::fold) fn sought<F: EntityFold>(self) -> Result<&'a F, ArrowError> {
        self.fold(self.folded.folds.first().map(Box::as_ref))
    }

    /// The last fold, which is kept for the sake of the standard error.
    pub(in crate::fold) fn evidence<F: EntityFold>(self) -> Result<&'a F, ArrowError> {
        self.fold(self.folded.folds.last().map(Box::as_ref))
    }

    fn fold<F: EntityFold>(self, fold: Option<&'a dyn EntityFold>) -> Result<&'a F, ArrowError> {
        match fold {
            Some(fold) => known_as(fold),
            None => Err(ArrowError::InvalidArgumentError(
                "the form declares no fold, and its finish asks one".into(),
            )),
        }
    }
}

impl EntityFolds {
    /// Nothing folded yet. `shares` tells that the directory has entities of other calls, too.
    pub fn new(
        call: &Call,
        declared: &'static [Fold],
        outcomes: &'static [Outcome],
        shares: bool,
    ) -> Result<Self, ArrowError> {
        Ok(EntityFolds {
            declared,
            outcomes,
            encoders: encoders(call)?,
            folds: folds(call, declared),
            present: shares.then(Vec::new),
            tally: None,
        })
    }

    /// Nothing folded yet of the same call, with codes of its own.
    pub fn anew(&self, call: &Call) -> Result<Self, ArrowError> {
        EntityFolds::new(call, self.declared, self.outcomes, self.shares())
    }

    /// Nothing folded yet of the same call, with the codes of this one.
    pub fn emptied(&self, call: &Call) -> Self {
        EntityFolds {
            declared: self.declared,
            outcomes: self.outcomes,
            encoders: self.encoders.clone(),
            folds: folds(call, self.declared),
            present: self.present.as_ref().map(|_| vec![]),
            tally: None,
        }
    }

    /// Takes in what was folded of entities elsewhere, with the same codes: each pair is an entity there, and the one here
    /// that its rows belong to. The ids here are below `n`.
    pub fn absorb(
        &mut self,
        other: &EntityFolds,
        pairs: &[(u32, u32)],
        n: usize,
    ) -> Result<(), ArrowError> {
        self.tally = None;
        self.grow(n);
        let mut pairs = Cow::Borrowed(pairs);
        if let Some(present) = &mut self.present {
            pairs.to_mut().retain(|(there, _)| other.has(*there));
            for (_, here) in pairs.iter() {
                present[*here as usize] = true;
            }
        }
        let folds = self.folds.iter_mut().zip(&other.folds);
        for (fold, other) in folds {
            fold.absorb(other.as_ref(), &pairs, &self.encoders)?;
        }
        Ok(())
    }

    /// Whether the directory has entities of other calls, too.
    pub fn shares(&self) -> bool {
        self.present.is_some()
    }

    /// Whether the call has rows of an entity.
    pub fn has(&self, entity: u32) -> bool {
        match &self.present {
            None => true,
            Some(present) => present.get(entity as usize).is_some_and(|present| *present),
        }
    }

    fn grow(&mut self, entities: usize) {
        for fold in &mut self.folds {
            fold.grow(entities);
        }
        if let Some(present) = &mut self.present {
            present.resize(entities, false);
        }
    }

    /// Takes in rows. The ids of all entities are below `n` by now.
    pub fn update(&mut self, rows: EntityRows, n: usize) -> Result<(), ArrowError> {
        self.grow(n);
        let touched = self.touched(rows, n);
        let mut counted = self.tally.take();
        if let Some(KeptTally { tally, entities }) = &mut counted {
            entities.resize(n, false);
            for (entity, group) in &touched {
                if std::mem::replace(&mut entities[*entity as usize], true) {
                    tally.remove(*group, self.outcomes(*entity));
                }
            }
        }
        self.see(rows.entities, rows.codes, n)?;
        for fold in &mut self.folds {
            fold.update_amounts(rows.entities, rows.args)?;
        }
        if let Some(KeptTally { tally, .. }) = &mut counted {
            for (entity, group) in &touched {
                tally.grow(*group + 1);
                tally.add(*group, self.outcomes(*entity));
            }
        }
        self.tally = counted;
        Ok(())
    }

    /// By argument: what turns it into codes, if it is read as such.
    pub fn encoders(&self) -> &[Option<SharedEncoder>] {
        &self.encoders
    }

    /// The same, to have another one in its place.
    pub fn encoders_mut(&mut self) -> &mut [Option<SharedEncoder>] {
        &mut self.encoders
    }

    /// Takes in rows of codes, without their amounts and without a tally to carry on. The ids of all entities are below
    /// `n` by now.
    pub fn see(&mut self, entities: &[u32], columns: &[Codes], n: usize) -> Result<(), ArrowError> {
        self.grow(n);
        if let Some(present) = &mut self.present {
            for entity in entities {
                present[*entity as usize] = true;
            }
        }
        for fold in &mut self.folds {
            fold.update(entities, columns, &self.encoders)?;
        }
        Ok(())
    }

    /// Whether the folds read the amounts of rows, beside their codes.
    pub fn has_amounts(&self) -> bool {
        self.folds.iter().any(|fold| fold.has_amounts())
    }

    /// Whether a fold keeps a list of each entity's items.
    pub fn keeps_items(&self) -> bool {
        self.folds.iter().any(|fold| fold.keeps_items())
    }

    /// Forgets all entities.
    pub fn forget(&mut self, call: &Call) {
        self.folds = folds(call, self.declared);
        self.present = self.present.take().map(|_| vec![]);
        self.tally = None;
    }

    /// The entities of the batch with their groups, each once, if there is a tally to carry on. A
    /// batch that is large beside the table drops the tally: counting anew is cheaper then.
    fn touched(&mut self, rows: EntityRows, n: usize) -> Vec<(u32, usize)> {
        if rows.entities.len() > 16 && rows.entities.len() > n / 8 {
            self.tally = None;
        }
        if self.tally.is_none() {
            return vec![];
        }
        let entities = rows.entities.iter().copied();
        let mut touched: Vec<_> = entities.zip(rows.groups.iter().copied()).collect();
        touched.sort_unstable();
        touched.dedup();
        touched
    }

    /// The outcomes of one entity so far.
    fn outcomes(&self, entity: u32) -> impl Iterator<Item = Option<i128>> {
        judge(self.outcomes, move |fold| self.folds[fold].outcome(entity))
    }

    /// The outcomes of all entities, counted by group.
    ///
    /// The first call looks at every entity. What it counted is kept and carried on by the updates
    /// after it, so that a window that asks after every row does not look at them all again.
    pub fn tally(&mut self, call: &Call, groups: usize, directory: &Directory) -> &mut Tally {
        if self.tally.is_none() {
            let mut tally = Tally::new(call, groups);
            let mut entities = vec![false; directory.end()];
            let counted = Entities::new(directory, self);
            counted.count_into(&mut tally);
            for pair in counted.pairs() {
                entities[pair.id as usize] = true;
            }
            self.tally = Some(KeptTally { tally, entities });
        }
        let counted = self.tally.as_mut().expect("it was just made");
        &mut counted.tally
    }

    /// Names and types of [`EntityFolds::state`] of a call that is alone, before it has the value that is written out in it.
    pub fn state_types_of(
        call: &UnboundCall,
        declared: &[Fold],
    ) -> Result<Vec<(&'static str, DataType)>, ArrowError> {
        let types = start::state_types(declared, call, &encoders(call)?).into_iter();
        Ok(types
            .map(|(name, element)| (name, list_type(element)))
            .collect())
    }

    /// Names and types of [`EntityFolds::state`].
    pub fn state_types(&self) -> Vec<(&'static str, DataType)> {
        let present = self.present.iter().map(|_| ("present", DataType::Boolean));
        let folds = self.folds.iter();
        present
            .chain(folds.flat_map(|fold| fold.state_types(&self.encoders)))
            .map(|(name, element)| (name, list_type(element)))
            .collect()
    }

    /// What is folded of the entities of some groups: one row per group, one list per column.
    pub fn state(&self, lists: &EntityLists) -> Vec<ArrayRef> {
        let present = self.present.iter().map(|present| {
            let present: Vec<bool> = lists.ids().map(|id| present[id]).collect();
            lists.list(Arc::new(BooleanArray::from(present)))
        });
        present.chain(self.state_alone(lists)).collect()
    }

    /// The same of entities that the call has rows of.
    pub fn state_alone(&self, lists: &EntityLists) -> Vec<ArrayRef> {
        let folds = self.folds.iter();
        folds
            .flat_map(|fold| fold.state(lists, &self.encoders))
            .collect()
    }

    /// Takes in a partial state, whose entities have got these ids of `n`. Gives how many columns were read.
    pub fn merge(
        &mut self,
        state: &[ArrayRef],
        entities: &[u32],
        lengths: &[usize],
        n: usize,
    ) -> Result<usize, ArrowError> {
        self.tally = None;
        self.grow(n);
        let mut used = 0;
        if let Some(present) = &mut self.present {
            let merged = FlatLists::new(&state[..1], entities, lengths).column(0)?;
            let merged = merged.as_boolean();
            for (row, entity) in entities.iter().enumerate() {
                present[*entity as usize] |= merged.is_valid(row) && merged.value(row);
            }
            used += 1;
        }
        for fold in &mut self.folds {
            let width = fold.state_types(&self.encoders).len();
            let merged = FlatLists::new(&state[used..used + width], entities, lengths);
            fold.merge(&merged, &self.encoders)?;
            used += width;
        }
        Ok(used)
    }

    /// Bytes on the heap.
    pub fn size(&self) -> usize {
        let encoders = self.encoders.iter().flatten().map(SharedEncoder::size);
        let folds = self.folds.iter().map(|fold| fold.size());
        encoders.sum::<usize>()
            + folds.sum::<usize>()
            + self.present.as_ref().map_or(0, Vec::capacity)
            + self.tally.as_ref().map_or(0, |counted| {
                counted.tally.size() + counted.entities.capacity()
            })
    }
}

/// The folds that a form declares, and what its standard error needs beside them.
fn folds(call: &Call, declared: &[Fold]) -> Vec<Box<dyn EntityFold>> {
    let folds = declared.iter().map(|fold| start(fold, call));
    folds.chain(evidence(call)).collect()
}

/// How many entities are judged together, so that they wait for memory together.
const CHUNK: usize = 1024;

/// What counts of an entity in the end, made of the outcomes of its folds.
fn judge(
    outcomes: &'static [Outcome],
    of: impl Fn(usize) -> Option<i128>,
) -> impl Iterator<Item = Option<i128>> {
    outcomes.iter().map(move |outcome| match *outcome {
        Outcome::Of(fold) => of(fold),
        Outcome::Both(one, other) => Some((of(one) == Some(1) && of(other) == Some(1)).into()),
        Outcome::Where { when, is, then } => match of(when) == Some(is.into()) {
            true => of(then),
            false => None,
        },
    })
}

/// The outcomes of one entity, of which these are all rows.
pub fn outcomes_of(
    call: &Call,
    (declared, outcomes): (&[Fold], &'static [Outcome]),
    rows: usize,
    columns: &[Codes],
    encoders: &Encoders,
) -> Result<Vec<Option<i128>>, ArrowError> {
    let mut folds: Vec<_> = declared.iter().map(|fold| start(fold, call)).collect();
    for fold in &mut folds {
        fold.grow(1);
        fold.update(&vec![0; rows], columns, encoders)?;
    }
    Ok(judge(outcomes, |fold| folds[fold].outcome(0)).collect())
}
