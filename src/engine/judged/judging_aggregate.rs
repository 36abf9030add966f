//! The aggregates that judge the rows of a group side by side, as DataFusion has them.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{ScalarValue, plan_err};
use datafusion::error::Result;
use datafusion::logical_expr::expr::{AggregateFunctionParams, WindowFunctionParams};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDFImpl, Documentation, GroupsAccumulator, ReversedUDAF, Signature,
};

use super::gathered::{Gathered, SlidingRows, state_type};
use super::judging_function::{AggregateJudgement, JudgingFunction};
use crate::engine::aggregate::accumulator::Single;
use crate::engine::aggregate::groups_accumulator::Grouped;
use crate::engine::aggregate::literal::constant;
use crate::engine::aggregate::names;
use crate::engine::confidence;
use crate::statistics::Confidence;

/// A declared function under DataFusion's trait.
#[derive(Debug)]
pub struct JudgingAggregate {
    judgement: &'static AggregateJudgement,
    signature: Signature,
    documentation: Documentation,
}

impl JudgingAggregate {
    /// The function of a declaration.
    pub fn new(judgement: &'static AggregateJudgement) -> Self {
        JudgingAggregate {
            judgement,
            signature: judgement.function.calls().signature(),
            documentation: judgement.function.documentation(),
        }
    }

    /// What it is.
    pub fn function(&self) -> &'static JudgingFunction {
        &self.judgement.function
    }

    /// Whether its first argument names segments.
    pub fn takes_segments(&self) -> bool {
        self.judgement.takes_segments
    }

    /// What stands inside a call and is not taken.
    pub fn refuse(&self, clause: &str) -> Result<()> {
        let (name, example) = (self.name(), self.function().example);
        plan_err!(
            "{name}: {clause} inside the call is not supported: each row counts once, in any order. Example: {example}"
        )
    }

    fn gathered(&self, args: &AccumulatorArgs) -> Result<Gathered> {
        if args.is_distinct {
            self.refuse("DISTINCT")?;
        }
        let types = args.expr_fields.iter().map(|f| f.data_type().clone());
        let types: Vec<DataType> = types.collect();
        let given = confidence::types_before(&types).to_vec();
        let confidence = match args.exprs.get(given.len()) {
            Some(last) => {
                let no_rows = RecordBatch::new_empty(Arc::new(args.schema.clone()));
                let value = constant(last, no_rows);
                confidence::of_value(&value.unwrap_or(ScalarValue::Null))?
            }
            None => Confidence::default(),
        };
        let returned = self.function().type_for(&types)?;
        Ok(Gathered::new(self.judgement, given, returned, confidence))
    }
}

impl PartialEq for JudgingAggregate {
    fn eq(&self, other: &Self) -> bool {
        self.function().name == other.function().name
    }
}

impl Eq for JudgingAggregate {}

impl Hash for JudgingAggregate {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.function().name.hash(state);
    }
}

impl AggregateUDFImpl for JudgingAggregate {
    fn name(&self) -> &str {
        self.function().name
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
        self.function().type_for(arg_types)
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let types = args.input_fields.iter().map(|f| f.data_type().clone());
        let types: Vec<DataType> = types.collect();
        let name = format!("{}[rows]", args.name);
        let rows = state_type(confidence::types_before(&types));
        Ok(vec![Arc::new(Field::new(name, rows, true))])
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Single::new(self.gathered(&args)?)))
    }

    fn groups_accumulator_supported(&self, _: AccumulatorArgs) -> bool {
        true
    }

    fn create_groups_accumulator(
        &self,
        args: AccumulatorArgs,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(Grouped(self.gathered(&args)?)))
    }

    fn create_sliding_accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(SlidingRows::new(self.gathered(&args)?)))
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
