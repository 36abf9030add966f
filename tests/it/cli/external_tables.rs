//! CREATE EXTERNAL TABLE … STORED AS CSV: read and checked as paths are.

use crate::command::Folder;

#[test]
fn what_a_statement_leaves_out_is_found() {
    let folder = Folder::new();
    folder.file("t.csv", "id;amount\nc1;1\nc2;2\n");
    let sql = "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION 't.csv'; SELECT id, sum(amount) AS s FROM t GROUP BY id ORDER BY id";
    assert_eq!(folder.csv(&["-c", sql]), "id,s\nc1,1\nc2,2\n");
}

#[test]
fn what_is_no_csv_is_refused_in_the_words_for_a_path() {
    let folder = Folder::new();
    folder.file(
        "t.csv",
        "<html><table><tr><td>id</td></tr></table></html>\n",
    );
    let words = "t.csv is an HTML page, whatever its name says";
    folder
        .run(&["-c", "SELECT * FROM 't.csv'"])
        .failed(1, &[words]);
    folder
        .run(&[
            "-c",
            "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION 't.csv'",
        ])
        .failed(1, &[words]);
}

#[test]
fn its_columns_are_types() {
    let folder = Folder::new();
    folder.file("t.csv", "id,n,flag\n007,2,yes\n7,x,no\n");
    let create = "CREATE EXTERNAL TABLE t (id VARCHAR, n INT, flag BOOLEAN) STORED AS CSV LOCATION 't.csv'; ";
    assert_eq!(
        folder.csv(&[
            "-c",
            &format!("{create} SELECT count(DISTINCT id) AS n FROM t WHERE flag OR NOT flag")
        ]),
        "n\n2\n"
    );
    folder
        .run(&["-c", &format!("{create} SELECT sum(n) FROM t")])
        .failed(1, &["t.csv, line 3, has 'x' in column n, which is INT"]);
    let swapped =
        "CREATE EXTERNAL TABLE t (n INT, id VARCHAR, flag BOOLEAN) STORED AS CSV LOCATION 't.csv'";
    folder
        .run(&["-c", swapped])
        .failed(1, &["in another order: id, n, flag"]);
    let short = "CREATE EXTERNAL TABLE t (id VARCHAR, n INT) STORED AS CSV LOCATION 't.csv'";
    folder
        .run(&["-c", short])
        .failed(1, &["has the columns id, n, but t.csv has id, n, flag"]);
}

#[test]
fn its_options_are_honoured() {
    let folder = Folder::new();
    folder
        .file(
            "t.csv",
            "id,product\nc1,CRM\nc1,N/A\nc2,NULL\nc3,CRM\nc3,Chat\n",
        )
        .file("q.csv", "a|b\n'x|y'|1\n");
    let create = "CREATE EXTERNAL TABLE t (id VARCHAR, product VARCHAR) STORED AS CSV LOCATION 't.csv' \
                  OPTIONS ('format.has_header' 'true', 'format.null_regex' '^(NULL|N/A)$'); ";
    // c3 of c1, c2 and c3 has two products; c2 has none.
    assert_eq!(
        folder.csv(&["-c", &format!("{create} SELECT count(product) AS n FROM t")]),
        "n\n3\n"
    );
    let create = "CREATE EXTERNAL TABLE q STORED AS CSV LOCATION 'q.csv' \
                  OPTIONS ('format.delimiter' '|', 'format.quote' ''''); SELECT a, b FROM q";
    assert_eq!(folder.csv(&["-c", create]), "a,b\nx|y,1\n");
    let truncated = "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION 't.csv' OPTIONS ('format.truncated_rows' 'true')";
    folder
        .run(&["-c", truncated])
        .failed(1, &["truncated_rows", "is not supported"]);
}

#[test]
fn rows_can_be_added() {
    let folder = Folder::new();
    folder.file("t/a.csv", "id,n\n01,2\n").file("e/x.txt", "");
    let sql = "CREATE EXTERNAL TABLE t (id VARCHAR, n INT) STORED AS CSV LOCATION 't/' OPTIONS ('format.has_header' 'true'); \
               INSERT INTO t VALUES ('02', 3); SELECT id, n FROM t ORDER BY id";
    assert_eq!(folder.csv(&["-c", sql]), "id,n\n01,2\n02,3\n");
    let new = "CREATE EXTERNAL TABLE t (id VARCHAR, n INT) STORED AS CSV LOCATION 'new/' OPTIONS ('format.has_header' 'true'); \
               INSERT INTO t VALUES ('02', 3); SELECT id, n FROM t";
    assert_eq!(folder.csv(&["-c", new]), "id,n\n02,3\n");
}

