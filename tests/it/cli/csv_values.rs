//! Numbers, dates and words for nothing as people write them: read where nothing is left open, asked about where it is.

use crate::command::Folder;

/// The output of a query, and what was said beside it.
pub(super) fn csv(folder: &Folder, options: &[&str], sql: &str) -> (String, String) {
    let mut args = vec!["--format", "csv"];
    args.extend(options);
    args.extend(["-c", sql]);
    let run = folder.run(&args);
    let notes = run.stderr.clone();
    (run.succeeded(), notes)
}

pub(super) fn error(folder: &Folder, options: &[&str], sql: &str) -> String {
    let mut args = vec!["--format", "csv"];
    args.extend(options);
    args.extend(["-c", sql]);
    folder.run(&args).failed(1, &[])
}

#[test]
fn numbers_of_other_places_are_numbers() {
    let folder = Folder::new();
    for (values, sum, data_type) in [
        ("1.234,50;-0,5;1.000", "2234.0", "Float64"),
        ("$1,200.50;($3.00);17", "1214.5", "Float64"),
        ("$1,200;$350;$ -", "1550.0", "Float64"),
        ("1.200 €;350 €", "1550.0", "Float64"),
        ("12.50-;3.00", "-9.5", "Float64"),
        ("12%;3.5 %", "15.5", "Float64"),
        ("1'234.50;7", "1241.5", "Float64"),
        ("1\u{a0}234,50;7", "1241.5", "Float64"),
        ("1.234.567;1.200;7", "1235774", "Int64"),
        ("9007199254740993.0;1.5", "", "Utf8"),
        ("104.339.203;104.339.204", "", "Utf8"),
        ("$3.459;$3.519", "", "Utf8"),
        ("5--;-3", "", "Utf8"),
        ("1.2K;950", "2150.0", "Float64"),
        ("$1.5m;$950", "1500950.0", "Float64"),
        ("1.5m;950", "", "Utf8"),
        (" 5;7", "12", "Int64"),
        ("0,5;1e-05", "", "Utf8"),
    ] {
        let rows = values.replace(';', "\"\n\"");
        folder.file("v.csv", format!("v\n\"{rows}\"\n"));
        let sql = match sum {
            "" => "SELECT '' AS s, arrow_typeof(v) AS t FROM 'v.csv' LIMIT 1",
            _ => "SELECT sum(v) AS s, arrow_typeof(min(v)) AS t FROM 'v.csv'",
        };
        let (out, notes) = csv(&folder, &[], sql);
        assert_eq!(out, format!("s,t\n{sum},{data_type}\n"), "{values}");
        assert!(
            sum.is_empty() || notes.contains("column v is"),
            "{values}: {notes}"
        );
    }
}

#[test]
fn what_other_numbers_of_a_file_have_goes_before_a_currency() {
    let folder = Folder::new();
    folder.file("fuel.csv", "price,litres\n$3.459,12.5\n$3.519,13.25\n");
    let (out, _) = csv(&folder, &[], "SELECT max(price) AS p FROM 'fuel.csv'");
    assert_eq!(out, "p\n3.519\n");
    folder.file("mix.csv", "a,b\nUSD 1.125,\"1,234.50\"\n");
    let (out, _) = csv(&folder, &[], "SELECT max(a) AS a FROM 'mix.csv'");
    assert_eq!(out, "a\n1.125\n");
}

#[test]
fn files_that_are_no_one_thing_are_not_added_up() {
    let folder = Folder::new();
    folder.file("cur/us.csv", "a\n$5\n");
    folder.file("cur/de.csv", "a\n€6\n");
    folder.file("rate/x.csv", "a\n5%\n");
    folder.file("rate/y.csv", "a\n0.06\n");
    for path in ["cur/", "rate/"] {
        let sum = format!("SELECT sum(a) FROM '{path}'");
        let failed = error(&folder, &["--header", "yes"], &sum);
        assert!(failed.contains("column a is text"), "{failed}");
    }
    // Each by itself tells what its points are.
    folder.file("m/0.csv", "id;v\n1;1,50\n");
    folder.file("m/1.csv", "id,v\n2,1.250\n3,2.125\n");
    let (out, _) = csv(&folder, &[], "SELECT sum(v) AS s FROM 'm/'");
    assert_eq!(out, "s\n4.875\n");
}

