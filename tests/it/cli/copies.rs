//! COPY: whole or not at all.

use crate::command::Folder;

/// The files below a folder, with what is in them.
fn files(folder: &Folder, name: &str) -> Vec<String> {
    let mut found = vec![];
    let mut open = vec![folder.path(name)];
    while let Some(path) = open.pop() {
        for entry in std::fs::read_dir(&path).expect("a folder") {
            let path = entry.expect("an entry").path();
            match path.is_dir() {
                true => open.push(path),
                false => found.push(std::fs::read_to_string(path).expect("UTF-8")),
            }
        }
    }
    found
}

#[test]
fn a_folder_with_files_is_left_alone() {
    let folder = Folder::new();
    let copy = "COPY (SELECT 1 AS a) TO 'out/' STORED AS CSV";
    folder.run(&["-c", copy]).succeeded();
    assert_eq!(files(&folder, "out"), ["a\n1\n"]);
    for again in [copy, "COPY (SELECT 2 AS a) TO 'out' STORED AS CSV"] {
        folder.run(&["-c", again]).failed(
            1,
            &[
                "the folder out",
                "has a file",
                ".csv",
                "OPTIONS (overwrite true)",
                "INSERT INTO",
            ],
        );
    }
    assert_eq!(files(&folder, "out"), ["a\n1\n"]);
    assert_eq!(files(&folder, "."), ["a\n1\n"], "nothing is left beside it");
}

#[test]
fn overwrite_replaces_a_folder_even_one_that_is_read() {
    let folder = Folder::new();
    folder
        .file("out/p=1/a.csv", "a\n1\n")
        .file("out/p=2/a.csv", "a\n2\n")
        .file("out/_SUCCESS", "");
    let sql =
        "COPY (SELECT sum(a) AS a FROM 'out/') TO 'out/' STORED AS CSV OPTIONS (overwrite true)";
    let outcome = folder.run(&["-c", sql]);
    assert_eq!(
        outcome.stderr.lines().last(),
        Some("note: 1 row written to out/")
    );
    assert_eq!(files(&folder, "."), ["a\n3\n"]);
    // The options of the format are still its own, in any case.
    let sql = "COPY (SELECT 1 AS a, 2 AS b) TO 'out/' STORED AS CSV OPTIONS ('OVERWRITE' 'TRUE', 'format.delimiter' ';')";
    folder.run(&["-c", sql]).succeeded();
    assert_eq!(files(&folder, "."), ["a;b\n1;2\n"]);
    // Of no rows there are the columns, and not the old rows.
    for sql in [
        "COPY (SELECT 1 AS a WHERE false) TO 'out/' STORED AS CSV OPTIONS (overwrite true)",
        "COPY (SELECT 1 AS a WHERE false) TO 'none/' STORED AS PARQUET",
        "COPY (SELECT 1 AS a, 2 AS p WHERE false) TO 'parts/' STORED AS CSV PARTITIONED BY (p)",
    ] {
        folder.run(&["-c", sql]).succeeded();
    }
    for table in ["out", "none", "parts"] {
        let sql = format!("SELECT count(a) AS n, max(a) AS m FROM '{table}/'");
        assert_eq!(folder.csv(&["--quiet", "-c", &sql]), "n,m\n0,\n", "{table}");
    }
    let sql = "COPY (SELECT 1 AS a WHERE false) TO 'zipped/' STORED AS CSV OPTIONS ('format.compression' 'GZIP')";
    folder.run(&["-c", sql]).succeeded();
    let sql = "SELECT count(a) AS n FROM 'zipped/'";
    assert_eq!(folder.csv(&["--quiet", "-c", sql]), "n\n0\n");
    // JSON has columns in its rows alone.
    folder.file("json/a.json", "{\"a\":1}\n");
    let sql = "COPY (SELECT 1 AS a WHERE false) TO 'json/' STORED AS JSON OPTIONS (overwrite true)";
    folder.run(&["-c", sql]).failed(
        1,
        &["JSON without rows has no columns", "nothing is written"],
    );
    assert_eq!(
        folder.csv(&["--quiet", "-c", "SELECT count(a) AS n FROM 'json/'"]),
        "n\n1\n"
    );
}

#[test]
fn what_fails_leaves_the_old() {
    let folder = Folder::new();
    folder.file("out/a.csv", "a\n1\n").file("one.csv", "a\n1\n");
    let fails = "(SELECT 1 / (1 - value % 70000) AS a, 1 AS b FROM generate_series(2, 100000))";
    for target in [
        "'out/' STORED AS CSV OPTIONS (overwrite true)",
        "'out/' STORED AS CSV PARTITIONED BY (a) OPTIONS (overwrite true)",
        "'one.csv'",
    ] {
        let sql = format!("COPY {fails} TO {target}");
        folder.run(&["-c", &sql]).failed(1, &["zero"]);
    }
    assert_eq!(folder.read("out/a.csv"), "a\n1\n");
    assert_eq!(folder.read("one.csv"), "a\n1\n");
    assert_eq!(files(&folder, ".").len(), 2);
    // Twice the same file is one file.
    for n in [1, 2] {
        let sql = format!("COPY (SELECT {n} AS a) TO 'one.csv'");
        folder.run(&["-c", &sql]).succeeded();
    }
    assert_eq!(folder.read("one.csv"), "a\n2\n");
}

