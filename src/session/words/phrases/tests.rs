//! Each phrase of the table, met by a statement.

use std::collections::BTreeSet;

use super::table::{PHRASES, SETS};
use crate::session::settings::face::FACE;
use crate::session::{Session, Settings, script};

/// What a message has in it, and a statement that it comes of. `{folder}` is one with files.
const MET: &[(&str, &str)] = &[
    (
        "Format not explicitly set and unable to get file extension",
        "COPY (SELECT n FROM t) TO '{folder}/out/'",
    ),
    (
        "COUNT DISTINCT with multiple arguments",
        "SELECT count(DISTINCT n, s) FROM t",
    ),
    (
        "wildcard * with RENAME not supported",
        "SELECT * RENAME (n AS m) FROM t",
    ),
    ("Operator DIV is not yet supported", "SELECT 7 // 2"),
    (
        "Temporary tables not supported",
        "CREATE TEMP TABLE u (a INT)",
    ),
    (
        "ANY in LIKE expression",
        "SELECT s LIKE ANY ('a%', 'b%') FROM t",
    ),
    (
        "Overwrites are not implemented yet",
        "INSERT OVERWRITE files SELECT 2, 3",
    ),
    (
        "Insert Overwrite not implemented for MemoryTable",
        "INSERT OVERWRITE t SELECT * FROM t",
    ),
    (
        "INTERVAL expression cannot be",
        "SELECT sum(n) OVER (ORDER BY day RANGE BETWEEN INTERVAL 7 DAY PRECEDING AND CURRENT ROW) FROM t",
    ),
    ("has no type information", "SELECT @m FROM t"),
    (
        "Function 'decode' expects 2 arguments but received",
        "SELECT decode(s, 'a', 1, 0) FROM t",
    ),
    ("Unsupported SQL statement: SHOW", "SHOW DATABASES"),
    ("Unsupported SQL statement: USE", "USE x"),
    ("UPDATE not supported for", "UPDATE files SET n = 1"),
    ("DELETE not supported for", "DELETE FROM files"),
    (
        "WITHIN GROUP is only supported for ordered-set",
        "SELECT array_agg(s) WITHIN GROUP (ORDER BY day) FROM t",
    ),
    (
        "Cannot infer schema from an empty location",
        "CREATE EXTERNAL TABLE e STORED AS CSV LOCATION '{folder}/none/'",
    ),
    (
        "Column count doesn't match insert query",
        "INSERT INTO t SELECT 1",
    ),
    (
        "Inserting into a ListingTable backed by a single file is not supported",
        "INSERT INTO file SELECT 2, 3",
    ),
    (
        "Insert into not implemented for this table",
        "INSERT INTO v SELECT 2",
    ),
    (
        "SET variant not implemented yet: SetTimeZone",
        "SET TIME ZONE 'Europe/Berlin'",
    ),
    (
        "Unsupported JOIN operator Semi",
        "SELECT * FROM t SEMI JOIN t AS u ON t.n = u.n",
    ),
    (
        "Unsupported JOIN operator Anti",
        "SELECT * FROM t ANTI JOIN t AS u ON t.n = u.n",
    ),
    (
        "does not support escape_char other than the backslash",
        "SELECT s LIKE 'a#%' ESCAPE '#' FROM t",
    ),
    ("SHOW TABLES FILTER not supported", "SHOW TABLES LIKE 'a%'"),
    ("SHOW TABLES IN not supported", "SHOW TABLES IN public"),
    ("Only `DROP TABLE/VIEW/SCHEMA", "DROP DATABASE x"),
    (
        "not yet supported to write to hive partitions with datatype",
        "COPY (SELECT n, now() AS at FROM t) TO '{folder}/parts/' STORED AS CSV PARTITIONED BY (at)",
    ),
    (
        "MINUS  not implemented",
        "SELECT n FROM t MINUS SELECT n FROM t",
    ),
    (
        "Dot access not supported",
        "SELECT (cross_sell_rate_parts(s, n)).value FROM t",
    ),
    (
        "Unsupported interval argument",
        "SELECT day + INTERVAL (n) DAY FROM t",
    ),
    (
        "Invalid interval arithmetic operation",
        "SELECT INTERVAL '1 hour' * 2",
    ),
    (
        "SET variant not implemented yet: SetNames",
        "SET NAMES 'utf8'",
    ),
    (
        "SET variant not implemented yet",
        "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE",
    ),
    (
        "Expect to get struct but got",
        "SELECT coalesce(day, s) FROM t",
    ),
    (
        "to common types in CASE WHEN expression",
        "SELECT CASE WHEN n > 1 THEN day ELSE struct(1) END FROM t",
    ),
    (
        "Unnest should be rewritten to LogicalPlan::Unnest",
        "SELECT count(DISTINCT unnest([1, 2])) FROM t",
    ),
    (
        "table function 'unnest' not found",
        "SELECT * FROM t, LATERAL unnest([n]) AS u(x)",
    ),
    (
        "Physical plan does not support logical expression Exists",
        "SELECT n >= ALL (SELECT n FROM t) AS is_last FROM t",
    ),
    (
        "Physical plan does not support logical expression",
        "SELECT (SELECT u.n FROM t AS u WHERE u.n > t.n LIMIT 1) FROM t",
    ),
    (
        "null_aware anti join only supports single column",
        "SELECT * FROM files WHERE n NOT IN (SELECT f.n FROM files AS f WHERE f.k = files.k)",
    ),
    (
        "Third argument must be an interval",
        "SELECT * FROM generate_series(DATE '2026-01-01', DATE '2026-01-31', 1)",
    ),
    (
        "Aggregate function calls cannot be nested",
        "SELECT avg(count(*)) FROM t",
    ),
    (
        "SEPARATOR not supported",
        "SELECT string_agg(s SEPARATOR ';') FROM t",
    ),
    (
        "bitwise operation Boolean BIT_XOR Boolean",
        "SELECT true XOR false",
    ),
    (
        "Unable to find factory for",
        "CREATE EXTERNAL TABLE x STORED AS XML LOCATION '{folder}/files/'",
    ),
    (
        "Could not find FileFormat",
        "CREATE EXTERNAL TABLE x STORED AS AVRO LOCATION '{folder}/files/'",
    ),
    ("SingleQuotedByteStringLiteral", "SELECT b'1'"),
    (
        "Unsupported binary operator: Overlaps",
        "SELECT (day, day) OVERLAPS (day, day) FROM t",
    ),
    ("nsupported ast node", "SELECT now() AT TIME ZONE s FROM t"),
    (
        "provided string was not `true` or `false`",
        "SET datafusion.execution.coalesce_batches = maybe",
    ),
    (
        "invalid digit found in string",
        "COPY (SELECT n FROM t) TO '{folder}/o.csv' OPTIONS (format.compression_level many)",
    ),
    (
        "number too large to fit in target type",
        "COPY (SELECT n FROM t) TO '{folder}/o.csv' OPTIONS (format.compression_level 99999999999999999999)",
    ),
    (
        "invalid float literal",
        "SET datafusion.execution.skip_partial_aggregation_probe_ratio_threshold = many",
    ),
];

