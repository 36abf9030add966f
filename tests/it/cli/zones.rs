//! Times of a zone beside dates and times without one: these are those of the zone.

use crate::command::Folder;

/// In Berlin these are midnight and a half of February 1, a half before midnight of February 28, and a quarter past
/// midnight of March 1. In UTC two of them are of other days.
fn orders() -> Folder {
    let folder = Folder::new();
    folder.file(
        "o.csv",
        "c,p,at\nc1,CRM,2026-02-01T00:30:00+01:00\nc1,Chat,2026-02-28T23:30:00+01:00\nc2,CRM,2026-03-01T00:15:00+01:00\n",
    );
    folder.file("days.csv", "d,name\n2026-02-01,Feb\n2026-03-01,Mar\n");
    folder.csv(&["-c", "COPY (SELECT * FROM 'o.csv') TO 'o.parquet'"]);
    folder
}

#[test]
fn dates_are_midnight_there() {
    let folder = orders();
    for file in ["o.csv", "o.parquet"] {
        for (sql, n) in [
            (
                "SELECT count(*) AS n FROM 'FILE' WHERE at >= DATE '2026-02-01'",
                "3",
            ),
            (
                "SELECT count(*) AS n FROM 'FILE' WHERE at >= '2026-02-01'",
                "3",
            ),
            (
                "SELECT count(*) AS n FROM 'FILE' WHERE at < DATE '2026-03-01'",
                "2",
            ),
            (
                "SELECT count(*) AS n FROM 'FILE' WHERE at BETWEEN DATE '2026-02-01' AND DATE '2026-02-28'",
                "1",
            ),
            (
                "SELECT count(*) AS n FROM 'FILE' WHERE date_trunc('month', at) = DATE '2026-02-01'",
                "2",
            ),
            (
                "SELECT count(*) AS n FROM 'FILE' o JOIN 'days.csv' d ON date_trunc('month', o.at) = d.d",
                "3",
            ),
            // The midnight of each day of the calendar, and the one row at or before it.
            (
                "SELECT count(*) AS n FROM 'days.csv' d JOIN 'FILE' o ON o.at <= d.d WHERE d.name = 'Mar'",
                "2",
            ),
            (
                "SELECT count(*) AS n FROM 'FILE' WHERE at >= TIMESTAMP '2026-02-01 00:30:00'",
                "3",
            ),
            (
                "SELECT count(*) AS n FROM 'FILE' WHERE at < TIMESTAMP '2026-03-01 00:15:00'",
                "2",
            ),
            (
                "SELECT count(*) AS n FROM (SELECT CAST(d AS TIMESTAMP) AS d FROM 'days.csv') \
                 WHERE d >= (SELECT min(at) FROM 'FILE')",
                "1",
            ),
            (
                "SELECT count(*) AS n FROM (SELECT CAST(d AS TIMESTAMP) AS d FROM 'days.csv') \
                 WHERE d < arrow_cast('2026-01-31T23:30:00Z', 'Timestamp(Microsecond, Some(\"+01:00\"))')",
                "1",
            ),
        ] {
            let sql = sql.replace("FILE", file);
            assert_eq!(folder.csv(&["-c", &sql]), format!("n\n{n}\n"), "{sql}");
        }
        // One of two customers bought before March.
        assert_eq!(
            folder.csv(&[
                "-c",
                &format!("SELECT penetration(c, at < DATE '2026-03-01') AS r FROM '{file}'")
            ]),
            "r\n50.0\n"
        );
    }
}

#[test]
fn dates_that_cannot_be_read_there_are_refused() {
    let folder = orders();
    folder
        .run(&[
            "-c",
            "SELECT count(*) AS n FROM 'o.csv' WHERE date_trunc('month', at) IN (SELECT d FROM 'days.csv')",
        ])
        .failed(1, &["to_local_time(", "AS TIMESTAMP)"]);
    assert_eq!(
        folder.csv(&[
            "-c",
            "SELECT count(*) AS n FROM 'o.csv' \
             WHERE to_local_time(date_trunc('month', at)) IN (SELECT CAST(d AS TIMESTAMP) FROM 'days.csv')"
        ]),
        "n\n3\n"
    );
    folder
        .run(&[
            "-c",
            "SELECT count(*) FROM (SELECT date_trunc('month', at) AS d FROM 'o.csv') AS o JOIN 'days.csv' AS e USING (d)",
        ])
        .failed(1, &["to_local_time("]);
}

/// 23:00 of January 11 in New York is 23 hours after the midnight there; in UTC it is the next day.
#[test]
fn differences_kpis_and_choices_are_of_the_zone() {
    let folder = Folder::new();
    folder.file("tz.csv", "c,t\nc1,2026-01-11T23:00:00-05:00\n");
    for (sql, expected) in [
        (
            "SELECT t - DATE '2026-01-11' AS x FROM 'tz.csv'",
            "PT82800S",
        ),
        (
            "SELECT date_trunc('day', t) - DATE '2026-01-10' AS x FROM 'tz.csv'",
            "PT86400S",
        ),
        (
            "SELECT t - TIMESTAMP '2026-01-11 22:00:00' AS x FROM 'tz.csv'",
            "PT3600S",
        ),
        // 23 of 24 hours.
        (
            "SELECT round(sales_cycle_length(DATE '2026-01-11', t), 6) AS x FROM 'tz.csv'",
            "0.958333",
        ),
        (
            "SELECT sales_cycle_length(t, TIMESTAMP '2026-01-12 23:00:00') AS x FROM 'tz.csv'",
            "1.0",
        ),
        (
            "SELECT sales_cycle_length(t, TIMESTAMP '2026-01-12 23:00:00') OVER () AS x FROM 'tz.csv'",
            "1.0",
        ),
        (
            "SELECT coalesce(DATE '2026-01-11', t) AS x FROM 'tz.csv'",
            "2026-01-11T00:00:00-05:00",
        ),
        (
            "SELECT coalesce(t, TIMESTAMP '2026-01-11 01:00:00') AS x FROM 'tz.csv'",
            "2026-01-11T23:00:00-05:00",
        ),
        (
            "SELECT CASE WHEN c = 'x' THEN t ELSE TIMESTAMP '2026-01-11 01:00:00' END AS x FROM 'tz.csv'",
            "2026-01-11T01:00:00-05:00",
        ),
    ] {
        assert_eq!(
            folder.csv(&["-c", sql]),
            format!("x\n{expected}\n"),
            "{sql}"
        );
    }
}

