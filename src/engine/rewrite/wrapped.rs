//! Other aggregates, taken apart where DataFusion itself takes them apart: at their partial states.
//!
//! On the lower level an aggregate gives its state as its value; on the upper one it merges such states and gives what
//! it always gives. So a mean of DECIMALs has the digits that it has in one level.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, BooleanArray, StructArray};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Fields, Schema};
use datafusion::common::ScalarValue;
use datafusion::error::Result;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, EmitTo, GroupsAccumulator, Signature, Volatility,
};

/// Which part of an aggregate's work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Half {
    /// From rows to a state, which is one STRUCT.
    Lower,
    /// From such states to the value.
    Upper,
}

/// One half of an aggregate.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct HalfOf {
    half: Half,
    function: Arc<AggregateUDF>,
    /// The types of the arguments that the whole has.
    arg_types: Vec<DataType>,
    name: String,
    signature: Signature,
}

impl HalfOf {
    /// Of this aggregate, with arguments of these types.
    pub fn new(half: Half, function: Arc<AggregateUDF>, arg_types: Vec<DataType>) -> Self {
        let does = match half {
            Half::Lower => "state_of",
            Half::Upper => "merge_of",
        };
        HalfOf {
            name: format!("{does}_{}", function.name()),
            half,
            function,
            arg_types,
            signature: Signature::variadic_any(Volatility::Immutable),
        }
    }

    fn arg_fields(&self) -> Vec<FieldRef> {
        let types = self.arg_types.iter().enumerate();
        types
            .map(|(i, data_type)| Arc::new(Field::new(i.to_string(), data_type.clone(), true)))
            .collect()
    }

    fn state_columns(&self, name: &str) -> Result<Vec<FieldRef>> {
        self.function.state_fields(StateFieldsArgs {
            name,
            input_fields: &self.arg_fields(),
            return_field: self.function.return_field(&self.arg_fields())?,
            ordering_fields: &[],
            is_distinct: false,
        })
    }

    /// The fields of the STRUCT. Their names make no difference, but must differ.
    fn state_struct(&self) -> Result<Fields> {
        let columns = self.state_columns("state")?.into_iter().enumerate();
        let fields =
            columns.map(|(i, column)| Field::new(i.to_string(), column.data_type().clone(), true));
        Ok(fields.collect())
    }

    /// Tells the aggregate what its accumulators have to know, as if it were whole.
    fn as_whole<T>(
        &self,
        args: &AccumulatorArgs,
        tell: impl FnOnce(&AggregateUDF, AccumulatorArgs) -> Result<T>,
    ) -> Result<T> {
        let fields = self.arg_fields();
        let args = AccumulatorArgs {
            return_field: self.function.return_field(&fields)?,
            schema: &Schema::new(fields.clone()),
            expr_fields: &fields,
            ignore_nulls: false,
            order_bys: &[],
            is_reversed: false,
            name: args.name,
            is_distinct: false,
            exprs: args.exprs,
        };
        tell(&self.function, args)
    }

    fn working<A>(&self, whole: A) -> Result<Working<A>> {
        Ok(Working {
            half: self.half,
            whole,
            fields: self.state_struct()?,
        })
    }
}

impl AggregateUDFImpl for HalfOf {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        match self.half {
            Half::Lower => Ok(DataType::Struct(self.state_struct()?)),
            Half::Upper => {
                let field = self.function.return_field(&self.arg_fields())?;
                Ok(field.data_type().clone())
            }
        }
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        self.state_columns(args.name)
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        let whole = self.as_whole(&args, |function, args| function.accumulator(args))?;
        Ok(Box::new(self.working(whole)?))
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs) -> bool {
        let supported = self.as_whole(&args, |function, args| {
            Ok(function.groups_accumulator_supported(args))
        });
        supported.unwrap_or(false)
    }

    fn create_groups_accumulator(
        &self,
        args: AccumulatorArgs,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        let whole = self.as_whole(&args, |function, args| {
            function.create_groups_accumulator(args)
        })?;
        Ok(Box::new(self.working(whole)?))
    }
}

/// An accumulator of the whole aggregate that does half of its work.
#[derive(Debug)]
struct Working<A> {
    half: Half,
    whole: A,
    /// Of the STRUCT.
    fields: Fields,
}

impl<A> Working<A> {
    fn together(&self, state: Vec<ArrayRef>) -> Result<StructArray> {
        Ok(StructArray::try_new(self.fields.clone(), state, None)?)
    }
}

fn columns(values: &[ArrayRef]) -> &[ArrayRef] {
    values[0].as_struct().columns()
}

impl Accumulator for Working<Box<dyn Accumulator>> {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        match self.half {
            Half::Lower => self.whole.update_batch(values),
            Half::Upper => self.whole.merge_batch(columns(values)),
        }
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        match self.half {
            Half::Lower => {
                let state = self.whole.state()?.into_iter();
                let state = state.map(|value| value.to_array());
                let state = self.together(state.collect::<Result<_>>()?)?;
                Ok(ScalarValue::Struct(Arc::new(state)))
            }
            Half::Upper => self.whole.evaluate(),
        }
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        self.whole.state()
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.whole.merge_batch(states)
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.whole.size()
    }
}

/// The rewrite puts no FILTER on the upper level: rows that one leaves out are left out below.
impl GroupsAccumulator for Working<Box<dyn GroupsAccumulator>> {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        let (whole, n) = (&mut self.whole, total_num_groups);
        match self.half {
            Half::Lower => whole.update_batch(values, group_indices, opt_filter, n),
            Half::Upper => whole.merge_batch(columns(values), group_indices, n),
        }
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        match self.half {
            Half::Lower => {
                let state = self.whole.state(emit_to)?;
                Ok(Arc::new(self.together(state)?))
            }
            Half::Upper => self.whole.evaluate(emit_to),
        }
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        self.whole.state(emit_to)
    }

    fn merge_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> Result<()> {
        self.whole
            .merge_batch(values, group_indices, total_num_groups)
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        opt_filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        match self.half {
            Half::Lower => self.whole.convert_to_state(values, opt_filter),
            Half::Upper => Ok(columns(values).to_vec()),
        }
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.whole.size()
    }
}
