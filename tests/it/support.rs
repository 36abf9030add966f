//! What several test modules need: sessions with every setting that must not change an answer, and
//! answers as text.

use std::process::Command;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::error::Result;
use datafusion::prelude::{SessionConfig, SessionContext};

/// A session with the KPIs.
pub fn session(config: SessionConfig) -> SessionContext {
    let ctx = SessionContext::new_with_config(config);
    kpi_sql::register(&ctx).expect("a new session takes functions");
    ctx
}

/// A session on two partitions, like the machine of an analyst in small.
pub fn plain_session() -> SessionContext {
    session(SessionConfig::new().with_target_partitions(2))
}

/// Settings of cargo that hold for a build inside a test as well.
const OF_CARGO: [&str; 3] = ["CARGO_HOME", "CARGO_TARGET_DIR", "CARGO_TERM_COLOR"];

/// Takes from a command what cargo says about this very test. Build scripts look at it, such as that of `ring`: what was built with it would be
/// built anew without it, and all that needs it.
pub fn forget_this_test(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO") && !OF_CARGO.contains(&text.as_ref()) {
            command.env_remove(name);
        }
    }
}

/// Settings under which every answer must be the same, each with a name.
pub fn settings() -> Vec<(&'static str, SessionConfig)> {
    let base = || SessionConfig::new().with_target_partitions(2);
    let off = |key: &str| base().set_bool(key, false);
    vec![
        ("two partitions", base()),
        ("one partition", base().with_target_partitions(1)),
        ("sixteen partitions", base().with_target_partitions(16)),
        ("one row a batch", base().with_batch_size(1)),
        ("three rows a batch", base().with_batch_size(3)),
        (
            "partial aggregation skipped",
            base()
                .set_u64(
                    "datafusion.execution.skip_partial_aggregation_probe_rows_threshold",
                    0,
                )
                .set(
                    "datafusion.execution.skip_partial_aggregation_probe_ratio_threshold",
                    &datafusion::common::ScalarValue::Float64(Some(0.0)),
                )
                .with_batch_size(3),
        ),
        (
            "the older aggregation streams",
            off("datafusion.execution.enable_migration_aggregate").with_batch_size(3),
        ),
    ]
}

/// Runs a query and gives its rows as text.
pub async fn rows(ctx: &SessionContext, sql: &str) -> Result<Vec<Vec<String>>> {
    let batches = ctx.sql(sql).await?.collect().await?;
    Ok(batches.iter().flat_map(text_rows).collect())
}

/// Runs a query with one row and one column.
pub async fn value(ctx: &SessionContext, sql: &str) -> String {
    match rows(ctx, sql).await {
        Ok(rows) if rows.len() == 1 && rows[0].len() == 1 => rows[0][0].clone(),
        Ok(rows) => panic!("one value expected from {sql}; got {rows:?}"),
        Err(error) => panic!("{sql}: {error}"),
    }
}

/// The rows of a batch as text: NULL, floats with at most nine digits after the point, and an empty
/// text as (empty).
pub fn text_rows(batch: &RecordBatch) -> Vec<Vec<String>> {
    let cell = |column: &ArrayRef, row: usize| {
        if column.is_null(row) {
            return "NULL".to_string();
        }
        if *column.data_type() == DataType::Float64 {
            return short(column.as_primitive::<Float64Type>().value(row));
        }
        let formatter = ArrayFormatter::try_new(column, &FormatOptions::default())
            .expect("every type has a text form");
        match formatter.value(row).to_string() {
            text if text.is_empty() => "(empty)".to_string(),
            text => text,
        }
    };
    (0..batch.num_rows())
        .map(|row| batch.columns().iter().map(|c| cell(c, row)).collect())
        .collect()
}

fn short(value: f64) -> String {
    let text = format!("{value:.9}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" {
        "0".into()
    } else {
        text.into()
    }
}

/// Registers batches as a table, one partition each.
pub fn register_partitions(ctx: &SessionContext, name: &str, partitions: Vec<Vec<RecordBatch>>) {
    let schema = partitions
        .iter()
        .flatten()
        .next()
        .expect("a table has at least one batch, even an empty one")
        .schema();
    let table = datafusion::datasource::MemTable::try_new(schema, partitions)
        .expect("the batches have one schema");
    let _ = ctx
        .deregister_table(name)
        .expect("memory tables can be dropped");
    ctx.register_table(name, Arc::new(table))
        .expect("the name is free");
}

/// A folder of this repository.
pub fn folder(name: &str) -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}
