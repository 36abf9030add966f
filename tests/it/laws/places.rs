//! The answer is the same wherever a call may stand: under grouping sets, in windows, with FILTER, in
//! subqueries, and over no rows.

use kpi_sql::define::{Finish, Form};

use crate::support::{plain_session, register_partitions};

use super::{ask, by_segment, calls, orders, slices};

#[tokio::test]
async fn a_total_counts_each_customer_once() {
    let ctx = plain_session();
    register_partitions(&ctx, "orders", slices(&orders(600, 4, 40), 3, 50));
    for (_, _, call) in calls() {
        let total = ask(&ctx, &format!("SELECT {call} FROM orders")).await;
        let groups = ask(
            &ctx,
            &format!("SELECT {call} FROM orders GROUP BY segment ORDER BY segment"),
        )
        .await;
        for sets in [
            "ROLLUP (segment)",
            "CUBE (segment)",
            "GROUPING SETS ((segment), ())",
        ] {
            let sql = format!(
                "SELECT value FROM (SELECT segment, grouping(segment) AS g, {call} AS value FROM orders GROUP BY {sets}) ORDER BY g, segment"
            );
            let both: Vec<_> = groups.iter().chain(&total).cloned().collect();
            assert_eq!(ask(&ctx, &sql).await, both, "{sql}");
        }
    }
}

#[tokio::test]
async fn a_window_over_the_group_is_the_group() {
    let ctx = plain_session();
    register_partitions(&ctx, "orders", slices(&orders(600, 4, 40), 3, 50));
    for (_, _, call) in calls() {
        let groups = ask(&ctx, &by_segment(&call)).await;
        let last = |over: &str| {
            format!(
                "SELECT segment, value FROM (SELECT segment, {call} OVER ({over}) AS value, row_number() OVER (PARTITION BY segment ORDER BY n DESC) AS last FROM orders) WHERE last = 1 ORDER BY segment"
            )
        };
        for over in [
            "PARTITION BY segment",
            "PARTITION BY segment ORDER BY n",
            "PARTITION BY segment ORDER BY n ROWS BETWEEN 1000 PRECEDING AND CURRENT ROW",
        ] {
            assert_eq!(ask(&ctx, &last(over)).await, groups, "{call} OVER ({over})");
        }
    }
}

/// Each frame of a sliding window has the value that its rows have by themselves.
#[tokio::test]
async fn a_frame_is_a_query_on_its_rows() {
    let ctx = plain_session();
    let batch = orders(60, 1, 6);
    register_partitions(&ctx, "orders", slices(&batch, 1, 7));
    for (_, _, call) in calls() {
        for (frame, before, after) in [
            ("ROWS BETWEEN 5 PRECEDING AND 2 FOLLOWING", 5, 2),
            ("ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW", 60, 0),
            ("ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING", 0, 60),
        ] {
            let sql = format!("SELECT {call} OVER (ORDER BY n {frame}) FROM orders ORDER BY n");
            let windows = ask(&ctx, &sql).await;
            for (n, window) in windows.iter().enumerate() {
                let alone = format!(
                    "SELECT {call} FROM orders WHERE n BETWEEN {} AND {}",
                    n.saturating_sub(before),
                    n + after
                );
                assert_eq!(ask(&ctx, &alone).await[0], *window, "{sql}, row {n}");
            }
        }
    }
}

