//! What is said of CSV files whose values are not what they seem to be, each with an expression that reads them.

use crate::command::Folder;

/// A CSV file without quotes as a JSON file, whose texts stay texts.
fn as_json(text: &str) -> String {
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().unwrap_or_default().split(';').collect();
    let objects = lines.map(|line| {
        let values = names.iter().zip(line.split(';'));
        let members = values.map(|(name, value)| format!("\"{name}\": \"{value}\""));
        format!("{{{}}}\n", members.collect::<Vec<_>>().join(", "))
    });
    objects.collect()
}

/// The note of a JSON file with these texts, and what an expression of it gives.
#[track_caller]
fn noted_in_json(text: &str, note: &str, sql: &str, expected: &str) {
    let folder = Folder::new();
    folder.file("t.ndjson", as_json(text));
    let outcome = folder.run(&["--format", "csv", "-c", sql]);
    assert!(
        outcome.stderr.contains(note),
        "{note}\nis not in\n{}",
        outcome.stderr
    );
    assert_eq!(outcome.succeeded(), expected, "{text:?}");
}

/// The note of a file, and what an expression of it gives.
#[track_caller]
fn noted(text: &str, note: &str, sql: &str, expected: &str) {
    let folder = Folder::new();
    folder.file("t.csv", text);
    let outcome = folder.run(&["--format", "csv", "-c", sql]);
    assert!(
        outcome.stderr.contains(note),
        "{note}\nis not in\n{}",
        outcome.stderr
    );
    assert_eq!(outcome.succeeded(), expected, "{text:?}");
}

#[test]
fn numbers_of_other_places() {
    let comma = "CAST(trim(replace(replace(amount, '.', ''), ',', '.')) AS DECIMAL(18, 4))";
    noted_in_json(
        "id;amount\nK1;1.234,50\nK2;99,90\n",
        &format!(
            "column amount is text: its numbers are written like 1.234,50 (row 1). {comma} reads them"
        ),
        &format!("SELECT sum({comma}) AS s FROM 't.ndjson'"),
        "s\n1334.4000\n",
    );
    let money =
        "CAST(regexp_replace(replace(amount, ',', ''), '[^0-9.-]', '', 'g') AS DECIMAL(18, 4))";
    noted_in_json(
        "id;amount\nK1;$1,200.00\nK2;$3.50\n",
        &format!("{money} reads them"),
        &format!("SELECT sum({money}) AS s FROM 't.ndjson'"),
        "s\n1203.5000\n",
    );
    let signed = "CASE WHEN amount LIKE '%-%' OR amount LIKE '%(%' THEN -1 ELSE 1 END * \
                  CAST(regexp_replace(amount, '[^0-9.]', '', 'g') AS DECIMAL(18, 4))";
    noted_in_json(
        "id;amount\nK1;(200.00)\nK2;12.50-\nK3;5.00\n",
        &format!("{signed} reads them"),
        &format!("SELECT sum({signed}) AS s FROM 't.ndjson'"),
        "s\n-207.5000\n",
    );
    let percent = "CAST(regexp_replace(rate, '[^0-9.-]', '', 'g') AS DECIMAL(18, 4))";
    noted_in_json(
        "id;rate\nK1;12%\nK2;3.5%\n",
        &format!("{percent} reads them"),
        &format!("SELECT sum({percent}) AS s FROM 't.ndjson'"),
        "s\n15.5000\n",
    );
    noted_in_json(
        "id;amount\nK1; 1\nK2; 2\n",
        "CAST(trim(amount) AS DECIMAL(18, 4)) reads them",
        "SELECT sum(CAST(trim(amount) AS DECIMAL(18, 4))) AS s FROM 't.ndjson'",
        "s\n3.0000\n",
    );
}

