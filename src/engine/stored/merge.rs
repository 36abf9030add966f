//! `kpi_merge`: states to one state.

use std::collections::VecDeque;

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::ScalarValue;
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDFImpl, Documentation, ReversedUDAF, Signature,
};
use std::sync::Arc;

use crate::engine::words::{self, STORED};
use crate::state::State;

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

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        words::takes_a_state(NAME, arg_types)?;
        Ok(DataType::Binary)
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let name = format!("{}[state]", args.name);
        Ok(vec![Arc::new(Field::new(name, DataType::Binary, true))])
    }

    fn accumulator(&self, _: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Merging::default()))
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

/// The states of a group, merged as they come.
#[derive(Debug, Default)]
struct Merging {
    state: Option<State>,
}

impl Merging {
    fn add(&mut self, state: &[u8]) -> std::result::Result<(), String> {
        match &mut self.state {
            Some(known) => known.merge(state)?,
            None => self.state = Some(State::read(state)?),
        }
        Ok(())
    }

    fn merged(&mut self) -> Result<ScalarValue> {
        let bytes = self.state.as_mut().map(State::bytes).transpose();
        bytes.map(ScalarValue::Binary).map_err(refusal)
    }
}

impl Accumulator for Merging {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        for state in states(&values[0])?.as_binary::<i64>().iter().flatten() {
            self.add(state).map_err(refusal)?;
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        self.merged()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![self.merged()?])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.update_batch(states)
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.state.as_ref().map_or(0, State::size)
    }
}

/// The states in a sliding frame, such as those of the last seven days. They are merged anew for each
/// row: what was merged cannot be taken apart.
#[derive(Debug, Default)]
struct Sliding {
    states: VecDeque<Option<Vec<u8>>>,
}

impl Accumulator for Sliding {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let states = states(&values[0])?;
        let states = states.as_binary::<i64>().iter();
        self.states.extend(states.map(|state| state.map(Vec::from)));
        Ok(())
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.states.drain(..values[0].len());
        Ok(())
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let mut merging = Merging::default();
        for state in self.states.iter().flatten() {
            merging.add(state).map_err(refusal)?;
        }
        merging.merged()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![self.evaluate()?])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.update_batch(states)
    }

    fn size(&self) -> usize {
        let states = self.states.iter().flatten();
        size_of_val(self) + states.map(Vec::capacity).sum::<usize>()
    }
}

/// An array of states in the one type that is read here.
fn states(array: &ArrayRef) -> Result<ArrayRef> {
    Ok(cast(array, &DataType::LargeBinary)?)
}

fn refusal(problem: String) -> DataFusionError {
    DataFusionError::Execution(format!("{NAME}: {problem}"))
}
