//! Tables in CSV and JSON files.

use crate::command::Folder;

#[test]
fn csv_files_with_other_columns_are_one_table_by_name() {
    let folder = Folder::new();
    folder
        .file("other/a.csv", "id,x\n1,2\n")
        .file("other/b.csv", "id,y\n3,4\n");
    folder
        .file("order/a.csv", "id,x\n1,2\n")
        .file("order/b.csv", "X ,id\n5,6\n");
    folder
        .file("more/a.csv", "id\n1\n")
        .file("more/b.csv", "id,x\n1,2\n");
    let run = |path: &str| {
        let sql = format!("SELECT * FROM '{path}' ORDER BY id, x NULLS FIRST");
        folder.run(&["--format", "csv", "-c", &sql])
    };
    let said = |outcome: &crate::command::Outcome, words: &[&str]| {
        for word in words {
            assert!(outcome.stderr.contains(word), "{outcome:?}");
        }
    };
    let other = run("other/");
    said(
        &other,
        &[
            "other/a.csv has no column y (1 of 2 files lacks it): NULL in its rows",
            "other/b.csv has no column x (1 of 2 files lacks it): NULL in its rows",
        ],
    );
    assert_eq!(other.succeeded(), "id,x,y\n1,2,\n3,,4\n");
    let order = run("order/*.csv");
    said(
        &order,
        &[
            "order/b.csv has the columns in another order than order/a.csv",
            "column x is written X in order/b.csv",
        ],
    );
    assert_eq!(order.succeeded(), "id,x\n1,2\n6,5\n");
    let more = run("more/");
    said(&more, &["more/a.csv has no column x"]);
    assert_eq!(more.succeeded(), "id,x\n1,\n1,2\n");
    // Of what a file lacks its rows are there, and the columns that are not asked for make no difference.
    let counts = "SELECT count(*) AS n, count(x) AS x, count(y) AS y, sum(y) AS s FROM 'other/'";
    assert_eq!(folder.csv(&["-c", counts]), "n,x,y,s\n2,1,1,4\n");
    assert_eq!(
        folder.csv(&["-c", "SELECT count(*) AS n FROM 'other/'"]),
        "n\n2\n"
    );
    assert_eq!(
        folder.csv(&["-c", "SELECT y FROM 'other/' ORDER BY y"]),
        "y\n4\n\"\"\n"
    );
}

/// Values that do not fit are named with the line of their own file, under the name of the table.
#[test]
fn errors_of_files_with_other_forms_have_their_lines() {
    let folder = Folder::new();
    let rows = "c1,1\n".repeat(3_000);
    folder.file("t/a.csv", format!("id,amount\n{rows}")).file(
        "t/b.csv",
        format!(
            "# made by X\n# in May\namount;id\n{}many;c2\n",
            "1;c1\n".repeat(3_000)
        ),
    );
    folder
        .run(&["--infer-rows", "10", "-c", "SELECT sum(amount) FROM 't/'"])
        .failed(1, &["t/b.csv, line 3004", "many", "amount"]);
}

#[test]
fn csv_files_without_a_common_column_are_no_table() {
    let folder = Folder::new();
    folder
        .file("t/customers.csv", "customer_id,segment\n1,SMB\n")
        .file("t/orders.csv", "order_id,amount\n1,2\n");
    folder.run(&["-c", "SELECT * FROM 't/'"]).failed(
        1,
        &[
            "t/customers.csv and t/orders.csv have no column in common",
            "only t/customers.csv has customer_id, segment, only t/orders.csv has order_id, amount",
        ],
    );
}

#[test]
fn csv_in_other_encodings_and_compressions() {
    let folder = Folder::new();
    let text = "id;name\r\n1;Zoë\r\n2;日本\r\n";
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    folder.file("u16.csv", [b"\xFF\xFE", utf16.as_slice()].concat());
    assert_eq!(
        folder.csv(&["--quiet", "-c", "SELECT * FROM 'u16.csv' ORDER BY id"]),
        "id,name\n1,Zoë\n2,日本\n"
    );
    folder.file("mixed.csv", b"id,name\n1,Z\xFCrich\n2,Caf\xC3\xA9\n");
    folder.run(&["-c", "SELECT * FROM 'mixed.csv'"]).failed(
        1,
        &[
            "mixed.csv",
            "some of its letters are UTF-8, and others Windows-1252",
        ],
    );
    folder
        .file("p/a.csv", "id,x\n1,2\n")
        .run(&["-c", "COPY (SELECT 3 AS id, 4 AS x) TO 'z.csv.gz' STORED AS CSV OPTIONS ('format.compression' 'gzip')"])
        .succeeded();
    std::fs::rename(folder.path("z.csv.gz"), folder.path("p/b.csv")).expect("a file");
    let outcome = folder.run(&["--format", "csv", "-c", "SELECT * FROM 'p/' ORDER BY id"]);
    assert!(
        outcome
            .stderr
            .contains("p/b.csv is compressed, whatever the name says"),
        "{outcome:?}"
    );
    assert_eq!(outcome.succeeded(), "id,x\n1,2\n3,4\n");
}

