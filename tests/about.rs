//! Says what the tests need and how long they take, before the long ones begin, and stops where something is missing.

use std::process::{Command, ExitCode, Stdio};

/// The oldest Python that the package is for.
const PYTHON: (u32, u32) = (3, 11);

fn main() -> ExitCode {
    // Whoever asks for the names of tests, as cargo-nextest does, wants nothing else on the output.
    if std::env::args().any(|argument| argument == "--list") {
        return ExitCode::SUCCESS;
    }
    println!(
        "\nThe tests take about 11 minutes on two cores, once they are built. On the way the package for Python is built,\n\
         and what it is tested with is installed by pip, and by npm where it is there, into the target folder, which needs\n\
         their indexes.\n\
         To run some of them: cargo test --test it -- slt::"
    );
    match python() {
        Ok(version) => {
            println!("They use Python {version}.\n");
            ExitCode::SUCCESS
        }
        Err(problem) => {
            let (major, minor) = PYTHON;
            println!(
                "{problem}. They need Python {major}.{minor} or newer as python3, with its module venv.\n\
                 Without it: cargo test --test it -- --skip python:: --skip field_cases::\n"
            );
            ExitCode::FAILURE
        }
    }
}

/// The version of `python3`, if it is one that will do.
fn python() -> Result<String, String> {
    let script = "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])";
    let mut python = Command::new("python3");
    let run = python.args(["-c", script]).stderr(Stdio::null()).output();
    let output = run.map_err(|error| format!("python3 cannot be started: {error}"))?;
    if !output.status.success() {
        return Err("python3 has no module venv".into());
    }
    let version = String::from_utf8_lossy(&output.stdout).trim().to_string();
    let numbers = version.split_once('.');
    let numbers =
        numbers.and_then(|(major, minor)| Some((major.parse().ok()?, minor.parse().ok()?)));
    match numbers {
        Some(found) if found >= PYTHON => Ok(version),
        _ => Err(format!("python3 is Python {version}")),
    }
}
