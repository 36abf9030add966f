//! The lower level: several calls folded over one directory of entities.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, BooleanArray, StructArray};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Fields};
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::expr::AggregateFunctionParams;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDFImpl, EmitTo, GroupsAccumulator, Signature, Volatility,
};

use super::single::SingleGroup;
use crate::engine::aggregate::function::Function;
use crate::engine::aggregate::signature::form_for;
use crate::engine::aggregate::udaf::{literal_of, literal_position};
use crate::fold::call::Call;
use crate::fold::groups::{Groups, Shared};
use crate::fold::summary::Summary;

/// Calls of one entity as one aggregate. Its value is a STRUCT with a summary of each call.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct KpiTogether {
    calls: Vec<SharedCall>,
    signature: Signature,
}

/// A call and where its arguments stand among those of all.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SharedCall {
    /// What is called.
    pub function: Function,
    /// Which columns are its arguments.
    pub args: Vec<usize>,
    /// The condition that says which rows it looks at.
    pub filter: Option<usize>,
}

impl KpiTogether {
    /// These calls, which have one entity, or judge rows and are alone.
    pub fn new(calls: Vec<SharedCall>) -> Self {
        KpiTogether {
            calls,
            signature: Signature::variadic_any(Volatility::Immutable),
        }
    }

    /// The calls with the types of their arguments. What is planned does not depend on literals.
    fn planned(&self, types: &[DataType]) -> Result<Vec<Shared>> {
        let calls = self.calls.iter();
        calls
            .map(|shared| {
                let arg_types: Vec<_> = shared.args.iter().map(|arg| types[*arg].clone()).collect();
                Ok(Shared {
                    call: Call {
                        kpi: shared.function.kpi,
                        answer: shared.function.answer,
                        form: form_for(shared.function, &arg_types)?,
                        arg_types,
                        literal: Some(1.0),
                    },
                    args: shared.args.clone(),
                    filter: shared.filter,
                })
            })
            .collect()
    }

    fn accumulate(&self, args: &AccumulatorArgs) -> Result<TogetherGroups> {
        let types = args
            .expr_fields
            .iter()
            .map(|field| field.data_type().clone());
        let mut calls = self.planned(&types.collect::<Vec<_>>())?;
        for (shared, planned) in self.calls.iter().zip(&mut calls) {
            let form = planned.call.form;
            planned.call.literal = match literal_position(form) {
                None => None,
                Some(position) => {
                    let expr = &args.exprs[shared.args[position]];
                    Some(literal_of(shared.function, form, position, expr, args)?)
                }
            };
        }
        Ok(TogetherGroups {
            function: self.calls[0].function,
            fields: summary_fields(&calls)?,
            groups: groups_of(self.calls[0].function, calls.clone())?,
            calls,
        })
    }
}

fn groups_of(function: Function, calls: Vec<Shared>) -> Result<Groups> {
    Groups::of_all(calls).map_err(|error| function.error(error))
}

/// One STRUCT for each call.
fn summary_fields(calls: &[Shared]) -> Result<Fields> {
    let fields = calls.iter().enumerate().map(|(position, shared)| {
        let fields = summary_type(&shared.call)?;
        Ok(Field::new(position.to_string(), fields, false))
    });
    fields.collect()
}

/// The type of the summary of a call.
pub fn summary_type(call: &Call) -> Result<DataType> {
    let summary = Summary::new(call.clone()).and_then(|summary| summary.types())?;
    let fields = summary.into_iter().enumerate();
    let fields = fields.map(|(column, (name, data_type))| {
        // A form with several outcomes has columns of one name.
        Field::new(format!("{name}_{column}"), data_type, true)
    });
    Ok(DataType::Struct(fields.collect()))
}

impl AggregateUDFImpl for KpiTogether {
    fn name(&self) -> &str {
        "kpi_together"
    }

