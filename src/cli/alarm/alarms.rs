//! The alarms of a run: its results are held against them row by row, while they are written.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, Float64Array, UInt64Array};
use datafusion::arrow::compute::{filter_record_batch, take_record_batch};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::prelude::DataFrame;
use serde_json::{Value, json};

use super::args::AlarmArgs;
use super::cases::{Case, CaseVerdict, Cases};
use super::changes::{ALPHA, ChangeVerdict, NotJudged, is_bad, may_be_an_alarm, verdicts};
use super::junit::junit;
use super::offending::OffendingRows;
use super::row_names::RowNames;
use super::wanted::WantedCondition;
use crate::cli::error::Error;
use crate::define::UnitFormat;
use crate::session::{
    self, Answer, Parameter, RowJudge, Session, ShownChange, Statement, taken_apart,
};
use crate::tables::closest;

/// A call that shows a change, for those who have none.
const SHOWS_A_CHANGE: &str = "kpi-sql --fail-on-change -c \"SELECT segment, kpi_change(\
     cross_sell_ratio_parts(order_id, is_cross_sell) FILTER (WHERE month = '2026-05'), \
     cross_sell_ratio_parts(order_id, is_cross_sell) FILTER (WHERE month = '2026-06')) AS change \
     FROM orders JOIN customers USING (customer_id) GROUP BY segment\"";

/// The alarms of a run, and what they have found.
pub(in crate::cli) struct Alarms {
    conditions: Vec<WantedCondition>,
    /// From how many things on a side a change is judged, if changes are.
    min_n: Option<u64>,
    has_cases: bool,
    results: Vec<MetResult>,
    findings: Vec<ConditionFinding>,
    changes: Vec<MetChange>,
    /// The rows of changes that may turn out to be alarms.
    candidates: Vec<RecordBatch>,
}

/// A result of the run.
struct MetResult {
    name: String,
    schema: SchemaRef,
    units: Vec<Option<UnitFormat>>,
    names: RowNames,
    shows_changes: bool,
    n_rows: u64,
}

/// What a condition said of a result.
struct ConditionFinding {
    condition: usize,
    result: usize,
    n_null: u64,
    offending: OffendingRows,
    cases: Cases,
}

/// A change in a row.
struct MetChange {
    result: usize,
    change: Option<ShownChange>,
    /// What its row is called, and its number, where somebody wants to know.
    row: Option<(String, String)>,
    candidate: Option<usize>,
}

