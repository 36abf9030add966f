//! What programs are told of alarms: JUnit, a summary in one line, and the script for cron.

use std::process::Command;

use super::alarms::{CHANGES, QUERY, fall, ratios};
use crate::command::{Folder, Outcome};
use crate::markdown::blocks;

/// JUnit's XML, as another parser reads it: suite, result, name, and what became of it.
fn read_junit(folder: &Folder, file: &str) -> Vec<String> {
    let script = "\
import sys, xml.etree.ElementTree as tree
root = tree.parse(sys.argv[1]).getroot()
assert root.tag == 'testsuites', root.tag
for suite in root:
    cases = suite.findall('testcase')
    found = [[c.find(kind) for kind in ('failure', 'skipped')] for c in cases]
    n_failed = sum(failure is not None for failure, _ in found)
    assert int(suite.get('tests')) == len(cases) and int(suite.get('failures')) == n_failed
    names = [(c.get('classname'), c.get('name')) for c in cases]
    assert len(names) == len(set(names)), names
    for case, (failure, skipped) in zip(cases, found):
        said = 'ok' if failure is None and skipped is None else (failure if failure is not None else skipped)
        said = said if said == 'ok' else f\"{said.tag}: {said.get('message')}\"
        print(' | '.join([suite.get('name'), case.get('classname'), case.get('name'), said]).replace('\\n', '⏎'))
";
    let path = folder.path(file);
    let output = Command::new("python3")
        .args(["-c", script])
        .arg(path)
        .env("PYTHONIOENCODING", "utf-8")
        .output()
        .expect("python3 is there");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    text.lines().map(String::from).collect()
}

#[test]
fn junit_has_a_case_for_each_condition_and_row() {
    let folder = ratios();
    let outcome = folder.run(&[
        "-q",
        "-f",
        "two.sql",
        "--fail-if",
        "ratio < 5",
        "--fail-if",
        "orders < 0",
        "--junit",
        "alarms.xml",
    ]);
    assert_eq!(outcome.code, Some(3));
    assert_eq!(
        read_junit(&folder, "alarms.xml"),
        [
            "ratio < 5 | by_segment | segment = A | ok",
            "ratio < 5 | by_segment | segment = B | ok",
            "ratio < 5 | by_segment | segment = C | failure: segment = C, ratio = 3.5",
            "ratio < 5 | by_segment | segment = D | skipped: the condition is NULL",
            "orders < 0 | total | row 1 | ok",
        ]
    );
    let folder = fall();
    let outcome = folder.run(&[
        "-q",
        "-c",
        CHANGES,
        "--fail-on-change",
        "--junit",
        "alarms.xml",
    ]);
    assert_eq!(outcome.code, Some(3));
    let mut cases = read_junit(&folder, "alarms.xml");
    cases.sort();
    let start = "--fail-on-change | -c:1 | cross_sell_ratio: segment = ";
    assert_eq!(cases[0], format!("{start}A | ok"));
    let fell = format!("{start}B | failure: cross_sell_ratio fell by 30, p = ");
    assert!(cases[1].starts_with(&fell), "{}", cases[1]);
    assert!(
        cases[1].ends_with(" after Benjamini-Hochberg, n = 100"),
        "{}",
        cases[1]
    );
    assert_eq!(
        cases[3],
        format!("{start}D | skipped: a change with fewer than 30 on a side (--min-n)")
    );
}

/// Names of rows are data: whatever is in them, the file can be read, and no two cases have one name.
#[test]
fn junit_stands_hostile_names() {
    let folder = Folder::new();
    folder.file(
        "names.csv",
        "name,n\n\"</testcase><x a=\"\"b\"\">&amp;]]>\",1\n\"two\nlines\",2\nsame,3\nsame,4\nعميل 🙂,5\n\u{1}\u{b}x,6\n,7\n",
    );
    let sql = "SELECT * FROM 'names.csv' ORDER BY n";
    let outcome = folder.run(&["-q", "-c", sql, "--fail-if", "n > 0", "--junit", "a.xml"]);
    assert_eq!(outcome.code, Some(3), "{outcome:?}");
    let cases = read_junit(&folder, "a.xml");
    assert_eq!(cases.len(), 7);
    assert!(
        cases[0].contains("name = </testcase><x a=\"b\">&amp;]]>"),
        "{}",
        cases[0]
    );
    assert!(cases[3].contains("name = same (row 4)"), "{}", cases[3]);
    assert!(cases[6].contains("name = NULL"), "{}", cases[6]);
}

