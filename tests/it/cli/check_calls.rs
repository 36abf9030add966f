//! A call of `kpi-sql check FILE`: what it takes, how the report looks, its exit code and its memory.

use std::fmt::Write;

use rust_xlsxwriter::Workbook;

use super::check_data::{CLEAN, found};
use crate::command::Folder;

#[test]
fn a_table_that_cannot_be_read_is_an_error_and_the_others_are_checked() {
    let folder = Folder::new();
    folder.file("orders.csv", CLEAN);
    folder.file("broken.csv", "a,b\n1,2\n3\n");
    assert_eq!(
        found(&folder, &["broken.csv", "nowhere.csv", "orders.csv"]),
        ["error unreadable -", "error unreadable -"]
    );
    // One that shows only in a late row.
    let mut late = "order_id,size\n".to_string();
    for n in 0..5_000 {
        writeln!(late, "{n},{n}").expect("a text grows");
    }
    late += "5000,many\n";
    folder.file("late.csv", late);
    let outcome = folder.run(&["check", "late.csv", "--infer-rows", "1000"]);
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    assert!(outcome.stdout.contains("many"), "{outcome:?}");
}

#[test]
fn whatever_from_takes_is_checked() {
    let folder = Folder::new();
    folder.file("data/orders.csv", CLEAN.replace("3,c1", "3,C1"));
    let expected = ["error case_of_key customer_id"];
    for args in [
        &["data/orders.csv"][..],
        &["data/*.csv"],
        &["data"],
        &["orders", "--data", "data"],
        &["orders", "--table", "orders=data/orders.csv"],
        &["--table", "orders=data/orders.csv"],
    ] {
        assert_eq!(found(&folder, args), expected, "{args:?}");
    }
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (row, values) in [
        ["order_id", "customer_id"],
        ["a1", "c1"],
        ["a2", "C1"],
        ["a3", "c2"],
    ]
    .iter()
    .enumerate()
    {
        for (column, value) in values.iter().enumerate() {
            sheet
                .write(row as u32, column as u16, *value)
                .expect("a text");
        }
    }
    folder.file("crm.xlsx", workbook.save_to_buffer().expect("a workbook"));
    assert_eq!(found(&folder, &["crm.xlsx"]), expected);
}

#[test]
fn columns_are_what_somebody_says() {
    let folder = Folder::new();
    folder.file("orders.csv", "order_id,points,vip\n1,-5,a\n2,7,b\n3,8,c\n");
    assert_eq!(found(&folder, &["orders.csv"]), Vec::<String>::new());
    assert_eq!(
        found(&folder, &["orders.csv", "--amount", "points"]),
        ["warning negative_amount points"]
    );
    assert_eq!(
        found(&folder, &["orders.csv", "--flag", "vip"]),
        ["warning no_flag vip"]
    );
    folder.file("orders.csv", "order_id,amount\n1,-5\n2,7\n");
    assert_eq!(
        found(&folder, &["orders.csv", "--ignore", "amount"]),
        Vec::<String>::new()
    );
    folder
        .run(&["check", "orders.csv", "--amount", "amuont"])
        .failed(2, &["--amount amuont", "--amount amount"]);
    folder
        .run(&["check", "-c", "SELECT 1", "--key", "order_id"])
        .failed(2, &["--key", "kpi-sql check orders.csv --key order_id"]);
    folder
        .run(&["--format", "csv", "check", "orders.csv"])
        .failed(2, &["kpi-sql check orders.csv --format json"]);
}

#[test]
fn the_level_decides_the_exit_code() {
    let folder = Folder::new();
    folder.file("orders.csv", CLEAN.replace("20.5", "-20.5"));
    for (level, code) in [("info", 1), ("warning", 1), ("error", 0)] {
        let outcome = folder.run(&["check", "orders.csv", "--level", level]);
        assert_eq!(outcome.code, Some(code), "{level}: {outcome:?}");
        assert_eq!(outcome.stderr, "");
    }
    folder.run(&["check"]).failed(
        2,
        &["kpi-sql check orders.csv", "kpi-sql check -f report.sql"],
    );
}

#[test]
fn lines_have_80_columns_and_findings_of_a_kind_share_one() {
    let folder = Folder::new();
    let mut orders = "order_id,customer_id,net_amount,gross_amount,tax\n".to_string();
    for n in 0..9 {
        writeln!(
            orders,
            "{n},{},{},{},{}",
            if n == 3 { "C1" } else { "c1" },
            n - 4,
            n - 5,
            n - 6
        )
        .expect("a text grows");
    }
    folder.file("orders.csv", orders);
    let outcome = folder.run(&["check", "orders.csv"]);
    assert_eq!(outcome.code, Some(1));
    let report = outcome.stdout;
    let words = report.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        report.lines().all(|line| line.chars().count() <= 80),
        "{report}"
    );
    assert!(
        words.contains("likewise gross_amount (5 of 9), tax (6 of 9)"),
        "{report}"
    );
    assert!(words.contains("'C1' and 'c1'"), "{report}");
    assert!(
        report.contains("1 error, 3 warnings, 3 for information in 1 table."),
        "{report}"
    );
}

#[test]
fn large_tables_are_checked_in_little_memory() {
    let folder = Folder::new();
    let sql = "COPY (SELECT value AS order_id, 'customer-' || (value % 200000) AS customer_id, value % 97 + 0.5 AS amount, \
               DATE '2025-01-01' + CAST(value % 300 AS INT) AS ordered_at FROM generate_series(1, 1000000)) TO 'orders.parquet'";
    folder.run(&["-c", sql]).succeeded();
    let outcome = folder.run(&[
        "check",
        "orders.parquet",
        "--memory-limit",
        "64MB",
        "--threads",
        "2",
    ]);
    assert_eq!(outcome.code, Some(0), "{outcome:?}");
    assert!(outcome.stdout.contains("1,000,000 rows"), "{outcome:?}");
    assert!(outcome.stdout.contains("Nothing was found"), "{outcome:?}");
}
