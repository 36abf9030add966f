//! The tables beside the orders: opportunities, subscriptions, surveys and product usage.

use datafusion::arrow::array::RecordBatch;
use datafusion::error::Result;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::files::Table;
use super::market::{Customer, Product, product};
use super::sales::Account;
use super::{FIRST_DAY, LAST_DAY, day, pick};

const OPPORTUNITIES: usize = 700;
const SURVEYS: usize = 600;
/// Subscriptions compare the start and the end of the year from here to the last day.
const PERIOD_START: &str = "2025-07-01";
const USAGE_MONTHS: [&str; 5] = [
    "2026-02-01",
    "2026-03-01",
    "2026-04-01",
    "2026-05-01",
    "2026-06-01",
];
/// From the last order of a customer who leaves to the end of the subscription.
const DAYS_TO_CANCEL: i32 = 45;
/// A won deal needs this long until anybody can say whether its implementation went well.
const DAYS_TO_IMPLEMENT: i32 = 30;

struct Opportunity<'a> {
    id: String,
    customer: &'a Customer,
    stage: &'static str,
    is_cross_sell: bool,
    is_qualified: bool,
    amount_cents: i64,
    opened_on: i32,
    closed_on: Option<i32>,
    is_won: Option<bool>,
    is_implementation_success: Option<bool>,
}

pub fn opportunities(
    customers: &[Customer],
    accounts: &[Account],
    random: &mut ChaCha8Rng,
) -> Result<RecordBatch> {
    let mut rows = Vec::new();
    for _ in 0..OPPORTUNITIES {
        let i = random.random_range(0..customers.len() as u32) as usize;
        rows.push(opportunity(&customers[i], &accounts[i], random));
    }
    rows.sort_by_key(|o| o.opened_on);
    for (number, row) in (1..).zip(&mut rows) {
        row.id = format!("OPP-{number:04}");
    }
    Table::of(&rows)
        .text("opportunity_id", |o| o.id.as_str())
        .text("customer_id", |o| o.customer.id.as_str())
        .text("owner", |o| o.customer.rep.name)
        .text("stage", |o| o.stage)
        .flag("is_cross_sell", |o| o.is_cross_sell)
        .flag("is_qualified", |o| o.is_qualified)
        .money("amount", 12, |o| o.amount_cents)
        .date("opened_on", |o| o.opened_on)
        .date("closed_on", |o| o.closed_on)
        .flag("is_won", |o| o.is_won)
        .flag("is_implementation_success", |o| o.is_implementation_success)
        .finish()
}

fn opportunity<'a>(
    customer: &'a Customer,
    account: &Account,
    random: &mut ChaCha8Rng,
) -> Opportunity<'a> {
    let end = day(LAST_DAY);
    let opened_on = random.random_range(customer.signed_up_on.max(day(FIRST_DAY))..=end);
    let has_ordered = account.first_order.is_some_and(|first| first < opened_on);
    let is_cross_sell = has_ordered && random.random_bool((0.6 * customer.rep.cross_sell).min(0.9));
    let is_qualified = random.random_bool(0.7);
    // Selling to a customer is faster than winning a new one.
    let (shortest, longest) = if is_cross_sell { (10, 60) } else { (25, 130) };
    let closed_on = Some(opened_on + random.random_range(shortest..longest)).filter(|d| *d <= end);
    let win_rate = if is_cross_sell { 0.42 } else { 0.27 } * if is_qualified { 1.2 } else { 0.5 };
    let is_won = closed_on.map(|_| random.random_bool(win_rate));
    let stage = match is_won {
        Some(true) => "closed won",
        Some(false) => "closed lost",
        None if !is_qualified => "lead",
        None => *pick(random, &["qualified", "proposal", "negotiation"], |_| 1),
    };
    let went_well = random.random_bool(if is_cross_sell { 0.9 } else { 0.8 });
    let is_implemented =
        is_won == Some(true) && closed_on.is_some_and(|closed| closed + DAYS_TO_IMPLEMENT <= end);
    let (least, most) = customer.segment.seats;
    let euros = random.random_range(least..=most) * random.random_range(150..900);
    Opportunity {
        id: String::new(), // Numbered when all are sorted.
        customer,
        stage,
        is_cross_sell,
        is_qualified,
        amount_cents: i64::from(euros) * 100,
        opened_on,
        closed_on,
        is_won,
        is_implementation_success: is_implemented.then_some(went_well),
    }
}

struct Subscription<'a> {
    customer: &'a Customer,
    plan: &'static str,
    tier: i32,
    started_on: i32,
    ended_on: Option<i32>,
    mrr_start_cents: i64,
    mrr_end_cents: i64,
}

pub fn subscriptions(
    customers: &[Customer],
    accounts: &[Account],
    products: &[Product],
    random: &mut ChaCha8Rng,
) -> Result<RecordBatch> {
    let mut rows = Vec::new();
    for (customer, account) in customers.iter().zip(accounts) {
        add_subscriptions(customer, account, products, random, &mut rows);
    }
    Table::of(&rows)
        .text("customer_id", |s| s.customer.id.as_str())
        .text("plan", |s| s.plan)
        .integer("tier", |s| s.tier)
        .date("started_on", |s| s.started_on)
        .date("ended_on", |s| s.ended_on)
        .date("period_start", |_| day(PERIOD_START))
        .date("period_end", |_| day(LAST_DAY))
        .money("mrr_start", 12, |s| s.mrr_start_cents)
        .money("mrr_end", 12, |s| s.mrr_end_cents)
        .flag("is_churned", |s| s.ended_on.is_some())
        .finish()
}

