//! The lower level: several calls folded over one directory of entities.

use std::hash::{Hash, Hasher};
use std::mem::discriminant;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, BooleanArray, StructArray};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Fields};
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::expr::AggregateFunctionParams;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDFImpl, GroupsAccumulator, Signature, Volatility,
};
use datafusion::physical_expr::aggregate::AggregateFunctionExpr;

use crate::engine::aggregate::accumulate::Accumulate;
use crate::engine::aggregate::accumulator::Single;
use crate::engine::aggregate::function::Function;
use crate::engine::aggregate::groups_accumulator::Grouped;
use crate::engine::aggregate::signature::form_for;
use crate::engine::aggregate::udaf::{literal_of, literal_position};
use crate::engine::remarks::Remarks;
use crate::engine::remarks::watch::{Looked, Watch};
use crate::fold::Overflow;
use crate::fold::call::Call;
use crate::fold::groups::{CallError, Groups, Shared};
use crate::fold::summary::Summary;

/// Calls of one entity as one aggregate. Its value is a STRUCT with a summary of each call.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct KpiTogether {
    calls: Vec<SharedCall>,
    signature: Signature,
    waits: Waits,
    remarks: Remarks,
}

/// Whether rows may wait before they are folded.
#[derive(Debug, Clone, Default)]
pub enum Waits {
    /// No.
    #[default]
    No,
    /// All of them fit in memory.
    InMemory,
    /// Nobody knows how many there are.
    With(Overflow),
}

/// Calls are the same however their rows come.
impl PartialEq for Waits {
    fn eq(&self, other: &Self) -> bool {
        discriminant(self) == discriminant(other)
    }
}

impl Eq for Waits {}

impl Hash for Waits {
    fn hash<H: Hasher>(&self, state: &mut H) {
        discriminant(self).hash(state);
    }
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
            waits: Waits::No,
            remarks: Remarks::default(),
        }
    }

    /// The same, with what is remarkable about its arguments told to a session.
    pub fn with_remarks(self, remarks: Remarks) -> Self {
        KpiTogether { remarks, ..self }
    }

    /// What an aggregate of a physical plan is, if it is one of these.
    pub fn of(aggregate: &AggregateFunctionExpr) -> Option<&Self> {
        aggregate.fun().inner().downcast_ref()
    }

    /// The same, with rows that may wait.
    pub fn with_rows_waiting(&self, waits: Waits) -> Self {
        KpiTogether {
            calls: self.calls.clone(),
            signature: self.signature.clone(),
            waits,
            remarks: self.remarks.clone(),
        }
    }

    /// Whether all rows can wait until the end, with arguments of these types.
    pub fn can_overflow(&self, types: &[DataType], overflow: &Overflow) -> Result<bool> {
        let mut together = TogetherGroups::new(self.planned(types)?)?;
        Ok(together.groups.let_rows_wait(Some(overflow.clone())))
    }

    /// Which of the arguments, of these types, name the entity; none, if rows are judged.
    pub fn entity(&self, types: &[DataType]) -> Result<Vec<usize>> {
        let first = &self.calls[0];
        let arg_types: Vec<_> = first.args.iter().map(|arg| types[*arg].clone()).collect();
        let entity = form_for(first.function, &arg_types)?.entity().iter();
        Ok(entity.map(|arg| first.args[*arg]).collect())
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

    fn accumulate(&self, args: &AccumulatorArgs) -> Result<Looked<TogetherGroups>> {
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
        let mut watch = Watch::new(self.remarks.clone());
        for Shared {
            call,
            args: places,
            filter,
        } in &calls
        {
            watch.call(call, call.kpi.name, places, *filter, args);
        }
        let groups = TogetherGroups::new(calls)?;
        Ok(Looked { groups, watch })
    }
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
fn summary_type(call: &Call) -> Result<DataType> {
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
        let together = TogetherGroups::new(calls)?;
        let fields = together.groups.state_fields();
        let fields = fields.map_err(|error| said(&together.calls, error))?;
        let fields = fields.into_iter().enumerate();
        Ok(fields
            .map(|(column, field)| {
                let name = format!("{}[{column}: {}]", args.name, field.name());
                Arc::new(field.as_ref().clone().with_name(name))
            })
            .collect())
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Single::new(self.accumulate(&args)?)))
    }

    fn groups_accumulator_supported(&self, _: AccumulatorArgs) -> bool {
        true
    }

    fn create_groups_accumulator(
        &self,
        args: AccumulatorArgs,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        let mut together = self.accumulate(&args)?;
        match &self.waits {
            Waits::No => false,
            Waits::InMemory => together.groups.groups.let_rows_wait(None),
            Waits::With(overflow) => together.groups.groups.let_rows_wait(Some(overflow.clone())),
        };
        Ok(Box::new(Grouped(together)))
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }
}

#[derive(Debug)]
struct TogetherGroups {
    calls: Vec<Shared>,
    fields: Fields,
    groups: Groups,
}

impl TogetherGroups {
    fn new(calls: Vec<Shared>) -> Result<Self> {
        let groups = Groups::of_all(calls.clone()).map_err(|error| said(&calls, error))?;
        Ok(TogetherGroups {
            fields: summary_fields(&calls)?,
            groups,
            calls,
        })
    }
}

/// An error of one of the calls, in its name.
fn said(calls: &[Shared], error: CallError) -> DataFusionError {
    let Call { kpi, answer, .. } = calls[error.call].call;
    Function { kpi, answer }.error(error.error)
}

impl Accumulate for TogetherGroups {
    fn name(&self) -> String {
        self.calls[0].call.kpi.name.to_string()
    }

    fn emptied(&self) -> Result<Self> {
        TogetherGroups::new(self.calls.clone())
    }

    fn count(&self) -> usize {
        self.groups.count()
    }

    fn grow(&mut self, groups: usize) {
        self.groups.grow(groups);
    }

    fn update(
        &mut self,
        columns: &[ArrayRef],
        groups: &[usize],
        condition: Option<&BooleanArray>,
    ) -> Result<()> {
        let updated = self.groups.update(columns, groups, condition);
        updated.map_err(|error| said(&self.calls, error))
    }

    fn answers(&mut self, first: usize) -> Result<ArrayRef> {
        let summaries = self.groups.summaries(first);
        let summaries = summaries.map_err(|error| said(&self.calls, error))?;
        let summaries = summaries.into_iter().zip(&self.fields);
        let structs = summaries.map(|(columns, field)| {
            let DataType::Struct(fields) = field.data_type() else {
                return Err(DataFusionError::Internal("a summary is a STRUCT".into()));
            };
            let fields = fields.clone();
            let summary = StructArray::try_new_with_length(fields, columns, None, first)?;
            Ok(Arc::new(summary) as ArrayRef)
        });
        let structs = structs.collect::<Result<Vec<_>>>()?;
        let fields = self.fields.clone();
        Ok(Arc::new(StructArray::try_new(fields, structs, None)?))
    }

    fn state(&mut self, first: usize) -> Result<Vec<ArrayRef>> {
        let state = self.groups.state(first);
        state.map_err(|error| said(&self.calls, error))
    }

    fn merge(&mut self, state: &[ArrayRef], groups: &[usize]) -> Result<()> {
        let merged = self.groups.merge(state, groups);
        merged.map_err(|error| said(&self.calls, error))
    }

    fn drop_first(&mut self, first: usize) -> Result<()> {
        let dropped = self.groups.drop_first(first);
        dropped.map_err(|error| said(&self.calls, error))
    }

    fn size(&self) -> usize {
        self.groups.size()
    }
}
