//! `kpi_guard`: no value where too few were counted.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::error::{DataFusionError, Result};

use super::arguments::{self, PARTS_OF_A_KPI, check_number, check_parts};
use super::judging_function::{JudgingFunction, ScalarJudgement};
use super::lists::{as_numbers, as_parts};
use super::value_kind::{ValueKind, kpi_of};
use crate::engine::call_docs::{Argument, ArgumentList, Calls};
use crate::fold::value::parts::Parts;
use crate::statistics::Confidence;

const NAME: &str = "kpi_guard";
const EXAMPLE: &str = "kpi_guard(csat_parts(score), 30)";

/// The scalar function of parts and a number.
pub const KPI_GUARD: ScalarJudgement = ScalarJudgement {
    function: JudgingFunction {
        name: NAME,
        arguments,
        example: EXAMPLE,
        description: "The value of a KPI, in its unit, from its _parts; NULL where fewer than min_n things were counted (the denominator of \
                      the parts: customers, orders, answers). A KPI that is divided by a sum, or by nothing, counts no things, and is \
                      an error. NULL parts and a NULL min_n give NULL.",
        sql: "-- How satisfied are customers, where at least three answered?\n\
              SELECT kpi_guard(csat_parts(score), 3)\n\
              FROM (VALUES (5), (4), (2), (5)) AS answers(score)",
        follows_confidence: false,
        return_type,
    },
    check_literals,
    judge,
};

fn arguments() -> Vec<ArgumentList> {
    let min_n = Argument {
        name: "min_n",
        shown: DataType::Int64,
        meaning: "how many things are to be counted at least, a number of at least 0",
    };
    vec![ArgumentList {
        arguments: vec![arguments::parts("parts", PARTS_OF_A_KPI), min_n],
        least: 2,
    }]
}

fn return_type(calls: &Calls, types: &[DataType]) -> Result<DataType> {
    check_parts(calls, types, 0)?;
    check_number(calls, types, 1, "a number of at least 0")?;
    Ok(DataType::Float64)
}

fn check_literals(_: &Calls, literals: &[Option<&ScalarValue>]) -> Result<()> {
    let number = literals[1].and_then(|value| value.cast_to(&DataType::Float64).ok());
    match number {
        Some(ScalarValue::Float64(Some(number))) => check(number),
        _ => Ok(()),
    }
}

fn check(min_n: f64) -> Result<()> {
    match min_n >= 0.0 {
        true => Ok(()),
        false => Err(DataFusionError::Plan(format!(
            "{NAME}: argument 2 must be a number of at least 0; got {min_n}. Example: {EXAMPLE}"
        ))),
    }
}

fn judge(columns: &[ArrayRef], _: Confidence) -> Result<ArrayRef> {
    let (parts, least) = (as_parts(&columns[0])?, as_numbers(&columns[1])?);
    let values = parts.into_iter().zip(least).map(|(parts, least)| {
        if let Some(least) = least {
            check(least)?;
        }
        match (parts, least) {
            (Some((kpi, parts)), Some(least)) => guarded(&kpi, &parts, least),
            _ => Ok(None),
        }
    });
    Ok(Arc::new(values.collect::<Result<Float64Array>>()?))
}

fn guarded(kpi: &str, parts: &Parts, least: f64) -> Result<Option<f64>> {
    let kind = ValueKind::of(kpi_of(NAME, kpi)?);
    if !kind.counts() {
        return Err(DataFusionError::Execution(format!(
            "{NAME}: {kpi} is {}, and is not divided by a number of things; its rows are counted in any case. Example: CASE WHEN \
             parts['rows'] - parts['rows_ignored'] >= {least} THEN parts['value'] END",
            kind.words()
        )));
    }
    Ok(parts
        .value
        .filter(|_| parts.denominator.is_some_and(|n| n >= least)))
}
