//! The functions that a KPI has: for its value, its parts and its state.

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::error::ArrowError;
use datafusion::error::{DataFusionError, Result};
use std::fmt::Display;
use std::hash::{Hash, Hasher};
use std::ops::Range;
use std::sync::Arc;

use super::given::too_large;
use crate::define::{Form, Kpi};
use crate::engine::parts_array;
use crate::fold::facts::call::{UnboundCall, Variant};
use crate::fold::facts::value_type::value_type;
use crate::fold::run::groups::Groups;
use crate::state::{self, Unwritten};

/// One of the functions of a KPI.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KpiFunction {
    /// The KPI.
    pub kpi: &'static Kpi,
    /// Which of its functions.
    pub variant: Variant,
}

impl Hash for KpiFunction {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.kpi.name.hash(state);
        self.variant.hash(state);
    }
}

impl KpiFunction {
    /// Every function of a KPI.
    pub fn all_of(kpi: &'static Kpi) -> impl Iterator<Item = KpiFunction> {
        [Variant::Value, Variant::Parts, Variant::State]
            .into_iter()
            .map(move |variant| KpiFunction { kpi, variant })
    }

    /// Its name in SQL.
    pub fn name(self) -> String {
        self.named(self.kpi.name)
    }

    /// Its other names.
    pub fn aliases(self) -> Vec<String> {
        let aliases = self.kpi.aliases.iter();
        aliases.map(|alias| self.named(alias)).collect()
    }

    fn named(self, name: &str) -> String {
        match self.variant {
            Variant::Value => name.to_string(),
            Variant::Parts => format!("{name}_parts"),
            Variant::State => format!("{name}_state"),
        }
    }

    /// A call with column names that could be a user's.
    pub fn sample_call(self, form: &Form) -> String {
        form.sample_call(&self.name())
    }

    /// The type of what a call gives.
    pub fn return_type(self, call: &UnboundCall) -> Result<DataType> {
        match self.variant {
            Variant::Value => value_type(call).map_err(|error| self.error(error)),
            Variant::Parts => Ok(parts_array::data_type()),
            Variant::State => {
                state::portable_types(call).map_err(|problem| self.refusal(problem))?;
                Ok(DataType::Binary)
            }
        }
    }

    /// What the first of some groups give.
    pub fn evaluate(self, groups: &mut Groups, first: usize) -> Result<ArrayRef> {
        match self.variant {
            Variant::Value => groups.values(first).map_err(|error| self.error(error)),
            Variant::Parts => {
                let figures = groups.parts(first).map_err(|error| self.error(error))?;
                let named = figures
                    .into_iter()
                    .map(|parts| Some((self.kpi.name, parts)));
                Ok(Arc::new(parts_array::array(named)))
            }
            Variant::State => {
                let states = self.unwritten(groups, first)?;
                self.states(&states, 0..first)
            }
        }
    }

    /// The first groups as states that are yet to be written.
    pub fn unwritten(self, groups: &mut Groups, first: usize) -> Result<Unwritten> {
        Unwritten::of(groups, first).map_err(|problem| self.refusal(problem))
    }

    /// Some of them, written.
    pub fn states(self, states: &Unwritten, groups: Range<usize>) -> Result<ArrayRef> {
        let states = states.array(groups);
        match states.map_err(|problem| self.refusal(problem))? {
            Some(states) => Ok(Arc::new(states)),
            None => Err(too_large(&self.name())),
        }
    }

    /// An error of the arithmetic, said of the function in which it came up.
    pub fn error(self, error: impl Into<ArrowError>) -> DataFusionError {
        match error.into() {
            ArrowError::ComputeError(message) | ArrowError::InvalidArgumentError(message) => {
                self.refusal(message)
            }
            other => DataFusionError::from(other),
        }
    }

    fn refusal(self, problem: impl Display) -> DataFusionError {
        DataFusionError::Execution(format!("{}: {problem}", self.name()))
    }
}
