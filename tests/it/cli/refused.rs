//! SQL that would be read and have no effect, or another one than where it comes from.

use crate::command::Folder;

/// Three rows to ask for.
const T: &str = "(VALUES (1, 'a'), (2, 'b'), (2, 'c')) AS t(n, s)";

#[track_caller]
fn refused(sql: &str, words: &[&str]) {
    Folder::new().run(&["-c", sql]).failed(1, words);
}

#[test]
fn clauses_without_effect() {
    for (clause, instead) in [
        ("SELECT * FROM t TABLESAMPLE (10)", "random() < 0.1"),
        (
            "SELECT * FROM t TABLESAMPLE BERNOULLI (10 PERCENT)",
            "LIMIT n",
        ),
        (
            "SELECT * FROM t AS x TABLESAMPLE SYSTEM (10)",
            "TABLESAMPLE",
        ),
        (
            "SELECT * FROM (SELECT 1 AS a) AS x TABLESAMPLE (1 ROWS)",
            "TABLESAMPLE",
        ),
        ("SELECT * FROM t FOR UPDATE", "files have no locks"),
        ("SELECT * FROM t FOR SHARE", "files have no locks"),
        ("SELECT * FROM t WITH (NOLOCK)", "NOLOCK"),
        (
            "SELECT n FROM t GROUP BY n WITH ROLLUP",
            "GROUP BY ROLLUP (a, b)",
        ),
        (
            "SELECT n FROM t GROUP BY n WITH CUBE",
            "GROUP BY CUBE (a, b)",
        ),
        (
            "SELECT n FROM t GROUP BY n WITH TOTALS",
            "GROUPING SETS ((a, b), ())",
        ),
        ("SELECT n FROM t FETCH FIRST 1 ROW ONLY", "LIMIT n"),
        (
            "SELECT n FROM t ORDER BY n FETCH FIRST 1 ROW WITH TIES",
            "rank() OVER",
        ),
        ("SELECT TOP 1 n FROM t", "LIMIT n"),
        ("SELECT * FROM t JOIN t AS u", "CROSS JOIN"),
        ("SELECT * FROM (t LEFT JOIN t AS u)", "CROSS JOIN"),
        (
            "SELECT * FROM t PIVOT (count(*) FOR n IN (1, 2))",
            "FILTER (WHERE m = 1) AS jan",
        ),
        ("SELECT * FROM t UNPIVOT (v FOR k IN (n))", "UNION ALL"),
        ("SELECT upper(DISTINCT s) FROM t", "is no aggregate"),
        (
            "SELECT upper(s) FILTER (WHERE n = 1) FROM t",
            "FILTER of upper",
        ),
        ("SELECT abs(n) OVER (PARTITION BY s) FROM t", "OVER of abs"),
        (
            "SELECT lag(DISTINCT n) OVER (ORDER BY s) FROM t",
            "DISTINCT of lag",
        ),
        (
            "SELECT rank() IGNORE NULLS OVER (ORDER BY n) FROM t",
            "IGNORE NULLS of rank",
        ),
        ("SELECT unnest(DISTINCT [n]) FROM t", "DISTINCT of unnest"),
        ("SELECT CAST(s AS VARCHAR(3)) FROM t", "left(s, 3)"),
        ("SELECT s::CHAR(1) FROM t", "left(s, 3)"),
        ("SELECT s SIMILAR TO 'a%' FROM t", "s LIKE 'a%'"),
        (
            "SELECT n FROM t INTERSECT ALL SELECT n FROM t",
            "INTERSECT has each row once",
        ),
        (
            "SELECT n FROM t EXCEPT ALL SELECT n FROM t",
            "EXCEPT has each row once",
        ),
        (
            "SELECT n FROM t UNION ALL (SELECT n FROM t EXCEPT ALL SELECT n FROM t)",
            "EXCEPT ALL",
        ),
        ("SELECT 2 ^ 3", "power(2, 3)"),
        ("SELECT n FROM t WHERE n ^ 1 > 0", "power(n, 1)"),
    ] {
        let deep = format!("WITH t AS (SELECT * FROM {T}) SELECT count(*) FROM ({clause}) AS x");
        let shallow = format!("WITH t AS (SELECT * FROM {T}) {clause}");
        for sql in [&deep, &shallow, &format!("EXPLAIN {shallow}")] {
            refused(sql, &[instead]);
        }
    }
    for (sql, instead) in [
        (
            "CREATE TABLE t (id INT PRIMARY KEY)",
            "PRIMARY KEY in CREATE TABLE",
        ),
        ("CREATE TABLE t (id INT, UNIQUE (id))", "no row is checked"),
        (
            "CREATE EXTERNAL TABLE t (id INT PRIMARY KEY) STORED AS CSV LOCATION 'a.csv'",
            "no row is checked",
        ),
        ("SELECT CONVERT(INT, '1')", "CAST(x AS INT)"),
        ("SELECT 'a' COLLATE \"de\"", "lower(x)"),
        ("SELECT 'a' RLIKE 'b'", "regexp_like"),
    ] {
        refused(sql, &[instead]);
    }
    // The same words where they do something.
    let folder = Folder::new();
    for (sql, value) in [
        ("SELECT count(DISTINCT n) FROM t", "2"),
        ("SELECT count(*) FILTER (WHERE n = 2) FROM t", "2"),
        ("SELECT count(*) FROM t CROSS JOIN t AS u", "9"),
        ("SELECT count(*) FROM t JOIN t AS u USING (n)", "5"),
        ("SELECT count(*) FROM t AS x, t AS y", "9"),
        ("SELECT power(2, 3)", "8"),
        (
            "SELECT count(*) FROM (SELECT n FROM t UNION ALL SELECT n FROM t) AS x",
            "6",
        ),
        (
            "SELECT count(*) FROM (SELECT n FROM t INTERSECT SELECT n FROM t) AS x",
            "2",
        ),
        (
            "SELECT max(x) FROM (SELECT lag(n) IGNORE NULLS OVER (ORDER BY s) AS x FROM t) AS x",
            "2",
        ),
        ("SELECT first_value(n) OVER (ORDER BY s DESC) FROM t", "2"),
        ("SELECT sum(n) FROM t LIMIT 1", "5"),
    ] {
        let sql = format!("WITH t AS (SELECT * FROM {T}) {sql}");
        let printed = folder.csv(&["-c", &sql]);
        assert_eq!(
            printed.lines().nth(1).map(|v| v.trim_end_matches(".0")),
            Some(value),
            "{sql}"
        );
    }
}

