//! `kpi_change`: did a KPI move, or is it noise?

use datafusion::arrow::array::{ArrayRef, Float64Array, StructArray, new_null_array};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::datatypes::{DataType, Field, Fields};
use datafusion::error::{DataFusionError, Result};
use std::sync::Arc;

use super::judging_function::{JudgingFunction, ScalarJudgement, any_literals};
use super::lists::as_parts;
use super::segments::check_parts;
use super::value_kind::kpi_of;
use crate::define::Kpi;
use crate::engine::call_docs::{Argument, Calls};
use crate::engine::parts_array;
use crate::fold::facts::interval::IntervalMethod;
use crate::fold::value::parts::Parts;
use crate::statistics::{
    Confidence, ConfidenceInterval, Mean, Proportion, normal_interval, two_sided_normal,
};

const NAME: &str = "kpi_change";
const EXAMPLE: &str = "kpi_change(csat_parts(score) FILTER (WHERE NOT is_new), csat_parts(score) FILTER (WHERE is_new))";

/// The scalar function of two `_parts` of one KPI.
pub const KPI_CHANGE: ScalarJudgement = ScalarJudgement {
    function: JudgingFunction {
        name: NAME,
        arguments,
        least: 2,
        example: EXAMPLE,
        description: "The difference after − before of two _parts of one KPI, in its unit, with a 95 % interval and the \
                      probability of a difference at least as large if nothing had changed, as a STRUCT: difference, \
                      ci_low, ci_high, p_value. Percentages of counted things: Newcombe's interval and the pooled z \
                      test; means: Welch; net scores: the normal approximation. Without an honest interval those \
                      fields are NULL. SET kpi.confidence changes the 95.",
        sql: "-- Did the share of content customers move?\n\
              SELECT kpi_change(csat_parts(score) FILTER (WHERE NOT is_new), csat_parts(score) FILTER (WHERE is_new))\n\
              FROM (VALUES (4, false), (2, false), (5, true), (4, true)) AS answers(score, is_new)",
        follows_confidence: true,
        return_type,
        check_literals: any_literals,
    },
    judge,
};

/// What became of a KPI. What cannot be said honestly is `None`.
#[derive(Debug, Default, Clone, Copy)]
pub struct ValueChange {
    /// After − before.
    pub difference: Option<f64>,
    /// Where it may lie.
    pub interval: Option<ConfidenceInterval>,
    /// How likely one at least as large is if nothing has changed.
    pub p_value: Option<f64>,
}

fn arguments() -> Vec<Argument> {
    let parts = |name, meaning| Argument {
        name,
        shown: parts_array::data_type(),
        meaning,
    };
    vec![
        parts(
            "before",
            "the parts of a KPI, as a function such as csat_parts gives them",
        ),
        parts("after", "the parts of the same KPI for other rows"),
    ]
}

fn return_type(calls: &Calls, types: &[DataType]) -> Result<DataType> {
    check_parts(calls, types, 0)?;
    check_parts(calls, types, 1)?;
    Ok(DataType::Struct(fields()))
}

fn judge(columns: &[ArrayRef], confidence: Confidence) -> Result<ArrayRef> {
    let sides = as_parts(&columns[0])?
        .into_iter()
        .zip(as_parts(&columns[1])?);
    let changes = sides.map(|(before, after)| match (before, after) {
        (Some(before), Some(after)) => change(before, after, confidence).map(Some),
        _ => Ok(None),
    });
    Ok(array(&changes.collect::<Result<Vec<_>>>()?))
}

fn fields() -> Fields {
    ["difference", "ci_low", "ci_high", "p_value"]
        .map(|name| Field::new(name, DataType::Float64, true))
        .into_iter()
        .collect()
}

