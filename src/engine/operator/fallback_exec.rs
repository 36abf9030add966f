//! A node that does nothing but tell readers of a plan why the aggregation below it stayed DataFusion's.

use std::fmt;
use std::sync::Arc;

use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::error::Result;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::execution_plan::CardinalityEffect;
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties};

use super::choose::Why;

/// Hands the rows of its input on.
#[derive(Debug, Clone)]
pub struct KpiFallbackExec {
    why: Why,
    input: Arc<dyn ExecutionPlan>,
}

impl KpiFallbackExec {
    /// Above an aggregation.
    pub fn new(why: Why, input: Arc<dyn ExecutionPlan>) -> Self {
        KpiFallbackExec { why, input }
    }
}

impl DisplayAs for KpiFallbackExec {
    fn fmt_as(&self, form: DisplayFormatType, f: &mut fmt::Formatter) -> fmt::Result {
        match form {
            DisplayFormatType::Default | DisplayFormatType::Verbose => {
                write!(f, "KpiFallbackExec: reason={}", self.why)
            }
            DisplayFormatType::TreeRender => writeln!(f, "reason={}", self.why),
        }
    }
}

impl ExecutionPlan for KpiFallbackExec {
    fn name(&self) -> &'static str {
        "KpiFallbackExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        self.input.properties()
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![true]
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false]
    }

    fn cardinality_effect(&self) -> CardinalityEffect {
        CardinalityEffect::Equal
    }

    fn with_new_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let input = children.swap_remove(0);
        Ok(Arc::new(KpiFallbackExec::new(self.why.clone(), input)))
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    #[cfg(feature = "proto")]
    fn try_to_proto(
        &self,
        ctx: &datafusion::physical_plan::proto::ExecutionPlanEncodeCtx<'_>,
    ) -> super::sent::EncodedNode {
        super::sent::fallback(&self.why, &self.input, ctx)
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        self.input.execute(partition, context)
    }
}
