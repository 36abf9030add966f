//! Where a table of a statement comes from.

use crate::command::Folder;

#[test]
fn paths_in_from_work_everywhere() {
    let folder = Folder::new();
    folder
        .file("in/a.csv", "id,x\n1,10\n2,20\n")
        .file("names.csv", "id,name\n1,one\n2,two\n")
        .file("odd [1] 50%.csv", "a\n1\n");
    let csv = |sql: &str| folder.csv(&["-c", sql]);
    assert_eq!(
        csv("SELECT name, x FROM 'in/*.csv' t JOIN 'names.csv' n ON t.id = n.id ORDER BY x"),
        "name,x\none,10\ntwo,20\n"
    );
    assert_eq!(
        csv("WITH t AS (SELECT * FROM 'in/a.csv') SELECT sum(x) AS s FROM t"),
        "s\n30\n"
    );
    assert_eq!(
        csv(
            "SELECT (SELECT max(x) FROM 'in/a.csv') AS m FROM 'names.csv' WHERE id IN (SELECT min(id) FROM 'in/')"
        ),
        "m\n20\n"
    );
    assert_eq!(
        csv("CREATE VIEW v AS SELECT x FROM 'in/a.csv'; SELECT count(*) AS n FROM v"),
        "n\n2\n"
    );
    assert_eq!(csv("SELECT * FROM 'odd [1] 50%.csv'"), "a\n1\n");
    assert!(csv("EXPLAIN SELECT x FROM 'in/a.csv'").contains("in/a.csv"));
    folder
        .run(&["-c", "COPY (SELECT * FROM 'names.csv') TO 'out.json'"])
        .succeeded();
    assert_eq!(
        folder.read("out.json"),
        "{\"id\":1,\"name\":\"one\"}\n{\"id\":2,\"name\":\"two\"}\n"
    );
}

#[test]
fn a_path_is_read_again_after_copy() {
    let folder = Folder::new();
    let sql = "COPY (SELECT 1 AS a) TO 't.parquet'; SELECT * FROM 't.parquet'; \
               COPY (SELECT 2 AS b, 3 AS c) TO 't.parquet'; SELECT * FROM 't.parquet'";
    assert_eq!(folder.csv(&["-c", sql]), "a\n1\n\nb,c\n2,3\n");
}

#[test]
fn tables_come_from_the_data_folder() {
    let folder = Folder::new();
    folder
        .file("sample_data/orders/a.csv", "x\n1\n")
        .file("sample_data/people.ndjson", "{\"x\":2}\n");
    folder
        .file("mine/orders.csv", "x\n3\n")
        .file("own.csv", "x\n4\n");
    let sql = "SELECT x FROM orders UNION ALL SELECT x FROM orders";

    let outcome = folder.run(&[
        "--format",
        "csv",
        "-c",
        sql,
        "-c",
        "SELECT x FROM orders; SELECT x FROM people",
    ]);
    let note =
        "note: orders is sample_data/orders; use --table orders=PATH or --data DIR for your own";
    assert_eq!(outcome.stderr.matches(note).count(), 1, "{outcome:?}");
    assert!(
        outcome
            .stderr
            .contains("note: people is sample_data/people.ndjson;"),
        "{outcome:?}"
    );
    assert_eq!(outcome.succeeded(), "x\n1\n1\n\nx\n1\n\nx\n2\n");

    let outcome = folder.run(&[
        "--format",
        "csv",
        "--data",
        "mine",
        "-c",
        "SELECT x FROM orders",
    ]);
    assert_eq!(outcome.stderr, "");
    assert_eq!(outcome.succeeded(), "x\n3\n");

    let outcome = folder.run(&[
        "--format",
        "csv",
        "--data",
        "mine",
        "--table",
        "orders=own.csv",
        "-c",
        "SELECT x FROM orders",
    ]);
    assert_eq!(outcome.stderr, "");
    assert_eq!(
        outcome.succeeded(),
        "x\n4\n",
        "--table takes precedence over --data"
    );
}

#[test]
fn other_names_are_not_taken_for_tables() {
    let folder = Folder::new();
    folder.file("sample_data/orders.csv", "x\n1\n");
    let outcome = folder.run(&["--format", "csv", "-c",
        "WITH orders AS (SELECT 2 AS y) SELECT * FROM orders; CREATE TABLE orders AS SELECT 3 AS z; \
         SELECT * FROM orders; DROP TABLE orders; CREATE VIEW orders AS SELECT 4 AS w; SELECT * FROM orders"]);
    assert_eq!(outcome.stderr, "");
    assert_eq!(outcome.succeeded(), "y\n2\n\nz\n3\n\nw\n4\n");
}