#[test]
fn csv_headers_are_looked_at() {
    let folder = Folder::new();
    folder
        .file("twice.csv", "id,x,id\n1,2,3\n")
        .file("none.csv", "");
    folder
        .run(&["-c", "SELECT * FROM 'twice.csv'"])
        .failed(1, &["twice.csv has the column id twice"]);
    folder
        .run(&["-c", "SELECT * FROM 'none.csv'"])
        .failed(1, &["none.csv is empty"]);
    // A byte order mark, semicolons and a first column without a name, as spreadsheets write them.
    folder.file("excel.csv", "\u{feff};name\n7;\"a;b\"\n");
    let outcome = folder.run(&["--format", "csv", "-c", "SELECT * FROM 'excel.csv'"]);
    assert!(
        outcome
            .stderr
            .contains("note: excel.csv is read with ';' between its values"),
        "{outcome:?}"
    );
    assert_eq!(outcome.succeeded(), "column_1,name\n7,a;b\n");
    folder.file("hash.csv", "a#b,c\n1#2,3\n");
    assert_eq!(
        folder.csv(&["--delimiter", "#", "-c", "SELECT a FROM 'hash.csv'"]),
        "a\n1\n"
    );
    folder.file("only.csv", "a,b\n");
    assert_eq!(folder.csv(&["-c", "SELECT * FROM 'only.csv'"]), "a,b\n");
}

#[test]
fn csv_lines_that_cannot_be_read() {
    let folder = Folder::new();
    folder
        .file("long.csv", "a,b\n1,2\n1,2,3\n")
        .file("latin.csv", b"a,b\n1,caf\xe9\n")
        .file("other.csv", b"a,b\n1,caf\xe9\n2,\x81\n");
    folder.run(&["-c", "SELECT * FROM 'long.csv'"]).failed(
        1,
        &["long.csv, line 3, has 3 values, but the lines before it have 2"],
    );
    let latin = folder.run(&["--format", "csv", "-c", "SELECT * FROM 'latin.csv'"]);
    assert!(
        latin.stderr.contains("latin.csv is read as Windows-1252"),
        "{latin:?}"
    );
    assert_eq!(latin.succeeded(), "a,b\n1,café\n");
    // This byte is no letter of Windows-1252.
    folder
        .run(&["-c", "SELECT * FROM 'other.csv'"])
        .failed(1, &["other.csv is not UTF-8 text (line 2)"]);
}

#[test]
fn csv_lines_beyond_the_sample_name_their_table() {
    let folder = Folder::new();
    let rows = "1,2\n".repeat(1400);
    folder.file("long.csv", format!("a,b\n{rows}1,2,3\n"));
    folder.file(
        "latin.csv",
        [
            b"a,b\n".as_slice(),
            "1,bar\n".repeat(1400).as_bytes(),
            b"1,caf\xe9\n",
        ]
        .concat(),
    );
    let run = |file: &str| {
        folder.run(&[
            "--infer-rows",
            "1",
            "-c",
            &format!("SELECT max(b) FROM '{file}'"),
        ])
    };
    run("long.csv").failed(
        1,
        &["long.csv, line 1402, has 3 values, but the lines before it have 2"],
    );
    let latin = run("latin.csv");
    assert!(
        latin.stderr.contains("latin.csv is read as Windows-1252"),
        "{latin:?}"
    );
    assert!(latin.succeeded().contains("café"));
}

/// Numbers, then from row 1400 on a word; the second column begins with 1200 rows without a value.
fn late_surprises() -> String {
    let rows = (0..1500).map(|i| {
        let n = if i < 1400 {
            i.to_string()
        } else {
            "many".to_string()
        };
        format!("{n},{}\n", if i < 1200 { "" } else { "5" })
    });
    std::iter::once("n,late\n".to_string())
        .chain(rows)
        .collect()
}

