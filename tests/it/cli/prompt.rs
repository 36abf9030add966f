//! The prompt: what somebody types on a terminal, and what is shown.

use super::typing::{ASKS, CTRL_C, CTRL_D, Typist};
use crate::command::Folder;
use crate::markdown::blocks;
use serde_json::json;

/// Counts for hours.
pub(super) const ENDLESS: &str = "SELECT sum(a.value % 7 * b.value) FROM generate_series(1, 10000000) a, generate_series(1, 10000000) b";

const ORDERS: &str = "customer_id,segment,amount\n1,SMB,10\n2,SMB,20\n3,Startup,30\n";

pub(super) fn orders() -> Folder {
    let folder = Folder::new();
    folder.file("data/orders.csv", ORDERS);
    folder
}

pub(super) fn table(name: &str, value: &str) -> String {
    let width = name.len().max(value.len());
    let line = format!("+-{}-+\n", "-".repeat(width));
    format!("{line}| {name:>width$} |\n{line}| {value:>width$} |\n{line}")
}

#[test]
fn statements_are_run_as_they_end() {
    let folder = orders();
    let seen = Typist::new(&folder)
        .begins()
        .enters("SELECT count(*) AS n FROM orders;")
        // Errors are said, and the prompt goes on.
        .enters("SELECT nope FROM orders;")
        .enters("SELEC 1;")
        // A statement of several lines, with a semicolon that ends none.
        .keys("SELECT\r", "\n")
        .keys("';' AS\r", "\n")
        .enters("a;")
        .enters("")
        .enters("CREATE VIEW smb AS SELECT * FROM orders WHERE segment = 'SMB';")
        .enters("SELECT sum(amount) AS s FROM smb;")
        .keys(CTRL_D, "\n")
        .runs(&["--data", "data"]);
    assert_eq!(seen.code, Some(0));
    let greeting = seen.shown[0].trim_end_matches(ASKS);
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(
        greeting,
        format!(
            "kpi-sql {version}: SQL ends with ;  \\? lists commands, \\kpis the KPIs, \\q leaves\n"
        )
    );
    assert_eq!(seen.printed(1), table("n", "3"));
    assert!(
        seen.printed(2)
            .starts_with("error: line 1: there is no column nope"),
        "{}",
        seen.printed(2)
    );
    assert!(seen.printed(3).starts_with("error: line 1: "), "{seen:?}");
    assert_eq!(seen.printed(6), "+---+\n| a |\n+---+\n| ; |\n+---+\n");
    assert_eq!(seen.printed(7), "");
    assert_eq!(seen.printed(8), "");
    assert_eq!(seen.printed(9), table("s", "30"));
}

#[test]
fn people_leave_in_several_ways() {
    let folder = Folder::new();
    for word in ["\\q", "quit", "exit;", "Exit"] {
        let seen = Typist::new(&folder)
            .begins()
            .keys(&format!("{word}\r"), "\n")
            .runs(&["--quiet"]);
        assert_eq!(seen.code, Some(0), "{word}");
        assert_eq!(seen.shown[0], ASKS, "no greeting with --quiet");
    }
}

const SCRIPT: &str = "-- param: least=15\nSELECT count(*) AS n\nFROM orders\nWHERE amount > $least;\n\\format csv\nSELECT 'a''b' AS q; SELECT 2 AS z;";

#[test]
fn a_pasted_script_runs_as_a_whole() {
    let folder = orders();
    let expected = format!("{}q\na'b\nz\n2\n", table("n", "2"));
    // Terminals say where a paste begins and ends.
    let pasted = format!("\u{1b}[200~{SCRIPT}\n\u{1b}[201~");
    let seen = Typist::new(&folder)
        .begins()
        .enters(&pasted)
        .keys(CTRL_D, "\n")
        .runs(&["--data", "data"]);
    assert_eq!(seen.printed(1), expected, "{seen:?}");
    // Some do not, and what was typed ahead is not lost.
    let lines = SCRIPT.replace('\n', "\r");
    let seen = Typist::new(&folder)
        .begins()
        .keys(&format!("{lines}\r"), "2\r\n")
        .keys("", ASKS)
        .keys(CTRL_D, "\n")
        .runs(&["--data", "data"]);
    assert!(
        seen.shown[1].contains(&table("n", "2")) && seen.shown[1].contains("\nq\na'b\n"),
        "{seen:?}"
    );
}

