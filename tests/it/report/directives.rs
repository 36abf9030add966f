//! What comments tell a report, and what is wrong with them.

use super::{call, months, read, said, sample, texts, with};

const MONTHS: &str =
    "SELECT month, cross_sell_rate_parts(customer, flag) AS rate FROM rows GROUP BY month";

fn script(head: &str, above: &str) -> String {
    let rows = months(&[
        ("2025-12", 400, 40),
        ("2026-01", 400, 44),
        ("2026-02", 400, 60),
    ]);
    format!("-- T\n{head}\nCREATE VIEW rows AS {rows};\n{above}\n{MONTHS}")
}

#[test]
fn a_target_is_judged_by_the_interval() {
    let told = |target: &str| {
        let said = said(&script(&format!("-- target: {target}"), ""));
        texts(&said["items"]).join("\n")
    };
    // 60 of 400 are 15.0 %, 11.8 % to 18.8 %.
    assert!(
        told("rate 10").contains("Target 10.0 %: reached (+5.0 points)."),
        "{}",
        told("rate 10")
    );
    assert!(told("cross_sell_rate 16").contains("Target 16.0 %: too close to tell (-1.0 points)."));
    // A name that the KPI goes by as well.
    assert!(told("CCR 30%").contains("Target 30.0 %: missed (-15.0 points)."));
}

#[test]
fn a_baseline_is_a_comparison_and_the_beginning_of_the_way() {
    let said = said(&script("-- baseline: 2025-12\n-- target: rate 20", ""));
    let told = texts(&said["items"]).join("\n");
    assert!(told.contains("Up by 5.0 points since 2025-12: "), "{told}");
    // From 10 to 20 it is at 15.
    assert!(told.contains("50.0 % of the way there"), "{told}");
}

#[test]
fn what_stands_above_a_statement_goes_before_what_is_for_all() {
    let said = said(&script(
        "-- target: rate 10\n-- min-n: 1000",
        "-- target: rate 90\n-- min-n: 3",
    ));
    let told = texts(&said["items"]).join("\n");
    assert!(told.contains("Target 90.0 %: missed"), "{told}");
    assert!(!told.contains("too few"), "{told}");
}

#[test]
fn a_chart_is_the_one_that_is_asked_for() {
    let pictures = |above: &str| said(&script("", above))["svgs"].as_array().map(Vec::len);
    assert_eq!(pictures(""), Some(1));
    assert_eq!(pictures("-- chart: trend"), Some(1));
    assert_eq!(pictures("-- chart: table"), Some(0));
}

#[test]
fn what_nothing_follows_is_an_error_with_its_line() {
    for (head, above, words) in [
        (
            "-- target: csat 80",
            "",
            [
                "pack.sql:2: -- target: csat 80",
                "no result has csat as a KPI; there are rate",
            ],
        ),
        (
            "-- target: rate",
            "",
            [
                "pack.sql:2: -- target: rate",
                "Example: -- target: cross_sell_ratio 15",
            ],
        ),
        (
            "-- tagret: rate 5",
            "",
            ["pack.sql:2: -- tagret: rate 5", "did you mean target?"],
        ),
        (
            "",
            "-- chart: mix",
            [
                "-- chart: mix: no column is a list of products",
                "product_mix(customer, product)",
            ],
        ),
        (
            "",
            "-- chart: segments",
            ["-- chart: segments: no column has segments", "pack.sql:5"],
        ),
        (
            "-- baseline: 2025-Q4",
            "",
            ["-- baseline: 2025-Q4 is a quarter", "each a month"],
        ),
        (
            "-- chart: trend",
            "",
            [
                "pack.sql:2: -- chart: trend",
                "the statement below it has no result",
            ],
        ),
        (
            "-- min-n: few",
            "",
            ["a whole number; got few", "-- min-n: 30"],
        ),
    ] {
        let folder = with(&script(head, above));
        folder.run(&call("pack.html", &sample())).failed(1, &words);
        assert!(!folder.path("pack.html").exists());
    }
    let inside = "-- T\nSELECT 1 AS a\n-- min-n: 3\n;";
    with(inside)
        .run(&call("pack.html", &sample()))
        .failed(1, &["pack.sql:3: -- min-n: 3", "within a statement"]);
    let unused = "-- T\n-- min-n: 3\nSELECT nps(nps_score) AS nps FROM surveys";
    with(unused)
        .run(&call("pack.html", &sample()))
        .failed(1, &["pack.sql:2", "SELECT X_parts(…)"]);
    let below = "-- T\nSELECT 1 AS a;\n-- baseline: 2026-01";
    with(below)
        .run(&call("pack.html", &sample()))
        .failed(1, &["pack.sql:3", "below the last statement"]);
}

#[test]
fn the_script_runs_without_a_report_as_well() {
    let folder = with(super::PACK);
    let data = sample();
    let out = folder
        .run(&["-q", "--data", &data, "-f", "pack.sql"])
        .succeeded();
    assert!(out.contains("cross_sell_rate"), "{out}");
    folder.run(&call("pack.html", &data)).succeeded();
    assert_eq!(
        read(&folder, "pack.html")["title"],
        "How did cross-selling go?"
    );
}
