//! Whether the first line of a CSV file has names or is a row.

use crate::command::Folder;

#[track_caller]
fn file(text: &str, args: &[&str], expected: &str, note: &str) {
    let folder = Folder::new();
    folder.file("t.csv", text);
    let outcome = folder.run(&[&["--format", "csv", "-c", "SELECT * FROM 't.csv'"], args].concat());
    match note {
        "" => assert_eq!(outcome.stderr, "", "{text:?}"),
        note => assert!(
            outcome.stderr.contains(note),
            "{text:?}: {}",
            outcome.stderr
        ),
    }
    assert_eq!(outcome.succeeded(), expected, "{text:?}");
}

#[track_caller]
fn asked(text: &str, why: &str) {
    let folder = Folder::new();
    folder.file("t.csv", text);
    folder.run(&["-c", "SELECT * FROM 't.csv'"]).failed(
        1,
        &[
            "the first line of t.csv may be its header line or a row",
            why,
            "--header yes",
            "--header no",
        ],
    );
}

#[test]
fn values_of_the_type_below_them_are_a_row() {
    let note = "t.csv has no header line: its first line is a row, and its columns are column_1 to column_3";
    file(
        "c1,A,1\nc2,B,2\n",
        &[],
        "column_1,column_2,column_3\nc1,A,1\nc2,B,2\n",
        note,
    );
    let note = "column_1 to column_2; --header yes";
    file(
        "2026-01-31,x\n2026-02-01,y\n",
        &[],
        "column_1,column_2\n2026-01-31,x\n2026-02-01,y\n",
        note,
    );
    file(
        "true,x\nfalse,y\n",
        &[],
        "column_1,column_2\ntrue,x\nfalse,y\n",
        note,
    );
    file(
        "31.12.2025;x\n01.01.2026;y\n",
        &[],
        "column_1,column_2\n2025-12-31,x\n2026-01-01,y\n",
        note,
    );
    // A value that is missing says nothing.
    file(
        "c1,,1\nc2,B,2\n",
        &[],
        "column_1,column_2,column_3\nc1,,1\nc2,B,2\n",
        "no header line",
    );
}

#[test]
fn texts_over_another_type_are_names() {
    file(
        "id,name,amount\nc1,A,1\n",
        &[],
        "id,name,amount\nc1,A,1\n",
        "",
    );
    file("id,name\nc1,A\nc2,B\n", &[], "id,name\nc1,A\nc2,B\n", "");
    file("id,name\n", &[], "id,name\n", "");
    file(
        ",id,amount\n0,c1,1\n1,c2,2\n",
        &[],
        "column_1,id,amount\n0,c1,1\n1,c2,2\n",
        "",
    );
    // Years beside a name are names, too.
    file("id,2024,2025\n7,1,2\n", &[], "id,2024,2025\n7,1,2\n", "");
}

#[test]
fn what_may_be_both_is_asked_for() {
    asked(
        "2024,2025\n1,2\n3,4\n",
        "2024 is a year as well as a number",
    );
    asked("c1,A\nc2,A\n", "A is found again below in the same column");
    asked("x,x\na,b\n", "it has x twice");
    asked("x,\na,b\n", "its value 2 is empty");
    asked("c1,7\n", "it is the only line and has the value 7");
    asked(
        "x,1,2\n7,3,4\n",
        "it has x over a column of another kind, but also 1 over one of its kind",
    );
}

#[test]
fn a_person_decides() {
    file(
        "2024,2025\n1,2\n",
        &["--header", "yes"],
        "2024,2025\n1,2\n",
        "",
    );
    file(
        "2024,2025\n1,2\n",
        &["--header", "no"],
        "column_1,column_2\n2024,2025\n1,2\n",
        "",
    );
    file(
        "c1,A,1\nc2,B,2\n",
        &["--header", "yes"],
        "c1,A,1\nc2,B,2\n",
        "",
    );
    let folder = Folder::new();
    folder
        .file("a.csv", "x,y\n1,2\n")
        .file("b.csv", "3,4\n5,6\n");
    let args = [
        "--table", "a=a.csv", "--table", "b=b.csv", "--header", "b:no", "-c",
    ];
    let sql = "SELECT sum(x) AS s FROM a; SELECT sum(column_1) AS s FROM b";
    assert_eq!(folder.csv(&[&args[..], &[sql]].concat()), "s\n1\n\ns\n8\n");
}