#[test]
fn formats_of_postgres_are_translated() {
    let folder = Folder::new();
    let time = "TIMESTAMP '2026-01-05 15:04:09.25'";
    for (format, text) in [
        ("YYYY-MM", "2026-01"),
        ("DD.MM.YYYY HH24:MI:SS", "05.01.2026 15:04:09"),
        ("FMDD. FMMonth", "5. January"),
        ("HH12:MI AM", "03:04 PM"),
        ("Dy DD Mon YY", "Mon 05 Jan 26"),
        // Monday of the second ISO week.
        ("IYYY-IW-ID", "2026-02-1"),
        ("SS.MS", "09.250"),
        ("%Y/%m", "2026/01"),
    ] {
        let sql = format!("SELECT to_char({time}, '{format}') AS x");
        assert_eq!(
            folder.csv(&["-c", &sql]),
            format!("x\n{text}\n"),
            "{format}"
        );
    }
    let sql = "SELECT to_date('31.01.2026', 'DD.MM.YYYY') AS d, to_timestamp('31.01.2026 15:04', 'DD.MM.YYYY HH24:MI') AS t";
    assert_eq!(
        folder.csv(&["-c", sql]),
        "d,t\n2026-01-31,2026-01-31T15:04:00\n"
    );
}

#[test]
fn formats_that_mean_something_else_are_refused() {
    for (call, words) in [
        ("to_char(now(), 'yyyy-MM-dd HH:mm')", "a minute in Spark"),
        ("to_char(now(), 'HH:MI')", "HH24 or %H"),
        ("to_char(now(), 'Month')", "%B or %b"),
        ("to_char(now(), 'YYYY-\"Q\"Q')", "date_part('quarter', day)"),
        ("to_char(now(), 'report')", "report is no field"),
        ("to_char(12.5, '999.9')", "a number is not a time"),
        ("date_format(now(), '%H:%i')", "%i is not the same in MySQL"),
        ("date_format(now(), '%M')", "%M is not the same in MySQL"),
        ("to_date('01/2026', 'Q/YYYY')", "quarter"),
    ] {
        refused(&format!("SELECT {call}"), &[words]);
    }
}

