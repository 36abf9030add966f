//! `customers_needed` and `detectable_change`: how many customers a test of two groups needs.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array, Int64Array};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::error::{DataFusionError, Result};

use super::arguments::{self, check_number};
use super::judging_function::{JudgingFunction, ScalarJudgement};
use super::lists::as_numbers;
use crate::engine::call_docs::{ArgumentList, Calls};
use crate::statistics::{Confidence, TestPlan, detectable_change, sample_size};

/// A question about a test, and calls that ask it.
#[derive(Debug)]
struct PlanningQuestion {
    function: &'static str,
    example: &'static str,
    with_power: &'static str,
    asked: fn(f64, f64, TestPlan) -> Result<Option<f64>>,
}

const NEEDED: PlanningQuestion = PlanningQuestion {
    function: "customers_needed",
    example: "customers_needed(20, 2)",
    with_power: "customers_needed(20, 2, 80)",
    asked: needed,
};

const DETECTABLE: PlanningQuestion = PlanningQuestion {
    function: "detectable_change",
    example: "detectable_change(20, 6510)",
    with_power: "detectable_change(20, 6510, 80)",
    asked: detectable,
};

/// The power of a test for which nobody has asked for another, in percent.
const USUAL_POWER: f64 = 80.0;

/// How many customers each group needs.
pub const CUSTOMERS_NEEDED: ScalarJudgement = ScalarJudgement {
    function: JudgingFunction {
        name: NEEDED.function,
        arguments: || {
            arguments(
                "change",
                "the change to detect, in percentage points; below 0 for a fall",
            )
        },
        example: NEEDED.example,
        description: "The sample size of a test: how many customers each of two groups needs to detect a change of a \
            percentage, as BIGINT. The rate is in percent, the change in points; the test is two-sided at 95 %, and \
            the power, in percent, is the probability of detecting the change if it is real (80 if it is left out or \
            NULL). NULL gives NULL. SET kpi.confidence changes the 95. Source: Fleiss, Statistical Methods for Rates \
            and Proportions (1981), without a correction for continuity.",
        sql: "-- How many customers does it take to detect a rise from 20 % to 22 %?\n\
              SELECT customers_needed(20, 2)",
        follows_confidence: true,
        return_type: |calls, types| numbers_only(calls, types, DataType::Int64),
    },
    check_literals: |_, literals| NEEDED.check_written(literals),
    judge: |columns, confidence| {
        let found = NEEDED.answers(columns, confidence)?;
        Ok(Arc::new(Int64Array::from_iter(
            found.into_iter().map(|n| n.map(|n| n as i64)),
        )))
    },
};

/// The rise that so many customers show.
pub const DETECTABLE_CHANGE: ScalarJudgement = ScalarJudgement {
    function: JudgingFunction {
        name: DETECTABLE.function,
        arguments: || arguments("n", "how many customers each of the two groups has"),
        example: DETECTABLE.example,
        description: "The minimum detectable effect: the smallest rise of a percentage, in points, that a test with \
            two groups of n customers each detects; the inverse of customers_needed. A two-sided test at 95 %, with \
            the power in percent (80 if it is left out or NULL). NULL where no rise up to 100 % is large enough; \
            NULL gives NULL. SET kpi.confidence changes the 95. Source: Fleiss, Statistical Methods for Rates and \
            Proportions (1981), without a correction for continuity.",
        sql: "-- Which rise from 20 % can be detected with 6510 customers in each group?\n\
              SELECT detectable_change(20, 6510)",
        follows_confidence: true,
        return_type: |calls, types| numbers_only(calls, types, DataType::Float64),
    },
    check_literals: |_, literals| DETECTABLE.check_written(literals),
    judge: |columns, confidence| {
        let found = DETECTABLE.answers(columns, confidence)?;
        Ok(Arc::new(Float64Array::from(found)) as ArrayRef)
    },
};

fn arguments(second: &'static str, meaning: &'static str) -> Vec<ArgumentList> {
    let arguments = vec![
        arguments::number("rate", "the percentage as it is, above 0 and below 100"),
        arguments::number(second, meaning),
        arguments::number(
            "power",
            "the probability of detecting the change if it is real, in percent above 1 and below 100: 80, not 0.8",
        ),
    ];
    vec![ArgumentList {
        arguments,
        least: 2,
    }]
}

