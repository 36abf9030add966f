//! The aggregate function that stands for every KPI.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::{DataType, FieldRef, SchemaRef, TimeUnit};
use datafusion::common::ScalarValue;
use datafusion::error::Result;
use datafusion::logical_expr::expr::{AggregateFunctionParams, WindowFunctionParams};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDFImpl, DocSection, Documentation, GroupsAccumulator, ReversedUDAF,
    Signature, TypeSignature, Volatility, udaf_default_return_field,
};
use datafusion::physical_expr::PhysicalExpr;

use super::accumulator::Single;
use super::function::KpiFunction;
use super::groups_accumulator::Grouped;
use super::kpi_groups::KpiGroups;
use super::literal::{constant, literal, literal_position};
use super::looked::WatchedGroups;
use super::names;
use super::refusal::refuse_distinct;
use super::signature::{form_for, form_for_fields};
use super::sliding_accumulator::KpiSlidingAccumulator;
use crate::define::{Example, Finish, Form, Kind, Kpi, Unit};
use crate::engine::confidence;
use crate::engine::remarks::Remarks;
use crate::engine::remarks::watch::Watch;
use crate::fold::facts::call::{Call, Items, UnboundCall, Variant};
use crate::fold::run::frame::Frame;
use crate::fold::run::layout::state_fields;

/// A function of a KPI as an aggregate function. Two of them are equal if they have the same name.
#[derive(Debug)]
pub struct KpiUdaf {
    function: KpiFunction,
    name: String,
    signature: Signature,
    aliases: Vec<String>,
    documentation: Documentation,
    remarks: Remarks,
}

impl KpiUdaf {
    /// A function of a KPI.
    pub fn new(function: KpiFunction) -> Self {
        let kpi = function.kpi;
        let mut signature = Signature::new(type_signature(kpi), Volatility::Immutable);
        signature.parameter_names = Some(parameter_names(kpi));
        KpiUdaf {
            name: function.name(),
            signature,
            aliases: function.aliases(),
            documentation: documentation(function),
            function,
            remarks: Remarks::default(),
        }
    }

    /// The same, with what is remarkable about its arguments told to a session.
    pub fn with_remarks(self, remarks: Remarks) -> Self {
        KpiUdaf { remarks, ..self }
    }

    /// Whom it tells what is remarkable.
    pub fn remarks(&self) -> &Remarks {
        &self.remarks
    }

    /// What the function stands for.
    pub fn function(&self) -> KpiFunction {
        self.function
    }

    fn call(&self, mut types: Vec<DataType>) -> Result<UnboundCall> {
        let form = form_for(self.function, &types)?;
        // The confidence is no argument of a form.
        types.truncate(form.args.len());
        Ok(UnboundCall {
            kpi: self.function.kpi,
            variant: self.function.variant,
            form,
            arg_types: types,
            items: Items::Here,
        })
    }

    /// The call that an accumulator runs, with the value of its literal argument.
    fn call_with_literals(&self, args: &AccumulatorArgs) -> Result<Call> {
        let schema = Arc::new(args.schema.clone());
        self.bound(args.exprs, args.expr_fields, &schema, args.is_distinct)
    }

    /// The call of these arguments, with the value of its literal one.
    pub fn bound(
        &self,
        args: &[Arc<dyn PhysicalExpr>],
        fields: &[FieldRef],
        schema: &SchemaRef,
        is_distinct: bool,
    ) -> Result<Call> {
        if is_distinct {
            return Err(refuse_distinct(self.function));
        }
        let types = fields.iter().map(|field| field.data_type().clone());
        let call = self.call(types.collect())?;
        let last = args.get(call.form.args.len());
        let confidence = last.map(|last| {
            let value = constant(last, RecordBatch::new_empty(schema.clone()));
            confidence::of_value(&value.unwrap_or(ScalarValue::Null))
        });
        let literal = literal_position(call.form).map(|position| {
            let no_rows = RecordBatch::new_empty(schema.clone());
            let value = constant(&args[position], no_rows);
            literal(self.function, call.form, position, value.as_ref())
        });
        let call = self.bind(call, literal.transpose()?)?;
        Ok(match confidence.transpose()? {
            Some(confidence) => call.with_confidence(confidence),
            None => call,
        })
    }