#[test]
fn csv_types_come_from_more_than_the_first_thousand_rows() {
    let folder = Folder::new();
    folder.file("t.csv", late_surprises());
    assert_eq!(
        folder.csv(&["-c", "SELECT max(n) AS n, sum(late) AS late FROM 't.csv'"]),
        "n,late\nmany,1500\n"
    );
}

#[test]
fn a_csv_value_that_does_not_fit_its_type_says_where_it_is() {
    let folder = Folder::new();
    folder.file("t.csv", late_surprises());
    let outcome = folder.run(&[
        "--infer-rows",
        "1000",
        "--table",
        "t=t.csv",
        "-c",
        "SELECT max(n) FROM t",
    ]);
    outcome.failed(
        1,
        &[
            "t.csv, line 1402, has 'many' in column n, which is BIGINT",
            "--types n=TEXT",
            "--infer-rows",
            "note: column late has no value in the first 1000 rows of t.csv",
        ],
    );
}

#[test]
fn csv_values_keep_what_they_say() {
    let folder = Folder::new();
    // Codes with leading zeros are no numbers; a second file decides about the types as well.
    folder
        .file("t/a.csv", "code,n,m,none\n00123,1,1,\n")
        .file("t/b.csv", "code,n,m,none\n7,1.5,x,\n");
    assert_eq!(
        folder.csv(&["-c", "SELECT code, n, m, none, arrow_typeof(n) AS tn, arrow_typeof(none) AS t0 FROM 't/' ORDER BY code"]),
        "code,n,m,none,tn,t0\n00123,1.0,1,,Float64,Utf8\n7,1.5,x,,Float64,Utf8\n"
    );
    folder.file("lines.csv", "a,b\n\"one\ntwo\",2\n");
    assert_eq!(
        folder.csv(&["-c", "SELECT length(a) AS l, b FROM 'lines.csv'"]),
        "l,b\n7,2\n"
    );
}

#[test]
fn compressed_text_is_read() {
    let folder = Folder::new();
    for (codec, ending) in [("gzip", "gz"), ("zstd", "zst")] {
        let copy = format!(
            "COPY (SELECT 1 AS id, 'x' AS s) TO 't.csv.{ending}' STORED AS CSV OPTIONS ('format.compression' '{codec}', 'format.has_header' 'true')"
        );
        folder.run(&["-c", &copy]).succeeded();
        assert_eq!(
            folder.csv(&["-c", &format!("SELECT * FROM 't.csv.{ending}'")]),
            "id,s\n1,x\n"
        );
    }
}

#[test]
fn json_is_read_as_lines_or_as_an_array() {
    let folder = Folder::new();
    folder
        .file("a.ndjson", "{\"a\":1}\n{\"a\":2,\"b\":\"x\"}\n")
        .file("b.json", "[{\"a\":3},\n {\"a\":4}]\n")
        .file("c.json", "7");
    assert_eq!(
        folder.csv(&["-c", "SELECT * FROM 'a.ndjson'"]),
        "a,b\n1,\n2,x\n"
    );
    assert_eq!(folder.csv(&["-c", "SELECT * FROM 'b.json'"]), "a\n3\n4\n");
    folder
        .run(&["-c", "SELECT * FROM 'c.json'"])
        .failed(1, &["c.json is not a table in JSON"]);
}

#[test]
fn other_texts_that_are_called_csv_are_named() {
    let folder = Folder::new();
    for (text, words) in [
        (
            "[{\"c\":\"c1\",\"a\":1},{\"c\":\"c2\",\"a\":2}]",
            &["t.csv is JSON", ".json"][..],
        ),
        (
            "{\"c\":\"c1\",\"a\":1}\n{\"c\":\"c2\",\"a\":2}\n",
            &["t.csv is JSON"],
        ),
        (
            "{\"error\":\"not found\"}",
            &[
                "it begins with {\"error\":\"not found\"}",
                "service that failed",
            ],
        ),
        (
            "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n",
            &["a Git LFS pointer", "git lfs pull"],
        ),
        (
            "INSERT INTO t VALUES ('c1', 1);\nINSERT INTO t VALUES ('c2', 2);\n",
            &["an SQL script"],
        ),
    ] {
        folder.file("t.csv", text);
        folder
            .run(&["-c", "SELECT * FROM 't.csv'"])
            .failed(1, words);
    }
    // A cell may be an object.
    folder.file("t.csv", "{},c1\n{},c2\n");
    assert_eq!(
        folder.csv(&["--header", "no", "-c", "SELECT count(*) AS n FROM 't.csv'"]),
        "n\n2\n"
    );
}