#[test]
fn overwrite_removes_tables_only() {
    let folder = Folder::new();
    folder
        .file("out/a.csv", "a\n1\n")
        .file("out/plans/notes.docx", "mine");
    let copy = |target: &str, value: &str| {
        folder.run(&[
            "-c",
            &format!(
                "COPY (SELECT 1 AS a) TO '{target}' STORED AS CSV OPTIONS (overwrite {value})"
            ),
        ])
    };
    copy("out/", "true").failed(1, &["plans/notes.docx is no file of a table", "out/"]);
    copy(".", "true").failed(1, &["in which this is running"]);
    copy("out/", "false").failed(1, &["has 2 files, a.csv for example"]);
    copy("out/", "maybe").failed(1, &["overwrite is true or false, not maybe"]);
    assert_eq!(files(&folder, ".").len(), 2);
}

#[test]
fn overwrite_leaves_what_is_no_table() {
    for (name, text) in [
        ("package.json", "{\n  \"name\": \"shop\"\n}\n"),
        (".env", "KEY=1\n"),
        ("_notes", "mine"),
        ("plan[1].docx", "mine"),
        ("budget.xlsx", "mine"),
    ] {
        let folder = Folder::new();
        folder
            .file("out/a.csv", "a\n1\n")
            .file("out/b.json", "{\"a\":1}\n{\"a\":2}\n")
            .file("out/_SUCCESS", "")
            .file(&format!("out/{name}"), text);
        let sql = "COPY (SELECT 1 AS a) TO 'out/' STORED AS CSV OPTIONS (overwrite true)";
        folder.run(&["-c", sql]).failed(
            1,
            &[name, "is no file of a table", "overwrite would remove it"],
        );
        assert_eq!(folder.read(&format!("out/{name}")), text);
        assert_eq!(folder.read("out/a.csv"), "a\n1\n");
    }
}

#[test]
fn a_name_and_what_is_in_the_file_say_the_same() {
    let folder = Folder::new();
    for (target, words) in [
        (
            "'x.csv' STORED AS PARQUET",
            "STORED AS PARQUET would write PARQUET into it; COPY … TO 'x.parquet'",
        ),
        ("'x.json' STORED AS CSV", "COPY … TO 'x.csv'"),
        ("'x.txt' STORED AS JSON", "is the name of a file of CSV"),
        (
            "'x.csv.gz' STORED AS PARQUET",
            "is the name of a file of CSV",
        ),
        ("'x.csv' STORED AS EXCEL", "COPY writes no EXCEL"),
        (
            "'x.csv' OPTIONS ('format.compression' 'gzip')",
            "COPY … TO 'x.csv.gz' STORED AS CSV OPTIONS ('format.compression' 'gzip')",
        ),
        (
            "'x.csv.gz' STORED AS CSV",
            "COPY … TO 'x.csv.gz' STORED AS CSV OPTIONS ('format.compression' 'gzip')",
        ),
        (
            "'x.json.zst' STORED AS JSON OPTIONS (compression 'gzip')",
            "COPY … TO 'x.json.gz' STORED AS JSON",
        ),
        (
            "'x.csv.gz' OPTIONS ('format.compression' 'gzip')",
            "add STORED AS CSV",
        ),
        ("'x.ndjson'", "add STORED AS JSON"),
        (
            "'x.tsv' STORED AS CSV",
            "OPTIONS ('format.delimiter' E'\\t')",
        ),
        ("'x.tsv'", "OPTIONS ('format.delimiter' E'\\t')"),
        ("'x.xlsx'", "COPY writes no .xlsx files"),
        ("'x.xlsx' STORED AS CSV", "COPY … TO 'x.csv'"),
        ("'x.rows'", "COPY … TO 'x.rows' STORED AS CSV"),
    ] {
        let sql = format!("COPY (SELECT 1 AS a) TO {target}");
        folder.run(&["-c", &sql]).failed(1, &[words]);
        assert!(files(&folder, ".").is_empty(), "{target}");
    }
    for (name, rest) in [
        (
            "x.csv.gz",
            "STORED AS CSV OPTIONS ('format.compression' 'gzip')",
        ),
        (
            "x.json.zst",
            "STORED AS JSON OPTIONS ('format.compression' 'zstd')",
        ),
        ("x.tsv", "STORED AS CSV OPTIONS ('format.delimiter' E'\t')"),
        ("x.txt", "STORED AS CSV"),
        ("x.CSV", ""),
        ("y.parquet", "OPTIONS ('format.compression' 'zstd(3)')"),
    ] {
        let sql = format!("COPY (SELECT 7 AS a, 8 AS b) TO '{name}' {rest}");
        folder.run(&["-c", &sql]).succeeded();
        let sql = format!("SELECT a, b FROM '{name}'");
        assert_eq!(folder.csv(&["--quiet", "-c", &sql]), "a,b\n7,8\n", "{name}");
    }
}

