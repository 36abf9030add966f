//! Errors that say what in the statement they are about.

use crate::command::Folder;

#[track_caller]
fn failed(sql: &str, words: &[&str]) -> String {
    Folder::new()
        .run(&["--format", "csv", "-c", sql])
        .failed(1, words)
}

#[test]
fn a_column_of_several_tables() {
    let joined = |join: &str| {
        format!(
            "SELECT id FROM (VALUES (1)) AS x(id) {join} (VALUES (1)) AS y(id) USING (id) {join} (VALUES (1)) AS z(id) USING (id)"
        )
    };
    failed(
        &joined("JOIN"),
        &[
            "id is a column of several tables",
            "for example x.id",
            "tables: x, y, z",
        ],
    );
    // Of rows that only the other table has, the first has no id.
    failed(
        &joined("FULL JOIN"),
        &["JOIN z ON coalesce(x.id, y.id) = z.id"],
    );
    let folder = Folder::new();
    let sql = joined("JOIN").replacen("id", "x.id", 1);
    assert_eq!(folder.csv(&["-c", &sql]), "id\n1\n");
    let sql = "SELECT coalesce(x.id, y.id, z.id) AS id FROM (VALUES (1)) AS x(id) FULL JOIN (VALUES (2)) AS y(id) USING (id) \
               FULL JOIN (VALUES (2)) AS z(id) ON coalesce(x.id, y.id) = z.id ORDER BY id";
    assert_eq!(folder.csv(&["-c", sql]), "id\n1\n2\n");
}

#[test]
fn a_cast_that_fails() {
    let rows = "FROM (VALUES ('1'), ('N/A')) AS t(v)";
    failed(
        &format!("SELECT CAST(v AS INT) {rows}"),
        &[
            "the value 'N/A' cannot be read as INT, in CAST(v AS INT)",
            "TRY_CAST(v AS INT) is NULL there",
            "SELECT * FROM … WHERE v IS NOT NULL AND TRY_CAST(v AS INT) IS NULL shows all such rows",
        ],
    );
    failed(
        &format!("SELECT v::DECIMAL(10,2) {rows}"),
        &["'N/A' cannot be read as DECIMAL(10,2)"],
    );
    failed(
        &format!("SELECT * {rows} WHERE v > DATE '2026-01-01'"),
        &["cannot be read as TIMESTAMP", "a text is compared"],
    );
    failed(
        "SELECT DATE '2026-02-30'",
        &["'2026-02-30' cannot be read as DATE"],
    );
    let folder = Folder::new();
    folder.file("a.csv", "id,day\n1,03/04/2026\n");
    folder
        .run(&["-c", "SELECT CAST(day AS DATE) FROM 'a.csv'"])
        .failed(
            1,
            &[
                "'03/04/2026' cannot be read as DATE, in CAST(day AS DATE)",
                "SELECT * FROM 'a.csv' WHERE day IS NOT NULL AND TRY_CAST(day AS DATE) IS NULL",
                "to_date(day, '%d/%m/%Y') reads a text with the day first, '%m/%d/%Y' with the month first",
            ],
        );
    let sql = format!("SELECT v {rows} WHERE v IS NOT NULL AND TRY_CAST(v AS INT) IS NULL");
    assert_eq!(Folder::new().csv(&["-c", &sql]), "v\nN/A\n");
}

#[test]
fn a_division_by_zero() {
    failed(
        "SELECT 10 / value FROM generate_series(0, 3)",
        &[
            "division by zero in 10 / value",
            "10 / nullif(value, 0) is NULL there",
        ],
    );
    failed(
        "SELECT 10 % (value - 1) + value / 2 AS x FROM generate_series(0, 3)",
        &["10 % nullif((value - 1), 0)"],
    );
    let sql = "SELECT 12 / nullif(value, 0) AS x FROM generate_series(0, 2)";
    assert_eq!(Folder::new().csv(&["-c", sql]), "x\n\"\"\n12\n6\n");
}

