//! The state behind a GROUP BY: one call, or several of the same entities, folded over batches of rows.

use datafusion::arrow::array::{ArrayRef, AsArray, BooleanArray};
use datafusion::arrow::compute::{and_kleene, or_kleene};
use datafusion::arrow::error::ArrowError;

use crate::fold::defer::waiting::Waiting;
use crate::fold::entity::entities::EntityRows;
use crate::fold::facts::call::{Call, Variant};
use crate::fold::facts::masks::{chosen, filtered, rows_that_count};
use crate::fold::facts::missing::without_nan;
use crate::fold::keys::coarser::Coarser;
use crate::fold::keys::directory::Directory;
use crate::fold::keys::encoder::Encoded;
use crate::fold::run::call_groups::CallGroups;
use crate::fold::run::running_call::{RunningCall, share_codes};
use crate::fold::value::parts::Parts;

/// The groups of one aggregation, numbered from 0.
#[derive(Debug)]
pub struct Groups {
    pub(in crate::fold) groups: usize,
    /// The entities of all calls; none, if they judge rows.
    pub(in crate::fold) directory: Option<Directory>,
    pub(in crate::fold) calls: Vec<RunningCall>,
    /// Rows that are to be folded later. While there are any, nothing is folded.
    pub(in crate::fold) waiting: Option<Waiting>,
}

/// A call among several that share their entities.
#[derive(Debug, Clone)]
pub struct BoundCall {
    /// The call.
    pub call: Call,
    /// Which columns are its arguments.
    pub args: Vec<usize>,
    /// The column that says which rows it looks at, if it does not look at all.
    pub filter: Option<usize>,
}

/// An error, and which of the calls that share their entities has it.
#[derive(Debug)]
pub struct CallError {
    /// Its position among the calls.
    pub call: usize,
    /// What is wrong.
    pub error: ArrowError,
}

/// What concerns all calls is said of the first.
impl From<ArrowError> for CallError {
    fn from(error: ArrowError) -> Self {
        CallError { call: 0, error }
    }
}

/// Whoever has a single call knows whose error it is.
impl From<CallError> for ArrowError {
    fn from(error: CallError) -> Self {
        error.error
    }
}

impl Groups {
    /// No groups yet of one call.
    pub fn new(call: Call) -> Result<Self, CallError> {
        let args = (0..call.arg_types.len()).collect();
        Groups::of_all(vec![BoundCall {
            call,
            args,
            filter: None,
        }])
    }

