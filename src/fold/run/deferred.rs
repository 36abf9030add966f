//! Groups whose rows wait before they are folded; see [`crate::fold::defer::waiting`].

use datafusion::arrow::array::ArrayRef;

use crate::fold::defer::waiting::{REGIONS, Read, Waiting};
use crate::fold::entity::entities::Rows;
use crate::fold::facts::masks::{chosen, filtered};
use crate::fold::keys::coarser::{Coarser, Merged};
use crate::fold::keys::directory::Directory;
use crate::fold::keys::encoder::{Encoded, SharedEncoder};
use crate::fold::run::groups::{CallError, Groups};
use crate::fold::sum::tally::Tally;

/// One region in so many tells what the others are like.
const SAMPLE: usize = 16;

/// One in so many rows of a key that was there before has to be a new entity. Even by month many are not, because an order
/// has several rows.
const NEW: usize = 8;

/// Rows that wait may take so many times the memory that would be kept of their entities.
const PATIENCE: usize = 2;

impl Groups {
    /// Lets rows wait from now on, while it is worth while, if all that the calls keep of them is counted in the end. For
    /// those who will ask for [`Groups::summaries`] once, after many rows.
    pub fn let_rows_wait(&mut self) {
        if self.directory.is_some() && self.seats.iter().all(|seat| seat.member.can_wait()) {
            let mut known: Vec<SharedEncoder> = vec![];
            let mut number = |encoder: &SharedEncoder| {
                let place = known.iter().position(|known| known.is(encoder));
                place.unwrap_or_else(|| {
                    known.push(encoder.clone());
                    known.len() - 1
                })
            };
            let reads = self.seats.iter().map(|seat| {
                let encoders = seat.member.encoders().iter();
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
        let keys = match &mut self.directory {
            Some(directory) => directory.keys(names.iter())?,
            None => unreachable!("rows wait for their entities"),
        };
        let alone = self.seats.len() == 1;
        let mut encoded = Encoded::new(columns);
        let mut calls = vec![];
        for (call, seat) in self.seats.iter_mut().enumerate() {
            let mut read = || {
                let args = seat.args(columns);
                let counts = seat.mask(columns, &args, alone)?;
                let words = seat.words(&mut encoded, &args, None)?;
                // Who counts items beside entities does not wait, so nobody reads their words here.
                match &counts {
                    None => seat.member.update_beside(Rows {
                        args: &args,
                        words: &[],
                        groups,
                        entities: &[],
                    })?,
                    Some(mask) => seat.member.update_beside(Rows {
                        args: &filtered(&args, mask)?,
                        words: &[],
                        groups: &chosen(groups, mask),
                        entities: &[],
                    })?,
                }
                Ok(Read {
                    counts,
                    columns: words,
                })
            };
            calls.push(read().map_err(|error| CallError { call, error })?);
        }
        waiting.push(&keys, groups, &calls);
        match waiting.is_due() {
            true => self.weigh(waiting),
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
    fn weigh(&mut self, waiting: Waiting) -> Result<(), CallError> {
        let before = self.size();
        let sample = (0..REGIONS).step_by(SAMPLE);
        for region in sample.clone() {
            self.fold_region(&waiting, region)?;
        }
        let kept = (self.size() - before) * SAMPLE;
        let pairs = self.directory.iter().flat_map(Directory::pairs);
        let mut keys: Vec<u64> = pairs.map(|pair| pair.key).collect();
        let entities = keys.len();
        keys.sort_unstable();
        keys.dedup();
        let rows: usize = sample.map(|region| waiting.rows_of(region)).sum();
        let (again, new) = (rows - keys.len(), entities - keys.len());
        self.forget();
        let keeps_much = self.seats.iter().any(|seat| seat.member.keeps_items());
        let is_worth_while = keeps_much || new * NEW >= again;
        let waits = is_worth_while && waiting.size() <= PATIENCE * kept;
        self.waiting = Some(waiting);
        match waits {
            true => Ok(()),
            false => self.settle(),
        }
    }

    /// Folds the rows that wait. From now on, rows are folded as they come.
    pub(in crate::fold) fn settle(&mut self) -> Result<(), CallError> {
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
            let seats = self.seats.iter();
            let tallies = seats.map(|seat| Tally::new(seat.member.call(), groups));
            tallies.collect()
        };
        let mut tallies = nothing(self.groups);
        let of_coarser = coarser.iter().map(|coarser| nothing(coarser.groups));
        let mut of_coarser: Vec<_> = of_coarser.collect();
        let regions = (0..REGIONS).filter(|region| waiting.rows_of(*region) > 0);
        for region in regions {
            self.fold_region(waiting, region)?;
            let Some(directory) = &mut self.directory else {
                break;
            };
            for (seat, tally) in self.seats.iter().zip(&mut tallies) {
                seat.member.count_into(tally, directory);
            }
            for (Coarser { of, .. }, tallies) in coarser.iter().zip(&mut of_coarser) {
                let merged = Merged::of(directory, of)?;
                for (call, (seat, tally)) in self.seats.iter().zip(tallies).enumerate() {
                    let counted = seat
                        .member
                        .count_coarser_into(tally, directory, of, &merged);
                    counted.map_err(|error| CallError { call, error })?;
                }
            }
            for seat in &mut self.seats {
                seat.member.forget();
            }
            directory.clear();
        }
        self.forget();
        of_coarser.insert(0, tallies);
        Ok(of_coarser)
    }

    fn fold_region(&mut self, waiting: &Waiting, region: usize) -> Result<(), CallError> {
        let Some(directory) = &mut self.directory else {
            return Ok(());
        };
        for block in waiting.blocks(region) {
            directory.intern(waiting.pairs(&block))?;
            let (entities, n) = (directory.ids(), directory.end());
            let mut known = vec![];
            for (call, seat) in self.seats.iter_mut().enumerate() {
                let Read { counts, columns } = waiting.read(&block, call, &mut known);
                let seen = match counts {
                    None => seat.member.see(entities, &columns, n),
                    Some(mask) => {
                        let columns = columns.iter().map(|words| words.filtered(&mask));
                        let entities = chosen(entities, &mask);
                        seat.member.see(&entities, &columns.collect::<Vec<_>>(), n)
                    }
                };
                seen.map_err(|error| CallError { call, error })?;
            }
        }
        Ok(())
    }

    /// Forgets what was folded of entities.
    fn forget(&mut self) {
        if let Some(directory) = &mut self.directory {
            directory.forget();
        }
        for seat in &mut self.seats {
            seat.member.forget();
        }
    }
}
