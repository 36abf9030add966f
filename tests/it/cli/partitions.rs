//! Values of columns that come from the names of folders.

use crate::command::Folder;

fn run(folder: &Folder, sql: &str) -> String {
    let outcome = folder.run(&["--format", "csv", "-c", sql]);
    assert_eq!(outcome.stderr, "", "{sql}");
    outcome.succeeded()
}

#[test]
fn a_null_partition_is_null_and_takes_no_type_away() {
    let folder = Folder::new();
    for (year, amount) in [("2024", 1), ("2025", 2), ("__HIVE_DEFAULT_PARTITION__", 4)] {
        folder.file(
            &format!("t/year={year}/a.csv"),
            format!("amount\n{amount}\n"),
        );
    }
    for (sql, rows) in [
        (
            "SELECT DISTINCT arrow_typeof(year) AS t FROM 't/'",
            "t\nInt64\n",
        ),
        (
            "SELECT count(*) AS n, count(year) AS y, sum(year) AS s FROM 't/'",
            "n,y,s\n3,2,4049\n",
        ),
        (
            "SELECT sum(amount) AS s FROM 't/' WHERE year >= 2025",
            "s\n2\n",
        ),
        (
            "SELECT sum(amount) AS s FROM 't/' WHERE year IS NULL",
            "s\n4\n",
        ),
        (
            "SELECT sum(amount) AS s FROM 't/' WHERE year IS NOT NULL",
            "s\n3\n",
        ),
        (
            "SELECT sum(amount) AS s FROM 't/' WHERE NOT (year > 2024)",
            "s\n1\n",
        ),
        (
            "SELECT sum(amount) AS s FROM 't/' WHERE year IS NULL OR year = 2024",
            "s\n5\n",
        ),
        (
            "SELECT sum(amount) AS s FROM 't/' WHERE coalesce(year, 0) = 0 AND amount > 0",
            "s\n4\n",
        ),
        ("SELECT count(*) AS n FROM 't/' WHERE year > 3000", "n\n0\n"),
        (
            "SELECT year, sum(amount) AS s FROM 't/' GROUP BY ROLLUP (year) ORDER BY s",
            "year,s\n2024,1\n2025,2\n,4\n,7\n",
        ),
        (
            "SELECT min(year) AS a, max(year) AS z FROM 't/'",
            "a,z\n2024,2025\n",
        ),
    ] {
        assert_eq!(run(&folder, sql), rows, "{sql}");
    }
}

#[test]
fn counts_that_are_known_beforehand_know_null_too() {
    let folder = Folder::new();
    for region in ["EMEA", "__HIVE_DEFAULT_PARTITION__"] {
        let path = format!("t/region={region}/a.parquet");
        std::fs::create_dir_all(folder.path(&format!("t/region={region}"))).expect("folders");
        folder
            .run(&[
                "-c",
                &format!("COPY (SELECT 1 AS id UNION ALL SELECT 2) TO '{path}'"),
            ])
            .succeeded();
    }
    assert_eq!(
        run(
            &folder,
            "SELECT count(*) AS n, count(region) AS r, count(id) AS i FROM 't/'"
        ),
        "n,r,i\n4,2,4\n"
    );
    assert_eq!(
        run(
            &folder,
            "SELECT min(region) AS a, max(region) AS z FROM 't/'"
        ),
        "a,z\nEMEA,EMEA\n"
    );
}

#[test]
fn the_null_of_flink_is_null_as_well() {
    let folder = Folder::new();
    folder
        .file("t/year=2025/a.csv", "x\n1\n")
        .file("t/year=__DEFAULT_PARTITION__/a.csv", "x\n2\n")
        .file("t/year=__HIVE_DEFAULT_PARTITION__/a.csv", "x\n4\n");
    assert_eq!(
        run(
            &folder,
            "SELECT arrow_typeof(year) AS t, sum(x) AS s FROM 't/' GROUP BY year ORDER BY s"
        ),
        "t,s\nInt64,1\nInt64,6\n"
    );
}

#[test]
fn flags_are_boolean_as_in_csv() {
    let folder = Folder::new();
    folder
        .file("t/is_up=true/a.csv", "x\n1\n")
        .file("t/is_up=False/a.csv", "x\n2\n")
        .file("t/is_up=__HIVE_DEFAULT_PARTITION__/a.csv", "x\n4\n");
    for (sql, rows) in [
        (
            "SELECT DISTINCT arrow_typeof(is_up) AS t FROM 't/'",
            "t\nBoolean\n",
        ),
        ("SELECT sum(x) AS s FROM 't/' WHERE is_up", "s\n1\n"),
        ("SELECT sum(x) AS s FROM 't/' WHERE NOT is_up", "s\n2\n"),
        ("SELECT sum(x) AS s FROM 't/' WHERE is_up = true", "s\n1\n"),
        ("SELECT sum(x) AS s FROM 't/' WHERE is_up IS NULL", "s\n4\n"),
        (
            "SELECT sum(x) FILTER (WHERE is_up) AS s FROM 't/'",
            "s\n1\n",
        ),
    ] {
        assert_eq!(run(&folder, sql), rows, "{sql}");
    }
    // A word beside them makes them text.
    folder.file("t/is_up=maybe/a.csv", "x\n8\n");
    assert_eq!(
        run(&folder, "SELECT sum(x) AS s FROM 't/' WHERE is_up = 'true'"),
        "s\n1\n"
    );
}

