//! What holds of every input: parts of a change add up to it, the order of rows makes no difference, p values are raised and stay in their order.

use datafusion::error::Result;
use datafusion::prelude::SessionContext;

use crate::support::{plain_session, rows, session, settings, value};

/// Segments that grow, shrink, come and go, in two groups, with parts of a KPI before and after.
const SEGMENTS: &str = "
    SELECT g, s, b, a FROM (
      SELECT i % 2 AS g, i % 7 AS s,
        csat_parts(1 + (i * i + i) % 5) FILTER (WHERE i % 3 = 0 AND i % 7 <> 3) AS b,
        csat_parts(1 + (i * i * i) % 5) FILTER (WHERE i % 3 > 0 AND i % 7 <> 5) AS a
      FROM generate_series(1, 400) AS t(i) GROUP BY i % 2, i % 7)";

async fn number(ctx: &SessionContext, sql: &str) -> f64 {
    let text = value(ctx, sql).await;
    text.parse()
        .unwrap_or_else(|_| panic!("{sql}: {text} is no number"))
}

#[tokio::test]
async fn effects_add_up_to_the_change() {
    let ctx = plain_session();
    for column in [
        "csat_parts(1 + x % 5)",
        "arpa_parts(x, x * 1.5)",
        "nps_parts(x % 11)",
        "nrr_parts(x, x, x % 50)",
    ] {
        let sql = format!(
            "SELECT max(abs(d['rate_effect'] + d['mix_effect'] - d['change'])), max(abs(t - d['change'])), count(*) FROM (
               SELECT d, sum(e['total_effect']) AS t FROM (SELECT d, unnest(d['segments']) AS e FROM (
                 SELECT g, kpi_decompose(s, b, a) AS d FROM (
                   SELECT x % 3 AS g, x % 8 AS s, {column} FILTER (WHERE x % 5 < 2) AS b, {column} FILTER (WHERE x % 5 > 1 AND x % 8 <> 4) AS a
                   FROM generate_series(1, 900) AS t(x) GROUP BY x % 3, x % 8) GROUP BY g)) GROUP BY d)"
        );
        let found = rows(&ctx, &sql)
            .await
            .unwrap_or_else(|error| panic!("{sql}: {error}"));
        let far: Vec<f64> = found[0]
            .iter()
            .map(|cell| cell.parse().expect("a number"))
            .collect();
        assert!(far[0] < 1e-9 && far[1] < 1e-9, "{column}: {far:?}");
        assert_eq!(far[2], 3.0, "{column}");
    }
}

/// What goes one way goes back the other way.
#[tokio::test]
async fn swapped_sides_are_the_mirror_image() {
    let ctx = plain_session();
    let sql = format!(
        "SELECT max(abs(d['rate_effect'] + e['rate_effect'])) + max(abs(d['mix_effect'] + e['mix_effect'])) + max(abs(d['rate_ci_low'] + e['rate_ci_high']))
         FROM (SELECT g, kpi_decompose(s, b, a) AS d, kpi_decompose(s, a, b) AS e FROM ({SEGMENTS}) GROUP BY g)"
    );
    assert!(number(&ctx, &sql).await < 1e-9);
}

/// The total of the decomposition is what the KPI says of all rows.
#[tokio::test]
async fn the_sides_are_the_values_of_all_segments_together() {
    let ctx = plain_session();
    let sql = "
        SELECT abs(d['before'] - x) + abs(d['after'] - y) FROM
          (SELECT kpi_decompose(s, b, a) AS d FROM (SELECT i % 7 AS s, arpa_parts(i, i % 13) FILTER (WHERE i < 200) AS b,
             arpa_parts(i, i % 13) FILTER (WHERE i >= 200) AS a FROM generate_series(1, 400) AS t(i) GROUP BY i % 7)),
          (SELECT arpa(i, i % 13) FILTER (WHERE i < 200) AS x, arpa(i, i % 13) FILTER (WHERE i >= 200) AS y FROM generate_series(1, 400) AS t(i))";
    assert!(number(&ctx, sql).await < 1e-9);
}