fn numbers_only(calls: &Calls, types: &[DataType], returned: DataType) -> Result<DataType> {
    for position in 0..types.len() {
        check_number(calls, types, position, "a number")?;
    }
    Ok(returned)
}

impl PlanningQuestion {
    /// The answer for each row.
    fn answers(&self, columns: &[ArrayRef], confidence: Confidence) -> Result<Vec<Option<f64>>> {
        let columns: Vec<_> = columns.iter().map(as_numbers).collect::<Result<_>>()?;
        let found = (0..columns[0].len()).map(|row| {
            let power = columns.get(2).and_then(|powers| powers[row]);
            match (columns[0][row], columns[1][row]) {
                (Some(rate), Some(second)) => {
                    self.check_rate(rate)?;
                    let power = self.power(power.unwrap_or(USUAL_POWER))?;
                    (self.asked)(rate, second, TestPlan { confidence, power })
                }
                _ => Ok(None),
            }
        });
        found.collect()
    }

    /// A power in percent as a share. Nobody plans a test that finds a change once in a hundred times: what is not above 1 was
    /// meant as a share, and so, perhaps, were the rate and the change beside it, of which nothing shows that.
    fn power(&self, percent: f64) -> Result<f64> {
        if percent > 1.0 && percent < 100.0 {
            return Ok(percent / 100.0);
        }
        let as_share = match percent > 0.0 && percent <= 1.0 {
            true => "; 80 % is 80, not 0.8, and rate and change are in percent as well",
            false => "",
        };
        Err(DataFusionError::Plan(format!(
            "{}: argument 3 must be a power in percent, above 1 and below 100; got {percent}{as_share}. Example: {}",
            self.function, self.with_power
        )))
    }

    fn check_rate(&self, rate: f64) -> Result<()> {
        match rate > 0.0 && rate < 100.0 {
            true => Ok(()),
            false => Err(DataFusionError::Plan(format!(
                "{}: argument 1 must be a rate in percent, above 0 and below 100; got {rate}. Example: {}",
                self.function, self.example
            ))),
        }
    }

    /// A call in which all is written out is tried at once.
    fn check_written(&self, literals: &[Option<&ScalarValue>]) -> Result<()> {
        let columns = literals
            .iter()
            .map(|value| value.map(ScalarValue::to_array));
        let Some(columns) = columns.collect::<Option<Vec<_>>>() else {
            return Ok(());
        };
        let columns = columns.into_iter().collect::<Result<Vec<_>>>()?;
        self.answers(&columns, Confidence::default()).map(|_| ())
    }
}

fn needed(rate: f64, change: f64, planned: TestPlan) -> Result<Option<f64>> {
    let to = rate + change;
    if change == 0.0 || !(0.0..=100.0).contains(&to) {
        return Err(DataFusionError::Plan(format!(
            "{}: argument 2 must be a change, other than 0, to a percentage from 0 to 100; got {change} from {rate}. Example: {}",
            NEEDED.function, NEEDED.example
        )));
    }
    let n = sample_size(rate / 100.0, to / 100.0, planned);
    // A whole number that a rounding has lifted is that number.
    let n = (n - 1e-9 * n.max(1.0)).ceil();
    if n > i64::MAX as f64 {
        return Err(DataFusionError::Execution(format!(
            "{}: a change by {change} points takes more customers than BIGINT can say",
            NEEDED.function
        )));
    }
    Ok(Some(n))
}

fn detectable(rate: f64, n: f64, planned: TestPlan) -> Result<Option<f64>> {
    if n.is_nan() || n <= 0.0 {
        return Err(DataFusionError::Plan(format!(
            "{}: argument 2 must be a number of customers above 0; got {n}. Example: {}",
            DETECTABLE.function, DETECTABLE.example
        )));
    }
    Ok(detectable_change(rate / 100.0, n, planned).map(|rise| 100.0 * rise))
}
