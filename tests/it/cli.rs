//! The command line: what a call prints, where, and its exit code. Every test runs the real program.

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

#[test]
fn files_and_commands_run_in_the_order_given() {
    let folder = Folder::new();
    folder
        .file("a.sql", "CREATE VIEW v AS SELECT 1 AS x;")
        .file("b.sql", "\u{feff}SELECT x + 2 AS y FROM v");
    assert_eq!(
        folder.csv(&["-f", "a.sql", "-c", "SELECT x FROM v;", "-f", "b.sql"]),
        "x\n1\n\ny\n3\n"
    );
}

#[test]
fn sql_comes_from_standard_input_otherwise() {
    let outcome =
        Folder::new().run_with_stdin(&["--format", "csv"], "SELECT 1 AS x;\n-- the end\n");
    assert_eq!(outcome.succeeded(), "x\n1\n");
    let outcome = Folder::new().run_with_stdin(&[], "SELECT 1;\n\nSELECT nope\n");
    outcome.failed(
        1,
        &[
            "error: standard input:3: there is no column nope",
            "in: SELECT nope",
        ],
    );
}

#[test]
fn a_semicolon_in_a_string_or_comment_ends_nothing() {
    let sql = "SELECT 'a;b' AS x -- one; two\n, /* ; */ \"y;z\" FROM (SELECT 1 AS \"y;z\")";
    assert_eq!(Folder::new().csv(&["-c", sql]), "x,y;z\na;b,1\n");
}

#[test]
fn a_syntax_error_is_found_before_anything_runs() {
    let folder = Folder::new();
    folder
        .file("good.sql", "SELECT 1 AS x")
        .file("bad.sql", "SELECT 1;\n\nSELECT 2\n  FROM;\n");
    let outcome = folder.run(&["-f", "good.sql", "-f", "bad.sql"]);
    assert_eq!(outcome.stdout, "");
    outcome.failed(
        1,
        &[
            "error: bad.sql:4: expected identifier, but found ;",
            "in: SELECT 2 FROM;",
        ],
    );

    folder.file("open.sql", "SELECT 1;\nSELECT 'abc");
    folder
        .run(&["-f", "open.sql"])
        .failed(1, &["error: open.sql:2: Unterminated string literal"]);
    folder
        .run(&["-c", "SELECT 1 SELECT 2"])
        .failed(1, &["error: -c:1: expected"]);
    folder
        .run(&["-c", "-- nothing"])
        .failed(1, &["error: -c has no statement in it"]);
    folder
        .run(&["-f", "none.sql"])
        .failed(1, &["error: the SQL file none.sql cannot be read"]);
}

#[test]
fn the_first_statement_that_fails_ends_the_run() {
    let folder = Folder::new();
    folder.file(
        "a.sql",
        "SELECT 1 AS x;\n-- why\n\nSELECT nope\n  FROM (SELECT 1 AS y);\nSELECT 3 AS z;",
    );
    let outcome = folder.run(&["--format", "csv", "-f", "a.sql"]);
    assert_eq!(outcome.stdout, "x\n1\n");
    outcome.failed(
        1,
        &[
            "error: a.sql:4: there is no column nope",
            "\n  in: SELECT nope FROM (SELECT 1 AS y)\n",
        ],
    );
}

#[test]
fn a_long_statement_is_shortened_in_errors() {
    let sql = format!("SELECT nope, '{}'", "x".repeat(400));
    let stderr = Folder::new().run(&["-c", &sql]).failed(1, &["nope"]);
    let shown = stderr
        .lines()
        .find(|l| l.starts_with("  in: "))
        .expect("the statement");
    assert_eq!(shown.chars().count(), "  in: ".len() + 200 + 1);
    assert!(shown.ends_with('…'), "{shown}");
}

#[test]
fn deep_statements_do_not_overflow_the_stack() {
    let folder = Folder::new();
    let many = "SELECT 1 AS x UNION ALL ".repeat(300) + "SELECT 1 AS x";
    assert_eq!(
        folder.csv(&["-c", &format!("SELECT sum(x) AS s FROM ({many})")]),
        "s\n301\n"
    );
    let nested = |depth| format!("SELECT {}1{} AS x", "(".repeat(depth), ")".repeat(depth));
    assert_eq!(folder.csv(&["-c", &nested(100)]), "x\n1\n");
    folder
        .run(&["-c", &nested(5000)])
        .failed(1, &["error: -c:1: the statement is nested too deeply"]);
}

