//! Which columns of a query's result hold values of a KPI, so that a face can show them in the KPI's unit.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::expr::{AggregateFunction, Alias, Cast, ScalarFunction, TryCast};
use datafusion::logical_expr::{AggregateUDF, Expr, LogicalPlan, Unnest, WindowFunctionDefinition};

use super::aggregate::udaf::KpiUdaf;
use super::column_source::{ColumnSource, bare, sources};
use crate::define::{Kpi, UnitFormat};
use crate::fold::facts::call::Variant;

/// Functions that leave a value what it is, but for its digits.
const KEEP_THE_UNIT: [&str; 4] = ["round", "trunc", "ceil", "floor"];

/// A floating-point number has no more digits than these.
const MOST_DIGITS: i64 = 15;

/// The fields of a KPI's parts that are in its unit.
const FIELDS: [&str; 3] = ["value", "ci_low", "ci_high"];

/// For each column of a plan's result the KPI whose values it holds, if it does: `cross_sell_rate(…) AS rate` is
/// found, and so are `round(…)` of it, and the value and interval of its parts.
pub fn kpi_columns(plan: &LogicalPlan) -> Vec<Option<&'static Kpi>> {
    let kpis = values(plan).into_iter();
    kpis.map(|found| found.map(|found| found.kpi)).collect()
}

/// How the numbers of each column of a plan's result are written for people: in the unit of the KPI whose values they
/// are, with as many digits as the query rounds them to, if it does.
pub fn unit_formats(plan: &LogicalPlan) -> Vec<Option<UnitFormat>> {
    let fields = plan.schema().fields().iter().zip(values(plan));
    let format = |data_type: &DataType, found: FoundKpi| {
        let format = found.kpi.unit.format()?;
        match found.digits {
            _ if data_type.is_integer() => Some(format.rounded_to(0)),
            _ if !data_type.is_numeric() => None,
            Some(digits) => Some(format.rounded_to(digits)),
            None => Some(format),
        }
    };
    fields
        .map(|(field, found)| found.and_then(|found| format(field.data_type(), found)))
        .collect()
}

/// The KPI that a column of a plan's result is of, and in which way.
#[cfg(feature = "session")]
pub(super) fn found_in_column(
    plan: &LogicalPlan,
    column: usize,
) -> Option<(&'static Kpi, Variant)> {
    of_column(plan, column).map(|found| (found.kpi, found.variant))
}

/// The same of an expression over the columns of a plan.
#[cfg(feature = "session")]
pub(super) fn found_in_expr(expr: &Expr, input: &LogicalPlan) -> Option<(&'static Kpi, Variant)> {
    of_expr(expr, input).map(|found| (found.kpi, found.variant))
}

fn values(plan: &LogicalPlan) -> Vec<Option<FoundKpi>> {
    let columns = 0..plan.schema().fields().len();
    let found = columns.map(|column| of_column(plan, column));
    found
        .map(|found| found.filter(|found| matches!(found.variant, Variant::Value)))
        .collect()
}

/// What an expression is of a KPI.
#[derive(Clone, Copy)]
struct FoundKpi {
    kpi: &'static Kpi,
    variant: Variant,
    /// The digits that the query rounds it to.
    digits: Option<u8>,
}

fn of_column(plan: &LogicalPlan, column: usize) -> Option<FoundKpi> {
    if matches!(plan, LogicalPlan::Unnest(unnest) if is_taken_out(unnest, column)) {
        return None;
    }
    let sources = sources(plan, column).into_iter();
    // A report of several KPIs has them in one column: a unit is that of all its rows, or of none.
    let sources = sources.filter(|source| !is_null(*source));
    same(sources.map(|source| match source {
        ColumnSource::Computed(expr, input) => of_expr(expr, input),
        ColumnSource::Handed(input, column) => of_column(input, column),
    }))
}

