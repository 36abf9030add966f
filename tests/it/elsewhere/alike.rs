//! What holds for all object stores.

use std::path::Path;

use crate::command::{Folder, Outcome};
use crate::support::folder;

/// A server of buckets, whatever it calls them.
pub trait ObjectServer {
    /// The address of a bucket.
    fn root(&self, bucket: &str) -> String;

    /// Puts the files of a folder into a new bucket.
    fn put_folder(&self, bucket: &str, prefix: &str, folder: &Path);

    /// The text of an object.
    fn read(&self, bucket: &str, key: &str) -> String;

    /// Runs the program with credentials that this server takes.
    fn run(&self, folder: &Folder, args: &[&str]) -> Outcome;

    /// The rows that a query gives, as CSV.
    fn csv(&self, sql: &str) -> String {
        let args = ["-q", "--format", "csv", "-c", sql];
        self.run(&Folder::new(), &args).succeeded()
    }

    /// The words with which a query fails.
    fn failure(&self, sql: &str) -> String {
        self.run(&Folder::new(), &["-q", "-c", sql]).failed(1, &[])
    }
}

/// All of it.
pub fn is_as_a_disk(server: &impl ObjectServer) {
    files_are_those_of_a_disk(server);
    missing_things_are_told(server);
    results_are_written_whole(server);
}

/// Files of all kinds, folders, patterns and folders of partitions are read as on a disk.
fn files_are_those_of_a_disk(server: &impl ObjectServer) {
    let files = Folder::new();
    for month in 1..=3 {
        files.file(
            &format!("orders/month=2026-0{month}/part.csv"),
            format!("customer,amount\nc{month},{month}.5\n"),
        );
    }
    files
        .file("orders/_SUCCESS", "")
        .file("orders/notes.txt.bak", "none")
        .file("mixed/a.csv", "id,v\n1,2\n")
        .file("mixed/b.csv", "v,id\n3,4\n");
    for part in ["one", "two"] {
        let bytes = std::fs::read(folder("sample_data").join("customers.parquet"));
        let bytes = bytes.expect("the sample data is there");
        files.file(&format!("customers/part={part}/rows.parquet"), bytes);
    }
    files.file("kinds/.keep", "");
    for name in [
        "rows.json",
        "rows.ndjson",
        "rows.arrow",
        "rows.csv.gz",
        "rows.csv.zst",
    ] {
        let file = format!("kinds/{name}");
        let rows = "SELECT value AS n, 'text ' || value AS t FROM generate_series(1, 3000)";
        files.run(&["-q", "-o", &file, "-c", rows]).succeeded();
    }
    let sheets = "-- name: First\nSELECT 1 AS n;\n-- name: Costs\nSELECT 7 AS n";
    files
        .run(&["-q", "-o", "kinds/two.xlsx", "-c", sheets])
        .succeeded();
    server.put_folder("lake", "", &files.path(""));
    let root = server.root("lake");
    let local = files.path("").display().to_string();
    let is_alike = |sql: &str| {
        let there = server.csv(&sql.replace("ROOT", &root));
        let here = server.csv(&sql.replace("ROOT", local.trim_end_matches('/')));
        assert_eq!(there, here, "{sql}");
    };
    for from in [
        "orders/",
        "orders",
        "orders/*/part.csv",
        "orders/**/*.csv",
        "orders/*.csv",
        "orders/month=2026-0{1,2,3}/*.csv",
    ] {
        is_alike(&format!(
            "SELECT month, customer, amount FROM 'ROOT/{from}' ORDER BY month"
        ));
    }
    is_alike("SELECT customer, amount FROM 'ROOT/orders/month=2026-02/part.csv'");
    for file in [
        "kinds/two.xlsx",
        "kinds/two.xlsx#Costs",
        "kinds/rows.json",
        "kinds/rows.ndjson",
        "kinds/rows.arrow",
        "kinds/rows.csv.gz",
        "kinds/rows.csv.zst",
    ] {
        is_alike(&format!("SELECT * FROM 'ROOT/{file}' ORDER BY n"));
    }
    is_alike("SELECT id, v FROM 'ROOT/mixed/*.csv' ORDER BY id");
    is_alike(
        "SELECT part, segment, count(*) AS n FROM 'ROOT/customers/' GROUP BY part, segment ORDER BY part, segment",
    );
    is_alike("SELECT count(DISTINCT customer_id) AS n FROM 'ROOT/customers/part=one/rows.parquet'");
}