#[test]
fn settings_beyond_use_are_refused() {
    for (option, value, range) in [
        (
            "execution.batch_size",
            "18446744073709551615",
            "from 1 to 1048576",
        ),
        ("execution.batch_size", "0", "from 1 to 1048576"),
        ("execution.batch_size", "-1", "from 1 to 1048576"),
        ("execution.target_partitions", "100000", "from 0 to 1024"),
        (
            "execution.minimum_parallel_output_files",
            "9223372036854775807",
            "to 1024",
        ),
        (
            "execution.objectstore_writer_buffer_size",
            "1",
            "from 65536",
        ),
        ("execution.parquet.max_row_group_size", "0", "from 1"),
        (
            "execution.parquet.maximum_parallel_row_group_writers",
            "0",
            "from 1",
        ),
        (
            "execution.parquet.statistics_truncate_length",
            "0",
            "from 1",
        ),
        ("execution.parquet.bloom_filter_fpp", "1", "between 0 and 1"),
        (
            "execution.parquet.statistics_enabled",
            "some",
            "none or chunk or page",
        ),
        ("sql_parser.default_null_ordering", "first", "nulls_first"),
        ("execution.time_zone", "Mars", "Europe/Berlin"),
        ("catalog.location", "x", "has no effect later"),
    ] {
        let sql = format!("SET datafusion.{option} = '{value}'; SELECT 1");
        refused(&sql, &[option, value, range]);
    }
    refused(
        "COPY (SELECT 1 AS a) TO 'a.parquet' OPTIONS (max_row_group_size 0)",
        &["format.max_row_group_size", "from 1", "OPTIONS ("],
    );
    refused(
        "SET datafusion.execution.batchsize = 5",
        &[
            "there is no option batchsize",
            "datafusion.execution.batch_size",
            "SHOW ALL",
        ],
    );
    refused(
        "COPY (SELECT 1 AS a) TO 'a.csv' OPTIONS (delimeter ';')",
        &[
            "there is no option delimeter",
            "did you mean format.delimiter",
            "has_header",
        ],
    );
    refused(
        "SHOW datafusion.execution.batchsize",
        &["there is no option", "SHOW ALL"],
    );
    // What is of use works.
    let sql = "SET datafusion.execution.batch_size = 3; SET datafusion.execution.target_partitions = 16; \
               SET datafusion.execution.time_zone = 'Europe/Berlin'; SELECT count(*) AS n FROM generate_series(1, 100)";
    assert_eq!(Folder::new().csv(&["-c", sql]), "n\n100\n");
}

