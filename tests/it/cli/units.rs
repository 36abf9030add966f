//! Numbers of KPIs in their unit: the same in every format that people read.

use std::path::Path;
use std::process::Command;

use crate::command::Folder;
use crate::support::folder as folder_of;

/// Questions whose answers have all units, many digits, halves, signs, NULL, money as DECIMAL and as floats.
const QUESTIONS: [&str; 8] = [
    "SELECT segment, cross_sell_rate(customer_id, product_id) AS rate, arpa(customer_id, amount) AS arpa, \
     time_to_cross_sell(customer_id, product_id, ordered_at) AS days, customer_lifespan(customer_id, ordered_at) AS years, \
     products_per_customer(customer_id, product_id) AS number, purchase_frequency(customer_id, order_id) AS n, count(*) AS lines \
     FROM orders JOIN customers USING (customer_id) GROUP BY ROLLUP (segment) ORDER BY segment",
    "SELECT channel, round(arpa(customer_id, CAST(amount AS DOUBLE)), 3) AS arpa, round(cross_sell_ratio(order_id, is_cross_sell)) AS ratio, \
     cross_sell_revenue(amount, is_cross_sell) AS revenue, sum(amount) AS plain, CAST(arpa(customer_id, amount) AS INT) AS whole \
     FROM orders GROUP BY channel ORDER BY channel",
    "SELECT nps(nps_score) AS nps, csat(csat_score) AS csat FROM surveys",
    "SELECT d, nps(s) AS nps FROM (VALUES ('minus', 3), ('minus', 9), ('minus', 2), ('plus', 9), ('none', NULL), ('zero', 7)) AS t(d, s) GROUP BY d ORDER BY d",
    "SELECT k, arpa(c, x) AS arpa FROM (VALUES (1, 'a', 0.125), (2, 'a', 2.675), (3, 'a', 999999.995), (4, 'a', -0.005), (5, 'a', 1e15), (6, 'a', 0.0)) AS t(k, c, x) GROUP BY k ORDER BY k",
    "SELECT k, arpa(c, x) AS arpa FROM (VALUES (1, 'a', CAST('12345678901234567.895' AS DECIMAL(30, 3))), (2, 'a', CAST('-1234.565' AS DECIMAL(30, 3)))) AS t(k, c, x) GROUP BY k ORDER BY k",
    "SELECT p['value'] AS v, p['ci_low'] AS low, p['ci_high'] AS high, p['denominator'] AS n, 'a|b<c>' AS text, DATE '2026-01-31' AS day, true AS flag \
     FROM (SELECT cross_sell_ratio_parts(order_id, is_cross_sell) AS p FROM orders)",
    "SELECT basket_lift(order_id, product_id = 'ANA-1', product_id = 'INV-1') AS lift, coalesce(round(nrr(customer_id, amount, amount * 12.3456), 2), 0) AS nrr FROM orders",
];

type Rows = Vec<Vec<String>>;

fn data() -> String {
    folder_of("sample_data").display().to_string()
}

fn printed(folder: &Folder, format: &str, sql: &str) -> String {
    folder
        .run(&["-q", "--data", &data(), "--format", format, "-c", sql])
        .succeeded()
}

/// The rows of a table or of Markdown; in Markdown two letters have a backslash before them.
fn between_bars(text: &str) -> Rows {
    let lines = text.lines().filter(|line| line.starts_with('|'));
    let lines = lines.filter(|line| !line.starts_with("|-"));
    let row = |line: &str| {
        let line = line.replace("\\|", "\u{1}").replace("a|b", "a\u{1}b");
        let cells = line.trim_matches('|').split('|');
        cells
            .map(|cell| cell.trim().replace('\u{1}', "|"))
            .collect()
    };
    lines.map(row).collect()
}

fn of_html(text: &str) -> Rows {
    let rows = text.split("<tr>").skip(1);
    let cell = |part: &str| {
        let (_, rest) = part.split_once('>').expect("the tag ends");
        let (value, _) = rest.split_once("</t").expect("the cell ends");
        let value = value.replace("<i>NULL</i>", "NULL").replace("&lt;", "<");
        value.replace("&gt;", ">").replace("&amp;", "&")
    };
    rows.map(|row| {
        let row = row.replace("<th", "<td");
        row.split("<td").skip(1).map(cell).collect()
    })
    .collect()
}

fn of_workbook(folder: &Folder, sql: &str) -> Rows {
    folder
        .run(&["-q", "--data", &data(), "-o", "o.xlsx", "-c", sql])
        .succeeded();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/cli/shown_cells.py");
    let output = Command::new("python3")
        .arg(script)
        .arg(folder.path("o.xlsx"))
        .output()
        .expect("python3 runs");
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let row = |line: &str| line.split('\t').map(String::from).collect();
    text.lines().map(row).collect()
}

/// NULL at the end of a row is no cell.
fn filled(mut rows: Rows) -> Rows {
    let width = rows[0].len();
    for row in &mut rows {
        row.resize(width, "NULL".to_string());
    }
    rows
}

#[test]
fn every_format_for_people_shows_the_same_digits() {
    let folder = Folder::new();
    for sql in QUESTIONS {
        let table = between_bars(&printed(&folder, "table", sql));
        assert!(table.len() > 1, "{sql}");
        assert_eq!(
            between_bars(&printed(&folder, "markdown", sql)),
            table,
            "{sql}"
        );
        assert_eq!(of_html(&printed(&folder, "html", sql)), table, "{sql}");
        assert_eq!(filled(of_workbook(&folder, sql)), table, "{sql}");
        let vertical = printed(&folder, "vertical", sql);
        let values = vertical.lines().filter_map(|line| line.strip_prefix("  "));
        let values: Vec<String> = values
            .map(|line| {
                line.split_once(": ")
                    .map_or("", |(_, value)| value.trim())
                    .to_string()
            })
            .collect();
        assert_eq!(values, table[1..].concat(), "{sql}");
    }
}

