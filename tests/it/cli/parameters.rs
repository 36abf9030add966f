//! `--param` and `--params`: values of the `$name`s in the SQL of a run.

use crate::command::Folder;

/// Orders of which each column is of another type.
fn orders() -> Folder {
    let folder = Folder::new();
    folder.file(
        "orders.csv",
        "code,n,amount,day,at,is_new\n\
         0042,1,10.50,2026-08-01,2026-08-01 10:00:00,true\n\
         42,2,20.25,2026-08-02,2026-08-02 10:00:00,false\n\
         it's,30,30.00,2026-09-01,2026-09-01 00:00:00,true\n",
    );
    folder
}

fn count(condition: &str, parameters: &[&str]) -> Result<String, String> {
    let sql = format!("SELECT count(*) AS c FROM 'orders.csv' WHERE {condition}");
    let typed = [
        "--types",
        "code=TEXT,amount=DECIMAL(12,2)",
        "--format",
        "csv",
        "-c",
    ];
    let mut args = [&typed[..], &[&sql]].concat();
    for parameter in parameters {
        args.extend(["--param", parameter]);
    }
    let outcome = orders().run(&args);
    match outcome.code {
        Some(0) => Ok(outcome.stdout.trim_start_matches("c\n").trim().to_string()),
        _ => Err(outcome.stderr),
    }
}

#[test]
fn a_value_has_the_type_of_what_it_is_compared_with() {
    for (condition, parameters, expected) in [
        ("code = $p", vec!["p=0042"], "1"),
        ("code = $p", vec!["p=42"], "1"),
        ("code = $p", vec!["p=it's"], "1"),
        ("code = $p", vec!["p='it''s'"], "1"),
        ("code = $p", vec!["p=x' OR '1'='1"], "0"),
        ("code IN ($p, $q)", vec!["p=42", "q=0042"], "2"),
        ("code LIKE $p", vec!["p=%42"], "2"),
        ("n = $p", vec!["p=30"], "1"),
        ("n = $p", vec!["p=030"], "1"),
        ("n > $p", vec!["p=1.5"], "2"),
        ("n BETWEEN $p AND $q", vec!["p=1", "q=2"], "2"),
        ("amount >= $p", vec!["p=20.25"], "2"),
        ("amount > $p", vec!["p=20.249"], "2"),
        ("amount > $p", vec!["p=-1"], "3"),
        ("day >= $p", vec!["p=2026-08-02"], "2"),
        ("day > $p", vec!["p=2026-08-01 12:00"], "2"),
        ("at >= $p", vec!["p=2026-08-02"], "2"),
        ("at >= $p", vec!["p=2026-08-02 10:00:01"], "1"),
        ("at >= $p AND day >= $p", vec!["p=2026-08-02"], "2"),
        ("is_new = $p", vec!["p=true"], "2"),
        ("is_new = $p", vec!["p=no"], "1"),
        ("$p IS NULL OR code = $p", vec!["p=NULL"], "3"),
        ("$p IS NULL OR code = $p", vec!["p=42"], "1"),
        ("$p IS NULL OR code = $p", vec!["p='NULL'"], "0"),
        (
            "at + $span > $p",
            vec!["span:INTERVAL=1 day", "p:TIMESTAMP=2026-09-01 12:00"],
            "1",
        ),
        ("n = $1", vec!["1=30"], "1"),
    ] {
        let counted = count(condition, &parameters);
        assert_eq!(
            counted.as_deref(),
            Ok(expected),
            "{condition} {parameters:?}"
        );
    }
}

