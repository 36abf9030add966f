//! The first node: folds the rows of each entity, and gives what each group amounts to.

use std::fmt;
use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::error::Result;
use datafusion::execution::memory_pool::MemoryLimit;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::{Distribution, EquivalenceProperties, PhysicalExpr};
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion::physical_plan::metrics::{ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties,
    InputDistributionRequirements, Partitioning, PlanProperties, apply_expression_roots,
};

use super::aggregation::Aggregation;
use super::bundles::{Bundle, bundles};
use super::fold_partition::FoldPartition;
use super::shape::Shape;
use super::spillable::{MemoryAndDisk, aggregate};

/// With so much memory rows may wait to be folded together.
const PLENTY: usize = 256 << 20;

/// Folds rows, all of an entity in one partition.
#[derive(Debug, Clone)]
pub struct KpiFoldExec {
    aggregation: Arc<Aggregation>,
    shape: Shape,
    bundles: Arc<Vec<Bundle>>,
    input: Arc<dyn ExecutionPlan>,
    schema: SchemaRef,
    metrics: ExecutionPlanMetricsSet,
    properties: Arc<PlanProperties>,
}

impl KpiFoldExec {
    /// Over rows that come as the shape says.
    pub fn try_new(
        aggregation: Arc<Aggregation>,
        shape: Shape,
        input: Arc<dyn ExecutionPlan>,
    ) -> Result<Self> {
        let schema = aggregation.partial_schema()?;
        // With several sets of keys a claim on them would be false.
        let partitions = input.output_partitioning().partition_count();
        let properties = PlanProperties::new(
            EquivalenceProperties::new(schema.clone()),
            Partitioning::UnknownPartitioning(partitions),
            EmissionType::Final,
            Boundedness::Bounded,
        );
        Ok(KpiFoldExec {
            bundles: Arc::new(bundles(&aggregation.kpis)),
            aggregation,
            shape,
            input,
            schema,
            metrics: ExecutionPlanMetricsSet::new(),
            properties: Arc::new(properties),
        })
    }
}

impl DisplayAs for KpiFoldExec {
    fn fmt_as(&self, form: DisplayFormatType, f: &mut fmt::Formatter) -> fmt::Result {
        let Aggregation {
            group_by,
            kpis,
            others,
            ..
        } = self.aggregation.as_ref();
        let keys: Vec<_> = group_by
            .expr()
            .iter()
            .map(|(_, name)| name.as_str())
            .collect();
        let calls = kpis.iter().map(|kpi| kpi.name.as_str());
        let calls = calls.chain(others.iter().map(|other| other.function.name()));
        let calls: Vec<_> = calls.collect();
        match form {
            DisplayFormatType::Default | DisplayFormatType::Verbose => {
                write!(f, "KpiFoldExec: {}, gby=[{}]", self.shape, keys.join(", "))?;
                if group_by.has_grouping_set() {
                    write!(f, ", sets={}", group_by.groups().len())?;
                }
                write!(f, ", aggr=[{}]", calls.join(", "))
            }
            DisplayFormatType::TreeRender => {
                writeln!(f, "{}", self.shape)?;
                writeln!(f, "gby={}", keys.join(", "))?;
                writeln!(f, "aggr={}", calls.join(", "))
            }
        }
    }
}

impl ExecutionPlan for KpiFoldExec {
    fn name(&self) -> &'static str {
        "KpiFoldExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn input_distribution_requirements(&self) -> InputDistributionRequirements {
        let distribution = match &self.shape {
            Shape::Rows => Distribution::UnspecifiedDistribution,
            Shape::OnePartition => Distribution::SinglePartition,
            Shape::ByEntity(by) | Shape::BySeveral { hash: by, .. } => {
                Distribution::KeyPartitioned(by.clone())
            }
        };
        InputDistributionRequirements::new(vec![distribution])
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
        Ok(Arc::new(KpiFoldExec::try_new(
            aggregation,
            self.shape.clone(),
            input,
        )?))
    }

    fn apply_expressions(
        &self,
        f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        apply_expression_roots(self.aggregation.expressions(), f)
    }

    #[cfg(feature = "proto")]
    fn try_to_proto(
        &self,
        ctx: &datafusion::physical_plan::proto::ExecutionPlanEncodeCtx<'_>,
    ) -> super::sent::EncodedNode {
        super::sent::fold(&self.aggregation, &self.shape, &self.input, ctx)
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        let rows = self.input.execute(partition, context.clone())?;
        let tag = match &self.shape {
            Shape::BySeveral { tag, .. } => Some(*tag),
            Shape::Rows | Shape::OnePartition | Shape::ByEntity(_) => None,
        };
        let rows_wait = match context.memory_pool().memory_limit() {
            MemoryLimit::Finite(bytes) => bytes >= PLENTY,
            _ => true,
        };
        let aggregation = self.aggregation.clone();
        let folded = FoldPartition::new(aggregation, &self.bundles, tag, rows_wait)?;
        let resources = MemoryAndDisk::new(self.name(), partition, &self.metrics, &context);
        Ok(aggregate(folded, rows, resources, self.schema.clone()))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }
}
