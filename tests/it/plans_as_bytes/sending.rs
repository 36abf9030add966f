//! Plans on their way to another session, in every way there is.

use std::sync::Arc;

use datafusion::error::Result;
use datafusion::physical_plan::{ExecutionPlan, collect, displayable};
use datafusion::prelude::SessionContext;
use datafusion_proto::bytes::{
    physical_plan_from_bytes_with_extension_codec, physical_plan_from_bytes_with_proto_converter,
    physical_plan_to_bytes_with_extension_codec, physical_plan_to_bytes_with_proto_converter,
};
use datafusion_proto::physical_plan::{
    ComposedPhysicalExtensionCodec, DeduplicatingProtoConverter, DefaultPhysicalExtensionCodec,
    PhysicalExtensionCodec,
};
use kpi_sql::proto::KpiPhysicalCodec;

use crate::support::{plain_session, text_rows};

pub(super) type Plan = Arc<dyn ExecutionPlan>;

pub(super) fn shown(plan: &Plan) -> String {
    displayable(plan.as_ref()).indent(true).to_string()
}

pub(super) async fn planned(ctx: &SessionContext, sql: &str) -> Plan {
    let frame = ctx.sql(sql).await;
    let frame = frame.unwrap_or_else(|error| panic!("{sql}: {error}"));
    let plan = frame.create_physical_plan().await;
    plan.unwrap_or_else(|error| panic!("{sql}: {error}"))
}

/// The rows of an answer, in an order of their own.
pub(super) async fn answer(plan: &Plan, ctx: &SessionContext) -> Vec<Vec<String>> {
    let batches = collect(plan.clone(), ctx.task_ctx()).await;
    let batches = batches.unwrap_or_else(|error| panic!("{error}\n{}", shown(plan)));
    let mut rows: Vec<_> = batches.iter().flat_map(text_rows).collect();
    rows.sort();
    rows
}

pub(super) fn sent(
    plan: &Plan,
    codec: &dyn PhysicalExtensionCodec,
    to: &SessionContext,
) -> Result<Plan> {
    let converter = DeduplicatingProtoConverter {};
    let bytes = physical_plan_to_bytes_with_proto_converter(plan.clone(), codec, &converter)?;
    let task = to.task_ctx();
    physical_plan_from_bytes_with_proto_converter(&bytes, &task, codec, &converter)
}

pub(super) fn sent_plainly(plan: &Plan, to: &SessionContext) -> Result<Plan> {
    let bytes = physical_plan_to_bytes_with_extension_codec(plan.clone(), &KpiPhysicalCodec)?;
    physical_plan_from_bytes_with_extension_codec(&bytes, &to.task_ctx(), &KpiPhysicalCodec)
}

/// Sends a plan in every way, which makes no difference to what is read.
pub(super) fn trips(plan: &Plan, name: &str) -> Vec<(SessionContext, Plan)> {
    let composed = ComposedPhysicalExtensionCodec::new(vec![
        Arc::new(DefaultPhysicalExtensionCodec {}),
        Arc::new(KpiPhysicalCodec),
    ]);
    let fresh = plain_session();
    let read = sent(plan, &KpiPhysicalCodec, &fresh);
    let read = read.unwrap_or_else(|error| panic!("{name}: {error}\n{}", shown(plan)));
    let onward = sent(&read, &KpiPhysicalCodec, &fresh).expect("what was read is sent on");
    let beside = sent(plan, &composed, &fresh).expect("another codec makes no difference");
    let plainly = sent_plainly(plan, &fresh).expect("the default converter");
    // Functions of this crate are there even where no session has them.
    let bare = SessionContext::new();
    let by_codec = sent(plan, &KpiPhysicalCodec, &bare).expect("the codec knows the functions");
    let trips = vec![
        (fresh.clone(), read),
        (fresh.clone(), onward),
        (fresh.clone(), beside),
        (fresh, plainly),
        (bare, by_codec),
    ];
    for (_, read) in &trips {
        assert_eq!(shown(read), shown(plan), "{name}");
    }
    trips
}

/// Sends a plan and runs what is read. The plan itself runs behind that: it keeps what it finds out.
pub(super) async fn travels(ctx: &SessionContext, plan: &Plan, name: &str) -> Vec<Vec<String>> {
    let trips = trips(plan, name);
    let expected = answer(plan, ctx).await;
    for (fresh, read) in trips {
        assert_eq!(answer(&read, &fresh).await, expected, "{name}");
    }
    expected
}
