//! Groups whose rows wait before they are folded; see [`crate::fold::defer::waiting`].

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::error::ArrowError;

use crate::fold::defer::block_file::BlockFile;
use crate::fold::defer::waiting::{REGIONS, Read, Waiting};
use crate::fold::entity::entities::EntityRows;
use crate::fold::facts::masks::{chosen, filtered};
use crate::fold::keys::coarser::{Coarser, MergedEntities};
use crate::fold::keys::encoder::{Encoded, SharedEncoder};
use crate::fold::run::call_error::CallError;
use crate::fold::run::groups_of_entities::GroupsOfEntities;
use crate::fold::sum::tally::Tally;

/// One region in so many tells what the others are like.
const SAMPLE: usize = 16;

/// So many regions are folded together before they are spilled.
const AT_A_TIME: usize = 16;

/// One in so many rows of a key that was there before has to be a new entity. Even by month many are not, because an order
/// has several rows.
const NEW: usize = 8;

/// Rows that wait may take so many times the memory that would be kept of their entities.
const PATIENCE: usize = 2;

impl GroupsOfEntities {
    /// Lets rows wait from now on; see [`Groups::let_rows_wait`](crate::fold::run::groups::Groups::let_rows_wait).
    pub fn let_rows_wait(&mut self) {
        if self.calls.iter().all(|running| running.groups.can_wait()) {
            let mut known: Vec<SharedEncoder> = vec![];
            let mut number = |encoder: &SharedEncoder| {
                let place = known.iter().position(|known| known.is(encoder));
                place.unwrap_or_else(|| {
                    known.push(encoder.clone());
                    known.len() - 1
                })
            };
            let reads = self.calls.iter().map(|running| {
                let encoders = running.groups.encoders().iter();
                let numbers = encoders.map(|encoder| encoder.as_ref().map(&mut number));
                numbers.collect()
            });
            self.waiting = Waiting::of(reads);
        }
    }

    /// Takes in rows of which each has an entity, and lets them wait.
    pub(in crate::fold) fn wait(
        &mut self,
        mut waiting: Waiting,
        columns: &[ArrayRef],
        groups: &[usize],
    ) -> Result<(), CallError> {
        let names = self.names(columns);
        let keys = self.directory.keys(names.iter())?;
        let alone = self.calls.len() == 1;
        let mut encoded = Encoded::new(columns);
        let mut calls = vec![];
        for (call, running) in self.calls.iter_mut().enumerate() {
            let mut read = || {
                let args = running.columns.args(columns);
                let counts = running.mask(columns, &args, alone)?;
                let codes = running.codes(&mut encoded, &args, None)?;
                // Who counts items beside entities does not wait, so nobody reads their codes here.
                match &counts {
                    None => running.groups.update_beside(EntityRows {
                        args: &args,
                        codes: &[],
                        groups,
                        entities: &[],
                    })?,
                    Some(mask) => running.groups.update_beside(EntityRows {
                        args: &filtered(&args, mask)?,
                        codes: &[],
                        groups: &chosen(groups, mask),
                        entities: &[],
                    })?,
                }
                Ok(Read {
                    counts,
                    columns: codes,
                })
            };
            calls.push(read().map_err(|error| CallError { call, error })?);
        }
        waiting.push(&keys, groups, &calls);
        // Rows on the disk wait until the end: folded all at once they might not fit.
        match !waiting.is_on_disk() && waiting.is_due() {
            true => self.sample_regions(waiting),
            false => {
                self.waiting = Some(waiting);
                Ok(())
            }
        }
    }

    /// Lets rows wait on, or folds them, as some of the regions tell.
    ///
    /// Rows wait if much is kept of each entity, or if many rows are of a new one although their key was there before: of
    /// another month, say. Otherwise there are soon no new ones, and the little that is kept of them is not worth while.
    /// And rows wait as long as they take not much more memory than their entities would, so that memory grows with the
    /// entities, not the rows.
    fn sample_regions(&mut self, waiting: Waiting) -> Result<(), CallError> {
        let before = self.size();
        let sample = (0..REGIONS).step_by(SAMPLE);
        for region in sample.clone() {
            self.fold_region(&waiting, region)?;
        }
        let kept = (self.size() - before) * SAMPLE;
        let pairs = self.directory.pairs();
        let mut keys: Vec<u64> = pairs.map(|pair| pair.key).collect();
        let entities = keys.len();
        keys.sort_unstable();
        keys.dedup();
        let rows: usize = sample.map(|region| waiting.rows_of(region)).sum();
        let (again, new) = (rows - keys.len(), entities - keys.len());
        self.forget();
        let keeps_much = self
            .calls
            .iter()
            .any(|running| running.groups.keeps_items());
        let is_worth_while = keeps_much || new * NEW >= again;
        let waits = is_worth_while && waiting.size() <= PATIENCE * kept;
        self.waiting = Some(waiting);
        match waits {
            true => Ok(()),
            false => self.fold_waiting(),
        }
    }

