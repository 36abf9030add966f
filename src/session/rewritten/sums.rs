//! `sum` of whole numbers that no BIGINT holds. DataFusion's goes on at the other end of the type; here that is an error.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Int64Array, PrimitiveArray, UInt64Array,
};
use datafusion::arrow::datatypes::{ArrowPrimitiveType, DataType, FieldRef, Int64Type, UInt64Type};
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{ScalarValue, exec_err, internal_err};
use datafusion::error::Result;
use datafusion::functions_aggregate::sum::sum_udaf;
use datafusion::logical_expr::expr::{AggregateFunctionParams, WindowFunctionParams};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, EmitTo, Expr, GroupsAccumulator, LogicalPlan,
    ReversedUDAF, Signature, Volatility, WindowFunctionDefinition,
};
use datafusion::optimizer::{ApplyOrder, OptimizerConfig, OptimizerRule};
use datafusion::physical_expr::PhysicalExpr;

use crate::session_support::in_sql;
use crate::tables::sql_name;

/// Has such sums fail. It comes last, so that all rules know `sum` as theirs.
#[derive(Debug)]
pub(in crate::session) struct CheckSums;

impl OptimizerRule for CheckSums {
    fn name(&self) -> &str {
        "check_sums"
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        Some(ApplyOrder::BottomUp)
    }

    fn rewrite(
        &self,
        plan: LogicalPlan,
        _: &dyn OptimizerConfig,
    ) -> Result<Transformed<LogicalPlan>> {
        match plan {
            LogicalPlan::Aggregate(_) | LogicalPlan::Window(_) => {}
            other => return Ok(Transformed::no(other)),
        }
        let schema = plan.schema().clone();
        let checked = plan.map_expressions(|expr| expr.transform_up(|expr| Ok(check(expr))))?;
        if !checked.transformed {
            return Ok(checked);
        }
        // Names and types are as they were.
        checked.map_data(|plan| match plan.schema() == &schema {
            true => Ok(plan),
            false => internal_err!("a checked sum has another name or type"),
        })
    }
}

fn check(expr: Expr) -> Transformed<Expr> {
    match expr {
        Expr::AggregateFunction(mut call) if *call.func == *sum_udaf() && !call.params.distinct => {
            call.func = checked_sum();
            Transformed::yes(Expr::AggregateFunction(call))
        }
        Expr::WindowFunction(mut window) => match &window.fun {
            WindowFunctionDefinition::AggregateUDF(func)
                if **func == *sum_udaf() && !window.params.distinct =>
            {
                window.fun = WindowFunctionDefinition::AggregateUDF(checked_sum());
                Transformed::yes(Expr::WindowFunction(window))
            }
            _ => Transformed::no(Expr::WindowFunction(window)),
        },
        other => Transformed::no(other),
    }
}

fn checked_sum() -> Arc<AggregateUDF> {
    Arc::new(AggregateUDF::new_from_impl(CheckedSum {
        signature: Signature::any(1, Volatility::Immutable),
    }))
}

/// The sum, which of other types than whole numbers is DataFusion's.
#[derive(Debug, PartialEq, Eq, Hash)]
struct CheckedSum {
    signature: Signature,
}

impl AggregateUDFImpl for CheckedSum {
    /// Another one than that of the function whose place it takes: a plan that is sent elsewhere names its functions.
    fn name(&self) -> &str {
        "checked_sum"
    }

    // Whoever reads a plan or a column's name sees the call as it was written.

    fn schema_name(&self, params: &AggregateFunctionParams) -> Result<String> {
        sum_udaf().schema_name(params)
    }

    fn human_display(&self, params: &AggregateFunctionParams) -> Result<String> {
        sum_udaf().human_display(params)
    }

    fn display_name(&self, params: &AggregateFunctionParams) -> Result<String> {
        sum_udaf().display_name(params)
    }

    fn window_function_schema_name(&self, params: &WindowFunctionParams) -> Result<String> {
        sum_udaf().window_function_schema_name(params)
    }

    fn window_function_display_name(&self, params: &WindowFunctionParams) -> Result<String> {
        sum_udaf().window_function_display_name(params)
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        sum_udaf().return_type(types)
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        sum_udaf().state_fields(args)
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        match TypeLimits::of(&args) {
            Some(limits) => Ok(Box::new(SumInRange::new(limits))),
            None => sum_udaf().accumulator(args),
        }
    }

    fn create_sliding_accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        match TypeLimits::of(&args) {
            Some(limits) => Ok(Box::new(SumInRange::new(limits))),
            None => sum_udaf().create_sliding_accumulator(args),
        }
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs) -> bool {
        sum_udaf().groups_accumulator_supported(args)
    }

    fn create_groups_accumulator(
        &self,
        args: AccumulatorArgs,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        match TypeLimits::of(&args) {
            Some(limits) => Ok(Box::new(GuardedSums {
                limits,
                sums: vec![],
                any: vec![],
            })),
            None => sum_udaf().create_groups_accumulator(args),
        }
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }

    fn reverse_expr(&self) -> ReversedUDAF {
        ReversedUDAF::Identical
    }
}

/// What a sum may be, and what is added up.
#[derive(Debug, Clone)]
struct TypeLimits {
    data_type: DataType,
    arg: String,
}

impl TypeLimits {
    /// Of whole numbers alone.
    fn of(args: &AccumulatorArgs) -> Option<Self> {
        let data_type = args.return_field.data_type();
        let arg: Option<&Arc<dyn PhysicalExpr>> = args.exprs.first();
        matches!(data_type, DataType::Int64 | DataType::UInt64).then(|| TypeLimits {
            data_type: data_type.clone(),
            arg: arg.map_or_else(|| "x".to_string(), in_sql),
        })
    }

