//! Readers that go away, Ctrl-C, and a full disk.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, ExitStatus};
use std::time::{Duration, Instant};

use crate::command::Folder;

fn ended(child: &mut Child) -> ExitStatus {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().expect("a status") {
            return status;
        }
        if start.elapsed() > Duration::from_secs(30) {
            child.kill().expect("it can be killed");
            panic!("it did not end by itself");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn stderr(child: &mut Child) -> String {
    let mut text = String::new();
    child
        .stderr
        .take()
        .expect("a pipe")
        .read_to_string(&mut text)
        .expect("UTF-8");
    text
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let folder = Folder::new();
    for format in ["csv", "json", "ndjson", "table"] {
        // Too much for the pipe, so that the program notices.
        let sql = "SELECT * FROM generate_series(1, 100000)";
        let mut child = folder
            .command(&["--format", format, "-c", sql])
            .spawn()
            .expect("it starts");
        let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut start = [0; 10];
        stdout.read_exact(&mut start).expect("ten bytes");
        drop(stdout);
        assert_eq!(ended(&mut child).code(), Some(0), "{format}");
        assert_eq!(stderr(&mut child), "", "{format}");
    }
}

/// A run that has printed its first result and then counts for hours.
fn busy(folder: &Folder, more: &[&str]) -> Child {
    let endless = "SELECT 1 AS ready; \
                   SELECT sum(a.value % 7 * b.value) FROM generate_series(1, 10000000) a, generate_series(1, 10000000) b";
    let args = [&["--format", "csv", "-c", endless], more].concat();
    folder.command(&args).spawn().expect("it starts")
}

fn interrupt(child: &Child) {
    let sent = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(sent.expect("kill runs").success());
}

#[test]
fn ctrl_c_cancels_a_query() {
    let folder = Folder::new();
    let mut child = busy(&folder, &[]);
    let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut line = String::new();
    stdout.read_line(&mut line).expect("a line");
    assert_eq!(line, "ready\n");
    interrupt(&child);
    assert_eq!(ended(&mut child).code(), Some(130));
    assert_eq!(stderr(&mut child), "cancelled\n");
}

#[test]
fn a_second_ctrl_c_ends_even_the_planning_of_a_statement() {
    let folder = Folder::new();
    // Planned for many seconds, without a moment in which the statement could be dropped.
    let conditions: Vec<String> = (0..6000).map(|i| format!("x = {i}")).collect();
    let sql = format!(
        "SELECT 1 AS ready; SELECT x FROM (SELECT 1 AS x) WHERE {}",
        conditions.join(" OR ")
    );
    let mut child = folder
        .command(&["--format", "csv", "-c", &sql])
        .spawn()
        .expect("it starts");
    let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut line = String::new();
    stdout.read_line(&mut line).expect("a line");
    let start = Instant::now();
    while child.try_wait().expect("a status").is_none() {
        assert!(start.elapsed() < Duration::from_secs(10), "it did not end");
        // A kill of a process that has just ended fails, which is fine.
        let _ = Command::new("kill")
            .args(["-INT", &child.id().to_string()])
            .status();
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(ended(&mut child).code(), Some(130));
}

#[test]
fn ctrl_c_leaves_no_file() {
    let folder = Folder::new();
    let mut child = busy(&folder, &["-o", "o.csv"]);
    let count = || {
        std::fs::read_dir(folder.path("."))
            .expect("the folder")
            .count()
    };
    let start = Instant::now();
    while count() == 0 && start.elapsed() < Duration::from_secs(30) {
        std::thread::sleep(Duration::from_millis(5));
    }
    interrupt(&child);
    assert_eq!(ended(&mut child).code(), Some(130));
    assert_eq!(count(), 0);
}

#[test]
fn a_full_disk_is_an_error_with_the_name_of_the_file() {
    if !std::path::Path::new("/dev/full").exists() {
        return;
    }
    let folder = Folder::new();
    folder
        .run(&["-o", "/dev/full", "--format", "csv", "-c", "SELECT 1"])
        .failed(1, &["/dev/full cannot be written"]);
}
