//! Intervals and differences of times are compared by how long they are, and dates beside what has a time of day keep it.

use crate::command::Folder;

/// 120 days and 2 days: January, February, March and April of 2026 have 31 + 28 + 31 + 30.
const TWO: &str = "(VALUES (TIMESTAMP '2026-01-01', TIMESTAMP '2026-05-01'), \
                   (TIMESTAMP '2026-01-01', TIMESTAMP '2026-01-03')) AS t(a, b)";

fn days() -> Folder {
    let folder = Folder::new();
    folder.file(
        "o.csv",
        "id,at\n1,2026-01-01\n2,2026-01-11\n3,2026-02-01\n4,2026-03-01\n5,2026-03-05\n",
    );
    folder
}

#[test]
fn differences_are_compared_with_intervals() {
    let folder = Folder::new();
    for (condition, n) in [
        ("b - a > INTERVAL '30 days'", 1),
        ("b - a = INTERVAL '120 days'", 1),
        ("b - a = INTERVAL '48 hours'", 1),
        ("b - a BETWEEN INTERVAL '1 day' AND INTERVAL '48 hours'", 1),
        ("b - a IN (INTERVAL '2 days', INTERVAL '120 days')", 2),
        ("INTERVAL '47 hours' < b - a", 2),
        ("INTERVAL '1 day' > INTERVAL '48 hours'", 0),
        ("INTERVAL '1 day' = INTERVAL '24 hours'", 2),
        ("b > a + INTERVAL '1 month'", 1),
    ] {
        let sql = format!("SELECT count(*) AS n FROM {TWO} WHERE {condition}");
        assert_eq!(folder.csv(&["-c", &sql]), format!("n\n{n}\n"), "{sql}");
    }
    let sql = format!("SELECT count(*) FROM {TWO} WHERE b - a > INTERVAL '1 month'");
    folder.run(&["-c", &sql]).failed(
        1,
        &[
            "28 to 31 days",
            "t.b > t.a + INTERVAL '1 month' compares times",
        ],
    );
}

#[test]
fn intervals_have_no_order() {
    let folder = Folder::new();
    for sql in [
        "SELECT max(x) FROM (VALUES (INTERVAL '1 day'), (INTERVAL '48 hours')) AS t(x)",
        "SELECT x FROM (VALUES (INTERVAL '1 day'), (INTERVAL '48 hours')) AS t(x) ORDER BY x",
        "SELECT rank() OVER (ORDER BY x) FROM (VALUES (INTERVAL '1 day')) AS t(x)",
    ] {
        folder
            .run(&["-c", sql])
            .failed(1, &["no order", "DATE '2026-01-01' + t.x has one"]);
    }
    // A difference of times is no such interval: 120 days are 10368000 seconds.
    let sql = format!("SELECT max(b - a) AS d FROM {TWO}");
    assert_eq!(folder.csv(&["-c", &sql]), "d\nPT10368000S\n");
}

#[test]
fn texts_keep_their_time_of_day_beside_a_date() {
    let folder = days();
    for (condition, n) in [
        ("at >= '2026-01-11 12:00:00'", 3),
        ("at >= '2026-01-11T12:00:00'", 3),
        ("at >= '2026-01-11 12:00'", 3),
        ("at >= '2026-01-11'", 4),
        ("at = '2026-01-11 12:00:00'", 0),
        ("at = '2026-01-11 00:00:00'", 1),
        ("at IN ('2026-01-11 12:00:00', '2026-02-01')", 1),
        (
            "at BETWEEN '2026-01-11 12:00:00' AND '2026-03-04 12:00:00'",
            2,
        ),
        (
            "CASE at WHEN '2026-01-11 12:00:00' THEN true ELSE false END",
            0,
        ),
        (
            "at IN (SELECT x FROM (VALUES ('2026-01-11 12:00:00'), ('2026-03-05')) AS t(x))",
            1,
        ),
    ] {
        let sql = format!("SELECT count(*) AS n FROM 'o.csv' WHERE {condition}");
        assert_eq!(folder.csv(&["-c", &sql]), format!("n\n{n}\n"), "{sql}");
    }
    let join = "SELECT count(*) AS n FROM 'o.csv' AS o \
                JOIN (VALUES ('2026-01-11 12:00:00'), ('2026-03-05')) AS t(x) ON o.at = t.x";
    assert_eq!(folder.csv(&["-c", join]), "n\n1\n");
    for sql in [
        "SELECT nullif(at, '2026-01-11 12:00:00') FROM 'o.csv'",
        "SELECT lag(at, 1, '2026-01-11 12:00:00') OVER (ORDER BY at) FROM 'o.csv'",
        "SELECT CASE WHEN id = 1 THEN at ELSE '2026-01-11 12:00:00' END FROM 'o.csv'",
    ] {
        folder
            .run(&["-c", sql])
            .failed(1, &["TIMESTAMP '2026-01-11 12:00:00' keep it"]);
    }
    folder
        .run(&[
            "-c",
            "CREATE TABLE t (d DATE); INSERT INTO t VALUES ('2026-01-11 12:00:00')",
        ])
        .failed(
            1,
            &["the column d is a DATE", "DATE '2026-01-11' is the day"],
        );
    folder
        .run(&[
            "-c",
            "SELECT count(*) FROM 'o.csv' AS o \
             JOIN (SELECT x AS at FROM (VALUES ('2026-01-11 12:00:00')) AS t(x)) AS p USING (at)",
        ])
        .failed(1, &["ON o.\"at\" = p.\"at\" compares it"]);
}

#[test]
fn hours_are_added_to_a_date() {
    let folder = days();
    assert_eq!(
        folder.csv(&[
            "-c",
            "SELECT DATE '2026-01-05' - INTERVAL '1 hour' AS a, DATE '2026-01-05' + INTERVAL '1 day' AS b, \
             INTERVAL '90 minutes' + DATE '2026-01-05' AS c"
        ]),
        "a,b,c\n2026-01-04T23:00:00,2026-01-06,2026-01-05T01:30:00\n"
    );
    // Later than noon of January 10.
    let sql =
        "SELECT count(*) AS n FROM 'o.csv' WHERE at > DATE '2026-01-12' - INTERVAL '36 hours'";
    assert_eq!(folder.csv(&["-c", sql]), "n\n4\n");
}

#[test]
fn minutes_without_seconds_are_times() {
    let folder = Folder::new();
    folder.file("t.csv", "t\n2026-01-12T00:29:59\n2026-01-12T00:30:00\n");
    for (sql, expected) in [
        (
            "SELECT count(*) AS n FROM 't.csv' WHERE t >= '2026-01-12 00:30'",
            "n\n1\n",
        ),
        (
            "SELECT TIMESTAMP '2026-01-12 00:30' AS t",
            "t\n2026-01-12T00:30:00\n",
        ),
        (
            "SELECT CAST('2026-01-12T00:30' AS TIMESTAMP) AS t",
            "t\n2026-01-12T00:30:00\n",
        ),
    ] {
        assert_eq!(folder.csv(&["-c", sql]), expected, "{sql}");
    }
}
