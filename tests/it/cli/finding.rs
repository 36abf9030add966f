//! Which files a path means, and what is said about those that it does not.

use crate::command::{Folder, Outcome};

fn sum(folder: &Folder, from: &str) -> Outcome {
    let sql = format!("SELECT sum(x) AS s, count(*) AS n FROM '{from}'");
    folder.run(&["--format", "csv", "-c", &sql])
}

#[track_caller]
fn is(outcome: Outcome, notes: &[&str], rows: &str) {
    for note in notes {
        assert!(
            outcome.stderr.contains(note),
            "{note} is not in {outcome:?}"
        );
    }
    if notes.is_empty() {
        assert_eq!(outcome.stderr, "");
    }
    assert_eq!(outcome.succeeded(), format!("s,n\n{rows}\n"));
}

#[test]
fn braces_are_alternatives() {
    let folder = Folder::new();
    folder
        .file("in/jan.csv", "x\n1\n")
        .file("in/feb.csv", "x\n2\n")
        .file("in/sub/mar.csv", "x\n4\n")
        .file("odd{1}.csv", "x\n8\n")
        .file("odd{a,b}.csv", "x\n16\n");
    for (from, rows) in [
        ("in/{jan,feb}.csv", "3,2"),
        ("in/{jan.csv,sub/*.csv}", "5,2"),
        ("in/{j,f}*.csv", "3,2"),
        ("in/**/{jan,mar}.csv", "5,2"),
        ("in/{jan,{feb,sub/mar}}.csv", "7,3"),
        ("odd{1}.csv", "8,1"),
        ("odd{a,b}.csv", "16,1"),
    ] {
        is(sum(&folder, from), &[], rows);
    }
    is(
        sum(&folder, "in/{jan,apr}.csv"),
        &["no file matches in/apr.csv, one of the alternatives of in/{jan,apr}.csv"],
        "1,1",
    );
    sum(&folder, "in/{apr,may}.csv").failed(1, &["no file matches in/{apr,may}.csv"]);
}

