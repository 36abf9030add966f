//! What may use what: the table in `docs/architecture.md`, as a test.

use std::path::{Path, PathBuf};

fn rust_files(folder: &str) -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut files = vec![];
    let mut open = vec![root];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            let entries = std::fs::read_dir(&path).expect("the folder can be read");
            open.extend(entries.map(|entry| entry.expect("the entry can be read").path()));
        } else if path.extension().is_some_and(|e| e == "rs") {
            let text = std::fs::read_to_string(&path).expect("source is UTF-8");
            files.push((path, text));
        }
    }
    assert!(!files.is_empty(), "{folder} holds no code");
    files
}

/// The code of a file: no comments, and nothing below its unit tests.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .take_while(|line| !line.starts_with("#[cfg(test)]"))
        .filter(|line| !line.trim_start().starts_with("//"))
}

#[track_caller]
fn uses_nothing_of(folder: &str, forbidden: &[&str]) {
    for (path, text) in rust_files(folder) {
        for line in code(&text) {
            for word in forbidden {
                assert!(!line.contains(word), "{}: {line}", path.display());
            }
        }
    }
}

#[test]
fn arrows_go_one_way() {
    uses_nothing_of("src/define", &["datafusion", "crate::"]);
    uses_nothing_of(
        "src/kpi",
        &["datafusion", "crate::fold", "crate::engine", "crate::cli"],
    );
    let faces = ["crate::cli", "crate::session", "crate::tables"];
    uses_nothing_of("src/engine", &faces);
    uses_nothing_of("src/state", &[&faces[..], &["crate::engine"]].concat());
    uses_nothing_of("src/statistics.rs", &["datafusion", "crate::"]);
    uses_nothing_of(
        "src/fold",
        &[&faces[..], &["crate::engine", "crate::kpi"]].concat(),
    );
    let of_kpis = ["crate::kpi", "crate::fold", "crate::engine"];
    uses_nothing_of(
        "src/tables",
        &[&of_kpis[..], &["crate::cli", "crate::session"]].concat(),
    );
    uses_nothing_of("src/session", &[&of_kpis[..], &["crate::cli"]].concat());
    uses_nothing_of("src/cli", &of_kpis);
    let on_arrow_alone = ["src/fold", "src/state"].map(rust_files).concat();
    for (path, text) in on_arrow_alone {
        for line in code(&text).filter(|line| line.contains("datafusion::")) {
            let of_arrow = line.contains("datafusion::arrow::");
            assert!(of_arrow, "{}: {line}", path.display());
        }
    }
}

/// Engine and faces know no KPI by name.
#[test]
fn no_kpi_is_named_outside_its_file() {
    for folder in [
        "src/define",
        "src/fold",
        "src/state",
        "src/statistics.rs",
        "src/engine",
        "src/tables",
        "src/session",
        "src/cli",
        "python/src",
    ] {
        for (path, text) in rust_files(folder) {
            for line in code(&text) {
                for kpi in kpi_sql::kpi::all() {
                    let named = line.contains(&format!("\"{}", kpi.name));
                    assert!(!named, "{}: {line}", path.display());
                }
            }
        }
    }
}

/// Formatting and lints are checked by `.ci/run`; this finds what they do not.
#[test]
fn nothing_is_left_open() {
    for folder in [
        "src",
        "tests",
        "benches",
        "examples",
        "sample_data",
        "python/src",
    ] {
        for (path, text) in rust_files(folder) {
            for word in ["todo!(", "unimplemented!(", "dbg!(", "#[ignore"] {
                let own = path.ends_with("architecture.rs");
                assert!(own || !text.contains(word), "{}: {word}", path.display());
            }
        }
    }
}
