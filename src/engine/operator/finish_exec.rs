//! The second node: puts together what the partitions have of each group, and gives its values.

use std::fmt;
use std::sync::Arc;

use datafusion::arrow::array::{RecordBatch, RecordBatchOptions};

use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::{Distribution, EquivalenceProperties, PhysicalExpr};
use datafusion::physical_plan::execution_plan::{
    Boundedness, EmissionType, ReplaceChildrenOptions,
};
use datafusion::physical_plan::metrics::{
    BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet, RecordOutput,
};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties,
    InputDistributionRequirements, Partitioning, PlanProperties,
};
use futures::{StreamExt, TryStreamExt, stream};

use super::aggregation::Aggregation;
use super::finish::Finish;
use super::spill::{REGIONS, Spill, SpillMetrics};

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

    fn replace_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let input = children.swap_remove(0);
        let aggregation = self.aggregation.clone();
        Ok(Arc::new(KpiFinishExec::try_new(aggregation, input)?))
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.replace_children(children, super::recompute())
    }

    fn apply_expressions(
        &self,
        f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        let keys = self.keys();
        datafusion::physical_plan::apply_expression_roots(keys.iter(), f)
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        let mut partials = self.input.execute(partition, context.clone())?;
        let aggregation = self.aggregation.clone();
        let mut finish = Finish::new(&aggregation)?;
        let consumer = MemoryConsumer::new(format!("KpiFinishExec[{partition}]"));
        let reservation = consumer
            .with_can_spill(true)
            .register(context.memory_pool());
        let metrics = BaselineMetrics::new(&self.metrics, partition);
        let spilled = SpillMetrics::new(&self.metrics, partition);
        let disk = context.runtime_env().disk_manager.clone();
        let rows = context.session_config().batch_size();
        let finishing = async move {
            let mut spill = None;
            while let Some(batch) = partials.next().await {
                let batch = batch?;
                let _timer = metrics.elapsed_compute().timer();
                finish.merge(&batch)?;
                if let Err(refused) = reservation.try_resize(finish.size()) {
                    let to = match &mut spill {
                        Some(spill) => spill,
                        none => match Spill::new(&disk, spilled.clone())? {
                            Some(spill) => none.insert(spill),
                            None => return Err(refused),
                        },
                    };
                    spilled.add_run();
                    finish.spill(&aggregation, to)?;
                    reservation.try_resize(finish.size())?;
                }
            }
            if let Some(spill) = &mut spill {
                finish.spill(&aggregation, spill)?;
            }
            let state = Giving {
                aggregation,
                finish,
                spill,
                region: 0,
                rows,
                reservation,
                metrics: metrics.clone(),
            };
            Ok::<_, DataFusionError>(
                stream::try_unfold(state, |mut state| async move {
                    let batches = state.next()?;
                    let batches = batches.map(|batches| stream::iter(batches.into_iter().map(Ok)));
                    Ok::<_, DataFusionError>(batches.map(|batches| (batches, state)))
                })
                .try_flatten(),
            )
        };
        let batches = stream::once(finishing).try_flatten();
        let schema = self.aggregation.output.clone();
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, batches)))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }
}

/// What is left to be done when all groups are there.
struct Giving {
    aggregation: Arc<Aggregation>,
    finish: Finish,
    spill: Option<Spill>,
    /// The next of the regions, if there are any.
    region: usize,
    /// In a batch.
    rows: usize,
    reservation: MemoryReservation,
    metrics: BaselineMetrics,
}

impl Giving {
    /// The values of the groups, of one region after the other.
    fn next(&mut self) -> Result<Option<Vec<RecordBatch>>> {
        let _timer = self.metrics.elapsed_compute().timer();
        // Without keys all is in the first one.
        let has_keys = !self.aggregation.group_by.is_true_no_grouping();
        let regions = match &self.spill {
            Some(_) if has_keys => REGIONS,
            _ => 1,
        };
        if self.region == regions {
            return Ok(None);
        }
        if let Some(spill) = &mut self.spill {
            self.finish.merge_region(self.region, spill)?;
            self.reservation.try_resize(self.finish.size())?;
        }
        self.region += 1;
        let (values, count) = self.finish.values()?;
        self.finish = Finish::new(&self.aggregation)?;
        self.reservation.free();
        let options = RecordBatchOptions::new().with_row_count(Some(count));
        let schema = self.aggregation.output.clone();
        let all = RecordBatch::try_new_with_options(schema, values, &options)?;
        let starts = (0..count).step_by(self.rows.max(1));
        let batches = starts.map(|start| all.slice(start, self.rows.min(count - start)));
        let batches = batches.map(|batch| batch.record_output(&self.metrics));
        Ok(Some(batches.collect()))
    }
}
