//! Statements: where they come from, and in which order they run.

use crate::command::Folder;

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
fn what_the_sql_engine_does_not_do_is_said_to_be_so() {
    Folder::new()
        .run(&["-c", "SET LOCAL datafusion.execution.batch_size = 3"])
        .failed(
            1,
            &["error: -c:1: DataFusion, the SQL engine, does not support this: SET with scope modifiers"],
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
    // Characters are shown as they are typed.
    let words: Vec<&str> = help.split_whitespace().collect();
    let words = words.join(" ");
    assert!(words.contains("[default: \" or ', as detected]"), "{help}");
    assert!(words.contains("such as '\\' [default:"), "{help}");
    assert!(folder.run(&["-h"]).succeeded().len() < help.len());
    assert!(folder.run(&["-V"]).succeeded().starts_with("kpi-sql "));
}
