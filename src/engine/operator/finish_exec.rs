//! The second node: puts together what the partitions have of each group, and gives its values.

use std::fmt;
use std::sync::Arc;

use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::error::Result;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::{Distribution, EquivalenceProperties, PhysicalExpr};
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion::physical_plan::metrics::{ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties,
    InputDistributionRequirements, Partitioning, PlanProperties,
};

use super::aggregation::Aggregation;
use super::finish_partition::FinishPartition;
use super::spillable::{MemoryAndDisk, aggregate};

/// Merges groups by their keys.
#[derive(Debug, Clone)]
pub struct KpiFinishExec {
    aggregation: Arc<Aggregation>,
    input: Arc<dyn ExecutionPlan>,
    metrics: ExecutionPlanMetricsSet,
    properties: Arc<PlanProperties>,
}

impl KpiFinishExec {
    /// Over what a [`super::fold_exec::KpiFoldExec`] gives.
    pub fn try_new(aggregation: Arc<Aggregation>, input: Arc<dyn ExecutionPlan>) -> Result<Self> {
        // The keys stand where they stood.
        let partitioning = match input.output_partitioning() {
            hash @ Partitioning::Hash(_, _) => hash.clone(),
            other => Partitioning::UnknownPartitioning(other.partition_count()),
        };
        let properties = PlanProperties::new(
            EquivalenceProperties::new(aggregation.output.clone()),
            partitioning,
            EmissionType::Final,
            Boundedness::Bounded,
        );
        Ok(KpiFinishExec {
            aggregation,
            input,
            metrics: ExecutionPlanMetricsSet::new(),
            properties: Arc::new(properties),
        })
    }

    fn keys(&self) -> Vec<Arc<dyn PhysicalExpr>> {
        let schema = self.input.schema();
        let keys = 0..self.aggregation.group_by.num_group_exprs();
        keys.map(|at| -> Arc<dyn PhysicalExpr> {
            Arc::new(Column::new(schema.field(at).name(), at))
        })
        .collect()
    }
}

impl DisplayAs for KpiFinishExec {
    fn fmt_as(&self, form: DisplayFormatType, f: &mut fmt::Formatter) -> fmt::Result {
        let keys: Vec<_> = self.keys().iter().map(ToString::to_string).collect();
        match form {
            DisplayFormatType::Default | DisplayFormatType::Verbose => {
                write!(f, "KpiFinishExec: gby=[{}]", keys.join(", "))
            }
            DisplayFormatType::TreeRender => writeln!(f, "gby={}", keys.join(", ")),
        }
    }
}

impl ExecutionPlan for KpiFinishExec {
    fn name(&self) -> &'static str {
        "KpiFinishExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn input_distribution_requirements(&self) -> InputDistributionRequirements {
        let keys = self.keys();
        InputDistributionRequirements::new(vec![match keys.is_empty() {
            true => Distribution::SinglePartition,
            false => Distribution::KeyPartitioned(keys),
        }])
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn with_new_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let input = children.swap_remove(0);
        let aggregation = self.aggregation.clone();
        Ok(Arc::new(KpiFinishExec::try_new(aggregation, input)?))
    }

    fn apply_expressions(
        &self,
        f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        let keys = self.keys();
        datafusion::physical_plan::apply_expression_roots(keys.iter(), f)
    }

    #[cfg(feature = "proto")]
    fn try_to_proto(
        &self,
        ctx: &datafusion::physical_plan::proto::ExecutionPlanEncodeCtx<'_>,
    ) -> super::sent::EncodedNode {
        super::sent::finish(&self.aggregation, &self.input, ctx)
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        let partials = self.input.execute(partition, context.clone())?;
        let rows = context.session_config().batch_size();
        let finish = FinishPartition::new(self.aggregation.clone(), rows)?;
        let resources = MemoryAndDisk::new(self.name(), partition, &self.metrics, &context);
        Ok(aggregate(finish, partials, resources, self.schema()))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }
}
