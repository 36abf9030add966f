//! Damaged lines of CSV files: an error with their place and text, or left out, counted and saved.

use crate::command::Folder;

const COUNT: &str = "SELECT count(*) AS n, sum(amount) AS amount FROM 't.csv'";

/// Rows of the numbers 1 to `n`, of which some are replaced: the first row is in line 2.
fn rows(n: usize, damaged: &[(usize, &str)]) -> String {
    let mut lines = vec!["id,amount,note".to_string()];
    lines.extend((1..=n).map(|i| format!("c{i},{i},fine")));
    for (line, text) in damaged {
        lines[line - 1] = text.to_string();
    }
    lines.join("\n") + "\n"
}

fn folder(text: impl AsRef<[u8]>) -> Folder {
    let folder = Folder::new();
    folder.file("t.csv", text);
    folder
}

#[test]
fn a_damaged_line_is_an_error_with_its_place_its_text_and_the_option_that_goes_on() {
    for (damage, words) in [
        ("c4,4", "t.csv, line 5, has 2 values"),
        ("c4,4,a,b", "t.csv, line 5, has 4 values"),
        (
            "c4,4,\"a\"b",
            "t.csv, line 5, has 'b' after the closing quote",
        ),
        ("c4,4,\"a", "t.csv, line 5, has a quote"),
        ("c4,4,a\0", "t.csv, line 5, has a byte that is 0"),
    ] {
        let folder = folder(rows(8, &[(5, damage)]));
        let text = format!("line 5: {}", damage.replace('\0', "\u{fffd}"));
        folder
            .run(&["-c", COUNT])
            .failed(1, &[words, &text, "--lenient leaves damaged lines out"]);
    }
    // The lines above, quoted line ends and lines of nothing count.
    let text = "sep=,\nid,amount,note\n\n\"c\n1\",1,x\n\nc2,2\n";
    folder(text)
        .run(&["-c", COUNT])
        .failed(1, &["t.csv, line 7, has 2 values", "line 7: c2,2"]);
    let long = format!("c4,4,{}", "x,".repeat(500));
    let error = folder(rows(8, &[(5, &long)])).run(&["-c", COUNT]);
    let error = error.failed(1, &["line 5: c4,4,x,x", "…"]);
    assert!(error.len() < 800, "{error}");
}

#[test]
fn what_stands_before_the_rows_cannot_be_left_out() {
    let error = folder("id,\"amount\"x,note\nc1,1,x\n").run(&["-c", COUNT]);
    let error = error.failed(1, &["t.csv, line 1, has 'x' after the closing quote"]);
    assert!(!error.contains("--lenient"), "{error}");
    folder("id,\"amount\"x,note\nc1,1,x\n")
        .run(&["--lenient", "-c", COUNT])
        .failed(1, &["t.csv, line 1, has 'x' after the closing quote"]);
}

#[test]
fn damaged_lines_are_left_out_counted_and_saved() {
    let damaged = [
        (11, "c10,10,\"size 5"),
        (21, "c20,20"),
        (41, "c40,40,\"a\"b"),
        (71, "c70,70,a,b"),
    ];
    let folder = folder(rows(500, &damaged));
    let outcome = folder.run(&["--format", "csv", "--lenient", "-c", COUNT]);
    assert!(
        outcome
            .stderr
            .contains("4 damaged lines of t.csv are left out (t.csv, line 11: a quote that is not closed, for example): they are in rejects.csv"),
        "{}",
        outcome.stderr
    );
    assert_eq!(outcome.succeeded(), "n,amount\n496,125110\n");
    assert_eq!(
        folder.read("rejects.csv"),
        "file,line,column,reason,text\n\
         t.csv,11,,a quote that is not closed,\"c10,10,\"\"size 5\"\n\
         t.csv,21,,2 values instead of 3,\"c20,20\"\n\
         t.csv,41,,text after a closing quote,\"c40,40,\"\"a\"\"b\"\n\
         t.csv,71,,4 values instead of 3,\"c70,70,a,b\"\n"
    );
}

#[test]
fn values_that_do_not_fit_are_left_out_whatever_is_asked_for() {
    let folder = folder(rows(500, &[(31, "c30,xx,fine"), (301, "c300,1.5,fine")]));
    let args = ["--lenient", "--types", "amount=BIGINT", "-c"];
    let count = folder.csv(&[&args[..], &["SELECT count(*) AS n FROM 't.csv'"]].concat());
    assert_eq!(count, "n\n498\n");
    assert_eq!(
        folder.read("rejects.csv"),
        "file,line,column,reason,text\n\
         t.csv,31,amount,'xx' in column amount is not of type BIGINT,\"c30,xx,fine\"\n\
         t.csv,301,amount,'1.5' in column amount is not of type BIGINT,\"c300,1.5,fine\"\n"
    );
    let joined = "SELECT count(*) AS n FROM 't.csv' a JOIN (SELECT id FROM 't.csv') b USING (id)";
    let outcome = folder.run(&[&["--format", "csv"], &args[..], &[joined]].concat());
    assert_eq!(
        outcome.stderr.matches("2 damaged lines").count(),
        1,
        "{}",
        outcome.stderr
    );
    assert_eq!(outcome.succeeded(), "n\n498\n");
    // Beyond the rows that tell the types.
    let plain = self::folder(rows(3000, &[(2001, "c2000,xx,fine")]));
    let counted = plain.csv(&["--lenient", "--infer-rows", "1", "-c", COUNT]);
    assert_eq!(counted, "n,amount\n2999,4499500\n");
}

