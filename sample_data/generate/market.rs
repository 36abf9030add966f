//! Who buys and what is sold: customers, products, and the differences between them that the queries should find.

use datafusion::arrow::array::RecordBatch;
use datafusion::error::Result;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::files::Table;
use super::{FIRST_DAY, LAST_DAY, day, pick};

const CUSTOMERS: i32 = 400;
/// They signed up for a trial and never ordered, so that `customers LEFT JOIN orders` has something to show.
const NEVER_ORDERS: f64 = 0.08;
/// Customers of the weeks before the first day; the others come one by one until May 2026.
const AT_LAUNCH: f64 = 0.55;
const DAYS_BEFORE_LAUNCH: i32 = 45;
const DAYS_WITHOUT_NEW_CUSTOMERS: i32 = 30;

pub struct Segment {
    pub name: &'static str,
    weight: u32,
    pub days_between_orders: i32,
    pub seats: (i32, i32),
    /// Chance that an order sells a line outside the first basket, before all other effects.
    pub cross_sell: f64,
    pub upsell: f64,
    pub promoters: f64,
}

pub struct Industry {
    name: &'static str,
    weight: u32,
    pub cross_sell: f64,
    pub upsell: f64,
}

pub struct Acquisition {
    name: &'static str,
    weight: u32,
    pub upsell: f64,
}

/// A sales representative: `cross_sell` and `upsell` are factors of skill.
pub struct Rep {
    pub name: &'static str,
    pub cross_sell: f64,
    pub upsell: f64,
}

#[rustfmt::skip] // One row, one line.
const SEGMENTS: [Segment; 4] = [
    Segment { name: "Enterprise", weight: 13, days_between_orders: 34, seats: (8, 40), cross_sell: 0.27, upsell: 1.5, promoters: 0.50 },
    Segment { name: "Mid-Market", weight: 25, days_between_orders: 42, seats: (4, 20), cross_sell: 0.19, upsell: 1.2, promoters: 0.46 },
    Segment { name: "SMB",        weight: 42, days_between_orders: 50, seats: (1, 9),  cross_sell: 0.12, upsell: 0.9, promoters: 0.42 },
    Segment { name: "Startup",    weight: 20, days_between_orders: 58, seats: (1, 5),  cross_sell: 0.08, upsell: 0.7, promoters: 0.36 },
];

#[rustfmt::skip] // One row, one line.
const INDUSTRIES: [Industry; 4] = [
    Industry { name: "B2B",                   weight: 30, cross_sell: 1.0, upsell: 1.2 },
    Industry { name: "Retail and e-commerce", weight: 30, cross_sell: 1.2, upsell: 0.7 },
    Industry { name: "Subscription",          weight: 20, cross_sell: 1.1, upsell: 1.5 },
    Industry { name: "Technology",            weight: 20, cross_sell: 0.7, upsell: 0.8 },
];

#[rustfmt::skip] // One row, one line.
const ACQUISITIONS: [Acquisition; 5] = [
    Acquisition { name: "Event",          weight: 10, upsell: 0.9 },
    Acquisition { name: "Organic search", weight: 30, upsell: 1.0 },
    Acquisition { name: "Paid search",    weight: 25, upsell: 0.5 },
    Acquisition { name: "Partner",        weight: 15, upsell: 1.3 },
    Acquisition { name: "Referral",       weight: 20, upsell: 1.7 },
];

/// The last one pursues no cross-selling at all.
#[rustfmt::skip] // One row, one line.
const REPS: [Rep; 10] = [
    Rep { name: "rep-01", cross_sell: 1.4, upsell: 1.1 },
    Rep { name: "rep-02", cross_sell: 1.2, upsell: 1.4 },
    Rep { name: "rep-03", cross_sell: 1.0, upsell: 1.0 },
    Rep { name: "rep-04", cross_sell: 1.1, upsell: 0.7 },
    Rep { name: "rep-05", cross_sell: 0.8, upsell: 1.6 },
    Rep { name: "rep-06", cross_sell: 1.3, upsell: 0.9 },
    Rep { name: "rep-07", cross_sell: 0.6, upsell: 0.5 },
    Rep { name: "rep-08", cross_sell: 1.0, upsell: 1.2 },
    Rep { name: "rep-09", cross_sell: 0.9, upsell: 0.8 },
    Rep { name: "rep-10", cross_sell: 0.0, upsell: 0.9 },
];

const COUNTRIES: [(&str, u32); 6] = [
    ("AT", 10),
    ("CH", 12),
    ("DE", 35),
    ("FR", 18),
    ("NL", 10),
    ("PL", 15),
];

