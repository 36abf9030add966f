//! Random tables, and the types that their columns take.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, BooleanArray, Int64Array, RecordBatch};
use datafusion::prelude::SessionContext;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::judge::run;
use super::naive::Row;
use crate::support::register_partitions;

/// Floats with NaN in the place of NULL, which must make no difference.
const NAN: &str = "Float64 with NaN";

/// So many random rows. Few enough values for customers to have several rows of one time, many enough
/// for them to have several times.
pub fn random_rows(rows: i64, random: &mut ChaCha8Rng) -> Vec<Row> {
    let nulls = [0.0, 0.1, 0.3][random.random_range(0..3)];
    let values = random.random_range(2..7);
    let mut rank = 0;
    (0..rows)
        .map(|id| {
            rank += random.random_range(0..3);
            let mut cell = |low: i64, high: i64| {
                let value = random.random_range(low..high);
                (!random.random_bool(nulls)).then_some(value)
            };
            Row {
                id,
                rank,
                segment: cell(0, 3),
                customer: cell(0, values),
                product: cell(0, values),
                line: cell(0, 2),
                flag: cell(0, 3).map(|x| x == 0),
                tier: cell(1, 5),
                at: cell(-6, 10),
                cents: cell(-2000, 10_000),
                score: cell(0, 11),
                keep: cell(0, 3).map(|x| x > 0),
            }
        })
        .collect()
}

/// Registers the rows as the view `t`, with types and a split into partitions and batches by chance.
pub async fn register(ctx: &SessionContext, rows: &[Row], random: &mut ChaCha8Rng) -> String {
    let numbers = |cell: fn(&Row) -> Option<i64>, rows: &[Row]| -> ArrayRef {
        Arc::new(rows.iter().map(cell).collect::<Int64Array>())
    };
    let flags = |cell: fn(&Row) -> Option<bool>, rows: &[Row]| -> ArrayRef {
        Arc::new(rows.iter().map(cell).collect::<BooleanArray>())
    };
    let batch = |rows: &[Row]| {
        RecordBatch::try_from_iter_with_nullable([
            ("id", numbers(|row| Some(row.id), rows), false),
            ("rank", numbers(|row| Some(row.rank), rows), false),
            ("segment", numbers(|row| row.segment, rows), true),
            ("customer", numbers(|row| row.customer, rows), true),
            ("product", numbers(|row| row.product, rows), true),
            ("line", numbers(|row| row.line, rows), true),
            ("flag", flags(|row| row.flag, rows), true),
            ("tier", numbers(|row| row.tier, rows), true),
            ("at", numbers(|row| row.at, rows), true),
            ("cents", numbers(|row| row.cents, rows), true),
            ("score", numbers(|row| row.score, rows), true),
            ("keep", flags(|row| row.keep, rows), true),
        ])
        .expect("the columns are of one length")
    };
    let mut partitions: Vec<Vec<RecordBatch>> = vec![vec![]; random.random_range(1..4)];
    partitions[0].push(batch(&[]));
    let mut rest = rows;
    while !rest.is_empty() {
        let (next, others) = rest.split_at(random.random_range(1..=rest.len().min(20)));
        let partition = random.random_range(0..partitions.len());
        partitions[partition].push(batch(next));
        rest = others;
    }
    register_partitions(ctx, "numbers", partitions);

    let mut one_of = |types: &[&str]| types[random.random_range(0..types.len())].to_string();
    let name = [
        "Int64",
        "UInt8",
        "Float64",
        NAN,
        "Utf8",
        "LargeUtf8",
        "Utf8View",
        "Dictionary(Int32, Utf8)",
        "Dictionary(UInt8, Int64)",
        "Decimal128(20, 2)",
        "Decimal256(40, 2)",
        "Date32",
        "Timestamp(Second, None)",
        "Binary",
        "BinaryView",
    ];
    // A number becomes bytes by way of its text.
    let typed = |column: &str, to: &str| match to {
        NAN => format!("CAST(coalesce(CAST({column} AS VARCHAR), 'NaN') AS DOUBLE)"),
        "Binary" | "BinaryView" => format!("arrow_cast(CAST({column} AS VARCHAR), '{to}')"),
        "Date32" => format!("arrow_cast(CAST({column} AS INT), '{to}')"),
        _ => format!("arrow_cast({column}, '{to}')"),
    };
    let (customer, product) = (one_of(&name), one_of(&name));
    // In SQL, NaN is equal to NaN.
    let line = match product.as_str() {
        NAN => "Float64".to_string(),
        plain => plain.to_string(),
    };
    let tier = one_of(&[
        "Int64",
        "Float32",
        NAN,
        "Decimal128(20, 2)",
        "Decimal64(12, 1)",
        "Date32",
        "Timestamp(Second, None)",
        "Dictionary(Int32, Int64)",
    ]);
    let day = one_of(&[
        "Date32",
        "Date64",
        "Timestamp(Nanosecond, None)",
        "Dictionary(Int32, Date32)",
    ]);
    let ts = one_of(&[
        "Timestamp(Second, None)",
        "Timestamp(Millisecond, None)",
        "Timestamp(Microsecond, Some(\"+00:00\"))",
        "Timestamp(Nanosecond, None)",
    ]);
    let amount = one_of(&["Float64", NAN]);
    let score = one_of(&["Int64", "Float32", "Decimal128(4, 1)", "UInt8"]);
    // The product is compared with the line in one of the calls.
    let sql = format!(
        "CREATE OR REPLACE VIEW t AS SELECT id, rank, segment, {} AS customer, {} AS product, {} AS line, flag, {} AS tier,
         arrow_cast(arrow_cast(CAST(floor(at / 4.0) AS INT), 'Date32'), '{day}') AS day,
         arrow_cast(arrow_cast(at * 21600, 'Timestamp(Second, None)'), '{ts}') AS ts,
         cents, {} AS amount, arrow_cast(cents / 100.0, 'Decimal128(12, 2)') AS price,
         arrow_cast(score, '{score}') AS score, keep FROM numbers",
        typed("customer", &customer),
        typed("product", &product),
        typed("line", &line),
        typed("tier", &tier),
        typed("cents / 100.0", &amount),
    );
    run(ctx, &sql).await;
    format!(
        "{} rows, customer {customer}, product {product}, tier {tier}, day {day}, ts {ts}, amount {amount}",
        rows.len()
    )
}
