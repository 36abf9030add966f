//! All changes of a run, which are judged together when the last of them is there.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array, UInt64Array};
use datafusion::arrow::compute::take_record_batch;
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::record_batch::RecordBatch;
use serde_json::{Value, json};

use super::cases::{Case, CaseVerdict, Cases};
use super::changes::{ALPHA, ChangeVerdict, NotJudged, may_be_an_alarm, verdicts};
use super::met_result::MetResult;
use super::offending::OffendingRows;
use super::row_names::RowTexts;
use crate::cli::error::Error;
use crate::session::ShownChange;

/// All changes of a run.
pub(super) struct RunChanges {
    /// From how many things on a side a change is judged.
    min_n: u64,
    met: Vec<MetChange>,
    /// The rows of those that may turn out to be alarms.
    candidates: Vec<RecordBatch>,
}

/// A change in a row.
struct MetChange {
    result: usize,
    change: Option<ShownChange>,
    /// What its row is called, and its number, where somebody wants to know.
    row: Option<(String, String)>,
    candidate: Option<usize>,
}

/// The changes of a run with what is to be said of each.
pub(super) struct JudgedChanges {
    changes: RunChanges,
    verdicts: Vec<ChangeVerdict>,
}

impl RunChanges {
    pub fn new(min_n: u64) -> Self {
        Self {
            min_n,
            met: vec![],
            candidates: vec![],
        }
    }

    /// Takes the changes in the next rows of a result.
    pub fn look(
        &mut self,
        rows: &RecordBatch,
        result: usize,
        changes: &[Vec<Option<ShownChange>>],
        texts: Option<&RowTexts<'_>>,
    ) -> Result<(), Error> {
        for (row, change) in changes.iter().flat_map(|column| column.iter().enumerate()) {
            let may_be = change
                .as_ref()
                .is_some_and(|change| may_be_an_alarm(change, self.min_n));
            let candidate = may_be.then_some(self.candidates.len());
            if may_be {
                // A copy, because a slice would keep all of its batch.
                let this = UInt64Array::from_value(row as u64, 1);
                let copy = take_record_batch(rows, &this).map_err(Error::not_judged)?;
                self.candidates.push(copy);
            }
            let named = texts.map(|texts| Ok((texts.name(row)?, texts.number(row))));
            let named = named.transpose();
            self.met.push(MetChange {
                result,
                change: *change,
                row: named.map_err(|e: ArrowError| Error::not_judged(e))?,
                candidate,
            });
        }
        Ok(())
    }

    /// Judges all of them together.
    pub fn judged(self) -> JudgedChanges {
        let changes: Vec<_> = self.met.iter().map(|met| met.change).collect();
        JudgedChanges {
            verdicts: verdicts(&changes, self.min_n),
            changes: self,
        }
    }
}

impl JudgedChanges {
    fn each(&self) -> impl Iterator<Item = (&MetChange, ChangeVerdict)> {
        self.changes.met.iter().zip(self.verdicts.iter().copied())
    }

    fn count(&self, is_counted: impl Fn(ChangeVerdict) -> bool) -> usize {
        let verdicts = self.verdicts.iter().copied();
        verdicts.filter(|verdict| is_counted(*verdict)).count()
    }

    fn n_judged(&self) -> usize {
        self.count(|verdict| !matches!(verdict, ChangeVerdict::NotJudged(_)))
    }

    /// How many were left out, and why.
    pub fn note(&self) -> Option<String> {
        let (n, n_judged) = (self.verdicts.len(), self.n_judged());
        if n == 0 {
            return Some(
                "--fail-on-change had no change to judge: the results have no rows".to_string(),
            );
        }
        let mut left_out: BTreeMap<NotJudged, usize> = BTreeMap::new();
        for verdict in &self.verdicts {
            if let ChangeVerdict::NotJudged(why) = verdict {
                *left_out.entry(*why).or_default() += 1;
            }
        }
        let why = left_out.into_iter();
        let why = why.map(|(why, n)| format!("{n} {}", why.words(self.changes.min_n)));
        let why: Vec<String> = why.collect();
        (n_judged < n).then(|| {
            let why = why.join(", ");
            format!("--fail-on-change judged {n_judged} of {n} changes, and left out {why}")
        })
    }

    /// What they come to, for programs.
    pub fn summary(&self) -> Value {
        json!({
            "changes": self.verdicts.len(),
            "judged": self.n_judged(),
            "min_n": self.changes.min_n,
            "alarms": self.count(|verdict| matches!(verdict, ChangeVerdict::Alarm(_))),
        })
    }

