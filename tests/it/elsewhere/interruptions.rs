//! Networks and servers that fail in the middle of it, and are waited for.

use std::time::{Duration, Instant};

use super::alike::ObjectServer;
use super::google_server::GoogleServer;
use super::relay::Relay;
use super::servers::{S3Server, WebServer};
use crate::command::Folder;

const ROWS: usize = 40_000;

/// A CSV file of several blocks, and some that are small.
fn lake() -> Folder {
    let files = Folder::new();
    let rows: String = (0..ROWS).map(|n| format!("{n},{}\n", n % 7)).collect();
    files.file("long.csv", format!("n,few\n{rows}"));
    for n in 0..40 {
        files.file(&format!("many/{n}.csv"), "n\n1\n");
    }
    files
}

fn expected() -> String {
    let total: usize = (0..ROWS).sum();
    format!("n,total\n{ROWS},{total}\n")
}

/// A connection that ends once, wherever it does, costs a request and nothing else.
#[test]
fn what_is_cut_off_once_is_asked_for_again() {
    let server = S3Server::open().behind_relay();
    server.put_folder("lake", "", &lake().path(""));
    let long = "SELECT count(*) AS n, sum(n) AS total FROM 's3://lake/long.csv'";
    let many = "SELECT count(*) AS n FROM 's3://lake/many/*.csv'";
    server.relay().set("");
    assert_eq!(server.csv(long), expected());
    let usual = server.relay().log().len();
    for habit in ["cut=1000&times=1", "cut=50000&times=1", "hang_up=1"] {
        server.relay().set(habit);
        assert_eq!(server.csv(long), expected(), "{habit}");
        let asked = server.relay().log();
        assert_eq!(asked.len(), usual + 1, "{habit}: {asked:#?}");
    }
    // A list is cut off too.
    for habit in ["cut=1000&times=1", "hang_up=1"] {
        server.relay().set(habit);
        assert_eq!(server.csv(many), "n\n40\n", "{habit}");
    }
}

#[test]
fn a_web_server_is_asked_again_too() {
    let server = WebServer::new();
    server.files.file("long.csv", lake().read("long.csv"));
    let relay = Relay::before(server.port);
    for kind in ["ranges", "whole"] {
        for habit in ["cut=1000&times=1", "hang_up=1", "fail=2&status=503"] {
            relay.set(habit);
            let address = format!("http://127.0.0.1:{}/{kind}/long.csv", relay.port);
            let sql = format!("SELECT count(*) AS n, sum(n) AS total FROM '{address}'");
            let rows = Folder::new().csv(&["-q", "-c", &sql]);
            assert_eq!(rows, expected(), "{kind} {habit}");
        }
    }
}

/// What never comes is given up, after the tries and the time that were granted.
#[test]
fn what_is_always_cut_off_is_told() {
    let server = S3Server::open().behind_relay();
    server.put_folder("lake", "", &lake().path(""));
    let here = Folder::new();
    for (habit, from, words) in [
        ("cut=1000&times=1000", "long.csv", "long.csv"),
        ("cut=1000&times=1000", "many/*.csv", "many"),
        ("hang_up=1000", "long.csv", "long.csv"),
        (
            "fail=1000&status=503",
            "long.csv",
            "503 Service Unavailable",
        ),
    ] {
        server.relay().set(habit);
        let sql = format!("SELECT count(*) AS n FROM 's3://lake/{from}'");
        let args = ["-q", "--storage", "retries=2", "-c", &sql];
        let begun = Instant::now();
        let said = server.run(&here, &args).failed(1, &[]);
        assert!(said.contains(words), "{habit}: {said}");
        assert!(!said.contains("Generic S3"), "{habit}: {said}");
        assert!(begun.elapsed() < Duration::from_secs(20), "{habit}");
        if habit.starts_with("fail") {
            // Who asks for the file several times in a statement, as the program does, waits once.
            let asked = server.relay().log();
            assert_eq!(asked.len(), 3, "{asked:#?}");
        }
    }
}

/// A server with a row in `gs://lake/orders/a.parquet`, and the folder that it came from.
fn with_one_row() -> (GoogleServer, Folder) {
    let server = GoogleServer::new();
    let files = Folder::new();
    files
        .run(&["-q", "-c", "COPY (SELECT 1 AS n) TO 'a.parquet'"])
        .succeeded();
    server.put_folder("lake", "orders/", &files.path(""));
    (server, files)
}

