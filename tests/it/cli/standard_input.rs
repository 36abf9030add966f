//! Standard input as a table.

use std::io::Write;

use crate::command::{Folder, Outcome};

fn run(folder: &Folder, input: &[u8], args: &[&str]) -> Outcome {
    let mut child = folder
        .command(&[&["--format", "csv"], args].concat())
        .spawn()
        .expect("the program starts");
    let mut pipe = child.stdin.take().expect("a pipe");
    let _ = pipe.write_all(input);
    drop(pipe);
    let output = child.wait_with_output().expect("the program ends");
    Outcome {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).expect("UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

#[track_caller]
fn is(outcome: Outcome, rows: &str) {
    assert_eq!(outcome.stderr, "");
    assert_eq!(outcome.succeeded(), rows);
}

#[test]
fn it_is_read_as_often_as_it_is_asked_for() {
    let folder = Folder::new();
    let sql = "SELECT sum(x) AS s FROM '/dev/stdin'; SELECT sum(a.x) AS s FROM '-' a JOIN 'stdin' b ON a.x = b.x; \
               SELECT count(*) AS n FROM read_csv('/dev/stdin', types => 'x=TEXT') WHERE x = '2'; \
               CREATE VIEW v AS SELECT * FROM read_csv('-'); SELECT max(x) AS m FROM v";
    is(
        run(&folder, b"x\n1\n2\n", &["-c", sql]),
        "s\n3\n\ns\n3\n\nn\n1\n\nm\n2\n",
    );
    is(
        run(
            &folder,
            b"x\n1\n2\n",
            &["--table", "t=-", "-c", "SELECT sum(x) AS s FROM t"],
        ),
        "s\n3\n",
    );
    is(
        run(
            &folder,
            b"x\n1\n2\n",
            &[
                "--table",
                "t=/dev/stdin",
                "--null",
                "t:2",
                "-c",
                "SELECT sum(x) AS s FROM t",
            ],
        ),
        "s\n1\n",
    );
}

#[test]
fn its_first_bytes_tell_its_format() {
    let folder = Folder::new();
    folder
        .run(&["--quiet", "-c", "COPY (SELECT 1 AS x UNION ALL SELECT 2) TO 't.parquet'; COPY (SELECT 1 AS x UNION ALL SELECT 2) TO 't.arrow'; \
                COPY (SELECT 1 AS x UNION ALL SELECT 2) TO 't.csv.gz' STORED AS CSV OPTIONS ('format.compression' 'gzip')"])
        .succeeded();
    let mut inputs: Vec<Vec<u8>> = ["t.parquet", "t.arrow"]
        .map(|file| std::fs::read(folder.path(file)).expect("a file"))
        .to_vec();
    inputs.push(b"{\"x\":1}\n{\"x\":2}\n".to_vec());
    inputs.push(b"[{\"x\":1},\n{\"x\":2}]".to_vec());
    for input in inputs {
        is(
            run(
                &folder,
                &input,
                &["-c", "SELECT sum(x) AS s FROM '/dev/stdin' WHERE x > 0"],
            ),
            "s\n3\n",
        );
    }
    let packed = std::fs::read(folder.path("t.csv.gz")).expect("a file");
    assert_eq!(
        run(
            &folder,
            &packed,
            &["--quiet", "-c", "SELECT sum(x) AS s FROM '-'"]
        )
        .succeeded(),
        "s\n3\n"
    );
}

#[test]
fn messages_call_it_by_its_name() {
    let folder = Folder::new();
    folder.file("spilled/keep", "");
    let spill = ["--spill-dir", "spilled"];
    let with = |sql| [&spill[..], &["-c", sql]].concat();
    let note = run(&folder, b"a;b\n1;2\n", &with("SELECT * FROM '-'"));
    assert_eq!(
        note.stderr,
        "note: /dev/stdin is read with ';' between its values\n"
    );
    let late = format!("x\n{}word\n", "1\n".repeat(3_000));
    let error = run(
        &folder,
        late.as_bytes(),
        &[&["--infer-rows", "10"], &with("SELECT sum(x) FROM '-'")[..]].concat(),
    )
    .failed(1, &["/dev/stdin, line 3002"]);
    assert!(!error.contains("spilled"), "{error}");
    run(&folder, b"a,b\n1\n", &with("SELECT * FROM '-'")).failed(1, &["/dev/stdin, line 2"]);
    // What was kept is gone.
    let left: Vec<_> = std::fs::read_dir(folder.path("spilled"))
        .expect("a folder")
        .flatten()
        .collect();
    assert_eq!(left.len(), 1, "{left:?}");
}

#[test]
fn what_cannot_be_read_is_said() {
    let folder = Folder::new();
    run(&folder, b"", &["-c", "SELECT * FROM '-'"]).failed(1, &["standard input is empty"]);
    run(&folder, b"SELECT * FROM '/dev/stdin'", &[])
        .failed(1, &["standard input was read as SQL", "-c \"SELECT"]);
    run(
        &folder,
        b"x\n1\n",
        &["--spill-limit", "0", "-c", "SELECT * FROM '-'"],
    )
    .failed(1, &["--spill-limit 0 keeps queries off it"]);
    run(
        &folder,
        "x\n".repeat(2_000).as_bytes(),
        &["--spill-limit", "1K", "-c", "SELECT * FROM '-'"],
    )
    .failed(
        1,
        &["standard input has more bytes", "1024 of --spill-limit"],
    );
    run(&folder, b"x\n1\n", &["-c", "SELECT * FROM stdin"])
        .failed(1, &["standard input is FROM '/dev/stdin'"]);
    run(&folder, b"x\n1\n", &["-c", "SELECT * FROM \"stdin\""])
        .failed(1, &["there is no table stdin"]);
    // A table and a file of that name take precedence.
    folder.file("stdin", "x\n7\n");
    is(
        run(
            &folder,
            b"x\n1\n",
            &["--quiet", "-c", "SELECT x FROM './stdin'"],
        ),
        "x\n7\n",
    );
    is(
        run(
            &folder,
            b"x\n1\n",
            &[
                "-c",
                "CREATE TABLE \"-\" AS SELECT 5 AS x; SELECT x FROM '-'",
            ],
        ),
        "x\n5\n",
    );
}

/// Not one byte of a file in memory twice: it is written as it comes.
#[test]
fn large_input_goes_through() {
    let folder = Folder::new();
    let rows: String = (0..200_000).map(|i| format!("{i},{}\n", i % 7)).collect();
    is(
        run(
            &folder,
            format!("a,b\n{rows}").as_bytes(),
            &[
                "-c",
                "SELECT count(*) AS n, sum(a) AS s FROM '-' WHERE b < 7",
            ],
        ),
        "n,s\n200000,19999900000\n",
    );
}

#[test]
fn a_check_reads_standard_input() {
    let folder = Folder::new();
    let outcome = folder.run_with_stdin(&["check", "/dev/stdin"], "a,b\n1,2\n");
    assert!(
        !outcome.stderr.contains("had the SQL"),
        "{}",
        outcome.stderr
    );
    outcome.succeeded();
}
