//! The commands beside SQL: `kpis`, `describe`, `completions`, `man`, and words that are none.

use std::process::Command;

use kpi_sql::kpi::all;

use crate::command::Folder;

fn printed(args: &[&str]) -> String {
    Folder::new().run(args).succeeded()
}

#[track_caller]
fn fits_a_terminal(text: &str) {
    for line in text.lines() {
        assert!(line.chars().count() <= 80, "{line}");
        assert_eq!(line.trim_end(), line);
    }
}

#[test]
fn kpis_are_listed_with_what_they_say() {
    let list = printed(&["kpis"]);
    fits_a_terminal(&list);
    for kpi in all() {
        assert!(list.contains(kpi.name), "{}", kpi.name);
        let summary = list.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(summary.contains(kpi.summary), "{}", kpi.name);
    }
    let churn = printed(&["kpis", "churn"]);
    assert!(
        churn.contains("churn_gap") && !churn.contains("attach_rate"),
        "{churn}"
    );
    // Names of chapters, aliases, and a hyphen.
    assert!(printed(&["kpis", "arpu"]).contains("arpa, also arpu"));
    assert!(printed(&["kpis", "Cross-Sell"]).contains("cross_sell_rate"));
    Folder::new().run(&["kpis", "crosssell_rate"]).failed(
        2,
        &["no KPI has \"crosssell_rate\" in its name or meaning; did you mean cross_sell_rate? kpi-sql kpis lists all"],
    );
}

#[test]
fn every_kpi_has_a_page_for_a_terminal() {
    for kpi in all() {
        let page = printed(&["describe", kpi.name]);
        fits_a_terminal(&page);
        let words = page.split_whitespace().collect::<Vec<_>>().join(" ");
        for text in [
            kpi.summary,
            kpi.knowledge.definition,
            kpi.nulls,
            kpi.knowledge.risk_warnings,
        ] {
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(words.contains(&text), "{}: {text}", kpi.name);
        }
        for form in kpi.forms {
            assert!(words.contains(&kpi.signature(form)), "{}", kpi.name);
        }
        assert!(words.contains(&format!("returns {}", kpi.example.answer)));
        for known in kpi.benchmarks {
            assert!(words.contains(&format!("{}: ", known.band)), "{}", kpi.name);
        }
        for alias in kpi.aliases {
            assert_eq!(printed(&["describe", alias]), page);
        }
    }
}

/// The SQL of a page can be copied, although its lines were broken.
#[test]
fn the_example_of_a_page_runs() {
    let page = printed(&["describe", "arpa"]);
    let (_, below) = page.split_once("\nExample\n").expect("there is an example");
    let (example, _) = below.split_once("\n  returns ").expect("and its answer");
    let sql: Vec<_> = example
        .lines()
        .filter(|line| line.starts_with("    "))
        .collect();
    let answer = Folder::new().csv(&["-c", &sql.join("\n")]);
    assert!(answer.ends_with("\n60.0\n"), "{answer}");
}

#[test]
fn other_functions_have_one_too() {
    for name in [
        "kpi_merge",
        "cross_sell_rate_parts",
        "kpi_band",
        "date_trunc",
        "row_number",
        "sum",
    ] {
        let page = printed(&["describe", name]);
        fits_a_terminal(&page);
        assert!(
            page.starts_with(&format!("{name}\n")) && page.contains("\nCall\n"),
            "{page}"
        );
    }
    assert!(printed(&["describe", "ARPA(customer, amount)"]).starts_with("arpa,"));
    let folder = Folder::new();
    folder
        .run(&["describe", "crosssell_rate"])
        .failed(2, &["there is no KPI and no function crosssell_rate; did you mean kpi-sql describe cross_sell_rate?"]);
    folder
        .run(&["describe", "zzz"])
        .failed(2, &["kpi-sql kpis zzz searches for the word"]);
    folder.run(&["describe"]).failed(2, &["<NAME>", "describe"]);
}

