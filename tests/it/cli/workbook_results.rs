//! Results as workbooks, read by another program's eyes.

use calamine::{Data, Range, Reader, open_workbook_auto};

use crate::command::Folder;

fn sheet(folder: &Folder, file: &str) -> Range<Data> {
    let mut book = open_workbook_auto(folder.path(file)).expect("a workbook");
    let first = book.sheet_names()[0].clone();
    book.worksheet_range(&first).expect("a sheet")
}

fn part(folder: &Folder, file: &str, name: &str) -> String {
    let unzip = "import sys, zipfile; sys.stdout.write(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]).decode())";
    let output = std::process::Command::new("python3")
        .args(["-c", unzip])
        .arg(folder.path(file))
        .arg(name)
        .output()
        .expect("python3 runs");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
fn values_keep_their_types() {
    let folder = Folder::new();
    let sql = "SELECT * FROM (VALUES \
        (1, 0.1 + 0.2, 'a|b', DATE '2026-01-31', TIMESTAMP '2026-01-31 18:00:00', true, CAST(10.50 AS DECIMAL(10, 2)), 1234567890123456), \
        (-20, NULL, '=1+1', NULL, TIMESTAMP '2026-01-31 18:00:00.25', false, CAST(-0.05 AS DECIMAL(10, 2)), 123456789012345)) \
        AS t(n, f, s, d, t, b, m, id)";
    folder.run(&["-o", "o.xlsx", "-c", sql]).succeeded();
    let range = sheet(&folder, "o.xlsx");
    let at = |row, column| {
        range
            .get_value((row, column))
            .cloned()
            .unwrap_or(Data::Empty)
    };
    let text = |text: &str| Data::String(text.to_string());
    for (column, name) in (0..).zip(["n", "f", "s", "d", "t", "b", "m", "id"]) {
        assert_eq!(at(0, column), text(name));
    }
    assert_eq!(at(1, 0), Data::Float(1.0));
    assert_eq!(at(2, 0), Data::Float(-20.0));
    assert_eq!(at(1, 1), Data::Float(0.1 + 0.2));
    assert_eq!(at(2, 1), Data::Empty);
    assert_eq!(at(1, 2), text("a|b"));
    assert_eq!(at(2, 2), text("=1+1"), "a text is no formula");
    let time = |row, column| match at(row, column) {
        Data::DateTime(time) => time.to_ymd_hms_milli(),
        other => panic!("{other:?}"),
    };
    assert_eq!(time(1, 3), (2026, 1, 31, 0, 0, 0, 0));
    assert_eq!(at(2, 3), Data::Empty);
    assert_eq!(time(1, 4), (2026, 1, 31, 18, 0, 0, 0));
    assert_eq!(time(2, 4), (2026, 1, 31, 18, 0, 0, 250));
    assert_eq!(at(1, 5), Data::Bool(true));
    assert_eq!(at(1, 6), Data::Float(10.5));
    assert_eq!(at(2, 6), Data::Float(-0.05));
    assert_eq!(at(1, 7), text("1234567890123456"), "Excel keeps 15 digits");
    assert_eq!(at(2, 7), Data::Float(123_456_789_012_345.0));
    let read = folder.csv(&["-q", "-c", "SELECT n, s, d, m, id FROM 'o.xlsx'"]);
    assert_eq!(
        read,
        "n,s,d,m,id\n1,a|b,2026-01-31,10.5,1234567890123456\n-20,=1+1,,-0.05,123456789012345\n"
    );
}

#[test]
fn the_header_stays_and_columns_are_as_wide_as_their_values() {
    let folder = Folder::new();
    let sql = "SELECT 'a text of some length, but not too long' AS a, 1 AS b";
    folder.run(&["-o", "o.xlsx", "-c", sql]).succeeded();
    let sheet = part(&folder, "o.xlsx", "xl/worksheets/sheet1.xml");
    assert!(
        sheet.contains("ySplit=\"1\"") && sheet.contains("state=\"frozen\""),
        "{sheet}"
    );
    let width = |column: &str| {
        let start = format!("<col min=\"{column}\" max=\"{column}\" width=\"");
        let (_, rest) = sheet
            .split_once(&start)
            .unwrap_or_else(|| panic!("{sheet}"));
        let (width, _) = rest.split_once('"').expect("the attribute ends");
        width.parse::<f64>().expect("a number")
    };
    assert!((40.0..46.0).contains(&width("1")), "{}", width("1"));
    assert!((6.0..12.0).contains(&width("2")), "{}", width("2"));
}

#[test]
fn what_excel_cannot_tell_is_text() {
    let folder = Folder::new();
    let sql = "SELECT DATE '1899-12-31' AS old, DATE '1900-02-28' AS first, TIMESTAMP '2026-01-01 00:00:00.000001' AS short, \
               CAST('NaN' AS DOUBLE) AS nan, CAST('12345678901234567.89' AS DECIMAL(20, 2)) AS long, [1, 2] AS list, \
               TIMESTAMP '2026-01-01 00:00:00' AT TIME ZONE 'Europe/Berlin' AS zone";
    folder.run(&["-o", "o.xlsx", "-c", sql]).succeeded();
    let range = sheet(&folder, "o.xlsx");
    let texts = [0, 2, 3, 4, 5, 6].map(|column| match range.get_value((1, column)) {
        Some(Data::String(text)) => text.clone(),
        other => panic!("{column}: {other:?}"),
    });
    assert_eq!(
        texts,
        [
            "1899-12-31",
            "2026-01-01T00:00:00.000001",
            "NaN",
            "12345678901234567.89",
            "[1, 2]",
            "2026-01-01T00:00:00+01:00"
        ]
    );
    assert!(matches!(range.get_value((1, 1)), Some(Data::DateTime(day)) if day.as_f64() == 59.0));
}

#[test]
fn a_cell_has_room_for_so_many_letters() {
    let folder = Folder::new();
    let long = "SELECT repeat('a', 32768) AS long_text";
    folder.run(&["-o", "p.xlsx", "-c", long]).failed(
        1,
        &[
            "at most 32,767 letters, and long_text has 32768 in row 1",
            "left(long_text, 32767)",
        ],
    );
    let longest = "SELECT repeat('a', 32767) AS long_text";
    folder.run(&["-o", "p.xlsx", "-c", longest]).succeeded();
    let range = sheet(&folder, "p.xlsx");
    assert!(matches!(range.get_value((1, 0)), Some(Data::String(text)) if text.len() == 32_767));
}

#[test]
fn an_empty_result_is_a_sheet_with_names() {
    let folder = Folder::new();
    folder
        .run(&["-o", "o.xlsx", "-c", "SELECT 1 AS a, 'x' AS b WHERE false"])
        .succeeded();
    let range = sheet(&folder, "o.xlsx");
    assert_eq!(range.get_size(), (1, 2));
    folder
        .run(&["--format", "xlsx", "-c", "SELECT 1"])
        .failed(2, &["add -o FILE.xlsx"]);
}
