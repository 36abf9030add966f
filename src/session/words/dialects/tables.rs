//! The functions, types and statements of other engines, and what does their work here.

const DIFFERENCE: &str = "b - a for the days between two dates; for months (date_part('year', b) - date_part('year', a)) * 12 + date_part('month', b) - date_part('month', a)";
const ADDITION: &str = "day + INTERVAL '1 month', or day - INTERVAL '7 days'";
const FORMATTING: &str = "to_char(day, '%Y-%m')";
const PARSING: &str =
    "to_date(text, '%d/%m/%Y'), or to_timestamp(text, '%d/%m/%Y %H:%M') with a time of day";
const CONDITION: &str = "CASE WHEN x > 10 THEN 1 ELSE 0 END";
const JOINED: &str = "string_agg(x, ',' ORDER BY x)";
const WEEKDAY: &str = "date_part('dow', day), 0 for Sunday, or date_part('isodow', day)";
const LAST_DAY: &str =
    "CAST(date_trunc('month', day) + INTERVAL '1 month' - INTERVAL '1 day' AS DATE)";
const QUANTILE: &str = "percentile_cont(0.9) WITHIN GROUP (ORDER BY x), median(x)";
const AS_JSON: &str = "a JSON file is read as a table, and its fields are columns: customer['id']";
const IN_FROM: &str = "a path in FROM is a table: FROM 'exports/orders.csv'";

