//! Folders of Delta Lake, Apache Hudi, Apache Iceberg and Apache Paimon, which keep rows that were removed.

use crate::command::{Folder, Outcome};

/// A Parquet file of one row, made by the program.
fn parquet(folder: &Folder, path: &str, query: &str) {
    let parent = folder.path(path).parent().expect("a folder").to_path_buf();
    std::fs::create_dir_all(parent).expect("folders");
    // COPY itself writes nothing into such tables.
    folder
        .run(&["-c", &format!("COPY ({query}) TO 'made.parquet'")])
        .succeeded();
    std::fs::rename(folder.path("made.parquet"), folder.path(path)).expect("it is moved");
}

/// The files of a table whose only row was replaced: 10 is gone, 25 is there.
fn replaced(folder: &Folder, table: &str, below: &str) {
    for (file, amount) in [("old", 10), ("new", 25)] {
        parquet(
            folder,
            &format!("{table}/{below}{file}.parquet"),
            &format!("SELECT {amount} AS amount"),
        );
    }
}

fn delta(folder: &Folder, table: &str) {
    replaced(folder, table, "");
    folder.file(
        &format!("{table}/_delta_log/00000000000000000000.json"),
        "{\"add\":{\"path\":\"new.parquet\"}}\n",
    );
}

fn read(folder: &Folder, from: &str) -> Outcome {
    folder.run(&[
        "--format",
        "csv",
        "-c",
        &format!("SELECT sum(amount) AS s FROM '{from}'"),
    ])
}

#[test]
fn a_delta_table_is_refused_from_wherever_it_is_named() {
    let folder = Folder::new();
    delta(&folder, "lake/orders");
    parquet(&folder, "lake/orders/day=1/x.parquet", "SELECT 1 AS amount");
    let in_words = [
        "Delta Lake",
        "lake/orders",
        "_delta_log",
        "pip install deltalake",
        "deltalake.DeltaTable(\"",
        "--raw-files",
    ];
    for from in [
        "lake/orders",
        "lake/orders/",
        "./lake/orders",
        "lake/orders/new.parquet",
        "lake/orders/*.parquet",
        "lake/orders/day=1/",
        "lake/orders/day=1/x.parquet",
        "lake/**/*.parquet",
        "lake/",
        "lake/*/{old,new}.parquet",
    ] {
        read(&folder, from).failed(1, &in_words);
    }
}

#[test]
fn an_empty_delta_table_is_one_too() {
    let folder = Folder::new();
    folder.file("t/_delta_log/00000000000000000000.json", "{}\n");
    read(&folder, "t/").failed(1, &["t/ is a table of Delta Lake"]);
}

#[test]
fn a_folder_above_several_tables_says_that_there_are_more() {
    let folder = Folder::new();
    delta(&folder, "lake/a");
    delta(&folder, "lake/b");
    delta(&folder, "lake/c");
    read(&folder, "lake/").failed(
        1,
        &["lake/ has files of lake/a", "there are 2 more such tables"],
    );
}

#[test]
fn hudi_and_iceberg_tables_are_refused() {
    let folder = Folder::new();
    replaced(&folder, "hudi", "");
    folder.file("hudi/.hoodie/hoodie.properties", "hoodie.table.name=t\n");
    for from in ["hudi/", "hudi/*.parquet", "hudi/**/*.parquet"] {
        read(&folder, from).failed(1, &["Apache Hudi", ".hoodie", "spark.read.format"]);
    }
    replaced(&folder, "ice", "data/");
    folder.file("ice/metadata/v1.metadata.json", "{}");
    folder.file("hinted/metadata/version-hint.text", "1");
    replaced(&folder, "hinted", "data/day=1/");
    // As some writers compress it, and as it is where that was not copied.
    folder.file("packed/metadata/v2.metadata.json.gz", "");
    replaced(&folder, "packed", "data/");
    folder.file("left/metadata/snap-1-1-a.avro", "");
    replaced(&folder, "left", "data/");
    for from in [
        "packed/",
        "packed/data/*.parquet",
        "left/",
        "ice/",
        "ice/data/",
        "ice/data/new.parquet",
        "ice/**/*.parquet",
        "hinted/data/",
        "hinted/data/day=1/*.parquet",
    ] {
        read(&folder, from).failed(1, &["Apache Iceberg", "pyiceberg"]);
    }
    read(&folder, "ice/").failed(1, &["from_metadata(\"ice/metadata/v1.metadata.json\")"]);
}