#[test]
fn more_than_may_be_left_out_is_an_error_that_says_where_they_are() {
    let folder = folder(rows(100, &[(11, "c10"), (21, "c20")]));
    folder.run(&["--lenient", "-c", COUNT]).failed(
        1,
        &[
            "2 of 100 lines (2 %) of t.csv are damaged",
            "--max-rejects 1%",
            "they are in rejects.csv",
            "--max-rejects 2 lets them pass",
        ],
    );
    assert!(
        folder
            .read("rejects.csv")
            .contains("t.csv,21,,1 value instead of 3,c20")
    );
    for max in ["2", "2%", "100%"] {
        let counted = folder.csv(&["--lenient", "--max-rejects", max, "-c", COUNT]);
        assert_eq!(counted, "n,amount\n98,5020\n", "{max}");
    }
    for max in ["1", "1.9%", "0"] {
        let args = ["--lenient", "--max-rejects", max, "-c", COUNT];
        folder.run(&args).failed(1, &["are damaged"]);
    }
    folder
        .run(&["--lenient", "--max-rejects", "many", "-c", COUNT])
        .failed(2, &["20 for lines", "0.5%"]);
    // What is not read is not judged.
    let early = rows(30_000, &[(29_000, "c"), (29_001, "c")]);
    let folder = self::folder(early);
    let args = [
        "--lenient",
        "--max-rejects",
        "0",
        "-c",
        "SELECT id FROM 't.csv' LIMIT 1",
    ];
    assert_eq!(folder.csv(&args), "id\nc1\n");
    assert!(!folder.path("rejects.csv").exists());
}

#[test]
fn the_file_of_rejects_is_chosen_and_takes_the_place_of_no_other() {
    let folder = folder(rows(200, &[(11, "c10")]));
    let args = ["--lenient", "--rejects", "bad/lines.csv", "-c", COUNT];
    folder.run(&args).failed(1, &["there is no folder bad"]);
    folder.file("mine.csv", "id\n1\n");
    let args = ["--lenient", "--rejects", "mine.csv", "-c", COUNT];
    folder
        .run(&args)
        .failed(1, &["mine.csv is there already", "name another file"]);
    assert_eq!(folder.read("mine.csv"), "id\n1\n");
    for _ in 0..2 {
        let args = ["--lenient", "--rejects", "lines.csv", "-c", COUNT];
        folder.run(&args).succeeded();
        assert_eq!(folder.read("lines.csv").lines().count(), 2);
    }
    assert!(!folder.path("rejects.csv").exists());
    folder
        .run(&["--rejects", "lines.csv", "-c", COUNT])
        .failed(2, &["--lenient"]);
}

#[test]
fn lenient_is_an_option_of_external_tables_and_works_in_copies() {
    let folder = folder(rows(200, &[(11, "c10"), (21, "\"c20,20,x")]));
    let create =
        "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION 't.csv' OPTIONS ('lenient' 'true'); ";
    let query = "SELECT count(*) AS n, sum(amount) AS amount FROM t";
    let outcome = folder.run(&["--format", "csv", "-c", create, "-c", query]);
    assert!(
        outcome
            .stderr
            .contains("2 damaged lines of t.csv are left out"),
        "{}",
        outcome.stderr
    );
    assert_eq!(outcome.succeeded(), "n,amount\n198,20070\n");
    let copy = "COPY (SELECT * FROM 't.csv') TO 'out.csv'";
    let outcome = folder.run(&["--lenient", "-c", copy]);
    assert!(
        outcome.stderr.contains("2 damaged lines"),
        "{}",
        outcome.stderr
    );
    outcome.succeeded();
    assert_eq!(folder.read("out.csv").lines().count(), 199);
    folder
        .run(&[
            "-c",
            "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION 't.csv' OPTIONS ('max_rejects' 'x')",
        ])
        .failed(1, &["max_rejects", "0.5%"]);
}

