//! The state behind a GROUP BY: one form of one KPI, folded over batches of rows.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, UInt64Array};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::compute::{and, cast, filter, is_not_null};
use datafusion::arrow::datatypes::{DataType, Float64Type, UInt64Type};
use datafusion::arrow::error::ArrowError;

use super::call::Call;
use super::entities::Entities;
use super::money::Direction;
use super::parts::{Evidence, Parts};
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
    /// The rows counted, for an answer that tells them.
    audit: Option<Audit>,
}

/// How many rows each group has.
#[derive(Debug, Default)]
struct Audit {
    /// Those that a FILTER let through.
    rows: Vec<u64>,
    /// Those of them that were ignored whole, because the entity or something as necessary is NULL.
    ignored: Vec<u64>,
}

/// The columns of a partial state that hold [`Audit`].
pub(super) const AUDIT_TYPES: [(&str, DataType); 2] = [
    ("rows", DataType::UInt64),
    ("rows_ignored", DataType::UInt64),
];

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
            audit: call.answer.is_audited().then(Audit::default),
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
        if let Some(audit) = &mut self.audit {
            audit.rows.resize(self.groups, 0);
            audit.ignored.resize(self.groups, 0);
        }
    }

    /// Takes in rows, each of one group. Rows where `condition` is false or NULL are left out.
    pub fn update(
        &mut self,
        args: &[ArrayRef],
        groups: &[usize],
        condition: Option<&BooleanArray>,
    ) -> Result<(), ArrowError> {
        let mask = rows_that_count(args, &self.call.required(), condition)?;
        if let Some(audit) = &mut self.audit {
            audit.count(groups, condition, mask.as_ref());
        }
        match mask {
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
        let groups = self.groups;
        let tally = self.grain.tally(&self.call, groups);
        self.call.finish(tally, first, &self.totals)
    }

    /// The values of the first groups with what they were made of; see [`super::parts`].
    pub fn parts(&mut self, first: usize) -> Result<Vec<Parts>, ArrowError> {
        let values = match self.call.form.finish {
            // A list is not a number.
            Finish::Mix(_) => vec![None; first],
            _ => {
                let values = cast(&self.values(first)?, &DataType::Float64)?;
                values.as_primitive::<Float64Type>().iter().collect()
            }
        };
        let groups = self.groups;
        // Looking at the tally also makes it, so it comes before the entities are looked at.
        let tally = match self.call.form.finish.looks_at_entities() {
            true => None,
            false => Some(self.grain.tally(&self.call, groups).clone()),
        };
        let evidence = Evidence {
            call: &self.call,
            tally: tally.as_ref(),
            entities: match &self.grain {
                GrainState::Row { .. } => None,
                GrainState::Entity(entities) => Some(entities),
            },
            others: self.others.as_ref(),
            totals: &self.totals,
            groups: first,
        };
        let mut parts = evidence.figures()?;
        let audit = self.audit.as_ref().expect("parts are audited");
        for (group, (parts, value)) in parts.iter_mut().zip(values).enumerate() {
            parts.value = value;
            parts.rows = audit.rows[group];
            parts.rows_ignored = match &self.grain {
                GrainState::Entity(_) => audit.ignored[group],
                // What is judged is NULL: a flag, a score, an amount.
                GrainState::Row { fold, .. } => {
                    let judged = match (fold, &tally) {
                        (RowFold::Exists, _) | (_, None) => self.totals.amounts(0, group),
                        (_, Some(tally)) => tally.of(0, group).0,
                    };
                    audit.rows[group].saturating_sub(judged)
                }
            };
        }
        Ok(parts)
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
        if let Some(audit) = &self.audit {
            for counts in [&audit.rows, &audit.ignored] {
                let counts = counts[..first].iter().copied();
                state.push(Arc::new(UInt64Array::from_iter_values(counts)));
            }
        }
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
        used += self.totals.merge(&state[used..], groups)?;
        if let Some(audit) = &mut self.audit {
            for (counts, column) in [&mut audit.rows, &mut audit.ignored]
                .into_iter()
                .zip(&state[used..])
            {
                let column = column.as_primitive::<UInt64Type>();
                for (count, group) in column.iter().zip(groups) {
                    counts[*group] = counts[*group].wrapping_add(count.unwrap_or(0));
                }
            }
        }
        Ok(())
    }

    /// Forgets the first groups; the others move down.
    pub fn drop_first(&mut self, first: usize) -> Result<(), ArrowError> {
        if first == self.groups {
            *self = Groups::new(self.call.clone())?;
            return Ok(());
        }
        self.totals.drop_first(first);
        if let Some(audit) = &mut self.audit {
            audit.rows.drain(..first);
            audit.ignored.drain(..first);
        }
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
        let audit = self.audit.as_ref().map_or(0, |audit| {
            (audit.rows.capacity() + audit.ignored.capacity()) * size_of::<u64>()
        });
        grain + self.totals.size() + self.others.as_ref().map_or(0, Entities::size) + audit
    }
}

impl Audit {
    /// Counts rows: all for which the condition holds, and those of them that the mask leaves out.
    fn count(
        &mut self,
        groups: &[usize],
        condition: Option<&BooleanArray>,
        mask: Option<&BooleanArray>,
    ) {
        for (row, group) in groups.iter().enumerate() {
            let holds = condition.is_none_or(|c| c.is_valid(row) && c.value(row));
            let counts = mask.is_none_or(|mask| mask.value(row));
            self.rows[*group] += u64::from(holds);
            self.ignored[*group] += u64::from(holds && !counts);
        }
    }
}

impl GrainState {
    /// The outcomes so far, counted by group.
    fn tally(&mut self, call: &Call, groups: usize) -> &mut Tally {
        let tally = match self {
            GrainState::Row { tally, .. } => tally,
            GrainState::Entity(entities) => entities.tally(call, groups),
        };
        tally.grow(groups);
        tally
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