#[cfg(unix)]
#[test]
fn links_lead_into_tables_as_well() {
    let folder = Folder::new();
    delta(&folder, "lake/orders");
    std::os::unix::fs::symlink("lake/orders", folder.path("linked")).expect("a link");
    std::os::unix::fs::symlink("lake/orders/old.parquet", folder.path("one.parquet"))
        .expect("a link");
    read(&folder, "linked/").failed(1, &["Delta Lake"]);
    read(&folder, "one.parquet").failed(1, &["Delta Lake"]);
}

#[test]
fn who_insists_reads_the_files_as_they_are() {
    let folder = Folder::new();
    delta(&folder, "orders");
    replaced(&folder, "ice", "data/");
    folder.file("ice/metadata/v1.metadata.json", "{}");
    for (from, what) in [("orders/", "Delta Lake"), ("ice/", "Apache Iceberg")] {
        let outcome = folder.run(&[
            "--raw-files",
            "--format",
            "csv",
            "-c",
            &format!("SELECT sum(amount) AS s FROM '{from}'"),
        ]);
        let note = format!("is a table of {what} and its files are read as they are");
        assert!(outcome.stderr.contains(&note), "{outcome:?}");
        assert!(outcome.stderr.contains("may count"), "{outcome:?}");
        assert_eq!(outcome.succeeded(), "s\n35\n");
    }
}

#[test]
fn a_plain_folder_of_spark_is_a_folder() {
    let folder = Folder::new();
    parquet(&folder, "spark/part-0.snappy.parquet", "SELECT 7 AS amount");
    folder
        .file("spark/_SUCCESS", "")
        .file("spark/_metadata", "x")
        .file("spark/_common_metadata", "x")
        .file("spark/.part-0.snappy.parquet.crc", "x")
        .file("metadata/notes.json", "{\"amount\":1}\n")
        .file("orders/metadata/columns.txt", "about");
    parquet(&folder, "orders/a.parquet", "SELECT 8 AS amount");
    for (from, sum) in [("spark/", "s\n7\n"), ("orders/*.parquet", "s\n8\n")] {
        let outcome = read(&folder, from);
        assert_eq!(outcome.stderr, "");
        assert_eq!(outcome.succeeded(), sum);
    }
}

#[test]
fn the_log_of_a_table_may_be_read_itself() {
    let folder = Folder::new();
    delta(&folder, "t");
    let log = "SELECT count(*) AS n FROM 't/_delta_log/*.json'";
    assert_eq!(folder.csv(&["-c", log]), "n\n1\n");
}

#[test]
fn an_external_table_is_no_way_around() {
    let folder = Folder::new();
    delta(&folder, "orders");
    let sql = "CREATE EXTERNAL TABLE t STORED AS PARQUET LOCATION 'orders/'; SELECT sum(amount) AS s FROM t";
    folder
        .run(&["-c", sql])
        .failed(1, &["orders/ is a table of Delta Lake", "--raw-files"]);
    assert_eq!(folder.csv(&["--raw-files", "-c", sql]), "s\n35\n");
}

#[test]
fn a_paimon_table_is_refused() {
    let folder = Folder::new();
    replaced(&folder, "paimon", "bucket-0/");
    folder
        .file("paimon/snapshot/snapshot-1", "{}")
        .file("paimon/schema/schema-0", "{}");
    replaced(&folder, "bare", "day=1/bucket-3/");
    for name in ["snapshot", "schema", "manifest"] {
        folder.file(&format!("bare/{name}/x"), "");
    }
    for from in [
        "paimon/",
        "paimon/bucket-0/",
        "paimon/bucket-0/old.parquet",
        "paimon/**/*.parquet",
        "bare/",
        "bare/day=1/bucket-3/*.parquet",
    ] {
        read(&folder, from).failed(1, &["Apache Paimon", "spark.read.format(\"paimon\")"]);
    }
    // A folder of one of these names is nobody's log.
    parquet(&folder, "plain/schema/a.parquet", "SELECT 7 AS amount");
    parquet(&folder, "plain/snapshot/b.parquet", "SELECT 8 AS amount");
    assert_eq!(read(&folder, "plain/").succeeded(), "s\n15\n");
}