/// Functions of other engines, and what does their work.
pub(in crate::session) const FUNCTIONS: &[(&[&str], &str)] = &[
    (&["countif", "count_if"], "count(*) FILTER (WHERE x > 10)"),
    (&["sumif", "sum_if"], "sum(x) FILTER (WHERE y > 10)"),
    (&["avgif", "avg_if"], "avg(x) FILTER (WHERE y > 10)"),
    (
        &["safe_divide", "try_divide", "div0", "div0null", "divide"],
        "a / nullif(b, 0), which is NULL where b is 0",
    ),
    (
        &["isnull"],
        "x IS NULL, or coalesce(x, 0) for a value instead",
    ),
    (&["zeroifnull"], "coalesce(x, 0)"),
    (&["nullifzero"], "nullif(x, 0)"),
    (
        &[
            "datediff",
            "date_diff",
            "timestampdiff",
            "timestamp_diff",
            "months_between",
            "days_between",
            "age",
        ],
        DIFFERENCE,
    ),
    (
        &[
            "dateadd",
            "date_add",
            "date_sub",
            "datesub",
            "adddate",
            "subdate",
            "timestampadd",
            "timestamp_add",
            "timestamp_sub",
            "add_months",
        ],
        ADDITION,
    ),
    (
        &[
            "format_date",
            "format_datetime",
            "format_timestamp",
            "strftime",
            "to_varchar",
            "format",
        ],
        FORMATTING,
    ),
    (
        &[
            "parse_date",
            "parse_datetime",
            "parse_timestamp",
            "str_to_date",
            "strptime",
            "try_strptime",
            "try_to_date",
        ],
        PARSING,
    ),
    (&["last_day", "eomonth"], LAST_DAY),
    (&["year", "yearofweek"], "date_part('year', day)"),
    (
        &["month"],
        "date_part('month', day), or date_trunc('month', day) for the month of its year",
    ),
    (
        &["day", "dayofmonth", "day_of_month"],
        "date_part('day', day)",
    ),
    (&["quarter"], "date_part('quarter', day)"),
    (
        &["week", "weekofyear", "week_of_year", "weekiso"],
        "date_part('week', day)",
    ),
    (&["hour"], "date_part('hour', time)"),
    (&["minute"], "date_part('minute', time)"),
    (&["second"], "date_part('second', time)"),
    (
        &["dayofweek", "day_of_week", "weekday", "dayofweekiso"],
        WEEKDAY,
    ),
    (&["dayofyear", "day_of_year"], "date_part('doy', day)"),
    (&["datepart"], "date_part('month', day)"),
    (
        &["dayname", "monthname", "datename"],
        "to_char(day, '%A') or to_char(day, '%B')",
    ),
    (&["datetrunc"], "date_trunc('month', day)"),
    (&["time_bucket"], "date_bin(INTERVAL '15 minutes', time)"),
    (
        &["date_from_parts", "datefromparts"],
        "make_date(2026, 1, 31)",
    ),
    (
        &[
            "getdate",
            "sysdate",
            "getutcdate",
            "systimestamp",
            "localtimestamp",
        ],
        "now()",
    ),
    (&["curdate", "today"], "current_date"),
    (&["unix_timestamp", "epoch"], "to_unixtime(time)"),
    (
        &["listagg", "group_concat", "wm_concat", "string_concat"],
        JOINED,
    ),
    (
        &["approx_count_distinct", "hll", "apx_count_distinct"],
        "approx_distinct(x)",
    ),
    (
        &["uniq", "uniqexact", "count_distinct", "countdistinct"],
        "count(DISTINCT x)",
    ),
    (
        &["arg_max", "argmax", "max_by"],
        "last_value(x ORDER BY y NULLS FIRST), the x of the greatest y",
    ),
    (
        &["arg_min", "argmin", "min_by"],
        "first_value(x ORDER BY y NULLS LAST), the x of the least y",
    ),
    (
        &["any_value", "anyvalue", "any"],
        "min(x), or first_value(x ORDER BY y)",
    ),
    (&["logical_or", "boolor_agg", "some"], "bool_or(x)"),
    (&["logical_and", "booland_agg", "every"], "bool_and(x)"),
    (
        &[
            "percentile",
            "quantile",
            "approx_quantile",
            "approx_quantiles",
            "percentile_approx",
        ],
        QUANTILE,
    ),
    (&["ratio_to_report"], "x / sum(x) OVER ()"),
    (&["if", "iff", "iif"], CONDITION),
    (
        &["decode_case", "switch", "choose"],
        "CASE x WHEN 1 THEN 'a' WHEN 2 THEN 'b' END",
    ),
    (
        &["convert", "try_convert"],
        "CAST(x AS INT), or to_char(day, '%Y-%m-%d') for a date as a text",
    ),
    (
        &["convert_timezone", "convert_tz", "from_utc_timestamp"],
        "to_local_time(t AT TIME ZONE 'UTC' AT TIME ZONE 'Europe/Berlin') for a time of UTC",
    ),
    (
        &["ltv", "cltv", "lifetime_value", "customer_lifetime_value"],
        "write clv(customer_id, amount, ordered_at)",
    ),
    (
        &["aov", "average_order_value", "avg_order_value"],
        "write average_purchase_value(order_id, amount)",
    ),
    (&["churn"], "write churn_rate(customer_id, is_churned)"),
    (
        &["crosssell_rate", "cross_selling_rate"],
        "write cross_sell_rate(customer_id, product_id)",
    ),
    (&["date"], "CAST(x AS DATE)"),
    (
        &["timestamp_trunc", "datetime_trunc"],
        "date_trunc('month', time)",
    ),
    (
        &["mode"],
        "SELECT x, count(*) AS n FROM t GROUP BY x ORDER BY n DESC LIMIT 1",
    ),
    (&["mod"], "a % b"),
    (&["ceiling"], "ceil(x)"),
    (&["truncate"], "trunc(x, 2)"),
    (&["len"], "length(x)"),
    (&["charindex", "locate"], "strpos(x, 'a')"),
    (
        &["regexp_matches", "regexp_contains", "rlike", "regexp"],
        "regexp_like(x, 'C.*')",
    ),
    (
        &["regexp_extract", "regexp_substr"],
        "regexp_match(x, 'C(.*)')[1]",
    ),
    (
        &[
            "string_split",
            "split",
            "str_split",
            "strsplit",
            "strtok_to_array",
        ],
        "string_to_array(x, ';'), and unnest(…) for a row each",
    ),
    (&["strtok", "substring_index"], "split_part(x, ';', 1)"),
    (
        &["explode", "explode_outer", "flatten"],
        "unnest(list) in SELECT; unnest_outer(list) keeps rows whose list is empty",
    ),
    (
        &["list_aggregate", "list_sum", "array_sum"],
        "sum(x) over the rows of unnest(list)",
    ),
    (
        &[
            "to_number",
            "to_decimal",
            "to_numeric",
            "try_to_number",
            "safe_cast",
        ],
        "CAST(x AS DECIMAL(12, 2)), or TRY_CAST(…), which is NULL where it fails",
    ),
    (
        &[
            "json_extract",
            "json_value",
            "json_extract_scalar",
            "get_json_object",
            "parse_json",
            "json_extract_string",
        ],
        AS_JSON,
    ),
    (
        &[
            "read_csv_auto",
            "read_tsv",
            "read_text",
            "csv_scan",
            "scan_csv",
        ],
        "read_csv('orders.csv', delimiter => ';') in FROM, or FROM 'orders.csv' alone",
    ),
    (
        &[
            "read_json_auto",
            "read_ndjson",
            "read_ndjson_auto",
            "read_json_objects",
            "scan_ndjson",
        ],
        "read_json('orders.ndjson') in FROM, or FROM 'orders.ndjson' alone",
    ),
    (
        &["parquet_scan", "scan_parquet", "read_pq"],
        "read_parquet('orders/*.parquet') in FROM, or FROM 'orders/*.parquet' alone",
    ),
    (
        &["read_excel", "read_xls", "read_ods", "st_read"],
        "read_xlsx('orders.xlsx', sheet => 'Orders') in FROM, or FROM 'orders.xlsx#Orders' alone",
    ),
    (
        &[
            "read_feather",
            "read_ipc",
            "scan_ipc",
            "scan_arrow",
            "arrow_scan",
        ],
        "read_arrow('orders.arrow') in FROM, or FROM 'orders.arrow' alone",
    ),
    (
        &[
            "read_csv",
            "read_parquet",
            "read_json",
            "read_xlsx",
            "read_arrow",
            "openrowset",
        ],
        IN_FROM,
    ),
];