#[test]
fn what_is_open_is_asked_and_can_be_said() {
    let folder = Folder::new();
    folder.file("commas.csv", "id;v\na;1,200\nb;1,300\n");
    let (out, notes) = csv(
        &folder,
        &[],
        "SELECT arrow_typeof(v) AS t FROM 'commas.csv' LIMIT 1",
    );
    assert_eq!(out, "t\nUtf8\n");
    assert!(
        notes.contains("the comma is a decimal comma, --decimal-separator ,, or a thousands separator, --decimal-separator ."),
        "{notes}"
    );
    let sum = "SELECT sum(v) AS s FROM 'commas.csv'";
    assert_eq!(
        csv(&folder, &["--decimal-separator", ","], sum).0,
        "s\n2.5\n"
    );
    assert_eq!(
        csv(&folder, &["--decimal-separator", "."], sum).0,
        "s\n2500\n"
    );

    folder.file("points.csv", "id;v\na;1.200\nb;1.300\n");
    let sum = "SELECT sum(v) AS s FROM 'points.csv'";
    assert!(error(&folder, &[], sum).contains("--decimal-separator ,"));
    assert_eq!(
        csv(&folder, &["--decimal-separator", ","], sum).0,
        "s\n2500\n"
    );
    assert_eq!(
        csv(&folder, &["--decimal-separator", "."], sum).0,
        "s\n2.5\n"
    );

    folder.file("days.csv", "id,day\na,03/04/2026\nb,05/06/2026\n");
    let last = "SELECT max(day) AS d, arrow_typeof(max(day)) AS t FROM 'days.csv'";
    let (out, notes) = csv(&folder, &[], last);
    assert_eq!(out, "d,t\n05/06/2026,Utf8\n");
    assert!(notes.contains("--date-format '%d/%m/%Y'"), "{notes}");
    assert!(notes.contains("--date-format '%m/%d/%Y'"), "{notes}");
    let said = |format| csv(&folder, &["--date-format", format], last).0;
    assert_eq!(said("%d/%m/%Y"), "d,t\n2026-06-05,Date32\n");
    assert_eq!(said("%m/%d/%Y"), "d,t\n2026-05-06,Date32\n");
    let wrong = folder.run(&["--date-format", "dd/mm/yyyy", "-c", last]);
    assert!(wrong.stderr.contains("'%d/%m/%Y'"), "{wrong:?}");
    // Of two tables each may have its own.
    folder.file("other.csv", "id,day,v\na,03/04/2026,\"1,200\"\n");
    let tables = [
        "--table",
        "days=days.csv",
        "--table",
        "other=other.csv",
        "--date-format",
        "%d/%m/%Y",
        "--date-format",
        "other:%m/%d/%Y",
        "--decimal-separator",
        "other:,",
    ];
    let both = "SELECT max(d.day) AS d, max(o.day) AS o, max(o.v) AS v FROM days AS d, other AS o";
    let expected = "d,o,v\n2026-06-05,2026-03-04,1.2\n";
    assert_eq!(csv(&folder, &tables, both).0, expected);
    // A type that is said asks for the order, too.
    let asked = error(&folder, &["--types", "day=DATE"], last);
    assert!(asked.contains("days.csv, line 2"), "{asked}");
    assert!(
        asked.contains("--date-format '%d/%m/%Y' reads it with the day first"),
        "{asked}"
    );
}