/// The sum of an expression that the note of a column gives is the right one.
#[test]
fn what_is_advised_for_numbers_keeps_signs_and_digits() {
    for (values, sum) in [
        (["-$5.00", "$-7.50", "$2"], "-10.5000"),
        (["$5.00", "-$7.50", "2.00"], "-0.5000"),
        (["$5.00", "-7.50", "2.00"], "-0.5000"),
        (["-12%", "3.5%", "10%"], "1.5000"),
        (["(200.00)", " (50.00)", "5.00"], "-245.0000"),
        (
            ["\"1,20,000.50\"", "300.00", "\"12,00,000\""],
            "1320300.5000",
        ),
        // Digits that DECIMAL(18, 4) has no place for.
        (["\"0,123456\"", "\"0,5\"", "\"1,25\""], "1.873456"),
        (["$1.123456", "$2", "3.5"], "6.623456"),
        // Words for nothing beside them.
        (["\"$1,200.00\"", "-", "$3.50"], "1203.5000"),
        (["(7.00)", "-", "5.00"], "-2.0000"),
        (["\"1.234,50\"", "n/a", "\"0,50\""], "1235.0000"),
        (["\"1.234,50\"", "n/a", "-"], "1234.5000"),
        // Blanks and apostrophes between thousands.
        (["\"1 234,50\"", "\"0,50\"", "1 000"], "2235.0000"),
        (["\"1\u{a0}234,50\"", "\"0,50\"", "2"], "1237.0000"),
        (["\"1\u{202f}234,50\"", "\"-0,50\"", "2"], "1236.0000"),
        (["1'234.50", "0.50", "2"], "1237.0000"),
        (["1’234.50", "0.50", "2"], "1237.0000"),
        // Units of other places.
        (
            ["\"R$ 1.234,50\"", "\"R$ 0,50\"", "\"-R$ 2,00\""],
            "1233.0000",
        ),
        (
            ["\"1 234,50 zł\"", "\"0,50 zł\"", "\"2,00 zł\""],
            "1237.0000",
        ),
        (
            ["\"1 234,50 Kč\"", "\"0,50 Kč\"", "\"2,00 Kč\""],
            "1237.0000",
        ),
        (["\"₹1,20,000.50\"", "₹300", "₹2"], "120302.5000"),
        (["US$1.50", "US$2", "US$3"], "6.5000"),
        (["12.50 kr.", "3.00 kr.", "-1 kr."], "14.5000"),
        (["\"Rs. 1,200.50\"", "Rs. 3", "Rs. 1"], "1204.5000"),
        (["1 200", "350", "1"], "1551.0000"),
        (["1.2K", "500", "2M"], "2001700.0000"),
        (["$1.2k", "$500", "$2M"], "2001700.0000"),
        // As accounts are shown in spreadsheets.
        (["\" $ 1,200.00 \"", " $ -   ", " $ (200.00)"], "1000.0000"),
        (["\" $ 1,200.00 \"", " $ -   ", " $ 5.00 "], "1205.0000"),
    ] {
        let folder = Folder::new();
        let rows: String = values.iter().map(|value| format!("c,{value}\n")).collect();
        folder.file("t.csv", format!("id,amount\n{rows}"));
        // A CSV file has the numbers.
        let sql = "SELECT CAST(sum(amount) AS DECIMAL(18, 6)) AS s FROM 't.csv'";
        let read: f64 = folder.csv(&["-c", sql])[2..].trim().parse().expect("a sum");
        assert_eq!(read, sum.parse::<f64>().expect("a number"), "{values:?}");
        // Of texts of other files, a note has an expression.
        let values = values.map(|value| value.trim_matches('"'));
        let rows: String = values.iter().map(|value| format!("c;{value}\n")).collect();
        folder.file("t.ndjson", as_json(&format!("id;amount\n{rows}")));
        let noted = folder
            .run(&["-c", "SELECT max(amount) FROM 't.ndjson'"])
            .stderr;
        let advised = noted
            .split_once(" (row 1). ")
            .and_then(|(_, rest)| rest.split_once(" reads them"))
            .unwrap_or_else(|| panic!("{values:?}: {noted}"))
            .0;
        let sql = format!("SELECT sum({advised}) AS s FROM 't.ndjson'");
        assert_eq!(
            folder.csv(&["-c", &sql]),
            format!("s\n{sum}\n"),
            "{values:?}"
        );
    }
}