/// A result whose rows are to be judged.
pub(in crate::cli) struct WatchedResult {
    /// Its rows, and behind their own columns what is judged beside them.
    pub frame: DataFrame,
    result: usize,
    n_own: usize,
    judges: Vec<(usize, RowJudge)>,
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
            min_n: args.fail_on_change.then_some(args.min_n),
            has_cases: args.junit.is_some(),
            results: vec![],
            findings: vec![],
            changes: vec![],
            candidates: vec![],
        };
        if alarms.has_cases && !alarms.are_wanted() {
            return Err(Error::Usage(
                "--junit writes what alarms find, and there are none: add --fail-if 'cross_sell_ratio < 10' or --fail-on-change"
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
        !self.conditions.is_empty() || self.min_n.is_some()
    }

    /// The conditions as statements, for those who look for the parameters of a run.
    pub fn statements(&self) -> impl Iterator<Item = &Statement> {
        self.conditions
            .iter()
            .map(|wanted| wanted.condition.statement())
    }

    /// Plans what there is to judge of a result, before any of its rows is read.
    pub async fn meet(
        &mut self,
        session: &mut Session,
        answer: &Answer,
        parameters: &[Parameter],
    ) -> Result<WatchedResult, Error> {
        let statement = answer.statement();
        let schema: SchemaRef = Arc::clone(answer.frame.schema().inner());
        let units = answer.units();
        let name = match statement.names().first() {
            Some(name) => name.clone(),
            None => statement.place().to_string(),
        };
        let mut judges = vec![];
        for (i, wanted) in self.conditions.iter().enumerate() {
            if wanted.is_for(&name) && missing(wanted, &schema).is_empty() {
                let judge = session.judge(&wanted.condition, &schema, parameters);
                judges.push((i, judge.await.map_err(|e| Error::Usage(e.to_string()))?));
            }
        }
        let result = self.results.len();
        self.findings
            .extend(judges.iter().map(|(condition, _)| ConditionFinding {
                condition: *condition,
                result,
                n_null: 0,
                offending: OffendingRows::new(Arc::clone(&schema), units.clone()),
                cases: Cases::default(),
            }));
        let carrying = match self.min_n {
            Some(_) => answer.with_changes()?,
            None => None,
        };
        let n_own = schema.fields().len();
        self.results.push(MetResult {
            name,
            names: RowNames::new(&schema, &units),
            schema,
            units,
            shows_changes: carrying.is_some(),
            n_rows: 0,
        });
        Ok(WatchedResult {
            frame: carrying.unwrap_or_else(|| answer.frame.clone()),
            result,
            n_own,
            judges,
        })
    }

    /// To be called when all results are met: refuses alarms that cannot sound.
    pub fn check_places(&self) -> Result<(), Error> {
        for (i, wanted) in self.conditions.iter().enumerate() {
            if !self.findings.iter().any(|finding| finding.condition == i) {
                return Err(Error::Usage(self.without_a_place(wanted)));
            }
        }
        if self.min_n.is_some() && !self.results.iter().any(|result| result.shows_changes) {
            return Err(Error::Usage(format!(
                "--fail-on-change: no result shows a kpi_change, or one of its fields; this one does:\n  {SHOWS_A_CHANGE}"
            )));
        }
        Ok(())
    }

    fn without_a_place(&self, wanted: &WantedCondition) -> String {
        let results = self.results.iter();
        let results: Vec<_> = results
            .filter(|result| wanted.is_for(&result.name))
            .collect();
        let fields = || results.iter().flat_map(|result| result.schema.fields());
        let known = |column: &str| fields().any(|field| field.name() == column);
        let columns = wanted.condition.columns();
        let mut words = format!("--fail-if '{}': ", wanted.text);
        match columns.iter().find(|column| !known(column)) {
            Some(column) => {
                words += &format!("no result has a column {column}");
                let mut capitals = fields().filter(|f| f.name().eq_ignore_ascii_case(column));
                if let Some(field) = capitals.next() {
                    words += &format!("; for one with capitals write \"{}\"", field.name());
                } else if let Some(near) = closest(column, fields().map(|f| f.name().as_str())) {
                    words += &format!("; did you mean {near}?");
                }
            }
            None => words += &format!("no result has {} together", columns.join(" and ")),
        }
        for result in results {
            let columns = result
                .schema
                .fields()
                .iter()
                .map(|field| field.name().as_str());
            let columns: Vec<&str> = columns.collect();
            words += &format!("\n  {} has {}", result.name, columns.join(", "));
        }
        words
    }

    /// Judges some rows of a result; gives its own columns, which are to be written.
    pub fn judge(
        &mut self,
        watch: &WatchedResult,
        batch: RecordBatch,
    ) -> Result<RecordBatch, Error> {
        let failed =
            |e: &dyn std::fmt::Display| Error::Failed(format!("the rows could not be judged: {e}"));
        let (own, changes) = match self.results[watch.result].shows_changes {
            true => {
                taken_apart(&batch, watch.n_own).map_err(|e| failed(&session::messages::of(&e)))?
            }
            false => (batch, vec![]),
        };
        let result = &mut self.results[watch.result];
        let before = result.n_rows;
        result.n_rows += own.num_rows() as u64;
        let texts = match self.has_cases {
            true => Some(result.names.of(&own, before).map_err(|e| failed(&e))?),
            false => None,
        };
        for (condition, judge) in &watch.judges {
            let judged = judge.of(&own)?;
            let is_it =
                |f: &&mut ConditionFinding| f.condition == *condition && f.result == watch.result;
            let finding = self.findings.iter_mut().find(is_it);
            let finding = finding.expect("a finding comes with its judge");
            finding.n_null += judged.null_count() as u64;
            if judged.true_count() > 0 {
                let rows = filter_record_batch(&own, &judged).map_err(|e| failed(&e))?;
                finding.offending.add(rows);
            }
            let Some(texts) = &texts else { continue };
            for row in 0..own.num_rows() {
                let verdict = match judged.is_null(row) {
                    true => CaseVerdict::NotJudged("the condition is NULL".to_string()),
                    false if judged.value(row) => {
                        CaseVerdict::Alarm(texts.values(row).map_err(|e| failed(&e))?)
                    }
                    false => CaseVerdict::Fine,
                };
                let case = Case {
                    result: result.name.clone(),
                    name: texts.name(row).map_err(|e| failed(&e))?,
                    verdict,
                };
                finding.cases.add(case, &texts.number(row));
            }
        }
        let min_n = self.min_n.unwrap_or_default();
        for (row, change) in changes
            .iter()
            .flat_map(|of_rows| of_rows.iter().enumerate())
        {
            let mut candidate = None;
            if change
                .as_ref()
                .is_some_and(|change| may_be_an_alarm(change, min_n))
            {
                // A copy, because a slice would keep all of its batch.
                let row = UInt64Array::from_value(row as u64, 1);
                candidate = Some(self.candidates.len());
                let row = take_record_batch(&own, &row).map_err(|e| failed(&e))?;
                self.candidates.push(row);
            }
            let named = texts
                .as_ref()
                .map(|texts| Ok((texts.name(row)?, texts.number(row))));
            self.changes.push(MetChange {
                result: watch.result,
                change: *change,
                row: named
                    .transpose()
                    .map_err(|e: datafusion::arrow::error::ArrowError| failed(&e))?,
                candidate,
            });
        }
        // It looks into the rows that are handed on.
        drop(texts);
        Ok(own)
    }

    /// What they come to when all rows are written.
    pub fn end(mut self) -> Result<AlarmsAtTheEnd, Error> {
        let mut ended = AlarmsAtTheEnd {
            notes: vec![],
            alarms: vec![],
            junit: String::new(),
            summary: BTreeMap::new(),
        };
        let results = self.results.iter();
        let results = results.map(|result| json!({"result": result.name, "rows": result.n_rows}));
        ended.summary.insert("results", results.collect());
        let mut suites = vec![];
        let mut summaries = vec![];
        for finding in std::mem::take(&mut self.findings) {
            let wanted = &self.conditions[finding.condition];
            let result = &self.results[finding.result];
            let (offending, n_rows) = (finding.offending.count(), result.n_rows);
            summaries.push(json!({
                "condition": wanted.text,
                "result": result.name,
                "rows": n_rows,
                "null": finding.n_null,
                "alarms": offending,
            }));
            if n_rows == 0 {
                let words = "had no row to judge, because the result has none";
                let note = format!("--fail-if '{}' {words}: {}", wanted.text, result.name);
                ended.notes.push(note);
            }
            if finding.n_null > 0 {
                ended.notes.push(format!(
                    "--fail-if '{}' is NULL in {} of {} of {}, which is no alarm",
                    wanted.text,
                    finding.n_null,
                    rows(n_rows),
                    result.name
                ));
            }
            if offending > 0 {
                ended.alarms.push(format!(
                    "alarm: {}: {} in {offending} of {}\n{}",
                    result.name,
                    wanted.text,
                    rows(n_rows),
                    finding.offending.table()?
                ));
            }
            let cases: Vec<Case> = finding.cases.all().collect();
            suites.push((wanted.text.clone(), cases));
        }
        if !self.conditions.is_empty() {
            ended.summary.insert("conditions", summaries.into());
        }
        if let Some(min_n) = self.min_n {
            suites.push((
                "--fail-on-change".to_string(),
                self.end_changes(min_n, &mut ended)?,
            ));
        }
        if self.has_cases {
            let text = junit(suites);
            ended.junit = text.map_err(|e| Error::Failed(format!("--junit: {e}")))?;
        }
        Ok(ended)
    }

    /// Judges all changes together.
    fn end_changes(&mut self, min_n: u64, ended: &mut AlarmsAtTheEnd) -> Result<Vec<Case>, Error> {
        let changes: Vec<Option<ShownChange>> = self.changes.iter().map(|met| met.change).collect();
        let verdicts = verdicts(&changes, min_n);
        let mut not_judged: BTreeMap<NotJudged, usize> = BTreeMap::new();
        let mut alarms: BTreeMap<usize, Vec<(usize, f64)>> = BTreeMap::new();
        let mut cases = Cases::default();
        for (i, (met, verdict)) in self.changes.iter().zip(&verdicts).enumerate() {
            match verdict {
                ChangeVerdict::Fine => {}
                ChangeVerdict::Alarm(p) => alarms.entry(met.result).or_default().push((i, *p)),
                ChangeVerdict::NotJudged(why) => *not_judged.entry(*why).or_default() += 1,
            }
            let Some((name, number)) = &met.row else {
                continue;
            };
            let kpi = met.change.map_or("kpi_change", |change| change.kpi.name);
            let case = Case {
                result: self.results[met.result].name.clone(),
                name: format!("{kpi}: {name}"),
                verdict: match verdict {
                    ChangeVerdict::Fine => CaseVerdict::Fine,
                    ChangeVerdict::Alarm(p) => CaseVerdict::Alarm(in_words(met, *p)),
                    ChangeVerdict::NotJudged(why) => {
                        CaseVerdict::NotJudged(format!("a change {}", why.words(min_n)))
                    }
                },
            };
            cases.add(case, number);
        }
        let n_judged = changes.len() - not_judged.values().sum::<usize>();
        let n_alarms: usize = alarms.values().map(Vec::len).sum();
        let summary = json!({
            "changes": changes.len(),
            "judged": n_judged,
            "min_n": min_n,
            "alarms": n_alarms,
        });
        ended.summary.insert("changes", summary);
        if n_judged < changes.len() {
            let why = not_judged
                .iter()
                .map(|(why, n)| format!("{n} {}", why.words(min_n)));
            let why: Vec<String> = why.collect();
            ended.notes.push(format!(
                "--fail-on-change judged {n_judged} of {} changes, and left out {}",
                changes.len(),
                why.join(", ")
            ));
        } else if n_judged == 0 {
            let words = "--fail-on-change had no change to judge, because the results have no rows";
            ended.notes.push(words.to_string());
        }
        for (result, of_result) in alarms {
            ended
                .alarms
                .push(self.alarm_of_changes(result, &of_result, n_judged)?);
        }
        Ok(cases.all().collect())
    }

    fn alarm_of_changes(
        &self,
        result: usize,
        alarms: &[(usize, f64)],
        n_judged: usize,
    ) -> Result<String, Error> {
        let result = &self.results[result];
        let adjusted = Field::new("p_adjusted", DataType::Float64, true);
        let fields = result.schema.fields().iter().cloned();
        let fields: Vec<_> = fields.chain([Arc::new(adjusted)]).collect();
        let schema = Arc::new(Schema::new(fields));
        let mut offending = OffendingRows::new(Arc::clone(&schema), result.units.clone());
        let mut moved = BTreeSet::new();
        for (i, p) in alarms {
            let met = &self.changes[*i];
            let candidate = met
                .candidate
                .expect("what is an alarm at the end was a candidate");
            let row = &self.candidates[candidate];
            let shown: ArrayRef = Arc::new(Float64Array::from(vec![rounded(*p)]));
            let columns = row.columns().iter().cloned().chain([shown]).collect();
            let row = RecordBatch::try_new(Arc::clone(&schema), columns);
            offending.add(row.map_err(|e| Error::Failed(e.to_string()))?);
            moved.extend(met.change.map(|change| movement(&change)));
        }
        let moved: Vec<String> = moved.into_iter().collect();
        Ok(format!(
            "alarm: {}: {} in {} of {} judged changes, by more than chance (p < {ALPHA} after Benjamini-Hochberg)\n{}",
            result.name,
            moved.join(", "),
            alarms.len(),
            n_judged,
            offending.table()?
        ))
    }
}

/// The columns of a condition that a result has not.
fn missing<'a>(wanted: &'a WantedCondition, schema: &Schema) -> Vec<&'a String> {
    let columns = wanted.condition.columns().iter();
    let is_there = |column: &String| schema.fields().iter().any(|field| field.name() == column);
    columns.filter(|column| !is_there(column)).collect()
}

fn rows(n: u64) -> String {
    match n {
        1 => "1 row".to_string(),
        n => format!("{n} rows"),
    }
}

/// `cross_sell_ratio fell`.
fn movement(change: &ShownChange) -> String {
    debug_assert!(is_bad(change));
    let fell = change.difference.is_some_and(|difference| difference < 0.0);
    let verb = if fell { "fell" } else { "rose" };
    format!("{} {verb}", change.kpi.name)
}

fn in_words(met: &MetChange, p: f64) -> String {
    let Some(change) = &met.change else {
        return String::new();
    };
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
    let digits = number.abs().log10().floor().max(-300.0);
    let scale = 10_f64.powf(3.0 - digits);
    match number == 0.0 || !scale.is_finite() {
        true => number,
        false => (number * scale).round() / scale,
    }
}
