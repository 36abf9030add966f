//! The aggregate function that stands for every KPI.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::{DataType, FieldRef, TimeUnit};
use datafusion::common::ScalarValue;
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDFImpl, ColumnarValue, DocSection, Documentation, GroupsAccumulator,
    ReversedUDAF, Signature, TypeSignature, Volatility,
};
use datafusion::physical_expr::PhysicalExpr;

use super::accumulator::KpiAccumulator;
use super::groups_accumulator::KpiGroupsAccumulator;
use super::signature::form_for;
use super::sliding_accumulator::KpiSlidingAccumulator;
use super::{check, of_function};
use crate::define::{Family, Finish, Form, Kind, Kpi, Unit};
use crate::fold::call::Call;
use crate::fold::frame::Frame;
use crate::fold::groups::Groups;

/// A KPI as an aggregate function. Two of them are equal if they stand for the same KPI.
#[derive(Debug)]
pub struct KpiUdaf {
    kpi: &'static Kpi,
    signature: Signature,
    aliases: Vec<String>,
    documentation: Documentation,
}

impl KpiUdaf {
    /// The function of a KPI.
    pub fn new(kpi: &'static Kpi) -> Self {
        let mut signature = Signature::new(type_signature(kpi), Volatility::Immutable);
        signature.parameter_names = Some(parameter_names(kpi));
        KpiUdaf {
            kpi,
            signature,
            aliases: kpi.aliases.iter().map(|alias| alias.to_string()).collect(),
            documentation: documentation(kpi),
        }
    }

    /// What the function stands for.
    pub fn kpi(&self) -> &'static Kpi {
        self.kpi
    }

    fn call(&self, types: Vec<DataType>) -> Result<Call> {
        Ok(Call {
            form: form_for(self.kpi, &types)?,
            arg_types: types,
            literal: None,
        })
    }

    /// The call that an accumulator runs, with the value of its literal argument.
    fn call_with_literals(&self, args: &AccumulatorArgs) -> Result<Call> {
        if args.is_distinct {
            return Err(check::refuse_distinct(self.kpi));
        }
        let types = args.expr_fields.iter().map(|f| f.data_type().clone());
        let mut call = self.call(types.collect())?;
        if let Some(position) = literal_position(call.form) {
            let value = constant(&args.exprs[position], args);
            let form = call.form;
            call.literal = Some(check::literal(self.kpi, form, position, value.as_ref())?);
        }
        Ok(call)
    }

    fn error(&self, error: datafusion::arrow::error::ArrowError) -> DataFusionError {
        of_function(self.kpi.name, error)
    }
}

/// The value of an expression that needs no row. Evaluating it, rather than looking for a literal,
/// also works for expressions that come from another library.
fn constant(expr: &Arc<dyn PhysicalExpr>, args: &AccumulatorArgs) -> Option<ScalarValue> {
    let no_rows = RecordBatch::new_empty(Arc::new(args.schema.clone()));
    match expr.evaluate(&no_rows) {
        Ok(ColumnarValue::Scalar(value)) => Some(value),
        _ => None,
    }
}

/// Any arguments, so that DataFusion coerces none of them and leaves it to `return_type` to refuse a call in
/// words that help. The exact types beside that are what SHOW FUNCTIONS shows of each form.
fn type_signature(kpi: &Kpi) -> TypeSignature {
    let shown = |form: &Form| {
        let types = form.args.iter().map(|arg| match arg.kind {
            Kind::Entity | Kind::Item => DataType::Utf8,
            Kind::Flag => DataType::Boolean,
            Kind::Time | Kind::Date => DataType::Timestamp(TimeUnit::Nanosecond, None),
            Kind::Tier | Kind::Score | Kind::AtLeast => DataType::Int64,
            Kind::Amount | Kind::Years => DataType::Float64,
        });
        TypeSignature::Exact(types.collect())
    };
    let any = [TypeSignature::Nullary, TypeSignature::VariadicAny];
    TypeSignature::OneOf(kpi.forms.iter().map(shown).chain(any).collect())
}

/// DataFusion knows one list of names per function: the longest list that the KPI's forms agree on,
/// where a form may be longer but must not put another name in the same place.
fn parameter_names(kpi: &Kpi) -> Vec<String> {
    let names = |form: &Form| -> Vec<&str> { form.args.iter().map(|arg| arg.name).collect() };
    let shortest = names(
        kpi.forms
            .iter()
            .rfind(|form| form.args.len() == 2)
            .unwrap_or(&kpi.forms[0]),
    );
    kpi.forms
        .iter()
        .map(names)
        .filter(|names| names.starts_with(&shortest))
        .max_by_key(Vec::len)
        .unwrap_or(shortest)
        .into_iter()
        .map(String::from)
        .collect()
}

