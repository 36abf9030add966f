//! `kpi_vs_rest`: which segment differs from all others together?

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Int64Array};
use datafusion::arrow::datatypes::{DataType, Fields};
use datafusion::error::Result;

use super::arguments::{self, check_parts};
use super::change::{ValueChange, compared};
use super::judging_function::{AggregateJudgement, JudgingFunction};
use super::lists::{as_parts, fields, list_of, numbers, one_list};
use super::segments::{self, Quotient, by_segment, check_segment, ordered};
use super::value_kind::{ValueKind, one_kpi};
use crate::define::Kpi;
use crate::engine::call_docs::{ArgumentList, Calls};
use crate::fold::facts::interval::IntervalMethod;
use crate::fold::value::parts::Parts;
use crate::statistics::{Adjustment, Confidence, Pooled, rests};

const NAME: &str = "kpi_vs_rest";
const EXAMPLE: &str = "SELECT kpi_vs_rest(segment, parts) FROM (SELECT segment, churn_rate_parts(customer, is_churned) AS parts FROM t GROUP BY segment)";

/// The aggregate of the parts of segments.
pub const KPI_VS_REST: AggregateJudgement = AggregateJudgement {
    function: JudgingFunction {
        name: NAME,
        arguments,
        example: EXAMPLE,
        description: "Each segment against all others together, from the _parts of each, as a list of STRUCTs by \
                      segment: segment, n, value, rest_n, rest, difference (value − rest, in the unit of the KPI), \
                      ci_low, ci_high (95 %), p_value, p_adjusted. Percentages of counted things: Newcombe's \
                      interval and the pooled z test; means: Welch; net scores: the normal approximation, as in \
                      kpi_change. p_adjusted is the p value by Benjamini and Hochberg (1995) for as many comparisons \
                      as there are. n is the denominator where that is a number of things. A share of one sum in \
                      another has a difference and no interval; for medians, lifts, totals and lists the rest cannot \
                      be computed from the parts. NULL parts are a segment without a value; NULL is a segment of its \
                      own. Segments must be disjoint, and each one row. SET kpi.confidence changes the 95.",
        sql: "-- Which segment is more satisfied than the others, or less?\n\
              SELECT kpi_vs_rest(segment, parts)\n\
              FROM (\n\
              \x20 SELECT segment, csat_parts(score) AS parts\n\
              \x20 FROM (VALUES ('SMB', 5), ('SMB', 4), ('SMB', 2), ('Enterprise', 1), ('Enterprise', 5)) AS answers(segment, score)\n\
              \x20 GROUP BY segment\n\
              ) AS by_segment",
        follows_confidence: true,
        return_type,
    },
    takes_segments: true,
    judge,
};

fn arguments() -> Vec<ArgumentList> {
    let parts = arguments::parts(
        "parts",
        "the parts of the segment, as a function such as csat_parts gives them",
    );
    vec![ArgumentList {
        arguments: vec![segments::argument(), parts],
        least: 2,
    }]
}

fn of_segment(segment: &DataType) -> Fields {
    let number = |name| (name, DataType::Float64);
    fields(&[
        ("segment", segment.clone()),
        ("n", DataType::Int64),
        number("value"),
        ("rest_n", DataType::Int64),
        number("rest"),
        number("difference"),
        number("ci_low"),
        number("ci_high"),
        number("p_value"),
        number("p_adjusted"),
    ])
}

fn return_type(calls: &Calls, types: &[DataType]) -> Result<DataType> {
    check_segment(calls, types)?;
    check_parts(calls, types, 1)?;
    Ok(list_of(of_segment(&types[0])))
}

/// A segment and what became of it.
#[derive(Debug, Clone, Copy)]
struct BesideRest {
    own: Parts,
    rest: Parts,
    change: ValueChange,
    adjusted: Option<f64>,
}

