//! Arrow IPC files and streams.

use std::fs::File;
use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, BinaryArray, Date32Array, DictionaryArray, Float64Array, Int32Array, Int64Array,
    LargeStringArray, ListArray, RecordBatch, StringArray, StructArray, TimestampMicrosecondArray,
};
use datafusion::arrow::datatypes::{DataType, Field, Int32Type, Int64Type};
use datafusion::arrow::ipc::writer::{FileWriter, StreamWriter};

use crate::command::{Folder, Outcome};

fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    RecordBatch::try_from_iter(columns).expect("columns of one length")
}

fn file(folder: &Folder, path: &str, batches: &[RecordBatch]) {
    folder.file(path, "");
    let out = File::create(folder.path(path)).expect("a file");
    let mut writer = FileWriter::try_new(out, &batches[0].schema()).expect("a writer");
    batches
        .iter()
        .for_each(|batch| writer.write(batch).expect("rows"));
    writer.finish().expect("an end");
}

fn stream(folder: &Folder, path: &str, batches: &[RecordBatch]) {
    folder.file(path, "");
    let out = File::create(folder.path(path)).expect("a file");
    let mut writer = StreamWriter::try_new(out, &batches[0].schema()).expect("a writer");
    batches
        .iter()
        .for_each(|batch| writer.write(batch).expect("rows"));
    writer.finish().expect("an end");
}

fn ints(values: &[i64]) -> ArrayRef {
    Arc::new(Int64Array::from(values.to_vec()))
}

fn texts(values: &[&str]) -> ArrayRef {
    Arc::new(StringArray::from(values.to_vec()))
}

fn run(folder: &Folder, sql: &str) -> Outcome {
    folder.run(&["--format", "csv", "-c", sql])
}

#[track_caller]
fn is(folder: &Folder, sql: &str, rows: &str) {
    let outcome = run(folder, sql);
    assert_eq!(outcome.stderr, "", "{sql}");
    assert_eq!(outcome.succeeded(), rows, "{sql}");
}

#[test]
fn columns_are_found_by_their_names() {
    let folder = Folder::new();
    file(
        &folder,
        "t/1.arrow",
        &[batch(vec![
            ("id", ints(&[1, 2])),
            ("name", texts(&["a", "b"])),
        ])],
    );
    // In another order, as a stream, and of smaller types.
    let small: ArrayRef = Arc::new(Int32Array::from(vec![3]));
    let large: ArrayRef = Arc::new(LargeStringArray::from(vec!["c"]));
    stream(
        &folder,
        "t/2.arrow",
        &[batch(vec![("name", large), ("id", small)])],
    );
    is(
        &folder,
        "SELECT id, name FROM 't/' ORDER BY id",
        "id,name\n1,a\n2,b\n3,c\n",
    );
    is(&folder, "SELECT name FROM 't/' WHERE id = 3", "name\nc\n");
    is(&folder, "SELECT count(*) AS n FROM 't/*.arrow'", "n\n3\n");
    is(
        &folder,
        "SELECT id FROM 't/' ORDER BY id DESC LIMIT 1",
        "id\n3\n",
    );
    for ending in ["feather", "ipc"] {
        let other = format!("u.{ending}");
        std::fs::copy(folder.path("t/2.arrow"), folder.path(&other)).expect("a file");
        is(
            &folder,
            &format!("SELECT id, name FROM '{other}'"),
            "id,name\n3,c\n",
        );
    }
    is(
        &folder,
        "SELECT sum(id) AS s FROM read_arrow('t/*', types => 'id=DECIMAL(12,2)')",
        "s\n6.00\n",
    );
}

