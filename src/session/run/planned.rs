//! Statements that are planned and have not begun.

use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::common::format::ExplainFormat;
use datafusion::error::Result;
use datafusion::logical_expr::{Analyze, DdlStatement, LogicalPlan};
use datafusion::physical_plan::collect;
use datafusion::prelude::{DataFrame, SessionContext};

use super::analyzed::analyzed;
use crate::session::copy::copies::Copy;
use crate::session::copy::copy_rows;
use crate::session::counted::row_counts::RowCounts;
use crate::session::names::Used;
use crate::session::progress::ProgressWatch;
use crate::session::refused::guessed;
use crate::session::script::Statement;

/// A statement whose tables are open and whose parameters have their values.
pub struct Planned {
    pub(in crate::session) plan: LogicalPlan,
    pub(in crate::session) tallies: Vec<RowCounts>,
    pub(in crate::session) copy: Option<Copy>,
    pub(in crate::session) statement: Statement,
    pub(in crate::session) used: Used,
    pub(in crate::session) ctx: SessionContext,
    pub(in crate::session) watch: ProgressWatch,
}

impl Planned {
    /// What is to be run.
    pub(crate) fn plan(&self) -> &LogicalPlan {
        &self.plan
    }

    /// Looks at the statement while it runs, and at the rows of its answer while they are read.
    pub fn watch(&self) -> ProgressWatch {
        self.watch.clone()
    }

    /// Does what SET, CREATE, DROP and COPY do; of a query nothing is read yet.
    ///
    /// # Errors
    /// Those of DataFusion, for [`Session::answer`](super::Session::answer) to explain.
    pub async fn execute(&self) -> Result<DataFrame> {
        if let Some(query) = self.analyzed() {
            return analyzed(&self.ctx, query, &self.watch).await;
        }
        let begun = self.ctx.execute_logical_plan(self.plan.clone());
        let Some(copy) = &self.copy else {
            let frame = begun.await?;
            self.mark().await?;
            return Ok(frame);
        };
        copy.prepare()?;
        let rows = self.watched(begun.await?).await?;
        // Into a folder DataFusion writes no file then, and nobody could read it.
        if let Some(file) = copy.missing()
            && let Some(plan) = copy_rows::without_rows(&self.plan, file)?
        {
            let begun = self.ctx.execute_logical_plan(plan);
            begun.await?.collect().await?;
        }
        copy.finish()?;
        self.ctx.read_batches(rows)
    }

    /// The query of an EXPLAIN ANALYZE whose answer is for people. VERBOSE, FORMAT and other words ask for one of DataFusion's.
    fn analyzed(&self) -> Option<&LogicalPlan> {
        match &self.plan {
            LogicalPlan::Analyze(Analyze {
                verbose: false,
                format: ExplainFormat::Indent,
                input,
                analyze_level: None,
                analyze_categories: None,
                schema: _,
            }) => Some(input),
            _ => None,
        }
    }

    /// Whether the rows have been read when the statement has been executed, and the answer says what became of them.
    pub(in crate::session) fn has_read_rows(&self) -> bool {
        self.copy.is_some() || self.analyzed().is_some()
    }

    async fn watched(&self, frame: DataFrame) -> Result<Vec<RecordBatch>> {
        let task = Arc::new(frame.task_ctx());
        let plan = frame.create_physical_plan().await?;
        self.watch.begin(&plan);
        collect(plan, task).await
    }

    /// What nobody has said of the columns of files nobody has said of those of a table that was made of them.
    async fn mark(&self) -> Result<()> {
        let LogicalPlan::Ddl(DdlStatement::CreateMemoryTable(create)) = &self.plan else {
            return Ok(());
        };
        let ways = guessed::of_created(&self.plan);
        if !ways.is_empty() {
            let table = self.ctx.table_provider(create.name.clone()).await?;
            if crate::tables::guessed::ways(table.as_ref()).is_none() {
                self.ctx.deregister_table(create.name.clone())?;
                let table = crate::tables::guessed::marked(table, ways);
                self.ctx.register_table(create.name.clone(), table)?;
            }
        }
        Ok(())
    }
}
