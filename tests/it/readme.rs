//! What the README and the pages on alarms, reports, your own tables, why a figure moved, the command line, running queries, security, checks, exports, memory and SQL show is what happens.
//!
//! A `console` block is a session: lines that begin with `$ ` are commands, the lines below them their
//! standard output. They run in the package's folder, with `kpi-sql` and `cargo run --release --` standing for
//! the program that was just built.

use std::path::Path;
use std::process::Command;

use crate::markdown::blocks;

/// The commands that start a build of their own or this very test run; `.ci/run` runs the latter.
const NOT_RUN_HERE: [&str; 2] = ["cargo test", "cargo install --path ."];

struct Shown {
    command: String,
    output: String,
}

fn sessions(text: &str) -> Vec<Shown> {
    let mut shown: Vec<Shown> = vec![];
    let sessions = blocks(text);
    let sessions = sessions.iter().filter(|block| block.language == "console");
    for line in sessions.flat_map(|session| &session.lines) {
        match (line.strip_prefix("$ "), shown.last_mut()) {
            (Some(command), _) => shown.push(Shown {
                command: command.to_string(),
                output: String::new(),
            }),
            (None, Some(last)) => last.output += &format!("{line}\n"),
            (None, None) => panic!("output before the first command: {line}"),
        }
    }
    shown
}

fn page(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{name}: {e}"))
}

fn readme() -> String {
    page("README.md")
}

#[test]
fn every_command_prints_what_is_shown() {
    let program = Path::new(env!("CARGO_BIN_EXE_kpi-sql"));
    let folder = program.parent().expect("a program is in a folder");
    let path = std::env::var("PATH").unwrap_or_default();
    let mut ran = 0;
    let mut shown = vec![
        readme(),
        page("docs/alarms.md"),
        page("docs/command-line.md"),
        page("docs/checking-data.md"),
        page("docs/memory.md"),
        page("docs/own-tables.md"),
        page("docs/report.md"),
        page("docs/running-queries.md"),
        page("docs/security.md"),
        page("docs/sql.md"),
        page("docs/why-did-it-move.md"),
    ];
    let exports = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/exports"));
    for export in exports.expect("the pages of exports") {
        let name = export.expect("the entry can be read").file_name();
        shown.push(page(&format!("docs/exports/{}", name.to_string_lossy())));
    }
    for Shown { command, output } in shown.iter().flat_map(|page| sessions(page)) {
        if NOT_RUN_HERE.contains(&command.as_str()) {
            assert_eq!(output, "", "{command}");
            continue;
        }
        let here = command.replace("cargo run --release --", "kpi-sql");
        let got = Command::new("sh")
            .args(["-c", &here])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .env("PATH", format!("{}:{path}", folder.display()))
            .output()
            .expect("there is a shell");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        // An error is shown where a reader would see it: in the terminal.
        let seen = match got.status.success() {
            true => text(&got.stdout),
            false => text(&got.stderr),
        };
        assert_eq!(seen, output, "{command}\n{}", text(&got.stderr));
        ran += 1;
    }
    assert!(ran >= 4, "only {ran} commands are shown");
}

#[test]
fn ci_runs_the_test_command() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join(".ci/run");
    let script = std::fs::read_to_string(script).expect("there is a CI script");
    let test_command = NOT_RUN_HERE[0];
    assert!(readme().contains(&format!("$ {test_command}\n")));
    assert!(script.lines().any(|line| line == test_command));
}