#[test]
fn rows_that_were_printed_before_an_error_are_said_to_be_a_part() {
    let folder = Folder::new();
    let part = "the rows that were printed before are not the whole result";
    let sql = "SELECT 1 / (100000 - value) AS x FROM generate_series(1, 200000)";
    let outcome = folder.run(&["--format", "csv", "-c", sql]);
    assert!(
        outcome.stdout.starts_with("x\n0\n"),
        "{}",
        outcome.stdout.len()
    );
    outcome.failed(1, &["division by zero", part]);
    // Nobody reads half a file, and of a query that fails at once nothing is printed.
    for args in [
        &["-o", "o.csv", "-c", sql][..],
        &["-c", "SELECT 1 / value FROM generate_series(0, 3)"],
    ] {
        let outcome = folder.run(args);
        assert_eq!((outcome.stdout.as_str(), outcome.code), ("", Some(1)));
        assert!(!outcome.stderr.contains(part), "{}", outcome.stderr);
    }
}

#[test]
fn columns_that_are_something_else() {
    failed(
        "SELECT * FROM (SELECT 'SMB' AS segment) WHERE segment = \"SMB\"",
        &[
            "there is no column SMB",
            "a text has single ones: 'SMB'",
            "columns: segment",
        ],
    );
    failed(
        "SELECT sum(value) AS total, total / 2 AS half FROM generate_series(1, 3)",
        &[
            "total is a name that this SELECT gives",
            "SELECT total … FROM (SELECT",
        ],
    );
}

#[test]
fn a_name_in_brackets_is_a_list() {
    let folder = Folder::new();
    let sql = "SELECT [n] FROM (SELECT 1 AS n)";
    let outcome = folder.run(&["--format", "ndjson", "-c", sql]);
    assert!(outcome.stdout.ends_with(":[1]}\n"), "{}", outcome.stdout);
    assert!(
        outcome.stderr.contains("double quotes: \"n\""),
        "{}",
        outcome.stderr
    );
    let lists = "SELECT [n, 2] AS a, [n] AS b, array_concat([1], [n]) FROM (SELECT 1 AS n)";
    assert_eq!(folder.run(&["-c", lists]).stderr, "");
}

#[test]
fn customers_whose_list_is_empty_are_not_lost_in_silence() {
    let folder = Folder::new();
    folder.file(
        "accounts.csv",
        "account,products\nc1,CRM;Chat;Phone\nc2,CRM\nc3,CRM; Chat\nc4,\n",
    );
    let query = |unnest: &str| {
        format!(
            "SELECT count(DISTINCT account) AS n FROM (SELECT account, {unnest}(string_to_array(coalesce(products, ''), ';')) AS product FROM 'accounts.csv')"
        )
    };
    let lost = folder.run(&["--format", "csv", "-c", &query("unnest")]);
    assert!(
        lost.stderr
            .contains("leaves out 1 row whose list is empty or NULL; unnest_outer("),
        "{}",
        lost.stderr
    );
    assert_eq!(lost.stdout, "n\n3\n");
    let kept = folder.run(&["--format", "csv", "-c", &query("unnest_outer")]);
    assert_eq!((kept.stdout.as_str(), kept.stderr.as_str()), ("n\n4\n", ""));
    // Nothing is said where nothing is lost, nor of a list that is in the query.
    let all = "SELECT unnest(string_to_array(products, ';')) AS p FROM 'accounts.csv' WHERE products <> ''";
    let outcome = folder.run(&["--format", "csv", "-c", all]);
    assert_eq!(outcome.stderr, "");
    assert_eq!(outcome.stdout.lines().count(), 7);
    // NULL and two lists in a row, the longer of which decides.
    let two = "SELECT a, unnest(x) AS x, unnest(y) AS y FROM (VALUES (1, [1, 2], [3]), (2, [], [4])) AS t(a, x, y)";
    let outcome = folder.run(&["--format", "csv", "-c", two]);
    assert_eq!(outcome.stdout, "a,x,y\n1,1,3\n1,2,\n2,,4\n");
    assert_eq!(outcome.stderr, "");
}
