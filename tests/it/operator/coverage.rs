//! What the operator is for: every aggregation of a KPI in `queries/` runs in it, and reads its rows once.

use crate::command::Folder;

/// The last statement of a file as EXPLAIN shows it, after those before it.
fn plan(path: &std::path::Path) -> String {
    let sql = std::fs::read_to_string(path).expect("the query can be read");
    let sql = sql.trim_end().trim_end_matches(';');
    let (before, last) = match sql.rfind(";\n") {
        Some(end) => sql.split_at(end + 2),
        None => ("", sql),
    };
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/sample_data");
    let statements = format!("{before}\nEXPLAIN {last}");
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

#[test]
fn every_aggregation_of_a_kpi_is_folded() {
    let kpis: Vec<_> = kpi_sql::kpi::all().map(|kpi| kpi.name).collect();
    let mut folded = 0;
    for path in queries() {
        let plan = plan(&path);
        folded += usize::from(plan.contains("KpiFoldExec"));
        for line in plan.lines().filter(|line| line.contains("AggregateExec")) {
            let (_, aggregates) = line.split_once("aggr=[").unwrap_or_default();
            let names = |kpi: &&&str| {
                let calls = ["(", "_parts(", "_state("].map(|end| format!("{kpi}{end}"));
                calls.iter().any(|call| {
                    aggregates.starts_with(call) || aggregates.contains(&format!(" {call}"))
                })
            };
            assert_eq!(kpis.iter().find(names), None, "{}: {line}", path.display());
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
