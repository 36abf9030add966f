//! What a check does not write: files of COPY, and tables of files that are inserted into. Who reads it later reads something else
//! than in a run.

use datafusion::catalog::MemTable;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::logical_expr::{DdlStatement, LogicalPlan};
use datafusion::prelude::SessionContext;

use crate::check::asked::{path_of_call, written_table};
use crate::session::{self, Statement};
use crate::tables::guessed;

/// Something that a statement would have written.
pub(super) struct Missing {
    /// A table, a file or a folder.
    name: String,
    /// What would have filled it, and where that stands.
    by: String,
    place: String,
}

impl Missing {
    pub fn written(&self) -> String {
        written_table(&self.name)
    }

    pub fn why(&self) -> String {
        format!(
            "it reads {}, which {} at {} would have filled, and a check writes no files",
            self.written(),
            self.by,
            self.place
        )
    }

    /// Why a statement is not looked at that cannot be planned without it.
    pub fn why_without(&self, error: &session::Error) -> String {
        let error = error.to_string();
        let first = error.lines().next().unwrap_or_default();
        format!("{}; without it: {first}", self.why())
    }

    /// Whether a table of this name reads it: the same, a folder with it, or a pattern that may match it.
    fn is_in(&self, table: &str) -> bool {
        let here = |path: &str| path.strip_prefix("./").unwrap_or(path).to_string();
        let table = path_of_call(table).unwrap_or(table);
        let (table, name) = (&here(table), &here(&self.name));
        let plain = table.split(['*', '?', '[', '{']).next().unwrap_or(table);
        let is_below = |path: &str, folder: &str| {
            path.strip_prefix(folder.trim_end_matches('/'))
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let is_pattern = plain.len() < table.len();
        is_below(table, name) || is_below(name, table) || is_pattern && name.starts_with(plain)
    }
}

/// All that the statements so far would have written.
#[derive(Default)]
pub(super) struct NotWritten(Vec<Missing>);

impl NotWritten {
    /// What of it a statement names.
    pub fn named_in(&self, statement: &Statement) -> Option<&Missing> {
        self.0
            .iter()
            .find(|missing| statement.may_name(&missing.name))
    }

    /// Takes what a statement would make of it, of which there is nothing.
    pub fn takes_unplanned(&mut self, statement: &Statement) {
        self.0.extend(statement.creates().map(|name| Missing {
            name,
            by: "CREATE".to_string(),
            place: statement.place().to_string(),
        }));
    }

    /// What of it a plan reads.
    pub fn read_by(&self, plan: &LogicalPlan) -> Option<&Missing> {
        let mut found = None;
        let walked = plan.apply_with_subqueries(|node| {
            if let LogicalPlan::TableScan(scan) = node {
                let table = scan.table_name.table();
                let read = self.0.iter().find(|missing| missing.is_in(table));
                found = read.or_else(|| {
                    let view = scan.source.get_logical_plan()?;
                    self.read_by(&view)
                });
            }
            Ok(match found {
                Some(_) => TreeNodeRecursion::Stop,
                None => TreeNodeRecursion::Continue,
            })
        });
        walked.expect("nothing in it fails");
        found
    }

    /// Takes what a statement would write and a check does not; says whether it is to be left out because of that.
    pub async fn takes(
        &mut self,
        ctx: &SessionContext,
        statement: &Statement,
        plan: &LogicalPlan,
    ) -> bool {
        let (name, by, is_not_written) = match plan {
            LogicalPlan::Copy(copy) => {
                let target = statement.target();
                (
                    target.unwrap_or(copy.output_url.clone()),
                    "COPY".to_string(),
                    true,
                )
            }
            LogicalPlan::Dml(dml) => {
                let name = dml.table_name.table().to_string();
                let table = ctx.table_provider(dml.table_name.clone()).await;
                let is_in_memory =
                    table.is_ok_and(|table| guessed::plain(table.as_ref()).is::<MemTable>());
                match is_in_memory && self.read_by(&dml.input).is_none() {
                    true => return false,
                    false => (name, dml.op.to_string().to_uppercase(), true),
                }
            }
            // It is there, with other rows than in a run.
            LogicalPlan::Ddl(DdlStatement::CreateMemoryTable(create)) => {
                let name = create.name.table().to_string();
                match self.read_by(&create.input) {
                    Some(_) => (name, "CREATE TABLE".to_string(), false),
                    None => {
                        // Whatever had the name before, this is whole.
                        self.0.retain(|missing| missing.name != name);
                        return false;
                    }
                }
            }
            LogicalPlan::Ddl(DdlStatement::CreateExternalTable(create)) => {
                let mut all = self.0.iter();
                let read = all.find(|missing| create.locations.iter().any(|l| missing.is_in(l)));
                match read {
                    Some(missing) => (create.name.table().to_string(), missing.by.clone(), false),
                    None => return false,
                }
            }
            _ => return false,
        };
        self.0.push(Missing {
            name,
            by,
            place: statement.place().to_string(),
        });
        is_not_written
    }
}