/// Where nobody can tell whether a file is one of a Delta table, which keeps removed rows, its rows are not read.
#[test]
fn a_doubt_about_the_format_is_told() {
    let (server, _) = with_one_row();
    let sql = "SELECT n FROM 'gs://lake/orders/a.parquet'";
    assert_eq!(server.csv(sql), "n\n1\n");
    server.relay.set("fail_on=_delta_log");
    let said = server.failure(sql);
    for words in ["503", "orders/_delta_log", "could not be found out"] {
        assert!(said.contains(words), "{words}: {said}");
    }
}

/// Whoever may read objects and not list them is told what nobody could look for.
#[test]
fn a_list_that_is_refused_is_told() {
    let (server, files) = with_one_row();
    server.relay.set("fail_on=_delta_log&status=403");
    let sql = "SELECT n FROM 'gs://lake/orders/a.parquet'";
    let said = server.run(&files, &["--format", "csv", "-c", sql]);
    let words = "whether the files of gs://lake belong to a table of Delta";
    assert!(said.stderr.contains(words), "{said:?}");
    assert_eq!(said.succeeded(), "n\n1\n");
}

/// COPY does not add to a folder, and so not to one that nobody could look into.
#[test]
fn a_folder_that_nobody_could_look_into_is_not_written_to() {
    let server = GoogleServer::new();
    let files = Folder::new();
    files.file("old.csv", "n\n1\n");
    server.put_folder("lake", "out/", &files.path(""));
    server.relay.set("fail_on=out&status=503");
    let here = Folder::new();
    let copy = "COPY (SELECT 2 AS n) TO 'gs://lake/out/' STORED AS CSV";
    let said = server.run(&here, &["-q", "-c", copy]).failed(1, &[]);
    let words = "could not be found out";
    assert!(
        said.contains(words) && said.contains("nothing is written"),
        "{said}"
    );
    server.relay.set("");
    assert_eq!(server.csv("SELECT n FROM 'gs://lake/out/*.csv'"), "n\n1\n");
}

/// A statement that goes wrong on the way leaves the object as it was.
#[test]
fn a_result_that_does_not_arrive_leaves_the_older_one() {
    let server = GoogleServer::new();
    let files = Folder::new();
    files.file("old.csv", "old");
    server.put_folder("lake", "", &files.path(""));
    let here = Folder::new();
    let args = [
        "-q",
        "--storage",
        "retries=1",
        "-o",
        "gs://lake/old.csv",
        "-c",
        "SELECT 1 AS n",
    ];
    server.relay.set("sign=1&hang_up=1000");
    let said = server.run(&here, &args).failed(1, &[]);
    assert!(
        said.contains("gs://lake/old.csv cannot be written"),
        "{said}"
    );
    assert_eq!(server.read("lake", "old.csv"), "old");
    server.relay.set("sign=1&hang_up=1");
    server.run(&here, &args).succeeded();
    assert_eq!(server.read("lake", "old.csv"), "n\n1\n");
}

/// Somebody who waits is told for what, and which try it is; not where it is quiet, and not of what is over soon.
#[test]
fn a_long_wait_is_told() {
    let server = S3Server::open().behind_relay();
    let files = Folder::new();
    files.file("a.csv", "n\n1\n");
    server.put_folder("lake", "", &files.path(""));
    let here = Folder::new();
    let ask = |more: &[&str]| {
        let args = [
            "--format",
            "csv",
            "--storage",
            "retries=30",
            "-c",
            "SELECT n FROM 's3://lake/a.csv'",
        ];
        server.run(&here, &[more, &args].concat())
    };
    server.relay().set("fail_for=3");
    let outcome = ask(&[]);
    let said = outcome.stderr.clone();
    assert_eq!(outcome.succeeded(), "n\n1\n");
    let waits: Vec<&str> = said.lines().collect();
    assert!(!waits.is_empty(), "nothing was said");
    for wait in waits {
        let parts = [
            "note: waiting for s3://lake, try ",
            " of 31 after ",
            " s: 503 Service Unavailable",
        ];
        assert!(parts.iter().all(|part| wait.contains(part)), "{said}");
    }
    server.relay().set("fail_for=3");
    let outcome = ask(&["-q"]);
    assert_eq!(outcome.stderr, "");
    outcome.succeeded();
    server.relay().set("fail=1&status=503");
    let outcome = ask(&[]);
    assert_eq!(outcome.stderr, "");
    outcome.succeeded();
}
