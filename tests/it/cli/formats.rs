//! What a result looks like in each format.

use crate::command::Folder;

/// Two rows with everything that formats treat differently.
const ROWS: &str = "SELECT * FROM (VALUES (1, 0.1 + 0.2, 'a|b', DATE '2026-01-31'), (20, NULL, 'c \"d\", e', NULL)) AS t(n, f, s, d)";

fn formatted(format: &str) -> String {
    Folder::new()
        .run(&["--format", format, "-c", ROWS])
        .succeeded()
}

#[test]
fn format_table() {
    let expected = "\
+----+---------------------+----------+------------+
|  n |                   f | s        | d          |
+----+---------------------+----------+------------+
|  1 | 0.30000000000000004 | a|b      | 2026-01-31 |
| 20 |                NULL | c \"d\", e | NULL       |
+----+---------------------+----------+------------+
";
    assert_eq!(formatted("table"), expected);
    assert_eq!(
        Folder::new().run(&["-c", ROWS]).succeeded(),
        expected,
        "it is the default"
    );
}

#[test]
fn format_csv() {
    assert_eq!(
        formatted("csv"),
        "n,f,s,d\n1,0.30000000000000004,a|b,2026-01-31\n20,,\"c \"\"d\"\", e\",\n"
    );
}

#[test]
fn format_tsv() {
    assert_eq!(
        formatted("tsv"),
        "n\tf\ts\td\n1\t0.30000000000000004\ta|b\t2026-01-31\n20\t\t\"c \"\"d\"\", e\"\t\n"
    );
}

#[test]
fn format_json() {
    assert_eq!(
        formatted("json"),
        "[{\"n\":1,\"f\":0.30000000000000004,\"s\":\"a|b\",\"d\":\"2026-01-31\"},\
         {\"n\":20,\"f\":null,\"s\":\"c \\\"d\\\", e\",\"d\":null}]\n"
    );
}

#[test]
fn format_ndjson() {
    assert_eq!(
        formatted("ndjson"),
        "{\"n\":1,\"f\":0.30000000000000004,\"s\":\"a|b\",\"d\":\"2026-01-31\"}\n\
         {\"n\":20,\"f\":null,\"s\":\"c \\\"d\\\", e\",\"d\":null}\n"
    );
}

#[test]
fn format_markdown() {
    let expected = "\
|  n |                   f | s        | d          |
|---:|--------------------:|----------|------------|
|  1 | 0.30000000000000004 | a\\|b     | 2026-01-31 |
| 20 |                NULL | c \"d\", e | NULL       |
";
    assert_eq!(formatted("markdown"), expected);
}

#[test]
fn an_empty_result_shows_its_columns() {
    let folder = Folder::new();
    let printed = |format| {
        folder
            .run(&[
                "--format",
                format,
                "-c",
                "SELECT 1 AS a, 'x' AS b WHERE false",
            ])
            .succeeded()
    };
    assert_eq!(printed("csv"), "a,b\n");
    assert_eq!(printed("tsv"), "a\tb\n");
    assert_eq!(printed("json"), "[]\n");
    assert_eq!(printed("ndjson"), "");
    assert_eq!(
        printed("table"),
        "+---+---+\n| a | b |\n+---+---+\n+---+---+\n"
    );
    assert_eq!(printed("markdown"), "| a | b |\n|--:|---|\n");
}

#[test]
fn several_results_are_separated() {
    let folder = Folder::new();
    let printed = |format| {
        folder
            .run(&[
                "--format",
                format,
                "-c",
                "SELECT 1 AS a; SET datafusion.execution.batch_size = 10; SELECT 2 AS b",
            ])
            .succeeded()
    };
    assert_eq!(printed("csv"), "a\n1\n\nb\n2\n");
    assert_eq!(printed("json"), "[{\"a\":1}]\n[{\"b\":2}]\n");
    assert_eq!(printed("ndjson"), "{\"a\":1}\n{\"b\":2}\n");
    assert_eq!(
        printed("markdown"),
        "| a |\n|--:|\n| 1 |\n\n| b |\n|--:|\n| 2 |\n"
    );
}

#[test]
fn structs_and_lists_are_json_in_csv() {
    let printed = Folder::new().csv(&[
        "-c",
        "SELECT named_struct('a', 1, 'b', NULL) AS s, [1.5, NULL] AS l",
    ]);
    assert_eq!(
        printed,
        "s,l\n\"{\"\"a\"\":1,\"\"b\"\":null}\",\"[1.5,null]\"\n"
    );
}

#[test]
fn a_long_result_is_not_cut() {
    let folder = Folder::new();
    let table = folder
        .run(&["-c", "SELECT * FROM generate_series(1, 3000)"])
        .succeeded();
    assert_eq!(table.lines().count(), 3004);
    let wide = format!("SELECT '{}' AS x", "abc ".repeat(500));
    assert!(
        folder
            .run(&["-c", &wide])
            .succeeded()
            .contains(&"abc ".repeat(500))
    );
}