#[test]
fn wrong_calls_exit_with_2() {
    let folder = Folder::new();
    folder.run(&["--nope"]).failed(2, &["--nope", "--help"]);
    folder
        .run(&["--table", "orders", "-c", "SELECT 1"])
        .failed(2, &["NAME=PATH"]);
    folder
        .run(&["--format", "xml", "-c", "SELECT 1"])
        .failed(2, &["table, csv, tsv, json, ndjson, markdown"]);
    folder
        .run(&["--format", "parquet", "-c", "SELECT 1"])
        .failed(2, &["-o FILE"]);
    folder.file("a.csv", "x\n1\n");
    folder
        .run(&["--table", "a=a.csv", "--table", "a=a.csv", "-c", "SELECT 1"])
        .failed(2, &["names a twice"]);
}

#[test]
fn help_and_version() {
    let folder = Folder::new();
    let help = folder.run(&["--help"]).succeeded();
    for word in [
        "Examples:",
        "Exit codes:",
        "--table <NAME=PATH>",
        "--data <DIR>",
        "UNION",
        "-o",
    ] {
        assert_eq!(help.contains(word), word != "UNION", "{word}");
    }
    assert!(folder.run(&["-h"]).succeeded().len() < help.len());
    assert!(folder.run(&["-V"]).succeeded().starts_with("kpi-sql "));
}

#[test]
fn an_unknown_function() {
    let folder = Folder::new();
    folder.run(&["-c", "SELECT\n coun(*)"]).failed(
        1,
        &["error: -c:1: there is no function coun; did you mean count?"],
    );
    folder
        .run(&["-c", "SELECT zzzzqqqq(1)"])
        .failed(1, &["there is no function zzzzqqqq; SHOW FUNCTIONS lists"]);
}

#[test]
fn the_words_of_a_function_about_its_arguments_come_first() {
    let folder = Folder::new();
    // Both are errors of a function with its own coercion, which DataFusion wraps.
    folder.run(&["-c", "SELECT coalesce()"]).failed(
        1,
        &["error: -c:1: coalesce must have at least one argument\n"],
    );
    folder.run(&["-c", "SELECT greatest()"]).failed(
        1,
        &["error: -c:1: greatest was called without any arguments"],
    );
    folder.run(&["-c", "SELECT sum('a', 2)"]).failed(
        1,
        &["error: -c:1: Function 'sum' expects 1 arguments but received 2\n"],
    );
}

#[test]
fn an_unknown_column() {
    let folder = Folder::new();
    folder.file("t.csv", "customerID,amount\n1,2\n");
    let run = |sql: &str| folder.run(&["--table", "t=t.csv", "-c", sql]);
    run("SELECT amout FROM t").failed(
        1,
        &[
            "there is no column amout; did you mean amount?",
            "columns: t.\"customerID\", t.amount",
        ],
    );
    run("SELECT customerid FROM t")
        .failed(1, &["there is \"customerID\": write it in double quotes"]);
    run("SELECT country FROM t").failed(
        1,
        &[
            "there is no column country\n",
            "columns: t.\"customerID\", t.amount",
        ],
    );
}

#[test]
fn an_unknown_table() {
    let folder = Folder::new();
    folder
        .file("sample_data/orders/a.csv", "x\n1\n")
        .file("t.csv", "x\n1\n")
        .file("plain/a.csv", "x\n1\n");
    let run = |sql: &str| folder.run(&["--table", "Names=t.csv", "-c", sql]);
    run("SELECT * FROM ordrs").failed(
        1,
        &[
            "error: -c:1: there is no table ordrs; did you mean orders?",
            "looked for: sample_data/ordrs",
            "tables: Names, orders",
            "kpi-sql --table ordrs=PATH",
        ],
    );
    run("SELECT * FROM names").failed(1, &["there is \"Names\": write it in double quotes"]);
    run("SELECT * FROM t.csv").failed(1, &["a path in FROM is written FROM 't.csv'"]);
    run("SELECT * FROM plain").failed(1, &["FROM 'plain/'"]);
    Folder::new()
        .run(&["-c", "SELECT * FROM orders"])
        .failed(1, &["there is no folder sample_data here"]);
    folder
        .run(&["--data", "nope", "-c", "SELECT 1"])
        .failed(1, &["--data: there is no folder nope"]);
}

#[test]
fn a_file_that_is_not_there() {
    let folder = Folder::new();
    folder.file("data/orders.csv", "x\n1\n");
    let run = |path: &str| folder.run(&["-c", &format!("SELECT * FROM '{path}'")]);
    run("data/order.csv").failed(
        1,
        &["there is no file or folder data/order.csv; did you mean data/orders.csv?"],
    );
    run("date/orders.csv").failed(1, &["the folder date is missing too"]);
    run("data/*.parquet").failed(
        1,
        &["no file matches data/*.parquet: nothing in data matches"],
    );
    run("nope/*.parquet").failed(1, &["there is no folder nope"]);
    run("s3://bucket/x.parquet").failed(1, &["s3://bucket/x.parquet is an address"]);
    folder
        .run(&["--table", "o=nope.csv", "-c", "SELECT 1"])
        .failed(1, &["error: --table o=nope.csv: there is no file"]);
}