/// A piece of the words, and the same as a statement, which has to work.
const ADVISED: &[(&str, &str)] = &[
    (
        "STORED AS PARQUET, or the name",
        "COPY (SELECT n FROM t) TO '{folder}/a/' STORED AS PARQUET",
    ),
    (
        "'out.parquet'",
        "COPY (SELECT n FROM t) TO '{folder}/out.parquet'",
    ),
    (
        "count(DISTINCT (a, b))",
        "SELECT count(DISTINCT (n, s)) FROM t",
    ),
    (
        "SELECT * EXCLUDE (amount), amount AS price",
        "SELECT * EXCLUDE (n), n AS m FROM t",
    ),
    (
        "a / b of whole numbers is whole, and floor(a / b)",
        "SELECT 7 / 2, floor(7.5 / 2)",
    ),
    (
        "CREATE TABLE … AS SELECT … without TEMP",
        "CREATE TABLE w AS SELECT 1 AS a",
    ),
    (
        "x LIKE 'a%' OR x LIKE 'b%', or regexp_like(x, '^(a|b)')",
        "SELECT s LIKE 'a%' OR s LIKE 'b%', regexp_like(s, '^(a|b)') FROM t",
    ),
    (
        "COPY (SELECT …) TO 'folder/' STORED AS CSV OPTIONS (overwrite true)",
        "COPY (SELECT n FROM t) TO '{folder}/b/' STORED AS CSV OPTIONS (overwrite true)",
    ),
    (
        "CREATE OR REPLACE TABLE t AS SELECT …",
        "CREATE OR REPLACE TABLE w AS SELECT 2 AS a",
    ),
    (
        "INTERVAL '7' DAY",
        "SELECT sum(n) OVER (ORDER BY day RANGE BETWEEN INTERVAL '7' DAY PRECEDING AND CURRENT ROW) FROM t",
    ),
    (
        "WITH v AS (SELECT 1 AS m) SELECT … FROM t, v",
        "WITH v AS (SELECT 1 AS m) SELECT t.n, v.m FROM t, v",
    ),
    (
        "CASE x WHEN 'a' THEN 1 ELSE 0 END",
        "SELECT CASE s WHEN 'a' THEN 1 ELSE 0 END FROM t",
    ),
    (
        "SHOW TABLES lists the tables, SHOW COLUMNS FROM t",
        "SHOW TABLES; SHOW COLUMNS FROM t; SHOW ALL",
    ),
    (
        "COPY (SELECT …, CASE WHEN … END AS x FROM t) TO 'new/' STORED AS PARQUET",
        "COPY (SELECT s, CASE WHEN n > 1 THEN 2 END AS x FROM t) TO '{folder}/c/' STORED AS PARQUET",
    ),
    (
        "COPY (SELECT * FROM t WHERE …) TO 'new/' STORED AS PARQUET",
        "COPY (SELECT * FROM t WHERE n > 0) TO '{folder}/d/' STORED AS PARQUET",
    ),
    (
        "string_agg(x, ',' ORDER BY x)",
        "SELECT string_agg(s, ',' ORDER BY s) FROM t",
    ),
    (
        "then INSERT INTO t SELECT …",
        "INSERT INTO files SELECT 3, 4",
    ),
    (
        "SET datafusion.execution.time_zone = 'Europe/Berlin'",
        "SET datafusion.execution.time_zone = 'Europe/Berlin'",
    ),
    (
        "LEFT SEMI JOIN",
        "SELECT * FROM t LEFT SEMI JOIN t AS u ON t.n = u.n",
    ),
    (
        "LEFT ANTI JOIN",
        "SELECT * FROM t LEFT ANTI JOIN t AS u ON t.n = u.n",
    ),
    (
        "x LIKE 'a\\%'; starts_with(x, 'a%') and strpos(x, '%') > 0",
        "SELECT s LIKE 'a\\%', starts_with(s, 'a%'), strpos(s, '%') > 0 FROM t",
    ),
    (
        "SELECT table_name FROM information_schema.tables WHERE table_name LIKE 'a%'",
        "SELECT table_name FROM information_schema.tables WHERE table_name LIKE 'a%'",
    ),
    (
        "DROP TABLE, DROP VIEW and DROP SCHEMA",
        "CREATE VIEW x AS SELECT 1 AS a; DROP VIEW x; DROP TABLE w; CREATE SCHEMA y; DROP SCHEMA y",
    ),
    (
        "CAST(c AS DATE) AS c for a time",
        "COPY (SELECT n, CAST(now() AS DATE) AS at FROM t) TO '{folder}/e/' STORED AS CSV PARTITIONED BY (at)",
    ),
    ("EXCEPT", "SELECT n FROM t EXCEPT SELECT n FROM t"),
    (
        "a field of a STRUCT is written in brackets and quotes",
        "SELECT cross_sell_rate_parts(s, n)['value'] FROM t",
    ),
    (
        "day + CAST(n || ' days' AS INTERVAL)",
        "SELECT day + CAST(n || ' days' AS INTERVAL) FROM t",
    ),
    (
        "CAST(n || ' hours' AS INTERVAL)",
        "SELECT CAST(n || ' hours' AS INTERVAL) FROM t",
    ),
    (
        "SET datafusion.execution.batch_size = 4096",
        "SET datafusion.execution.batch_size = 4096; SHOW ALL",
    ),
    (
        "CAST(day AS VARCHAR) converts all of them to text",
        "SELECT coalesce(CAST(day AS VARCHAR), s) FROM t",
    ),
    (
        "SELECT count(DISTINCT x) FROM (SELECT *, unnest(list) AS x FROM t)",
        "SELECT count(DISTINCT x) FROM (SELECT *, unnest([1, 2]) AS x FROM t)",
    ),
    (
        "SELECT *, unnest(list) AS x FROM t",
        "SELECT *, unnest([n]) AS x FROM t",
    ),
    (
        "(SELECT max(b.x) FROM b WHERE b.id = a.id)",
        "SELECT * FROM t AS a WHERE n >= (SELECT max(b.n) FROM t AS b WHERE b.s = a.s)",
    ),
    (
        "NOT EXISTS (SELECT 1 FROM b WHERE b.id = a.id AND b.x = a.x)",
        "SELECT * FROM t AS a WHERE NOT EXISTS (SELECT 1 FROM t AS b WHERE b.s = a.s AND b.n = a.n)",
    ),
    (
        "generate_series(DATE '2026-01-01', DATE '2026-01-31', INTERVAL '1 day')",
        "SELECT * FROM generate_series(DATE '2026-01-01', DATE '2026-01-31', INTERVAL '1 day')",
    ),
    (
        "SELECT avg(n) FROM (SELECT customer_id, count(*) AS n FROM t GROUP BY customer_id)",
        "SELECT avg(n) FROM (SELECT s, count(*) AS n FROM t GROUP BY s)",
    ),
    (
        "SELECT kpi_merge(s) FROM (SELECT …_state(…) AS s FROM t GROUP BY day)",
        "SELECT kpi_merge(x) FROM (SELECT arpa_state(s, n) AS x FROM t GROUP BY day)",
    ),
    ("XOR of two flags is a <> b", "SELECT true <> false"),
    (
        "STORED AS CSV, PARQUET, JSON or ARROW",
        "CREATE EXTERNAL TABLE z STORED AS CSV LOCATION '{folder}/files/'",
    ),
    ("X'0A1B'", "SELECT X'0A1B'"),
    (
        "CREATE EXTERNAL TABLE t (customer_id VARCHAR, amount DOUBLE) STORED AS CSV LOCATION 'folder/'",
        "CREATE EXTERNAL TABLE e (customer_id VARCHAR, amount DOUBLE) STORED AS CSV LOCATION '{folder}/none/'",
    ),
    ("DESCRIBE t lists them", "DESCRIBE t"),
    (
        "from_a < to_b AND from_b < to_a",
        "SELECT day < day AND day < day FROM t",
    ),
];