#[test]
fn partitions_of_a_statement() {
    let folder = Folder::new();
    folder
        .file("t/year=2025/a.csv", "id,n\n1,2\n")
        .file("t/year=2026/a.csv", "id,n\n2,3\n");
    let sql = "CREATE EXTERNAL TABLE t (id INT, n INT, year INT) STORED AS CSV PARTITIONED BY (year) LOCATION 't/' \
               OPTIONS ('format.has_header' 'true'); SELECT id, n, year FROM t WHERE year = 2026";
    assert_eq!(folder.csv(&["-c", sql]), "id,n,year\n2,3,2026\n");
    let sql = "CREATE EXTERNAL TABLE t STORED AS CSV PARTITIONED BY (year) LOCATION 't/'; SELECT sum(n) AS n FROM t WHERE year = '2026'";
    assert_eq!(folder.csv(&["-c", sql]), "n\n3\n");
}

#[test]
fn copies_are_written_as_before() {
    let folder = Folder::new();
    let copy = "COPY (SELECT 1 AS a, 'x;y' AS b) TO 'o.csv' STORED AS CSV OPTIONS ('format.delimiter' ';', 'format.has_header' 'true')";
    folder.run(&["-c", copy]).succeeded();
    assert_eq!(folder.read("o.csv"), "a;b\n1;\"x;y\"\n");
}

#[test]
fn columns_of_parquet_files_are_proven() {
    let folder = Folder::new();
    let copy = "COPY (SELECT * FROM (VALUES (1, 1.5), (0, 2.0)) AS t(flag, n)) TO 't.parquet'";
    folder.run(&["-c", copy]).succeeded();
    let create = |columns: &str| {
        format!("CREATE EXTERNAL TABLE t ({columns}) STORED AS PARQUET LOCATION 't.parquet'; ")
    };
    let sql = create("n DECIMAL(10,2), flag BOOLEAN")
        + "SELECT sum(n) AS n, count(*) FILTER (WHERE flag) AS f FROM t";
    assert_eq!(folder.csv(&["-c", &sql]), "n,f\n3.50,1\n");
    let sql = create("n INT") + "SELECT sum(n) FROM t";
    folder
        .run(&["-c", &sql])
        .failed(1, &["t.parquet, has '1.5' in column n, which is INT"]);
    let sql = create("flg INT") + "SELECT sum(flg) FROM t";
    folder
        .run(&["-c", &sql])
        .failed(1, &["t.parquet has none; did you mean flag?"]);
}

#[test]
fn a_value_that_is_missing_in_a_column_that_is_not_null() {
    let folder = Folder::new();
    folder.file("t.csv", "a,b\n1,2\n,4\n");
    let sql = "CREATE EXTERNAL TABLE t (a INT NOT NULL, b INT) STORED AS CSV LOCATION 't.csv'; SELECT sum(a) FROM t";
    folder.run(&["-c", sql]).failed(
        1,
        &["t.csv, line 3, has no value in column a, which is NOT NULL"],
    );
}

#[test]
fn files_that_a_path_would_not_mean_are_refused() {
    let folder = Folder::new();
    folder
        .file("g/o1.csv", "x\n1\n")
        .file("g/o2.csv", "x\n2\n")
        .file("gg/a.csv", "x\n1\n")
        .file("gg/sub/b.csv", "x\n4\n")
        .file("old/a.csv", "x\n1\n")
        .file("old/_old.csv", "x\n8\n")
        .file("hid/a.csv", "x\n1\n")
        .file("hid/.hid.csv", "x\n8\n")
        .file("tmp/a.csv", "x\n1\n")
        .file("tmp/_temporary/b.csv", "x\n8\n")
        .file("up/a.csv", "x\n1\n")
        .file("up/B.CSV", "x\n8\n")
        .file("null/r=EU/a.csv", "x\n1\n")
        .file("null/r=__HIVE_DEFAULT_PARTITION__/a.csv", "x\n2\n");
    for (location, why, sum) in [
        (
            "g/{o1,o2}.csv",
            "does not support alternatives in braces",
            3,
        ),
        ("gg/*.csv", "would read gg/sub/b.csv", 1),
        ("old/", "would read old/_old.csv", 1),
        ("hid/", "would read hid/.hid.csv", 1),
        ("hid/*.csv", "would read hid/.hid.csv", 1),
        ("tmp/", "would read tmp/_temporary/b.csv", 1),
        ("up/", "would leave out up/B.CSV", 9),
        ("null/", "the NULL of the folders r=...", 3),
    ] {
        let sql = format!("CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '{location}'");
        let view = format!("CREATE VIEW t AS SELECT * FROM '{location}'");
        folder.run(&["-c", &sql]).failed(1, &[why, &view]);
        let sum_of = format!("{view}; SELECT sum(x) AS s FROM t");
        assert_eq!(folder.csv(&["-c", &sum_of]), format!("s\n{sum}\n"));
    }
    let plain =
        "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION 'g/*.csv'; SELECT sum(x) AS s FROM t";
    let outcome = folder.run(&["--format", "csv", "-c", plain]);
    assert_eq!(outcome.stderr, "");
    assert_eq!(outcome.succeeded(), "s\n3\n");
}

