//! How often servers are asked, and for how much.

use super::alike::ObjectServer;
use super::google_server::GoogleServer;
use super::relay::Request;
use super::servers::S3Server;
use crate::command::Folder;

fn of_objects(asked: &[Request]) -> impl Iterator<Item = &Request> {
    asked
        .iter()
        .filter(|request| request.line.contains(" bytes="))
}

/// Each of many Parquet files is asked for its end, and then for its rows, once in a run.
#[test]
fn the_end_of_a_parquet_file_is_fetched_once() {
    let server = GoogleServer::new();
    let files = Folder::new();
    for n in 0..100 {
        let name = format!("orders/{n:03}.parquet");
        std::fs::create_dir_all(files.path("orders")).expect("a folder");
        if n == 0 {
            let make = "COPY (SELECT n, n % 7 AS few, repeat(CAST(n * 7919 AS VARCHAR), 10) AS text \
                        FROM (SELECT unnest(range(0, 20000)) AS n)) TO 'orders/000.parquet'";
            files.run(&["-q", "-c", make]).succeeded();
        } else {
            std::fs::copy(files.path("orders/000.parquet"), files.path(&name)).expect("a copy");
        }
    }
    server.put_folder("lake", "", &files.path(""));
    let here = Folder::new();
    server.relay.set("");
    // Without a row: EXPLAIN plans.
    let explain = [
        "-q",
        "-c",
        "EXPLAIN SELECT sum(few) FROM 'gs://lake/orders/*.parquet'",
    ];
    server.run(&here, &explain).succeeded();
    let asked = server.relay.log();
    assert_eq!(of_objects(&asked).count(), 100, "{asked:#?}");
    // The list, and whether the folder above is one of a table format.
    assert!(asked.len() <= 110, "{} requests", asked.len());
    // Two statements of a run: what has not been written anew is not fetched anew.
    server.relay.set("");
    let sum = "SELECT sum(few) AS total FROM 'gs://lake/orders/*.parquet'";
    let args = ["-q", "--format", "csv", "-c", sum, "-c", sum];
    let total: usize = 100 * (0..20_000).map(|n| n % 7).sum::<usize>();
    let rows = server.run(&here, &args).succeeded();
    assert_eq!(rows.matches(&total.to_string()).count(), 2, "{rows}");
    let asked = server.relay.log();
    let ends = of_objects(&asked).filter(|request| request.bytes >= 64 << 10);
    assert!(ends.count() <= 100, "{asked:#?}");
    assert!(
        of_objects(&asked).count() <= 300,
        "{}",
        of_objects(&asked).count()
    );
}

/// Of a large file a query fetches its columns and the end.
#[test]
fn a_column_is_fetched_and_not_the_others() {
    let server = GoogleServer::new();
    let files = Folder::new();
    let make = "COPY (SELECT n, n % 7 AS few, random() AS a, random() AS b, random() AS c, random() AS d \
                FROM (SELECT unnest(range(0, 1300000)) AS n)) TO 'long.parquet'";
    files.run(&["-q", "-c", make]).succeeded();
    let size = std::fs::metadata(files.path("long.parquet"));
    let size = size.expect("it was written").len();
    assert!(size > 40 << 20, "{size} bytes");
    server.put_folder("lake", "", &files.path(""));
    for (column, most) in [("few", 2 << 20), ("b", 12 << 20)] {
        server.relay.set("");
        let sql = format!(
            "SELECT count({column}) > 0 AND sum({column}) > 0 AS yes FROM 'gs://lake/long.parquet'"
        );
        assert_eq!(server.csv(&sql), "yes\ntrue\n");
        let asked = server.relay.log();
        let fetched: u64 = asked.iter().map(|request| request.bytes).sum();
        assert!(
            fetched < most,
            "{column}: {fetched} of {size} bytes: {asked:#?}"
        );
    }
}

/// Thousands of objects are one table, and are looked into side by side, however far away they are.
#[test]
fn thousands_of_objects_are_looked_into_side_by_side() {
    let server = GoogleServer::new();
    let files = many(2_500);
    server.put_folder("lake", "", &files.path(""));
    server.relay.set("delay=0.02");
    let sql = "SELECT count(*) AS n, sum(id) AS total, sum(v) AS v FROM 'gs://lake/many/*.csv'";
    assert_eq!(server.csv(sql), "n,total,v\n2500,3123750,2500\n");
    let asked = server.relay.log();
    let objects = asked
        .iter()
        .filter(|request| request.line.contains(" bytes="));
    assert_eq!(objects.count(), 2_500);
    assert!(asked.len() <= 2_510, "{} requests", asked.len());
    // At 20 ms each, a second for 1,000 objects is 50 answers that come one after the other.
    let deepest = asked.iter().map(|request| request.depth).max();
    assert!(deepest <= Some(125), "{deepest:?} one after the other");
}

/// A list that comes in pages is one list, and no page is asked for twice.
#[test]
fn pages_of_a_list_are_one_list() {
    let server = S3Server::open().behind_relay();
    let files = many(120);
    server.put_folder("lake", "", &files.path(""));
    server.relay().set("page=50");
    let sql = "SELECT count(*) AS n, sum(id) AS total, sum(v) AS v FROM 's3://lake/many/*.csv'";
    assert_eq!(server.csv(sql), "n,total,v\n120,7140,120\n");
    let asked = server.relay().log();
    let of_list = |request: &&Request| {
        request.line.contains("list-type=2&prefix=many%2F&")
            || request.line.contains("list-type=2&prefix=many%2F ")
    };
    let pages: Vec<_> = asked.iter().filter(of_list).collect();
    assert_eq!(pages.len(), 3, "{asked:#?}");
}

/// Files of a row each.
pub fn many(n: usize) -> Folder {
    let files = Folder::new();
    for id in 0..n {
        files.file(&format!("many/{id:04}.csv"), format!("id,v\n{id},1\n"));
    }
    files
}
