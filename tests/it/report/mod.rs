//! `kpi-sql report`: what a page says, that it is one, and that text and workbook say the same.

mod browser;
mod directives;
mod honesty;
mod hostile;
mod large;
mod pages;
mod same_numbers;
mod shipped_packs;

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::command::Folder;
use crate::support::folder;

/// Months and segments with a total, and a goal.
pub const PACK: &str = "\
-- How did cross-selling go?
-- target: cross_sell_ratio 15
-- baseline: 2025-12
--
-- Sales without a known customer are left out.

-- Each month counts the orders of that month.
-- name: by_month
SELECT
  date_trunc('month', o.ordered_at) AS month,
  CASE WHEN grouping(c.segment) = 1 THEN 'Total' ELSE c.segment END AS segment,
  cross_sell_ratio_parts(o.order_id, o.is_cross_sell) AS cross_sell_ratio,
  upsell_rate_parts(o.customer_id, o.is_upsell) AS upsell_rate
FROM orders o
JOIN customers c ON c.customer_id = o.customer_id
GROUP BY GROUPING SETS ((date_trunc('month', o.ordered_at), c.segment), (date_trunc('month', o.ordered_at)))
ORDER BY month, segment;

-- name: by_channel
SELECT channel, round(cross_sell_rate(customer_id, product_id), 1) AS cross_sell_rate, round(arpa(customer_id, amount), 2) AS arpa
FROM orders
GROUP BY channel
ORDER BY channel;

-- name: mix
SELECT segment, product_mix(customer_id, product_id) AS products
FROM orders JOIN customers USING (customer_id)
GROUP BY ROLLUP (segment)
ORDER BY segment
";

/// A folder with a script of this text.
pub fn with(script: &str) -> Folder {
    let folder = Folder::new();
    folder.file("pack.sql", script);
    folder
}

/// The call that makes a report of it, on the sample data.
pub fn call<'a>(file: &'a str, data: &'a str) -> Vec<&'a str> {
    vec!["report", "-q", "--data", data, "-f", "pack.sql", "-o", file]
}

/// The sample data.
pub fn sample() -> String {
    folder("sample_data").display().to_string()
}

/// What the page of a script says, once it was checked by a parser.
pub fn said(script: &str) -> Value {
    let folder = with(script);
    folder.run(&call("pack.html", &sample())).succeeded();
    read(&folder, "pack.html")
}

/// What a page says.
#[track_caller]
pub fn read(folder: &Folder, page: &str) -> Value {
    let check = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/report/page_check.py");
    let output = Command::new("python3")
        .arg(check)
        .arg(folder.path(page))
        .output()
        .expect("python3 runs");
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words}");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// The texts of a list.
pub fn texts(value: &Value) -> Vec<String> {
    let list = value.as_array().expect("a list").iter();
    list.map(|text| text.as_str().expect("a text").to_string())
        .collect()
}

/// The rows of each table, without what is around its texts.
pub fn tables(said: &Value) -> Vec<Vec<Vec<String>>> {
    let tables = said["tables"].as_array().expect("a list").iter();
    let rows = |table: &Value| table.as_array().expect("rows").iter().map(texts).collect();
    tables.map(rows).collect()
}

/// The rows that make months of customers: `(month, customer, has several products)`.
pub fn months(rows: &[(&str, u32, u32)]) -> String {
    let values: Vec<String> = rows
        .iter()
        .map(|(month, customers, crossed)| {
            format!("SELECT '{month}' AS month, value AS customer, value <= {crossed} AS flag FROM generate_series(1, {customers})")
        })
        .collect();
    values.join(" UNION ALL ")
}