#[test]
fn files_that_differ_are_refused_in_parquet_and_json() {
    let folder = Folder::new();
    folder
        .file("j/a.json", "{\"id\":1,\"x\":1}\n")
        .file("j/b.json", "{\"ID\":2,\"x\":2}\n")
        .file("k/a.json", "{\"id\":1,\"x\":1}\n")
        .file("k/b.json", "{\"id\":2,\"x\":2}\n")
        .file("p/empty.parquet", "");
    for (file, columns) in [("a", "1 AS id, 2 AS x"), ("b", "2 AS id")] {
        let copy = format!("COPY (SELECT {columns}) TO 'q/{file}.parquet'");
        folder.file("q/.keep", "");
        folder.run(&["-c", &copy]).succeeded();
    }
    let create = |columns: &str, kind: &str, location: &str| {
        let sql = format!(
            "CREATE EXTERNAL TABLE t {columns} STORED AS {kind} LOCATION '{location}'; SELECT sum(id) AS s FROM t"
        );
        folder.run(&["--format", "csv", "-c", &sql])
    };
    let view = "CREATE VIEW t AS SELECT * FROM 'j/'";
    create("", "JSON", "j/").failed(1, &["column id is written ID in j/b.json", view]);
    create("", "PARQUET", "q/").failed(1, &["q/b.parquet has no column x"]);
    create("(id INT, y INT)", "JSON", "k/")
        .failed(1, &["has a column y, and no file of k/ has it"]);
    create("(id INT)", "PARQUET", "p/empty.parquet").failed(1, &["p/empty.parquet is empty"]);
    let outcome = create("", "JSON", "k/");
    assert_eq!(outcome.stderr, "");
    assert_eq!(outcome.succeeded(), "s\n3\n");
}

#[test]
fn a_place_without_files_is_said() {
    let folder = Folder::new();
    folder.file("orders/a.csv", "x\n1\n");
    let create = |location: &str| {
        let sql = format!(
            "CREATE EXTERNAL TABLE t (x INT) STORED AS CSV LOCATION '{location}'; SELECT count(*) AS n FROM t"
        );
        folder.run(&["--format", "csv", "-c", &sql])
    };
    let outcome = create("ordrs/");
    for words in [
        "did you mean orders?",
        "t has no rows before some are inserted",
    ] {
        assert!(outcome.stderr.contains(words), "{outcome:?}");
    }
    assert_eq!(outcome.succeeded(), "n\n0\n");
    create("orders/b.csv").failed(1, &["there is no file or folder orders/b.csv"]);
    create("orders/b*.csv").failed(1, &["no file matches orders/b*.csv"]);
}

#[test]
fn clauses_without_effect_are_refused() {
    let folder = Folder::new();
    folder.file("t.csv", "x\nab\n");
    for (sql, words) in [
        (
            "CREATE EXTERNAL TABLE t (x VARCHAR(2)) STORED AS CSV LOCATION 't.csv'",
            ["the length in x VARCHAR(2)", "write x VARCHAR"],
        ),
        (
            "CREATE EXTERNAL TABLE t (x VARCHAR) STORED AS CSV WITH ORDER (x) LOCATION 't.csv'",
            ["WITH ORDER has no effect", "ORDER BY in the query"],
        ),
        (
            "CREATE UNBOUNDED EXTERNAL TABLE t (x VARCHAR) STORED AS CSV LOCATION 't.csv'",
            ["UNBOUNDED has no effect", "leave it out"],
        ),
    ] {
        folder.run(&["-c", sql]).failed(1, &words);
    }
}

#[test]
fn columns_have_the_names_of_the_header_line() {
    let folder = Folder::new();
    folder.file("t.csv", "customer_id,list_amount,amount\nc1,100,80\n");
    let create = |columns: &str| {
        format!(
            "CREATE EXTERNAL TABLE t ({columns}) STORED AS CSV LOCATION 't.csv'; SELECT * FROM t"
        )
    };
    // The amounts would be those of list_amount.
    folder
        .run(&["-c", &create("customer_id VARCHAR, amount INT, x INT")])
        .failed(
            1,
            &[
                "in another order: customer_id, list_amount, amount",
                "amount would have the values of list_amount",
            ],
        );
    let renamed = folder.run(&[
        "--format",
        "csv",
        "-c",
        &create("Customer_ID VARCHAR, list INT, paid INT"),
    ]);
    let note = "list is list_amount there, and 1 more";
    assert!(renamed.stderr.contains(note), "{}", renamed.stderr);
    assert_eq!(renamed.succeeded(), "customer_id,list,paid\nc1,100,80\n");
}

