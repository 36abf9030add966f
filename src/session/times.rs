//! Literals of times whose offset gets lost: without a time zone of the session, TIMESTAMPTZ '…Z' is a TIMESTAMP, and
//! beside a column of times with an offset it is taken for a time of that offset.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::{Expr, LogicalPlan};

/// What is to be said of the literals of a plan.
pub(super) fn notes(plan: &LogicalPlan) -> Vec<String> {
    let mut notes = vec![];
    // A plan that cannot be walked fails for reasons of its own.
    let _ = plan.apply_with_subqueries(|node| {
        node.apply_expressions(|expr| {
            expr.apply(|expr| {
                if let Some(text) = loses_its_offset(expr) {
                    notes.push(format!(
                        "the time '{text}' has an offset, and as a TIMESTAMP it is that time in UTC without one. The plain \
                         text, column >= '{text}', keeps it beside a column of times with an offset; so does TIMESTAMPTZ \
                         after SET datafusion.execution.time_zone = 'UTC'"
                    ));
                }
                Ok(TreeNodeRecursion::Continue)
            })
        })
    });
    notes
}

fn loses_its_offset(expr: &Expr) -> Option<&str> {
    let Expr::Cast(cast) = expr else { return None };
    let Expr::Literal(value, _) = cast.expr.as_ref() else {
        return None;
    };
    let text = value.try_as_str()??;
    let has_offset = text.is_char_boundary(10)
        && text.len() > 10
        && (text.ends_with(['Z', 'z']) || text[10..].contains(['+', '-']));
    let is_without = matches!(cast.field.data_type(), DataType::Timestamp(_, None));
    (is_without && has_offset).then_some(text)
}