/// What is missing is said by its name.
fn missing_things_are_told(server: &impl ObjectServer) {
    let files = Folder::new();
    files.file("orders/a.csv", "n\n1\n");
    server.put_folder("gaps", "", &files.path(""));
    let (lake, nolake) = (server.root("gaps"), server.root("nolake"));
    let name = nolake.rsplit('/').next().expect("it has a name");
    for (address, words) in [
        (format!("{nolake}/a.csv"), name.to_string()),
        (format!("{nolake}/*.csv"), name.to_string()),
        (format!("{nolake}/orders/*.csv"), name.to_string()),
        (
            format!("{lake}/orders/b.csv"),
            format!("did you mean {lake}/orders/a.csv?"),
        ),
        (
            format!("{lake}/orders/*.parquet"),
            format!("nothing in {lake}/orders matches"),
        ),
        (
            format!("{lake}/none/*.csv"),
            format!("there is no folder {lake}/none"),
        ),
    ] {
        let said = server.failure(&format!("SELECT * FROM '{address}'"));
        assert!(said.contains(&words), "{address}: {said}");
        if address.starts_with(&nolake) {
            let is_no_folder = said.contains("there is no folder");
            let is_said = [
                "there is no bucket",
                "there is no container",
                "no bucket named",
                "nothing is there",
            ]
            .iter()
            .any(|words| said.contains(words));
            assert!(!is_no_folder && is_said, "{address}: {said}");
        }
    }
}

/// `-o` and COPY write whole objects, and leave what was there where they fail.
fn results_are_written_whole(server: &impl ObjectServer) {
    let files = Folder::new();
    files.file("old.csv", "old");
    server.put_folder("results", "", &files.path(""));
    let root = server.root("results");
    let here = Folder::new();
    let write = |key: &str, sql: &str| {
        let address = format!("{root}/{key}");
        server.run(&here, &["-q", "-o", &address, "-c", sql])
    };
    write("out/new.csv", "SELECT 1 AS n").succeeded();
    assert_eq!(server.read("results", "out/new.csv"), "n\n1\n");
    // A query that fails leaves what was there.
    write("old.csv", "SELECT 1 / 0 AS n").failed(1, &[]);
    assert_eq!(server.read("results", "old.csv"), "old");
    write("old.csv", "SELECT 2 AS n").succeeded();
    assert_eq!(server.read("results", "old.csv"), "n\n2\n");
    write("out/new.parquet", "SELECT 3 AS n").succeeded();
    let sql = format!("SELECT n FROM '{root}/out/new.parquet'");
    assert_eq!(server.csv(&sql), "n\n3\n");
    let copy = format!(
        "COPY (SELECT 1 AS month, 2 AS n UNION ALL SELECT 2, 3) TO '{root}/parts/' STORED AS PARQUET PARTITIONED BY (month)"
    );
    server.run(&here, &["-q", "-c", &copy]).succeeded();
    let sql = format!("SELECT month, n FROM '{root}/parts/' ORDER BY month");
    assert_eq!(server.csv(&sql), "month,n\n1,2\n2,3\n");
    let said = server.failure(&copy);
    assert!(said.contains("has objects"), "{said}");
    let said = server
        .run(
            &here,
            &[
                "-q",
                "-o",
                &format!("{}/a.csv", server.root("nolake")),
                "-c",
                "SELECT 1 AS n",
            ],
        )
        .failed(1, &[]);
    assert!(
        said.contains("nolake") && said.contains("cannot be written"),
        "{said}"
    );
}
