//! Groups of calls that judge entities: one call, or several of the same entities.

use datafusion::arrow::array::{ArrayRef, AsArray, BooleanArray};
use datafusion::arrow::compute::or_kleene;
use datafusion::arrow::error::ArrowError;

use crate::fold::defer::waiting::Waiting;
use crate::fold::entity::entities::EntityRows;
use crate::fold::facts::call::Call;
use crate::fold::facts::masks::{chosen, filtered, rows_that_count};
use crate::fold::keys::coarser::Coarser;
use crate::fold::keys::directory::Directory;
use crate::fold::keys::encoder::Encoded;
use crate::fold::run::call_error::CallError;
use crate::fold::run::entity_call::EntityCall;
use crate::fold::run::running_call::{CallColumns, RunningCall, both, share_codes};
use crate::fold::value::parts::Parts;

/// The groups of some calls, numbered from 0.
#[derive(Debug)]
pub struct GroupsOfEntities {
    pub(super) groups: usize,
    /// The entities of all calls.
    pub(super) directory: Directory,
    pub(super) calls: Vec<RunningCall>,
    /// Rows that are to be folded later. While there are any, nothing is folded.
    pub(super) waiting: Option<Waiting>,
}

impl GroupsOfEntities {
    /// No groups yet of calls that have the same entities: the columns that name them are the same.
    pub(in crate::fold) fn new(calls: Vec<(Call, CallColumns)>) -> Result<Self, CallError> {
        let directory = Directory::of(&calls[0].0)?;
        let alone = calls.len() == 1;
        let calls = calls.into_iter().enumerate();
        let calls = calls.map(|(position, (call, columns))| {
            // Alone, a call has all entities of its directory.
            let shares = !alone && (columns.filter.is_some() || !call.needs().is_empty());
            let groups = EntityCall::new(call, shares).map_err(|error| CallError {
                call: position,
                error,
            })?;
            Ok(RunningCall { groups, columns })
        });
        let mut calls = calls.collect::<Result<Vec<_>, CallError>>()?;
        share_codes(&mut calls);
        Ok(GroupsOfEntities {
            groups: 0,
            directory,
            calls,
            waiting: None,
        })
    }

    /// The same rows in fewer groups. What is known of an entity in several groups is put together, without a look at its
    /// rows.
    pub fn coarser(&mut self, coarser: &Coarser) -> Result<Self, CallError> {
        self.fold_waiting()?;
        let Coarser { of, groups } = *coarser;
        let (directory, pairs) = self.directory.coarser(of)?;
        let n = directory.end();
        let calls = self.calls.iter().enumerate().map(|(call, running)| {
            let coarser = running.groups.coarser(of, groups, &pairs, n);
            Ok(RunningCall {
                groups: coarser.map_err(|error| CallError { call, error })?,
                columns: running.columns.clone(),
            })
        });
        Ok(GroupsOfEntities {
            groups,
            calls: calls.collect::<Result<_, CallError>>()?,
            directory,
            waiting: None,
        })
    }

    /// Makes room for more groups.
    pub fn grow(&mut self, groups: usize) {
        self.groups = self.groups.max(groups);
        for running in &mut self.calls {
            running.groups.grow(self.groups);
        }
    }

    /// Takes in rows without NaN, each of one group. Rows where `condition` is false or NULL are left out.
    pub fn update(
        &mut self,
        columns: &[ArrayRef],
        groups: &[usize],
        condition: Option<&BooleanArray>,
    ) -> Result<(), CallError> {
        let given = condition;
        // There are no entities but those of the rows that some call looks at.
        let own = self.filter_of_all(columns)?;
        let both = both(own.as_ref(), given)?;
        let condition = both.as_ref().or(own.as_ref()).or(given);
        let required = match self.calls.as_slice() {
            [alone] => alone.columns.of(&alone.groups.call().required()),
            [first, ..] => first.columns.of(first.groups.call().key()),
            [] => vec![],
        };
        let mask = rows_that_count(columns, &required, condition)?;
        for running in &mut self.calls {
            running.audit(columns, groups, given)?;
        }
        match mask {
            None => self.update_counting(columns, groups),
            Some(mask) => {
                let columns = filtered(columns, &mask)?;
                self.update_counting(&columns, &chosen(groups, &mask))
            }
        }
    }

