//! Physical plans as bytes: written by the session that plans, read by one that knows nothing of it, with the same EXPLAIN and
//! the same answers.

use std::path::PathBuf;
use std::sync::Arc;

use datafusion::error::Result;
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::{ExecutionPlan, collect, displayable};
use datafusion::prelude::{ParquetReadOptions, SessionConfig, SessionContext};
use datafusion::sql::parser::DFParser;
use datafusion_proto::bytes::{
    physical_plan_from_bytes_with_extension_codec, physical_plan_from_bytes_with_proto_converter,
    physical_plan_to_bytes_with_extension_codec, physical_plan_to_bytes_with_proto_converter,
};
use datafusion_proto::physical_plan::{
    ComposedPhysicalExtensionCodec, DeduplicatingProtoConverter, DefaultPhysicalExtensionCodec,
    PhysicalExtensionCodec,
};
use datafusion_proto::protobuf::physical_plan_node::PhysicalPlanType;
use datafusion_proto::protobuf::{PhysicalExtensionNode, PhysicalPlanNode};
use kpi_sql::proto::KpiPhysicalCodec;
use prost::Message;

use crate::operator::{operated, orders, with_operator};
use crate::support::{folder, plain_session, rows, session, text_rows};

type Plan = Arc<dyn ExecutionPlan>;

fn shown(plan: &Plan) -> String {
    displayable(plan.as_ref()).indent(true).to_string()
}

async fn planned(ctx: &SessionContext, sql: &str) -> Plan {
    let frame = ctx.sql(sql).await;
    let frame = frame.unwrap_or_else(|error| panic!("{sql}: {error}"));
    let plan = frame.create_physical_plan().await;
    plan.unwrap_or_else(|error| panic!("{sql}: {error}"))
}

/// The rows of an answer, in an order of their own.
async fn answer(plan: &Plan, ctx: &SessionContext) -> Vec<Vec<String>> {
    let batches = collect(plan.clone(), ctx.task_ctx()).await;
    let batches = batches.unwrap_or_else(|error| panic!("{error}\n{}", shown(plan)));
    let mut rows: Vec<_> = batches.iter().flat_map(text_rows).collect();
    rows.sort();
    rows
}

fn sent(plan: &Plan, codec: &dyn PhysicalExtensionCodec, to: &SessionContext) -> Result<Plan> {
    let converter = DeduplicatingProtoConverter {};
    let bytes = physical_plan_to_bytes_with_proto_converter(plan.clone(), codec, &converter)?;
    let task = to.task_ctx();
    physical_plan_from_bytes_with_proto_converter(&bytes, &task, codec, &converter)
}

fn sent_plainly(plan: &Plan, to: &SessionContext) -> Result<Plan> {
    let bytes = physical_plan_to_bytes_with_extension_codec(plan.clone(), &KpiPhysicalCodec)?;
    physical_plan_from_bytes_with_extension_codec(&bytes, &to.task_ctx(), &KpiPhysicalCodec)
}

