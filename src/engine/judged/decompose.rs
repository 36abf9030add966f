//! `kpi_decompose`: did the segments change, or who is in them?

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, BooleanArray, Float64Array, StructArray, UInt64Array,
};
use datafusion::arrow::compute::take;
use datafusion::arrow::datatypes::{DataType, Fields};
use datafusion::error::{DataFusionError, Result};

use super::arguments::{self, check_parts};
use super::judging_function::{AggregateJudgement, JudgingFunction};
use super::lists::{as_parts, fields, list_of, numbers, one_list};
use super::segments::{self, Quotient, by_segment, check_segment, ordered};
use super::value_kind::{ValueKind, one_kpi};
use crate::engine::call_docs::{ArgumentList, Calls};
use crate::fold::value::parts::Parts;
use crate::statistics::{Confidence, ConfidenceInterval, normal_interval};

const NAME: &str = "kpi_decompose";
const EXAMPLE: &str = "SELECT kpi_decompose(segment, before, after) FROM (SELECT segment, churn_rate_parts(customer, is_churned) FILTER (WHERE \
                       year = 2025) AS before, churn_rate_parts(customer, is_churned) FILTER (WHERE year = 2026) AS after FROM t GROUP BY segment)";

/// The aggregate of the parts of segments, before and after.
pub const KPI_DECOMPOSE: AggregateJudgement = AggregateJudgement {
    function: JudgingFunction {
        name: NAME,
        arguments,
        example: EXAMPLE,
        description: "Decomposes the change of a KPI over all segments, from the _parts of each segment before and \
                      after: the rate effect (the segments themselves changed) and the mix effect (the shares of the \
                      segments did), which add up to the change, as a STRUCT: before, after, change, rate_effect, \
                      rate_ci_low, rate_ci_high, mix_effect, is_simpson, segments (a list of segment, value_before, \
                      value_after, weight_before, weight_after, rate_effect, mix_effect, total_effect, by segment). \
                      Weights are shares of the denominators in percent, effects in the unit of the KPI. A segment \
                      that is on one side only counts as mix. is_simpson: TRUE where the total moved one way and the \
                      segments on both sides, as far as they moved, all moved the other. The 95 % interval of the \
                      rate effect takes the weights as they are; it is NULL where a segment on both sides has no \
                      standard error, or, of a mean or a net score, one of 0, because nothing varies there. Of \
                      percentages of counted things, segments of 0 % or 100 % add no width. NULL parts and those \
                      with denominator 0 are left out; NULL is a segment of its own. For KPIs that are a quotient of \
                      two sums: percentages, means, net scores. SET kpi.confidence changes the 95. Source: Kitagawa, \
                      Components of a Difference Between Two Rates (1955), in two terms.",
        sql: "-- Both segments got better. Did the total?\n\
              SELECT kpi_decompose(segment, before, after)\n\
              FROM (\n\
              \x20 SELECT segment, csat_parts(score) FILTER (WHERE NOT is_new) AS before, csat_parts(score) FILTER (WHERE is_new) AS after\n\
              \x20 FROM (VALUES ('SMB', 2, false), ('SMB', 5, true), ('SMB', 2, true), ('SMB', 1, true), ('Enterprise', 4, false),\n\
              \x20              ('Enterprise', 2, false), ('Enterprise', 5, false), ('Enterprise', 5, true)) AS answers(segment, score, is_new)\n\
              \x20 GROUP BY segment\n\
              ) AS by_segment",
        follows_confidence: true,
        return_type,
    },
    takes_segments: true,
    judge,
};

fn arguments() -> Vec<ArgumentList> {
    let arguments = vec![
        segments::argument(),
        arguments::parts(
            "before",
            "the parts of the segment before, as a function such as csat_parts gives them",
        ),
        arguments::parts(
            "after",
            "the parts of the same KPI for the same segment after",
        ),
    ];
    vec![ArgumentList {
        arguments,
        least: 3,
    }]
}

fn of_segment(segment: &DataType) -> Fields {
    let number = |name| (name, DataType::Float64);
    fields(&[
        ("segment", segment.clone()),
        number("value_before"),
        number("value_after"),
        number("weight_before"),
        number("weight_after"),
        number("rate_effect"),
        number("mix_effect"),
        number("total_effect"),
    ])
}

fn of_total(segment: &DataType) -> Fields {
    let number = |name| (name, DataType::Float64);
    fields(&[
        number("before"),
        number("after"),
        number("change"),
        number("rate_effect"),
        number("rate_ci_low"),
        number("rate_ci_high"),
        number("mix_effect"),
        ("is_simpson", DataType::Boolean),
        ("segments", list_of(of_segment(segment))),
    ])
}

