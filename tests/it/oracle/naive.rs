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
pub const CALLS: &[(&str, Oracle)] = &[
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
    ("win_rate(flag)", flagged_rows),
    ("implementation_success_rate(flag)", flagged_rows),
    ("sales_team_engagement(customer, flag)", any_flag),
    ("churn_rate(customer, flag)", any_flag),
    ("product_usage_rate(customer, flag)", any_flag),
    ("product_usage_rate(customer, product, flag)", used_pairs),
    ("repeat_purchase_rate(customer, product)", |rows| {
        products(rows, 2)
    }),
    ("average_purchase_value(customer, amount)", arpa),
    (
        "cross_sell_qualified_opportunities(customer, flag)",
        |rows| {
            let counted = by_customer(rows)
                .into_values()
                .filter(|rows| is_flagged(rows));
            Some(counted.count() as f64)
        },
    ),
    ("products_per_customer(customer, product)", |rows| {
        let counts: Vec<usize> = by_customer(rows).values().map(|rows| held(rows)).collect();
        ratio(counts.iter().sum::<usize>() as f64, counts.len())
    }),
    ("customer_lifespan(customer, ts)", lifespan),
    ("customer_lifespan(customer, day)", lifespan),
    ("attach_rate(customer, flag, score > 4)", |rows| {
        let [_, base, _, both] = baskets(rows);
        ratio(100.0 * both, base as usize)
    }),
    ("basket_support(customer, flag, score > 4)", |rows| {
        let [all, _, _, both] = baskets(rows);
        ratio(100.0 * both, all as usize)
    }),
    ("basket_lift(customer, flag, score > 4)", |rows| {
        let [all, a, b, both] = baskets(rows);
        ratio(both * all, (a * b) as usize)
    }),
    ("cross_sell_revenue(amount, flag)", |rows| {
        revenue(rows, |row| row.flag == Some(true)).map(|(sum, _)| sum)
    }),
    ("upsell_revenue(price, flag)", |rows| {
        revenue(rows, |row| row.flag == Some(true)).map(|(sum, _)| sum)
    }),
    ("cross_sell_revenue_share(amount, flag)", |rows| {
        let (part, _) = revenue(rows, |row| row.flag == Some(true))?;
        let (whole, _) = revenue(rows, |_| true)?;
        (whole != 0.0).then(|| 100.0 * part / whole)
    }),
    ("opportunity_size(amount)", |rows| {
        let (sum, n) = revenue(rows, |_| true)?;
        ratio(sum, n)
    }),
    ("opportunity_size(price, flag)", |rows| {
        let (sum, n) = revenue(rows, |row| row.flag == Some(true))?;
        ratio(sum, n)
    }),
    ("median_time_to_cross_sell(customer, product, ts)", |rows| {
        median(waits(rows, |at| at as f64 / 4.0))
    }),
    ("sales_cycle_length(day, ts)", |rows| {
        let cycles = cycles(rows, |day, ts| ts - day);
        ratio(cycles.iter().sum(), cycles.len())
    }),
    ("median_sales_cycle_length(day, ts)", |rows| {
        median(cycles(rows, |day, ts| ts - day))
    }),
    // Most of these end before they start.
    ("sales_cycle_length(ts, day)", |rows| {
        let cycles = cycles(rows, |day, ts| day - ts);
        ratio(cycles.iter().sum(), cycles.len())
    }),
    (
        "cross_sell_revenue(customer, product, amount, ts)",
        |rows| outside_baskets(rows).map(|(part, _)| part),
    ),
    (
        "cross_sell_revenue_share(customer, product, amount, ts)",
        |rows| {
            let (part, whole) = outside_baskets(rows)?;
            (whole != 0.0).then(|| 100.0 * part / whole)
        },
    ),
    ("purchase_frequency(customer, product)", |rows| {
        let customers = by_customer(rows);
        let orders: BTreeSet<i64> = customers
            .values()
            .flatten()
            .filter_map(|row| row.product)
            .collect();
        ratio(orders.len() as f64, customers.len())
    }),
    ("clv(customer, amount, ts)", |rows| {
        lifetime_value(rows, None)
    }),
    ("clv(customer, amount, day, 2.5)", |rows| {
        lifetime_value(rows, Some(2.5))
    }),
    ("nrr(customer, amount, score)", |rows| {
        retention(rows, false)
    }),
    ("grr(customer, amount, score)", |rows| retention(rows, true)),
    ("csat(score % 5 + 1)", |rows| {
        let rated = |row: &&Row| Row {
            score: row.score.map(|score| score % 5 + 1),
            ..(*row).clone()
        };
        let rated: Vec<Row> = rows.iter().map(rated).collect();
        satisfied(&rated.iter().collect::<Vec<_>>(), 4)
    }),
    ("csat(score, 7)", |rows| satisfied(rows, 7)),
    (
        "single_product_churn_rate(customer, product, flag)",
        |rows| churn(rows, |held| held == 1),
    ),
    (
        "multi_product_churn_rate(customer, product, flag)",
        |rows| churn(rows, |held| held > 1),
    ),
    ("churn_gap(customer, product, flag)", |rows| {
        Some(churn(rows, |held| held > 1)? - churn(rows, |held| held == 1)?)
    }),
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
    let waits = waits(rows, days);
    ratio(waits.iter().sum(), waits.len())
}