#[cfg(unix)]
#[test]
fn links_in_circles_count_each_file_once() {
    use std::os::unix::fs::symlink;
    let folder = Folder::new();
    folder
        .file("t/a.csv", "x\n1\n")
        .file("t/sub/b.csv", "x\n2\n")
        .file("t/other/c.csv", "x\n4\n");
    symlink("..", folder.path("t/sub/up")).expect("a link");
    symlink("../sub", folder.path("t/other/across")).expect("a link");
    symlink("../other", folder.path("t/sub/back")).expect("a link");
    for from in ["t/", "t/**/*.csv", "./t/**/*.csv", "t/**"] {
        let outcome = sum(&folder, from);
        assert_eq!(outcome.succeeded(), "s,n\n7,3\n", "{from}");
    }
    // A link to a file that is there under its own name.
    symlink("a.csv", folder.path("t/zlatest.csv")).expect("a link");
    symlink("../elsewhere.csv", folder.path("t/linked.csv")).expect("a link");
    folder.file("elsewhere.csv", "x\n8\n");
    is(
        sum(&folder, "t/*.csv"),
        &["t/zlatest.csv is the same file as t/a.csv; each file is read once"],
        "9,2",
    );
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_nowhere_is_an_error_where_it_is_meant() {
    use std::os::unix::fs::symlink;
    let folder = Folder::new();
    folder
        .file("g/a.csv", "x\n1\n")
        .file("g/sub/b.csv", "x\n2\n")
        .file("p/m=1/a.csv", "x\n4\n");
    symlink("away.csv", folder.path("g/dead.csv")).expect("a link");
    symlink("away", folder.path("p/m=2")).expect("a link");
    for (from, rows) in [
        ("g/a*.csv", "1,1"),
        ("g/**/b.csv", "2,1"),
        ("g/s*/*", "2,1"),
    ] {
        is(sum(&folder, from), &[], rows);
    }
    for from in ["g/nope*.csv", "g/**/nope*.csv"] {
        sum(&folder, from).failed(1, &["no file matches g/", "nothing in g matches"]);
    }
    for from in [
        "g/",
        "g/*.csv",
        "g/**/*.csv",
        "g/d*.csv",
        "g/**",
        "g/dead.csv",
    ] {
        sum(&folder, from).failed(1, &["g/dead.csv"]);
    }
    // What may be a folder of the data is meant as well.
    for from in ["p/", "p/*.csv", "p/**/*.csv"] {
        sum(&folder, from).failed(1, &["p/m=2 cannot be opened"]);
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_is_no_file() {
    let folder = Folder::new();
    folder.file("t/a.csv", "x\n1\n");
    let made = std::process::Command::new("mkfifo")
        .arg(folder.path("t/pipe.csv"))
        .status();
    assert!(made.expect("mkfifo").success());
    for from in ["t/pipe.csv", "t/", "t/*.csv", "t/**/*.csv"] {
        sum(&folder, from).failed(
            1,
            &[
                "t/pipe.csv is a pipe or a device, not a file",
                "cat t/pipe.csv > rows.csv",
            ],
        );
    }
    sum(&folder, "/dev/null").failed(1, &["/dev/null is a pipe or a device"]);
    is(sum(&folder, "t/a.csv"), &[], "1,1");
}

#[test]
fn capitals_of_endings_make_no_other_format() {
    let folder = Folder::new();
    folder
        .file("t/orders.csv", "x\n1\n")
        .file("t/orders (1).CSV", "x\n2\n")
        .file("t/Orders2.Csv", "x\n4\n");
    is(sum(&folder, "t/"), &[], "7,3");
    is(
        sum(&folder, "t/*.csv"),
        &[
            "2 files are not read (t/Orders2.Csv, for example): t/*.csv matches names with the same capitals only",
        ],
        "1,1",
    );
}

#[test]
fn what_lies_beside_tables_is_said_if_it_is_data() {
    let folder = Folder::new();
    folder
        .file("t/orders.csv", "x\n1\n")
        .file("t/README.txt", "about")
        .file("t/_SUCCESS", "")
        .file("t/~$orders.csv", "lock")
        .file("t/._orders.csv", "mac")
        .file("t/.DS_Store", "mac")
        .file("t/Thumbs.db", "windows");
    is(sum(&folder, "t/"), &[], "1,1");
    for (file, what) in [
        (
            "t/more.avro",
            "t/more.avro is not read as part of t/: the ending is none of .parquet, .csv",
        ),
        (
            "t/_more.csv",
            "t/_more.csv is not read as part of t/: a name that begins with _",
        ),
        (
            "t/zero.csv",
            "t/zero.csv is empty (no bytes at all): no rows come from there",
        ),
    ] {
        folder.file(file, if file.contains("zero") { "" } else { "x\n2\n" });
        is(sum(&folder, "t/"), &[what], "1,1");
    }
}

#[test]
fn other_capitals_are_said_for_every_pattern() {
    let folder = Folder::new();
    folder
        .file("g/a.csv", "x\n1\n")
        .file("g/B.CSV", "x\n2\n")
        .file("g/sub/c.csv", "x\n4\n")
        .file("g/sub/D.Csv", "x\n8\n");
    let one = "g/B.CSV is not read";
    let two = "2 files are not read (g/B.CSV, for example)";
    for (from, note, rows) in [
        ("g/*.csv", one, "1,1"),
        ("g/**/*.csv", two, "5,2"),
        ("./g/**/*.csv", two, "5,2"),
        ("**/*.csv", two, "5,2"),
        ("g/{*,**/*}.csv", two, "5,2"),
        ("g/s*/**/*.csv", "g/sub/D.Csv is not read", "4,1"),
    ] {
        let outcome = sum(&folder, from);
        assert_eq!(outcome.stderr.matches("same capitals only").count(), 1);
        is(outcome, &[note], rows);
    }
    // What a pattern takes with its folder is read, whatever its capitals.
    for from in ["g/**", "g/", "g/**/*.{csv,CSV,Csv}"] {
        is(sum(&folder, from), &[], "15,4");
    }
}

#[test]
fn endings_of_text_are_csv_where_they_are_named() {
    let folder = Folder::new();
    for (name, text) in [
        ("a.txt", "x,y\n1,2\n"),
        ("a.dat", "x;y\n1;2\n"),
        ("a.psv", "x|y\n1|2\n"),
        ("a.tab", "x\ty\n1\t2\n"),
    ] {
        folder.file(name, text);
        assert_eq!(
            sum(&folder, &format!("./{name}")).succeeded(),
            "s,n\n1,1\n",
            "{name}"
        );
        assert_eq!(sum(&folder, name).succeeded(), "s,n\n1,1\n", "{name}");
    }
    folder.file("only/a.txt", "x\n1\n");
    sum(&folder, "only/").failed(1, &["only/a.txt", "'only/*.txt'"]);
    is(sum(&folder, "only/*.txt"), &[], "1,1");
}

#[test]
fn a_header_line_may_begin_as_another_format_does() {
    let folder = Folder::new();
    folder
        .file("a.csv", "ORCID,x\n1,1\n")
        .file("b.csv", "BZh,x\n1,2\n")
        .file("c.csv", "PAR1,x\n1,4\n");
    for (from, rows) in [("a.csv", "1,1"), ("b.csv", "2,1"), ("c.csv", "4,1")] {
        is(sum(&folder, from), &[], rows);
    }
}

#[test]
fn a_name_that_says_nothing_is_told_by_its_content() {
    let folder = Folder::new();
    folder
        .file("orders", "x\n1\n")
        .file("records", "{\"x\":2}\n")
        .file("nothing", "")
        .file("noise", b"\x01\x00\x02");
    folder
        .run(&["-c", "COPY (SELECT 4 AS x) TO 'a.parquet'"])
        .succeeded();
    std::fs::rename(folder.path("a.parquet"), folder.path("part-0")).expect("a file");
    for (from, what, rows) in [
        ("./orders", "is read as CSV", "1,1"),
        ("./records", "is read as JSON", "2,1"),
        ("./part-0", "is read as Parquet", "4,1"),
    ] {
        is(sum(&folder, from), &[what], rows);
    }
    sum(&folder, "./nothing").failed(1, &["nothing is empty"]);
    sum(&folder, "./noise").failed(1, &["noise has no known ending, and it is not text"]);
}

#[test]
fn files_that_are_something_else_are_called_by_their_name() {
    let folder = Folder::new();
    let workbook =
        b"PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x13\0\0\0[Content_Types].xml";
    let archive = b"PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x0a\0\0\0orders.csv";
    for (name, content, what) in [
        (
            "a.xlsx",
            workbook.as_slice(),
            "a.xlsx cannot be read as a workbook",
        ),
        (
            "a.csv",
            workbook,
            "an Excel workbook, whatever its name says; with the ending .xlsx it is read",
        ),
        ("a.zip", archive, "a zip archive that cannot be read"),
        ("a.csv.zip", archive, "a zip archive that cannot be read"),
        ("b.csv", archive, "a zip archive"),
        (
            "a.xls",
            b"\xD0\xCF\x11\xE0\xA1\xB1",
            "a.xls cannot be read as a workbook",
        ),
        (
            "c.csv",
            b"\x1F\x8B\x08\0\0\0",
            "compressed with gzip and damaged",
        ),
        (
            "d.csv",
            b"PAR1\x15\x00PAR1",
            "Parquet, whatever its name says",
        ),
        ("e.csv", b"<!DOCTYPE html><html>", "an HTML page"),
        ("f.json", b"<?xml version='1.0'?>", "an XML file"),
        ("g.csv.gz", b"x\n1\n", "not compressed as its name says"),
        ("h.orc", b"ORC\x01", "an ORC file"),
    ] {
        folder.file(name, content);
        sum(&folder, name).failed(1, &[name, what]);
    }
}

/// More files than a process may open at a time.
#[cfg(unix)]
#[test]
fn a_thousand_files_need_few_at_a_time() {
    let folder = Folder::new();
    folder
        .run(&["-c", "COPY (SELECT 1 AS x) TO 'a.parquet'"])
        .succeeded();
    let bytes = std::fs::read(folder.path("a.parquet")).expect("a file");
    for i in 0..1000 {
        folder.file(&format!("t/{i}.parquet"), &bytes);
    }
    let program = env!("CARGO_BIN_EXE_kpi-sql");
    let limited = std::process::Command::new("sh")
        .current_dir(folder.path("."))
        .args([
            "-c",
            "ulimit -n 64; exec \"$0\" --format csv -c \"$1\"",
            program,
        ])
        .arg("SELECT sum(x) AS s FROM 't/*.parquet'")
        .output()
        .expect("a shell");
    assert_eq!(String::from_utf8_lossy(&limited.stderr), "");
    assert_eq!(String::from_utf8_lossy(&limited.stdout), "s\n1000\n");
}
