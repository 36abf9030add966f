//! What each column of a query's result is to somebody who draws or judges it: a value of a KPI, an end of its interval, its parts, a change, a
//! verdict, or what tells the rows apart. The plan knows it, so that no name of a column needs to say it.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::expr::{Case, ScalarFunction};
use datafusion::logical_expr::utils::grouping_set_to_exprlist;
use datafusion::logical_expr::{Expr, LogicalPlan};

use super::column_source::{ColumnSource, bare, sources};
use super::kpi_columns::{found_in_column, found_in_expr};
use crate::define::{Kpi, Unit};
use crate::fold::facts::call::Variant;

/// Functions of which the first argument says what they give.
const FOLLOWED: [&str; 5] = ["round", "trunc", "ceil", "floor", "coalesce"];

/// What a column of a result holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResultRole {
    /// Values of a KPI.
    Value(&'static Kpi),
    /// Where the intervals of its values start.
    IntervalLow,
    /// Where they end.
    IntervalHigh,
    /// Where something starts whose columns go by their names: `low`, `lower` and `ci_low`.
    LimitLow,
    /// Where it ends.
    LimitHigh,
    /// How many things its values are of.
    Counted,
    /// What `_parts` gives.
    Parts(&'static Kpi),
    /// Lists of products with their shares.
    Mix(&'static Kpi),
    /// What `kpi_change` gives.
    Change(&'static Kpi),
    /// The difference of such a change.
    Difference(&'static Kpi),
    /// How likely a difference is by chance.
    PValue,
    /// What a benchmark says.
    Band,
    /// Times.
    Period,
    /// Whatever else tells rows apart.
    Segment,
    /// Anything else.
    Other,
}

/// A column of a result, as far as the plan knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnFact {
    /// What it holds.
    pub role: ResultRole,
    /// Whether the query groups by it.
    pub is_key: bool,
    /// By what the rows that are over all of its values are known, where there may be such rows.
    pub total: Option<TotalMark>,
}

/// What a column says in rows over all of its values, as GROUPING SETS and ROLLUP give them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TotalMark {
    /// Nothing.
    Null,
    /// This text, which the query writes there.
    Text(String),
}

/// What each column of a plan's result is.
pub fn column_facts(plan: &LogicalPlan) -> Vec<ColumnFact> {
    let fields = plan.schema().fields().iter().enumerate();
    let facts = fields.map(|(column, field)| {
        let key = key(plan, column);
        let of_type = || of_type(field.name(), field.data_type(), key.is_some());
        ColumnFact {
            role: role(plan, column).unwrap_or_else(of_type),
            is_key: key.is_some(),
            total: key.and_then(|key| key.total),
        }
    });
    let mut facts: Vec<ColumnFact> = facts.collect();
    // Where rows are grouped, a text that is no key says something of them, and tells none apart.
    let are_grouped = facts.iter().any(|fact| fact.is_key);
    for fact in &mut facts {
        if are_grouped && fact.role == ResultRole::Segment && !fact.is_key {
            fact.role = ResultRole::Other;
        }
    }
    facts
}

/// What a column is by the functions that it comes from.
fn role(plan: &LogicalPlan, column: usize) -> Option<ResultRole> {
    let source = source_of_column(plan, column)?;
    let found = found_in_column(plan, column);
    let (expr, input) = followed(source)?;
    if let Some((kpi, variant)) = found {
        return match variant {
            Variant::Parts => Some(ResultRole::Parts(kpi)),
            Variant::State => None,
            Variant::Value if kpi.unit == Unit::Mix => Some(ResultRole::Mix(kpi)),
            Variant::Value => Some(match field(expr).map(|(name, _)| name) {
                Some("ci_low") => ResultRole::IntervalLow,
                Some("ci_high") => ResultRole::IntervalHigh,
                _ => ResultRole::Value(kpi),
            }),
        };
    }
    if let Some(kpi) = changed(expr, input) {
        return Some(ResultRole::Change(kpi));
    }
    if is_call_of(expr, "kpi_band") {
        return Some(ResultRole::Band);
    }
    let (name, of) = field(expr)?;
    if found_in_expr(of, input).is_some_and(|(_, variant)| variant == Variant::Parts) {
        return (name == "denominator").then_some(ResultRole::Counted);
    }
    let (change, input) = followed((of, input))?;
    let kpi = changed(change, input)?;
    match name {
        "difference" => Some(ResultRole::Difference(kpi)),
        "p_value" => Some(ResultRole::PValue),
        // The interval is that of the difference.
        _ => Some(ResultRole::Other),
    }
}

/// What a column is of which only the type and the name are known. The names are those that the functions use.
fn of_type(name: &str, data_type: &DataType, is_key: bool) -> ResultRole {
    let data_type = match data_type {
        DataType::Dictionary(_, values) => values,
        other => other,
    };
    let is_number = data_type.is_numeric();
    match data_type {
        DataType::Date32 | DataType::Date64 | DataType::Timestamp(_, _) => ResultRole::Period,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Boolean => {
            ResultRole::Segment
        }
        _ if is_key && data_type.is_integer() => ResultRole::Segment,
        _ if is_number && !is_key => match name.to_lowercase().as_str() {
            "ci_low" | "low" | "lower" => ResultRole::LimitLow,
            "ci_high" | "high" | "upper" => ResultRole::LimitHigh,
            "p_value" => ResultRole::PValue,
            _ => ResultRole::Other,
        },
        _ => ResultRole::Other,
    }
}

/// A column by which rows are grouped.
struct GroupKey {
    total: Option<TotalMark>,
}

/// The key that a column of a plan's result is, if it is one.
fn key(plan: &LogicalPlan, column: usize) -> Option<GroupKey> {
    match plan {
        LogicalPlan::Aggregate(aggregate) => {
            let keys = grouping_set_to_exprlist(&aggregate.group_expr).ok()?;
            let has_totals = matches!(aggregate.group_expr[..], [Expr::GroupingSet(_)]);
            (column < keys.len()).then(|| GroupKey {
                total: has_totals.then_some(TotalMark::Null),
            })
        }
        // Rows of one key become several.
        LogicalPlan::Unnest(_) => None,
        _ => match sources(plan, column).into_iter().next()? {
            ColumnSource::Computed(expr, input) => key_in_expr(expr, input),
            ColumnSource::Handed(input, column) => key(input, column),
        },
    }
}

fn key_in_expr(expr: &Expr, input: &LogicalPlan) -> Option<GroupKey> {
    match bare(expr) {
        Expr::Column(column) => key(input, input.schema().maybe_index_of_column(column)?),
        Expr::ScalarFunction(ScalarFunction { func, args }) if func.name() == "coalesce" => {
            let (first, others) = args.split_first()?;
            let key = key_in_expr(first, input)?;
            let text = others.iter().find_map(text);
            Some(GroupKey {
                total: key.total.and(text).map(TotalMark::Text),
            })
        }
        Expr::Case(case) if asks_for_grouping(case, input) => {
            let results = case.when_then_expr.iter().map(|(_, then)| then);
            let mut texts = results.chain(&case.else_expr).filter_map(|then| text(then));
            let total = texts.next().map(TotalMark::Text);
            Some(GroupKey { total })
        }
        // What is computed of several rows tells none apart.
        Expr::WindowFunction(_) => None,
        // What is made of keys alone tells rows apart as they do.
        other => {
            let columns = other.column_refs();
            let mut keys = columns.iter().map(|column| {
                let column = input.schema().maybe_index_of_column(column)?;
                key(input, column)
            });
            let are_keys = !columns.is_empty() && keys.all(|key| key.is_some());
            are_keys.then_some(GroupKey { total: None })
        }
    }
}

/// Whether a CASE looks at `grouping(…)`.
fn asks_for_grouping(case: &Case, input: &LogicalPlan) -> bool {
    let conditions = case.when_then_expr.iter().map(|(when, _)| when);
    let mut asked = conditions.chain(&case.expr);
    asked.any(|condition| {
        let mut found = false;
        let walked = condition.apply(|expr| {
            found |= match source((expr, input)) {
                Some((Expr::AggregateFunction(call), _)) => call.func.name() == "grouping",
                _ => false,
            };
            Ok(TreeNodeRecursion::Continue)
        });
        walked.is_ok() && found
    })
}

/// A text that is written out.
fn text(expr: &Expr) -> Option<String> {
    let value = bare(expr).as_literal()?;
    value.try_as_str().flatten().map(String::from)
}

/// An expression, and the plan whose columns it names.
type ComputedBy<'a> = (&'a Expr, &'a LogicalPlan);

/// What a column of a plan's result is computed by.
fn source_of_column(plan: &LogicalPlan, column: usize) -> Option<ComputedBy<'_>> {
    // Keys tell rows apart, whatever they are made of.
    if let LogicalPlan::Aggregate(aggregate) = plan
        && column + aggregate.aggr_expr.len() < plan.schema().fields().len()
    {
        return None;
    }
    match sources(plan, column).into_iter().next()? {
        ColumnSource::Computed(expr, input) => source((expr, input)),
        ColumnSource::Handed(input, column) => source_of_column(input, column),
    }
}

/// What an expression is computed by, below names, casts and columns of other plans.
fn source((expr, input): ComputedBy<'_>) -> Option<ComputedBy<'_>> {
    match bare(expr) {
        Expr::Column(column) => {
            source_of_column(input, input.schema().maybe_index_of_column(column)?)
        }
        other => Some((other, input)),
    }
}

/// The same below functions that change no more than digits.
fn followed(of: ComputedBy<'_>) -> Option<ComputedBy<'_>> {
    let (expr, input) = source(of)?;
    match expr {
        Expr::ScalarFunction(ScalarFunction { func, args }) if FOLLOWED.contains(&func.name()) => {
            followed((args.first()?, input))
        }
        other => Some((other, input)),
    }
}

/// The field that is taken of a STRUCT, and the STRUCT.
fn field(expr: &Expr) -> Option<(&str, &Expr)> {
    let Expr::ScalarFunction(ScalarFunction { func, args }) = expr else {
        return None;
    };
    match &args[..] {
        [of, name] if func.name() == "get_field" => Some((name.as_literal()?.try_as_str()??, of)),
        _ => None,
    }
}

fn is_call_of(expr: &Expr, name: &str) -> bool {
    matches!(expr, Expr::ScalarFunction(call) if call.func.name() == name)
}

/// The KPI of which `kpi_change` tells what became.
fn changed(expr: &Expr, input: &LogicalPlan) -> Option<&'static Kpi> {
    match expr {
        Expr::ScalarFunction(call) if call.func.name() == "kpi_change" => {
            let mut sides = call.args.iter();
            sides.find_map(|side| found_in_expr(side, input).map(|(kpi, _)| kpi))
        }
        _ => None,
    }
}
