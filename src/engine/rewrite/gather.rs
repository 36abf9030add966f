//! The upper level: what the buckets of a group amount to together.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, BooleanArray};
use datafusion::arrow::compute::filter;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::arrow::error::ArrowError;
use datafusion::error::Result;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDFImpl, EmitTo, GroupsAccumulator, Signature, Volatility,
};

use super::single::SingleGroup;
use crate::engine::aggregate::function::Function;
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
        Ok(Box::new(SingleGroup(self.gather()?)))
    }

    fn groups_accumulator_supported(&self, _: AccumulatorArgs) -> bool {
        true
    }

    fn create_groups_accumulator(&self, _: AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(self.gather()?))
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

    fn emitted(&self, emit_to: EmitTo) -> usize {
        match emit_to {
            EmitTo::All => self.summary.count(),
            EmitTo::First(n) => n,
        }
    }

    /// The columns of the summaries of its call.
    fn columns(&self, values: &[ArrayRef]) -> Vec<ArrayRef> {
        let call = values[0].as_struct().column(self.position);
        call.as_struct().columns().to_vec()
    }
}

impl GroupsAccumulator for GatherGroups {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        _: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        let columns = self.columns(values);
        self.merge_batch(&columns, group_indices, total_num_groups)
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let emitted = self.emitted(emit_to);
        let values = self.said(self.summary.values(emitted))?;
        let dropped = self.summary.drop_first(emitted);
        self.said(dropped)?;
        Ok(values)
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let emitted = self.emitted(emit_to);
        let columns = self.summary.columns(emitted);
        let dropped = self.summary.drop_first(emitted);
        self.said(dropped)?;
        Ok(columns)
    }

    fn merge_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> Result<()> {
        self.summary.grow(total_num_groups);
        if values.is_empty() {
            return Ok(());
        }
        let merged = self.summary.merge(values, group_indices);
        self.said(merged)
    }

    /// A summary of one bucket is a state already.
    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        opt_filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let columns = self.columns(values);
        let Some(mask) = opt_filter else {
            return Ok(columns);
        };
        let mut rows = self.said(Summary::new(self.summary.call().clone()))?;
        rows.grow(mask.len());
        let columns = columns.iter().map(|column| filter(column, mask));
        let columns = columns.collect::<std::result::Result<Vec<_>, _>>()?;
        let kept = mask.iter().enumerate();
        let kept: Vec<usize> = kept
            .filter(|(_, kept)| *kept == Some(true))
            .map(|(row, _)| row)
            .collect();
        let merged = rows.merge(&columns, &kept);
        self.said(merged)?;
        Ok(rows.columns(mask.len()))
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.summary.size()
    }
}