#[test]
fn a_value_that_is_not_of_the_type_is_refused() {
    for (condition, parameter, words) in [
        (
            "n = $p",
            "p=many",
            "$p: \"many\" is not a number; in this statement $p stands beside BIGINT",
        ),
        ("amount > $p", "p=1,5", "1.5 has a point and no comma"),
        ("day >= $p", "p=01.08.2026", "write one as 2026-08-31"),
        ("is_new = $p", "p=perhaps", "true or false"),
        ("at >= $p", "p=2026-08-01T00:00:00Z", "has an offset"),
        (
            "n = $p OR code = $p",
            "p=42",
            "--param p:TYPE=VALUE says which",
        ),
        (
            "n = $p",
            "p:INTEGR=42",
            "INTEGR is not a type that a parameter can have",
        ),
        ("n = $p", "p:INT=4.2", "is not of type INT"),
    ] {
        let stderr = count(condition, &[parameter]).expect_err(condition);
        assert!(stderr.contains(words), "{condition} {parameter}: {stderr}");
    }
    assert_eq!(
        count("CAST(n AS VARCHAR) = $p OR code = $p", &["p=42"]).as_deref(),
        Ok("1")
    );
    assert_eq!(
        count("n = $p OR code = $p", &["p:TEXT=42"]).as_deref(),
        Ok("1")
    );
}

#[test]
fn where_nothing_says_the_type_it_is_what_it_looks_like() {
    let sql = "SELECT $a AS a, arrow_typeof($a) AS ta, arrow_typeof($b) AS tb, arrow_typeof($c) AS tc, arrow_typeof($d) AS td";
    let args = [
        "--param", "a=5", "--param", "b=0.5", "--param", "c=007", "--param", "d=true", "-c", sql,
    ];
    assert_eq!(
        Folder::new().csv(&args),
        "a,ta,tb,tc,td\n5,Int64,Float64,Utf8,Boolean\n"
    );
}

#[test]
fn the_names_of_values_and_statements_are_compared_before_anything_runs() {
    let folder = Folder::new();
    folder.file(
        "a.sql",
        "SELECT 1 AS x;\nSELECT $month AS m,\n $segment AS s",
    );
    let outcome = folder.run(&["-f", "a.sql", "--param", "mnth=1", "--param", "segment=2"]);
    assert_eq!(outcome.stdout, "");
    outcome.failed(
        2,
        &[
            "error: a.sql:2: $month has no value; --param month=VALUE",
            "there is no $mnth in any statement, and it was given a value; did you mean month?",
            "the statements have $month, $segment",
        ],
    );
    let wanted =
        "error: -c:1: $a has no value; --param a=VALUE\n  -c:1: $b has no value; --param b=VALUE\n";
    assert_eq!(
        folder.run(&["-c", "SELECT $a, $b, $a"]).failed(2, &[]),
        wanted
    );
    folder.run(&["-c", "SELECT 1", "--param", "a=1"]).failed(
        2,
        &["the statements have no parameters; one is written $name"],
    );
    folder.run(&["-c", "SELECT ?"]).failed(
        1,
        &["? has no name, so nothing can be its value: write $name, and --param name=VALUE"],
    );
    // Of a text or a comment nothing is wanted.
    assert_eq!(folder.csv(&["-c", "SELECT '$a' AS x -- $b"]), "x\n$a\n");
    folder
        .run(&["-c", "SELECT $a", "--param", "a=1", "--param", "a=2"])
        .failed(2, &["--param gives a two values"]);
    folder
        .run(&["-c", "SELECT $a", "--param", "a"])
        .failed(2, &["NAME=VALUE", "month=2026-08"]);
}

#[test]
fn every_kind_of_statement_takes_them() {
    let folder = Folder::new();
    let sql = "CREATE TABLE t AS SELECT $a AS x; INSERT INTO t VALUES ($a + 1);
        CREATE VIEW v AS SELECT x + $a AS y FROM t;
        COPY (SELECT y FROM v WHERE y > $a) TO 'out.csv';
        EXPLAIN SELECT * FROM v WHERE y = $a;
        SELECT y FROM v ORDER BY y LIMIT $n";
    let outcome = folder.run(&[
        "--format", "csv", "--param", "a=5", "--param", "n=1", "-c", sql,
    ]);
    let printed = outcome.succeeded();
    assert!(printed.ends_with("\ny\n10\n"), "{printed}");
    assert_eq!(folder.read("out.csv"), "y\n10\n11\n");
    // A prepared statement has parameters of its own.
    let prepared = "PREPARE p(BIGINT) AS SELECT $1 + 1 AS x; EXECUTE p(41)";
    assert_eq!(folder.csv(&["-c", prepared]), "x\n42\n");
    let executed = "PREPARE p(BIGINT) AS SELECT $1 + 1 AS x; EXECUTE p($a)";
    assert_eq!(folder.csv(&["-c", executed, "--param", "a=41"]), "x\n42\n");
    let both = "PREPARE p(BIGINT) AS SELECT $1 + 1 AS x; EXECUTE p(41); SELECT $a AS a";
    assert_eq!(
        folder.csv(&["-c", both, "--param", "a=1"]),
        "x\n42\n\na\n1\n"
    );
}

