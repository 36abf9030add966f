//! Plays the orders of each customer from the first to the last.

use std::collections::BTreeMap;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::temporal_conversions::timestamp_s_to_datetime;
use datafusion::error::Result;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::files::Table;
use super::market::{Customer, LINES, Product, product};
use super::{FIRST_DAY, LAST_DAY, day, pick};

/// A day on which the export failed: its orders were placed, and are missing.
const EXPORT_GAP: &str = "2025-11-12";
const FIRST_ORDER_ID: i32 = 100_001;
const SECONDS_PER_DAY: i64 = 86_400;
/// Rows without a customer come from these sales.
const ANONYMOUS_ORDERS: usize = 50;

const DAYS_TO_FIRST_ORDER: i32 = 75;
const SECOND_LINE_AT_ONCE: f64 = 0.2;
const REORDER: f64 = 0.7;
const UPSELL: f64 = 0.036;
/// Chance that an order is the customer's last; customers of one line leave more often.
const LEAVES: f64 = 0.045;
const LEAVES_WITH_SEVERAL_LINES: f64 = 0.02;
const FREE_TEXT: f64 = 0.009;
const RETURNED: f64 = 0.012;
/// The people who enter orders forget a tick now and then.
const FLAG_MISSING: f64 = 0.02;
/// Upgrades that nobody recognised as one: the tiers show them, the flag says FALSE.
const UPSELL_UNNOTICED: f64 = 0.15;

const DISCOUNTS_PERCENT: [(i64, u32); 4] = [(0, 55), (5, 20), (10, 18), (15, 7)];
const FIRST_TIERS: [(i32, u32); 3] = [(1, 60), (2, 30), (3, 10)];

const MARKETPLACE: &str = "Marketplace";

struct Channel {
    name: &'static str,
    weight: u32,
    cross_sell: f64,
    has_rep: bool,
}

#[rustfmt::skip] // One row, one line.
const CHANNELS: [Channel; 4] = [
    Channel { name: "Field",       weight: 30, cross_sell: 1.3, has_rep: true },
    Channel { name: "Phone",       weight: 28, cross_sell: 1.0, has_rep: true },
    Channel { name: "Web",         weight: 38, cross_sell: 0.7, has_rep: false },
    Channel { name: MARKETPLACE,   weight: 4,  cross_sell: 0.3, has_rep: false },
];

/// What the other tables need to know of a customer's orders.
#[derive(Default)]
pub struct Account {
    pub first_order: Option<i32>,
    /// Set when the customer went away: the day of the last order.
    pub left_after: Option<i32>,
    pub lines: [Option<Holding>; LINES.len()],
}

impl Account {
    /// The lines that are billed monthly.
    pub fn software(&self) -> impl Iterator<Item = (usize, Holding)> {
        let held = |line: usize| self.lines[line].map(|holding| (line, holding));
        (0..LINES.len())
            .filter_map(held)
            .filter(|(line, _)| LINES[*line].is_software)
    }
}

#[derive(Clone, Copy)]
pub struct Holding {
    pub tier: i32,
    pub since: i32,
    in_first_order: bool,
}

/// One product (or service) of an order.
#[derive(Clone)]
struct Item {
    product_id: Option<String>,
    quantity: i32,
    unit_price_cents: i64,
    is_cross_sell: Option<bool>,
    is_upsell: Option<bool>,
}

struct Order {
    at: i64,
    customer_id: Option<String>,
    channel: &'static str,
    sales_rep: Option<&'static str>,
    items: Vec<Item>,
}

#[derive(Default)]
pub struct Orders(Vec<Order>);

impl Orders {
    pub fn play(
        &mut self,
        customers: &[Customer],
        products: &[Product],
        random: &mut ChaCha8Rng,
    ) -> Vec<Account> {
        let play = |customer: &Customer| {
            if customer.never_orders {
                Account::default()
            } else {
                self.play_customer(customer, products, random)
            }
        };
        customers.iter().map(play).collect()
    }

    fn play_customer(
        &mut self,
        customer: &Customer,
        products: &[Product],
        random: &mut ChaCha8Rng,
    ) -> Account {
        let mut account = Account::default();
        let gap = customer.segment.days_between_orders;
        let mut date =
            customer.signed_up_on.max(day(FIRST_DAY)) + random.random_range(1..DAYS_TO_FIRST_ORDER);
        while date <= day(LAST_DAY) {
            let channel = pick(random, &CHANNELS, |c| c.weight);
            let at = office_hours(date, channel, random);
            let mut buyer = Buyer {
                customer,
                channel,
                products,
                date,
                account: &mut account,
            };
            let order = Order {
                at,
                customer_id: Some(customer.id.clone()),
                channel: channel.name,
                sales_rep: channel.has_rep.then_some(customer.rep.name),
                items: buyer.fill_basket(random),
            };
            self.0.extend(return_of(&order, random));
            self.0.push(order);
            let has_several_lines = account.lines.iter().flatten().count() > 1;
            let leaves = if has_several_lines {
                LEAVES_WITH_SEVERAL_LINES
            } else {
                LEAVES
            };
            if random.random_bool(leaves) {
                account.left_after = Some(date);
                break;
            }
            date += random.random_range(gap / 2..=gap * 3 / 2);
        }
        account
    }

