//! The state behind a GROUP BY: one call, or several of the same entities, folded over batches of rows.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, new_null_array};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::compute::{and, and_kleene, filter, is_not_null, or_kleene};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::arrow::error::ArrowError;

use super::call::{Answer, Call};
use super::coarser::{Coarser, Merged};
use super::directory::Directory;
use super::entities::Rows;
use super::lists::elements;
use super::member::Member;
use super::missing::without_nan;
use super::parts::Parts;
use super::waiting::Waiting;
use super::words::{Encoded, SharedEncoder, Words};

/// The groups of one aggregation, numbered from 0.
#[derive(Debug)]
pub struct Groups {
    pub(super) groups: usize,
    /// The entities of all members; none, if they judge rows.
    pub(super) directory: Option<Directory>,
    pub(super) seats: Vec<Seat>,
    /// Rows that are to be folded later. While there are any, nothing is folded.
    pub(super) waiting: Option<Waiting>,
}

/// A call among those that share a directory.
#[derive(Debug)]
pub(super) struct Seat {
    pub(super) member: Member,
    /// Which columns are its arguments.
    args: Vec<usize>,
    /// The column that says which rows it looks at, if it does not look at all.
    filter: Option<usize>,
}

/// A call among several that share their entities.
#[derive(Debug, Clone)]
pub struct Shared {
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
        Groups::of_all(vec![Shared {
            call,
            args,
            filter: None,
        }])
    }

    /// No groups yet of calls that have the same entities: the columns that name them are the same, and
    /// none of them judges rows unless it is alone.
    pub fn of_all(calls: Vec<Shared>) -> Result<Self, CallError> {
        let directory = Directory::of(&calls[0].call)?;
        let alone = calls.len() == 1;
        let seats = calls.into_iter().enumerate().map(|(position, shared)| {
            let Shared { call, args, filter } = shared;
            // Alone, a call has all entities of its directory.
            let shares = !alone && (filter.is_some() || !call.needs().is_empty());
            let member = Member::new(call, shares).map_err(|error| CallError {
                call: position,
                error,
            })?;
            Ok(Seat {
                member,
                args,
                filter,
            })
        });
        let mut seats = seats.collect::<Result<Vec<_>, CallError>>()?;
        share_words(&mut seats);
        Ok(Groups {
            groups: 0,
            directory,
            seats,
            waiting: None,
        })
    }

    /// The same rows in fewer groups. What is known of an entity in several groups is put together, without a look at its
    /// rows.
    pub fn coarser(&mut self, coarser: &Coarser) -> Result<Self, CallError> {
        self.settle()?;
        let Coarser { of, groups } = *coarser;
        let (directory, pairs) = match &self.directory {
            None => (None, vec![]),
            Some(directory) => {
                let (coarser, pairs) = directory.coarser(of)?;
                (Some(coarser), pairs)
            }
        };
        let n = directory.as_ref().map_or(0, Directory::end);
        let seats = self.seats.iter().enumerate().map(|(call, seat)| {
            let member = seat.member.coarser(of, groups, &pairs, n);
            Ok(Seat {
                member: member.map_err(|error| CallError { call, error })?,
                args: seat.args.clone(),
                filter: seat.filter,
            })
        });
        Ok(Groups {
            groups,
            directory,
            seats: seats.collect::<Result<_, CallError>>()?,
            waiting: None,
        })
    }

    /// Makes room for more groups.
    pub fn grow(&mut self, groups: usize) {
        self.groups = self.groups.max(groups);
        for seat in &mut self.seats {
            seat.member.grow(self.groups);
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
        let required: Vec<usize> = match self.seats.as_slice() {
            [alone] => alone.columns(&alone.member.call().required()),
            [first, ..] => first.columns(first.member.call().key()),
            [] => vec![],
        };
        let mask = rows_that_count(columns, &required, condition)?;
        for seat in &mut self.seats {
            seat.audit(columns, groups, given)?;
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
        for seat in &self.seats {
            let Some(column) = seat.filter else {
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
    pub(super) fn update_counting(
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
        let alone = self.seats.len() == 1;
        let mut encoded = Encoded::new(columns);
        for (call, seat) in self.seats.iter_mut().enumerate() {
            let mut update = || {
                let args = seat.args(columns);
                match seat.mask(columns, &args, alone)? {
                    None => {
                        let rows = Rows {
                            args: &args,
                            words: &seat.words(&mut encoded, &args, None)?,
                            groups,
                            entities,
                        };
                        seat.member.update(rows, n)
                    }
                    Some(mask) => {
                        let args = filtered(&args, &mask)?;
                        let rows = Rows {
                            words: &seat.words(&mut encoded, &args, Some(&mask))?,
                            args: &args,
                            groups: &chosen(groups, &mask),
                            entities: &chosen(entities, &mask),
                        };
                        seat.member.update(rows, n)
                    }
                }
            };
            update().map_err(|error| CallError { call, error })?;
        }
        Ok(())
    }

    /// The columns that name the entities.
    pub(super) fn names(&self, columns: &[ArrayRef]) -> Vec<ArrayRef> {
        let first = &self.seats[0];
        let names = first.columns(first.member.call().key());
        names.iter().map(|name| columns[*name].clone()).collect()
    }

    /// The values of the first groups.
    pub fn values(&mut self, first: usize) -> Result<ArrayRef, CallError> {
        self.settle()?;
        let member = &mut self.seats[0].member;
        Ok(member.values(first, self.groups, self.directory.as_ref())?)
    }

    /// What the first groups amount to for each call; see [`super::summary`].
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

    /// The values of the first groups with what they were made of; see [`super::parts`].
    pub fn parts(&mut self, first: usize) -> Result<Vec<Parts>, CallError> {
        self.settle()?;
        let member = &mut self.seats[0].member;
        Ok(member.parts(first, self.groups, self.directory.as_ref())?)
    }

    /// The columns of a partial state.
    pub fn state_fields(&self) -> Result<Vec<FieldRef>, CallError> {
        let mut types = vec![];
        if let Some(directory) = &self.directory {
            types.extend(directory.state_types());
        }
        for seat in &self.seats {
            types.extend(seat.member.state_types()?);
        }
        let fields = types.into_iter();
        Ok(fields
            .map(|(name, data_type)| Arc::new(Field::new(name, data_type, true)))
            .collect())
    }

    /// The first groups as columns of a partial state, one row per group.
    pub fn state(&mut self, first: usize) -> Result<Vec<ArrayRef>, CallError> {
        self.settle()?;
        let mut state = vec![];
        let mut lists = None;
        if let Some(directory) = &self.directory {
            let of_first = directory.lists(0..first);
            state = directory.state(&of_first);
            lists = Some(of_first);
        }
        for seat in &self.seats {
            state.extend(seat.member.state(first, lists.as_ref()));
        }
        Ok(state)
    }

    /// The partial states of each call, as if it were alone: one row for each of the first groups.
    pub fn states(&mut self, first: usize) -> Result<Vec<Vec<ArrayRef>>, CallError> {
        self.settle()?;
        let directory = self.directory.as_ref();
        let all = directory.map(|directory| {
            let lists = directory.lists(0..first);
            let names = directory.state(&lists);
            (lists, names)
        });
        let states = self.seats.iter().map(|seat| {
            let entities = directory.zip(all.as_ref());
            let mut state = entities.map_or_else(Vec::new, |(directory, (all, names))| {
                let folded = |lists| seat.member.state_of_entities_alone(lists);
                match seat.member.entities_of_own(first, directory, all) {
                    None => [names.clone(), folded(all)].concat(),
                    Some(own) => [directory.state(&own), folded(&own)].concat(),
                }
            });
            state.extend(seat.member.state_beside(first));
            state
        });
        Ok(states.collect())
    }

    /// All groups as partial states in pieces that are small enough to go on with one by one: in each region those of some
    /// entities, which depends on their names alone: `region_of` tells it. Gives each piece with its region and the groups
    /// that it has.
    pub fn each_piece<E: From<CallError>>(
        &mut self,
        regions: usize,
        region_of: impl Fn(&[ArrayRef]) -> Result<Vec<usize>, E>,
        mut each: impl FnMut(usize, &[usize], Vec<ArrayRef>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.settle()?;
        let Some(directory) = &self.directory else {
            return Ok(());
        };
        let lists = directory.lists(0..self.groups);
        let names = directory.state(&lists);
        let of_entities = region_of(&names.iter().map(elements).collect::<Vec<_>>())?;
        let pieces = lists.split(&of_entities, regions).into_iter().enumerate();
        for (region, (groups, lists)) in pieces {
            let mut state = directory.state(&lists);
            for seat in &self.seats {
                let of_entities = seat.member.state_of_entities(&lists);
                let all = seat.member.state_types().map_err(CallError::from)?;
                let beside = all.into_iter().skip(of_entities.len());
                state.extend(of_entities);
                state.extend(nothing(
                    beside.map(|(_, data_type)| data_type),
                    groups.len(),
                ));
            }
            each(region, &groups, state)?;
        }
        Ok(())
    }

    /// All groups as partial states without their entities.
    pub fn beside(&self) -> Vec<ArrayRef> {
        let names = self.directory.iter().flat_map(Directory::state_types);
        let mut state = nothing(names.map(|(_, data_type)| data_type), self.groups);
        for seat in &self.seats {
            let entities = seat.member.types_of_entities();
            state.extend(nothing(entities.into_iter(), self.groups));
            state.extend(seat.member.state_beside(self.groups));
        }
        state
    }

    /// Takes in the rows of a partial state, each of one group.
    pub fn merge(&mut self, state: &[ArrayRef], groups: &[usize]) -> Result<(), CallError> {
        self.settle()?;
        self.merge_by(state, groups, |directory| directory.merge(state, groups))
    }

    /// The same of entities none of which is known: of partitions that were made by entity.
    pub fn merge_apart(&mut self, state: &[ArrayRef], groups: &[usize]) -> Result<(), CallError> {
        self.settle()?;
        self.merge_by(state, groups, |directory| {
            directory.merge_apart(state, groups)
        })
    }

    /// The same of one state, as all that there is, to be finished: nobody will ask for the names of its entities.
    pub fn merge_to_finish(&mut self, state: &[ArrayRef]) -> Result<(), CallError> {
        self.merge_by(state, &[0], |directory| directory.merge_unnamed(state))
    }

    fn merge_by(
        &mut self,
        state: &[ArrayRef],
        groups: &[usize],
        merge: impl FnOnce(&mut Directory) -> Result<(usize, Vec<usize>), ArrowError>,
    ) -> Result<(), CallError> {
        let mut used = 0;
        let mut merged = None;
        if let Some(directory) = &mut self.directory {
            let (width, lengths) = merge(directory)?;
            used = width;
            merged = Some((&*directory, lengths));
        }
        let entities = merged
            .as_ref()
            .map(|(directory, lengths)| (*directory, lengths.as_slice()));
        for (call, seat) in self.seats.iter_mut().enumerate() {
            let merged = seat.member.merge(&state[used..], groups, entities);
            used += merged.map_err(|error| CallError { call, error })?;
        }
        Ok(())
    }

    /// Forgets the first groups; the others move down.
    pub fn drop_first(&mut self, first: usize) -> Result<(), CallError> {
        let rest = first..self.groups;
        self.groups -= first;
        if self.groups == 0 {
            let seats = self.seats.iter().map(|seat| Shared {
                call: seat.member.call().clone(),
                args: seat.args.clone(),
                filter: seat.filter,
            });
            *self = Groups::of_all(seats.collect())?;
            return Ok(());
        }
        self.settle()?;
        if let Some(directory) = &mut self.directory {
            // The rest moves into fresh tables, so that nothing of the dropped groups stays behind.
            let fresh = Directory::of(self.seats[0].member.call())?;
            let mut fresh = fresh.expect("a call that has entities keeps them");
            let (lists, lengths) = fresh.move_in(directory, rest.clone())?;
            for (call, seat) in self.seats.iter_mut().enumerate() {
                let kept = seat.member.keep(&lists, (&fresh, &lengths));
                kept.map_err(|error| CallError { call, error })?;
            }
            *directory = fresh;
        }
        for (call, seat) in self.seats.iter_mut().enumerate() {
            let dropped = seat.member.drop_first(rest.clone());
            dropped.map_err(|error| CallError { call, error })?;
        }
        Ok(())
    }

    /// What each call asks for.
    pub fn answers(&self) -> impl Iterator<Item = Answer> {
        self.seats.iter().map(|seat| seat.member.call().answer)
    }

    /// How many groups there are.
    pub fn count(&self) -> usize {
        self.groups
    }

    /// The call that is computed, or the first of them.
    pub fn call(&self) -> &Call {
        self.seats[0].member.call()
    }

    /// Bytes on the heap.
    pub fn size(&self) -> usize {
        let seats = self.seats.iter().map(|seat| seat.member.size());
        seats.sum::<usize>()
            + self.directory.as_ref().map_or(0, Directory::size)
            + self.waiting.as_ref().map_or(0, Waiting::size)
    }
}

impl Seat {
    /// Counts rows, if that is asked for: all that the call looks at, and those of them that it ignores.
    fn audit(
        &mut self,
        columns: &[ArrayRef],
        groups: &[usize],
        condition: Option<&BooleanArray>,
    ) -> Result<(), ArrowError> {
        if !self.member.is_audited() {
            return Ok(());
        }
        let own = self.filter.map(|column| columns[column].as_boolean());
        let both = match (own, condition) {
            (Some(own), Some(condition)) => Some(and_kleene(own, condition)?),
            _ => None,
        };
        let condition = both.as_ref().or(own).or(condition);
        let required = self.columns(&self.member.call().required());
        let mask = rows_that_count(columns, &required, condition)?;
        self.member.audit(groups, condition, mask.as_ref());
        Ok(())
    }

    /// The arguments of the call.
    pub(super) fn args(&self, columns: &[ArrayRef]) -> Vec<ArrayRef> {
        self.args.iter().map(|arg| columns[*arg].clone()).collect()
    }

    /// The words of the arguments that are read as such. A mask has been laid over `args`.
    pub(super) fn words(
        &self,
        encoded: &mut Encoded,
        args: &[ArrayRef],
        mask: Option<&BooleanArray>,
    ) -> Result<Vec<Words>, ArrowError> {
        let encoders = self.member.encoders().iter().enumerate();
        let words = encoders.map(|(argument, encoder)| match encoder {
            None => Ok(Words::none()),
            Some(encoder) if encoder.is_shared() => {
                let words = encoded.words(self.args[argument], encoder)?;
                Ok(match mask {
                    None => words.clone(),
                    Some(mask) => words.filtered(mask),
                })
            }
            Some(encoder) => encoder.write().encode(&args[argument]),
        });
        words.collect()
    }

    /// Which rows count for the call, of those whose entity is known. Of those that reach a call that is alone, all do.
    pub(super) fn mask(
        &self,
        columns: &[ArrayRef],
        args: &[ArrayRef],
        alone: bool,
    ) -> Result<Option<BooleanArray>, ArrowError> {
        if alone {
            return Ok(None);
        }
        let condition = self.filter.map(|column| columns[column].as_boolean());
        rows_that_count(args, self.member.call().needs(), condition)
    }

    /// The columns that are these arguments of the call.
    fn columns(&self, args: &[usize]) -> Vec<usize> {
        args.iter().map(|arg| self.args[*arg]).collect()
    }
}

/// Lets calls that read the same column as the same words do so together.
fn share_words(seats: &mut [Seat]) {
    let mut known: Vec<(usize, SharedEncoder)> = vec![];
    for Seat { member, args, .. } in seats {
        member.share(|argument, own| {
            let column = args[argument];
            let like = known
                .iter()
                .find(|(of, encoder)| *of == column && encoder.read().is_like(&own.read()));
            match like {
                Some((_, encoder)) => *own = encoder.clone(),
                None => known.push((column, own.clone())),
            }
        });
    }
}

/// Columns of NULL.
fn nothing(types: impl Iterator<Item = DataType>, rows: usize) -> Vec<ArrayRef> {
    let nothing = types.map(|data_type| new_null_array(&data_type, rows));
    nothing.collect()
}

/// The rows that a mask leaves.
pub(super) fn filtered(
    columns: &[ArrayRef],
    mask: &BooleanArray,
) -> Result<Vec<ArrayRef>, ArrowError> {
    columns.iter().map(|column| filter(column, mask)).collect()
}

/// The same of numbers.
pub(super) fn chosen<T: Copy>(numbers: &[T], mask: &BooleanArray) -> Vec<T> {
    let numbers = numbers.iter().zip(mask.values());
    numbers
        .filter_map(|(number, counts)| counts.then_some(*number))
        .collect()
}

/// Which rows count: the condition holds and no required argument is NULL. `None` if all do.
pub(super) fn rows_that_count(
    args: &[ArrayRef],
    required: &[usize],
    condition: Option<&BooleanArray>,
) -> Result<Option<BooleanArray>, ArrowError> {
    let nulls = required.iter().fold(None, |nulls, arg| {
        NullBuffer::union(nulls.as_ref(), args[*arg].logical_nulls().as_ref())
    });
    let valid = nulls
        .filter(|nulls| nulls.null_count() > 0)
        .map(|nulls| BooleanArray::new(nulls.into_inner(), None));
    // A NULL condition is false.
    let holds = match condition {
        Some(condition) if condition.null_count() > 0 => Some(and(
            &is_not_null(condition)?,
            &BooleanArray::new(condition.values().clone(), None),
        )?),
        other => other.cloned(),
    };
    Ok(match (valid, holds) {
        (Some(valid), Some(holds)) => Some(and(&valid, &holds)?),
        (one, other) => one.or(other),
    })
}
