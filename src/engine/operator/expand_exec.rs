//! Where several kinds of entities are judged: every row comes once for each of them, with what concerns it alone.

use std::fmt;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch, UInt8Array, UInt64Array, new_null_array};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::common::hash_utils::{RandomState, create_hashes};
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::utils::collect_columns;
use datafusion::physical_expr::{EquivalenceProperties, PhysicalExpr};
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion::physical_plan::metrics::{
    BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet, RecordOutput,
};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties, Partitioning,
    PlanProperties, apply_expression_roots,
};
use futures::{StreamExt, TryStreamExt, stream};

use super::aggregation::Aggregation;
use super::bundles::Bundle;
use super::shape::HASH;

/// The column that tells which entity a row is there for.
pub const ENTITY: &str = "__kpi_entity";

/// Gives each row once for every kind of entity.
#[derive(Debug, Clone)]
pub struct KpiExpandExec {
    /// What the rows are for.
    #[cfg_attr(not(feature = "proto"), allow(dead_code))]
    aggregation: Arc<Aggregation>,
    kinds: Arc<Vec<EntityKind>>,
    input: Arc<dyn ExecutionPlan>,
    properties: Arc<PlanProperties>,
    metrics: ExecutionPlanMetricsSet,
}

/// A kind of entity.
#[derive(Debug, Clone)]
struct EntityKind {
    name: Vec<Arc<dyn PhysicalExpr>>,
    /// By column: whether it is needed.
    needs: Vec<bool>,
}

impl KpiExpandExec {
    /// Over the rows of an aggregation. Rows of the first kind have what all else needs, too.
    pub fn new(
        aggregation: Arc<Aggregation>,
        bundles: &[Bundle],
        input: Arc<dyn ExecutionPlan>,
    ) -> Self {
        let columns = input.schema().fields().len();
        let needs = |exprs: &mut dyn Iterator<Item = &Arc<dyn PhysicalExpr>>| {
            let mut needs = vec![false; columns];
            for column in exprs.flat_map(collect_columns) {
                needs[column.index()] = true;
            }
            needs
        };
        let keys = || aggregation.group_by.expr().iter().map(|(key, _)| key);
        let others: Vec<_> = aggregation
            .others
            .iter()
            .flat_map(|other| {
                let args = other.function.expressions().into_iter();
                args.chain(other.filter.clone()).collect::<Vec<_>>()
            })
            .collect();
        let of_rows = bundles.iter().filter(|bundle| bundle.entity.is_empty());
        let of_rows = of_rows.flat_map(|bundle| &bundle.columns);
        let mut beside: Vec<_> = others.iter().chain(of_rows).collect();
        let of_entities = bundles.iter().filter(|bundle| !bundle.entity.is_empty());
        let kinds = of_entities.map(|bundle| {
            let mut exprs = keys().chain(&bundle.columns).chain(beside.drain(..));
            EntityKind {
                name: bundle.entity.clone(),
                needs: needs(&mut exprs),
            }
        });
        let kinds = Arc::new(kinds.collect());
        Self::of(aggregation, kinds, input)
    }

    fn of(
        aggregation: Arc<Aggregation>,
        kinds: Arc<Vec<EntityKind>>,
        input: Arc<dyn ExecutionPlan>,
    ) -> Self {
        let properties = PlanProperties::new(
            EquivalenceProperties::new(expanded(&input.schema())),
            Partitioning::UnknownPartitioning(input.output_partitioning().partition_count()),
            EmissionType::Incremental,
            Boundedness::Bounded,
        );
        KpiExpandExec {
            aggregation,
            kinds,
            input,
            properties: Arc::new(properties),
            metrics: ExecutionPlanMetricsSet::new(),
        }
    }
}

/// The schema with the two columns more. What does not concern an entity is NULL.
pub fn expanded(input: &Schema) -> SchemaRef {
    let fields = input.fields().iter();
    let fields = fields.map(|field| field.as_ref().clone().with_nullable(true));
    let more = [
        Field::new(ENTITY, DataType::UInt8, false),
        Field::new(HASH, DataType::UInt64, false),
    ];
    Arc::new(Schema::new(fields.chain(more).collect::<Vec<_>>()))
}

impl EntityKind {
    fn rows(&self, number: u8, batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch> {
        let rows = batch.num_rows();
        let columns = batch.columns().iter().zip(&self.needs);
        let columns = columns.map(|(column, is_needed)| match is_needed {
            true => column.clone(),
            false => new_null_array(column.data_type(), rows),
        });
        let mut columns: Vec<ArrayRef> = columns.collect();
        let name = self.name.iter();
        let name = name.map(|name| name.evaluate(batch)?.into_array(rows));
        let name = name.collect::<Result<Vec<ArrayRef>>>()?;
        let mut hashes = vec![0; rows];
        create_hashes(&name, &RandomState::with_seed(number.into()), &mut hashes)?;
        columns.push(Arc::new(UInt8Array::from_value(number, rows)));
        columns.push(Arc::new(UInt64Array::from(hashes)));
        Ok(RecordBatch::try_new(schema.clone(), columns)?)
    }
}

impl DisplayAs for KpiExpandExec {
    fn fmt_as(&self, format: DisplayFormatType, f: &mut fmt::Formatter) -> fmt::Result {
        let entities = self.kinds.len();
        match format {
            DisplayFormatType::TreeRender => writeln!(f, "entities={entities}"),
            DisplayFormatType::Default | DisplayFormatType::Verbose => {
                write!(f, "KpiExpandExec: entities={entities}")
            }
        }
    }
}

impl ExecutionPlan for KpiExpandExec {
    fn name(&self) -> &'static str {
        "KpiExpandExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn with_new_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let input = children.swap_remove(0);
        let (aggregation, kinds) = (self.aggregation.clone(), self.kinds.clone());
        Ok(Arc::new(Self::of(aggregation, kinds, input)))
    }

    fn apply_expressions(
        &self,
        f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        apply_expression_roots(self.kinds.iter().flat_map(|kind| &kind.name), f)
    }

    #[cfg(feature = "proto")]
    fn try_to_proto(
        &self,
        ctx: &datafusion::physical_plan::proto::ExecutionPlanEncodeCtx<'_>,
    ) -> super::sent::EncodedNode {
        super::sent::expand(&self.aggregation, &self.input, ctx)
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        let schema = self.schema();
        let (kinds, columns) = (self.kinds.clone(), schema.clone());
        let metrics = BaselineMetrics::new(&self.metrics, partition);
        let rows = self.input.execute(partition, context)?;
        let expanded = rows.map(move |batch| {
            let batch = batch?;
            let _computing = metrics.elapsed_compute().timer();
            let kinds = kinds.iter().enumerate();
            let of_kinds = kinds.map(|(number, kind)| {
                let rows = kind.rows(number as u8, &batch, &columns)?;
                Ok(rows.record_output(&metrics))
            });
            Ok::<_, DataFusionError>(stream::iter(of_kinds.collect::<Vec<_>>()))
        });
        Ok(Box::pin(RecordBatchStreamAdapter::new(
            schema,
            expanded.try_flatten(),
        )))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }
}
