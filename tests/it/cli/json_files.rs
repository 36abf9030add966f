//! JSON as programs and web services write it.

use crate::command::{Folder, Outcome};

pub(super) fn run(folder: &Folder, sql: &str) -> Outcome {
    folder.run(&["--format", "csv", "-c", sql])
}

#[track_caller]
pub(super) fn is(outcome: Outcome, rows: &str) {
    assert_eq!(outcome.stderr, "");
    assert_eq!(outcome.succeeded(), rows);
}

#[test]
fn objects_and_arrays_may_be_written_over_lines() {
    let folder = Folder::new();
    folder
        .file("lines.json", "{\"c\":\"x\",\"m\":1}\n{\"c\":\"y\",\"m\":3}\n")
        .file("objects.json", "{\n  \"c\": \"x\",\n  \"m\": 1\n}\n{\n  \"c\": \"y\",\n  \"m\": 3\n}\n")
        .file("beside.json", "{\"c\":\"x\",\"m\":1} {\"c\":\"y\",\"m\":3}")
        .file("array.json", "[{\"c\":\"x\",\"m\":1},{\"c\":\"y\",\"m\":3}]")
        .file(
            "pretty.json",
            "[\n  {\n    \"c\": \"x\",\n    \"m\": 1\n  },\n  {\n    \"c\": \"y\",\n    \"m\": 3\n  }\n]\n",
        );
    for file in ["lines", "objects", "beside", "array", "pretty"] {
        is(
            run(
                &folder,
                &format!("SELECT c, m FROM '{file}.json' ORDER BY c"),
            ),
            "c,m\nx,1\ny,3\n",
        );
    }
}

/// Files are cut into pieces for several threads, but not between the lines of a record.
#[test]
fn large_files_over_lines_are_whole() {
    let folder = Folder::new();
    let records: Vec<String> = (0..20_000)
        .map(|i| format!("{{\n  \"m\": {i},\n  \"text\": \"{}\"\n}}", "x".repeat(20)))
        .collect();
    folder
        .file("objects.json", records.join("\n"))
        .file("array.json", format!("[{}]", records.join(",\n")));
    for file in ["objects", "array"] {
        let sql = format!(
            "SET datafusion.optimizer.repartition_file_min_size = 1000; \
             SELECT count(*) AS n, sum(m) AS s FROM '{file}.json' WHERE m >= 0"
        );
        is(run(&folder, &sql), "n,s\n20000,199990000\n");
    }
}

#[test]
fn files_that_are_laid_out_differently_are_one_table() {
    let folder = Folder::new();
    folder
        .file("t/a.json", "\u{feff}{\"a\":1}\n{\"a\":2}\n")
        .file("t/b.json", "[{\"a\":3},\n {\"b\":\"]\",\"A\":4}]")
        .file("t/c.json", "{\n\"a\": 5.5}\n");
    let outcome = run(&folder, "SELECT sum(a) AS s, max(b) AS b FROM 't/'");
    assert!(outcome.stderr.contains("has both a and A"), "{outcome:?}");
    let _ = outcome.succeeded();
    folder.file("t/b.json", "[{\"a\":3},\n {\"b\":\"]\",\"a\":4}]");
    assert_eq!(
        folder.csv(&["--quiet", "-c", "SELECT sum(a) AS s, max(b) AS b FROM 't/'"]),
        "s,b\n15.5,]\n"
    );
}

/// The reader would make 9007199254740992 of it.
#[test]
fn numbers_of_several_files_are_exact_or_refused() {
    let folder = Folder::new();
    folder
        .file("t/a.json", "{\"m\":9007199254740993}\n")
        .file("t/b.json", "{\"m\":1.5}\n")
        .file("u/a.json", "{\"m\":18446744073709551615}\n")
        .file("u/b.json", "{\"m\":-1}\n")
        .file("n/a.json", "{\"m\":{\"x\":[9007199254740993]}}\n")
        .file("n/b.json", "{\"m\":{\"x\":[0.5]}}\n")
        .file("ok/a.json", "{\"m\":{\"x\":[7]}}\n")
        .file("ok/b.json", "{\"m\":{\"x\":[0.5],\"y\":1}}\n");
    for (table, words) in [
        ("t", "in row 1 of t/a.json it is a whole number beyond 2^53"),
        (
            "u",
            "in row 1 of u/a.json it is a whole number beyond BIGINT",
        ),
        ("n", "in row 1 of n/a.json it is a whole number beyond 2^53"),
    ] {
        run(&folder, &format!("SELECT m FROM '{table}/'")).failed(1, &[words, "UNION ALL BY NAME"]);
    }
    let error = run(&folder, "SELECT m FROM 't/'").failed(1, &["DECIMAL(38, 9)"]);
    let call = error
        .split_once("SELECT CAST")
        .expect("a call")
        .1
        .lines()
        .next()
        .expect("a line")
        .to_string();
    assert_eq!(
        folder.csv(&["--quiet", "-c", &format!("SELECT CAST{call} ORDER BY m")]),
        "m\n1.500000000\n9007199254740993.000000000\n"
    );
    assert_eq!(
        folder.csv(&[
            "--quiet",
            "-c",
            "SELECT m['x'][1] AS x, m['y'] AS y FROM 'ok/' ORDER BY x"
        ]),
        "x,y\n0.5,1\n7.0,\n"
    );
}

