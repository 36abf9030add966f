//! The alarms of a run: its results are held against them row by row, while they are written.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::prelude::DataFrame;
use serde_json::{Value, json};

use super::args::AlarmArgs;
use super::condition_finding::ConditionFinding;
use super::junit::junit;
use super::met_result::MetResult;
use super::run_changes::RunChanges;
use super::wanted::WantedCondition;
use crate::cli::error::Error;
use crate::session::{Answer, Parameter, Session, Statement, messages, taken_apart};
use crate::tables::closest;

/// A call that shows a change, for those who have none.
const SHOWS_A_CHANGE: &str = "kpi-sql --fail-on-change -c \"SELECT segment, kpi_change(\
     cross_sell_ratio_parts(order_id, is_cross_sell) FILTER (WHERE month = '2026-05'), \
     cross_sell_ratio_parts(order_id, is_cross_sell) FILTER (WHERE month = '2026-06')) AS change \
     FROM orders JOIN customers USING (customer_id) GROUP BY segment\"";

/// The alarms of a run, and what they have found; usually there are none.
#[derive(Default)]
pub(in crate::cli) struct Alarms {
    conditions: Vec<WantedCondition>,
    findings: Vec<ConditionFinding>,
    /// The changes that were met, if changes are judged.
    changes: Option<RunChanges>,
    results: Vec<MetResult>,
    has_cases: bool,
}

/// A result whose rows are to be judged.
pub(in crate::cli) struct WatchedResult {
    /// Its rows with what is judged beside them behind their own columns, if something is.
    pub carrying: Option<DataFrame>,
    result: usize,
    n_own: usize,
}

/// What alarms come to at the end of a run.
pub(in crate::cli) struct AlarmsAtTheEnd {
    /// What a reader should know beside them.
    pub notes: Vec<String>,
    /// The alarms that sounded, each with its rows.
    pub alarms: Vec<String>,
    /// The file for a CI server.
    pub junit: String,
    /// The same for programs.
    pub summary: BTreeMap<&'static str, Value>,
}

impl WatchedResult {
    /// The columns of the result itself, which are to be written.
    pub fn own_columns(&self, schema: &SchemaRef) -> SchemaRef {
        let fields = schema.fields().iter().take(self.n_own).cloned();
        Arc::new(Schema::new_with_metadata(
            fields.collect::<Vec<_>>(),
            schema.metadata().clone(),
        ))
    }
}

impl Alarms {
    /// Reads what was typed.
    pub fn new(args: &AlarmArgs, statements: &[Statement]) -> Result<Self, Error> {
        let conditions = args.fail_if.iter();
        let conditions = conditions.map(|typed| WantedCondition::parse(typed, statements));
        let alarms = Self {
            conditions: conditions.collect::<Result<_, _>>()?,
            findings: vec![],
            changes: args.fail_on_change.then(|| RunChanges::new(args.min_n)),
            results: vec![],
            has_cases: args.junit.is_some(),
        };
        if alarms.has_cases && !alarms.are_wanted() {
            return Err(Error::Usage(
                "--junit writes what alarms find, but there are no alarms: add --fail-if 'cross_sell_ratio < 10' or \
                 --fail-on-change"
                    .to_string(),
            ));
        }
        if alarms.are_wanted() && !statements.iter().any(Statement::has_result) {
            return Err(Error::Usage(
                "there is nothing that could raise an alarm: no statement has a result".to_string(),
            ));
        }
        Ok(alarms)
    }

    /// Whether there are any.
    pub fn are_wanted(&self) -> bool {
        !self.conditions.is_empty() || self.changes.is_some()
    }

    /// The conditions as statements, for those who look for the parameters of a run.
    pub fn statements(&self) -> impl Iterator<Item = &Statement> {
        let conditions = self.conditions.iter();
        conditions.map(|wanted| wanted.condition.statement())
    }

    /// Plans what there is to judge of a result, before any of its rows is read.
    pub async fn meet(
        &mut self,
        session: &mut Session,
        answer: &Answer,
        parameters: &[Parameter],
    ) -> Result<WatchedResult, Error> {
        let (carrying, has_others) = match self.changes {
            Some(_) => answer.with_changes()?,
            None => (None, false),
        };
        let met = MetResult::new(answer, carrying.is_some(), has_others);
        let result = self.results.len();
        for (i, wanted) in self.conditions.iter().enumerate() {
            let mut columns = wanted.condition.columns().iter();
            if wanted.is_for(&met.name) && columns.all(|column| met.has(column)) {
                let judge = session.judge(&wanted.condition, &met.schema, parameters);
                let judge = judge.await.map_err(|e| Error::Usage(e.to_string()))?;
                let finding = ConditionFinding::new(i, result, judge, &met);
                self.findings.push(finding);
            }
        }
        let n_own = met.schema.fields().len();
        self.results.push(met);
        Ok(WatchedResult {
            carrying,
            result,
            n_own,
        })
    }

