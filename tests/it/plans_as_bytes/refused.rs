//! Bytes that are no plan of ours, and plans that no session here can read.

use std::sync::Arc;

use datafusion_proto::bytes::{
    physical_plan_from_bytes_with_extension_codec, physical_plan_to_bytes_with_extension_codec,
};
use datafusion_proto::protobuf::physical_plan_node::PhysicalPlanType;
use datafusion_proto::protobuf::{PhysicalExtensionNode, PhysicalPlanNode};
use kpi_sql::proto::KpiPhysicalCodec;
use prost::Message;

use super::nodes::CASES;
use super::sending::{planned, shown, travels};
use crate::operator::{orders, with_operator};
use crate::support::{plain_session, rows};

/// The bytes of a plan with all nodes of ours but one.
async fn bytes() -> Vec<u8> {
    let ctx = orders(with_operator("on"));
    let plan = planned(&ctx, CASES[4].0).await;
    let bytes = physical_plan_to_bytes_with_extension_codec(plan, &KpiPhysicalCodec);
    bytes.expect("the plan is written").to_vec()
}

fn refused(bytes: &[u8]) -> String {
    let fresh = plain_session();
    let read =
        physical_plan_from_bytes_with_extension_codec(bytes, &fresh.task_ctx(), &KpiPhysicalCodec);
    match read {
        Ok(plan) => panic!("this was read: {}", shown(&plan)),
        Err(error) => error.strip_backtrace(),
    }
}

/// The first node of ours from above.
fn first_of_ours(plan: &mut PhysicalPlanNode) -> &mut PhysicalExtensionNode {
    match plan.physical_plan_type.as_mut().expect("a node") {
        PhysicalPlanType::Extension(node) => node,
        PhysicalPlanType::Projection(node) => {
            first_of_ours(node.input.as_mut().expect("it has an input"))
        }
        other => panic!("{other:?}"),
    }
}

/// What is said of a plan in which a node of ours has been changed.
fn refused_with(bytes: &[u8], change: impl FnOnce(&mut PhysicalExtensionNode)) -> String {
    let mut plan = PhysicalPlanNode::decode(bytes).expect("these are the bytes of a plan");
    change(first_of_ours(&mut plan));
    refused(&plan.encode_to_vec())
}

#[tokio::test]
async fn bytes_that_are_cut_off() {
    let bytes = bytes().await;
    let mut checked = 0;
    for end in (0..bytes.len()).step_by(7) {
        assert!(!refused(&bytes[..end]).is_empty(), "{end}");
        checked += 1;
    }
    assert!(checked > 100, "{checked}");
    let message = refused_with(&bytes, |node| node.node.truncate(node.node.len() - 1));
    assert!(
        message.contains(
            "a node of kpi-sql cannot be read from these bytes, which are damaged or cut off"
        ),
        "{message}"
    );
    let message = refused_with(&bytes, |node| node.node.clear());
    assert!(
        message.contains("does not say by which version"),
        "{message}"
    );
    let message = refused_with(&bytes, |node| node.inputs.truncate(2));
    assert!(
        message.contains("KpiFinishExec cannot be read from these bytes: it has 2 children"),
        "{message}"
    );
    let message = refused_with(&bytes, |node| node.inputs.swap(0, 1));
    assert!(
        message.contains("its aggregation is a EmptyExec"),
        "{message}"
    );
    let message = refused_with(&bytes, |node| node.inputs[2] = node.inputs[1].clone());
    assert!(message.contains("its rows are to be of ["), "{message}");
}

#[tokio::test]
async fn bytes_of_another_version() {
    let ours = env!("CARGO_PKG_VERSION").as_bytes();
    let message = refused_with(&bytes().await, |node| {
        let at = node.node.windows(ours.len()).position(|text| text == ours);
        node.node[at.expect("the version is there")] = b'9';
    });
    let expected = format!(
        "was written by kpi-sql 9{}, and this is kpi-sql {}",
        &env!("CARGO_PKG_VERSION")[1..],
        env!("CARGO_PKG_VERSION")
    );
    assert!(message.contains(&expected), "{message}");
    assert!(message.contains("have the same version"), "{message}");
}

