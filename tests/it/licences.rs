//! The licences of what is built in: none that would bind whoever uses this.

use std::process::Command;

use crate::support::folder;

/// Those that ask for no more than to be named.
const TAKEN: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
    "bzip2-1.0.6",
];

fn is_taken(licence: &str) -> bool {
    // MIT/Apache-2.0 is how it was written once.
    let licence = licence.replace('/', " OR ");
    let expression = spdx::Expression::parse(&licence);
    let expression = expression.unwrap_or_else(|error| panic!("{licence}: {error}"));
    expression.evaluate(|asked| {
        let id = asked.license.id().map(|id| id.name);
        id.is_some_and(|id| TAKEN.contains(&id))
    })
}

#[test]
fn what_is_built_in_may_be_used_by_everybody() {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--locked", "--offline", "--format-version", "1"])
        .current_dir(folder(""))
        .output()
        .expect("cargo starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let all: serde_json::Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
    let packages = all["packages"].as_array().expect("there are packages");
    assert!(packages.len() > 250, "{}", packages.len());
    let refused: Vec<String> = packages
        .iter()
        .filter_map(|package| {
            let licence = package["license"].as_str().unwrap_or("none");
            let is_fine = licence != "none" && is_taken(licence);
            (!is_fine).then(|| format!("{}: {licence}", package["name"]))
        })
        .collect();
    assert_eq!(refused, Vec::<String>::new());
}

#[test]
fn licences_that_bind_are_refused() {
    for licence in ["GPL-3.0-only", "MIT AND GPL-2.0-or-later", "AGPL-3.0-only"] {
        assert!(!is_taken(licence), "{licence}");
    }
    for licence in [
        "MIT/Apache-2.0",
        "GPL-3.0-only OR MIT",
        "(MIT OR Apache-2.0) AND Unicode-3.0",
    ] {
        assert!(is_taken(licence), "{licence}");
    }
}