pub struct Customer {
    pub id: String,
    name: String,
    pub segment: &'static Segment,
    country: &'static str,
    pub industry: &'static Industry,
    pub acquisition: &'static Acquisition,
    pub signed_up_on: i32,
    pub rep: &'static Rep,
    pub never_orders: bool,
}

pub fn customers(random: &mut ChaCha8Rng) -> Vec<Customer> {
    (0..CUSTOMERS)
        .map(|i| Customer {
            id: format!("C{:03}", i + 1),
            name: name(i),
            segment: pick(random, &SEGMENTS, |s| s.weight),
            country: pick(random, &COUNTRIES, |c| c.1).0,
            industry: pick(random, &INDUSTRIES, |i| i.weight),
            acquisition: pick(random, &ACQUISITIONS, |a| a.weight),
            signed_up_on: sign_up(random),
            rep: pick(random, &REPS, |_| 1),
            never_orders: random.random_bool(NEVER_ORDERS),
        })
        .collect()
}

/// Syllables with "Example" behind them, so that no name can be taken for a real company's.
fn name(i: i32) -> String {
    const FIRST: [&str; 10] = ["Ba", "Do", "Fe", "Gu", "Ki", "Lo", "Mi", "Ra", "To", "Ve"];
    const MIDDLE: [&str; 10] = [
        "bri", "dra", "ga", "lu", "mo", "nti", "pu", "ri", "sta", "vo",
    ];
    const LAST: [&str; 10] = [
        "del", "fin", "kor", "lan", "mar", "nix", "pal", "rum", "tis", "zon",
    ];
    // 387 shares no factor with 1000: neighbours look different, and no name comes twice.
    let i = (i * 387 % 1000) as usize;
    format!(
        "{}{}{} Example Ltd",
        FIRST[i / 100],
        MIDDLE[i / 10 % 10],
        LAST[i % 10]
    )
}

fn sign_up(random: &mut ChaCha8Rng) -> i32 {
    let (first, last) = (day(FIRST_DAY), day(LAST_DAY));
    if random.random_bool(AT_LAUNCH) {
        random.random_range(first - DAYS_BEFORE_LAUNCH..first)
    } else {
        random.random_range(first..=last - DAYS_WITHOUT_NEW_CUSTOMERS)
    }
}

pub fn customers_table(customers: &[Customer]) -> Result<RecordBatch> {
    Table::of(customers)
        .text("customer_id", |c| c.id.as_str())
        .text("name", |c| c.name.as_str())
        .text("segment", |c| c.segment.name)
        .text("country", |c| c.country)
        .text("industry", |c| c.industry.name)
        .text("acquisition_channel", |c| c.acquisition.name)
        .date("signed_up_on", |c| c.signed_up_on)
        .finish()
}

pub struct Line {
    name: &'static str,
    code: &'static str,
    /// How often a first order starts with it.
    pub weight: u32,
    prices: [i32; 3],
    /// Billed monthly, so it appears in subscriptions and product_usage.
    pub is_software: bool,
}

#[rustfmt::skip] // One row, one line.
pub const LINES: [Line; 4] = [
    Line { name: "Inventory", code: "INV", weight: 45, prices: [49, 89, 149],   is_software: true },
    Line { name: "Analytics", code: "ANA", weight: 20, prices: [39, 79, 129],   is_software: true },
    Line { name: "Scanners",  code: "SCA", weight: 25, prices: [199, 349, 599], is_software: false },
    Line { name: "Support",   code: "SUP", weight: 10, prices: [29, 59, 99],    is_software: false },
];

const TIERS: [&str; 3] = ["Basic", "Plus", "Premium"];

pub struct Product {
    pub id: String,
    name: String,
    pub line: &'static str,
    pub tier: i32,
    /// In whole euros, so that every discount below comes out in whole cents.
    pub list_price: i32,
}

/// Three tiers of each line; [`product`] relies on this order.
pub fn products() -> Vec<Product> {
    let of_line = |line: &'static Line| {
        (0..3).map(move |t| Product {
            id: format!("{}-{}", line.code, t + 1),
            name: format!("{} {}", line.name, TIERS[t]),
            line: line.name,
            tier: t as i32 + 1,
            list_price: line.prices[t],
        })
    };
    LINES.iter().flat_map(of_line).collect()
}

pub fn product(products: &[Product], line: usize, tier: i32) -> &Product {
    &products[line * TIERS.len() + tier as usize - 1]
}

pub fn products_table(products: &[Product]) -> Result<RecordBatch> {
    Table::of(products)
        .text("product_id", |p| p.id.as_str())
        .text("name", |p| p.name.as_str())
        .text("line", |p| p.line)
        .integer("tier", |p| p.tier)
        .money("list_price", 10, |p| i64::from(p.list_price) * 100)
        .finish()
}
