//! RavenStack: 500 accounts of a subscription software and their 5,000 subscriptions, several open at
//! once. The plan stands in for the product.

use datafusion::prelude::SessionContext;

use super::columns::Columns;
use super::comparison::Comparison;
use super::measure::{Measure, figure, percent};
use super::order_lines::{self, Values};
use super::sql::{collect, register_csv};
use super::values::Reference;
use super::{holders, shared_data};
use crate::support::plain_session;

const FACT: &str = "
    CREATE TABLE fact AS
    SELECT account_id AS customer_id, s.subscription_id AS order_id, CAST(s.start_date AS TIMESTAMP) AS ts, s.start_date AS day,
           s.plan_tier AS product, CAST(NULL AS VARCHAR) AS category, CAST(NULL AS DOUBLE) AS unit_price, s.mrr_amount AS amount,
           a.industry, a.country, a.referral_source, to_char(s.start_date, '%Y-%m') AS month
    FROM ravenstack_subscriptions s
    JOIN ravenstack_accounts a USING (account_id)";

/// A row per subscription, at the end of 2024. An account's own plan is a segment, and a
/// subscription's plan a product.
const ACCOUNT_LINES: &str = "
    CREATE TABLE accounts AS
    SELECT a.account_id, a.churn_flag AS is_churned, a.industry, a.country, a.referral_source, a.plan_tier,
           e.account_id IS NOT NULL AS has_churn_event,
           s.plan_tier AS product, s.upgrade_flag, s.downgrade_flag, s.churn_flag AS is_subscription_churned, s.mrr_amount AS mrr,
           s.start_date <= DATE '2024-12-31' AND (s.end_date IS NULL OR s.end_date > DATE '2024-12-31') AS is_active,
           CASE WHEN cross_sell_rate(a.account_id, s.plan_tier) OVER (PARTITION BY a.account_id) = 100
                THEN 'multi-tier' ELSE 'single-tier' END AS tier_group
    FROM ravenstack_accounts a
    LEFT JOIN ravenstack_subscriptions s ON s.account_id = a.account_id
    LEFT JOIN (SELECT DISTINCT account_id FROM ravenstack_churn_events) e ON e.account_id = a.account_id";

pub const ACCOUNTS: Columns = Columns {
    keys: &["segment", "segment_value"],
    measured: &[&OF_ACCOUNTS],
    compared: &[],
    plain_sql: &["accounts", "active_subscriptions", "active_mrr"],
    no_function: &[],
};

const OF_ACCOUNTS: [Measure; 11] = [
    figure("churn_rate_pct", "churn_rate(account_id, is_churned)"),
    percent(
        "churned_accounts",
        "accounts",
        "penetration(account_id, is_churned)",
    ),
    percent(
        "accounts_with_churn_event",
        "accounts",
        "churn_rate(account_id, has_churn_event)",
    ),
    percent(
        "accounts_with_churned_subscription",
        "accounts",
        "churn_rate(account_id, is_subscription_churned)",
    ),
    figure(
        "cross_sell_rate_pct",
        "cross_sell_rate(account_id, product)",
    ),
    percent(
        "multi_tier_accounts",
        "accounts",
        "penetration(account_id, product, 2)",
    ),
    figure("upsell_rate_pct", "upsell_rate(account_id, upgrade_flag)"),
    percent(
        "upsold_accounts",
        "accounts",
        "penetration(account_id, upgrade_flag)",
    ),
    figure(
        "downsell_rate_pct",
        "penetration(account_id, downgrade_flag)",
    ),
    // Amounts that do not count are NULL, so that their accounts do; FILTER drops the accounts too.
    figure(
        "arpa_all_accounts",
        "arpa(account_id, CASE WHEN is_active THEN mrr END)",
    ),
    figure(
        "arpa_paying_accounts",
        "arpa(account_id, mrr) FILTER (WHERE is_active AND mrr > 0)",
    ),
];

