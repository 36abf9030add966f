//! EXPLAIN ANALYZE, for people and with all that is counted.

use crate::command::Folder;

const QUERY: &str = "SELECT value % 3 AS g, cross_sell_rate(value, value % 7) AS rate \
    FROM generate_series(1, 1000) WHERE value % 10 = 0 GROUP BY g ORDER BY g";

#[test]
fn each_step_is_a_row() {
    let folder = Folder::new();
    let steps = folder.csv(&["--threads", "2", "-c", &format!("EXPLAIN ANALYZE {QUERY}")]);
    let mut lines = steps.lines();
    assert_eq!(lines.next(), Some("rows,ms,memory_mb,spilled_mb,step"));
    let steps: Vec<_> = lines
        .map(|line| {
            let cells: Vec<_> = line.splitn(5, ',').collect();
            (cells[0], cells[4].trim_start_matches('"'))
        })
        .collect();
    let rows = |name: &str| {
        let mut found = steps.iter();
        found
            .find(|(_, step)| step.trim_start().starts_with(name))
            .unwrap_or_else(|| panic!("no {name} in {steps:?}"))
            .0
    };
    assert_eq!(rows("Filter"), "100");
    assert_eq!(rows("KPI finish"), "3");
    // The inputs of a step stand below it, and deeper.
    assert!(
        !steps[0].1.starts_with(' ') && steps[1].1.starts_with("  "),
        "{steps:?}"
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
fn another_format_is_that_which_was_asked_for() {
    let folder = Folder::new();
    let sql = format!("EXPLAIN ANALYZE FORMAT pgjson {QUERY}");
    let plan = folder.run(&["--format", "json", "-c", &sql]).succeeded();
    assert!(
        plan.contains("plan_type") && plan.contains("Node Type"),
        "{plan}"
    );
    let sql = format!("EXPLAIN ANALYZE FORMAT tree {QUERY}");
    folder.run(&["-c", &sql]).failed(1, &["FORMAT tree"]);
}

#[test]
fn a_query_that_fails_says_why() {
    let folder = Folder::new();
    folder.file("orders.csv", "a\n1\nx\n");
    let sql = "EXPLAIN ANALYZE SELECT sum(CAST(a AS INT)) FROM 'orders.csv'";
    folder.run(&["-c", sql]).failed(1, &["'x'"]);
}