#[test]
fn a_folder_without_a_table() {
    let folder = Folder::new();
    std::fs::create_dir(folder.path("empty")).expect("a folder");
    folder
        .file("texts/read.me", "x")
        .file("mixed/a.csv", "x\n1\n")
        .file("mixed/b.json", "{}");
    let run = |path: &str| folder.run(&["--table", &format!("t={path}"), "-c", "SELECT * FROM t"]);
    run("empty").failed(1, &["folder empty is empty"]);
    run("texts").failed(
        1,
        &[
            "folder texts has no file that can be read",
            "texts/read.me",
            ".parquet, .csv",
        ],
    );
    run("mixed").failed(
        1,
        &[
            "different formats, mixed/a.csv and mixed/b.json",
            "'mixed/**/*.csv'",
        ],
    );
    assert_eq!(
        folder.csv(&["-c", "SELECT * FROM 'mixed/**/*.csv'"]),
        "x\n1\n"
    );
}

#[test]
fn a_parquet_file_that_is_something_else() {
    let folder = Folder::new();
    folder
        .file("a.parquet", "id,name\n1,a\n")
        .file("b.parquet", b"PAR1\0\0\0\0\0\0")
        .file("c.parquet", [0, 1, 2, 255]);
    let run = |path: &str| folder.run(&["-c", &format!("SELECT * FROM '{path}'")]);
    run("a.parquet").failed(
        1,
        &[
            "a.parquet is not a Parquet file",
            "it begins with the text \"id,name\\n1,a\\n\"",
            ".csv",
        ],
    );
    run("b.parquet").failed(1, &["b.parquet begins as Parquet but does not end so"]);
    run("c.parquet").failed(
        1,
        &["c.parquet is not a Parquet file: it begins with the bytes 00 01 02 ff"],
    );
    folder
        .file("d.parquet", "")
        .run(&["-c", "SELECT * FROM 'd.parquet'"])
        .failed(1, &["d.parquet is empty"]);
}

#[test]
fn csv_files_with_other_columns_are_refused() {
    let folder = Folder::new();
    folder
        .file("other/a.csv", "id,x\n1,2\n")
        .file("other/b.csv", "id,y\n1,2\n");
    folder
        .file("order/a.csv", "id,x\n1,2\n")
        .file("order/b.csv", "x,id\n1,2\n");
    folder
        .file("more/a.csv", "id\n1\n")
        .file("more/b.csv", "id,x\n1,2\n");
    let run = |path: &str| folder.run(&["-c", &format!("SELECT * FROM '{path}'")]);
    run("other/").failed(
        1,
        &["other/a.csv and other/b.csv have different columns: only other/a.csv has x, only other/b.csv has y",
          "UNION ALL BY NAME"],
    );
    run("order/*.csv").failed(
        1,
        &["the same columns in another order: order/a.csv has id, x, order/b.csv has x, id"],
    );
    run("more/").failed(1, &["only more/b.csv has x"]);
    let united = folder.csv(&[
        "-c",
        "SELECT * FROM 'order/a.csv' UNION ALL BY NAME SELECT * FROM 'order/b.csv' ORDER BY id",
    ]);
    assert_eq!(united, "id,x\n1,2\n2,1\n", "the advice works");
}

#[test]
fn csv_headers_are_looked_at() {
    let folder = Folder::new();
    folder
        .file("twice.csv", "id,x,id\n1,2,3\n")
        .file("none.csv", "");
    folder
        .run(&["-c", "SELECT * FROM 'twice.csv'"])
        .failed(1, &["twice.csv has the column id twice"]);
    folder
        .run(&["-c", "SELECT * FROM 'none.csv'"])
        .failed(1, &["none.csv is empty"]);
    // A byte order mark, semicolons and a first column without a name, as spreadsheets write them.
    folder.file("excel.csv", "\u{feff};name\n7;\"a;b\"\n");
    let outcome = folder.run(&["--format", "csv", "-c", "SELECT * FROM 'excel.csv'"]);
    assert!(
        outcome
            .stderr
            .contains("note: excel.csv is read with ';' between its values"),
        "{outcome:?}"
    );
    assert_eq!(outcome.succeeded(), "column_1,name\n7,a;b\n");
    folder.file("hash.csv", "a#b,c\n1#2,3\n");
    assert_eq!(
        folder.csv(&["--delimiter", "#", "-c", "SELECT a FROM 'hash.csv'"]),
        "a\n1\n"
    );
    folder.file("only.csv", "a,b\n");
    assert_eq!(folder.csv(&["-c", "SELECT * FROM 'only.csv'"]), "a,b\n");
}

