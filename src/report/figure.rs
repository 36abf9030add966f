//! What is known of one KPI in one result: for the total and each segment the value of the last complete period, what it is compared
//! with, and the values of all periods.

use super::comparison::{Against, PeriodComparison, adjust};
use super::kpi_readings::{KpiColumn, KpiReading};
use super::period::Period;
use super::result_rows::RowKeys;
use crate::define::{Kpi, UnitFormat};
use crate::report_support::{Aim, BenchmarkRow, Confidence, aim, aim_of_value, band_of};

/// By what values are judged.
#[derive(Debug, Clone)]
pub struct Yardstick {
    /// What intervals are to cover.
    pub confidence: Confidence,
    /// From how many things on a value is told as one.
    pub min_n: f64,
    /// The goal.
    pub target: Option<f64>,
    /// The period that others are compared with.
    pub baseline: Option<Period>,
    /// The benchmarks of the KPI.
    pub bands: Vec<BenchmarkRow>,
}

/// One KPI of one result.
#[derive(Debug, Clone)]
pub struct Figure {
    /// Which one.
    pub kpi: &'static Kpi,
    /// The name of its column.
    pub name: String,
    /// How its numbers are written.
    pub format: UnitFormat,
    /// By what it is judged.
    pub yardstick: Yardstick,
    /// The total, if there is one, and then the segments.
    pub views: Vec<FigureView>,
}

/// The total, or a segment.
#[derive(Debug, Clone)]
pub struct FigureView {
    /// Its name.
    pub segment: String,
    /// Whether it is over all segments.
    pub is_total: bool,
    /// Its values over time, in order.
    pub points: Vec<PointInTime>,
    /// The value that is told first.
    pub latest: Option<LatestValue>,
    /// What that is compared with.
    pub comparisons: Vec<PeriodComparison>,
}

/// A value of a period.
#[derive(Debug, Clone)]
pub struct PointInTime {
    /// The period.
    pub period: Period,
    /// Whether its rows are all there.
    pub is_complete: bool,
    /// The value.
    pub reading: KpiReading,
}

/// The value of the last complete period.
#[derive(Debug, Clone)]
pub struct LatestValue {
    /// The period; `None` where the result has none.
    pub period: Option<Period>,
    /// Whether its rows are all there. They are not where no period is complete.
    pub is_complete: bool,
    /// The value.
    pub reading: KpiReading,
    /// What the benchmarks say of it.
    pub band: Option<String>,
    /// The value beside the target.
    pub aim: Option<Aim>,
}

impl Yardstick {
    /// Whether a value is of too few things to be told as one.
    pub fn is_of_few(&self, reading: &KpiReading) -> bool {
        reading.n.is_some_and(|n| n < self.min_n)
    }
}

impl Figure {
    /// What a column of a result tells; `is_complete` says of which periods the rows are all there.
    pub fn of(
        column: &KpiColumn,
        keys: &RowKeys,
        yardstick: Yardstick,
        is_complete: impl Fn(&Period) -> bool,
    ) -> Self {
        let mut figure = Figure {
            kpi: column.kpi,
            name: column.name.clone(),
            format: column.format,
            yardstick,
            views: vec![],
        };
        let last = last_complete(keys, &is_complete);
        for (segment, is_total) in segments(keys) {
            let rows = keys.keys.iter().zip(&column.readings);
            let of_view =
                rows.filter(|(key, _)| key.segment == segment && key.is_total == is_total);
            let mut points = vec![];
            let mut alone = None;
            for (key, reading) in of_view {
                match &key.period {
                    Some(period) => points.push(PointInTime {
                        period: period.clone(),
                        is_complete: is_complete(period),
                        reading: reading.clone(),
                    }),
                    None if keys.period_column.is_none() => alone = Some(reading.clone()),
                    // Over all periods: it is a row of the table, and no point in time.
                    None => {}
                }
            }
            points.sort_by_key(|point| point.period.number);
            let latest = match (&last, alone) {
                (_, Some(reading)) => Some((None, true, reading)),
                (Some(last), None) => {
                    let at = points
                        .iter()
                        .find(|point| point.period.number == last.number);
                    at.map(|at| (Some(at.period.clone()), at.is_complete, at.reading.clone()))
                }
                (None, None) => None,
            };
            let comparisons = match &latest {
                Some((Some(period), _, reading)) => figure.compared(&points, period, reading),
                _ => vec![],
            };
            let latest = latest.map(|(period, is_complete, reading)| {
                figure.judged(period, is_complete, reading, &points)
            });
            figure.views.push(FigureView {
                segment,
                is_total,
                points,
                latest,
                comparisons,
            });
        }
        // The total comes first, and segments in the order of the rows.
        figure.views.sort_by_key(|view| !view.is_total);
        for against in [Against::Before, Against::YearBefore, Against::Baseline] {
            adjust(
                figure
                    .comparisons_mut(against)
                    .filter(|(is_total, _)| !is_total)
                    .map(|(_, one)| one),
            );
        }
        figure
    }

