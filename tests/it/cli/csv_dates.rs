//! Dates and times as people write them: read where nothing is left open, asked about where something is.

use super::csv_values::{csv, error};
use crate::command::Folder;

#[test]
fn what_follows_a_time_is_not_left_out() {
    let folder = Folder::new();
    for value in [
        "31.12.2025 23:30 +0100",
        "2026/03/05 10:00:00 +0000",
        "31.12.2025 10:00-11:30",
        "31.12.2025 10:00:00,123",
    ] {
        folder.file("v.csv", format!("v,n\n\"{value}\",1\n"));
        let (out, _) = csv(
            &folder,
            &["--header", "yes"],
            "SELECT max(v) AS v FROM 'v.csv'",
        );
        assert_eq!(out.replace('"', ""), format!("v\n{value}\n"));
    }
}

#[test]
fn years_of_two_digits_may_come_first() {
    let folder = Folder::new();
    folder.file("v.csv", "v\n25/12/31\n26/01/05\n");
    let (out, notes) = csv(
        &folder,
        &["--header", "yes"],
        "SELECT max(v) AS v FROM 'v.csv'",
    );
    assert_eq!(out, "v\n26/01/05\n");
    assert!(notes.contains("--date-format '%y/%m/%d'"), "{notes}");
    let said = ["--header", "yes", "--date-format", "%y/%m/%d"];
    assert_eq!(
        csv(&folder, &said, "SELECT max(v) AS v FROM 'v.csv'").0,
        "v\n2026-01-05\n"
    );
    // A year of four digits has four.
    let said = [
        "--header",
        "yes",
        "--types",
        "v=DATE",
        "--date-format",
        "%Y/%m/%d",
    ];
    error(&folder, &said, "SELECT max(v) AS v FROM 'v.csv'");
}

#[test]
fn what_was_said_of_dates_is_not_read_otherwise() {
    let folder = Folder::new();
    folder.file("v.csv", "v\n01/02/2026\n03/14/2026\n");
    let said = ["--header", "yes", "--date-format", "%d/%m/%Y"];
    assert_eq!(
        csv(&folder, &said, "SELECT max(v) AS v FROM 'v.csv'").0,
        "v\n03/14/2026\n"
    );
    let said = [
        "--header",
        "yes",
        "--date-format",
        "%d/%m/%Y",
        "--types",
        "v=DATE",
    ];
    let failed = error(&folder, &said, "SELECT max(v) AS v FROM 'v.csv'");
    assert!(
        failed.contains("v.csv, line 3, has '03/14/2026'"),
        "{failed}"
    );
    folder.file("v.csv", "v\n2026-03-01\n2026-05-02\n");
    let said = ["--header", "yes", "--date-format", "%Y-%d-%m"];
    assert_eq!(
        csv(&folder, &said, "SELECT max(v) AS v FROM 'v.csv'").0,
        "v\n2026-02-05\n"
    );
    for format in ["%d/%m/%Y %z", "%d/%m/%Y %I:%M", "%+"] {
        let run = folder.run(&["--date-format", format, "-c", "SELECT 1"]);
        assert_eq!(run.code, Some(2), "{run:?}");
    }
}

#[test]
fn one_odd_value_among_dates_is_said() {
    let folder = Folder::new();
    let days: String = (1..=28).map(|day| format!("{day}.03.2026\n")).collect();
    for odd in ["31.11.2025", "offen", "45950"] {
        folder.file("v.csv", format!("v\n{days}{odd}\n"));
        let (_, notes) = csv(
            &folder,
            &["--header", "yes"],
            "SELECT max(v) AS v FROM 'v.csv'",
        );
        assert!(
            notes.contains(&format!("because of 1 of its 29 values, such as {odd}")),
            "{notes}"
        );
    }
}