    /// Which rows any of the calls looks at; `None` if one of them looks at all.
    fn filter_of_all(&self, columns: &[ArrayRef]) -> Result<Option<BooleanArray>, ArrowError> {
        let mut any: Option<BooleanArray> = None;
        for running in &self.calls {
            let Some(column) = running.columns.filter else {
                return Ok(None);
            };
            let own = columns[column].as_boolean();
            any = Some(match any {
                Some(any) => or_kleene(&any, own)?,
                None => own.clone(),
            });
        }
        Ok(any)
    }

    /// Takes in rows of which each has an entity.
    fn update_counting(&mut self, columns: &[ArrayRef], groups: &[usize]) -> Result<(), CallError> {
        if let Some(waiting) = self.waiting.take() {
            return self.wait(waiting, columns, groups);
        }
        let names = self.names(columns);
        self.directory.update(names.iter(), groups)?;
        let (entities, n) = (self.directory.ids(), self.directory.end());
        let alone = self.calls.len() == 1;
        let mut encoded = Encoded::new(columns);
        for (call, running) in self.calls.iter_mut().enumerate() {
            let mut update = || {
                let args = running.columns.args(columns);
                match running.mask(columns, &args, alone)? {
                    None => {
                        let rows = EntityRows {
                            args: &args,
                            codes: &running.codes(&mut encoded, &args, None)?,
                            groups,
                            entities,
                        };
                        running.groups.update(rows, n)
                    }
                    Some(mask) => {
                        let args = filtered(&args, &mask)?;
                        let rows = EntityRows {
                            codes: &running.codes(&mut encoded, &args, Some(&mask))?,
                            args: &args,
                            groups: &chosen(groups, &mask),
                            entities: &chosen(entities, &mask),
                        };
                        running.groups.update(rows, n)
                    }
                }
            };
            update().map_err(|error| CallError { call, error })?;
        }
        Ok(())
    }

    /// The columns that name the entities.
    pub(super) fn names(&self, columns: &[ArrayRef]) -> Vec<ArrayRef> {
        let first = &self.calls[0];
        let names = first.columns.of(first.groups.call().key());
        names.iter().map(|name| columns[*name].clone()).collect()
    }

    /// The values of the first groups.
    pub fn values(&mut self, first: usize) -> Result<ArrayRef, CallError> {
        self.fold_waiting()?;
        let of_call = &mut self.calls[0].groups;
        Ok(of_call.values(first, self.groups, &self.directory)?)
    }

    /// The values of the first groups with what they were made of; see [`crate::fold::value::parts`].
    pub fn parts(&mut self, first: usize) -> Result<Vec<Parts>, CallError> {
        self.fold_waiting()?;
        let of_call = &mut self.calls[0].groups;
        Ok(of_call.parts(first, self.groups, &self.directory)?)
    }

    /// Forgets the first groups; the others move down.
    pub fn drop_first(&mut self, first: usize) -> Result<(), CallError> {
        let rest = first..self.groups;
        self.groups -= first;
        if self.groups == 0 {
            let calls = self.calls.iter().map(|running| {
                let call = running.groups.call().clone();
                (call, running.columns.clone())
            });
            *self = GroupsOfEntities::new(calls.collect())?;
            return Ok(());
        }
        self.fold_waiting()?;
        // The rest moves into fresh tables, so that nothing of the dropped groups stays behind.
        let mut fresh = Directory::of(self.calls[0].groups.call())?;
        let (lists, lengths) = fresh.move_in(&self.directory, rest.clone())?;
        for (call, running) in self.calls.iter_mut().enumerate() {
            let kept = running.groups.keep(&lists, (&fresh, &lengths));
            kept.map_err(|error| CallError { call, error })?;
        }
        self.directory = fresh;
        for (call, running) in self.calls.iter_mut().enumerate() {
            let dropped = running.groups.drop_first(rest.clone());
            dropped.map_err(|error| CallError { call, error })?;
        }
        Ok(())
    }

    /// Bytes on the heap.
    pub fn size(&self) -> usize {
        let calls = self.calls.iter().map(|running| running.groups.size());
        calls.sum::<usize>()
            + self.directory.size()
            + self.waiting.as_ref().map_or(0, Waiting::size)
    }
}