fn return_type(calls: &Calls, types: &[DataType]) -> Result<DataType> {
    check_segment(calls, types)?;
    check_parts(calls, types, 1)?;
    check_parts(calls, types, 2)?;
    Ok(DataType::Struct(of_total(&types[0])))
}

/// What a segment has on one side.
#[derive(Debug, Clone, Copy)]
struct SegmentValue {
    value: f64,
    of: Quotient,
    std_error: Option<f64>,
}

/// On which sides a segment is; what is absent on both is none.
#[derive(Debug, Clone, Copy)]
enum SegmentSides {
    Both {
        before: SegmentValue,
        after: SegmentValue,
    },
    Before(SegmentValue),
    After(SegmentValue),
}

impl SegmentSides {
    fn of(before: Option<SegmentValue>, after: Option<SegmentValue>) -> Option<Self> {
        match (before, after) {
            (Some(before), Some(after)) => Some(SegmentSides::Both { before, after }),
            (Some(before), None) => Some(SegmentSides::Before(before)),
            (None, Some(after)) => Some(SegmentSides::After(after)),
            (None, None) => None,
        }
    }

    fn before(&self) -> Option<SegmentValue> {
        match *self {
            SegmentSides::Both { before, .. } | SegmentSides::Before(before) => Some(before),
            SegmentSides::After(_) => None,
        }
    }

    fn after(&self) -> Option<SegmentValue> {
        match *self {
            SegmentSides::Both { after, .. } | SegmentSides::After(after) => Some(after),
            SegmentSides::Before(_) => None,
        }
    }
}

fn judge(columns: &[ArrayRef], confidence: Confidence) -> Result<ArrayRef> {
    let order = by_segment(NAME, &columns[0], EXAMPLE)?;
    let columns = ordered(columns, &order)?;
    let (before, after) = (as_parts(&columns[1])?, as_parts(&columns[2])?);
    let names = before.iter().chain(&after).flatten();
    let kpi = one_kpi(NAME, names.map(|(name, _)| name.as_str()), EXAMPLE)?;
    let kind = kpi.map(ValueKind::of);
    if let (Some(kpi), Some(kind)) = (kpi, kind)
        && kind.scale().is_none()
    {
        return Err(DataFusionError::Execution(format!(
            "{NAME}: {} is {}, and only a quotient of two sums, such as a percentage or a mean, is made of those of its segments. \
             Example: {EXAMPLE}",
            kpi.name,
            kind.words()
        )));
    }
    let (mut rows, mut pairs) = (vec![], vec![]);
    for (row, (before, after)) in (0_u64..).zip(before.iter().zip(&after)) {
        let [before, after] = [before, after].map(|parts| {
            let (_, parts) = parts.as_ref()?;
            side(parts, kind?)
        });
        if let Some(sides) = SegmentSides::of(before, after) {
            rows.push(row);
            pairs.push(sides);
        }
    }
    let segments = take(&columns[0], &UInt64Array::from(rows), None)?;
    let sides = SIDES.map(|side| {
        let quotients = pairs.iter().map(|pair| side(pair).map(|side| side.of));
        quotients.map(Option::unwrap_or_default).collect()
    });
    segments::refuse_total(NAME, &segments, &sides)?;
    let all = Decomposition::of(&pairs);
    let interval = all.rate_interval(confidence);
    let number = |number: Option<f64>| -> ArrayRef { Arc::new(Float64Array::from(vec![number])) };
    let total = |effect: fn(&Effects) -> f64| {
        let effects = all.effects.as_ref();
        effects.map(|effects| effects.iter().map(effect).sum())
    };
    let list = one_list(
        of_segment(segments.data_type()),
        all.columns(segments.clone()),
    )?;
    let columns = vec![
        number(all.before),
        number(all.after),
        number(
            all.before
                .zip(all.after)
                .map(|(before, after)| after - before),
        ),
        number(total(|effects| effects.rate)),
        number(interval.map(|interval| interval.low)),
        number(interval.map(|interval| interval.high)),
        number(total(|effects| effects.mix)),
        Arc::new(BooleanArray::from(vec![all.is_simpson()])),
        list,
    ];
    let fields = of_total(segments.data_type());
    Ok(Arc::new(StructArray::try_new(fields, columns, None)?))
}

/// Before and after.
const SIDES: [fn(&SegmentSides) -> Option<SegmentValue>; 2] =
    [SegmentSides::before, SegmentSides::after];

fn side(parts: &Parts, kind: ValueKind) -> Option<SegmentValue> {
    let denominator = parts.denominator.filter(|n| *n != 0.0 && !n.is_nan())?;
    Some(SegmentValue {
        value: parts.value.filter(|value| !value.is_nan())?,
        of: Quotient {
            numerator: parts.numerator.unwrap_or_default(),
            denominator,
        },
        std_error: parts.std_error.filter(|std_error| match kind {
            ValueKind::Share => *std_error >= 0.0,
            // That all scores or amounts are alike does not tell how different the next one may be.
            ValueKind::Mean
            | ValueKind::NetScore
            | ValueKind::Ratio
            | ValueKind::Median
            | ValueKind::Other(_) => *std_error > 0.0,
        }),
    })
}

