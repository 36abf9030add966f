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
fn format_vertical() {
    let expected = "\
Row 1
  n: 1
  f: 0.30000000000000004
  s: a|b
  d: 2026-01-31

Row 2
  n: 20
  f: NULL
  s: c \"d\", e
  d: NULL
";
    assert_eq!(formatted("vertical"), expected);
    let sql = "SELECT e'one\ntwo' AS \"long name\", 1 AS a FROM generate_series(1, 3)";
    let printed = Folder::new().run(&["--format", "vertical", "--max-rows", "1", "-c", sql]);
    assert_eq!(
        printed.succeeded(),
        "Row 1\n  long name: one\n             two\n  a:         1\n\n\
         … and 2 rows more; --max-rows 0 or -o FILE shows all\n"
    );
}

#[test]
fn format_html() {
    let right = " style=\"text-align: right; font-variant-numeric: tabular-nums\"";
    let left = " style=\"text-align: left\"";
    let sql = "SELECT 1 AS \"<n>\", 'a & \"b\" <script>' AS s, e'x\ny' AS l, NULL AS z";
    let table = format!(
        "<table class=\"kpi-sql\">\n<thead>\n\
         <tr><th{right}>&lt;n&gt;</th><th{left}>s</th><th{left}>l</th><th{left}>z</th></tr>\n</thead>\n<tbody>\n\
         <tr><td{right}>1</td><td{left}>a &amp; &quot;b&quot; &lt;script&gt;</td><td{left}>x<br>y</td><td{left}><i>NULL</i></td></tr>\n\
         </tbody>\n</table>\n"
    );
    let folder = Folder::new();
    let printed = folder.run(&["--format", "html", "-c", sql]).succeeded();
    assert_eq!(printed, table);
    // A file says how its letters are written, and each table what it is called.
    let named = format!("-- name: a<b\n{sql};\n-- name: second\nSELECT 1 AS a WHERE false");
    folder.run(&["-o", "o.html", "-c", &named]).succeeded();
    let caption = table.replace("<thead>", "<caption>a&lt;b</caption>\n<thead>");
    assert_eq!(
        folder.read("o.html"),
        format!(
            "<!DOCTYPE html>\n<meta charset=\"utf-8\">\n{}\n<table class=\"kpi-sql\">\n<caption>second</caption>\n\
             <thead>\n<tr><th{right}>a</th></tr>\n</thead>\n<tbody>\n</tbody>\n</table>\n",
            caption
        )
    );
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
    assert_eq!(printed("vertical"), "No rows; the columns are a, b\n");
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

#[test]
fn a_table_is_as_wide_as_its_first_rows_and_cuts_nothing() {
    let folder = Folder::new();
    let printed = folder
        .run(&["-c", "SELECT * FROM generate_series(1, 10000)"])
        .succeeded();
    let lines: Vec<&str> = printed.lines().collect();
    assert_eq!(lines.len(), 10_004);
    assert_eq!(lines[0], "+-------+", "the header is five wide");
    assert_eq!(lines[3], "|     1 |");
    assert_eq!(lines[10_002], "| 10000 |");

    let sql = "SELECT CASE WHEN value > 1500 THEN 'a long value' ELSE 'v' END AS x, value AS n FROM generate_series(1, 1501)";
    let printed = folder.run(&["-c", sql]).succeeded();
    let lines: Vec<&str> = printed.lines().collect();
    assert_eq!(
        lines[1501..],
        [
            "| v | 1499 |",
            "| v | 1500 |",
            "| a long value | 1501 |",
            "+---+------+"
        ]
    );
    let markdown = folder.run(&["--format", "markdown", "-c", sql]).succeeded();
    let lines: Vec<&str> = markdown.lines().collect();
    assert_eq!(lines[..3], ["| x |    n |", "|---|-----:|", "| v |    1 |"]);
    assert_eq!(lines[1501..], ["| v | 1500 |", "| a long value | 1501 |"]);
}

#[test]
fn wide_letters_and_lines_within_a_value_keep_the_frame() {
    let printed = Folder::new()
        .run(&[
            "-c",
            "SELECT * FROM (VALUES (1, '漢字'), (20, e'a\nbcd')) AS t(n, s)",
        ])
        .succeeded();
    let expected = "\
+----+------+
|  n | s    |
+----+------+
|  1 | 漢字 |
| 20 | a    |
|    | bcd  |
+----+------+
";
    assert_eq!(printed, expected);
}

#[test]
fn rows_that_are_not_shown_are_counted() {
    let folder = Folder::new();
    let shown = |args: &[&str]| folder.run(args).succeeded();
    let sql = "SELECT * FROM generate_series(8, 1234)";
    assert_eq!(
        shown(&["--max-rows", "2", "-c", sql]),
        "+-------+\n| value |\n+-------+\n|     8 |\n|     9 |\n+-------+\n\
         … and 1,225 rows more; --max-rows 0 or -o FILE shows all\n"
    );
    assert_eq!(
        shown(&["--max-rows", "1226", "-c", sql]).lines().last(),
        Some("… and 1 row more; --max-rows 0 or -o FILE shows all")
    );
    for all in ["1227", "0"] {
        let printed = shown(&["--max-rows", all, "-c", sql]);
        assert_eq!(printed.lines().count(), 1227 + 4, "{all}");
    }
    assert_eq!(
        shown(&[
            "--format",
            "markdown",
            "--max-rows",
            "1",
            "-c",
            "SELECT * FROM (VALUES (1), (2)) AS t(a)"
        ]),
        "| a |\n|--:|\n| 1 |\n\n… and 1 row more; --max-rows 0 or -o FILE shows all\n"
    );
    // What a program reads is whole.
    for whole in [&["--format", "csv"][..], &["-o", "o.md"]] {
        folder
            .run(&[&["--max-rows", "2", "-c", sql], whole].concat())
            .failed(2, &["--max-rows is for tables on the screen", "LIMIT N"]);
    }
}
