//! Notes about the expressions of a plan.

use std::collections::HashSet;

use datafusion::common::DFSchema;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{Expr, LogicalPlan};

/// What is to be said of the expressions of a plan, each once.
pub(in crate::session) fn of_exprs<N: IntoIterator<Item = Option<String>>>(
    plan: &LogicalPlan,
    of_expr: impl Fn(&Expr, &LogicalPlan, &DFSchema) -> N,
) -> Vec<String> {
    let (mut notes, mut said) = (vec![], HashSet::new());
    // A plan that cannot be walked fails for reasons of its own.
    let _ = plan.apply_with_subqueries(|node| {
        let schema = merge_schema(&node.inputs());
        node.apply_expressions(|expr| {
            expr.apply(|expr| {
                let found = of_expr(expr, node, &schema).into_iter().flatten();
                notes.extend(found.filter(|note| said.insert(note.clone())));
                Ok(TreeNodeRecursion::Continue)
            })
        })
    });
    notes
}