fn judge(columns: &[ArrayRef], confidence: Confidence) -> Result<ArrayRef> {
    let order = by_segment(NAME, &columns[0], EXAMPLE)?;
    let columns = ordered(columns, &order)?;
    let parts = as_parts(&columns[1])?;
    let names = parts.iter().flatten().map(|(name, _)| name.as_str());
    let kpi = one_kpi(NAME, names, EXAMPLE)?;
    let parts: Vec<Parts> = parts
        .into_iter()
        .map(|parts| parts.map(|(_, parts)| parts).unwrap_or_default())
        .collect();
    let quotients: Vec<Quotient> = parts.iter().map(quotient).collect();
    // Parts of other kinds do not add up, so that they do not tell a total.
    if kpi.is_some_and(|kpi| ValueKind::of(kpi).scale().is_some()) {
        segments::refuse_total(NAME, &columns[0], std::slice::from_ref(&quotients))?;
    }
    let rests = match kpi {
        Some(kpi) => rests_of(kpi, &parts, &quotients),
        None => vec![Parts::default(); parts.len()],
    };
    let pairs = parts.into_iter().zip(rests);
    let mut beside: Vec<BesideRest> = pairs
        .map(|(own, rest)| BesideRest {
            own,
            rest,
            change: kpi.map_or_else(ValueChange::default, |kpi| {
                compared(kpi, &rest, &own, confidence)
            }),
            adjusted: None,
        })
        .collect();
    let p_values: Vec<_> = beside.iter().map(|one| one.change.p_value).collect();
    let adjusted = Adjustment::BenjaminiHochberg.of(&p_values);
    for (one, adjusted) in beside.iter_mut().zip(adjusted) {
        one.adjusted = adjusted;
    }
    let counts = kpi.is_some_and(|kpi| ValueKind::of(kpi).counts());
    let count = |of: fn(&BesideRest) -> Option<f64>| -> ArrayRef {
        let counts = beside
            .iter()
            .map(|one| of(one).filter(|_| counts).map(|n| n as i64));
        Arc::new(Int64Array::from_iter(counts))
    };
    let list = vec![
        columns[0].clone(),
        count(|one| one.own.denominator),
        numbers(&beside, |one| one.own.value),
        count(|one| one.rest.denominator),
        numbers(&beside, |one| one.rest.value),
        numbers(&beside, |one| one.change.difference),
        numbers(&beside, |one| Some(one.change.interval?.low)),
        numbers(&beside, |one| Some(one.change.interval?.high)),
        numbers(&beside, |one| one.change.p_value),
        numbers(&beside, |one| one.adjusted),
    ];
    one_list(of_segment(columns[0].data_type()), list)
}

fn quotient(parts: &Parts) -> Quotient {
    let there = parts.value.and(parts.denominator).filter(|n| !n.is_nan());
    Quotient {
        numerator: there.and(parts.numerator).unwrap_or_default(),
        denominator: there.unwrap_or_default(),
    }
}

/// The parts that all other segments together have, for each segment.
fn rests_of(kpi: &Kpi, parts: &[Parts], quotients: &[Quotient]) -> Vec<Parts> {
    let kind = ValueKind::of(kpi);
    let method = kpi.forms[0].interval_method();
    let pooled: Vec<Pooled> = parts.iter().map(|parts| pooled(method, parts)).collect();
    let pooled = rests(&pooled, Pooled::NONE);
    let sums = rests(quotients, Quotient::default());
    let rests = sums.into_iter().zip(pooled).map(|(sum, pooled)| {
        let is_there = sum.denominator != 0.0;
        let value = kind.scale().filter(|_| is_there).map(|scale| match kind {
            ValueKind::Mean => pooled.mean,
            _ => scale * sum.numerator / sum.denominator,
        });
        Parts {
            value,
            numerator: value.map(|_| sum.numerator),
            denominator: (kind.counts() && is_there).then_some(sum.denominator),
            std_error: match method {
                IntervalMethod::StudentT => pooled.std_error(),
                IntervalMethod::Normal => pooled.std_error_of_share(),
                IntervalMethod::Wilson | IntervalMethod::Newcombe | IntervalMethod::None => None,
            },
            ..Parts::default()
        }
    });
    rests.collect()
}

/// The measurements of a segment, as its standard error tells them.
fn pooled(method: IntervalMethod, parts: &Parts) -> Pooled {
    let (Some(n), Some(mean)) = (parts.denominator.filter(|n| *n > 0.0), parts.value) else {
        return Pooled::NONE;
    };
    let variance = parts.std_error.map(|std_error| std_error * std_error);
    let squares = match method {
        // One measurement scatters by nothing, and has no standard error.
        IntervalMethod::StudentT if n < 2.0 => Some(0.0),
        IntervalMethod::StudentT => variance.map(|variance| variance * n * (n - 1.0)),
        IntervalMethod::Normal => variance.map(|variance| variance * n * n),
        IntervalMethod::Wilson | IntervalMethod::Newcombe | IntervalMethod::None => None,
    };
    Pooled::of(n, mean, squares)
}