#[test]
fn a_file_has_defaults_above_its_statements() {
    let folder = Folder::new();
    folder
        .file("a.sql", "-- What?\n-- param: a=1\n--param: b:TEXT=0042\n\nSELECT $a AS a, $b AS b;\nSELECT $a + 1 AS c")
        .file("b.sql", "SELECT $a AS a");
    assert_eq!(folder.csv(&["-f", "a.sql"]), "a,b\n1,0042\n\nc\n2\n");
    assert_eq!(
        folder.csv(&["-f", "a.sql", "--param", "a=7"]),
        "a,b\n7,0042\n\nc\n8\n"
    );
    // They are those of the one file.
    folder
        .run(&["-f", "a.sql", "-f", "b.sql"])
        .failed(2, &["error: b.sql:1: $a has no value"]);
    assert_eq!(folder.csv(&["-f", "b.sql", "--param", "a=1"]), "a\n1\n");
    for (text, words) in [
        (
            "SELECT 1;\n-- param: a=1\nSELECT $a",
            "c.sql:2: -- param: a=1: a default stands above the first statement",
        ),
        (
            "-- param: b=1\nSELECT $a",
            "c.sql:1: -- param: no statement below has $b, of which this is the default; they have $a",
        ),
        (
            "-- param: a=1\n-- param: a=2\nSELECT $a",
            "c.sql:2: -- param: a=2: $a has a default already, on line 1",
        ),
        (
            "-- param: a\nSELECT $a",
            "c.sql:1: -- param: a: write it as NAME=VALUE",
        ),
    ] {
        folder.file("c.sql", text);
        folder.run(&["-f", "c.sql"]).failed(1, &[words]);
    }
    // In a text or a longer comment it is none.
    let sql = "/*\n-- param: a=1\n*/ SELECT '\n-- param: a=1' AS x";
    assert_eq!(folder.csv(&["-c", sql]), "x\n\"\n-- param: a=1\"\n");
}

#[test]
fn a_file_of_parameters_is_toml() {
    let folder = orders();
    folder.file(
        "p.toml",
        "# values\ncode = \"0042\"\nn = 1\nleast = 1.5\nis_new = true\nday = 2026-08-01\nat = 2026-08-01T10:00:00\n",
    );
    let sql = "SELECT count(*) AS c, arrow_typeof($n) AS n, arrow_typeof($least) AS l, arrow_typeof($day) AS d FROM 'orders.csv'
        WHERE code = $code AND n = $n AND amount > $least AND is_new = $is_new AND day = $day AND at = $at";
    let args = ["--types", "code=TEXT", "--params", "p.toml", "-c", sql];
    assert_eq!(folder.csv(&args), "c,n,l,d\n1,Int64,Float64,Date32\n");
    let with = [&args[..], &["--param", "code=7"]].concat();
    assert_eq!(folder.csv(&with), "c,n,l,d\n0,Int64,Float64,Date32\n");
    for (text, words) in [
        (
            "a = 1\nb = [1, 2]\n",
            "--params q.toml:2: b is a list of values",
        ),
        (
            "\n\n\"a b\" = 1\n",
            "--params q.toml:3: \"a b\" is not a valid parameter name",
        ),
        ("a = 1\na = 2\n", "--params q.toml:2: "),
        ("a = \n", "--params q.toml:1: "),
        ("a = 99999999999999999999\n", "--params q.toml:1: "),
    ] {
        folder.file("q.toml", text);
        folder
            .run(&["--params", "q.toml", "-c", "SELECT $a"])
            .failed(1, &[words]);
    }
    folder
        .run(&["--params", "none.toml", "-c", "SELECT $a"])
        .failed(1, &["--params none.toml: the file cannot be read"]);
    folder.file("q.toml", "n = 1\n");
    folder
        .run(&[
            "--params",
            "p.toml",
            "--params",
            "q.toml",
            "-c",
            "SELECT $n",
        ])
        .failed(2, &["--params q.toml: n has a value in p.toml already"]);
}

