//! Alarms: exit code 3, the rows that raised them, and what programs are told.

use crate::command::{Folder, Outcome};
use std::process::Command;

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/sample_data");

/// Segments with a ratio each, one of them unknown.
pub(super) fn ratios() -> Folder {
    let folder = Folder::new();
    folder.file(
        "ratios.csv",
        "segment,orders,ratio\nA,100,12.5\nB,80,8.0\nC,10,3.5\nD,40,\n",
    );
    folder.file(
        "two.sql",
        "-- name: by_segment\nSELECT segment, ratio FROM 'ratios.csv' ORDER BY segment;\n\
         -- name: total\nSELECT sum(orders) AS orders FROM 'ratios.csv';\n",
    );
    folder
}

pub(super) const QUERY: &str = "SELECT segment, orders, ratio FROM 'ratios.csv' ORDER BY segment";

/// Orders before and after, with a fall in one segment that is no chance.
pub(super) fn fall() -> Folder {
    let folder = Folder::new();
    let mut orders = "segment,is_after,is_cross_sell\n".to_string();
    let mut add = |segment: &str, is_after: bool, n: usize, crosses: usize| {
        for i in 0..n {
            orders += &format!("{segment},{is_after},{}\n", i < crosses);
        }
    };
    for (segment, before, after) in [("A", 30, 31), ("B", 40, 10), ("C", 20, 45)] {
        add(segment, false, 100, before);
        add(segment, true, 100, after);
    }
    add("D", false, 20, 20);
    add("D", true, 20, 0);
    add("E", false, 100, 10);
    folder.file("orders.csv", orders);
    folder
}

pub(super) const CHANGES: &str = "SELECT segment, kpi_change(\
     cross_sell_ratio_parts(is_cross_sell) FILTER (WHERE NOT is_after), \
     cross_sell_ratio_parts(is_cross_sell) FILTER (WHERE is_after)) AS change \
     FROM 'orders.csv' GROUP BY segment";

fn quietly(args: &[&str]) -> Outcome {
    ratios().run(&[&["-q"], args].concat())
}

#[test]
fn a_row_that_meets_a_condition_ends_with_code_3() {
    let folder = ratios();
    let outcome = folder.run(&["-c", QUERY, "--fail-if", "ratio < 10"]);
    assert_eq!(outcome.code, Some(3), "{outcome:?}");
    assert!(outcome.stdout.contains("| A       |    100 |  12.5 |"));
    assert!(outcome.stderr.ends_with(
        "note: --fail-if 'ratio < 10' is NULL in 1 of 4 rows of -c:1, which raises no alarm\n\
         alarm: -c:1: ratio < 10 in 2 of 4 rows\n\
         +---------+--------+-------+\n\
         | segment | orders | ratio |\n\
         +---------+--------+-------+\n\
         | B       |     80 |   8.0 |\n\
         | C       |     10 |   3.5 |\n\
         +---------+--------+-------+\n"
    ));
    let silent = folder.run(&["-c", QUERY, "--fail-if", "ratio < 1", "-q"]);
    assert_eq!(silent.stderr, "");
    silent.succeeded();
}

#[test]
fn several_conditions_are_judged_each() {
    let outcome = quietly(&[
        "-c",
        QUERY,
        "--fail-if",
        "ratio < 10 AND orders >= 30",
        "--fail-if",
        "segment = 'Z'",
        "--fail-if",
        "ratio IS NULL",
    ]);
    assert_eq!(outcome.code, Some(3));
    let alarms = outcome.stderr.matches("alarm: ").count();
    assert_eq!(alarms, 2, "{}", outcome.stderr);
    assert!(outcome.stderr.contains("ratio IS NULL in 1 of 4 rows"));
}