/// Each says what is wrong with its line, and the call that it gives mends the file.
#[test]
fn lines_with_too_many_values_say_why() {
    let folder = Folder::new();
    let told = |text: &str, words: &[&str]| {
        folder.file("t.csv", text);
        folder
            .run(&["-c", "SELECT * FROM 't.csv'"])
            .failed(1, words);
    };
    let preamble = "tail -n +4 t.csv > clean.csv";
    told(
        "Report: Sales\nGenerated: 2026-01-01\n\nid,name\nc1,A\nc2,B\n",
        &["line 4", preamble],
    );
    told(
        "Report: Sales, all\nGenerated: 2026-01-01\n\nid,name,x\nc1,A,a\nc2,B,b\n",
        &["3 lines from line 1", preamble],
    );
    told(
        "Report\n\nid;name\nc1;A\nc2;B\n",
        &["has no ';' in its first line", "tail -n +3 t.csv"],
    );
    told(
        "id,amount\nc1,1,\nc2,2,\n",
        &[
            "a separator at its end",
            "sed 's/,\\r*$//' t.csv > clean.csv",
        ],
    );
    told(
        "id,amount\nc1, \"1,5\"\nc2,\"2,5\"\n",
        &[
            "a blank before a quote",
            "sed 's/, *\"/,\"/g' t.csv > clean.csv",
        ],
    );
    told(
        "id,name,a\n1,O\\,Neil,5\n2,Bob,6\n",
        &["a backslash before a separator", "ENCLOSED BY '\"'"],
    );
    told(
        "id,name,a\n1,a\\\nb,5\n2,Bob,6\n",
        &["a backslash before a separator or a line end"],
    );
    // A column of lists is no table under a title.
    folder.file("t.csv", "tags\nred;blue\ngreen;black\n");
    assert_eq!(
        folder.csv(&["-c", "SELECT count(*) AS n FROM 't.csv'"]),
        "n\n2\n"
    );
    // The value of a row is no name.
    told("id,amount\nc1,1,5\nc2,2,6\n", &["in double quotes"]);
}

#[test]
fn files_of_one_folder_without_headers_or_with_other_separators() {
    let folder = Folder::new();
    folder.file("no/a.csv", "c1,CRM\nc2,Chat\n");
    folder.file("no/b.csv", "c3,CRM\nc4,Mail\n");
    folder.run(&["-c", "SELECT * FROM 'no/'"]).failed(
        1,
        &[
            "Nothing tells whether their first lines are names or rows",
            "--header no reads all lines as rows",
        ],
    );
    let n = ["--header", "no", "-c", "SELECT count(*) AS n FROM 'no/'"];
    assert_eq!(folder.csv(&n), "n\n4\n");
    folder.file("rows/a.csv", "c1;1\nc2;2\n");
    folder.file("rows/b.csv", "c3,3\n");
    let rows = [
        "--header",
        "no",
        "--quiet",
        "-c",
        "SELECT * FROM 'rows/' ORDER BY column_1",
    ];
    assert_eq!(folder.csv(&rows), "column_1,column_2\nc1,1\nc2,2\nc3,3\n");
    folder.file("mix/a.csv", "c;a\nc1;1\n");
    folder.file("mix/b.csv", "c,a\nc2,2\n");
    let mix = folder.run(&["--format", "csv", "-c", "SELECT * FROM 'mix/' ORDER BY a"]);
    assert!(
        mix.stderr.contains("files have different separators: mix/a.csv has ';' between its values, mix/b.csv has ','"),
        "{mix:?}"
    );
    assert_eq!(mix.succeeded(), "c,a\nc1,1\nc2,2\n");
}