#[test]
fn what_goes_wrong_ends_a_text_of_several_statements() {
    let folder = orders();
    let seen = Typist::new(&folder)
        .begins()
        .enters("SELECT 1 AS a; SELECT nope; SELECT 2; SELECT 3;")
        .keys(CTRL_D, "\n")
        .runs(&[]);
    let printed = seen.printed(1);
    assert!(printed.starts_with(&table("a", "1")), "{printed}");
    assert!(
        printed.contains("error: line 1: there is no column nope")
            && printed.ends_with("note: the 2 statements after it have not run\n"),
        "{printed}"
    );
}

#[test]
fn ctrl_c_ends_a_statement_and_not_the_session() {
    let folder = orders();
    let files = || {
        let entries = std::fs::read_dir(folder.path(".")).expect("the folder");
        let mut names: Vec<_> = entries
            .map(|e| {
                e.expect("an entry")
                    .file_name()
                    .into_string()
                    .expect("UTF-8")
            })
            .collect();
        names.sort();
        names
    };
    let pause = |send: &str| json!({ "pause": 1, "send": send, "until": ASKS });
    let seen = Typist::new(&folder)
        .begins()
        .enters("CREATE TABLE kept AS SELECT * FROM orders;")
        .keys(&format!("{ENDLESS};\r"), "\n")
        .step(pause(CTRL_C))
        .keys(&format!("COPY ({ENDLESS}) TO 'o.csv';\r"), "\n")
        .step(pause(CTRL_C))
        // At the prompt it drops what was typed.
        .keys("SELECT oops", "oops")
        .keys(CTRL_C, ASKS)
        .enters("SELECT count(*) AS n FROM kept;")
        .keys(CTRL_D, "\n")
        .runs(&["--data", "data"]);
    assert_eq!(seen.code, Some(0));
    assert!(seen.shown[3].contains("cancelled\n"), "{seen:?}");
    assert!(seen.shown[5].contains("cancelled\n"), "{seen:?}");
    assert_eq!(seen.printed(8), table("n", "3"), "{seen:?}");
    assert_eq!(files(), ["data", "state"]);
}

#[test]
fn signals_end_the_session_and_leave_nothing() {
    let folder = orders();
    for (signal, code) in [("SIGTERM", 143), ("SIGHUP", 129)] {
        let seen = Typist::new(&folder)
            .begins()
            .keys("SELECT 1", "1")
            .step(json!({ "signal": signal, "until": signal }))
            .runs(&["-o", "o.csv", "--spill-dir", "data"]);
        assert_eq!(seen.code, Some(code), "{signal}");
        let seen = Typist::new(&folder)
            .begins()
            .enters("SELECT 1 AS a;")
            .keys(&format!("{ENDLESS};\r"), "\n")
            .step(json!({ "pause": 1, "signal": signal, "until": signal }))
            .runs(&["-o", "o.csv", "--spill-dir", "data"]);
        assert_eq!(seen.code, Some(code), "{signal}");
        for folder in [folder.path("."), folder.path("data")] {
            let entries = std::fs::read_dir(folder).expect("the folder");
            for entry in entries {
                let name = entry.expect("an entry").file_name();
                assert!(
                    ["data", "state", "orders.csv"].contains(&name.to_str().expect("UTF-8")),
                    "{name:?}"
                );
            }
        }
    }
}

