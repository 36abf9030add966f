//! `p_chart`: does a percentage move more than counts of its size do?

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Int64Array, StringArray};
use datafusion::arrow::datatypes::{DataType, Fields};
use datafusion::error::{DataFusionError, Result};

use super::judging_function::{AggregateJudgement, JudgingFunction, any_literals};
use super::lists::{as_numbers, fields, list_of, numbers, one_list};
use super::points::{self, ChartPoints, check_times};
use crate::engine::call_docs::{Argument, Calls};
use crate::statistics::{Confidence, Limits, Proportion, Signal, moving_range_sigma, signals};

const NAME: &str = "p_chart";
const EXAMPLE: &str = "SELECT p_chart(month, parts['numerator'], parts['denominator']) FROM (SELECT date_trunc('month', at) AS month, \
                       churn_rate_parts(customer, is_churned) AS parts FROM t GROUP BY month)";

/// The aggregate of a time and two counts.
pub const P_CHART: AggregateJudgement = AggregateJudgement {
    function: JudgingFunction {
        name: NAME,
        arguments,
        least: 3,
        example: EXAMPLE,
        description: "A control chart of a percentage, as a list of STRUCTs by time: at_time, numerator, denominator, value (100 × numerator ÷ \
                      denominator), center, lower, upper, sigma_z, lower_adjusted, upper_adjusted, signal. The center is the percentage of all \
                      points, the limits 3 standard deviations of a count of that size to both sides, within 0 and 100. With thousands of \
                      customers a point these cry wolf, so the adjusted ones are sigma_z times as wide, as wide as neighbouring points \
                      differ (Laney's p′ chart), and the signal goes by them: 'above' or 'below' a limit, 'run above' or 'run below' from the eighth \
                      point in a row on one side of the center, else NULL. With baseline_until, center and sigma_z are made of \
                      the points up to then. Limits are no interval: kpi.confidence changes nothing. Rows of one time are added up; a \
                      NULL in them makes a row none; a point with denominator 0 has no value. With fewer than two points in the baseline there are no \
                      adjusted limits. Source: Laney, Improved Control Charts for Attributes (2002).",
        sql: "-- Is the churn of the last month out of the ordinary?\n\
              SELECT p_chart(month, churned, customers)\n\
              FROM (VALUES (1, 10, 100), (2, 12, 100), (3, 9, 100), (4, 11, 100), (5, 30, 100)) AS months(month, churned, customers)",
        follows_confidence: false,
        return_type,
        check_literals: any_literals,
    },
    judge,
};

fn arguments() -> Vec<Argument> {
    let count = |name, meaning| Argument {
        name,
        shown: DataType::Int64,
        meaning,
    };
    vec![
        points::time(),
        count("numerator", "how many have it, a whole number"),
        count("denominator", "how many there are, a whole number"),
        points::baseline_until(),
    ]
}

fn of_point(time: &DataType) -> Fields {
    let number = |name| (name, DataType::Float64);
    fields(&[
        ("at_time", time.clone()),
        ("numerator", DataType::Int64),
        ("denominator", DataType::Int64),
        number("value"),
        number("center"),
        number("lower"),
        number("upper"),
        number("sigma_z"),
        number("lower_adjusted"),
        number("upper_adjusted"),
        ("signal", DataType::Utf8),
    ])
}

fn return_type(calls: &Calls, types: &[DataType]) -> Result<DataType> {
    let time = check_times(calls, types, 3)?;
    for position in [1, 2] {
        if !types[position].is_numeric() && types[position] != DataType::Null {
            return Err(calls.wrong_argument(
                position,
                "a count, a whole number",
                &types[position],
            ));
        }
    }
    Ok(list_of(of_point(&time)))
}

/// Counts above this are not all whole numbers of a DOUBLE.
const LARGEST: f64 = 9_007_199_254_740_992.0;

