//! Laws that hold for every form of every KPI, checked on one table of random rows.
//!
//! The right answers themselves are the business of the hand-computed cases; here one way of asking is
//! compared with another.

mod parts;

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, BooleanArray, Decimal128Array, FixedSizeBinaryArray, Int64Array, RecordBatch,
    StringArray, TimestampMicrosecondArray, UInt64Array,
};
use datafusion::arrow::compute::{cast, concat_batches, take_record_batch};
use datafusion::arrow::datatypes::{DataType, Field, IntervalUnit, Schema, TimeUnit};
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::logical_expr::{AggregateUDF, EmitTo};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::aggregate::{AggregateExprBuilder, AggregateFunctionExpr};
use datafusion::physical_expr::expressions::{col, lit};
use datafusion::physical_plan::aggregates::{AggregateExec, AggregateMode};
use datafusion::physical_plan::{ExecutionPlan, collect};
use datafusion::prelude::{SessionConfig, SessionContext};
use kpi_sql::define::{Finish, Form, Grain, Kind, Kpi};
use kpi_sql::engine::aggregate::function::Function;
use kpi_sql::engine::aggregate::udaf::KpiUdaf;
use kpi_sql::fold::call::Answer;
use kpi_sql::kpi::all;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::support::{plain_session, register_partitions, rows, session, settings};

/// The forms whose value shows the items themselves, and so their type.
pub fn shows_items(form: &Form) -> bool {
    matches!(form.finish, Finish::Mix(_))
}

/// A call of each form, on the columns of [`orders`].
pub fn calls() -> Vec<(&'static Kpi, &'static Form, String)> {
    let mut calls = vec![];
    for kpi in all() {
        for form in kpi.forms {
            let arguments: Vec<_> = (0..form.args.len()).map(|i| column(form, i)).collect();
            calls.push((kpi, form, format!("{}({})", kpi.name, arguments.join(", "))));
        }
    }
    calls
}

/// The column of an argument. A second one of the same kind has a column of its own, or the likes of
/// revenue at the start and at the end would always be equal.
pub fn column(form: &Form, position: usize) -> &'static str {
    let kind = form.args[position].kind;
    let second = form.args[..position].iter().any(|arg| arg.kind == kind);
    match (kind, second) {
        (Kind::Entity, false) => "buyer",
        // Half of a pair.
        (Kind::Entity, true) | (Kind::Item, _) => "product",
        (Kind::Flag, false) => "flag",
        (Kind::Flag, true) => "flag2",
        (Kind::Time | Kind::Date, false) => "at",
        (Kind::Time | Kind::Date, true) => "at2",
        (Kind::Tier, _) => "tier",
        (Kind::Amount, false) => "amount",
        (Kind::Amount, true) => "amount2",
        (Kind::Score, _) => "score",
        (Kind::AtLeast, _) => "3",
        (Kind::Years, _) => "2.5",
    }
}

/// Random orders: few customers and products, so that they meet often; NULL in every column.
pub fn orders(rows: usize, segments: i64, customers: i64) -> RecordBatch {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut ints = |below: i64, nulls: f64| -> ArrayRef {
        Arc::new(Int64Array::from_iter((0..rows).map(|_| {
            (!rng.random_bool(nulls)).then(|| rng.random_range(0..below))
        })))
    };
    let segment = ints(segments, 0.05);
    let customer = ints(customers, 0.05);
    let product = ints(5, 0.2);
    let tier = ints(9, 0.2);
    let score = ints(11, 0.1);
    let day = ints(20, 0.1);
    let [flag, flag2] = [0; 2].map(|_| ints(10, 0.1));
    let [cents, cents2] = [0; 2].map(|_| ints(100_000, 0.1));
    let day2 = ints(20, 0.1);
    fn int(array: &ArrayRef) -> impl Iterator<Item = Option<i64>> + '_ {
        let ints: &Int64Array = array.as_any().downcast_ref().expect("made above");
        ints.iter()
    }
    let flags = |numbers: &ArrayRef| -> ArrayRef {
        let flags = int(numbers).map(|n| n.map(|n| n == 0));
        Arc::new(BooleanArray::from_iter(flags))
    };
    let times = |days: &ArrayRef| -> ArrayRef {
        let times = int(days).map(|day| day.map(|day| (day - 10) * 86_400_000_000 / 4));
        Arc::new(TimestampMicrosecondArray::from_iter(times))
    };
    let amounts = |cents: &ArrayRef| -> ArrayRef {
        let amounts = int(cents).map(|cents| cents.map(|cents| i128::from(cents - 20_000)));
        let amounts = Decimal128Array::from_iter(amounts).with_precision_and_scale(12, 2);
        Arc::new(amounts.expect("five digits fit"))
    };
    RecordBatch::try_from_iter_with_nullable([
        (
            "n",
            Arc::new(UInt64Array::from_iter(0..rows as u64)) as ArrayRef,
            true,
        ),
        ("segment", segment, true),
        ("buyer", customer, true),
        ("product", product, true),
        ("flag", flags(&flag), true),
        ("flag2", flags(&flag2), true),
        ("tier", tier, true),
        ("at", times(&day), true),
        ("at2", times(&day2), true),
        ("amount", amounts(&cents), true),
        ("amount2", amounts(&cents2), true),
        ("score", score, true),
    ])
    .expect("the columns are of one length")
}

