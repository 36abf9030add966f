//! Runs the sqllogictest files in `tests/slt`, whose numbers are worked out by hand, under every
//! setting that must not change an answer.
//!
//! Each family of KPIs has a folder, and each KPI a file. The files in `traps` have the name of a
//! mistake that is easily made with a figure, whichever it is.

use std::path::{Path, PathBuf};

use datafusion::error::DataFusionError;
use datafusion::prelude::{SessionConfig, SessionContext};
use sqllogictest::{DB, DBOutput, DefaultColumnType, Runner};
use tokio::runtime::Runtime;

use crate::support::{session, settings, text_rows};

struct Session {
    ctx: SessionContext,
    runtime: Runtime,
}

impl Session {
    fn new(config: SessionConfig) -> Self {
        Session {
            ctx: session(config),
            runtime: Runtime::new().expect("the system has threads"),
        }
    }
}

impl DB for Session {
    type Error = DataFusionError;
    type ColumnType = DefaultColumnType;

    fn run(&mut self, sql: &str) -> Result<DBOutput<DefaultColumnType>, DataFusionError> {
        self.runtime.block_on(async {
            let frame = self.ctx.sql(sql).await?;
            let columns = frame.schema().fields().len();
            let batches = frame.collect().await?;
            if columns == 0 {
                return Ok(DBOutput::StatementComplete(0));
            }
            Ok(DBOutput::Rows {
                types: vec![DefaultColumnType::Any; columns],
                rows: batches.iter().flat_map(text_rows).collect(),
            })
        })
    }

    fn engine_name(&self) -> &str {
        "kpi-sql"
    }
}

/// All files below a folder.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.expect("a folder can be listed").path())
        .flat_map(|path| {
            if path.is_dir() {
                files(&path)
            } else {
                vec![path]
            }
        })
        .filter(|path| path.extension().is_some_and(|e| e == "slt"))
        .collect();
    files.sort();
    files
}

#[test]
fn hand_computed_cases() {
    let files = files(Path::new("tests/slt"));
    assert!(!files.is_empty(), "tests/slt holds no files");
    let mut failures = vec![];
    for file in &files {
        for (setting, config) in settings() {
            let mut runner = Runner::new(|| async { Ok(Session::new(config.clone())) });
            if let Err(error) = runner.run_file(file) {
                failures.push(format!("{}, {setting}: {error}", file.display()));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

/// Every KPI has a file of its own name, in the folder of its family.
#[test]
fn every_kpi_has_a_file() {
    let names: Vec<String> = files(Path::new("tests/slt"))
        .iter()
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_string()))
        .collect();
    for kpi in kpi_sql::kpi::all() {
        assert!(
            names.iter().any(|name| name == kpi.name),
            "tests/slt has no {}.slt",
            kpi.name
        );
    }
}
