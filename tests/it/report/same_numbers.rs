//! Page, text, workbook and terminal show the same digits.

use std::process::Command;

use super::{call, read, sample, tables, with};
use crate::support::folder;

const SQL: &str = "\
-- T
-- chart: table
-- name: all_units
SELECT
  segment,
  round(cross_sell_rate(customer_id, product_id), 2) AS rate,
  cross_sell_rate(customer_id, product_id) AS plain_rate,
  arpa(customer_id, amount) AS arpa,
  time_to_cross_sell(customer_id, product_id, ordered_at) AS days,
  products_per_customer(customer_id, product_id) AS products,
  count(*) AS n,
  sum(amount) AS revenue,
  avg(quantity) AS quantity
FROM orders JOIN customers USING (customer_id)
GROUP BY segment
ORDER BY segment";

/// The rows of a table of the program, or of Markdown.
fn rows(text: &str) -> Vec<Vec<String>> {
    let lines = text
        .lines()
        .filter(|line| line.starts_with('|') && !line.contains("---"));
    let cells = |line: &str| {
        let cells = line.trim_matches('|').split('|');
        cells.map(|cell| cell.trim().to_string()).collect()
    };
    lines.map(cells).collect()
}

#[test]
fn all_formats_show_the_same_digits() {
    let folder_of_script = with(SQL);
    let data = sample();
    for file in ["pack.html", "pack.md", "pack.xlsx"] {
        folder_of_script.run(&call(file, &data)).succeeded();
    }
    let terminal = folder_of_script
        .run(&["-q", "--data", &data, "-f", "pack.sql"])
        .succeeded();
    let terminal = rows(&terminal);
    assert_eq!(terminal.len(), 5, "{terminal:?}");
    assert!(
        terminal[1][1].ends_with(" %") && terminal[1][4].ends_with(" days"),
        "{terminal:?}"
    );
    let page = tables(&read(&folder_of_script, "pack.html"))
        .pop()
        .expect("a table");
    assert_eq!(page, terminal);
    assert_eq!(rows(&folder_of_script.read("pack.md")), terminal);
    let script = folder("tests/it/cli/shown_cells.py");
    let output = Command::new("python3")
        .arg(script)
        .arg(folder_of_script.path("pack.xlsx"))
        .arg("2")
        .output()
        .expect("python3 runs");
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let sheet: Vec<Vec<String>> = text
        .lines()
        .map(|line| line.split('\t').map(String::from).collect())
        .collect();
    // Columns without a unit are shown with as many digits as fit.
    for (row, shown) in sheet.iter().zip(&terminal) {
        assert_eq!(row[..6], shown[..6]);
    }
    assert_eq!(sheet.len(), terminal.len());
}

#[test]
fn headlines_are_the_numbers_of_the_tables() {
    let folder = with(
        "-- T\nSELECT month, cross_sell_rate_parts(customer_id, product_id) AS rate FROM orders GROUP BY month ORDER BY month",
    );
    folder.run(&call("pack.html", &sample())).succeeded();
    folder.run(&call("pack.md", &sample())).succeeded();
    let said = read(&folder, "pack.html");
    let table = tables(&said).pop().expect("a table");
    assert_eq!(
        table[0],
        ["month", "rate", "rate low", "rate high", "rate n"]
    );
    let last = table.last().expect("rows");
    assert_eq!(said["big"][0].as_str(), Some(last[1].as_str()));
    let text = said["text"].as_str().expect("a text");
    let basis = format!(
        "2026-06 · 95 % interval {} to {} · n = {}",
        last[2], last[3], last[4]
    );
    assert!(text.contains(&basis), "{basis}\n{text}");
    let markdown = folder.read("pack.md");
    assert!(
        markdown.contains(&format!("**{}** ({basis}).", last[1])),
        "{markdown}"
    );
    // What the query itself gives.
    let sql = "SELECT round(p['value'], 1) AS v, round(p['ci_low'], 1) AS l, round(p['ci_high'], 1) AS h, p['denominator'] AS n FROM \
               (SELECT cross_sell_rate_parts(customer_id, product_id) AS p FROM orders WHERE month = '2026-06')";
    let terminal = folder
        .run(&["-q", "--data", &sample(), "-c", sql])
        .succeeded();
    let shown = &rows(&terminal)[1];
    assert_eq!(shown[..3], last[1..4]);
}