fn waits(rows: &[&Row], days: fn(i64) -> f64) -> Vec<f64> {
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
    waits
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

fn is_flagged(rows: &[&Row]) -> bool {
    rows.iter().any(|row| row.flag == Some(true))
}

fn held(rows: &[&Row]) -> usize {
    let products: BTreeSet<i64> = rows.iter().filter_map(|row| row.product).collect();
    products.len()
}

fn used_pairs(rows: &[&Row]) -> Option<f64> {
    let mut pairs: BTreeMap<(i64, i64), bool> = BTreeMap::new();
    for row in rows {
        if let (Some(customer), Some(product)) = (row.customer, row.product) {
            *pairs.entry((customer, product)).or_default() |= row.flag == Some(true);
        }
    }
    let used = pairs.values().filter(|used| **used).count();
    ratio(100.0 * used as f64, pairs.len())
}

fn lifespan(rows: &[&Row]) -> Option<f64> {
    let days: Vec<i64> = by_customer(rows)
        .values()
        .map(|rows| {
            let days = || rows.iter().filter_map(|row| Some(row.at?.div_euclid(4)));
            days().max().unwrap_or(0) - days().min().unwrap_or(0)
        })
        .collect();
    ratio(days.iter().sum::<i64>() as f64 / 365.25, days.len())
}

/// How many baskets there are, how many have a flag, how many a score above 4, and how many both.
fn baskets(rows: &[&Row]) -> [f64; 4] {
    let baskets = by_customer(rows);
    let scored = |rows: &[&Row]| rows.iter().any(|row| row.score > Some(4));
    let count = |counts: &dyn Fn(&[&Row]) -> bool| {
        baskets.values().filter(|rows| counts(rows)).count() as f64
    };
    [
        baskets.len() as f64,
        count(&is_flagged),
        count(&scored),
        count(&|rows| is_flagged(rows) && scored(rows)),
    ]
}

fn satisfied(rows: &[&Row], from: i64) -> Option<f64> {
    let scores: Vec<i64> = rows.iter().filter_map(|row| row.score).collect();
    let satisfied = scores.iter().filter(|score| **score >= from).count();
    ratio(100.0 * satisfied as f64, scores.len())
}

fn churn(rows: &[&Row], of: fn(usize) -> bool) -> Option<f64> {
    let customers = by_customer(rows);
    let judged: Vec<bool> = customers
        .values()
        .filter(|rows| of(held(rows)))
        .map(|rows| is_flagged(rows))
        .collect();
    let churned = judged.iter().filter(|churned| **churned).count();
    ratio(100.0 * churned as f64, judged.len())
}

/// What the rows that count bring, and how many amounts that is; none without any amount at all.
fn revenue(rows: &[&Row], counts: fn(&Row) -> bool) -> Option<(f64, usize)> {
    rows.iter().find(|row| row.cents.is_some())?;
    let counting = rows.iter().filter(|row| counts(row));
    let cents: Vec<i64> = counting.filter_map(|row| row.cents).collect();
    Some((cents.iter().sum::<i64>() as f64 / 100.0, cents.len()))
}

/// What lies between each row's time and the midnight before it, in days, where it does not end before it starts.
fn cycles(rows: &[&Row], between: fn(i64, i64) -> i64) -> Vec<f64> {
    let quarters = rows.iter().filter_map(|row| row.at);
    let cycles = quarters.map(|at| between(at.div_euclid(4) * 4, at));
    let cycles = cycles.filter(|cycle| *cycle >= 0);
    cycles.map(|cycle| cycle as f64 / 4.0).collect()
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let n = values.len();
    let (low, high) = (values.get(n.checked_sub(1)? / 2)?, values.get(n / 2)?);
    Some((low + high) / 2.0)
}

/// What is outside the initial baskets, and all revenue; none without any amount at all.
fn outside_baskets(rows: &[&Row]) -> Option<(f64, f64)> {
    let customers = by_customer(rows);
    let all: Vec<i64> = customers
        .values()
        .flatten()
        .filter_map(|row| row.cents)
        .collect();
    let mut outside = 0;
    for rows in customers.values() {
        let bought = || rows.iter().filter(|row| row.product.is_some());
        let start = bought().filter_map(|row| row.at).min();
        let basket: Vec<_> = bought()
            .filter(|row| row.at.is_some() && row.at == start)
            .map(|row| row.product)
            .collect();
        let cross = bought().filter(|row| row.at.is_some() && !basket.contains(&row.product));
        outside += cross.filter_map(|row| row.cents).sum::<i64>();
    }
    let money = |cents: i64| cents as f64 / 100.0;
    (!all.is_empty()).then(|| (money(outside), money(all.iter().sum())))
}

fn lifetime_value(rows: &[&Row], years: Option<f64>) -> Option<f64> {
    let customers = by_customer(rows);
    let days = || {
        customers
            .values()
            .flatten()
            .filter_map(|row| Some(row.at?.div_euclid(4)))
    };
    let window = (days().max()? - days().min()? + 1) as f64 / 365.25;
    let years = years.or_else(|| lifespan(rows))?;
    Some(arpa(rows)? / window * years)
}

/// The amount stands for the start, the score for the end.
fn retention(rows: &[&Row], capped: bool) -> Option<f64> {
    let (mut start, mut end) = (0.0, 0.0);
    for rows in by_customer(rows).values() {
        let from = rows.iter().filter_map(|row| row.cents).sum::<i64>() as f64 / 100.0;
        let to = rows.iter().filter_map(|row| row.score).sum::<i64>() as f64;
        if from > 0.0 {
            start += from;
            end += if capped { to.min(from) } else { to };
        }
    }
    (start > 0.0).then(|| 100.0 * end / start)
}
