//! The definitions, word by word, on plain rows. Slow and simple on purpose, and without any code of
//! the functions that it judges.

use std::collections::{BTreeMap, BTreeSet};

/// One row of a table, in plain numbers.
#[derive(Debug, Clone)]
pub struct Row {
    /// Unique, the order of windows.
    pub id: i64,
    /// Has ties, the order of RANGE and GROUPS windows.
    pub rank: i64,
    pub segment: Option<i64>,
    pub customer: Option<i64>,
    pub product: Option<i64>,
    pub line: Option<i64>,
    pub flag: Option<bool>,
    pub tier: Option<i64>,
    /// Quarters of a day.
    pub at: Option<i64>,
    pub cents: Option<i64>,
    pub score: Option<i64>,
    pub keep: Option<bool>,
}

pub type Oracle = fn(&[&Row]) -> Option<f64>;

/// Every form as a call on the columns of the table, and the naive program for it.
pub const CALLS: [(&str, Oracle); 22] = [
    ("cross_sell_rate(customer, flag)", any_flag),
    ("ccr(customer, product)", |rows| products(rows, 2)),
    ("cross_sell_ratio(flag)", flagged_rows),
    ("cross_sell_ratio(customer, flag)", flagged_transactions),
    ("time_to_cross_sell(customer, product, day)", |rows| {
        time_to_cross_sell(rows, |at| at.div_euclid(4) as f64)
    }),
    ("time_to_cross_sell(customer, product, ts)", |rows| {
        time_to_cross_sell(rows, |at| at as f64 / 4.0)
    }),
    ("upsell_rate(customer, flag)", any_flag),
    ("upsell_rate(customer, tier, day)", |rows| {
        upsell(rows, |_| Some(0), |at| at.div_euclid(4))
    }),
    ("upsell_rate(customer, tier, ts)", |rows| {
        upsell(rows, |_| Some(0), |at| at)
    }),
    ("upsell_rate(customer, line, tier, day)", |rows| {
        upsell(rows, |row| row.line, |at| at.div_euclid(4))
    }),
    ("upsell_rate(customer, line, tier, ts)", |rows| {
        upsell(rows, |row| row.line, |at| at)
    }),
    ("penetration(customer, flag)", any_flag),
    ("penetration(customer, product)", |rows| products(rows, 2)),
    ("penetration(customer, product, 1)", |rows| {
        products(rows, 1)
    }),
    ("penetration(customer, product, 2)", |rows| {
        products(rows, 2)
    }),
    ("penetration(customer, product, 3)", |rows| {
        products(rows, 3)
    }),
    ("penetration(customer, product, 1000000)", |rows| {
        products(rows, 1_000_000)
    }),
    ("penetration(customer, line = product)", |rows| {
        percent_of_customers(rows, |rows| {
            rows.iter()
                .any(|row| row.line.is_some() && row.line == row.product)
        })
    }),
    ("arpa(customer, amount)", arpa),
    ("arpu(customer, CAST(cents AS INT)) / 100", arpa),
    ("arpa(customer, price)", arpa),
    ("nps(score)", nps),
];

/// Rows whose customer is NULL are ignored whole.
fn by_customer<'a>(rows: &[&'a Row]) -> BTreeMap<i64, Vec<&'a Row>> {
    let mut customers: BTreeMap<i64, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        if let Some(customer) = row.customer {
            customers.entry(customer).or_default().push(row);
        }
    }
    customers
}

fn ratio(sum: f64, n: usize) -> Option<f64> {
    (n > 0).then(|| sum / n as f64)
}

fn percent_of_customers(rows: &[&Row], counts: impl Fn(&[&Row]) -> bool) -> Option<f64> {
    let customers = by_customer(rows);
    let counted = customers.values().filter(|rows| counts(rows)).count();
    ratio(100.0 * counted as f64, customers.len())
}

fn any_flag(rows: &[&Row]) -> Option<f64> {
    percent_of_customers(rows, |rows| rows.iter().any(|row| row.flag == Some(true)))
}

fn products(rows: &[&Row], at_least: usize) -> Option<f64> {
    percent_of_customers(rows, |rows| {
        let products: BTreeSet<i64> = rows.iter().filter_map(|row| row.product).collect();
        products.len() >= at_least
    })
}

fn flagged_rows(rows: &[&Row]) -> Option<f64> {
    let flags: Vec<bool> = rows.iter().filter_map(|row| row.flag).collect();
    let flagged = flags.iter().filter(|flag| **flag).count();
    ratio(100.0 * flagged as f64, flags.len())
}

/// The customer stands for the transaction.
fn flagged_transactions(rows: &[&Row]) -> Option<f64> {
    let with_flag: Vec<&Row> = rows
        .iter()
        .copied()
        .filter(|row| row.flag.is_some())
        .collect();
    any_flag(&with_flag)
}

fn time_to_cross_sell(rows: &[&Row], days: fn(i64) -> f64) -> Option<f64> {
    let mut waits = vec![];
    for rows in by_customer(rows).values() {
        let bought: Vec<(i64, f64)> = rows
            .iter()
            .filter_map(|row| Some((row.product?, days(row.at?))))
            .collect();
        let start = bought
            .iter()
            .map(|(_, at)| *at)
            .fold(f64::INFINITY, f64::min);
        let basket: Vec<i64> = bought
            .iter()
            .filter(|(_, at)| *at == start)
            .map(|(p, _)| *p)
            .collect();
        let others = bought
            .iter()
            .filter(|(product, _)| !basket.contains(product));
        let first = others.map(|(_, at)| *at).fold(f64::INFINITY, f64::min);
        if first.is_finite() {
            waits.push(first - start);
        }
    }
    ratio(waits.iter().sum(), waits.len())
}

fn upsell(rows: &[&Row], line: fn(&Row) -> Option<i64>, time: fn(i64) -> i64) -> Option<f64> {
    percent_of_customers(rows, |rows| {
        let lines: BTreeSet<i64> = rows.iter().filter_map(|row| line(row)).collect();
        lines.into_iter().any(|wanted| {
            let path: Vec<(i64, i64)> = rows
                .iter()
                .filter(|row| line(row) == Some(wanted))
                .filter_map(|row| Some((time(row.at?), row.tier?)))
                .collect();
            let Some(start) = path.iter().map(|(at, _)| *at).min() else {
                return false;
            };
            let held = path
                .iter()
                .filter(|(at, _)| *at == start)
                .map(|(_, tier)| *tier);
            let held = held.max().expect("somebody holds the earliest tier");
            path.iter().any(|(_, tier)| *tier > held)
        })
    })
}

fn arpa(rows: &[&Row]) -> Option<f64> {
    let customers = by_customer(rows);
    let cents: i64 = customers
        .values()
        .flatten()
        .filter_map(|row| row.cents)
        .sum();
    ratio(cents as f64 / 100.0, customers.len())
}

fn nps(rows: &[&Row]) -> Option<f64> {
    let scores: Vec<i64> = rows.iter().filter_map(|row| row.score).collect();
    let points = |score: &i64| match score {
        9..=10 => 100.0,
        0..=6 => -100.0,
        _ => 0.0,
    };
    ratio(scores.iter().map(points).sum(), scores.len())
}
