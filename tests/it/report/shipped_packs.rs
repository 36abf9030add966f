//! The packs of `queries/`, as people run them every month.

use super::{call, sample, with};
use crate::command::Folder;

const PACKS: [&str; 2] = ["monthly_pack", "quarterly_pack"];

fn pack(name: &str) -> String {
    let path = format!("{}/queries/{name}.sql", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).expect("it is there")
}

#[test]
fn a_pack_is_a_page_a_workbook_and_a_text() {
    for name in PACKS {
        let folder = with(&pack(name));
        for file in ["pack.html", "pack.xlsx", "pack.md"] {
            folder.run(&call(file, &sample())).succeeded();
            assert!(folder.path(file).exists(), "{name}: {file}");
        }
    }
}

/// Orders that end within a period, or just after one, are no reason to judge it.
#[test]
fn the_last_complete_period_is_judged() {
    for (end, month, quarter) in [
        ("2026-05-14 12:00:00", "month=2026-04", "quarter=2026-Q1"),
        ("2026-04-01 02:00:00", "month=2026-03", "quarter=2026-Q1"),
        ("2026-03-31 23:00:00", "month=2026-03", "quarter=2026-Q1"),
    ] {
        let folder = Folder::new();
        folder.file("data/.keep", "");
        let sample = sample();
        let rest = "SELECT * REPLACE (TIMESTAMP 'END' AS ordered_at) FROM orders WHERE customer_id IS NOT NULL LIMIT 1";
        let orders = format!("SELECT * FROM orders WHERE ordered_at < 'END' UNION ALL ({rest})");
        let orders = orders.replace("END", end);
        for (table, sql) in [
            ("orders", orders.as_str()),
            ("customers", "SELECT * FROM customers"),
        ] {
            let file = format!("data/{table}.parquet");
            folder
                .run(&["-q", "--data", &sample, "-o", &file, "-c", sql])
                .succeeded();
        }
        for (name, chosen) in PACKS.into_iter().zip([month, quarter]) {
            folder.file("pack.sql", pack(name));
            let args = ["-q", "--data", "data", "--format", "csv", "-f", "pack.sql"];
            let found = folder.run(&args).succeeded();
            let param = [&args[..], &["--param", chosen]].concat();
            let expected = folder.run(&param).succeeded();
            assert_eq!(found, expected, "{name} to {end}");
        }
    }
}

/// Where nothing is known of the period before, nothing is said of a reason.
#[test]
fn the_first_period_has_no_reason() {
    let folder = with(&pack("monthly_pack"));
    let sample = sample();
    let args = ["-q", "--data", &sample, "--format", "csv", "-f", "pack.sql"];
    let said = folder.run(&[&args[..], &["--param", "month=2025-01"]].concat());
    let said = said.succeeded();
    let of_reason = said.lines().skip_while(|line| !line.ends_with("mostly"));
    assert_eq!(of_reason.take(2).last(), Some(",0.0,,,,"), "{said}");
}
