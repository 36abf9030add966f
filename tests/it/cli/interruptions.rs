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
    send("-INT", child);
}

fn send(signal: &str, child: &Child) {
    let sent = Command::new("kill")
        .args([signal, &child.id().to_string()])
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

/// Planned for many seconds, without a moment in which the statement could be dropped.
fn long_plan() -> String {
    let conditions: Vec<String> = (0..6000).map(|i| format!("x = {i}")).collect();
    let conditions = conditions.join(" OR ");
    format!("SELECT 1 AS ready; SELECT x FROM (SELECT 1 AS x) WHERE {conditions}")
}

#[test]
fn ctrl_c_ends_the_planning_of_a_statement() {
    let folder = Folder::new();
    let mut child = folder
        .command(&["--format", "csv", "-c", &long_plan()])
        .spawn()
        .expect("it starts");
    let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut line = String::new();
    stdout.read_line(&mut line).expect("a line");
    let start = Instant::now();
    interrupt(&child);
    assert_eq!(ended(&mut child).code(), Some(130));
    assert!(start.elapsed() < Duration::from_secs(2), "it took too long");
}

#[test]
fn ctrl_c_ends_printing_to_somebody_who_does_not_read() {
    let folder = Folder::new();
    let mut child = folder
        .command(&["-c", "SELECT * FROM generate_series(1, 100000000)"])
        .spawn()
        .expect("it starts");
    let mut stdout = child.stdout.take().expect("a pipe");
    let mut start = [0; 10];
    stdout.read_exact(&mut start).expect("ten bytes");
    // By now the pipe is full.
    std::thread::sleep(Duration::from_millis(300));
    let start = Instant::now();
    interrupt(&child);
    assert_eq!(ended(&mut child).code(), Some(130));
    assert!(start.elapsed() < Duration::from_secs(2), "it took too long");
    drop(stdout);
}

#[test]
fn a_reader_that_goes_away_ends_a_query_that_prints_nothing_yet() {
    let folder = Folder::new();
    for sql in [long_plan(), "SELECT 1 AS ready; SELECT sum(a.value % 7 * b.value) FROM generate_series(1, 10000000) a, generate_series(1, 10000000) b".to_string()] {
        let mut child = folder
            .command(&["--format", "csv", "-c", &sql])
            .spawn()
            .expect("it starts");
        let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut line = String::new();
        stdout.read_line(&mut line).expect("a line");
        let start = Instant::now();
        drop(stdout);
        assert_eq!(ended(&mut child).code(), Some(0));
        assert_eq!(stderr(&mut child), "");
        assert!(start.elapsed() < Duration::from_secs(2), "it took too long");
    }
}

#[test]
fn a_copy_needs_no_reader() {
    let folder = Folder::new();
    let sql = "COPY (SELECT max(value) AS a FROM generate_series(1, 3000000)) TO 'o.csv'";
    let mut child = folder
        .command(&["-q", "-c", sql])
        .spawn()
        .expect("it starts");
    drop(child.stdout.take());
    assert_eq!(ended(&mut child).code(), Some(0));
    assert_eq!(folder.read("o.csv"), "a\n3000000\n");
}

#[test]
fn signals_leave_no_file_and_have_their_own_exit_codes() {
    let endless = "(SELECT sum(a.value % 7 * b.value) AS s FROM generate_series(1, 10000000) a, generate_series(1, 10000000) b)";
    let to_folder = format!("COPY {endless} TO 'o/' STORED AS CSV");
    let to_file = format!("COPY {endless} TO 'o.csv'");
    let result = format!("SELECT 1 AS a; SELECT * FROM {endless}");
    for (signal, code) in [("-INT", 130), ("-TERM", 143), ("-HUP", 129)] {
        for args in [
            &["-c", to_folder.as_str()][..],
            &["-c", to_file.as_str()],
            &["-o", "o.csv", "-c", result.as_str()],
        ] {
            let folder = Folder::new();
            let count = || {
                std::fs::read_dir(folder.path("."))
                    .expect("the folder")
                    .count()
            };
            let mut child = folder.command(args).spawn().expect("it starts");
            let start = Instant::now();
            while count() == 0 && start.elapsed() < Duration::from_secs(30) {
                std::thread::sleep(Duration::from_millis(5));
            }
            assert_eq!(count(), 1, "{args:?}");
            send(signal, &child);
            assert_eq!(ended(&mut child).code(), Some(code), "{args:?}");
            assert_eq!(count(), 0, "{args:?}");
        }
    }
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
