//! What groups amount to where every entity was seen whole: of these groups, and of coarser ones that are made of them.

use datafusion::arrow::array::ArrayRef;

use crate::fold::keys::coarser::{Coarser, MergedEntities};
use crate::fold::run::call_error::CallError;
use crate::fold::run::groups_of_entities::GroupsOfEntities;

impl GroupsOfEntities {
    /// What the first groups amount to for each call; see [`crate::fold::value::summary`].
    pub fn summaries(&mut self, first: usize) -> Result<Vec<Vec<ArrayRef>>, CallError> {
        if first == self.groups {
            let mut all = self.summaries_of_all(&[])?;
            return Ok(all.swap_remove(0));
        }
        self.fold_waiting()?;
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
            let calls = self.calls.iter().zip(&tallies);
            let columns =
                calls.map(|(running, tally)| running.groups.summary_of(self.groups, tally));
            summaries.push(columns.collect());
        }
        for (Coarser { of, groups }, tallies) in coarser.iter().zip(tallies) {
            let calls = self.calls.iter().zip(&tallies).enumerate();
            let columns = calls.map(|(call, (running, tally))| {
                // Of entities all is counted.
                let beside = running.groups.coarser(of, *groups, &[], 0);
                let beside = beside.map_err(|error| CallError { call, error })?;
                Ok(beside.summary_of(*groups, tally))
            });
            summaries.push(columns.collect::<Result<_, CallError>>()?);
        }
        Ok(summaries)
    }

    fn summaries_of_folded(&self, first: usize) -> Result<Vec<Vec<ArrayRef>>, CallError> {
        let calls = self.calls.iter().enumerate();
        let summaries = calls.map(|(call, running)| {
            let summary = running.groups.summary(first, self.groups, &self.directory);
            summary.map_err(|error| CallError { call, error })
        });
        summaries.collect()
    }

    fn summaries_of_coarser(&self, coarser: &Coarser) -> Result<Vec<Vec<ArrayRef>>, CallError> {
        let merged = MergedEntities::of(&self.directory, coarser.of)?;
        let calls = self.calls.iter().enumerate();
        let summaries = calls.map(|(call, running)| {
            let summary = running
                .groups
                .summary_of_coarser(coarser, &self.directory, &merged);
            summary.map_err(|error| CallError { call, error })
        });
        summaries.collect()
    }
}
