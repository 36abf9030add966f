//! What a statement answers with, and the words for what goes wrong while it does.

use std::sync::Arc;

use datafusion::error::DataFusionError;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::execute_stream;
use datafusion::prelude::{DataFrame, SessionContext};

use super::rejects;
use crate::define::UnitFormat;
use crate::session::counted::row_counts::RowCounts;
use crate::session::error::{Error, ErrorKind};
use crate::session::names::StandardInput;
use crate::session::progress::ProgressWatch;
use crate::session::resources::exhausted;
use crate::session::script::Statement;
use crate::session::settings::Face;
use crate::session::words::causes;
use crate::session::words::messages::{self, GuessedTable};
#[cfg(feature = "cli")]
use crate::session_support::with_changes;
use crate::session_support::{Remarks, unit_formats};
use crate::tables::{FilePath, LateNotes, damage};

/// What the rows of an answer are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// A result somebody asked for.
    Rows,
    /// The number of rows that COPY or INSERT writes, once it is read.
    Written,
    /// There are none: SET, CREATE VIEW and such have happened.
    Nothing,
}

impl What {
    pub(in crate::session) fn of(plan: &LogicalPlan) -> Self {
        match plan {
            LogicalPlan::Copy(_) | LogicalPlan::Dml(_) => What::Written,
            _ => What::Rows,
        }
    }
}

/// The answer to a statement, none of which has been read.
#[derive(Clone)]
pub struct Answer {
    /// The rows to come.
    pub frame: DataFrame,
    /// What they are.
    pub what: What,
    pub(in crate::session) tallies: Vec<RowCounts>,
    pub(in crate::session) statement: Statement,
    pub(in crate::session) guessed: Vec<GuessedTable>,
    pub(in crate::session) parquet: Vec<FilePath>,
    pub(in crate::session) standard_input: Option<StandardInput>,
    pub(in crate::session) ctx: SessionContext,
    pub(in crate::session) face: Face,
    pub(in crate::session) remarks: Remarks,
    pub(in crate::session) watch: ProgressWatch,
    /// Whether the rows of the tables have been read, and these rows say what became of them.
    pub(in crate::session) has_read_rows: bool,
}

impl Answer {
    /// Begins to read the rows.
    ///
    /// # Errors
    /// Those of DataFusion, for [`error`](Self::error) to explain.
    pub async fn rows(&self) -> datafusion::error::Result<SendableRecordBatchStream> {
        let task = Arc::new(self.frame.task_ctx());
        let plan = self.frame.clone().create_physical_plan().await?;
        if !self.has_read_rows {
            self.watch.begin(&plan);
        }
        execute_stream(plan, task)
    }

    /// Looks at the rows while they are read.
    pub fn watch(&self) -> ProgressWatch {
        self.watch.clone()
    }

    /// The words for an error that came up while the rows were read.
    pub fn error(&self, error: &DataFusionError) -> Error {
        if let Some(exhausted) = exhausted::explain(&self.ctx, &self.face, error) {
            return self.statement.error(ErrorKind::Resources, &exhausted);
        }
        let message = messages::of(error);
        if message.contains("Parquet")
            && let Some(damaged) = damage::find(&self.parquet)
        {
            return self
                .statement
                .error(ErrorKind::Data, &self.with_known_names(damaged));
        }
        let message = causes::explain(&self.statement.ast, message);
        let message = messages::with_place(message, &self.guessed, &self.face);
        self.statement
            .error(ErrorKind::Data, &self.with_known_names(message))
    }

    fn with_known_names(&self, message: String) -> String {
        match &self.standard_input {
            Some(input) => input.in_words(&message),
            None => message,
        }
    }

    /// What a reader should know of the data, to be asked for when all rows are read; one sentence each, each given
    /// once. Queries that run at the same time in one session share it.
    pub fn take_notes(&self) -> Vec<String> {
        let met = met(&self.ctx, &self.tallies, &self.remarks);
        met.into_iter()
            .map(|note| self.with_known_names(note))
            .collect()
    }

    /// How the numbers of each column are written for people, where they are those of a KPI.
    pub fn units(&self) -> Vec<Option<UnitFormat>> {
        unit_formats(self.frame.logical_plan())
    }

    /// The rows to come with what each `kpi_change` was made of that they show, behind their own columns, `None` if they
    /// show none; and whether there are changes of which that cannot be told.
    ///
    /// # Errors
    /// Those of a plan that cannot be.
    #[cfg(feature = "cli")]
    pub(crate) fn with_changes(&self) -> Result<(Option<DataFrame>, bool), Error> {
        let (state, plan) = self.frame.clone().into_parts();
        let shown = with_changes(&plan).map_err(|e| self.error(&e))?;
        let carrying = shown.plan.map(|plan| DataFrame::new(state, plan));
        Ok((carrying, shown.others))
    }

    /// The statement it is the answer to.
    pub fn statement(&self) -> &Statement {
        &self.statement
    }
}

/// What was met in rows since somebody asked last: by the counters of a query, by its functions, and by those who read
/// its files.
pub(in crate::session) fn met(
    ctx: &SessionContext,
    tallies: &[RowCounts],
    remarks: &Remarks,
) -> Vec<String> {
    let counted = tallies.iter().filter_map(RowCounts::take_note);
    // What is wrong with that is said at the end again, as an error.
    let saved = rejects::save(ctx).err().map(|e| e.to_string());
    let late = ctx.state_ref().read().config().get_extension::<LateNotes>();
    let late = late.map(|late| late.take()).unwrap_or_default();
    let notes = counted.chain(remarks.take()).chain(late);
    notes.chain(saved).collect()
}