#[test]
fn another_column_tells_which_comma_or_order_a_file_has() {
    let folder = Folder::new();
    folder.file(
        "orders.csv",
        "opened,closed,units,price\n03/04/2026,17/04/2026,\"1,200\",12.50\n05/06/2026,06/06/2026,\"1,300\",1.25\n",
    );
    let (out, _) = csv(
        &folder,
        &[],
        "SELECT max(opened) AS o, max(closed) AS c, sum(units) AS u, sum(price) AS p FROM 'orders.csv'",
    );
    assert_eq!(out, "o,c,u,p\n2026-06-05,2026-06-06,2500,13.75\n");
}

#[test]
fn every_row_proves_the_form() {
    let folder = Folder::new();
    let mut rows = "id,amount,day\n".to_string();
    for i in 0..2000 {
        rows.push_str(&format!(
            "{i},\"1.{:03},50\",{}.03.2026\n",
            i % 1000,
            i % 28 + 1
        ));
    }
    folder.file("late.csv", format!("{rows}x,7.5,31.02.2026\n"));
    let options = ["--infer-rows", "1000"];
    let bad = error(&folder, &options, "SELECT sum(amount) FROM 'late.csv'");
    assert!(
        bad.contains("late.csv, line 2002, has '7.5' in column amount"),
        "{bad}"
    );
    assert!(bad.contains("--types amount=TEXT"), "{bad}");
    let bad = error(&folder, &options, "SELECT max(day) FROM 'late.csv'");
    assert!(
        bad.contains("late.csv, line 2002, has '31.02.2026' in column day"),
        "{bad}"
    );
    // Only what is asked for can fail.
    let (out, notes) = csv(&folder, &options, "SELECT count(*) AS n FROM 'late.csv'");
    assert_eq!((out.as_str(), notes.as_str()), ("n\n2001\n", ""));
    // Looked at as a whole, the columns are text.
    let (out, _) = csv(
        &folder,
        &[],
        "SELECT max(amount) AS a FROM 'late.csv' WHERE id = 'x'",
    );
    assert_eq!(out, "a\n7.5\n");
}

#[test]
fn what_is_no_one_thing_stays_text_and_is_said() {
    let folder = Folder::new();
    for (values, words) in [
        ("$5;€7", "several currencies"),
        ("12%;0.12", "some of its numbers are in percent"),
        ("1,5;1.5", "some of its numbers have a decimal comma"),
        (
            "13/04/2026;04/13/2026",
            "some with the day first and some with the month",
        ),
    ] {
        let rows = values.replace(';', "\"\n\"");
        folder.file("v.csv", format!("v\n\"{rows}\"\n"));
        let sql = "SELECT arrow_typeof(v) AS t FROM 'v.csv' LIMIT 1";
        let (out, notes) = csv(&folder, &["--header", "yes"], sql);
        assert_eq!(out, "t\nUtf8\n", "{values}");
        assert!(notes.contains(words), "{values}: {notes}");
        let sum = folder.run(&["--header", "yes", "-c", "SELECT sum(v) FROM 'v.csv'"]);
        sum.failed(1, &[words]);
    }
}

#[test]
fn files_are_read_as_each_is_written() {
    let folder = Folder::new();
    folder.file("m/a.csv", "id;v;day\na;1,5;31.12.2025\n");
    folder.file("m/b.csv", "id,v,day\nb,2.5,12/31/2025\n");
    folder.file("m/c.csv", "id,v,day\nc,4,2026-01-01\n");
    let (out, notes) = csv(
        &folder,
        &[],
        "SELECT sum(v) AS s, min(day) AS a, max(day) AS z FROM 'm/'",
    );
    assert_eq!(out, "s,a,z\n8.0,2025-12-31,2026-01-01\n");
    assert!(
        notes.contains("31.12.2025") && notes.contains("12/31/2025"),
        "{notes}"
    );
}

