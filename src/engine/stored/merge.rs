//! `kpi_merge`: states to one state.

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BinaryArray, BinaryViewArray, BooleanArray, LargeListArray,
    new_empty_array,
};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::compute::{cast, concat};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{ScalarValue, internal_err};
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::expr::{AggregateFunctionParams, WindowFunctionParams};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDFImpl, Documentation, GroupsAccumulator, ReversedUDAF, Signature,
};
use std::sync::Arc;

use crate::engine::aggregate::accumulate::Accumulate;
use crate::engine::aggregate::accumulator::Single;
use crate::engine::aggregate::given::{GivenBytes, too_large};
use crate::engine::aggregate::groups_accumulator::Grouped;
use crate::engine::aggregate::names;
use crate::engine::call_docs::{self, STORED};
use crate::state::{Merged, StateError};

const NAME: &str = "kpi_merge";
const EXAMPLE: &str = "\
-- What is the revenue per customer of the whole week, from the states of its days?
SELECT kpi_finish(kpi_merge(state))
FROM (
  SELECT day, arpa_state(customer, amount) AS state
  FROM (VALUES ('Mon', 'c1', 10.0), ('Tue', 'c1', 20.0), ('Tue', 'c2', 30.0)) AS orders(day, customer, amount)
  GROUP BY day
) AS daily_states;";

/// The aggregate. NULL states are left out; none at all give NULL.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct KpiMerge {
    signature: Signature,
    documentation: Documentation,
}

impl KpiMerge {
    /// The function.
    pub fn new() -> Self {
        let calls = call_docs::of_a_state(NAME);
        KpiMerge {
            signature: calls.signature(),
            documentation: calls.documentation(
                STORED,
                "Merges the states of a KPI, such as those of the days of a month, into one state: that of all \
                 their rows. States of different KPIs or argument types are refused. NULL states are left out.",
                EXAMPLE,
            ),
        }
    }
}

impl Default for KpiMerge {
    fn default() -> Self {
        KpiMerge::new()
    }
}