#[test]
fn results_are_written_all_the_same() {
    let folder = ratios();
    let args = ["-q", "-f", "two.sql", "--fail-if", "ratio < 10"];
    let file = folder.run(&[&args[..], &["-o", "all.csv"]].concat());
    assert_eq!((file.code, file.stdout.as_str()), (Some(3), ""));
    assert!(folder.read("all.csv").contains("B,8.0"));
    let files = folder.run(&[&args[..], &["--output-dir", "out"]].concat());
    assert_eq!(files.code, Some(3));
    assert_eq!(folder.read("out/total.csv"), "orders\n230\n");
}

#[test]
fn a_condition_is_for_the_results_that_have_its_columns_or_for_the_one_it_names() {
    let folder = ratios();
    let run = |condition: &str| folder.run(&["-q", "-f", "two.sql", "--fail-if", condition]);
    let outcome = run("orders > 200");
    assert!(
        outcome
            .stderr
            .starts_with("alarm: total: orders > 200 in 1 of 1 row\n")
    );
    let outcome = run("by_segment: ratio < 5");
    assert_eq!(outcome.code, Some(3));
    assert!(
        outcome
            .stderr
            .starts_with("alarm: by_segment: ratio < 5 in 1 of 4 rows\n")
    );
    let outcome = run("total: ratio < 5");
    outcome.failed(2, &["no result has a column ratio", "total has orders"]);
    run("totl: orders > 1").failed(2, &["no result is called totl", "by_segment, total"]);
    run("ratio > 1 AND orders > 1").failed(2, &["no result has orders and ratio together"]);
}

/// Nothing is printed of a run whose alarm cannot sound.
#[test]
fn a_column_that_is_nowhere_is_an_error_before_anything_is_written() {
    let folder = ratios();
    folder.file("rates.csv", "Segment,x\nA,1\n");
    let views = "CREATE VIEW v AS SELECT * FROM 'ratios.csv'; SELECT segment, ratio FROM v; SELECT orders FROM v";
    for sql in [QUERY, views] {
        let outcome = folder.run(&["-c", sql, "--fail-if", "ration < 10"]);
        assert_eq!(outcome.stdout, "");
        outcome.failed(
            2,
            &[
                "no result has a column ration; did you mean ratio?",
                "-c:1 has segment",
            ],
        );
    }
    let sql = "SELECT * FROM 'rates.csv'";
    let outcome = folder.run(&["-c", sql, "--fail-if", "Segment = 'A'"]);
    outcome.failed(2, &["for one with capitals write \"Segment\""]);
    let outcome = folder.run(&["-c", sql, "--fail-if", "\"Segment\" = 'A'"]);
    assert_eq!(outcome.code, Some(3));
    let outcome = folder.run(&["-c", "CREATE VIEW v AS SELECT 1", "--fail-if", "a = 1"]);
    outcome.failed(2, &["no statement has a result"]);
    // What a later statement has is not known before this one has run: no file then.
    let late = "SELECT 1 AS one; CREATE TABLE t AS SELECT 2 AS two; SELECT two FROM t";
    let outcome = folder.run(&["-c", late, "-o", "late.csv", "--fail-if", "three = 3"]);
    outcome.failed(2, &["no result has a column three"]);
    assert!(!folder.path("late.csv").exists());
}

#[test]
fn what_is_no_condition_is_refused_in_words() {
    for (condition, words) in [
        ("ratio <", "--fail-if: "),
        ("ratio < 10; DROP TABLE x", "but found ;"),
        ("ratio < 10 AS low", "AS low"),
        ("ratio", "compare it with something"),
        ("1 = 1", "names no column"),
        (
            "ratio < (SELECT avg(ratio) FROM 'ratios.csv')",
            "has no SELECT in it",
        ),
        ("avg(ratio) < 10", "judged row by row"),
        (
            "row_number() OVER (ORDER BY ratio) < 10",
            "judged row by row",
        ),
        (
            "segment < 10 AND no_such_function(ratio)",
            "no_such_function",
        ),
        ("", "--fail-if: "),
    ] {
        let outcome = quietly(&["-c", QUERY, "--fail-if", condition]);
        assert_eq!(outcome.stdout, "", "{condition}");
        outcome.failed(2, &[words]);
    }
}

