//! Parquet files that are cut off, damaged, or hold what is hard to read.

use std::fs::File;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, BinaryArray, Int64Array, RecordBatch};
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::basic::Compression;
use datafusion::parquet::data_type::{Int96, Int96Type};
use datafusion::parquet::file::properties::WriterProperties;
use datafusion::parquet::file::writer::SerializedFileWriter;
use datafusion::parquet::schema::parser::parse_message_type;

use crate::command::{Folder, Outcome};

fn run(folder: &Folder, sql: &str) -> Outcome {
    folder.run(&["--format", "csv", "-c", sql])
}

fn write(folder: &Folder, path: &str, columns: Vec<(&str, ArrayRef)>) {
    let batch = RecordBatch::try_from_iter(columns).expect("columns");
    folder.file(path, "");
    let file = File::create(folder.path(path)).expect("a file");
    let properties = WriterProperties::builder()
        .set_compression(Compression::UNCOMPRESSED)
        .set_dictionary_enabled(false)
        .build();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), Some(properties)).expect("rows");
    writer.write(&batch).expect("rows");
    writer.close().expect("a footer");
}

fn whole(folder: &Folder) -> Vec<u8> {
    let numbers: ArrayRef = Arc::new(Int64Array::from((0..100).collect::<Vec<i64>>()));
    write(folder, "whole.parquet", vec![("x", numbers)]);
    std::fs::read(folder.path("whole.parquet")).expect("a file")
}

#[test]
fn files_that_are_no_whole_parquet_are_refused_in_words() {
    let folder = Folder::new();
    let bytes = whole(&folder);
    let end = bytes.len();
    let with_footer = |length: u32| {
        let mut bytes = bytes.clone();
        bytes[end - 8..end - 4].copy_from_slice(&length.to_le_bytes());
        bytes
    };
    for (name, content, words) in [
        ("zero", vec![], "is empty: it has no bytes at all"),
        (
            "cut",
            bytes[..end / 2].to_vec(),
            "starts as a Parquet file but does not end as one",
        ),
        (
            "short",
            b"PAR1PA".to_vec(),
            "starts as a Parquet file but does not end as one",
        ),
        ("eight", b"PAR1PAR1".to_vec(), "is damaged"),
        (
            "beyond",
            with_footer(u32::MAX - 7),
            "claims 4294967288 bytes, but the file has",
        ),
        ("by_one", with_footer(end as u32 - 11), "is damaged"),
        ("all", with_footer(end as u32 - 12), "could not be read"),
        ("none", with_footer(0), "could not be read"),
    ] {
        let file = format!("{name}.parquet");
        folder.file(&file, content);
        run(&folder, &format!("SELECT count(*) FROM '{file}'")).failed(1, &[&file, words]);
    }
    // Beside whole ones too: rows would be missing.
    folder.file("t/a.parquet", &bytes).file("t/b.parquet", "");
    run(&folder, "SELECT count(*) FROM 't/'").failed(1, &["t/b.parquet is empty"]);
}

/// A file whose page has a checksum, as many programs write it, and a value of it changed.
#[test]
fn checksums_of_pages_are_checked() {
    let folder = Folder::new();
    // The numbers 1, 2 and 3, plainly encoded.
    let good = include_bytes!("checksum.parquet");
    let at = good
        .windows(8)
        .position(|w| w == 2_i64.to_le_bytes())
        .expect("the number 2");
    let mut bad = good.to_vec();
    bad[at] = 7;
    folder.file("t/a.parquet", good).file("t/b.parquet", &bad);
    assert_eq!(
        folder.csv(&["-c", "SELECT sum(x) AS s FROM 't/a.parquet'"]),
        "s\n6\n"
    );
    run(&folder, "SELECT sum(x) AS s FROM 't/'")
        .failed(1, &["t/b.parquet is damaged in column x", "checksum"]);
}

/// A file of INT96 times: the day by its Julian number, and the nanoseconds in it.
fn times(folder: &Folder, path: &str, values: &[(u32, u64)]) {
    folder.file(path, "");
    let schema = Arc::new(parse_message_type("message m { required int96 t; }").expect("a schema"));
    let file = File::create(folder.path(path)).expect("a file");
    let mut writer = SerializedFileWriter::new(file, schema, Arc::default()).expect("a writer");
    let mut group = writer.next_row_group().expect("a group");
    let mut column = group.next_column().expect("a column").expect("a column");
    let values: Vec<Int96> = values
        .iter()
        .map(|(day, nanos)| Int96::from(vec![*nanos as u32, (*nanos >> 32) as u32, *day]))
        .collect();
    column
        .typed::<Int96Type>()
        .write_batch(&values, None, None)
        .expect("values");
    column.close().expect("a column");
    group.close().expect("a group");
    writer.close().expect("a footer");
}