    fn bind(&self, call: UnboundCall, literal: Option<f64>) -> Result<Call> {
        let bound = call.bind(literal);
        bound.map_err(|error| self.function.error(error))
    }

    fn groups(&self, args: &AccumulatorArgs) -> Result<WatchedGroups<KpiGroups>> {
        let call = self.call_with_literals(args)?;
        let watch = self.watch(&call, args);
        let groups = KpiGroups::new(self.function, call)?;
        Ok(WatchedGroups { groups, watch })
    }

    fn watch(&self, call: &Call, args: &AccumulatorArgs) -> Watch {
        let mut watch = Watch::new(self.remarks.clone());
        let places: Vec<_> = (0..args.exprs.len()).collect();
        watch.call(call, args.name, &places, None, args.exprs);
        watch
    }
}

/// Any arguments, so that DataFusion coerces none of them and leaves it to `return_type` to refuse a call in
/// words that help. The exact types beside that are what SHOW FUNCTIONS shows of each form.
fn type_signature(kpi: &Kpi) -> TypeSignature {
    let shown = |form: &Form| TypeSignature::Exact(shown_types(form));
    let any = [TypeSignature::Nullary, TypeSignature::VariadicAny];
    TypeSignature::OneOf(kpi.forms.iter().map(shown).chain(any).collect())
}

