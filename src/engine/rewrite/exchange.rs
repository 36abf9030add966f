//! The physical rule that sends rows, not states, to the partition that folds them.
//!
//! DataFusion plans the lower level as it plans any aggregation: each partition folds what it reads, and sends its
//! states to the partition that finishes them. With millions of entities that is no gain, because each partition
//! sees most of them: they are folded twice, and all are sent as states. So the rows go there at once, by the hash of
//! the keys and the bucket, and are folded once.
//!
//! Where it is known that all entities fit in memory, the buckets are left out as well ([`super::whole`]).

use std::sync::Arc;

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::error::Result;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::aggregates::{AggregateExec, AggregateMode};
use datafusion::physical_plan::repartition::RepartitionExec;
use datafusion::physical_plan::{ExecutionPlan, Partitioning};

use super::together::KpiTogether;
use super::whole::whole_groups;

/// Folds rows once, where they were sent to.
#[derive(Debug, Default)]
pub struct ExchangeRows;

impl PhysicalOptimizerRule for ExchangeRows {
    fn name(&self) -> &str {
        "exchange_rows_of_entities"
    }

    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        config: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        plan.transform_up(|node| match exchanged(&node, config)? {
            Some(exchanged) => Ok(Transformed::yes(exchanged)),
            None => Ok(Transformed::no(node)),
        })
        .data()
    }

    fn schema_check(&self) -> bool {
        true
    }
}

/// The same aggregation with its rows sent before they are folded, if it is one of the lower level.
fn exchanged(
    node: &Arc<dyn ExecutionPlan>,
    config: &ConfigOptions,
) -> Result<Option<Arc<dyn ExecutionPlan>>> {
    let Some(finish) = node.downcast_ref::<AggregateExec>() else {
        return Ok(None);
    };
    let mut aggregates = finish.aggr_expr().iter();
    let is_lower = aggregates.any(|aggregate| KpiTogether::of(aggregate).is_some());
    if !is_lower {
        return Ok(None);
    }
    if *finish.mode() == AggregateMode::Single {
        // On one thread there is nobody to send rows to.
        return whole_groups(finish, 1, config);
    }
    if *finish.mode() != AggregateMode::FinalPartitioned {
        return Ok(None);
    }
    let Some(sent) = finish.input().downcast_ref::<RepartitionExec>() else {
        return Ok(None);
    };
    let Some(start) = sent.input().downcast_ref::<AggregateExec>() else {
        return Ok(None);
    };
    if *start.mode() != AggregateMode::Partial {
        return Ok(None);
    }
    let partitions = sent.partitioning().partition_count();
    if let Some(whole) = whole_groups(start, partitions, config)? {
        return Ok(Some(whole));
    }
    let keys = start.group_expr().input_exprs();
    let rows =
        RepartitionExec::try_new(start.input().clone(), Partitioning::Hash(keys, partitions))?;
    let folded = AggregateExec::try_new(
        AggregateMode::SinglePartitioned,
        start.group_expr().clone(),
        start.aggr_expr().to_vec(),
        start.filter_expr().to_vec(),
        Arc::new(rows),
        start.input_schema(),
    )?;
    Ok(Some(Arc::new(folded)))
}