#[test]
fn the_files_of_a_table_agree() {
    let folder = Folder::new();
    folder
        .file("mixed/a.csv", "id,amount\nc1,1\n")
        .file("mixed/b.csv", "c2,2\nc3,3\n");
    folder.run(&["-c", "SELECT * FROM 'mixed/'"]).failed(
        1,
        &["mixed/a.csv has a header line, but the first line of mixed/b.csv is a row"],
    );
    // Texts alone, and the same first line in both files.
    folder
        .file("same/a.csv", "a,b\nx,a\na,y\n")
        .file("same/b.csv", "a,b\na,z\n");
    assert_eq!(
        folder.csv(&["-c", "SELECT * FROM 'same/' ORDER BY a, b"]),
        "a,b\na,y\na,z\nx,a\n"
    );
    folder
        .file("none/a.csv", "c1,1\nc2,2\n")
        .file("none/b.csv", "c3,3\nc4,4\n");
    assert_eq!(
        folder.csv(&[
            "-c",
            "SELECT count(*) AS n, sum(column_2) AS s FROM 'none/'"
        ]),
        "n,s\n4,10\n"
    );
}

#[test]
fn blanks_around_names_are_left_out() {
    file(
        "customer_id , amount\nc1,1\n",
        &[],
        "customer_id,amount\nc1,1\n",
        "the header line of t.csv has \"customer_id \" with blanks around it; the column is customer_id",
    );
    let folder = Folder::new();
    folder
        .file("t/a.csv", "id,amount\nc1,10\n")
        .file("t/b.csv", "id,amount \nc2,20\n");
    assert_eq!(
        folder.csv(&["-c", "SELECT sum(amount) AS s FROM 't/'"]),
        "s\n30\n"
    );
}

#[test]
fn lines_above_the_header_line_are_left_out() {
    let folder = Folder::new();
    folder
        .file("sep.csv", "sep=;\nid;amount\nc1;1\n")
        .file("comment.csv", "# made by X\nid,amount\nc1,1\n")
        .file("title.csv", "Sales of May\n\nid,amount\nc1,1\n")
        .file(
            "report.csv",
            "Sales, by customer\nFrom;May\nid;name;amount\nc1;A;1\nc2;B;2\n",
        )
        .file("hash.csv", "#id,amount\nc1,1\n")
        .file("texts.csv", "Customers\n\nid,name\nc1,A\nc2,B\n")
        .file("notes.csv", "id,amount\nc1,1\n\nClosed deals\n");
    let run = |file: &str| folder.run(&["-c", &format!("SELECT * FROM '{file}'")]);
    for (file, note, rows) in [
        (
            "sep.csv",
            "is read without the line sep=… at the top",
            "id,amount\nc1,1\n",
        ),
        (
            "comment.csv",
            "is read without the line of comment at the top",
            "id,amount\nc1,1\n",
        ),
        (
            "title.csv",
            "is read without the 2 lines above the header line",
            "id,amount\nc1,1\n",
        ),
        (
            "report.csv",
            "is read without the 2 lines above the header line",
            "id,name,amount\nc1,A,1\nc2,B,2\n",
        ),
    ] {
        let sql = format!("SELECT * FROM '{file}'");
        let outcome = folder.run(&["--format", "csv", "-c", &sql]);
        assert!(outcome.stderr.contains(note), "{outcome:?}");
        assert_eq!(outcome.succeeded(), rows, "{file}");
    }
    // A # may belong to a name.
    assert_eq!(
        folder.csv(&["-c", "SELECT * FROM 'hash.csv'"]),
        "#id,amount\nc1,1\n"
    );
    // Over texts alone a line may be a row as well.
    run("texts.csv").failed(
        1,
        &[
            "texts.csv, line 3, has 2 values, but line 1 before it has 1",
            "tail -n +3",
        ],
    );
    run("notes.csv").failed(
        1,
        &[
            "notes.csv, line 4, has 1 value, but the lines before it have 2",
            "head -n 3",
        ],
    );
    let sql = "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION 'comment.csv' OPTIONS ('format.comment' '#'); SELECT * FROM t";
    assert_eq!(folder.csv(&["-c", sql]), "id,amount\nc1,1\n");
}

