//! Shared spreadsheets by the address of their page. A proxy on loopback stands for the servers that have them.

use super::servers::{WebServer, run_alone};
use crate::command::Folder;

#[test]
fn a_page_of_a_spreadsheet_is_read_as_its_file() {
    let server = WebServer::new();
    server
        .files
        .file("sheet.csv", "customer,amount\na,10.5\nb,4\n");
    let proxy = format!("http://127.0.0.1:{}", server.port);
    let here = Folder::new();
    let ask = |page: &str| {
        let sql = format!("SELECT count(*) AS n, sum(amount) AS total FROM '{page}'");
        let args = ["--format", "csv", "-c", &sql];
        run_alone(&here, &args, &[("http_proxy", &proxy)])
    };
    let outcome = ask("http://docs.google.com/spreadsheets/d/1aB/edit?usp=sharing#gid=7");
    for words in [
        "http://docs.google.com/spreadsheets/d/1aB/edit is a page of Google Sheets",
        "gid=7",
        "as CSV",
    ] {
        assert!(outcome.stderr.contains(words), "{outcome:?}");
    }
    assert_eq!(outcome.succeeded(), "n,total\n2,14.5\n");
    let outcome = ask("http://www.dropbox.com/scl/fi/x1/orders.csv?rlkey=topsecret&dl=0");
    assert!(outcome.stderr.contains("a page of Dropbox"), "{outcome:?}");
    assert!(!outcome.stderr.contains("topsecret"), "{outcome:?}");
    assert_eq!(outcome.succeeded(), "n,total\n2,14.5\n");
    // A sheet stays one, and is no part of what the server is asked for.
    here.run(&[
        "-q",
        "-o",
        "book.xlsx",
        "-c",
        "-- name: first\nSELECT 1 AS n;\n-- name: Costs\nSELECT 7 AS n",
    ])
    .succeeded();
    std::fs::copy(here.path("book.xlsx"), server.files.path("sheet.csv")).expect("both are there");
    for page in [
        "http://www.dropbox.com/scl/fi/x1/book.xlsx?rlkey=topsecret&dl=0#Costs",
        "http://files.example.com/book.xlsx?rlkey=topsecret#Costs",
    ] {
        let sql = format!("SELECT n FROM '{page}'");
        let args = ["-q", "--format", "csv", "-c", &sql];
        let rows = run_alone(&here, &args, &[("http_proxy", &proxy)]).succeeded();
        assert_eq!(rows, "n\n7\n", "{page}");
    }
    let asked = server.log();
    for file in [
        "http://docs.google.com/spreadsheets/d/1aB/export?format=csv&gid=7",
        "http://www.dropbox.com/scl/fi/x1/orders.csv?rlkey=topsecret&dl=1",
    ] {
        assert!(
            asked.iter().any(|line| line.contains(file)),
            "{file}: {asked:#?}"
        );
    }
}
