//! What a condition said of the rows of a result.

use datafusion::arrow::array::Array;
use datafusion::arrow::compute::filter_record_batch;
use datafusion::arrow::record_batch::RecordBatch;
use serde_json::{Value, json};

use super::cases::{Case, CaseVerdict, Cases};
use super::met_result::MetResult;
use super::offending::OffendingRows;
use super::row_names::RowTexts;
use super::wanted::WantedCondition;
use crate::cli::error::Error;
use crate::session::RowJudge;

/// What a condition said of the rows of a result.
pub(super) struct ConditionFinding {
    /// Which of the conditions of the run it is, and which of its results.
    pub condition: usize,
    pub result: usize,
    judge: RowJudge,
    n_null: u64,
    offending: OffendingRows,
    cases: Cases,
}

impl ConditionFinding {
    pub fn new(condition: usize, result: usize, judge: RowJudge, of: &MetResult) -> Self {
        Self {
            condition,
            result,
            judge,
            n_null: 0,
            offending: OffendingRows::new(of.schema.clone(), of.units.clone()),
            cases: Cases::default(),
        }
    }

    /// Judges the next rows; with their names, if each of them is to be a case.
    pub fn look(
        &mut self,
        rows: &RecordBatch,
        result: &str,
        texts: Option<&RowTexts<'_>>,
    ) -> Result<(), Error> {
        let judged = self.judge.of(rows)?;
        self.n_null += judged.null_count() as u64;
        if judged.true_count() > 0 {
            let offending = filter_record_batch(rows, &judged).map_err(Error::not_judged)?;
            self.offending.add(offending);
        }
        let Some(texts) = texts else {
            return Ok(());
        };
        for row in 0..rows.num_rows() {
            let verdict = match judged.is_null(row) {
                true => CaseVerdict::NotJudged("the condition is NULL".to_string()),
                false if judged.value(row) => {
                    CaseVerdict::Alarm(texts.values(row).map_err(Error::not_judged)?)
                }
                false => CaseVerdict::Fine,
            };
            let case = Case {
                result: result.to_string(),
                name: texts.name(row).map_err(Error::not_judged)?,
                verdict,
            };
            self.cases.add(case, &texts.number(row));
        }
        Ok(())
    }

    /// What a reader should know beside the alarm.
    pub fn notes(&self, wanted: &WantedCondition, result: &MetResult) -> Vec<String> {
        let (text, name) = (&wanted.text, &result.name);
        let mut notes = vec![];
        if result.n_rows == 0 {
            notes.push(format!(
                "--fail-if '{text}' had no row to judge: {name} has none"
            ));
        }
        if self.n_null > 0 {
            notes.push(format!(
                "--fail-if '{text}' is NULL in {} of {} of {name}, which raises no alarm",
                self.n_null,
                rows(result.n_rows),
            ));
        }
        notes
    }

    /// The alarm with its rows, if it sounded.
    pub fn alarm(
        &self,
        wanted: &WantedCondition,
        result: &MetResult,
    ) -> Result<Option<String>, Error> {
        let n = self.offending.count();
        if n == 0 {
            return Ok(None);
        }
        Ok(Some(format!(
            "alarm: {}: {} in {n} of {}\n{}",
            result.name,
            wanted.text,
            rows(result.n_rows),
            self.offending.table()?
        )))
    }

    /// The same for programs.
    pub fn summary(&self, wanted: &WantedCondition, result: &MetResult) -> Value {
        json!({
            "condition": wanted.text,
            "result": result.name,
            "rows": result.n_rows,
            "null": self.n_null,
            "alarms": self.offending.count(),
        })
    }

    /// The rows, each with what was found of it.
    pub fn cases(self) -> Vec<Case> {
        self.cases.all().collect()
    }
}

fn rows(n: u64) -> String {
    match n {
        1 => "1 row".to_string(),
        n => format!("{n} rows"),
    }
}