pub fn slices(
    batch: &RecordBatch,
    partitions: usize,
    rows_per_batch: usize,
) -> Vec<Vec<RecordBatch>> {
    let mut all = vec![vec![]; partitions];
    for (i, start) in (0..batch.num_rows()).step_by(rows_per_batch).enumerate() {
        let length = rows_per_batch.min(batch.num_rows() - start);
        all[i % partitions].push(batch.slice(start, length));
    }
    all
}

fn shuffled(batch: &RecordBatch, seed: u64) -> RecordBatch {
    let mut order: Vec<u64> = (0..batch.num_rows() as u64).collect();
    order.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
    take_record_batch(batch, &UInt64Array::from(order)).expect("the rows exist")
}

fn by_segment(call: &str) -> String {
    format!("SELECT segment, {call} FROM orders GROUP BY segment ORDER BY segment")
}

pub async fn ask(ctx: &SessionContext, sql: &str) -> Vec<Vec<String>> {
    rows(ctx, sql)
        .await
        .unwrap_or_else(|error| panic!("{sql}: {error}"))
}

/// Every form in one row per segment, and over all rows, on a plain session.
async fn expected(batch: &RecordBatch, only_numbers: bool) -> Vec<(String, Vec<Vec<String>>)> {
    let ctx = plain_session();
    register_partitions(&ctx, "orders", slices(batch, 1, 8192));
    let mut answers = vec![];
    for (_, form, call) in calls() {
        // What shows its items shows their type; these have a law of their own.
        if shows_items(form) && only_numbers {
            continue;
        }
        for sql in [by_segment(&call), format!("SELECT {call} FROM orders")] {
            let answer = ask(&ctx, &sql).await;
            answers.push((sql, answer));
        }
    }
    answers
}

#[tokio::test]
async fn settings_partitions_and_row_order_make_no_difference() {
    let batch = orders(600, 4, 40);
    let expected = expected(&batch, false).await;
    for (setting, config) in settings() {
        for (seed, partitions) in [(1, 1), (2, 3), (3, 16)] {
            let ctx = session(config.clone());
            register_partitions(
                &ctx,
                "orders",
                slices(&shuffled(&batch, seed), partitions, 50),
            );
            for (sql, answer) in &expected {
                assert_eq!(
                    ask(&ctx, sql).await,
                    *answer,
                    "{setting}, {partitions}: {sql}"
                );
            }
        }
    }
}

/// Where partial aggregation is skipped, each row becomes a partial state of its own. That has to
/// happen here, or the setting would test nothing.
#[tokio::test]
async fn partial_aggregation_is_really_skipped() {
    let (_, config) = settings()
        .into_iter()
        .find(|(name, _)| *name == "partial aggregation skipped")
        .expect("the setting exists");
    let ctx = session(config);
    register_partitions(&ctx, "orders", slices(&orders(600, 600, 40), 2, 50));
    let frame = ctx.sql(&by_segment("nps(score)")).await.expect("a plan");
    let plan = frame.create_physical_plan().await.expect("a plan");
    collect(plan.clone(), ctx.task_ctx())
        .await
        .expect("an answer");
    assert!(metric(&plan, "skipped_aggregation_rows") > 0);
}

fn metric(plan: &Arc<dyn ExecutionPlan>, name: &str) -> usize {
    let here = plan
        .metrics()
        .and_then(|metrics| metrics.sum_by_name(name))
        .map_or(0, |value| value.as_usize());
    here + plan
        .children()
        .into_iter()
        .map(|child| metric(child, name))
        .sum::<usize>()
}

