//! `--read-only`: what SQL that somebody else wrote must not do.

use crate::command::Folder;

fn folder() -> Folder {
    let folder = Folder::new();
    folder
        .file("data/orders.csv", "id,amount\n1,10\n2,20\n")
        .file("secret.csv", "word\nxyzzy\n")
        .file("secret", "word\nxyzzy\n")
        .file(".env", "word\nxyzzy\n")
        .file("mine.txt", "mine\n");
    folder
}

#[test]
fn tables_that_were_named_are_read() {
    let folder = folder();
    let sql = "SET datafusion.execution.time_zone = 'Europe/Berlin';
        CREATE VIEW v AS SELECT * FROM orders; CREATE TABLE t AS SELECT * FROM v;
        PREPARE p(BIGINT) AS SELECT sum(amount) AS s FROM t WHERE id > $1; EXECUTE p(0); DROP TABLE t; DROP VIEW v";
    assert_eq!(
        folder.csv(&["--read-only", "--data", "data", "-c", sql]),
        "s\n30\n"
    );
    let args = [
        "--read-only",
        "--table",
        "o=data/orders.csv",
        "-c",
        "SELECT count(*) AS c FROM o",
    ];
    assert_eq!(folder.csv(&args), "c\n2\n");
    folder
        .run(&[
            "--read-only",
            "--data",
            "data",
            "-o",
            "out.csv",
            "-c",
            "SELECT 1 AS x",
        ])
        .succeeded();
    assert_eq!(folder.read("out.csv"), "x\n1\n");
}

#[test]
fn whatever_writes_reads_elsewhere_or_raises_limits_is_refused() {
    let begun = "CREATE TABLE t AS SELECT 1 AS x";
    for (sql, words) in [
        ("COPY t TO 'mine.txt' STORED AS CSV", "COPY writes files"),
        (
            "COPY (SELECT * FROM t) TO 'mine.txt' STORED AS CSV",
            "COPY writes files",
        ),
        ("EXPLAIN COPY t TO 'out.csv'", "COPY writes files"),
        (
            "EXPLAIN ANALYZE COPY t TO 'out.csv'",
            "EXPLAIN ANALYZE would run the COPY",
        ),
        ("PREPARE p AS INSERT INTO t VALUES (2)", "writes to a table"),
        ("INSERT INTO t VALUES (2)", "writes to a table"),
        (
            "SELECT * FROM 'secret.csv'",
            "FROM 'secret.csv' opens a file",
        ),
        (
            "SELECT * FROM \"secret.csv\"",
            "FROM 'secret.csv' opens a file",
        ),
        ("SELECT * FROM public.\"secret.csv\"", "opens a file"),
        (
            "SELECT * FROM datafusion.public.'secret.csv'",
            "opens a file",
        ),
        ("SELECT * FROM './secret.csv'", "opens a file"),
        (
            "SELECT 1 WHERE EXISTS (SELECT 1 FROM 'secret.csv')",
            "opens a file",
        ),
        (
            "WITH a AS (SELECT * FROM 'secret.csv') SELECT * FROM a",
            "opens a file",
        ),
        (
            "CREATE VIEW v AS SELECT * FROM 'secret.csv'",
            "opens a file",
        ),
        (
            "CREATE TABLE u AS SELECT * FROM 'secret.csv'",
            "opens a file",
        ),
        ("DESCRIBE 'secret.csv'", "opens a file"),
        // The argument of a read function is a path whatever it looks like.
        (
            "SELECT * FROM read_csv('secret')",
            "FROM read_csv('secret') opens a file",
        ),
        (
            "SELECT * FROM READ_CSV('.env', header => true)",
            "opens a file",
        ),
        ("SELECT * FROM read_parquet('secret')", "opens a file"),
        ("SELECT * FROM read_json('secret')", "opens a file"),
        (
            "SELECT 1 WHERE EXISTS (SELECT 1 FROM read_csv('secret'))",
            "opens a file",
        ),
        (
            "WITH a AS (SELECT * FROM read_csv('secret')) SELECT * FROM a",
            "opens a file",
        ),
        (
            "SELECT * FROM t JOIN read_csv('secret') s ON true",
            "opens a file",
        ),
        (
            "CREATE VIEW v AS SELECT * FROM read_csv('secret')",
            "opens a file",
        ),
        ("EXPLAIN SELECT * FROM read_csv('secret')", "opens a file"),
        ("EXPLAIN SELECT * FROM 'secret.csv'", "opens a file"),
        ("PREPARE p AS SELECT * FROM 'secret.csv'", "opens a file"),
        (
            "CREATE EXTERNAL TABLE e STORED AS CSV LOCATION 'secret.csv'",
            "CREATE EXTERNAL TABLE opens files",
        ),
        (
            "SET datafusion.runtime.memory_limit = '900G'",
            "SET datafusion.runtime.memory_limit may change",
        ),
        (
            "SET datafusion.runtime.temp_directory = '.'",
            "SET datafusion.runtime.temp_directory may change",
        ),
        (
            "RESET datafusion.runtime.memory_limit",
            "RESET datafusion.runtime.memory_limit may change",
        ),
        (
            "SET datafusion.execution.target_partitions = 900",
            "SET datafusion.execution.target_partitions may change",
        ),
        (
            "SET kpi.benchmarks = 'secret.csv'",
            "SET kpi.benchmarks may change",
        ),
    ] {
        let folder = folder();
        let all = format!("{begun}; {sql}");
        let outcome = folder.run(&["--read-only", "-c", &all]);
        assert!(!outcome.stdout.contains("xyzzy"), "{sql}");
        let stderr = outcome.failed(1, &["error: -c:1: "]);
        assert!(stderr.contains(words), "{sql}: {stderr}");
        assert_eq!(folder.read("mine.txt"), "mine\n", "{sql}");
        assert!(!folder.path("out.csv").exists(), "{sql}");
    }
}

