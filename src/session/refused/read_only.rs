//! What a run that only reads does not do, told by the plan: whatever a statement is written in, its plan says what it does.

use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::error::Result;
use datafusion::logical_expr::{DdlStatement, LogicalPlan, Statement};

use crate::session::error::Refusal;
use crate::session::settings::Face;
use crate::session::words::messages;

/// Options that change what a query says or how it is shown, and none of what it may use.
const MAY_BE_SET: &[&str] = &[
    "datafusion.execution.time_zone",
    "datafusion.explain.",
    "datafusion.sql_parser.",
    "kpi.operator",
    "kpi.confidence",
];

/// Refuses a plan that writes, opens files, or changes limits, within EXPLAIN and PREPARE too.
pub(in crate::session) fn check(plan: &LogicalPlan, face: &Face) -> Result<(), Refusal> {
    let mut refused: Option<Refusal> = None;
    let looked_at = plan.apply_with_subqueries(|plan| {
        let found = problem(plan).map(|what| refusal(&what, face));
        let goes_on = match found {
            Some(_) => TreeNodeRecursion::Stop,
            None => TreeNodeRecursion::Continue,
        };
        refused = found;
        Ok(goes_on)
    });
    looked_at.map_err(|e| Refusal::new(messages::of(&e)))?;
    refused.map_or(Ok(()), Err)
}

/// What a plan does that nobody does who only reads.
fn problem(plan: &LogicalPlan) -> Option<String> {
    let what = match plan {
        LogicalPlan::Copy(_) => "COPY writes files".to_string(),
        LogicalPlan::Dml(dml) => format!("{} writes to a table", dml.op),
        LogicalPlan::Ddl(DdlStatement::CreateExternalTable(_)) => {
            "CREATE EXTERNAL TABLE opens files".to_string()
        }
        LogicalPlan::Ddl(DdlStatement::CreateFunction(_)) => {
            "CREATE FUNCTION adds code".to_string()
        }
        LogicalPlan::Statement(Statement::SetVariable(set)) if !may_be_set(&set.variable) => {
            format!(
                "SET {} may change what a run is allowed to use",
                set.variable
            )
        }
        LogicalPlan::Statement(Statement::ResetVariable(reset)) if !may_be_set(&reset.variable) => {
            format!(
                "RESET {} may change what a run is allowed to use",
                reset.variable
            )
        }
        _ => return None,
    };
    Some(what)
}

fn may_be_set(variable: &str) -> bool {
    let variable = variable.to_lowercase();
    let mut known = MAY_BE_SET.iter();
    known.any(|known| match known.ends_with('.') {
        true => variable.starts_with(known),
        false => variable == *known,
    })
}

/// The words for something that nobody does who only reads.
pub(in crate::session) fn refusal(what: &str, face: &Face) -> Refusal {
    Refusal::new(format!("{what}, and {}", face.read_only))
}