    fn scalar(&self, sum: Option<i128>) -> Result<ScalarValue> {
        let fits = match &self.data_type {
            DataType::UInt64 => sum.map(u64::try_from).transpose().map(ScalarValue::UInt64),
            _ => sum.map(i64::try_from).transpose().map(ScalarValue::Int64),
        };
        match fits {
            Ok(sum) => Ok(sum),
            Err(_) => self.beyond(),
        }
    }

    fn array(&self, sums: Vec<Option<i128>>) -> Result<ArrayRef> {
        let sums = sums.into_iter();
        let array: Option<ArrayRef> = match &self.data_type {
            DataType::UInt64 => {
                let fits = sums.map(|sum| sum.map(u64::try_from).transpose().ok());
                let fits: Option<UInt64Array> = fits.collect();
                fits.map(|fits| Arc::new(fits) as ArrayRef)
            }
            _ => {
                let fits = sums.map(|sum| sum.map(i64::try_from).transpose().ok());
                let fits: Option<Int64Array> = fits.collect();
                fits.map(|fits| Arc::new(fits) as ArrayRef)
            }
        };
        match array {
            Some(array) => Ok(array),
            None => self.beyond(),
        }
    }

    fn beyond<T>(&self) -> Result<T> {
        let (arg, name) = (&self.arg, sql_name(&self.data_type));
        let most = match &self.data_type {
            DataType::UInt64 => u64::MAX.to_string(),
            _ => i64::MAX.to_string(),
        };
        exec_err!(
            "sum({arg}): the sum is beyond what a {name} holds, {most}; sum(CAST({arg} AS DECIMAL(38, 0))) has room for it"
        )
    }

    /// The number of values, and their sum.
    fn add(&self, column: &ArrayRef) -> (usize, i128) {
        let n = column.len() - column.null_count();
        let sum = match &self.data_type {
            DataType::UInt64 => total(column.as_primitive::<UInt64Type>()),
            _ => total(column.as_primitive::<Int64Type>()),
        };
        (n, sum)
    }
}

fn total<T: ArrowPrimitiveType<Native: Into<i128>>>(column: &PrimitiveArray<T>) -> i128 {
    match column.null_count() {
        0 => column.values().iter().map(|value| (*value).into()).sum(),
        _ => column.iter().flatten().map(Into::into).sum(),
    }
}

/// One sum, of all rows or of a frame.
#[derive(Debug)]
struct SumInRange {
    limits: TypeLimits,
    n: usize,
    sum: i128,
}

impl SumInRange {
    fn new(limits: TypeLimits) -> Self {
        SumInRange {
            limits,
            n: 0,
            sum: 0,
        }
    }
}

impl Accumulator for SumInRange {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let (n, sum) = self.limits.add(&values[0]);
        self.n += n;
        self.sum += sum;
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        self.limits.scalar((self.n > 0).then_some(self.sum))
    }

    fn size(&self) -> usize {
        size_of_val(self)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![self.evaluate()?])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.update_batch(states)
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let (n, sum) = self.limits.add(&values[0]);
        self.n -= n;
        self.sum -= sum;
        Ok(())
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }
}

/// A sum for each group.
#[derive(Debug)]
struct GuardedSums {
    limits: TypeLimits,
    sums: Vec<i128>,
    /// Whether a group has any value.
    any: Vec<bool>,
}

impl GuardedSums {
    fn add<T: ArrowPrimitiveType<Native: Into<i128>>>(
        &mut self,
        column: &PrimitiveArray<T>,
        groups: &[usize],
        filter: Option<&BooleanArray>,
    ) {
        let values = column.values();
        for (row, group) in groups.iter().enumerate() {
            let is_in = filter.is_none_or(|filter| filter.is_valid(row) && filter.value(row));
            if is_in && column.is_valid(row) {
                self.sums[*group] += values[row].into();
                self.any[*group] = true;
            }
        }
    }
}

impl GroupsAccumulator for GuardedSums {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        groups: &[usize],
        filter: Option<&BooleanArray>,
        n: usize,
    ) -> Result<()> {
        self.sums.resize(n, 0);
        self.any.resize(n, false);
        match &self.limits.data_type {
            DataType::UInt64 => self.add(values[0].as_primitive::<UInt64Type>(), groups, filter),
            _ => self.add(values[0].as_primitive::<Int64Type>(), groups, filter),
        }
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let sums = emit_to.take_needed(&mut self.sums).into_iter();
        let any = emit_to.take_needed(&mut self.any);
        let sums = sums.zip(any).map(|(sum, any)| any.then_some(sum));
        self.limits.array(sums.collect())
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        Ok(vec![self.evaluate(emit_to)?])
    }

    fn merge_batch(&mut self, values: &[ArrayRef], groups: &[usize], n: usize) -> Result<()> {
        self.update_batch(values, groups, None, n)
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let column = &values[0];
        let Some(filter) = filter else {
            return Ok(vec![Arc::clone(column)]);
        };
        let is_out = |row| !(filter.is_valid(row) && filter.value(row));
        let is_out: BooleanArray = (0..filter.len()).map(|row| Some(is_out(row))).collect();
        Ok(vec![datafusion::arrow::compute::nullif(column, &is_out)?])
    }

    fn size(&self) -> usize {
        self.sums.capacity() * size_of::<i128>() + self.any.capacity()
    }
}
