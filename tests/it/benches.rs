//! The questions of the benchmark beside other engines: what analysts and experts write in plain SQL gives the
//! function's numbers, on a table with all that the benchmark's own data hardly have, such as several purchases
//! at one time.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::support::{plain_session, register_partitions, rows};

const STYLES: [&str; 2] = ["usual", "best"];
const OTHER_ENGINES: [&str; 2] = ["duckdb", "chdb"];
const HOUR: i64 = 3_600_000_000;

fn peers() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers")
}

/// The folders of the questions.
fn questions() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(peers().join("cases")).expect("the folder can be read");
    let mut folders: Vec<_> = entries
        .map(|entry| entry.expect("the entry can be read").path())
        .filter(|path| path.join("kpi.sql").exists())
        .collect();
    folders.sort();
    assert!(folders.len() >= 10, "{folders:?}");
    folders
}

fn name(path: &Path) -> &str {
    let name = path.file_name().and_then(|name| name.to_str());
    name.expect("file names are ASCII")
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Orders with the columns of the benchmark's table that its questions name. Segments and regions belong to
/// customers, an order is all that a customer buys at one of few times, amounts add up without rounding.
fn orders() -> RecordBatch {
    const ROWS: usize = 600;
    const TIMES: i64 = 8;
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let mut below = |end: i64| -> Vec<i64> {
        let numbers = (0..ROWS).map(|_| random.random_range(0..end));
        numbers.collect()
    };
    let customers = below(300);
    let (products, times, quarters) = (below(4), below(TIMES), below(4000));
    let (cross_sells, upsells) = (below(5), below(8));
    let texts = |word: fn(i64) -> String, numbers: &[i64]| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(
            numbers.iter().copied().map(word),
        ))
    };
    let flags = |numbers: &[i64]| -> ArrayRef {
        Arc::new(BooleanArray::from_iter(
            numbers.iter().map(|n| Some(*n == 0)),
        ))
    };
    let integers = |numbers: Vec<i64>| -> ArrayRef { Arc::new(Int64Array::from(numbers)) };
    let buyers = customers.iter().zip(&times);
    let order_ids = buyers.map(|(customer, time)| customer * TIMES + time);
    let order_ids = order_ids.collect();
    let times = times.iter().map(|time| time * 300 * HOUR);
    let amounts = quarters.iter().map(|quarters| *quarters as f64 / 4.0);
    RecordBatch::try_from_iter([
        ("order_id", integers(order_ids)),
        (
            "customer_uuid",
            texts(|c| format!("customer-{c}"), &customers),
        ),
        ("segment", texts(|c| format!("S{}", c % 3), &customers)),
        ("region", texts(|c| format!("R{}", c % 40), &customers)),
        ("customer_id", integers(customers)),
        ("product_id", texts(|p| format!("P{p}"), &products)),
        (
            "ordered_at",
            Arc::new(TimestampMicrosecondArray::from_iter_values(times)),
        ),
        ("amount", Arc::new(Float64Array::from_iter_values(amounts))),
        ("is_cross_sell", flags(&cross_sells)),
        ("is_upsell", flags(&upsells)),
    ])
    .expect("the columns are of one length")
}

#[tokio::test]
async fn plain_sql_gives_the_functions_numbers() {
    let ctx = plain_session();
    let orders = orders();
    let (one, other) = (orders.slice(0, 250), orders.slice(250, 350));
    register_partitions(&ctx, "orders", vec![vec![one], vec![other]]);
    for question in questions() {
        let ask = async |file: &Path| {
            let answer = rows(&ctx, &read(file)).await;
            answer.unwrap_or_else(|error| panic!("{}: {error}", file.display()))
        };
        let expected = ask(&question.join("kpi.sql")).await;
        assert!(expected.len() > 1, "{}: {expected:?}", question.display());
        let has_null = expected.iter().flatten().any(|cell| cell == "NULL");
        assert!(!has_null, "{}: {expected:?}", question.display());
        for style in STYLES {
            let file = question.join(format!("{style}.sql"));
            if file.exists() {
                assert_eq!(ask(&file).await, expected, "{}", file.display());
            }
        }
    }
}

/// A file of another name would never be read, and a style that Polars lacks would fail after an hour.
#[test]
fn every_question_is_complete() {
    let cases = read(&peers().join("cases.py"));
    for question in questions() {
        let entries = std::fs::read_dir(&question).expect("the folder can be read");
        let files: BTreeSet<_> = entries
            .map(|entry| entry.expect("the entry can be read").path())
            .filter(|path| path.is_file())
            .map(|path| name(&path).to_string())
            .collect();
        let styles = STYLES.map(|style| (style, files.contains(&format!("{style}.sql"))));
        let polars = read(&question.join("polars.py"));
        let mut known = BTreeSet::from(["kpi.sql".to_string(), "polars.py".to_string()]);
        for (style, is_there) in styles {
            let in_polars = polars.contains(&format!("\ndef {style}(orders):\n"));
            assert_eq!(is_there, in_polars, "{}: {style}", question.display());
            if is_there {
                known.insert(format!("{style}.sql"));
                known.extend(OTHER_ENGINES.map(|engine| format!("{style}.{engine}.sql")));
            }
        }
        assert!(
            styles.iter().any(|(_, is_there)| *is_there),
            "{}",
            question.display()
        );
        let unknown: Vec<_> = files.difference(&known).collect();
        assert!(unknown.is_empty(), "{}: {unknown:?}", question.display());
        let declared = format!("\n    \"{}\": ", name(&question));
        assert!(
            cases.contains(&declared),
            "cases.py lacks {}",
            question.display()
        );
    }
}