/// The message that a statement ends in.
async fn message(session: &mut Session, sql: &str) -> Option<String> {
    for statement in &script::parse("test", sql).expect("it can be read") {
        let answer = match session.begin(statement, &[]).await {
            Ok(answer) => answer,
            Err(error) => return Some(error.to_string()),
        };
        if let Err(error) = answer.frame.clone().collect().await {
            return Some(answer.error(&error).to_string());
        }
    }
    None
}

/// A session with tables that the statements name, and the path of its folder.
async fn with_tables(folder: &tempfile::TempDir) -> (Session, String) {
    let files = folder.path().join("files");
    std::fs::create_dir(&files).expect("a folder");
    std::fs::create_dir(folder.path().join("none")).expect("a folder");
    std::fs::write(files.join("a.csv"), "n,k\n1,2\n").expect("a file");
    let folder = folder.path().to_str().expect("a path of letters");
    let mut session = Session::new(&Settings::new(FACE)).expect("a session");
    let tables = format!(
        "CREATE TABLE t AS SELECT 1 AS n, 'a' AS s, DATE '2026-01-01' AS day; CREATE VIEW v AS SELECT 1 AS n;
         CREATE EXTERNAL TABLE files STORED AS CSV LOCATION '{folder}/files/';
         CREATE EXTERNAL TABLE file STORED AS CSV LOCATION '{folder}/files/a.csv'"
    );
    assert_eq!(message(&mut session, &tables).await, None);
    (session, folder.to_string())
}