/// The software that a customer holds; what ended before the period has no row.
fn add_subscriptions<'a>(
    customer: &'a Customer,
    account: &Account,
    products: &[Product],
    random: &mut ChaCha8Rng,
    rows: &mut Vec<Subscription<'a>>,
) {
    let (start, end) = (day(PERIOD_START), day(LAST_DAY));
    let ended_on = account
        .left_after
        .map(|last| last + DAYS_TO_CANCEL)
        .filter(|d| *d <= end);
    if ended_on.is_some_and(|ended| ended < start) {
        return;
    }
    for (line, holding) in account.software() {
        let product = product(products, line, holding.tier);
        let (least, most) = customer.segment.seats;
        let price_cents = i64::from(product.list_price) * 100;
        let bought_cents = price_cents * i64::from(random.random_range(least..=most));
        let grown_cents = bought_cents * i64::from(random.random_range(95..150)) / 100;
        rows.push(Subscription {
            customer,
            plan: product.line,
            tier: product.tier,
            started_on: holding.since,
            ended_on,
            mrr_start_cents: if holding.since < start {
                bought_cents
            } else {
                0
            },
            mrr_end_cents: if ended_on.is_none() { grown_cents } else { 0 },
        });
    }
}

struct Survey<'a> {
    customer: &'a Customer,
    answered_on: i32,
    nps_score: Option<i32>,
    csat_score: Option<i32>,
}

/// Answers of customers who have ordered; those who left liked the company less.
pub fn surveys(
    customers: &[Customer],
    accounts: &[Account],
    random: &mut ChaCha8Rng,
) -> Result<RecordBatch> {
    let buyers: Vec<_> = customers
        .iter()
        .zip(accounts)
        .filter_map(|(customer, account)| Some((customer, account, account.first_order?)))
        .collect();
    let mut rows = Vec::new();
    for _ in 0..SURVEYS {
        let &(customer, account, first_order) = pick(random, &buyers, |_| 1);
        let several = if account.lines.iter().flatten().count() > 1 {
            0.08
        } else {
            0.0
        };
        let left = if account.left_after.is_some() {
            0.2
        } else {
            0.0
        };
        let (nps, csat) = answers(customer.segment.promoters + several - left, random);
        rows.push(Survey {
            customer,
            answered_on: random.random_range(first_order..=day(LAST_DAY)),
            // Some answer one question only, and a few neither.
            nps_score: Some(nps).filter(|_| !random.random_bool(0.05)),
            csat_score: Some(csat).filter(|_| !random.random_bool(0.08)),
        });
    }
    rows.sort_by_key(|row| row.answered_on);
    let rows: Vec<_> = (1..).zip(rows).collect();
    Table::of(&rows)
        .integer("survey_id", |(id, _)| *id)
        .text("customer_id", |(_, s)| s.customer.id.as_str())
        .date("answered_on", |(_, s)| s.answered_on)
        .integer("nps_score", |(_, s)| s.nps_score)
        .integer("csat_score", |(_, s)| s.csat_score)
        .finish()
}

/// NPS and CSAT scores: one mood gives both.
fn answers(promoters: f64, random: &mut ChaCha8Rng) -> (i32, i32) {
    if random.random_bool(promoters) {
        (random.random_range(9..=10), random.random_range(4..=5))
    } else if random.random_bool(0.55) {
        (random.random_range(7..=8), random.random_range(3..=5))
    } else {
        (random.random_range(0..=6), random.random_range(1..=3))
    }
}

struct Usage<'a> {
    customer: &'a Customer,
    product: &'a Product,
    month: i32,
    active_days: i32,
}

/// One row for each month in which a customer holds a software product.
pub fn product_usage(
    customers: &[Customer],
    accounts: &[Account],
    products: &[Product],
    random: &mut ChaCha8Rng,
) -> Result<RecordBatch> {
    let mut rows = Vec::new();
    for month in USAGE_MONTHS.map(day) {
        for (customer, account) in customers.iter().zip(accounts) {
            let has_left = account.left_after.is_some_and(|last| last < month);
            for (line, holding) in account.software() {
                if holding.since < month && !has_left {
                    // Shelfware: bought, and not used this month.
                    let is_idle = random.random_bool(0.18);
                    let active_days = if is_idle {
                        0
                    } else {
                        random.random_range(1..=20)
                    };
                    let product = product(products, line, holding.tier);
                    rows.push(Usage {
                        customer,
                        product,
                        month,
                        active_days,
                    });
                }
            }
        }
    }
    Table::of(&rows)
        .text("customer_id", |u| u.customer.id.as_str())
        .text("product_id", |u| u.product.id.as_str())
        .date("usage_month", |u| u.month)
        .integer("active_days", |u| u.active_days)
        .flag("is_used", |u| u.active_days > 0)
        .finish()
}