#[test]
fn commands_do_what_they_say() {
    let folder = orders();
    folder.file(
        "report.sql",
        "-- param: least=15\nSELECT count(*) AS n FROM orders WHERE amount > $least;\n",
    );
    let seen = Typist::new(&folder)
        .begins()
        .enters("\\d") // 1
        .enters("\\d orders")
        .enters("\\kpis churn_gap")
        .enters("\\kpi arpu")
        .enters("\\timing") // 5
        .enters("SELECT 1 AS a;")
        .enters("\\timing")
        .enters("\\i report.sql")
        .enters("\\param least=25")
        .enters("\\i 'report.sql'") // 10
        .enters("\\param")
        .enters("SELECT $other AS a;")
        .enters("\\format vertical")
        .enters("SELECT 1 AS a;")
        .enters("\\format") // 15
        .enters("\\?")
        .enters("\\tming")
        .enters("\\kpi arpuu")
        .enters("\\i nope.sql")
        .enters("\\d nope") // 20
        .keys(CTRL_D, "\n")
        .runs(&["--data", "data"]);
    assert_eq!(seen.code, Some(0));
    let has = |step: usize, words: &[&str]| {
        for word in words {
            let printed = seen.printed(step);
            assert!(printed.contains(word), "{word:?} is not in:\n{printed}");
        }
    };
    has(1, &["| orders | customer_id, segment, amount |"]);
    has(2, &["orders: 3 rows, 3 columns", "customer_id", "BIGINT"]);
    let list = folder.run(&["kpis", "churn_gap"]).succeeded();
    assert_eq!(seen.printed(3), list);
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let page = folder.run(&["describe", "arpa"]).succeeded();
    let page = words(&page).replace("kpi-sql describe", "\\kpi");
    assert_eq!(words(seen.printed(4)), page);
    has(5, &["timing is on\n"]);
    has(6, &["| 1 |", "\ntime: 0.", " s\n"]);
    has(7, &["timing is off\n"]);
    assert_eq!(seen.printed(8), table("n", "2"));
    assert_eq!(seen.printed(9), "");
    assert_eq!(seen.printed(10), table("n", "1"));
    assert_eq!(seen.printed(11), "least=25\n");
    has(
        12,
        &["error: line 1: $other has no value; \\param other=VALUE\n"],
    );
    assert_eq!(seen.printed(14), "Row 1\n  a: 1\n");
    has(15, &["results are shown as vertical; there are table, csv"]);
    has(
        16,
        &["\\kpi NAME ", "\\param [NAME=VALUE] ", "\\? ", "Ctrl-C"],
    );
    for line in seen.printed(16).lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    has(
        17,
        &["error: there is no command \\tming; did you mean \\timing? \\? lists"],
    );
    has(18, &["did you mean \\kpi arpu?"]);
    has(19, &["error: the SQL file nope.sql cannot be read"]);
    has(20, &["error: ", "there is no table nope"]);
}