#[tokio::test]
async fn each_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut session, folder) = with_tables(&folder).await;
    let mut wrong = vec![];
    for (part, sql) in MET {
        let Some((_, words)) = PHRASES.iter().find(|(of, _)| of == part) else {
            wrong.push(format!("there is no phrase for {part}"));
            continue;
        };
        let said = message(&mut session, &sql.replace("{folder}", &folder)).await;
        if !said.as_ref().is_some_and(|said| said.contains(words)) {
            wrong.push(format!("{sql}\n  says {said:?}\n  not {words}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let met: BTreeSet<_> = MET.iter().map(|(part, _)| part).collect();
    let all = PHRASES.iter().map(|(part, _)| part);
    let never: Vec<_> = all.filter(|part| !met.contains(part)).collect();
    assert!(never.is_empty(), "no statement meets {never:?}");
}

#[tokio::test]
async fn what_is_advised_works() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut session, folder) = with_tables(&folder).await;
    let mut wrong = vec![];
    for (piece, sql) in ADVISED {
        if !PHRASES.iter().any(|(_, words)| words.contains(piece)) {
            wrong.push(format!("no words have {piece}"));
        }
        if let Some(said) = message(&mut session, &sql.replace("{folder}", &folder)).await {
            wrong.push(format!("{sql}\n  says {said}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn a_set_comparison_in_select_is_refused_with_or_without_a_name() {
    let mut session = Session::new(&Settings::new(FACE)).expect("a session");
    for sql in [
        "SELECT 1 = ANY (SELECT 1)",
        "SELECT 1 = ANY (SELECT 1) AS a",
    ] {
        let said = message(&mut session, sql).await;
        assert!(said.is_some_and(|said| said.contains(SETS)), "{sql}");
    }
    let instead = "SELECT n >= (SELECT max(n) FROM t), (SELECT count(*) FROM t) > 0 FROM t";
    let sql = format!(
        "CREATE TABLE t AS SELECT 1 AS n; {instead}; SELECT n FROM t WHERE n >= ALL (SELECT n FROM t)"
    );
    assert_eq!(message(&mut session, &sql).await, None);
}