#[test]
fn junit_is_written_whole_or_not_at_all() {
    let folder = ratios();
    folder.file("old.xml", "old");
    let fails = "SELECT segment, CAST(segment AS INT) AS n FROM 'ratios.csv'";
    let args = [
        "-q",
        "-c",
        fails,
        "--fail-if",
        "n > 0",
        "--junit",
        "old.xml",
    ];
    assert_eq!(folder.run(&args).code, Some(1));
    assert_eq!(folder.read("old.xml"), "old");
    let args = ["-q", "-c", QUERY, "--fail-if", "ratio < 10"];
    let outcome = folder.run(&[&args[..], &["--junit", "no/folder.xml"]].concat());
    // The alarm has been said before.
    outcome.failed(1, &["alarm: ", "no/folder.xml cannot be written"]);
    let both = [
        &args[..],
        &["--junit", "a.xml", "-o", "./a.xml", "--format", "csv"],
    ]
    .concat();
    folder.run(&both).failed(2, &["-o and --junit are both"]);
    let alone = folder.run(&["-c", QUERY, "--junit", "a.xml"]);
    alone.failed(
        2,
        &["add --fail-if 'cross_sell_ratio < 10' or --fail-on-change"],
    );
    assert!(!folder.path("a.xml").exists());
    let min_n = folder.run(&["-c", QUERY, "--min-n", "5"]);
    min_n.failed(2, &["--fail-on-change"]);
}

/// The last line of standard output, read by another parser of JSON.
fn summary(outcome: &Outcome) -> serde_json::Value {
    let last = outcome.stdout.lines().last().expect("a line");
    serde_json::from_str(last).unwrap_or_else(|e| panic!("{e}: {last}"))
}

#[test]
fn a_summary_is_the_last_line() {
    let folder = ratios();
    let args = ["-q", "-f", "two.sql", "--summary"];
    let calm = folder.run(&args);
    let expected = serde_json::json!({
        "exit_code": 0,
        "results": [{"result": "by_segment", "rows": 4}, {"result": "total", "rows": 1}],
    });
    assert_eq!(summary(&calm), expected);
    let alarmed = folder.run(&[&args[..], &["--fail-if", "ratio < 10"]].concat());
    assert_eq!(alarmed.code, Some(3));
    let summed_up = summary(&alarmed);
    assert_eq!(summed_up["exit_code"], 3);
    assert_eq!(
        summed_up["conditions"],
        serde_json::json!([
            {"condition": "ratio < 10", "result": "by_segment", "rows": 4, "null": 1, "alarms": 2}
        ])
    );
    let failed = folder.run(&[
        "-q",
        "--summary",
        "-c",
        "SELECT no_column FROM 'ratios.csv'",
    ]);
    assert_eq!(summary(&failed)["exit_code"], 1);
    let words = summary(&failed)["error"].to_string();
    assert!(
        words.starts_with("\"-c:1: there is no column no_column"),
        "{words}"
    );
    let folder = fall();
    let outcome = folder.run(&[
        "-q",
        "--summary",
        "--fail-on-change",
        "-o",
        "x.parquet",
        "-c",
        &format!("SELECT segment FROM ({CHANGES}) WHERE false"),
    ]);
    assert_eq!(summary(&outcome)["exit_code"], 2);
    let outcome = folder.run(&[
        "-q",
        "--summary",
        "--fail-on-change",
        "-o",
        "x.json",
        "-c",
        CHANGES,
    ]);
    assert_eq!(outcome.stdout.lines().count(), 1);
    assert_eq!(
        summary(&outcome)["changes"],
        serde_json::json!({"changes": 5, "judged": 3, "min_n": 30, "alarms": 1})
    );
}

/// The script of the manual for cron: silent until somebody has to look.
#[test]
fn the_script_for_cron_is_silent_until_somebody_has_to_look() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/alarms.md");
    let page = std::fs::read_to_string(page).expect("the page");
    let blocks = blocks(&page);
    let script = blocks.iter().find(|block| block.language == "sh");
    let script = script.expect("a script").lines.join("\n");
    let folder = fall();
    folder.file("kpi-alarm.sh", script).file(
        "changes.sql",
        format!(
            "-- name: changes\n{}",
            CHANGES.replace("'orders.csv'", "orders")
        ),
    );
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_kpi-sql"));
    let path = program
        .parent()
        .expect("a program is in a folder")
        .display();
    let path = format!("{path}:{}", std::env::var("PATH").unwrap_or_default());
    let run = |sql: &str| {
        let output = Command::new("sh")
            .args(["kpi-alarm.sh", ".", sql, "out"])
            .current_dir(folder.path(""))
            .env("PATH", &path)
            .env("XDG_CONFIG_HOME", folder.path("no-settings"))
            .output()
            .expect("there is a shell");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        (
            output.status.code(),
            text(output.stdout),
            text(output.stderr),
        )
    };
    let (code, said, alarm) = run("changes.sql");
    assert_eq!(code, Some(3), "{alarm}");
    assert_eq!(said, "the figures are in out; what got worse is above\n");
    assert!(alarm.contains("cross_sell_ratio fell"), "{alarm}");
    assert!(
        folder
            .read("out/changes.csv")
            .starts_with("segment,change\n")
    );

    let calm = CHANGES.replace("'orders.csv'", "orders WHERE segment = 'A'");
    folder.file("calm.sql", format!("-- name: changes\n{calm}"));
    assert_eq!(run("calm.sql"), (Some(0), String::new(), String::new()));
    let (code, said, _) = run("no.sql");
    assert_eq!(
        (code, said.as_str()),
        (Some(1), "no figures: exit code 1\n")
    );
}
