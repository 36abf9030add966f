//! DELETE, UPDATE and INSERT change what was said, or nothing.

use crate::command::Folder;

const MADE: &str =
    "CREATE TABLE x AS SELECT * FROM (VALUES (1, 'a'), (2, 'b'), (3, NULL)) AS v(a, b);";

#[test]
fn conditions_that_would_not_count_are_refused() {
    for (sql, words) in [
        ("DELETE FROM x LIMIT 1", "LIMIT in DELETE"),
        (
            "DELETE FROM x WHERE b IN (SELECT 'a')",
            "SELECT * FROM x WHERE (b IN (SELECT 'a')) IS NOT TRUE",
        ),
        (
            "DELETE FROM x WHERE EXISTS (SELECT 1 WHERE false)",
            "a subquery in DELETE",
        ),
        (
            "UPDATE x SET a = a + 1 WHERE a IN (SELECT 1)",
            "SELECT * REPLACE (a + 1 AS a) FROM x WHERE a IN (SELECT 1) UNION ALL",
        ),
        ("UPDATE x SET a = (SELECT 5)", "a subquery in UPDATE"),
    ] {
        let sql = format!("{MADE} {sql}");
        Folder::new()
            .run(&["-c", &sql])
            .failed(1, &[words, "all rows would change"]);
    }
}

/// The advice is of the statement that was refused, and does what it meant.
#[test]
fn advice_on_a_clause_can_be_run() {
    let folder = Folder::new();
    let made = format!("{MADE} CREATE TABLE y AS SELECT 1 AS a, 'z' AS b;");
    for (sql, advice, rows) in [
        (
            "DELETE FROM x WHERE a = 1 RETURNING *",
            "DELETE FROM x WHERE a = 1",
            "2,b\n3,\n",
        ),
        (
            "DELETE FROM x WHERE a = 1 LIMIT 1",
            "DELETE FROM x WHERE a = 1",
            "2,b\n3,\n",
        ),
        (
            "DELETE FROM x USING y WHERE x.a = y.a",
            "CREATE OR REPLACE TABLE x AS SELECT x.* FROM x LEFT ANTI JOIN y ON x.a = y.a",
            "2,b\n3,\n",
        ),
        (
            "UPDATE x SET b = 'z' WHERE a = 1 RETURNING *",
            "UPDATE x SET b = 'z' WHERE a = 1",
            "1,z\n2,b\n3,\n",
        ),
        (
            "UPDATE x SET b = y.b FROM y WHERE x.a = y.a",
            "CREATE OR REPLACE TABLE x AS SELECT x.* REPLACE (y.b AS b) FROM x JOIN y ON x.a = y.a \
             UNION ALL SELECT x.* FROM x LEFT ANTI JOIN y ON x.a = y.a",
            "1,z\n2,b\n3,\n",
        ),
        (
            "UPDATE x SET b = (SELECT max(b) FROM y)",
            "CREATE OR REPLACE TABLE x AS SELECT * REPLACE ((SELECT max(b) FROM y) AS b) FROM x",
            "1,z\n2,z\n3,z\n",
        ),
    ] {
        let refused = format!("{made} {sql}");
        let said = folder.run(&["-c", &refused]).failed(1, &[]);
        let said = said.lines().next().unwrap_or_default();
        assert!(said.ends_with(&format!(": {advice}")), "{sql}: {said}");
        let advised = format!("{made} {advice}; SELECT * FROM x ORDER BY a");
        let printed = folder.csv(&["-c", &advised]);
        assert!(printed.ends_with(&format!("a,b\n{rows}")), "{printed}");
    }
}

/// What those are told to write leaves the rows that were meant, those of an unknown condition too.
#[test]
fn what_is_written_instead_works() {
    let folder = Folder::new();
    for (sql, rows) in [
        (
            "CREATE OR REPLACE TABLE x AS SELECT * FROM x WHERE (b IN (SELECT 'a')) IS NOT TRUE",
            "2,b\n3,\n",
        ),
        (
            "CREATE OR REPLACE TABLE x AS SELECT * REPLACE (a + 9 AS a) FROM x WHERE a IN (SELECT 1) \
             UNION ALL SELECT * FROM x WHERE (a IN (SELECT 1)) IS NOT TRUE",
            "2,b\n3,\n10,a\n",
        ),
        ("DELETE FROM x WHERE b = 'a'", "2,b\n3,\n"),
        ("UPDATE x SET a = a + 9 WHERE b = 'a'", "2,b\n3,\n10,a\n"),
    ] {
        let sql = format!("{MADE} {sql}; SELECT * FROM x ORDER BY a");
        let printed = folder.csv(&["-c", &sql]);
        assert!(printed.ends_with(&format!("a,b\n{rows}")), "{printed}");
    }
}
