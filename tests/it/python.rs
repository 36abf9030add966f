//! The wheel is built, installed into a fresh virtual environment, and tested there by `python/tests`.
//!
//! Whatever that needs is installed here, in the versions of `python/tests/requirements.txt`; Python itself, 3.11 or
//! newer with its module venv, must be there.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{folder, forget_this_test};

/// A command in the package's folder, with what it printed where it fails.
fn run(program: &Path, args: &[&str]) -> String {
    let mut command = Command::new(program);
    command.args(args).current_dir(folder("python"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("PYTHON") {
            command.env_remove(name);
        }
    }
    forget_this_test(&mut command);
    let bin = program.parent().expect("a program is in a folder");
    let path = std::env::var("PATH").unwrap_or_default();
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent();
    let output = command
        .env("PATH", format!("{}:{path}", bin.display()))
        .env(
            "CARGO_TARGET_DIR",
            target.expect("it is in the target folder"),
        )
        .env("PIP_DISABLE_PIP_VERSION_CHECK", "1")
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .unwrap_or_else(|e| panic!("{}: {e}; Python 3.11 or newer is needed", program.display()));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    assert!(
        output.status.success(),
        "{} {} failed\n{stdout}\n{stderr}",
        program.display(),
        args.join(" ")
    );
    stdout
}

/// Makes an environment in which the wheel is installed; gives its Python.
fn environment() -> PathBuf {
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR")).join("python");
    if scratch.exists() {
        std::fs::remove_dir_all(&scratch)
            .expect("the environment of an earlier run can be removed");
    }
    let shown = |path: &Path| path.display().to_string();
    let environment = scratch.join("environment");
    let wheels = scratch.join("wheels");
    run(Path::new("python3"), &["-m", "venv", &shown(&environment)]);
    let bin = environment.join("bin");
    let python = bin.join("python");
    let pip = |args: &[&str]| {
        run(
            &python,
            &[&["-m", "pip", "install", "--quiet"], args].concat(),
        )
    };
    pip(&["--requirement", "tests/requirements.txt"]);
    run(
        &bin.join("maturin"),
        &["build", "--quiet", "--locked", "--out", &shown(&wheels)],
    );
    let built = std::fs::read_dir(&wheels).expect("there are wheels");
    let built: Vec<_> = built
        .map(|entry| entry.expect("the entry can be read").path())
        .collect();
    let [wheel] = &built[..] else {
        panic!("one wheel is expected, not {built:?}");
    };
    let name = shown(wheel);
    assert!(name.contains("-cp310-abi3-"), "{name}");
    pip(&["--no-deps", &name]);
    python
}

#[test]
fn the_wheel_passes_its_tests() {
    let python = environment();
    let said = run(&python, &["-m", "pytest", "-q", "-p", "no:cacheprovider"]);
    let last = said.lines().rfind(|line| line.contains(" passed"));
    let last = last.unwrap_or_else(|| panic!("no test ran:\n{said}"));
    for word in ["skipped", "xfailed", "deselected"] {
        assert!(!last.contains(word), "{last}");
    }
}