#[test]
fn null_in_the_name_of_a_folder_is_null_again() {
    let folder = Folder::new();
    let rows = "(VALUES (1, 'x', 7, true, DATE '2026-01-02'), (2, NULL, NULL, NULL, NULL), (4, 'y', 0, false, DATE '1970-01-01')) AS t(a, s, n, f, d)";
    for (key, is_null, other) in [
        ("s", "s IS NULL", "s = 'y'"),
        ("n", "n IS NULL", "n = 0"),
        ("d", "d IS NULL", "d = DATE '1970-01-01'"),
        ("f", "f IS NULL", "CAST(f AS VARCHAR) = 'false'"),
    ] {
        let sql = format!(
            "COPY (SELECT a, {key} FROM {rows}) TO '{key}/' STORED AS PARQUET PARTITIONED BY ({key})"
        );
        folder.run(&["-c", &sql]).succeeded();
        let sql = format!(
            "SELECT sum(a) FILTER (WHERE {is_null}) AS none, sum(a) FILTER (WHERE {other}) AS other, sum(a) AS s FROM '{key}/'"
        );
        assert_eq!(
            folder.csv(&["--quiet", "-c", &sql]),
            "none,other,s\n2,4,7\n",
            "{key}"
        );
    }
    let sql =
        "COPY (SELECT 1 AS a, INTERVAL '1 day' AS c) TO 'out/' STORED AS CSV PARTITIONED BY (c)";
    folder.run(&["-c", sql]).failed(
        1,
        &["PARTITIONED BY takes texts", "CAST(c AS VARCHAR) AS c"],
    );
    let sql = "COPY (SELECT 1 AS a, 'x' AS c UNION ALL SELECT 2, '') TO 'out/' STORED AS CSV PARTITIONED BY (c)";
    folder.run(&["-c", sql]).failed(
        1,
        &[
            "c is '' in a row",
            "is read as NULL",
            "nullif(c, '') AS c",
            "CASE WHEN c = '' THEN 'none' ELSE c END AS c",
        ],
    );
    assert!(!folder.path("out").exists());
    let sql = "COPY (SELECT * EXCLUDE (c), nullif(c, '') AS c FROM (SELECT 1 AS a, 'x' AS c UNION ALL SELECT 2, '')) TO 'out/' STORED AS CSV PARTITIONED BY (c)";
    folder.run(&["-c", sql]).succeeded();
    assert_eq!(
        folder.csv(&["-c", "SELECT sum(a) AS s FROM 'out/' WHERE c IS NULL"]),
        "s\n2\n"
    );
}

#[test]
fn a_copy_is_not_run_to_be_explained() {
    let folder = Folder::new();
    folder
        .run(&["-c", "EXPLAIN ANALYZE COPY (SELECT 1 AS a) TO 'o.csv'"])
        .failed(
            1,
            &[
                "EXPLAIN ANALYZE would run the COPY",
                "EXPLAIN ANALYZE SELECT",
            ],
        );
    folder
        .run(&[
            "-c",
            "EXPLAIN COPY (SELECT 1 AS a) TO 'o.csv' OPTIONS (overwrite true)",
        ])
        .succeeded();
    assert!(files(&folder, ".").is_empty());
}

#[test]
fn names_of_all_kinds_are_places_to_write_to() {
    let folder = Folder::new();
    for name in [
        "a b.csv",
        "ü %20.csv",
        "a#b.csv",
        "UP.CSV",
        "p=1/x.csv",
        "x/../y.csv",
    ] {
        let sql = format!("COPY (SELECT 1 AS a) TO '{name}'");
        folder.run(&["-c", &sql]).succeeded();
        assert_eq!(folder.read(name), "a\n1\n", "{name}");
    }
    let written = files(&folder, ".").len();
    for name in ["a?.csv", "a*b.csv", "a[1].csv", "*/"] {
        let sql = format!("COPY (SELECT 1 AS a) TO '{name}' STORED AS CSV");
        folder
            .run(&["-c", &sql])
            .failed(1, &[name, "is a pattern of names"]);
    }
    assert_eq!(files(&folder, ".").len(), written, "nothing is elsewhere");
}

#[test]
fn overwrite_leaves_other_tables() {
    for (name, words) in [
        ("orders/a.csv", "is in a folder orders that is no partition"),
        (
            "day=1/orders/a.csv",
            "is in a folder orders that is no partition",
        ),
        ("notes.json", "is JSON and COPY is to write CSV there"),
        (
            "p=1/notes.parquet",
            "is PARQUET and COPY is to write CSV there",
        ),
    ] {
        let folder = Folder::new();
        folder
            .file("q/b.csv", "a\n1\n")
            .file(&format!("q/{name}"), "a\n1\n");
        let sql = "COPY (SELECT 1 AS a) TO 'q/' STORED AS CSV OPTIONS (overwrite true)";
        folder
            .run(&["-c", sql])
            .failed(1, &[name, words, "overwrite would remove it"]);
        assert_eq!(folder.read(&format!("q/{name}")), "a\n1\n");
    }
}
