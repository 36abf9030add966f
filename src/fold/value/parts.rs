//! A value with what it was made of, and how sure it is: the `_parts` of a KPI.
//!
//! Intervals cover what the call asks for, 95 % if it asks for nothing: Wilson's for a percentage of counted things, Student's t for a mean over entities or
//! rows, the normal one for a net score, Newcombe's for the difference of two percentages. Where no
//! interval would be honest, there is none: for a ratio of two sums of money, and for a mean or a net score
//! of what does not vary, because that some are all alike does not tell how different the next one may be.

use datafusion::arrow::array::AsArray;
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::arrow::error::ArrowError;

use crate::define::{Counted, Grain, RowFold};
use crate::fold::facts::interval::IntervalMethod;
use crate::fold::sum::tally::Tally;
use crate::fold::value::dispersion::Dispersion;
use crate::fold::value::evidence::{Divided, Evidence};
use crate::fold::value::scan::{self, Scanned};
use crate::statistics::{self, Confidence, ConfidenceInterval, Mean, Proportion};

/// The parts of one group's value. What has no meaning for a KPI is `None`.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Parts {
    /// The value of the KPI.
    pub value: Option<f64>,
    /// What was divided: a count of those that have it, or a sum.
    pub numerator: Option<f64>,
    /// What it was divided by.
    pub denominator: Option<f64>,
    /// The standard error of the value, in its unit.
    pub std_error: Option<f64>,
    /// Where the interval starts, in the unit of the value.
    pub ci_low: Option<f64>,
    /// Where the interval ends.
    pub ci_high: Option<f64>,
    /// The rows that a FILTER let through.
    pub rows: u64,
    /// Those of them that were ignored whole.
    pub rows_ignored: u64,
}

impl Evidence<'_> {
    /// The parts of each of the first groups.
    pub fn parts(&self, first: usize) -> Result<Vec<Parts>, ArrowError> {
        let values = match self.found {
            // A list is not a number.
            Divided::Scanned(Scanned::Mix(_)) => vec![None; first],
            Divided::Scanned(_) | Divided::Counted(_, _) => {
                let values = cast(&self.values(first)?, &DataType::Float64)?;
                values.as_primitive::<Float64Type>().iter().collect()
            }
        };
        let items = self.items.map(|items| items.of(first));
        let items = items.unwrap_or_else(|| vec![0; first]);
        let Some(audit) = self.audit else {
            return Err(ArrowError::InvalidArgumentError(format!(
                "the rows of {} were not counted, as those of its _parts are",
                self.call.kpi.name
            )));
        };
        let groups = values.into_iter().enumerate().map(|(group, value)| Parts {
            value,
            rows: audit.rows[group],
            rows_ignored: match (self.call.form.grain, self.found) {
                (Grain::Entity { .. }, _) | (Grain::Row(_), Divided::Scanned(_)) => {
                    audit.ignored[group]
                }
                // What is judged is NULL, a flag, a score or an amount, or a time span that is none.
                (Grain::Row(RowFold::Exists), Divided::Counted(_, _)) => {
                    audit.rows[group].saturating_sub(self.totals.amounts(0, group))
                }
                (Grain::Row(_), Divided::Counted(_, tally)) => {
                    audit.rows[group].saturating_sub(tally.of(0, group).0)
                }
            },
            ..self.figures(group, items[group])
        });
        Ok(groups.collect())
    }

    /// The parts of a group with so many items, but for its value and its rows.
    fn figures(&self, group: usize, items: u64) -> Parts {
        match self.found {
            Divided::Counted(finish, tally) => self.of_outcomes(finish, tally, group),
            Divided::Scanned(scanned) => self.of_entities(scanned, group, items),
        }
    }

    fn of_outcomes(&self, finish: Counted, tally: &Tally, group: usize) -> Parts {
        let totals = self.totals;
        let confidence = self.call.confidence();
        match finish {
            Counted::Percent if self.call.form.interval_method() == IntervalMethod::Normal => {
                net_score(tally, group, confidence)
            }
            Counted::Percent => percentage(proportion(tally, 0, group), confidence),
            Counted::PercentDifference => difference(
                proportion(tally, 0, group),
                proportion(tally, 1, group),
                confidence,
            ),
            Counted::Mean => mean_outcome(tally, group, 1.0, confidence),
            Counted::MeanDays => mean_outcome(tally, group, self.call.ticks_per_day(), confidence),
            Counted::MeanYears => mean_outcome(tally, group, scan::DAYS_PER_YEAR, confidence),
            Counted::MedianDays => Parts {
                denominator: Some(tally.of(0, group).0 as f64),
                ..Parts::default()
            },
            Counted::Lift => {
                let (n, both) = tally.of(0, group);
                let ((_, first), (_, second)) = (tally.of(1, group), tally.of(2, group));
                ratio(both as f64 * n as f64, first as f64 * second as f64)
            }
            Counted::SumPerEntity => self.mean_sum(tally, group),
            Counted::MeanAmount => {
                let n = totals.added(0, group) as f64;
                let sum = totals.sums(0).as_float(group);
                mean(sum, n, totals.squared_deviations(0, group), 1.0, confidence)
            }
            Counted::SumShare => ratio(
                totals.sums(0).as_float(group),
                totals.sums(1).as_float(group),
            ),
            // A number or a sum stands for itself.
            Counted::Count | Counted::Sum => Parts::default(),
        }
    }

    fn of_entities(&self, scanned: &Scanned, group: usize, items: u64) -> Parts {
        match scanned {
            Scanned::Mix(mix) => Parts {
                denominator: Some(mix.entities(group) as f64),
                ..Parts::default()
            },
            Scanned::Entities(entities) => self.mean_count(group, items, entities[group]),
            Scanned::Retention([start, end]) => ratio(end.as_float(group), start.as_float(group)),
            Scanned::Outside {
                outside,
                in_percent: true,
                ..
            } => ratio(outside.as_float(group), self.totals.sums(0).as_float(group)),
            // A sum stands for itself, and so does what several means make.
            Scanned::Outside {
                in_percent: false, ..
            }
            | Scanned::Lifetimes(_, _) => Parts::default(),
        }
    }

    /// A sum over all rows by entity: the mean of what the entities bring.
    fn mean_sum(&self, tally: &Tally, group: usize) -> Parts {
        let (n, _) = tally.of(0, group);
        let deviations = match self.dispersion {
            Some(Dispersion::Amounts(moments)) if n > 0 => {
                Some(moments.squared_deviations(group, n))
            }
            Some(Dispersion::Amounts(_) | Dispersion::Counts(_)) | None => None,
        };
        mean(
            self.totals.sums(0).as_float(group),
            n as f64,
            deviations,
            1.0,
            self.call.confidence(),
        )
    }

    /// Distinct items by entity: the mean of what each has, as long as no item belongs to two.
    fn mean_count(&self, group: usize, items: u64, entities: u64) -> Parts {
        let deviations = match self.dispersion {
            Some(Dispersion::Counts(counts)) if counts[group].sum == items && entities > 0 => {
                Some(counts[group].squared_deviations(entities))
            }
            Some(Dispersion::Counts(_) | Dispersion::Amounts(_)) | None => None,
        };
        mean(
            items as f64,
            entities as f64,
            deviations,
            1.0,
            self.call.confidence(),
        )
    }
}