#[test]
fn csv_lines_that_cannot_be_read() {
    let folder = Folder::new();
    folder
        .file("long.csv", "a,b\n1,2\n1,2,3\n")
        .file("latin.csv", b"a,b\n1,caf\xe9\n");
    folder.run(&["-c", "SELECT * FROM 'long.csv'"]).failed(
        1,
        &["long.csv, line 3, has 3 values, but the lines before it have 2"],
    );
    folder
        .run(&["-c", "SELECT * FROM 'latin.csv'"])
        .failed(1, &["latin.csv is not UTF-8 text (line 2)"]);
}

#[test]
fn csv_lines_beyond_the_sample_name_their_table() {
    let folder = Folder::new();
    let rows = "1,2\n".repeat(1400);
    folder.file("long.csv", format!("a,b\n{rows}1,2,3\n"));
    folder.file(
        "latin.csv",
        [format!("a,b\n{rows}").as_bytes(), b"1,caf\xe9\n"].concat(),
    );
    let run = |file: &str| {
        folder.run(&[
            "--infer-rows",
            "1",
            "-c",
            &format!("SELECT max(b) FROM '{file}'"),
        ])
    };
    run("long.csv").failed(
        1,
        &["line 1402, expected 2 got 3", "while reading long.csv"],
    );
    run("latin.csv").failed(
        1,
        &[
            "invalid UTF-8 data for line 1402",
            "while reading latin.csv",
        ],
    );
}

/// Numbers, then from row 1400 on a word; the second column begins with 1200 rows without a value.
fn late_surprises() -> String {
    let rows = (0..1500).map(|i| {
        let n = if i < 1400 {
            i.to_string()
        } else {
            "many".to_string()
        };
        format!("{n},{}\n", if i < 1200 { "" } else { "5" })
    });
    std::iter::once("n,late\n".to_string())
        .chain(rows)
        .collect()
}

#[test]
fn csv_types_come_from_more_than_the_first_thousand_rows() {
    let folder = Folder::new();
    folder.file("t.csv", late_surprises());
    assert_eq!(
        folder.csv(&["-c", "SELECT max(n) AS n, sum(late) AS late FROM 't.csv'"]),
        "n,late\nmany,1500\n"
    );
}

#[test]
fn a_csv_value_that_does_not_fit_its_type_says_where_it_is() {
    let folder = Folder::new();
    folder.file("t.csv", late_surprises());
    let outcome = folder.run(&[
        "--infer-rows",
        "1000",
        "--table",
        "t=t.csv",
        "-c",
        "SELECT max(n) FROM t",
    ]);
    outcome.failed(
        1,
        &[
            "'many' as type 'Int64' for column n in row 1401. Row data",
            "while reading t (t.csv)",
            "--infer-rows",
            "note: column late has no value in the first 1000 rows of t.csv",
        ],
    );
}

#[test]
fn csv_values_keep_what_they_say() {
    let folder = Folder::new();
    // Codes with leading zeros are no numbers; a second file decides about the types as well.
    folder
        .file("t/a.csv", "code,n,m,none\n00123,1,1,\n")
        .file("t/b.csv", "code,n,m,none\n7,1.5,x,\n");
    assert_eq!(
        folder.csv(&["-c", "SELECT code, n, m, none, arrow_typeof(n) AS tn, arrow_typeof(none) AS t0 FROM 't/' ORDER BY code"]),
        "code,n,m,none,tn,t0\n00123,1.0,1,,Float64,Utf8\n7,1.5,x,,Float64,Utf8\n"
    );
    folder.file("lines.csv", "a,b\n\"one\ntwo\",2\n");
    assert_eq!(
        folder.csv(&["-c", "SELECT length(a) AS l, b FROM 'lines.csv'"]),
        "l,b\n7,2\n"
    );
}

#[test]
fn compressed_text_is_read() {
    let folder = Folder::new();
    for (codec, ending) in [("gzip", "gz"), ("zstd", "zst")] {
        let copy = format!(
            "COPY (SELECT 1 AS id, 'x' AS s) TO 't.csv.{ending}' STORED AS CSV OPTIONS ('format.compression' '{codec}', 'format.has_header' 'true')"
        );
        folder.run(&["-c", &copy]).succeeded();
        assert_eq!(
            folder.csv(&["-c", &format!("SELECT * FROM 't.csv.{ending}'")]),
            "id,s\n1,x\n"
        );
    }
}

