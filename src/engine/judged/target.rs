//! `kpi_target`: is a goal reached?

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, StringArray, StructArray};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::datatypes::{DataType, Fields};
use datafusion::error::Result;

use super::arguments::{self, PARTS_OF_A_KPI, check_number, check_parts};
use super::judging_function::{JudgingFunction, ScalarJudgement, any_literals};
use super::lists::{as_numbers, as_parts, fields, numbers};
use super::value_kind::kpi_of;
use crate::define::{Direction, Kpi};
use crate::engine::call_docs::{ArgumentList, Calls};
use crate::fold::facts::interval::IntervalMethod;
use crate::fold::value::parts::Parts;
use crate::statistics::Confidence;

const NAME: &str = "kpi_target";
const EXAMPLE: &str = "kpi_target(csat_parts(score), 80)";

/// The verdict where the interval is on both sides of the target, or too little is known for an interval.
const UNSURE: &str = "too close to tell";

/// The scalar function of parts and a goal.
pub const KPI_TARGET: ScalarJudgement = ScalarJudgement {
    function: JudgingFunction {
        name: NAME,
        arguments,
        example: EXAMPLE,
        description: "A KPI against its target, from its _parts, as a STRUCT: value, target, gap (value − target), \
                      attainment (100 × value ÷ target), progress (100 × (value − baseline) ÷ (target − baseline)), \
                      verdict. The verdict follows from the direction of the KPI and the interval of the parts: \
                      'reached' if all of it is on the good side of the target, 'missed' if none is, else 'too close \
                      to tell'. It is also 'too close to tell' where the KPI has an interval but these parts have \
                      none, as with one customer or without variation. For a KPI that never has an interval, such as \
                      a median or a total, the verdict is based on the value alone. It is NULL for a KPI without a \
                      better direction. NULL parts give NULL; without a value or a target there is no gap and no \
                      verdict; where a divisor is 0, the percentage is NULL.",
        sql: "-- Is the goal of 60 % satisfied customers reached, from 40 % last year?\n\
              SELECT kpi_target(csat_parts(score), 60, 40)\n\
              FROM (VALUES (5), (4), (2), (5)) AS answers(score)",
        follows_confidence: false,
        return_type,
    },
    check_literals: any_literals,
    judge,
};

fn arguments() -> Vec<ArgumentList> {
    let arguments = vec![
        arguments::parts("parts", PARTS_OF_A_KPI),
        arguments::number("target", "the goal, a number in the unit of the KPI"),
        arguments::number(
            "baseline",
            "where the way to the goal began, in the same unit",
        ),
    ];
    vec![ArgumentList {
        arguments,
        least: 2,
    }]
}

fn judged() -> Fields {
    let number = |name| (name, DataType::Float64);
    fields(&[
        number("value"),
        number("target"),
        number("gap"),
        number("attainment"),
        number("progress"),
        ("verdict", DataType::Utf8),
    ])
}

fn return_type(calls: &Calls, types: &[DataType]) -> Result<DataType> {
    check_parts(calls, types, 0)?;
    for position in 1..types.len() {
        check_number(calls, types, position, "a number in the unit of the KPI")?;
    }
    Ok(DataType::Struct(judged()))
}

/// A KPI beside its target; what the values do not tell is `None`.
#[derive(Debug, Default, Clone, Copy)]
pub struct Aim {
    /// What it is.
    pub value: Option<f64>,
    /// What it is to be.
    pub target: Option<f64>,
    /// The value − the target.
    pub gap: Option<f64>,
    /// The value in percent of the target.
    pub attainment: Option<f64>,
    /// How much of the way from the baseline to the target is done, in percent.
    pub progress: Option<f64>,
    /// Whether the target is reached, as far as the interval of the value tells.
    pub verdict: Option<&'static str>,
}

fn judge(columns: &[ArrayRef], _: Confidence) -> Result<ArrayRef> {
    let parts = as_parts(&columns[0])?;
    let targets = as_numbers(&columns[1])?;
    let baselines = columns.get(2).map(as_numbers).transpose()?;
    let mut aims = Vec::with_capacity(parts.len());
    for (row, parts) in parts.into_iter().enumerate() {
        let baseline = baselines.as_ref().and_then(|baselines| baselines[row]);
        aims.push(match parts {
            Some((kpi, parts)) => {
                let kpi = kpi_of(NAME, &kpi)?;
                Some(aim(kpi, &parts, targets[row], baseline))
            }
            None => None,
        });
    }
    let number = |number: fn(&Aim) -> Option<f64>| numbers(&aims, |aim| number(aim.as_ref()?));
    let verdicts = aims.iter().map(|aim| aim.as_ref()?.verdict);
    let columns = vec![
        number(|aim| aim.value),
        number(|aim| aim.target),
        number(|aim| aim.gap),
        number(|aim| aim.attainment),
        number(|aim| aim.progress),
        Arc::new(StringArray::from_iter(verdicts)),
    ];
    let nulls: NullBuffer = aims.iter().map(Option::is_some).collect();
    let aims = StructArray::try_new_with_length(judged(), columns, Some(nulls), aims.len())?;
    Ok(Arc::new(aims))
}

/// Compares parts with a target, and where there is one with a baseline.
pub fn aim(kpi: &Kpi, parts: &Parts, target: Option<f64>, baseline: Option<f64>) -> Aim {
    // All forms of a KPI are of one kind.
    let has_interval = kpi.forms[0].interval_method() != IntervalMethod::None;
    compared(kpi, (parts, has_interval), target, baseline)
}

/// The same of what is known of a value that came without its parts: nobody has asked for an interval, and where none is known the
/// value alone tells.
#[cfg(feature = "cli")]
pub fn aim_of_value(kpi: &Kpi, known: &Parts, target: Option<f64>, baseline: Option<f64>) -> Aim {
    compared(kpi, (known, false), target, baseline)
}

fn compared(
    kpi: &Kpi,
    (parts, has_interval): (&Parts, bool),
    target: Option<f64>,
    baseline: Option<f64>,
) -> Aim {
    let value = parts.value.filter(|value| !value.is_nan());
    let (Some(is), Some(goal)) = (value, target) else {
        return Aim {
            value,
            target,
            ..Aim::default()
        };
    };
    let share = |of: f64, all: f64| (all != 0.0).then(|| 100.0 * of / all);
    Aim {
        value,
        target,
        gap: Some(is - goal),
        attainment: share(is, goal),
        progress: baseline.and_then(|baseline| share(is - baseline, goal - baseline)),
        verdict: verdict(kpi, (parts, has_interval), is, goal),
    }
}

fn verdict(
    kpi: &Kpi,
    (parts, has_interval): (&Parts, bool),
    value: f64,
    target: f64,
) -> Option<&'static str> {
    let is_good = |number: f64| match kpi.direction {
        Direction::Higher => number >= target,
        Direction::Lower | Direction::Neither => number <= target,
    };
    if kpi.direction == Direction::Neither {
        return None;
    }
    let ends = match parts.ci_low.zip(parts.ci_high) {
        None if has_interval => return Some(UNSURE),
        None => (value, value),
        Some(ends) => ends,
    };
    Some(match (is_good(ends.0), is_good(ends.1)) {
        (true, true) => "reached",
        (false, false) => "missed",
        (true, false) | (false, true) => UNSURE,
    })
}
