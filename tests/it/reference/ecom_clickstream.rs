//! Clickstream: 31,106 events of 600 users in 3,605 sessions of a web shop. A user has sessions in
//! several segments, so segments do not add up.

use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use datafusion::prelude::{CsvReadOptions, SessionContext};

use super::columns::Columns;
use super::comparison::Comparison;
use super::measure::{Measure, figure, percent, select_list};
use super::shared_data;
use super::sql::{collect, text};
use super::values::Reference;
use crate::support::plain_session;

/// The steps of the funnel, one after another within a session: what counts is the first view, the
/// first cart at or after it, and a purchase at or after that. SQL finds the order, the KPI counts.
const EVENTS: &str = "
    CREATE TABLE events AS
    SELECT *, event = 'purchase' AND timestamp >= carted_at AS is_step3
    FROM (SELECT *, min(timestamp) FILTER (WHERE is_step2) OVER (PARTITION BY session_id) AS carted_at
          FROM (SELECT *, event = 'add_to_cart' AND timestamp >= viewed_at AS is_step2
                FROM (SELECT *, to_char(timestamp, '%Y-%m') AS month,
                             min(timestamp) FILTER (WHERE event = 'product_view') OVER (PARTITION BY session_id) AS viewed_at
                      FROM clicks)))";

pub const FUNNEL: Columns = Columns {
    keys: &["segment", "segment_value"],
    measured: &[&OF_EVENTS, &OF_BUYERS],
    compared: &[],
    plain_sql: &["users", "sessions"],
    no_function: &[],
};

const OF_EVENTS: [Measure; 12] = [
    percent(
        "users_viewed",
        "users",
        "penetration(user_id, event = 'product_view')",
    ),
    percent(
        "users_carted",
        "users",
        "penetration(user_id, event = 'add_to_cart')",
    ),
    percent(
        "users_purchased",
        "users",
        "upsell_rate(user_id, event = 'purchase')",
    ),
    figure(
        "user_conversion_pct",
        "penetration(user_id, event = 'purchase')",
    ),
    // No session has two purchases, so a session is an order.
    figure(
        "repeat_purchase_rate_pct",
        "repeat_purchase_rate(user_id, session_id) FILTER (WHERE event = 'purchase')",
    ),
    percent(
        "sessions_viewed",
        "sessions",
        "penetration(session_id, event = 'product_view')",
    ),
    percent(
        "sessions_carted",
        "sessions",
        "penetration(session_id, event = 'add_to_cart')",
    ),
    percent(
        "sessions_purchased",
        "sessions",
        "cross_sell_ratio(session_id, event = 'purchase')",
    ),
    figure(
        "session_conversion_pct",
        "penetration(session_id, event = 'purchase')",
    ),
    percent(
        "funnel_step1_view",
        "sessions",
        "penetration(session_id, viewed_at IS NOT NULL)",
    ),
    percent(
        "funnel_step2_cart",
        "sessions",
        "penetration(session_id, is_step2)",
    ),
    percent(
        "funnel_step3_purchase",
        "sessions",
        "penetration(session_id, is_step3)",
    ),
];

/// From a user's first event to the first purchase: a sales cycle, in hours.
const OF_BUYERS: [Measure; 2] = [
    figure(
        "mean_hours_to_purchase",
        "24 * sales_cycle_length(started_at, purchased_at)",
    ),
    figure(
        "median_hours_to_purchase",
        "24 * median_sales_cycle_length(started_at, purchased_at)",
    ),
];

async fn tables() -> Option<(SessionContext, Reference)> {
    let folder = shared_data()?.join("ecom_clickstream");
    let ctx = plain_session();
    let options = CsvReadOptions::new()
        .file_extension(".csv.gz")
        .file_compression_type(FileCompressionType::GZIP);
    ctx.register_csv("clicks", text(folder.join("ecom.csv.gz")), options)
        .await
        .expect("the file can be read");
    collect(&ctx, EVENTS).await;
    Some((
        ctx,
        Reference::read(folder.join("reference/funnel_duckdb.csv")).await,
    ))
}

/// 3 platforms, 5 channels, 4 cohorts, 3 states of a user, 6 months.
const SEGMENTS: usize = 21;

#[tokio::test]
async fn events() {
    let Some((ctx, reference)) = tables().await else {
        return;
    };
    let mut comparison = Comparison::new("ecom_clickstream", &reference, &OF_EVENTS);
    comparison.by_group(&ctx, "events").await;
    comparison.by_grouping_sets(&ctx, "events").await;
    comparison.by_window(&ctx, "events", &["platform"]).await;
    comparison.finish((SEGMENTS + SEGMENTS + 1 + 3) * 12);
}

#[tokio::test]
async fn hours_to_purchase() {
    let Some((ctx, reference)) = tables().await else {
        return;
    };
    let mut comparison = Comparison::new("ecom_clickstream", &reference, &OF_BUYERS);
    let measures = select_list(&comparison.measures, "");
    for segment in ["ALL"].into_iter().chain(reference.segments()) {
        let value = match segment {
            "ALL" => "'ALL'",
            column => column,
        };
        let sql = format!(
            "SELECT '{segment}' AS segment, segment_value, {measures}
             FROM (SELECT {value} AS segment_value, user_id, min(timestamp) AS started_at,
                          min(timestamp) FILTER (WHERE event = 'purchase') AS purchased_at
                   FROM events GROUP BY {value}, user_id)
             GROUP BY segment_value"
        );
        comparison
            .check_query(&ctx, "GROUP BY", &[segment], &sql)
            .await;
    }
    comparison.finish((SEGMENTS + 1) * 2);
}