#[test]
fn json_is_read_as_lines_or_as_an_array() {
    let folder = Folder::new();
    folder
        .file("a.ndjson", "{\"a\":1}\n{\"a\":2,\"b\":\"x\"}\n")
        .file("b.json", "[{\"a\":3},\n {\"a\":4}]\n")
        .file("c.json", "7");
    assert_eq!(
        folder.csv(&["-c", "SELECT * FROM 'a.ndjson'"]),
        "a,b\n1,\n2,x\n"
    );
    assert_eq!(folder.csv(&["-c", "SELECT * FROM 'b.json'"]), "a\n3\n4\n");
    folder
        .run(&["-c", "SELECT * FROM 'c.json'"])
        .failed(1, &["c.json is not a table in JSON"]);
}

/// Makes Parquet files with the program itself.
fn parquet(folder: &Folder, path: &str, query: &str) {
    let copy = format!("COPY ({query}) TO '{path}' STORED AS PARQUET");
    let parent = folder.path(path).parent().expect("a folder").to_path_buf();
    std::fs::create_dir_all(parent).expect("folders");
    let outcome = folder.run(&["-c", &copy]);
    assert!(
        outcome
            .stderr
            .contains(&format!("note: 1 rows written to {path}")),
        "{outcome:?}"
    );
    assert_eq!(outcome.succeeded(), "", "COPY has no result");
}

#[test]
fn parquet_files_are_united_by_name() {
    let folder = Folder::new();
    parquet(&folder, "p/a.parquet", "SELECT 1 AS id, 'x' AS s");
    parquet(&folder, "p/b.parquet", "SELECT 5 AS n, 2 AS id");
    assert_eq!(
        folder.csv(&["-c", "SELECT id, s, n FROM 'p/' ORDER BY id"]),
        "id,s,n\n1,x,\n2,,5\n"
    );
    parquet(&folder, "q/a.parquet", "SELECT 1 AS id");
    parquet(&folder, "q/b.parquet", "SELECT 'x' AS id");
    folder.run(&["-c", "SELECT * FROM 'q/'"]).failed(
        1,
        &[
            "column id is Int64 in q/a.parquet but Utf8",
            "in q/b.parquet",
        ],
    );
}

#[test]
fn partition_folders_become_columns() {
    let folder = Folder::new();
    parquet(
        &folder,
        "orders/year=2025/month=01/a.parquet",
        "SELECT 1 AS id",
    );
    parquet(
        &folder,
        "orders/year=2026/month=02/a.parquet",
        "SELECT 2 AS id",
    );
    folder
        .file("orders/_SUCCESS", "")
        .file("orders/README.txt", "about");
    let expected = "id,year,month\n2,2026,02\n";
    for path in [
        "orders",
        "orders/",
        "./orders",
        "orders/**/*.parquet",
        "./orders/*/*/*.parquet",
        "orders/year=*",
    ] {
        let printed = folder.csv(&[
            "--table",
            &format!("o={path}"),
            "-c",
            "SELECT * FROM o WHERE year > 2025",
        ]);
        assert_eq!(printed, expected, "{path}");
    }
    let types = folder.csv(&[
        "--data",
        ".",
        "-c",
        "SELECT DISTINCT arrow_typeof(year) AS y FROM orders",
    ]);
    assert_eq!(types, "y\nInt64\n");
}

#[test]
fn a_glob_may_choose_some_partitions() {
    let folder = Folder::new();
    for (month, id) in [("2025-12", 1), ("2026-01", 2), ("2026-02", 3)] {
        parquet(
            &folder,
            &format!("orders/month={month}/a.parquet"),
            &format!("SELECT {id} AS id"),
        );
    }
    let chosen = folder.csv(&[
        "-c",
        "SELECT * FROM 'orders/month=2026-*/*.parquet' ORDER BY id",
    ]);
    assert_eq!(chosen, "id,month\n2,2026-01\n3,2026-02\n");
    let chosen = folder.csv(&[
        "--table",
        "o=orders/month=2026-01*",
        "-c",
        "SELECT count(*) AS n, min(id) AS id FROM o",
    ]);
    assert_eq!(chosen, "n,id\n1,2\n");
    // Partition folders need not be written out: they stand for columns.
    for all in ["orders/*.parquet", "./orders/a.*", "./*/*.parquet"] {
        let chosen = folder.csv(&["-c", &format!("SELECT count(*) AS n FROM '{all}'")]);
        assert_eq!(chosen, "n\n3\n", "{all}");
    }
    let plan = folder.csv(&["-c", "EXPLAIN SELECT id FROM 'orders/month=2026-*'"]);
    assert!(
        !plan.contains("month=2025-12") && plan.contains("month=2026-01"),
        "{plan}"
    );

    parquet(&folder, "orders/month=2026-01/b.parquet", "SELECT 4 AS id");
    let half = folder.run(&["-c", "SELECT * FROM 'orders/month=*/a.parquet'"]);
    half.failed(
        1,
        &[
            "picks 3 of the 4 files in the partition folders of orders",
            "choose with WHERE",
        ],
    );
}