#[test]
fn int96_times_reach_from_the_year_1_to_9999() {
    let folder = Folder::new();
    let noon = 43_200_000_000_000;
    // 0001-01-01, 1816-03-29, 2026-01-01 and 9999-12-31.
    times(
        &folder,
        "t.parquet",
        &[
            (1_721_426, 0),
            (2_384_428, 0),
            (2_461_042, noon + 1000),
            (5_373_484, 0),
        ],
    );
    let outcome = run(&folder, "SELECT t FROM 't.parquet' ORDER BY t");
    assert_eq!(outcome.stderr, "");
    assert_eq!(
        outcome.succeeded(),
        "t\n0001-01-01T00:00:00\n1816-03-29T00:00:00\n2026-01-01T12:00:00.000001\n9999-12-31T00:00:00\n"
    );
    let active = "SELECT count(*) AS n FROM 't.parquet' WHERE t > TIMESTAMP '2026-06-01 00:00:00'";
    assert_eq!(folder.csv(&["-c", active]), "n\n1\n");
    // What somebody asks for and cannot be is an error.
    run(
        &folder,
        "SET datafusion.execution.parquet.coerce_int96 = 'ns'; SELECT t FROM 't.parquet'",
    )
    .failed(1, &["column t of t.parquet", "coerce_int96 = 'us'"]);
}

#[test]
fn int96_keeps_nanoseconds_where_it_can() {
    let folder = Folder::new();
    times(&folder, "fine.parquet", &[(2_461_042, 1)]);
    let outcome = run(&folder, "SELECT t FROM 'fine.parquet'");
    assert_eq!(outcome.stderr, "");
    assert_eq!(outcome.succeeded(), "t\n2026-01-01T00:00:00.000000001\n");
    times(
        &folder,
        "both.parquet",
        &[(2_461_042, 1001), (5_373_484, 0)],
    );
    let outcome = run(&folder, "SELECT t FROM 'both.parquet' ORDER BY t");
    assert!(
        outcome
            .stderr
            .contains("column t of both.parquet has times with parts of a microsecond"),
        "{outcome:?}"
    );
    assert_eq!(
        outcome.succeeded(),
        "t\n2026-01-01T00:00:00.000001\n9999-12-31T00:00:00\n"
    );
}

#[test]
fn bytes_that_are_text_have_a_note_and_a_setting() {
    let folder = Folder::new();
    let bytes = |values: Vec<&[u8]>| -> ArrayRef { Arc::new(BinaryArray::from(values)) };
    write(
        &folder,
        "b.parquet",
        vec![
            ("name", bytes(vec![b"CRM"])),
            ("key", bytes(vec![b"\x00\xFF"])),
        ],
    );
    let outcome = run(&folder, "SELECT name FROM 'b.parquet'");
    for word in [
        "b.parquet has text that is not marked as text in column name, which",
        "SET datafusion.execution.parquet.binary_as_string = true",
    ] {
        assert!(outcome.stderr.contains(word), "{outcome:?}");
    }
    assert_eq!(outcome.succeeded(), "name\n43524d\n");
    let set = "SET datafusion.execution.parquet.binary_as_string = true; ";
    write(&folder, "c.parquet", vec![("name", bytes(vec![b"CRM"]))]);
    for (arguments, from) in [
        (vec![], "'c.parquet'"),
        (vec!["--table", "c=c.parquet"], "c"),
    ] {
        // A table that was named before is read by the setting as well, and by the old one after RESET.
        let sql = format!(
            "SELECT count(*) AS n FROM {from}; {set} SELECT name FROM {from}; \
             SET datafusion.execution.parquet.binary_as_string = false; SELECT name FROM {from}"
        );
        let all = [&arguments[..], &["-c", &sql]].concat();
        assert_eq!(
            folder.csv(&all),
            "n\n1\n\nname\nCRM\n\nname\n43524d\n",
            "{from}"
        );
    }
}
