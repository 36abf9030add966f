//! Results that go to a file.

use crate::command::Folder;

#[test]
fn results_go_to_a_file() {
    let folder = Folder::new();
    let to = |file: &str| {
        let outcome = folder.run(&["-o", file, "-c", "SELECT 1 AS a"]);
        assert_eq!(
            (
                outcome.stdout.as_str(),
                outcome.stderr.as_str(),
                outcome.code
            ),
            ("", "", Some(0))
        );
        folder.read(file)
    };
    assert_eq!(to("o.csv"), "a\n1\n");
    assert_eq!(to("o.tsv"), "a\n1\n");
    assert_eq!(to("o.json"), "[{\"a\":1}]\n");
    assert_eq!(to("o.jsonl"), "{\"a\":1}\n");
    assert_eq!(to("o.md"), "| a |\n|--:|\n| 1 |\n");
    assert_eq!(to("o.txt"), "+---+\n| a |\n+---+\n| 1 |\n+---+\n");
    folder
        .run(&["-o", "o.dat", "--format", "csv", "-c", "SELECT 1 AS a"])
        .succeeded();
    assert_eq!(folder.read("o.dat"), "a\n1\n");
    folder
        .run(&["-o", "o.parquet", "-c", "SELECT 7 AS a, 'x' AS b"])
        .succeeded();
    assert_eq!(
        folder.csv(&["-c", "SELECT * FROM 'o.parquet'"]),
        "a,b\n7,x\n"
    );
}

#[test]
fn a_file_is_never_half_written() {
    let folder = Folder::new();
    folder.file("o.csv", "old\n");
    // The second statement fails after the first has written its rows.
    let outcome = folder.run(&[
        "-o",
        "o.csv",
        "-c",
        "SELECT * FROM generate_series(1, 100000); SELECT 1 / 0",
    ]);
    outcome.failed(1, &["-c:1: Divide by zero error"]);
    assert_eq!(folder.read("o.csv"), "old\n");
    assert_eq!(
        std::fs::read_dir(folder.path("."))
            .expect("the folder")
            .count(),
        1,
        "nothing is left beside it"
    );

    folder
        .run(&["-o", "no/o.csv", "-c", "SELECT 1"])
        .failed(1, &["no/o.csv cannot be written"]);
    folder
        .run(&[
            "-o",
            "o.csv",
            "-c",
            "SET datafusion.execution.batch_size = 9",
        ])
        .failed(1, &["nothing to write to o.csv"]);
    folder
        .run(&["-o", "o.parquet", "-c", "SELECT 1; SELECT 2"])
        .failed(1, &["a Parquet file holds one result"]);
    folder
        .run(&[
            "--format",
            "json",
            "-c",
            "SELECT * FROM (SELECT 1 AS a) x, (SELECT 2 AS a) y",
        ])
        .failed(1, &["two columns named a"]);
}
