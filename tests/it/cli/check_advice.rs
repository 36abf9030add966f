//! The advice of `kpi-sql check` can be pasted, and gives what is right.

use std::fmt::Write;

use super::check_data::{found, report};
use crate::command::Folder;

#[test]
fn advice_keeps_the_rows_that_are_right() {
    let folder = Folder::new();
    folder.file("s.csv", "region,n\nNorth,1\nSouth,2\n,3\nTotal,6\n");
    let told = report(&folder, &["s.csv"]);
    let condition = "(region IS NULL OR region NOT IN ('Total'))";
    assert!(told.contains(condition), "{told}");
    let sql = format!("SELECT sum(n) AS n FROM 's.csv' WHERE {condition}");
    assert_eq!(folder.csv(&["-c", &sql]), "n\n6\n");
    // CAST reads none of these.
    let mut amounts = "id,amount\n".to_string();
    for n in 0..40 {
        writeln!(amounts, "{n},\"{},{n:03}.50\"", n + 1).expect("a text grows");
    }
    folder.file("a.csv", format!("{amounts}40,open\n"));
    let copy = "COPY (SELECT * FROM 'a.csv') TO 'a.parquet' STORED AS PARQUET";
    folder
        .run(&["--types", "amount=TEXT", "-c", copy])
        .succeeded();
    let told = report(&folder, &["a.parquet"]);
    assert!(!told.contains("TRY_CAST"), "{told}");
    let reads = "CAST(trim(replace(nullif(amount, 'open'), ',', '')) AS DECIMAL(18, 4))";
    assert!(told.contains(reads), "{told}");
    let sql = format!("SELECT sum({reads}) AS s FROM 'a.parquet'");
    assert_eq!(folder.csv(&["-c", &sql]), "s\n820800.0000\n");
}

#[test]
fn every_spelling_of_a_yes_is_advised() {
    let folder = Folder::new();
    let mut flags = "order_id,is_new,is_old\n".to_string();
    for (n, flag) in ["Yes", "no", "YES", "No", "y"].iter().enumerate() {
        writeln!(flags, "{n},{flag},No").expect("a text grows");
    }
    folder.file("orders.csv", flags);
    assert_eq!(
        found(&folder, &["orders.csv"]),
        [
            "info flag_of_other_type is_new",
            "info flag_of_other_type is_old"
        ]
    );
    let told = report(&folder, &["orders.csv"]);
    let is_new = "is_new IN ('YES', 'Yes', 'y')";
    assert!(told.contains(is_new), "{told}");
    let sql = format!("SELECT count(*) FILTER (WHERE {is_new}) AS n FROM 'orders.csv'");
    assert_eq!(folder.csv(&["-c", &sql]), "n\n3\n");
    // Where no row has a yes, what is no no would be one.
    let told = report(
        &folder,
        &["orders.csv", "--ignore", "is_new", "--ignore", "order_id"],
    );
    assert!(
        told.contains("is_old <> 'No' is a flag in a query"),
        "{told}"
    );
}

/// A column of texts in a Parquet file, and what is said of it.
fn texts(texts: &[&str]) -> (Folder, String) {
    let folder = Folder::new();
    let rows: Vec<String> = texts
        .iter()
        .map(|text| format!("('{}')", text.replace('\'', "''")))
        .collect();
    let sql = format!(
        "COPY (SELECT * FROM (VALUES {}) AS t(sold)) TO 't.parquet'",
        rows.join(", ")
    );
    folder.run(&["-q", "-c", &sql]).succeeded();
    let told = report(&folder, &["t.parquet"]);
    (folder, told)
}

#[test]
fn the_expression_that_reads_numbers_is_that_of_their_own_signs() {
    for (values, total) in [
        (&["(1,100.00)", "2,200.00"][..], "1100.0000"),
        (&["1.5K", "2M", "10"], "2001510.0000"),
        (&["1.250,00", "7,5"], "1257.5000"),
        (
            &["1,250.00", "7.5", "open", "1", "2", "3", "4", "5", "6", "7"],
            "1285.5000",
        ),
        (&["-$3", "$10.50"], "7.5000"),
        (&["12,5 kr.", "kr. 1.000,00"], "1012.5000"),
    ] {
        let (folder, told) = texts(values);
        let end = told.find(" reads them").unwrap_or_else(|| panic!("{told}"));
        let begin = told[..end]
            .rfind("> ")
            .map(|at| at + 2)
            .unwrap_or_else(|| panic!("{told}"));
        let advice = &told[begin..end];
        let reads = advice.strip_prefix("--null 'open' reads the others as NULL; ");
        let reads = reads.unwrap_or(advice);
        let sql = format!("SELECT sum({reads}) AS s FROM 't.parquet'");
        assert_eq!(
            folder.csv(&["-c", &sql]),
            format!("s\n{total}\n"),
            "{values:?}: {told}"
        );
    }
}

#[test]
fn numbers_that_contradict_each_other_are_read_by_nothing() {
    for (values, words) in [
        (
            &["1,250", "2,500"][..],
            "it is unclear whether the comma is a decimal comma",
        ),
        (
            &["1.250,50", "1,250.50"],
            "some have a decimal comma, such as 1.250,50, and some a decimal point, such as 1,250.50",
        ),
        (
            &["5%", "0.5"],
            "some are in percent, such as 5%, and 1 are not",
        ),
        (
            &["$5", "€5"],
            "they are of several currencies, such as $5 and €5",
        ),
    ] {
        let (_, told) = texts(values);
        assert!(told.contains(words), "{values:?}: {told}");
        assert!(!told.contains("reads them"), "{values:?}: {told}");
    }
}

#[test]
fn advice_about_rows_that_are_there_twice_can_be_pasted() {
    let folder = Folder::new();
    folder.file("orders.csv", "id,product\n1,a\n1,b\n2,a\n2,a\n");
    let told = report(&folder, &["orders.csv"]);
    for (sql, answer) in [
        (
            "SELECT id, count(*) FROM 'orders.csv' GROUP BY id HAVING count(*) > 1",
            2,
        ),
        ("SELECT DISTINCT * FROM 'orders.csv'", 3),
    ] {
        assert!(told.contains(sql), "{sql}: {told}");
        let lines = folder.csv(&["-c", sql]).lines().count();
        assert_eq!(lines, answer + 1, "{sql}");
    }
}
