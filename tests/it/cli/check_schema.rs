//! `kpi-sql schema FILE`.

use crate::command::Folder;

#[test]
fn columns_layout_and_rows_of_csv_files() {
    let folder = Folder::new();
    folder.file(
        "orders.csv",
        "order id;amount;at;is_new\n1;2.5;2026-01-05;true\n2;3.5;2026-01-06;false\n",
    );
    assert_eq!(
        folder.run(&["schema", "orders.csv"]).succeeded(),
        "orders.csv: 2 rows, 4 columns\n  \
           CSV, 1 file, 71 bytes, separated by ';', with a header line, UTF-8\n  \
           \"order id\"  BIGINT\n  \
           amount      DOUBLE\n  \
           at          DATE\n  \
           is_new      BOOLEAN\n"
    );
}

#[test]
fn formats_compressions_and_partitions() {
    let folder = Folder::new();
    folder.file(
        "orders.csv",
        "order_id,month,amount\n1,2026-01,2.5\n2,2026-02,3.5\n3,2026-02,4.5\n",
    );
    folder
        .run(&["-c", "COPY (SELECT order_id, amount, month FROM 'orders.csv') TO 'orders' STORED AS PARQUET PARTITIONED BY (month)"])
        .succeeded();
    folder.file(
        "events.ndjson",
        "{\"a\": 1, \"b\": \"x\"}\n{\"a\": 2, \"b\": \"y\"}\n",
    );
    folder.file(
        "utf16.csv",
        [
            &[0xFF, 0xFE][..],
            &"a,b\n1,2\n"
                .encode_utf16()
                .flat_map(u16::to_le_bytes)
                .collect::<Vec<u8>>(),
        ]
        .concat(),
    );
    let without_a_mark: Vec<u8> = "a,b\n1,2\n"
        .encode_utf16()
        .flat_map(u16::to_be_bytes)
        .collect();
    folder.file("plain16.csv", without_a_mark);
    folder.file("bare.csv", "1,2.5\n2,3.5\n");
    for (path, words) in [
        (
            "orders",
            &[
                "orders/: 3 rows, 3 columns",
                "Parquet, 2 files, ",
                "in folders by month",
                "from the names of folders",
            ][..],
        ),
        (
            "events.ndjson",
            &[
                "events.ndjson: 2 rows, 2 columns",
                "JSON, 1 file, 38 bytes\n",
            ],
        ),
        ("utf16.csv", &["1 row, 2 columns", "UTF-16LE"]),
        ("plain16.csv", &["1 row, 2 columns", "UTF-16BE"]),
        ("bare.csv", &["2 rows, 2 columns", "without a header line"]),
    ] {
        let text = folder.run(&["schema", path]).succeeded();
        for word in words {
            assert!(text.contains(word), "{word}: {text}");
        }
    }
    let several = folder
        .run(&["schema", "--format", "json", "orders", "bare.csv"])
        .succeeded();
    let several: serde_json::Value = serde_json::from_str(&several).expect("JSON");
    assert_eq!(several["tables"][0]["layout"]["format"], "Parquet");
    assert_eq!(several["tables"][0]["layout"]["partitions"][0], "month");
    assert_eq!(several["tables"][0]["rows"], 3);
    assert_eq!(several["tables"][1]["columns"][1]["type"], "DOUBLE");
    assert_eq!(several["tables"][1]["layout"]["header_line"], false);
}

#[test]
fn nullability_is_that_of_the_file() {
    let folder = Folder::new();
    folder
        .run(&["-c", "COPY (SELECT count(*) AS n, max(x) AS x FROM (VALUES (1), (2)) AS t(x)) TO 'a.parquet'"])
        .succeeded();
    let text = folder.run(&["schema", "a.parquet"]).succeeded();
    assert!(text.contains("n  BIGINT NOT NULL\n  x  BIGINT\n"), "{text}");
}

#[test]
fn what_cannot_be_described_is_an_error() {
    let folder = Folder::new();
    folder.run(&["schema"]).failed(2, &["FILE"]);
    folder
        .run(&["schema", "nowhere.csv"])
        .failed(1, &["nowhere.csv"]);
    folder.file("a.csv", "x\n1\n");
    folder
        .run(&["schema", "a.csv", "-c", "SELECT 1"])
        .failed(2, &["kpi-sql check -f report.sql"]);
}
