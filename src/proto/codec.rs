//! What DataFusion's writer and reader of plans has to know of ours.

use std::sync::Arc;

use datafusion::error::{DataFusionError, Result};
use datafusion::execution::TaskContext;
use datafusion::logical_expr::{AggregateUDF, ScalarUDF, WindowUDF};
use datafusion::physical_plan::ExecutionPlan;
use datafusion_proto::physical_plan::{PhysicalExtensionCodec, PhysicalProtoConverterExtension};

use super::message;
use crate::engine::operator::received::received;
use crate::engine::operator::sent::SentExec;
use crate::install::{functions, scalar_functions};

/// Writes the nodes of this crate as bytes, and reads them.
///
/// Functions go by their names. Those that the reading session does not have are looked for among those of this crate.
#[derive(Debug, Clone, Copy, Default)]
pub struct KpiPhysicalCodec;

impl PhysicalExtensionCodec for KpiPhysicalCodec {
    fn try_decode(
        &self,
        buf: &[u8],
        inputs: &[Arc<dyn ExecutionPlan>],
        _: &TaskContext,
        _: &dyn PhysicalProtoConverterExtension,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        received(&message::read(buf)?, inputs)
    }

    fn try_encode(
        &self,
        node: Arc<dyn ExecutionPlan>,
        buf: &mut Vec<u8>,
        _: &dyn PhysicalProtoConverterExtension,
    ) -> Result<()> {
        let Some(sent) = node.downcast_ref::<SentExec>() else {
            return Err(DataFusionError::Plan(format!(
                "KpiPhysicalCodec writes the nodes of kpi-sql, and {} is none of them; a ComposedPhysicalExtensionCodec \
                 takes its codec beside this one",
                node.name()
            )));
        };
        buf.extend(message::write(sent.node()));
        Ok(())
    }

    fn try_decode_udf(&self, name: &str, _: &[u8]) -> Result<Arc<ScalarUDF>> {
        let ours = scalar_functions().into_iter();
        let mut named =
            ours.filter(|function| is_called(function.name(), function.aliases(), name));
        let function = named.next().map(Arc::new);
        function.ok_or_else(|| unknown("scalar", name, "udf"))
    }

    fn try_decode_udaf(&self, name: &str, _: &[u8]) -> Result<Arc<AggregateUDF>> {
        let ours = functions().into_iter();
        let mut named =
            ours.filter(|function| is_called(function.name(), function.aliases(), name));
        let function = named.next().map(Arc::new);
        function.ok_or_else(|| unknown("aggregate", name, "udaf"))
    }

    fn try_decode_udwf(&self, name: &str, _: &[u8]) -> Result<Arc<WindowUDF>> {
        Err(unknown("window", name, "udwf"))
    }
}

fn is_called(own: &str, aliases: &[String], name: &str) -> bool {
    own == name || aliases.iter().any(|alias| alias == name)
}

fn unknown(kind: &str, name: &str, short: &str) -> DataFusionError {
    DataFusionError::Plan(format!(
        "this plan calls the {kind} function {name}, which the session that reads it does not have, nor has kpi-sql: \
         ctx.register_{short}(…) gives it to the session before the plan is read"
    ))
}
