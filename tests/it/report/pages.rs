//! What a page has, and that it is sound.

use super::{PACK, call, months, read, said, sample, tables, texts, with};
use crate::command::Folder;

/// The titles of the pictures.
fn titles(said: &serde_json::Value) -> Vec<&str> {
    let pictures = said["svgs"].as_array().expect("pictures").iter();
    pictures.filter_map(|svg| svg["title"].as_str()).collect()
}

#[test]
fn a_page_says_what_its_results_say() {
    let said = said(PACK);
    assert_eq!(said["title"], "How did cross-selling go?");
    let headings = texts(&said["headings"]);
    for heading in [
        "At a glance",
        "By month",
        "Cross sell ratio",
        "By channel",
        "Cross sell rate",
        "Arpa",
        "Mix",
        "Products",
    ] {
        assert!(
            headings.iter().any(|one| one == heading),
            "{heading}: {headings:?}"
        );
    }
    let text = said["text"].as_str().expect("a text");
    for words in [
        "Sales without a known customer are left out.",
        "Each month counts the orders of that month.",
        "Newest row: 2026-06-30",
        "95 % interval",
        "n = ",
        "KPI Depot: Cross-Sell Ratio by Segment",
        "Target 15.0 %",
        "Table orders: 18 Parquet files",
        "JOIN customers c ON",
    ] {
        assert!(text.contains(words), "{words}:\n{text}");
    }
    // The total is told, and the segments wait.
    let views = said["views"].as_array().expect("views");
    let by_month: Vec<_> = views.iter().take(5).collect();
    assert_eq!(by_month[0]["segment"], "Total");
    assert_eq!(by_month[0]["hidden"], false);
    assert!(by_month[1..].iter().all(|view| view["hidden"] == true));
    let told = texts(&by_month[0]["said"]).join("");
    for since in ["since 2026-05", "since 2025-06", "since 2025-12"] {
        assert!(told.contains(since), "{told}");
    }
    // A chart over time for each view, and one side by side.
    let titles = titles(&said);
    assert!(
        titles.contains(&"cross_sell_ratio over time, Total"),
        "{titles:?}"
    );
    assert!(
        titles.contains(&"cross_sell_ratio over time, SMB"),
        "{titles:?}"
    );
    assert!(
        titles.contains(&"cross_sell_ratio by segment in 2026-06"),
        "{titles:?}"
    );
    assert!(titles.contains(&"cross_sell_rate by segment"), "{titles:?}");
    assert!(titles.contains(&"products, Total"), "{titles:?}");
}

#[test]
fn one_script_gives_one_sequence_of_bytes() {
    let folder = with(PACK);
    let files = ["pack.html", "pack.md", "pack.xlsx"];
    let bytes = || {
        files.map(|file| {
            folder.run(&call(file, &sample())).succeeded();
            std::fs::read(folder.path(file)).expect("the report")
        })
    };
    let first = bytes();
    // Packed files keep times in steps of two seconds.
    std::thread::sleep(std::time::Duration::from_millis(2100));
    for ((file, first), second) in files.iter().zip(first).zip(bytes()) {
        assert!(first == second, "{file}");
    }
}

#[test]
fn rows_that_nobody_sorted_have_an_order() {
    let said = said(
        "-- T\nSELECT month, COALESCE(segment, 'All') AS segment, cross_sell_rate_parts(customer_id, product_id) AS r \
         FROM orders JOIN customers USING (customer_id) WHERE month >= '2026-05' GROUP BY GROUPING SETS ((month, segment), (month))",
    );
    let table = tables(&said).pop().expect("the rows");
    let rows: Vec<String> = table[1..].iter().map(|row| row[..2].join(" ")).collect();
    let segments = ["Enterprise", "Mid-Market", "SMB", "Startup", "All"];
    let expected: Vec<String> = ["2026-05", "2026-06"]
        .iter()
        .flat_map(|month| segments.map(|segment| format!("{month} {segment}")))
        .collect();
    assert_eq!(rows, expected);
}

