//! `customers_needed` and `detectable_change`: how many customers a test of two groups needs.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array, Int64Array};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::error::{DataFusionError, Result};

use super::judging_function::{JudgingFunction, ScalarJudgement};
use super::lists::as_numbers;
use crate::engine::call_docs::{Argument, Calls};
use crate::statistics::{Confidence, TestPlan, detectable_change, sample_size};

const NEEDED: &str = "customers_needed(20, 2)";
const DETECTABLE: &str = "detectable_change(20, 6510)";

/// How many customers each group needs.
pub const CUSTOMERS_NEEDED: ScalarJudgement = ScalarJudgement {
    function: JudgingFunction {
        name: "customers_needed",
        arguments: || {
            arguments(
                "change",
                "the change that is to be found, in percentage points; below 0 for a fall",
            )
        },
        least: 2,
        example: NEEDED,
        description: "How many customers each of two groups needs, so that a change of a percentage is found, as BIGINT: rate and \
                      change in percent and points, with a two-sided test at 95 % and the power, in percent, with which it is found if it is there \
                      (80 if it is left out or NULL). NULL gives NULL. SET kpi.confidence changes the 95. Source: Fleiss, Statistical Methods for Rates and Proportions \
                      (1981), without a correction for continuity.",
        sql: "-- How many customers show a rise from 20 % to 22 %?\n\
              SELECT customers_needed(20, 2)",
        follows_confidence: true,
        return_type: |calls, types| numbers_only(calls, types, DataType::Int64),
        check_literals: |_, literals| check_needed(literals),
    },
    judge: |columns, confidence| {
        let found = each(columns, confidence, needed)?;
        Ok(Arc::new(Int64Array::from_iter(
            found.into_iter().map(|n| n.map(|n| n as i64)),
        )))
    },
};

/// The rise that so many customers show.
pub const DETECTABLE_CHANGE: ScalarJudgement = ScalarJudgement {
    function: JudgingFunction {
        name: "detectable_change",
        arguments: || arguments("n", "how many customers each of the two groups has"),
        least: 2,
        example: DETECTABLE,
        description: "The smallest rise of a percentage, in points, that two groups of n customers each show: what customers_needed asks so \
                      many for. A two-sided test at 95 %, with the power in percent (80 if it is left out or NULL). NULL where no rise up to 100 % is \
                      large enough; NULL gives NULL. SET kpi.confidence changes the 95. Source: Fleiss, Statistical Methods for Rates and Proportions (1981), without a \
                      correction for continuity.",
        sql: "-- Which rise from 20 % do 6510 customers a group show?\n\
              SELECT detectable_change(20, 6510)",
        follows_confidence: true,
        return_type: |calls, types| numbers_only(calls, types, DataType::Float64),
        check_literals: |_, literals| check_detectable(literals),
    },
    judge: |columns, confidence| {
        let found = each(columns, confidence, detectable)?;
        Ok(Arc::new(Float64Array::from(found)) as ArrayRef)
    },
};

fn arguments(second: &'static str, meaning: &'static str) -> Vec<Argument> {
    let number = |name, meaning| Argument {
        name,
        shown: DataType::Float64,
        meaning,
    };
    vec![
        number("rate", "the percentage as it is, above 0 and below 100"),
        number(second, meaning),
        number(
            "power",
            "how often the change is to be found if it is there, in percent above 0 and below 100; what is not above 1 is a share, so 0.8 is 80",
        ),
    ]
}

fn numbers_only(calls: &Calls, types: &[DataType], returned: DataType) -> Result<DataType> {
    let wrong = types
        .iter()
        .position(|t| !t.is_numeric() && *t != DataType::Null);
    match wrong {
        Some(position) => Err(calls.wrong_argument(position, "a number", &types[position])),
        None => Ok(returned),
    }
}

type Asked = fn(f64, f64, TestPlan) -> Result<Option<f64>>;

fn each(columns: &[ArrayRef], confidence: Confidence, asked: Asked) -> Result<Vec<Option<f64>>> {
    let columns: Vec<_> = columns.iter().map(as_numbers).collect::<Result<_>>()?;
    let found = (0..columns[0].len()).map(|row| {
        let power = columns
            .get(2)
            .and_then(|powers| powers[row])
            .unwrap_or(80.0);
        // Nobody plans a test that finds a change once in a hundred times: 0.8 is 80 %.
        let power = if power > 1.0 { power / 100.0 } else { power };
        match (columns[0][row], columns[1][row]) {
            (Some(rate), Some(second)) => asked(rate, second, TestPlan { confidence, power }),
            _ => Ok(None),
        }
    });
    found.collect()
}

fn needed(rate: f64, change: f64, planned: TestPlan) -> Result<Option<f64>> {
    check_rate("customers_needed", rate, planned, NEEDED)?;
    let to = rate + change;
    if change == 0.0 || !(0.0..=100.0).contains(&to) {
        return Err(DataFusionError::Plan(format!(
            "customers_needed: argument 2 must be a change, other than 0, to a percentage from 0 to 100; got {change} from {rate}. Example: {NEEDED}"
        )));
    }
    let n = sample_size(rate / 100.0, to / 100.0, planned);
    // A whole number that a rounding has lifted is that number.
    let n = (n - 1e-9 * n.max(1.0)).ceil();
    if n > i64::MAX as f64 {
        return Err(DataFusionError::Execution(format!(
            "customers_needed: a change by {change} points takes more customers than BIGINT can say"
        )));
    }
    Ok(Some(n))
}

fn detectable(rate: f64, n: f64, planned: TestPlan) -> Result<Option<f64>> {
    check_rate("detectable_change", rate, planned, DETECTABLE)?;
    if n.is_nan() || n <= 0.0 {
        return Err(DataFusionError::Plan(format!(
            "detectable_change: argument 2 must be a number of customers above 0; got {n}. Example: {DETECTABLE}"
        )));
    }
    Ok(detectable_change(rate / 100.0, n, planned).map(|rise| 100.0 * rise))
}

fn check_rate(function: &str, rate: f64, planned: TestPlan, example: &str) -> Result<()> {
    let wrong = |position: usize, name: &str, got: f64| {
        Err(DataFusionError::Plan(format!(
            "{function}: argument {position} must be a {name} in percent, above 0 and below 100; got {got}. Example: {example}"
        )))
    };
    let is_inside = |percent: f64| percent > 0.0 && percent < 100.0;
    if !is_inside(rate) {
        return wrong(1, "rate", rate);
    }
    if !is_inside(100.0 * planned.power) {
        return wrong(3, "power", 100.0 * planned.power);
    }
    Ok(())
}

fn check_needed(literals: &[Option<&ScalarValue>]) -> Result<()> {
    check_written(literals, needed)
}

fn check_detectable(literals: &[Option<&ScalarValue>]) -> Result<()> {
    check_written(literals, detectable)
}

/// A call in which all is written out is tried at once.
fn check_written(literals: &[Option<&ScalarValue>], asked: Asked) -> Result<()> {
    let columns = literals
        .iter()
        .map(|value| value.map(ScalarValue::to_array));
    let Some(columns) = columns.collect::<Option<Vec<_>>>() else {
        return Ok(());
    };
    let columns = columns.into_iter().collect::<Result<Vec<_>>>()?;
    each(&columns, Confidence::default(), asked).map(|_| ())
}
