//! Queries on the sample data, and their answers as a page shows them.

use std::path::Path;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::error::Result;
use datafusion::prelude::{SessionConfig, SessionContext};
use datafusion::sql::parser::DFParser;
use kpi_sql::tables::{self, Options};

use crate::markdown::{self, Column};
use crate::support::session;

/// Longer answers are cut here.
const ROWS: usize = 12;

/// What a query gave, as text.
pub struct Answer {
    columns: Vec<Column>,
    rows: Vec<Vec<String>>,
}

/// A session in which the tables of `sample_data` have their names, as on the command line.
pub async fn sample(config: SessionConfig) -> SessionContext {
    let ctx = session(config.with_information_schema(true));
    let entries = std::fs::read_dir("sample_data").expect("tests run in the package's folder");
    for entry in entries {
        let path = entry.expect("the entry can be read").path();
        let name = path.file_stem().and_then(|name| name.to_str());
        let name = name.expect("file names are ASCII");
        let is_table = match path.extension() {
            Some(extension) => extension == "parquet",
            // The other folders hold the same as CSV, and the program that makes it.
            None => path.is_dir() && !["csv", "generate"].contains(&name),
        };
        if is_table {
            register(&ctx, name, &path).await;
        }
    }
    ctx
}

async fn register(ctx: &SessionContext, name: &str, path: &Path) {
    let path = path.to_str().expect("file names are ASCII");
    let table = tables::open(ctx, path, &Options::default()).await;
    let table = table.unwrap_or_else(|error| panic!("{path}: {error}"));
    ctx.register_table(name, table.provider)
        .expect("names differ");
}

/// Runs the statements of a block. `None` where the last one has no answer, as SET has not.
pub async fn run(ctx: &SessionContext, sql: &str) -> Result<Option<Answer>> {
    let mut answer = None;
    for statement in DFParser::parse_sql(sql)? {
        let plan = ctx.state().statement_to_plan(statement).await?;
        let batches = ctx.execute_logical_plan(plan).await?;
        let schema = batches.schema().clone();
        let batches = batches.collect().await?;
        answer = (!schema.fields().is_empty()).then(|| Answer {
            columns: (schema.fields().iter())
                .map(|field| Column {
                    name: field.name().clone(),
                    is_numeric: field.data_type().is_numeric(),
                })
                .collect(),
            rows: batches.iter().flat_map(rows).collect(),
        });
    }
    Ok(answer)
}

impl Answer {
    pub fn rows(&self) -> usize {
        self.rows.len()
    }

    /// The lines below a query. A single value needs no table.
    pub fn shown(&self) -> String {
        match (&self.columns[..], &self.rows[..]) {
            (_, []) => format!("{MARK} no rows\n"),
            ([_], [row]) => format!("{MARK} **{}**\n", row[0]),
            (columns, rows) if rows.len() <= ROWS => markdown::table(columns, rows),
            (columns, rows) => {
                let beginning = markdown::table(columns, &rows[..ROWS]);
                format!(
                    "{beginning}\n{MARK} the first {ROWS} of {} rows\n",
                    rows.len()
                )
            }
        }
    }
}

/// Begins a line below a query that belongs to its answer, as `|` does.
pub const MARK: &str = "→";

fn rows(batch: &RecordBatch) -> Vec<Vec<String>> {
    let row = |row| batch.columns().iter().map(|c| cell(c, row)).collect();
    (0..batch.num_rows()).map(row).collect()
}

/// A value in few digits, so that it is the same on any machine.
fn cell(column: &ArrayRef, row: usize) -> String {
    if column.is_null(row) {
        return "NULL".into();
    }
    match column.data_type() {
        DataType::Float16 | DataType::Float32 | DataType::Float64 => {
            let floats = cast(column, &DataType::Float64).expect("floats cast");
            number(floats.as_primitive::<Float64Type>().value(row))
        }
        decimal if decimal.is_decimal() => number(
            text(column, row)
                .parse()
                .expect("decimals are written in digits"),
        ),
        DataType::Struct(fields) => {
            let values = column.as_struct().columns().iter();
            let values = fields.iter().zip(values);
            let values =
                values.map(|(field, value)| format!("{}: {}", field.name(), cell(value, row)));
            format!("{{{}}}", values.collect::<Vec<_>>().join(", "))
        }
        DataType::List(_) => {
            let values = column.as_list::<i32>().value(row);
            let values = (0..values.len()).map(|position| cell(&values, position));
            format!("[{}]", values.collect::<Vec<_>>().join(", "))
        }
        _ => text(column, row),
    }
}

fn text(column: &ArrayRef, row: usize) -> String {
    let formatter = ArrayFormatter::try_new(column, &FormatOptions::default());
    let formatter = formatter.expect("every type has a text form");
    formatter.value(row).to_string()
}

fn number(value: f64) -> String {
    match value.abs() {
        // What is left of a difference between equal floats.
        tiny if tiny < 1e-12 => return "0".into(),
        small if small < 1e-6 => return format!("{value:.0e}"),
        _ => {}
    }
    let text = format!("{value:.6}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    text.to_string()
}

#[test]
fn numbers_are_short() {
    let texts = [100.0, 2.0 / 3.0, -0.5, -1e-17, 2e-9, 1_234_567.25].map(number);
    let expected = ["100", "0.666667", "-0.5", "0", "2e-9", "1234567.25"];
    assert_eq!(texts, expected);
}