#[test]
fn files_that_were_copied_without_their_log_are_refused() {
    let folder = Folder::new();
    let amounts = "SELECT 10 AS amount";
    let columns = format!("{amounts}, '20260101' AS _hoodie_commit_time");
    parquet(&folder, "columns/old.parquet", &columns);
    parquet(&folder, "columns/plain.parquet", amounts);
    let columns = format!("{amounts}, 1 AS \"_SEQUENCE_NUMBER\", 0 AS \"_VALUE_KIND\"");
    parquet(&folder, "paimon/data-0.parquet", &columns);
    for (from, words) in [
        ("columns/", ["Apache Hudi", "_hoodie_commit_time"]),
        ("columns/old.parquet", ["Apache Hudi", ".drop("]),
        ("columns/*.parquet", ["Apache Hudi", "--raw-files"]),
        ("paimon/", ["Apache Paimon", "_VALUE_KIND"]),
    ] {
        read(&folder, from).failed(1, &words);
    }
    let file = |sql: &str| folder.run(&["--raw-files", "--format", "csv", "-c", sql]);
    let outcome = file("SELECT sum(amount) AS s FROM 'columns/'");
    assert!(outcome.stderr.contains("may count"), "{outcome:?}");
    assert_eq!(outcome.succeeded(), "s\n20\n");
    assert_eq!(
        read(&folder, "columns/plain.parquet").succeeded(),
        "s\n10\n"
    );
    let table = "CREATE EXTERNAL TABLE t STORED AS PARQUET LOCATION 'columns/old.parquet'";
    folder.run(&["-c", table]).failed(1, &["Apache Hudi"]);

    // Hudi marks each folder of rows, and says how deep it is.
    replaced(&folder, "marked", "day=1/hour=2/");
    folder.file(
        "marked/day=1/hour=2/.hoodie_partition_metadata",
        "#partition metadata\ncommitTime=20260101\npartitionDepth=2\n",
    );
    replaced(&folder, "other", "day=1/");
    folder.file("other/day=1/.hoodie_partition_metadata.parquet", "PAR1");
    for from in ["marked/", "marked/day=1/hour=2/new.parquet", "other/"] {
        let table = &from[..from.find('/').unwrap_or(from.len())];
        let load = format!("load(\"{table}\")");
        read(&folder, from).failed(1, &["Apache Hudi", ".hoodie, which is not there,", &load]);
    }
}

#[test]
fn nothing_is_written_into_such_a_table_or_over_one() {
    let folder = Folder::new();
    delta(&folder, "lake/orders");
    replaced(&folder, "ice", "data/");
    folder.file("ice/metadata/v1.metadata.json", "{}");
    let before = folder.read("lake/orders/_delta_log/00000000000000000000.json");
    let overwrite = "STORED AS PARQUET OPTIONS (overwrite true)";
    for (target, table) in [
        (format!("'lake/orders/' {overwrite}"), "lake/orders"),
        (format!("'lake/' {overwrite}"), "lake/orders"),
        (
            "'lake/orders/day=9/' STORED AS PARQUET".into(),
            "lake/orders",
        ),
        ("'lake/orders/stray.parquet'".into(), "lake/orders"),
        ("'lake/orders/new.parquet'".into(), "lake/orders"),
        (
            format!("'lake/orders/_delta_log/' {overwrite}"),
            "lake/orders",
        ),
        (format!("'ice/data/' {overwrite}"), "ice"),
        ("'ice/data/stray.parquet'".into(), "ice"),
    ] {
        for raw in [&["--raw-files"][..], &[]] {
            let sql = format!("COPY (SELECT 1 AS amount) TO {target}");
            let mut args = raw.to_vec();
            args.extend(["-c", &sql]);
            folder.run(&args).failed(
                1,
                &[
                    "would change the files of",
                    table,
                    "is a table of",
                    "nothing is written",
                    "COPY … TO 'new_folder/'",
                ],
            );
        }
    }
    assert_eq!(
        folder.read("lake/orders/_delta_log/00000000000000000000.json"),
        before
    );
    for gone in [
        "lake/orders/stray.parquet",
        "lake/orders/day=9",
        "ice/data/stray.parquet",
    ] {
        assert!(!folder.path(gone).exists(), "{gone}");
    }
    for there in ["lake/orders/old.parquet", "ice/data/new.parquet"] {
        assert!(folder.path(there).exists(), "{there}");
    }
    // Beside a table there is room.
    let sql = "COPY (SELECT 1 AS amount) TO 'lake/plain/' STORED AS PARQUET";
    folder.run(&["-c", sql]).succeeded();
}