#[test]
fn partition_folders_that_do_not_fit_are_refused() {
    let folder = Folder::new();
    folder
        .file("k/year=1/a.csv", "x\n1\n")
        .file("k/month=1/a.csv", "x\n1\n");
    folder.run(&["-c", "SELECT * FROM 'k/'"]).failed(
        1,
        &[
            "different partition folders",
            "k/month=1/a.csv has month=",
            "k/year=1/a.csv has year=",
        ],
    );
    folder
        .file("h/year=1/a.csv", "x\n1\n")
        .file("h/a.csv", "x\n1\n");
    folder
        .run(&["-c", "SELECT * FROM 'h/'"])
        .failed(1, &["different partition folders", "h/a.csv has none"]);
    folder.file("c/x=1/a.csv", "x\n1\n");
    folder
        .run(&["-c", "SELECT * FROM 'c/'"])
        .failed(1, &["has x twice"]);
}

#[test]
fn paths_in_from_work_everywhere() {
    let folder = Folder::new();
    folder
        .file("in/a.csv", "id,x\n1,10\n2,20\n")
        .file("names.csv", "id,name\n1,one\n2,two\n")
        .file("odd [1] 50%.csv", "a\n1\n");
    let csv = |sql: &str| folder.csv(&["-c", sql]);
    assert_eq!(
        csv("SELECT name, x FROM 'in/*.csv' t JOIN 'names.csv' n ON t.id = n.id ORDER BY x"),
        "name,x\none,10\ntwo,20\n"
    );
    assert_eq!(
        csv("WITH t AS (SELECT * FROM 'in/a.csv') SELECT sum(x) AS s FROM t"),
        "s\n30\n"
    );
    assert_eq!(
        csv(
            "SELECT (SELECT max(x) FROM 'in/a.csv') AS m FROM 'names.csv' WHERE id IN (SELECT min(id) FROM 'in/')"
        ),
        "m\n20\n"
    );
    assert_eq!(
        csv("CREATE VIEW v AS SELECT x FROM 'in/a.csv'; SELECT count(*) AS n FROM v"),
        "n\n2\n"
    );
    assert_eq!(csv("SELECT * FROM 'odd [1] 50%.csv'"), "a\n1\n");
    assert!(csv("EXPLAIN SELECT x FROM 'in/a.csv'").contains("in/a.csv"));
    folder
        .run(&["-c", "COPY (SELECT * FROM 'names.csv') TO 'out.json'"])
        .succeeded();
    assert_eq!(
        folder.read("out.json"),
        "{\"id\":1,\"name\":\"one\"}\n{\"id\":2,\"name\":\"two\"}\n"
    );
}

#[test]
fn a_path_is_read_again_after_copy() {
    let folder = Folder::new();
    let sql = "COPY (SELECT 1 AS a) TO 't.parquet'; SELECT * FROM 't.parquet'; \
               COPY (SELECT 2 AS b, 3 AS c) TO 't.parquet'; SELECT * FROM 't.parquet'";
    assert_eq!(folder.csv(&["-c", sql]), "a\n1\n\nb,c\n2,3\n");
}

#[test]
fn tables_come_from_the_data_folder() {
    let folder = Folder::new();
    folder
        .file("sample_data/orders/a.csv", "x\n1\n")
        .file("sample_data/people.ndjson", "{\"x\":2}\n");
    folder
        .file("mine/orders.csv", "x\n3\n")
        .file("own.csv", "x\n4\n");
    let sql = "SELECT x FROM orders UNION ALL SELECT x FROM orders";

    let outcome = folder.run(&[
        "--format",
        "csv",
        "-c",
        sql,
        "-c",
        "SELECT x FROM orders; SELECT x FROM people",
    ]);
    let note =
        "note: orders is sample_data/orders; use --table orders=PATH or --data DIR for your own";
    assert_eq!(outcome.stderr.matches(note).count(), 1, "{outcome:?}");
    assert!(
        outcome
            .stderr
            .contains("note: people is sample_data/people.ndjson;"),
        "{outcome:?}"
    );
    assert_eq!(outcome.succeeded(), "x\n1\n1\n\nx\n1\n\nx\n2\n");

    let outcome = folder.run(&[
        "--format",
        "csv",
        "--data",
        "mine",
        "-c",
        "SELECT x FROM orders",
    ]);
    assert_eq!(outcome.stderr, "");
    assert_eq!(outcome.succeeded(), "x\n3\n");

    let outcome = folder.run(&[
        "--format",
        "csv",
        "--data",
        "mine",
        "--table",
        "orders=own.csv",
        "-c",
        "SELECT x FROM orders",
    ]);
    assert_eq!(outcome.stderr, "");
    assert_eq!(outcome.succeeded(), "x\n4\n", "--table goes before --data");
}

