//! The state behind a GROUP BY: one form of one KPI, folded over batches of rows.

use datafusion::arrow::array::{Array, ArrayRef, BooleanArray};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::compute::{and, filter, is_not_null};
use datafusion::arrow::error::ArrowError;

use super::call::Call;
use super::entities::Entities;
use super::money::Direction;
use super::tally::Tally;
use super::totals::Totals;
use super::{rows, scan};
use crate::define::{Finish, Grain, RowFold};

/// The groups of one aggregation, numbered from 0.
#[derive(Debug)]
pub struct Groups {
    call: Call,
    groups: usize,
    grain: GrainState,
    totals: Totals,
    /// Entities of a second kind, for a form that counts them beside the first.
    others: Option<Entities>,
}

#[derive(Debug)]
enum GrainState {
    Row { fold: RowFold, tally: Tally },
    Entity(Box<Entities>),
}

impl Groups {
    /// No groups yet.
    pub fn new(call: Call) -> Result<Self, ArrowError> {
        let grain = match call.form.grain {
            Grain::Row(fold) => GrainState::Row {
                fold,
                tally: Tally::new(&call, 0),
            },
            Grain::Entity { .. } => GrainState::Entity(Box::new(Entities::new(&call)?)),
        };
        Ok(Groups {
            others: match call.form.finish {
                Finish::DistinctPerEntity(item) => Some(Entities::counted(&call, item)?),
                _ => None,
            },
            totals: Totals::new(&call)?,
            call,
            groups: 0,
            grain,
        })
    }

    /// Makes room for more groups.
    pub fn grow(&mut self, groups: usize) {
        self.groups = self.groups.max(groups);
        if let GrainState::Row { tally, .. } = &mut self.grain {
            tally.grow(groups);
        }
        self.totals.grow(groups);
    }

    /// Takes in rows, each of one group. Rows where `condition` is false or NULL are left out.
    pub fn update(
        &mut self,
        args: &[ArrayRef],
        groups: &[usize],
        condition: Option<&BooleanArray>,
    ) -> Result<(), ArrowError> {
        match rows_that_count(args, &self.call.required(), condition)? {
            None => self.update_counting(args, groups),
            Some(mask) => {
                let (args, groups) = filtered(args, groups, &mask)?;
                self.update_counting(&args, &groups)
            }
        }
    }

    /// Takes in rows that all count.
    fn update_counting(&mut self, args: &[ArrayRef], groups: &[usize]) -> Result<(), ArrowError> {
        match &mut self.grain {
            GrainState::Row { fold, tally } => {
                let outcomes = rows::outcomes(fold, &self.call, args)?;
                for (outcome, group) in outcomes.into_iter().zip(groups) {
                    tally.add(*group, [outcome]);
                }
            }
            GrainState::Entity(state) => state.update(args, groups)?,
        }
        if let (Some(others), Finish::DistinctPerEntity(item)) =
            (&mut self.others, self.call.form.finish)
        {
            match rows_that_count(args, item, None)? {
                None => others.update(args, groups)?,
                Some(mask) => {
                    let (args, groups) = filtered(args, groups, &mask)?;
                    others.update(&args, &groups)?;
                }
            }
        }
        self.totals.update(args, groups, Direction::Add)
    }

    /// The values of the first groups.
    pub fn values(&mut self, first: usize) -> Result<ArrayRef, ArrowError> {
        if let GrainState::Entity(entities) = &self.grain
            && self.call.form.finish.looks_at_entities()
        {
            return scan::values(
                &self.call,
                entities,
                self.others.as_ref(),
                &self.totals,
                first,
            );
        }
        let tally = match &mut self.grain {
            GrainState::Row { tally, .. } => tally,
            GrainState::Entity(state) => state.tally(&self.call, self.groups),
        };
        tally.grow(self.groups);
        self.call.finish(tally, first, &self.totals)
    }

    /// The first groups as columns of a partial state, one row per group.
    pub fn state(&self, first: usize) -> Vec<ArrayRef> {
        let mut state = match &self.grain {
            GrainState::Row { tally, .. } => tally.state(first),
            GrainState::Entity(state) => state.state(0..first),
        };
        if let Some(others) = &self.others {
            state.extend(others.state(0..first));
        }
        state.extend(self.totals.state(first));
        state
    }

    /// Takes in the rows of a partial state, each of one group.
    pub fn merge(&mut self, state: &[ArrayRef], groups: &[usize]) -> Result<(), ArrowError> {
        let mut used = match &mut self.grain {
            GrainState::Row { tally, .. } => tally.merge(state, groups),
            GrainState::Entity(entities) => entities.merge(state, groups)?,
        };
        if let Some(others) = &mut self.others {
            used += others.merge(&state[used..], groups)?;
        }
        self.totals.merge(&state[used..], groups)
    }

    /// Forgets the first groups; the others move down.
    pub fn drop_first(&mut self, first: usize) -> Result<(), ArrowError> {
        if first == self.groups {
            *self = Groups::new(self.call.clone())?;
            return Ok(());
        }
        self.totals.drop_first(first);
        match &mut self.grain {
            GrainState::Row { tally, .. } => tally.drop_first(first),
            GrainState::Entity(state) => {
                // The rest moves into fresh tables, so that nothing of the dropped groups stays behind.
                let rest: Vec<usize> = (0..self.groups - first).collect();
                let mut fresh = Entities::new(&self.call)?;
                fresh.merge(&state.state(first..self.groups), &rest)?;
                **state = fresh;
            }
        }
        if let (Some(others), Finish::DistinctPerEntity(item)) =
            (&mut self.others, self.call.form.finish)
        {
            let rest: Vec<usize> = (0..self.groups - first).collect();
            let mut fresh = Entities::counted(&self.call, item)?;
            fresh.merge(&others.state(first..self.groups), &rest)?;
            *others = fresh;
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
        grain + self.totals.size() + self.others.as_ref().map_or(0, Entities::size)
    }
}

/// The rows that a mask leaves.
fn filtered(
    args: &[ArrayRef],
    groups: &[usize],
    mask: &BooleanArray,
) -> Result<(Vec<ArrayRef>, Vec<usize>), ArrowError> {
    let args = args.iter().map(|arg| filter(arg, mask));
    let groups = groups.iter().zip(mask.values());
    let groups = groups.filter_map(|(group, counts)| counts.then_some(*group));
    Ok((args.collect::<Result<_, _>>()?, groups.collect()))
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