#[test]
fn options_of_writers_are_refused() {
    let folder = Folder::new();
    folder.file("t.csv", "id,day\nc1,01/02/2026\n");
    for (option, works) in [
        ("'format.null_value' 'N/A'", "('format.null_regex' '^N/A$')"),
        ("'format.null_regex' ''", "empty is NULL in any case"),
        (
            "'format.timestamp_format' '%d'",
            "('format.date_format' '%d/%m/%Y %H:%M')",
        ),
        ("'format.double_quote' 'false'", "('format.escape' '\\')"),
        ("'format.ignore_leading_whitespace' 'true'", "trim(name)"),
        ("'format.quote_style' 'Always'", "COPY"),
    ] {
        let sql = format!(
            "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION 't.csv' OPTIONS ({option}); SELECT * FROM t"
        );
        folder
            .run(&["-c", &sql])
            .failed(1, &[option, "has no effect on reading", works]);
    }
}

#[test]
fn times_with_offsets_can_be_declared() {
    let folder = Folder::new();
    folder.file(
        "t.csv",
        "id,at\nc1,2026-02-01T00:30:00+01:00\nc2,2026-02-01T00:30:00Z\n",
    );
    let sql = "CREATE EXTERNAL TABLE t (id VARCHAR, at TIMESTAMPTZ) STORED AS CSV LOCATION 't.csv'; \
               SELECT count(*) AS n FROM t WHERE at = '2026-01-31T23:30:00Z'";
    assert_eq!(folder.csv(&["-c", sql]), "n\n1\n");
}

/// DataFusion takes the columns of Arrow files by position, and reads hidden files.
#[test]
fn arrow_files_whose_columns_may_differ_are_refused() {
    let folder = Folder::new();
    folder.file("t/.keep", "");
    for (file, columns) in [("a", "1 AS x, 10 AS y"), ("b", "20 AS y, 2 AS x")] {
        let copy = format!("COPY (SELECT {columns}) TO 't/{file}.arrow' STORED AS ARROW");
        folder.run(&["-c", &copy]).succeeded();
    }
    for location in ["t/", "t/*.arrow", "t/{a,b}.arrow"] {
        let sql = format!("CREATE EXTERNAL TABLE t STORED AS ARROW LOCATION '{location}'");
        let view = format!("CREATE VIEW t AS SELECT * FROM '{location}'");
        folder
            .run(&["-c", &sql])
            .failed(1, &["the columns of Arrow files by position", &view]);
        let sum = format!("{view}; SELECT sum(x) AS x, sum(y) AS y FROM t");
        assert_eq!(folder.csv(&["-c", &sum]), "x,y\n3,30\n");
    }
    let one = |columns: &str| {
        let sql = format!(
            "CREATE EXTERNAL TABLE t {columns} STORED AS ARROW LOCATION 't/b.arrow'; SELECT x, y FROM t"
        );
        folder.run(&["--format", "csv", "-c", &sql])
    };
    one("(x BIGINT, y BIGINT)").failed(1, &["CREATE VIEW t AS SELECT * FROM 't/b.arrow'"]);
    assert_eq!(one("").succeeded(), "x,y\n2,20\n");
}

#[test]
fn options_are_those_of_read_csv() {
    let folder = Folder::new();
    folder
        .file("tab.csv", "a\tb\n1,5\t2\n")
        .file("q.csv", "a,b\n1,\"x\n2,y\"\n");
    let create = |file: &str, options: &str| {
        let sql = format!(
            "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '{file}' OPTIONS ({options}); SELECT * FROM t"
        );
        folder.run(&["--format", "csv", "-c", &sql])
    };
    let comma = "'format.delimiter' 'tab', 'format.decimal_separator' ','";
    assert_eq!(create("tab.csv", comma).succeeded(), "a,b\n1.5,2\n");
    for (option, words) in [
        ("'format.delimiter' 'b'", "it is one character"),
        (
            "'format.schema_infer_max_rec' '0'",
            "it is a number of rows",
        ),
        ("'format.date_format' 'dd'", "dd is not a date format"),
        ("'format.has_header' 'perhaps'", "it is true or false"),
    ] {
        let what = format!("OPTIONS ({option})");
        create("tab.csv", option).failed(1, &[&what, words]);
    }
    // What the session says of all files does not hold for a table that says otherwise.
    let of_session = |option: &str| {
        let sql = format!(
            "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION 'q.csv' {option}; SELECT count(*) AS n FROM t"
        );
        folder.run(&["--newlines-in-values", "--format", "csv", "-c", &sql])
    };
    assert_eq!(of_session("").succeeded(), "n\n1\n");
    of_session("OPTIONS ('format.newlines_in_values' 'false')").failed(1, &["q.csv"]);
}