#[test]
fn points_of_thousands_are_asked_for() {
    let text = "id;amount\nK1;1.200\nK2;1.500\n";
    let note = "column amount is read as text: it is unclear whether 1.200 (t.csv, line 2) has a decimal point or a \
        thousands separator. --types amount=DOUBLE or --decimal-separator . reads it as a decimal point; \
        --decimal-separator , as a thousands separator";
    noted(
        text,
        note,
        "SELECT sum(CAST(replace(amount, '.', '') AS BIGINT)) AS s FROM 't.csv'",
        "s\n2700\n",
    );
    let folder = Folder::new();
    folder.file("t.csv", text);
    let args = [
        "--types",
        "amount=DOUBLE",
        "-c",
        "SELECT sum(amount) AS s FROM 't.csv'",
    ];
    assert_eq!(folder.csv(&args), "s\n2.7\n");
    // One value decides.
    folder.file("t.csv", "id;amount\nK1;1.200\nK2;1.5\n");
    assert_eq!(
        folder.csv(&["-c", "SELECT sum(amount) AS s FROM 't.csv'"]),
        "s\n2.7\n"
    );
}

#[test]
fn dates_in_another_order() {
    noted(
        "id,day\nc1,03/04/2026\nc1,01/05/2026\n",
        "nothing says whether the day comes first, --date-format '%d/%m/%Y', or the month, --date-format '%m/%d/%Y'",
        "SELECT max(to_date(day, '%d/%m/%Y')) AS d, max(to_date(day, '%m/%d/%Y')) AS m FROM 't.csv'",
        "d,m\n2026-05-01,2026-03-04\n",
    );
    noted_in_json(
        "id;day\nc1;03/04/2026\nc1;13/04/2026\n",
        "its dates are written like 03/04/2026 (row 1). to_date(day, '%d/%m/%Y') reads them",
        "SELECT max(to_date(day, '%d/%m/%Y')) AS d FROM 't.ndjson'",
        "d\n2026-04-13\n",
    );
    noted_in_json(
        "id;at\nc1;3/5/26 9:05\nc1;3/16/26 21:05\n",
        "to_timestamp(at, '%m/%d/%y %H:%M') reads them",
        "SELECT max(to_timestamp(at, '%m/%d/%y %H:%M')) AS t FROM 't.ndjson'",
        "t\n2026-03-16T21:05:00\n",
    );
    noted_in_json(
        "id;day\nc1;Mar 5, 2026\nc1;Mar 19, 2026\n",
        "to_date(day, '%b %d, %Y') reads them",
        "SELECT max(to_date(day, '%b %d, %Y')) AS d FROM 't.ndjson'",
        "d\n2026-03-19\n",
    );
    noted_in_json(
        "id;day\nc1;03.04.2026\n",
        "to_date(day, '%d.%m.%Y') reads them",
        "SELECT max(to_date(day, '%d.%m.%Y')) AS d FROM 't.ndjson'",
        "d\n2026-04-03\n",
    );
}

