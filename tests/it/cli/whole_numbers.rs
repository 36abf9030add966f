//! Whole numbers: what their type does not hold, and what is left of a quotient.

use crate::command::Folder;

#[test]
fn results_beyond_a_type_are_errors() {
    let folder = Folder::new();
    let table = "CREATE TABLE t AS SELECT CAST(100000 AS INT) AS q, CAST(100000 AS INT) AS p;";
    for (sql, words) in [
        ("SELECT sum(q * p) FROM t", "CAST(q AS BIGINT) * p"),
        ("SELECT arpa(1, q * p) FROM t", "CAST(q AS BIGINT) * p"),
        ("SELECT 0 - q * p FROM t", "CAST(q AS BIGINT) * p"),
        (
            "SELECT 100::TINYINT + 100::TINYINT",
            "beyond what its type holds, TINYINT",
        ),
        ("SELECT 9223372036854775807 + 1", "AS DECIMAL(38, 0)) + 1"),
        (
            "SELECT count(*) FROM t WHERE q * p > 0",
            "CAST(q AS BIGINT) * p",
        ),
    ] {
        let sql = format!("{table} {sql}");
        folder.run(&["-c", &sql]).failed(1, &["beyond", words]);
    }
    let sql = format!("{table} SELECT sum(CAST(q AS BIGINT) * p) AS s FROM t");
    assert_eq!(folder.csv(&["-c", &sql]), "s\n10000000000\n");
}

#[test]
fn sums_beyond_a_bigint_are_errors() {
    let folder = Folder::new();
    let two = "(VALUES (1, 9223372036854775807), (1, 1), (2, 5), (2, NULL)) AS t(g, x)";
    for sql in [
        "SELECT sum(x) FROM TWO",
        "SELECT g, sum(x) FROM TWO GROUP BY g",
        "SELECT sum(x) OVER () FROM TWO",
        "SELECT sum(x) OVER (ORDER BY x ROWS 1 PRECEDING) FROM TWO",
        "SELECT sum(x), cross_sell_rate(g, x) FROM TWO",
    ] {
        let sql = sql.replace("TWO", two);
        folder
            .run(&["-c", &sql])
            .failed(1, &["sum(CAST(", "AS DECIMAL(38, 0)))"]);
    }
    for (sql, expected) in [
        (
            "SELECT sum(CAST(x AS DECIMAL(38, 0))) AS s FROM TWO",
            "s\n9223372036854775813\n",
        ),
        (
            "SELECT g, sum(x) AS s, sum(x) FILTER (WHERE x > 5) AS f FROM TWO WHERE g = 2 GROUP BY g",
            "g,s,f\n2,5,\n",
        ),
        ("SELECT sum(x) AS s FROM TWO WHERE x < 0", "s\n\"\"\n"),
        (
            "SELECT g, sum(g) OVER (ORDER BY g, x ROWS 1 PRECEDING) AS s FROM TWO ORDER BY g, s",
            "g,s\n1,1\n1,2\n2,3\n2,4\n",
        ),
    ] {
        let sql = sql.replace("TWO", two);
        assert_eq!(folder.csv(&["-c", &sql]), expected, "{sql}");
    }
}

#[test]
fn names_are_those_without_a_check() {
    let folder = Folder::new();
    assert_eq!(
        folder.csv(&[
            "-c",
            "SELECT (x + 1) * 2, sum(x - 1) FROM (VALUES (3)) AS t(x) GROUP BY x LIMIT 1 + 1"
        ]),
        "t.x + Int64(1) * Int64(2),sum(t.x - Int64(1))\n8,2\n"
    );
}

#[test]
fn quotients_of_counts_are_said() {
    let folder = Folder::new();
    folder.file("o.csv", "p,score,amount\nCRM,9,1.5\nChat,10,2\nCRM,6,3\n");
    for (sql, words) in [
        (
            "SELECT count(*) FILTER (WHERE p = 'CRM') / count(*) AS s FROM 'o.csv'",
            "note: count(*) FILTER (WHERE (p = 'CRM')) / count(*) is of whole numbers",
        ),
        (
            "SELECT a / b AS s FROM (SELECT sum(score) AS a, count(*) AS b FROM 'o.csv')",
            "100.0 * a / b is the share",
        ),
        (
            "SELECT p FROM 'o.csv' GROUP BY p HAVING sum(score) / count(*) > 7",
            "sum(score) / count(*) is of whole numbers",
        ),
    ] {
        let stderr = folder.run(&["-c", sql]).stderr;
        assert!(stderr.contains(words), "{sql}: {stderr}");
    }
    for sql in [
        "SELECT 100.0 * count(*) FILTER (WHERE p = 'CRM') / count(*) AS s FROM 'o.csv'",
        "SELECT sum(amount) / count(*) AS s FROM 'o.csv'",
        "SELECT count(*) / 2 AS s FROM 'o.csv'",
        "SELECT score / 2 AS s FROM 'o.csv'",
    ] {
        let stderr = folder.run(&["-c", sql]).stderr;
        assert_eq!(stderr, "", "{sql}");
    }
}
