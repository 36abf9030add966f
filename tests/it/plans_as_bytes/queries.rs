//! Every query of the project over Parquet.

use std::path::PathBuf;

use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::{ParquetReadOptions, SessionConfig, SessionContext};
use datafusion::sql::parser::DFParser;

use super::sending::{shown, travels};
use crate::support::{folder, session};

/// A session with the sample data as Parquet.
async fn sample() -> SessionContext {
    let ctx = session(SessionConfig::new().with_target_partitions(4));
    let mut names = vec!["orders".to_string()];
    for file in std::fs::read_dir(folder("sample_data")).expect("the folder can be read") {
        let path = file.expect("the entry can be read").path();
        if path.extension().is_some_and(|ending| ending == "parquet") {
            let name = path.file_stem().expect("a file has a name");
            names.push(format!("{}.parquet", name.to_string_lossy()));
        }
    }
    assert!(names.len() >= 7, "{names:?}");
    for name in names {
        let path = folder("sample_data").join(&name);
        let path = path.to_str().expect("the path is UTF-8").to_string();
        let table = name.trim_end_matches(".parquet");
        let read = ctx.register_parquet(table, path, ParquetReadOptions::default());
        read.await.unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    ctx
}

fn queries() -> Vec<PathBuf> {
    let files = std::fs::read_dir(folder("queries")).expect("the folder can be read");
    let paths = files.map(|file| file.expect("the entry can be read").path());
    let mut paths: Vec<_> = paths
        .filter(|path| path.extension().is_some_and(|ending| ending == "sql"))
        .collect();
    paths.sort();
    paths
}

/// What is done when it is planned, and so has no plan to send.
fn is_done_at_once(plan: &LogicalPlan) -> bool {
    matches!(plan, LogicalPlan::Ddl(_) | LogicalPlan::Statement(_))
}

/// No query has a node or an expression that cannot be sent: there is no list of exceptions.
#[tokio::test]
async fn every_query_over_parquet() {
    let (mut sent, mut at_once, mut folded) = (0, 0, 0);
    for path in queries() {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(&path).expect("the file is UTF-8");
        let ctx = sample().await;
        // What a session of the program does with `-- param: NAME=NULL`.
        let text = text
            .lines()
            .filter_map(|line| line.strip_prefix("-- param: ")?.strip_suffix("=NULL"))
            .fold(text.clone(), |text, name| {
                text.replace(&format!("${name}"), "NULL")
            });
        let statements = DFParser::parse_sql(&text).expect("the query is SQL");
        let mut of_file = 0;
        for statement in statements {
            let logical = ctx.state().statement_to_plan(statement).await;
            let logical = logical.unwrap_or_else(|error| panic!("{name}: {error}"));
            let is_done = is_done_at_once(&logical);
            let frame = ctx.execute_logical_plan(logical).await;
            let frame = frame.unwrap_or_else(|error| panic!("{name}: {error}"));
            if is_done {
                at_once += 1;
                continue;
            }
            let plan = frame.create_physical_plan().await;
            let plan = plan.unwrap_or_else(|error| panic!("{name}: {error}"));
            let answer = travels(&ctx, &plan, &name).await;
            assert!(!answer.is_empty(), "{name}");
            of_file += 1;
            folded += usize::from(shown(&plan).contains("KpiFoldExec"));
        }
        assert!(of_file > 0, "{name} has no query");
        sent += of_file;
    }
    let files = queries().len();
    assert!(
        files >= 28 && sent >= files,
        "{sent} plans of {files} files"
    );
    assert!(folded >= 24, "{folded} of {sent} plans have nodes of ours");
    assert!(at_once >= 4, "{at_once} statements were done at once");
}