#[test]
fn rows_that_are_no_rows() {
    let sum = "SELECT count(*) AS n FROM 't.csv'";
    noted(
        "account,product,amount\nA1,CRM,100\nA2,CRM,30\nTotal,,130\n",
        "t.csv, line 4 begins with Total and looks like a sum of other lines",
        sum,
        "n\n3\n",
    );
    noted(
        "account,product,amount\nA1,CRM,100\nA2,CRM,30\n,,130\n",
        "t.csv, line 4 has no account but the sum of all lines above as its amount",
        sum,
        "n\n3\n",
    );
    noted(
        "region,account,amount\nAPAC,A0,7\nEMEA,A1,100\nEMEA,A2,50\nEMEA,Total,150\n",
        "t.csv, line 5 has Total as its account and looks like a sum of other lines",
        sum,
        "n\n4\n",
    );
    // A record of nothing below it.
    noted(
        "account,product,amount\nA1,CRM,100\nA2,CRM,30\n,,130\n,,\n",
        "t.csv, line 4 has no account but the sum of all lines above as its amount",
        sum,
        "n\n4\n",
    );
    // A list of columns, one of which is called Total.
    let folder = Folder::new();
    folder.file(
        "t.csv",
        "table,column,n\ninvoices,Id,412\ninvoices,Total,23\ninvoices,Day,354\n",
    );
    assert_eq!(folder.run(&["-c", sum]).stderr, "");
    // A column of amounts by their names, most of which are totals.
    let folder = Folder::new();
    folder.file(
        "t.csv",
        "account,kind,amount\nA1,Total,1\nA2,Total,2\nA3,Net,3\n",
    );
    assert_eq!(folder.run(&["-c", sum]).stderr, "");
    // Beyond the sample.
    let rows = "A1,CRM,1\n".repeat(1200);
    let folder = Folder::new();
    folder.file(
        "t.csv",
        format!("account,product,amount\n{rows}Grand Total,,1200\n"),
    );
    let late = folder.run(&["--infer-rows", "1", "-c", sum]);
    let words = "the last line of t.csv begins with Grand Total";
    assert!(late.stderr.contains(words), "{}", late.stderr);
    noted(
        "id,score\nYour id,How likely are you to recommend us?\nc1,10\nc2,3\n",
        "column score is text because of \"How likely are you to recommend us?\" in t.csv, line 2; all other values are BIGINT",
        "SELECT count(score) AS n FROM 't.csv'",
        "n\n3\n",
    );
}

#[test]
fn a_few_values_of_another_kind() {
    noted(
        "id,day\nc1,2026-13-05\nc2,2026-03-06\nc3,2026-03-07\n",
        "column day is text because of 1 of its 3 values, such as 2026-13-05 (t.csv, line 2); all others are DATE",
        "SELECT max(day) AS d FROM 't.csv'",
        "d\n2026-13-05\n",
    );
    noted(
        "id,name\nc1, \"ab\"\nc2, \"cd\"\n",
        "column name has values with a blank before their quote, such as  \"ab\" (t.csv, line 2)",
        "SELECT count(name) AS n FROM 't.csv'",
        "n\n2\n",
    );
    // Ids are often mixed.
    let folder = Folder::new();
    folder.file("t.csv", "id,n\n1,1\n2,1\nC-17,1\n");
    assert_eq!(folder.run(&["-c", "SELECT id FROM 't.csv'"]).stderr, "");
}

#[test]
fn clean_files_give_no_note() {
    let folder = Folder::new();
    folder.file(
        "t.csv",
        "id,name,flag,amount,rate,day,at,none,city\n\
         c1,\"A, B\",true,10,0.5,2026-01-31,2026-01-31 10:00:00,,Total Wine\n\
         c2,No,false,20,1.25,2026-02-01,2026-02-01T11:00:00.5,,Null Island\n",
    );
    let outcome = folder.run(&["-c", "SELECT * FROM 't.csv'"]);
    assert_eq!(outcome.stderr, "");
    outcome.succeeded();
}

#[test]
fn notes_of_a_column_are_for_those_who_ask_for_it() {
    let folder = Folder::new();
    folder.file("t.csv", "id,day,amount\nc1,13/04/2026,1\n");
    let run = |sql: &str| folder.run(&["-c", sql]).stderr;
    assert_eq!(run("SELECT sum(amount) FROM 't.csv'"), "");
    // What is shown in another way than the file has it is said as well.
    assert!(run("SELECT * FROM 't.csv'").contains("13/04/2026 (t.csv, line 2) is 2026-04-13"));
    assert_eq!(run("SELECT id FROM 't.csv'"), "");
    let compared = run("SELECT id FROM 't.csv' WHERE day > '2026-01-01'");
    assert!(
        compared.contains("column day is read as DATE, with the day first"),
        "{compared}"
    );
    // A call that fails because of it.
    folder.file("t.csv", "id,day,amount\nc1,03/04/2026,1\n");
    let failed = run("SELECT time_to_cross_sell(id, id, day) FROM 't.csv'");
    assert!(failed.contains("--date-format '%d/%m/%Y'"), "{failed}");
}