#[test]
fn the_separator_is_the_one_that_splits_all_lines() {
    let folder = Folder::new();
    folder
        .file(
            "comma_in_name.csv",
            "id;amount, EUR;day\nc1;10;2026-01-05\n",
        )
        .file("two.csv", "Name, first;amount\nB, A;1\n");
    assert_eq!(
        folder.csv(&["-c", "SELECT \"amount, EUR\" AS a FROM 'comma_in_name.csv'"]),
        "a\n10\n"
    );
    folder.run(&["-c", "SELECT * FROM 'two.csv'"]).failed(
        1,
        &[
            "two.csv can be split at ',' and at ';', into 2 values each",
            "--delimiter ';'",
        ],
    );
    assert_eq!(
        folder.csv(&["--delimiter", ";", "-c", "SELECT amount FROM 'two.csv'"]),
        "amount\n1\n"
    );
}

#[test]
fn a_header_line_among_the_rows_is_left_out_and_said() {
    let rows: String = (0..20_000).map(|i| format!("c{i},CRM\n")).collect();
    let header = "customer_id,product\n";
    for (text, line, args) in [
        // Files that were put together, and a line beyond those that are looked at first.
        (
            format!("{header}c1,CRM\n\n{header}c2,Chat\n"),
            4,
            vec!["--header", "yes"],
        ),
        (
            format!("{header}{rows}{header}{rows}"),
            20_002,
            vec!["--infer-rows", "1000"],
        ),
    ] {
        let folder = Folder::new();
        folder.file("t.csv", text);
        for sql in [
            "SELECT count(*) AS n FROM 't.csv' WHERE product = 'product'",
            "SELECT count(*) AS n FROM 't.csv' WHERE customer_id = 'customer_id'",
        ] {
            let outcome = folder.run(&[&["--format", "csv"], &args[..], &["-c", sql]].concat());
            let words = format!("t.csv, line {line}, repeats the header line and is left out");
            assert!(outcome.stderr.contains(&words), "{}", outcome.stderr);
            assert_eq!(outcome.succeeded(), "n\n0\n");
        }
    }
    // A value may be the name of its column.
    let folder = Folder::new();
    folder.file("t.csv", "id,product\n1,CRM\n2,product\n");
    let sql = "SELECT count(*) AS n, count(DISTINCT product) AS p FROM 't.csv'";
    assert_eq!(folder.csv(&["-c", sql]), "n,p\n2,2\n");
}

/// Addresses over addresses, and a yes over a yes and a no.
#[test]
fn texts_that_are_no_names_are_a_row() {
    let note = "t.csv has no header line: its first line is a row";
    file(
        "ann@x.com,Pro,yes\nbob@x.com,Free,no\n",
        &[],
        "column_1,column_2,column_3\nann@x.com,Pro,yes\nbob@x.com,Free,no\n",
        note,
    );
    file(
        "https://a.com/1,Pro\nhttps://a.com/2,Free\n",
        &[],
        "column_1,column_2\nhttps://a.com/1,Pro\nhttps://a.com/2,Free\n",
        note,
    );
    file(
        "Ann,\\N\nBob,Free\n",
        &["--quiet"],
        "column_1,column_2\nAnn,\\N\nBob,Free\n",
        "",
    );
    let id = "3f2504e0-4f89-11d3-9a0c-0305e82c3301";
    let rows = format!("{id},Pro\n{},Free\n", id.replace('3', "4"));
    file(&rows, &[], &format!("column_1,column_2\n{rows}"), note);
    // Names over such values are names.
    file(
        "mail,answer\nann@x.com,yes\nbob@x.com,no\n",
        &[],
        "mail,answer\nann@x.com,yes\nbob@x.com,no\n",
        "",
    );
}

