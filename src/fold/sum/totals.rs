//! The totals that a form divides or gives: sums of amounts per group, and how many went into them.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, UInt64Array};
use datafusion::arrow::compute::{cast, nullif};
use datafusion::arrow::datatypes::{DataType, UInt64Type};
use datafusion::arrow::error::ArrowError;

use crate::define::{Counted, Total};
use crate::fold::facts::call::UnboundCall;
use crate::fold::sum::change::Change;
use crate::fold::sum::moments::{self, Moments};
use crate::fold::sum::money::Sums;

/// Every total of a form, in the order of [`crate::define::Finish::totals`].
#[derive(Debug)]
pub struct Totals(Vec<KeptTotal>);

#[derive(Debug)]
struct KeptTotal {
    total: Total,
    sums: Sums,
    /// By group: how many amounts there were, whether or not they count.
    amounts: Vec<u64>,
    /// By group: how many amounts were added.
    added: Vec<u64>,
    /// How the added amounts scatter, where a standard error is asked for.
    moments: Option<Moments>,
}

impl Totals {
    /// Nothing added up yet.
    pub fn new(call: &UnboundCall) -> Result<Self, ArrowError> {
        let totals = call.form.finish.totals().into_iter();
        let kept = totals.map(|total| {
            Ok(KeptTotal {
                total,
                sums: Sums::new(&call.arg_types[total.amount])?,
                amounts: vec![],
                added: vec![],
                moments: needs_moments(call).then(Moments::default),
            })
        });
        kept.collect::<Result<_, _>>().map(Totals)
    }

    /// Makes room for more groups.
    pub fn grow(&mut self, groups: usize) {
        for kept in &mut self.0 {
            kept.sums.grow(groups);
            kept.amounts.resize(groups.max(kept.amounts.len()), 0);
            kept.added.resize(groups.max(kept.added.len()), 0);
            if let Some(moments) = &mut kept.moments {
                moments.grow(groups);
            }
        }
    }

    /// Lets rows come or go, each of one group.
    pub fn update(
        &mut self,
        args: &[ArrayRef],
        groups: &[usize],
        change: Change,
    ) -> Result<(), ArrowError> {
        for kept in &mut self.0 {
            let amounts = &args[kept.total.amount];
            count(&mut kept.amounts, amounts, groups, change);
            let counting = match kept.total.only {
                None => amounts.clone(),
                Some(flag) => {
                    let flags = cast(&args[flag], &DataType::Boolean)?;
                    let unset = flags
                        .as_boolean()
                        .iter()
                        .map(|flag| Some(flag != Some(true)));
                    // A dictionary has no NULLs of its own to set.
                    let plain = cast(
                        amounts,
                        crate::fold::facts::call::plain_type(amounts.data_type()),
                    )?;
                    nullif(&plain, &BooleanArray::from_iter(unset))?
                }
            };
            count(&mut kept.added, &counting, groups, change);
            kept.sums.update(&counting, groups, change)?;
            if let Some(moments) = &mut kept.moments {
                debug_assert_eq!(change, Change::Add, "audited frames are kept");
                moments.update(&counting, groups)?;
            }
        }
        Ok(())
    }

    /// One total.
    pub fn sums(&self, total: usize) -> &Sums {
        &self.0[total].sums
    }

    /// How many amounts there were in a group, whether or not they count in a total.
    pub fn amounts(&self, total: usize, group: usize) -> u64 {
        self.0[total].amounts[group]
    }

    /// How many amounts were added to a total.
    pub fn added(&self, total: usize, group: usize) -> u64 {
        self.0[total].added[group]
    }

    /// The sum of the squared distances of a group's added amounts to their mean, if it was asked for.
    pub fn squared_deviations(&self, total: usize, group: usize) -> Option<f64> {
        let kept = &self.0[total];
        let n = Some(kept.added[group]).filter(|n| *n > 0)?;
        Some(kept.moments.as_ref()?.squared_deviations(group, n))
    }

    /// Names and types of [`Totals::state`].
    pub fn state_types(call: &UnboundCall) -> Result<Vec<(&'static str, DataType)>, ArrowError> {
        let mut types = vec![];
        for total in call.form.finish.totals() {
            types.extend(Sums::state_types(&call.arg_types[total.amount])?);
            types.push(("amounts", DataType::UInt64));
            types.push(("added", DataType::UInt64));
            if needs_moments(call) {
                types.extend(moments::STATE_TYPES);
            }
        }
        Ok(types)
    }

    /// The first groups as arrays, one row per group.
    pub fn state(&self, groups: usize) -> Vec<ArrayRef> {
        let mut state = vec![];
        for kept in &self.0 {
            state.extend(kept.sums.state(groups));
            for counts in [&kept.amounts, &kept.added] {
                let counts = counts[..groups].iter().copied();
                state.push(Arc::new(UInt64Array::from_iter_values(counts)));
            }
            if let Some(moments) = &kept.moments {
                state.extend(moments.state(groups));
            }
        }
        state
    }

    /// Adds the rows of a state.
    /// Returns how many columns of it were read.
    pub fn merge(&mut self, state: &[ArrayRef], groups: &[usize]) -> Result<usize, ArrowError> {
        let mut rest = state;
        for kept in &mut self.0 {
            let (sums, others) = rest.split_at(kept.sums.state_width());
            kept.sums.merge(sums, groups)?;
            for (counts, column) in [&mut kept.amounts, &mut kept.added].into_iter().zip(others) {
                let column = column.as_primitive::<UInt64Type>();
                for (count, group) in column.iter().zip(groups) {
                    counts[*group] = counts[*group].wrapping_add(count.unwrap_or(0));
                }
            }
            rest = &others[2..];
            if let Some(moments) = &mut kept.moments {
                let (columns, others) = rest.split_at(moments::STATE_TYPES.len());
                moments.merge(columns, groups);
                rest = others;
            }
        }
        Ok(state.len() - rest.len())
    }

    /// Forgets the first groups; the others move down.
    pub fn drop_first(&mut self, groups: usize) {
        for kept in &mut self.0 {
            kept.sums.drop_first(groups);
            kept.amounts.drain(..groups);
            kept.added.drain(..groups);
            if let Some(moments) = &mut kept.moments {
                moments.drop_first(groups);
            }
        }
    }

    /// Bytes on the heap.
    pub fn size(&self) -> usize {
        let size = |kept: &KeptTotal| {
            let counts = kept.amounts.capacity() + kept.added.capacity();
            let moments = kept.moments.as_ref().map_or(0, Moments::size);
            kept.sums.size() + counts * size_of::<u64>() + moments
        };
        self.0.iter().map(size).sum()
    }
}

/// Whether a standard error over rows is asked for.
fn needs_moments(call: &UnboundCall) -> bool {
    let counted = call.form.finish.counted();
    call.variant.is_audited() && counted.is_some_and(Counted::is_mean_of_amounts)
}

fn count(counts: &mut [u64], amounts: &ArrayRef, groups: &[usize], change: Change) {
    let nulls = amounts.logical_nulls();
    for (row, group) in groups.iter().enumerate() {
        if nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row)) {
            match change {
                Change::Add => counts[*group] += 1,
                Change::Remove => counts[*group] -= 1,
            }
        }
    }
}