/// The rest is what the KPI says of all other rows, and its interval and p value are those of kpi_change.
#[tokio::test]
async fn the_rest_is_all_other_rows() {
    let ctx = plain_session();
    for call in [
        "csat_parts(1 + (x * x) % 5)",
        "arpa_parts(x, (x * x) % 17)",
        "nps_parts((x * x * x) % 11)",
        "penetration_parts(x, x % 4 = 0)",
        "nrr_parts(x, x, (x * x) % 50)",
        "purchase_frequency_parts(x % 40, x)",
    ] {
        let sql = format!(
            "SELECT count(*), max(abs(r['rest'] - d['before'])), max(abs(r['difference'] - c['difference'])),
                    coalesce(max(abs(r['ci_low'] - c['ci_low']) + abs(r['ci_high'] - c['ci_high']) + abs(r['p_value'] - c['p_value'])), 0),
                    count(r['p_value']) = count(c['p_value'])
             FROM (SELECT unnest(kpi_vs_rest(s, p)) AS r FROM (SELECT x % 5 AS s, {call} AS p FROM generate_series(1, 300) AS t(x) GROUP BY x % 5)) AS l
             JOIN (
               SELECT 0 AS s, kpi_change(a, b) AS c, named_struct('before', a['value']) AS d FROM (SELECT {call} FILTER (WHERE x % 5 <> 0) AS a, {call} FILTER (WHERE x % 5 = 0) AS b FROM generate_series(1, 300) AS t(x))
               UNION ALL
               SELECT 3, kpi_change(a, b), named_struct('before', a['value']) FROM (SELECT {call} FILTER (WHERE x % 5 <> 3) AS a, {call} FILTER (WHERE x % 5 = 3) AS b FROM generate_series(1, 300) AS t(x))
             ) AS o ON l.r['segment'] = o.s"
        );
        let found = rows(&ctx, &sql)
            .await
            .unwrap_or_else(|error| panic!("{sql}: {error}"));
        let [count, far @ .., same] = found[0].as_slice() else {
            panic!("{found:?}");
        };
        assert_eq!((count.as_str(), same.as_str()), ("2", "true"), "{call}");
        for far in far {
            assert!(
                far.parse::<f64>().expect("a number") < 1e-9,
                "{call}: {found:?}"
            );
        }
    }
}

/// Raised, in the order of the given ones, at most 1; Bonferroni is never below Holm, and Yekutieli never below Hochberg.
#[tokio::test]
async fn adjusted_p_values_are_raised_in_their_order() {
    let ctx = plain_session();
    let mut seed: u64 = 7;
    for length in [1, 2, 3, 20, 200] {
        let p_values: Vec<String> = (0..length)
            .map(|_| {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let p = (seed >> 40) as f64 / (1_u64 << 24) as f64;
                format!("{:.6}", p * p)
            })
            .collect();
        let list = format!("[{}]", p_values.join(", "));
        let sql = format!(
            "SELECT unnest({list}) AS p, unnest(p_adjust({list}, 'bh')), unnest(p_adjust({list}, 'by')), unnest(p_adjust({list}, 'holm')),
                    unnest(p_adjust({list}, 'bonferroni')) ORDER BY p"
        );
        let found = rows(&ctx, &sql)
            .await
            .unwrap_or_else(|error| panic!("{sql}: {error}"));
        let numbers: Vec<Vec<f64>> = found
            .iter()
            .map(|row| {
                row.iter()
                    .map(|cell| cell.parse().expect("a number"))
                    .collect()
            })
            .collect();
        assert_eq!(numbers.len(), length);
        for row in &numbers {
            let [p, bh, by, holm, bonferroni] = row[..] else {
                panic!("{row:?}");
            };
            assert!(
                p <= bh && bh <= by && bh <= holm && holm <= bonferroni && bonferroni <= 1.0,
                "{row:?}"
            );
        }
        for pair in numbers.windows(2) {
            for (one, other) in pair[0].iter().zip(&pair[1]) {
                assert!(one <= other, "{pair:?}");
            }
        }
    }
}

/// Whatever splits the rows, and in whichever order they come.
#[tokio::test]
async fn order_and_partitions_make_no_difference() -> Result<()> {
    let decomposed = format!(
        "SELECT g, kpi_decompose(s, b, a) AS x FROM (SELECT * FROM ({SEGMENTS}) ORDER BY ORDER_OF_ROWS) GROUP BY g ORDER BY g"
    );
    let beside = format!(
        "SELECT g, kpi_vs_rest(s, a) AS x FROM (SELECT * FROM ({SEGMENTS}) ORDER BY ORDER_OF_ROWS) GROUP BY g ORDER BY g"
    );
    let points = "SELECT s % 3 AS g, s, 50 + (s * s) % 17 AS b, 100 AS a FROM generate_series(1, 90) AS t(s)";
    let xmr = format!(
        "SELECT g, xmr_chart(s, b, 60) AS x FROM (SELECT * FROM ({points}) ORDER BY ORDER_OF_ROWS) GROUP BY g ORDER BY g"
    );
    let p = format!(
        "SELECT g, p_chart(s, b, a) AS x FROM (SELECT * FROM ({points}) ORDER BY ORDER_OF_ROWS) GROUP BY g ORDER BY g"
    );
    let all = format!(
        "SELECT xmr_chart(s, b), p_chart(s, b, a) FROM (SELECT * FROM ({points}) ORDER BY ORDER_OF_ROWS)"
    );
    let together = format!(
        "SELECT g, kpi_vs_rest(s, a), cross_sell_rate(s, g), count(*) FROM (SELECT * FROM ({SEGMENTS}) ORDER BY ORDER_OF_ROWS) GROUP BY g ORDER BY g"
    );
    for sql in [decomposed, beside, xmr, p, all, together] {
        let mut expected: Option<Vec<Vec<String>>> = None;
        for (setting, config) in settings() {
            let ctx = session(config);
            for order in ["s, g", "s DESC", "s % 4, g DESC"] {
                let got = rows(&ctx, &sql.replace("ORDER_OF_ROWS", order)).await?;
                assert!(!got.is_empty());
                let expected = expected.get_or_insert_with(|| got.clone());
                assert_eq!(&got, expected, "{setting}, {order}: {sql}");
            }
        }
    }
    Ok(())
}