    /// Marketplace sales that nobody could match with a customer, so nobody knows either whether they
    /// are a cross-sell.
    pub fn add_anonymous(&mut self, products: &[Product], random: &mut ChaCha8Rng) {
        for _ in 0..ANONYMOUS_ORDERS {
            let date = random.random_range(day(FIRST_DAY)..=day(LAST_DAY));
            let line = random.random_range(0..LINES.len() as u32) as usize;
            let item = item(
                product(products, line, 1),
                random.random_range(1..4),
                random,
            );
            self.0.push(Order {
                at: at_some_time(date, random),
                customer_id: None,
                channel: MARKETPLACE,
                sales_rep: None,
                items: vec![Item {
                    is_cross_sell: None,
                    is_upsell: None,
                    ..item
                }],
            });
        }
    }

    /// The rows of each month, orders numbered in the order of their time.
    pub fn into_months(mut self) -> Result<BTreeMap<String, RecordBatch>> {
        let gap = i64::from(day(EXPORT_GAP));
        let end = i64::from(day(LAST_DAY));
        self.0.sort_by_key(|order| order.at);
        let mut months = BTreeMap::<String, Vec<(i32, &Order)>>::new();
        for (id, order) in (FIRST_ORDER_ID..).zip(&self.0) {
            let date = order.at / SECONDS_PER_DAY;
            if date != gap && date <= end {
                let at = timestamp_s_to_datetime(order.at).expect("the calendar is within range");
                months
                    .entry(at.format("%Y-%m").to_string())
                    .or_default()
                    .push((id, order));
            }
        }
        months
            .into_iter()
            .map(|(month, orders)| Ok((month, table(&orders)?)))
            .collect()
    }
}

/// A customer in front of the shelf.
struct Buyer<'a> {
    customer: &'a Customer,
    channel: &'static Channel,
    products: &'a [Product],
    date: i32,
    account: &'a mut Account,
}

impl Buyer<'_> {
    fn fill_basket(&mut self, random: &mut ChaCha8Rng) -> Vec<Item> {
        let mut basket = match self.account.first_order {
            None => self.first_basket(random),
            Some(_) => self.later_basket(random),
        };
        if random.random_bool(FREE_TEXT) {
            basket.push(free_text(random));
        }
        for item in &mut basket {
            let mut forget =
                |flag: Option<bool>| flag.filter(|_| !random.random_bool(FLAG_MISSING));
            item.is_cross_sell = forget(item.is_cross_sell);
            item.is_upsell = forget(item.is_upsell);
        }
        basket
    }

    fn first_basket(&mut self, random: &mut ChaCha8Rng) -> Vec<Item> {
        self.account.first_order = Some(self.date);
        let mut basket = vec![self.buy(self.other_line(random), true, random)];
        if random.random_bool(SECOND_LINE_AT_ONCE) {
            basket.push(self.buy(self.other_line(random), true, random));
        }
        basket
    }

    /// Perhaps an upsell, perhaps a cross-sell, and more of what the first order had.
    fn later_basket(&mut self, random: &mut ChaCha8Rng) -> Vec<Item> {
        let mut basket = Vec::new();
        let upgraded = self.upgrade(random);
        if let Some(line) = upgraded {
            let is_upsell = Some(!random.random_bool(UPSELL_UNNOTICED));
            basket.push(Item {
                is_upsell,
                ..self.buy(line, false, random)
            });
        }
        let other = self.other_line(random);
        if random.random_bool(self.cross_sell_chance()) && Some(other) != upgraded {
            basket.push(Item {
                is_cross_sell: Some(true),
                ..self.buy(other, false, random)
            });
        }
        for line in 0..LINES.len() {
            let is_first = self.account.lines[line].is_some_and(|l| l.in_first_order);
            // An order has at least one item.
            let mut is_bought = || basket.is_empty() || random.random_bool(REORDER);
            if is_first && Some(line) != upgraded && is_bought() {
                basket.push(self.buy(line, false, random));
            }
        }
        basket
    }

    /// A line outside the first order, whether bought since or not: what cross-selling means here.
    fn other_line(&self, random: &mut ChaCha8Rng) -> usize {
        let candidates: Vec<_> = (0..LINES.len())
            .filter(|&i| self.account.lines[i].is_none_or(|l| !l.in_first_order))
            .collect();
        *pick(random, &candidates, |&i| LINES[i].weight)
    }

    fn buy(&mut self, line: usize, in_first_order: bool, random: &mut ChaCha8Rng) -> Item {
        let (least, most) = self.customer.segment.seats;
        let date = self.date;
        let tier = pick(random, &FIRST_TIERS, |t| t.1).0;
        let holding = self.account.lines[line].get_or_insert(Holding {
            tier,
            since: date,
            in_first_order,
        });
        item(
            product(self.products, line, holding.tier),
            random.random_range(least..=most),
            random,
        )
    }

    /// Raises one line by one tier, if this order is an upsell.
    fn upgrade(&mut self, random: &mut ChaCha8Rng) -> Option<usize> {
        let skill = if self.channel.has_rep {
            self.customer.rep.upsell
        } else {
            0.9
        };
        let chance = UPSELL
            * skill
            * self.customer.segment.upsell
            * self.customer.acquisition.upsell
            * self.customer.industry.upsell;
        if !random.random_bool(chance) {
            return None;
        }
        let candidates: Vec<_> = (0..LINES.len())
            .filter(|&i| self.account.lines[i].is_some_and(|l| l.tier < 3))
            .collect();
        if candidates.is_empty() {
            return None;
        }
        let line = *pick(random, &candidates, |_| 1);
        self.account.lines[line].as_mut()?.tier += 1;
        Some(line)
    }

    fn cross_sell_chance(&self) -> f64 {
        let skill = if self.channel.has_rep {
            self.customer.rep.cross_sell
        } else {
            1.0
        };
        // A mild upward trend: from 0.8 at the start to 1.2 at the end.
        let elapsed =
            f64::from(self.date - day(FIRST_DAY)) / f64::from(day(LAST_DAY) - day(FIRST_DAY));
        let trend = 0.8 + 0.4 * elapsed;
        self.customer.segment.cross_sell
            * self.customer.industry.cross_sell
            * self.channel.cross_sell
            * skill
            * trend
    }
}