impl AggregateUDFImpl for KpiMerge {
    fn name(&self) -> &str {
        NAME
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn schema_name(&self, params: &AggregateFunctionParams) -> Result<String> {
        names::of_aggregate(self, params)
    }

    fn window_function_schema_name(&self, params: &WindowFunctionParams) -> Result<String> {
        names::of_window(self, params)
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        call_docs::takes_a_state(NAME, arg_types)?;
        Ok(DataType::Binary)
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let name = format!("{}[state]", args.name);
        Ok(vec![Arc::new(Field::new(
            name,
            DataType::LargeList(element()),
            true,
        ))])
    }

    fn accumulator(&self, _: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Single::new(Merging::default())))
    }

    fn groups_accumulator_supported(&self, _: AccumulatorArgs) -> bool {
        true
    }

    fn create_groups_accumulator(&self, _: AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(Grouped(Merging::default())))
    }

    fn create_sliding_accumulator(&self, _: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Sliding::default()))
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }

    fn reverse_expr(&self) -> ReversedUDAF {
        ReversedUDAF::Identical
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

/// The states of each group. They are read when the group is asked for, or when they are many bytes: those who hand their
/// groups on to others hand the states on as they are, without a copy. One group is merged by itself, in tables that are
/// as small as it is: one table for all of them took a third longer for the days of two years by month and segment.
#[derive(Debug, Default)]
struct Merging {
    groups: Vec<Group>,
    /// Bytes on the heap, but for the list itself.
    size: usize,
}

/// What is there of one group.
#[derive(Debug, Default)]
struct Group {
    merged: Merged,
    /// States that are yet to be merged.
    pending: Vec<BinaryViewArray>,
    /// How many bytes these have.
    bytes: usize,
}

/// States of a group may wait that have so many bytes, or twice those of what is merged. What waits is merged once, where
/// its group is finished; what does not is written anew for the next node, and read there again.
const MAY_WAIT: usize = 32 << 20;

impl Group {
    fn size(&self) -> usize {
        let pending = self.pending.capacity() * size_of::<BinaryViewArray>();
        self.merged.size() + pending + self.bytes
    }

    fn add(&mut self, state: BinaryViewArray) {
        self.bytes += state.value(0).len();
        self.pending.push(state);
    }

    /// Whether so many bytes wait that merged they may be fewer.
    fn has_many(&self) -> bool {
        self.bytes > MAY_WAIT.max(2 * self.merged.size())
    }

    fn merge(&mut self) -> Result<()> {
        let pending = std::mem::take(&mut self.pending);
        self.bytes = 0;
        let states = pending.iter().map(|state| (0, state.value(0)));
        self.merged.add(states).map_err(refusal)
    }

    /// All states as one; `None` if there are none.
    fn one(&mut self) -> Result<Option<Vec<u8>>> {
        self.merge()?;
        Ok(self.merged.bytes(1).map_err(refusal)?.pop().flatten())
    }
}

impl Merging {
    /// Does something with the first groups, and counts their size anew.
    fn each<T>(&mut self, first: usize, does: impl Fn(&mut Group) -> Result<T>) -> Result<Vec<T>> {
        let mut all = Vec::with_capacity(first);
        for group in &mut self.groups[..first] {
            let before = group.size();
            all.push(does(group)?);
            self.size = (self.size + group.size()).saturating_sub(before);
        }
        Ok(all)
    }

    /// Takes in a state of a group.
    fn add(
        &mut self,
        group: usize,
        state: BinaryViewArray,
        then: impl Fn(&mut Group) -> Result<()>,
    ) -> Result<()> {
        let group = &mut self.groups[group];
        let before = group.size();
        group.add(state);
        then(group)?;
        self.size = (self.size + group.size()).saturating_sub(before);
        Ok(())
    }
}

impl Accumulate for Merging {
    fn name(&self) -> String {
        NAME.into()
    }

    fn emptied(&self) -> Result<Self> {
        Ok(Merging::default())
    }

    fn count(&self) -> usize {
        self.groups.len()
    }

    fn grow(&mut self, groups: usize) {
        let groups = groups.max(self.groups.len());
        self.groups.resize_with(groups, Group::default);
    }

    fn update(
        &mut self,
        columns: &[ArrayRef],
        groups: &[usize],
        condition: Option<&BooleanArray>,
    ) -> Result<()> {
        let states = states(&columns[0])?;
        let states = states.as_binary_view();
        for (row, group) in groups.iter().enumerate() {
            let holds = condition.is_none_or(|c| c.is_valid(row) && c.value(row));
            if holds && states.is_valid(row) {
                self.add(*group, states.slice(row, 1), |group| {
                    match group.has_many() {
                        true => group.merge(),
                        false => Ok(()),
                    }
                })?;
            }
        }
        Ok(())
    }

    fn evaluate(&mut self, first: usize) -> Result<ArrayRef> {
        let merged = self.each(first, Group::one)?;
        let bytes: usize = merged.iter().flatten().map(Vec::len).sum();
        match i32::try_from(bytes) {
            Ok(_) => Ok(Arc::new(BinaryArray::from_iter(merged))),
            Err(_) => Err(too_large(NAME)),
        }
    }

    /// The list of each group's states. Parts of groups may have more than an array of BINARY holds.
    fn state(&mut self, first: usize) -> Result<Vec<ArrayRef>> {
        let states = self.each(first, |group| {
            let mut states = std::mem::take(&mut group.pending);
            group.bytes = 0;
            let merged = group.merged.bytes(1).map_err(refusal)?.pop().flatten();
            states.extend(merged.map(|merged| BinaryViewArray::from_iter_values([merged])));
            group.merged = Merged::default();
            Ok(states)
        })?;
        let lengths = OffsetBuffer::from_lengths(states.iter().map(Vec::len));
        let all: Vec<&dyn Array> = states.iter().flatten().map(|state| state as _).collect();
        let all = match all.as_slice() {
            [] => new_empty_array(&DataType::BinaryView),
            all => concat(all)?,
        };
        let lists = LargeListArray::new(element(), lengths, all, None);
        Ok(vec![Arc::new(lists)])
    }

    /// Whoever hands states on has them already, so that they may wait here.
    fn merge(&mut self, state: &[ArrayRef], groups: &[usize]) -> Result<()> {
        let lists = state[0].as_list::<i64>();
        for (row, group) in groups.iter().enumerate() {
            let states = lists.value(row);
            for state in 0..states.len() {
                let state = states.as_binary_view().slice(state, 1);
                self.add(*group, state, |_| Ok(()))?;
            }
        }
        Ok(())
    }

    fn drop_first(&mut self, first: usize) -> Result<()> {
        let dropped: usize = self.groups.drain(..first).map(|group| group.size()).sum();
        self.size = self.size.saturating_sub(dropped);
        Ok(())
    }

    fn size(&self) -> usize {
        self.size + self.groups.capacity() * size_of::<Group>()
    }
}

/// What a list of states has.
fn element() -> FieldRef {
    Arc::new(Field::new_list_field(DataType::BinaryView, true))
}

/// The states in a sliding frame, such as those of the last seven days: each is read once, as a group of its own, and for
/// each row the groups of its frame are put together.
#[derive(Debug, Default)]
struct Sliding {
    merged: Merged,
    /// How many rows there are, and how many of the first have left the frame.
    rows: usize,
    left: usize,
    given: GivenBytes,
}

impl Accumulator for Sliding {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let states = states(&values[0])?;
        let states = states.as_binary_view();
        let rows = states.iter().enumerate();
        let states = rows.filter_map(|(row, state)| Some((self.rows + row, state?)));
        self.merged.add(states).map_err(refusal)?;
        self.rows += values[0].len();
        Ok(())
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.left += values[0].len();
        // Those that have left go when they are as many as those that are there.
        if self.left * 2 > self.rows {
            self.merged.drop_first(self.left).map_err(refusal)?;
            self.rows -= std::mem::take(&mut self.left);
        }
        Ok(())
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let merged = self.merged.bytes_of_all(self.left).map_err(refusal)?;
        self.given
            .count(|| NAME.into(), ScalarValue::Binary(merged))
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        internal_err!("{NAME}: a sliding frame is not handed on")
    }

    fn merge_batch(&mut self, _: &[ArrayRef]) -> Result<()> {
        internal_err!("{NAME}: a sliding frame takes in rows alone")
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.merged.size()
    }
}

/// An array of states in the one type that is read here.
fn states(array: &ArrayRef) -> Result<ArrayRef> {
    Ok(cast(array, &DataType::BinaryView)?)
}

fn refusal(problem: StateError) -> DataFusionError {
    DataFusionError::Execution(format!("{NAME}: {problem}"))
}
