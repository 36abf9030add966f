//! Messages of DataFusion that say what is wrong, and not what to do about it.

/// A part of a message, and the words in its place.
const PHRASES: &[(&str, &str)] = &[
    (
        "Format not explicitly set and unable to get file extension",
        "COPY needs the format of the files: COPY … TO 'out/' STORED AS PARQUET, or the name of a file with an ending, 'out.parquet'",
    ),
    (
        "COUNT DISTINCT with multiple arguments",
        "count(DISTINCT a, b) is not there; count(DISTINCT (a, b)) counts the pairs",
    ),
    (
        "wildcard * with RENAME not supported",
        "* RENAME is not there; SELECT * EXCLUDE (amount), amount AS price is the same, with the column at the end",
    ),
    (
        "Operator DIV is not yet supported",
        "// is not there; a / b of whole numbers is whole, and floor(a / b) of others",
    ),
    (
        "Temporary tables not supported",
        "CREATE TABLE … AS SELECT … without TEMP is in memory too, and gone at the end of the run",
    ),
    (
        "ANY in LIKE expression",
        "LIKE ANY is not there; x LIKE 'a%' OR x LIKE 'b%', or regexp_like(x, '^(a|b)')",
    ),
    (
        "Overwrites are not implemented yet",
        "INSERT OVERWRITE is not there; COPY (SELECT …) TO 'folder/' OPTIONS (overwrite true) replaces the files of a folder",
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
        "decode is of encodings, decode(x, 'base64'); CASE x WHEN 'a' THEN 1 ELSE 0 END chooses a value",
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
        "Inserting into a ListingTable backed by a single file is not supported",
        "INSERT INTO adds files to a folder that has a name: CREATE EXTERNAL TABLE t STORED AS CSV LOCATION 'folder/', then INSERT INTO t SELECT …",
    ),
    (
        "There is no registered file format with ext",
        "COPY needs the format of the files: COPY … TO 'out/' STORED AS PARQUET, or the name of a file with an ending, 'out.parquet'",
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
        "LIKE has the backslash alone to take away the meaning of % and _: x LIKE 'a\\%'; starts_with(x, 'a%') and strpos(x, '%') > 0 know no such letters",
    ),
    (
        "SHOW TABLES FILTER not supported",
        "SHOW TABLES has no condition; SELECT table_name FROM information_schema.tables WHERE table_name LIKE 'a%' has one",
    ),
    (
        "SHOW TABLES IN not supported",
        "there are no databases; SHOW TABLES lists the tables",
    ),
    (
        "Only `DROP TABLE/VIEW/SCHEMA",
        "DROP TABLE, DROP VIEW and DROP SCHEMA are there, and no other; there are no indexes and no databases",
    ),
    (
        "not yet supported to write to hive partitions with datatype",
        "PARTITIONED BY takes texts, whole numbers, dates and flags; CAST(c AS VARCHAR) AS c, or CAST(c AS DATE) AS c for a time, is one",
    ),
    ("MINUS  not implemented", "MINUS is EXCEPT here"),
    (
        "Dot access not supported",
        "a field of a STRUCT stands in brackets and quotes: cross_sell_rate_parts(customer_id, product_id)['value']",
    ),
    (
        "Unsupported interval argument",
        "INTERVAL has a number that is written out; that of a column is CAST(n || ' days' AS INTERVAL): day + CAST(n || ' days' AS INTERVAL)",
    ),
    (
        "Invalid interval arithmetic operation",
        "an INTERVAL is not multiplied or divided; CAST(n || ' hours' AS INTERVAL) is one of n hours",
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
        "the values that one is chosen of are of types without a common one, such as a date and a text; CAST(day AS VARCHAR) makes texts of all",
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
        "Physical plan does not support logical expression OuterReferenceColumn",
        "a subquery in FROM or SELECT looks at the query around it in a way that is not there: it may do so in WHERE, without LIMIT, \
         (SELECT max(b.x) FROM b WHERE b.id = a.id); SELECT *, unnest(list) AS x FROM t has a row for each element",
    ),
    (
        "null_aware anti join only supports single column",
        "NOT IN (SELECT …) cannot look at the query around it; NOT EXISTS (SELECT 1 FROM b WHERE b.id = a.id AND b.x = a.x) can",
    ),
    (
        "Third argument must be an interval",
        "the steps of days are an INTERVAL: generate_series(DATE '2026-01-01', DATE '2026-01-31', INTERVAL '1 day')",
    ),
    (
        "Aggregate function calls cannot be nested",
        "an aggregate stands inside of another one; the inner one goes into a subquery: \
         SELECT avg(n) FROM (SELECT customer_id, count(*) AS n FROM t GROUP BY customer_id), SELECT kpi_merge(s) FROM (SELECT …_state(…) AS s FROM t GROUP BY day)",
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
        "nsupported ast node",
        "this is SQL that DataFusion, the SQL engine, can read and does not do",
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

/// The words for a message, if there are better ones.
pub(super) fn rephrased(message: &str) -> Option<String> {
    let found = PHRASES.iter().find(|(part, _)| message.contains(part));
    if let Some((_, words)) = found {
        return Some((*words).to_string());
    }
    [
        arguments,
        same_name,
        type_,
        not_grouped,
        part_of_a_date,
        no_condition,
        added,
        compared,
        like,
        dropped,
    ]
    .iter()
    .find_map(|rephrase| rephrase(message))
}

/// `Failed to coerce arguments to satisfy a call to 'f' function: coercion from A, B to the signature …`, with every
/// signature twice.
fn arguments(message: &str) -> Option<String> {
    let rest = message.strip_prefix("Failed to coerce arguments to satisfy a call to '")?;
    let (name, rest) = rest.split_once('\'')?;
    let (_, rest) = rest.split_once("coercion from ")?;
    let (given, rest) = rest.split_once(" to the signature ")?;
    let mut candidates: Vec<&str> = rest
        .lines()
        .map(str::trim)
        .filter(|line| line.starts_with(&format!("{name}(")))
        .collect();
    candidates.truncate(4);
    Some(format!(
        "{name} takes no ({given}); it takes, for example, {}",
        candidates.join(" or ")
    ))
}

/// `Projections require unique expression names but the expression "a" at position 0 and "a" at position 1 have the
/// same name. Consider aliasing ("AS") one of them.`
fn same_name(message: &str) -> Option<String> {
    let rest = message
        .strip_prefix("Projections require unique expression names but the expression \"")?;
    let (name, _) = rest.split_once("\" at position")?;
    let name = name.rsplit_once(" AS ").map_or(name, |(_, alias)| alias);
    Some(format!(
        "two columns have the same name, {name}; give one of them another with AS"
    ))
}

/// `Column in SELECT must be in GROUP BY or an aggregate function: While expanding wildcard, column "t.a" must appear
/// in the GROUP BY clause or …`
fn not_grouped(message: &str) -> Option<String> {
    let (before, _) = message.split_once("\" must appear in the GROUP BY clause")?;
    let (_, column) = before.rsplit_once('"')?;
    let name = column.rsplit('.').next().unwrap_or(column);
    Some(format!(
        "{column} is neither in GROUP BY nor in an aggregate, and a group has many values of it; add it to GROUP BY, or take one: max({name})"
    ))
}

/// `Schema contains duplicate unqualified field name "count(Int64(1))"`.
pub(super) fn twice(message: &str) -> Option<String> {
    let name = message
        .strip_prefix("Schema contains duplicate unqualified field name ")?
        .trim_matches('"')
        .replace("Int64(1)", "*");
    Some(format!(
        "{name} is there twice: GROUP BY has the columns that are in no aggregate, GROUP BY 1 for the first, and columns of one \
         name get others with AS"
    ))
}

/// `Cannot create filter with non-boolean predicate 't.score' returning Int64`.
fn no_condition(message: &str) -> Option<String> {
    let rest = message.strip_prefix("Cannot create filter with non-boolean predicate '")?;
    let (shown, of) = rest.split_once("' returning ")?;
    let name = shown.rsplit('.').next().unwrap_or(shown);
    let example = match in_words(of) {
        "a number" => format!("{name} <> 0"),
        "a text" => format!("{name} = 'Yes'"),
        _ => format!("{name} IS NOT NULL"),
    };
    Some(format!(
        "WHERE takes a condition, and {name} is {}; write {example}, or what is meant",
        in_words(of)
    ))
}

/// `Cannot coerce arithmetic expression Utf8 + Int64 to valid types`.
fn added(message: &str) -> Option<String> {
    let rest = message.strip_prefix("Cannot coerce arithmetic expression ")?;
    let rest = rest.strip_suffix(" to valid types")?;
    let (left, op, right) = [" + ", " - ", " * ", " / ", " % "].iter().find_map(|op| {
        rest.split_once(op)
            .map(|(left, right)| (left, op.trim(), right))
    })?;
    let (left, right) = (in_words(left), in_words(right));
    let instead = match (left, right) {
        ("a text", "a text") if op == "+" => {
            "a || b joins texts, and CAST(a AS INT) + CAST(b AS INT) adds numbers"
        }
        ("a text", _) | (_, "a text") => {
            "CAST(x AS DECIMAL(12, 2)) makes a number of a text, and a || b joins texts"
        }
        ("a date" | "a time", _) | (_, "a date" | "a time") => {
            "day + INTERVAL '7 days' is a later day, b - a how long it is from a to b"
        }
        _ => "CAST(x AS …) makes one of them what the other is",
    };
    Some(format!("{left} {op} {right} is not there; {instead}"))
}

/// `Date part 'DAYOFWEEK' not supported`.
fn part_of_a_date(message: &str) -> Option<String> {
    let (part, _) = message
        .strip_prefix("Date part '")?
        .split_once("' not supported")?;
    Some(format!(
        "{part} is no part of a date here; there are year, isoyear, quarter, month, week, day, doy, dow (0 for Sunday), isodow, hour, minute, second and epoch"
    ))
}

/// `Unsupported SQL type INT64`.
fn type_(message: &str) -> Option<String> {
    let (_, name) = message.split_once("Unsupported SQL type ")?;
    let ours = super::dialects::type_(name)?;
    Some(format!("there is no type {name}; {ours} is the same"))
}

/// `Cannot infer common argument type for comparison operation Boolean = Utf8`, `Can not find compatible types to
/// compare Boolean with [Int64, Int64]`.
fn compared(message: &str) -> Option<String> {
    let one = message.strip_prefix("Cannot infer common argument type for comparison operation ");
    let many = message.strip_prefix("Can not find compatible types to compare ");
    let (left, right) = match (one, many) {
        (Some(rest), _) => [" = ", " != ", " < ", " <= ", " > ", " >= "]
            .iter()
            .find_map(|op| rest.split_once(op))?,
        (None, Some(rest)) => {
            let (left, list) = rest.split_once(" with [")?;
            (left, list.split([',', ']']).next()?)
        }
        (None, None) => return None,
    };
    let (left, right) = (left.trim(), right.trim());
    if left.starts_with("Duration") || right.starts_with("Duration") {
        return Some(
            "a difference of times is compared with an INTERVAL: now() - at > INTERVAL '30 days'; of days it is a number: \
             CAST(now() AS DATE) - day > 30"
                .to_string(),
        );
    }
    let is_flag = left == "Boolean" || right == "Boolean";
    Some(match is_flag {
        true => {
            let other = if left == "Boolean" { right } else { left };
            format!(
                "a flag that is true or false is compared with {}; it is a condition by itself: \
                 WHERE f for the true ones, WHERE NOT f for the false ones, WHERE f IS NULL",
                in_words(other)
            )
        }
        false => format!(
            "{} and {} cannot be compared; CAST(x AS …) makes one of them what the other is",
            in_words(left),
            in_words(right)
        ),
    })
}

/// `There isn't a common type to coerce Date32 and Utf8 in LIKE expression`.
fn like(message: &str) -> Option<String> {
    let rest = message.strip_prefix("There isn't a common type to coerce ")?;
    let (given, _) = rest.split_once(" and ")?;
    let (_, operator) = rest.split_once(" in ")?;
    let operator = operator.split(' ').next()?;
    let example = match given.starts_with("Date") || given.starts_with("Timestamp") {
        true => {
            "date_trunc('month', day) = DATE '2026-01-01' has the days of a month, and CAST(day AS VARCHAR) is the text"
        }
        false => "CAST(x AS VARCHAR) makes a text of it",
    };
    Some(format!(
        "{operator} is for texts, and this is {}; {example}",
        in_words(given)
    ))
}

/// `Table 'v' doesn't exist`.
fn dropped(message: &str) -> Option<String> {
    let name = message
        .trim_end_matches('.')
        .strip_suffix("' doesn't exist")?;
    if let Some(name) = name.strip_prefix("Table '") {
        return Some(format!(
            "there is no table {name} that could be dropped; DROP VIEW {name}, if it is a view"
        ));
    }
    let name = name.strip_prefix("View '")?;
    Some(format!(
        "there is no view {name} that could be dropped; DROP TABLE {name}, if it is a table"
    ))
}

/// A type as one speaks of it.
fn in_words(arrow: &str) -> &str {
    let is = |starts: &[&str]| starts.iter().any(|start| arrow.starts_with(start));
    if is(&["Utf8", "LargeUtf8", "Dictionary"]) {
        "a text"
    } else if is(&["Int", "UInt", "Float", "Decimal"]) && !arrow.starts_with("Interval") {
        "a number"
    } else if is(&["Date"]) {
        "a date"
    } else if is(&["Timestamp"]) {
        "a time"
    } else if is(&["Duration", "Interval"]) {
        "a length of time"
    } else if is(&["Boolean"]) {
        "a flag"
    } else {
        arrow
    }
}