#[tokio::test]
async fn a_filter_is_a_where() {
    let ctx = plain_session();
    register_partitions(&ctx, "orders", slices(&orders(600, 4, 40), 3, 50));
    for (_, form, call) in calls() {
        let condition = "amount > 100 OR (flag AND tier < 5)";
        let filtered = format!("SELECT {call} FILTER (WHERE {condition}) FROM orders");
        let alone = format!("SELECT {call} FROM orders WHERE {condition}");
        assert_eq!(
            ask(&ctx, &filtered).await,
            ask(&ctx, &alone).await,
            "{filtered}"
        );
        let filtered = by_segment(&format!("{call} FILTER (WHERE {condition})"));
        let alone = by_segment(&call).replace("orders", &format!("orders WHERE {condition}"));
        assert_eq!(
            ask(&ctx, &filtered).await,
            ask(&ctx, &alone).await,
            "{filtered}"
        );
        // Groups that lose all rows stay.
        let filtered = by_segment(&format!("{call} FILTER (WHERE segment = 1)"));
        let all = ask(&ctx, &by_segment(&call)).await;
        let expected: Vec<Vec<String>> = all
            .into_iter()
            .map(|row| match row[0].as_str() {
                "1" => row,
                segment => vec![segment.to_string(), of_nothing(form).to_string()],
            })
            .collect();
        assert_eq!(ask(&ctx, &filtered).await, expected, "{filtered}");
    }
}

/// The value where there are no rows.
fn of_nothing(form: &Form) -> &'static str {
    match form.finish {
        Finish::Count => "0",
        _ => "NULL",
    }
}

#[tokio::test]
async fn no_rows_give_null() {
    let ctx = plain_session();
    register_partitions(&ctx, "orders", slices(&orders(10, 4, 40), 1, 50));
    for (_, form, call) in calls() {
        let nothing = of_nothing(form);
        for sql in [
            format!("SELECT {call} FROM orders WHERE false"),
            format!("SELECT {call} FILTER (WHERE NULL) FROM orders"),
            format!(
                "SELECT {call} OVER (ORDER BY n ROWS BETWEEN 3 PRECEDING AND 2 PRECEDING) FROM orders ORDER BY n LIMIT 1"
            ),
        ] {
            assert_eq!(ask(&ctx, &sql).await, [[nothing]], "{sql}");
        }
        let sql = format!("{} HAVING true", by_segment(&call)).replace(
            "FROM orders GROUP BY segment ORDER BY segment",
            "FROM orders WHERE false GROUP BY segment",
        );
        assert!(ask(&ctx, &sql).await.is_empty(), "{sql}");
    }
}

#[tokio::test]
async fn works_wherever_an_aggregate_may_stand() {
    let ctx = plain_session();
    register_partitions(&ctx, "orders", slices(&orders(600, 4, 40), 3, 50));
    for (_, _, call) in calls() {
        let known = "FROM orders WHERE segment IS NOT NULL";
        let grouped = ask(&ctx, &by_segment(&call).replace("FROM orders", known)).await;
        ask(&ctx, &format!("CREATE OR REPLACE VIEW v AS SELECT segment AS s, {call} AS value {known} GROUP BY segment")).await;
        let renamed = call.replace("buyer", "o.buyer");
        for sql in [
            "SELECT * FROM v ORDER BY s".to_string(),
            format!(
                "WITH c AS (SELECT segment AS s, {call} AS value {known} GROUP BY segment) SELECT * FROM c ORDER BY s"
            ),
            format!(
                "SELECT segment, (SELECT {renamed} FROM orders o WHERE o.segment = g.segment) FROM (SELECT DISTINCT segment FROM orders WHERE segment IS NOT NULL) g ORDER BY segment"
            ),
            format!(
                "SELECT segment, {call} {known} GROUP BY segment HAVING ({call}) IS NOT NULL OR true ORDER BY segment"
            ),
        ] {
            assert_eq!(ask(&ctx, &sql).await, grouped, "{sql}");
        }
        ask(
            &ctx,
            &format!("PREPARE p AS SELECT {call} FROM orders WHERE segment = $1"),
        )
        .await;
        let prepared = ask(&ctx, "EXECUTE p(2)").await;
        ask(&ctx, "DEALLOCATE p").await;
        let plain = ask(
            &ctx,
            &format!("SELECT {call} FROM orders WHERE segment = 2"),
        )
        .await;
        assert_eq!(prepared, plain, "{call}");
    }
}