#[test]
fn points_that_may_be_of_thousands_are_said() {
    for separator in ["\t", "|"] {
        let folder = Folder::new();
        let file = |text: &str| folder.file("t.csv", text.replace(',', separator));
        let run = |args: &[&str]| folder.run(&[&["--format", "csv", "-c"], args].concat());
        file("id,amount\nK1,1.200\nK2,1.500\n");
        let read = run(&["SELECT sum(amount) AS s FROM 't.csv'"]);
        let note =
            "1.200 (t.csv, line 2) is taken to have a decimal point, not a thousands separator";
        assert!(read.stderr.contains(note), "{}", read.stderr);
        assert_eq!(read.succeeded(), "s\n2.7\n");
        let sql = "SELECT sum(CAST(replace(amount, '.', '') AS BIGINT)) AS s FROM 't.csv'";
        assert_eq!(
            run(&[sql, "--types", "amount=TEXT"]).succeeded(),
            "s\n2700\n"
        );
        let sql = "SELECT sum(amount) AS s FROM 't.csv'";
        let confirmed = run(&[sql, "--types", "amount=DOUBLE"]);
        assert!(
            !confirmed.stderr.contains("thousands"),
            "{}",
            confirmed.stderr
        );
        file("id,amount\nK1,1.200\nK2,1.5\n");
        assert!(!run(&[sql]).stderr.contains("thousands"));
    }
}

#[test]
fn dates_in_several_ways() {
    noted(
        "id,day\nc1,2026-03-05\nc2,13/03/2026\n",
        "its dates are written in several ways, such as 13/03/2026 (t.csv, line 3) and 2026-03-05 (t.csv, line 2)",
        "SELECT count(day) AS n FROM 't.csv'",
        "n\n2\n",
    );
    noted_in_json(
        "id;day\nc1;2026-3-5\nc2;2026-12-1\n",
        "to_date(day, '%Y-%m-%d') reads them",
        "SELECT max(to_date(day, '%Y-%m-%d')) AS d FROM 't.ndjson'",
        "d\n2026-12-01\n",
    );
    noted_in_json(
        "id;day\nc1;March 5, 2026\nc2;May 1, 2026\n",
        "to_date(day, '%B %d, %Y') reads them",
        "SELECT max(to_date(day, '%B %d, %Y')) AS d FROM 't.ndjson'",
        "d\n2026-05-01\n",
    );
}

#[test]
fn words_among_whole_numbers() {
    noted(
        "id,n\nc1,1\nc2,2\nc3,3\nc4,unknown\nc5,5\n",
        "column n of t.csv has 'unknown' in 1 row, which is read as NULL",
        "SELECT count(n) AS n FROM 't.csv'",
        "n\n4\n",
    );
}

#[test]
fn what_no_call_reads_rightly_is_said_in_words() {
    let note = |text: &str| {
        let folder = Folder::new();
        folder.file("t.csv", text);
        folder
            .run(&["-c", "SELECT max(amount) FROM 't.csv'"])
            .stderr
    };
    let both = note("id;amount\nK1;12.50\nK2;3,5\n");
    assert!(
        both.contains(
            "some of its numbers have a decimal comma, such as 3,5 (t.csv, line 3), and some a decimal point, such \
             as 12.50 (t.csv, line 2)"
        ) && !both.contains("CAST("),
        "{both}"
    );
    let both = note("id;amount\nK1;1,200.50\nK2;3,5\n");
    assert!(
        both.contains("some a decimal point, such as 1,200.50"),
        "{both}"
    );
    let several = note("id,amount\nK1,$12.50\nK2,€3.50\n");
    assert!(
        several.contains(
            "several currencies, such as $12.50 (t.csv, line 2) and €3.50 (t.csv, line 3)"
        ) && !several.contains("CAST("),
        "{several}"
    );
    let contained = note("id,amount\nK1,US$12.50\nK2,$3.50\n");
    assert!(
        contained.contains("LIKE '%US$%' is true for those of one"),
        "{contained}"
    );
    let word = note("id,amount\nK1,$1.00\nK2,Free\nK3,$3.00\nK4,$4.00\nK5,$5.00\n");
    assert!(
        word.contains("because of 1 of its 5 values, such as Free (t.csv, line 3); the others are numbers, written as $1.00"),
        "{word}"
    );
    let credit = note("id,amount\nK1,12.50CR\nK2,3.00DR\n");
    assert!(
        credit.contains("reads them, with credits below 0"),
        "{credit}"
    );
    // Codes and sizes are no numbers.
    for codes in [
        "12M\nK2,500M",
        "12CR\nK2,14DR",
        "123 456\nK2,789 012",
        "3rd\nK2,4th",
        "79302M\nK2,22752\nK3,85123A\nK4,71053\nK5,84406\nK6,84029",
    ] {
        assert_eq!(note(&format!("id,amount\nK1,{codes}\n")), "", "{codes}");
    }
}

