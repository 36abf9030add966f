//! `SET kpi.confidence`: every function with an interval follows it, a plan has it, and no name does.

use datafusion::prelude::{SessionConfig, SessionContext, col, lit};
use kpi_sql::expr_fn;

use crate::support::{plain_session, rows, session, value};

async fn set(ctx: &SessionContext, confidence: &str) {
    let sql = format!("SET kpi.confidence = {confidence}");
    rows(ctx, &sql)
        .await
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
}

async fn explained(ctx: &SessionContext, sql: &str) -> String {
    let plan = rows(ctx, &format!("EXPLAIN {sql}")).await;
    format!(
        "{:?}",
        plan.unwrap_or_else(|error| panic!("{sql}: {error}"))
    )
}

/// Each with how wide its interval is.
const WIDTHS: [&str; 9] = [
    // Every kind of interval.
    "SELECT p['ci_high'] - p['ci_low'] FROM (SELECT csat_parts(1 + x % 5) AS p FROM t)",
    "SELECT p['ci_high'] - p['ci_low'] FROM (SELECT arpa_parts(x, x % 7) AS p FROM t)",
    "SELECT p['ci_high'] - p['ci_low'] FROM (SELECT nps_parts(x % 11) AS p FROM t)",
    "SELECT p['ci_high'] - p['ci_low'] FROM (SELECT churn_gap_parts(x % 50, x % 3, x % 4 = 0) AS p FROM (SELECT * FROM t WHERE x % 50 < 25 OR x < 50))",
    // A stored state knows nothing of it.
    "SELECT p['ci_high'] - p['ci_low'] FROM (SELECT kpi_finish_parts(kpi_merge(s)) AS p FROM (SELECT x % 3 AS g, csat_state(1 + x % 5) AS s FROM t GROUP BY x % 3))",
    // What judges.
    "SELECT c['ci_high'] - c['ci_low'] FROM (SELECT kpi_change(csat_parts(1 + x % 5) FILTER (WHERE x < 40), csat_parts(1 + x % 5) FILTER (WHERE x >= 40)) AS c FROM t)",
    "SELECT r[1]['ci_high'] - r[1]['ci_low'] FROM (SELECT kpi_vs_rest(g, p) AS r FROM (SELECT x % 3 AS g, csat_parts(1 + x % 5) AS p FROM t GROUP BY x % 3))",
    "SELECT d['rate_ci_high'] - d['rate_ci_low'] FROM (SELECT kpi_decompose(g, b, a) AS d FROM (
       SELECT x % 3 AS g, csat_parts(1 + x % 5) FILTER (WHERE x < 40) AS b, csat_parts(1 + x % 5) FILTER (WHERE x >= 40) AS a FROM t GROUP BY x % 3))",
    // Of a call of which all is written out a plan has the value alone.
    "SELECT CAST(max(customers_needed(20, 1 + x % 2)) AS DOUBLE) FROM t",
];

async fn with_rows(config: SessionConfig) -> SessionContext {
    let ctx = session(config);
    let table = "CREATE TABLE t AS SELECT value AS x FROM generate_series(1, 100)";
    rows(&ctx, table).await.expect("a table");
    ctx
}

/// The interval grows with it, in the operator and in DataFusion's own nodes, and is what it was where it is 95 again.
#[tokio::test]
async fn every_interval_follows() {
    for operator in ["on", "off"] {
        let config = SessionConfig::new().with_target_partitions(3);
        let ctx = with_rows(config).await;
        rows(&ctx, &format!("SET kpi.operator = '{operator}'"))
            .await
            .expect("it is set");
        for sql in WIDTHS {
            let width = async || {
                value(&ctx, sql)
                    .await
                    .parse::<f64>()
                    .unwrap_or_else(|_| panic!("{sql}"))
            };
            let before = width().await;
            let mut last = 0.0;
            for confidence in ["60", "0.8", "90", "95", "99.9"] {
                set(&ctx, confidence).await;
                let now = width().await;
                assert!(
                    now > last,
                    "{operator}, {confidence}: {now} after {last}\n{sql}"
                );
                assert_eq!(
                    now == before,
                    confidence == "95",
                    "{operator}, {confidence}: {sql}"
                );
                let plan = explained(&ctx, sql).await;
                assert_eq!(
                    plan.contains("confidence"),
                    confidence != "95",
                    "{confidence}: {plan}"
                );
                last = now;
            }
            set(&ctx, "95").await;
            assert_eq!(width().await, before);
        }
    }
}

/// Windows, the frames of which slide or grow, and functions on parts that were written by hand.
#[tokio::test]
async fn windows_follow() {
    let ctx = with_rows(SessionConfig::new()).await;
    for frame in [
        "ORDER BY x",
        "ORDER BY x ROWS 9 PRECEDING",
        "PARTITION BY x % 2",
    ] {
        let sql = format!(
            "SELECT sum(p['ci_high'] - p['ci_low']) FROM (SELECT csat_parts(1 + x % 5) OVER ({frame}) AS p FROM t)"
        );
        let wide = value(&ctx, &sql).await.parse::<f64>().expect("a number");
        set(&ctx, "80").await;
        let narrow = value(&ctx, &sql).await.parse::<f64>().expect("a number");
        assert!(narrow < wide, "{frame}: {narrow} and {wide}");
        set(&ctx, "95").await;
    }
}

