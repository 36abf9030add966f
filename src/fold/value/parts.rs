//! A value with what it was made of, and how sure it is: the `_parts` of a KPI.
//!
//! Intervals are 95 %: Wilson's for a percentage of counted things, Student's t for a mean over entities or
//! rows, the normal one for a net score, Newcombe's for the difference of two percentages. Where no
//! interval would be honest, there is none: for a ratio of two sums of money, and for a mean or a net score
//! of what does not vary, because that some are all alike does not tell how different the next one may be.

use datafusion::arrow::array::AsArray;
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::arrow::error::ArrowError;

use crate::define::{Finish, Grain, RowFold};
use crate::fold::facts::interval::IntervalMethod;
use crate::fold::sum::tally::Tally;
use crate::fold::value::dispersion::Dispersion;
use crate::fold::value::evidence::Evidence;
use crate::fold::value::scan::{self, Scanned};
use crate::statistics::{self, Interval, Mean, Proportion};

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
        let values = match self.call.form.finish {
            // A list is not a number.
            Finish::Mix(_) => vec![None; first],
            _ => {
                let values = cast(&self.values(first)?, &DataType::Float64)?;
                values.as_primitive::<Float64Type>().iter().collect()
            }
        };
        let items = self.items.map(|items| items.of(first));
        let items = items.unwrap_or_else(|| vec![0; first]);
        let audit = self.audit.expect("parts are audited");
        let groups = values.into_iter().enumerate().map(|(group, value)| Parts {
            value,
            rows: audit.rows[group],
            rows_ignored: match self.call.form.grain {
                Grain::Entity { .. } => audit.ignored[group],
                // What is judged is NULL, a flag, a score or an amount, or a time span that is none.
                Grain::Row(RowFold::Exists) => {
                    audit.rows[group].saturating_sub(self.totals.amounts(0, group))
                }
                Grain::Row(_) => audit.rows[group].saturating_sub(self.tally().of(0, group).0),
            },
            ..self.figures(group, items[group])
        });
        Ok(groups.collect())
    }

    /// The parts of a group with so many items, but for its value and its rows.
    fn figures(&self, group: usize, items: u64) -> Parts {
        let totals = self.totals;
        match self.call.form.finish {
            Finish::Percent if self.call.form.interval_method() == IntervalMethod::Normal => {
                self.net_score(group)
            }
            Finish::Percent => percentage(self.proportion(0, group)),
            Finish::PercentDifference => {
                difference(self.proportion(0, group), self.proportion(1, group))
            }
            Finish::Mean => self.mean_outcome(group, 1.0),
            Finish::MeanDays => self.mean_outcome(group, self.call.ticks_per_day()),
            Finish::MeanYears => self.mean_outcome(group, scan::DAYS_PER_YEAR),
            Finish::MedianDays => Parts {
                denominator: Some(self.tally().of(0, group).0 as f64),
                ..Parts::default()
            },
            Finish::Lift => {
                let (n, both) = self.tally().of(0, group);
                let ((_, first), (_, second)) =
                    (self.tally().of(1, group), self.tally().of(2, group));
                ratio(both as f64 * n as f64, first as f64 * second as f64)
            }
            Finish::SumPerEntity(_) => self.mean_sum(group),
            Finish::MeanAmount(_) => {
                let n = totals.added(0, group) as f64;
                let sum = totals.sums(0).as_float(group);
                mean(sum, n, totals.squared_deviations(0, group), 1.0)
            }
            Finish::SumShare(_, _) => ratio(
                totals.sums(0).as_float(group),
                totals.sums(1).as_float(group),
            ),
            Finish::DistinctPerEntity(_)
            | Finish::OutsideBasketShare(_)
            | Finish::Retention { .. }
            | Finish::Mix(_) => self.of_entities(group, items),
            // A number or a sum stands for itself.
            Finish::Count
            | Finish::Sum(_)
            | Finish::OutsideBasket(_)
            | Finish::LifetimeValue { .. } => Parts::default(),
        }
    }

    /// The same of a finish that looks at the entities.
    fn of_entities(&self, group: usize, items: u64) -> Parts {
        let scanned = self.scanned;
        match scanned.expect("a finish that looks at entities has seen them") {
            Scanned::Mix(mix) => Parts {
                denominator: Some(mix.entities(group) as f64),
                ..Parts::default()
            },
            Scanned::Entities(entities) => self.mean_count(group, items, entities[group]),
            Scanned::Retention([start, end]) => ratio(end.as_float(group), start.as_float(group)),
            Scanned::Outside(outside, _) => {
                ratio(outside.as_float(group), self.totals.sums(0).as_float(group))
            }
            Scanned::Lifetimes(_) => Parts::default(),
        }
    }

    fn tally(&self) -> &Tally {
        self.tally
            .expect("a finish that counts outcomes has a tally")
    }

    fn proportion(&self, outcome: usize, group: usize) -> Proportion {
        let (n, sum) = self.tally().of(outcome, group);
        Proportion {
            successes: sum as f64,
            n: n as f64,
        }
    }

    fn net_score(&self, group: usize) -> Parts {
        let Proportion { successes, n } = self.proportion(0, group);
        let parts = ratio(successes, n);
        let deviations = self.tally().squared_deviations(group);
        // The mean square distance from the mean is p₊ + p₋ − (p₊ − p₋)².
        let std_error = deviations.map(|sum| 100.0 * (sum / n / n).sqrt());
        let interval = std_error.filter(|e| *e > 0.0).map(|std_error| {
            statistics::normal_interval(100.0 * successes / n, std_error).within(-100.0, 100.0)
        });
        parts.with_interval(std_error, interval)
    }

    fn mean_outcome(&self, group: usize, per: f64) -> Parts {
        let (n, sum) = self.tally().of(0, group);
        let deviations = self.tally().squared_deviations(group);
        mean(sum as f64, n as f64, deviations, per)
    }

    /// A sum over all rows by entity: the mean of what the entities bring.
    fn mean_sum(&self, group: usize) -> Parts {
        let (n, _) = self.tally().of(0, group);
        let deviations = match self.dispersion {
            Some(Dispersion::Amounts(moments)) if n > 0 => {
                Some(moments.squared_deviations(group, n))
            }
            _ => None,
        };
        mean(
            self.totals.sums(0).as_float(group),
            n as f64,
            deviations,
            1.0,
        )
    }

    /// Distinct items by entity: the mean of what each has, as long as no item belongs to two.
    fn mean_count(&self, group: usize, items: u64, entities: u64) -> Parts {
        let deviations = match self.dispersion {
            Some(Dispersion::Counts(counts)) if counts[group].sum == items && entities > 0 => {
                Some(counts[group].squared_deviations(entities))
            }
            _ => None,
        };
        mean(items as f64, entities as f64, deviations, 1.0)
    }
}

impl Parts {
    fn with_interval(self, std_error: Option<f64>, interval: Option<Interval>) -> Self {
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

fn percentage(of: Proportion) -> Parts {
    let parts = ratio(of.successes, of.n);
    if of.n == 0.0 {
        return parts;
    }
    parts.with_interval(Some(100.0 * of.std_error()), Some(percent(of.wilson())))
}

fn difference(one: Proportion, other: Proportion) -> Parts {
    if one.n == 0.0 || other.n == 0.0 {
        return Parts::default();
    }
    let std_error = 100.0 * one.std_error().hypot(other.std_error());
    Parts::default().with_interval(Some(std_error), Some(percent(one.newcombe(other))))
}

fn percent(interval: Interval) -> Interval {
    Interval {
        low: 100.0 * interval.low,
        high: 100.0 * interval.high,
    }
}

/// The mean of `n` measures, in units of `per`. A standard error takes two of them.
fn mean(sum: f64, n: f64, squared_deviations: Option<f64>, per: f64) -> Parts {
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
        Mean { mean, std_error, n }.student_t()
    });
    parts.with_interval(std_error, interval)
}