fn array(changes: &[Option<ValueChange>]) -> ArrayRef {
    if changes.is_empty() {
        return new_null_array(&DataType::Struct(fields()), 0);
    }
    let column = |number: fn(&ValueChange) -> Option<f64>| {
        let numbers = changes.iter().map(|change| number(change.as_ref()?));
        Arc::new(Float64Array::from_iter(numbers)) as ArrayRef
    };
    let columns = vec![
        column(|change| change.difference),
        column(|change| Some(change.interval?.low)),
        column(|change| Some(change.interval?.high)),
        column(|change| change.p_value),
    ];
    let nulls: NullBuffer = changes.iter().map(Option::is_some).collect();
    Arc::new(StructArray::new(fields(), columns, Some(nulls)))
}

fn change(
    before: (String, Parts),
    after: (String, Parts),
    confidence: Confidence,
) -> Result<ValueChange> {
    let ((before_kpi, before), (after_kpi, after)) = (before, after);
    if before_kpi != after_kpi {
        return Err(DataFusionError::Execution(format!(
            "{NAME}: both arguments must be parts of one KPI; got {before_kpi} and {after_kpi}. Example: {EXAMPLE}"
        )));
    }
    let kpi = kpi_of(NAME, &before_kpi)?;
    Ok(compared(kpi, &before, &after, confidence))
}

/// What became of a KPI from one side to the other.
pub fn compared(kpi: &Kpi, before: &Parts, after: &Parts, confidence: Confidence) -> ValueChange {
    let (Some(from), Some(to)) = (before.value, after.value) else {
        return ValueChange::default();
    };
    // All forms of a KPI are of one kind.
    let sure = match kpi.forms[0].interval_method() {
        IntervalMethod::Wilson => proportions(before, after, confidence),
        IntervalMethod::StudentT => means(before, after, confidence),
        IntervalMethod::Normal => net_scores(before, after, confidence),
        IntervalMethod::Newcombe | IntervalMethod::None => None,
    };
    ValueChange {
        difference: Some(to - from),
        interval: sure.map(|(interval, _)| interval),
        p_value: sure.map(|(_, p_value)| p_value),
    }
}

fn proportions(
    before: &Parts,
    after: &Parts,
    confidence: Confidence,
) -> Option<(ConfidenceInterval, f64)> {
    let proportion = |parts: &Parts| {
        let (successes, n) = (parts.numerator?, parts.denominator?);
        // A STRUCT may come from anywhere.
        let is_share = n > 0.0 && (0.0..=n).contains(&successes);
        is_share.then_some(Proportion { successes, n })
    };
    let (before, after) = (proportion(before)?, proportion(after)?);
    let ConfidenceInterval { low, high } = after.newcombe(before, confidence);
    let interval = ConfidenceInterval {
        low: 100.0 * low,
        high: 100.0 * high,
    };
    Some((interval, after.pooled_z_test(before)))
}

fn means(
    before: &Parts,
    after: &Parts,
    confidence: Confidence,
) -> Option<(ConfidenceInterval, f64)> {
    let mean = |parts: &Parts| {
        let mean = Mean {
            mean: parts.value?,
            std_error: parts.std_error?,
            n: parts.denominator?,
        };
        (mean.n >= 2.0 && mean.std_error >= 0.0).then_some(mean)
    };
    mean(after)?.welch(mean(before)?, confidence)
}

/// Where all scores of a side are of one kind, it has no interval, and so the difference has none.
fn net_scores(
    before: &Parts,
    after: &Parts,
    confidence: Confidence,
) -> Option<(ConfidenceInterval, f64)> {
    let varying = |parts: &Parts| parts.std_error.filter(|std_error| *std_error > 0.0);
    let std_error = varying(before)?.hypot(varying(after)?);
    let difference = Some(after.value? - before.value?).filter(|points| points.is_finite())?;
    Some((
        normal_interval(difference, std_error, confidence).within(-200.0, 200.0),
        two_sided_normal(difference / std_error),
    ))
}

#[cfg(test)]
mod tests {
    /// Parts do not tell which form they are of.
    #[test]
    fn all_forms_of_a_kpi_are_of_one_kind() {
        for kpi in crate::kpi::all() {
            for form in kpi.forms {
                assert_eq!(
                    form.interval_method(),
                    kpi.forms[0].interval_method(),
                    "{}",
                    kpi.signature(form)
                );
            }
        }
    }
}
