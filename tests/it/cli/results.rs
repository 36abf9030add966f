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
    folder
        .run(&["-o", "o.dat", "--format", "csv", "-c", "SELECT 1 AS a"])
        .succeeded();
    assert_eq!(folder.read("o.dat"), "a\n1\n");
    folder
        .run(&["-o", "o.csv", "--format", "table", "-c", "SELECT 1 AS a"])
        .succeeded();
    assert_eq!(
        folder.read("o.csv"),
        "+---+\n| a |\n+---+\n| 1 |\n+---+\n",
        "what is asked for takes precedence over the ending"
    );
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
    outcome.failed(1, &["-c:1: division by zero"]);
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
        .failed(2, &["a Parquet file holds one result"]);
    folder
        .run(&[
            "--format",
            "json",
            "-c",
            "SELECT * FROM (SELECT 1 AS a) x, (SELECT 2 AS a) y",
        ])
        .failed(1, &["two columns named a"]);
}

#[test]
fn an_ending_that_says_no_format_is_refused_before_anything_runs() {
    let folder = Folder::new();
    let all = ".csv .tsv .json .ndjson .jsonl .md .html .htm .xlsx .parquet .arrow, and of texts also with .gz or .zst";
    for (file, why) in [
        ("report.xls", "workbooks are written as report.xlsx"),
        ("report.txt", ".txt does not say how to write it"),
        ("report", "a name without an ending"),
        (".csv2", "a name without an ending"),
        (
            "a/report.csv.zip",
            "results are compressed as .gz and .zst, not as .zip",
        ),
        (
            "a/report.parquet.gz",
            "such a file is compressed inside: write a/report.parquet",
        ),
        ("report.gz", ".gz does not say how to write it"),
        ("report.csv.txt", ".txt does not say"),
    ] {
        let sql = "COPY (SELECT 1 AS a) TO 'other.csv'; SELECT 1 AS a";
        folder
            .run(&["-o", file, "-c", sql])
            .failed(2, &[why, all, "--format"]);
    }
    let left = std::fs::read_dir(folder.path(".")).expect("the folder");
    assert_eq!(left.count(), 0);
}

#[test]
fn a_byte_order_mark_begins_csv_once() {
    let folder = Folder::new();
    let sql = "SELECT 'Müller' AS a; SELECT 2 AS b";
    folder.run(&["--bom", "-o", "o.csv", "-c", sql]).succeeded();
    assert_eq!(folder.read("o.csv"), "\u{feff}a\nMüller\n\nb\n2\n");
    let printed = folder.csv(&["--bom", "-c", "SELECT 1 AS a"]);
    assert_eq!(printed, "\u{feff}a\n1\n");
    folder
        .run(&["--bom", "-o", "o.json", "-c", sql])
        .failed(2, &["--bom is for csv and tsv", "--format csv"]);
}

#[test]
fn quiet_leaves_the_notes_out_and_not_the_errors() {
    let folder = Folder::new();
    let copy = ["-c", "COPY (SELECT 1 AS a) TO 'o.csv'"];
    let loud = folder.run(&copy);
    assert_eq!(loud.stderr, "note: 1 row written to o.csv\n");
    let quiet = folder.run(&[&["--quiet"], &copy[..]].concat());
    assert_eq!((quiet.stderr.as_str(), quiet.code), ("", Some(0)));
    folder
        .run(&["-q", "-c", "SELECT nope"])
        .failed(1, &["there is no column nope"]);
}

#[test]
fn texts_are_compressed_as_their_name_says() {
    let folder = Folder::new();
    let sql = "SELECT value AS a, 'x' AS b FROM generate_series(1, 3)";
    for (file, magic) in [
        ("o.csv.gz", &b"\x1f\x8b"[..]),
        ("o.CSV.GZ", b"\x1f\x8b"),
        ("o.csv.zst", b"\x28\xb5\x2f\xfd"),
        ("o.tsv.gz", b"\x1f\x8b"),
        ("o.ndjson.zst", b"\x28\xb5\x2f\xfd"),
        ("o.json.gz", b"\x1f\x8b"),
    ] {
        folder.run(&["-o", file, "-c", sql]).succeeded();
        let bytes = std::fs::read(folder.path(file)).expect("a file");
        assert!(bytes.starts_with(magic), "{file}: {bytes:?}");
        if file != "o.CSV.GZ" {
            let from = format!("SELECT * FROM '{file}' ORDER BY a");
            assert_eq!(folder.csv(&["-c", &from]), "a,b\n1,x\n2,x\n3,x\n", "{file}");
        }
    }
    // On standard output, and read by gzip itself.
    let packed = folder
        .command(&["--format", "csv", "--compression", "gzip", "-c", sql])
        .output();
    folder.file("p.gz", packed.expect("it runs").stdout);
    let plain = std::process::Command::new("gzip")
        .args(["-dc", "p.gz"])
        .current_dir(folder.path("."))
        .output();
    assert_eq!(plain.expect("gzip runs").stdout, b"a,b\n1,x\n2,x\n3,x\n");

    let refused = |args: &[&str], words: &[&str]| {
        folder.run(&[args, &["-c", sql]].concat()).failed(2, words);
    };
    refused(
        &["--compression", "gzip", "-o", "q.csv"],
        &["does not say what the file would be: -o q.csv.gz"],
    );
    refused(
        &["--compression", "zstd", "-o", "q.csv.gz"],
        &["-o q.csv.zst"],
    );
    refused(
        &["--compression", "zstd", "-o", "q.parquet"],
        &["--compression is for text"],
    );
}

#[test]
fn arrow_files_have_the_types_of_the_result() {
    let folder = Folder::new();
    folder
        .run(&[
            "-o",
            "o.arrow",
            "-c",
            "SELECT 7 AS a, 'x' AS b, CAST(NULL AS INT) AS c, DATE '2026-01-31' AS d",
        ])
        .succeeded();
    let bytes = std::fs::File::open(folder.path("o.arrow")).expect("a file");
    let reader = datafusion::arrow::ipc::reader::FileReader::try_new(bytes, None);
    let batches: Result<Vec<_>, _> = reader.expect("an Arrow file").collect();
    let batches = batches.expect("it is whole");
    let rows: Vec<_> = batches.iter().flat_map(crate::support::text_rows).collect();
    assert_eq!(rows, [["7", "x", "NULL", "2026-01-31"]]);
    folder
        .run(&["--format", "arrow", "-c", "SELECT 1"])
        .failed(2, &["add -o FILE.arrow"]);
}