fn item(product: &Product, quantity: i32, random: &mut ChaCha8Rng) -> Item {
    let discount = pick(random, &DISCOUNTS_PERCENT, |d| d.1).0;
    Item {
        product_id: Some(product.id.clone()),
        quantity,
        unit_price_cents: i64::from(product.list_price) * (100 - discount),
        is_cross_sell: Some(false),
        is_upsell: Some(false),
    }
}

/// Hours of work or delivery, typed as text instead of a product.
fn free_text(random: &mut ChaCha8Rng) -> Item {
    let unit_price_cents = i64::from(random.random_range(60..160)) * 100;
    Item {
        product_id: None,
        quantity: 1,
        unit_price_cents,
        is_cross_sell: Some(false),
        is_upsell: Some(false),
    }
}

/// Now and then an order's first item comes back some days later, as an order of its own with a negative quantity.
/// It is neither a cross-sell nor not one: its flags are NULL.
fn return_of(order: &Order, random: &mut ChaCha8Rng) -> Option<Order> {
    let item = order
        .items
        .first()
        .filter(|_| random.random_bool(RETURNED))?;
    let item = Item {
        quantity: -item.quantity,
        is_cross_sell: None,
        is_upsell: None,
        ..item.clone()
    };
    let at = order.at + random.random_range(5..25) * SECONDS_PER_DAY;
    Some(Order {
        at,
        items: vec![item],
        customer_id: order.customer_id.clone(),
        ..*order
    })
}

/// People sell on weekdays, websites always.
fn office_hours(date: i32, channel: &Channel, random: &mut ChaCha8Rng) -> i64 {
    // Day 0, 1970-01-01, was a Thursday.
    let weekday = (date + 3) % 7;
    let is_closed = channel.has_rep && weekday >= 5;
    at_some_time(if is_closed { date + 7 - weekday } else { date }, random)
}

/// Seconds since 1970, between 8 and 19 o'clock.
fn at_some_time(date: i32, random: &mut ChaCha8Rng) -> i64 {
    i64::from(date) * SECONDS_PER_DAY + i64::from(random.random_range(8 * 3600..19 * 3600))
}

struct Row<'a> {
    order_id: i32,
    line_no: i32,
    order: &'a Order,
    item: &'a Item,
}

fn table(orders: &[(i32, &Order)]) -> Result<RecordBatch> {
    let mut rows = Vec::new();
    for &(order_id, order) in orders {
        for (line_no, item) in (1..).zip(&order.items) {
            rows.push(Row {
                order_id,
                line_no,
                order,
                item,
            });
        }
    }
    Table::of(&rows)
        .integer("order_id", |r| r.order_id)
        .integer("line_no", |r| r.line_no)
        .text("customer_id", |r| r.order.customer_id.as_deref())
        .text("product_id", |r| r.item.product_id.as_deref())
        .time("ordered_at", |r| r.order.at)
        .text("channel", |r| r.order.channel)
        .text("sales_rep", |r| r.order.sales_rep)
        .integer("quantity", |r| r.item.quantity)
        .money("unit_price", 10, |r| r.item.unit_price_cents)
        .money("amount", 12, |r| {
            r.item.unit_price_cents * i64::from(r.item.quantity)
        })
        .flag("is_cross_sell", |r| r.item.is_cross_sell)
        .flag("is_upsell", |r| r.item.is_upsell)
        .finish()
}