/// A row per month and subscription that is active when the month begins.
const MONTH_LINES: &str = "
    CREATE TABLE months AS
    SELECT to_char(since, '%Y-%m') AS month, subscription_id, mrr_amount AS mrr,
           coalesce(end_date < since + INTERVAL '1 month', false) AS has_ended
    FROM generate_series(TIMESTAMP '2023-02-01', TIMESTAMP '2024-12-01', INTERVAL '1 month') AS t(since)
    JOIN ravenstack_subscriptions ON start_date < since AND (end_date IS NULL OR end_date >= since)";

pub const MONTHS: Columns = Columns {
    keys: &["month"],
    measured: &[&OF_MONTHS],
    compared: &[],
    plain_sql: &["active_at_start", "mrr_at_start", "new_subscriptions"],
    no_function: &[],
};

/// Revenue churn is what gross revenue retention lacks of 100 %. Nothing is expanded here, so net
/// retention says the same of the subscriptions that ended.
const OF_MONTHS: [Measure; 3] = [
    figure("churn_rate_pct", "churn_rate(subscription_id, has_ended)"),
    percent(
        "churned",
        "active_at_start",
        "churn_rate(subscription_id, has_ended)",
    ),
    percent(
        "churned_mrr",
        "mrr_at_start",
        "100 - grr(subscription_id, mrr, CASE WHEN has_ended THEN 0 ELSE mrr END)",
    ),
];

async fn tables() -> Option<SessionContext> {
    let folder = shared_data()?.join("ravenstack");
    let ctx = plain_session();
    let names = [
        "ravenstack_accounts",
        "ravenstack_subscriptions",
        "ravenstack_churn_events",
    ];
    register_csv(&ctx, &folder, &names).await;
    for sql in [FACT, ACCOUNT_LINES, MONTH_LINES] {
        collect(&ctx, sql).await;
    }
    Some(ctx)
}

#[tokio::test]
async fn subscriptions() {
    let (Some(ctx), Some(folder)) = (tables().await, shared_data()) else {
        return;
    };
    let folder = folder.join("ravenstack/reference");
    let reference = Reference::read(folder.join("kpi_duckdb.csv")).await;
    // 5 industries, 7 countries, 5 sources; 24 months, which have no figures about time.
    let (segments, months) = (17, 24);
    let values = Values {
        calls: segments * 11 + months * 7,
        with_total: (segments + 1) * 16 + months * 10,
        of_customers: (segments + 1) * 6 + months * 3,
    };
    order_lines::compare("ravenstack", &ctx, &reference, values).await;
    holders::compare(
        "ravenstack",
        &ctx,
        folder.join("penetration_duckdb.csv"),
        3 * 3,
    )
    .await;
}

#[tokio::test]
async fn accounts() {
    let (Some(ctx), Some(folder)) = (tables().await, shared_data()) else {
        return;
    };
    let file = folder.join("ravenstack/reference/accounts_duckdb.csv");
    let reference = Reference::read(file).await;
    // 5 industries, 7 countries, 5 sources, 3 plans, 2 groups; and the total in one of the two ways.
    let mut comparison = Comparison::new("ravenstack, accounts", &reference, &OF_ACCOUNTS);
    comparison.by_group(&ctx, "accounts").await;
    comparison.by_grouping_sets(&ctx, "accounts").await;
    comparison.finish((22 + 23) * 11);
}

#[tokio::test]
async fn months() {
    let (Some(ctx), Some(folder)) = (tables().await, shared_data()) else {
        return;
    };
    let file = folder.join("ravenstack/reference/subscription_churn_monthly_duckdb.csv");
    let reference = Reference::read_values_of(file, "month").await;
    let mut comparison = Comparison::new("ravenstack, months", &reference, &OF_MONTHS);
    comparison.by_group(&ctx, "months").await;
    comparison.by_window(&ctx, "months", &["month"]).await;
    comparison.finish(2 * 23 * 3);
}
