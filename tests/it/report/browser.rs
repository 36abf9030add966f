//! A page in a browser: it asks for nothing, says nothing is wrong, and can be used by everybody. `.ci/run` demands it by
//! KPI_SQL_REQUIRE_BROWSER=1; elsewhere it is said aloud where it did not run.

use std::path::Path;
use std::process::Command;

use super::{PACK, call, hostile, sample, with};

/// What the script ends with where it could not run.
const MISSING: i32 = 77;

#[test]
fn a_page_in_a_browser() {
    in_a_browser(PACK);
}

#[test]
fn hostile_names_in_a_browser() {
    in_a_browser(&hostile::script(&hostile::NAMES.map(String::from)));
}

#[track_caller]
fn in_a_browser(report: &str) {
    let folder = with(report);
    folder.run(&call("pack.html", &sample())).succeeded();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/report/browser.py");
    let python = std::env::var("KPI_SQL_BROWSER_PYTHON").unwrap_or_else(|_| "python3".to_string());
    let output = Command::new(python)
        .arg(script)
        .arg(folder.path("pack.html"))
        .output()
        .expect("python3 runs");
    let said = String::from_utf8_lossy(&output.stderr);
    if output.status.code() == Some(MISSING) {
        let is_wanted = std::env::var_os("KPI_SQL_REQUIRE_BROWSER").is_some();
        assert!(!is_wanted, "the page was not tried in a browser: {said}");
        eprintln!("NOT RUN: the page was not tried in a browser: {said}");
        return;
    }
    assert!(output.status.success(), "{said}");
}
