//! The KPIs on public data sets whose values other tools have computed.
//!
//! The data lie beside the package, in `../shared/data`, and are no part of it. Each folder there holds
//! the raw files, and in `reference/` the values per segment. A segment's rows are filtered first and
//! everything is computed inside it, as GROUP BY does.
//!
//! Every value is asked for in several ways that must agree: by GROUP BY, by GROUPING SETS, by WHERE
//! without GROUP BY, and as a window. The number of comparisons is asserted, so that no test can
//! pass by comparing nothing.

mod comparison;
mod northwind;
mod online_retail;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Once;

use datafusion::arrow::array::{AsArray, RecordBatch};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::prelude::{CsvReadOptions, SessionContext};

/// The folder of the data sets, if it is there.
///
/// Where it is not, the tests that need it are left out, and say so once. With the environment
/// variable `KPI_SQL_REQUIRE_SHARED` they fail instead.
pub fn shared_data() -> Option<PathBuf> {
    static SAY_ONCE: Once = Once::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(
        std::env::var_os("KPI_SQL_REQUIRE_SHARED").is_none(),
        "KPI_SQL_REQUIRE_SHARED is set, but there is no folder {}",
        folder.display()
    );
    SAY_ONCE.call_once(|| {
        // The test harness swallows what eprintln! writes in a test that passes.
        use std::io::Write;
        let line =
            "\nNOT TESTED: ../shared/data is missing, the tests on real data were left out\n";
        let _ = std::io::stderr().write_all(line.as_bytes());
    });
    None
}

/// A path as the text that DataFusion wants.
pub fn text(path: PathBuf) -> String {
    path.to_str().expect("the path is UTF-8").to_string()
}

/// Runs a query.
async fn collect(ctx: &SessionContext, sql: &str) -> Vec<RecordBatch> {
    let frame = ctx.sql(sql).await;
    let frame = frame.unwrap_or_else(|error| panic!("{sql}\n{error}"));
    let batches = frame.collect().await;
    batches.unwrap_or_else(|error| panic!("{sql}\n{error}"))
}

/// A text column of a batch.
fn texts(batch: &RecordBatch, column: &str) -> Vec<Option<String>> {
    let column = batch.column_by_name(column).expect("the column is there");
    let column = cast(column, &DataType::Utf8).expect("everything has a text");
    let cells = column.as_string::<i32>().iter();
    cells.map(|cell| cell.map(String::from)).collect()
}

/// A column of numbers of a batch.
fn numbers(batch: &RecordBatch, column: &str) -> Vec<Option<f64>> {
    let column = batch.column_by_name(column).expect("the column is there");
    let column = cast(column, &DataType::Float64).expect("the column holds numbers");
    column.as_primitive::<Float64Type>().iter().collect()
}

/// Reads a CSV file with every cell as text; an empty cell is NULL.
async fn read_texts(path: PathBuf) -> Vec<BTreeMap<String, Option<String>>> {
    let options = CsvReadOptions::new().schema_infer_max_records(0);
    let path = text(path);
    let frame = SessionContext::new().read_csv(&path, options).await;
    let batches = frame
        .unwrap_or_else(|error| panic!("{path}: {error}"))
        .collect()
        .await
        .unwrap_or_else(|error| panic!("{path}: {error}"));
    let mut rows = vec![];
    for batch in &batches {
        let schema = batch.schema();
        let columns: Vec<_> = schema
            .fields()
            .iter()
            .map(|field| (field.name(), texts(batch, field.name())))
            .collect();
        rows.extend((0..batch.num_rows()).map(|row| {
            let cell = |(name, cells): &(&String, Vec<Option<String>>)| {
                let cell = cells[row].clone().filter(|cell| !cell.is_empty());
                (name.to_string(), cell)
            };
            columns.iter().map(cell).collect()
        }));
    }
    rows
}

/// The reference values of one data set.
struct Reference {
    /// By segment and segment value, each column of the file.
    segments: BTreeMap<(String, String), BTreeMap<String, Option<String>>>,
    /// The share of customers by level (product, category) and item.
    penetration: Vec<(String, String, f64)>,
}

impl Reference {
    /// Reads the folder with `kpi_duckdb.csv` and `penetration_duckdb.csv`.
    async fn read(folder: &Path) -> Reference {
        let field = |row: &BTreeMap<String, Option<String>>, column: &str| {
            let cell = row[column].clone();
            cell.unwrap_or_else(|| panic!("{column} of {row:?}"))
        };
        let segments = read_texts(folder.join("kpi_duckdb.csv")).await;
        let penetration = read_texts(folder.join("penetration_duckdb.csv")).await;
        Reference {
            segments: segments
                .into_iter()
                .map(|row| ((field(&row, "segment"), field(&row, "segment_value")), row))
                .collect(),
            penetration: penetration
                .iter()
                .map(|row| {
                    let share = field(row, "penetration_pct").parse().expect("a share");
                    (field(row, "level"), field(row, "item"), share)
                })
                .collect(),
        }
    }

    /// The names of the segments, without ALL.
    fn segments(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self
            .segments
            .keys()
            .map(|(name, _)| name.as_str())
            .collect();
        names.dedup();
        names.retain(|name| *name != "ALL");
        names
    }

    fn value(&self, segment: &str, value: &str, column: &str) -> Option<f64> {
        let row = &self.segments[&(segment.to_string(), value.to_string())];
        let cell = row
            .get(column)
            .unwrap_or_else(|| panic!("no column {column}"));
        cell.as_ref().map(|cell| cell.parse().expect("a number"))
    }

    /// Whether somebody computed a measure for a segment. Months have no KPIs about time. An empty
    /// cell alone does not tell: the mean over no customers is empty too, but their count is then 0.
    fn has(&self, segment: &str, value: &str, measure: &Measure) -> bool {
        self.value(segment, value, measure.counts).is_some()
    }

    /// How many values of these measures the segments have.
    fn values(&self, segments: &[&str], measures: &[Measure]) -> usize {
        let keys = self.segments.keys();
        keys.filter(|(name, _)| segments.contains(&name.as_str()))
            .flat_map(|(name, value)| measures.iter().filter(|m| self.has(name, value, m)))
            .count()
    }
}

/// A column of the reference, and the call that computes it.
struct Measure {
    column: &'static str,
    /// The column with the number of things that were counted or averaged.
    counts: &'static str,
    call: &'static str,
}

/// The calls as the columns of a SELECT, each under the name of its reference column.
fn select_list(measures: &[Measure], over: &str) -> String {
    let columns = measures
        .iter()
        .map(|measure| format!("{}{over} AS \"{}\"", measure.call, measure.column));
    columns.collect::<Vec<_>>().join(", ")
}

/// A text as an SQL literal.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
