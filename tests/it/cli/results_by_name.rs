//! Results that have names: a file each, or a sheet each.

use calamine::{Reader, open_workbook_auto};

use crate::command::Folder;

const SCRIPT: &str = "\
-- name: first
SELECT 1 AS a;

SET datafusion.execution.batch_size = 100;

-- What the second one is for.
-- name: Umsätze je Monat
SELECT 'x' AS b, 2.50 AS c UNION ALL SELECT 'y', NULL ORDER BY b;
";

fn names(folder: &Folder, of: &str) -> Vec<String> {
    let entries = std::fs::read_dir(folder.path(of)).into_iter().flatten();
    let names = entries.map(|entry| entry.expect("it is there").file_name());
    let mut names: Vec<String> = names.map(|n| n.to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn every_result_has_a_file() {
    let folder = Folder::new();
    folder.file("report.sql", SCRIPT);
    let run = folder.run(&["-f", "report.sql", "--output-dir", "out/new"]);
    assert_eq!(
        (run.stdout.as_str(), run.stderr.as_str(), run.code),
        ("", "", Some(0))
    );
    assert_eq!(
        names(&folder, "out/new"),
        ["Umsätze je Monat.csv", "first.csv"]
    );
    assert_eq!(folder.read("out/new/first.csv"), "a\n1\n");
    assert_eq!(
        folder.read("out/new/Umsätze je Monat.csv"),
        "b,c\nx,2.5\ny,\n"
    );

    let args = ["-f", "report.sql", "--output-dir", "out", "--format"];
    folder.run(&[&args[..], &["parquet"]].concat()).succeeded();
    assert_eq!(
        folder.csv(&["-c", "SELECT * FROM 'out/first.parquet'"]),
        "a\n1\n"
    );
    folder
        .run(&[&args[..], &["ndjson", "--compression", "zstd"]].concat())
        .succeeded();
    assert_eq!(
        folder.csv(&[
            "-c",
            "SELECT * FROM 'out/Umsätze je Monat.ndjson.zst' ORDER BY b"
        ]),
        "b,c\nx,2.5\ny,\n"
    );
    folder.run(&[&args[..], &["table"]].concat()).succeeded();
    assert_eq!(
        folder.read("out/first.txt"),
        "+---+\n| a |\n+---+\n| 1 |\n+---+\n"
    );
    folder.run(&[&args[..], &["xlsx"]].concat()).succeeded();
    let mut book = open_workbook_auto(folder.path("out/first.xlsx")).expect("a workbook");
    assert_eq!(book.sheet_names(), ["first"]);
    let range = book.worksheet_range("first").expect("a sheet");
    assert_eq!(range.get_value((1, 0)), Some(&calamine::Data::Float(1.0)));
    let long = format!("-- name: {}\nSELECT 1", "a".repeat(32));
    folder
        .run(&["--output-dir", "out", "--format", "xlsx", "-c", &long])
        .failed(2, &["at most 31 characters"]);
    folder
        .run(&["-f", "report.sql", "--output-dir", "bom", "--bom"])
        .succeeded();
    assert_eq!(folder.read("bom/first.csv"), "\u{feff}a\n1\n");
}

#[test]
fn all_files_are_there_or_none() {
    let folder = Folder::new();
    folder.file("out/first.csv", "old\n");
    let sql = "-- name: first\nSELECT 1 AS a;\n-- name: second\nSELECT 1 / 0 AS b";
    folder
        .run(&["--output-dir", "out", "-c", sql])
        .failed(1, &["-c:4: division by zero"]);
    assert_eq!(names(&folder, "out"), ["first.csv"]);
    assert_eq!(folder.read("out/first.csv"), "old\n");
    // A folder that was made for them goes as well.
    folder
        .run(&["--output-dir", "new/deep", "-c", sql])
        .failed(1, &["division by zero"]);
    assert!(!folder.path("new").exists());
    // A folder in the place of a file.
    folder.file("out/second.csv/x", "");
    let sql = sql.replace("1 / 0", "2");
    folder
        .run(&["--output-dir", "out", "-c", &sql])
        .failed(1, &["second.csv cannot be written", "it is a folder"]);
    assert_eq!(folder.read("out/first.csv"), "old\n");
    folder
        .run(&[
            "--output-dir",
            "out",
            "-c",
            "SET datafusion.execution.batch_size = 9",
        ])
        .failed(1, &["nothing to write to out"]);
}

#[test]
fn names_that_cannot_be_are_said_before_anything_runs() {
    let refused = |sql: &str, words: &[&str]| {
        let folder = Folder::new();
        let first = "COPY (SELECT 1 AS a) TO 'other.csv';\n";
        folder
            .run(&["--output-dir", "out", "-c", &format!("{first}{sql}")])
            .failed(2, words);
        assert_eq!(names(&folder, "."), Vec::<String>::new(), "{sql}");
    };
    refused(
        "-- name: a\nSELECT 1;\nSELECT 2",
        &[
            "-c:4: --output-dir needs a name for every result",
            "-- name: revenue_by_segment\n  SELECT 2",
        ],
    );
    refused(
        "-- name: a\nSELECT 1;\n-- name: A\nSELECT 2",
        &["-c:5: -- name: A: the statement in -c:3 has this name already"],
    );
    refused("-- name: a/b\nSELECT 1", &["a file name cannot contain /"]);
    refused("-- name:\nSELECT 1", &["there is nothing after the colon"]);
    refused("-- name: con\nSELECT 1", &["Windows keeps this name"]);
    refused(
        "-- name: a\n-- name: b\nSELECT 1",
        &["this statement has two names, a and b"],
    );
    refused(
        "-- name: a\nCREATE VIEW v AS SELECT 1;\n-- name: b\nSELECT 1",
        &["stands above a statement that has no result"],
    );
    // Behind a statement is not above the next one.
    refused(
        "-- name: a\nSELECT 1; -- name: b\nSELECT 2",
        &["-c:4: --output-dir needs a name"],
    );
    let folder = Folder::new();
    folder
        .run(&["--output-dir", "out", "-o", "x.csv", "-c", "SELECT 1"])
        .failed(2, &["--output-dir", "--output"]);
}

#[test]
fn where_no_name_is_needed_a_comment_is_a_comment() {
    let sql = "-- name: a/b :many\nSELECT 1 AS a;\n-- name: a/b :many\nSELECT 2 AS a";
    assert_eq!(Folder::new().csv(&["-c", sql]), "a\n1\n\na\n2\n");
}

#[test]
fn every_result_has_a_sheet() {
    let folder = Folder::new();
    folder.file("report.sql", SCRIPT);
    folder
        .run(&[
            "-f",
            "report.sql",
            "-c",
            "SELECT 3 AS d; SELECT 4 AS e",
            "-o",
            "o.xlsx",
        ])
        .succeeded();
    let mut book = open_workbook_auto(folder.path("o.xlsx")).expect("a workbook");
    assert_eq!(
        book.sheet_names(),
        ["first", "Umsätze je Monat", "Result 3", "Result 4"]
    );
    let range = book.worksheet_range("Result 4").expect("a sheet");
    assert_eq!(range.get_value((1, 0)), Some(&calamine::Data::Float(4.0)));
    let refused = |sql: &str, words: &[&str]| {
        let folder = Folder::new();
        folder.run(&["-o", "o.xlsx", "-c", sql]).failed(2, words);
        assert_eq!(names(&folder, "."), Vec::<String>::new());
    };
    let long = format!("-- name: {}\nSELECT 1", "a".repeat(32));
    refused(&long, &["at most 31 characters, and this one 32"]);
    refused(
        "-- name: a[1]\nSELECT 1",
        &["a sheet name cannot contain ["],
    );
    refused(
        "-- name: history\nSELECT 1",
        &["Excel keeps the name History for itself"],
    );
    refused(
        "-- name: a\nSELECT 1;\n-- name: A\nSELECT 2",
        &["has this name already"],
    );
}

#[test]
fn several_results_need_a_format_that_holds_them() {
    let folder = Folder::new();
    let sql = "COPY (SELECT 1 AS a) TO 'other.csv'; SELECT 1 AS a; SELECT 2 AS a; EXPLAIN SELECT 3";
    for (file, what) in [
        ("o.parquet", "a Parquet file"),
        ("o.arrow", "an Arrow file"),
    ] {
        let words = [
            &format!("{what} holds one result, and there are 3 for -o {file}"),
            "--output-dir DIR",
            "-o FILE.xlsx",
        ];
        folder.run(&["-o", file, "-c", sql]).failed(2, &words);
        assert_eq!(names(&folder, "."), Vec::<String>::new());
    }
    // One result among statements that have none.
    let one = "CREATE VIEW v AS SELECT 1 AS a; SELECT * FROM v; DROP VIEW v";
    folder.run(&["-o", "o.parquet", "-c", one]).succeeded();
    assert_eq!(folder.csv(&["-c", "SELECT * FROM 'o.parquet'"]), "a\n1\n");
}
