//! CSV files in zip archives.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::command::Folder;

const COUNT: &str = "SELECT count(*) AS n, sum(amount) AS amount FROM";

fn zip(files: &[(&str, &str)], method: CompressionMethod) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(vec![]));
    let options = SimpleFileOptions::default().compression_method(method);
    for (name, text) in files {
        zip.start_file(*name, options)
            .expect("a file in the archive");
        zip.write_all(text.as_bytes()).expect("its bytes");
    }
    zip.finish().expect("an archive").into_inner()
}

fn deflated(files: &[(&str, &str)]) -> Vec<u8> {
    zip(files, CompressionMethod::Deflated)
}

#[test]
fn one_file_is_read_whatever_the_archive_is_called() {
    let rows: String = (0..5_000).map(|i| format!("c{i},{i}\n")).collect();
    let text = format!("id,amount\n{rows}");
    let files = [
        ("exports/orders.csv", text.as_str()),
        ("__MACOSX/exports/._orders.csv", "x"),
    ];
    let folder = Folder::new();
    for (name, method) in [
        ("orders.zip", CompressionMethod::Deflated),
        ("orders.csv", CompressionMethod::Deflated),
        ("export", CompressionMethod::Stored),
    ] {
        folder.file(name, zip(&files, method));
        let counted = folder.csv(&["--table", &format!("t={name}"), "-c", &format!("{COUNT} t")]);
        assert_eq!(counted, "n,amount\n5000,12497500\n", "{name}");
    }
    let counted = folder.csv(&["-c", &format!("{COUNT} 'orders.zip#exports/orders.csv'")]);
    assert_eq!(counted, "n,amount\n5000,12497500\n");
    // Two scans of one file, and damage with its place.
    let joined = "SELECT count(*) AS n FROM 'orders.zip' a JOIN 'orders.zip' b USING (id)";
    assert_eq!(folder.csv(&["-c", joined]), "n\n5000\n");
    folder.file("bad.zip", deflated(&[("a.csv", "id,amount\nc1,1\nc2\n")]));
    folder
        .run(&["-c", &format!("{COUNT} 'bad.zip'")])
        .failed(1, &["bad.zip#a.csv, line 3, has 1 value"]);
    let args = [
        "--lenient",
        "--max-rejects",
        "1",
        "-c",
        &format!("{COUNT} 'bad.zip'"),
    ];
    assert_eq!(folder.csv(&args), "n,amount\n1,1\n");
    assert!(
        folder
            .read("rejects.csv")
            .contains("bad.zip#a.csv,3,,1 value instead of 2,c2")
    );
}

#[test]
fn several_files_are_named_or_are_of_one_kind() {
    let folder = Folder::new();
    let (orders, customers) = ("id,amount\nc1,1\n", "id,name\nc1,Ann\n");
    folder.file(
        "two.zip",
        deflated(&[("orders.csv", orders), ("customers.csv", customers)]),
    );
    folder.run(&["-c", &format!("{COUNT} 'two.zip'")]).failed(
        1,
        &[
            "two.zip has 2 files: orders.csv, customers.csv",
            "'two.zip#orders.csv'",
            "'two.zip#*.csv'",
        ],
    );
    assert_eq!(
        folder.csv(&["-c", &format!("{COUNT} 'two.zip#orders.csv'")]),
        "n,amount\n1,1\n"
    );
    assert_eq!(
        folder.csv(&["-c", &format!("{COUNT} 'two.zip#ord*'")]),
        "n,amount\n1,1\n"
    );
    folder
        .run(&["-c", &format!("{COUNT} 'two.zip#order.csv'")])
        .failed(
            1,
            &["two.zip has no file order.csv; its files are orders.csv, customers.csv"],
        );
    let months = [
        ("2026-01.csv", orders),
        ("2026-02.csv", "amount,id\n2,c1\n"),
        ("readme.txt", "months"),
    ];
    folder.file("months.zip", deflated(&months));
    let outcome = folder.run(&["--format", "csv", "-c", &format!("{COUNT} 'months.zip'")]);
    let words = "the 2 files in months.zip (2026-01.csv, for example) are read as one table";
    assert!(outcome.stderr.contains(words), "{}", outcome.stderr);
    assert_eq!(outcome.succeeded(), "n,amount\n2,3\n");
}

#[test]
fn what_cannot_be_read_of_an_archive_is_said() {
    let folder = Folder::new();
    let text = "id,amount\n".to_string() + &"c1,1\n".repeat(500);
    let good = zip(&[("a.csv", &text)], CompressionMethod::Stored);
    let at = good
        .windows(4)
        .position(|part| part == b"c1,1")
        .expect("it is stored");
    let mut changed = good.clone();
    changed[at + 3] = b'2';
    folder.file("changed.zip", changed);
    folder
        .run(&["-c", &format!("{COUNT} 'changed.zip'")])
        .failed(1, &["changed.zip", "the archive is damaged"]);
    folder.file("cut.zip", &good[..good.len() / 2]);
    folder.run(&["-c", &format!("{COUNT} 'cut.zip'")]).failed(
        1,
        &[
            "cut.zip is a zip archive that cannot be read",
            "copy it again",
        ],
    );
    folder.file("rows.zip", deflated(&[("rows.json", "{\"amount\": 1}\n")]));
    folder.run(&["-c", &format!("{COUNT} 'rows.zip'")]).failed(
        1,
        &[
            "rows.json in rows.zip is not a CSV file",
            "unzip -p 'rows.zip' 'rows.json'",
        ],
    );
    // The flag of encryption, in the archive's list.
    let mut locked = good;
    let list = locked
        .windows(4)
        .position(|part| part == b"PK\x01\x02")
        .expect("there is a list");
    locked[list + 8] |= 1;
    locked[6] |= 1;
    folder.file("locked.zip", locked);
    folder
        .run(&["-c", &format!("{COUNT} 'locked.zip'")])
        .failed(1, &["a.csv in locked.zip is encrypted"]);
}

#[test]
fn files_of_one_name_are_an_error() {
    let mut twice = deflated(&[
        ("a.csv", "id,amount\nc1,1\n"),
        ("b.csv", "id,amount\nc2,2\n"),
    ]);
    // The writer refuses such names, which other programs write.
    for at in 0..twice.len() - 5 {
        if &twice[at..at + 5] == b"b.csv" {
            twice[at] = b'a';
        }
    }
    let folder = Folder::new();
    folder.file("orders.zip", twice);
    folder
        .run(&["-c", &format!("{COUNT} 'orders.zip'")])
        .failed(1, &["orders.zip has 2 files, and only 1 names for them"]);
}

#[test]
fn an_external_table_is_in_no_archive() {
    let folder = Folder::new();
    folder.file("orders.zip", deflated(&[("a.csv", "id,amount\nc1,1\n")]));
    let sql = "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION 'orders.zip'";
    folder.run(&["-c", sql]).failed(
        1,
        &[
            "does not read files inside zip archives",
            "CREATE VIEW t AS SELECT * FROM 'orders.zip'",
        ],
    );
}
