//! Messages that always have the same words in their place.
//!
//! What stands here is DataFusion's, and not ours to build: the words say what to write instead. A test meets each of them
//! with a statement, so that none is left behind when DataFusion says it in another way, or comes to do it.

/// What is said of a comparison with all rows of a subquery that stands in SELECT.
pub(in crate::session) const SETS: &str = "EXISTS, and ANY or ALL of a subquery, work in WHERE or HAVING, but not in \
    SELECT; there, use a subquery with one value: amount >= (SELECT max(amount) FROM t), (SELECT count(*) FROM u) > \
    0";

/// A part of a message, and the words in its place.
pub(super) const PHRASES: &[(&str, &str)] = &[
    (
        "Format not explicitly set and unable to get file extension",
        "COPY needs the format of the files: COPY … TO 'out/' STORED AS PARQUET, or the name of a file with an ending, 'out.parquet'",
    ),
    (
        "COUNT DISTINCT with multiple arguments",
        "count(DISTINCT a, b) is not supported; count(DISTINCT (a, b)) counts the pairs",
    ),
    (
        "wildcard * with RENAME not supported",
        "* RENAME is not supported; SELECT * EXCLUDE (amount), amount AS price is the same, with the column at the end",
    ),
    (
        "Operator DIV is not yet supported",
        "// is not supported; a / b of whole numbers is whole, and floor(a / b) of others",
    ),
    (
        "Temporary tables not supported",
        "CREATE TABLE … AS SELECT … without TEMP is in memory too, and is dropped at the end of the run",
    ),
    (
        "ANY in LIKE expression",
        "LIKE ANY is not supported; x LIKE 'a%' OR x LIKE 'b%', or regexp_like(x, '^(a|b)')",
    ),
    (
        "Overwrites are not implemented yet",
        "INSERT OVERWRITE is not supported; COPY (SELECT …) TO 'folder/' STORED AS CSV OPTIONS (overwrite true) \
         replaces the files of a folder",
    ),
    (
        "Insert Overwrite not implemented for MemoryTable",
        "INSERT OVERWRITE is not supported; CREATE OR REPLACE TABLE t AS SELECT … replaces the rows of a table",
    ),
    (
        "INTERVAL expression cannot be",
        "an INTERVAL has its number in quotes here: INTERVAL '7' DAY",
    ),
    (
        "has no type information",
        "there are no variables; WITH v AS (SELECT 1 AS m) SELECT … FROM t, v has a value by name",
    ),
    (
        "Function 'decode' expects 2 arguments but received",
        "decode is for encodings, decode(x, 'base64'); CASE x WHEN 'a' THEN 1 ELSE 0 END chooses a value",
    ),
    (
        "Unsupported SQL statement: SHOW",
        "there are no databases; SHOW TABLES lists the tables, SHOW COLUMNS FROM t the columns of one, SHOW ALL the settings",
    ),
    (
        "Unsupported SQL statement: USE",
        "there are no databases to choose from; SHOW TABLES lists the tables",
    ),
    (
        "UPDATE not supported for",
        "rows of files are not changed in place; COPY (SELECT …, CASE WHEN … END AS x FROM t) TO 'new/' STORED AS PARQUET writes them anew",
    ),
    (
        "DELETE not supported for",
        "rows of files are not removed in place; COPY (SELECT * FROM t WHERE …) TO 'new/' STORED AS PARQUET writes the others anew",
    ),
    (
        "WITHIN GROUP is only supported for ordered-set",
        "WITHIN GROUP is for percentile_cont and its like; others have the order among their arguments: string_agg(x, ',' ORDER BY x)",
    ),
    (
        "Cannot infer schema from an empty location",
        "a folder without files does not say which columns the table has: CREATE EXTERNAL TABLE t (customer_id VARCHAR, amount DOUBLE) STORED AS CSV LOCATION 'folder/'",
    ),
    (
        "Column count doesn't match insert query",
        "INSERT INTO needs a value for each column of the table; DESCRIBE t lists them",
    ),
    (
        "Inserting into a ListingTable backed by a single file is not supported",
        "INSERT INTO adds files to a folder that has a name: CREATE EXTERNAL TABLE t STORED AS CSV LOCATION 'folder/', then INSERT INTO t SELECT …",
    ),
    (
        "Insert into not implemented for this table",
        "INSERT INTO is for tables made with CREATE TABLE and for folders with CREATE EXTERNAL TABLE, and this is a view or a file",
    ),
    (
        "SET variant not implemented yet: SetTimeZone",
        "a time zone is set with an equals sign: SET datafusion.execution.time_zone = 'Europe/Berlin'",
    ),
    (
        "Unsupported JOIN operator Semi",
        "SEMI JOIN is LEFT SEMI JOIN here: rows of the left table that have one in the right",
    ),
    (
        "Unsupported JOIN operator Anti",
        "ANTI JOIN is LEFT ANTI JOIN here: rows of the left table that have none in the right",
    ),
    (
        "does not support escape_char other than the backslash",
        "LIKE has only the backslash to escape % and _: x LIKE 'a\\%'; starts_with(x, 'a%') and strpos(x, '%') > 0 \
         have no wildcards",
    ),
    (
        "SHOW TABLES FILTER not supported",
        "SHOW TABLES takes no condition; SELECT table_name FROM information_schema.tables WHERE table_name LIKE 'a%' does",
    ),
    (
        "SHOW TABLES IN not supported",
        "there are no databases; SHOW TABLES lists the tables",
    ),
    (
        "Only `DROP TABLE/VIEW/SCHEMA",
        "only DROP TABLE, DROP VIEW and DROP SCHEMA are supported; there are no indexes and no databases",
    ),
    (
        "not yet supported to write to hive partitions with datatype",
        "PARTITIONED BY takes texts, whole numbers, dates and flags, and no times or DECIMALs; CAST(c AS VARCHAR) AS c, or CAST(c AS DATE) AS c for a time, is one",
    ),
    ("MINUS  not implemented", "MINUS is EXCEPT here"),
    (
        "Dot access not supported",
        "a field of a STRUCT is written in brackets and quotes: cross_sell_rate_parts(customer_id, product_id)['value']",
    ),
    (
        "Unsupported interval argument",
        "INTERVAL takes a literal number; for a column, use CAST(n || ' days' AS INTERVAL): day + CAST(n || ' days' AS INTERVAL)",
    ),
    (
        "Invalid interval arithmetic operation",
        "an INTERVAL cannot be multiplied or divided; CAST(n || ' hours' AS INTERVAL) is one of n hours",
    ),
    (
        "SET variant not implemented yet: SetNames",
        "texts are UTF-8: leave SET NAMES out",
    ),
    (
        "SET variant not implemented yet",
        "SET has a name and a value here: SET datafusion.execution.batch_size = 4096; SHOW ALL lists the settings",
    ),
    (
        "Expect to get struct but got",
        "the alternatives have no common type, such as a date and a text; CAST(day AS VARCHAR) converts all of them to text",
    ),
    (
        "to common types in CASE WHEN expression",
        "the alternatives have no common type; CAST(x AS VARCHAR) converts all of them to text",
    ),
    (
        "Unnest should be rewritten to LogicalPlan::Unnest",
        "unnest stands in the SELECT of a subquery, not inside an aggregate: SELECT count(DISTINCT x) FROM (SELECT *, unnest(list) AS x FROM t)",
    ),
    (
        "table function 'unnest' not found",
        "unnest of a column stands in SELECT: SELECT *, unnest(list) AS x FROM t",
    ),
    (
        "Physical plan does not support logical expression Exists",
        SETS,
    ),
    (
        "Physical plan does not support logical expression",
        "this correlated subquery in FROM or SELECT is not supported; in WHERE, without LIMIT, it is: (SELECT \
         max(b.x) FROM b WHERE b.id = a.id); SELECT *, unnest(list) AS x FROM t has a row for each element",
    ),
    (
        "null_aware anti join only supports single column",
        "NOT IN (SELECT …) cannot be a correlated subquery; NOT EXISTS (SELECT 1 FROM b WHERE b.id = a.id AND b.x = a.x) can",
    ),
    (
        "Third argument must be an interval",
        "the steps of days are an INTERVAL: generate_series(DATE '2026-01-01', DATE '2026-01-31', INTERVAL '1 day')",
    ),
    (
        "Aggregate function calls cannot be nested",
        "an aggregate cannot contain another one; move the inner one into a subquery: SELECT avg(n) FROM (SELECT \
         customer_id, count(*) AS n FROM t GROUP BY customer_id), SELECT kpi_merge(s) FROM (SELECT …_state(…) AS s \
         FROM t GROUP BY day)",
    ),
    (
        "SEPARATOR not supported",
        "there is no SEPARATOR; string_agg(x, ',' ORDER BY x) joins texts",
    ),
    (
        "bitwise operation Boolean BIT_XOR Boolean",
        "XOR of two flags is a <> b",
    ),
    (
        "Unable to find factory for",
        "CREATE EXTERNAL TABLE reads STORED AS CSV, PARQUET, JSON or ARROW",
    ),
    (
        "Could not find FileFormat",
        "CREATE EXTERNAL TABLE reads STORED AS CSV, PARQUET, JSON or ARROW",
    ),
    (
        "SingleQuotedByteStringLiteral",
        "bytes are written as X'0A1B', two digits each",
    ),
    (
        "Unsupported binary operator: Overlaps",
        "OVERLAPS is not supported; from_a < to_b AND from_b < to_a is TRUE where two spans have a time in common",
    ),
    (
        "nsupported ast node",
        "DataFusion, the SQL engine, parses this SQL but does not support it",
    ),
    (
        "provided string was not `true` or `false`",
        "the value of this option is true or false",
    ),
    (
        "invalid digit found in string",
        "the value of this option is a whole number",
    ),
    (
        "number too large to fit in target type",
        "the value of this option is a smaller whole number",
    ),
    (
        "invalid float literal",
        "the value of this option is a number, such as 0.5",
    ),
];