#[tokio::test]
async fn little_memory_makes_no_difference() {
    let batch = orders(60_000, 4_000, 50);
    let plenty = plain_session();
    register_partitions(&plenty, "orders", slices(&batch, 2, 1_000));
    let (mut spilled, mut emitted_early) = (0, 0);
    for migrated in [true, false] {
        for (_, _, call) in calls() {
            let sql = by_segment(&call);
            let expected = ask(&plenty, &sql).await;
            let config = SessionConfig::new()
                .with_target_partitions(2)
                .with_batch_size(500)
                .with_sort_spill_reservation_bytes(64 * 1024)
                .set_bool("datafusion.execution.enable_migration_aggregate", migrated);
            let pool = Arc::new(FairSpillPool::new(2_500_000));
            let runtime = RuntimeEnvBuilder::new().with_memory_pool(pool).build_arc();
            let ctx = SessionContext::new_with_config_rt(config, runtime.expect("a runtime"));
            kpi_sql::register(&ctx).expect("a new session takes functions");
            register_partitions(&ctx, "orders", slices(&batch, 2, 1_000));
            let plan = ctx.sql(&sql).await.expect("a plan");
            let plan = plan.create_physical_plan().await.expect("a plan");
            let answer = collect(plan.clone(), ctx.task_ctx())
                .await
                .unwrap_or_else(|error| panic!("{sql}: {error}"));
            let answer: Vec<_> = answer.iter().flat_map(crate::support::text_rows).collect();
            assert_eq!(answer, expected, "{sql}");
            spilled += spills(&plan);
            emitted_early += usize::from(partial_rows(&plan) > 2 * (4_000 + 1));
        }
    }
    assert!(spilled > 0, "nothing was spilled");
    assert!(
        emitted_early > 0,
        "no partial aggregation gave up its groups early"
    );
}

fn spills(plan: &Arc<dyn ExecutionPlan>) -> usize {
    let here = plan.metrics().and_then(|metrics| metrics.spill_count());
    here.unwrap_or(0) + plan.children().into_iter().map(spills).sum::<usize>()
}

/// How many rows the partial aggregation gave out. It has two partitions, which see each group once
/// unless they emit early.
fn partial_rows(plan: &Arc<dyn ExecutionPlan>) -> usize {
    let partial = plan
        .downcast_ref::<AggregateExec>()
        .filter(|aggregate| *aggregate.mode() == AggregateMode::Partial);
    match partial.and_then(|aggregate| aggregate.metrics()) {
        Some(metrics) => metrics.output_rows().unwrap_or(0),
        None => plan.children().into_iter().map(partial_rows).sum(),
    }
}

#[tokio::test]
async fn a_total_counts_each_customer_once() {
    let ctx = plain_session();
    register_partitions(&ctx, "orders", slices(&orders(600, 4, 40), 3, 50));
    for (_, _, call) in calls() {
        let total = ask(&ctx, &format!("SELECT {call} FROM orders")).await;
        let groups = ask(
            &ctx,
            &format!("SELECT {call} FROM orders GROUP BY segment ORDER BY segment"),
        )
        .await;
        for sets in [
            "ROLLUP (segment)",
            "CUBE (segment)",
            "GROUPING SETS ((segment), ())",
        ] {
            let sql = format!(
                "SELECT value FROM (SELECT segment, grouping(segment) AS g, {call} AS value FROM orders GROUP BY {sets}) ORDER BY g, segment"
            );
            let both: Vec<_> = groups.iter().chain(&total).cloned().collect();
            assert_eq!(ask(&ctx, &sql).await, both, "{sql}");
        }
    }
}

#[tokio::test]
async fn a_window_over_the_group_is_the_group() {
    let ctx = plain_session();
    register_partitions(&ctx, "orders", slices(&orders(600, 4, 40), 3, 50));
    for (_, _, call) in calls() {
        let groups = ask(&ctx, &by_segment(&call)).await;
        let last = |over: &str| {
            format!(
                "SELECT segment, value FROM (SELECT segment, {call} OVER ({over}) AS value, row_number() OVER (PARTITION BY segment ORDER BY n DESC) AS last FROM orders) WHERE last = 1 ORDER BY segment"
            )
        };
        for over in [
            "PARTITION BY segment",
            "PARTITION BY segment ORDER BY n",
            "PARTITION BY segment ORDER BY n ROWS BETWEEN 1000 PRECEDING AND CURRENT ROW",
        ] {
            assert_eq!(ask(&ctx, &last(over)).await, groups, "{call} OVER ({over})");
        }
    }
}

/// Each frame of a sliding window has the value that its rows have by themselves.
#[tokio::test]
async fn a_frame_is_a_query_on_its_rows() {
    let ctx = plain_session();
    let batch = orders(60, 1, 6);
    register_partitions(&ctx, "orders", slices(&batch, 1, 7));
    for (_, _, call) in calls() {
        for (frame, before, after) in [
            ("ROWS BETWEEN 5 PRECEDING AND 2 FOLLOWING", 5, 2),
            ("ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW", 60, 0),
            ("ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING", 0, 60),
        ] {
            let sql = format!("SELECT {call} OVER (ORDER BY n {frame}) FROM orders ORDER BY n");
            let windows = ask(&ctx, &sql).await;
            for (n, window) in windows.iter().enumerate() {
                let alone = format!(
                    "SELECT {call} FROM orders WHERE n BETWEEN {} AND {}",
                    n.saturating_sub(before),
                    n + after
                );
                assert_eq!(ask(&ctx, &alone).await[0], *window, "{sql}, row {n}");
            }
        }
    }
}

