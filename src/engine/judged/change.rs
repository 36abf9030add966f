//! `kpi_change`: did a KPI move, or is it noise?

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, StructArray};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::datatypes::{DataType, Fields};
use datafusion::error::Result;

use super::arguments::{self, PARTS_OF_A_KPI, check_parts};
use super::judging_function::{JudgingFunction, ScalarJudgement, any_literals};
use super::lists::{as_parts, fields, numbers};
use super::value_kind::one_kpi;
use crate::define::Kpi;
use crate::engine::call_docs::{ArgumentList, Calls};
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
        example: EXAMPLE,
        description: "The difference after − before of two _parts of one KPI, in its unit, with a 95 % interval and \
                      the probability of a difference at least as large if nothing had changed, as a STRUCT: \
                      difference, ci_low, ci_high, p_value. Percentages of counted things: Newcombe's interval and \
                      the pooled z test; means: Welch; net scores: the normal approximation. Where no interval is \
                      valid, those fields are NULL. SET kpi.confidence changes the 95.",
        sql: "-- Did the share of satisfied customers change?\n\
              SELECT kpi_change(csat_parts(score) FILTER (WHERE NOT is_new), csat_parts(score) FILTER (WHERE is_new))\n\
              FROM (VALUES (4, false), (2, false), (5, true), (4, true)) AS answers(score, is_new)",
        follows_confidence: true,
        return_type,
    },
    check_literals: any_literals,
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

fn arguments() -> Vec<ArgumentList> {
    let arguments = vec![
        arguments::parts("before", PARTS_OF_A_KPI),
        arguments::parts("after", "the parts of the same KPI for other rows"),
    ];
    vec![ArgumentList {
        arguments,
        least: 2,
    }]
}

fn return_type(calls: &Calls, types: &[DataType]) -> Result<DataType> {
    check_parts(calls, types, 0)?;
    check_parts(calls, types, 1)?;
    Ok(DataType::Struct(compared_fields()))
}

fn compared_fields() -> Fields {
    fields(&["difference", "ci_low", "ci_high", "p_value"].map(|name| (name, DataType::Float64)))
}

fn judge(columns: &[ArrayRef], confidence: Confidence) -> Result<ArrayRef> {
    let sides = as_parts(&columns[0])?
        .into_iter()
        .zip(as_parts(&columns[1])?);
    let changes = sides.map(|sides| {
        let (Some((one, before)), Some((other, after))) = sides else {
            return Ok(None);
        };
        let kpi = one_kpi(NAME, [one.as_str(), other.as_str()].into_iter(), EXAMPLE)?;
        Ok(kpi.map(|kpi| compared(kpi, &before, &after, confidence)))
    });
    let changes: Vec<Option<ValueChange>> = changes.collect::<Result<_>>()?;
    let number = |number: fn(&ValueChange) -> Option<f64>| {
        numbers(&changes, |change| number(change.as_ref()?))
    };
    let columns = vec![
        number(|change| change.difference),
        number(|change| Some(change.interval?.low)),
        number(|change| Some(change.interval?.high)),
        number(|change| change.p_value),
    ];
    let nulls: NullBuffer = changes.iter().map(Option::is_some).collect();
    let changes =
        StructArray::try_new_with_length(compared_fields(), columns, Some(nulls), changes.len())?;
    Ok(Arc::new(changes))
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