    /// Shown as the calls that it stands for.
    fn display_name(&self, params: &AggregateFunctionParams) -> Result<String> {
        let arg = |position: &usize| params.args[*position].to_string();
        let calls = self.calls.iter().map(|shared| {
            let args: Vec<_> = shared.args.iter().map(arg).collect();
            let filter = shared.filter.map(|filter| arg(&filter));
            let filter = filter.map(|filter| format!(" FILTER (WHERE {filter})"));
            format!(
                "{}({}){}",
                shared.function.name(),
                args.join(", "),
                filter.unwrap_or_default()
            )
        });
        Ok(format!(
            "kpi_together({})",
            calls.collect::<Vec<_>>().join(", ")
        ))
    }

    fn schema_name(&self, params: &AggregateFunctionParams) -> Result<String> {
        self.display_name(params)
    }

    fn human_display(&self, params: &AggregateFunctionParams) -> Result<String> {
        self.display_name(params)
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Struct(summary_fields(&self.planned(arg_types)?)?))
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let types = args.input_fields.iter().map(|f| f.data_type().clone());
        let calls = self.planned(&types.collect::<Vec<_>>())?;
        let fields = groups_of(self.calls[0].function, calls)?.state_fields()?;
        let fields = fields.into_iter().enumerate();
        Ok(fields
            .map(|(column, field)| {
                let name = format!("{}[{column}: {}]", args.name, field.name());
                Arc::new(field.as_ref().clone().with_name(name))
            })
            .collect())
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(SingleGroup(self.accumulate(&args)?)))
    }

    fn groups_accumulator_supported(&self, _: AccumulatorArgs) -> bool {
        true
    }

    fn create_groups_accumulator(
        &self,
        args: AccumulatorArgs,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(self.accumulate(&args)?))
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }
}

#[derive(Debug)]
struct TogetherGroups {
    /// In whose name errors are raised.
    function: Function,
    calls: Vec<Shared>,
    fields: Fields,
    groups: Groups,
}

impl TogetherGroups {
    fn emitted(&self, emit_to: EmitTo) -> usize {
        match emit_to {
            EmitTo::All => self.groups.count(),
            EmitTo::First(n) => n,
        }
    }

    fn said<T>(
        &self,
        result: std::result::Result<T, datafusion::arrow::error::ArrowError>,
    ) -> Result<T> {
        result.map_err(|error| self.function.error(error))
    }
}

impl GroupsAccumulator for TogetherGroups {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        self.groups.grow(total_num_groups);
        let updated = self.groups.update(values, group_indices, opt_filter);
        self.said(updated)
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let emitted = self.emitted(emit_to);
        let summaries = self.groups.summaries(emitted);
        let summaries = self.said(summaries)?;
        let dropped = self.groups.drop_first(emitted);
        self.said(dropped)?;
        let structs = summaries
            .into_iter()
            .zip(&self.fields)
            .map(|(columns, field)| {
                let DataType::Struct(fields) = field.data_type() else {
                    return Err(DataFusionError::Internal("a summary is a STRUCT".into()));
                };
                Ok(Arc::new(StructArray::try_new_with_length(
                    fields.clone(),
                    columns,
                    None,
                    emitted,
                )?) as ArrayRef)
            });
        let structs = structs.collect::<Result<Vec<_>>>()?;
        Ok(Arc::new(StructArray::try_new(
            self.fields.clone(),
            structs,
            None,
        )?))
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let emitted = self.emitted(emit_to);
        let state = self.groups.state(emitted);
        let dropped = self.groups.drop_first(emitted);
        self.said(dropped)?;
        Ok(state)
    }

    fn merge_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> Result<()> {
        self.groups.grow(total_num_groups);
        if values.is_empty() {
            return Ok(());
        }
        let merged = self.groups.merge(values, group_indices);
        self.said(merged)
    }

    /// Every row as a group of its own.
    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        opt_filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let rows: Vec<usize> = (0..values[0].len()).collect();
        let mut groups = groups_of(self.function, self.calls.clone())?;
        groups.grow(rows.len());
        self.said(groups.update(values, &rows, opt_filter))?;
        Ok(groups.state(rows.len()))
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.groups.size()
    }
}