#[test]
fn other_names_are_not_taken_for_tables() {
    let folder = Folder::new();
    folder.file("sample_data/orders.csv", "x\n1\n");
    let outcome = folder.run(&["--format", "csv", "-c",
        "WITH orders AS (SELECT 2 AS y) SELECT * FROM orders; CREATE TABLE orders AS SELECT 3 AS z; \
         SELECT * FROM orders; DROP TABLE orders; CREATE VIEW orders AS SELECT 4 AS w; SELECT * FROM orders"]);
    assert_eq!(outcome.stderr, "");
    assert_eq!(outcome.succeeded(), "y\n2\n\nz\n3\n\nw\n4\n");
}

#[test]
fn external_tables_and_settings_work() {
    let folder = Folder::new();
    folder.file("t.csv", "id,n\n01,2\n");
    let sql = "CREATE EXTERNAL TABLE t (id VARCHAR, n INT) STORED AS CSV LOCATION 't.csv' OPTIONS ('format.has_header' 'true');\
               SET datafusion.execution.time_zone = 'Europe/Berlin'; SELECT * FROM t; SHOW datafusion.execution.time_zone";
    assert_eq!(
        folder.csv(&["-c", sql]),
        "id,n\n01,2\n\nname,value\ndatafusion.execution.time_zone,Europe/Berlin\n"
    );
}

#[test]
fn results_go_to_a_file() {
    let folder = Folder::new();
    let to = |file: &str| {
        let outcome = folder.run(&["-o", file, "-c", "SELECT 1 AS a"]);
        assert_eq!(
            (
                outcome.stdout.as_str(),
                outcome.stderr.as_str(),
                outcome.code
            ),
            ("", "", Some(0))
        );
        folder.read(file)
    };
    assert_eq!(to("o.csv"), "a\n1\n");
    assert_eq!(to("o.tsv"), "a\n1\n");
    assert_eq!(to("o.json"), "[{\"a\":1}]\n");
    assert_eq!(to("o.jsonl"), "{\"a\":1}\n");
    assert_eq!(to("o.md"), "| a |\n|--:|\n| 1 |\n");
    assert_eq!(to("o.txt"), "+---+\n| a |\n+---+\n| 1 |\n+---+\n");
    folder
        .run(&["-o", "o.dat", "--format", "csv", "-c", "SELECT 1 AS a"])
        .succeeded();
    assert_eq!(folder.read("o.dat"), "a\n1\n");
    folder
        .run(&["-o", "o.parquet", "-c", "SELECT 7 AS a, 'x' AS b"])
        .succeeded();
    assert_eq!(
        folder.csv(&["-c", "SELECT * FROM 'o.parquet'"]),
        "a,b\n7,x\n"
    );
}

#[test]
fn a_file_is_never_half_written() {
    let folder = Folder::new();
    folder.file("o.csv", "old\n");
    // The second statement fails after the first has written its rows.
    let outcome = folder.run(&[
        "-o",
        "o.csv",
        "-c",
        "SELECT * FROM generate_series(1, 100000); SELECT 1 / 0",
    ]);
    outcome.failed(1, &["-c:1: Divide by zero error"]);
    assert_eq!(folder.read("o.csv"), "old\n");
    assert_eq!(
        std::fs::read_dir(folder.path("."))
            .expect("the folder")
            .count(),
        1,
        "nothing is left beside it"
    );

    folder
        .run(&["-o", "no/o.csv", "-c", "SELECT 1"])
        .failed(1, &["no/o.csv cannot be written"]);
    folder
        .run(&[
            "-o",
            "o.csv",
            "-c",
            "SET datafusion.execution.batch_size = 9",
        ])
        .failed(1, &["nothing to write to o.csv"]);
    folder
        .run(&["-o", "o.parquet", "-c", "SELECT 1; SELECT 2"])
        .failed(1, &["a Parquet file holds one result"]);
    folder
        .run(&[
            "--format",
            "json",
            "-c",
            "SELECT * FROM (SELECT 1 AS a) x, (SELECT 2 AS a) y",
        ])
        .failed(1, &["two columns named a"]);
}

