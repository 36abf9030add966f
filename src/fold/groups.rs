//! The state behind a GROUP BY: one form of one KPI, folded over batches of rows.

use std::ops::Range;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, BooleanArray, Float64Array};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::compute::{and, filter, is_not_null};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, TimeUnit};
use datafusion::arrow::error::ArrowError;

use super::lists::{EntityLists, FlatLists, elements, lengths, list_type};
use super::money::{Direction, Sums, quotient_type};
use super::table::PairTable;
use super::tally::Tally;
use super::words::{Encoder, Words};
use super::{EntityFold, rows, start};
use crate::define::{Finish, Form, Grain, Kind, RowFold};

/// A form together with the facts of one call of it.
#[derive(Debug, Clone)]
pub struct Call {
    /// Which argument list.
    pub form: &'static Form,
    /// The types of the arguments.
    pub arg_types: Vec<DataType>,
    /// The value of its [`Kind::AtLeast`] argument, if it has one.
    pub at_least: Option<u32>,
}

impl Call {
    /// The type of the value.
    pub fn value_type(&self) -> Result<DataType, ArrowError> {
        match self.form.finish {
            Finish::Percent | Finish::MeanDays => Ok(DataType::Float64),
            Finish::SumPerEntity(amount) => quotient_type(&self.arg_types[amount]),
        }
    }

    /// The columns of a partial state.
    pub fn state_fields(&self) -> Result<Vec<FieldRef>, ArrowError> {
        let groups = Groups::new(self.clone())?;
        let mut fields: Vec<(&str, DataType)> = match &groups.grain {
            GrainState::Row { .. } => Tally::state_types(),
            GrainState::Entity(state) => std::iter::once(("entity", state.encoder().state_type()))
                .chain(state.fold.state_types(&state.encoders))
                .map(|(name, element)| (name, list_type(element)))
                .collect(),
        };
        if let Finish::SumPerEntity(amount) = self.form.finish {
            fields.extend(Sums::state_types(&self.arg_types[amount])?);
        }
        Ok(fields
            .into_iter()
            .map(|(name, data_type)| Arc::new(Field::new(name, data_type, true)))
            .collect())
    }

    /// The encoders of the arguments that a fold reads as words.
    pub(super) fn encoders(&self) -> Result<Vec<Option<Encoder>>, ArrowError> {
        let kinds = self.form.args.iter().map(|arg| arg.kind);
        kinds
            .zip(&self.arg_types)
            .map(|(kind, data_type)| match kind {
                Kind::Item => Encoder::dense(data_type).map(Some),
                Kind::Entity | Kind::Flag | Kind::Time | Kind::Tier => {
                    Encoder::ordered(data_type).map(Some)
                }
                Kind::Amount | Kind::Score | Kind::AtLeast => Ok(None),
            })
            .collect()
    }

    /// The value of each of some groups from what was counted and added up in them.
    pub(super) fn finish(
        &self,
        tally: impl Iterator<Item = (u64, i128)>,
        sums: Option<&Sums>,
    ) -> Result<ArrayRef, ArrowError> {
        // One multiplication and one division, so that the value is off by two roundings at most.
        let mean = |tally: &mut dyn Iterator<Item = (u64, i128)>, times: f64, per: f64| {
            let mean = |(n, sum)| (n > 0).then(|| sum as f64 * times / (n as f64 * per));
            Arc::new(Float64Array::from_iter(tally.map(mean)))
        };
        let mut tally = tally;
        match self.form.finish {
            Finish::Percent => Ok(mean(&mut tally, 100.0, 1.0)),
            Finish::MeanDays => Ok(mean(&mut tally, 1.0, self.ticks_per_day())),
            Finish::SumPerEntity(_) => sums
                .expect("a form that divides a sum has one")
                .divided_by(tally.map(|(n, _)| n)),
        }
    }

    /// How many units of the call's time type make a day.
    fn ticks_per_day(&self) -> f64 {
        let times = self.form.args.iter().map(|arg| arg.kind);
        let time = times
            .zip(&self.arg_types)
            .find(|(kind, _)| *kind == Kind::Time)
            .map(|(_, data_type)| plain_type(data_type));
        match time {
            Some(DataType::Timestamp(TimeUnit::Second, _)) => 86_400.0,
            Some(DataType::Timestamp(TimeUnit::Millisecond, _) | DataType::Date64) => 86_400e3,
            Some(DataType::Timestamp(TimeUnit::Microsecond, _)) => 86_400e6,
            Some(DataType::Timestamp(TimeUnit::Nanosecond, _)) => 86_400e9,
            _ => 1.0,
        }
    }
}

/// The type of the values of a dictionary or run-end array; any other type itself.
pub fn plain_type(data_type: &DataType) -> &DataType {
    match data_type {
        DataType::Dictionary(_, values) => plain_type(values),
        DataType::RunEndEncoded(_, values) => plain_type(values.data_type()),
        plain => plain,
    }
}

/// The groups of one aggregation, numbered from 0.
#[derive(Debug)]
pub struct Groups {
    call: Call,
    groups: usize,
    grain: GrainState,
    sums: Option<Sums>,
}