#[test]
fn a_condition_is_all_of_sql_about_a_row() {
    for (condition, n) in [
        ("kpi_band('cross_sell_ratio', ratio) = 'weak'", 2),
        ("coalesce(ratio, 0) < 10 -- and no more", 3),
        (
            "segment IN ('A', 'B') AND now() > TIMESTAMP '2020-01-01'",
            2,
        ),
        ("CAST(ratio AS INT)::TEXT LIKE '1%'", 1),
    ] {
        let outcome = quietly(&["-c", QUERY, "--fail-if", condition]);
        assert_eq!(outcome.code, Some(3), "{outcome:?}");
        let words = format!(" in {n} of 4 rows");
        assert!(
            outcome.stderr.contains(&words),
            "{condition}: {}",
            outcome.stderr
        );
    }
    // The field of a STRUCT, and a column that is there twice and that nobody asks for.
    let sql = "SELECT 1 AS a, 1 AS b, named_struct('value', 2) AS p, 3 AS q";
    let outcome = quietly(&["-c", sql, "--fail-if", "p['value'] = 2"]);
    assert_eq!(outcome.code, Some(3), "{outcome:?}");
    let outcome = quietly(&["-c", QUERY, "--fail-if", "orders / (orders - 80) > 1"]);
    outcome.failed(1, &["--fail-if: "]);
}

#[test]
fn conditions_take_parameters() {
    let run =
        |param: &str| quietly(&["-c", QUERY, "--fail-if", "ratio < $least", "--param", param]);
    assert_eq!(run("least=10").code, Some(3));
    run("least=1").succeeded();
    run("least=ten").failed(2, &["$least"]);
    run("last=10").failed(
        2,
        &["--fail-if: $least has no value", "did you mean least?"],
    );
}

#[test]
fn a_read_only_run_has_alarms() {
    let folder = ratios();
    let args = ["-q", "--read-only", "--table", "t=ratios.csv"];
    let args = [
        &args[..],
        &["-c", "SELECT ratio FROM t", "--fail-if", "ratio < 10"],
    ]
    .concat();
    assert_eq!(folder.run(&args).code, Some(3));
}

#[test]
fn a_change_for_the_worse_that_is_no_chance_ends_with_code_3() {
    let folder = fall();
    let outcome = folder.run(&["--fail-on-change", "-c", CHANGES]);
    assert_eq!(outcome.code, Some(3), "{outcome:?}");
    let (_, alarm) = outcome.stderr.split_once("alarm: ").expect("an alarm");
    assert!(alarm.starts_with(
        "-c:1: cross_sell_ratio fell in 1 of 3 judged changes, by more than chance (p < 0.05 after Benjamini-Hochberg)\n"
    ));
    // C rose, D has 20 orders on a side, and E none after.
    assert!(alarm.contains("| B ") && !alarm.contains("| C ") && !alarm.contains("| D "));
    assert!(outcome.stderr.contains(
        "--fail-on-change judged 3 of 5 changes, and left out 1 without a value on both sides, 1 with fewer than 30 on a side (--min-n)"
    ));
    let outcome = folder.run(&["--fail-on-change", "--min-n", "20", "-c", CHANGES]);
    assert!(outcome.stderr.contains("| D "), "{}", outcome.stderr);
    // Less is better of this one, and only C rose.
    let churn = CHANGES
        .replace("cross_sell_ratio_parts(is", "churn_rate_parts(id, is")
        .replace(
            "'orders.csv'",
            "(SELECT *, row_number() OVER () AS id FROM 'orders.csv') AS o",
        );
    let outcome = folder.run(&["-q", "--fail-on-change", "-c", &churn]);
    assert!(
        outcome
            .stderr
            .starts_with("alarm: -c:1: churn_rate rose in 1 of 3")
    );
    assert!(outcome.stderr.contains("| C "), "{}", outcome.stderr);
}