/// The two effects of a segment.
#[derive(Debug, Clone, Copy)]
struct Effects {
    rate: f64,
    mix: f64,
}

/// All segments side by side.
#[derive(Debug)]
struct Decomposition<'a> {
    pairs: &'a [SegmentSides],
    /// The shares of the denominators; `None` for a side of which nothing is known.
    weights: [Option<Vec<f64>>; 2],
    before: Option<f64>,
    after: Option<f64>,
    /// Of each segment; `None` where a side is not there.
    effects: Option<Vec<Effects>>,
}

impl<'a> Decomposition<'a> {
    fn of(pairs: &'a [SegmentSides]) -> Self {
        let weights = SIDES.map(|side| {
            let all = pairs
                .iter()
                .map(|pair| side(pair).map_or(0.0, |side| side.of.denominator));
            let sum: f64 = all.clone().sum();
            (sum != 0.0).then(|| {
                all.map(|denominator| denominator / sum)
                    .collect::<Vec<f64>>()
            })
        });
        let total = |i: usize| -> Option<f64> {
            let values = pairs
                .iter()
                .map(|pair| SIDES[i](pair).map_or(0.0, |side| side.value));
            let weights = weights[i].as_ref()?;
            Some(
                values
                    .zip(weights)
                    .map(|(value, weight)| value * weight)
                    .sum(),
            )
        };
        let (before, after) = (total(0), total(1));
        let effects = before.zip(after).map(|(before, after)| {
            let middle = (before + after) / 2.0;
            let effects = pairs.iter().enumerate().map(|(i, pair)| {
                let [w, v] =
                    [0, 1].map(|side| weights[side].as_ref().map_or(0.0, |all: &Vec<f64>| all[i]));
                let (rate, known) = match pair {
                    SegmentSides::Both { before, after } => (
                        (w + v) / 2.0 * (after.value - before.value),
                        (before.value + after.value) / 2.0,
                    ),
                    SegmentSides::Before(only) | SegmentSides::After(only) => (0.0, only.value),
                };
                Effects {
                    rate,
                    mix: (v - w) * (known - middle),
                }
            });
            effects.collect()
        });
        Decomposition {
            pairs,
            weights,
            before,
            after,
            effects,
        }
    }

    /// The weights are taken for known, the values of the two sides for independent.
    fn rate_interval(&self, confidence: Confidence) -> Option<ConfidenceInterval> {
        let effects = self.effects.as_ref()?;
        let weights = [self.weights[0].as_ref()?, self.weights[1].as_ref()?];
        let mut variance = 0.0;
        for (i, pair) in self.pairs.iter().enumerate() {
            if let SegmentSides::Both { before, after } = pair {
                let weight = (weights[0][i] + weights[1][i]) / 2.0;
                variance += (weight * before.std_error?.hypot(after.std_error?)).powi(2);
            }
        }
        let is_sure = variance > 0.0 && variance.is_finite();
        let rate: f64 = effects.iter().map(|effects| effects.rate).sum();
        is_sure.then(|| normal_interval(rate, variance.sqrt(), confidence))
    }

    /// Whether the total moves one way, and the segments on both sides, as far as they move, all move the other.
    fn is_simpson(&self) -> Option<bool> {
        let change = self.after? - self.before?;
        let moves = self
            .pairs
            .iter()
            .filter_map(|pair| Some(pair.after()?.value - pair.before()?.value));
        let up = moves.clone().any(|by| by > 0.0);
        let down = moves.clone().any(|by| by < 0.0);
        Some((up && !down && change < 0.0) || (down && !up && change > 0.0))
    }

    fn columns(&self, segments: ArrayRef) -> Vec<ArrayRef> {
        let weight = |side: usize| -> ArrayRef {
            let weights = self.weights[side].as_ref();
            let weights = (0..self.pairs.len()).map(|i| Some(100.0 * weights?[i]));
            Arc::new(Float64Array::from_iter(weights))
        };
        let effect = |effect: fn(&Effects) -> f64| -> ArrayRef {
            let effects = self.effects.as_ref();
            let effects = (0..self.pairs.len()).map(|i| Some(effect(&effects?[i])));
            Arc::new(Float64Array::from_iter(effects))
        };
        vec![
            segments,
            numbers(self.pairs, |pair| Some(pair.before()?.value)),
            numbers(self.pairs, |pair| Some(pair.after()?.value)),
            weight(0),
            weight(1),
            effect(|effects| effects.rate),
            effect(|effects| effects.mix),
            effect(|effects| effects.rate + effects.mix),
        ]
    }
}
