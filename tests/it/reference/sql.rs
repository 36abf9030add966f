//! Small helpers around queries: tables in, cells out.

use std::path::{Path, PathBuf};

use datafusion::arrow::array::{AsArray, RecordBatch};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::prelude::{CsvReadOptions, ParquetReadOptions, SessionConfig, SessionContext};

use crate::support::session;

/// A path as the text that DataFusion wants.
pub fn text(path: PathBuf) -> String {
    path.to_str().expect("the path is UTF-8").to_string()
}

/// A session for big tables: no states have to be merged, which would take a debug build as long again.
pub fn one_partition() -> SessionContext {
    session(SessionConfig::new().with_target_partitions(1))
}

/// Registers the CSV files of a folder, each under its own name.
pub async fn register_csv(ctx: &SessionContext, folder: &Path, names: &[&str]) {
    for name in names {
        let path = text(folder.join(format!("{name}.csv")));
        // Quoted, or a name with capitals would be taken for one without.
        ctx.register_csv(format!("\"{name}\""), path, CsvReadOptions::new())
            .await
            .expect("the file can be read");
    }
}

/// The order lines that lie in a Parquet file, as the table `fact`.
pub async fn register_fact(ctx: &SessionContext, path: PathBuf) {
    ctx.register_parquet("lines", text(path), ParquetReadOptions::default())
        .await
        .expect("the file can be read");
    let sql = "CREATE VIEW fact AS SELECT *, CAST(ts AS DATE) AS day FROM lines";
    collect(ctx, sql).await;
}

/// Runs a query.
pub async fn collect(ctx: &SessionContext, sql: &str) -> Vec<RecordBatch> {
    let frame = ctx.sql(sql).await;
    let frame = frame.unwrap_or_else(|error| panic!("{sql}\n{error}"));
    let batches = frame.collect().await;
    batches.unwrap_or_else(|error| panic!("{sql}\n{error}"))
}

/// Runs a query with a single row.
pub async fn collect_row(ctx: &SessionContext, sql: &str) -> RecordBatch {
    let mut batches = collect(ctx, sql).await;
    batches.retain(|batch| batch.num_rows() > 0);
    match batches.as_slice() {
        [row] if row.num_rows() == 1 => row.clone(),
        _ => panic!("one row expected from {sql}"),
    }
}

/// A text column of a batch.
pub fn texts(batch: &RecordBatch, column: &str) -> Vec<Option<String>> {
    let column = batch.column_by_name(column).expect("the column is there");
    let column = cast(column, &DataType::Utf8).expect("everything has a text");
    let cells = column.as_string::<i32>().iter();
    cells.map(|cell| cell.map(String::from)).collect()
}

/// A column of numbers of a batch.
pub fn numbers(batch: &RecordBatch, column: &str) -> Vec<Option<f64>> {
    let column = batch.column_by_name(column).expect("the column is there");
    let column = cast(column, &DataType::Float64).expect("the column holds numbers");
    column.as_primitive::<Float64Type>().iter().collect()
}

/// A text as an SQL literal.
pub fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