/// What SHOW FUNCTIONS tells of a KPI.
fn documentation(kpi: &Kpi) -> Documentation {
    let section = DocSection {
        include: true,
        label: match kpi.family {
            Family::CrossSell => "Cross-sell KPIs",
            Family::Upsell => "Upsell KPIs",
            Family::Penetration => "Penetration KPIs",
            Family::CustomerValue => "Customer value KPIs",
            Family::SalesPerformance => "Sales performance KPIs",
            Family::CustomerSuccess => "Customer success KPIs",
        },
        description: None,
    };
    let unit = match kpi.unit {
        Unit::Percent => "percent (0 to 100)",
        Unit::Points => "points (-100 to 100)",
        Unit::Days => "days",
        Unit::Money => "the unit of the amounts",
        Unit::Number => "a plain number",
        Unit::Mix => "a list of structs; the shares are percent and add up to more than 100",
        Unit::Years => "years of 365.25 days",
    };
    let signatures: Vec<_> = kpi.forms.iter().map(|f| kpi.signature(f)).collect();
    let formulas: Vec<_> = kpi
        .forms
        .iter()
        .map(|form| format!("{} = {}.", kpi.signature(form), form.formula))
        .collect();
    let sources: Vec<_> = kpi
        .sources
        .iter()
        .map(|source| format!("{} ({})", source.publication.title(), source.says))
        .collect();
    let description = format!(
        "{} In {unit}. {} {} Source: {}.",
        kpi.summary,
        formulas.join(" "),
        kpi.nulls,
        sources.join("; ")
    );
    let mut builder = Documentation::builder(section, description, signatures.join("; "))
        .with_sql_example(format!("-- {}\n{};", kpi.example.question, kpi.example.sql));
    let longest = kpi.forms.iter().map(|form| form.args.len()).max();
    for position in 0..longest.unwrap_or(0) {
        // What DataFusion shows is one list by position, so the forms' names for it stand together.
        let args = kpi.forms.iter().filter_map(|form| form.args.get(position));
        let names = distinct(args.clone().map(|arg| arg.name));
        let meanings = distinct(args.map(|arg| arg.kind.in_detail()));
        builder = builder.with_argument(names.join(" | "), meanings.join("; or "));
    }
    builder.build()
}

fn distinct<'a>(words: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    words.fold(vec![], |mut seen, word| {
        if !seen.contains(&word) {
            seen.push(word);
        }
        seen
    })
}

impl PartialEq for KpiUdaf {
    fn eq(&self, other: &Self) -> bool {
        self.kpi.name == other.kpi.name
    }
}

impl Eq for KpiUdaf {}

impl Hash for KpiUdaf {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.kpi.name.hash(state);
    }
}

impl AggregateUDFImpl for KpiUdaf {
    fn name(&self) -> &str {
        self.kpi.name
    }

    fn aliases(&self) -> &[String] {
        &self.aliases
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        let call = self.call(arg_types.to_vec())?;
        call.value_type().map_err(|error| self.error(error))
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let types = args.input_fields.iter().map(|f| f.data_type().clone());
        let mut call = self.call(types.collect())?;
        // The layout does not depend on the value, which is not known here.
        call.literal = Some(1.0);
        let fields = call.state_fields().map_err(|error| self.error(error))?;
        Ok(fields
            .into_iter()
            .map(|field| {
                let name = format!("{}[{}]", args.name, field.name());
                Arc::new(field.as_ref().clone().with_name(name))
            })
            .collect())
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        let groups = Groups::new(self.call_with_literals(&args)?).map_err(|e| self.error(e))?;
        Ok(Box::new(KpiAccumulator::new(self.kpi.name, groups)))
    }

    fn create_sliding_accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        let frame = Frame::new(self.call_with_literals(&args)?).map_err(|e| self.error(e))?;
        Ok(Box::new(KpiSlidingAccumulator::new(self.kpi.name, frame)))
    }

    fn groups_accumulator_supported(&self, _: AccumulatorArgs) -> bool {
        true
    }

    fn create_groups_accumulator(
        &self,
        args: AccumulatorArgs,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        let groups = Groups::new(self.call_with_literals(&args)?).map_err(|e| self.error(e))?;
        Ok(Box::new(KpiGroupsAccumulator::new(self.kpi.name, groups)))
    }

    /// No KPI depends on the order of its rows.
    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }

    fn reverse_expr(&self) -> ReversedUDAF {
        ReversedUDAF::Identical
    }

    /// What an accumulator without rows gives, for frames that are empty.
    fn default_value(&self, data_type: &DataType) -> Result<ScalarValue> {
        match self
            .kpi
            .forms
            .iter()
            .all(|form| form.finish == Finish::Count)
        {
            true => Ok(ScalarValue::Int64(Some(0))),
            false => ScalarValue::try_from(data_type),
        }
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

/// Literal arguments are checked when a query is planned; see [`check`].
pub(super) fn literal_position(form: &Form) -> Option<usize> {
    form.args
        .iter()
        .position(|arg| matches!(arg.kind, Kind::AtLeast | Kind::Years))
}