    /// To be called when all results are met: refuses alarms that cannot sound.
    pub fn check_places(&self) -> Result<(), Error> {
        for (i, wanted) in self.conditions.iter().enumerate() {
            let mut findings = self.findings.iter();
            if !findings.any(|finding| finding.condition == i) {
                return Err(Error::Usage(self.without_a_place(wanted)));
            }
        }
        let shows_changes = |result: &MetResult| result.shows_changes;
        if self.changes.is_some() && !self.results.iter().any(shows_changes) {
            let others = self.results.iter().filter_map(MetResult::note_of_changes);
            let others: String = others.map(|note| format!("  {note}\n")).collect();
            return Err(Error::Usage(format!(
                "--fail-on-change: no result shows a kpi_change, or one of its fields; this one does:\n{others}  {SHOWS_A_CHANGE}"
            )));
        }
        Ok(())
    }

    fn without_a_place(&self, wanted: &WantedCondition) -> String {
        let results = self.results.iter();
        let results: Vec<_> = results.filter(|one| wanted.is_for(&one.name)).collect();
        let names = |result: &MetResult| {
            let fields = result.schema.fields().iter();
            fields.map(|field| field.name().clone()).collect::<Vec<_>>()
        };
        let known: Vec<String> = results.iter().flat_map(|result| names(result)).collect();
        let columns = wanted.condition.columns();
        let mut words = format!("--fail-if '{}': ", wanted.text);
        match columns.iter().find(|column| !known.contains(column)) {
            Some(column) => {
                words += &format!("no result has a column {column}");
                let capitals = known.iter().find(|name| name.eq_ignore_ascii_case(column));
                if let Some(name) = capitals {
                    words += &format!("; for one with capitals write \"{name}\"");
                } else if let Some(near) = closest(column, known.iter().map(String::as_str)) {
                    words += &format!("; did you mean {near}?");
                }
            }
            None => words += &format!("no result has {} together", columns.join(" and ")),
        }
        for result in results {
            words += &format!("\n  {} has {}", result.name, names(result).join(", "));
        }
        words
    }

    /// Judges the next rows of a result; gives its own columns, which are to be written.
    pub fn judge(
        &mut self,
        watched: &WatchedResult,
        batch: RecordBatch,
    ) -> Result<RecordBatch, Error> {
        let result = &self.results[watched.result];
        let (own, changes) = match result.shows_changes {
            true => taken_apart(&batch, watched.n_own)
                .map_err(|e| Error::not_judged(messages::of(&e)))?,
            false => (batch, vec![]),
        };
        let texts = match self.has_cases {
            true => Some(result.next_rows(&own).map_err(Error::not_judged)?),
            false => None,
        };
        let of_result = |finding: &&mut ConditionFinding| finding.result == watched.result;
        for finding in self.findings.iter_mut().filter(of_result) {
            finding.look(&own, &result.name, texts.as_ref())?;
        }
        if let Some(met) = &mut self.changes {
            met.look(&own, watched.result, &changes, texts.as_ref())?;
        }
        // They look into the rows that are handed on.
        drop(texts);
        self.results[watched.result].n_rows += own.num_rows() as u64;
        Ok(own)
    }

    /// What they come to when all rows are written.
    pub fn end(self) -> Result<AlarmsAtTheEnd, Error> {
        let mut end = AlarmsAtTheEnd {
            notes: vec![],
            alarms: vec![],
            junit: String::new(),
            summary: BTreeMap::new(),
        };
        let results = self.results.iter();
        let results = results.map(|result| json!({"result": result.name, "rows": result.n_rows}));
        end.summary.insert("results", results.collect());
        let mut suites = vec![];
        let mut summaries = vec![];
        for finding in self.findings {
            let wanted = &self.conditions[finding.condition];
            let result = &self.results[finding.result];
            end.notes.extend(finding.notes(wanted, result));
            end.alarms.extend(finding.alarm(wanted, result)?);
            summaries.push(finding.summary(wanted, result));
            suites.push((wanted.text.clone(), finding.cases()));
        }
        if !self.conditions.is_empty() {
            end.summary.insert("conditions", summaries.into());
        }
        if let Some(changes) = self.changes {
            let judged = changes.judged();
            let others = self.results.iter().filter_map(MetResult::note_of_changes);
            end.notes.extend(others);
            end.notes.extend(judged.note());
            end.alarms.extend(judged.alarms(&self.results)?);
            end.summary.insert("changes", judged.summary());
            suites.push(("--fail-on-change".to_string(), judged.cases(&self.results)));
        }
        if self.has_cases {
            let text = junit(suites);
            end.junit = text.map_err(|e| Error::Failed(format!("--junit: {e}")))?;
        }
        Ok(end)
    }
}
