//! All joins of some statements, one after the other.

use datafusion::common::{Column, ExprSchema};
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{DdlStatement, Expr, Join, LogicalPlan};
use datafusion::prelude::SessionContext;

use super::measure::{measure, rows};
use super::not_written::NotWritten;
use super::readied::{joins, readied, runs_alone, with_subqueries};
use super::side::{JoinedSide, is_summed};
use super::uses::{UsedAs, UsedColumn, keeps_those_without_partner, uses};
use super::words;
use crate::check::finding::{Finding, Severity};
use crate::session::{self, ErrorKind, Parameter, Session, Statement, messages};

/// What was found of a join.
pub struct CheckedJoin {
    /// Where its statement stands.
    pub place: String,
    /// The join as SQL has it.
    pub join: String,
    /// How many rows come of it, where that was counted.
    pub rows: Option<u64>,
    /// How its sides belong together: `1:n`.
    pub shape: Option<&'static str>,
    pub findings: Vec<Finding>,
}

/// Checks the joins of statements, with the values of their `$name`s. What they create is created, and what they insert
/// into a table in memory is inserted, for those that follow; no file is written. `begins` hears of each statement.
///
/// # Errors
/// What is wrong with a statement, as it would be when it runs.
pub async fn check_joins(
    session: &mut Session,
    statements: &[Statement],
    parameters: &[Parameter],
    begins: impl Fn(&Statement),
) -> Result<(Vec<CheckedJoin>, Vec<String>), session::Error> {
    let mut checked = vec![];
    let mut notes = vec![];
    let mut not_written = NotWritten::default();
    for (number, statement) in statements.iter().enumerate() {
        begins(statement);
        let planned = match session.plan(statement, parameters).await {
            Ok(planned) => planned,
            // What it reads may be what a statement before it writes.
            Err(e) => {
                let Some(missing) = not_written.named_in(statement) else {
                    return Err(e);
                };
                notes.extend(session.take_notes());
                checked.push(CheckedJoin {
                    place: statement.place().to_string(),
                    join: format!("the statement over {}", missing.written()),
                    rows: None,
                    shape: None,
                    findings: vec![words::not_checked(&missing.why_without(&e))],
                });
                not_written.takes_unplanned(statement);
                continue;
            }
        };
        notes.extend(session.take_notes());
        let failed = |e: DataFusionError| {
            session::Error::new(ErrorKind::Query, statement.placed(&messages::of(&e)))
        };
        let context = session.context().clone();
        let plan = planned.plan().clone();
        // What a view joins is seen where it is read, with what is made of it.
        let is_read_below = number + 1 < statements.len()
            && matches!(&plan, LogicalPlan::Ddl(DdlStatement::CreateView(_)));
        if !is_read_below {
            let ready = readied(&context, &plan).map_err(failed)?;
            for root in with_subqueries(&ready).map_err(failed)? {
                for join in joins(&root) {
                    let found =
                        of_join(&context, &root, join, statement.place(), &not_written).await;
                    let found = found.map_err(failed)?;
                    // Of a table of one row, nothing is to be said.
                    let is_told = found.rows.is_some() || !found.findings.is_empty();
                    if is_told && !checked.iter().any(|known| is_same(known, &found)) {
                        checked.push(found);
                    }
                }
            }
        }
        if not_written.takes(&context, statement, &plan).await {
            continue;
        }
        let is_written = matches!(&plan, LogicalPlan::Dml(_));
        if is_written || matches!(&plan, LogicalPlan::Ddl(_) | LogicalPlan::Statement(_)) {
            let executed = planned.execute().await;
            let answer = session.answer(planned, executed)?;
            if is_written {
                let rows = answer.frame.clone().collect().await;
                rows.map_err(|e| answer.error(&e))?;
                notes.extend(answer.take_notes());
            }
        }
    }
    Ok((checked, notes))
}

/// A CTE that is read twice has its joins twice; what is found of them may differ.
fn is_same(known: &CheckedJoin, found: &CheckedJoin) -> bool {
    let told = |join: &CheckedJoin| -> Vec<String> {
        let findings = join.findings.iter();
        findings.map(|finding| finding.message.clone()).collect()
    };
    known.place == found.place && known.join == found.join && told(known) == told(found)
}

async fn of_join(
    ctx: &SessionContext,
    plan: &LogicalPlan,
    join: &Join,
    place: &str,
    not_written: &NotWritten,
) -> Result<CheckedJoin, DataFusionError> {
    let (left_keys, right_keys): (Vec<Expr>, Vec<Expr>) = join.on.iter().cloned().unzip();
    let left = JoinedSide::new(&join.left, left_keys);
    let right = JoinedSide::new(&join.right, right_keys);
    let mut checked = CheckedJoin {
        place: place.to_string(),
        join: words::join(join, &left, &right),
        rows: None,
        shape: None,
        findings: vec![],
    };
    let mut sides = [&join.left, &join.right].into_iter();
    if let Some(missing) = sides.find_map(|side| not_written.read_by(side)) {
        checked.findings.push(words::not_checked(&missing.why()));
        return Ok(checked);
    }
    if !runs_alone(&join.left) || !runs_alone(&join.right) {
        checked
            .findings
            .push(words::not_checked("it is in a correlated subquery"));
        return Ok(checked);
    }
    if join.on.is_empty() {
        let (l, r) = (
            rows(ctx, &left).await? as u64,
            rows(ctx, &right).await? as u64,
        );
        if l > 1 && r > 1 {
            checked.findings.push(match &join.filter {
                Some(_) => words::not_checked("its condition has no equality of two columns"),
                None => words::without_key(l, r),
            });
        }
        return Ok(checked);
    }
    let is_of_the_lost = keeps_those_without_partner(plan, join);
    let used = match is_of_the_lost {
        true => vec![],
        false => uses(plan, join),
    };
    let columns = |is_left: bool, side: &JoinedSide<'_>| -> Vec<Column> {
        let summed = |used: &&UsedColumn| {
            let field = side.plan.schema().field_from_column(&used.column);
            used.is_left == is_left
                && used.makes == UsedAs::Sum
                && field.is_ok_and(|field| is_summed(field.data_type()))
        };
        let mut columns: Vec<Column> = used
            .iter()
            .filter(summed)
            .map(|used| used.column.clone())
            .collect();
        if columns.is_empty() {
            columns.extend(side.amounts.iter().cloned());
        }
        columns
    };
    let (of_left, of_right) = (columns(true, &left), columns(false, &right));
    let counts = measure(ctx, &left, &of_left, &right, &of_right).await?;
    checked.rows = Some(counts.rows);
    checked.shape = Some(match (counts.left.several > 0, counts.right.several > 0) {
        (false, false) => "1:1",
        (false, true) => "1:n",
        (true, false) => "n:1",
        (true, true) => "m:n",
    });
    checked.findings = words::findings(join, &left, &right, &counts, &used);
    if is_of_the_lost {
        let findings = &mut checked.findings;
        findings.retain(|finding| finding.kind != words::ON_BOTH);
    }
    checked
        .findings
        .sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    if join.filter.is_some() {
        // The condition may keep one of several partners, which the keys do not show.
        for finding in &mut checked.findings {
            finding.severity = finding.severity.min(Severity::Warning);
            finding.message +=
                " (before the further condition of the join, which is not looked at)";
        }
    }
    Ok(checked)
}