/// Types of other engines, and ours.
pub(in crate::session) const TYPES: &[(&str, &str)] = &[
    ("INT64", "BIGINT"),
    ("FLOAT64", "DOUBLE"),
    ("NUMBER", "DECIMAL(12, 2)"),
    ("MONEY", "DECIMAL(19, 4)"),
    ("HUGEINT", "DECIMAL(38, 0)"),
    ("DATETIME", "TIMESTAMP"),
    ("DATETIME2", "TIMESTAMP"),
    ("VARCHAR2", "VARCHAR"),
    ("NVARCHAR", "VARCHAR"),
    ("VARIANT", "VARCHAR"),
    ("BIT", "BOOLEAN"),
    ("UUID", "VARCHAR"),
];

/// What a statement that cannot be read may have been meant as: a part of it, in capitals, and what to write.
pub(super) const STATEMENTS: &[(&str, &str)] = &[
    (
        "SUMMARIZE",
        "DESCRIBE t lists the columns; SELECT count(*), count(x), min(x), max(x), avg(x) FROM t looks at one",
    ),
    (
        "SET VARIABLE",
        "there are no variables; WITH v AS (SELECT 1 AS m) SELECT … FROM t, v has a value by name",
    ),
    (
        "DECLARE",
        "there are no variables; WITH v AS (SELECT 1 AS m) SELECT … FROM t, v has a value by name",
    ),
    (
        "ASOF",
        "ASOF JOIN is not supported; JOIN with a.day >= b.day, and then the latest: row_number() OVER (PARTITION BY \
         a.id ORDER BY b.day DESC) = 1 in a subquery",
    ),
    (
        "USING SAMPLE",
        "a sample is WHERE random() < 0.1, about a tenth of the rows",
    ),
    (
        "PIVOT",
        "PIVOT is not supported; SELECT segment, sum(amount) FILTER (WHERE m = 1) AS jan, sum(amount) FILTER (WHERE \
         m = 2) AS feb FROM … GROUP BY segment is the same",
    ),
    ("MINUS", "MINUS is EXCEPT here"),
    ("MOD", "MOD between two numbers is % here: 7 % 2"),
    (
        "MATERIALIZED",
        "MATERIALIZED is not supported: leave it out, WITH x AS (SELECT …); CREATE TABLE x AS SELECT … keeps rows",
    ),
    (
        "DIV",
        "DIV is not supported; a / b of whole numbers is whole, and floor(a / b) of others",
    ),
    (
        "TOP ",
        "TOP n is not supported; LIMIT n at the end of the query is the same",
    ),
    (
        "#",
        "comments begin with --; exclusive or of bits is (a | b) - (a & b)",
    ),
    (
        "COPY",
        "COPY t TO 'out/' STORED AS PARQUET, or COPY (SELECT …) TO 'out.csv' OPTIONS ('format.delimiter' ';')",
    ),
    (
        "PERCENT",
        "LIMIT takes a number of rows; ntile(2) OVER (ORDER BY x DESC) = 1 in a subquery chooses the upper half, WHERE random() < 0.5 about any half",
    ),
    ("ILIKE", "x ILIKE 'a%' OR x ILIKE 'b%'"),
];

/// Names that are columns in other engines, and what does their work.
pub(in crate::session) const COLUMNS: &[(&str, &str)] = &[
    (
        "rownum",
        "LIMIT 10 at the end of the query, or row_number() OVER ()",
    ),
    ("sysdate", "now(), or current_date"),
    ("systimestamp", "now()"),
];