#[test]
fn dates_and_times_of_other_places() {
    let folder = Folder::new();
    for (values, last) in [
        ("31.12.2025;1.2.2026", "2026-02-01"),
        ("12/31/2025;2/1/2026", "2026-02-01"),
        ("12/31/25;2/1/26", "2026-02-01"),
        (
            "31/12/2025 9:05 PM;01/02/2026 12:00 AM",
            "2026-02-01T00:00:00",
        ),
        (
            "3/13/2026, 9:05:30 PM;3/5/2026, 9:05:30 AM",
            "2026-03-13T21:05:30",
        ),
        ("Mar 5, 2026;Feb 13, 2026", "2026-03-05"),
        ("March 5, 2026;Feb 13, 2026", "2026-03-05"),
        ("05-Mar-26;13-Feb-26", "2026-03-05"),
        ("05MAR2026;13FEB2026", "2026-03-05"),
        (
            "Mar 5, 2026 9:05 PM;Feb 13, 2026 1:00 AM",
            "2026-03-05T21:05:00",
        ),
        ("2026/3/5;2026/2/13", "2026-03-05"),
        ("2026-3-5;2026-02-13", "2026-03-05"),
        ("31.12.2025;31.12.2025 10:00", "2025-12-31T10:00:00"),
    ] {
        let rows = values.replace(';', "\"\n\"");
        folder.file("v.csv", format!("v\n\"{rows}\"\n"));
        let (out, notes) = csv(
            &folder,
            &["--header", "yes"],
            "SELECT max(v) AS v FROM 'v.csv'",
        );
        assert_eq!(out, format!("v\n{last}\n"), "{values}");
        assert!(notes.contains("column v is read as"), "{values}: {notes}");
    }
    // A format that is found by nobody, and one of numbers, which have to be said to be dates.
    folder.file("v.csv", "v,n\n05_03_2026,20260305\n13_02_2026,20260213\n");
    let last = "SELECT max(v) AS v, max(n) AS n FROM 'v.csv'";
    assert_eq!(
        csv(&folder, &["--date-format", "%d_%m_%Y"], last).0,
        "v,n\n2026-03-05,20260305\n"
    );
    let said = ["--date-format", "%Y%m%d", "--types", "n=DATE"];
    assert_eq!(csv(&folder, &said, last).0, "v,n\n13_02_2026,2026-03-05\n");
}

#[test]
fn years_of_two_digits_are_of_one_century_or_asked_about() {
    let folder = Folder::new();
    let rule = "of years with two digits, 00 to 69 are 2000 to 2069, and 70 to 99 are 1970 to 1999";
    let last = "SELECT max(v) AS v FROM 'v.csv'";
    for (values, date) in [
        ("12/31/25;2/1/26", "2026-02-01"),
        ("12/31/98;2/1/97", "1998-12-31"),
        ("05-Mar-26;13-Feb-26", "2026-03-05"),
    ] {
        let rows = values.replace(';', "\n");
        folder.file("v.csv", format!("v\n{rows}\n"));
        let (out, notes) = csv(&folder, &["--header", "yes"], last);
        assert_eq!(out, format!("v\n{date}\n"));
        assert!(notes.contains(rule), "{notes}");
    }
    for (values, text, format, date) in [
        ("1/13/99;12/31/65", "12/31/65", "%m/%d/%y", "2065-12-31"),
        ("13-Jan-99;31-Dec-65", "31-Dec-65", "%d-%b-%y", "2065-12-31"),
        (
            "1/13/99 9:05;12/31/65 10:00",
            "12/31/65 10:00",
            "%m/%d/%y %H:%M",
            "2065-12-31T10:00:00",
        ),
    ] {
        let (first, second) = values.split_once(';').expect("two values");
        folder.file("v.csv", format!("v\n{first}\n{second}\n"));
        let (out, notes) = csv(&folder, &["--header", "yes"], last);
        assert_eq!(out, format!("v\n{text}\n"));
        for words in [
            format!(
                "such as those of {first} (v.csv, line 2) and {second} (v.csv, line 3); {rule}"
            ),
            format!("--date-format '{format}' takes them so"),
        ] {
            assert!(notes.contains(&words), "{notes}");
        }
        let (out, notes) = csv(&folder, &["--header", "yes", "--date-format", format], last);
        assert_eq!(out, format!("v\n{date}\n"));
        assert!(notes.contains(rule), "{notes}");
        // Files do not decide it one by one.
        folder.file("m/a.csv", format!("v\n{first}\n"));
        folder.file("m/b.csv", format!("v\n{second}\n"));
        let of_folder = "SELECT arrow_typeof(max(v)) AS t FROM 'm/'";
        assert_eq!(csv(&folder, &["--header", "yes"], of_folder).0, "t\nUtf8\n");
    }
    // One that comes late is looked at as well.
    let rows = "1/13/05\n".repeat(1500);
    folder.file("v.csv", format!("v\n{rows}12/31/99\n"));
    let options = ["--infer-rows", "1000", "--header", "yes"];
    let late = error(&folder, &options, last);
    assert!(late.contains("has '12/31/99' in column v"), "{late}");
    let said = [&options[..], &["--types", "v=DATE"]].concat();
    let late = error(&folder, &said, last);
    let way = "--date-format '%m/%d/%y' reads it with the month first, as 1999-12-31";
    assert!(late.contains(way), "{late}");
    let said = [&said[..], &["--date-format", "%m/%d/%y"]].concat();
    assert_eq!(csv(&folder, &said, last).0, "v\n2005-01-13\n");
}
