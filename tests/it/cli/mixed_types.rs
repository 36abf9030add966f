//! Texts beside numbers, and numbers beside texts: what SQL makes equal, and a reader would not.

use crate::command::Folder;

fn noted(folder: &Folder, sql: &str, words: &[&str]) {
    let outcome = folder.run(&["-c", sql]);
    for words in words {
        assert!(outcome.stderr.contains(words), "{sql}: {}", outcome.stderr);
    }
    outcome.succeeded();
}

#[test]
fn text_ids_beside_numbers_are_said() {
    let folder = Folder::new();
    folder.file("t1.csv", "id,a\n00123,1\n123,2\n");
    folder.file("t2.csv", "id,b\n123,x\n7,y\n");
    for sql in [
        "SELECT * FROM 't1.csv' JOIN 't2.csv' USING (id)",
        "SELECT * FROM 't1.csv' a JOIN 't2.csv' b ON a.id = b.id",
        "SELECT * FROM 't2.csv' a LEFT JOIN 't1.csv' b ON a.id = b.id",
        "SELECT * FROM 't1.csv' WHERE id IN (SELECT id FROM 't2.csv')",
        "SELECT * FROM 't1.csv' WHERE id = 123",
        "SELECT * FROM 't1.csv' WHERE id IN (123, 7)",
        "SELECT penetration(id, id = 123) AS r FROM 't1.csv'",
        "SELECT CASE id WHEN 123 THEN 1 END AS c FROM 't1.csv'",
        "SELECT id FROM 't1.csv' EXCEPT SELECT id FROM 't2.csv'",
        "SELECT id FROM 't1.csv' INTERSECT SELECT id FROM 't2.csv'",
    ] {
        noted(
            &folder,
            sql,
            &["is a text", "compared as numbers", "'00123'"],
        );
    }
    // As texts there is one pair.
    let outcome = folder.run(&[
        "--format",
        "csv",
        "-c",
        "SELECT count(*) AS n FROM 't1.csv' a JOIN 't2.csv' b ON a.id = CAST(b.id AS VARCHAR)",
    ]);
    assert_eq!(outcome.stderr, "");
    assert_eq!(outcome.succeeded(), "n\n1\n");
    for sql in [
        "SELECT * FROM 't1.csv' WHERE id = '123'",
        "SELECT * FROM 't2.csv' WHERE id = '123'",
        "SELECT * FROM 't2.csv' WHERE id = 123 AND b <> 'y'",
    ] {
        assert_eq!(folder.run(&["-c", sql]).stderr, "", "{sql}");
    }
}

#[test]
fn codes_that_may_be_numbers_are_said_where_they_tell_rows_apart() {
    let folder = Folder::new();
    folder.file("t.csv", "c,plan\nc1,1.1\nc1,1.10\nc2,1.2\n");
    for (sql, what) in [
        (
            "SELECT c FROM 't.csv' WHERE plan = '1.10'",
            "plan in a comparison with '1.10'",
        ),
        (
            "SELECT c FROM 't.csv' WHERE plan IN ('1.10', '1.2')",
            "plan in a comparison with '1.10'",
        ),
        (
            "SELECT CASE plan WHEN '1.10' THEN 1 END AS x FROM 't.csv'",
            "plan in a comparison with '1.10'",
        ),
        (
            "SELECT penetration(c, plan = '1.10') AS r FROM 't.csv'",
            "plan in a comparison with '1.10'",
        ),
        (
            "SELECT count(*) AS n FROM 't.csv' a JOIN 't.csv' b USING (plan)",
            "plan in a join",
        ),
        (
            "SELECT row_number() OVER (PARTITION BY plan) AS n FROM 't.csv'",
            "plan in PARTITION BY",
        ),
        (
            "SELECT array_agg(DISTINCT plan) AS a FROM 't.csv'",
            "plan in array_agg(DISTINCT …)",
        ),
        (
            "CREATE TABLE x AS SELECT * FROM 't.csv'; SELECT count(DISTINCT plan) AS n FROM x",
            "plan in count(DISTINCT …)",
        ),
    ] {
        noted(&folder, sql, &[what, "--types plan=TEXT"]);
    }
    folder
        .run(&[
            "-c",
            "CREATE TABLE x AS SELECT * FROM 't.csv'; SELECT cross_sell_rate(c, plan) FROM x",
        ])
        .failed(1, &["--types plan=TEXT"]);
    // A table that was made can still be changed.
    assert_eq!(
        folder
            .csv(&[
                "-c",
                "CREATE TABLE x AS SELECT * FROM 't.csv'",
                "-c",
                "DELETE FROM x WHERE c = 'c2'",
                "-c",
                "SELECT count(*) AS n FROM x"
            ])
            .lines()
            .last(),
        Some("2")
    );
    assert_eq!(
        folder
            .run(&["-c", "SELECT c FROM 't.csv' WHERE plan > 1.1"])
            .stderr,
        ""
    );
}