#[test]
fn results_of_any_shape_are_pages() {
    for (what, sql) in [
        (
            "no rows",
            "SELECT segment, cross_sell_rate_parts(customer_id, segment) AS r FROM customers WHERE false GROUP BY segment",
        ),
        (
            "one period",
            "SELECT month, cross_sell_rate_parts(customer_id, product_id) AS r FROM orders WHERE month = '2026-06' GROUP BY month",
        ),
        (
            "all NULL",
            "SELECT month, cross_sell_rate_parts(CAST(NULL AS TEXT), product_id) AS r FROM orders GROUP BY month",
        ),
        (
            "a value alone",
            "SELECT nps_parts(nps_score) AS nps FROM surveys",
        ),
        (
            "no KPI",
            "SELECT channel, count(*) AS n FROM orders GROUP BY channel",
        ),
        (
            "no columns that tell rows apart",
            "SELECT arpa(customer_id, amount) OVER () AS a FROM orders LIMIT 3",
        ),
        (
            "NaN",
            "SELECT month, arpa_parts(customer_id, CAST('NaN' AS DOUBLE)) AS a FROM orders GROUP BY month",
        ),
        (
            "a list",
            "SELECT product_mix(customer_id, product_id) AS mix FROM orders",
        ),
        (
            "an empty list",
            "SELECT product_mix(customer_id, product_id) AS mix FROM orders WHERE false",
        ),
        (
            "structs and lists",
            "SELECT [1, 2] AS l, {a: 1} AS s, CAST('x' AS BYTEA) AS b",
        ),
        (
            "one name twice",
            "SELECT * FROM (SELECT 1 AS a) AS x, (SELECT 2 AS a) AS y",
        ),
        (
            "many statements",
            "CREATE VIEW v AS SELECT 1 AS a; SET kpi.confidence = 90; SELECT * FROM v; SHOW TABLES",
        ),
        ("an explanation", "EXPLAIN SELECT 1"),
    ] {
        for ending in ["html", "md", "xlsx"] {
            let folder = with(&format!("-- A report\n{sql}"));
            let file = format!("pack.{ending}");
            let outcome = folder.run(&call(&file, &sample()));
            assert_eq!(
                outcome.code,
                Some(0),
                "{what} as {ending}: {}",
                outcome.stderr
            );
        }
        let folder = with(&format!("-- A report\n{sql}"));
        folder.run(&call("pack.html", &sample())).succeeded();
        let said = read(&folder, "pack.html");
        let text = said["text"].as_str().expect("a text");
        let is_a_number = |word: &&str| ["inf", "-inf", "+NaN"].contains(word);
        assert_eq!(
            text.split_whitespace().find(is_a_number),
            None,
            "{what}: {text}"
        );
    }
}

#[test]
fn the_total_is_known_by_the_plan() {
    let of = |segment: &str, group: &str| {
        said(&format!(
            "-- T\nSELECT {segment} AS segment, cross_sell_rate_parts(customer_id, product_id) AS r \
             FROM orders JOIN customers USING (customer_id) GROUP BY {group} ORDER BY segment"
        ))
    };
    let first = |said: &serde_json::Value| said["views"][0]["segment"].as_str().map(String::from);
    for (segment, group, total) in [
        ("segment", "ROLLUP (segment)", "Total"),
        (
            "COALESCE(segment, 'All of them')",
            "ROLLUP (segment)",
            "All of them",
        ),
        (
            "CASE WHEN grouping(segment) = 0 THEN segment ELSE 'Every segment' END",
            "CUBE (segment)",
            "Every segment",
        ),
    ] {
        assert_eq!(
            first(&of(segment, group)).as_deref(),
            Some(total),
            "{segment}"
        );
    }
    // Without a total none is told first, and segments stand side by side.
    let said = of("segment", "segment");
    assert_eq!(said["views"].as_array().map(Vec::len), Some(0));
    let titles = titles(&said);
    assert_eq!(titles, ["r by segment"]);
    // Over time each has a chart, and all of them are shown.
    let said = super::said(
        "-- T\nSELECT month, segment, cross_sell_rate_parts(customer_id, product_id) AS r \
         FROM orders JOIN customers USING (customer_id) GROUP BY month, segment ORDER BY month, segment",
    );
    let views = said["views"].as_array().expect("views");
    assert_eq!(views.len(), 4);
    assert!(views.iter().all(|view| view["hidden"] == false));
}

#[test]
fn every_shipped_query_is_a_report() {
    let queries = std::fs::read_dir(crate::support::folder("queries")).expect("the folder");
    let mut seen = 0;
    for query in queries.flatten().map(|query| query.path()) {
        if query.extension().is_some_and(|ending| ending == "sql") {
            let folder = Folder::new();
            let (script, data) = (query.display().to_string(), sample());
            let args = [
                "report",
                "-q",
                "--data",
                &data,
                "-f",
                &script,
                "-o",
                "pack.html",
            ];
            let outcome = folder.run(&args);
            assert_eq!(outcome.code, Some(0), "{script}: {}", outcome.stderr);
            read(&folder, "pack.html");
            seen += 1;
        }
    }
    assert!(seen > 20);
}