/// Whether UNNEST took a column out of a list or a STRUCT, and did not hand it on as it was.
fn is_taken_out(unnest: &Unnest, column: usize) -> bool {
    unnest.dependency_indices.get(column).is_none_or(|below| {
        let mut lists = unnest.list_type_columns.iter();
        unnest.struct_type_columns.contains(below) || lists.any(|(list, _)| list == below)
    })
}

fn of_expr(expr: &Expr, input: &LogicalPlan) -> Option<FoundKpi> {
    match expr {
        Expr::Alias(Alias { expr, .. })
        | Expr::Cast(Cast { expr, .. })
        | Expr::TryCast(TryCast { expr, .. }) => of_expr(expr, input),
        Expr::Column(column) => of_column(input, input.schema().maybe_index_of_column(column)?),
        Expr::AggregateFunction(AggregateFunction { func, .. }) => of_function(func),
        Expr::WindowFunction(window) => match &window.fun {
            WindowFunctionDefinition::AggregateUDF(func) => of_function(func),
            WindowFunctionDefinition::WindowUDF(_) => None,
        },
        Expr::ScalarFunction(ScalarFunction { func, args }) => {
            if func.name() == "coalesce" {
                // A value that is written out, such as 0, is in any unit.
                let others = args.iter().filter(|arg| bare(arg).as_literal().is_none());
                return same(others.map(|arg| of_expr(arg, input)));
            }
            let found = of_expr(args.first()?, input)?;
            if KEEP_THE_UNIT.contains(&func.name()) {
                let digits = digits(func.name(), &args[1..]).or(found.digits);
                return Some(FoundKpi { digits, ..found });
            }
            let field = args.get(1)?.as_literal()?.try_as_str()??;
            let is_value = func.name() == "get_field"
                && found.variant == Variant::Parts
                && args.len() == 2
                && FIELDS.contains(&field);
            is_value.then_some(FoundKpi {
                variant: Variant::Value,
                ..found
            })
        }
        _ => None,
    }
}

/// What all of these are, if all of them are the same: the first of those that are in one unit with as many digits.
fn same(found: impl Iterator<Item = Option<FoundKpi>>) -> Option<FoundKpi> {
    found
        .reduce(|first, other| {
            first.zip(other).and_then(|(first, other)| {
                let is_same = first.kpi.unit == other.kpi.unit
                    && first.variant == other.variant
                    && first.digits == other.digits;
                is_same.then_some(first)
            })
        })
        .flatten()
}

/// Whether a column is NULL in all rows by what it is made of: it has no unit of its own.
fn is_null(source: ColumnSource<'_>) -> bool {
    let is_null_column = |plan, column| {
        let sources = sources(plan, column);
        !sources.is_empty() && sources.into_iter().all(is_null)
    };
    match source {
        ColumnSource::Computed(expr, input) => match bare(expr) {
            Expr::Literal(value, _) => value.is_null(),
            Expr::Column(below) => {
                let below = input.schema().maybe_index_of_column(below);
                below.is_some_and(|below| is_null_column(input, below))
            }
            _ => false,
        },
        ColumnSource::Handed(input, column) => is_null_column(input, column),
    }
}

/// The digits behind the point that a function leaves.
fn digits(function: &str, others: &[Expr]) -> Option<u8> {
    match (function, others) {
        ("round" | "trunc", []) | ("ceil" | "floor", _) => Some(0),
        ("round" | "trunc", [digits, ..]) => {
            let digits = digits.as_literal()?.cast_to(&DataType::Int64).ok()?;
            let ScalarValue::Int64(Some(digits)) = digits else {
                return None;
            };
            u8::try_from(digits.clamp(0, MOST_DIGITS)).ok()
        }
        _ => None,
    }
}

fn of_function(func: &AggregateUDF) -> Option<FoundKpi> {
    let function = func.inner().downcast_ref::<KpiUdaf>()?.function();
    Some(FoundKpi {
        kpi: function.kpi,
        variant: function.variant,
        digits: None,
    })
}