    /// No groups yet of calls that have the same entities: the columns that name them are the same, and
    /// none of them judges rows unless it is alone.
    pub fn of_all(calls: Vec<BoundCall>) -> Result<Self, CallError> {
        let directory = Directory::of(&calls[0].call)?;
        let alone = calls.len() == 1;
        let calls = calls.into_iter().enumerate().map(|(position, shared)| {
            let BoundCall { call, args, filter } = shared;
            // Alone, a call has all entities of its directory.
            let shares = !alone && (filter.is_some() || !call.needs().is_empty());
            let of_call = CallGroups::new(call, shares).map_err(|error| CallError {
                call: position,
                error,
            })?;
            Ok(RunningCall {
                groups: of_call,
                args,
                filter,
            })
        });
        let mut calls = calls.collect::<Result<Vec<_>, CallError>>()?;
        share_codes(&mut calls);
        Ok(Groups {
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
        let (directory, pairs) = match &self.directory {
            None => (None, vec![]),
            Some(directory) => {
                let (coarser, pairs) = directory.coarser(of)?;
                (Some(coarser), pairs)
            }
        };
        let n = directory.as_ref().map_or(0, Directory::end);
        let calls = self.calls.iter().enumerate().map(|(call, running)| {
            let coarser = running.groups.coarser(of, groups, &pairs, n);
            Ok(RunningCall {
                groups: coarser.map_err(|error| CallError { call, error })?,
                args: running.args.clone(),
                filter: running.filter,
            })
        });
        Ok(Groups {
            groups,
            directory,
            calls: calls.collect::<Result<_, CallError>>()?,
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

    /// Takes in rows, each of one group. Rows where `condition` is false or NULL are left out. NaN is NULL.
    pub fn update(
        &mut self,
        columns: &[ArrayRef],
        groups: &[usize],
        condition: Option<&BooleanArray>,
    ) -> Result<(), CallError> {
        let columns = &*without_nan(columns)?;
        let given = condition;
        // There are no entities but those of the rows that some call looks at.
        let own = self.filter_of_all(columns)?;
        let both = match (&own, given) {
            (Some(own), Some(given)) => Some(and_kleene(own, given)?),
            _ => None,
        };
        let condition = both.as_ref().or(own.as_ref()).or(given);
        let required: Vec<usize> = match self.calls.as_slice() {
            [alone] => alone.columns(&alone.groups.call().required()),
            [first, ..] => first.columns(first.groups.call().key()),
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
            let Some(column) = running.filter else {
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
    pub(in crate::fold) fn update_counting(
        &mut self,
        columns: &[ArrayRef],
        groups: &[usize],
    ) -> Result<(), CallError> {
        if let Some(waiting) = self.waiting.take() {
            return self.wait(waiting, columns, groups);
        }
        let names = self.names(columns);
        if let Some(directory) = &mut self.directory {
            directory.update(names.iter(), groups)?;
        }
        let (entities, n) = match &self.directory {
            Some(directory) => (directory.ids(), directory.end()),
            None => (&[][..], 0),
        };
        let alone = self.calls.len() == 1;
        let mut encoded = Encoded::new(columns);
        for (call, running) in self.calls.iter_mut().enumerate() {
            let mut update = || {
                let args = running.args(columns);
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
    pub(in crate::fold) fn names(&self, columns: &[ArrayRef]) -> Vec<ArrayRef> {
        let first = &self.calls[0];
        let names = first.columns(first.groups.call().key());
        names.iter().map(|name| columns[*name].clone()).collect()
    }

    /// The values of the first groups.
    pub fn values(&mut self, first: usize) -> Result<ArrayRef, CallError> {
        self.fold_waiting()?;
        let of_call = &mut self.calls[0].groups;
        Ok(of_call.values(first, self.groups, self.directory.as_ref())?)
    }

    /// The values of the first groups with what they were made of; see [`crate::fold::value::parts`].
    pub fn parts(&mut self, first: usize) -> Result<Vec<Parts>, CallError> {
        self.fold_waiting()?;
        let of_call = &mut self.calls[0].groups;
        Ok(of_call.parts(first, self.groups, self.directory.as_ref())?)
    }

    /// Forgets the first groups; the others move down.
    pub fn drop_first(&mut self, first: usize) -> Result<(), CallError> {
        let rest = first..self.groups;
        self.groups -= first;
        if self.groups == 0 {
            let calls = self.calls.iter().map(|running| BoundCall {
                call: running.groups.call().clone(),
                args: running.args.clone(),
                filter: running.filter,
            });
            *self = Groups::of_all(calls.collect())?;
            return Ok(());
        }
        self.fold_waiting()?;
        if let Some(directory) = &mut self.directory {
            // The rest moves into fresh tables, so that nothing of the dropped groups stays behind.
            let fresh = Directory::of(self.calls[0].groups.call())?;
            let mut fresh = fresh.expect("a call that has entities keeps them");
            let (lists, lengths) = fresh.move_in(directory, rest.clone())?;
            for (call, running) in self.calls.iter_mut().enumerate() {
                let kept = running.groups.keep(&lists, (&fresh, &lengths));
                kept.map_err(|error| CallError { call, error })?;
            }
            *directory = fresh;
        }
        for (call, running) in self.calls.iter_mut().enumerate() {
            let dropped = running.groups.drop_first(rest.clone());
            dropped.map_err(|error| CallError { call, error })?;
        }
        Ok(())
    }

    /// What each call asks for.
    pub fn answers(&self) -> impl Iterator<Item = Variant> {
        self.calls
            .iter()
            .map(|running| running.groups.call().variant)
    }

    /// How many groups there are.
    pub fn count(&self) -> usize {
        self.groups
    }

    /// The call that is computed, or the first of them.
    pub fn call(&self) -> &Call {
        self.calls[0].groups.call()
    }

    /// Bytes on the heap.
    pub fn size(&self) -> usize {
        let calls = self.calls.iter().map(|running| running.groups.size());
        calls.sum::<usize>()
            + self.directory.as_ref().map_or(0, Directory::size)
            + self.waiting.as_ref().map_or(0, Waiting::size)
    }
}
