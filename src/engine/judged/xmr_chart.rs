//! `xmr_chart`: does a figure move more than it always did?

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, StringArray};
use datafusion::arrow::datatypes::{DataType, Fields};
use datafusion::error::{DataFusionError, Result};

use super::arguments::{self, check_number};
use super::judging_function::{AggregateJudgement, JudgingFunction};
use super::lists::{as_numbers, fields, list_of, numbers, one_list};
use super::points::{self, ChartPoints, check_times};
use crate::engine::call_docs::{ArgumentList, Calls};
use crate::statistics::{Confidence, Limits, Signal, mean_of_points, moving_range_sigma, signals};

const NAME: &str = "xmr_chart";
const EXAMPLE: &str = "SELECT xmr_chart(month, value) FROM (SELECT date_trunc('month', ordered_at) AS month, arpa(customer, amount) AS value FROM t GROUP BY month)";

/// The aggregate of a time and a value.
pub const XMR_CHART: AggregateJudgement = AggregateJudgement {
    function: JudgingFunction {
        name: NAME,
        arguments,
        example: EXAMPLE,
        description: "A control chart of single values (XmR), as a list of STRUCTs by time: at_time, value, center, \
                      lower, upper, sigma, signal. The center is the mean, sigma the mean moving range (the distance \
                      of neighbouring points) ÷ 1.128, the limits lie 3 sigma to each side; with baseline_until they \
                      are made of the points up to then. signal is 'above' or 'below' a limit, 'run above' or 'run \
                      below' from the eighth point in a row on one side of the center, else NULL. Limits are not \
                      confidence intervals, so kpi.confidence does not change them. Rows with a NULL time or value \
                      are left out; two values at one time are an error; with fewer than two points in the baseline \
                      there are no limits. Source: Wheeler, Understanding Variation (1993).",
        sql: "-- Is the last month out of the ordinary?\n\
              SELECT xmr_chart(month, nps)\n\
              FROM (VALUES (1, 31.0), (2, 33.0), (3, 30.0), (4, 32.0), (5, 18.0)) AS months(month, nps)",
        follows_confidence: false,
        return_type,
    },
    takes_segments: false,
    judge,
};

fn arguments() -> Vec<ArgumentList> {
    let value = arguments::number("value", VALUE);
    vec![ArgumentList {
        arguments: vec![points::time(), value, points::baseline_until()],
        least: 2,
    }]
}

/// What the figure of a point is.
const VALUE: &str = "the figure at that time, a number";

fn point(time: &DataType) -> Fields {
    let number = |name| (name, DataType::Float64);
    fields(&[
        ("at_time", time.clone()),
        number("value"),
        number("center"),
        number("lower"),
        number("upper"),
        number("sigma"),
        ("signal", DataType::Utf8),
    ])
}

fn return_type(calls: &Calls, types: &[DataType]) -> Result<DataType> {
    let time = check_times(calls, types, 2)?;
    check_number(calls, types, 1, VALUE)?;
    Ok(list_of(point(&time)))
}

fn judge(columns: &[ArrayRef], _: Confidence) -> Result<ArrayRef> {
    let values = as_numbers(&columns[1])?;
    let points = ChartPoints::of(&columns[0], |row| values[row].is_some())?;
    for (i, rows) in points.rows.iter().enumerate() {
        if rows.len() > 1 {
            return Err(DataFusionError::Execution(format!(
                "{NAME}: there are {} values at {}, and a point has one: GROUP BY the time in the query that gives the values, and group by \
                 anything else that it is grouped by around {NAME} as well. Example: {EXAMPLE}",
                rows.len(),
                points.shown(i)?
            )));
        }
    }
    let values: Vec<f64> = points
        .rows
        .iter()
        .filter_map(|rows| values[rows[0]])
        .collect();
    if let Some(i) = values.iter().position(|value| value.is_infinite()) {
        return Err(DataFusionError::Execution(format!(
            "{NAME}: the value at {} is infinite, and has no distance from others",
            points.shown(i)?
        )));
    }
    let in_baseline = points.baseline(NAME, columns.get(2))?;
    let usual = values.iter().zip(&in_baseline).filter(|(_, is_in)| **is_in);
    let usual: Vec<f64> = usual.map(|(value, _)| *value).collect();
    let center = mean_of_points(&usual);
    let sigma = moving_range_sigma(&usual);
    let limits = center
        .zip(sigma)
        .map(|(center, sigma)| Limits::around(center, sigma));
    let signals = signals(values.iter().map(|value| Some((*value, limits?))));
    let signals = signals.into_iter().map(|signal| signal.map(Signal::words));
    let list = vec![
        points.times()?,
        numbers(&values, |value| Some(*value)),
        numbers(&values, |_| center),
        numbers(&values, |_| Some(limits?.lower)),
        numbers(&values, |_| Some(limits?.upper)),
        numbers(&values, |_| sigma),
        Arc::new(StringArray::from_iter(signals)),
    ];
    one_list(point(points.times.data_type()), list)
}
