//! `kpi_merge`: states to one state.

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BinaryArray, BooleanArray, LargeBinaryArray,
};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::ScalarValue;
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
use crate::engine::aggregate::given::{Given, too_large};
use crate::engine::aggregate::groups_accumulator::Grouped;
use crate::engine::aggregate::names;
use crate::engine::words::{self, STORED};
use crate::state::Merged;

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
        let calls = words::of_a_state(NAME);
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
        words::takes_a_state(NAME, arg_types)?;
        Ok(DataType::Binary)
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let name = format!("{}[state]", args.name);
        Ok(vec![Arc::new(Field::new(
            name,
            DataType::LargeBinary,
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

/// The states of each group, merged as they come: each group by itself, in tables that are as small as it is. One table for
/// all of them took a third longer for the days of two years by month and segment.
#[derive(Debug, Default)]
struct Merging {
    groups: Vec<Merged>,
    /// Bytes on the heap, but for the list itself.
    size: usize,
}

impl Merging {
    fn bytes(&mut self, first: usize) -> Result<Vec<Option<Vec<u8>>>> {
        let groups = self.groups[..first].iter_mut();
        let bytes = groups.map(|merged| Ok(merged.bytes(1).map_err(refusal)?.pop().flatten()));
        bytes.collect()
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
        self.groups.resize_with(groups, Merged::default);
    }

    fn update(
        &mut self,
        columns: &[ArrayRef],
        groups: &[usize],
        condition: Option<&BooleanArray>,
    ) -> Result<()> {
        let states = states(&columns[0])?;
        for (row, (state, group)) in states.as_binary::<i64>().iter().zip(groups).enumerate() {
            let holds = condition.is_none_or(|c| c.is_valid(row) && c.value(row));
            let Some(state) = state.filter(|_| holds) else {
                continue;
            };
            let merged = &mut self.groups[*group];
            let before = merged.size();
            merged.add(std::iter::once((0, state))).map_err(refusal)?;
            self.size = (self.size + merged.size()).saturating_sub(before);
        }
        Ok(())
    }

    fn answers(&mut self, first: usize) -> Result<ArrayRef> {
        let merged = self.bytes(first)?;
        let bytes: usize = merged.iter().flatten().map(Vec::len).sum();
        match i32::try_from(bytes) {
            Ok(_) => Ok(Arc::new(BinaryArray::from_iter(merged))),
            Err(_) => Err(too_large(NAME)),
        }
    }

    /// Parts of groups may have more than an array of BINARY holds.
    fn state(&mut self, first: usize) -> Result<Vec<ArrayRef>> {
        let merged = self.bytes(first)?;
        Ok(vec![Arc::new(LargeBinaryArray::from_iter(merged))])
    }

    fn merge(&mut self, state: &[ArrayRef], groups: &[usize]) -> Result<()> {
        self.update(state, groups, None)
    }

    fn drop_first(&mut self, first: usize) -> Result<()> {
        let dropped: usize = self.groups.drain(..first).map(|merged| merged.size()).sum();
        self.size = self.size.saturating_sub(dropped);
        Ok(())
    }

    fn size(&self) -> usize {
        self.size + self.groups.capacity() * size_of::<Merged>()
    }
}

/// The states in a sliding frame, such as those of the last seven days: each is read once, as a group of its own, and for
/// each row the groups of its frame are put together.
#[derive(Debug, Default)]
struct Sliding {
    merged: Merged,
    /// How many rows there are, and how many of the first have left the frame.
    rows: usize,
    left: usize,
    given: Given,
}

impl Accumulator for Sliding {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let states = states(&values[0])?;
        let states = states.as_binary::<i64>();
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
        Ok(vec![self.evaluate()?])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.update_batch(states)
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.merged.size()
    }
}

/// An array of states in the one type that is read here.
fn states(array: &ArrayRef) -> Result<ArrayRef> {
    Ok(cast(array, &DataType::LargeBinary)?)
}

fn refusal(problem: String) -> DataFusionError {
    DataFusionError::Execution(format!("{NAME}: {problem}"))
}
