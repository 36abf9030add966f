//! Times in CSV files: none is cut, and offsets stay.

use crate::command::Folder;

#[test]
fn offsets_stay_in_the_type() {
    let folder = Folder::new();
    folder.file(
        "t.csv",
        "id,at\nc1,2026-01-31T10:00:00-05:00\nc2,2026-01-31T20:00:00-05:00\nc3,2026-02-01T09:00:00-05:00\n",
    );
    assert_eq!(
        folder.csv(&["-c", "SELECT extract(month FROM at) AS month, count(*) AS n FROM 't.csv' GROUP BY 1 ORDER BY 1"]),
        "month,n\n1,2\n2,1\n"
    );
    assert_eq!(
        folder.csv(&[
            "-c",
            "SELECT CAST(at AS DATE) AS day, count(*) AS n FROM 't.csv' GROUP BY 1 ORDER BY 1"
        ]),
        "day,n\n2026-01-31,2\n2026-02-01,1\n"
    );
    assert_eq!(
        folder.csv(&[
            "-c",
            "SELECT min(at) AS at, arrow_typeof(min(at)) AS t FROM 't.csv'"
        ]),
        "at,t\n2026-01-31T10:00:00-05:00,\"Timestamp(µs, \"\"-05:00\"\")\"\n"
    );
    // 15:00 of that day in UTC.
    assert_eq!(
        folder.csv(&[
            "-c",
            "SELECT count(*) AS n FROM 't.csv' WHERE at = '2026-01-31T15:00:00Z'"
        ]),
        "n\n1\n"
    );
}

#[test]
fn several_offsets_are_times_in_utc_or_of_a_zone() {
    let folder = Folder::new();
    folder.file(
        "t.csv",
        "id,at\nc1,2026-01-31T23:30:00Z\nc2,2026-07-31T23:30:00+01:00\n",
    );
    let sql = "SELECT CAST(at AS DATE) AS day, extract(hour FROM at) AS h FROM 't.csv' ORDER BY 1";
    let outcome = folder.run(&["--format", "csv", "-c", sql]);
    assert!(
        outcome
            .stderr
            .contains("the times of column at have several offsets")
            && outcome.stderr.contains("--time-zone"),
        "{}",
        outcome.stderr
    );
    assert_eq!(outcome.succeeded(), "day,h\n2026-01-31,23\n2026-07-31,22\n");
    // Berlin is one hour east of UTC in winter, two in summer.
    let berlin = folder.run(&["--format", "csv", "--time-zone", "Europe/Berlin", "-c", sql]);
    assert_eq!(berlin.stderr, "");
    assert_eq!(berlin.succeeded(), "day,h\n2026-02-01,0\n2026-08-01,0\n");
    folder
        .run(&["--time-zone", "Berlin", "-c", sql])
        .failed(1, &["there is no time zone Berlin", "Europe/Berlin"]);
}

#[test]
fn late_fractions_and_times_of_day_are_kept_or_refused() {
    let folder = Folder::new();
    let rows = "2026-01-31 10:00:00\n".repeat(1200);
    folder.file("t.csv", format!("at\n{rows}2026-01-31 10:00:00.123456\n"));
    let args = [
        "--infer-rows",
        "1",
        "-c",
        "SELECT max(at) AS at FROM 't.csv'",
    ];
    assert_eq!(folder.csv(&args), "at\n2026-01-31T10:00:00.123456\n");
    let rows = "2026-01-31\n".repeat(1200);
    folder.file("t.csv", format!("at\n{rows}2026-01-31 10:00\n"));
    folder.run(&args).failed(
        1,
        &[
            "t.csv, line 1202, has '2026-01-31 10:00' in column at, which is DATE",
            "--types at=TIMESTAMP",
        ],
    );
    let typed = [&["--types", "at=TIMESTAMP"], &args[..]].concat();
    assert_eq!(folder.csv(&typed), "at\n2026-01-31T10:00:00\n");
    let rows = "2026-01-31T10:00:00-05:00\n".repeat(1200);
    folder.file("t.csv", format!("at\n{rows}2026-07-31T10:00:00-04:00\n"));
    folder.run(&args).failed(
        1,
        &[
            "line 1202",
            "2026-07-31T10:00:00-04:00",
            "--types at=TIMESTAMPTZ",
        ],
    );
}

#[test]
fn far_and_short_times() {
    let folder = Folder::new();
    folder.file(
        "t.csv",
        "a,b\n9999-12-31 00:00:00,2026-03-05 14:32\n0001-01-01 00:00:00,2026-03-06 02:32\n",
    );
    assert_eq!(
        folder.csv(&[
            "-c",
            "SELECT min(a) AS x, max(a) AS y, max(b) AS b FROM 't.csv'"
        ]),
        "x,y,b\n0001-01-01T00:00:00,9999-12-31T00:00:00,2026-03-06T02:32:00\n"
    );
}

#[test]
fn times_with_and_without_offset_stay_texts() {
    let folder = Folder::new();
    folder.file("t.csv", "at\n2026-01-31T10:00:00\n2026-01-31T10:00:00Z\n");
    let outcome = folder.run(&[
        "--format",
        "csv",
        "-c",
        "SELECT arrow_typeof(max(at)) AS t FROM 't.csv'",
    ]);
    assert!(
        outcome.stderr.contains("some of its times have an offset"),
        "{}",
        outcome.stderr
    );
    assert_eq!(outcome.succeeded(), "t\nUtf8\n");
}

#[test]
fn a_literal_that_loses_its_offset_is_named() {
    let folder = Folder::new();
    folder.file("t.csv", "at\n2026-01-31T10:00:00-05:00\n");
    let count = |condition: &str| format!("SELECT count(*) AS n FROM 't.csv' WHERE {condition}");
    let sql = count("at = TIMESTAMPTZ '2026-01-31T15:00:00Z'");
    let noted = folder.run(&["-c", &sql]);
    assert!(
        noted.stderr.contains("column >= '2026-01-31T15:00:00Z'"),
        "{}",
        noted.stderr
    );
    // Both ways that the note has.
    assert_eq!(
        folder.csv(&["-c", &count("at = '2026-01-31T15:00:00Z'")]),
        "n\n1\n"
    );
    let set = format!("SET datafusion.execution.time_zone = 'UTC'; {sql}");
    let zoned = folder.run(&["--format", "csv", "-c", &set]);
    assert_eq!(zoned.stderr, "");
    assert_eq!(zoned.succeeded(), "n\n1\n");
}
