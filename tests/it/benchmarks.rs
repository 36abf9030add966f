//! `kpi_benchmarks()` and `kpi_band`: the published figures, the user's own, and the verdicts.

use std::io::Write;

use crate::support::{plain_session, rows, value};

/// The verdict of a call of `kpi_band`.
async fn band(ctx: &datafusion::prelude::SessionContext, arguments: &str) -> String {
    value(ctx, &format!("SELECT kpi_band({arguments})")).await
}

#[tokio::test]
async fn shipped_rows_are_those_of_the_sources() {
    let sql = "SELECT kpi, industry, band, low, high, year FROM kpi_benchmarks()";
    let got = rows(&plain_session(), sql).await.expect("a table");
    let got: Vec<_> = got.iter().map(|row| row.join(" | ")).collect();
    assert_eq!(
        got,
        [
            "cross_sell_rate | Retail | higher | NULL | NULL | NULL",
            "cross_sell_rate | Technology | lower | NULL | NULL | NULL",
            "cross_sell_rate | Subscription | higher | NULL | NULL | NULL",
            "cross_sell_ratio | NULL | strong | 20 | NULL | NULL",
            "cross_sell_ratio | NULL | moderate | 10 | 20 | NULL",
            "cross_sell_ratio | NULL | weak | NULL | 10 | NULL",
            "upsell_rate | Subscription | typical | 10 | 30 | NULL",
            "upsell_rate | Retail and e-commerce | typical | 5 | 20 | NULL",
            "upsell_rate | B2B | typical | 15 | 25 | NULL",
        ]
    );
    let sql = "SELECT count(*) FROM kpi_benchmarks() WHERE note IS NULL OR source IS NULL";
    assert_eq!(value(&plain_session(), sql).await, "0");
}

/// Strong is above 20, weak is below 10: what is exactly 20 or 10 is moderate.
#[tokio::test]
async fn ends_belong_to_the_band_with_two_ends() {
    let ctx = plain_session();
    for (ratio, verdict) in [
        ("0.0", "weak"),
        ("9.999", "weak"),
        ("10.0", "moderate"),
        ("15", "moderate"),
        ("20.0", "moderate"),
        ("20.001", "strong"),
        ("100", "strong"),
        ("NULL", "NULL"),
        ("CAST('NaN' AS DOUBLE)", "NULL"),
    ] {
        assert_eq!(
            band(&ctx, &format!("'cross_sell_ratio', {ratio}")).await,
            verdict,
            "{ratio}"
        );
    }
}

#[tokio::test]
async fn an_industry_chooses_its_rows() {
    let ctx = plain_session();
    for (arguments, verdict) in [
        ("'upsell_rate', 12.0, 'Subscription'", "typical"),
        ("'upsell_rate', 12.0, 'b2b'", "below typical"),
        ("'upsell_rate', 31.0, 'Subscription'", "above typical"),
        (
            "'upsell_rate', 4.99, 'Retail and e-commerce'",
            "below typical",
        ),
        // No figures for all industries, none for this one, and words alone.
        ("'upsell_rate', 12.0", "NULL"),
        ("'upsell_rate', 12.0, 'Shipping'", "NULL"),
        ("'cross_sell_rate', 12.0, 'Retail'", "NULL"),
        ("'nps', 50.0", "NULL"),
        // What holds for all holds for one.
        ("'cross_sell_ratio', 12.0, 'Retail'", "moderate"),
        ("'cross_sell_ratio', 12.0, NULL", "moderate"),
        // An alias, and a name that is not known.
        ("'ccr', 12.0", "NULL"),
        ("NULL, 12.0", "NULL"),
    ] {
        assert_eq!(band(&ctx, arguments).await, verdict, "{arguments}");
    }
}

/// With columns in place of literals, row by row.
#[tokio::test]
async fn arguments_may_be_columns() {
    let sql = "SELECT kpi_band(kpi, value, industry) FROM (VALUES
        (1, 'cross_sell_ratio', 25, 'B2B'), (2, 'upsell_rate', 25, 'B2B'), (3, 'upsell_rate', 25, NULL)
        ) AS t(n, kpi, value, industry) ORDER BY n";
    let got = rows(&plain_session(), sql).await.expect("an answer");
    assert_eq!(got, [["strong"], ["typical"], ["NULL"]]);
    let sql = "SELECT segment FROM (VALUES ('a', true), ('b', false)) AS t(segment, is_cross_sell)
        GROUP BY segment HAVING kpi_band('cross_sell_ratio', cross_sell_ratio(is_cross_sell)) = 'weak'";
    let got = rows(&plain_session(), sql).await.expect("an answer");
    assert_eq!(got, [["b"]]);
}

