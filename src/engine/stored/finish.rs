//! `kpi_finish` and its kin: a state to what it amounts to.

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array, new_null_array};
use datafusion::arrow::compute::{cast, concat};
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, Expr, ScalarFunctionArgs, ScalarUDFImpl, Signature,
};
use std::sync::Arc;

use crate::define::Unit;
use crate::engine::call_docs::{self, STORED};
use crate::engine::confidence;
use crate::engine::parts_array;
use crate::fold::facts::value_type::mix_type;
use crate::state::{State, StateError};

/// What is made of a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Finished {
    /// The value.
    Value,
    /// The parts.
    Parts,
    /// The list of products of a product mix.
    Mix,
}

impl Finished {
    /// The function that makes it.
    fn function(self) -> &'static str {
        match self {
            Finished::Value => "kpi_finish",
            Finished::Parts => "kpi_finish_parts",
            Finished::Mix => "kpi_finish_mix",
        }
    }
}

/// The scalar functions that finish states. NULL gives NULL.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct KpiFinish {
    finished: Finished,
    signature: Signature,
    documentation: Documentation,
}

impl KpiFinish {
    /// The function that makes this of a state.
    pub fn new(finished: Finished) -> Self {
        let calls = call_docs::of_a_state(finished.function());
        let (description, example) = match finished {
            Finished::Value => (
                "The value of a state, as DOUBLE: what the KPI's function gives for the rows that went into it.",
                "-- What share of the answers is satisfied, from a state?\n\
                 SELECT kpi_finish(csat_state(score)) FROM (VALUES (5), (4), (2), (NULL)) AS answers(score);",
            ),
            Finished::Parts => (
                "The parts of a state, as a STRUCT: what the KPI's _parts function gives for the rows that went \
                 into it.",
                "-- What is this share made of?\n\
                 SELECT kpi_finish_parts(csat_state(score)) FROM (VALUES (5), (4), (2), (NULL)) AS answers(score);",
            ),
            Finished::Mix => (
                "The product mix of a state of a KPI whose value is such a list: what its function gives for the \
                 rows that went into it, with the products as texts.",
                "-- How many customers has each product, from a state?\n\
                 SELECT kpi_finish_mix(product_mix_state(customer, product))\n\
                 FROM (VALUES ('c1', 'CRM'), ('c1', 'Chat'), ('c2', 'CRM')) AS holdings(customer, product);",
            ),
        };
        KpiFinish {
            finished,
            signature: calls.signature(),
            documentation: calls.documentation(STORED, description, example),
        }
    }

    /// What it makes of a state.
    pub fn finished(&self) -> Finished {
        self.finished
    }

    fn refusal(&self, problem: &StateError) -> DataFusionError {
        DataFusionError::Execution(format!("{}: {problem}", self.name()))
    }

    fn value(&self, state: &[u8]) -> std::result::Result<Option<f64>, StateError> {
        let mut state = State::read(state)?;
        let kpi = state.kpi();
        if kpi.unit == Unit::Mix {
            return Err(StateError::OtherValue(format!(
                "{} has a list for a value, and no number; kpi_finish_mix gives the list",
                kpi.name
            )));
        }
        let value = state.value()?;
        let value = cast(&value, &DataType::Float64)
            .map_err(|error| StateError::Arithmetic(error.to_string()))?;
        let value = value.as_primitive::<Float64Type>();
        Ok(value.is_valid(0).then(|| value.value(0)))
    }
}

/// The list of a state of a product mix.
fn mix(state: &[u8]) -> std::result::Result<ArrayRef, StateError> {
    let mut state = State::read(state)?;
    let kpi = state.kpi();
    if kpi.unit != Unit::Mix {
        return Err(StateError::OtherValue(format!(
            "{} has a number for a value, and no list; kpi_finish gives the number",
            kpi.name
        )));
    }
    cast(&state.value()?, &mix_type(&DataType::Utf8))
        .map_err(|error| StateError::Arithmetic(error.to_string()))
}

impl ScalarUDFImpl for KpiFinish {
    fn name(&self) -> &str {
        self.finished.function()
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    /// The confidence is in no name.
    fn schema_name(&self, args: &[Expr]) -> Result<String> {
        Ok(confidence::name_of(self.name(), args))
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        let arg_types = confidence::types_before(arg_types);
        call_docs::takes_a_state(self.finished.function(), arg_types)?;
        Ok(match self.finished {
            Finished::Value => DataType::Float64,
            Finished::Parts => parts_array::data_type(),
            Finished::Mix => mix_type(&DataType::Utf8),
        })
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let states = args.args[0].to_array(args.number_rows)?;
        let states = cast(&states, &DataType::LargeBinary)?;
        let states = states.as_binary::<i64>().iter();
        let finished: ArrayRef = match self.finished {
            Finished::Value => {
                let values = states.map(|state| match state {
                    Some(state) => self.value(state).map_err(|problem| self.refusal(&problem)),
                    None => Ok(None),
                });
                Arc::new(values.collect::<Result<Float64Array>>()?)
            }
            Finished::Parts => {
                let confidence = confidence::of_args(&args.args)?;
                let parts = states.map(|state| {
                    let state = state.map(|state| {
                        let mut state = State::read_at(state, confidence)?;
                        Ok((state.kpi().name, state.parts()?))
                    });
                    state
                        .transpose()
                        .map_err(|problem: StateError| self.refusal(&problem))
                });
                Arc::new(parts_array::array(
                    parts.collect::<Result<Vec<_>>>()?.into_iter(),
                ))
            }
            Finished::Mix => {
                let none = new_null_array(&mix_type(&DataType::Utf8), 1);
                let mixes = states.map(|state| match state {
                    Some(state) => mix(state).map_err(|problem| self.refusal(&problem)),
                    None => Ok(Arc::clone(&none)),
                });
                let mixes = mixes.collect::<Result<Vec<_>>>()?;
                let mixes: Vec<_> = mixes.iter().map(ArrayRef::as_ref).collect();
                match mixes.as_slice() {
                    [] => none.slice(0, 0),
                    mixes => concat(mixes)?,
                }
            }
        };
        Ok(ColumnarValue::Array(finished))
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}
