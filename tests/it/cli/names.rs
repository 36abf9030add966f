//! Names that are not known: functions, columns, tables, files.

use crate::command::Folder;

#[test]
fn an_unknown_function() {
    let folder = Folder::new();
    folder.run(&["-c", "SELECT\n coun(*)"]).failed(
        1,
        &["error: -c:1: there is no function coun; did you mean count?"],
    );
    folder
        .run(&["-c", "SELECT zzzzqqqq(1)"])
        .failed(1, &["there is no function zzzzqqqq; SHOW FUNCTIONS lists"]);
}

#[test]
fn the_words_of_a_function_about_its_arguments_come_first() {
    let folder = Folder::new();
    // Both are errors of a function with its own coercion, which DataFusion wraps.
    folder.run(&["-c", "SELECT coalesce()"]).failed(
        1,
        &["error: -c:1: coalesce must have at least one argument\n"],
    );
    folder.run(&["-c", "SELECT greatest()"]).failed(
        1,
        &["error: -c:1: greatest was called without any arguments"],
    );
    folder.run(&["-c", "SELECT sum('a', 2)"]).failed(
        1,
        &["error: -c:1: Function 'sum' expects 1 arguments but received 2\n"],
    );
}

#[test]
fn an_unknown_column() {
    let folder = Folder::new();
    folder.file("t.csv", "customerID,amount\n1,2\n");
    let run = |sql: &str| folder.run(&["--table", "t=t.csv", "-c", sql]);
    run("SELECT amout FROM t").failed(
        1,
        &[
            "there is no column amout; did you mean amount?",
            "columns: \"customerID\", amount",
        ],
    );
    run("SELECT customerid FROM t")
        .failed(1, &["there is \"customerID\": write it in double quotes"]);
    run("SELECT country FROM t").failed(
        1,
        &[
            "there is no column country\n",
            "columns: \"customerID\", amount",
        ],
    );
}

#[test]
fn an_unknown_table() {
    let folder = Folder::new();
    folder
        .file("sample_data/orders/a.csv", "x\n1\n")
        .file("t.csv", "x\n1\n")
        .file("plain/a.csv", "x\n1\n");
    let run = |sql: &str| folder.run(&["--table", "Names=t.csv", "-c", sql]);
    run("SELECT * FROM ordrs").failed(
        1,
        &[
            "error: -c:1: there is no table ordrs; did you mean orders?",
            "looked for: sample_data/ordrs",
            "tables: Names, orders",
            "kpi-sql --table ordrs=PATH",
        ],
    );
    run("SELECT * FROM names").failed(1, &["there is \"Names\": write it in double quotes"]);
    run("SELECT * FROM t.csv").failed(1, &["a path in FROM is written FROM 't.csv'"]);
    run("SELECT * FROM plain").failed(1, &["FROM 'plain/'"]);
    Folder::new()
        .run(&["-c", "SELECT * FROM orders"])
        .failed(1, &["there is no folder sample_data here"]);
    folder
        .run(&["--data", "nope", "-c", "SELECT 1"])
        .failed(1, &["--data: there is no folder nope"]);
}

#[test]
fn a_file_that_is_not_there() {
    let folder = Folder::new();
    folder.file("data/orders.csv", "x\n1\n");
    let run = |path: &str| folder.run(&["-c", &format!("SELECT * FROM '{path}'")]);
    run("data/order.csv").failed(
        1,
        &["there is no file or folder data/order.csv; did you mean data/orders.csv?"],
    );
    run("date/orders.csv").failed(1, &["the folder date is missing too"]);
    run("data/*.parquet").failed(
        1,
        &["no file matches data/*.parquet: nothing in data matches"],
    );
    run("nope/*.parquet").failed(1, &["there is no folder nope"]);
    run("ftp://host/x.parquet").failed(
        1,
        &["ftp:// is not a supported kind of address", "s3://bucket/"],
    );
    folder
        .run(&["--table", "o=nope.csv", "-c", "SELECT 1"])
        .failed(1, &["error: --table o=nope.csv: there is no file"]);
}

#[test]
fn a_folder_without_a_table() {
    let folder = Folder::new();
    std::fs::create_dir(folder.path("empty")).expect("a folder");
    folder
        .file("texts/read.me", "x")
        .file("mixed/a.csv", "x\n1\n")
        .file("mixed/b.json", "{}");
    let run = |path: &str| folder.run(&["--table", &format!("t={path}"), "-c", "SELECT * FROM t"]);
    run("empty").failed(1, &["folder empty is empty"]);
    run("texts").failed(
        1,
        &[
            "folder texts has no file that can be read",
            "texts/read.me",
            ".parquet, .csv",
        ],
    );
    run("mixed").failed(
        1,
        &[
            "different formats, mixed/a.csv and mixed/b.json",
            "'mixed/**/*.csv'",
        ],
    );
    assert_eq!(
        folder.csv(&["-c", "SELECT * FROM 'mixed/**/*.csv'"]),
        "x\n1\n"
    );
}

#[test]
fn a_parquet_file_that_is_something_else() {
    let folder = Folder::new();
    folder
        .file("a.parquet", "id,name\n1,a\n")
        .file("b.parquet", b"PAR1\0\0\0\0\0\0")
        .file("c.parquet", [0, 1, 2, 255]);
    let run = |path: &str| folder.run(&["-c", &format!("SELECT * FROM '{path}'")]);
    run("a.parquet").failed(
        1,
        &[
            "a.parquet is not a Parquet file",
            "it begins with the text \"id,name\\n1,a\\n\"",
            ".csv",
        ],
    );
    run("b.parquet").failed(
        1,
        &["b.parquet starts as a Parquet file but does not end as one"],
    );
    run("c.parquet").failed(
        1,
        &["c.parquet is not a Parquet file: it begins with the bytes 00 01 02 ff"],
    );
    folder
        .file("d.parquet", "")
        .run(&["-c", "SELECT * FROM 'd.parquet'"])
        .failed(1, &["d.parquet is empty"]);
}
