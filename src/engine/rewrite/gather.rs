//! The upper level: what the buckets of a group amount to together.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, BooleanArray};
use datafusion::arrow::compute::{filter, prep_null_mask_filter};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::arrow::error::ArrowError;
use datafusion::error::Result;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDFImpl, GroupsAccumulator, Signature, Volatility,
};

use crate::engine::aggregate::accumulate::Accumulate;
use crate::engine::aggregate::accumulator::Single;
use crate::engine::aggregate::function::Function;
use crate::engine::aggregate::groups_accumulator::Grouped;
use crate::engine::aggregate::signature::form_for;
use crate::fold::call::Call;
use crate::fold::summary::Summary;

/// The value of one of the calls of a [`super::together::KpiTogether`], from its summaries.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct KpiGather {
    function: Function,
    /// Which of the calls.
    position: usize,
    arg_types: Vec<DataType>,
    /// The literal argument as written, so that two calls that differ in it alone are two.
    literal: Option<String>,
    name: String,
    signature: Signature,
}

impl KpiGather {
    /// The value of the call at a position, with the types of its arguments.
    pub fn new(
        function: Function,
        position: usize,
        arg_types: Vec<DataType>,
        literal: Option<f64>,
    ) -> Self {
        KpiGather {
            name: format!("gather_{}", function.name()),
            function,
            position,
            arg_types,
            literal: literal.map(|number| number.to_string()),
            signature: Signature::any(1, Volatility::Immutable),
        }
    }

    fn summary(&self) -> Result<Summary> {
        let call = Call {
            kpi: self.function.kpi,
            answer: self.function.answer,
            form: form_for(self.function, &self.arg_types)?,
            arg_types: self.arg_types.clone(),
            literal: self.literal.as_ref().and_then(|number| number.parse().ok()),
        };
        Summary::new(call).map_err(|error| self.function.error(error))
    }

    fn gather(&self) -> Result<GatherGroups> {
        Ok(GatherGroups {
            function: self.function,
            position: self.position,
            summary: self.summary()?,
        })
    }
}

impl AggregateUDFImpl for KpiGather {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        self.function.return_type(self.summary()?.call())
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let types = self.summary()?.types()?;
        let types = types.into_iter().enumerate();
        Ok(types
            .map(|(column, (name, data_type))| {
                let name = format!("{}[{column}: {name}]", args.name);
                Arc::new(Field::new(name, data_type, true))
            })
            .collect())
    }

    fn accumulator(&self, _: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Single::new(self.gather()?)))
    }

    fn groups_accumulator_supported(&self, _: AccumulatorArgs) -> bool {
        true
    }

    fn create_groups_accumulator(&self, _: AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(Grouped(self.gather()?)))
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }
}

#[derive(Debug)]
struct GatherGroups {
    function: Function,
    position: usize,
    summary: Summary,
}

impl GatherGroups {
    fn said<T>(&self, result: std::result::Result<T, ArrowError>) -> Result<T> {
        result.map_err(|error| self.function.error(error))
    }
}

impl Accumulate for GatherGroups {
    fn name(&self) -> String {
        self.function.name()
    }

    fn emptied(&self) -> Result<Self> {
        let summary = Summary::new(self.summary.call().clone());
        Ok(GatherGroups {
            summary: self.said(summary)?,
            ..*self
        })
    }

    fn count(&self) -> usize {
        self.summary.count()
    }

    fn grow(&mut self, groups: usize) {
        self.summary.grow(groups);
    }

    fn update(
        &mut self,
        columns: &[ArrayRef],
        groups: &[usize],
        condition: Option<&BooleanArray>,
    ) -> Result<()> {
        let call = columns[0].as_struct().column(self.position);
        let columns = call.as_struct().columns();
        let Some(condition) = condition else {
            return self.merge(columns, groups);
        };
        let condition = prep_null_mask_filter(condition);
        let columns = columns.iter().map(|column| filter(column, &condition));
        let columns = columns.collect::<std::result::Result<Vec<_>, _>>()?;
        let kept = groups.iter().zip(condition.values());
        let kept: Vec<usize> = kept
            .filter_map(|(group, is)| is.then_some(*group))
            .collect();
        self.merge(&columns, &kept)
    }

    fn answers(&mut self, first: usize) -> Result<ArrayRef> {
        self.said(self.summary.values(first))
    }

    fn state(&mut self, first: usize) -> Result<Vec<ArrayRef>> {
        Ok(self.summary.columns(first))
    }

    fn merge(&mut self, state: &[ArrayRef], groups: &[usize]) -> Result<()> {
        let merged = self.summary.merge(state, groups);
        self.said(merged)
    }

    fn drop_first(&mut self, first: usize) -> Result<()> {
        let dropped = self.summary.drop_first(first);
        self.said(dropped)
    }

    fn size(&self) -> usize {
        self.summary.size()
    }
}