#[test]
fn functions_of_other_engines_are_told_apart_from_slips() {
    for (call, ours) in [
        (
            "DATEDIFF('day', DATE '2026-01-01', DATE '2026-03-01')",
            "b - a",
        ),
        (
            "date_diff(DATE '2026-03-01', DATE '2026-01-01', DAY)",
            "b - a",
        ),
        ("DATEADD(month, 1, DATE '2026-01-31')", "INTERVAL '1 month'"),
        ("COUNTIF(true)", "FILTER (WHERE"),
        ("IFF(true, 1, 0)", "CASE WHEN"),
        ("SAFE_DIVIDE(1, 0)", "nullif(b, 0)"),
        ("LISTAGG('a', ',')", "string_agg"),
        ("max_by('a', 1)", "last_value(x ORDER BY y NULLS FIRST)"),
        ("strftime(now(), '%Y')", "to_char"),
        ("date_trunc(now(), MONTH)", "date_trunc('month', day)"),
    ] {
        refused(&format!("SELECT {call}"), &[ours]);
    }
    refused(
        "SELECT * FROM read_csv_auto('a.csv')",
        &["read_csv('orders.csv', delimiter => ';')"],
    );
    refused(
        "SELECT CAST('1' AS INT64)",
        &["there is no type INT64; BIGINT"],
    );
    refused("SUMMARIZE t", &["expected an SQL statement", "DESCRIBE t"]);
    refused(
        "COPY (SELECT 1 AS a) TO 'a.parquet' (FORMAT PARQUET)",
        &["STORED AS PARQUET"],
    );
    refused("SELECT 1 AS a ORDER BY ALL", &["ORDER BY 1, 2"]);
    refused("BEGIN", &["there are no transactions"]);
    refused(
        "SELECT 7 DIV 2",
        &["DIV is not an operator here", "a / b of whole numbers"],
    );
    refused(
        "SELECT 1 # one",
        &["# is not an operator here", "comments begin with --"],
    );
    refused("SELECT sysdate", &["instead: now()"]);
    refused("SELECT @x", &["there are no variables"]);
    refused("SHOW DATABASES", &["SHOW TABLES"]);
    refused(
        "SELECT extract(dayofweek FROM now())",
        &["dow (0 for Sunday)"],
    );
    refused(
        "SELECT value, sum(value) AS s FROM generate_series(1, 3) GROUP BY value % 2",
        &["neither in GROUP BY nor in an aggregate", "max(value)"],
    );
    refused(
        "SELECT row_number() OVER (ORDER BY value) AS rn FROM generate_series(1, 3) WHERE rn = 1",
        &["QUALIFY rn = 1"],
    );
}

/// What one writes where a flag, a day or a window is, and statements that there are not.
#[test]
fn words_of_the_engine_are_said_in_words() {
    let f = "FROM (SELECT true AS f, DATE '2026-01-02' AS d, 1 AS n, TIMESTAMP '2026-01-02 00:00:00' AS t)";
    for (sql, words) in [
        (
            format!("SELECT 1 {f} WHERE f = 'yes'"),
            "a flag that is true or false is compared with a text",
        ),
        (
            format!("SELECT 1 {f} WHERE f = 1"),
            "compared with a number; it is a condition by itself: WHERE f",
        ),
        (format!("SELECT 1 {f} WHERE f IN (1, 0)"), "WHERE NOT f"),
        (
            format!("SELECT 1 {f} WHERE d LIKE '2026-01%'"),
            "LIKE is for texts, and this is a date; date_trunc('month', day) = DATE '2026-01-01'",
        ),
        (
            format!("SELECT 1 {f} WHERE t LIKE '2026-01%'"),
            "this is a time; date_trunc",
        ),
        (
            format!("SELECT 1 {f} WHERE n LIKE '1%'"),
            "CAST(x AS VARCHAR) converts it to text",
        ),
        (
            format!("SELECT avg(f) {f}"),
            "avg(CAST(f AS INT)) is their share",
        ),
        (format!("SELECT sum(f) {f}"), "count(*) FILTER (WHERE f)"),
        (
            format!("SELECT avg(d) {f}"),
            "this is a date or time; min(day) and max(day)",
        ),
        (
            format!("SELECT avg(t) {f}"),
            "to_timestamp_seconds(CAST(avg(to_unixtime(day)) AS BIGINT))",
        ),
        (
            "SET TIME ZONE 'Europe/Berlin'".into(),
            "SET datafusion.execution.time_zone = 'Europe/Berlin'",
        ),
        (
            format!("SELECT n {f} SEMI JOIN (SELECT 1 AS n) AS b USING (n)"),
            "LEFT SEMI JOIN",
        ),
        (
            format!("SELECT n {f} ANTI JOIN (SELECT 1 AS n) AS b USING (n)"),
            "LEFT ANTI JOIN",
        ),
        (
            format!("SELECT n {f} LIMIT 50%"),
            "LIMIT takes a number of rows; ntile(2)",
        ),
        (
            format!("SELECT n {f} LIMIT 50 PERCENT"),
            "LIMIT takes a number of rows; ntile(2)",
        ),
        (
            format!("SELECT row_number() {f}"),
            "row_number() OVER (ORDER BY day)",
        ),
        (
            format!("SELECT lag(n) + 1 {f}"),
            "lag(n) OVER (ORDER BY day)",
        ),
        (
            "SELECT 'a%' LIKE 'a!%' ESCAPE '!'".into(),
            "LIKE has only the backslash",
        ),
        (
            "SHOW TABLES LIKE 'a%'".into(),
            "information_schema.tables WHERE table_name LIKE 'a%'",
        ),
        ("ROLLBACK".into(), "there are no transactions"),
        ("COMMIT".into(), "there are no transactions"),
        (
            "ALTER TABLE t ADD COLUMN a INT".into(),
            "ALTER TABLE is not supported; CREATE VIEW v",
        ),
        ("TRUNCATE TABLE t".into(), "TRUNCATE is not supported"),
        (
            "MERGE INTO t USING u ON t.a = u.a WHEN MATCHED THEN UPDATE SET a = 1".into(),
            "MERGE is not supported",
        ),
        (
            "REPLACE INTO t VALUES (1)".into(),
            "REPLACE INTO is not supported",
        ),
        ("CREATE INDEX i ON t (a)".into(), "there are no indexes"),
        ("DROP INDEX i".into(), "there are no indexes"),
        ("ANALYZE t".into(), "EXPLAIN ANALYZE SELECT"),
        (
            "CREATE VIEW v AS SELECT 1 AS a; DROP TABLE v".into(),
            "DROP VIEW v, if it is a view",
        ),
        (
            "CREATE TABLE v AS SELECT 1 AS a; DROP VIEW v".into(),
            "DROP TABLE v, if it is a table",
        ),
        (
            "CREATE VIEW v AS SELECT 1 AS a; INSERT INTO v SELECT 2".into(),
            "this is a view or a file",
        ),
    ] {
        refused(&sql, &[words]);
    }
}

