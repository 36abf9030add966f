//! The manual under `docs` says what is: pages of KPIs are made from their declarations, and in the pages
//! that are written by hand, every query is followed by its answer.
//!
//! These tests compare. With `KPI_SQL_WRITE_DOCS=1` they write the pages anew instead.

mod formulas;
mod page;
mod sample;
mod stubs;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use datafusion::prelude::{SessionConfig, SessionContext};
use kpi_sql::kpi::all;

use crate::markdown::blocks;
use sample::{MARK, run, sample};

const GENERATED: &str = "docs/kpi";

/// The pages that are written by hand and show queries.
const WRITTEN: [&str; 5] = [
    "docs/README.md",
    "docs/glossary.md",
    "docs/intervals.md",
    "docs/judging.md",
    "docs/which-cross-sell-rate.md",
];

const HOW: &str = "KPI_SQL_WRITE_DOCS=1 cargo test --test it manual:: writes the pages anew";

fn is_written_anew() -> bool {
    std::env::var("KPI_SQL_WRITE_DOCS").is_ok_and(|value| value == "1")
}

/// What is wrong with a page, if anything.
fn stale(path: &Path, expected: &str) -> Option<String> {
    let Ok(found) = std::fs::read_to_string(path) else {
        return Some(format!("{} is missing", path.display()));
    };
    let (mut found_lines, mut lines) = (found.lines(), expected.lines());
    for number in 1.. {
        match (found_lines.next(), lines.next()) {
            (None, None) => break,
            (found, expected) if found == expected => {}
            (found, expected) => {
                let line = |line: Option<&str>| line.unwrap_or("(the end)").to_string();
                return Some(format!(
                    "{}:{number} is stale:\n  {}\nis now\n  {}",
                    path.display(),
                    line(found),
                    line(expected)
                ));
            }
        }
    }
    (found != expected).then(|| format!("{}: only its line ends differ", path.display()))
}

/// Compares pages with what they should be, or writes them.
fn settle(pages: &BTreeMap<PathBuf, String>) -> Vec<String> {
    let stale = pages
        .iter()
        .filter_map(|(path, page)| Some((path, page, stale(path, page)?)));
    if !is_written_anew() {
        return stale.map(|(_, _, problem)| problem).collect();
    }
    for (path, page, _) in stale {
        std::fs::write(path, page).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    }
    vec![]
}

#[track_caller]
fn none(problems: &[String]) {
    assert!(problems.is_empty(), "{}\n\n{HOW}", problems.join("\n\n"));
}

/// All pages of KPIs, as they should be.
async fn generated(ctx: &SessionContext) -> BTreeMap<PathBuf, String> {
    let mut pages = BTreeMap::new();
    let path = |name: &str| Path::new(GENERATED).join(format!("{name}.md"));
    pages.insert(path("README"), page::index());
    for kpi in all() {
        pages.insert(path(kpi.name), page::page(kpi, ctx).await);
    }
    pages
}

fn two_partitions() -> SessionConfig {
    SessionConfig::new().with_target_partitions(2)
}

#[tokio::test]
async fn every_kpi_has_its_page() {
    let pages = generated(&sample(two_partitions()).await).await;
    let other = SessionConfig::new()
        .with_target_partitions(5)
        .with_batch_size(100);
    let same = generated(&sample(other).await).await;
    for (path, page) in &pages {
        assert_eq!(page, &same[path], "{} varies", path.display());
    }
    if is_written_anew() {
        std::fs::create_dir_all(GENERATED).expect("the folder can be made");
    }
    let mut problems = settle(&pages);
    for entry in std::fs::read_dir(GENERATED).into_iter().flatten() {
        let path = entry.expect("the entry can be read").path();
        if pages.contains_key(&path) {
            continue;
        }
        match is_written_anew() {
            true => std::fs::remove_file(&path).expect("the file can be removed"),
            false => problems.push(format!("{} is left over", path.display())),
        }
    }
    none(&problems);
}

/// A page with the answer below each of its queries. Each block has a session of its own, because a reader runs it by itself: what another
/// one has SET does not reach it.
async fn answered(text: &str) -> String {
    let blocks = blocks(text);
    let mut queries = blocks.iter().filter(|block| block.language == "sql");
    let mut next = queries.next();
    assert!(next.is_some(), "a page without a query");
    let lines: Vec<_> = text.lines().collect();
    let mut page = vec![];
    let mut number = 0;
    while number < lines.len() {
        page.push(lines[number].to_string());
        number += 1;
        let Some(block) = next.filter(|block| block.end == number - 1) else {
            continue;
        };
        let sql = block.lines.join("\n");
        let answer = run(&sample(two_partitions()).await, &sql).await;
        let answer = answer.unwrap_or_else(|error| panic!("{sql}: {error}"));
        // What stood there before.
        let is_answer = |line: &&&str| line.starts_with('|') || line.starts_with(MARK);
        let is_blank = |line: Option<&&str>| line.is_some_and(|line| line.is_empty());
        while is_blank(lines.get(number)) && lines.get(number + 1).filter(is_answer).is_some() {
            number += 1;
            number += lines[number..]
                .iter()
                .take_while(|line| is_answer(line))
                .count();
        }
        if let Some(answer) = answer {
            page.push(String::new());
            page.push(answer.shown().trim_end().to_string());
        }
        next = queries.next();
    }
    page.join("\n") + "\n"
}