    /// The alarms that sounded, one for each result, with their rows.
    pub fn alarms(&self, results: &[MetResult]) -> Result<Vec<String>, Error> {
        let mut of_results: BTreeMap<usize, Vec<(&MetChange, f64)>> = BTreeMap::new();
        for (met, verdict) in self.each() {
            if let ChangeVerdict::Alarm(p) = verdict {
                of_results.entry(met.result).or_default().push((met, p));
            }
        }
        let alarms = of_results.into_iter();
        let alarms = alarms.map(|(result, alarms)| self.alarm(&results[result], &alarms));
        alarms.collect()
    }

    fn alarm(&self, result: &MetResult, alarms: &[(&MetChange, f64)]) -> Result<String, Error> {
        // The query may have a p_adjusted of its own, over fewer changes.
        let adjusted = Field::new("p_adjusted_over_run", DataType::Float64, true);
        let fields = result.schema.fields().iter().cloned();
        let fields: Vec<_> = fields.chain([Arc::new(adjusted)]).collect();
        let schema = Arc::new(Schema::new(fields));
        let mut offending = OffendingRows::new(Arc::clone(&schema), result.units.clone());
        let mut moved = BTreeSet::new();
        for (met, p) in alarms {
            let candidate = met.candidate;
            let candidate = candidate.expect("what is an alarm at the end was a candidate");
            let row = &self.changes.candidates[candidate];
            let p: ArrayRef = Arc::new(Float64Array::from(vec![rounded(*p)]));
            let columns = row.columns().iter().cloned().chain([p]).collect();
            let row = RecordBatch::try_new(Arc::clone(&schema), columns);
            offending.add(row.map_err(Error::not_judged)?);
            moved.extend(met.change.map(|change| movement(&change)));
        }
        let moved: Vec<String> = moved.into_iter().collect();
        Ok(format!(
            "alarm: {}: {} in {} of {} judged changes, by more than chance (p < {ALPHA} after Benjamini-Hochberg)\n{}",
            result.name,
            moved.join(", "),
            alarms.len(),
            self.n_judged(),
            offending.table()?
        ))
    }

    /// The rows, each with what was found of it.
    pub fn cases(&self, results: &[MetResult]) -> Vec<Case> {
        let mut cases = Cases::default();
        for (met, verdict) in self.each() {
            let Some((name, number)) = &met.row else {
                continue;
            };
            let kpi = met.change.map_or("kpi_change", |change| change.kpi.name);
            let case = Case {
                result: results[met.result].name.clone(),
                name: format!("{kpi}: {name}"),
                verdict: match (verdict, &met.change) {
                    (ChangeVerdict::Alarm(p), Some(change)) => {
                        CaseVerdict::Alarm(in_words(change, p))
                    }
                    (ChangeVerdict::Alarm(_) | ChangeVerdict::Fine, _) => CaseVerdict::Fine,
                    (ChangeVerdict::NotJudged(why), _) => {
                        let why = why.words(self.changes.min_n);
                        CaseVerdict::NotJudged(format!("a change {why}"))
                    }
                },
            };
            cases.add(case, number);
        }
        cases.all().collect()
    }
}

/// `cross_sell_ratio fell`.
fn movement(change: &ShownChange) -> String {
    let fell = change.difference.is_some_and(|difference| difference < 0.0);
    let verb = if fell { "fell" } else { "rose" };
    format!("{} {verb}", change.kpi.name)
}

fn in_words(change: &ShownChange, p: f64) -> String {
    format!(
        "{} by {}, p = {} after Benjamini-Hochberg, n = {}",
        movement(change),
        rounded(change.difference.unwrap_or_default().abs()),
        rounded(p),
        change.n.unwrap_or_default()
    )
}

/// Four digits are enough to see what it is.
fn rounded(number: f64) -> f64 {
    let digits = number.abs().log10().floor();
    // 0, and what is too small to be lifted without a loss, is as it is.
    if !digits.is_finite() || digits < -300.0 {
        return number;
    }
    let scale = 10_f64.powf(3.0 - digits);
    (number * scale).round() / scale
}

#[cfg(test)]
mod tests {
    use super::rounded;

    #[test]
    fn numbers_have_four_digits() {
        for (number, expected) in [
            (0.0, 0.0),
            (0.002_450_9, 0.002_451),
            (12.345_67, 12.35),
            (1e-310, 1e-310),
            (30.0, 30.0),
        ] {
            let got = rounded(number);
            assert!(
                (got - expected).abs() <= 1e-12 * expected,
                "{got} {expected}"
            );
        }
    }
}