#[test]
fn verdicts_tell_no_rows_apart() {
    let said = said(
        "-- T\nSELECT upper(segment) AS segment, cross_sell_rate_parts(customer_id, product_id) AS r, \
         CASE WHEN count(*) > 1000 THEN 'many' ELSE 'few' END AS verdict, 7 AS nps \
         FROM orders JOIN customers USING (customer_id) GROUP BY segment ORDER BY 1",
    );
    assert_eq!(titles(&said), ["r by segment", "nps by segment"]);
    let text = said["text"].as_str().expect("a text");
    assert!(
        text.contains("ENTERPRISE") && !text.contains("·  few") && !text.contains("· many"),
        "{text}"
    );
}

#[test]
fn where_nothing_is_grouped_the_first_texts_tell_rows_apart() {
    let of = |rows: &str| {
        let said = said(&format!(
            "-- T\n-- target: nps 5\nSELECT * FROM (VALUES {rows}) AS t(month, segment, nps, verdict)"
        ));
        let text = said["text"].as_str().expect("a text").to_string();
        (
            titles(&said)
                .iter()
                .map(|title| title.to_string())
                .collect::<Vec<_>>(),
            text,
        )
    };
    let (titles, text) = of("('2026-01', 'a', 10, 'usual'), ('2026-02', 'a', 20, 'high')");
    assert_eq!(titles, ["nps over time, Total"]);
    assert!(
        text.contains("Target +5.0: reached (+15.0 points, by the value alone)."),
        "{text}"
    );
    let (titles, _) = of("('2026-01', 'a', 10, 'usual'), ('2026-01', 'b', 20, 'high')");
    assert!(
        titles.contains(&"nps over time, a".to_string()),
        "{titles:?}"
    );
}

#[test]
fn a_total_that_may_be_a_segment_is_not_guessed() {
    let rows =
        "(VALUES (NULL, 1, true), (NULL, 2, false), ('a', 3, true)) AS t(segment, customer, flag)";
    let said = said(&format!(
        "-- T\nSELECT segment, churn_rate_parts(customer, flag) AS churn_rate FROM {rows} GROUP BY ROLLUP (segment)"
    ));
    let text = said["text"].as_str().expect("a text");
    assert!(
        text.contains("There is no chart: two rows are Total: NULL is the total of GROUPING SETS"),
        "{text}"
    );
    assert!(text.contains("CASE WHEN grouping(segment) = 1"), "{text}");
}

#[test]
fn times_of_any_type_are_periods() {
    for (at, month, title) in [
        ("month", "orders", "r over time, Total"),
        (
            "date_trunc('quarter', ordered_at)",
            "orders",
            "r over time, Total",
        ),
        (
            "CAST(date_trunc('week', ordered_at) AS DATE)",
            "orders",
            "r over time, Total",
        ),
        (
            "to_char(ordered_at, '%Y-%m-%d')",
            "orders",
            "r over time, Total",
        ),
        (
            "to_char(ordered_at, '%Y-Q') || CAST(date_part('quarter', ordered_at) AS INT)",
            "orders",
            "r over time, Total",
        ),
    ] {
        let said = said(&format!(
            "-- T\nSELECT {at} AS at, cross_sell_rate_parts(customer_id, product_id) AS r FROM {month} GROUP BY 1 ORDER BY 1"
        ));
        let titles = titles(&said);
        assert!(titles.contains(&title), "{at}: {titles:?}");
        assert!(
            said["text"]
                .as_str()
                .is_some_and(|text| text.contains("since 20")),
            "{at}: nothing is compared"
        );
    }
}

/// A script comes from standard input as anywhere else.
#[test]
fn a_script_on_standard_input_is_the_same() {
    let folder = with(PACK);
    let data = sample();
    folder.run(&call("file.md", &data)).succeeded();
    let args = ["report", "-q", "--data", &data, "-o", "input.md"];
    folder.run_with_stdin(&args, PACK).succeeded();
    let of_file = folder.read("file.md").replace("pack.sql", "standard input");
    assert_eq!(folder.read("input.md"), of_file);
}

