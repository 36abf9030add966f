//! What the entities of a call amount to: values, parts, and summaries that others add up.

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::error::ArrowError;

use crate::define::MadeOf;
use crate::fold::entity::entities::Entities;
use crate::fold::keys::coarser::{Coarser, MergedEntities};
use crate::fold::keys::directory::Directory;
use crate::fold::run::entity_call::{CountedItems, EntityCall};
use crate::fold::sum::tally::Tally;
use crate::fold::value::dispersion::Dispersion;
use crate::fold::value::entities_of::ItemCounts;
use crate::fold::value::evidence::{Divided, Evidence};
use crate::fold::value::finish;
use crate::fold::value::measured::Measured;
use crate::fold::value::parts::Parts;
use crate::fold::value::scan::Scanned;

impl EntityCall {
    /// Counts what the entities amount to.
    pub fn count_into(&self, tally: &mut Tally, directory: &Directory) {
        self.entities(directory).count_into(tally);
    }

    /// The same in coarser groups.
    pub fn count_coarser_into(
        &self,
        tally: &mut Tally,
        directory: &Directory,
        of: &[usize],
        merged: &MergedEntities,
    ) -> Result<(), ArrowError> {
        self.entities(directory)
            .alone_in(of, merged)
            .count_into(tally);
        if !merged.is_empty() {
            let mut together = self.folded.emptied(self.call());
            together.absorb(&self.folded, &merged.pairs, merged.directory.end())?;
            Entities::new(&merged.directory, &together).count_into(tally);
        }
        Ok(())
    }

    /// The values of the first of some groups.
    pub fn values(
        &mut self,
        first: usize,
        groups: usize,
        directory: &Directory,
    ) -> Result<ArrayRef, ArrowError> {
        match self.call().form.finish.made_of() {
            MadeOf::Counted(counted) => {
                let tally = self.folded.tally(&self.beside.call, groups, directory);
                tally.grow(groups);
                let (call, totals) = (&self.beside.call, &self.beside.totals);
                finish::values(call, counted, tally, first, totals)
            }
            MadeOf::Sought(sought) => {
                let scanned = Scanned::of(self.call(), sought, self.entities(directory), first)?;
                scanned.values(self.call(), self.items(), &self.beside.totals, first)
            }
        }
    }

    /// The values of the first of some groups with what they were made of; see [`crate::fold::value::parts`].
    pub fn parts(
        &mut self,
        first: usize,
        groups: usize,
        directory: &Directory,
    ) -> Result<Vec<Parts>, ArrowError> {
        let dispersion = Dispersion::of(self.call(), self.entities(directory), first)?;
        let measured = match self.call().form.finish.made_of() {
            MadeOf::Counted(counted) => {
                // Making the tally needs the groups themselves.
                let tally = self.folded.tally(&self.beside.call, groups, directory);
                tally.grow(groups);
                Measured::Counted(counted, tally.clone())
            }
            MadeOf::Sought(sought) => {
                let entities = self.entities(directory);
                Measured::Scanned(sought, Scanned::of(self.call(), sought, entities, first)?)
            }
        };
        self.evidence(measured.found(), dispersion.as_ref())
            .parts(first)
    }

    /// What the first of some groups amount to, if no entity of theirs has rows elsewhere; see
    /// [`crate::fold::value::summary::Summary`].
    pub fn summary(
        &self,
        first: usize,
        groups: usize,
        directory: &Directory,
    ) -> Result<Vec<ArrayRef>, ArrowError> {
        self.summary_from(first, groups, self.entities(directory), None)
    }

    /// The same of coarser groups.
    pub fn summary_of_coarser(
        &self,
        coarser: &Coarser,
        directory: &Directory,
        merged: &MergedEntities,
    ) -> Result<Vec<ArrayRef>, ArrowError> {
        let Coarser { of, groups } = *coarser;
        let together = self.coarser(of, groups, &merged.pairs, merged.directory.end())?;
        let alone = self.entities(directory).alone_in(of, merged);
        let of_several = together.entities(&merged.directory);
        together.summary_from(groups, groups, alone, Some(of_several))
    }

    /// What is found of these entities and of more, none of which is among them twice, and what is known beside them.
    fn summary_from(
        &self,
        first: usize,
        groups: usize,
        entities: Entities,
        more: Option<Entities>,
    ) -> Result<Vec<ArrayRef>, ArrowError> {
        let mut measured = Measured::of(self.call(), entities, first, groups)?;
        let mut dispersion = Dispersion::of(self.call(), entities, first)?;
        if let Some(more) = more {
            measured.add(self.call(), more, first)?;
            let more = Dispersion::of(self.call(), more, first)?;
            if let (Some(dispersion), Some(more)) = (&mut dispersion, more) {
                let all: Vec<usize> = (0..first).collect();
                dispersion.merge(&more.state(first), &all);
            }
        }
        Ok(self
            .evidence(measured.found(), dispersion.as_ref())
            .columns(first))
    }

    /// The same, where the entities are counted already, and nothing else is asked of them.
    pub fn summary_of(&self, first: usize, tally: &Tally) -> Vec<ArrayRef> {
        let mut columns = tally.state(first);
        columns.extend(self.state_beside(first));
        columns
    }

    fn entities<'a>(&'a self, directory: &'a Directory) -> Entities<'a> {
        Entities::new(directory, &self.folded)
    }

    fn items(&self) -> Option<ItemCounts<'_>> {
        let items = self.items.as_ref();
        items.map(|CountedItems { directory, .. }| ItemCounts::Named(directory))
    }

    fn evidence<'a>(
        &'a self,
        found: Divided<'a>,
        dispersion: Option<&'a Dispersion>,
    ) -> Evidence<'a> {
        Evidence {
            call: self.call(),
            found,
            dispersion,
            items: self.items(),
            totals: &self.beside.totals,
            audit: self.beside.audit.as_ref(),
        }
    }
}