#[test]
fn values_that_do_not_fit_their_column_are_errors_with_their_lines() {
    let folder = Folder::new();
    for (name, text, words) in [
        (
            "mixed",
            "{\"c\":\"1\"}\n{\"c\":2}\n",
            ["c is text in line 1, but a number in line 2", "in quotes"],
        ),
        (
            "text_late",
            "{\"c\":7}\n\n{\"c\":\"007\"}\n",
            ["c is a number in line 1, but text in line 3", "alike"],
        ),
        (
            "flag",
            "{\"c\":true}\n{\"c\":null}\n{\"c\":\"yes\"}\n",
            ["c is true or false in line 1, but text in line 3", "alike"],
        ),
        (
            "nested",
            "{\"a\":{\"b\":[1]}}\n{\"a\":{\"b\":[\"x\"]}}\n",
            ["a.b.[] is a number in line 1, but text in line 2", "alike"],
        ),
        (
            "large",
            "{\"c\":9007199254740993}\n{\"c\":1.5}\n",
            [
                "c is a whole number beyond 2^53",
                "a number with a fraction in line 2",
            ],
        ),
        (
            "twice",
            "{\"c\":1}\n{\"c\":2,\"c\":3}\n",
            ["twice.ndjson, line 2: the key c is there twice", "object"],
        ),
        (
            "cut",
            "{\"c\":1}\n{\"c\":",
            ["cut.ndjson, line 2: EOF", "object"],
        ),
        (
            "list",
            "[1, 2]",
            ["list.ndjson, line 1: invalid type", "an array of objects"],
        ),
        (
            "text",
            "\"x\"",
            ["text.ndjson is not a table in JSON", "object"],
        ),
    ] {
        let file = format!("{name}.ndjson");
        folder.file(&file, text);
        run(&folder, &format!("SELECT * FROM '{file}'")).failed(1, &words);
    }
}

/// The reader would take 1.5 for 1 and 007 for 7 in a column of whole numbers.
#[test]
fn what_comes_after_any_sample_counts_as_well() {
    let folder = Folder::new();
    let many = "{\"m\":1}\n".repeat(1500);
    folder
        .file("point.ndjson", format!("{many}{{\"m\":1.5}}\n"))
        .file(
            "key.ndjson",
            format!("{many}{{\"m\":2,\"note\":\"late\"}}\n"),
        )
        .file("text.ndjson", format!("{many}{{\"m\":\"007\"}}\n"));
    let sample = |sql: &str| folder.run(&["--infer-rows", "10", "--format", "csv", "-c", sql]);
    is(
        sample("SELECT sum(m) AS s FROM 'point.ndjson'"),
        "s\n1501.5\n",
    );
    is(
        sample("SELECT sum(m) AS s, max(note) AS n FROM 'key.ndjson'"),
        "s,n\n1502,late\n",
    );
    sample("SELECT sum(m) FROM 'text.ndjson'")
        .failed(1, &["m is a number in line 1, but text in line 1501"]);
}

#[test]
fn numbers_of_many_digits_are_exact_or_said() {
    let folder = Folder::new();
    folder.file(
        "t.ndjson",
        "{\"a\":9007199254740993,\"b\":18446744073709551615}\n{\"a\":9007199254740992,\"b\":1}\n",
    );
    is(
        run(&folder, "SELECT a, b FROM 't.ndjson' ORDER BY a"),
        "a,b\n9007199254740992,1\n9007199254740993,18446744073709551615\n",
    );
    folder.file("huge.ndjson", "{\"a\":123456789012345678901234}\n");
    let outcome = run(&folder, "SELECT count(a) AS n FROM 'huge.ndjson'");
    assert!(
        outcome
            .stderr
            .contains("column a of huge.ndjson has whole numbers of more than 19 digits")
    );
    assert_eq!(outcome.succeeded(), "n\n1\n");
}