/// Windows of every shape: a frame is judged as a group of its rows is.
#[tokio::test]
async fn windows_are_groups_of_their_frames() -> Result<()> {
    let ctx = plain_session();
    let points = "SELECT s, 50 + (s * s) % 17 AS b, 100 AS a FROM generate_series(1, 40) AS t(s)";
    for frame in [
        "ROWS UNBOUNDED PRECEDING",
        "ROWS BETWEEN 5 PRECEDING AND CURRENT ROW",
        "ROWS BETWEEN 2 PRECEDING AND 3 FOLLOWING",
        "ROWS BETWEEN 3 FOLLOWING AND 6 FOLLOWING",
        "ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING",
        "RANGE BETWEEN 4 PRECEDING AND 1 PRECEDING",
    ] {
        for filter in ["", "FILTER (WHERE s % 3 > 0)"] {
            let sql = format!(
                "SELECT s, min(s) {filter} OVER (ORDER BY s {frame}), max(s) {filter} OVER (ORDER BY s {frame}),
                        xmr_chart(s, b) {filter} OVER (ORDER BY s {frame}), p_chart(s, b, a) {filter} OVER (ORDER BY s {frame}) FROM ({points}) ORDER BY s"
            );
            let windows = rows(&ctx, &sql).await?;
            assert_eq!(windows.len(), 40);
            for window in windows {
                let [_, from, to, xmr, p] = window.as_slice() else {
                    panic!("{window:?}");
                };
                let where_filter = if filter.is_empty() {
                    ""
                } else {
                    "AND s % 3 > 0"
                };
                let sql = format!(
                    "SELECT xmr_chart(s, b), p_chart(s, b, a) FROM ({points}) WHERE s BETWEEN {from} AND {to} {where_filter}"
                );
                let group = rows(&ctx, &sql).await?;
                assert_eq!(
                    &group[0],
                    &[xmr.clone(), p.clone()],
                    "{frame} {filter}: {from} to {to}"
                );
            }
        }
    }
    Ok(())
}

/// Many groups at once, and many rows in one.
#[tokio::test]
async fn many_groups_and_long_charts() -> Result<()> {
    let ctx = plain_session();
    let sql = "SELECT count(*), min(array_length(x)), max(array_length(x)) FROM (
        SELECT xmr_chart(i, i % 11) AS x FROM generate_series(1, 50000) AS t(i) GROUP BY i % 10000)";
    assert_eq!(rows(&ctx, sql).await?, [["10000", "5", "5"]]);
    let sql = "SELECT array_length(x), x[50000]['at_time'] FROM (SELECT xmr_chart(i, i % 11) AS x FROM generate_series(1, 50000) AS t(i))";
    assert_eq!(rows(&ctx, sql).await?, [["50000", "50000"]]);
    Ok(())
}

/// Segments of any type that GROUP BY accepts keep it.
#[tokio::test]
async fn segments_of_any_type() -> Result<()> {
    let ctx = plain_session();
    for (segment, shown) in [
        ("i % 3", "0 1 2"),
        ("i % 2 = 0", "false true"),
        ("CAST(i % 2 AS DECIMAL(10, 2))", "0.00 1.00"),
        (
            "DATE '2026-01-01' + CAST(i % 2 AS INT)",
            "2026-01-01 2026-01-02",
        ),
        (
            "arrow_cast('s' || (i % 2), 'Dictionary(Int32, Utf8)')",
            "s0 s1",
        ),
        ("arrow_cast('s' || (i % 2), 'Utf8View')", "s0 s1"),
        ("arrow_cast('s' || (i % 2), 'LargeUtf8')", "s0 s1"),
        ("named_struct('a', i % 2)", "{a: 0} {a: 1}"),
        ("[i % 2]", "[0] [1]"),
    ] {
        let sql = format!(
            "SELECT string_agg(CAST(r['segment'] AS VARCHAR), ' '), bool_and(arrow_typeof(r['segment']) = of) FROM (
               SELECT unnest(kpi_vs_rest(s, p)) AS r, min(arrow_typeof(s)) AS of FROM (SELECT {segment} AS s, csat_parts(1 + i % 5) AS p FROM generate_series(1, 50) AS t(i) GROUP BY 1))"
        );
        let is_nested = segment.starts_with('[') || segment.starts_with("named");
        let sql = match is_nested {
            true => format!(
                "SELECT array_to_string(array_agg(arrow_typeof(r['segment']) = arrow_typeof(s)), ' ') FROM (
                   SELECT unnest(kpi_vs_rest(s, p)) AS r, {} AS s FROM (SELECT {segment} AS s, csat_parts(1 + i % 5) AS p FROM generate_series(1, 50) AS t(i) GROUP BY 1))",
                segment.replace("i % 2", "1")
            ),
            false => sql,
        };
        let got = rows(&ctx, &sql).await?;
        match is_nested {
            true => assert_eq!(got, [["true true"]], "{segment}"),
            false => assert_eq!(got, [[shown, "true"]], "{segment}"),
        }
    }
    Ok(())
}