    /// All comparisons of a kind, each with whether it is that of the total.
    pub fn comparisons_mut(
        &mut self,
        against: Against,
    ) -> impl Iterator<Item = (bool, &mut PeriodComparison)> {
        let views = self.views.iter_mut();
        let all = views.flat_map(|view| {
            let is_total = view.is_total;
            view.comparisons.iter_mut().map(move |one| (is_total, one))
        });
        all.filter(move |(_, one)| one.against == against)
    }

    /// The view over all segments.
    pub fn total(&self) -> Option<&FigureView> {
        self.views.iter().find(|view| view.is_total)
    }

    fn compared(
        &self,
        points: &[PointInTime],
        period: &Period,
        now: &KpiReading,
    ) -> Vec<PeriodComparison> {
        let mut others = vec![(Against::Before, period.earlier(1))];
        others.extend(
            period
                .length
                .per_year()
                .map(|n| (Against::YearBefore, period.earlier(n))),
        );
        if let Some(baseline) = &self.yardstick.baseline
            && baseline.number != period.number
        {
            others.push((Against::Baseline, Some(baseline.clone())));
        }
        let first = points.iter().map(|point| point.period.number).min();
        let others = others.into_iter().filter_map(|(against, other)| {
            let other = other?;
            // Before the first row there is nothing that could be missing.
            if against != Against::Baseline && first.is_none_or(|first| other.number < first) {
                return None;
            }
            let then = points
                .iter()
                .find(|point| point.period.number == other.number);
            let then = then.map(|then| &then.reading);
            let few = |reading: &KpiReading| self.yardstick.is_of_few(reading);
            Some(PeriodComparison::of(
                self.kpi,
                (now, then),
                (against, other.label()),
                self.yardstick.confidence,
                few(now) || then.is_some_and(few),
            ))
        });
        others.collect()
    }

    fn judged(
        &self,
        period: Option<Period>,
        is_complete: bool,
        reading: KpiReading,
        points: &[PointInTime],
    ) -> LatestValue {
        let baseline = self.yardstick.baseline.as_ref().and_then(|baseline| {
            let at = points
                .iter()
                .find(|point| point.period.number == baseline.number);
            at?.reading.value
        });
        let value = reading.value;
        let target = self.yardstick.target;
        LatestValue {
            period,
            is_complete,
            band: value.and_then(|value| band_of(&self.yardstick.bands, self.kpi, value)),
            aim: target.map(|target| {
                let compare = match reading.parts {
                    Some(_) => aim,
                    None => aim_of_value,
                };
                compare(self.kpi, &reading.known(), Some(target), baseline)
            }),
            reading,
        }
    }
}

/// The last period whose rows are all there; the last of all where there is none.
fn last_complete(keys: &RowKeys, is_complete: impl Fn(&Period) -> bool) -> Option<Period> {
    let periods = || keys.keys.iter().filter_map(|key| key.period.as_ref());
    let complete = periods().filter(|period| is_complete(period));
    let last = complete.max_by_key(|period| period.number);
    last.or_else(|| periods().max_by_key(|period| period.number))
        .cloned()
}

/// The total and the segments, each once, in the order of the rows.
fn segments(keys: &RowKeys) -> Vec<(String, bool)> {
    let mut segments: Vec<(String, bool)> = vec![];
    let mut seen = std::collections::HashSet::new();
    for key in &keys.keys {
        let segment = (key.segment.clone(), key.is_total);
        if seen.insert(segment.clone()) {
            segments.push(segment);
        }
    }
    segments
}