#[test]
fn texts_that_are_taken_for_amounts_are_named_with_a_call() {
    let folder = Folder::new();
    let rows = |a: &str, b: &str| {
        format!("SELECT * FROM (VALUES ('c1', '{a}'), ('c2', '{b}')) AS t(customer_id, a)")
    };
    folder.run(&["-o", "plain.parquet", "-c", &rows("1.5", "2.5")]);
    folder.run(&["-o", "money.parquet", "-c", &rows("$1.00", "$2.50")]);
    let arpa = |of: &str, table: &str| {
        format!("SELECT arpa(customer_id, {of}) AS r FROM '{table}.parquet'")
    };
    folder
        .run(&["-c", &arpa("a", "plain")])
        .failed(1, &["Example: arpa(customer_id, CAST(a AS DOUBLE))"]);
    // (1.5 + 2.5) / 2
    assert_eq!(
        folder.csv(&["-c", &arpa("CAST(a AS DOUBLE)", "plain")]),
        "r\n2.0\n"
    );
    let reads = "CAST(regexp_replace(a, '[^0-9.-]', '', 'g') AS DECIMAL(18, 4))";
    for query in [
        arpa("a", "money"),
        "SELECT sum(a) FROM 'money.parquet'".to_string(),
    ] {
        folder.run(&["-c", &query]).failed(
            1,
            &[
                "column a is text: its numbers are written like $1.00",
                reads,
            ],
        );
    }
    folder
        .run(&["-c", &arpa("CAST(a AS DOUBLE)", "money")])
        .failed(
            1,
            &["CAST(regexp_replace(a, '[^0-9.-]', '', 'g') AS DOUBLE) reads"],
        );
    // (1 + 2.5) / 2
    assert_eq!(
        folder.csv(&["-c", &arpa(reads, "money")]),
        "r\n1.75000000\n"
    );
}

#[test]
fn a_stray_value_a_time_for_ever_and_an_empty_text_are_said() {
    let folder = Folder::new();
    let numbers: String = (1..=50).map(|n| format!("c{n},{n}\n")).collect();
    folder.file("t.csv", format!("id,a\n{numbers}c51,2026-01-01\n"));
    let stray = "column a is text because of 1 of its 51 values, such as 2026-01-01 (t.csv, line 52); the others are numbers";
    folder
        .run(&["-c", "SELECT sum(a) FROM 't.csv'"])
        .failed(1, &[stray]);
    folder.file(
        "t.csv",
        "id,at\nc1,2026-01-01 10:00:00\nc2,9999-12-31 23:59:59.9999999\n",
    );
    let time = "arrow_cast(substr(at, 1, 26), 'Timestamp(Microsecond, None)')";
    folder
        .run(&["-c", "SELECT max(at) FROM 't.csv'"])
        .failed(1, &["--types at=TEXT", time]);
    let year = format!("SELECT date_part('year', max({time})) AS y FROM 't.csv'");
    assert_eq!(
        folder.csv(&["--types", "at=TEXT", "-c", &year]),
        "y\n9999\n"
    );
    folder.file("t.csv", "id,a\nc1,5\nc2,N/A: none\n");
    let sum = "SELECT sum(a) AS s FROM 't.csv'";
    folder
        .run(&["--null", "N/A: none", "-c", sum])
        .failed(1, &["--null ':N/A: none'"]);
    assert_eq!(folder.csv(&["--null", ":N/A: none", "-c", sum]), "s\n5\n");
    folder.file(
        "t.json",
        "{\"c\":\"c1\",\"a\":1.5}\n{\"c\":\"c2\",\"a\":\"\"}\n",
    );
    folder.run(&["-c", "SELECT sum(a) FROM 't.json'"]).failed(
        1,
        &[
            "a is a number in line 1, but an empty text in line 2",
            "sed 's/: *\"\"/: null/g' t.json",
        ],
    );
    folder.file("t.log", "c,a\nc1,1\n");
    folder
        .run(&["-c", "SELECT * FROM 't.log'"])
        .failed(1, &["FROM './t.log'"]);
    assert_eq!(
        folder.csv(&["--quiet", "-c", "SELECT a FROM './t.log'"]),
        "a\n1\n"
    );
    folder.run(&[
        "-o",
        "da.parquet",
        "-c",
        "SELECT CAST(1.25 AS DECIMAL(10, 2)) AS a",
    ]);
    folder.run(&[
        "-o",
        "db.parquet",
        "-c",
        "SELECT CAST(0.125 AS DOUBLE) AS a",
    ]);
    folder
        .run(&["-c", "SELECT sum(a) FROM '{da,db}.parquet'"])
        .failed(1, &["CAST(\"a\" AS DOUBLE)"]);
}
