//! Aggregates that are not ours: their own accumulators, in groups.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Int64Array, LargeListArray, RecordBatch, UInt32Array,
    new_null_array,
};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::compute::{interleave, take};
use datafusion::arrow::datatypes::{DataType, Schema};
use datafusion::common::cast::as_boolean_array;
use datafusion::common::internal_err;
use datafusion::error::Result;
use datafusion::logical_expr::{EmitTo, GroupsAccumulator};
use datafusion::physical_expr::GroupsAccumulatorAdapter;
use datafusion::physical_expr::aggregate::AggregateFunctionExpr;

use super::aggregation::PlannedCall;
use crate::engine::stored::merge::KpiMerge;

/// The groups of one such aggregate.
pub struct Other {
    call: PlannedCall,
    /// Of its arguments.
    types: Vec<DataType>,
    groups: Box<dyn GroupsAccumulator>,
    /// Whether there are keys.
    grouped: bool,
    /// Which groups have had a row. What an accumulator says of others is not defined.
    seen: Vec<bool>,
}

impl Other {
    /// No groups yet; a single one, if there are no keys.
    pub fn new(call: PlannedCall, input: &Schema, grouped: bool) -> Result<Self> {
        let args = call.function.expressions();
        let types = args.iter().map(|arg| arg.data_type(input));
        Ok(Other {
            groups: accumulator(&call.function, grouped)?,
            grouped,
            types: types.collect::<Result<_>>()?,
            call,
            seen: vec![],
        })
    }

    /// Takes in rows, each of one of so many groups.
    pub fn update(&mut self, batch: &RecordBatch, groups: &[usize], count: usize) -> Result<()> {
        let args = self.call.function.expressions();
        let args = args.iter().map(|arg| {
            let value = arg.evaluate(batch)?;
            value.into_array(batch.num_rows())
        });
        let args = args.collect::<Result<Vec<ArrayRef>>>()?;
        let filter = match &self.call.filter {
            Some(filter) => Some(filter.evaluate(batch)?.into_array(batch.num_rows())?),
            None => None,
        };
        let filter: Option<&BooleanArray> = match &filter {
            Some(filter) => Some(as_boolean_array(filter)?),
            None => None,
        };
        self.see(groups, count);
        self.groups.update_batch(&args, groups, filter, count)
    }

    fn see(&mut self, groups: &[usize], count: usize) {
        self.seen.resize(count.max(self.seen.len()), false);
        for group in groups {
            self.seen[*group] = true;
        }
    }

    /// Takes in rows of partial states.
    pub fn merge(&mut self, state: &[ArrayRef], groups: &[usize], count: usize) -> Result<()> {
        self.see(groups, count);
        self.groups.merge_batch(state, groups, count)
    }

    /// So many groups as partial states; forgets them.
    pub fn state(&mut self, count: usize) -> Result<Vec<ArrayRef>> {
        let state = match self.seen.is_empty() {
            true => vec![],
            false => self.groups.state(EmitTo::All)?,
        };
        let is_seen = |group: usize| self.seen.get(group).is_some_and(|seen| *seen);
        if !state.is_empty() && (0..count).all(is_seen) {
            return Ok(state);
        }
        let nothing = self.nothing()?.state(EmitTo::All)?;
        let rows: Vec<_> = (0..count)
            .map(|group| match is_seen(group) {
                true => (1, group),
                false => (0, 0),
            })
            .collect();
        let columns = nothing.iter().enumerate().map(|(column, nothing)| {
            let all: Vec<&dyn Array> = match state.get(column) {
                Some(state) => vec![nothing.as_ref(), state.as_ref()],
                None => vec![nothing.as_ref()],
            };
            Ok(interleave(&all, &rows)?)
        });
        columns.collect()
    }

    /// The values of so many groups; forgets them. All of them have had a row of a partial state, or there is one of nothing.
    pub fn values(&mut self, count: usize) -> Result<ArrayRef> {
        if self.seen.is_empty() {
            let nothing = self.nothing()?.evaluate(EmitTo::All)?;
            return Ok(take(&nothing, &UInt32Array::from_value(0, count), None)?);
        }
        self.groups.evaluate(EmitTo::All)
    }

    /// Whether its values are states, which are large, and it can give some of them after the other.
    pub fn merges_states(&self) -> bool {
        merges_states(&self.call.function) && !self.seen.is_empty()
    }

    /// The values of the first groups; forgets these.
    pub fn first_values(&mut self, count: usize) -> Result<ArrayRef> {
        self.groups.evaluate(EmitTo::First(count))
    }

    /// An accumulator of one group without rows: a FILTER has left its only one out.
    fn nothing(&self) -> Result<Box<dyn GroupsAccumulator>> {
        let mut nothing = accumulator(&self.call.function, self.grouped)?;
        let args = self.types.iter().map(|of| new_null_array(of, 1));
        let args: Vec<ArrayRef> = args.collect();
        nothing.update_batch(&args, &[0], Some(&BooleanArray::from(vec![false])), 1)?;
        Ok(nothing)
    }

    /// The groups of partial states put together: each row's number stands for the one of so many that it becomes a part
    /// of.
    pub fn coarser(&self, state: &[ArrayRef], of: &[usize], count: usize) -> Result<Vec<ArrayRef>> {
        if merges_states(&self.call.function) {
            return Ok(vec![lists_of(&state[0], of, count)?]);
        }
        let mut coarser = accumulator(&self.call.function, self.grouped)?;
        coarser.merge_batch(state, of, count)?;
        coarser.state(EmitTo::All)
    }

    /// Bytes on the heap.
    pub fn size(&self) -> usize {
        self.groups.size() + self.seen.capacity()
    }
}

/// Lists put one behind the other, each into the one of so many that it becomes a part of: stored states go on as they are.
fn lists_of(lists: &ArrayRef, of: &[usize], count: usize) -> Result<ArrayRef> {
    let lists = lists.as_list::<i64>();
    let mut elements = vec![vec![]; count];
    for (ends, of) in lists.value_offsets().windows(2).zip(of) {
        elements[*of].extend(ends[0]..ends[1]);
    }
    let offsets = OffsetBuffer::from_lengths(elements.iter().map(Vec::len));
    let elements = Int64Array::from(elements.concat());
    let DataType::LargeList(element) = lists.data_type() else {
        return internal_err!("{} are no lists", lists.data_type());
    };
    let elements = take(lists.values(), &elements, None)?;
    let lists = LargeListArray::try_new(element.clone(), offsets, elements, None)?;
    Ok(Arc::new(lists))
}

/// Whether an aggregate is `kpi_merge`.
pub fn merges_states(function: &AggregateFunctionExpr) -> bool {
    function.fun().inner().downcast_ref::<KpiMerge>().is_some()
}

/// Of distinct values the accumulator of groups can do less than the one of all rows for some aggregates, and without keys
/// DataFusion takes the latter.
fn accumulator(
    function: &Arc<AggregateFunctionExpr>,
    grouped: bool,
) -> Result<Box<dyn GroupsAccumulator>> {
    let can_do_less = function.is_distinct() && !grouped;
    if !can_do_less && function.groups_accumulator_supported() {
        return function.create_groups_accumulator();
    }
    let function = function.clone();
    let each = move || function.create_accumulator();
    Ok(Box::new(GroupsAccumulatorAdapter::new(each)))
}
