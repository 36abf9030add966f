//! Makes the sample data: the export of an invented company that sells warehouse software, devices and
//! support to other companies.
//!
//! ```sh
//! cargo run --example generate_sample_data            # writes sample_data/
//! cargo run --example generate_sample_data -- /tmp/x  # writes elsewhere
//! ```
//!
//! Nothing depends on the clock, the machine or the order of the tables, so everybody gets the same
//! files. Two habits keep it that way: each table draws from its own stream of one seed, so a change to
//! one table leaves the others as they were; and probabilities are only added and multiplied, never
//! passed through `ln` or `exp`, whose last digit differs between platforms. Money is counted in cents.
//!
//! `market` decides who buys and what is sold, `sales` plays the orders, `crm` derives the other
//! tables, `files` writes them.

#[path = "generate/crm.rs"]
mod crm;
#[path = "generate/files.rs"]
mod files;
#[path = "generate/market.rs"]
mod market;
#[path = "generate/sales.rs"]
mod sales;

use std::path::{Path, PathBuf};

use datafusion::arrow::array::types::Date32Type;
use datafusion::arrow::compute::kernels::cast_utils::Parser;
use datafusion::error::Result;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Chosen among a few so that the missing day is the only weekday without orders, and so that the
/// differences described in `market` are large enough to see. Another seed changes every file.
const SEED: u64 = 2078;
const FIRST_DAY: &str = "2025-01-01";
const LAST_DAY: &str = "2026-06-30";

/// One stream of random numbers for each table; a new table takes a new number.
#[derive(Clone, Copy)]
enum Stream {
    Customers = 1,
    Orders,
    Marketplace,
    Opportunities,
    Subscriptions,
    Surveys,
    Usage,
}

#[allow(dead_code)] // The tests include this file for `generate`.
fn main() -> Result<()> {
    let dir = std::env::args_os()
        .nth(1)
        .map_or_else(|| PathBuf::from("sample_data"), PathBuf::from);
    generate(&dir)
}

/// Writes all tables below `dir` as Parquet, and below `dir/csv` as CSV.
pub fn generate(dir: &Path) -> Result<()> {
    let products = market::products();
    let customers = market::customers(&mut random(Stream::Customers));
    let mut orders = sales::Orders::default();
    let accounts = orders.play(&customers, &products, &mut random(Stream::Orders));
    orders.add_anonymous(&products, &mut random(Stream::Marketplace));

    files::write(dir, "customers", &market::customers_table(&customers)?)?;
    files::write(dir, "products", &market::products_table(&products)?)?;
    for (month, table) in orders.into_months()? {
        files::write(dir, &format!("orders/month={month}/part-0"), &table)?;
    }
    files::write(
        dir,
        "opportunities",
        &crm::opportunities(&customers, &accounts, &mut random(Stream::Opportunities))?,
    )?;
    files::write(
        dir,
        "subscriptions",
        &crm::subscriptions(
            &customers,
            &accounts,
            &products,
            &mut random(Stream::Subscriptions),
        )?,
    )?;
    files::write(
        dir,
        "surveys",
        &crm::surveys(&customers, &accounts, &mut random(Stream::Surveys))?,
    )?;
    files::write(
        dir,
        "product_usage",
        &crm::product_usage(&customers, &accounts, &products, &mut random(Stream::Usage))?,
    )
}

fn random(stream: Stream) -> ChaCha8Rng {
    let mut random = ChaCha8Rng::seed_from_u64(SEED);
    random.set_stream(stream as u64);
    random
}

/// A date as Arrow counts it: days since 1970-01-01.
fn day(date: &str) -> i32 {
    Date32Type::parse(date).expect("dates in the generator are valid")
}

/// One of `items`, as often as its weight says.
fn pick<'a, T>(random: &mut ChaCha8Rng, items: &'a [T], weight: impl Fn(&T) -> u32) -> &'a T {
    let mut rest = random.random_range(0..items.iter().map(&weight).sum::<u32>());
    for item in items {
        match rest.checked_sub(weight(item)) {
            Some(less) => rest = less,
            None => return item,
        }
    }
    unreachable!("the draw is below the sum of the weights")
}
