//! Constants where a column is meant.

use crate::command::Folder;

const T: &str = "(VALUES (1, 'a'), (2, 'b'), (2, NULL)) AS t(n, s)";

#[track_caller]
fn refused(sql: &str, words: &str) {
    let sql = sql.replace("FROM t", &format!("FROM {T}"));
    Folder::new().run(&["-c", &sql]).failed(1, &[words]);
}

#[test]
fn a_select_without_columns_is_refused() {
    refused("FROM t", "SELECT * FROM (VALUES");
    refused("SELECT FROM t", "SELECT * FROM (VALUES");
}

#[test]
fn a_text_is_no_column_to_sort_or_group_by() {
    refused("SELECT n FROM t ORDER BY 's'", "ORDER BY \"s\"");
    refused("SELECT count(*) FROM t GROUP BY 's'", "GROUP BY \"s\"");
    refused(
        "SELECT row_number() OVER (ORDER BY 's') FROM t",
        "ORDER BY \"s\"",
    );
    refused(
        "SELECT sum(n) OVER (PARTITION BY 's') FROM t",
        "PARTITION BY \"s\"",
    );
    refused(
        "SELECT string_agg(s, ',' ORDER BY 'n') FROM t",
        "ORDER BY \"n\"",
    );
}

#[test]
fn nothing_equals_null() {
    refused("SELECT n FROM t WHERE s = NULL", "s IS NULL");
    refused("SELECT n FROM t WHERE NULL <> s", "s IS NOT NULL");
    refused(
        "SELECT n FROM t WHERE s NOT IN ('a', NULL)",
        "AND s IS NOT NULL",
    );
    refused("SELECT n FROM t WHERE s IN ('a', NULL)", "OR s IS NULL");
    refused(
        "SELECT CASE s WHEN NULL THEN 1 END FROM t",
        "CASE WHEN s IS NULL",
    );
    let sql = format!(
        "SELECT count(*) AS n, count(coalesce(s, NULL)) AS m FROM {T} WHERE s IS DISTINCT FROM NULL"
    );
    assert_eq!(Folder::new().csv(&["-c", &sql]), "n,m\n2,2\n");
}

/// Of two customers one has a: 50 %.
#[test]
fn a_constant_is_no_product() {
    refused(
        "SELECT penetration(n, 'a') FROM t",
        "penetration(n, product_id = 'a')",
    );
    refused(
        "SELECT cross_sell_rate(n, 'a') FROM t",
        "cross_sell_rate(n, product_id = 'a')",
    );
    refused(
        "SELECT cross_sell_rate_parts(n, 7) FROM t",
        "cross_sell_rate_parts(n, product_id = 7)",
    );
    // A state may be that of one product.
    let sql = format!(
        "SELECT penetration(n, s = 'a') AS p, kpi_finish(cross_sell_rate_state(n, 'a')) AS r FROM {T}"
    );
    assert_eq!(Folder::new().csv(&["-c", &sql]), "p,r\n50.0,0.0\n");
}

#[test]
fn the_cast_that_fails_is_named() {
    let refused = |sql: &str, words: &str| {
        let text = Folder::new().run(&["-c", sql]).failed(1, &[words]);
        assert!(!text.contains("one of"), "{text}");
    };
    let t = "(VALUES (1, 'a')) AS t(n, s)";
    refused(
        &format!(
            "SELECT CAST(n AS DOUBLE) AS a, CAST('2026-01-01' AS DATE) AS b, CAST(s AS INTEGER) AS c FROM {t}"
        ),
        "in CAST(s AS INTEGER)",
    );
    refused(
        &format!(
            "SELECT CAST('7' AS INT) AS a, CAST(s AS INT) AS b, CAST(s AS VARCHAR) AS c FROM {t}"
        ),
        "in CAST(s AS INT)",
    );
    refused(
        &format!(
            "SELECT CAST('2026-01-01' AS DATE) AS a, CAST('2026-13-01' AS DATE) AS b FROM {t}"
        ),
        "in CAST('2026-13-01' AS DATE)",
    );
}

#[test]
fn settings_without_effect_are_refused() {
    for (option, value) in [
        ("sql_parser.dialect", "mysql"),
        ("sql_parser.recursion_limit", "5"),
        ("catalog.has_header", "false"),
        ("execution.listing_table_ignore_subdirectory", "true"),
        ("format.null", "x"),
        ("format.date_format", "%Y"),
    ] {
        let sql = format!("SET datafusion.{option} = '{value}'");
        Folder::new()
            .run(&["-c", &sql])
            .failed(1, &[option, "has no effect here"]);
    }
}
