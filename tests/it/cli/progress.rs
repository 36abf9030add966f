//! How far a statement is: the bar on a terminal, and the numbers behind it.

use datafusion::arrow::util::pretty::pretty_format_batches;
use futures::StreamExt;
use kpi_sql::session::{Face, Reached, Session, Settings, parse};

use super::typing::{ASKS, CTRL_C, CTRL_D, Typist};
use crate::command::Folder;

/// So many rows that no machine is through in half a second.
const ROWS: usize = 1_500_000;

fn folder() -> Folder {
    let folder = Folder::new();
    let rows = (0..ROWS).map(|i| format!("{},{}\n", i % 7919, i % 13));
    let rows: String = rows.collect();
    folder.file("rows.csv", format!("customer,product\n{rows}"));
    folder
}

const QUERY: &str = "SELECT count(DISTINCT customer) AS customers, count(DISTINCT product) AS products FROM 'rows.csv'";

/// Reads its tables soon, and counts for hours.
const ENDLESS: &str = "SELECT sum(a.product % 7 * b.product) FROM 'rows.csv' AS a, 'rows.csv' AS b";

/// The percentages of a bar, in their order.
fn percentages(shown: &str) -> Vec<u32> {
    let bars = shown.split(" % [");
    let before = bars.map(|text| {
        let digits = text.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        text[digits..].parse().ok()
    });
    let all: Vec<Option<u32>> = before.collect();
    all[..all.len() - 1].iter().copied().flatten().collect()
}

#[test]
fn a_long_statement_has_a_bar_that_never_goes_back() {
    let folder = folder();
    let copy = format!("COPY ({QUERY}) TO 'copied.csv'");
    for args in [
        &["-c", QUERY][..],
        &["-o", "out.csv", "-c", QUERY],
        &["-c", &copy],
    ] {
        let seen = Typist::new(&folder).runs(args);
        assert_eq!(seen.code, Some(0), "{args:?}");
        let shown = &seen.shown[0];
        let percentages = percentages(shown);
        assert!(
            percentages.len() > 1 && percentages.is_sorted(),
            "{args:?}: {percentages:?} {shown:?}"
        );
        assert!(percentages.iter().all(|percent| *percent <= 99));
        assert!(shown.contains(" rows read, "), "{shown:?}");
        // It is gone when anything else is shown.
        let (_, after) = shown.rsplit_once(" rows read").expect("it was there");
        let (_, after) = after.split_once("\r\u{1b}[K").expect("its line is cleared");
        assert!(!after.contains(" % ["), "{after:?}");
        if args[0] == "-c" && args[1] == QUERY {
            assert!(
                after.ends_with("+\n") && after.contains("|      7919 |"),
                "{after:?}"
            );
        }
    }
    assert_eq!(folder.read("out.csv"), "customers,products\n7919,13\n");
    assert_eq!(folder.read("copied.csv"), "customers,products\n7919,13\n");
}

#[test]
fn there_is_none_where_nobody_wants_it() {
    let folder = folder();
    let quiet = Typist::new(&folder).runs(&["--quiet", "-c", QUERY]);
    let dumb = Typist::new(&folder)
        .environment("TERM", "dumb")
        .runs(&["-c", QUERY]);
    for seen in [quiet, dumb] {
        assert!(!seen.shown[0].contains('\u{1b}'), "{seen:?}");
    }
    // Neither in a pipe, nor for what is done at once.
    let piped = folder.run(&["-c", QUERY]);
    assert_eq!(piped.stderr, "");
    let short = Typist::new(&folder).runs(&["-c", "SELECT 1 AS a"]);
    assert_eq!(short.shown[0], "+---+\n| a |\n+---+\n| 1 |\n+---+\n");
}

/// Ctrl-C is shown behind the bar, and goes with it.
#[test]
fn a_bar_goes_when_its_statement_is_ended() {
    let folder = folder();
    for columns in [20, 100] {
        let seen = Typist::new(&folder)
            .columns(columns)
            .keys("", " % ")
            .keys("", "\r")
            .keys(CTRL_C, "cancelled")
            .runs(&["-c", ENDLESS]);
        assert_eq!(seen.code, Some(130));
        let shown = seen.shown.concat();
        let lines = shown.split(['\r', '\n']);
        let widest = lines
            .map(|text| text.replace("\u{1b}[K", "").chars().count())
            .max();
        assert!(widest.is_some_and(|widest| widest <= columns), "{shown:?}");
        let (_, after) = shown.rsplit_once(" % ").expect("there was a bar");
        assert!(after.contains("\r\u{1b}[Kcancelled"), "{after:?}");
    }
}

