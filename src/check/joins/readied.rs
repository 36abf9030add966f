//! A plan with its joins as they are to be looked at: with their keys, and below them the conditions on one side alone.

use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TreeNodeRecursion};
use datafusion::error::Result;
use datafusion::logical_expr::{Join, JoinType, LogicalPlan, LogicalPlanBuilder};
use datafusion::optimizer::eliminate_cross_join::EliminateCrossJoin;
use datafusion::optimizer::extract_equijoin_predicate::ExtractEquijoinPredicate;
use datafusion::optimizer::push_down_filter::PushDownFilter;
use datafusion::optimizer::{Optimizer, OptimizerRule};
use datafusion::prelude::SessionContext;

/// The plan with the keys of its joins, and with all columns: what a query does not use may say what it loses.
pub(super) fn readied(ctx: &SessionContext, plan: &LogicalPlan) -> Result<LogicalPlan> {
    let state = ctx.state();
    let plan = with_views(plan.clone())?;
    let rules: Vec<Arc<dyn OptimizerRule + Send + Sync>> = vec![
        Arc::new(ExtractEquijoinPredicate::new()),
        Arc::new(EliminateCrossJoin::new()),
        Arc::new(PushDownFilter::new()),
        // What the others have put into conditions of joins.
        Arc::new(ExtractEquijoinPredicate::new()),
    ];
    Optimizer::with_rules(rules).optimize(plan, &state, |_, _| {})
}

/// The plan with the plans of views in their places.
fn with_views(plan: LogicalPlan) -> Result<LogicalPlan> {
    let inlined = plan.transform_up_with_subqueries(|node| {
        let LogicalPlan::TableScan(scan) = &node else {
            return Ok(Transformed::no(node));
        };
        match (
            scan.source.get_logical_plan(),
            &scan.projection,
            &scan.filters[..],
        ) {
            (Some(view), None, []) => {
                let view = with_views(view.into_owned())?;
                let view = LogicalPlanBuilder::from(view).alias(scan.table_name.clone())?;
                Ok(Transformed::yes(view.build()?))
            }
            _ => Ok(Transformed::no(node)),
        }
    })?;
    Ok(inlined.data)
}

/// The plan, and those of the subqueries in its expressions: each has joins of its own.
pub(super) fn with_subqueries(plan: &LogicalPlan) -> Result<Vec<Arc<LogicalPlan>>> {
    let mut all = vec![Arc::new(plan.clone())];
    plan.apply_with_subqueries(|node| {
        if let LogicalPlan::Subquery(subquery) = node {
            all.push(Arc::clone(&subquery.subquery));
        }
        Ok(TreeNodeRecursion::Continue)
    })?;
    Ok(all)
}

/// The joins of a plan that can multiply rows, from the first to the last.
pub(super) fn joins(plan: &LogicalPlan) -> Vec<&Join> {
    let mut found = vec![];
    collect(plan, &mut found);
    found
}

fn collect<'a>(plan: &'a LogicalPlan, found: &mut Vec<&'a Join>) {
    for input in plan.inputs() {
        collect(input, found);
    }
    if let LogicalPlan::Join(join) = plan {
        let multiplies = matches!(
            join.join_type,
            JoinType::Inner | JoinType::Left | JoinType::Right | JoinType::Full
        );
        if multiplies {
            found.push(join);
        }
    }
}

/// Whether a plan can run by itself: one in a subquery may need the row around it.
pub(super) fn runs_alone(plan: &LogicalPlan) -> bool {
    let mut alone = true;
    let walked = plan.apply_with_subqueries(|node| {
        if !node.all_out_ref_exprs().is_empty() {
            alone = false;
        }
        Ok(TreeNodeRecursion::Continue)
    });
    walked.is_ok() && alone
}
