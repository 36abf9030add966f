//! Days stored as states in Parquet, and merged into months: in a program of one's own, and on the command line.

use crate::command::Folder;

#[path = "../../examples/roll_up.rs"]
mod example;

/// The example compares the months with one pass over the rows by itself.
#[test]
fn the_example_runs() {
    example::main().expect("the example runs");
}

/// The last days of May and the first of June, with one in between that has no orders.
const DAYS: [&str; 6] = [
    "2026-05-29",
    "2026-05-30",
    "2025-11-12",
    "2026-06-01",
    "2026-06-02",
    "2026-06-03",
];

#[test]
fn the_scripts_give_what_one_pass_gives() {
    let folder = Folder::new();
    std::fs::create_dir(folder.path("states")).expect("a new folder");
    let package = env!("CARGO_MANIFEST_DIR");
    let script = |name: &str| format!("{package}/examples/roll_up/{name}.sql");
    let sample_data = format!("{package}/sample_data");
    for day in DAYS {
        let today = format!("CREATE VIEW today AS SELECT DATE '{day}' AS day");
        let file = format!("states/{day}.parquet");
        let args = [
            "--data",
            &sample_data,
            "-c",
            &today,
            "-f",
            &script("day"),
            "-o",
            &file,
        ];
        folder.run(&args).succeeded();
        assert!(folder.path(&file).is_file());
    }
    // Without --data there are no orders to look at.
    let merged = folder.csv(&["-f", &script("months")]);

    let days = DAYS.map(|day| format!("DATE '{day}'")).join(", ");
    let one_pass = format!(
        "WITH sales AS (
           SELECT to_char(o.ordered_at, '%Y-%m') AS ordered_in, c.segment, o.*
           FROM orders o JOIN customers c ON c.customer_id = o.customer_id
           WHERE CAST(o.ordered_at AS DATE) IN ({days})
         )
         SELECT
           s.ordered_in AS month,
           CASE WHEN grouping(s.segment) = 1 THEN 'Total' ELSE s.segment END AS segment,
           count(DISTINCT CAST(s.ordered_at AS DATE)) AS days,
           cross_sell_rate(s.customer_id, s.is_cross_sell) AS cross_sell_rate,
           cross_sell_ratio(s.order_id, s.is_cross_sell) AS cross_sell_ratio,
           upsell_rate(s.customer_id, s.is_upsell) AS upsell_rate,
           CAST(arpa(s.customer_id, s.amount) AS DOUBLE) AS arpa
         FROM sales s
         GROUP BY GROUPING SETS ((s.ordered_in, s.segment), (s.ordered_in))
         ORDER BY month, grouping(s.segment), segment"
    );
    assert_eq!(
        merged,
        folder.csv(&["--data", &sample_data, "-c", &one_pass])
    );
    // Two months of four segments and a total, below the header.
    assert_eq!(merged.lines().count(), 11, "{merged}");
}
