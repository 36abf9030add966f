//! The customers of each item, as in `penetration_duckdb.csv`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use datafusion::prelude::SessionContext;

use super::columns::Columns;
use super::sql::{collect, collect_row, numbers, quoted, texts};
use super::tally::Tally;
use super::values::{Row, cell, number, read_rows};

pub const COLUMNS: Columns = Columns {
    keys: &["level", "item"],
    measured: &[],
    compared: &["customers", "penetration_pct"],
    plain_sql: &["revenue"],
    no_function: &[],
};

/// Compares three values per item of a file: its share of the customers as a rate, and what
/// [`compare_mix`] does.
pub async fn compare(dataset: &str, ctx: &SessionContext, file: PathBuf, values: usize) {
    let mut tally = Tally::new(dataset);
    let items = read_rows(file).await;
    rates(&mut tally, ctx, &items).await;
    mixes(&mut tally, ctx, &items).await;
    tally.finish(values);
}

/// Compares two values per item of a file: its customers and their share, in the mix of all items.
pub async fn compare_mix(dataset: &str, ctx: &SessionContext, file: PathBuf, values: usize) {
    let mut tally = Tally::new(dataset);
    mixes(&mut tally, ctx, &read_rows(file).await).await;
    tally.finish(values);
}

/// One SELECT with a column per item, as an analyst would put a few of them side by side.
async fn rates(tally: &mut Tally<'_>, ctx: &SessionContext, items: &[Row]) {
    let is_item = |row| format!("{} = {}", cell(row, "level"), quoted(cell(row, "item")));
    let columns: Vec<_> = items
        .iter()
        .enumerate()
        .map(|(i, row)| format!("penetration(customer_id, {}) AS item_{i}", is_item(row)))
        .collect();
    let sql = format!("SELECT {} FROM fact", columns.join(", "));
    let got = collect_row(ctx, &sql).await;
    for (i, row) in items.iter().enumerate() {
        let rate = numbers(&got, &format!("item_{i}"))[0];
        let place = format!("{}, penetration", is_item(row));
        tally.check(&place, number(row, "penetration_pct"), rate);
    }
}

async fn mixes(tally: &mut Tally<'_>, ctx: &SessionContext, items: &[Row]) {
    let levels: BTreeSet<_> = items.iter().map(|row| cell(row, "level")).collect();
    for level in levels {
        let mix = mix(ctx, level).await;
        for row in items.iter().filter(|row| cell(row, "level") == level) {
            let item = cell(row, "item");
            let (customers, share) = mix.get(item).copied().unwrap_or_default();
            let place = format!("product_mix, {level} = {item}");
            tally.check(&place, number(row, "customers"), customers);
            tally.check(&place, number(row, "penetration_pct"), share);
        }
    }
}

/// The customers of each item, and their share.
async fn mix(ctx: &SessionContext, level: &str) -> BTreeMap<String, (Option<f64>, Option<f64>)> {
    let sql = format!(
        "SELECT mix['product'] AS item, mix['customers'] AS customers, mix['share'] AS share
         FROM (SELECT unnest(product_mix(customer_id, CAST({level} AS VARCHAR))) AS mix FROM fact)"
    );
    let mut items = BTreeMap::new();
    for batch in collect(ctx, &sql).await {
        let counts = numbers(&batch, "customers");
        let shares = numbers(&batch, "share");
        for (i, item) in texts(&batch, "item").into_iter().enumerate() {
            let item = item.expect("every item has a name");
            items.insert(item, (counts[i], shares[i]));
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