/// Whatever a query shows of a change, the alarm goes by what it was made of.
#[test]
fn a_change_is_found_behind_what_a_query_shows_of_it() {
    let folder = fall();
    let rounded = format!("SELECT segment, round(change['p_value'], 0) AS p FROM ({CHANGES})");
    let in_words = format!(
        "WITH c AS ({CHANGES}) SELECT segment, CASE WHEN change['difference'] < 0 THEN 'fell' END AS moved FROM c \
         WHERE segment <> 'D' ORDER BY moved LIMIT 10"
    );
    let view = format!("CREATE VIEW v AS {CHANGES}; SELECT * FROM v");
    let joined = format!(
        "SELECT a.segment, c.change FROM (SELECT DISTINCT segment FROM 'orders.csv') AS a JOIN ({CHANGES}) AS c ON a.segment = c.segment"
    );
    let united = format!(
        "SELECT segment, change['p_value'] AS p FROM ({CHANGES}) UNION ALL SELECT 'none', NULL UNION ALL \
         SELECT segment || '2', change['p_value'] FROM ({CHANGES}) WHERE segment = 'A'"
    );
    let windowed = format!(
        "SELECT segment, change['difference'] AS d, row_number() OVER (ORDER BY segment) AS n FROM ({CHANGES})"
    );
    for sql in [rounded, in_words, view, joined, united, windowed] {
        let outcome = folder.run(&["-q", "--format", "csv", "--fail-on-change", "-c", &sql]);
        assert_eq!(outcome.code, Some(3), "{sql}\n{outcome:?}");
        assert!(!outcome.stdout.contains("before"), "{}", outcome.stdout);
        let table = outcome
            .stderr
            .split_once('\n')
            .map_or("", |(_, table)| table);
        assert_eq!(
            table.matches("\n| B ").count(),
            1,
            "{sql}\n{}",
            outcome.stderr
        );
        let plain = folder.csv(&["-q", "-c", &sql]);
        let sorted = |text: &str| {
            let mut lines: Vec<_> = text.lines().map(String::from).collect();
            lines.sort();
            lines
        };
        assert_eq!(sorted(&outcome.stdout), sorted(&plain));
    }
    // A row of a GROUP BY is made of many.
    let grouped = format!("SELECT max(change['p_value']) AS p FROM ({CHANGES})");
    let outcome = folder.run(&["--fail-on-change", "-c", &grouped]);
    outcome.failed(
        2,
        &[
            "no result shows a kpi_change",
            "-c:1 has a kpi_change below",
        ],
    );
    let both = format!("{CHANGES}; SELECT DISTINCT change['p_value'] AS p FROM ({CHANGES})");
    let outcome = folder.run(&["--fail-on-change", "-c", &both]);
    assert_eq!(outcome.code, Some(3));
    assert!(
        outcome
            .stderr
            .contains("note: -c:1 has a kpi_change below a DISTINCT")
    );
    let not_shown = format!("SELECT segment FROM ({CHANGES})");
    let outcome = folder.run(&["-q", "--fail-on-change", "-c", &not_shown]);
    outcome.failed(2, &["no result shows a kpi_change"]);
}

/// The call that the error proposes works when it is typed.
#[test]
fn without_a_change_the_error_shows_a_call_that_has_one() {
    let folder = ratios();
    let outcome = folder.run(&["-q", "--fail-on-change", "-c", QUERY]);
    let words = outcome.failed(2, &["no result shows a kpi_change"]);
    let (_, call) = words.split_once("kpi-sql ").expect("a call");
    let call = call.trim_end();
    let program = env!("CARGO_BIN_EXE_kpi-sql");
    let ran = Command::new("sh")
        .args(["-c", &format!("{program} --data {SAMPLE} -q {call}")])
        .output()
        .expect("there is a shell");
    assert!(matches!(ran.status.code(), Some(0 | 3)), "{ran:?}");
}

