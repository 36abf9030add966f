//! What a session was told goes with its plans: benchmarks, and how sure intervals are.

use datafusion::prelude::SessionContext;
use kpi_sql::proto::KpiPhysicalCodec;

use super::sending::{answer, planned, sent, shown, travels};
use crate::operator::{orders, with_operator};
use crate::support::{plain_session, rows, text_rows};

const JUDGED: &str =
    "SELECT segment, kpi_band('nps', nps(score)) AS band, kpi_band(name, 1.0, segment) AS by_name
    FROM orders, (VALUES ('nps')) AS t(name) GROUP BY segment, name ORDER BY segment";

/// A session that judges by bands of this name.
async fn with_bands(band: &str) -> SessionContext {
    let ctx = orders(with_operator("on"));
    for sql in [
        format!(
            "CREATE TABLE own AS SELECT 'nps' AS kpi, '{band}' AS band, -1000.0 AS low, 1000.0 AS high"
        ),
        "SET kpi.benchmarks = 'own'".to_string(),
    ] {
        rows(&ctx, &sql).await.expect("it runs");
    }
    ctx
}

/// Values are judged by the benchmarks of the session that planned, whatever those of the one that runs the plan are.
#[tokio::test]
async fn benchmarks_travel_in_the_plan() {
    let ctx = with_bands("ours").await;
    let plan = planned(&ctx, JUDGED).await;
    assert!(shown(&plan).contains("band: ours"), "{}", shown(&plan));
    let answers = travels(&ctx, &plan, JUDGED).await;
    assert_eq!(answers.len(), 4);
    assert!(
        answers.iter().all(|row| row[1..] == ["ours", "ours"]),
        "{answers:?}"
    );
    // Those of another session change nothing.
    let other = with_bands("theirs").await;
    let read = sent(&plan, &KpiPhysicalCodec, &other).expect("the plan is read");
    assert_eq!(answer(&read, &other).await, answers);
    // And without any of its own the other session has published ones.
    let plain = orders(with_operator("on"));
    let without = rows(&plain, JUDGED).await.expect("an answer");
    assert!(without.iter().all(|row| row[1] == "NULL"), "{without:?}");
}

/// A logical plan that was analyzed has them as well, and keeps them where it is planned again.
#[tokio::test]
async fn benchmarks_travel_in_logical_plans() {
    let ctx = with_bands("ours").await;
    let frame = ctx.sql(JUDGED).await.expect("a plan");
    let plan = frame.into_optimized_plan().expect("an optimized plan");
    let names = plan.schema().field_names();
    assert_eq!(names, ["orders.segment", "band", "by_name"]);
    let other = with_bands("theirs").await;
    let frame = other.execute_logical_plan(plan).await.expect("a frame");
    let batches = frame.collect().await.expect("an answer");
    let answers: Vec<_> = batches.iter().flat_map(text_rows).collect();
    assert!(
        answers.iter().all(|row| row[1..] == ["ours", "ours"]),
        "{answers:?}"
    );
}

/// The columns of calls are named as they were written.
#[tokio::test]
async fn benchmarks_are_in_no_name() {
    let ctx = plain_session();
    let sql =
        "SELECT kpi_band('upsell_rate', v, 'B2B'), kpi_band('ccr', v) FROM (VALUES (12.0)) AS t(v)";
    let batches = ctx
        .sql(sql)
        .await
        .expect("a plan")
        .collect()
        .await
        .expect("an answer");
    let schema = batches[0].schema();
    let names: Vec<_> = schema
        .fields()
        .iter()
        .map(|field| field.name().as_str())
        .collect();
    assert_eq!(
        names,
        [
            "kpi_band(Utf8(\"upsell_rate\"),t.v,Utf8(\"B2B\"))",
            "kpi_band(Utf8(\"ccr\"),t.v)"
        ]
    );
}

/// Intervals are those of the session that planned, whatever that of the one that runs the plan says.
#[tokio::test]
async fn the_confidence_travels_in_the_plan() {
    let sql = "SELECT segment, nps_parts(score), kpi_change(nps_parts(score), nps_parts(score) FILTER (WHERE flag)), kpi_finish_parts(arpa_state(customer, amount))
        FROM orders GROUP BY segment ORDER BY segment";
    let judged = "SELECT kpi_vs_rest(segment, p), kpi_decompose(segment, p, q) FROM
        (SELECT segment, nps_parts(score) AS p, nps_parts(score) FILTER (WHERE flag) AS q FROM orders GROUP BY segment)";
    for operator in ["on", "off"] {
        for sql in [sql, judged] {
            let at = async |confidence: &str| {
                let ctx = orders(with_operator(operator));
                let set = format!("SET kpi.confidence = {confidence}");
                rows(&ctx, &set).await.expect("it is set");
                ctx
            };
            let ctx = at("0.8").await;
            let plan = planned(&ctx, sql).await;
            let explained = rows(&ctx, &format!("EXPLAIN {sql}")).await;
            let explained = format!("{:?}", explained.expect("a plan"));
            assert!(explained.contains("confidence:0.8"), "{explained}");
            let answers = travels(&ctx, &plan, sql).await;
            let other = at("99").await;
            let read = sent(&plan, &KpiPhysicalCodec, &other).expect("the plan is read");
            assert_eq!(answer(&read, &other).await, answers);
            let theirs = rows(&other, sql).await.expect("an answer");
            assert_ne!(theirs, answers);
            // A logical plan that was analyzed keeps it as well.
            let frame = ctx.sql(sql).await.expect("a plan");
            let plan = frame.into_optimized_plan().expect("an optimized plan");
            let frame = other.execute_logical_plan(plan).await.expect("a frame");
            let batches = frame.collect().await.expect("an answer");
            let mut kept: Vec<_> = batches.iter().flat_map(text_rows).collect();
            kept.sort();
            assert_eq!(kept, answers);
        }
    }
}