#[test]
fn a_prompt_has_one_too() {
    let folder = folder();
    let seen = Typist::new(&folder)
        .begins()
        .enters(&format!("{QUERY};"))
        .keys(CTRL_D, "\n")
        .runs(&[]);
    let printed = seen.shown[1].trim_end_matches(ASKS);
    assert!(!percentages(printed).is_empty(), "{printed:?}");
    assert!(
        printed.ends_with("|      7919 |       13 |\n+-----------+----------+\n"),
        "{printed:?}"
    );
}

const FACE: Face = Face {
    memory_limit: "memory limit",
    threads: "threads",
    spill_dir: "spill folder",
    spill_limit: "spill limit",
    infer_rows: "sample",
    raw_files: "raw files",
    own_table: "add_table(NAME)",
    own_table_instead: "add_table(NAME)",
    parameter: "a parameter NAME",
    read_only: "read only",
};

/// What a watch sees of a query: before it, after each batch, and the text of its answer.
async fn seen(sql: &str) -> (Vec<Reached>, String) {
    let mut session = Session::new(&Settings::new(FACE)).expect("a session");
    let statements = parse("a test", sql).expect("a statement");
    let answer = session.begin(&statements[0], &[]).await.expect("an answer");
    let watch = answer.watch();
    let mut rows = answer.rows().await.expect("rows");
    let mut reached = vec![watch.reached()];
    let mut batches = vec![];
    while let Some(batch) = rows.next().await {
        batches.push(batch.expect("a batch"));
        reached.push(watch.reached());
    }
    let shown = pretty_format_batches(&batches).expect("a table");
    (reached, shown.to_string())
}

#[tokio::test]
async fn what_is_seen_ends_with_all_there_is() {
    let folder = Folder::new();
    let rows: String = (0..50_000).map(|i| format!("{i},{}\n", i % 7)).collect();
    folder.file("rows.csv", format!("a,b\n{rows}"));
    let objects: Vec<String> = (0..9000).map(|i| format!("{{\"a\":{i}}}")).collect();
    folder.file("rows.json", format!("[{}]", objects.join(",\n")));
    folder.file("rows.ndjson", objects.join("\n"));
    folder
        .run(&["-o", "rows.parquet", "-c", "SELECT a, b FROM 'rows.csv'"])
        .succeeded();
    let path = |name: &str| folder.path(name).display().to_string();
    let [csv, json, parquet] = ["rows.csv", "rows.json", "rows.parquet"].map(path);
    for (sql, rows) in [
        (format!("SELECT a FROM '{csv}'"), 50_000),
        (format!("SELECT a FROM '{json}'"), 9000),
        (format!("SELECT a FROM '{parquet}'"), 50_000),
        (format!("SELECT sum(a) FROM '{csv}'"), 50_000),
        (
            format!("SELECT count(p.b) FROM '{csv}' AS c JOIN '{parquet}' AS p ON c.a = p.a"),
            100_000,
        ),
        (
            format!("SELECT a FROM '{json}' UNION ALL SELECT a FROM '{parquet}'"),
            59_000,
        ),
    ] {
        let (reached, _) = seen(&sql).await;
        let shares: Vec<f64> = reached
            .iter()
            .map(|r| r.share.expect("it is known"))
            .collect();
        assert!(shares.is_sorted(), "{sql}: {shares:?}");
        assert_eq!(shares[0], 0.0, "{sql}");
        let last = reached.last().expect("it was looked at");
        assert_eq!((last.rows, last.share), (rows, Some(1.0)), "{sql}");
    }
    // Nobody knows how many there will be.
    let (reached, _) = seen("SELECT * FROM unnest(range(1, 100000))").await;
    assert!(
        reached
            .iter()
            .all(|r| r.share.is_none_or(|share| share <= 1.0))
    );
}

#[tokio::test]
async fn to_watch_changes_nothing() {
    let (reached, shown) = seen("SELECT 1 AS a WHERE false").await;
    assert!(shown.is_empty() || !shown.contains('1'), "{shown}");
    assert!(reached.iter().all(|r| r.rows <= 1), "{reached:?}");
}