#[test]
fn results_go_to_a_file_until_they_are_shown_again() {
    let folder = orders();
    folder.file("kept.csv", "older\n");
    let seen = Typist::new(&folder)
        .begins()
        .enters("\\o two.csv") // 1
        .enters("SELECT 1 AS a;")
        .enters("SELECT nope;")
        .enters("SELECT 2 AS b;")
        .enters("\\o") // 5
        .enters("SELECT 3 AS c;")
        .enters("\\o one.parquet")
        .enters("SELECT 4 AS d;")
        .enters("SELECT d FROM 'one.parquet';")
        .enters("\\o report") // 10
        .enters("\\o nothing.csv")
        .enters("\\o")
        .enters("\\o kept.csv")
        // Rows are out when it fails.
        .enters("SELECT 10 / (3000000 - value) AS q FROM generate_series(1, 3000000);")
        .enters("SELECT 5 AS e;") // 15
        .enters("\\o nope/last.csv")
        .enters("\\o last.csv")
        .enters("SELECT 6 AS f;")
        .keys(CTRL_D, "\n")
        .runs(&["--data", "data"]);
    assert_eq!(seen.code, Some(0), "{seen:?}");
    assert_eq!(seen.printed(2), "");
    assert!(seen.printed(3).contains("there is no column nope"));
    assert_eq!(seen.printed(5), "note: the results are in two.csv\n");
    assert_eq!(folder.read("two.csv"), "a\n1\n\nb\n2\n");
    assert_eq!(seen.printed(6), table("c", "3"));
    assert_eq!(seen.printed(8), "");
    assert_eq!(seen.printed(9), table("d", "4"));
    assert!(
        seen.printed(10)
            .contains("\\o report: a name without an ending does not say how to write it"),
        "{seen:?}"
    );
    assert!(seen.printed(10).contains("\\format NAME first"), "{seen:?}");
    assert!(seen.printed(12).contains("no statement had a result"));
    let failed = seen.printed(14);
    assert!(
        failed.contains("note: kept.csv is not written, because a result of it is not whole"),
        "{failed}"
    );
    assert_eq!(folder.read("kept.csv"), "older\n");
    assert_eq!(seen.printed(15), table("e", "5"));
    assert!(
        seen.printed(16)
            .contains("\\o nope/last.csv: there is no folder nope")
    );
    assert_eq!(folder.read("last.csv"), "f\n6\n");
}

#[test]
fn what_is_typed_while_a_statement_runs_is_next() {
    let folder = Folder::new();
    let seen = Typist::new(&folder)
        .begins()
        .keys(
            "SELECT max(value) AS m FROM generate_series(1, 9000000);\rSELECT 1 AS a;\rSELECT 2 AS b;\r",
            "| 2 |",
        )
        .keys("", ASKS)
        .keys(CTRL_D, "\n")
        .runs(&[]);
    assert!(
        seen.shown[1].contains("| 9000000 |") && seen.shown[1].contains("| 1 |"),
        "{seen:?}"
    );
}

#[test]
fn settings_and_arguments_are_those_of_a_run() {
    let folder = orders();
    folder
        .file(
            "kpi-sql.toml",
            "format = \"csv\"\n[tables]\nbought = \"data/orders.csv\"\nbroken = \"nope.csv\"\n",
        )
        .file(
            "init.sql",
            "CREATE VIEW smb AS SELECT * FROM bought WHERE segment = 'SMB';",
        );
    let seen = Typist::new(&folder)
        .begins()
        .enters("SELECT count(*) AS n FROM smb;")
        .enters("SELECT count(*) AS n FROM broken;")
        .enters("SELECT count(*) AS n FROM again WHERE amount > $least;")
        .enters("COPY (SELECT 1) TO 'o.csv';")
        .enters("\\d bought")
        .keys(CTRL_D, "\n")
        .runs(&[
            "--init",
            "init.sql",
            "--read-only",
            "--table",
            "again=data/orders.csv",
            "--param",
            "least=15",
        ]);
    assert_eq!(seen.printed(1), "n\n2\n", "{seen:?}");
    assert!(seen.printed(2).contains("kpi-sql.toml:4: "), "{seen:?}");
    assert_eq!(seen.printed(3), "n\n2\n");
    assert!(seen.printed(4).contains("error: line 1: "), "{seen:?}");
    assert!(seen.printed(5).contains("bought: 3 rows"), "{seen:?}");
    assert!(!folder.path("o.csv").exists());
}

#[test]
fn a_limit_of_time_is_for_each_statement() {
    let folder = Folder::new();
    let seen = Typist::new(&folder)
        .begins()
        .enters(&format!("{ENDLESS};"))
        .enters("SELECT 1 AS a;")
        .keys(CTRL_D, "\n")
        .runs(&["--timeout", "1s"]);
    assert_eq!(seen.code, Some(0));
    assert!(
        seen.printed(1)
            .contains("error: --timeout 1s: line 1: the statement had not finished"),
        "{seen:?}"
    );
    assert_eq!(seen.printed(2), table("a", "1"));
}