const OWN: &str = "CREATE TABLE own AS SELECT * FROM (VALUES
    ('ccr', NULL, 'poor', NULL, 40.0), ('ccr', NULL, 'fair', 40.0, 60.0), ('ccr', NULL, 'good', 60.0, NULL),
    ('upsell_rate', 'B2B', 'on target', 8.0, 12.0), ('upsell_rate', 'B2B', 'great', 14.0, 20.0),
    ('margin', NULL, 'healthy', 30.0, 50.0)) AS t(kpi, industry, band, low, high)";

#[tokio::test]
async fn own_rows_from_a_table_take_the_place_of_shipped_ones() {
    let ctx = plain_session();
    for sql in [OWN, "SET kpi.benchmarks = 'own'"] {
        rows(&ctx, sql).await.expect("it runs");
    }
    for (arguments, verdict) in [
        ("'cross_sell_rate', 60.1", "good"),
        ("'cross_sell_rate', 60.0", "fair"),
        ("'cross_sell_rate', 40.0", "fair"),
        ("'cross_sell_rate', 39.9, 'Retail'", "poor"),
        ("'upsell_rate', 10.0, 'B2B'", "on target"),
        ("'upsell_rate', 13.0, 'B2B'", "between on target and great"),
        ("'upsell_rate', 22.0, 'B2B'", "above great"),
        // Who has rows of his own for a KPI has no published ones beside them.
        ("'upsell_rate', 22.0, 'Subscription'", "NULL"),
        ("'upsell_rate', 22.0", "NULL"),
        ("'margin', 40.0", "healthy"),
        ("'cross_sell_ratio', 40.0", "strong"),
    ] {
        assert_eq!(band(&ctx, arguments).await, verdict, "{arguments}");
    }
    let sql = "SELECT count(*), count(*) FILTER (WHERE kpi = 'cross_sell_rate'), count(*) FILTER (WHERE source IS NULL) FROM kpi_benchmarks()";
    // Six own rows, and of the nine shipped ones the three for cross_sell_ratio.
    assert_eq!(rows(&ctx, sql).await.expect("a row"), [["9", "3", "6"]]);
    // As they are when the query is planned.
    for sql in [
        "DROP TABLE own",
        "CREATE TABLE own AS SELECT 'csat' AS kpi, 'fine' AS band, 1 AS low, 99 AS high",
    ] {
        rows(&ctx, sql).await.expect("it runs");
    }
    assert_eq!(band(&ctx, "'csat', 50.0").await, "fine");
    assert_eq!(band(&ctx, "'cross_sell_rate', 60.0").await, "NULL");
    rows(&ctx, "SET kpi.benchmarks = ''")
        .await
        .expect("it runs");
    assert_eq!(band(&ctx, "'csat', 50.0").await, "NULL");
}

#[tokio::test]
async fn own_rows_from_a_csv_file() {
    let mut file = tempfile::NamedTempFile::with_suffix(".csv").expect("a file");
    writeln!(file, "Band,kpi,HIGH,low,year,source").expect("it is written");
    writeln!(file, "fine,nps,100,30,2026,board meeting").expect("it is written");
    writeln!(file, "poor,nps,30,,,").expect("it is written");
    let ctx = plain_session();
    let set = format!("SET kpi.benchmarks = '{}'", file.path().display());
    rows(&ctx, &set).await.expect("it runs");
    assert_eq!(band(&ctx, "'nps', 30.0").await, "fine");
    assert_eq!(band(&ctx, "'nps', -20.0").await, "poor");
    let sql = "SELECT band, low, high, year, source FROM kpi_benchmarks() WHERE kpi = 'nps' ORDER BY band";
    let got = rows(&ctx, sql).await.expect("rows");
    assert_eq!(
        got,
        [
            ["fine", "30", "100", "2026", "board meeting"],
            ["poor", "NULL", "30", "NULL", "NULL"],
        ]
    );
}

