//! COPY: whole or not at all.

use crate::command::Folder;

/// The files below a folder, with what is in them.
fn files(folder: &Folder, name: &str) -> Vec<String> {
    let mut found = vec![];
    let mut open = vec![folder.path(name)];
    while let Some(path) = open.pop() {
        for entry in std::fs::read_dir(&path).expect("a folder") {
            let path = entry.expect("an entry").path();
            match path.is_dir() {
                true => open.push(path),
                false => found.push(std::fs::read_to_string(path).expect("UTF-8")),
            }
        }
    }
    found
}

#[test]
fn a_folder_with_files_is_left_alone() {
    let folder = Folder::new();
    let copy = "COPY (SELECT 1 AS a) TO 'out/' STORED AS CSV";
    folder.run(&["-c", copy]).succeeded();
    assert_eq!(files(&folder, "out"), ["a\n1\n"]);
    for again in [copy, "COPY (SELECT 2 AS a) TO 'out' STORED AS CSV"] {
        folder.run(&["-c", again]).failed(
            1,
            &[
                "the folder out",
                "has a file",
                ".csv",
                "OPTIONS (overwrite true)",
                "INSERT INTO",
            ],
        );
    }
    assert_eq!(files(&folder, "out"), ["a\n1\n"]);
    assert_eq!(files(&folder, "."), ["a\n1\n"], "nothing is left beside it");
}

#[test]
fn overwrite_replaces_a_folder_even_one_that_is_read() {
    let folder = Folder::new();
    folder
        .file("out/p=1/a.csv", "a\n1\n")
        .file("out/p=2/a.csv", "a\n2\n")
        .file("out/_SUCCESS", "");
    let sql =
        "COPY (SELECT sum(a) AS a FROM 'out/') TO 'out/' STORED AS CSV OPTIONS (overwrite true)";
    let outcome = folder.run(&["-c", sql]);
    assert_eq!(
        outcome.stderr.lines().last(),
        Some("note: 1 rows written to out/")
    );
    assert_eq!(files(&folder, "."), ["a\n3\n"]);
    // The options of the format are still its own, in any case.
    let sql = "COPY (SELECT 1 AS a, 2 AS b) TO 'out/' STORED AS CSV OPTIONS ('OVERWRITE' 'TRUE', 'format.delimiter' ';')";
    folder.run(&["-c", sql]).succeeded();
    assert_eq!(files(&folder, "."), ["a;b\n1;2\n"]);
    // Of no rows there is an empty folder, and not the old one.
    let sql = "COPY (SELECT 1 AS a WHERE false) TO 'out/' STORED AS CSV OPTIONS (overwrite true)";
    folder.run(&["-c", sql]).succeeded();
    assert!(files(&folder, ".").is_empty());
}

#[test]
fn what_fails_leaves_the_old() {
    let folder = Folder::new();
    folder.file("out/a.csv", "a\n1\n").file("one.csv", "a\n1\n");
    let fails = "(SELECT 1 / (1 - value % 70000) AS a, 1 AS b FROM generate_series(2, 100000))";
    for target in [
        "'out/' STORED AS CSV OPTIONS (overwrite true)",
        "'out/' STORED AS CSV PARTITIONED BY (a) OPTIONS (overwrite true)",
        "'one.csv'",
    ] {
        let sql = format!("COPY {fails} TO {target}");
        folder.run(&["-c", &sql]).failed(1, &["zero"]);
    }
    assert_eq!(folder.read("out/a.csv"), "a\n1\n");
    assert_eq!(folder.read("one.csv"), "a\n1\n");
    assert_eq!(files(&folder, ".").len(), 2);
    // Twice the same file is one file.
    for n in [1, 2] {
        let sql = format!("COPY (SELECT {n} AS a) TO 'one.csv'");
        folder.run(&["-c", &sql]).succeeded();
    }
    assert_eq!(folder.read("one.csv"), "a\n2\n");
}

#[test]
fn overwrite_removes_tables_only() {
    let folder = Folder::new();
    folder
        .file("out/a.csv", "a\n1\n")
        .file("out/plans/notes.docx", "mine");
    let copy = |target: &str, value: &str| {
        folder.run(&[
            "-c",
            &format!(
                "COPY (SELECT 1 AS a) TO '{target}' STORED AS CSV OPTIONS (overwrite {value})"
            ),
        ])
    };
    copy("out/", "true").failed(1, &["plans/notes.docx is no file of a table", "out/"]);
    copy(".", "true").failed(1, &["in which this is running"]);
    copy("out/", "false").failed(1, &["has 2 files, a.csv for example"]);
    copy("out/", "maybe").failed(1, &["overwrite is true or false, not maybe"]);
    assert_eq!(files(&folder, ".").len(), 2);
}

#[test]
fn a_copy_is_not_run_to_be_explained() {
    let folder = Folder::new();
    folder
        .run(&["-c", "EXPLAIN ANALYZE COPY (SELECT 1 AS a) TO 'o.csv'"])
        .failed(
            1,
            &[
                "EXPLAIN ANALYZE would run the COPY",
                "EXPLAIN ANALYZE SELECT",
            ],
        );
    folder
        .run(&[
            "-c",
            "EXPLAIN COPY (SELECT 1 AS a) TO 'o.csv' OPTIONS (overwrite true)",
        ])
        .succeeded();
    assert!(files(&folder, ".").is_empty());
}

#[test]
fn names_of_all_kinds_are_places_to_write_to() {
    let folder = Folder::new();
    for name in [
        "a b.csv",
        "ü %20.csv",
        "a#b.csv",
        "UP.CSV",
        "p=1/x.csv",
        "x/../y.csv",
    ] {
        let sql = format!("COPY (SELECT 1 AS a) TO '{name}'");
        folder.run(&["-c", &sql]).succeeded();
        assert_eq!(folder.read(name), "a\n1\n", "{name}");
    }
    let written = files(&folder, ".").len();
    for name in ["a?.csv", "a*b.csv", "a[1].csv", "*/"] {
        let sql = format!("COPY (SELECT 1 AS a) TO '{name}' STORED AS CSV");
        folder
            .run(&["-c", &sql])
            .failed(1, &[name, "is a pattern of names"]);
    }
    assert_eq!(files(&folder, ".").len(), written, "nothing is elsewhere");
}