#[test]
fn files_that_differ_are_one_table() {
    let folder = Folder::new();
    let half: ArrayRef = Arc::new(Float64Array::from(vec![2.5]));
    let day: ArrayRef = Arc::new(Date32Array::from(vec![20_454]));
    let time: ArrayRef = Arc::new(TimestampMicrosecondArray::from(vec![1_767_225_600_000_001]));
    let words: DictionaryArray<Int32Type> = vec!["x"].into_iter().collect();
    let list = |values: Vec<i64>| -> ArrayRef {
        Arc::new(ListArray::from_iter_primitive::<Int64Type, _, _>([Some(
            values.into_iter().map(Some),
        )]))
    };
    let of = |fields: Vec<(&str, ArrayRef)>| -> ArrayRef {
        let fields: Vec<_> = fields
            .into_iter()
            .map(|(name, array)| {
                (
                    Arc::new(Field::new(name, array.data_type().clone(), true)),
                    array,
                )
            })
            .collect();
        Arc::new(StructArray::from(fields))
    };
    let one = || {
        batch(vec![
            ("ID", ints(&[1])),
            ("m", ints(&[7])),
            ("at", Arc::clone(&day)),
            ("w", Arc::new(words.clone())),
            ("l", list(vec![1, 2])),
            ("s", of(vec![("a", ints(&[1]))])),
        ])
    };
    let two = || {
        batch(vec![
            (
                "s",
                of(vec![("b", texts(&["y"])), ("a", Arc::clone(&half))]),
            ),
            ("m", Arc::clone(&half)),
            ("id", ints(&[2])),
            ("at", Arc::clone(&time)),
            ("w", texts(&["z"])),
            ("note", texts(&["n"])),
        ])
    };
    // Whichever comes first.
    for (name, first, second) in [("t", one(), two()), ("u", two(), one())] {
        file(&folder, &format!("{name}/1.arrow"), &[first]);
        stream(&folder, &format!("{name}/2.arrow"), &[second]);
        let outcome = run(
            &folder,
            &format!(
                "SELECT id, m, at, w, l, s['a'] AS a, s['b'] AS b, note FROM '{name}/' ORDER BY id"
            ),
        );
        for note in [
            "column id is written ID",
            "has no column note",
            "has no column l",
            "has no key s.b",
        ] {
            assert!(outcome.stderr.contains(note), "{outcome:?}");
        }
        assert_eq!(
            outcome.succeeded(),
            "id,m,at,w,l,a,b,note\n1,7.0,2026-01-01T00:00:00,x,\"[1,2]\",1.0,,\n2,2.5,2026-01-01T00:00:00.000001,z,,2.5,y,n\n"
        );
        for (filter, id) in [
            ("m > 2 AND m < 3", "2"),
            ("m = 7", "1"),
            ("note IS NULL", "1"),
            ("id > 1", "2"),
            ("s['b'] = 'y'", "2"),
        ] {
            let sql = format!("SELECT id FROM '{name}/' WHERE {filter}");
            assert_eq!(
                folder.csv(&["--quiet", "-c", &sql]),
                format!("id\n{id}\n"),
                "{sql}"
            );
        }
    }
    let large = (1_i64 << 53) + 1;
    file(
        &folder,
        "no/1.arrow",
        &[batch(vec![("m", ints(&[1, large]))])],
    );
    file(
        &folder,
        "no/2.arrow",
        &[batch(vec![("m", Arc::clone(&half))])],
    );
    run(&folder, "SELECT m FROM 'no/'").failed(
        1,
        &[
            "in row 2 of no/1.arrow it is 9007199254740993",
            "UNION ALL BY NAME",
        ],
    );
    file(&folder, "text/1.arrow", &[batch(vec![("m", ints(&[1]))])]);
    file(
        &folder,
        "text/2.arrow",
        &[batch(vec![("m", texts(&["x"]))])],
    );
    let error = run(&folder, "SELECT m FROM 'text/'").failed(
        1,
        &["column m is Int64 in text/1.arrow but Utf8 in text/2.arrow"],
    );
    let call = error
        .split_once("SELECT CAST")
        .expect("a call")
        .1
        .lines()
        .next()
        .expect("a line")
        .to_string();
    assert_eq!(
        folder.csv(&["-c", &format!("SELECT CAST{call} ORDER BY m")]),
        "m\n1\nx\n"
    );
}

#[test]
fn bytes_that_are_text_are_read_as_such_where_it_is_said() {
    let folder = Folder::new();
    let bytes = || -> ArrayRef { Arc::new(BinaryArray::from(vec![b"M\xC3\xBCller".as_slice()])) };
    let field = Arc::new(Field::new("z", DataType::Binary, true));
    let nested: ArrayRef = Arc::new(StructArray::from(vec![(field, bytes())]));
    let rows = || batch(vec![("b", bytes()), ("s", Arc::clone(&nested))]);
    file(&folder, "t.arrow", &[rows()]);
    let parquet = File::create(folder.path("t.parquet")).expect("a file");
    let mut writer =
        datafusion::parquet::arrow::ArrowWriter::try_new(parquet, rows().schema(), None)
            .expect("a writer");
    writer.write(&rows()).expect("rows");
    writer.close().expect("a footer");
    for (kind, call) in [
        ("arrow", "read_arrow('t.arrow', binary_as_string => true)"),
        (
            "parquet",
            "SET datafusion.execution.parquet.binary_as_string",
        ),
    ] {
        let outcome = run(&folder, &format!("SELECT b FROM 't.{kind}'"));
        assert!(
            outcome
                .stderr
                .contains("in columns b, s, which is read as bytes")
                && outcome.stderr.contains(call),
            "{outcome:?}"
        );
        assert_eq!(outcome.succeeded(), "b\n4dc3bc6c6c6572\n");
        for sql in [
            format!("SELECT b, s['z'] AS z FROM read_{kind}('t.{kind}', binary_as_string => true)"),
            format!(
                "SET datafusion.execution.parquet.binary_as_string = true; SELECT b, s['z'] AS z FROM 't.{kind}'"
            ),
        ] {
            is(&folder, &sql, "b,z\nMüller,Müller\n");
        }
    }
    let other: ArrayRef = Arc::new(BinaryArray::from(vec![b"\xFF\xFE".as_slice()]));
    file(&folder, "other.arrow", &[batch(vec![("b", other)])]);
    is(&folder, "SELECT b FROM 'other.arrow'", "b\nfffe\n");
    run(
        &folder,
        "SELECT b FROM read_arrow('other.arrow', binary_as_string => true)",
    )
    .failed(1, &["other.arrow"]);
}