#[test]
fn numbers_of_kpis_are_in_their_unit() {
    let folder = Folder::new();
    let rows = |sql: &str| between_bars(&printed(&folder, "table", sql));
    let values = "FROM (VALUES ('c1', 'a', 1000.0, DATE '2026-01-01'), ('c1', 'b', 2000.5, DATE '2026-01-31'), ('c2', 'a', 10.0, DATE '2026-01-01')) AS t(c, p, x, d)";
    let sql = format!(
        "SELECT cross_sell_rate(c, p) AS a, round(cross_sell_rate(c, p), 3) AS b, round(cross_sell_rate(c, p)) AS c, arpa(c, x) AS d, \
         time_to_cross_sell(c, p, d) AS e, products_per_customer(c, p) AS f, CAST(cross_sell_rate(c, p) AS VARCHAR) AS g, \
         cross_sell_rate(c, p) / 100 AS h, count(DISTINCT c) AS i {values}"
    );
    assert_eq!(
        rows(&sql)[1],
        [
            "50.0 %",
            "50.000 %",
            "50 %",
            "1,505.25",
            "30.0 days",
            "1.5",
            "50.0",
            "0.5",
            "2"
        ]
    );
    let raw = folder.run(&["--raw", "-c", &sql]).succeeded();
    assert_eq!(
        between_bars(&raw)[1],
        [
            "50.0", "50.0", "50.0", "1505.25", "30.0", "1.5", "50.0", "0.5", "2"
        ]
    );
    // Programs get numbers.
    let csv = folder.csv(&["-c", &sql]);
    assert_eq!(
        csv.lines().nth(1),
        Some("50.0,50.0,50.0,1505.25,30.0,1.5,50.0,0.5,2")
    );
}

#[test]
fn numbers_of_a_raw_workbook_have_no_unit() {
    let folder = Folder::new();
    let sql = "SELECT cross_sell_rate(c, p) AS a FROM (VALUES ('c1', 'a'), ('c1', 'b'), ('c2', 'a'), ('c3', 'a')) AS t(c, p)";
    assert_eq!(of_workbook(&folder, sql)[1], ["33.3 %"]);
    folder
        .run(&["--raw", "-o", "o.xlsx", "-c", sql])
        .succeeded();
    let read = folder.csv(&["-q", "-c", "SELECT a FROM 'o.xlsx'"]);
    assert!(read.starts_with("a\n33.33333333333333"), "{read}");
}

#[test]
fn values_of_several_units_in_one_column_have_none() {
    let folder = Folder::new();
    let rows = "(VALUES ('a', 'x', 1.5), ('a', 'y', 2.5), ('b', 'x', 3.0)) AS t(c, p, x)";
    let cell = |select: &str| {
        let sql = format!("SELECT v FROM ({select}) ORDER BY 1 DESC NULLS LAST LIMIT 1");
        between_bars(&printed(&folder, "table", &sql))[1][0].clone()
    };
    let (rate, arpa, ratio) = (
        format!("cross_sell_rate(c, p) AS v FROM {rows}"),
        format!("arpa(c, x) AS v FROM {rows}"),
        format!("penetration(c, p = 'x') AS v FROM {rows}"),
    );
    for (select, expected) in [
        (format!("SELECT {rate}"), "50.0 %"),
        (format!("SELECT {rate} UNION ALL SELECT {arpa}"), "50.0"),
        (format!("SELECT {rate} UNION ALL SELECT 7.5"), "50.0"),
        // Of one unit, and NULL of any.
        (format!("SELECT {rate} UNION ALL SELECT {ratio}"), "100.0 %"),
        (format!("SELECT {rate} UNION ALL SELECT NULL"), "50.0 %"),
        (
            format!("SELECT coalesce(cross_sell_rate(c, p), arpa(c, x)) AS v FROM {rows}"),
            "50.0",
        ),
        (
            format!("SELECT coalesce(cross_sell_rate(c, p), 0) AS v FROM {rows}"),
            "50.0 %",
        ),
        (
            format!(
                "SELECT CASE WHEN true THEN cross_sell_rate(c, p) ELSE arpa(c, x) END AS v FROM {rows}"
            ),
            "50.0",
        ),
    ] {
        assert_eq!(cell(&select), expected, "{select}");
    }
}

/// They give the columns of their right side alone.
#[test]
fn joins_that_keep_the_right_side_have_its_units() {
    let folder = Folder::new();
    let rate = "(SELECT 'k' AS k, cross_sell_rate(c, p) AS v FROM (VALUES ('a', 'x'), ('a', 'y'), ('b', 'x')) AS t(c, p))";
    let plain = "(SELECT 'k' AS k, 7.5 AS v)";
    let other = "(SELECT 'other' AS k, 7.5 AS v)";
    for (from, expected) in [
        (
            format!("{plain} AS l RIGHT SEMI JOIN {rate} AS r"),
            "50.0 %",
        ),
        (format!("{rate} AS l RIGHT SEMI JOIN {plain} AS r"), "7.5"),
        (
            format!("{other} AS l RIGHT ANTI JOIN {rate} AS r"),
            "50.0 %",
        ),
        (format!("{rate} AS l LEFT SEMI JOIN {plain} AS r"), "50.0 %"),
        (format!("{plain} AS l LEFT SEMI JOIN {rate} AS r"), "7.5"),
    ] {
        let sql = format!("SELECT * FROM {from} ON l.k = r.k");
        let rows = between_bars(&printed(&folder, "table", &sql));
        assert_eq!(rows[1][1], expected, "{sql}");
    }
}