#[tokio::test]
async fn a_filter_is_a_where() {
    let ctx = plain_session();
    register_partitions(&ctx, "orders", slices(&orders(600, 4, 40), 3, 50));
    for (_, form, call) in calls() {
        let condition = "amount > 100 OR (flag AND tier < 5)";
        let filtered = format!("SELECT {call} FILTER (WHERE {condition}) FROM orders");
        let alone = format!("SELECT {call} FROM orders WHERE {condition}");
        assert_eq!(
            ask(&ctx, &filtered).await,
            ask(&ctx, &alone).await,
            "{filtered}"
        );
        let filtered = by_segment(&format!("{call} FILTER (WHERE {condition})"));
        let alone = by_segment(&call).replace("orders", &format!("orders WHERE {condition}"));
        assert_eq!(
            ask(&ctx, &filtered).await,
            ask(&ctx, &alone).await,
            "{filtered}"
        );
        // Groups that lose all rows stay.
        let filtered = by_segment(&format!("{call} FILTER (WHERE segment = 1)"));
        let all = ask(&ctx, &by_segment(&call)).await;
        let expected: Vec<Vec<String>> = all
            .into_iter()
            .map(|row| match row[0].as_str() {
                "1" => row,
                segment => vec![segment.to_string(), of_nothing(form).to_string()],
            })
            .collect();
        assert_eq!(ask(&ctx, &filtered).await, expected, "{filtered}");
    }
}

/// The value where there are no rows.
fn of_nothing(form: &Form) -> &'static str {
    match form.finish {
        Finish::Count => "0",
        _ => "NULL",
    }
}

#[tokio::test]
async fn no_rows_give_null() {
    let ctx = plain_session();
    register_partitions(&ctx, "orders", slices(&orders(10, 4, 40), 1, 50));
    for (_, form, call) in calls() {
        let nothing = of_nothing(form);
        for sql in [
            format!("SELECT {call} FROM orders WHERE false"),
            format!("SELECT {call} FILTER (WHERE NULL) FROM orders"),
            format!(
                "SELECT {call} OVER (ORDER BY n ROWS BETWEEN 3 PRECEDING AND 2 PRECEDING) FROM orders ORDER BY n LIMIT 1"
            ),
        ] {
            assert_eq!(ask(&ctx, &sql).await, [[nothing]], "{sql}");
        }
        let sql = format!("{} HAVING true", by_segment(&call)).replace(
            "FROM orders GROUP BY segment ORDER BY segment",
            "FROM orders WHERE false GROUP BY segment",
        );
        assert!(ask(&ctx, &sql).await.is_empty(), "{sql}");
    }
}

#[tokio::test]
async fn works_wherever_an_aggregate_may_stand() {
    let ctx = plain_session();
    register_partitions(&ctx, "orders", slices(&orders(600, 4, 40), 3, 50));
    for (_, _, call) in calls() {
        let known = "FROM orders WHERE segment IS NOT NULL";
        let grouped = ask(&ctx, &by_segment(&call).replace("FROM orders", known)).await;
        ask(&ctx, &format!("CREATE OR REPLACE VIEW v AS SELECT segment AS s, {call} AS value {known} GROUP BY segment")).await;
        let renamed = call.replace("buyer", "o.buyer");
        for sql in [
            "SELECT * FROM v ORDER BY s".to_string(),
            format!(
                "WITH c AS (SELECT segment AS s, {call} AS value {known} GROUP BY segment) SELECT * FROM c ORDER BY s"
            ),
            format!(
                "SELECT segment, (SELECT {renamed} FROM orders o WHERE o.segment = g.segment) FROM (SELECT DISTINCT segment FROM orders WHERE segment IS NOT NULL) g ORDER BY segment"
            ),
            format!(
                "SELECT segment, {call} {known} GROUP BY segment HAVING ({call}) IS NOT NULL OR true ORDER BY segment"
            ),
        ] {
            assert_eq!(ask(&ctx, &sql).await, grouped, "{sql}");
        }
        ask(
            &ctx,
            &format!("PREPARE p AS SELECT {call} FROM orders WHERE segment = $1"),
        )
        .await;
        let prepared = ask(&ctx, "EXECUTE p(2)").await;
        ask(&ctx, "DEALLOCATE p").await;
        let plain = ask(
            &ctx,
            &format!("SELECT {call} FROM orders WHERE segment = 2"),
        )
        .await;
        assert_eq!(prepared, plain, "{call}");
    }
}