/// The columns of calls are named as they were written, in SELECT, HAVING and ORDER BY.
#[tokio::test]
async fn it_is_in_no_name() {
    let ctx = with_rows(SessionConfig::new()).await;
    for sql in [
        "SELECT x % 2, csat_parts(1 + x % 5), csat_parts(1 + x % 5)['ci_low'] FROM t GROUP BY x % 2 HAVING csat_parts(1 + x % 5)['ci_low'] > 0 ORDER BY csat_parts(1 + x % 5)['value']",
        "SELECT csat_parts(CAST(1 + x % 5 AS DOUBLE)) OVER (ORDER BY x) FROM t",
        "SELECT kpi_change(csat_parts(x), csat_parts(x)), kpi_finish_parts(csat_state(x)) FROM t WHERE x <= 5",
        "SELECT x % 2, kpi_vs_rest(x, s) FROM (SELECT x, csat_parts(1 + x % 5) AS s FROM t GROUP BY x) GROUP BY ROLLUP (x % 2)",
        "SELECT * FROM (SELECT csat_parts(1 + x % 5) FROM t) WHERE (SELECT csat_parts(5))['ci_low'] > 0",
    ] {
        let names = async || {
            let frame = ctx
                .sql(sql)
                .await
                .unwrap_or_else(|error| panic!("{sql}: {error}"));
            let batches = frame
                .collect()
                .await
                .unwrap_or_else(|error| panic!("{sql}: {error}"));
            let names = batches[0]
                .schema()
                .fields()
                .iter()
                .map(|field| field.name().clone())
                .collect::<Vec<_>>();
            (
                names,
                batches.iter().map(|batch| batch.num_rows()).sum::<usize>(),
            )
        };
        let before = names().await;
        set(&ctx, "0.9").await;
        assert_eq!(names().await, before, "{sql}");
        set(&ctx, "95").await;
    }
}

#[tokio::test]
async fn the_dataframe_api_follows() {
    let ctx = with_rows(SessionConfig::new()).await;
    let low = async |ctx: &SessionContext| {
        let scores = (col("x") % lit(5)) + lit(1);
        let frame = ctx.table("t").await.expect("the table is there");
        let parts = expr_fn::parts::csat([scores]).alias("p");
        let frame = frame.aggregate(vec![], vec![parts]).expect("a plan");
        let changed = expr_fn::kpi_change(col("p"), col("p")).alias("c");
        let frame = frame.select(vec![col("p"), changed]).expect("a plan");
        frame.collect().await.expect("an answer")
    };
    let shown = |batches: Vec<datafusion::arrow::array::RecordBatch>| {
        batches
            .iter()
            .flat_map(crate::support::text_rows)
            .flatten()
            .collect::<Vec<_>>()
    };
    let before = shown(low(&ctx).await);
    set(&ctx, "80").await;
    let after = shown(low(&ctx).await);
    assert!(
        before[0] != after[0] && before[1] != after[1],
        "{before:?} {after:?}"
    );
}

/// Every function of the list can be called from Rust.
#[tokio::test]
async fn the_judging_functions_can_be_called_from_rust() {
    let ctx = plain_session();
    let sql = "SELECT x % 2 AS s, csat_parts(1 + x % 5) AS p, csat_parts(1 + x % 4) AS q, count(*) AS n FROM generate_series(1, 20) AS t(x) GROUP BY 1";
    let frame = ctx.sql(sql).await.expect("a plan");
    let aggregates = vec![
        expr_fn::kpi_decompose(col("s"), col("p"), col("q")),
        expr_fn::kpi_vs_rest(col("s"), col("p")),
        expr_fn::p_chart([col("s"), lit(1), col("n")]),
        expr_fn::xmr_chart([col("s"), col("n"), lit(1)]),
    ];
    let judged = frame.clone().aggregate(vec![], aggregates).expect("a plan");
    assert_eq!(judged.count().await.expect("an answer"), 1);
    let scalars = vec![
        expr_fn::kpi_target([col("p"), lit(50)]),
        expr_fn::kpi_guard(col("p"), lit(3)),
        expr_fn::customers_needed([lit(20), col("n")]),
        expr_fn::detectable_change([lit(20), col("n"), lit(90)]),
        expr_fn::p_adjust(
            datafusion::functions_nested::expr_fn::make_array(vec![lit(0.1)]),
            lit("bh"),
        ),
    ];
    let judged = frame.select(scalars).expect("a plan");
    assert_eq!(judged.count().await.expect("an answer"), 2);
}

#[tokio::test]
async fn it_is_shown_and_refused_in_words() {
    let ctx = session(SessionConfig::new().with_information_schema(true));
    set(&ctx, "0.975").await;
    let shown = rows(&ctx, "SHOW kpi.confidence").await.expect("an answer");
    assert_eq!(shown[0][1], "97.5");
    for (odd, got) in [
        ("95 %", "95 %"),
        ("1", "1"),
        ("0.5", "0.5"),
        ("50", "50"),
        ("100", "100"),
        ("NaN", "NaN"),
        ("-95", "-95"),
    ] {
        let error = rows(&ctx, &format!("SET kpi.confidence = '{odd}'")).await;
        let error = error.expect_err("it is refused").to_string();
        let expected = format!("got {got}. Example: SET kpi.confidence = 90");
        assert!(
            error.contains("above 50 and below 100") && error.contains(&expected),
            "{error}"
        );
    }
    let error = rows(&ctx, "SET kpi.confidenc = 90")
        .await
        .expect_err("there is none")
        .to_string();
    assert!(
        error.contains("kpi.benchmarks, kpi.operator and kpi.confidence"),
        "{error}"
    );
}
