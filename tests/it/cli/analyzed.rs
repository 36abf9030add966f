//! EXPLAIN ANALYZE, for people and with all that is counted.

use crate::command::Folder;

const QUERY: &str = "SELECT value % 3 AS g, cross_sell_rate(value, value % 7) AS rate \
    FROM generate_series(1, 1000) WHERE value % 10 = 0 GROUP BY g ORDER BY g";

#[test]
fn each_step_is_a_row() {
    let folder = Folder::new();
    let steps = folder.csv(&["--threads", "2", "-c", &format!("EXPLAIN ANALYZE {QUERY}")]);
    let mut lines = steps.lines();
    assert_eq!(lines.next(), Some("step,rows,ms,memory_mb,spilled_mb"));
    let lines: Vec<_> = lines.collect();
    let rows = |step: &str| {
        let line = lines
            .iter()
            .find(|line| line.trim_start_matches(['"', ' ']).starts_with(step))
            .unwrap_or_else(|| panic!("no {step} in\n{steps}"));
        let mut cells = line.rsplit(',');
        cells.nth(3).expect("five columns").to_string()
    };
    assert_eq!(rows("Filter"), "100");
    assert_eq!(rows("KPI finish"), "3");
    // The inputs of a step stand below it, and deeper.
    assert!(
        !lines[0].starts_with([' ', '"']) && lines[1].trim_start_matches('"').starts_with("  "),
        "{steps}"
    );
}

#[test]
fn verbose_has_what_is_counted() {
    let folder = Folder::new();
    let plan = folder.csv(&["-c", &format!("EXPLAIN ANALYZE VERBOSE {QUERY}")]);
    assert!(
        plan.contains("KpiFoldExec: ") && plan.contains("metrics=[output_rows="),
        "{plan}"
    );
}

#[test]
fn a_query_that_fails_says_why() {
    let folder = Folder::new();
    folder.file("orders.csv", "a\n1\nx\n");
    let sql = "EXPLAIN ANALYZE SELECT sum(CAST(a AS INT)) FROM 'orders.csv'";
    folder.run(&["-c", sql]).failed(1, &["'x'"]);
}
