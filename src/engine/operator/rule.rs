//! The physical rule that puts the operator in the place of DataFusion's two nodes.

use std::sync::Arc;

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::error::Result;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::aggregates::{AggregateExec, AggregateMode};
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties, InputOrderMode};

use super::aggregation::{Aggregation, is_kpi};
use super::bundles::bundles;
use super::choose::Why;
use super::colocated::Colocated;
use super::expand_exec::KpiExpandExec;
use super::fallback_exec::KpiFallbackExec;
use super::finish_exec::KpiFinishExec;
use super::fold_exec::KpiFoldExec;
use super::other::merges_states;
use super::shape::Shape;
use crate::engine::config::{KpiOptions, Operator};

/// Folds the KPIs of an aggregation by entity.
#[derive(Debug, Default)]
pub struct FoldByEntity;

/// Behind the choice of joins, and before anything is sent from one partition to another.
const BEFORE: &str = "EnsureRequirements";

/// So many kinds of entities can be told apart by a byte.
const MOST_KINDS: usize = 256;

type Rules = Vec<Arc<dyn PhysicalOptimizerRule + Send + Sync>>;

/// The rules of a session with this one in its place; as they are, where there is no such place.
pub fn with_fold(mut rules: Rules) -> Rules {
    if let Some(place) = rules.iter().position(|rule| rule.name() == BEFORE) {
        rules.insert(place, Arc::new(FoldByEntity));
    }
    rules
}

impl PhysicalOptimizerRule for FoldByEntity {
    fn name(&self) -> &str {
        "fold_by_entity"
    }

    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        config: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let options = config.extensions.get::<KpiOptions>();
        if !options.is_some_and(|options| options.operator == Operator::On) {
            return Ok(plan);
        }
        let partitions = config.execution.target_partitions;
        plan.transform_up(|node| match folded(&node, partitions)? {
            Ok(folded) => Ok(Transformed::yes(folded)),
            Err(Why::NoKpi) => Ok(Transformed::no(node)),
            Err(why) => Ok(Transformed::yes(Arc::new(KpiFallbackExec::new(why, node)))),
        })
        .data()
    }

    fn schema_check(&self) -> bool {
        true
    }
}

/// The operator in the place of a node and the one below it.
fn folded(
    node: &Arc<dyn ExecutionPlan>,
    partitions: usize,
) -> Result<std::result::Result<Arc<dyn ExecutionPlan>, Why>> {
    let Some(finish) = node.downcast_ref::<AggregateExec>() else {
        return Ok(Err(Why::NoKpi));
    };
    let is_last = matches!(
        finish.mode(),
        AggregateMode::Final | AggregateMode::FinalPartitioned
    );
    let start = finish.input().downcast_ref::<AggregateExec>();
    let start = start.filter(|start| is_last && *start.mode() == AggregateMode::Partial);
    let Some(start) = start else {
        return Ok(Err(Why::NoKpi));
    };
    let mut functions = start.aggr_expr().iter();
    if !functions.any(|function| is_kpi(function) || merges_states(function)) {
        return Ok(Err(Why::NoKpi));
    }
    // A constant key is sorted, too.
    let is_sorted = start.input().output_ordering().is_some();
    if is_sorted && *start.input_order_mode() == InputOrderMode::Sorted {
        return Ok(Err(Why::SortedInput));
    }
    let aggregation = match Aggregation::of(start, finish.schema())? {
        Ok(aggregation) => Arc::new(aggregation),
        Err(why) => return Ok(Err(why)),
    };
    let bundles = bundles(&aggregation.kpis);
    let entities: Vec<_> = bundles
        .iter()
        .map(|bundle| &bundle.entity)
        .filter(|entity| !entity.is_empty())
        .collect();
    let is_volatile = |expr: &Arc<dyn PhysicalExpr>| {
        datafusion::physical_expr_common::physical_expr::is_volatile(expr)
    };
    let keys = aggregation.group_by.expr().iter().map(|(key, _)| key);
    if entities
        .iter()
        .copied()
        .flatten()
        .chain(keys)
        .any(is_volatile)
    {
        return Ok(Err(Why::Volatile));
    }
    let input = start.input().clone();
    let names: Vec<Vec<_>> = entities.iter().copied().cloned().collect();
    let common = match in_all(&names) {
        none if none.is_empty() && names.len() > 1 => {
            let colocated = Colocated::of(&input);
            let of_entity = names.iter().map(|entity| {
                let names = entity.iter().map(|name| colocated.stand_in(name, &input));
                names.collect()
            });
            in_all(&of_entity.collect::<Vec<_>>())
        }
        common => common,
    };
    let (shape, input) = match entities.as_slice() {
        [] => (Shape::Rows, input),
        several if partitions == 1 || several.len() > MOST_KINDS => (Shape::OnePartition, input),
        _ if !common.is_empty() => (Shape::ByEntity(common), input),
        _ => {
            let columns = input.schema().fields().len();
            let shape = Shape::by_each(&bundles, columns);
            let expanded = KpiExpandExec::new(aggregation.clone(), &bundles, input);
            (shape, Arc::new(expanded) as Arc<dyn ExecutionPlan>)
        }
    };
    let fold = KpiFoldExec::try_new(aggregation.clone(), shape, input)?;
    Ok(Ok(Arc::new(KpiFinishExec::try_new(
        aggregation,
        Arc::new(fold),
    )?)))
}

/// What all entities have in their names: whoever has all rows of a customer has all of each customer's products.
fn in_all(entities: &[Vec<Arc<dyn PhysicalExpr>>]) -> Vec<Arc<dyn PhysicalExpr>> {
    let Some((first, others)) = entities.split_first() else {
        return vec![];
    };
    let is_common = |expr: &&Arc<dyn PhysicalExpr>| others.iter().all(|of| of.contains(expr));
    first.iter().filter(is_common).cloned().collect()
}