fn proportion(tally: &Tally, outcome: usize, group: usize) -> Proportion {
    let (n, sum) = tally.of(outcome, group);
    Proportion {
        successes: sum as f64,
        n: n as f64,
    }
}

fn net_score(tally: &Tally, group: usize, confidence: Confidence) -> Parts {
    let Proportion { successes, n } = proportion(tally, 0, group);
    let parts = ratio(successes, n);
    let deviations = tally.squared_deviations(group);
    // The mean square distance from the mean is p₊ + p₋ − (p₊ − p₋)².
    let std_error = deviations.map(|sum| 100.0 * (sum / n / n).sqrt());
    let interval = std_error.filter(|e| *e > 0.0).map(|std_error| {
        statistics::normal_interval(100.0 * successes / n, std_error, confidence)
            .within(-100.0, 100.0)
    });
    parts.with_interval(std_error, interval)
}

fn mean_outcome(tally: &Tally, group: usize, per: f64, confidence: Confidence) -> Parts {
    let (n, sum) = tally.of(0, group);
    let deviations = tally.squared_deviations(group);
    mean(sum as f64, n as f64, deviations, per, confidence)
}

impl Parts {
    fn with_interval(self, std_error: Option<f64>, interval: Option<ConfidenceInterval>) -> Self {
        let finite = |number: f64| number.is_finite().then_some(number);
        Parts {
            std_error: std_error.and_then(finite),
            ci_low: interval.and_then(|interval| finite(interval.low)),
            ci_high: interval.and_then(|interval| finite(interval.high)),
            ..self
        }
    }
}

fn ratio(numerator: f64, denominator: f64) -> Parts {
    Parts {
        numerator: Some(numerator),
        denominator: Some(denominator),
        ..Parts::default()
    }
}

fn percentage(of: Proportion, confidence: Confidence) -> Parts {
    let parts = ratio(of.successes, of.n);
    if of.n == 0.0 {
        return parts;
    }
    parts.with_interval(
        Some(100.0 * of.std_error()),
        Some(percent(of.wilson(confidence))),
    )
}

fn difference(one: Proportion, other: Proportion, confidence: Confidence) -> Parts {
    if one.n == 0.0 || other.n == 0.0 {
        return Parts::default();
    }
    let std_error = 100.0 * one.std_error().hypot(other.std_error());
    Parts::default().with_interval(
        Some(std_error),
        Some(percent(one.newcombe(other, confidence))),
    )
}

fn percent(interval: ConfidenceInterval) -> ConfidenceInterval {
    ConfidenceInterval {
        low: 100.0 * interval.low,
        high: 100.0 * interval.high,
    }
}

/// The mean of `n` measures, in units of `per`. A standard error takes two of them.
fn mean(
    sum: f64,
    n: f64,
    squared_deviations: Option<f64>,
    per: f64,
    confidence: Confidence,
) -> Parts {
    let parts = ratio(sum / per, n);
    // As much distance comes of rounding alone, even where all measures are the same.
    let rounding = f64::EPSILON * sum.abs();
    let std_error = squared_deviations
        .filter(|_| n >= 2.0)
        .map(|sum| if sum.sqrt() <= rounding { 0.0 } else { sum })
        .map(|sum| (sum / (n - 1.0) / n).sqrt() / per)
        .filter(|std_error| std_error.is_finite());
    let interval = std_error.filter(|e| *e > 0.0).map(|std_error| {
        let mean = sum / n / per;
        Mean { mean, std_error, n }.student_t(confidence)
    });
    parts.with_interval(std_error, interval)
}
