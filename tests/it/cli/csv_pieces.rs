//! Large CSV files, which several threads read in pieces: the same rows, lines and notes as one thread has.

use std::fmt::Write;

use crate::command::Folder;

const ROWS: usize = 200_000;

/// A file of some seven megabytes with separators, quotes and line ends in quoted values; `at` is a row to put in.
fn large(end: &str, at: usize, row: &str) -> String {
    let mut text = format!("id,note,amount{end}");
    for i in 0..ROWS {
        if i == at {
            text += row;
        }
        let note = match i % 7 {
            0 => "\"a, b\"".to_string(),
            1 => format!("\"two{end}lines\""),
            2 => "\"say \"\"hi\"\"\"".to_string(),
            3 => "27\"".to_string(),
            _ => format!("a longer note of the row {i}"),
        };
        write!(text, "c{},{note},{}.25{end}", i % 1000, i % 100).expect("a text");
    }
    text
}

const SQL: &str = "SELECT count(*) AS n, sum(amount) AS s, count(DISTINCT note) AS d, count(DISTINCT id) AS c, \
                   products_per_customer(id, note) AS p FROM 'large.csv'";

#[test]
fn all_threads_have_the_rows_of_one() {
    let folder = Folder::new();
    for end in ["\n", "\r\n"] {
        folder.file("large.csv", large(end, ROWS, ""));
        let one = folder.csv(&["--threads", "1", "-c", SQL]);
        assert!(one.contains(&format!("\n{ROWS},")), "{one}");
        for threads in ["2", "5"] {
            assert_eq!(
                folder.csv(&["--threads", threads, "-c", SQL]),
                one,
                "{threads}"
            );
        }
    }
    let plan = folder.csv(&["--threads", "3", "-c", &format!("EXPLAIN {SQL}")]);
    assert!(plan.contains("file_groups={3 groups: ["), "{plan}");
    // A query that runs its scan twice has the rows twice.
    let twice = "SELECT count(*) AS n FROM (SELECT id FROM 'large.csv' UNION ALL SELECT id FROM 'large.csv')";
    let n = folder.csv(&["--threads", "4", "-c", twice]);
    assert_eq!(n, format!("n\n{}\n", 2 * ROWS));
    let limited = folder.csv(&["--threads", "4", "-c", "SELECT id FROM 'large.csv' LIMIT 3"]);
    assert_eq!(limited, "id\nc0\nc1\nc2\n");
}

#[test]
fn a_late_fault_has_its_line() {
    let folder = Folder::new();
    let at = 100_000;
    // Every seventh row has two lines, and the header is one.
    let line = 2 + at + (at + 5) / 7;
    for (row, sql, words) in [
        (
            "x,y,n/k\n",
            "SELECT sum(amount) FROM 'large.csv'",
            "has 'n/k' in column amount",
        ),
        ("x,y\n", "SELECT count(*) FROM 'large.csv'", "has 2 values"),
        (
            "x,\"y\"z,1\n",
            "SELECT count(*) FROM 'large.csv'",
            "large.csv, line",
        ),
    ] {
        folder.file("large.csv", large("\n", at, row));
        for threads in ["1", "4"] {
            let failed = folder.run(&["--threads", threads, "-c", sql]);
            let failed = failed.failed(1, &[words]);
            assert!(
                failed.contains(&format!("line {line}")),
                "{threads}: line {line}: {failed}"
            );
        }
    }
}

#[test]
fn notes_count_all_pieces_once() {
    let folder = Folder::new();
    let mut text = large("\n", 60_000, "x,y,N/A\nid,note,amount\n");
    text += "z,z,N/A\n";
    folder.file("large.csv", &text);
    for threads in ["1", "4"] {
        let run = folder.run(&[
            "--threads",
            threads,
            "-c",
            "SELECT sum(amount), count(*) FROM 'large.csv'",
        ]);
        let words = "column amount of large.csv has 'N/A' in 2 rows, which is read as NULL";
        assert!(run.stderr.contains(words), "{threads}: {run:?}");
        assert!(run.stderr.contains("header line"), "{threads}: {run:?}");
        assert!(
            run.stdout.contains(&format!("{}", ROWS + 2)),
            "{threads}: {run:?}"
        );
        run.succeeded();
    }
}
