//! A value with what it was made of, and how sure it is: the `_parts` of a KPI.
//!
//! Intervals are 95 %: Wilson's for a percentage of counted things, Student's t for a mean over entities or
//! rows, the normal one for a net score, Newcombe's for the difference of two percentages. Where no
//! interval would be honest, there is none: for a ratio of two sums of money, and for a mean or a net score
//! of what does not vary, because that some are all alike does not tell how different the next one may be.

use super::call::Call;
use super::directory::Directory;
use super::entities::Entities;
use super::interval::IntervalMethod;
use super::scan;
use super::tally::Tally;
use super::totals::Totals;
use crate::define::{Finish, Total};
use crate::statistics::{self, Interval, Mean, Proportion};
use datafusion::arrow::error::ArrowError;

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

/// What is known of some groups.
pub(super) struct Evidence<'a> {
    pub call: &'a Call,
    /// The outcomes, unless the finish looks at the entities.
    pub tally: Option<&'a Tally>,
    pub entities: Option<Entities<'a>>,
    pub others: Option<&'a Directory>,
    pub totals: &'a Totals,
    /// How many groups are asked for, from the first on.
    pub groups: usize,
}

impl Evidence<'_> {
    /// The parts of each group, but for its value and its rows.
    pub fn figures(&self) -> Result<Vec<Parts>, ArrowError> {
        let each = |parts: &dyn Fn(usize) -> Parts| (0..self.groups).map(parts).collect();
        let totals = self.totals;
        Ok(match self.call.form.finish {
            Finish::Percent if self.call.form.interval_method() == IntervalMethod::Normal => {
                each(&|group| self.net_score(group))
            }
            Finish::Percent => each(&|group| percentage(self.proportion(0, group))),
            Finish::PercentDifference => {
                each(&|group| difference(self.proportion(0, group), self.proportion(1, group)))
            }
            Finish::Mean => each(&|group| self.mean_outcome(group, 1.0)),
            Finish::MeanDays => {
                let per_day = self.call.ticks_per_day();
                each(&|group| self.mean_outcome(group, per_day))
            }
            Finish::MeanYears => each(&|group| self.mean_outcome(group, scan::DAYS_PER_YEAR)),
            Finish::MedianDays => each(&|group| Parts {
                denominator: Some(self.tally().of(0, group).0 as f64),
                ..Parts::default()
            }),
            Finish::Lift => each(&|group| {
                let (n, both) = self.tally().of(0, group);
                let ((_, first), (_, second)) =
                    (self.tally().of(1, group), self.tally().of(2, group));
                ratio(both as f64 * n as f64, first as f64 * second as f64)
            }),
            Finish::SumPerEntity(total) => self.mean_sums(total),
            Finish::DistinctPerEntity(_) => self.mean_counts(),
            Finish::MeanAmount(_) => each(&|group| {
                let n = totals.added(0, group) as f64;
                let sum = totals.sums(0).as_float(group);
                mean(sum, n, totals.squared_deviations(0, group), 1.0)
            }),
            Finish::SumShare(_, _) => each(&|group| {
                ratio(
                    totals.sums(0).as_float(group),
                    totals.sums(1).as_float(group),
                )
            }),
            Finish::OutsideBasketShare(total) => {
                let outside = scan::outside(self.call, total, self.entities(), self.groups)?;
                each(&|group| ratio(outside.as_float(group), totals.sums(0).as_float(group)))
            }
            Finish::Retention { capped } => {
                let [start, end] = scan::retained(self.entities(), capped, self.groups)?;
                each(&|group| ratio(end.as_float(group), start.as_float(group)))
            }
            Finish::Mix(_) => {
                let customers = scan::count(self.entities().pairs(), self.groups);
                each(&|group| Parts {
                    denominator: Some(customers[group] as f64),
                    ..Parts::default()
                })
            }
            // A number or a sum stands for itself.
            Finish::Count
            | Finish::Sum(_)
            | Finish::OutsideBasket(_)
            | Finish::LifetimeValue { .. } => each(&|_| Parts::default()),
        })
    }

    fn tally(&self) -> &Tally {
        self.tally
            .expect("a finish that counts outcomes has a tally")
    }

    fn entities(&self) -> Entities<'_> {
        self.entities
            .expect("a finish that looks at entities has some")
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
    fn mean_sums(&self, total: Total) -> Vec<Parts> {
        let entities = self.entities();
        let customers = scan::count(entities.pairs(), self.groups);
        let sums = |group: usize| self.totals.sums(0).as_float(group);
        let deviations = (total.only.is_none()).then(|| {
            self.squared_deviations(&customers, sums, |entity| {
                entities.evidence().amount(entity, 0).unwrap_or_default()
            })
        });
        (0..self.groups)
            .map(|group| {
                let deviations = deviations.as_ref().map(|of| of[group]);
                mean(sums(group), customers[group] as f64, deviations, 1.0)
            })
            .collect()
    }

    /// Distinct items by entity: the mean of what each has, as long as no item belongs to two.
    fn mean_counts(&self) -> Vec<Parts> {
        let entities = self.entities();
        let customers = scan::count(entities.pairs(), self.groups);
        let others = self.others.expect("a form that counts others keeps them");
        let items = scan::count(others.pairs(), self.groups);
        let items_of = |entity| entities.evidence().outcome(entity).unwrap_or_default();
        let mut owned = vec![0; self.groups];
        for pair in scan::in_first(entities, self.groups) {
            owned[pair.owner as usize] += items_of(pair.id) as u64;
        }
        let deviations = self.squared_deviations(
            &customers,
            |group| items[group] as f64,
            |entity| items_of(entity) as f64,
        );
        (0..self.groups)
            .map(|group| {
                let is_a_mean = owned[group] == items[group];
                let deviations = is_a_mean.then_some(deviations[group]);
                mean(
                    items[group] as f64,
                    customers[group] as f64,
                    deviations,
                    1.0,
                )
            })
            .collect()
    }

    /// By group, the sum of the squared distances of its entities' measures to their mean.
    fn squared_deviations(
        &self,
        n: &[u64],
        sum: impl Fn(usize) -> f64,
        measure: impl Fn(u32) -> f64,
    ) -> Vec<f64> {
        let mut deviations = vec![0.0; self.groups];
        let means: Vec<f64> = (0..self.groups)
            .map(|group| sum(group) / n[group] as f64)
            .collect();
        for pair in scan::in_first(self.entities(), self.groups) {
            let group = pair.owner as usize;
            deviations[group] += (measure(pair.id) - means[group]).powi(2);
        }
        deviations
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