#[test]
fn batches_of_any_size_and_partitions() {
    let folder = Folder::new();
    let many: Vec<i64> = (0..50_000).collect();
    let none = batch(vec![("m", ints(&[]))]);
    file(
        &folder,
        "t/p=1/a.arrow",
        &[
            batch(vec![("m", ints(&many))]),
            none.clone(),
            batch(vec![("m", ints(&[1]))]),
        ],
    );
    stream(&folder, "t/p=2/a.arrow", &[batch(vec![("m", ints(&many))])]);
    is(
        &folder,
        "SELECT p, count(*) AS n, sum(m) AS s FROM 't/' GROUP BY p ORDER BY p",
        "p,n,s\n1,50001,1249975001\n2,50000,1249975000\n",
    );
    is(
        &folder,
        "SELECT count(*) AS n FROM 't/' WHERE p = 2",
        "n\n50000\n",
    );
    file(&folder, "empty.arrow", &[none]);
    is(&folder, "SELECT count(*) AS n FROM 'empty.arrow'", "n\n0\n");
}

#[test]
fn a_file_that_is_damaged_is_refused_in_words() {
    let folder = Folder::new();
    let rows = batch(vec![
        ("id", ints(&[1, 2, 3])),
        ("name", texts(&["a", "b", "c"])),
    ]);
    file(&folder, "t.arrow", std::slice::from_ref(&rows));
    stream(&folder, "s.arrow", &[rows]);
    let whole = std::fs::read(folder.path("t.arrow")).expect("a file");
    let streamed = std::fs::read(folder.path("s.arrow")).expect("a file");
    for cut in [7, 60, 200, whole.len() - 4] {
        folder.file("cut.arrow", &whole[..cut]);
        run(&folder, "SELECT * FROM 'cut.arrow'").failed(1, &["cut.arrow"]);
    }
    // Any byte may be another one: rows or words, and never a panic.
    for content in [whole, streamed] {
        for at in (8..content.len()).step_by(7) {
            let mut damaged = content.clone();
            damaged[at] ^= 0xA5;
            folder.file("d.arrow", &damaged);
            let outcome = run(&folder, "SELECT * FROM 'd.arrow'");
            assert!(matches!(outcome.code, Some(0 | 1)), "{at}: {outcome:?}");
            assert!(!outcome.stderr.contains("panicked"), "{at}: {outcome:?}");
            if outcome.code == Some(1) {
                assert!(outcome.stderr.contains("d.arrow"), "{at}: {outcome:?}");
            }
        }
    }
    folder.file("old.feather", "FEA1....");
    run(&folder, "SELECT * FROM 'old.feather'")
        .failed(1, &["first version of Feather", "to_parquet"]);
    folder.file("no.arrow", "id,name\n1,a\n");
    run(&folder, "SELECT * FROM 'no.arrow'").failed(1, &["no.arrow is not Arrow"]);
    folder.file("none.arrow", "");
    run(&folder, "SELECT * FROM 'none.arrow'").failed(1, &["none.arrow is empty"]);
}

#[test]
fn rows_that_are_missing_are_an_error() {
    let folder = Folder::new();
    let batches = [1, 2].map(|id| batch(vec![("id", ints(&[id]))]));
    file(&folder, "file.arrow", &batches);
    stream(&folder, "stream.arrow", &batches);
    let read = |name: &str| std::fs::read(folder.path(name)).expect("a file");
    let (of_file, of_stream) = (read("file.arrow"), read("stream.arrow"));
    is(&folder, "SELECT sum(id) AS s FROM 'stream.arrow'", "s\n3\n");
    for (content, words) in [
        (
            of_stream[..of_stream.len() - 8].to_vec(),
            "no mark at its end",
        ),
        (
            [&of_stream[..], &of_stream].concat(),
            "bytes follow its end",
        ),
        (
            [&of_file[..], &of_file].concat(),
            "several files are put together",
        ),
    ] {
        folder.file("t.arrow", content);
        run(&folder, "SELECT * FROM 't.arrow'").failed(1, &["t.arrow is damaged", words]);
    }
    // Without a batch there is an end, too.
    let none = batch(vec![("id", ints(&[]))]);
    file(&folder, "none.arrow", &[none]);
    is(&folder, "SELECT count(*) AS n FROM 'none.arrow'", "n\n0\n");
}