#[test]
fn words_for_nothing_are_null_and_counted() {
    let folder = Folder::new();
    let mut rows = "id,amount,day,paid,name\n".to_string();
    for i in 0..1500 {
        rows.push_str(&format!("{i},{i}.5,2026-01-01,true,N/A\n"));
    }
    rows.push_str("x,N/A,-,NULL,x\ny,\\N,0000-00-00, ,y\nz,N/A,2026-01-02,false,z\n");
    folder.file("orders.csv", &rows);
    for options in [&["--infer-rows", "1000"][..], &[]] {
        let (out, notes) = csv(
            &folder,
            options,
            "SELECT count(amount) AS a, count(day) AS d, count(paid) AS p, count(name) AS n FROM 'orders.csv'",
        );
        assert_eq!(out, "a,d,p,n\n1500,1501,1501,1503\n");
        assert!(
            notes.contains("column amount of orders.csv has 'N/A' in 2 rows, '\\N' in 1 row, which is read as NULL"),
            "{notes}"
        );
        assert!(
            notes.contains("column day of orders.csv has '-' in 1 row, '0000-00-00' in 1 row"),
            "{notes}"
        );
    }
    let (_, notes) = csv(&folder, &[], "SELECT count(day) FROM 'orders.csv'");
    assert!(!notes.contains("amount"), "{notes}");
    // What was said to mean NULL needs no note, and a text keeps its words.
    let (_, notes) = csv(
        &folder,
        &["--null", "N/A", "--null", "\\N"],
        "SELECT sum(amount) FROM 'orders.csv'",
    );
    assert_eq!(notes, "");
    let (out, _) = csv(
        &folder,
        &["--types", "amount=TEXT"],
        "SELECT count(amount) AS a FROM 'orders.csv' WHERE amount = 'N/A'",
    );
    assert_eq!(out, "a\n2\n");
    // A file that is read twice has its rows once.
    let (_, notes) = csv(
        &folder,
        &[],
        "SELECT count(*) FROM 'orders.csv' a JOIN 'orders.csv' b ON a.amount = b.amount",
    );
    assert!(notes.contains("'N/A' in 2 rows"), "{notes}");
}

#[test]
fn external_tables_read_them_as_well() {
    let folder = Folder::new();
    folder.file("o.csv", "id;v;day\na;1.234,50;31.12.2025\nb;N/A;1.1.2026\n");
    let table = "CREATE EXTERNAL TABLE o STORED AS CSV LOCATION 'o.csv'; SELECT sum(v) AS s, max(day) AS d FROM o";
    assert_eq!(csv(&folder, &[], table).0, "s,d\n1234.5,2026-01-01\n");
    let table = "CREATE EXTERNAL TABLE o (id VARCHAR, v DECIMAL(12, 2), day DATE) STORED AS CSV LOCATION 'o.csv'; \
                 SELECT sum(v) AS s, max(day) AS d FROM o";
    assert_eq!(csv(&folder, &[], table).0, "s,d\n1234.50,2026-01-01\n");
    folder.file("d.csv", "id,day\na,03/04/2026\n");
    let table = "CREATE EXTERNAL TABLE d STORED AS CSV LOCATION 'd.csv' OPTIONS ('format.date_format' '%d/%m/%Y'); \
                 SELECT max(day) AS d FROM d";
    assert_eq!(csv(&folder, &[], table).0, "d\n2026-04-03\n");
    let table = "CREATE EXTERNAL TABLE d (id VARCHAR, day DATE) STORED AS CSV LOCATION 'd.csv'; SELECT max(day) AS d FROM d";
    let asked = error(&folder, &[], table);
    let way = "--date-format '%m/%d/%Y' reads it with the month first, as 2026-03-04";
    assert!(asked.contains(way), "{asked}");
    let said = ["--date-format", "%m/%d/%Y"];
    assert_eq!(csv(&folder, &said, table).0, "d\n2026-03-04\n");
}

