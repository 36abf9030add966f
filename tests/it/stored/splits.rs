//! However the rows are split, merging the states of the pieces gives what one pass gives.

use crate::laws::{ask, orders, shows_items, slices};
use crate::support::{register_partitions, session, settings};

use super::{stored_calls, with_orders};

/// How the value of a form is got from a state, and how it is asked for at once.
fn finished(form: &kpi_sql::define::Form, call: &str) -> (&'static str, String) {
    match shows_items(form) {
        // The products come back as texts.
        true => (
            "kpi_finish_mix",
            format!(
                "arrow_cast({call}, 'List(nullable Struct(\"product\": nullable Utf8, \"customers\": nullable Int64, \"share\": nullable Float64))')"
            ),
        ),
        false => ("kpi_finish", format!("CAST({call} AS DOUBLE)")),
    }
}

#[tokio::test]
async fn a_state_is_finished_with_the_value_and_the_parts() {
    let ctx = with_orders();
    for (kpi, form, call, state) in stored_calls() {
        let parts = call.replacen(kpi.name, &format!("{}_parts", kpi.name), 1);
        let (finish, value) = finished(form, &call);
        let by_segment =
            |what: &str| format!("SELECT segment, {what} FROM orders GROUP BY segment");
        let value_of = |what: &str| format!("{} ORDER BY segment", by_segment(what));
        let later = format!("{finish}({state})");
        assert_eq!(
            ask(&ctx, &value_of(&later)).await,
            ask(&ctx, &value_of(&value)).await,
            "{later}"
        );
        let later = format!("kpi_finish_parts({state}) AS parts");
        let at_once = format!("{parts} AS parts");
        assert_eq!(
            ask(&ctx, &unpacked(&by_segment(&later))).await,
            ask(&ctx, &unpacked(&by_segment(&at_once))).await,
            "{later}"
        );
    }
}

/// The query with its column `parts` field by field, so that each number is compared to nine digits after the
/// point.
fn unpacked(sql: &str) -> String {
    let names = [
        "kpi",
        "value",
        "numerator",
        "denominator",
        "std_error",
        "ci_low",
        "ci_high",
        "rows",
        "rows_ignored",
    ];
    let names = names.map(|name| format!("parts['{name}']"));
    format!(
        "SELECT segment, {} FROM ({sql}) ORDER BY segment",
        names.join(", ")
    )
}

#[tokio::test]
async fn any_split_gives_what_one_pass_gives() {
    let ctx = with_orders();
    for (kpi, _, call, state) in stored_calls() {
        let parts = call.replacen(kpi.name, &format!("{}_parts", kpi.name), 1);
        let one_pass = format!("SELECT segment, {parts} AS parts FROM orders GROUP BY segment");
        let expected = ask(&ctx, &unpacked(&one_pass)).await;
        // In three, by day, by customer, and each row by itself.
        for pieces in ["n % 3", "CAST(at AS DATE)", "buyer", "n"] {
            let sql = format!(
                "SELECT segment, kpi_finish_parts(kpi_merge(state)) AS parts FROM
                 (SELECT segment, {state} AS state FROM orders GROUP BY segment, {pieces}) GROUP BY segment"
            );
            let merged = ask(&ctx, &unpacked(&sql)).await;
            assert_eq!(merged, expected, "{sql}");
        }
    }
}

/// Days to weeks to a total, with states that are missing, under every setting.
#[tokio::test]
async fn merged_states_can_be_merged_again() {
    let batch = orders(600, 4, 40);
    for (setting, config) in settings() {
        let ctx = session(config);
        register_partitions(&ctx, "orders", slices(&batch, 3, 50));
        for call in [
            "cross_sell_rate{}(buyer, product)",
            "arpa{}(buyer, amount)",
            "nps{}(score)",
        ] {
            let value = call.replace("{}", "");
            let state = call.replace("{}", "_state");
            let sql = format!(
                "SELECT kpi_finish(kpi_merge(weekly)) FROM
                 (SELECT n % 3 AS week, kpi_merge(daily) AS weekly FROM
                  (SELECT n % 21 AS n, {state} AS daily FROM orders GROUP BY n % 21
                   UNION ALL SELECT 0, NULL)
                  GROUP BY n % 3)"
            );
            let at_once = format!("SELECT CAST({value} AS DOUBLE) FROM orders");
            assert_eq!(
                ask(&ctx, &sql).await,
                ask(&ctx, &at_once).await,
                "{setting}: {sql}"
            );
        }
    }
}

/// A rate over the last three pieces, from a state of each.
#[tokio::test]
async fn a_rolling_window_merges_states() {
    let ctx = with_orders();
    let rolling = "SELECT piece, kpi_finish(kpi_merge(state) OVER (ORDER BY piece ROWS BETWEEN 2 PRECEDING AND CURRENT ROW))
         FROM (SELECT n % 10 AS piece, cross_sell_rate_state(buyer, product) AS state FROM orders GROUP BY n % 10)
         ORDER BY piece";
    for row in ask(&ctx, rolling).await {
        let sql = format!(
            "SELECT cross_sell_rate(buyer, product) FROM orders WHERE n % 10 BETWEEN {0} - 2 AND {0}",
            row[0]
        );
        assert_eq!(ask(&ctx, &sql).await[0][0], row[1], "{sql}");
    }
}

/// A number that is long in digits is still one number of the call.
#[tokio::test]
async fn a_literal_may_be_of_any_size() {
    let ctx = with_orders();
    for years in ["1e300", "1e-300", "0.1"] {
        let arguments = format!("buyer, amount, at, {years}");
        let sql =
            format!("SELECT kpi_finish(clv_state({arguments})) = clv({arguments}) FROM orders");
        assert_eq!(ask(&ctx, &sql).await, [["true"]], "{sql}");
    }
}

#[tokio::test]
async fn nothing_stays_nothing() {
    let ctx = with_orders();
    let none = [
        "kpi_finish(kpi_merge(CAST(NULL AS BYTEA)))",
        "kpi_finish(NULL)",
        "kpi_finish_parts(NULL)",
        "kpi_finish_mix(NULL)",
        "kpi_finish(arpa_state(buyer, amount) FILTER (WHERE false))",
    ];
    for expression in none {
        let sql = format!("SELECT {expression} FROM orders");
        for row in ask(&ctx, &sql).await {
            assert_eq!(row, ["NULL"], "{sql}");
        }
    }
    // A number of things is 0 where there are none.
    let sql = "SELECT kpi_finish(cross_sell_qualified_opportunities_state(buyer, flag)) FROM orders WHERE false";
    assert_eq!(ask(&ctx, sql).await, [["0"]]);
}
