//! [`Frame`] in windows whose rows leave again.

use datafusion::arrow::array::ArrayRef;
use datafusion::common::ScalarValue;
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::Accumulator;

use super::function::KpiFunction;
use super::given::GivenBytes;
use crate::engine::remarks::watch::Watch;
use crate::fold::run::frame::{Current, Frame};
use crate::fold::sum::change::Change;

/// The rows of one window frame.
#[derive(Debug)]
pub struct KpiSlidingAccumulator {
    function: KpiFunction,
    frame: Frame,
    given: GivenBytes,
    watch: Watch,
}

impl KpiSlidingAccumulator {
    pub fn new(function: KpiFunction, frame: Frame, watch: Watch) -> Self {
        KpiSlidingAccumulator {
            function,
            frame,
            given: GivenBytes::default(),
            watch,
        }
    }

    fn update(&mut self, values: &[ArrayRef], change: Change) -> Result<()> {
        self.frame
            .update(values, change)
            .map_err(|error| self.function.error(error))
    }

    /// Windows are computed where their rows are; nothing asks for a part of one.
    fn no_partial_state<T>(&self) -> Result<T> {
        Err(DataFusionError::Internal(format!(
            "{}: a sliding window has no partial state",
            self.function.name()
        )))
    }
}

impl Accumulator for KpiSlidingAccumulator {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.watch.look(values, None);
        self.update(values, Change::Add)
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.update(values, Change::Remove)
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        self.watch.tell();
        let current = self.frame.current();
        let answer = match current.map_err(|error| self.function.error(error))? {
            Current::Value(value) => value,
            Current::Group(mut group) => self.function.evaluate(&mut group, 1)?,
        };
        let answer = ScalarValue::try_from_array(&answer, 0)?;
        self.given.count(|| self.function.name(), answer)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        self.no_partial_state()
    }

    fn merge_batch(&mut self, _: &[ArrayRef]) -> Result<()> {
        self.no_partial_state()
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.frame.size()
    }
}
