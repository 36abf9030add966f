//! What the groups of a call amount to: values, parts, and summaries that others add up.

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::error::ArrowError;

use super::groups_of_call::{CallGroups, GrainState};
use crate::fold::entity::entities::Entities;
use crate::fold::facts::call::Call;
use crate::fold::keys::coarser::{Coarser, MergedEntities};
use crate::fold::keys::directory::Directory;
use crate::fold::sum::tally::Tally;
use crate::fold::value::dispersion::Dispersion;
use crate::fold::value::entities_of::ItemCounts;
use crate::fold::value::evidence::Evidence;
use crate::fold::value::finish;
use crate::fold::value::parts::Parts;
use crate::fold::value::scan::Scanned;

impl CallGroups {
    /// Counts what the entities amount to.
    pub fn count_into(&self, tally: &mut Tally, directory: &Directory) {
        if let GrainState::Entity(folded) = &self.grain {
            Entities::new(directory, folded).count_into(tally);
        }
    }

    /// The same in coarser groups.
    pub fn count_coarser_into(
        &self,
        tally: &mut Tally,
        directory: &Directory,
        of: &[usize],
        merged: &MergedEntities,
    ) -> Result<(), ArrowError> {
        let GrainState::Entity(folded) = &self.grain else {
            return Ok(());
        };
        let alone = Entities::new(directory, folded).alone_in(of, merged);
        alone.count_into(tally);
        if !merged.is_empty() {
            let mut together = folded.emptied(&self.call);
            together.absorb(folded, &merged.pairs, merged.directory.end())?;
            Entities::new(&merged.directory, &together).count_into(tally);
        }
        Ok(())
    }

    /// The values of the first of some groups.
    pub fn values(
        &mut self,
        first: usize,
        groups: usize,
        directory: Option<&Directory>,
    ) -> Result<ArrayRef, ArrowError> {
        if let Some(scanned) = self.scanned(first, directory)? {
            return scanned.values(&self.call, self.items(), &self.totals, first);
        }
        let tally = self.grain.tally(&self.call, groups, directory);
        finish::values(&self.call, tally, first, &self.totals)
    }

    /// The entities, if it judges any.
    fn entities<'a>(&'a self, directory: Option<&'a Directory>) -> Option<Entities<'a>> {
        match (&self.grain, directory) {
            (GrainState::Entity(folded), Some(directory)) => Some(Entities::new(directory, folded)),
            _ => None,
        }
    }

    /// What a finish needs that looks at the entities of the first groups.
    fn scanned(
        &self,
        first: usize,
        directory: Option<&Directory>,
    ) -> Result<Option<Scanned>, ArrowError> {
        match self.entities(directory) {
            Some(entities) => Scanned::of(&self.call, entities, first),
            None => Ok(None),
        }
    }

    /// What the first of some groups amount to, if no entity of theirs has rows elsewhere; see
    /// [`crate::fold::value::summary::Summary`].
    pub fn summary(
        &self,
        first: usize,
        groups: usize,
        directory: Option<&Directory>,
    ) -> Result<Vec<ArrayRef>, ArrowError> {
        let entities = self.entities(directory);
        self.summary_from(first, groups, entities.as_slice())
    }

    /// The same of coarser groups.
    pub fn summary_of_coarser(
        &self,
        coarser: &Coarser,
        directory: Option<&Directory>,
        merged: Option<&MergedEntities>,
    ) -> Result<Vec<ArrayRef>, ArrowError> {
        let Coarser { of, groups } = *coarser;
        let (pairs, n) = merged.map_or((&[][..], 0), |merged| {
            (merged.pairs.as_slice(), merged.directory.end())
        });
        let together = self.coarser(of, groups, pairs, n)?;
        let alone = self.entities(directory).zip(merged);
        let alone = alone.map(|(entities, merged)| entities.alone_in(of, merged));
        let entities = together.entities(merged.map(|merged| &merged.directory));
        let entities: Vec<_> = alone.into_iter().chain(entities).collect();
        together.summary_from(groups, groups, &entities)
    }

    /// What is found of these entities, none of which is among them twice, and what is known beside them.
    fn summary_from(
        &self,
        first: usize,
        groups: usize,
        entities: &[Entities],
    ) -> Result<Vec<ArrayRef>, ArrowError> {
        let all: Vec<usize> = (0..first).collect();
        let mut scanned: Option<Scanned> = None;
        let mut dispersion: Option<Dispersion> = None;
        for entities in entities {
            let more = Scanned::of(&self.call, *entities, first)?;
            match (&mut scanned, more) {
                (Some(scanned), Some(more)) => {
                    scanned.merge(&more.state(first), &all)?;
                }
                (known, more) => *known = known.take().or(more),
            }
            let more = Dispersion::of(&self.call, *entities, first);
            match (&mut dispersion, more) {
                (Some(dispersion), Some(more)) => {
                    dispersion.merge(&more.state(first), &all);
                }
                (known, more) => *known = known.take().or(more),
            }
        }
        let counted = (scanned.is_none() && !entities.is_empty()).then(|| {
            let mut tally = Tally::new(&self.call, groups);
            entities.iter().for_each(|of| of.count_into(&mut tally));
            tally
        });
        let tally = match &self.grain {
            GrainState::Row { tally, .. } => Some(tally),
            GrainState::Entity(_) => counted.as_ref(),
        };
        Ok(self
            .evidence(tally, scanned.as_ref(), dispersion.as_ref())
            .columns(first))
    }

    /// The same, where the entities are counted already.
    pub fn summary_of(&self, first: usize, tally: &Tally) -> Vec<ArrayRef> {
        self.evidence(Some(tally), None, None).columns(first)
    }

    fn items(&self) -> Option<ItemCounts<'_>> {
        self.others.as_ref().map(ItemCounts::Named)
    }

    fn evidence<'a>(
        &'a self,
        tally: Option<&'a Tally>,
        scanned: Option<&'a Scanned>,
        dispersion: Option<&'a Dispersion>,
    ) -> Evidence<'a> {
        Evidence {
            call: &self.call,
            tally,
            scanned,
            dispersion,
            items: self.items(),
            totals: &self.totals,
            audit: self.audit.as_ref(),
        }
    }

    /// The values of the first of some groups with what they were made of; see [`crate::fold::value::parts`].
    pub fn parts(
        &mut self,
        first: usize,
        groups: usize,
        directory: Option<&Directory>,
    ) -> Result<Vec<Parts>, ArrowError> {
        let scanned = self.scanned(first, directory)?;
        let entities = self.entities(directory);
        let dispersion = entities.and_then(|entities| Dispersion::of(&self.call, entities, first));
        // Making the tally needs the groups themselves.
        let tally = match scanned {
            Some(_) => None,
            None => Some(self.grain.tally(&self.call, groups, directory).clone()),
        };
        self.evidence(tally.as_ref(), scanned.as_ref(), dispersion.as_ref())
            .parts(first)
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
