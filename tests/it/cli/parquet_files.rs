//! Tables in Parquet files and in folders of partitions.

use crate::command::Folder;

/// Makes Parquet files with the program itself.
fn parquet(folder: &Folder, path: &str, query: &str) {
    let copy = format!("COPY ({query}) TO '{path}' STORED AS PARQUET");
    let parent = folder.path(path).parent().expect("a folder").to_path_buf();
    std::fs::create_dir_all(parent).expect("folders");
    let outcome = folder.run(&["-c", &copy]);
    assert!(
        outcome
            .stderr
            .contains(&format!("note: 1 row written to {path}")),
        "{outcome:?}"
    );
    assert_eq!(outcome.succeeded(), "", "COPY has no result");
}

#[test]
fn parquet_files_are_united_by_name() {
    let folder = Folder::new();
    parquet(&folder, "p/a.parquet", "SELECT 1 AS id, 'x' AS s");
    parquet(&folder, "p/b.parquet", "SELECT 5 AS n, 2 AS id");
    assert_eq!(
        folder.csv(&["-c", "SELECT id, s, n FROM 'p/' ORDER BY id"]),
        "id,s,n\n1,x,\n2,,5\n"
    );
    parquet(&folder, "q/a.parquet", "SELECT 1 AS id");
    parquet(&folder, "q/b.parquet", "SELECT 'x' AS id");
    folder.run(&["-c", "SELECT * FROM 'q/'"]).failed(
        1,
        &[
            "column id is Int64 in q/a.parquet but Utf8",
            "in q/b.parquet",
        ],
    );
}

#[test]
fn partition_folders_become_columns() {
    let folder = Folder::new();
    parquet(
        &folder,
        "orders/year=2025/month=01/a.parquet",
        "SELECT 1 AS id",
    );
    parquet(
        &folder,
        "orders/year=2026/month=02/a.parquet",
        "SELECT 2 AS id",
    );
    folder
        .file("orders/_SUCCESS", "")
        .file("orders/README.txt", "about");
    let expected = "id,year,month\n2,2026,02\n";
    for path in [
        "orders",
        "orders/",
        "./orders",
        "orders/**/*.parquet",
        "./orders/*/*/*.parquet",
        "orders/year=*",
    ] {
        let printed = folder.csv(&[
            "--table",
            &format!("o={path}"),
            "-c",
            "SELECT * FROM o WHERE year > 2025",
        ]);
        assert_eq!(printed, expected, "{path}");
    }
    let types = folder.csv(&[
        "--data",
        ".",
        "-c",
        "SELECT DISTINCT arrow_typeof(year) AS y FROM orders",
    ]);
    assert_eq!(types, "y\nInt64\n");
}

#[test]
fn a_glob_may_choose_some_partitions() {
    let folder = Folder::new();
    for (month, id) in [("2025-12", 1), ("2026-01", 2), ("2026-02", 3)] {
        parquet(
            &folder,
            &format!("orders/month={month}/a.parquet"),
            &format!("SELECT {id} AS id"),
        );
    }
    let chosen = folder.csv(&[
        "-c",
        "SELECT * FROM 'orders/month=2026-*/*.parquet' ORDER BY id",
    ]);
    assert_eq!(chosen, "id,month\n2,2026-01\n3,2026-02\n");
    let chosen = folder.csv(&[
        "--table",
        "o=orders/month=2026-01*",
        "-c",
        "SELECT count(*) AS n, min(id) AS id FROM o",
    ]);
    assert_eq!(chosen, "n,id\n1,2\n");
    // Partition folders need not be written out: they stand for columns.
    for all in ["orders/*.parquet", "./orders/a.*", "./*/*.parquet"] {
        let chosen = folder.csv(&["-c", &format!("SELECT count(*) AS n FROM '{all}'")]);
        assert_eq!(chosen, "n\n3\n", "{all}");
    }
    let plan = folder.csv(&["-c", "EXPLAIN SELECT id FROM 'orders/month=2026-*'"]);
    assert!(
        !plan.contains("month=2025-12") && plan.contains("month=2026-01"),
        "{plan}"
    );

    parquet(&folder, "orders/month=2026-01/b.parquet", "SELECT 4 AS id");
    let some = folder.csv(&["-c", "SELECT sum(id) AS s FROM 'orders/month=*/a.parquet'"]);
    assert_eq!(some, "s\n6\n", "the file b is not among them");
}

#[test]
fn partition_folders_that_do_not_fit_are_refused() {
    let folder = Folder::new();
    folder
        .file("k/year=1/a.csv", "x\n1\n")
        .file("k/month=1/a.csv", "x\n1\n");
    folder.run(&["-c", "SELECT * FROM 'k/'"]).failed(
        1,
        &[
            "different partition folders",
            "k/month=1/a.csv has month=",
            "k/year=1/a.csv has year=",
        ],
    );
    folder
        .file("h/year=1/a.csv", "x\n1\n")
        .file("h/a.csv", "x\n1\n");
    folder
        .run(&["-c", "SELECT * FROM 'h/'"])
        .failed(1, &["different partition folders", "h/a.csv has none"]);
    folder.file("c/x=1/a.csv", "x\n1\n");
    folder
        .run(&["-c", "SELECT * FROM 'c/'"])
        .failed(1, &["has x twice"]);
}

#[test]
fn bounds_that_leave_nan_out_are_no_values() {
    let folder = Folder::new();
    // The bounds of b are 110 and 110, and no value is NULL.
    let make = "SELECT * FROM (VALUES ('c1', 100.0e0, 110.0e0), ('c2', 100.0e0, CAST('NaN' AS DOUBLE))) AS t(c, a, b)";
    folder.run(&["-o", "mrr.parquet", "-c", make]).succeeded();
    let read = "SELECT count(*) FILTER (WHERE isnan(b)) AS nan, nrr(c, a, b) AS nrr, grr(c, a, b) AS grr FROM 'mrr.parquet'";
    assert_eq!(folder.csv(&["-c", read]), "nan,nrr,grr\n1,55.0,50.0\n");
    let external = "CREATE EXTERNAL TABLE t STORED AS PARQUET LOCATION 'mrr.parquet'; \
        SELECT count(*) FILTER (WHERE isnan(b)) AS nan FROM t";
    let outcome = folder.run(&["--format", "csv", "-c", external]);
    assert_eq!(outcome.succeeded(), "nan\n1\n");
}
