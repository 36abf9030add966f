//! What groups amount to where every entity was seen whole: of these groups, and of coarser ones that are made of them.

use datafusion::arrow::array::ArrayRef;

use crate::fold::keys::coarser::{Coarser, Merged};
use crate::fold::run::groups::{CallError, Groups};

impl Groups {
    /// What the first groups amount to for each call; see [`crate::fold::value::summary`].
    pub fn summaries(&mut self, first: usize) -> Result<Vec<Vec<ArrayRef>>, CallError> {
        if first == self.groups {
            let mut all = self.summaries_of_all(&[])?;
            return Ok(all.swap_remove(0));
        }
        self.settle()?;
        self.summaries_of_folded(first)
    }

    /// What all groups amount to for each call, and after them what each of the coarser ones does.
    pub fn summaries_of_all(
        &mut self,
        coarser: &[Coarser],
    ) -> Result<Vec<Vec<Vec<ArrayRef>>>, CallError> {
        let Some(waiting) = self.waiting.take() else {
            let mut summaries = vec![self.summaries_of_folded(self.groups)?];
            for coarser in coarser {
                summaries.push(self.summaries_of_coarser(coarser)?);
            }
            return Ok(summaries);
        };
        let mut tallies = self.tallies(&waiting, coarser)?.into_iter();
        self.waiting = Some(waiting);
        let mut summaries = vec![];
        if let Some(tallies) = tallies.next() {
            let seats = self.seats.iter().zip(&tallies);
            let columns = seats.map(|(seat, tally)| seat.member.summary_of(self.groups, tally));
            summaries.push(columns.collect());
        }
        for (Coarser { of, groups }, tallies) in coarser.iter().zip(tallies) {
            let seats = self.seats.iter().zip(&tallies).enumerate();
            let columns = seats.map(|(call, (seat, tally))| {
                // Of entities all is counted.
                let beside = seat.member.coarser(of, *groups, &[], 0);
                let beside = beside.map_err(|error| CallError { call, error })?;
                Ok(beside.summary_of(*groups, tally))
            });
            summaries.push(columns.collect::<Result<_, CallError>>()?);
        }
        Ok(summaries)
    }

    fn summaries_of_folded(&self, first: usize) -> Result<Vec<Vec<ArrayRef>>, CallError> {
        let directory = self.directory.as_ref();
        let seats = self.seats.iter().enumerate();
        let summaries = seats.map(|(call, seat)| {
            let summary = seat.member.summary(first, self.groups, directory);
            summary.map_err(|error| CallError { call, error })
        });
        summaries.collect()
    }

    fn summaries_of_coarser(&self, coarser: &Coarser) -> Result<Vec<Vec<ArrayRef>>, CallError> {
        let directory = self.directory.as_ref();
        let merged = directory.map(|directory| Merged::of(directory, coarser.of));
        let merged = merged.transpose()?;
        let seats = self.seats.iter().enumerate();
        let summaries = seats.map(|(call, seat)| {
            let summary = seat
                .member
                .summary_of_coarser(coarser, directory, merged.as_ref());
            summary.map_err(|error| CallError { call, error })
        });
        summaries.collect()
    }
}