#[test]
fn completions_are_scripts_that_know_the_options() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = printed(&["completions", shell]);
        for word in ["memory-limit", "describe", "kpis", "param"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
    let folder = Folder::new();
    folder.file("kpi-sql.bash", printed(&["completions", "bash"]));
    let asked = Command::new("bash")
        .args(["-c", "source ./kpi-sql.bash; COMP_WORDS=(kpi-sql --memory); COMP_CWORD=1; _kpi__sql kpi-sql --memory kpi-sql; echo ${COMPREPLY[@]}"])
        .current_dir(folder.path(""))
        .output()
        .expect("there is a bash");
    assert_eq!(String::from_utf8_lossy(&asked.stdout), "--memory-limit\n");
    folder
        .run(&["completions", "tcsh"])
        .failed(2, &["bash", "zsh", "fish"]);
}

#[test]
fn the_man_page_has_options_and_commands() {
    let page = printed(&["man"]);
    for word in [
        ".TH kpi-sql 1",
        "memory\\-limit",
        "kpi\\-sql\\-describe(1)",
        "Exit codes:",
    ] {
        assert!(page.contains(word), "{word} is not in\n{page}");
    }
    assert!(printed(&["man", "describe"]).contains(".TH kpi-sql-describe 1"));
    assert!(printed(&["man", "check"]).contains(".TH kpi-sql-check 1"));
    Folder::new().run(&["man", "nope"]).failed(
        2,
        &["there is no command nope; there are check, schema, report, kpis, describe"],
    );
}

#[test]
fn what_is_no_command_is_told_what_to_type() {
    let folder = Folder::new();
    folder
        .file("orders.csv", "x\n1\n")
        .file("monthly.sql", "SELECT 1")
        .file("plain", "x");
    for (typed, words) in [
        (
            vec!["orders.csv"],
            "error: orders.csv is not a command; a data file is read with SQL: kpi-sql -c \"SELECT * FROM 'orders.csv' LIMIT 10\"",
        ),
        (
            vec!["plain"],
            "kpi-sql -c \"SELECT * FROM 'plain' LIMIT 10\"",
        ),
        (
            vec!["exports/*.parquet"],
            "kpi-sql -c \"SELECT * FROM 'exports/*.parquet' LIMIT 10\"",
        ),
        (
            vec!["monthly.sql"],
            "error: monthly.sql is not a command; a SQL file goes after -f: kpi-sql -f monthly.sql",
        ),
        (
            vec!["monthly.sql", "--format", "csv"],
            "kpi-sql -f monthly.sql --format csv",
        ),
        (vec!["SELECT 1 AS x"], "kpi-sql -c \"SELECT 1 AS x\""),
        (vec!["select", "1"], "kpi-sql -c \"select 1\""),
        (vec!["arpu"], "kpi-sql describe arpa"),
        (vec!["describ"], "did you mean kpi-sql describe?"),
        (vec!["xyzzy"], "SQL goes after -c"),
    ] {
        let outcome = folder.run(&typed);
        assert_eq!(outcome.stdout, "");
        outcome.failed(2, &[words]);
    }
    // What it says to type works.
    assert_eq!(
        folder.csv(&["-c", "SELECT * FROM 'orders.csv' LIMIT 10"]),
        "x\n1\n"
    );
    let help = folder.run(&["help"]).succeeded();
    assert!(
        help.contains("Examples:") && help.contains("describe"),
        "{help}"
    );
}

#[test]
fn arguments_for_sql_are_refused_where_there_is_none() {
    let folder = Folder::new();
    folder.run(&["-c", "SELECT 1", "kpis"]).failed(
        2,
        &["--command has no effect on kpi-sql kpis; leave it out"],
    );
    folder
        .run(&["--memory-limit", "1GB", "man"])
        .failed(2, &["--memory-limit has no effect on kpi-sql man"]);
}

/// `kpi-sql kpis | head -1`.
#[test]
fn a_reader_may_go_away() {
    let folder = Folder::new();
    let command = format!("{} describe arpa | head -1", env!("CARGO_BIN_EXE_kpi-sql"));
    let out = Command::new("sh")
        .args(["-c", &command])
        .current_dir(folder.path(""))
        .output()
        .expect("a shell");
    assert_eq!(
        String::from_utf8_lossy(&out.stdout),
        "arpa, also arpu, customer_value\n"
    );
    assert_eq!(String::from_utf8_lossy(&out.stderr), "");
}