/// Types that hold the numbers 0 to 9 in an order of their own.
fn types_of_digits() -> Vec<DataType> {
    use DataType::*;
    let mut types = vec![
        Int8,
        Int16,
        Int32,
        Int64,
        UInt8,
        UInt16,
        UInt32,
        UInt64,
        Float16,
        Float32,
        Float64,
        Utf8,
        LargeUtf8,
        Utf8View,
        Binary,
        LargeBinary,
        BinaryView,
        Date32,
        Date64,
        Decimal32(5, 1),
        Decimal64(12, 2),
        Decimal128(20, 3),
        Decimal256(50, 4),
        Time32(TimeUnit::Second),
        Time32(TimeUnit::Millisecond),
        Time64(TimeUnit::Microsecond),
        Time64(TimeUnit::Nanosecond),
    ];
    for unit in [
        TimeUnit::Second,
        TimeUnit::Millisecond,
        TimeUnit::Microsecond,
        TimeUnit::Nanosecond,
    ] {
        types.push(Duration(unit));
        types.push(Timestamp(unit, None));
        types.push(Timestamp(unit, Some("+02:00".into())));
    }
    for (key, value) in [
        (Int8, Utf8),
        (UInt16, Utf8),
        (Int32, LargeUtf8),
        (UInt32, Int64),
        (Int64, Float64),
    ] {
        types.push(Dictionary(Box::new(key), Box::new(value)));
    }
    types
}

/// Numbers as a type, by way of the types between that arrow can cast.
fn digits_as(array: &ArrayRef, data_type: &DataType) -> ArrayRef {
    use DataType::*;
    let by_way_of = match data_type {
        Binary | LargeBinary | BinaryView => vec![Utf8],
        Time32(_) => vec![Int32],
        Dictionary(_, value) => vec![value.as_ref().clone()],
        _ => vec![],
    };
    by_way_of
        .iter()
        .chain([data_type])
        .fold(array.clone(), |array, step| {
            cast(&array, step).unwrap_or_else(|error| panic!("{data_type}: {error}"))
        })
}

fn with_column(batch: &RecordBatch, name: &str, array: ArrayRef) -> RecordBatch {
    let schema = batch.schema();
    let fields = schema
        .fields()
        .iter()
        .zip(batch.columns())
        .map(|(field, old)| {
            if field.name() == name {
                (
                    Field::new(name, array.data_type().clone(), true),
                    array.clone(),
                )
            } else {
                (field.as_ref().clone(), old.clone())
            }
        });
    let (fields, columns): (Vec<_>, Vec<_>) = fields.unzip();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).expect("the lengths agree")
}

#[tokio::test]
async fn entities_items_and_tiers_may_have_any_type() {
    let batch = orders(400, 3, 10);
    let expected = expected(&batch, true).await;
    for data_type in types_of_digits() {
        let mut typed = batch.clone();
        for name in ["buyer", "product", "tier"] {
            let digits = batch.column_by_name(name).expect("it is there");
            typed = with_column(&typed, name, digits_as(digits, &data_type));
        }
        let ctx = plain_session();
        register_partitions(&ctx, "orders", slices(&typed, 3, 50));
        for (sql, answer) in &expected {
            assert_eq!(ask(&ctx, sql).await, *answer, "{data_type}: {sql}");
        }
    }
}

/// Items come out of a mix as they went in.
#[tokio::test]
async fn a_mix_keeps_the_type_of_its_items() {
    let batch = orders(400, 3, 10);
    let digits = batch.column_by_name("product").expect("it is there");
    let ctx = plain_session();
    let mut types = types_of_digits();
    types.retain(|data_type| !matches!(data_type, DataType::Dictionary(_, _)));
    for data_type in types {
        let typed = with_column(&batch, "product", digits_as(digits, &data_type));
        register_partitions(&ctx, "orders", slices(&typed, 3, 50));
        let sql = "SELECT segment, m['product'], m['customers'] FROM (SELECT segment, unnest(product_mix(buyer, product)) AS m FROM orders GROUP BY segment) ORDER BY 1, 3 DESC, 2";
        let plain = "SELECT segment, product, count(DISTINCT buyer) FROM orders WHERE buyer IS NOT NULL AND product IS NOT NULL GROUP BY segment, product ORDER BY 1, 3 DESC, 2";
        assert_eq!(ask(&ctx, sql).await, ask(&ctx, plain).await, "{data_type}");
    }
}

