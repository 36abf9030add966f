//! Files of web servers.

use super::servers::{WebServer, free_port};
use crate::command::{Folder, Outcome};

const CSV: &str = "customer,product,amount\na,x,10.5\na,y,2\nb,x,4\n";

fn ask(folder: &Folder, address: &str) -> Outcome {
    let sql = format!("SELECT count(*) AS n, sum(amount) AS total FROM '{address}'");
    folder.run(&["-q", "--format", "csv", "-c", &sql])
}

#[test]
fn all_kinds_of_servers_give_the_same_rows() {
    let server = WebServer::new();
    server.files.file("orders.csv", CSV);
    let folder = Folder::new();
    for (habit, name) in [
        ("ranges", "orders.csv"),
        ("whole", "orders.csv"),
        ("no-head", "orders.csv"),
        ("moved", "orders.csv"),
        ("flaky", "orders.csv"),
        ("signed", "orders.csv?signature=right"),
    ] {
        let outcome = ask(&folder, &server.address(habit, name));
        assert_eq!(outcome.succeeded(), "n,total\n3,16.5\n", "{habit}");
    }
}

#[test]
fn a_query_of_an_address_is_sent_and_never_shown() {
    let server = WebServer::new();
    server.files.file("orders.csv", CSV);
    let folder = Folder::new();
    let failed = ask(
        &folder,
        &server.address("signed", "orders.csv?signature=secret"),
    );
    let said = failed.failed(1, &[]);
    assert!(said.contains("/signed/orders.csv"), "{said}");
    assert!(said.contains("403"), "{said}");
    assert!(!said.contains("secret"), "{said}");
}

#[test]
fn two_queries_are_two_files() {
    let server = WebServer::new();
    server.files.file("orders.csv", CSV);
    let folder = Folder::new();
    let address = |query: &str| server.address("signed", &format!("orders.csv?{query}"));
    let sql = format!(
        "SELECT count(*) AS n FROM '{}' UNION ALL SELECT count(*) FROM '{}'",
        address("signature=right"),
        address("signature=wrong")
    );
    folder.run(&["-q", "-c", &sql]).failed(1, &[]);
}

#[test]
fn what_is_wrong_is_said_of_the_address() {
    let server = WebServer::new();
    server
        .files
        .file("long.csv", format!("n\n{}", "1\n".repeat(5_000)));
    let folder = Folder::new();
    let nobody = format!("http://127.0.0.1:{}/orders.csv", free_port());
    for (address, words) in [
        (server.address("ranges", "none.csv"), "nothing is there"),
        (server.address("short", "long.csv"), "the connection ended"),
        (nobody, "Connection refused"),
        (
            server
                .address("ranges", "long.csv")
                .replace("http", "gopher"),
            "not a supported kind of address",
        ),
    ] {
        let said = ask(&folder, &address).failed(1, &[]);
        assert!(said.contains(words), "{address}: {said}");
        assert!(said.contains(&address), "{address}: {said}");
    }
}

#[test]
fn a_connection_that_ends_is_begun_anew() {
    let server = WebServer::new();
    server
        .files
        .file("long.csv", format!("amount\n{}", "1\n".repeat(5_000)));
    let outcome = ask(&Folder::new(), &server.address("cut", "long.csv"));
    assert_eq!(outcome.succeeded(), "n,total\n5000,5000\n");
}

/// Every statement sees the file as it is then.
#[test]
fn a_file_that_is_written_anew_is_read_anew() {
    let server = WebServer::new();
    let folder = Folder::new();
    for name in ["rows.csv", "rows.parquet"] {
        let write = |first: u32| {
            let file = server.files.path(name).display().to_string();
            format!("COPY (SELECT unnest(range({first}, {first} + 50)) AS n) TO '{file}'")
        };
        let address = server.address("ranges", name);
        let sum = format!("SELECT sum(n) AS total FROM '{address}'");
        let all = [&write(0), &sum, &write(1), &sum].map(|sql| format!("{sql};\n"));
        let rows = folder.csv(&["-q", "-c", &all.concat()]);
        assert_eq!(rows, "total\n1225\n\ntotal\n1275\n", "{name}");
    }
}

/// A column of a Parquet file is fetched, and not the others.
#[test]
fn of_parquet_only_what_is_asked_for_is_fetched() {
    let server = WebServer::new();
    let folder = Folder::new();
    let make = "COPY (SELECT n, n % 7 AS few, concat(sha224(CAST(n AS VARCHAR)), sha256(CAST(n AS VARCHAR))) AS hash \
                FROM (SELECT unnest(range(0, 200000)) AS n)) TO 'long.parquet'";
    let make = make.replace(
        "concat(sha224(CAST(n AS VARCHAR)), sha256(CAST(n AS VARCHAR)))",
        "repeat(CAST(n * 7919 AS VARCHAR), 5)",
    );
    folder.run(&["-q", "-c", &make]).succeeded();
    let bytes = std::fs::read(folder.path("long.parquet")).expect("it was written");
    server.files.file("long.parquet", &bytes);
    let sql = format!(
        "SELECT sum(few) AS total FROM '{}'",
        server.address("ranges", "long.parquet")
    );
    let total: u64 = (0..200_000).map(|n| n % 7).sum();
    assert_eq!(
        folder
            .run(&["-q", "--format", "csv", "-c", &sql])
            .succeeded(),
        format!("total\n{total}\n")
    );
    let asked = server.log();
    let fetched: u64 = asked.iter().filter_map(|line| range(line)).sum();
    assert!(
        fetched < bytes.len() as u64 / 4,
        "{fetched} of {} bytes: {asked:#?}",
        bytes.len()
    );
    assert!(asked.len() <= 5, "{asked:#?}");
}

fn range(line: &str) -> Option<u64> {
    let (_, range) = line.rsplit_once("bytes=")?;
    let (from, to) = range.split_once('-')?;
    Some(to.parse::<u64>().ok()? + 1 - from.parse::<u64>().ok()?)
}
