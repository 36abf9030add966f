//! Quotes in CSV files: a stray one does not take the lines after it.

use crate::command::Folder;

const COUNT: &str = "SELECT count(*) AS n, sum(amount) AS amount FROM 't.csv'";

#[track_caller]
fn refused(text: &str, words: &[&str]) {
    let folder = Folder::new();
    folder.file("t.csv", text);
    folder.run(&["-c", COUNT]).failed(1, words);
}

#[track_caller]
fn read(text: &str, expected: &str) {
    let folder = Folder::new();
    folder.file("t.csv", text);
    assert_eq!(
        folder.csv(&["-c", COUNT]),
        format!("n,amount\n{expected}\n")
    );
}

#[test]
fn a_quote_that_is_not_closed_names_its_line() {
    let rows = "c3,30,ok\nc4,40,ok\n";
    refused(
        &format!("id,amount,note\nc1,10,fine\nc2,20,\"size 5\n{rows}"),
        &["t.csv, line 3, has a quote", "never closed"],
    );
    // Empty lines are lines, too.
    refused(
        &format!("id,amount,note\n\n\nc1,10,fine\n\nc2,20,\"size 5\n{rows}"),
        &["t.csv, line 6, has a quote"],
    );
}

#[test]
fn two_stray_quotes_do_not_make_a_value_of_lines() {
    // The second one is followed by text.
    refused(
        "id,amount,note\nc1,10,fine\nc2,20,\"size 5\nc3,30,ok\nc4,40,\"size 6\"\nc5,50,ok\n",
        &["t.csv, line 5, has 's' after the closing quote"],
    );
    // The second one ends a value, so that the lines between would be one.
    let paired = "id,amount,note\nc1,10,fine\nc2,20,\"size 5\nc3,30,ok\nc4,40,size 6\"\nc5,50,ok\n";
    refused(
        paired,
        &[
            "t.csv, line 3, has a quoted value that goes on to line 5",
            "3 values",
            "--newlines-in-values",
        ],
    );
    let folder = Folder::new();
    folder.file("t.csv", paired);
    assert_eq!(
        folder.csv(&["--newlines-in-values", "-c", COUNT]),
        "n,amount\n3,80\n",
        "who insists gets the rows c1, c2 and c5"
    );
}

#[test]
fn quotes_are_looked_at_beyond_the_sample() {
    let rows = "c1,1,fine\n".repeat(1500);
    let text = format!("id,amount,note\n{rows}c2,1,\"size 5\n{rows}");
    let folder = Folder::new();
    folder.file("t.csv", text);
    folder
        .run(&["--infer-rows", "1", "-c", COUNT])
        .failed(1, &["t.csv, line 1502, has a quote", "never closed"]);
}

#[test]
fn quotes_that_are_sound_stay_so() {
    read(
        "id,amount,note\nc1,10,\"one\ntwo\"\nc2,20,\"a \"\"b\"\", c\"\n",
        "2,30",
    );
    read("id,amount,note\nc1,10,27\"\nc2,20,\"27\"\"\"\n", "2,30");
    read(
        "id,amount,note\r\nc1,10,\"one\r\ntwo, three\"\r\nc2,20,x\r\n",
        "2,30",
    );
    read(
        "\u{feff}\"id\",\"amount\",\"note, long\"\n\"c1\",\"10\",\"x\"\n",
        "1,10",
    );
    // A sentence of two lines with as many commas as the row.
    read(
        "id,note,amount\nc1,\"Dear all, I\nsay, well, no\",10\nc2,x,20\n",
        "2,30",
    );
}

#[test]
fn a_backslash_before_a_quote_is_found_and_can_be_said() {
    let text = "id,name,amount\n\"c1\",\"Acme \\\"Big, bold\\\" Inc\",10\n\"c2\",\"Plain\",20\n";
    read(text, "2,30");
    // Where another line is damaged, nothing is found.
    refused(
        &format!("{text}\"c3\",5\n"),
        &[
            "t.csv, line 2, has 'B' after the closing quote",
            "--escape '\\'",
        ],
    );
    let folder = Folder::new();
    folder.file("t.csv", text);
    let sql = "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION 't.csv' OPTIONS ('format.escape' '\\'); \
               SELECT name, sum(amount) AS amount FROM t GROUP BY name ORDER BY name";
    assert_eq!(
        folder.csv(&["-c", sql]),
        "name,amount\n\"Acme \"\"Big, bold\"\" Inc\",10\nPlain,20\n"
    );
}

#[test]
fn lines_unlike_rows_do_not_hide_those_that_a_quote_takes_in() {
    for (inner, to) in [("c2, x,2\n", 4), ("\nc2,x,2\n", 5), ("c2,x\n", 4)] {
        refused(
            &format!("customer,amount,note\nc1,\"size 5,1\n{inner}c3,y\",3\nc4,4,z\n"),
            &[
                &format!("t.csv, line 2, has a quoted value that goes on to line {to}"),
                "3 values by themselves",
                "--newlines-in-values",
            ],
        );
    }
    // Many rows and one empty line, far beyond what is looked at first.
    let rows: String = (0..60_000).map(|i| format!("c{i},{i},x\n")).collect();
    let text = format!("id,amount,note\n{rows}c1,1,\"size 5\n{rows}\n{rows}c2,2,size 6\"\n");
    refused(
        &text,
        &["t.csv, line 60002, has a quoted value that goes on to line 180004"],
    );
    // A text of several lines is one value.
    read(
        "id,amount,note\nc1,1,\"Dear all,\n\nit is 1, 2, or 3\nTom\"\nc2,2,ok\n",
        "2,3",
    );
}

#[test]
fn the_header_line_has_the_separator_where_quotes_are_not_sound() {
    for separator in ["\t", ";", "|"] {
        let text = "id,amount,note\nc1,15,\"x\" y\n".replace(',', separator);
        refused(
            &text,
            &["t.csv, line 2, has a blank after the closing quote"],
        );
        let text = "id,amount,note\nc1,15,\"x\nc2,3,y\n".replace(',', separator);
        refused(&text, &["t.csv, line 2, has a quote", "never closed"]);
    }
}