/// 1.200 beside 3,5 is 1200 or 1.2, and beside 3.5 it is 1.2.
#[test]
fn other_columns_say_what_a_point_may_be() {
    let run = |name: &str, text: &str| {
        let folder = Folder::new();
        folder.file(name, text);
        folder
            .run(&["-c", &format!("SELECT max(amount) FROM '{name}'")])
            .stderr
    };
    let note = "it is unclear whether 1.200";
    assert!(run("t.csv", "id,amount,rate\nK1,\"1.200\",\"3,5\"\n").contains(note));
    assert!(run("t.tsv", "id\tamount\trate\nK1\t1.200\t3,5\n").contains(note));
    assert_eq!(run("t.csv", "id,amount,rate\nK1,1.200,3.5\n"), "");
    assert_eq!(run("t.tsv", "id\tamount\trate\nK1\t1.200\t3.5\n"), "");
    assert!(run("t.tsv", "id\tamount\nK1\t1.200\n").contains("is taken to have a decimal point"));
    // A word for nothing is none of both.
    let decided = run("t.csv", "id;amount\nK1;1.200\nK2;1,5\n");
    assert!(
        decided.contains("column amount is read as DOUBLE: 1,5 (t.csv, line 3) is 1.5"),
        "{decided}"
    );
}

#[test]
fn dates_of_other_places_beside_words_for_nothing() {
    noted_in_json(
        "id;day\nc1;12/31/2025\nc1;N/A\n",
        "to_date(nullif(day, 'N/A'), '%m/%d/%Y') reads them",
        "SELECT max(to_date(nullif(day, 'N/A'), '%m/%d/%Y')) AS d FROM 't.ndjson'",
        "d\n2025-12-31\n",
    );
    let text = "CASE WHEN day NOT IN ('-', 'N/A') THEN day END";
    noted_in_json(
        "id;day\nc1;31.12.2025\nc1;N/A\nc2;-\n",
        &format!("to_date({text}, '%d.%m.%Y') reads them"),
        &format!("SELECT max(to_date({text}, '%d.%m.%Y')) AS d FROM 't.ndjson'"),
        "d\n2025-12-31\n",
    );
}

#[test]
fn a_line_of_dashes_is_no_row() {
    let folder = Folder::new();
    folder.file("t.csv", "account,amount\n--------,-------\nA1,100\nA2,30\n");
    folder.run(&["-c", "SELECT * FROM 't.csv'"]).failed(
        1,
        &[
            "t.csv, line 2, is a line of dashes under the header line",
            "sed 2d t.csv > clean.csv",
        ],
    );
    folder.file("t.csv", "| account | amount |\n|:---|---:|\n| A1 | 100 |\n");
    folder
        .run(&["-c", "SELECT * FROM 't.csv'"])
        .failed(1, &["t.csv, line 2, is a line of dashes"]);
    // One dash stands for no value.
    folder.file("t.csv", "account,amount\n-,-\nA1,100\n");
    assert_eq!(
        folder.csv(&["--quiet", "-c", "SELECT count(*) AS n FROM 't.csv'"]),
        "n\n2\n"
    );
}
