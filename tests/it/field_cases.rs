//! What people really bring: the runs of `../shared/cases`, each with its right answer, or the words that are as good.
//!
//! `tests/field_cases.txt` has a block for each run: `> ` before each line of standard output, `note` before words that
//! standard error has beside a right answer, `error` before words of a refusal, `has` before words of an output that is
//! long. A run without `note` and `error` says nothing beside its answer. The files of `dirty-csv` are made by its script,
//! and are asked the query after `sql`.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::reference::shared_data;
use crate::support::folder;

/// The folder of the cases, if it is there.
pub fn cases() -> Option<PathBuf> {
    let cases = shared_data()?.with_file_name("cases");
    assert!(cases.is_dir(), "{} is missing", cases.display());
    Some(cases)
}

/// What is expected of a run.
#[derive(Debug, Default)]
struct Expected {
    case: String,
    run: String,
    stdout: Vec<String>,
    notes: Vec<String>,
    errors: Vec<String>,
    has: Vec<String>,
    sql: Option<String>,
}

fn expectations() -> Vec<Expected> {
    let file = folder("tests/field_cases.txt");
    let text = std::fs::read_to_string(&file).expect("the expectations can be read");
    let mut all: Vec<Expected> = vec![];
    for line in text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let rest = rest.to_string();
        let last = all.last_mut();
        match (word, last) {
            (">", Some(last)) => last.stdout.push(rest),
            ("note", Some(last)) => last.notes.push(rest),
            ("error", Some(last)) => last.errors.push(rest),
            ("has", Some(last)) => last.has.push(rest),
            ("sql", Some(last)) => last.sql = Some(rest),
            (case, _) => all.push(Expected {
                case: case.to_string(),
                run: rest,
                ..Expected::default()
            }),
        }
    }
    all
}

/// Copies a folder with all that is in it.
pub fn copied(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("the folder can be read") {
        let entry = entry.expect("the entry can be read");
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        match from.is_dir() {
            true => copied(&from, &to),
            false => {
                std::fs::copy(&from, &to).expect("the file can be copied");
            }
        }
    }
}

/// What is wrong with a run, if anything is.
fn complaint(cases: &Path, expected: &Expected) -> Option<String> {
    let scratch = TempDir::new().expect("a temporary folder");
    let program = env!("CARGO_BIN_EXE_kpi-sql");
    let mut command = match &expected.sql {
        Some(sql) => {
            let made = Command::new("python3")
                .arg(cases.join(&expected.case).join("make.py"))
                .arg(scratch.path())
                .status();
            assert!(made.expect("python3 runs").success());
            let mut command = Command::new(program);
            command.args(["--format", "csv", "-c", sql]);
            command
        }
        None => {
            copied(&cases.join(&expected.case), scratch.path());
            let mut command = Command::new("bash");
            command
                .arg(format!("{}.sh", expected.run))
                .env("KPI", program);
            command
        }
    };
    let output = command
        .current_dir(scratch.path())
        .stdin(Stdio::null())
        .output()
        .expect("bash runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    let failed = !output.status.success();
    let words = expected.notes.iter().chain(&expected.errors);
    let missing: Vec<_> = words.filter(|words| !stderr.contains(*words)).collect();
    let has: Vec<_> = expected
        .has
        .iter()
        .filter(|words| !stdout.contains(*words))
        .collect();
    let lines: Vec<&str> = stdout.lines().collect();
    let noise = [
        "panicked",
        "Error during planning",
        "caused by",
        "Internal error",
    ];
    let is_right = failed != expected.errors.is_empty()
        && missing.is_empty()
        && has.is_empty()
        // Of a query that fails, rows may be out before.
        && (failed || !expected.has.is_empty() || lines == expected.stdout)
        && (!stderr.is_empty() || expected.notes.is_empty() && expected.errors.is_empty())
        && (stderr.is_empty() || !expected.notes.is_empty() || !expected.errors.is_empty())
        && !noise.iter().any(|noise| stderr.contains(noise));
    (!is_right).then(|| {
        format!(
            "{} {} (exit code {:?})\nexpected {expected:#?}\nmissing {missing:?} {has:?}\nstandard output:\n{stdout}\nstandard error:\n{stderr}",
            expected.case,
            expected.run,
            output.status.code()
        )
    })
}

#[test]
fn every_run_is_right_or_says_why_not() {
    let Some(cases) = cases() else {
        return;
    };
    let expectations = expectations();
    let wrong: Vec<_> = expectations
        .iter()
        .filter_map(|expected| complaint(&cases, expected))
        .collect();
    assert!(
        wrong.is_empty(),
        "{} of {} runs:\n{}",
        wrong.len(),
        expectations.len(),
        wrong.join("\n\n")
    );
}

#[test]
fn every_run_is_expected() {
    let Some(cases) = cases() else {
        return;
    };
    let known: Vec<_> = expectations()
        .into_iter()
        .map(|expected| (expected.case, expected.run))
        .collect();
    for entry in std::fs::read_dir(&cases).expect("the cases can be listed") {
        let folder = entry.expect("the entry can be read").path();
        let case = folder
            .file_name()
            .expect("it has a name")
            .to_string_lossy()
            .into_owned();
        if !case.starts_with(|c: char| c.is_ascii_digit()) {
            continue;
        }
        for script in std::fs::read_dir(&folder).expect("the case can be listed") {
            let script = script.expect("the entry can be read").path();
            if script.extension().is_some_and(|ending| ending == "sh") {
                let run = script
                    .file_stem()
                    .expect("it has a name")
                    .to_string_lossy()
                    .into_owned();
                let one = (case.clone(), run);
                assert!(known.contains(&one), "{one:?} has no expectation");
            }
        }
    }
}
