//! A page in a browser: it asks for nothing, says nothing is wrong, and can be used by everybody. `.ci/run` demands it by
//! KPI_SQL_REQUIRE_BROWSER=1; elsewhere it is said aloud where it did not run.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use super::{PACK, call, hostile, sample, with};
use crate::packages::python_with;

/// Debian's name for it, and that of others.
const BROWSERS: [&str; 2] = ["chromium", "chromium-browser"];

/// What drives the browser, and what it is judged by.
static ENVIRONMENT: LazyLock<PathBuf> =
    LazyLock::new(|| python_with("browser", "tests/it/report/requirements.txt"));

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
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut places = std::env::split_paths(&path)
        .flat_map(|folder| BROWSERS.map(|browser| folder.join(browser)));
    let Some(browser) = places.find(|place| place.is_file()) else {
        let is_wanted = std::env::var_os("KPI_SQL_REQUIRE_BROWSER").is_some();
        let words = "there is no chromium on the PATH; Debian has it as a package";
        assert!(!is_wanted, "{words}");
        eprintln!("NOT RUN: the page was not tried in a browser: {words}");
        return;
    };
    let folder = with(report);
    folder.run(&call("pack.html", &sample())).succeeded();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/report/browser.py");
    let output = Command::new(&*ENVIRONMENT)
        .arg(script)
        .arg(browser)
        .arg(folder.path("pack.html"))
        .output()
        .expect("the environment has a Python");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
}