/// What is refused works without the argument, so that the test above cannot pass for another reason.
#[test]
fn without_it_all_of_this_happens() {
    let folder = folder();
    folder
        .run(&["-c", "COPY (SELECT 1 AS x) TO 'mine.txt' STORED AS CSV"])
        .succeeded();
    assert_eq!(folder.read("mine.txt"), "x\n1\n");
    assert_eq!(
        folder.csv(&["-c", "SELECT * FROM 'secret.csv'"]),
        "word\nxyzzy\n"
    );
    let sql = "CREATE EXTERNAL TABLE e STORED AS CSV LOCATION 'secret.csv'; SELECT * FROM e";
    assert_eq!(folder.csv(&["-c", sql]), "word\nxyzzy\n");
    let sql = "SET datafusion.runtime.memory_limit = '2G'; SHOW datafusion.runtime.memory_limit";
    assert!(
        folder
            .csv(&["--memory-limit", "1GB", "-c", sql])
            .contains("2G")
    );
}

#[test]
fn tables_that_read_functions_are_not_needed_for_stay() {
    let folder = folder();
    folder.file("kpi-sql.toml", "[tables]\nhidden = \"secret\"\n");
    for args in [
        vec!["-c", "SELECT count(*) AS c FROM o"],
        vec!["-c", "SET kpi.confidence = 90; SELECT count(*) AS c FROM o"],
    ] {
        let args = [&["--read-only", "--table", "o=data/orders.csv"], &args[..]].concat();
        assert_eq!(folder.csv(&args), "c\n2\n");
    }
    let args = ["-c", "SELECT * FROM read_csv('secret')"];
    assert_eq!(folder.csv(&args), "word\nxyzzy\n");
}

#[test]
fn what_init_does_is_done_before() {
    let folder = folder();
    folder.file(
        "init.sql",
        "SET datafusion.runtime.memory_limit = '2G'; CREATE EXTERNAL TABLE e STORED AS CSV LOCATION 'data/orders.csv'; CREATE VIEW v AS SELECT * FROM 'data/orders.csv'",
    );
    let args = ["--read-only", "--init", "init.sql", "-c"];
    let with = |sql: &str| folder.run(&[&["--format", "csv"], &args[..], &[sql]].concat());
    assert_eq!(
        with("SELECT count(*) AS c FROM e JOIN v USING (id)").succeeded(),
        "c\n2\n"
    );
    with("SELECT * FROM 'data/orders.csv'").failed(1, &["FROM 'data/orders.csv' opens a file"]);
    with("COPY e TO 'mine.txt' STORED AS CSV").failed(1, &["COPY writes files"]);
}

#[test]
fn the_sql_of_a_check_only_reads_as_well() {
    let folder = folder();
    folder.file(
        "init.sql",
        "CREATE VIEW v AS SELECT * FROM 'data/orders.csv'",
    );
    for (sql, words) in [
        (
            "SELECT * FROM 'secret.csv'",
            "FROM 'secret.csv' opens a file",
        ),
        (
            "COPY (SELECT 1 AS x) TO 'mine.txt' STORED AS CSV",
            "COPY writes files",
        ),
    ] {
        for args in [
            ["check", "--read-only", "-c", sql],
            ["--read-only", "check", "-c", sql],
        ] {
            folder.run(&args).failed(1, &["error: -c:1: ", words]);
        }
    }
    // Files of the call are named by whoever runs it, and so are those of --init.
    let sql = "SELECT count(*) AS n FROM v a JOIN v b ON a.id = b.id";
    let outcome = folder.run(&[
        "check",
        "--read-only",
        "--init",
        "init.sql",
        "data/orders.csv",
        "-c",
        sql,
    ]);
    let report = outcome.succeeded();
    assert!(report.contains("data/orders.csv: 2 rows"), "{report}");
    assert!(report.contains("1:1, 2 pairs"), "{report}");
}