#[tokio::test]
async fn what_is_wrong_with_own_rows_is_said() {
    let ctx = plain_session();
    for (select, expected) in [
        (
            "SELECT 'nps' AS kpi, 1 AS low, 2 AS high",
            "there is no column band",
        ),
        (
            "SELECT 'nps' AS kpi, 'x' AS band, 3 AS low, 2 AS high",
            "row 1 (nps, x) has low 3 above high 2",
        ),
        (
            "SELECT NULL AS kpi, 'x' AS band, 1 AS low, 2 AS high",
            "row 1 has no kpi",
        ),
        (
            "SELECT 'nps' AS kpi, NULL AS band, 1 AS low, 2 AS high",
            "row 1 (nps) has no band",
        ),
        (
            "SELECT 'nps' AS kpi, 'x' AS band, 'low' AS low, 2 AS high",
            "column low has values that are no Float64",
        ),
        (
            "SELECT 'cross_sel_ratio' AS kpi, 'x' AS band, 1 AS low, 2 AS high",
            "row 1 is for \"cross_sel_ratio\", which is no KPI; did you mean cross_sell_ratio?",
        ),
        (
            "SELECT 'Churn Rate' AS kpi, 'x' AS band, 1 AS low, 2 AS high",
            "did you mean churn_rate?",
        ),
        (
            "SELECT 'nps' AS kpi, 'x' AS band, 1 AS low, 2 AS high, 'EU' AS segment",
            "the column segment is none of a benchmark",
        ),
        (
            "SELECT 'nps' AS kpi, 'x' AS band, 1 AS low, 2 AS high WHERE false",
            "it has no rows; SET kpi.benchmarks = ''",
        ),
        (
            "SELECT * FROM (VALUES ('nps', 'fair', 10, 30), ('nps', 'good', 20, 60)) AS t(kpi, band, low, high)",
            "row 1 (nps, fair: 10 to 30) and row 2 (nps, good: 20 to 60) overlap",
        ),
        (
            "SELECT * FROM (VALUES ('nps', 'fair', NULL, 30), ('nps', 'good', 20, NULL)) AS t(kpi, band, low, high)",
            "row 1 (nps, fair: up to 30) and row 2 (nps, good: from 20) overlap",
        ),
        (
            "SELECT * FROM (VALUES ('nps', 'fair', 10, 30), ('nps', 'good', 10, 30)) AS t(kpi, band, low, high)",
            "overlap",
        ),
        (
            "SELECT * FROM (VALUES ('churn_rate', 'low', NULL, 0.2), ('churn_rate', 'high', 0.2, 1)) AS t(kpi, band, low, high)",
            "all bands of churn_rate end at 1 or below",
        ),
    ] {
        for sql in [
            "DROP TABLE IF EXISTS own",
            &format!("CREATE TABLE own AS {select}"),
            "SET kpi.benchmarks = 'own'",
        ] {
            rows(&ctx, sql).await.expect("it runs");
        }
        for sql in [
            "SELECT kpi_band('nps', 3.0)",
            "SELECT * FROM kpi_benchmarks()",
        ] {
            let error = rows(&ctx, sql)
                .await
                .expect_err("the rows are wrong")
                .to_string();
            assert!(
                error.contains(expected) && error.contains("kpi.benchmarks = 'own'"),
                "{error}"
            );
            assert!(
                error.contains("Expected are the columns kpi, band, low and high"),
                "{error}"
            );
        }
    }
    rows(&ctx, "SET kpi.benchmarks = 'nowhere.csv'")
        .await
        .expect("it runs");
    let error = rows(&ctx, "SELECT kpi_band('nps', 3.0)")
        .await
        .expect_err("there is no such file");
    assert!(
        error
            .to_string()
            .contains("there is no table and no file of this name"),
        "{error}"
    );
}

/// Bands may touch, be of different industries, and begin below 1 %; figures of one's own have any unit.
#[tokio::test]
async fn what_only_looks_wrong_is_not_refused() {
    let ctx = plain_session();
    for sql in [
        "CREATE TABLE own AS SELECT * FROM (VALUES
            ('churn_rate', NULL, 'low', 0.0, 0.5), ('churn_rate', NULL, 'high', 0.5, 100.0),
            ('churn_rate', 'B2B', 'tiny', 0.0, 1.0), ('margin', NULL, 'thin', 0.0, 0.3),
            ('margin', NULL, 'healthy', 0.3, 0.6)) AS t(kpi, industry, band, low, high)",
        "SET kpi.benchmarks = 'own'",
    ] {
        rows(&ctx, sql).await.expect("it runs");
    }
    for (arguments, verdict) in [
        ("'churn_rate', 0.4", "low"),
        ("'churn_rate', 0.6", "high"),
        ("'churn_rate', 0.6, 'B2B'", "tiny"),
        ("'margin', 0.4", "healthy"),
    ] {
        assert_eq!(band(&ctx, arguments).await, verdict, "{arguments}");
    }
}

#[tokio::test]
async fn wrong_calls_are_refused_with_words() {
    let ctx = plain_session();
    for (call, expected) in [
        (
            "kpi_band(3, 3.0)",
            "kpi_band: argument 1 must be the name of a KPI, a text; got Int64",
        ),
        (
            "kpi_band('nps', 'good')",
            "kpi_band: argument 2 must be the value of the KPI, a number; got Utf8",
        ),
        (
            "kpi_band('nps', 3.0, 4)",
            "kpi_band: argument 3 must be the name of an industry, a text; got Int64",
        ),
        (
            "kpi_band('npps', 3.0)",
            "kpi_band: there is no KPI \"npps\"",
        ),
        ("kpi_band('nps')", "kpi_band"),
    ] {
        let error = rows(&ctx, &format!("SELECT {call}")).await.expect_err(call);
        assert!(error.to_string().contains(expected), "{error}");
    }
    let error = rows(&ctx, "SELECT * FROM kpi_benchmarks('own')").await;
    let error = error.expect_err("it takes no arguments").to_string();
    assert!(
        error.contains("kpi_benchmarks: it takes no arguments"),
        "{error}"
    );
}
