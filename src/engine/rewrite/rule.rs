//! The optimizer rule that splits an aggregation, and why it leaves one as it is.

use std::fmt::{Display, Formatter};
use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{Column, DFSchema};
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::expr::AggregateFunction;
use datafusion::logical_expr::logical_plan::builder::project;
use datafusion::logical_expr::{
    Aggregate, AggregateUDF, Expr, ExprSchemable, LogicalPlan, cast, col,
};
use datafusion::optimizer::optimizer::ApplyOrder;
use datafusion::optimizer::{OptimizerConfig, OptimizerRule};

use super::bucket::bucket_of;
use super::carried::carry;
use super::gather::KpiGather;
use super::options::RewriteMode;
use super::together::{KpiTogether, SharedCall};
use crate::engine::aggregate::check;
use crate::engine::aggregate::function::Function;
use crate::engine::aggregate::signature::form_for;
use crate::engine::aggregate::udaf::KpiUdaf;
use crate::engine::options::KpiOptions;
use crate::engine::remarks::Remarks;
use crate::fold::call::Answer;

/// Splits aggregations of KPIs in two levels; see [`super`].
#[derive(Debug, Default)]
pub struct SplitByEntity;

/// The column that tells the bucket of a row.
pub const BUCKET: &str = "__kpi_bucket";

/// Before this rule of DataFusion's: subqueries are joins by then, and filters are where they belong; the rules
/// after it tidy up what the rewrite leaves.
const BEFORE: &str = "single_distinct_aggregation_to_group_by";

/// The rules of a session with this one in its place.
pub fn with_split(
    mut rules: Vec<Arc<dyn OptimizerRule + Send + Sync>>,
) -> Vec<Arc<dyn OptimizerRule + Send + Sync>> {
    let place = rules.iter().position(|rule| rule.name() == BEFORE);
    rules.insert(place.unwrap_or(rules.len()), Arc::new(SplitByEntity));
    rules
}

/// Why an aggregation stays in one level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// There is no KPI that judges entities.
    NoEntity,
    /// Each of several sets of keys would need buckets of its own, and the empty one a row without any.
    GroupingSets,
    /// Two KPIs judge different entities, whose buckets would not agree.
    SeveralEntities(String, String),
    /// The entity is another one each time it is looked at.
    Volatile(String),
    /// What is grouped belongs to a subquery that looks at the query around it.
    Correlated,
    /// An aggregate beside the KPIs does not decompose.
    Indecomposable(String),
}

impl Display for Refusal {
    fn fmt(&self, f: &mut Formatter) -> std::fmt::Result {
        match self {
            Refusal::NoEntity => write!(f, "no KPI of an entity"),
            Refusal::GroupingSets => write!(f, "grouping sets"),
            Refusal::SeveralEntities(one, other) => {
                write!(f, "two entities, {one} and {other}")
            }
            Refusal::Volatile(entity) => write!(f, "the entity {entity} is volatile"),
            Refusal::Correlated => write!(f, "a correlated subquery"),
            Refusal::Indecomposable(call) => write!(f, "{call} does not decompose"),
        }
    }
}

impl OptimizerRule for SplitByEntity {
    fn name(&self) -> &str {
        "split_kpis_by_entity"
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        Some(ApplyOrder::TopDown)
    }

    fn rewrite(
        &self,
        plan: LogicalPlan,
        config: &dyn OptimizerConfig,
    ) -> Result<Transformed<LogicalPlan>> {
        let LogicalPlan::Aggregate(aggregate) = &plan else {
            return Ok(Transformed::no(plan));
        };
        let session = config.options();
        let threads = session.execution.target_partitions;
        let options = session.extensions.get::<KpiOptions>();
        let Some(options) = options.filter(|options| is_wanted(aggregate, options, threads)) else {
            return Ok(Transformed::no(plan));
        };
        match split(aggregate, options)? {
            Ok(split) => Ok(Transformed::yes(split)),
            Err(_) => Ok(Transformed::no(plan)),
        }
    }
}

/// On one thread a single KPI has nothing to share, and nobody to share it with: two levels took 8 % longer for
/// `cross_sell_rate` over 40 M rows. With little memory, or a number of buckets that somebody has set, it is for what they
/// spare of memory.
fn is_wanted(aggregate: &Aggregate, options: &KpiOptions, threads: usize) -> bool {
    let is_kpi = |expr: &&Expr| match unaliased(expr) {
        Expr::AggregateFunction(call) => call.func.inner().downcast_ref::<KpiUdaf>().is_some(),
        _ => false,
    };
    match options.rewrite {
        RewriteMode::Off => false,
        RewriteMode::On => true,
        RewriteMode::Auto => {
            let kpis = aggregate.aggr_expr.iter().filter(is_kpi).count();
            let is_to_spill = options.buckets.wanted().is_some() || options.has_little_memory();
            threads > 1 || kpis > 1 || is_to_spill
        }
    }
}

