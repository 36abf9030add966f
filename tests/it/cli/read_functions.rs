//! `read_csv(…)` and its like in FROM.

use rust_xlsxwriter::Workbook;

use crate::command::{Folder, Outcome};

fn run(folder: &Folder, sql: &str) -> Outcome {
    folder.run(&["--format", "csv", "-c", sql])
}

#[track_caller]
fn is(folder: &Folder, sql: &str, rows: &str) {
    let outcome = run(folder, sql);
    assert_eq!(outcome.stderr, "", "{sql}");
    assert_eq!(outcome.succeeded(), rows, "{sql}");
}

fn files() -> Folder {
    let folder = Folder::new();
    folder
        .file("a.csv", "id,amount\n007,N/A\n008,3\n")
        .file("b.dat", "id|amount\n1|2\n")
        .file("c.csv", "1;2\n3;4\n")
        .file("quotes.csv", "id,name\n1,'a,b'\n# two\n2,c\n")
        .file("rows.txt", "{\"id\":1}\n{\"id\":2}\n");
    folder
}

#[test]
fn options_have_the_names_of_the_flags() {
    let folder = files();
    for (call, rows) in [
        (
            "read_csv('a.csv', null => 'N/A', types => 'id=TEXT')",
            "007,\n008,3\n",
        ),
        (
            "read_csv('a.csv', null => ['N/A', '-'], types => {'id': 'TEXT', 'amount': 'BIGINT'})",
            "007,\n008,3\n",
        ),
        (
            "READ_CSV('a.csv', null_regex := '^N/A$', has_header = true, infer_rows => 10)",
            "007,\n008,3\n",
        ),
        (
            "read_csv('b.dat', delimiter => '|', types => 'id=DECIMAL(12,2),amount=TEXT')",
            "1.00,2\n",
        ),
        (
            "read_csv('c.csv', header => false, delimiter => ';')",
            "1,2\n3,4\n",
        ),
        (
            "read_csv('quotes.csv', quote => '''', comment => '#')",
            "1,\"a,b\"\n2,c\n",
        ),
        ("read_json('rows.txt')", "1\n2\n"),
        ("read_json('rows.txt', types => 'id=TEXT')", "1\n2\n"),
    ] {
        let outcome = folder.run(&[
            "--format",
            "csv",
            "--quiet",
            "-c",
            &format!("SELECT * FROM {call}"),
        ]);
        let all = outcome.succeeded();
        let (_, got) = all.split_once('\n').expect("a header line");
        assert_eq!(got, rows, "{call}");
    }
}

#[test]
fn a_call_stands_wherever_a_table_does() {
    let folder = files();
    let call = "read_csv('a.csv', null => 'N/A', types => 'id=TEXT')";
    is(
        &folder,
        &format!(
            "CREATE VIEW v AS SELECT * FROM {call}; SELECT v.id, t.amount FROM v JOIN {call} AS t ON v.id = t.id ORDER BY v.id"
        ),
        "id,amount\n007,\n008,3\n",
    );
    is(
        &folder,
        &format!(
            "WITH c AS (SELECT * FROM {call} AS t(x, y)) SELECT count(*) AS n, (SELECT sum(amount) FROM {call}) AS s FROM c WHERE x IN (SELECT id FROM {call})"
        ),
        "n,s\n2,3\n",
    );
    let outcome = folder.run(&[
        "--quiet",
        "--format",
        "csv",
        "-c",
        &format!(
            "CREATE TABLE t AS SELECT * FROM {call}; INSERT INTO t SELECT id, amount FROM {call}; SELECT count(*) AS n FROM t"
        ),
    ]);
    assert_eq!(outcome.succeeded(), "n\n4\n");
    let outcome = run(
        &folder,
        &format!(
            "COPY (SELECT * FROM {call}) TO 'out.csv'; SELECT count(id) AS n FROM read_csv('out.csv')"
        ),
    );
    assert_eq!(outcome.succeeded(), "n\n2\n");
    // The same file in two ways, in one statement; the file is read anew by each.
    is(
        &folder,
        &format!(
            "SELECT a.id FROM {call} a, read_csv('a.csv', types => 'id=TEXT', null => ['N/A', '007']) b WHERE b.id IS NULL AND a.amount = 3"
        ),
        "id\n008\n",
    );
}

#[test]
fn sheets_and_other_formats() {
    let folder = Folder::new();
    let mut workbook = Workbook::new();
    for (sheet, value) in [("Notes", 1.0), ("Orders", 2.0)] {
        let sheet = workbook.add_worksheet().set_name(sheet).expect("a name");
        sheet.write(0, 0, "id").expect("a title");
        sheet.write(1, 0, value).expect("a value");
    }
    workbook.save(folder.path("t.xlsx")).expect("a file");
    std::fs::copy(folder.path("t.xlsx"), folder.path("t.bin")).expect("a file");
    is(
        &folder,
        "SELECT id FROM read_xlsx('t.xlsx', sheet => 'Orders')",
        "id\n2\n",
    );
    is(
        &folder,
        "SELECT id FROM read_xlsx('t.bin', sheet => 'Orders', types => 'id=DOUBLE')",
        "id\n2.0\n",
    );
    folder
        .run(&[
            "--quiet",
            "-c",
            "COPY (SELECT 1 AS id) TO 't.parquet'; COPY (SELECT 2 AS id) TO 't.arrow'",
        ])
        .succeeded();
    std::fs::rename(folder.path("t.parquet"), folder.path("p.1")).expect("a file");
    std::fs::rename(folder.path("t.arrow"), folder.path("a.1")).expect("a file");
    is(
        &folder,
        "SELECT id FROM read_parquet('p.1', types => 'id=TEXT')",
        "id\n1\n",
    );
    is(&folder, "SELECT id FROM read_arrow('a.1')", "id\n2\n");
}