    /// Folds the rows that wait. From now on, rows are folded as they come.
    pub(in crate::fold) fn fold_waiting(&mut self) -> Result<(), CallError> {
        if let Some(mut waiting) = self.waiting.take() {
            for region in 0..REGIONS {
                self.fold_region(&waiting, region)?;
                waiting.drop_region(region);
            }
        }
        Ok(())
    }

    /// What the entities of all groups amount to for each call, counted region by region: first of these groups, then of
    /// each of the coarser ones. All rows of an entity are in one region, so that what is merged is near, too.
    pub(in crate::fold) fn tallies(
        &mut self,
        waiting: &Waiting,
        coarser: &[Coarser],
    ) -> Result<Vec<Vec<Tally>>, CallError> {
        let nothing = |groups: usize| -> Vec<Tally> {
            let calls = self.calls.iter();
            let tallies = calls.map(|running| Tally::new(running.groups.call(), groups));
            tallies.collect()
        };
        let mut tallies = nothing(self.groups);
        let of_coarser = coarser.iter().map(|coarser| nothing(coarser.groups));
        let mut of_coarser: Vec<_> = of_coarser.collect();
        let regions = (0..REGIONS).filter(|region| waiting.rows_of(*region) > 0);
        for region in regions {
            self.fold_region(waiting, region)?;
            let directory = &mut self.directory;
            for (running, tally) in self.calls.iter().zip(&mut tallies) {
                running.groups.count_into(tally, directory);
            }
            for (Coarser { of, .. }, tallies) in coarser.iter().zip(&mut of_coarser) {
                let merged = MergedEntities::of(directory, of)?;
                for (call, (running, tally)) in self.calls.iter().zip(tallies).enumerate() {
                    let counted = running
                        .groups
                        .count_coarser_into(tally, directory, of, &merged);
                    counted.map_err(|error| CallError { call, error })?;
                }
            }
            for running in &mut self.calls {
                running.groups.forget();
            }
            directory.clear();
        }
        self.forget();
        of_coarser.insert(0, tallies);
        Ok(of_coarser)
    }

    fn fold_region(&mut self, waiting: &Waiting, region: usize) -> Result<(), CallError> {
        let (directory, calls) = (&mut self.directory, &mut self.calls);
        waiting.each_block(region, |block| {
            directory.intern(waiting.pairs(block))?;
            let (entities, n) = (directory.ids(), directory.end());
            let mut known = vec![];
            for (call, running) in calls.iter_mut().enumerate() {
                let Read { counts, columns } = waiting.read(block, call, &mut known);
                let seen = match counts {
                    None => running.groups.see(entities, &columns, n),
                    Some(mask) => {
                        let columns = columns.iter().map(|codes| codes.filtered(&mask));
                        let entities = chosen(entities, &mask);
                        running
                            .groups
                            .see(&entities, &columns.collect::<Vec<_>>(), n)
                    }
                };
                seen.map_err(|error| CallError { call, error })?;
            }
            Ok(())
        })
    }

    /// Sends rows that wait to the disk, as far as there are any. Gives how many bytes are free now.
    pub fn spill_waiting<E: From<ArrowError>>(
        &mut self,
        file: impl FnOnce() -> Result<Option<Box<dyn BlockFile>>, E>,
    ) -> Result<usize, E> {
        match &mut self.waiting {
            Some(waiting) => waiting.spill(file),
            None => Ok(0),
        }
    }

    /// Folds the rows that wait, some of the regions at a time, and has something done with what they amount to before it is
    /// forgotten; without rows that wait, with all that there is.
    pub(in crate::fold) fn each_part<E: From<CallError>>(
        &mut self,
        mut each: impl FnMut(&Self) -> Result<(), E>,
    ) -> Result<(), E> {
        let Some(mut waiting) = self.waiting.take() else {
            return each(self);
        };
        for first in (0..REGIONS).step_by(AT_A_TIME) {
            for region in first..first + AT_A_TIME {
                self.fold_region(&waiting, region)?;
                waiting.drop_region(region);
            }
            each(self)?;
            self.forget();
        }
        Ok(())
    }

    /// Forgets what was folded of entities.
    fn forget(&mut self) {
        self.directory.forget();
        for running in &mut self.calls {
            running.groups.forget();
        }
    }
}