#[test]
fn rows_are_no_title() {
    let rows = |from: usize, more: &str| -> String {
        (from..from + 20)
            .map(|i| format!("{i},a{more}\n"))
            .collect()
    };
    let (first, second) = (rows(0, ""), rows(20, ",5"));
    for (text, words) in [
        // Values with a comma in them.
        (
            "company,amount\nAcme, Inc,pending\nFoo, Ltd,5\nBar, Co,7\n".to_string(),
            "t.csv, line 2, has 3 values, but line 1 before it has 2",
        ),
        // Exports that were put together.
        (
            format!("id,name\n{first}id,name,extra\n{second}"),
            "t.csv, line 22, has 3 values, but the lines before it have 2",
        ),
        (
            "id,name\nid,name,extra\n1,a,5\n2,b,6\n".to_string(),
            "t.csv, line 2, has 3 values",
        ),
        (
            "kunde;umsatz\nA;1\nB;2\n\nkunde;umsatz;land\nA;1;DE\nB;2;FR\n".to_string(),
            "t.csv, line 5, has 3 values",
        ),
        (
            "1,a\n2,b\nid,name,amount\n3,c,5\n4,d,6\n".to_string(),
            "--skip 2 reads the file from there",
        ),
    ] {
        let folder = Folder::new();
        folder.file("t.csv", &text);
        folder
            .run(&["-c", "SELECT * FROM 't.csv'"])
            .failed(1, &[words, "has to be in double quotes"]);
    }
    // Whoever says that the first line has the names has no title.
    let folder = Folder::new();
    folder.file("t.csv", "Sales\nid,amount\n1,5\n2,6\n");
    folder
        .run(&["--header", "yes", "-c", "SELECT * FROM 't.csv'"])
        .failed(
            1,
            &["t.csv, line 2, has 2 values, but line 1 before it has 1"],
        );
    // The separator that splits all lines stays.
    file(
        "id;art;betrag\n1;a;(1.012,50)\n2;b;(2.000,75)\n",
        &["--quiet", "--delimiter", ";"],
        "id,art,betrag\n1,a,-1012.5\n2,b,-2000.75\n",
        "",
    );
    file(
        "id;art;betrag\n1;a;(1.012,50)\n2;b;(2.000,75)\n",
        &[],
        "id,art,betrag\n1,a,-1012.5\n2,b,-2000.75\n",
        "is read with ';'",
    );
}

#[test]
fn a_title_with_the_separators_of_the_table_is_no_header_line() {
    let note = "lines above the header line, which look like a title";
    let rows = "id,name,amount\n1,A,5\n2,B,6\n";
    file(&format!("Orders,,\n,,\n{rows}"), &[], rows, note);
    file(&format!("\"Orders, all\",,\n,,\n{rows}"), &[], rows, note);
    file(
        "Orders,\n,\nid,amount\n1,5\n2,6\n",
        &[],
        "id,amount\n1,5\n2,6\n",
        note,
    );
    let of_one = "the line above the header line, which looks like a title";
    file(&format!("Orders,,\n{rows}"), &[], rows, of_one);
    // It may be the header line.
    for text in [
        format!("From,May,\n{rows}"),
        "Orders,\nid,amount\n1,5\n2,6\n".to_string(),
    ] {
        let folder = Folder::new();
        folder.file("t.csv", &text);
        folder.run(&["-c", "SELECT * FROM 't.csv'"]).failed(
            1,
            &[
                "line 2 looks like the header line",
                "--skip 1 reads the file from line 2 on",
                "--header yes",
            ],
        );
        folder
            .run(&["--skip", "1", "-c", "SELECT amount FROM 't.csv'"])
            .succeeded();
    }
    // Values that are missing at the ends of lines are no title.
    file(
        "id,name,note\n1,A,\n2,B,\n3,C,x\n",
        &[],
        "id,name,note\n1,A,\n2,B,\n3,C,x\n",
        "",
    );
}

#[test]
fn lines_end_with_a_carriage_return_alone_as_well() {
    let rows = "id,amount\nc1,1\nc2,2\n";
    file(
        "# made by X\rid,amount\rc1,1\rc2,2\r",
        &[],
        rows,
        "without the line of comment at the top",
    );
    for (text, args) in [
        ("# X\rid,amount\rc1,1\r# Y\rc2,2\r", ["--comment", "#"]),
        (
            "# X\r\nid,amount\r\nc1,1\r\n# Y\r\nc2,2\r\n",
            ["--comment", "#"],
        ),
        ("x\ry\rid,amount\rc1,1\rc2,2\r", ["--skip", "2"]),
        ("x\r\ny\r\nid,amount\r\nc1,1\r\nc2,2\r\n", ["--skip", "2"]),
    ] {
        file(text, &args, rows, "");
    }
}