#[cfg(unix)]
mod unix {
    use std::io::{BufRead, BufReader, Read};
    use std::process::{Child, Command, ExitStatus};
    use std::time::{Duration, Instant};

    use super::Folder;

    fn ended(child: &mut Child) -> ExitStatus {
        let start = Instant::now();
        loop {
            if let Some(status) = child.try_wait().expect("a status") {
                return status;
            }
            if start.elapsed() > Duration::from_secs(30) {
                child.kill().expect("it can be killed");
                panic!("it did not end by itself");
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn stderr(child: &mut Child) -> String {
        let mut text = String::new();
        child
            .stderr
            .take()
            .expect("a pipe")
            .read_to_string(&mut text)
            .expect("UTF-8");
        text
    }

    #[test]
    fn a_reader_that_goes_away_is_no_error() {
        let folder = Folder::new();
        for format in ["csv", "json", "ndjson", "table"] {
            // Too much for the pipe, so that the program notices.
            let sql = "SELECT * FROM generate_series(1, 100000)";
            let mut child = folder
                .command(&["--format", format, "-c", sql])
                .spawn()
                .expect("it starts");
            let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
            let mut start = [0; 10];
            stdout.read_exact(&mut start).expect("ten bytes");
            drop(stdout);
            assert_eq!(ended(&mut child).code(), Some(0), "{format}");
            assert_eq!(stderr(&mut child), "", "{format}");
        }
    }

    /// A run that has printed its first result and then counts for hours.
    fn busy(folder: &Folder, more: &[&str]) -> Child {
        let endless = "SELECT 1 AS ready; \
                       SELECT sum(a.value % 7 * b.value) FROM generate_series(1, 10000000) a, generate_series(1, 10000000) b";
        let args = [&["--format", "csv", "-c", endless], more].concat();
        folder.command(&args).spawn().expect("it starts")
    }

    fn interrupt(child: &Child) {
        let sent = Command::new("kill")
            .args(["-INT", &child.id().to_string()])
            .status();
        assert!(sent.expect("kill runs").success());
    }

    #[test]
    fn ctrl_c_cancels_a_query() {
        let folder = Folder::new();
        let mut child = busy(&folder, &[]);
        let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut line = String::new();
        stdout.read_line(&mut line).expect("a line");
        assert_eq!(line, "ready\n");
        interrupt(&child);
        assert_eq!(ended(&mut child).code(), Some(130));
        assert_eq!(stderr(&mut child), "cancelled\n");
    }

    #[test]
    fn a_second_ctrl_c_ends_even_the_planning_of_a_statement() {
        let folder = Folder::new();
        // Planned for many seconds, without a moment in which the statement could be dropped.
        let conditions: Vec<String> = (0..6000).map(|i| format!("x = {i}")).collect();
        let sql = format!(
            "SELECT 1 AS ready; SELECT x FROM (SELECT 1 AS x) WHERE {}",
            conditions.join(" OR ")
        );
        let mut child = folder
            .command(&["--format", "csv", "-c", &sql])
            .spawn()
            .expect("it starts");
        let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut line = String::new();
        stdout.read_line(&mut line).expect("a line");
        let start = Instant::now();
        while child.try_wait().expect("a status").is_none() {
            assert!(start.elapsed() < Duration::from_secs(10), "it did not end");
            // A kill of a process that has just ended fails, which is fine.
            let _ = Command::new("kill")
                .args(["-INT", &child.id().to_string()])
                .status();
            std::thread::sleep(Duration::from_millis(50));
        }
        assert_eq!(ended(&mut child).code(), Some(130));
    }

    #[test]
    fn ctrl_c_leaves_no_file() {
        let folder = Folder::new();
        let mut child = busy(&folder, &["-o", "o.csv"]);
        let count = || {
            std::fs::read_dir(folder.path("."))
                .expect("the folder")
                .count()
        };
        let start = Instant::now();
        while count() == 0 && start.elapsed() < Duration::from_secs(30) {
            std::thread::sleep(Duration::from_millis(5));
        }
        interrupt(&child);
        assert_eq!(ended(&mut child).code(), Some(130));
        assert_eq!(count(), 0);
    }

    #[test]
    fn a_full_disk_is_an_error_with_the_name_of_the_file() {
        if !std::path::Path::new("/dev/full").exists() {
            return;
        }
        let folder = Folder::new();
        folder
            .run(&["-o", "/dev/full", "--format", "csv", "-c", "SELECT 1"])
            .failed(1, &["/dev/full cannot be written"]);
    }
}
