//! A value beside that of another period.

use crate::define::{Direction, Kpi};
use crate::report_support::{Adjustment, Confidence, compared};

use super::kpi_readings::KpiReading;

/// What a value is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Against {
    /// The period before.
    Before,
    /// The same period of the year before.
    YearBefore,
    /// The baseline of the script.
    Baseline,
}

/// A value beside that of another period.
#[derive(Debug, Clone)]
pub struct PeriodComparison {
    /// What with.
    pub against: Against,
    /// The other period.
    pub label: String,
    /// The difference now − then, and the ends of its interval.
    pub difference: Option<f64>,
    /// The ends of its interval.
    pub interval: Option<(f64, f64)>,
    /// How likely one at least as large is by chance.
    pub p_value: Option<f64>,
    /// The same once it is counted how many comparisons there are.
    pub adjusted: Option<f64>,
    /// Whether either is of too few.
    pub is_of_few: bool,
    /// Whether parts are known, without which no chance is.
    pub has_parts: bool,
}

/// What is to be said of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ComparisonVerdict {
    /// There is no value then or now.
    Missing,
    /// Both are the same.
    Same,
    /// Too few were counted.
    OfFew,
    /// It is not known how likely it is by chance, and could be if the query gave parts.
    WithoutParts,
    /// It is not known how likely it is by chance, because nobody knows it of this KPI.
    Unknown,
    /// It may well be chance.
    Noise,
    /// It is hardly chance, and good news.
    Better,
    /// It is hardly chance, and bad news.
    Worse,
    /// It is hardly chance, and neither.
    Moved,
}

impl PeriodComparison {
    /// Compares two values of a KPI.
    pub fn of(
        kpi: &'static Kpi,
        (now, then): (&KpiReading, Option<&KpiReading>),
        (against, label): (Against, String),
        confidence: Confidence,
        is_of_few: bool,
    ) -> Self {
        let (after, before) = (now.known(), then.map(KpiReading::known));
        let change = before.map(|before| compared(kpi, &before, &after, confidence));
        let change = change.unwrap_or_default();
        Self {
            against,
            label,
            difference: change
                .difference
                .filter(|difference| difference.is_finite()),
            interval: change
                .interval
                .map(|interval| (interval.low, interval.high)),
            p_value: change.p_value.filter(|p| (0.0..=1.0).contains(p)),
            adjusted: None,
            is_of_few,
            has_parts: now.parts.is_some() && then.is_none_or(|then| then.parts.is_some()),
        }
    }

    /// What is to be said of it: a move is one where the p value, adjusted if there are several, is at most what the confidence leaves.
    pub fn verdict(&self, kpi: &Kpi, confidence: Confidence) -> ComparisonVerdict {
        let Some(difference) = self.difference else {
            return ComparisonVerdict::Missing;
        };
        let Some(p) = self.adjusted.or(self.p_value) else {
            return match (difference == 0.0, self.has_parts) {
                (true, _) => ComparisonVerdict::Same,
                (false, true) => ComparisonVerdict::Unknown,
                (false, false) => ComparisonVerdict::WithoutParts,
            };
        };
        if self.is_of_few {
            return ComparisonVerdict::OfFew;
        }
        // 1 − 0.95 is a little more than 0.05 to a machine.
        if p >= 1.0 - confidence.share() - 1e-12 {
            return match difference == 0.0 {
                true => ComparisonVerdict::Same,
                false => ComparisonVerdict::Noise,
            };
        }
        match (kpi.direction, difference > 0.0) {
            (Direction::Neither, _) => ComparisonVerdict::Moved,
            (Direction::Higher, true) | (Direction::Lower, false) => ComparisonVerdict::Better,
            (Direction::Higher, false) | (Direction::Lower, true) => ComparisonVerdict::Worse,
        }
    }
}

/// Counts how many comparisons are made side by side, by the method of Benjamini and Hochberg. One alone stays as it is.
pub fn adjust<'a>(comparisons: impl Iterator<Item = &'a mut PeriodComparison>) {
    let mut comparisons: Vec<&mut PeriodComparison> = comparisons.collect();
    let p_values: Vec<Option<f64>> = comparisons.iter().map(|one| one.p_value).collect();
    if p_values.iter().flatten().count() < 2 {
        return;
    }
    let adjusted = Adjustment::BenjaminiHochberg.of(&p_values);
    for (comparison, adjusted) in comparisons.iter_mut().zip(adjusted) {
        comparison.adjusted = adjusted;
    }
}