#[tokio::test]
async fn entities_and_items_may_be_bytes_booleans_and_nested() {
    let batch = orders(400, 3, 10);
    let ctx = plain_session();
    let fixed = |name: &str| -> ArrayRef {
        let digits = cast(
            batch.column_by_name(name).expect("it is there"),
            &DataType::Int64,
        );
        let digits = digits.expect("they are numbers");
        let digits: &Int64Array = digits.as_any().downcast_ref().expect("cast above");
        let bytes = digits.iter().map(|n| n.map(|n| n.to_be_bytes()));
        Arc::new(
            FixedSizeBinaryArray::try_from_sparse_iter_with_size(bytes, 8)
                .expect("eight bytes each"),
        )
    };
    let expected = expected(&batch, true).await;
    let typed = with_column(&batch, "buyer", fixed("buyer"));
    let typed = with_column(&typed, "product", fixed("product"));
    register_partitions(&ctx, "orders", slices(&typed, 3, 50));
    for (sql, answer) in &expected {
        assert_eq!(ask(&ctx, sql).await, *answer, "fixed-size binary: {sql}");
    }
    register_partitions(&ctx, "orders", slices(&batch, 3, 50));
    for (_, form, call) in calls() {
        if !form.args.iter().any(|arg| arg.kind == Kind::Entity) {
            continue;
        }
        if shows_items(form) {
            continue;
        }
        let plain = ask(&ctx, &by_segment(&call)).await;
        for wrapper in ["named_struct('id', X, 'text', CAST(X AS VARCHAR))", "[X]"] {
            let wrapped = call.replace(
                "buyer",
                &format!(
                    "CASE WHEN buyer IS NOT NULL THEN {} END",
                    wrapper.replace('X', "buyer")
                ),
            );
            assert_eq!(ask(&ctx, &by_segment(&wrapped)).await, plain, "{wrapped}");
        }
    }
    // Two values of a BOOLEAN are two products at most.
    let sql = "SELECT penetration(buyer, flag IS TRUE), penetration(flag, product) FROM orders";
    assert_eq!(ask(&ctx, sql).await[0].len(), 2);
}

#[tokio::test]
async fn times_may_have_any_unit_and_zone() {
    let batch = orders(400, 3, 10);
    let expected = expected(&batch, true).await;
    let units = [
        TimeUnit::Second,
        TimeUnit::Millisecond,
        TimeUnit::Microsecond,
        TimeUnit::Nanosecond,
    ];
    for unit in units {
        for zone in [None, Some("UTC"), Some("America/New_York")] {
            let data_type = DataType::Timestamp(unit, zone.map(Into::into));
            let mut typed = batch.clone();
            for name in ["at", "at2"] {
                let at = batch.column_by_name(name).expect("it is there");
                // Into the zone without moving the clock's hands: the instants differ by a constant,
                // because all of them lie in one winter.
                typed = with_column(&typed, name, cast(at, &data_type).expect("times cast"));
            }
            let ctx = plain_session();
            register_partitions(&ctx, "orders", slices(&typed, 3, 50));
            for (sql, answer) in &expected {
                assert_eq!(ask(&ctx, sql).await, *answer, "{data_type}: {sql}");
            }
        }
    }
}

#[tokio::test]
async fn amounts_and_scores_may_be_any_number() {
    let batch = orders(400, 3, 10);
    let mut whole = batch.clone();
    for name in ["amount", "amount2"] {
        let amounts = batch.column_by_name(name).expect("it is there");
        let integers = cast(amounts, &DataType::Int64).expect("amounts are numbers");
        let amounts = cast(&integers, &DataType::Decimal128(12, 2));
        whole = with_column(&whole, name, amounts.expect("whole numbers are decimals"));
    }
    let batch = whole;
    let as_numbers = |answer: &[Vec<String>]| -> Vec<Vec<Option<f64>>> {
        let number = |cell: &String| cell.parse().ok();
        answer
            .iter()
            .map(|row| row.iter().map(number).collect())
            .collect()
    };
    let expected = expected(&batch, true).await;
    use DataType::*;
    for data_type in [
        Int16,
        Int32,
        Int64,
        Float32,
        Float64,
        Decimal32(7, 2),
        Decimal64(12, 2),
        Decimal256(40, 2),
        Dictionary(Box::new(Int32), Box::new(Float64)),
    ] {
        let mut typed = batch.clone();
        for name in ["amount", "amount2", "score"] {
            let numbers = batch.column_by_name(name).expect("it is there");
            typed = with_column(
                &typed,
                name,
                cast(numbers, &data_type).expect("numbers cast"),
            );
        }
        let ctx = plain_session();
        register_partitions(&ctx, "orders", slices(&typed, 3, 50));
        for (sql, answer) in &expected {
            let got = as_numbers(&ask(&ctx, sql).await);
            for (got, expected) in got
                .iter()
                .flatten()
                .zip(as_numbers(answer).iter().flatten())
            {
                let equal = match (got, expected) {
                    (Some(got), Some(expected)) => (got - expected).abs() <= 1e-6,
                    (got, expected) => got == expected,
                };
                assert!(equal, "{data_type}: {sql}: {got:?} is not {expected:?}");
            }
        }
    }
}