/// The aggregates of a level, each under a name.
pub struct Level {
    prefix: &'static str,
    exprs: Vec<Expr>,
}

impl Level {
    fn new(prefix: &'static str) -> Self {
        Level {
            prefix,
            exprs: vec![],
        }
    }

    /// Adds an aggregate and gives the name of its column.
    pub fn add(&mut self, aggregate: Expr) -> String {
        let name = format!("{}_{}", self.prefix, self.exprs.len());
        self.exprs.push(aggregate.alias(name.clone()));
        name
    }
}

/// A call of a KPI in the aggregation.
struct KpiCall<'a> {
    function: Function,
    remarks: &'a Remarks,
    call: &'a AggregateFunction,
    arg_types: Vec<DataType>,
    literal: Option<f64>,
    /// The expressions that name its entity; none, if it judges rows.
    entity: Vec<Expr>,
}

impl<'a> KpiCall<'a> {
    /// Reads a call; `None` if it is one of something else.
    fn of(call: &'a AggregateFunction, schema: &DFSchema) -> Result<Option<Self>> {
        let Some(udaf) = call.func.inner().downcast_ref::<KpiUdaf>() else {
            return Ok(None);
        };
        let function = udaf.function();
        let args = &call.params.args;
        let types = args.iter().map(|arg| arg.get_type(schema));
        let arg_types = types.collect::<Result<Vec<_>>>()?;
        let form = form_for(function, &arg_types)?;
        let literal = check::written_literal(function, form, args)?;
        let entity = form.entity().iter().map(|arg| args[*arg].clone());
        Ok(Some(KpiCall {
            function,
            remarks: udaf.remarks(),
            call,
            arg_types,
            literal,
            entity: entity.collect(),
        }))
    }

    /// The value of the call, from the summaries in a column.
    fn gather(&self, position: usize, column: &str, upper: &mut Level) -> Expr {
        let gather = KpiGather::new(
            self.function,
            position,
            self.arg_types.clone(),
            self.literal,
        );
        let gather = AggregateUDF::new_from_impl(gather);
        col(upper.add(gather.call(vec![col(column)])))
    }
}

/// The plan of an aggregation in two levels, or why there is none.
pub fn split(
    aggregate: &Aggregate,
    options: &KpiOptions,
) -> Result<std::result::Result<LogicalPlan, Refusal>> {
    let input = &aggregate.input;
    let schema = input.schema();
    let mut kpis = vec![];
    let mut calls = vec![];
    for (place, expr) in aggregate.aggr_expr.iter().enumerate() {
        let Expr::AggregateFunction(call) = unaliased(expr) else {
            return Ok(Err(Refusal::Indecomposable(expr.to_string())));
        };
        calls.push(call);
        if let Some(kpi) = KpiCall::of(call, schema)? {
            if kpi.function.answer != Answer::Value {
                return Ok(Err(Refusal::Indecomposable(expr.to_string())));
            }
            kpis.push((place, kpi));
        }
    }
    let mut of_entities = kpis
        .iter()
        .map(|(_, kpi)| &kpi.entity)
        .filter(|e| !e.is_empty());
    let Some(entity) = of_entities.next() else {
        return Ok(Err(Refusal::NoEntity));
    };
    if let Some(other) = of_entities.find(|other| *other != entity) {
        return Ok(Err(Refusal::SeveralEntities(words(entity), words(other))));
    }
    if let [Expr::GroupingSet(_), ..] = aggregate.group_expr.as_slice() {
        return Ok(Err(Refusal::GroupingSets));
    }
    if entity.iter().any(Expr::is_volatile) {
        return Ok(Err(Refusal::Volatile(words(entity))));
    }
    let exprs = || aggregate.group_expr.iter().chain(&aggregate.aggr_expr);
    if input.contains_outer_reference() || exprs().any(Expr::contains_outer) {
        return Ok(Err(Refusal::Correlated));
    }

    let (mut lower, mut upper) = (Level::new("__kpi"), Level::new("__kpi_value"));
    let mut values = vec![None; calls.len()];
    let shared: Vec<_> = kpis
        .iter()
        .filter(|(_, kpi)| !kpi.entity.is_empty())
        .collect();
    let column = lower.add(together(shared.iter().map(|(_, kpi)| kpi)));
    for (position, (place, kpi)) in shared.iter().enumerate() {
        values[*place] = Some(kpi.gather(position, &column, &mut upper));
    }
    for (place, kpi) in kpis.iter().filter(|(_, kpi)| kpi.entity.is_empty()) {
        let column = lower.add(together(std::iter::once(kpi)));
        values[*place] = Some(kpi.gather(0, &column, &mut upper));
    }
    for (call, value) in calls.into_iter().zip(&mut values) {
        if value.is_none() {
            let arg_types = call.params.args.iter().map(|arg| arg.get_type(schema));
            let arg_types = arg_types.collect::<Result<Vec<_>>>()?;
            *value = carry(call, &arg_types, entity, &mut lower, &mut upper)?;
            if value.is_none() {
                let call = Expr::AggregateFunction(call.clone());
                return Ok(Err(Refusal::Indecomposable(call.to_string())));
            }
        }
    }
    let values = values.into_iter().flatten().collect();
    let bucket = bucket_of(entity.clone(), !aggregate.group_expr.is_empty(), options);
    planned(aggregate, bucket, lower, upper, values).map(Ok)
}