#[test]
fn an_empty_value_is_null() {
    let folder = Folder::new();
    folder
        .file("t/region=/a.csv", "x\n1\n")
        .file("t/region=EMEA/a.csv", "x\n2\n");
    assert_eq!(
        run(&folder, "SELECT x FROM 't/' WHERE region IS NULL"),
        "x\n1\n"
    );
    // Where all of them are, the column is text.
    folder.file("u/region=/a.csv", "x\n1\n");
    assert_eq!(
        run(
            &folder,
            "SELECT count(*) AS n, count(region) AS r FROM 'u/'"
        ),
        "n,r\n1,0\n"
    );
}

#[test]
fn values_are_decoded_and_chosen_as_they_are_written() {
    let folder = Folder::new();
    for (written, x) in [
        ("EMEA%2FDACH", 1),
        ("R%26D", 2),
        ("100%", 3),
        ("a+b", 4),
        ("S%C3%A3o%20Paulo", 5),
        ("São Paulo", 6),
        ("%FF", 7),
    ] {
        folder.file(&format!("t/v={written}/a.csv"), format!("x\n{x}\n"));
    }
    for (value, sum) in [
        ("EMEA/DACH", 1),
        ("R&D", 2),
        ("100%", 3),
        ("a+b", 4),
        ("São Paulo", 11),
        ("%FF", 7),
    ] {
        let sql = format!("SELECT sum(x) AS s FROM 't/' WHERE v = '{value}'");
        assert_eq!(run(&folder, &sql), format!("s\n{sum}\n"), "{value}");
    }
    for (glob, sum) in [
        ("t/v=EMEA%2FDACH/*.csv", 1),
        ("t/v=R*/*.csv", 2),
        ("t/v=100%", 3),
        ("t/v={a+b,R%26D}/*.csv", 6),
        ("t/v=S*/a.csv", 11),
    ] {
        let sql = format!("SELECT sum(x) AS s FROM '{glob}'");
        assert_eq!(run(&folder, &sql), format!("s\n{sum}\n"), "{glob}");
    }
}

#[test]
fn a_glob_may_choose_single_files_of_partitions() {
    let folder = Folder::new();
    for (path, x) in [("m=1/a", 1), ("m=1/b", 2), ("m=2/a", 4), ("m=2/b", 8)] {
        folder.file(&format!("t/{path}.csv"), format!("x\n{x}\n"));
    }
    assert_eq!(
        run(
            &folder,
            "SELECT m, sum(x) AS s FROM 't/m=*/a.csv' GROUP BY m ORDER BY m"
        ),
        "m,s\n1,1\n2,4\n"
    );
    assert_eq!(
        run(&folder, "SELECT sum(x) AS s FROM 't/b.csv*'"),
        "s\n10\n"
    );
}

#[test]
fn a_key_twice_on_the_way_to_a_file() {
    let folder = Folder::new();
    folder.file("t/r=EU/r=US/a.csv", "a\n1\n");
    folder.run(&["-c", "SELECT * FROM 't/'"]).failed(
        1,
        &["t/r=EU/r=US/a.csv lies in two folders named r=…", "r_2=…"],
    );
}

/// The order of texts is 1.5, 10, 9 and 2026-1-2 after 2026-01-20.
#[test]
fn numbers_and_days_that_stay_texts_are_said() {
    let folder = Folder::new();
    for key in ["p=1.5", "p=9", "p=10"] {
        folder.file(&format!("p/{key}/a.csv"), "amount\n1\n");
    }
    for key in ["d=2026-01-20", "d=2026-1-2"] {
        folder.file(&format!("d/{key}/a.csv"), "amount\n1\n");
    }
    for key in ["m=2026-9", "m=2026-10"] {
        folder.file(&format!("m/{key}/a.csv"), "amount\n1\n");
    }
    let told = |sql: &str| {
        let outcome = folder.run(&["--format", "csv", "-c", sql]);
        (outcome.stderr.clone(), outcome.succeeded())
    };
    let (note, _) = told("SELECT p FROM 'p/' ORDER BY p");
    assert!(
        note.contains("p is text, from folders such as p=1.5 and p=9, and sorts as text; CAST(p AS DOUBLE) has"),
        "{note}"
    );
    let (_, rows) = told("SELECT p FROM 'p/' ORDER BY CAST(p AS DOUBLE)");
    assert_eq!(rows, "p\n1.5\n9\n10\n");
    let (_, rows) = told("SELECT count(*) AS n FROM 'p/' WHERE CAST(p AS DOUBLE) > 1.2");
    assert_eq!(rows, "n\n3\n");
    let (note, _) = told("SELECT count(*) AS n FROM 'd/' WHERE d >= '2026-01-10'");
    assert!(
        note.contains("to_date(CAST(d AS VARCHAR), '%Y-%m-%d') is the day"),
        "{note}"
    );
    let day = "to_date(CAST(d AS VARCHAR), '%Y-%m-%d') >= DATE '2026-01-10'";
    let (_, rows) = told(&format!("SELECT count(*) AS n FROM 'd/' WHERE {day}"));
    assert_eq!(rows, "n\n1\n");
    let (note, _) = told("SELECT max(m) AS m FROM 'm/'");
    assert!(
        note.contains("to_date(m || '-1', '%Y-%m-%d') is a day of the month"),
        "{note}"
    );
    let (_, rows) = told("SELECT max(to_date(m || '-1', '%Y-%m-%d')) AS m FROM 'm/'");
    assert_eq!(rows, "m\n2026-10-01\n");
    folder
        .run(&["-c", "SELECT * FROM 'p/' WHERE p > 9"])
        .failed(1, &["CAST(x AS DOUBLE)"]);
    // In the order of their texts.
    for key in ["w=2026-01", "w=2026-10"] {
        folder.file(&format!("w/{key}/a.csv"), "amount\n1\n");
    }
    assert_eq!(run(&folder, "SELECT max(w) AS w FROM 'w/'"), "w\n2026-10\n");
}
