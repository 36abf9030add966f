//! `kpi_change`: did a KPI move, or is it noise?

use datafusion::arrow::array::{ArrayRef, AsArray, Float64Array, StructArray, new_null_array};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::datatypes::{DataType, Field, Fields};
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDFImpl, Signature,
};
use std::sync::Arc;

use crate::engine::call_docs::{Argument, Calls, JUDGED};
use crate::engine::parts_array;
use crate::fold::facts::interval::IntervalMethod;
use crate::fold::value::parts::Parts;
use crate::statistics::{ConfidenceInterval, Mean, Proportion, normal_interval, two_sided_normal};

const NAME: &str = "kpi_change";
const EXAMPLE: &str = "kpi_change(csat_parts(score) FILTER (WHERE NOT is_new), csat_parts(score) FILTER (WHERE is_new))";

/// The scalar function of two `_parts` of one KPI.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct KpiChange {
    signature: Signature,
    documentation: Documentation,
}

/// What became of a KPI. What cannot be said honestly is `None`.
#[derive(Debug, Default, Clone, Copy)]
struct ValueChange {
    difference: Option<f64>,
    interval: Option<ConfidenceInterval>,
    p_value: Option<f64>,
}

impl KpiChange {
    /// The function.
    pub fn new() -> Self {
        let calls = calls();
        KpiChange {
            signature: calls.signature(),
            documentation: calls.documentation(
                JUDGED,
                "The difference after − before of two _parts of one KPI, in its unit, with a 95 % interval and the \
                 probability of a difference at least as large if nothing had changed, as a STRUCT: difference, \
                 ci_low, ci_high, p_value. Percentages of counted things: Newcombe's interval and the pooled z \
                 test; means: Welch; net scores: the normal approximation. Without an honest interval those \
                 fields are NULL.",
                &format!(
                    "-- Did the share of content customers move?\n\
                     SELECT {EXAMPLE}\n\
                     FROM (VALUES (4, false), (2, false), (5, true), (4, true)) AS answers(score, is_new);"
                ),
            ),
        }
    }
}

fn calls() -> Calls {
    let parts = |name, meaning| Argument {
        name,
        shown: parts_array::data_type(),
        meaning,
    };
    Calls {
        function: NAME,
        arguments: vec![
            parts(
                "before",
                "the parts of a KPI, as a function such as csat_parts gives them",
            ),
            parts("after", "the parts of the same KPI for other rows"),
        ],
        least: 2,
        example: EXAMPLE.to_string(),
    }
}

impl Default for KpiChange {
    fn default() -> Self {
        KpiChange::new()
    }
}

impl ScalarUDFImpl for KpiChange {
    fn name(&self) -> &str {
        NAME
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        let calls = calls();
        calls.check_count(arg_types)?;
        for (position, data_type) in arg_types.iter().enumerate() {
            if *data_type != DataType::Null && !parts_array::are_parts(data_type) {
                return Err(calls.wrong_argument(
                    position,
                    "the STRUCT that a _parts function gives",
                    data_type,
                ));
            }
        }
        Ok(DataType::Struct(fields()))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let rows = args.number_rows;
        let sides = [&args.args[0], &args.args[1]].map(|side| {
            let side = side.to_array(rows)?;
            match side.as_struct_opt() {
                Some(side) => parts_array::read(side),
                None => Ok(vec![None; rows]),
            }
        });
        let [before, after] = sides;
        let changes = before?
            .into_iter()
            .zip(after?)
            .map(|(before, after)| match (before, after) {
                (Some(before), Some(after)) => change(before, after).map(Some),
                _ => Ok(None),
            })
            .collect::<Result<Vec<_>>>()?;
        Ok(ColumnarValue::Array(array(&changes)))
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
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

fn change(before: (String, Parts), after: (String, Parts)) -> Result<ValueChange> {
    let ((before_kpi, before), (after_kpi, after)) = (before, after);
    if before_kpi != after_kpi {
        return Err(DataFusionError::Execution(format!(
            "{NAME}: both arguments must be parts of one KPI; got {before_kpi} and {after_kpi}. Example: {EXAMPLE}"
        )));
    }
    let kpi = crate::kpi::find(&before_kpi).ok_or_else(|| {
        DataFusionError::Execution(format!(
            "{NAME}: there is no KPI {before_kpi:?}; SELECT name FROM kpi_catalog() lists them"
        ))
    })?;
    let (Some(from), Some(to)) = (before.value, after.value) else {
        return Ok(ValueChange::default());
    };
    // All forms of a KPI are of one kind.
    let sure = match kpi.forms[0].interval_method() {
        IntervalMethod::Wilson => proportions(&before, &after),
        IntervalMethod::StudentT => means(&before, &after),
        IntervalMethod::Normal => net_scores(&before, &after),
        IntervalMethod::Newcombe | IntervalMethod::None => None,
    };
    Ok(ValueChange {
        difference: Some(to - from),
        interval: sure.map(|(interval, _)| interval),
        p_value: sure.map(|(_, p_value)| p_value),
    })
}

fn proportions(before: &Parts, after: &Parts) -> Option<(ConfidenceInterval, f64)> {
    let proportion = |parts: &Parts| {
        let (successes, n) = (parts.numerator?, parts.denominator?);
        // A STRUCT may come from anywhere.
        let is_share = n > 0.0 && (0.0..=n).contains(&successes);
        is_share.then_some(Proportion { successes, n })
    };
    let (before, after) = (proportion(before)?, proportion(after)?);
    let ConfidenceInterval { low, high } = after.newcombe(before);
    let interval = ConfidenceInterval {
        low: 100.0 * low,
        high: 100.0 * high,
    };
    Some((interval, after.pooled_z_test(before)))
}

fn means(before: &Parts, after: &Parts) -> Option<(ConfidenceInterval, f64)> {
    let mean = |parts: &Parts| {
        let mean = Mean {
            mean: parts.value?,
            std_error: parts.std_error?,
            n: parts.denominator?,
        };
        (mean.n >= 2.0 && mean.std_error >= 0.0).then_some(mean)
    };
    mean(after)?.welch(mean(before)?)
}

/// Where all scores of a side are of one kind, it has no interval, and so the difference has none.
fn net_scores(before: &Parts, after: &Parts) -> Option<(ConfidenceInterval, f64)> {
    let varying = |parts: &Parts| parts.std_error.filter(|std_error| *std_error > 0.0);
    let std_error = varying(before)?.hypot(varying(after)?);
    let difference = Some(after.value? - before.value?).filter(|points| points.is_finite())?;
    Some((
        normal_interval(difference, std_error).within(-200.0, 200.0),
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
