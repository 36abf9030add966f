//! Environments of Python with the packages that a test asks for. They are kept in the target folder, and made anew when the
//! versions that are wanted change.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The Python of an environment in which the packages of a file of requirements, given from the root of the repository, are
/// installed. Each has a folder of its own name.
pub fn python_with(name: &str, requirements: &str) -> PathBuf {
    let requirements = Path::new(env!("CARGO_MANIFEST_DIR")).join(requirements);
    let wanted = std::fs::read_to_string(&requirements).expect("the requirements can be read");
    let environment = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let mark = environment.join("installed.txt");
    let python = environment.join("bin/python");
    if std::fs::read_to_string(&mark).is_ok_and(|installed| installed == wanted) {
        return python;
    }
    let shown = environment.display().to_string();
    succeed(Command::new("python3").args(["-m", "venv", "--clear", &shown]));
    succeed(
        Command::new(&python)
            .args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "--requirement",
            ])
            .arg(requirements),
    );
    std::fs::write(mark, wanted).expect("the environment can be written to");
    python
}

/// What a command that has to succeed prints.
pub fn succeed(command: &mut Command) -> String {
    let output = command
        .output()
        .unwrap_or_else(|e| panic!("{command:?}: {e}; Python 3.11 or newer is needed"));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(
        output.status.success(),
        "{command:?} failed\n{}\n{}",
        text(&output.stdout),
        text(&output.stderr)
    );
    text(&output.stdout)
}