#[tokio::test]
async fn unfit_types_are_refused_with_words() {
    let ctx = plain_session();
    let batch = orders(4, 3, 10);
    let texts: ArrayRef = Arc::new(StringArray::from(vec!["x"; 4]));
    for (kpi, form, _) in calls() {
        for (position, arg) in form.args.iter().enumerate() {
            let unfit = match arg.kind {
                // Anything can name an entity or an item.
                Kind::Entity | Kind::Item => continue,
                Kind::Tier | Kind::AtLeast | Kind::Years => {
                    let seconds = digits_as(batch.column(2), &DataType::Duration(TimeUnit::Second));
                    let interval = DataType::Interval(IntervalUnit::MonthDayNano);
                    cast(&seconds, &interval).expect("durations are intervals")
                }
                Kind::Flag | Kind::Time | Kind::Date | Kind::Amount | Kind::Score => texts.clone(),
            };
            let typed = with_column(&batch, "n", unfit);
            register_partitions(&ctx, "orders", slices(&typed, 1, 50));
            let arguments: Vec<_> = (0..form.args.len())
                .map(|i| if i == position { "n" } else { column(form, i) })
                .collect();
            let sql = format!("SELECT {}({}) FROM orders", kpi.name, arguments.join(", "));
            // A text may fit another form, as a product does in place of a flag.
            if let Err(error) = ctx.sql(&sql).await {
                let error = error.strip_backtrace();
                let begin = format!("Error during planning: {}: argument ", kpi.name);
                assert!(error.starts_with(&begin), "{sql}: {error}");
                for part in ["; got ", "Example: "] {
                    assert!(error.contains(part), "{sql}: {error}");
                }
            } else {
                assert_ne!(arg.kind, Kind::Time, "{sql} was taken");
            }
        }
    }
}

/// A physical aggregate of a form, for laws about its partial states.
fn physical(kpi: &'static Kpi, form: &Form, batch: &RecordBatch) -> AggregateFunctionExpr {
    let argument = |position: usize| match form.args[position].kind {
        Kind::AtLeast => lit(3_i64),
        Kind::Years => lit(2.5),
        _ => col(column(form, position), &batch.schema()).expect("the column is there"),
    };
    let arguments: Vec<Arc<dyn PhysicalExpr>> = (0..form.args.len()).map(argument).collect();
    let udaf = AggregateUDF::new_from_impl(KpiUdaf::new(Function {
        kpi,
        answer: Answer::Value,
    }));
    AggregateExprBuilder::new(Arc::new(udaf), arguments)
        .schema(batch.schema())
        .alias("value")
        .build()
        .expect("the call is right")
}

fn arguments(aggregate: &AggregateFunctionExpr, batch: &RecordBatch) -> Vec<ArrayRef> {
    let evaluate = |expr: &Arc<dyn PhysicalExpr>| {
        let value = expr.evaluate(batch).expect("columns and literals evaluate");
        value
            .into_array(batch.num_rows())
            .expect("it has that many rows")
    };
    aggregate.expressions().iter().map(evaluate).collect()
}