#[test]
fn what_cannot_begin_is_said_at_once() {
    let folder = orders();
    for (args, words) in [
        (&["--output-dir", "out"][..], "there is nothing to run"),
        (&["--table", "x=nope.csv"], "--table x=nope.csv"),
        (&["--format", "xlsx"], "--format xlsx writes a file"),
        (&["--init", "nope.sql"], "nope.sql cannot be read"),
    ] {
        let seen = Typist::new(&folder).runs(args);
        assert_ne!(seen.code, Some(0), "{args:?}");
        assert!(seen.shown[0].contains(words), "{args:?}: {seen:?}");
    }
}

#[test]
fn standard_input_that_is_no_terminal_is_read_as_it_was() {
    let folder = Folder::new();
    let outcome = folder.run_with_stdin(&["--format", "csv"], "SELECT 1 AS a;\n");
    assert_eq!(outcome.succeeded(), "a\n1\n");
    assert!(!folder.path("state").exists());
}

#[test]
fn timing_says_how_long_each_statement_takes() {
    let folder = Folder::new();
    let outcome = folder.run(&[
        "--timing",
        "--format",
        "csv",
        "-c",
        "SELECT 1 AS a; SELECT 2 AS b",
    ]);
    assert_eq!(outcome.stdout, "a\n1\n\nb\n2\n");
    let lines: Vec<&str> = outcome.stderr.lines().collect();
    assert_eq!(lines.len(), 2, "{lines:?}");
    for line in lines {
        assert!(
            line.starts_with("time: -c:1: 0.") && line.ends_with(" s"),
            "{line}"
        );
    }
}

/// What a page shows of a session: texts that are typed, and what is printed then.
fn shown_session(page: &str) -> Vec<(String, String)> {
    let sessions = blocks(page).into_iter();
    let mut sessions = sessions.filter(|block| block.language == "kpi-sql");
    let lines = sessions.next().expect("the page has a session").lines;
    let mut shown: Vec<(String, String)> = vec![];
    for line in &lines {
        match (line.strip_prefix("kpi-sql> "), shown.last_mut()) {
            (Some(text), _) => shown.push((text.to_string(), String::new())),
            (None, Some((text, printed))) => {
                let is_typed = !text.starts_with('\\') && !text.ends_with(';');
                match is_typed {
                    true => *text += &format!("\n{line}"),
                    false => *printed += &format!("{line}\n"),
                }
            }
            (None, None) => panic!("{line} stands before the first prompt"),
        }
    }
    shown
}

#[test]
fn the_page_of_the_prompt_shows_what_happens() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(root.join("docs/prompt.md")).expect("the page");
    let folder = Folder::new();
    let session = shown_session(&page);
    assert!(session.len() > 4);
    let mut typist = Typist::new(&folder).columns(400).begins();
    for (text, _) in &session {
        typist = typist.enters(&text.replace('\n', "\r"));
    }
    let data = root.join("sample_data").display().to_string();
    let seen = typist.keys(CTRL_D, "\n").runs(&["--data", &data]);
    for (i, (text, printed)) in session.iter().enumerate() {
        assert_eq!(seen.printed(i + 1), printed, "{text}");
    }
    // The commands of the page are those that there are.
    let seen = Typist::new(&folder)
        .begins()
        .enters("\\?")
        .keys(CTRL_D, "\n")
        .runs(&[]);
    let listed = seen.printed(1).lines().filter_map(|line| {
        let command = line.strip_prefix("  \\")?;
        command.split_whitespace().next()
    });
    for command in listed {
        let is_there = [' ', '`'].map(|end| page.contains(&format!("| `\\{command}{end}")));
        assert!(is_there.contains(&true), "\\{command}");
    }
}