#[test]
fn what_is_wrong_with_a_call_is_said() {
    let folder = with(PACK);
    let data = sample();
    let run = |args: &[&str]| folder.run(&[&["report", "--data", &data], args].concat());
    run(&["-f", "pack.sql"]).failed(2, &["--output <FILE>"]);
    run(&["-o", "pack.html"]).failed(
        2,
        &[
            "a report is made of one script",
            "kpi-sql report -f pack.sql -o pack.html",
        ],
    );
    run(&["-f", "pack.sql", "-f", "pack.sql", "-o", "pack.html"]).failed(2, &["2 were given"]);
    run(&["-f", "pack.sql", "-o", "pack.pdf"]).failed(
        2,
        &["-o pack.pdf", "-o pack.html, -o pack.md or -o pack.xlsx"],
    );
    run(&["-f", "none.sql", "-o", "pack.html"]).failed(1, &["none.sql cannot be read"]);
    run(&["-c", "SET kpi.confidence = 90", "-o", "pack.html"]).failed(
        1,
        &[
            "no statement with a result",
            "SELECT month, cross_sell_rate_parts",
        ],
    );
    folder
        .run(&["-o", "x.csv", "report", "-f", "pack.sql", "-o", "pack.html"])
        .failed(2, &["check, schema and report"]);
    run(&["--param", "x=1", "-f", "pack.sql", "-o", "pack.html"]).failed(2, &["x"]);
    folder.file("twice.sql", "-- T\n\n-- name: a\n-- name: b\nSELECT 1 AS a");
    run(&["-f", "twice.sql", "-o", "pack.html"]).failed(2, &["two names, a and b"]);
    let help = folder.run(&["report", "--help"]).succeeded();
    for words in [
        "-- target: cross_sell_ratio 15",
        "-- complete-through: 2026-06-30",
        ".html is a page",
    ] {
        assert!(help.contains(words), "{help}");
    }
}

#[test]
fn a_report_is_there_whole_or_not_at_all() {
    let folder = with("-- T\nSELECT 1 AS a;\nSELECT CAST('x' AS INT) AS b");
    folder.file("pack.html", "old");
    folder
        .run(&call("pack.html", &sample()))
        .failed(1, &["pack.sql:3"]);
    assert_eq!(folder.read("pack.html"), "old");
    let entries = std::fs::read_dir(folder.path("")).expect("the folder");
    let names: Vec<_> = entries.flatten().map(|entry| entry.file_name()).collect();
    assert_eq!(names.len(), 2, "{names:?}");
}

#[test]
fn somebody_elses_script_only_reads() {
    let folder = with("-- T\nCOPY (SELECT 1) TO 'x.csv'");
    let data = sample();
    folder
        .run(&[
            "--read-only",
            "report",
            "--data",
            &data,
            "-f",
            "pack.sql",
            "-o",
            "pack.html",
        ])
        .failed(1, &["read-only"]);
    assert!(!folder.path("x.csv").exists() && !folder.path("pack.html").exists());
}

#[test]
fn parameters_and_views_are_those_of_a_run() {
    let folder = Folder::new();
    folder.file("init.sql", "CREATE VIEW sales AS SELECT * FROM orders");
    folder.file(
        "pack.sql",
        "-- One month\n-- param: month=2026-06\nSELECT month, arpa_parts(customer_id, amount) AS arpa FROM sales WHERE month = $month GROUP BY month",
    );
    let data = sample();
    let run = |more: &[&str]| {
        let args = [
            "report",
            "-q",
            "--data",
            &data,
            "--init",
            "init.sql",
            "-f",
            "pack.sql",
            "-o",
            "pack.html",
        ];
        folder.run(&[&args, more].concat()).succeeded();
        texts(&read(&folder, "pack.html")["big"])
    };
    let (june, may) = (run(&[]), run(&["--param", "month=2026-05"]));
    assert!(
        june.len() == 1 && may.len() == 1 && june != may,
        "{june:?} {may:?}"
    );
}

#[test]
fn a_glance_has_a_line_for_each_kpi() {
    let rows = months(&[("2026-01", 1000, 100), ("2026-02", 1000, 200)]);
    let said = said(&format!(
        "-- T\nSELECT month, churn_rate_parts(customer, flag) AS churn_rate, cross_sell_rate_parts(customer, flag) AS cross_sell_rate FROM ({rows}) GROUP BY month"
    ));
    let glance = &tables(&said)[0];
    assert_eq!(glance.len(), 3, "{glance:?}");
    assert_eq!(glance[1][0], "churn rate");
    assert_eq!(glance[1][1..4], ["20.0 %", "2026-02", "+10.0 points"]);
    // Two comparisons are made, and both count.
    assert!(
        glance[1][4].contains("significantly worse (p < 0.001"),
        "{glance:?}"
    );
    assert!(glance[2][4].contains("significantly better"), "{glance:?}");
}