#[test]
fn what_is_advised_for_a_value_that_does_not_fit_reads_it() {
    let folder = Folder::new();
    let sum = "SELECT sum(v) AS s FROM 'v.csv'";
    // The comma may be both, where the type has place for both.
    folder.file("v.csv", "id;v\na;1,200\nb;1,300\n");
    let asked = error(&folder, &["--types", "v=DOUBLE"], sum);
    for (separator, value, total) in [(",", "1.200", "2.5"), (".", "1200", "2500.0")] {
        let way = format!("--decimal-separator {separator} reads it as {value}");
        assert!(asked.contains(&way), "{asked}");
        let said = ["--types", "v=DOUBLE", "--decimal-separator", separator];
        assert_eq!(csv(&folder, &said, sum).0, format!("s\n{total}\n"));
    }
    let asked = error(&folder, &["--types", "v=BIGINT"], sum);
    assert!(
        asked.contains("--decimal-separator . reads it as 1200"),
        "{asked}"
    );
    assert!(!asked.contains("--decimal-separator ,"), "{asked}");
    // What is said already is not advised.
    let said = ["--types", "v=BIGINT", "--decimal-separator", ","];
    let asked = error(&folder, &said, sum);
    assert!(!asked.contains("--decimal-separator"), "{asked}");

    // No option says how a late value is written where the others are written otherwise.
    let late = |rows: String, value: &str| {
        folder.file("v.csv", format!("id;v\n{rows}x;{value}\n"));
    };
    let few = ["--infer-rows", "1000"];
    late((0..1500).map(|i| format!("c{i};{i}\n")).collect(), "2,5");
    for types in [&["--types", "v=BIGINT"][..], &[]] {
        let options = [&few[..], types].concat();
        let late = error(&folder, &options, sum);
        assert!(!late.contains("--decimal-separator"), "{late}");
        assert!(
            late.contains("--types v=TEXT reads the column as text"),
            "{late}"
        );
    }
    let text = [&few[..], &["--types", "v=TEXT"]].concat();
    let count = "SELECT count(v) AS n FROM 'v.csv'";
    assert_eq!(csv(&folder, &text, count).0, "n\n1501\n");
    // The numbers 0 to 1499 are 1124250.
    assert_eq!(
        csv(&folder, &["--infer-rows", "2000"], sum).0,
        "s\n1124252.5\n"
    );

    // A type that is said is read in the form of the first rows, too, so it would not help.
    late((0..1500).map(|i| format!("c{i};{i},5\n")).collect(), "7.5");
    let asked = error(&folder, &few, sum);
    assert!(asked.contains("has '7.5' in column v"), "{asked}");
    assert!(
        !asked.contains("=DOUBLE") && !asked.contains("=DECIMAL"),
        "{asked}"
    );

    // Dates as ISO has them, and one that is written otherwise.
    late("c;2026-01-05\n".repeat(1500), "03/04/2026");
    let last = "SELECT max(v) AS v FROM 'v.csv'";
    let said = [&few[..], &["--types", "v=DATE"]].concat();
    let asked = error(&folder, &said, last);
    assert!(!asked.contains("--date-format"), "{asked}");
}

#[test]
fn words_for_nothing_are_counted_by_table() {
    let folder = Folder::new();
    folder.file("a.csv", "id,amount\n1,5\n2,N/A\n");
    folder.file("b.csv", "id,amount\n1,7\n2,-\n");
    let (out, notes) = csv(
        &folder,
        &[],
        "SELECT sum(a.amount) AS a, sum(b.amount) AS b FROM 'a.csv' a JOIN 'b.csv' b USING (id)",
    );
    assert_eq!(out, "a,b\n5,7\n");
    for words in [
        "column amount of a.csv has 'N/A' in 1 row",
        "column amount of b.csv has '-' in 1 row",
    ] {
        assert!(notes.contains(words), "{notes}");
    }
}
