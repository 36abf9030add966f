//! Results that are too large for people are errors or cut, and it is said which; large ones stay quick and small.

use std::time::{Duration, Instant};

use super::{call, read, sample, tables, with};

#[test]
fn what_is_too_large_is_said() {
    let days = |n: u32| {
        format!(
            "-- T\nSELECT CAST(at AS DATE) AS day, churn_rate_parts(value, value > 0) AS r FROM (SELECT value, DATE '2000-01-01' + value AS at FROM generate_series(1, {n})) GROUP BY 1"
        )
    };
    with(&days(2001)).run(&call("pack.html", &sample())).failed(
        1,
        &[
            "at most 2,000 points",
            "2001 periods",
            "date_trunc('month', …)",
            "-- chart: table",
        ],
    );
    with(&days(2000))
        .run(&call("pack.html", &sample()))
        .succeeded();
    with("-- T\nSELECT value AS a FROM generate_series(1, 100001)")
        .run(&call("pack.html", &sample()))
        .failed(1, &["more than 100,000 rows", "GROUP BY"]);
    with("-- T\nSELECT repeat('a', 4000) || value AS a FROM generate_series(1, 1000)")
        .run(&call("pack.html", &sample()))
        .failed(1, &["at most 3 MB", "-o FILE.xlsx"]);
}

#[test]
fn a_table_that_is_cut_says_so() {
    let folder = with("-- T\nSELECT value AS a, 'x' AS b FROM generate_series(1, 1234)");
    folder.run(&call("pack.html", &sample())).succeeded();
    let said = read(&folder, "pack.html");
    assert_eq!(tables(&said)[0].len(), 1001);
    let text = said["text"].as_str().expect("a text");
    assert!(
        text.contains("The first 1,000 of 1,234 rows; a workbook has all of them"),
        "{text}"
    );
    folder.run(&call("pack.xlsx", &sample())).succeeded();
    let n = folder.csv(&[
        "-q",
        "-c",
        "SELECT count(*) AS n FROM read_xlsx('pack.xlsx', sheet => 'Result 1')",
    ]);
    assert_eq!(n, "n\n1234\n");
}

/// 10 KPIs, 20 segments and a total, 36 months.
#[test]
fn a_large_pack_is_small_and_quick() {
    let kpis: Vec<String> = (1..=10)
        .map(|n| format!("cross_sell_rate_parts(customer, n > {n}) AS kpi_{n}"))
        .collect();
    let sql = format!(
        "-- T\nSELECT date_trunc('month', day) AS month, CASE WHEN grouping(segment) = 1 THEN 'Total' ELSE segment END AS segment, {} \
         FROM (SELECT CAST(DATE '2023-07-01' + value % 1096 AS TIMESTAMP) AS day, 'segment ' || (value % 20) AS segment, value % 700 AS customer, \
         (value * 7919) % 13 AS n FROM generate_series(1, 60000)) GROUP BY GROUPING SETS ((1, segment), (1)) ORDER BY 1, 2",
        kpis.join(", ")
    );
    let folder = with(
        &sql.replace("(1, segment)", "(date_trunc('month', day), segment)")
            .replace("(1))", "(date_trunc('month', day)))"),
    );
    let begun = Instant::now();
    folder
        .run(&["-q", "--format", "csv", "-f", "pack.sql"])
        .succeeded();
    let of_query = begun.elapsed();
    let begun = Instant::now();
    folder
        .run(&["report", "-q", "-f", "pack.sql", "-o", "pack.html"])
        .succeeded();
    let beyond = begun.elapsed().saturating_sub(of_query);
    let size = std::fs::metadata(folder.path("pack.html"))
        .expect("the page")
        .len();
    assert!(size < 1 << 20, "{size} bytes");
    // Without optimisation a program is some ten times slower.
    let most = if cfg!(debug_assertions) { 15 } else { 1 };
    assert!(
        beyond < Duration::from_secs(most),
        "{beyond:?} beyond {of_query:?}"
    );
    let said = read(&folder, "pack.html");
    assert_eq!(said["views"].as_array().map(Vec::len), Some(210));
}