#[derive(Debug)]
enum GrainState {
    Row { fold: RowFold, tally: Tally },
    Entity(Box<EntityState>),
}

#[derive(Debug)]
struct EntityState {
    entity: usize,
    needs: &'static [usize],
    encoders: Vec<Option<Encoder>>,
    table: PairTable,
    fold: Box<dyn EntityFold>,
    /// The tally of the state as it is, once somebody has asked for it; see [`Groups::values`].
    tally: Option<Tally>,
    /// Kept between batches for its allocation.
    ids: Vec<u32>,
}

impl Groups {
    /// No groups yet.
    pub fn new(call: Call) -> Result<Self, ArrowError> {
        let grain = match call.form.grain {
            Grain::Row(fold) => GrainState::Row {
                fold,
                tally: Tally::default(),
            },
            Grain::Entity { .. } => GrainState::Entity(Box::new(EntityState::new(&call)?)),
        };
        let sums = match call.form.finish {
            Finish::SumPerEntity(amount) => Some(Sums::new(&call.arg_types[amount])?),
            Finish::Percent | Finish::MeanDays => None,
        };
        Ok(Groups {
            call,
            groups: 0,
            grain,
            sums,
        })
    }

    /// Makes room for more groups.
    pub fn grow(&mut self, groups: usize) {
        self.groups = self.groups.max(groups);
        if let GrainState::Row { tally, .. } = &mut self.grain {
            tally.grow(groups);
        }
        if let Some(sums) = &mut self.sums {
            sums.grow(groups);
        }
    }

    /// Takes in rows, each of one group. Rows where `condition` is false or NULL are left out.
    pub fn update(
        &mut self,
        args: &[ArrayRef],
        groups: &[usize],
        condition: Option<&BooleanArray>,
    ) -> Result<(), ArrowError> {
        let required: Vec<usize> = match &self.grain {
            GrainState::Row { .. } => vec![],
            GrainState::Entity(state) => std::iter::once(state.entity)
                .chain(state.needs.iter().copied())
                .collect(),
        };
        match rows_that_count(args, &required, condition)? {
            None => self.update_counting(args, groups),
            Some(mask) => {
                let args = args
                    .iter()
                    .map(|arg| filter(arg, &mask))
                    .collect::<Result<Vec<_>, _>>()?;
                let groups: Vec<usize> = groups
                    .iter()
                    .zip(mask.values())
                    .filter_map(|(group, counts)| counts.then_some(*group))
                    .collect();
                self.update_counting(&args, &groups)
            }
        }
    }

    /// Takes in rows that all count.
    fn update_counting(&mut self, args: &[ArrayRef], groups: &[usize]) -> Result<(), ArrowError> {
        match &mut self.grain {
            GrainState::Row { fold, tally } => {
                for (outcome, group) in rows::outcomes(fold, args)?.into_iter().zip(groups) {
                    tally.add(*group, outcome.map(i128::from));
                }
            }
            GrainState::Entity(state) => state.update(args, groups)?,
        }
        if let (Some(sums), Finish::SumPerEntity(amount)) = (&mut self.sums, self.call.form.finish)
        {
            sums.update(&args[amount], groups, Direction::Add)?;
        }
        Ok(())
    }

    /// The values of the first groups.
    ///
    /// The first call looks at every entity. What it counted is kept and carried on by the updates
    /// after it, so that a window that asks after every row does not look at them all again.
    pub fn values(&mut self, first: usize) -> Result<ArrayRef, ArrowError> {
        let tally = match &mut self.grain {
            GrainState::Row { tally, .. } => tally,
            GrainState::Entity(state) => state.tally(self.groups),
        };
        tally.grow(self.groups);
        self.call.finish(tally.of(0..first), self.sums.as_ref())
    }

    /// The first groups as columns of a partial state, one row per group.
    pub fn state(&self, first: usize) -> Vec<ArrayRef> {
        let mut state = match &self.grain {
            GrainState::Row { tally, .. } => tally.state(first),
            GrainState::Entity(state) => state.state(0..first),
        };
        if let Some(sums) = &self.sums {
            state.extend(sums.state(first));
        }
        state
    }

    /// Takes in the rows of a partial state, each of one group.
    pub fn merge(&mut self, state: &[ArrayRef], groups: &[usize]) -> Result<(), ArrowError> {
        let used = match &mut self.grain {
            GrainState::Row { tally, .. } => {
                tally.merge(state, groups);
                Tally::state_types().len()
            }
            GrainState::Entity(entities) => entities.merge(state, groups)?,
        };
        match &mut self.sums {
            Some(sums) => sums.merge(&state[used..], groups),
            None => Ok(()),
        }
    }

    /// Forgets the first groups; the others move down.
    pub fn drop_first(&mut self, first: usize) -> Result<(), ArrowError> {
        if first == self.groups {
            *self = Groups::new(self.call.clone())?;
            return Ok(());
        }
        if let Some(sums) = &mut self.sums {
            sums.drop_first(first);
        }
        match &mut self.grain {
            GrainState::Row { tally, .. } => tally.drop_first(first),
            GrainState::Entity(state) => {
                // The rest moves into fresh tables, so that nothing of the dropped groups stays behind.
                let rest: Vec<usize> = (0..self.groups - first).collect();
                let mut fresh = EntityState::new(&self.call)?;
                fresh.merge(&state.state(first..self.groups), &rest)?;
                **state = fresh;
            }
        }
        self.groups -= first;
        Ok(())
    }

