//! `p_chart`: does a percentage move more than counts of its size do?

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Int64Array, StringArray};
use datafusion::arrow::datatypes::{DataType, Fields};
use datafusion::error::{DataFusionError, Result};

use super::arguments::{self, check_number, check_parts};
use super::judging_function::{AggregateJudgement, JudgingFunction};
use super::lists::{as_numbers, as_parts, fields, list_of, numbers, one_list};
use super::points::{self, ChartPoints, check_times};
use super::value_kind::{ValueKind, one_kpi};
use crate::engine::call_docs::{Argument, ArgumentList, Calls};
use crate::engine::parts_array;
use crate::fold::value::parts::Parts;
use crate::statistics::{Confidence, Limits, Proportion, Signal, moving_range_sigma, signals};

const NAME: &str = "p_chart";
const EXAMPLE: &str = "SELECT p_chart(month, parts) FROM (SELECT date_trunc('month', at) AS month, churn_rate_parts(customer, is_churned) AS parts FROM t GROUP BY month)";

/// What a count is, in words.
const COUNT: &str = "a count, a whole number";

/// The aggregate of a time and the parts of a percentage, or its two counts.
pub const P_CHART: AggregateJudgement = AggregateJudgement {
    function: JudgingFunction {
        name: NAME,
        arguments,
        example: EXAMPLE,
        description: "A control chart of a percentage, as a list of STRUCTs by time: at_time, numerator, \
                      denominator, value (100 × numerator ÷ denominator), center, lower, upper, sigma_z, \
                      lower_adjusted, upper_adjusted, signal. It takes the _parts of a KPI that is a percentage of \
                      counted things, or two counts; parts of any other KPI, such as a share of one sum of money in \
                      another, are an error. The center is the percentage of all points, the limits lie 3 standard \
                      deviations of a count of that size to each side, within 0 and 100. With thousands of customers \
                      a point these limits give false alarms, so the adjusted ones are sigma_z times as wide, to \
                      match how much neighbouring points differ (Laney's p′ chart), and the signal is based on them: \
                      'above' or 'below' a limit, 'run above' or 'run below' from the eighth point in a row on one \
                      side of the center, else NULL. With baseline_until, center and sigma_z are made of the points \
                      up to then. Limits are not confidence intervals, so kpi.confidence does not change them. Rows \
                      of one time are added up; rows with a NULL are left out; a point with denominator 0 has no \
                      value. With fewer than two points in the baseline there are no adjusted limits. Source: Laney, \
                      Improved Control Charts for Attributes (2002).",
        sql: "-- Is the churn of the last month out of the ordinary?\n\
              SELECT p_chart(month, parts)\n\
              FROM (\n\
              \x20 SELECT month, churn_rate_parts(customer, is_churned) AS parts\n\
              \x20 FROM (VALUES (1, 1, false), (1, 2, true), (1, 3, false), (2, 1, false), (2, 3, true), (2, 4, false), (3, 1, true), (3, 4, true)) AS months(month, customer, is_churned)\n\
              \x20 GROUP BY month\n\
              ) AS by_month",
        follows_confidence: false,
        return_type,
    },
    takes_segments: false,
    judge,
};

fn arguments() -> Vec<ArgumentList> {
    let count = |name, meaning| Argument {
        name,
        shown: DataType::Int64,
        meaning,
    };
    let parts = arguments::parts(
        "parts",
        "the parts of a percentage of counted things at that time, as a function such as csat_parts gives them",
    );
    let of_parts = vec![points::time(), parts, points::baseline_until()];
    let of_counts = vec![
        points::time(),
        count("numerator", "how many have it, a whole number"),
        count("denominator", "how many there are, a whole number"),
        points::baseline_until(),
    ];
    vec![
        ArgumentList {
            arguments: of_parts,
            least: 2,
        },
        ArgumentList {
            arguments: of_counts,
            least: 3,
        },
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

/// Where the baseline stands: behind the parts, or behind the two counts.
fn baseline_position(second: &DataType, arguments: usize) -> usize {
    match arguments == 2 || (arguments == 3 && parts_array::are_parts(second)) {
        true => 2,
        false => 3,
    }
}

fn return_type(calls: &Calls, types: &[DataType]) -> Result<DataType> {
    let baseline = baseline_position(&types[1], types.len());
    let time = check_times(calls, types, baseline)?;
    match baseline {
        2 => check_parts(calls, types, 1)?,
        _ => {
            check_number(calls, types, 1, COUNT)?;
            check_number(calls, types, 2, COUNT)?;
        }
    }
    Ok(list_of(of_point(&time)))
}

/// The numerator and the denominator of each row.
type ChartCounts = [Vec<Option<f64>>; 2];

/// Those that parts tell. Amounts scatter in another way than counts do, so that their limits would be none.
fn counts_of_parts(column: &ArrayRef) -> Result<ChartCounts> {
    let parts = as_parts(column)?;
    let names = parts.iter().flatten().map(|(name, _)| name.as_str());
    if let Some(kpi) = one_kpi(NAME, names, EXAMPLE)? {
        let kind = ValueKind::of(kpi);
        if kind != ValueKind::Share {
            return Err(DataFusionError::Execution(format!(
                "{NAME}: {} is {}, and only a percentage of counted things scatters as counts do. xmr_chart takes any figure. Example: \
                 SELECT xmr_chart(month, value) FROM (SELECT date_trunc('month', at) AS month, {} AS value FROM t GROUP BY month)",
                kpi.name,
                kind.words(),
                kpi.sample_call(&kpi.forms[0])
            )));
        }
    }
    let numbers = |number: fn(&Parts) -> Option<f64>| {
        let numbers = parts.iter().map(|parts| number(&parts.as_ref()?.1));
        numbers.collect()
    };
    Ok([
        numbers(|parts| parts.numerator),
        numbers(|parts| parts.denominator),
    ])
}

/// Counts above this are not all whole numbers of a DOUBLE.
const LARGEST: f64 = 9_007_199_254_740_992.0;

fn judge(columns: &[ArrayRef], _: Confidence) -> Result<ArrayRef> {
    let baseline = baseline_position(columns[1].data_type(), columns.len());
    let [numerators, denominators] = match baseline {
        2 => counts_of_parts(&columns[1])?,
        _ => [as_numbers(&columns[1])?, as_numbers(&columns[2])?],
    };
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
    let in_baseline = points.baseline(NAME, columns.get(baseline))?;
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
