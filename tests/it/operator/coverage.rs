//! What the operator is for: every aggregation of a KPI in `queries/` and in `tests/slt` runs in it, and reads its rows once.

use std::collections::BTreeMap;
use std::path::Path;

use datafusion::physical_plan::displayable;
use sqllogictest::{DefaultColumnType, Record};

use super::with_operator;
use crate::command::Folder;
use crate::support::session;

/// The statements of a file, the last of them with EXPLAIN.
fn explained(path: &Path) -> String {
    let sql = std::fs::read_to_string(path).expect("the query can be read");
    let sql = sql.trim_end().trim_end_matches(';');
    let (before, last) = match sql.rfind(";\n") {
        Some(end) => sql.split_at(end + 2),
        None => ("", sql),
    };
    format!("{before}\nEXPLAIN {last}")
}

/// What EXPLAIN shows of the last statement of a shipped query.
fn plan(path: &Path) -> String {
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/sample_data");
    let statements = explained(path);
    let folder = Folder::new();
    folder.file("query.sql", &statements);
    let run = folder.run(&[
        "--quiet",
        "--data",
        data,
        "--threads",
        "2",
        "-f",
        "query.sql",
    ]);
    run.succeeded()
}

fn queries() -> Vec<std::path::PathBuf> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/queries");
    let entries = std::fs::read_dir(folder).expect("the folder can be read");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut paths: Vec<_> = paths
        .filter(|path| path.extension().is_some_and(|ending| ending == "sql"))
        .collect();
    paths.sort();
    assert!(paths.len() > 25);
    paths
}

/// The KPI that a node of DataFusion's has among its aggregates.
fn kpi_in(line: &str) -> Option<&'static str> {
    let (_, aggregates) = line.split_once("aggr=[")?;
    let names = kpi_sql::kpi::all().map(|kpi| kpi.name);
    let mut names = names.chain(["kpi_merge"]);
    names.find(|kpi| {
        let calls = ["(", "_parts(", "_state("].map(|end| format!("{kpi}{end}"));
        calls
            .iter()
            .any(|call| aggregates.starts_with(call) || aggregates.contains(&format!(" {call}")))
    })
}

/// Why DataFusion's nodes have a KPI in this plan, for each of them; the reason stands above them.
fn reasons(plan: &str) -> Vec<String> {
    let lines = || plan.lines().map(|line| line.trim_start_matches(['|', ' ']));
    let above = std::iter::once("").chain(lines());
    let pairs = above.zip(lines()).filter(|(_, line)| {
        let is_last = line.contains("mode=Final") || line.contains("mode=Single");
        line.contains("AggregateExec") && is_last && kpi_in(line).is_some()
    });
    let reasons = pairs.map(|(above, _)| {
        let (_, reason) = above
            .split_once("KpiFallbackExec: reason=")
            .unwrap_or_else(|| panic!("{plan}"));
        reason.trim_end_matches(['|', ' ']).to_string()
    });
    reasons.collect()
}

/// What people bring is folded, too, as far as it can be read.
#[test]
fn field_cases_are_folded() {
    let Some(cases) = crate::field_cases::cases() else {
        return;
    };
    let (mut folded, mut with_kpis) = (0, 0);
    for case in std::fs::read_dir(cases).expect("the cases can be listed") {
        let case = case.expect("an entry").path();
        if !case.is_dir() {
            continue;
        }
        for file in std::fs::read_dir(&case).expect("the case can be listed") {
            let file = file.expect("an entry").path();
            if file.extension().is_none_or(|ending| ending != "sql") {
                continue;
            }
            let folder = Folder::new();
            crate::field_cases::copied(&case, &folder.path(""));
            folder.file("explained.sql", explained(&file));
            let run = folder.run(&["--quiet", "--threads", "2", "-f", "explained.sql"]);
            // What is refused has no plan.
            if run.code != Some(0) {
                continue;
            }
            let plan = run.stdout;
            folded += usize::from(plan.contains("KpiFoldExec"));
            with_kpis += usize::from(plan.lines().any(|line| kpi_in(line).is_some()));
            assert_eq!(reasons(&plan), Vec::<String>::new(), "{}", file.display());
        }
    }
    assert!(folded > 30 && with_kpis >= folded, "{folded} {with_kpis}");
}

/// What stays with DataFusion's nodes has its reason above them.
#[tokio::test]
async fn hand_computed_cases_are_folded() {
    let (mut folded, mut found) = (0, BTreeMap::new());
    for file in crate::slt::files(Path::new("tests/slt")) {
        let ctx = session(with_operator("on"));
        let records = sqllogictest::parse_file::<DefaultColumnType>(&file);
        for record in records.expect("the file can be read") {
            let sql = match record {
                Record::Statement { sql, .. } => {
                    // Some are there to be refused.
                    if let Ok(frame) = ctx.sql(&sql).await {
                        let _ = frame.collect().await;
                    }
                    continue;
                }
                Record::Query { sql, .. } => sql,
                _ => continue,
            };
            let Ok(frame) = ctx.sql(&sql).await else {
                continue;
            };
            let Ok(plan) = frame.create_physical_plan().await else {
                continue;
            };
            let plan = displayable(plan.as_ref()).indent(false).to_string();
            folded += plan.matches("KpiFoldExec").count();
            for reason in reasons(&plan) {
                *found.entry(reason).or_insert(0) += 1;
            }
        }
    }
    assert!(folded > 250, "{folded}");
    let known = ["the rows come in the order of the keys"];
    assert!(
        found
            .keys()
            .all(|reason: &String| known.contains(&reason.as_str())),
        "{found:?}"
    );
}

#[test]
fn every_aggregation_of_a_kpi_is_folded() {
    let mut folded = 0;
    for path in queries() {
        let plan = plan(&path);
        folded += usize::from(plan.contains("KpiFoldExec"));
        for line in plan.lines().filter(|line| line.contains("AggregateExec")) {
            assert_eq!(kpi_in(line), None, "{}: {line}", path.display());
        }
    }
    assert!(folded > 25, "{folded}");
}

/// A cross join has a side of a single row: no order line meets every product.
#[test]
fn no_query_multiplies_its_rows() {
    for path in queries() {
        let plan = plan(&path);
        let depth = |line: &str| line.find(|c: char| c.is_ascii_alphabetic());
        let lines: Vec<&str> = plan
            .lines()
            .filter_map(|line| line.split('|').nth(2))
            .collect();
        for (at, line) in lines.iter().enumerate() {
            if !line.contains("CrossJoinExec") && !line.contains("NestedLoopJoinExec") {
                continue;
            }
            let below = lines[at + 1..]
                .iter()
                .take_while(|below| depth(below) > depth(line));
            let below: Vec<&&str> = below.collect();
            let sides = below.iter().enumerate();
            let first = below.first().and_then(|side| depth(side));
            let starts: Vec<usize> = sides
                .filter(|(_, side)| depth(side) == first)
                .map(|(start, _)| start)
                .collect();
            let is_one_row = |start: usize| {
                let end = starts.iter().find(|other| **other > start).copied();
                let side = &below[start..end.unwrap_or(below.len())];
                side.iter()
                    .find(|line| {
                        ["AggregateExec", "KpiFinishExec", "PlaceholderRowExec"]
                            .iter()
                            .any(|node| line.contains(node))
                    })
                    .is_some_and(|line| !line.contains("gby=[") || line.contains("gby=[]"))
            };
            assert!(
                starts.iter().any(|start| is_one_row(*start)),
                "{}:\n{plan}",
                path.display()
            );
        }
    }
}