#[test]
fn files_that_spell_or_lack_a_key_are_one_table() {
    let folder = Folder::new();
    folder
        .file("t/1.ndjson", "{\"customer\":\"x\",\"m\":1}\n")
        .file(
            "t/2.ndjson",
            "{\"Customer\":\"y\",\"m\":2.5,\"note\":\"n\"}\n",
        )
        .file("t/3.ndjson", "{\"m\":4,\"customer\":\"z\"}\n");
    let outcome = run(
        &folder,
        "SELECT customer, m, note FROM 't/' WHERE m > 0 ORDER BY customer",
    );
    for note in [
        "column customer is written Customer in t/2.ndjson (1 of 3 files)",
        "2 of 3 files have no column note (t/1.ndjson, for example)",
    ] {
        assert!(outcome.stderr.contains(note), "{outcome:?}");
    }
    assert_eq!(
        outcome.succeeded(),
        "customer,m,note\nx,1.0,\ny,2.5,n\nz,4.0,\n"
    );
    assert_eq!(
        folder.csv(&["-c", "SELECT count(*) AS n, count(customer) AS c FROM 't/'"]),
        "n,c\n3,3\n"
    );
    folder.file("both.ndjson", "{\"id\":1}\n{\"ID\":2}\n");
    let outcome = run(
        &folder,
        "SELECT count(id) AS a, count(\"ID\") AS b FROM 'both.ndjson'",
    );
    assert!(
        outcome.stderr.contains("both.ndjson has both id and ID"),
        "{outcome:?}"
    );
    assert_eq!(outcome.succeeded(), "a,b\n1,1\n");
}

#[test]
fn an_array_that_is_cut_off_is_refused() {
    let cut = "the array is not closed with ]";
    for (text, words) in [
        ("[{\"a\":1},{\"a\":2},", cut),
        ("[{\"a\":1},\n{\"a\":2}\n", cut),
        ("[{\"a\":1}", cut),
        ("[", cut),
        ("[{\"a\":1},{\"a\":", "EOF"),
        ("[{\"a\":1}]]", "more after the end of the array"),
        ("[{\"a\":1}][{\"a\":2}]", "more after the end of the array"),
        ("[{\"a\":1}] {\"a\":2}", "more after the end of the array"),
        ("[{\"a\":1},]", "no record after the last comma"),
        ("[{\"a\":1},,{\"a\":2}]", "a comma without a record"),
        ("[{\"a\":1}\n{\"a\":2}]", "no comma between two records"),
    ] {
        let folder = Folder::new();
        folder.file("t.json", text);
        run(&folder, "SELECT count(*) AS n FROM 't.json'").failed(1, &["t.json, line", words]);
    }
    let folder = Folder::new();
    folder.file("t.json", "\n [ {\"a\":[{\"b\":1},{}]} ,\n{\"a\":[]} ]\n\n");
    is(run(&folder, "SELECT count(*) AS n FROM 't.json'"), "n\n2\n");
}

#[test]
fn digits_that_a_double_lost_are_no_decimal() {
    let folder = Folder::new();
    folder
        .file("t.json", "{\"a\":123456789.123456789}\n{\"a\":0.25}\n")
        .file(
            "q.json",
            "{\"a\":\"123456789.123456789\"}\n{\"a\":\"0.25\"}\n",
        );
    let types = ["--types", "a=DECIMAL(20,9)", "--format", "csv", "-c"];
    let run = |sql: &str| folder.run(&[&types[..], &[sql]].concat());
    run("SELECT sum(a) AS s FROM 't.json'").failed(1, &["123456789.12345679", "in quotes"]);
    is(
        run("SELECT sum(a) AS s FROM 'q.json'"),
        "s\n123456789.373456789\n",
    );
    // Fewer digits are those of the file.
    folder.file("t.json", "{\"a\":12345678.1234567}\n{\"a\":0.25}\n");
    is(
        run("SELECT sum(a) AS s FROM 't.json'"),
        "s\n12345678.373456700\n",
    );
}