/// Arguments that a form takes.
fn shown_types(form: &Form) -> Vec<DataType> {
    let types = form.args.iter().map(|arg| match arg.kind {
        Kind::Entity | Kind::Item => DataType::Utf8,
        Kind::Flag => DataType::Boolean,
        Kind::Time | Kind::Date => DataType::Timestamp(TimeUnit::Nanosecond, None),
        Kind::Tier | Kind::Score | Kind::AtLeast => DataType::Int64,
        Kind::Amount | Kind::Years => DataType::Float64,
    });
    types.collect()
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

/// What SHOW FUNCTIONS tells of a function.
fn documentation(function: KpiFunction) -> Documentation {
    let (kpi, name) = (function.kpi, function.name());
    let section = DocSection {
        include: true,
        label: kpi.family.chapter(),
        description: None,
    };
    let unit = kpi.unit.words();
    let signatures: Vec<_> = kpi.forms.iter().map(|f| f.signature(&name)).collect();
    let value = kpi.name;
    let description = match function.variant {
        Variant::Value => {
            let formulas = kpi.forms.iter();
            let formulas: Vec<_> = formulas
                .map(|form| format!("{} = {}.", form.signature(&name), form.formula))
                .collect();
            let sources = kpi.sources.iter();
            let sources: Vec<_> = sources
                .map(|source| format!("{} ({})", source.publication.title(), source.says))
                .collect();
            format!(
                "{} In {unit}. {} {} Source: {}.",
                kpi.summary,
                formulas.join(" "),
                kpi.nulls,
                sources.join("; ")
            )
        }
        Variant::Parts => format!(
            "The components of {value} and its confidence interval, as a STRUCT: kpi, value (in {unit}), numerator, denominator, std_error, ci_low and ci_high (95 %), rows, rows_ignored. Fields that do not apply are NULL. SET kpi.confidence changes the confidence level. {}",
            kpi.nulls
        ),
        Variant::State => format!(
            "The state of {value} as BINARY: store it, merge it with kpi_merge and finish it with kpi_finish or kpi_finish_parts, with the same result as one pass over all rows. {}",
            kpi.nulls
        ),
    };
    let example = example(function);
    let mut builder = Documentation::builder(section, description, signatures.join("; "))
        .with_sql_example(example);
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

/// The declaration's example, with the function in the place of the KPI's own.
fn example(function: KpiFunction) -> String {
    let Example { question, sql, .. } = &function.kpi.example;
    match function.variant {
        Variant::Value => format!("-- {question}\n{sql};"),
        Variant::Parts => {
            let name = function.name();
            let sql = with_call(function.kpi, |args| format!("{name}{args}"));
            format!("-- {question} With the components of the answer.\n{sql};")
        }
        Variant::State => {
            let name = function.name();
            let finish = match function.kpi.unit {
                Unit::Mix => "kpi_finish_mix",
                Unit::Percent
                | Unit::PercentOfStart
                | Unit::Points
                | Unit::Days
                | Unit::Money
                | Unit::Number
                | Unit::Years => "kpi_finish",
            };
            let sql = with_call(function.kpi, |args| format!("{finish}({name}{args})"));
            format!("-- {question} The answer from a state that could have been stored.\n{sql};")
        }
    }
}

/// The query of the declaration's example that calls the KPI, with something else made of the arguments in
/// parentheses. A query around it, which takes the value apart, is left off.
fn with_call(kpi: &Kpi, call: impl Fn(&str) -> String) -> String {
    let sql = kpi.example.sql;
    let name_at = sql
        .find(&format!("{}(", kpi.name))
        .expect("an example calls its KPI");
    let args_at = name_at + kpi.name.len();
    let (args, rest) = sql[args_at..].split_at(closing(&sql[args_at + 1..]) + 2);
    let select_at = sql[..name_at].rfind("SELECT ").unwrap_or(0);
    let before = &sql[select_at..name_at];
    format!("{before}{}{}", call(args), &rest[..closing(rest)])
}

/// Where a text closes a parenthesis that it has not opened, or ends.
fn closing(text: &str) -> usize {
    let mut open = 0;
    let at = text.bytes().position(|byte| {
        open += match byte {
            b'(' => 1,
            b')' => -1,
            _ => 0,
        };
        open < 0
    });
    at.unwrap_or(text.len())
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
        self.name == other.name
    }
}

impl Eq for KpiUdaf {}

impl Hash for KpiUdaf {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl AggregateUDFImpl for KpiUdaf {
    fn name(&self) -> &str {
        &self.name
    }

    fn aliases(&self) -> &[String] {
        &self.aliases
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
        self.function.return_type(&self.call(arg_types.to_vec())?)
    }

    /// What is wrong with an argument is said with its name.
    fn return_field(&self, arg_fields: &[FieldRef]) -> Result<FieldRef> {
        form_for_fields(self.function, arg_fields)?;
        udaf_default_return_field(self, arg_fields)
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let types = args.input_fields.iter().map(|f| f.data_type().clone());
        let call = self.call(types.collect())?;
        let fields = state_fields(&call);
        let fields = fields.map_err(|error| self.function.error(error))?;
        Ok(fields
            .into_iter()
            .map(|field| {
                let name = format!("{}[{}]", args.name, field.name());
                Arc::new(field.as_ref().clone().with_name(name))
            })
            .collect())
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Single::new(self.groups(&args)?)))
    }

    fn create_sliding_accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        let call = self.call_with_literals(&args)?;
        let watch = self.watch(&call, &args);
        let frame = Frame::new(call);
        let frame = frame.map_err(|error| self.function.error(error))?;
        Ok(Box::new(KpiSlidingAccumulator::new(
            self.function,
            frame,
            watch,
        )))
    }

    fn groups_accumulator_supported(&self, _: AccumulatorArgs) -> bool {
        true
    }

    fn create_groups_accumulator(
        &self,
        args: AccumulatorArgs,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(Grouped(self.groups(&args)?)))
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
        let forms = self.function.kpi.forms;
        match self.function.variant {
            Variant::Value if forms[0].finish == Finish::Count => Ok(ScalarValue::Int64(Some(0))),
            // Without rows the form makes no difference, nor do the types of its arguments: one will do in which no value is
            // written out, and every KPI has such a form.
            Variant::Parts => {
                let is_whole = |form: &&Form| literal_position(form).is_none();
                let form = forms.iter().find(is_whole).unwrap_or(&forms[0]);
                let call = self.bind(self.call(shown_types(form))?, None)?;
                Single::new(KpiGroups::new(self.function, call)?).evaluate()
            }
            Variant::Value | Variant::State => ScalarValue::try_from(data_type),
        }
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}
