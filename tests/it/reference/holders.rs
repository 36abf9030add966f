//! The customers of each item, as in `penetration_duckdb.csv`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use datafusion::prelude::SessionContext;

use super::columns::Columns;
use super::sql::{collect, collect_row, numbers, quoted, texts};
use super::tally::Tally;
use super::values::{cell, number, read_rows};

pub const COLUMNS: Columns = Columns {
    keys: &["level", "item"],
    measured: &[],
    compared: &["customers", "penetration_pct"],
    plain_sql: &["revenue"],
    no_function: &[],
};

/// Compares three values per item of a file: its share of the customers as a rate, and both its
/// customers and their share in the mix of all products or categories.
pub async fn compare(dataset: &str, ctx: &SessionContext, file: PathBuf, values: usize) {
    let mut tally = Tally::new(dataset);
    let items = read_rows(file).await;

    // One SELECT with a column per item, as an analyst would put a few of them side by side.
    let is_item = |row| format!("{} = {}", cell(row, "level"), quoted(cell(row, "item")));
    let columns: Vec<_> = items
        .iter()
        .enumerate()
        .map(|(i, row)| format!("penetration(customer_id, {}) AS item_{i}", is_item(row)))
        .collect();
    let sql = format!("SELECT {} FROM fact", columns.join(", "));
    let rates = collect_row(ctx, &sql).await;

    let mut mixes = BTreeMap::new();
    for row in &items {
        let level = cell(row, "level");
        if !mixes.contains_key(level) {
            mixes.insert(level, mix(ctx, level).await);
        }
    }

    for (i, row) in items.iter().enumerate() {
        let place = is_item(row);
        let share = number(row, "penetration_pct");
        let rate = numbers(&rates, &format!("item_{i}"))[0];
        tally.check(&format!("{place}, penetration"), share, rate);

        let item = mixes[cell(row, "level")].get(cell(row, "item"));
        let (customers, mixed) = item.copied().unwrap_or_default();
        tally.check(
            &format!("{place}, customers in the mix"),
            number(row, "customers"),
            customers,
        );
        tally.check(&format!("{place}, share in the mix"), share, mixed);
    }
    tally.finish(values);
}

/// The customers of each item, and their share.
async fn mix(ctx: &SessionContext, level: &str) -> BTreeMap<String, (Option<f64>, Option<f64>)> {
    let sql = format!(
        "SELECT mix['product'] AS item, mix['customers'] AS customers, mix['share'] AS share
         FROM (SELECT unnest(product_mix(customer_id, CAST({level} AS VARCHAR))) AS mix FROM fact)"
    );
    let mut items = BTreeMap::new();
    for batch in collect(ctx, &sql).await {
        let counts = numbers(&batch, "customers")
            .into_iter()
            .zip(numbers(&batch, "share"));
        for (item, counts) in texts(&batch, "item").into_iter().zip(counts) {
            items.insert(item.expect("every item has a name"), counts);
        }
    }
    items
}

/// The shares of customers with at least so many products, beside plain SQL.
pub async fn at_least(dataset: &str, ctx: &SessionContext, counts: &[usize]) {
    let mut tally = Tally::new(dataset);
    for k in counts {
        let sql = format!(
            "SELECT penetration(customer_id, product, {k}) AS got,
                    (SELECT 100.0 * count(*) FILTER (WHERE products >= {k}) / count(*)
                     FROM (SELECT count(DISTINCT product) AS products FROM fact
                           WHERE customer_id IS NOT NULL GROUP BY customer_id)) AS expected
             FROM fact"
        );
        let row = collect_row(ctx, &sql).await;
        let (expected, got) = (numbers(&row, "expected")[0], numbers(&row, "got")[0]);
        assert!(expected.is_some(), "{sql}");
        tally.check(&format!("at least {k} products"), expected, got);
    }
    tally.finish(counts.len());
}
