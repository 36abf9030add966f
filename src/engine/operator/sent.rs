//! Our nodes on their way to others: what a node is in a word, and beside its input what else it is made of, as nodes of DataFusion's
//! that read no rows.
//!
//! An aggregation is one of DataFusion's over no rows, so that the expressions, functions, filters and sets of keys of a query are
//! written and read by DataFusion alone, in the scope of the plan that they stand in. A node cannot give such nodes for its children
//! itself, because it has no rows of them: [`SentExec`] stands in for it while a plan is written.

use std::fmt;
use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::aggregates::{AggregateExec, AggregateMode};
use datafusion::physical_plan::empty::EmptyExec;
use datafusion::physical_plan::proto::ExecutionPlanEncodeCtx;
use datafusion::physical_plan::repartition::RepartitionExec;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, Partitioning, PlanProperties,
};
use datafusion_proto::protobuf::PhysicalPlanNode;

use super::aggregation::Aggregation;
use super::choose::Why;
use super::shape::Shape;

/// Which of our nodes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// A `KpiFoldExec`, whose rows come in this way.
    Fold(Sending),
    /// A `KpiFinishExec`.
    Finish,
    /// A `KpiExpandExec`.
    Expand,
    /// A `KpiFallbackExec`.
    Fallback(Why),
}

/// Which [`Shape`]. What else there is to it follows from the aggregation, or stands in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sending {
    /// Any row in any partition.
    Rows,
    /// All in one.
    OnePartition,
    /// By expressions, by which the aggregation that is sent has its rows.
    ByEntity,
    /// By each of several entities.
    ByEach,
}

impl Sending {
    /// That of a shape, with its expressions.
    fn of(shape: &Shape) -> (Self, &[Arc<dyn PhysicalExpr>]) {
        match shape {
            Shape::Rows => (Sending::Rows, &[]),
            Shape::OnePartition => (Sending::OnePartition, &[]),
            Shape::ByEntity(by) => (Sending::ByEntity, by),
            Shape::BySeveral { .. } => (Sending::ByEach, &[]),
        }
    }
}

impl Node {
    /// Its name in EXPLAIN.
    pub fn name(&self) -> &'static str {
        match self {
            Node::Fold(_) => "KpiFoldExec",
            Node::Finish => "KpiFinishExec",
            Node::Expand => "KpiExpandExec",
            Node::Fallback(_) => "KpiFallbackExec",
        }
    }
}

/// Stands in for a node of ours while it is written. It is in no plan that runs.
pub struct SentExec {
    node: Node,
    children: Vec<Arc<dyn ExecutionPlan>>,
    properties: Arc<PlanProperties>,
}

/// What a node is to be written as: an extension, which the codec of whoever sends the plan writes.
pub type EncodedNode = Result<Option<PhysicalPlanNode>>;

/// Writes a node that folds.
pub fn fold(
    aggregation: &Aggregation,
    shape: &Shape,
    input: &Arc<dyn ExecutionPlan>,
    ctx: &ExecutionPlanEncodeCtx<'_>,
) -> EncodedNode {
    let (sending, by) = Sending::of(shape);
    let children = vec![of_no_rows(aggregation, by)?, input.clone()];
    written(Node::Fold(sending), children, ctx)
}

/// Writes a node that finishes.
pub fn finish(
    aggregation: &Aggregation,
    input: &Arc<dyn ExecutionPlan>,
    ctx: &ExecutionPlanEncodeCtx<'_>,
) -> EncodedNode {
    let output = no_rows(&aggregation.output);
    let children = vec![of_no_rows(aggregation, &[])?, output, input.clone()];
    written(Node::Finish, children, ctx)
}

/// Writes a node that expands.
pub fn expand(
    aggregation: &Aggregation,
    input: &Arc<dyn ExecutionPlan>,
    ctx: &ExecutionPlanEncodeCtx<'_>,
) -> EncodedNode {
    let children = vec![of_no_rows(aggregation, &[])?, input.clone()];
    written(Node::Expand, children, ctx)
}

/// Writes a node that says why.
pub fn fallback(
    why: &Why,
    input: &Arc<dyn ExecutionPlan>,
    ctx: &ExecutionPlanEncodeCtx<'_>,
) -> EncodedNode {
    written(Node::Fallback(why.clone()), vec![input.clone()], ctx)
}

fn written(
    node: Node,
    children: Vec<Arc<dyn ExecutionPlan>>,
    ctx: &ExecutionPlanEncodeCtx<'_>,
) -> EncodedNode {
    let properties = children[children.len() - 1].properties().clone();
    let sent: Arc<dyn ExecutionPlan> = Arc::new(SentExec {
        node,
        children,
        properties,
    });
    ctx.encode_child(&sent).map(Some)
}

/// The aggregation as a node of DataFusion's, whose rows, of which there are none, are sent by these expressions.
fn of_no_rows(
    aggregation: &Aggregation,
    by: &[Arc<dyn PhysicalExpr>],
) -> Result<Arc<dyn ExecutionPlan>> {
    let rows = match by {
        [] => no_rows(&aggregation.input),
        by => Arc::new(RepartitionExec::try_new(
            no_rows(&aggregation.input),
            Partitioning::Hash(by.to_vec(), 1),
        )?),
    };
    let planned = aggregation.planned.iter();
    let (functions, filters) = planned
        .map(|call| (call.function.clone(), call.filter.clone()))
        .unzip();
    Ok(Arc::new(AggregateExec::try_new(
        AggregateMode::Single,
        aggregation.group_by.clone(),
        functions,
        filters,
        rows,
        aggregation.input.clone(),
    )?))
}

fn no_rows(schema: &SchemaRef) -> Arc<dyn ExecutionPlan> {
    Arc::new(EmptyExec::new(schema.clone()))
}

impl SentExec {
    /// Which node it is.
    pub fn node(&self) -> &Node {
        &self.node
    }
}

/// Codecs that do not know it show it in their errors.
impl fmt::Debug for SentExec {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let name = self.node.name();
        write!(
            f,
            "{name} of kpi-sql, which kpi_sql::proto::KpiPhysicalCodec writes"
        )
    }
}

impl DisplayAs for SentExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.node.name())
    }
}

impl ExecutionPlan for SentExec {
    fn name(&self) -> &'static str {
        self.node.name()
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        self.children.iter().collect()
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(Arc::new(SentExec {
            node: self.node.clone(),
            children,
            properties: self.properties.clone(),
        }))
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn execute(&self, _: usize, _: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let name = self.node.name();
        Err(DataFusionError::Internal(format!(
            "a {name} that is being written does not run"
        )))
    }
}