/// Twenty segments, and nothing has changed: each p value alone would raise an alarm now and then.
#[test]
fn many_rows_raise_no_more_false_alarms_than_one() {
    let folder = Folder::new();
    let mut orders = "segment,is_after,is_cross_sell\n".to_string();
    let row = |segment: u32, is_after: bool, crosses: u32| {
        (0..100)
            .map(|i| format!("{segment},{is_after},{}\n", i < crosses))
            .collect::<String>()
    };
    for segment in 0..20 {
        orders += &row(segment, false, 30);
        // One of them has p = 0.04.
        orders += &row(segment, true, if segment == 7 { 17 } else { 30 });
    }
    folder.file("orders.csv", orders);
    folder
        .run(&["-q", "--fail-on-change", "-c", CHANGES])
        .succeeded();
    let alone = CHANGES.replace("GROUP BY", "WHERE segment = 7 GROUP BY");
    assert_eq!(
        folder.run(&["-q", "--fail-on-change", "-c", &alone]).code,
        Some(3)
    );
}

/// A check that cannot fail because there is nothing to check is worth a word.
#[test]
fn nothing_to_judge_is_said() {
    let folder = ratios();
    let none = format!("SELECT * FROM ({QUERY}) WHERE ratio > 100");
    let outcome = folder.run(&["-c", &none, "--fail-if", "ratio < 10"]);
    assert!(
        outcome.stderr.contains("had no row to judge"),
        "{}",
        outcome.stderr
    );
    outcome.succeeded();
    let folder = fall();
    let none = format!("{CHANGES} HAVING false");
    let outcome = folder.run(&["-c", &none, "--fail-on-change"]);
    assert!(
        outcome.stderr.contains("had no change to judge"),
        "{}",
        outcome.stderr
    );
    outcome.succeeded();
}

/// Rows that nobody reads may still be a reason to call somebody.
#[cfg(unix)]
#[test]
fn a_reader_who_goes_away_does_not_silence_an_alarm() {
    let folder = Folder::new();
    let sql = "SELECT value FROM generate_series(1, 5000000)";
    let args = ["-q", "-c", sql, "--format", "csv"];
    let run = |more: &[&str]| {
        let mut child = folder
            .command(&[&args[..], more].concat())
            .spawn()
            .expect("the program starts");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("the program ends");
        (
            output.status.code(),
            String::from_utf8_lossy(&output.stderr).into_owned(),
        )
    };
    assert_eq!(run(&[]), (Some(0), String::new()));
    let (code, said) = run(&["--fail-if", "value = 5000000"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("before all rows were judged"), "{said}");
}

#[test]
fn more_rows_than_help_are_counted() {
    let folder = Folder::new();
    let sql = "SELECT value FROM generate_series(1, 250)";
    let outcome = folder.run(&[
        "-q",
        "-c",
        sql,
        "--format",
        "csv",
        "--fail-if",
        "value > 100",
    ]);
    assert_eq!(outcome.code, Some(3));
    assert_eq!(outcome.stdout.lines().count(), 251);
    assert!(outcome.stderr.contains("value > 100 in 150 of 250 rows"));
    assert!(
        outcome
            .stderr
            .ends_with("and 50 more rows, which the result has\n")
    );
}

#[test]
fn alarms_are_for_results_of_queries() {
    let folder = ratios();
    let outcome = folder.run(&["--fail-if", "ratio < 10", "check", "ratios.csv"]);
    outcome.failed(
        2,
        &["--fail-if before check and schema is for results of queries"],
    );
    let outcome = folder.run(&["--summary", "kpis"]);
    outcome.failed(2, &["--summary has no effect on kpi-sql kpis"]);
}