/// Sends a plan in every way, which makes no difference to what is read.
fn trips(plan: &Plan, name: &str) -> Vec<(SessionContext, Plan)> {
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
async fn travels(ctx: &SessionContext, plan: &Plan, name: &str) -> Vec<Vec<String>> {
    let trips = trips(plan, name);
    let expected = answer(plan, ctx).await;
    for (fresh, read) in trips {
        assert_eq!(answer(&read, &fresh).await, expected, "{name}");
    }
    expected
}

// ---------------------------------------------------------------- the queries

/// A session with the sample data as Parquet.
async fn sample() -> SessionContext {
    let ctx = session(SessionConfig::new().with_target_partitions(4));
    let mut names = vec!["orders".to_string()];
    for file in std::fs::read_dir(folder("sample_data")).expect("the folder can be read") {
        let path = file.expect("the entry can be read").path();
        if path.extension().is_some_and(|ending| ending == "parquet") {
            let name = path.file_stem().expect("a file has a name");
            names.push(format!("{}.parquet", name.to_string_lossy()));
        }
    }
    assert!(names.len() >= 7, "{names:?}");
    for name in names {
        let path = folder("sample_data").join(&name);
        let path = path.to_str().expect("the path is UTF-8").to_string();
        let table = name.trim_end_matches(".parquet");
        let read = ctx.register_parquet(table, path, ParquetReadOptions::default());
        read.await.unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    ctx
}

fn queries() -> Vec<PathBuf> {
    let files = std::fs::read_dir(folder("queries")).expect("the folder can be read");
    let paths = files.map(|file| file.expect("the entry can be read").path());
    let mut paths: Vec<_> = paths
        .filter(|path| path.extension().is_some_and(|ending| ending == "sql"))
        .collect();
    paths.sort();
    paths
}

/// What is done when it is planned, and so has no plan to send.
fn is_done_at_once(plan: &LogicalPlan) -> bool {
    matches!(plan, LogicalPlan::Ddl(_) | LogicalPlan::Statement(_))
}

/// No query has a node or an expression that cannot be sent: there is no list of exceptions.
#[tokio::test]
async fn every_query_over_parquet() {
    let (mut sent, mut at_once, mut folded) = (0, 0, 0);
    for path in queries() {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(&path).expect("the file is UTF-8");
        let ctx = sample().await;
        // What a session of the program does with `-- param: NAME=NULL`.
        let text = text
            .lines()
            .filter_map(|line| line.strip_prefix("-- param: ")?.strip_suffix("=NULL"))
            .fold(text.clone(), |text, name| {
                text.replace(&format!("${name}"), "NULL")
            });
        let statements = DFParser::parse_sql(&text).expect("the query is SQL");
        let mut of_file = 0;
        for statement in statements {
            let logical = ctx.state().statement_to_plan(statement).await;
            let logical = logical.unwrap_or_else(|error| panic!("{name}: {error}"));
            let is_done = is_done_at_once(&logical);
            let frame = ctx.execute_logical_plan(logical).await;
            let frame = frame.unwrap_or_else(|error| panic!("{name}: {error}"));
            if is_done {
                at_once += 1;
                continue;
            }
            let plan = frame.create_physical_plan().await;
            let plan = plan.unwrap_or_else(|error| panic!("{name}: {error}"));
            let answer = travels(&ctx, &plan, &name).await;
            assert!(!answer.is_empty(), "{name}");
            of_file += 1;
            folded += usize::from(shown(&plan).contains("KpiFoldExec"));
        }
        assert!(of_file > 0, "{name} has no query");
        sent += of_file;
    }
    let files = queries().len();
    assert!(
        files >= 28 && sent >= files,
        "{sent} plans of {files} files"
    );
    assert!(folded >= 24, "{folded} of {sent} plans have nodes of ours");
    assert!(at_once >= 4, "{at_once} statements were done at once");
}

// ---------------------------------------------------------------- every kind of node and call

/// Queries of the table `orders(segment, customer, product, flag, amount, score)`, each with what its plan is to have.
const CASES: &[(&str, &str)] = &[
    // The shapes.
    ("SELECT segment, nps(score), count(*) FROM orders GROUP BY segment", "shape=rows"),
    ("SELECT segment, cross_sell_rate(customer, product) FROM orders GROUP BY segment", "shape=by entity [customer@"),
    ("SELECT cross_sell_rate(customer, product) FROM orders", "shape=by entity [customer@"),
    (
        "SELECT cross_sell_rate(customer, product), penetration(product, flag), nps(score), count(*) FROM orders",
        "KpiExpandExec: entities=2",
    ),
    (
        "SELECT segment, cross_sell_rate(customer, product), penetration(product, flag) FROM orders GROUP BY segment",
        "shape=by each entity [customer@",
    ),
    ("SELECT cross_sell_rate(upper(customer), product) FROM orders", "shape=by entity [upper(customer@"),
    (
        "SELECT c.segment, upsell_rate(c.customer, o.flag), cross_sell_rate(o.customer, o.product)
         FROM orders c LEFT JOIN orders o ON o.customer = c.customer GROUP BY c.segment",
        "shape=by entity [customer@",
    ),
    // What stays with DataFusion's nodes.
    (
        "SELECT segment, upsell_rate(customer, flag), first_value(product ORDER BY product) FROM orders GROUP BY segment",
        "KpiFallbackExec: reason=first_value",
    ),
    (
        "SELECT segment, cross_sell_rate(customer, product) FROM (SELECT * FROM orders ORDER BY segment LIMIT 300) AS o
         GROUP BY segment",
        "KpiFallbackExec: reason=the rows come in the order of the keys",
    ),
    // Filters.
    (
        "SELECT segment, cross_sell_rate(customer, product) FILTER (WHERE score > 3), upsell_rate(customer, flag),
                sum(amount) FILTER (WHERE flag) FROM orders GROUP BY segment",
        "KpiFoldExec",
    ),
    (
        "SELECT cross_sell_rate(customer, product) FILTER (WHERE amount > (SELECT avg(amount) FROM orders)) FROM orders",
        "ScalarSubqueryExec",
    ),
    (
        "SELECT cross_sell_rate(customer || (SELECT max(segment) FROM orders), product) FROM orders",
        "ScalarSubqueryExec",
    ),
    // Sets of keys.
    ("SELECT segment, product, cross_sell_rate(customer, product) FROM orders GROUP BY ROLLUP (segment, product)", "sets=3"),
    ("SELECT segment, product, arpa(customer, amount) FROM orders GROUP BY CUBE (segment, product)", "sets=4"),
    (
        "SELECT segment, grouping(segment), cross_sell_rate(customer, product), penetration(product, flag) FROM orders
         GROUP BY GROUPING SETS ((segment), (product), ())",
        "KpiExpandExec",
    ),
    // Parts, states, and what is made of them.
    (
        "SELECT segment, arpa_parts(customer, amount), csat_parts(score, 8) FROM orders GROUP BY segment",
        "arpa_parts(",
    ),
    (
        "SELECT segment, kpi_finish(cross_sell_rate_state(customer, product)),
                kpi_finish_parts(upsell_rate_state(customer, flag)) FROM orders GROUP BY segment",
        "cross_sell_rate_state(",
    ),
    (
        "SELECT kpi_finish(kpi_merge(state)), kpi_finish_mix(kpi_merge(mix)) FROM
         (SELECT segment, arpa_state(customer, amount) AS state, product_mix_state(customer, product) AS mix FROM orders GROUP BY segment)",
        "kpi_merge(",
    ),
    (
        "SELECT kpi_change(csat_parts(score) FILTER (WHERE flag), csat_parts(score) FILTER (WHERE NOT flag)) FROM orders WHERE score BETWEEN 1 AND 5",
        "kpi_change(",
    ),
    // Arguments that are written out, other names, items that are counted by a call of their own.
    ("SELECT csat(score, 8), ccr(customer, product) FROM orders", "csat("),
    ("SELECT segment, purchase_frequency(customer, product) FROM orders GROUP BY segment", "count(DISTINCT"),
    // Other aggregates beside them.
    (
        "SELECT segment, cross_sell_rate(customer, product), count(DISTINCT customer), count(DISTINCT score), sum(amount), median(amount),
                stddev(amount), min(product), approx_distinct(product) FROM orders GROUP BY segment",
        "median(",
    ),
    // Windows.
    (
        "SELECT score, cross_sell_rate(customer, product) OVER (PARTITION BY segment ORDER BY score RANGE UNBOUNDED PRECEDING) FROM orders",
        "WindowAggExec",
    ),
    (
        "SELECT score, arpa(customer, amount) OVER (ORDER BY score RANGE BETWEEN 2 PRECEDING AND CURRENT ROW) FROM orders",
        "WindowAggExec",
    ),
    (
        "SELECT segment, kpi_finish(kpi_merge(state) OVER (ORDER BY segment)) FROM
         (SELECT segment, arpa_state(customer, amount) AS state FROM orders GROUP BY segment)",
        "WindowAggExec",
    ),
    // What judges.
    (
        "SELECT segment, kpi_band('cross_sell_ratio', cross_sell_ratio(flag)) FROM orders GROUP BY segment
         HAVING kpi_band('ccr', 100 * cross_sell_rate(customer, product), segment) IS NULL",
        "kpi_band(",
    ),
    ("SELECT kpi, kpi_band(kpi, 15) FROM kpi_benchmarks()", "kpi_band("),
    (
        "SELECT kpi_vs_rest(segment, p), kpi_decompose(segment, p, q), xmr_chart(k, n), p_chart(n, n, n), count(*) FROM
         (SELECT segment, nps_parts(score) AS p, nps_parts(score) FILTER (WHERE flag) AS q, count(DISTINCT customer) AS n, row_number() OVER (ORDER BY segment) AS k FROM orders GROUP BY segment)",
        "kpi_decompose(",
    ),
    (
        "SELECT segment, kpi_target(nps_parts(score), 50), kpi_guard(nps_parts(score), 2) FROM orders GROUP BY segment",
        "kpi_target(",
    ),
];

#[tokio::test]
async fn every_kind_of_node_and_call() {
    let mut checked = 0;
    for (sql, expected) in CASES {
        let ctx = orders(with_operator("on"));
        let plan = planned(&ctx, sql).await;
        assert!(shown(&plan).contains(expected), "{sql}\n{}", shown(&plan));
        let answers = travels(&ctx, &plan, sql).await;
        assert!(!answers.is_empty(), "{sql}");
        checked += 1;
    }
    assert_eq!(checked, CASES.len());
    assert!(checked > 25);
}

#[tokio::test]
async fn one_partition() {
    let ctx = orders(operated(
        SessionConfig::new().with_target_partitions(1),
        "on",
    ));
    let sql = "SELECT segment, cross_sell_rate(customer, product), penetration(product, flag), sum(amount) FROM orders GROUP BY segment";
    let plan = planned(&ctx, sql).await;
    assert!(shown(&plan).contains("shape=one partition"));
    assert_eq!(travels(&ctx, &plan, sql).await.len(), 4);
}

/// DataFusion's own nodes have our functions by their names.
#[tokio::test]
async fn without_the_operator() {
    let mut checked = 0;
    for (sql, _) in CASES {
        let ctx = orders(with_operator("off"));
        let plan = planned(&ctx, sql).await;
        assert!(!shown(&plan).contains("KpiF"), "{}", shown(&plan));
        travels(&ctx, &plan, sql).await;
        checked += 1;
    }
    assert_eq!(checked, CASES.len());
}

/// A volatile entity is another one in each run, so there is no answer to compare.
#[tokio::test]
async fn a_volatile_entity() {
    let ctx = orders(with_operator("on"));
    let plan = planned(
        &ctx,
        "SELECT cross_sell_rate(random(), product) FROM orders",
    )
    .await;
    let reason = "KpiFallbackExec: reason=an expression gives another value each time";
    assert!(shown(&plan).contains(reason), "{}", shown(&plan));
    for (fresh, read) in trips(&plan, "random()") {
        assert_eq!(answer(&read, &fresh).await.len(), 1);
    }
}

// ---------------------------------------------------------------- benchmarks

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

// ---------------------------------------------------------------- confidence

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

// ---------------------------------------------------------------- errors

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