#[test]
fn a_folder_has_the_files_of_the_format() {
    let folder = Folder::new();
    folder
        .file("t/a.csv", "x\n1\n")
        .file("t/b.json", "{\"x\":5}\n")
        .file("t/c.csv", "x\n2\n");
    let outcome = run(&folder, "SELECT sum(x) AS s FROM read_csv('t/')");
    assert!(
        outcome
            .stderr
            .contains("t/b.json is not read as part of t/: read_csv reads CSV"),
        "{outcome:?}"
    );
    assert_eq!(outcome.succeeded(), "s\n3\n");
    run(&folder, "SELECT * FROM read_parquet('t/')").failed(
        1,
        &["read_parquet reads Parquet, and t/a.csv is CSV: read_csv('t/')"],
    );
}

#[test]
fn what_is_wrong_with_a_call_is_said_with_one_that_works() {
    let folder = files();
    for (call, words) in [
        (
            "read_csv('a.csv', sep => ';')",
            "it is delimiter: read_csv('a.csv', delimiter => ';')",
        ),
        ("read_csv('a.csv', dilimiter => ';')", "it is delimiter"),
        (
            "read_csv('a.csv', zzz => 1)",
            "read_csv has no option zzz; it has delimiter, header, null",
        ),
        (
            "read_csv('a.csv', union_by_name => true)",
            "united by the names of their columns in any case",
        ),
        (
            "read_csv('a.csv', skip => 'one')",
            "skip is a number of lines, as in read_csv('a.csv', skip => 2)",
        ),
        (
            "read_csv('a.csv', delimiter => ';;')",
            "delimiter is one character, as in read_csv('a.csv', delimiter => ';')",
        ),
        (
            "read_csv('a.csv', header => 'maybe')",
            "header is true or false",
        ),
        (
            "read_csv('a.csv', infer_rows => -1)",
            "infer_rows is a number of rows",
        ),
        (
            "read_csv('a.csv', types => 'id')",
            "as in read_csv('a.csv', types => 'id=TEXT,amount=DECIMAL(12,2)')",
        ),
        ("read_csv('a.csv', types => 'id=WORD')", "WORD"),
        ("read_csv('a.csv', types => 'idd=TEXT')", "did you mean id?"),
        ("read_csv('a.csv', time_zone => 'Mars')", "Mars"),
        (
            "read_csv('a.csv', header => true, has_header => true)",
            "has_header is given twice",
        ),
        (
            "read_csv('a.csv', null => x)",
            "null is x, and options are written as they are",
        ),
        (
            "read_csv('a.csv', ';')",
            "read_csv takes one path, and ';' is a second one",
        ),
        (
            "read_csv('a.csv', sheet => 'x')",
            "read_csv has no option sheet, which is one of read_xlsx",
        ),
        (
            "read_parquet('x.parquet', delimiter => ';')",
            "which is one of read_csv; it has null, types",
        ),
        ("read_csv(['a.csv', 'c.csv'])", "read_csv('{a.csv,c.csv}')"),
        (
            "read_csv()",
            "read_csv takes the path of a file, a folder or a pattern: read_csv('orders.csv')",
        ),
        ("read_csv(a)", "read_csv takes a path in quotes, and not a"),
        (
            "read_csv('aa.csv')",
            "there is no file or folder aa.csv; did you mean a.csv?",
        ),
        ("read_csv('x/*.csv')", "no file matches x/*.csv"),
        (
            "read_csv('rows.txt')",
            "rows.txt is JSON: read_json('rows.txt') reads it",
        ),
        (
            "read_parquet('a.csv')",
            "a.csv is CSV: read_csv('a.csv') reads it",
        ),
        (
            "read_json('a.csv')",
            "a.csv is CSV: read_csv('a.csv') reads it",
        ),
        ("read_arrow('b.dat')", "b.dat is not Arrow"),
        ("read_xlsx('b.dat')", "b.dat cannot be read as a workbook"),
        (
            "read_xlsx('t.xlsx#A', sheet => 'B')",
            "names a sheet already",
        ),
        (
            "\"read_csv\"('a.csv')",
            "there is no function \"read_csv\" that is a table",
        ),
        (
            "\"read_csv('a.csv')\"",
            "there is no table read_csv('a.csv')",
        ),
        (
            "read_excel('a.csv')",
            "read_xlsx('orders.xlsx', sheet => 'Orders')",
        ),
        ("parquet_scan('a.csv')", "read_parquet('orders/*.parquet')"),
    ] {
        run(&folder, &format!("SELECT * FROM {call}")).failed(1, &[words]);
    }
}

#[test]
fn messages_name_the_options_of_the_call() {
    let folder = Folder::new();
    folder.file("t.csv", "id,m\n1,2\n2,x y\n");
    let error = run(
        &folder,
        "SELECT sum(m) FROM read_csv('t.csv', types => 'm=BIGINT')",
    )
    .failed(1, &["t.csv, line 3"]);
    assert!(
        !error.contains("--types") && !error.contains("--null"),
        "{error}"
    );
    folder.file("n.csv", "id,m\n1,2\n2,3\n");
    folder.file("cut.csv", format!("id,m\n{}x,y\n", "1,2\n".repeat(3_000)));
    let error = run(
        &folder,
        "SELECT sum(m) FROM read_csv('cut.csv', infer_rows => 10)",
    )
    .failed(1, &["cut.csv, line 3002"]);
    assert!(error.contains(" => "), "{error}");
}