    /// How many groups there are.
    pub fn count(&self) -> usize {
        self.groups
    }

    /// The call that is computed.
    pub fn call(&self) -> &Call {
        &self.call
    }

    /// Bytes on the heap.
    pub fn size(&self) -> usize {
        let grain = match &self.grain {
            GrainState::Row { tally, .. } => tally.size(),
            GrainState::Entity(state) => state.size(),
        };
        grain + self.sums.as_ref().map_or(0, Sums::size)
    }
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

impl EntityState {
    fn new(call: &Call) -> Result<Self, ArrowError> {
        let Grain::Entity {
            entity,
            needs,
            fold,
        } = call.form.grain
        else {
            unreachable!("the caller has looked at the grain")
        };
        Ok(EntityState {
            entity,
            needs,
            encoders: call.encoders()?,
            table: PairTable::default(),
            fold: start(&fold, call.at_least),
            tally: None,
            ids: vec![],
        })
    }

    fn encoder(&self) -> &Encoder {
        super::encoder(&self.encoders, self.entity)
    }

    fn update(&mut self, args: &[ArrayRef], groups: &[usize]) -> Result<(), ArrowError> {
        let columns = args
            .iter()
            .zip(&mut self.encoders)
            .map(|(array, encoder)| match encoder {
                Some(encoder) => encoder.encode(array),
                None => Ok(Words {
                    values: vec![],
                    nulls: None,
                }),
            })
            .collect::<Result<Vec<_>, _>>()?;
        let known = self.table.len();
        self.ids.clear();
        let pairs = groups.iter().zip(&columns[self.entity].values);
        self.table.intern(
            pairs.map(|(group, word)| (*group as u32, *word)),
            &mut self.ids,
        )?;
        self.fold.grow(self.table.len());
        let touched = self.touched(groups);
        if let Some(tally) = &mut self.tally {
            for (entity, group) in touched.iter().filter(|(id, _)| (*id as usize) < known) {
                tally.remove(*group, self.fold.outcome(*entity));
            }
        }
        self.fold.update(&self.ids, &columns, &self.encoders)?;
        if let Some(tally) = &mut self.tally {
            for (entity, group) in &touched {
                tally.grow(*group + 1);
                tally.add(*group, self.fold.outcome(*entity));
            }
        }
        Ok(())
    }

    /// The entities of the batch with their groups, each once, if there is a tally to carry on. A
    /// batch that is large beside the table drops the tally: counting anew is cheaper then.
    fn touched(&mut self, groups: &[usize]) -> Vec<(u32, usize)> {
        if self.ids.len() > 16 && self.ids.len() > self.table.len() / 8 {
            self.tally = None;
        }
        if self.tally.is_none() {
            return vec![];
        }
        let mut touched: Vec<_> = self
            .ids
            .iter()
            .copied()
            .zip(groups.iter().copied())
            .collect();
        touched.sort_unstable();
        touched.dedup();
        touched
    }

    fn tally(&mut self, groups: usize) -> &mut Tally {
        self.tally.get_or_insert_with(|| {
            let mut tally = Tally::new(groups);
            for pair in self.table.iter() {
                tally.add(pair.owner as usize, self.fold.outcome(pair.id));
            }
            tally
        })
    }

    fn state(&self, groups: Range<usize>) -> Vec<ArrayRef> {
        let lists = EntityLists::new(&self.table, groups);
        let entities = self.encoder().decode_state(lists.words().map(Some));
        let mut state = vec![lists.list(entities)];
        state.extend(self.fold.state(&lists, &self.encoders));
        state
    }

    /// Returns how many columns of the state it has read.
    fn merge(&mut self, state: &[ArrayRef], groups: &[usize]) -> Result<usize, ArrowError> {
        self.tally = None;
        let used = 1 + self.fold.state_types(&self.encoders).len();
        let lengths = lengths(&state[0]);
        let words = super::encoder_mut(&mut self.encoders, self.entity)
            .encode_state(&elements(&state[0]))?;
        let owners = groups
            .iter()
            .zip(&lengths)
            .flat_map(|(group, length)| std::iter::repeat_n(*group as u32, *length));
        self.ids.clear();
        self.table
            .intern(owners.zip(words.values.iter().copied()), &mut self.ids)?;
        self.fold.grow(self.table.len());
        let merged = FlatLists::new(&state[1..used], &self.ids, &lengths);
        self.fold.merge(&merged, &mut self.encoders)?;
        Ok(used)
    }

    fn size(&self) -> usize {
        let encoders = self.encoders.iter().flatten().map(Encoder::size);
        encoders.sum::<usize>()
            + self.table.size()
            + self.fold.size()
            + self.tally.as_ref().map_or(0, Tally::size)
            + self.ids.capacity() * size_of::<u32>()
    }
}