#[test]
fn external_tables_and_settings_work() {
    let folder = Folder::new();
    folder.file("t.csv", "id,n\n01,2\n");
    let sql = "CREATE EXTERNAL TABLE t (id VARCHAR, n INT) STORED AS CSV LOCATION 't.csv' OPTIONS ('format.has_header' 'true');\
               SET datafusion.execution.time_zone = 'Europe/Berlin'; SELECT * FROM t; SHOW datafusion.execution.time_zone";
    assert_eq!(
        folder.csv(&["-c", sql]),
        "id,n\n01,2\n\nname,value\ndatafusion.execution.time_zone,Europe/Berlin\n"
    );
}

#[test]
fn tables_of_the_data_folder_are_listed() {
    let folder = Folder::new();
    folder
        .file("sample_data/orders/a.csv", "id,amount\n1,2.5\n")
        .file("sample_data/customers.csv", "id\n7\n")
        .file("sample_data/README.md", "about")
        .file("sample_data/broken.parquet", "no")
        .file("own.csv", "x\n1\n");
    let tables =
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1";
    let outcome = folder.run(&["--format", "csv", "--table", "mine=own.csv", "-c", tables]);
    assert_eq!(outcome.stdout, "table_name\ncustomers\nmine\norders\n");
    assert_eq!(outcome.stderr, "", "nothing has been read yet");
    let shown = folder.csv(&["-c", "SHOW TABLES"]);
    assert!(shown.contains("datafusion,public,orders,"), "{shown}");
    let columns = folder.csv(&["-c", "SHOW COLUMNS FROM orders"]);
    assert!(columns.contains(",orders,amount,"), "{columns}");
    let described = folder.csv(&["-c", "DESCRIBE orders"]);
    assert!(described.contains("amount,Float64,"), "{described}");
    let of_path = folder.csv(&["-c", "DESCRIBE 'own.csv'"]);
    assert!(of_path.contains("x,Int64,"), "{of_path}");
    // The note comes with the first query, once.
    let sql = "SHOW TABLES; SELECT id FROM orders; SELECT id FROM orders";
    let outcome = folder.run(&["--format", "csv", "-c", sql]);
    assert_eq!(
        outcome
            .stderr
            .matches("orders is sample_data/orders")
            .count(),
        1
    );
}

#[test]
fn a_table_has_its_schema_before_it_or_not() {
    let folder = Folder::new();
    folder
        .file("sample_data/orders/a.csv", "id\n7\n")
        .file("own.csv", "id\n8\n");
    for (name, id) in [
        ("public.orders", 7),
        ("\"public\".\"orders\"", 7),
        ("datafusion.public.orders", 7),
        ("public.mine", 8),
    ] {
        let sql = format!("SELECT id FROM {name}");
        assert_eq!(
            folder.csv(&["--table", "mine=own.csv", "-c", &sql]),
            format!("id\n{id}\n"),
            "{name}"
        );
    }
    folder
        .run(&["-c", "SELECT id FROM public.ordrs"])
        .failed(1, &["there is no table public.ordrs"]);
    folder
        .run(&["-c", "SELECT id FROM other.orders"])
        .failed(1, &["other"]);
}

#[test]
fn a_named_table_has_the_files_that_are_there_now() {
    let folder = Folder::new();
    folder
        .file("t/a.csv", "x\n1\n")
        .file("p/k=1/a.csv", "x\n1\n");
    let sql = "SELECT sum(x) AS s FROM t; COPY (SELECT 2 AS x) TO 't/b.csv'; SELECT sum(x) AS s FROM t; \
               COPY (SELECT 'y' AS y) TO 't/a.csv'; COPY (SELECT 'z' AS y) TO 't/b.csv'; \
               SELECT max(y) AS m FROM t";
    assert_eq!(
        folder.csv(&["--table", "t=t", "-c", sql]),
        "s\n1\n\ns\n3\n\nm\nz\n"
    );
    // INSERT into partition folders writes files as well.
    let sql =
        "INSERT INTO p VALUES (2, 1), (4, 2); SELECT sum(x) AS s, count(DISTINCT k) AS k FROM p";
    assert_eq!(folder.csv(&["--table", "p=p", "-c", sql]), "s,k\n7,2\n");
}
