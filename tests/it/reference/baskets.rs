//! Items that are bought together, as in `basket_duckdb.csv`. A basket is an order.

use std::path::PathBuf;

use datafusion::prelude::SessionContext;

use super::columns::Columns;
use super::sql::{collect_row, numbers, quoted};
use super::tally::Tally;
use super::values::{cell, number, read_rows};

pub const COLUMNS: Columns = Columns {
    keys: &["level", "ranking", "item_a", "item_b"],
    measured: &[],
    compared: &[
        "support_pct",
        "confidence_a_to_b",
        "confidence_b_to_a",
        "lift",
    ],
    plain_sql: &["baskets", "count_a", "count_b", "count_ab"],
    no_function: &[],
};

/// Four values per pair of items. The reference has confidences from 0 to 1.
const SELECT: &str = "
    SELECT basket_support(order_id, a, b) AS support_pct,
           attach_rate(order_id, a, b) / 100 AS confidence_a_to_b,
           basket_confidence(order_id, b, a) / 100 AS confidence_b_to_a,
           basket_lift(order_id, a, b) AS lift";

pub async fn compare(dataset: &str, ctx: &SessionContext, file: PathBuf, values: usize) {
    let mut tally = Tally::new(dataset);
    for row in read_rows(file).await {
        let level = cell(&row, "level");
        let [a, b] = ["item_a", "item_b"].map(|item| cell(&row, item));
        // What is no item is in no basket.
        let sql = format!(
            "{SELECT} FROM (SELECT order_id, {level} = {} AS a, {level} = {} AS b
                            FROM fact WHERE {level} IS NOT NULL)",
            quoted(a),
            quoted(b)
        );
        let got = collect_row(ctx, &sql).await;
        for column in COLUMNS.compared {
            let place = format!("{level}, {a} and {b}, {column}");
            tally.check(&place, number(&row, column), numbers(&got, column)[0]);
        }
    }
    tally.finish(values);
}