/// What the page on queries says of it.
#[test]
fn the_monthly_query_takes_a_month() {
    let root = env!("CARGO_MANIFEST_DIR");
    let query = format!("{root}/queries/monthly.sql");
    let data = format!("{root}/sample_data");
    let args = ["--data", &data, "-f", &query];
    let folder = Folder::new();
    let all = folder.csv(&args);
    let one = folder.csv(&[&args[..], &["--param", "month=2026-05"]].concat());
    let header = all.lines().take(1);
    let of_may = all.lines().filter(|line| line.starts_with("2026-05"));
    let expected: Vec<_> = header.chain(of_may).collect();
    assert_eq!(one.lines().collect::<Vec<_>>(), expected);
    assert_eq!(expected.len(), 6);
    let earlier = folder.csv(&[&args[..], &["--param", "month=2025-03"]].concat());
    assert!(
        earlier
            .lines()
            .skip(1)
            .all(|line| line.starts_with("2025-03,"))
    );
    assert!(earlier.lines().count() > 3, "{earlier}");
}

#[test]
fn a_run_that_takes_too_long_is_ended() {
    let folder = Folder::new();
    let sql = "SELECT 1 AS x; SELECT count(*) FROM generate_series(1, 10000000) a, generate_series(1, 10000000) b WHERE a.value % 7 = b.value % 11";
    let started = std::time::Instant::now();
    let outcome = folder.run(&["--timeout", "500ms", "-o", "out.csv", "-c", sql]);
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
    outcome.failed(
        124,
        &[
            "error: --timeout 500ms: -c:1: the statement had not finished when the time limit was reached",
            "in: SELECT count(*)",
        ],
    );
    let left: Vec<_> = std::fs::read_dir(folder.path(""))
        .expect("the folder")
        .collect();
    assert!(left.is_empty(), "{left:?}");
    assert_eq!(
        folder.csv(&["--timeout", "1h 30m", "-c", "SELECT 1 AS x"]),
        "x\n1\n"
    );
    folder
        .run(&["--timeout", "60", "-c", "SELECT 1"])
        .failed(2, &["60s or 1h 30m"]);
    folder
        .run(&["--timeout", "0s", "-c", "SELECT 1"])
        .failed(2, &["no run ends at once"]);
}

#[test]
fn a_check_that_takes_too_long_is_ended_and_says_where_it_was() {
    let folder = Folder::new();
    let many = "(SELECT a.value % 7 AS v FROM generate_series(1, 10000000) a, generate_series(1, 10000000) b)";
    let join =
        format!("SELECT 1 AS x; SELECT count(*) AS n FROM {many} x JOIN {many} y ON x.v = y.v");
    folder
        .run(&["check", "--timeout", "500ms", "-c", &join])
        .failed(
            124,
            &[
                "error: --timeout 500ms: -c:1: the statement had not finished",
                "in: SELECT count(*)",
            ],
        );
    folder.file("init.sql", format!("CREATE TABLE t AS {many}"));
    folder
        .run(&[
            "check",
            "--timeout",
            "500ms",
            "--init",
            "init.sql",
            "-c",
            "SELECT 1",
        ])
        .failed(124, &["init.sql:1: the statement had not finished"]);
}

#[test]
fn blanks_around_a_value_are_none_of_it() {
    let folder = Folder::new();
    let sql = "-- param: month = 2026-06\nSELECT concat('[', $month, ']') AS m";
    assert_eq!(folder.csv(&["-c", sql]), "m\n[2026-06]\n");
    let args = ["--param", "month = 2026-07 ", "-c", sql];
    assert_eq!(folder.csv(&args), "m\n[2026-07]\n");
    let args = ["--param", "month=' a '", "-c", sql];
    assert_eq!(folder.csv(&args), "m\n[ a ]\n");
}