/// Several calls of one entity, or one of rows, as one aggregate.
fn together<'a>(calls: impl Iterator<Item = &'a KpiCall<'a>>) -> Expr {
    let mut columns: Vec<Expr> = vec![];
    let mut place = |expr: &Expr| match columns.iter().position(|known| known == expr) {
        Some(place) => place,
        None => {
            columns.push(expr.clone());
            columns.len() - 1
        }
    };
    let mut remarks = Remarks::default();
    let shared = calls.map(|kpi| {
        remarks = kpi.remarks.clone();
        SharedCall {
            function: kpi.function,
            args: kpi.call.params.args.iter().map(&mut place).collect(),
            filter: kpi.call.params.filter.as_deref().map(&mut place),
        }
    });
    let shared = shared.collect();
    let together = KpiTogether::new(shared).with_remarks(remarks);
    AggregateUDF::new_from_impl(together).call(columns)
}

/// Puts the levels on top of each other, and gives the columns the names and types that they had.
fn planned(
    aggregate: &Aggregate,
    bucket: Expr,
    lower: Level,
    upper: Level,
    values: Vec<Expr>,
) -> Result<LogicalPlan> {
    let input = &aggregate.input;
    let mut columns: Vec<Expr> = input
        .schema()
        .columns()
        .into_iter()
        .map(Expr::Column)
        .collect();
    // Computed once, although the rows are sent by them and then grouped by them.
    let keys = aggregate
        .group_expr
        .iter()
        .cloned()
        .enumerate()
        .map(|(i, key)| match key {
            Expr::Column(_) => key,
            computed => {
                let name = format!("__kpi_key_{i}");
                columns.push(computed.alias(name.clone()));
                col(name)
            }
        });
    let keys: Vec<Expr> = keys.collect();
    // The last one, because it may be left out: see `whole`.
    columns.push(bucket.alias(BUCKET));
    let input = project(input.as_ref().clone(), columns)?;
    let bucketed = [keys.as_slice(), &[col(BUCKET)]].concat();
    let lower = Aggregate::try_new(Arc::new(input), bucketed, lower.exprs)?;
    let lower = Arc::new(LogicalPlan::Aggregate(lower));
    let upper = Aggregate::try_new(lower, keys.clone(), upper.exprs)?;
    let upper = LogicalPlan::Aggregate(upper);
    let named = keys
        .into_iter()
        .chain(values)
        .enumerate()
        .map(|(i, value)| {
            let (qualifier, field) = aggregate.schema.qualified_field(i);
            let value = match value.get_type(upper.schema())? == *field.data_type() {
                true => value,
                false => cast(value, field.data_type().clone()),
            };
            Ok(match &value {
                Expr::Column(column)
                    if *column == Column::new(qualifier.cloned(), field.name()) =>
                {
                    value
                }
                _ => value.alias_qualified(qualifier.cloned(), field.name()),
            })
        });
    let named = named.collect::<Result<Vec<_>, DataFusionError>>()?;
    project(upper, named)
}

fn unaliased(expr: &Expr) -> &Expr {
    match expr {
        Expr::Alias(alias) => unaliased(&alias.expr),
        expr => expr,
    }
}

fn words(exprs: &[Expr]) -> String {
    let exprs: Vec<_> = exprs.iter().map(Expr::to_string).collect();
    exprs.join(", ")
}
