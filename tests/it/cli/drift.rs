//! Parquet files of one table that differ in names, types and columns.

use std::fs::File;
use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int32Array,
    Int64Array, LargeStringArray, RecordBatch, StringArray, TimestampMicrosecondArray,
    TimestampNanosecondArray, UInt64Array,
};
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::file::properties::{EnabledStatistics, WriterProperties};

use crate::command::{Folder, Outcome};

/// 2026-01-01, in microseconds since 1970.
const NEW_YEAR: i64 = 1_767_225_600_000_000;

fn write(folder: &Folder, path: &str, columns: Vec<(&str, ArrayRef)>) {
    write_with(folder, path, columns, EnabledStatistics::Page);
}

fn write_with(
    folder: &Folder,
    path: &str,
    columns: Vec<(&str, ArrayRef)>,
    statistics: EnabledStatistics,
) {
    let batch = RecordBatch::try_from_iter(columns).expect("columns of one length");
    folder.file(path, "");
    let file = File::create(folder.path(path)).expect("a file");
    let properties = WriterProperties::builder()
        .set_statistics_enabled(statistics)
        .build();
    let mut writer =
        ArrowWriter::try_new(file, batch.schema(), Some(properties)).expect("a writer");
    writer.write(&batch).expect("rows");
    writer.close().expect("a footer");
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

/// What a query answers, which has no notes.
#[track_caller]
fn without_notes(folder: &Folder, sql: &str) -> String {
    let outcome = run(folder, sql);
    assert_eq!(outcome.stderr, "", "{sql}");
    outcome.succeeded()
}

#[test]
fn a_column_that_is_spelled_otherwise_is_one_column() {
    let folder = Folder::new();
    write(
        &folder,
        "t/1.parquet",
        vec![("ID", ints(&[1, 2])), ("v", ints(&[10, 20]))],
    );
    write(
        &folder,
        "t/2.parquet",
        vec![("v", ints(&[30])), ("id", ints(&[3]))],
    );
    write(
        &folder,
        "t/3.parquet",
        vec![(" Id ", ints(&[4])), ("v", ints(&[40]))],
    );
    let outcome = run(
        &folder,
        "SELECT count(*) AS n, count(id) AS ids, min(id) AS a, max(id) AS z, sum(v) AS v FROM 't/'",
    );
    for word in [
        "column id is written ID in t/1.parquet (1 of 3 files) and \" Id \" in t/3.parquet (1 of 3 files)",
        "read as one column",
    ] {
        assert!(outcome.stderr.contains(word), "{outcome:?}");
    }
    assert_eq!(outcome.succeeded(), "n,ids,a,z,v\n4,4,1,4,100\n");
    // Filters go to the files, whose statistics have their own names.
    for (filter, ids) in [
        ("id > 1 AND id < 4", "id\n2\n3\n"),
        ("id = 4", "id\n4\n"),
        ("id IN (1, 4) AND v > 10", "id\n4\n"),
        ("id IS NULL", "id\n"),
    ] {
        for settings in [
            "",
            "SET datafusion.execution.parquet.pushdown_filters = true; ",
        ] {
            let sql = format!("{settings}SELECT id FROM 't/' WHERE {filter} ORDER BY id");
            assert_eq!(folder.csv(&["-c", &sql]), ids, "{sql}");
        }
    }
}

#[test]
fn names_that_one_file_tells_apart_stay_apart() {
    let folder = Folder::new();
    write(
        &folder,
        "t/1.parquet",
        vec![("id", ints(&[1])), ("ID", ints(&[2]))],
    );
    write(
        &folder,
        "t/2.parquet",
        vec![("id", ints(&[3])), ("ID", ints(&[4]))],
    );
    assert_eq!(
        without_notes(&folder, "SELECT id, \"ID\" FROM 't/' ORDER BY id"),
        "id,ID\n1,2\n3,4\n"
    );
}

#[test]
fn a_column_that_files_lack_is_said() {
    let folder = Folder::new();
    write(
        &folder,
        "t/1.parquet",
        vec![("c", texts(&["x"])), ("amount", ints(&[1]))],
    );
    write(
        &folder,
        "t/2.parquet",
        vec![("c", texts(&["y"])), ("amount_usd", ints(&[2]))],
    );
    write(
        &folder,
        "t/3.parquet",
        vec![("c", texts(&["z"])), ("amount_usd", ints(&[3]))],
    );
    let outcome = run(
        &folder,
        "SELECT sum(amount) AS a, sum(amount_usd) AS u FROM 't/'",
    );
    for note in [
        "2 of 3 files have no column amount (t/2.parquet, for example): NULL in their rows",
        "t/1.parquet has no column amount_usd (1 of 3 files lacks it): NULL in its rows",
    ] {
        assert!(outcome.stderr.contains(note), "{outcome:?}");
    }
    assert_eq!(outcome.succeeded(), "a,u\n1,5\n");
    assert_eq!(
        folder.csv(&["-c", "SELECT c FROM 't/' WHERE amount IS NULL ORDER BY c"]),
        "c\ny\nz\n"
    );
}

#[test]
fn keys_inside_of_structs_are_compared_as_well() {
    let folder = Folder::new();
    folder
        .file("t/a.json", "{\"c\":{\"id\":1,\"n\":{\"x\":5}}}\n")
        .file("t/b.json", "{\"c\":{\"ID\":2,\"n\":{\"y\":6}}}\n")
        .file("l/a.ndjson", "{\"c\":[{\"id\":1,\"q\":1}]}\n")
        .file("l/b.ndjson", "{\"c\":[{\"id\":2}]}\n")
        .file("same/a.json", "{\"c\":{\"id\":1}}\n")
        .file("same/b.json", "{\"c\":{\"id\":2}}\n{\"c\":null}\n");
    let outcome = run(
        &folder,
        "SELECT sum(coalesce(c['id'], c['ID'])) AS s, sum(c['id']) AS one FROM 't/'",
    );
    for note in [
        "key c.id is written ID in t/b.json (1 of 2 files); they stay two keys, and coalesce(c['id'], c['ID'])",
        "t/a.json has no key c.n.y (1 of 2 files lacks it)",
        "t/b.json has no key c.n.x (1 of 2 files lacks it)",
    ] {
        assert!(outcome.stderr.contains(note), "{outcome:?}");
    }
    assert_eq!(outcome.succeeded(), "s,one\n3,1\n");
    let outcome = run(&folder, "SELECT count(*) AS n FROM 'l/'");
    assert!(
        outcome.stderr.contains("l/b.ndjson has no key c.q"),
        "{outcome:?}"
    );
    assert_eq!(outcome.succeeded(), "n\n2\n");
    assert_eq!(
        without_notes(&folder, "SELECT sum(c['id']) AS s FROM 'same/'"),
        "s\n3\n"
    );
}

#[test]
fn files_that_agree_have_no_note() {
    let folder = Folder::new();
    write(
        &folder,
        "t/1.parquet",
        vec![("c", texts(&["x"])), ("m", ints(&[1]))],
    );
    write(
        &folder,
        "t/2.parquet",
        vec![("m", ints(&[2])), ("c", texts(&["y"]))],
    );
    assert_eq!(
        without_notes(&folder, "SELECT c, m FROM 't/' ORDER BY c"),
        "c,m\nx,1\ny,2\n"
    );
}

#[test]
fn types_that_lose_nothing_are_united() {
    let folder = Folder::new();
    let decimal = |value: i128, precision, scale| -> ArrayRef {
        let values = Decimal128Array::from(vec![value]);
        Arc::new(
            values
                .with_precision_and_scale(precision, scale)
                .expect("a decimal"),
        )
    };
    let micros: ArrayRef = Arc::new(TimestampMicrosecondArray::from(vec![
        NEW_YEAR + 86_400_000_000 + 43_200_000_000,
    ]));
    let nanos: ArrayRef = Arc::new(TimestampNanosecondArray::from(vec![NEW_YEAR * 1000 + 1]));
    let day: ArrayRef = Arc::new(Date32Array::from(vec![20_454])); // 2026-01-01
    let small: ArrayRef = Arc::new(Int32Array::from(vec![7]));
    let large_text: ArrayRef = Arc::new(LargeStringArray::from(vec!["y"]));
    let unsigned: ArrayRef = Arc::new(UInt64Array::from(vec![5_u64]));
    let half: ArrayRef = Arc::new(Float64Array::from(vec![2.5]));
    for (name, a, b, values) in [
        ("whole", small, ints(&[5_000_000_000]), "m\n7\n5000000000\n"),
        ("point", ints(&[3]), half, "m\n2.5\n3.0\n"),
        ("unsigned", unsigned, ints(&[-1]), "m\n-1\n5\n"),
        (
            "decimal",
            decimal(125, 10, 2),
            decimal(12501, 12, 4),
            "m\n1.2500\n1.2501\n",
        ),
        (
            "decimal_whole",
            decimal(125, 10, 2),
            ints(&[7]),
            "m\n1.25\n7.00\n",
        ),
        ("text", texts(&["x"]), large_text, "m\nx\ny\n"),
        (
            "day",
            day,
            Arc::clone(&micros),
            "m\n2026-01-01T00:00:00\n2026-01-02T12:00:00\n",
        ),
        (
            "unit",
            nanos,
            micros,
            "m\n2026-01-01T00:00:00.000000001\n2026-01-02T12:00:00\n",
        ),
    ] {
        write(&folder, &format!("{name}/1.parquet"), vec![("m", a)]);
        write(&folder, &format!("{name}/2.parquet"), vec![("m", b)]);
        let sql = format!("SELECT m FROM '{name}/' ORDER BY m");
        assert_eq!(without_notes(&folder, &sql), values, "{name}");
    }
    // Conditions are on the united values, whatever a file has.
    for (sql, n) in [
        ("SELECT count(*) AS n FROM 'point/' WHERE m > 2.4", 2),
        ("SELECT count(*) AS n FROM 'point/' WHERE m < 2.6", 1),
        ("SELECT count(*) AS n FROM 'point/' WHERE m = 3", 1),
        ("SELECT count(*) AS n FROM 'decimal/' WHERE m > 1.25", 1),
        ("SELECT count(*) AS n FROM 'decimal/' WHERE m < 1.2501", 1),
        (
            "SELECT count(*) AS n FROM 'day/' WHERE m > TIMESTAMP '2026-01-01 12:00:00'",
            1,
        ),
        (
            "SELECT count(*) AS n FROM 'day/' WHERE m < TIMESTAMP '2026-01-01 00:00:01'",
            1,
        ),
        (
            "SELECT count(*) AS n FROM 'unit/' WHERE m > TIMESTAMP '2026-01-01 00:00:00'",
            2,
        ),
        (
            "SELECT count(*) AS n FROM 'whole/' WHERE m > 6 AND m < 4000000000",
            1,
        ),
    ] {
        assert_eq!(folder.csv(&["-c", sql]), format!("n\n{n}\n"), "{sql}");
    }
}

#[test]
fn far_dates_take_the_unit_that_has_a_place_for_them() {
    let folder = Folder::new();
    // 9999-12-31 00:00:00
    let far: ArrayRef = Arc::new(TimestampMicrosecondArray::from(vec![
        253_402_214_400_000_000,
    ]));
    let round: ArrayRef = Arc::new(TimestampNanosecondArray::from(vec![NEW_YEAR * 1000 + 1000]));
    let fine: ArrayRef = Arc::new(TimestampNanosecondArray::from(vec![NEW_YEAR * 1000 + 1]));
    write(&folder, "ok/1.parquet", vec![("m", round)]);
    write(&folder, "ok/2.parquet", vec![("m", Arc::clone(&far))]);
    assert_eq!(
        without_notes(&folder, "SELECT m FROM 'ok/' ORDER BY m"),
        "m\n2026-01-01T00:00:00.000001\n9999-12-31T00:00:00\n"
    );
    write(&folder, "no/1.parquet", vec![("m", fine)]);
    write(&folder, "no/2.parquet", vec![("m", far)]);
    run(&folder, "SELECT m FROM 'no/'").failed(
        1,
        &[
            "column m is Timestamp(ns) in no/1.parquet",
            "9999-12-31",
            "UNION ALL BY NAME",
        ],
    );
}

#[test]
fn types_that_would_lose_something_are_refused() {
    let folder = Folder::new();
    let large = (1_i64 << 53) + 1;
    let half: ArrayRef = Arc::new(Float64Array::from(vec![2.5]));
    for (name, statistics) in [
        ("known", EnabledStatistics::Page),
        ("unknown", EnabledStatistics::None),
    ] {
        let numbers = vec![("m", ints(&[1, large]))];
        write_with(&folder, &format!("{name}/1.parquet"), numbers, statistics);
        write(
            &folder,
            &format!("{name}/2.parquet"),
            vec![("m", Arc::clone(&half))],
        );
        run(&folder, &format!("SELECT m FROM '{name}/'")).failed(
            1,
            &[
                "column m is Float64 in",
                "2.parquet",
                "but Int64 in",
                "in row 2 of",
                "1.parquet it is 9007199254740993",
            ],
        );
    }
    // The type that is proposed keeps ids apart that DOUBLE would take for one: 2^53 and 2^53 + 1.
    let other: ArrayRef = Arc::new(Float64Array::from(vec![1.0, (1_i64 << 53) as f64]));
    for (name, of_doubles, cast, distinct) in [
        ("ids", other, "DECIMAL(38, 0)", 3),
        ("parts", Arc::clone(&half), "DECIMAL(38, 9)", 3),
    ] {
        let numbers = vec![("m", ints(&[1, large]))];
        write(&folder, &format!("{name}/1.parquet"), numbers);
        write(
            &folder,
            &format!("{name}/2.parquet"),
            vec![("m", of_doubles)],
        );
        let cast = format!("CAST(\"m\" AS {cast})");
        let error = run(&folder, &format!("SELECT m FROM '{name}/'")).failed(1, &[&cast]);
        let (_, call) = error.split_once("SELECT CAST").expect("a call");
        let call = call.lines().next().expect("a line");
        let counted = format!("SELECT count(DISTINCT m) AS n FROM (SELECT CAST{call})");
        assert_eq!(folder.csv(&["-c", &counted]), format!("n\n{distinct}\n"));
    }
    let flag: ArrayRef = Arc::new(BooleanArray::from(vec![true]));
    let bytes: ArrayRef = Arc::new(BinaryArray::from(vec![b"x".as_slice()]));
    let naive: ArrayRef = Arc::new(TimestampMicrosecondArray::from(vec![NEW_YEAR]));
    let utc: ArrayRef =
        Arc::new(TimestampMicrosecondArray::from(vec![NEW_YEAR]).with_timezone("UTC"));
    for (name, a, b) in [
        ("text", ints(&[1]), texts(&["x"])),
        ("flag", flag, ints(&[1])),
        ("bytes", bytes, texts(&["x"])),
        ("zone", naive, utc),
    ] {
        write(&folder, &format!("{name}/1.parquet"), vec![("m", a)]);
        write(&folder, &format!("{name}/2.parquet"), vec![("m", b)]);
        let error = run(&folder, &format!("SELECT m FROM '{name}/'")).failed(
            1,
            &[
                "column m is",
                "1.parquet",
                "2.parquet",
                "a table needs one type",
            ],
        );
        // The call that the error gives works.
        let (_, call) = error.split_once("SELECT CAST").expect("a call");
        let call = call.lines().next().expect("a line");
        let united = folder.csv(&["-c", &format!("SELECT CAST{call}")]);
        assert_eq!(united.lines().count(), 3, "{name}: {united}");
    }
}

#[test]
fn zones_are_united_in_utc_with_a_note() {
    let folder = Folder::new();
    let at = |zone: &str| -> ArrayRef {
        Arc::new(TimestampMicrosecondArray::from(vec![NEW_YEAR]).with_timezone(zone))
    };
    write(&folder, "t/1.parquet", vec![("m", at("UTC"))]);
    write(&folder, "t/2.parquet", vec![("m", at("+02:00"))]);
    let outcome = run(&folder, "SELECT DISTINCT m FROM 't/'");
    assert!(
        outcome
            .stderr
            .contains("column m has times of different zones"),
        "{outcome:?}"
    );
    assert_eq!(outcome.succeeded(), "m\n2026-01-01T00:00:00Z\n");
}