/// What those functions are told to be written as gives what they give.
#[test]
fn what_is_written_instead_has_the_same_value() {
    let folder = Folder::new();
    for (sql, value) in [
        ("DATE '2026-03-01' - DATE '2026-01-01'", "59"),
        (
            "avg(CAST(f AS INT)) FROM (VALUES (true), (false), (true), (true)) AS t(f)",
            "0.75",
        ),
        (
            "CAST(to_timestamp_seconds(CAST(avg(to_unixtime(day)) AS BIGINT)) AS DATE) FROM (VALUES (DATE '2026-01-01'), (DATE '2026-01-05')) AS t(day)",
            "2026-01-03",
        ),
        ("'a%' LIKE 'a\\%' AND NOT 'ab' LIKE 'a\\%'", "true"),
        (
            "(date_part('year', b) - date_part('year', a)) * 12 + date_part('month', b) - date_part('month', a) FROM (VALUES (DATE '2025-11-30', DATE '2026-02-01')) AS t(a, b)",
            "3",
        ),
        (
            "last_value(x ORDER BY y NULLS FIRST) FROM (VALUES ('a', 3), ('b', 7), ('c', NULL)) AS t(x, y)",
            "b",
        ),
        (
            "first_value(x ORDER BY y NULLS LAST) FROM (VALUES ('a', 3), ('b', 1), ('c', NULL)) AS t(x, y)",
            "b",
        ),
        (
            "CAST(date_trunc('month', DATE '2026-02-10') + INTERVAL '1 month' - INTERVAL '1 day' AS DATE)",
            "2026-02-28",
        ),
        ("regexp_match('abC1', 'C(.*)')[1]", "1"),
        ("(5 | 3) - (5 & 3)", "6"),
        (
            "count(DISTINCT (a, b)) FROM (VALUES (1, 2), (1, 2), (1, 3)) AS t(a, b)",
            "2",
        ),
        ("concat('Q', date_part('quarter', DATE '2026-05-01'))", "Q2"),
        (
            "string_agg(x, ',' ORDER BY x) FROM (VALUES ('b'), ('a')) AS t(x)",
            "\"a,b\"",
        ),
    ] {
        let printed = folder.csv(&["-c", &format!("SELECT {sql}")]);
        assert_eq!(printed.lines().last(), Some(value), "{sql}");
    }
}