#[tokio::test]
async fn functions_that_nobody_knows() {
    use datafusion::logical_expr::{ColumnarValue, Volatility, create_udaf, create_udf};
    let ctx = orders(with_operator("on"));
    let text = datafusion::arrow::datatypes::DataType::Utf8;
    ctx.register_udf(create_udf(
        "own_text",
        vec![text.clone()],
        text.clone(),
        Volatility::Immutable,
        Arc::new(|args| Ok(ColumnarValue::clone(&args[0]))),
    ));
    ctx.register_udaf(create_udaf(
        "own_least",
        vec![text.clone()],
        Arc::new(text.clone()),
        Volatility::Immutable,
        Arc::new(|args| datafusion::functions_aggregate::min_max::min_udaf().accumulator(args)),
        Arc::new(vec![text]),
    ));
    for (sql, said) in [
        (
            "SELECT cross_sell_rate(own_text(customer), product) FROM orders",
            "this plan calls the scalar function own_text, which the session that reads it does not have, nor has kpi-sql: \
             ctx.register_udf(…) gives it to the session before the plan is read",
        ),
        (
            "SELECT cross_sell_rate(customer, product), own_least(product) FROM orders",
            "this plan calls the aggregate function own_least, which the session that reads it does not have, nor has kpi-sql: \
             ctx.register_udaf(…) gives it to the session before the plan is read",
        ),
    ] {
        let plan = planned(&ctx, sql).await;
        let bytes = physical_plan_to_bytes_with_extension_codec(plan, &KpiPhysicalCodec);
        let message = refused(&bytes.expect("functions go by their names"));
        assert!(message.contains(said), "{message}");
    }
}

/// What analysts type is checked by functions that no other session has, and none of them goes by the name of another one.
#[tokio::test]
async fn plans_of_sessions_that_check() {
    use kpi_sql::session::{Face, Session, Settings};
    let face = Face {
        memory_limit: "memory_limit",
        threads: "threads",
        spill_dir: "spill_dir",
        spill_limit: "spill_limit",
        infer_rows: "infer_rows",
        raw_files: "raw_files",
        own_table: "NAME",
        own_table_instead: "NAME",
        parameter: "a parameter NAME",
        read_only: "it only reads",
    };
    let session = Session::new(&Settings::new(face)).expect("a session");
    let ctx = session.context();
    rows(ctx, "CREATE TABLE t AS SELECT 'c' AS c, 1 AS n")
        .await
        .expect("a table");
    for (call, function) in [
        ("sum(n)", "aggregate function checked_sum"),
        ("max(n + n)", "scalar function checked_add"),
    ] {
        let plan = planned(ctx, &format!("SELECT cross_sell_rate(c, n), {call} FROM t")).await;
        assert!(shown(&plan).contains("KpiFoldExec"), "{}", shown(&plan));
        let bytes = physical_plan_to_bytes_with_extension_codec(plan, &KpiPhysicalCodec);
        let message = refused(&bytes.expect("functions go by their names"));
        assert!(message.contains(function), "{message}");
    }
    // Without such a check the plan is as any other's.
    let sql = "SELECT c, cross_sell_rate(c, n) FROM t GROUP BY c";
    travels(ctx, &planned(ctx, sql).await, sql).await;
}

/// Others are told which codec they need.
#[tokio::test]
async fn nodes_that_a_codec_does_not_know() {
    let ctx = orders(with_operator("on"));
    let plan = planned(&ctx, CASES[1].0).await;
    let error = datafusion_proto::bytes::physical_plan_to_bytes(plan).expect_err("no codec");
    let said = "KpiFinishExec of kpi-sql, which kpi_sql::proto::KpiPhysicalCodec writes";
    assert!(error.to_string().contains(said), "{error}");
}