fn judge(columns: &[ArrayRef], _: Confidence) -> Result<ArrayRef> {
    let (numerators, denominators) = (as_numbers(&columns[1])?, as_numbers(&columns[2])?);
    let points = ChartPoints::of(&columns[0], |row| {
        numerators[row].is_some() && denominators[row].is_some()
    })?;
    let counts = points.rows.iter().map(|rows| {
        let sum = |counts: &[Option<f64>]| rows.iter().filter_map(|row| counts[*row]).sum();
        Proportion {
            successes: sum(&numerators),
            n: sum(&denominators),
        }
    });
    let counts: Vec<Proportion> = counts.collect();
    for (i, Proportion { successes, n }) in counts.iter().enumerate() {
        let are_counts = successes.fract() == 0.0 && n.fract() == 0.0 && *n <= LARGEST;
        if !are_counts || !(0.0..=*n).contains(successes) {
            return Err(DataFusionError::Execution(format!(
                "{NAME}: the numerator must be a count of some of those that the denominator counts; got {successes} of {n} at {}. \
                 Example: {EXAMPLE}; for other figures: xmr_chart(at, value)",
                points.shown(i)?
            )));
        }
    }
    let in_baseline = points.baseline(NAME, columns.get(3))?;
    let chart = Chart::of(&counts, &in_baseline);
    let drawn: Vec<Drawn> = counts.iter().map(|count| chart.drawn(*count)).collect();
    let signals = signals(
        drawn
            .iter()
            .map(|drawn| Some((drawn.value?, drawn.adjusted?))),
    );
    let signals = signals.into_iter().map(|signal| signal.map(Signal::words));
    let count = |count: fn(&Proportion) -> f64| -> ArrayRef {
        Arc::new(Int64Array::from_iter_values(
            counts.iter().map(|of| count(of) as i64),
        ))
    };
    let list = vec![
        points.times()?,
        count(|of| of.successes),
        count(|of| of.n),
        numbers(&drawn, |drawn| drawn.value),
        numbers(&drawn, |_| Some(100.0 * chart.center?)),
        numbers(&drawn, |drawn| Some(drawn.plain?.lower)),
        numbers(&drawn, |drawn| Some(drawn.plain?.upper)),
        numbers(&drawn, |_| chart.sigma_z),
        numbers(&drawn, |drawn| Some(drawn.adjusted?.lower)),
        numbers(&drawn, |drawn| Some(drawn.adjusted?.upper)),
        Arc::new(StringArray::from_iter(signals)),
    ];
    one_list(of_point(points.times.data_type()), list)
}

/// What is usual.
#[derive(Debug)]
struct Chart {
    /// The share of all together; `None` without a baseline.
    center: Option<f64>,
    /// How many times wider than counts of their size points scatter.
    sigma_z: Option<f64>,
}

/// A point beside what is usual, in percent.
#[derive(Debug, Clone, Copy)]
struct Drawn {
    value: Option<f64>,
    plain: Option<Limits>,
    adjusted: Option<Limits>,
}

impl Chart {
    fn of(counts: &[Proportion], in_baseline: &[bool]) -> Self {
        let usual = counts
            .iter()
            .zip(in_baseline)
            .filter(|(of, is_in)| **is_in && of.n > 0.0);
        let usual: Vec<Proportion> = usual.map(|(of, _)| *of).collect();
        let n: f64 = usual.iter().map(|of| of.n).sum();
        let successes: f64 = usual.iter().map(|of| of.successes).sum();
        let center = (n > 0.0).then(|| successes / n);
        let z = usual.iter().filter_map(|of| {
            let center = center?;
            let std_error = (center * (1.0 - center) / of.n).sqrt();
            // All have it, or none: nothing scatters.
            (std_error > 0.0).then(|| (of.share() - center) / std_error)
        });
        Chart {
            center,
            sigma_z: moving_range_sigma(&z.collect::<Vec<_>>()),
        }
    }

    fn drawn(&self, of: Proportion) -> Drawn {
        let value = (of.n > 0.0).then(|| 100.0 * of.share());
        let limits = |times: f64| -> Option<Limits> {
            let center = self.center.filter(|_| of.n > 0.0)?;
            let std_error = (center * (1.0 - center) / of.n).sqrt();
            Some(Limits::around(100.0 * center, 100.0 * std_error * times).within(0.0, 100.0))
        };
        // Where nothing scatters the limits are the center, however wide.
        let is_flat = self
            .center
            .is_some_and(|center| center <= 0.0 || center >= 1.0);
        let times = self.sigma_z.or(is_flat.then_some(1.0));
        Drawn {
            value,
            plain: limits(1.0),
            adjusted: times.and_then(limits),
        }
    }
}
