//! Every file in `queries/`: a question that runs on Parquet, on CSV and on a user's own tables, with the
//! same numbers.

use std::path::{Path, PathBuf};

use std::process::Command;

fn queries() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("queries");
    let entries = std::fs::read_dir(folder).expect("the folder can be read");
    let mut files: Vec<_> = entries
        .map(|entry| entry.expect("the entry can be read").path())
        .collect();
    files.sort();
    assert!(!files.is_empty());
    files
}

#[test]
fn first_line_is_the_question() {
    for path in queries() {
        let sql = std::fs::read_to_string(&path).expect("the query is UTF-8");
        let question = sql.lines().next().unwrap_or_default();
        let is_question = question.starts_with("-- ") && question.ends_with('?');
        assert!(is_question, "{}: {question}", path.display());
    }
}

/// Runs a query from the package's folder, and gives what it prints and what it notes.
fn run(query: &Path, args: &[&str]) -> (String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_kpi-sql"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["--format", "csv", "-f"])
        .arg(query)
        .args(args)
        .output()
        .expect("the program starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    let (out, notes) = (text(output.stdout), text(output.stderr));
    assert!(
        output.status.success(),
        "{} {args:?}: {notes}",
        query.display()
    );
    (out, notes)
}

#[test]
fn parquet_csv_and_own_tables_give_the_same_numbers() {
    for query in queries() {
        let (sample, notes) = run(&query, &[]);
        assert!(notes.contains("sample_data"), "{notes}");
        assert!(sample.lines().count() > 1, "{} is empty", query.display());
        let (csv, _) = run(&query, &["--data", "sample_data/csv"]);
        assert_eq!(csv, sample, "{}", query.display());
        // A user's own tables, each in a form of its own.
        let (own, notes) = run(
            &query,
            &[
                "--table",
                "orders=sample_data/csv/orders/**/*.csv",
                "--table",
                "customers=sample_data/customers.parquet",
                "--table",
                "products=sample_data/csv/products.csv",
                "--table",
                "surveys=sample_data/surveys.parquet",
            ],
        );
        assert_eq!(own, sample, "{}", query.display());
        assert!(!notes.contains("sample_data/orders"), "{notes}");
    }
}

/// What the monthly pack says of its last month, recomputed with plain SQL.
#[tokio::test]
async fn the_monthly_pack_is_what_plain_sql_says() {
    use crate::support::{plain_session, rows};
    let ctx = plain_session();
    for (name, path) in [
        ("orders", "sample_data/orders"),
        ("customers", "sample_data/customers.parquet"),
    ] {
        ctx.register_parquet(name, path, Default::default())
            .await
            .expect("the sample data is there");
    }
    // One row per customer of June 2026, then one row per segment, and one over all.
    let per_customer = "
        SELECT c.segment, o.customer_id, sum(o.amount) AS revenue,
               bool_or(o.is_cross_sell) AS cross, bool_or(o.is_upsell) AS up
        FROM orders o JOIN customers c ON c.customer_id = o.customer_id
        WHERE o.ordered_at >= '2026-06-01' GROUP BY c.segment, o.customer_id";
    let columns = "count(*), sum(revenue),
        round(100.0 * sum(CASE WHEN cross THEN 1 ELSE 0 END) / count(*), 1),
        round(100.0 * sum(CASE WHEN up THEN 1 ELSE 0 END) / count(*), 1),
        round(sum(revenue) / count(*), 2)";
    let plain = rows(
        &ctx,
        &format!(
            "SELECT segment, {columns} FROM ({per_customer}) GROUP BY segment
             UNION ALL SELECT 'Total', {columns} FROM ({per_customer}) ORDER BY 1"
        ),
    )
    .await
    .expect("plain SQL");
    let (pack, _) = run(Path::new("queries/monthly.sql"), &[]);
    let mut lines = pack.lines();
    let header: Vec<_> = lines.next().expect("a header").split(',').collect();
    let wanted = [
        "segment",
        "customers",
        "revenue",
        "cross_sell_rate",
        "upsell_rate",
        "arpa",
    ];
    let positions = wanted.map(|name| header.iter().position(|h| *h == name).expect(name));
    let number = |text: &str| text.parse::<f64>().ok();
    let june: Vec<Vec<&str>> = lines
        .filter(|line| line.starts_with("2026-06"))
        .map(|line| line.split(',').collect())
        .collect();
    assert_eq!(june.len(), plain.len());
    for (line, plain) in june.iter().zip(&plain) {
        for (position, expected) in positions.iter().zip(plain) {
            let got = line[*position];
            assert_eq!(number(got), number(expected), "{line:?} {plain:?}");
            assert!(number(got).is_some() || got == expected);
        }
    }
}