#[test]
fn a_union_keeps_the_zone() {
    let folder = Folder::new();
    folder.file("tz.csv", "c,t\nc1,2026-01-11T23:00:00-05:00\n");
    folder
        .run(&[
            "-c",
            "SELECT t FROM 'tz.csv' UNION ALL SELECT DATE '2026-01-11' AS d",
        ])
        .failed(1, &["the time t of -05:00", "CAST(day AS TIMESTAMP)"]);
    let sql =
        "SELECT t FROM 'tz.csv' UNION ALL SELECT CAST(DATE '2026-01-11' AS TIMESTAMP) ORDER BY 1";
    assert_eq!(
        folder.csv(&["-c", sql]),
        "t\n2026-01-11T00:00:00-05:00\n2026-01-11T23:00:00-05:00\n"
    );
}

#[test]
fn a_zone_with_summer_time_counts_too() {
    let folder = Folder::new();
    // 22:30 UTC is half past midnight of August 1 in Berlin, two hours east in summer.
    folder.file(
        "o.csv",
        "c,at\nc1,2026-07-31T22:30:00Z\nc2,2026-01-31T22:30:00Z\nc3,2026-07-31T21:30:00+01:00\n",
    );
    let berlin = ["--time-zone", "Europe/Berlin", "--format", "csv", "-c"];
    let count = |condition: &str| {
        let sql = format!("SELECT count(*) AS n FROM 'o.csv' WHERE {condition}");
        folder.csv(&[&berlin[..2], &["-c", sql.as_str()]].concat())
    };
    assert_eq!(count("at >= DATE '2026-08-01'"), "n\n1\n");
    assert_eq!(count("at >= DATE '2026-02-01'"), "n\n2\n");
}

#[test]
fn what_is_of_utc_says_so() {
    let folder = orders();
    for (sql, words) in [
        (
            "SELECT date_bin(INTERVAL '1 day', at) AS d FROM 'o.csv'",
            "where days and months begin in UTC, not where they do in +01:00",
        ),
        (
            "SELECT CAST(at AS TIMESTAMP) AS t FROM 'o.csv'",
            "is that in +01:00",
        ),
    ] {
        let outcome = folder.run(&["-c", sql]);
        assert!(outcome.stderr.contains(words), "{}", outcome.stderr);
        outcome.succeeded();
    }
    let sql = "SELECT date_bin(INTERVAL '1 day', to_local_time(at)) AS d, count(*) AS n FROM 'o.csv' GROUP BY 1 ORDER BY 1";
    let outcome = folder.run(&["--format", "csv", "-c", sql]);
    assert_eq!(outcome.stderr, "");
    assert_eq!(
        outcome.succeeded(),
        "d,n\n2026-02-01T00:00:00,1\n2026-02-28T00:00:00,1\n2026-03-01T00:00:00,1\n"
    );
}

#[test]
fn a_type_with_a_zone_is_none_for_times_without() {
    let folder = orders();
    folder.csv(&[
        "-c",
        "COPY (SELECT 'c1' AS c, TIMESTAMP '2026-02-01 00:30:00' AS t) TO 'naive.parquet'",
    ]);
    let sql = "SELECT count(*) AS n FROM 'naive.parquet'";
    for zone in [&[][..], &["--time-zone", "Europe/Berlin"]] {
        folder
            .run(&[zone, &["--types", "t=TIMESTAMPTZ", "-c", sql]].concat())
            .failed(
                1,
                &[
                    "t has no zone in naive.parquet",
                    "AT TIME ZONE 'Europe/Berlin'",
                ],
            );
    }
    // 00:30 in Berlin is 23:30 of the day before in UTC.
    assert_eq!(
        folder.csv(&[
            "-c",
            "SELECT count(*) AS n FROM 'naive.parquet' \
             WHERE t AT TIME ZONE 'Europe/Berlin' = '2026-01-31T23:30:00Z'"
        ]),
        "n\n1\n"
    );
    folder
        .run(&[
            "--types",
            "at=TIMESTAMP",
            "-c",
            "SELECT at FROM 'o.parquet'",
        ])
        .failed(
            1,
            &["the times of at are those of +01:00", "to_local_time(at)"],
        );
    // Two files: the advice keeps the time of the clock.
    folder.csv(&[
        "-c",
        "COPY (SELECT 'c1' AS c, 'CRM' AS p, TIMESTAMP '2026-02-01 00:30:00' AS at) TO 'both/a.parquet'",
    ]);
    folder.csv(&["-c", "COPY (SELECT * FROM 'o.csv') TO 'both/b.parquet'"]);
    folder.run(&["-c", "SELECT count(*) FROM 'both/'"]).failed(
        1,
        &["CAST(to_local_time(\"at\") AS TIMESTAMP(6)) AS \"at\" FROM 'both/b.parquet'"],
    );
}