#[tokio::test]
async fn every_answer_is_what_the_query_gives() {
    let mut pages = BTreeMap::new();
    for path in WRITTEN {
        let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{path}: {e}"));
        let page = answered(&text).await;
        pages.insert(PathBuf::from(path), page);
    }
    none(&settle(&pages));
}

/// A page with the lines between two marks made anew.
fn with_list(page: &str, name: &str, list: &str) -> String {
    let (start, end) = (
        format!("<!-- {name} -->\n"),
        format!("<!-- end of {name} -->\n"),
    );
    let (before, rest) = page
        .split_once(&start)
        .unwrap_or_else(|| panic!("no {start}"));
    let (_, after) = rest.split_once(&end).unwrap_or_else(|| panic!("no {end}"));
    format!("{before}{start}{list}{end}{after}")
}

/// Lists of KPIs that stand in pages written by hand.
#[tokio::test]
async fn every_list_is_made_from_the_declarations() {
    let lists = [
        ("README.md", "kpis", page::short_list()),
        (
            "docs/state-format.md",
            "sizes",
            crate::stored::sizes().await,
        ),
    ];
    let mut pages = BTreeMap::new();
    for (path, name, list) in lists {
        let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{path}: {e}"));
        pages.insert(PathBuf::from(path), with_list(&text, name, &list));
    }
    none(&settle(&pages));
}

/// Somebody who opens `docs` finds every page.
#[test]
fn the_table_of_contents_is_complete() {
    let contents = std::fs::read_to_string("docs/README.md").expect("there is a manual");
    let linked: BTreeSet<_> = crate::markdown::links(&contents).into_iter().collect();
    for entry in std::fs::read_dir("docs").expect("there is a manual") {
        let path = entry.expect("the entry can be read").path();
        let name = path.file_name().and_then(|name| name.to_str());
        let name = name.expect("file names are ASCII");
        if name != "README.md" && name.ends_with(".md") {
            assert!(linked.contains(name), "docs/README.md does not name {name}");
        }
    }
}

#[test]
fn what_is_stale_is_said() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("page.md");
    let missing = stale(&path, "one\n").expect("it is missing");
    assert!(missing.ends_with("page.md is missing"), "{missing}");
    std::fs::write(&path, "one\ntwo\n").expect("a file");
    assert_eq!(stale(&path, "one\ntwo\n"), None);
    let changed = stale(&path, "one\n2\n").expect("it is stale");
    assert!(
        changed.contains("page.md:2 is stale:\n  two\nis now\n  2"),
        "{changed}"
    );
    let longer = stale(&path, "one\ntwo\nthree\n").expect("it is stale");
    assert!(longer.contains(":3 is stale:\n  (the end)"), "{longer}");
    assert!(stale(&path, "one\ntwo").is_some());
}

#[tokio::test]
async fn an_answer_takes_the_place_of_the_one_before() {
    let page = |answer: &str| format!("Text.\n\n```sql\nSELECT 1 + 1\n```\n{answer}\nMore.\n");
    let expected = page("\n→ **2**\n");
    for before in ["", "\n→ **3**\n", "\n| a |\n|---|\n| 1 |\n\n→ 12 rows\n"] {
        assert_eq!(answered(&page(before)).await, expected);
    }
}

/// An interval of 95 % stays one where a block above has SET another.
#[tokio::test]
async fn what_a_block_sets_ends_with_it() {
    let query =
        "SELECT csat_parts(score)['ci_low'] FROM (VALUES (5), (5), (4), (1)) AS answers(score)";
    let page = format!(
        "```sql\nSET kpi.confidence = 80;\n\n{query}\n```\n\nAnd of 95 %:\n\n```sql\n{query}\n```\n"
    );
    let answered = answered(&page).await;
    let answers: Vec<_> = answered
        .lines()
        .filter(|line| line.starts_with(MARK))
        .collect();
    assert_eq!(
        answers,
        ["→ **43.254145**", "→ **30.064184**"],
        "{answered}"
    );
}
