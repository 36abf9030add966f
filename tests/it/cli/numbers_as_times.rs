//! Numbers where days and times are meant: 20260110, and the 7 of a RANGE.

use crate::command::Folder;

#[test]
fn a_number_without_a_unit_is_no_interval() {
    let rows = "FROM (VALUES (1, DATE '2026-01-01', 'x'), (2, DATE '2026-01-08', 'y'), (4, DATE '2026-01-20', 'z')) AS t(a, d, s)";
    for (bound, words) in [
        (
            "d RANGE BETWEEN 7 PRECEDING AND CURRENT ROW",
            "INTERVAL '7 days'",
        ),
        (
            "CAST(d AS TIMESTAMP) RANGE BETWEEN CURRENT ROW AND 7 FOLLOWING",
            "INTERVAL '7 days'",
        ),
        (
            "d RANGE BETWEEN '7' PRECEDING AND CURRENT ROW",
            "INTERVAL '7 days'",
        ),
        ("d RANGE INTERVAL '7' PRECEDING", "INTERVAL '7 days'"),
        ("s RANGE 1 PRECEDING", "ROWS 1 PRECEDING"),
    ] {
        let sql = format!("SELECT sum(a) OVER (ORDER BY {bound}) {rows}");
        Folder::new().run(&["-c", &sql]).failed(1, &[words]);
    }
    for interval in ["'7'", "'1 day 7'"] {
        let sql = format!("SELECT DATE '2026-01-01' + INTERVAL {interval}");
        Folder::new()
            .run(&["-c", &sql])
            .failed(1, &["has no unit", "'7 days'"]);
    }
    // The 8th is a week after the 1st, the 20th is not a week after the 8th.
    for bound in [
        "d RANGE BETWEEN INTERVAL '7 days' PRECEDING AND CURRENT ROW",
        "d RANGE INTERVAL '7' DAY PRECEDING",
    ] {
        let sql = format!("SELECT sum(a) OVER (ORDER BY {bound}) AS s {rows} ORDER BY d");
        assert_eq!(Folder::new().csv(&["-c", &sql]), "s\n1\n3\n4\n");
    }
    let sql = format!("SELECT sum(a) OVER (ORDER BY a RANGE 1 PRECEDING) AS s {rows} ORDER BY a");
    assert_eq!(Folder::new().csv(&["-c", &sql]), "s\n1\n3\n4\n");
}

#[test]
fn the_value_of_a_parameter_is_no_day_either() {
    let folder = Folder::new();
    for sql in [
        "SELECT to_date($x, '%Y%m%d')",
        "SELECT $x::DATE",
        "SELECT to_timestamp($x)",
        "SELECT TRY_CAST($x AS TIMESTAMP)",
    ] {
        folder.run(&["--param", "x=20260101", "-c", sql]).failed(
            1,
            &[
                "would be read as time since 1970",
                "write the $name in its place",
            ],
        );
    }
    let sql = "SELECT to_date(CAST($x AS VARCHAR), '%Y%m%d') AS d";
    let args = ["--param", "x=20260101", "-c", sql];
    assert_eq!(folder.csv(&args), "d\n2026-01-01\n");
    let args = ["--param", "x=2026-01-01", "-c", "SELECT $x::DATE AS d"];
    assert_eq!(folder.csv(&args), "d\n2026-01-01\n");
}

#[test]
fn a_number_is_no_day() {
    let folder = Folder::new();
    folder.file("o.csv", "id,day\n1,20260101\n2,20260110\n");
    let ways = &[
        "to_date(CAST(day AS VARCHAR), '%Y%m%d')",
        "to_timestamp_millis(day)",
    ];
    for sql in [
        "SELECT CAST(day AS DATE) FROM 'o.csv'",
        "SELECT TRY_CAST(day AS TIMESTAMP) FROM 'o.csv'",
        "SELECT day::TIMESTAMP FROM 'o.csv'",
        "SELECT count(*) FROM 'o.csv' WHERE day >= DATE '2026-01-10'",
        "SELECT count(*) FROM 'o.csv' WHERE TIMESTAMP '2026-01-10' = day",
        "SELECT count(*) FROM 'o.csv' WHERE day BETWEEN DATE '2026-01-10' AND DATE '2026-02-01'",
        "SELECT count(*) FROM 'o.csv' WHERE day < CURRENT_DATE",
        "SELECT count(*) FROM 'o.csv' WHERE day IN (SELECT DATE '2026-01-10')",
        "SELECT count(*) FROM 'o.csv' JOIN (SELECT DATE '2026-01-10' AS d) AS x ON day = d",
    ] {
        folder.run(&["-c", sql]).failed(1, ways);
    }
    let sql = "SELECT count(*) AS n FROM 'o.csv' WHERE to_date(CAST(day AS VARCHAR), '%Y%m%d') >= DATE '2026-01-10'";
    assert_eq!(folder.csv(&["-c", sql]), "n\n1\n");
    let sql = "SELECT DATE '2026-01-01' + 7 AS d, to_timestamp_seconds(86400) AS t";
    assert_eq!(
        folder.csv(&["-c", sql]),
        "d,t\n2026-01-08,1970-01-02T00:00:00\n"
    );
}

#[test]
fn a_type_of_a_column_makes_no_day_of_a_number() {
    let folder = Folder::new();
    folder.file("j.json", "{\"day\": 20260101}\n");
    folder
        .run(&["-c", "COPY (SELECT 20260101 AS day) TO 'p.parquet'"])
        .succeeded();
    for file in ["j.json", "p.parquet"] {
        for of in ["DATE", "TIMESTAMP"] {
            folder
                .run(&[
                    "--types",
                    &format!("day={of}"),
                    "-c",
                    &format!("SELECT * FROM '{file}'"),
                ])
                .failed(
                    1,
                    &["day has numbers", "to_date(CAST(day AS VARCHAR), '%Y%m%d')"],
                );
        }
    }
    let sql = "CREATE EXTERNAL TABLE t (day DATE) STORED AS PARQUET LOCATION 'p.parquet'";
    folder.run(&["-c", sql]).failed(1, &["day has numbers"]);
}

#[test]
fn days_beyond_a_timestamp_are_told_so() {
    let folder = Folder::new();
    folder.file("e.csv", "e\n9999-12-31\n2026-01-01\n");
    for (sql, words) in [
        (
            "SELECT count(*) FROM 'e.csv' WHERE e > now()",
            ["the day 9999-12-31", "CAST(now() AS DATE)"],
        ),
        (
            "SELECT TIMESTAMP '9999-12-31 00:00:00'",
            [
                "the time 9999-12-31 00:00:00",
                "CAST('9999-12-31 00:00:00' AS TIMESTAMP(6))",
            ],
        ),
        (
            "SELECT to_timestamp('9999-12-31')",
            ["beyond", "TIMESTAMP(6)"],
        ),
    ] {
        folder.run(&["-c", sql]).failed(1, &words);
    }
    let sql = "SELECT count(*) AS n FROM 'e.csv' WHERE e > DATE '2026-06-30'";
    assert_eq!(folder.csv(&["-c", sql]), "n\n1\n");
}