#[test]
fn numbers_in_objects_are_no_codes_either() {
    let folder = Folder::new();
    folder.file(
        "t.ndjson",
        "{\"p\":\"a\",\"c\":{\"id\":1.1}}\n{\"p\":\"b\",\"c\":{\"id\":1.10}}\n{\"p\":\"b\",\"c\":{\"id\":1.2}}\n",
    );
    folder
        .run(&["-c", "SELECT cross_sell_rate(c['id'], p) FROM 't.ndjson'"])
        .failed(1, &["argument 1", "in the objects of c"]);
}

#[test]
fn nan_in_comparisons_is_said() {
    let folder = Folder::new();
    folder.file("t.csv", "c,amt\nc1,10\nc2,NaN\nc3,20\nc4,NaN\n");
    folder.csv(&[
        "--types",
        "amt=TEXT",
        "-c",
        "COPY (SELECT c, CAST(amt AS DOUBLE) AS amt FROM 't.csv') TO 't.parquet'",
    ]);
    for sql in [
        "SELECT penetration(c, amt > 15) AS r FROM 't.parquet'",
        "SELECT c FROM 't.parquet' WHERE amt > 5",
        "SELECT c FROM 't.parquet' WHERE amt <> 5 AND c <> 'c9'",
        "SELECT c FROM 't.parquet' WHERE amt > 5 OR c = 'c9'",
        "SELECT count(*) FILTER (WHERE amt >= 15) AS n FROM 't.parquet'",
        "SELECT sum(CASE WHEN amt > 15 THEN 1 ELSE 0 END) AS n FROM 't.parquet'",
    ] {
        noted(
            &folder,
            sql,
            &["amt is not a number (NaN) in 2 rows", "nullif(amt, 'NaN')"],
        );
    }
    noted(
        &folder,
        "SELECT sum(amt) AS s FROM 't.parquet'",
        &["with that sum(amt) is NaN"],
    );
    for (sql, rows) in [
        (
            "SELECT count(*) AS n FROM 't.parquet' WHERE NOT isnan(amt) AND amt > 5",
            "n\n2\n",
        ),
        (
            "SELECT sum(amt) FILTER (WHERE NOT isnan(amt)) AS n FROM 't.parquet'",
            "n\n30.0\n",
        ),
        // One of four customers has more than 15.
        (
            "SELECT penetration(c, NOT isnan(amt) AND amt > 15) AS n FROM 't.parquet'",
            "n\n25.0\n",
        ),
    ] {
        let outcome = folder.run(&["--format", "csv", "-c", sql]);
        assert_eq!(outcome.stderr, "", "{sql}");
        assert_eq!(outcome.succeeded(), rows, "{sql}");
    }
}

#[test]
fn numbers_of_parquet_that_mean_null_are_null() {
    let folder = Folder::new();
    folder.csv(&[
        "-c",
        "COPY (SELECT * FROM (VALUES ('c1', 10.0, 1), ('c2', CAST('NaN' AS DOUBLE), -1)) AS t(c, amt, n)) TO 't.parquet'",
    ]);
    let sql = "SELECT sum(amt) AS s, count(amt) AS a, count(n) AS n FROM 't.parquet'";
    let outcome = folder.run(&["--null", "NaN", "--null=-1", "--format", "csv", "-c", sql]);
    assert_eq!(outcome.stderr, "");
    assert_eq!(outcome.succeeded(), "s,a,n\n10.0,1,1\n");
}
