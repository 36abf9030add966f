//! What a terminal shows while servers are waited for, before there are rows.

use super::alike::ObjectServer;
use super::relay::Relay;
use super::round_trips::many;
use super::servers::{S3Server, WebServer};
use crate::cli::typing::Typist;
use crate::command::Folder;

#[test]
fn a_list_and_the_looks_into_its_files_are_shown() {
    let server = S3Server::open().behind_relay();
    server.put_folder("lake", "", &many(120).path(""));
    server.relay().set("page=50&delay=0.4");
    let [endpoint, region] = server.storage();
    let here = Folder::new();
    let sql = "SELECT count(*) AS n FROM 's3://lake/many/*.csv'";
    let seen = Typist::new(&here)
        .environment("HOME", &here.path("no-home").display().to_string())
        .environment("AWS_ACCESS_KEY_ID", "test")
        .environment("AWS_SECRET_ACCESS_KEY", "test")
        .runs(&[&endpoint, &region, "-c", sql]);
    assert_eq!(seen.code, Some(0), "{seen:?}");
    let shown = &seen.shown[0];
    for words in ["0 objects listed, ", " of 120 files looked into, "] {
        assert!(shown.contains(words), "{words}: {shown:?}");
    }
    // All of it is gone before the result.
    let (_, after) = shown.rsplit_once("\r\u{1b}[K").expect("a bar was drawn");
    assert!(after.starts_with("+-----+\n|   n |"), "{after:?}");
}

#[test]
fn a_file_that_comes_as_a_whole_is_shown() {
    let server = WebServer::new();
    let rows = "1234567\n".repeat(5 << 17);
    server.files.file("long.csv", format!("n\n{rows}"));
    let relay = Relay::before(server.port);
    relay.set("piece=1000000&delay=0.3");
    let sql = format!(
        "SELECT count(*) AS n FROM 'http://127.0.0.1:{}/whole/long.csv'",
        relay.port
    );
    let seen = Typist::new(&Folder::new()).runs(&["-c", &sql]);
    assert_eq!(seen.code, Some(0), "{seen:?}");
    let shown = &seen.shown[0];
    assert!(shown.contains(" of 5 MB fetched, "), "{shown:?}");
    assert!(shown.contains("| 655360 |"), "{shown:?}");
}