/// Rows split at random into parts, whose states are taken in pieces, merged in any order, taken
/// again and merged again: the values stay.
#[test]
fn states_can_be_split_and_merged() {
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let batch = orders(500, 1, 30);
    let groups: Vec<usize> = (0..batch.num_rows())
        .map(|_| rng.random_range(0..7))
        .collect();
    for (kpi, form, call) in calls() {
        let aggregate = physical(kpi, form, &batch);
        let mut whole = aggregate.create_groups_accumulator().expect("supported");
        whole
            .update_batch(&arguments(&aggregate, &batch), &groups, None, 7)
            .expect("good rows");
        let expected = whole.evaluate(EmitTo::All).expect("values");
        for split in 1..6 {
            let parts: Vec<Vec<u64>> = {
                let mut parts = vec![vec![]; split];
                for row in 0..batch.num_rows() as u64 {
                    parts[rng.random_range(0..split)].push(row);
                }
                parts
            };
            let mut merged = aggregate.create_groups_accumulator().expect("supported");
            for part in parts {
                let indices = UInt64Array::from(part.clone());
                let rows = take_record_batch(&batch, &indices).expect("the rows exist");
                let part_groups: Vec<usize> =
                    part.iter().map(|row| groups[*row as usize]).collect();
                let mut accumulator = aggregate.create_groups_accumulator().expect("supported");
                accumulator
                    .update_batch(&arguments(&aggregate, &rows), &part_groups, None, 7)
                    .expect("good rows");
                // Out in three pieces: groups 0 to 1, 2 to 4, and the rest.
                let mut first = 0;
                for emit in [EmitTo::First(2), EmitTo::First(3), EmitTo::All] {
                    let state = accumulator.state(emit).expect("a state");
                    assert_types(&aggregate, &state);
                    let ids: Vec<usize> = (first..first + state[0].len()).collect();
                    first += state[0].len();
                    merged
                        .merge_batch(&state, &ids, 7)
                        .expect("a state of ours");
                    // More rows may come after a state was taken; an empty batch changes nothing.
                    accumulator
                        .update_batch(
                            &arguments(&aggregate, &rows.slice(0, 0)),
                            &[],
                            None,
                            7 - first,
                        )
                        .expect("no rows");
                }
            }
            // State after merge, merged once more; then evaluated in pieces.
            let state = merged.state(EmitTo::All).expect("a state");
            let mut last = aggregate.create_groups_accumulator().expect("supported");
            last.merge_batch(&state, &[0, 1, 2, 3, 4, 5, 6], 7)
                .expect("a state of ours");
            let pieces = [EmitTo::First(1), EmitTo::First(4), EmitTo::All]
                .map(|emit| last.evaluate(emit).expect("values"));
            let pieces: Vec<&dyn Array> = pieces.iter().map(AsRef::as_ref).collect();
            let values = datafusion::arrow::compute::concat(&pieces).expect("one type");
            assert_eq!(&values, &expected, "{call} in {split} parts");
        }
    }
}

fn assert_types(aggregate: &AggregateFunctionExpr, state: &[ArrayRef]) {
    let fields = aggregate.state_fields().expect("fields");
    let types: Vec<_> = fields.iter().map(|field| field.data_type()).collect();
    let got: Vec<_> = state.iter().map(|array| array.data_type()).collect();
    assert_eq!(got, types);
}

/// What a state conversion gives is what a state of one-row groups gives.
#[test]
fn rows_convert_to_states() {
    let batch = orders(300, 1, 20);
    let groups: Vec<usize> = (0..300).map(|row| row % 5).collect();
    let condition = BooleanArray::from_iter((0..300).map(|row| match row % 4 {
        0 => Some(false),
        1 => None,
        _ => Some(true),
    }));
    for (kpi, form, call) in calls() {
        let aggregate = physical(kpi, form, &batch);
        let values = arguments(&aggregate, &batch);
        for condition in [None, Some(&condition)] {
            let mut direct = aggregate.create_groups_accumulator().expect("supported");
            direct
                .update_batch(&values, &groups, condition, 5)
                .expect("good rows");
            let mut converted = aggregate.create_groups_accumulator().expect("supported");
            let state = converted
                .convert_to_state(&values, condition)
                .expect("a state");
            assert_types(&aggregate, &state);
            // A slice of the state, too: its offsets do not start at 0.
            for (from, length) in [(0, 100), (100, 200)] {
                let part: Vec<_> = state
                    .iter()
                    .map(|array| array.slice(from, length))
                    .collect();
                converted
                    .merge_batch(&part, &groups[from..from + length], 5)
                    .expect("a state of ours");
            }
            let expected = direct.evaluate(EmitTo::All).expect("values");
            let got = converted.evaluate(EmitTo::All).expect("values");
            assert_eq!(&got, &expected, "{call}");
        }
    }
}

/// The size that is told to the memory pool grows with the entities, and shrinks when they leave.
#[test]
fn sizes_follow_the_entities() {
    let batch = orders(60_000, 1, 50_000);
    let groups: Vec<usize> = (0..batch.num_rows()).map(|row| row % 100).collect();
    for (kpi, form, call) in calls() {
        let aggregate = physical(kpi, form, &batch);
        let mut accumulator = aggregate.create_groups_accumulator().expect("supported");
        let empty = accumulator.size();
        accumulator
            .update_batch(&arguments(&aggregate, &batch), &groups, None, 100)
            .expect("good rows");
        let full = accumulator.size();
        let entities = matches!(form.grain, Grain::Entity { .. });
        let least = if entities { 40_000 * 16 } else { 100 * 8 };
        assert!(full - empty > least, "{call}: {empty} to {full}");
        accumulator.evaluate(EmitTo::All).expect("values");
        assert!(
            accumulator.size() < full / 4,
            "{call}: {}",
            accumulator.size()
        );
    }
}

#[test]
fn partitions_cover_the_batch() {
    let batch = orders(103, 2, 9);
    let parts: Vec<_> = slices(&batch, 3, 10).into_iter().flatten().collect();
    let whole = concat_batches(&batch.schema(), &parts).expect("one schema");
    assert_eq!(whole.num_rows(), 103);
}