#[test]
fn compressed_and_encoded_files_lose_the_same_lines() {
    let folder = Folder::new();
    let text = rows(200, &[(11, "c10"), (21, "c20,20,\"x")]);
    let utf16: Vec<u8> = [0xFEFF]
        .into_iter()
        .chain(text.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    folder.file("t.csv", utf16);
    let counted = folder.csv(&["--lenient", "-c", COUNT]);
    assert_eq!(counted, "n,amount\n198,20070\n");
    assert!(
        folder
            .read("rejects.csv")
            .contains("t.csv,21,,a quote that is not closed,\"c20,20,\"\"x\"\n")
    );

    let mut broken = rows(200, &[]).into_bytes();
    broken.splice(15..15, *b"\xFF");
    broken.extend("c201,\u{e4},fine\n".as_bytes());
    let folder = self::folder(broken);
    let args = [
        "--lenient",
        "--encoding",
        "utf-8",
        "-c",
        "SELECT count(*) AS n FROM 't.csv'",
    ];
    assert_eq!(folder.csv(&args), "n\n200\n");
    assert!(
        folder
            .read("rejects.csv")
            .contains("t.csv,2,,bytes that are not of the encoding")
    );
}

#[test]
fn header_lines_among_the_rows_are_left_out_and_said() {
    let text = "id,amount\nc1,1\nid,amount\nc2,2\n\"id\",\"amount\"\nc3,3\n";
    let folder = folder(text);
    let outcome = folder.run(&["--format", "csv", "-c", COUNT]);
    assert!(
        outcome
            .stderr
            .contains("t.csv repeats its header line 2 times, first in line 3"),
        "{}",
        outcome.stderr
    );
    assert_eq!(outcome.succeeded(), "n,amount\n3,6\n");
    // Lines keep their numbers.
    self::folder("id,amount\nc1,1\nid,amount\nc2,2,3\n")
        .run(&["-c", COUNT])
        .failed(1, &["t.csv, line 4, has 3 values"]);
    // In a file of texts alone it may be a row, as it is in one without a header line.
    let texts = self::folder("a,b\nc,d\na,b\n");
    texts
        .run(&["-c", "SELECT count(*) FROM 't.csv'"])
        .failed(1, &["found again below", "--header yes", "--header no"]);
    let n = "SELECT count(*) AS n FROM 't.csv'";
    assert_eq!(texts.csv(&["--header", "no", "-c", n]), "n\n3\n");
    assert_eq!(texts.csv(&["--header", "yes", "-c", n]), "n\n1\n");
    let numbers = self::folder("1,2\n3,4\n1,2\n");
    assert_eq!(numbers.csv(&["-c", n]), "n\n3\n");
}

#[test]
fn a_second_header_line_is_left_out_where_it_is_one_beyond_doubt() {
    for second in [
        "text,EUR,(pcs)",
        ",EUR,",
        "VARCHAR,DOUBLE,INTEGER",
        "Customer,Net amount,Pieces",
    ] {
        let folder = folder(format!("id,amount,n\n{second}\nc1,1.5,1\nc2,2.5,2\n"));
        let outcome = folder.run(&[
            "--format",
            "csv",
            "-c",
            "SELECT count(*) AS n, sum(amount) AS a FROM 't.csv'",
        ]);
        assert!(
            outcome
                .stderr
                .contains("t.csv, line 2, is a second header line"),
            "{second}: {}",
            outcome.stderr
        );
        assert_eq!(outcome.succeeded(), "n,a\n2,4.0\n", "{second}");
    }
    // A row whose values are still open is one.
    let open = self::folder(
        "customer,amount,due\nMeyer,open,pending\nc1,1.5,2026-01-01\nc2,2.5,2026-01-02\n",
    );
    let outcome = open.run(&[
        "--format",
        "csv",
        "-c",
        "SELECT count(amount) AS n FROM 't.csv'",
    ]);
    assert!(
        outcome
            .stderr
            .contains("\"open\" in t.csv, line 2; all other values are DOUBLE. If that line is a second header line"),
        "{}",
        outcome.stderr
    );
    assert_eq!(outcome.succeeded(), "n\n3\n");
    // It may be a row.
    let folder = folder("id,amount,n\nc0,unclear,7\nc1,1.5,1\nc2,2.5,2\n");
    assert_eq!(
        folder.csv(&["-c", "SELECT count(*) AS n FROM 't.csv'"]),
        "n\n3\n"
    );
}

#[test]
fn the_dialect_is_said_by_hand() {
    let n = "SELECT count(*) AS n, max(b) AS b FROM 't.csv'";
    for (text, args, expected) in [
        (
            "a;b\n1;|x;y|\n",
            vec!["--delimiter", ";", "--quote", "|"],
            "1,x;y",
        ),
        (
            "a,b\n1,\"x \\\" y\"\n",
            vec!["--escape", "\\"],
            "1,\"x \"\" y\"",
        ),
        ("a,b\n%note\n1,x\n", vec!["--comment", "%"], "1,x"),
        (
            "one\ntwo,three,four\na,b\n1,x\n",
            vec!["--skip", "2"],
            "1,x",
        ),
        (
            "one\ntwo,three,four\na,b\n1,x\n",
            vec!["--skip", "t.csv:2"],
            "1,x",
        ),
    ] {
        let folder = folder(text);
        let counted = folder.csv(&[&args[..], &["-c", n]].concat());
        assert_eq!(counted, format!("n,b\n{expected}\n"), "{args:?}");
    }
    let folder = folder(b"a,b\n1,\x8A\n");
    assert_eq!(
        folder.csv(&["--encoding", "macintosh", "-c", n]),
        "n,b\n1,\u{e4}\n"
    );
    let select = "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION 't.csv' OPTIONS ('encoding' 'macintosh'); \
                  SELECT max(b) AS b FROM t";
    assert_eq!(folder.csv(&["-c", select]), "b\n\u{e4}\n");
    let skipped = self::folder("one\na,b\n1,x\n");
    let select = "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION 't.csv' OPTIONS ('skip' '1'); \
                  SELECT max(b) AS b FROM t";
    assert_eq!(skipped.csv(&["-c", select]), "b\nx\n");
    for (args, words) in [
        (["--quote", "ab"], "one character"),
        (["--escape", "x"], "one character"),
        (["--comment", ""], "one character"),
        (["--skip", "x"], "a number of lines"),
        (["--encoding", "klingon"], "windows-1252"),
        (["--encoding", "cp850"], "iconv -f CP850 -t UTF-8"),
    ] {
        skipped
            .run(&[&args[..], &["-c", n]].concat())
            .failed(2, &[words]);
    }
}

#[test]
fn quotes_are_found_where_the_file_says_so() {
    let n = "SELECT count(*) AS n, max(b) AS b FROM 't.csv'";
    for (text, expected, note) in [
        ("'a','b'\n'1','x'\n", "1,x", "single quotes"),
        ("a,b\n1,'x, y'\n2,'v, w'\n", "2,\"x, y\"", "single quotes"),
        (
            "a,b\n1,\"x \\\"y\\\" z\"\n",
            "1,\"x \"\"y\"\" z\"",
            "a backslash before quotes",
        ),
    ] {
        let folder = folder(text);
        let outcome = folder.run(&["--format", "csv", "-c", n]);
        assert!(outcome.stderr.contains(note), "{text}: {}", outcome.stderr);
        assert_eq!(outcome.succeeded(), format!("n,b\n{expected}\n"), "{text}");
    }
    // Apostrophes are no quotes.
    let folder = folder("a,b\n1,'tis\n2,o'clock\n");
    let outcome = folder.run(&["--format", "csv", "-c", n]);
    assert_eq!(outcome.stderr, "");
    assert_eq!(outcome.succeeded(), "n,b\n2,o'clock\n");
}

#[test]
fn the_damaged_lines_have_a_file_of_their_own() {
    let folder = folder(rows(200, &[(5, "c4,4")]));
    folder
        .run(&[
            "--lenient",
            "--rejects",
            "/dev/stderr",
            "--quiet",
            "-c",
            COUNT,
        ])
        .succeeded();
    for args in [
        &["--lenient", "-o", "rejects.csv"][..],
        &["--lenient", "--rejects", "x.csv", "-o", "./x.csv"],
    ] {
        folder.run(&[args, &["-c", COUNT]].concat()).failed(
            2,
            &[
                "is also the file of the damaged lines",
                "--rejects damaged.csv",
            ],
        );
    }
    for (name, instead) in [
        ("r.parquet", "as r.csv"),
        ("r.json", "as r.csv"),
        ("r.csv.gz", "as r.csv"),
        ("r.tsv", "as r.csv"),
        ("r.TSV", "as r.csv"),
    ] {
        folder
            .run(&["--lenient", "--rejects", name, "-c", COUNT])
            .failed(1, &["damaged lines are saved as CSV", instead]);
    }
}

#[test]
fn a_limit_without_lenient_has_no_effect_and_is_an_error() {
    let folder = folder(rows(8, &[]));
    folder
        .run(&["-c", "SELECT * FROM read_csv('t.csv', max_rejects => 5)"])
        .failed(
            1,
            &[
                "max_rejects has no effect without lenient",
                "lenient => true",
            ],
        );
    let sql =
        "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION 't.csv' OPTIONS ('format.max_rejects' '5')";
    folder.run(&["-c", sql]).failed(
        1,
        &["has no effect without lenient", "'format.lenient' 'true'"],
    );
    let sql = "SELECT count(*) AS n FROM read_csv('t.csv', lenient => true, max_rejects => 5)";
    folder.run(&["-c", sql]).succeeded();
}
