//! A session for people who type SQL: what the `kpi-sql` program and the Python package have in common.
//!
//! A [`Session`] is a DataFusion session with the KPIs, that keeps to limits of memory and disk, opens the tables that a
//! statement names, and says in words what went wrong. A program or package is a thin face over it: it reads what was
//! asked for, and shows the rows.
//!
//! The way of a statement: [`parse`] cuts a text into statements, `names` opens the tables that one needs, it is
//! planned and begun here, [`output`] writes its rows, and [`messages`] turns DataFusion's errors into sentences.
//! `resources` is what all of them may use of the machine.
//!
//! ```
//! # use kpi_sql::session::{Face, Session, Settings, parse};
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let face = Face {
//!     memory_limit: "memory limit",
//!     threads: "threads",
//!     spill_dir: "spill folder",
//!     spill_limit: "spill limit",
//!     infer_rows: "a sample of N rows",
//!     raw_files: "raw files",
//!     own_table: "add_table(NAME, path)",
//!     own_table_instead: "add_table(NAME, path) names another one",
//! };
//! let mut session = Session::new(&Settings::new(face))?;
//! session.add_table("orders", "sample_data/orders").await?;
//! for statement in parse("the report", "SELECT nps(score) FROM (VALUES (10), (3)) AS t(score)")? {
//!     let answer = session.begin(&statement, &[]).await?;
//!     let rows = answer.frame.clone().collect().await.map_err(|e| answer.error(&e))?;
//!     assert_eq!(rows[0].num_rows(), 1);
//! }
//! # Ok(())
//! # }
//! # tokio::runtime::Runtime::new().unwrap().block_on(example()).unwrap();
//! ```

mod answer;
mod arithmetic;
mod causes;
mod coerced;
mod config_values;
mod copies;
mod copy_names;
mod copy_rows;
mod dates;
mod days;
mod dialects;
mod error;
mod face;
mod file_options;
mod guessed;
mod ignored;
mod lengths;
pub mod messages;
mod mixed;
mod named;
mod names;
mod narrowed;
mod natural;
mod not_in;
mod noted;
mod numbers_as_times;
pub mod output;
mod phrases;
mod planned;
mod resources;
mod row_counts;
mod same_name;
mod script;
mod settings;
mod side;
pub mod sizes;
mod sums;
mod suspects;
mod table_options;
mod times;
mod unnested;
mod zones;

use std::sync::Arc;

use datafusion::catalog::TableProvider;
use datafusion::common::{ScalarValue, TableReference};
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::{DataFrame, SessionConfig, SessionContext};

pub use answer::{Answer, What};
pub use error::{Error, ErrorKind};
pub use face::Face;

pub use planned::Planned;
pub use resources::Folders;
pub use script::{Statement, parse};
pub use settings::{Data, Settings};
pub use table_options::{FileOption, TableOptions};

use crate::session_support::Remarks;
use copies::Copy;
use ignored::FunctionKind;
use names::{Names, Used};
use output::Unfinished;
use planned::with_values;
use resources::{Resources, Set, exhausted};

/// A session that keeps to its settings.
pub struct Session {
    ctx: SessionContext,
    resources: Resources,
    names: Names,
    unfinished: Unfinished,
    face: Face,
    remarks: Remarks,
}

impl Session {
    /// A session with these settings.
    ///
    /// # Errors
    /// A setting that cannot be, such as a folder that is not there.
    pub fn new(settings: &Settings) -> Result<Self, Error> {
        for (option, value) in &settings.config {
            config_values::check_one(option, value, "SET")
                .map_err(|problem| Error::new(ErrorKind::Setting, problem))?;
        }
        file_options::check_types(&settings.types)
            .map_err(|problem| Error::new(ErrorKind::Setting, problem))?;
        let resources = Resources::new(settings)?;
        let (ctx, remarks) = context(&resources, &settings.config)
            .map_err(|e| Error::new(ErrorKind::Setting, messages::of(&e)))?;
        let names = Names::new(settings);
        names
            .check(&ctx)
            .and_then(|()| names.register(&ctx))
            .map_err(|e| Error::new(ErrorKind::Setting, messages::of(&e)))?;
        Ok(Self {
            ctx,
            remarks,
            resources,
            names,
            unfinished: Unfinished::default(),
            face: settings.face,
        })
    }

    /// The DataFusion session below.
    pub fn context(&self) -> &SessionContext {
        &self.ctx
    }

    /// What has to be removed from the disk when a process ends before its queries do.
    pub fn folders(&self) -> Folders {
        self.resources.folders()
    }

    /// What a process that ends in the middle of a COPY leaves behind.
    pub fn unfinished(&self) -> Unfinished {
        self.unfinished.clone()
    }

    /// What a reader should know about choices that were made, one sentence each; each is given once.
    pub fn take_notes(&mut self) -> Vec<String> {
        self.names.take_notes()
    }

    /// Says which options of files were for tables and columns that nobody has asked for.
    ///
    /// # Errors
    /// The first such option, with the nearest name that there is.
    pub fn check_file_options(&self) -> Result<(), Error> {
        let checked = self.names.check_options();
        checked.map_err(|e| Error::new(ErrorKind::Table, messages::of(&e)))
    }

    /// Refuses, before they run, options for tables that no statement names.
    ///
    /// # Errors
    /// Which option names a table that is not there.
    pub fn check_tables_of_options(&self, statements: &[Statement]) -> Result<(), Error> {
        let texts = statements.iter().map(Statement::text);
        let checked = self.names.check_texts(texts);
        checked.map_err(|e| Error::new(ErrorKind::Table, messages::of(&e)))
    }

    /// Names a file, a folder or a glob. A table that has the name gives it up.
    ///
    /// # Errors
    /// Why the path cannot be a table.
    pub async fn add_table(&mut self, name: &str, path: &str) -> Result<(), Error> {
        self.add_table_with(name, path, TableOptions::default())
            .await
    }

    /// The same with options for this table, which go before those of the session. It keeps them until it gives up its
    /// name.
    ///
    /// # Errors
    /// Why the path cannot be a table, or not such a one. Then a table that has the name keeps it.
    pub async fn add_table_with(
        &mut self,
        name: &str,
        path: &str,
        options: TableOptions,
    ) -> Result<(), Error> {
        let opened = self.names.add(&self.ctx, name, path, options).await;
        opened.map_err(|e| Error::new(ErrorKind::Table, messages::of(&e)))
    }

    /// Names a table that somebody made. A table that has the name gives it up.
    ///
    /// # Errors
    /// Those of DataFusion's catalog.
    pub fn add_provider(
        &mut self,
        name: &str,
        provider: Arc<dyn TableProvider>,
    ) -> Result<(), Error> {
        let reference = TableReference::bare(name);
        self.names.forget(name);
        let registered = self
            .ctx
            .deregister_table(reference.clone())
            .and_then(|_| self.ctx.register_table(reference, provider));
        registered.map_err(|e| Error::new(ErrorKind::Table, messages::of(&e)))?;
        Ok(())
    }

    /// Takes a table's name from it; says whether there was such a table.
    ///
    /// # Errors
    /// Those of DataFusion's catalog.
    pub fn remove_table(&mut self, name: &str) -> Result<bool, Error> {
        self.names.forget(name);
        let removed = self.ctx.deregister_table(TableReference::bare(name));
        let removed = removed.map_err(|e| Error::new(ErrorKind::Table, messages::of(&e)))?;
        Ok(removed.is_some())
    }

    /// Plans a statement and begins it: SET, CREATE, DROP and COPY have happened when this returns, a query has not read
    /// a row. Each of `parameters` is the value of a `$name` in the statement.
    ///
    /// # Errors
    /// What is wrong with the statement, with its place before and its text after.
    pub async fn begin(
        &mut self,
        statement: &Statement,
        parameters: &[(String, ScalarValue)],
    ) -> Result<Answer, Error> {
        let planned = self.plan(statement, parameters).await?;
        let executed = planned.execute().await;
        self.answer(planned, executed)
    }

    /// The first part of [`begin`](Self::begin), for those who share a session: what follows may take long, and does not
    /// need it.
    ///
    /// # Errors
    /// As there.
    pub async fn plan(
        &mut self,
        statement: &Statement,
        parameters: &[(String, ScalarValue)],
    ) -> Result<Planned, Error> {
        ignored::check(&statement.ast, &|name| self.kind_of(name))
            .map_err(|problem| statement.error(ErrorKind::Query, &problem))?;
        if let Some(note) = dialects::brackets(&statement.ast) {
            self.names.note(vec![note]);
        }
        let used = self
            .names
            .prepare(&self.ctx, &statement.ast)
            .await
            .map_err(|e| statement.error(ErrorKind::Table, &messages::of(&e)))?;
        let mut ast = statement.ast.clone();
        dates::translate(&mut ast)
            .map_err(|problem| statement.error(ErrorKind::Query, &problem))?;
        let named = named::in_order(&mut ast)
            .map_err(|problem| statement.error(ErrorKind::Query, &problem))?;
        let copy = copies::begin(&mut ast, &self.unfinished)
            .map_err(|problem| statement.error(ErrorKind::Output, &problem))?;
        let mut state = self.ctx.state();
        if let Some(zone) = self.names.zone_of_columns(&statement.ast) {
            let options = state.config_mut().options_mut();
            options.execution.time_zone.get_or_insert(zone);
        }
        let planned = state.statement_to_plan(ast).await;
        match &planned {
            Ok(plan) => {
                let columns = guessed::columns(plan);
                self.names.asked_for(|name| columns.contains(name));
                let checked = guessed::check(plan);
                let notes =
                    checked.map_err(|e| statement.error(ErrorKind::Query, &messages::of(&e)))?;
                self.names.note(notes);
                self.names.note(times::notes(plan));
                self.names.note(zones::notes(plan));
                self.names.note(mixed::notes(plan));
                self.names.note(suspects::notes(plan));
            }
            // What a column is may be why the statement fails.
            Err(_) => {
                let text = statement.ast.to_string();
                self.names.asked_for(|name| text.contains(name));
                self.names.look_at_texts(&self.ctx, &text).await;
            }
        }
        let plan = planned.map_err(|e| self.explained(statement, None, &used, &e))?;
        numbers_as_times::check(&plan)
            .and_then(|()| narrowed::check(&statement.ast, &plan))
            .and_then(|()| named::check(&named, &plan))
            .and_then(|()| natural::check(&statement.ast, &plan))
            .map_err(|problem| statement.error(ErrorKind::Query, &problem))?;
        config_values::check(&plan)
            .map_err(|problem| statement.error(ErrorKind::Query, &problem))?;
        let plan = with_values(plan, parameters)
            .map_err(|problem| statement.error(ErrorKind::Query, &problem))?;
        let plan = coerced::read(plan).map_err(|e| self.explained(statement, None, &used, &e))?;
        let (plan, mut tallies) =
            unnested::counted(plan).map_err(|e| self.explained(statement, None, &used, &e))?;
        let (plan, of_not_in) =
            not_in::counted(plan).map_err(|e| self.explained(statement, None, &used, &e))?;
        tallies.extend(of_not_in);
        let plan = copy_rows::with_folders(plan)
            .map_err(|e| self.explained(statement, None, &used, &e))?;
        Ok(Planned {
            plan,
            tallies,
            copy,
            statement: statement.clone(),
            used,
            ctx: self.ctx.clone(),
        })
    }

    /// The last part of [`begin`](Self::begin), with what executing the plan gave.
    ///
    /// # Errors
    /// As there.
    pub fn answer(
        &mut self,
        planned: Planned,
        executed: Result<DataFrame>,
    ) -> Result<Answer, Error> {
        let Planned {
            plan,
            tallies,
            copy,
            statement,
            used,
            ctx,
        } = planned;
        let begun = Some((&plan, copy.as_ref()));
        let frame = match executed {
            Ok(frame) => frame,
            Err(e) => {
                // No answer will tell what was met in the rows of COPY and CREATE TABLE until then.
                let counted = tallies.iter().filter_map(row_counts::RowCounts::take_note);
                self.names
                    .note(counted.chain(self.remarks.take()).collect());
                return Err(self.explained(&statement, begun, &used, &e));
            }
        };
        if let Some(set) = Set::of(&plan) {
            let followed = self.resources.follow(&self.ctx, &set);
            followed.map_err(|e| self.explained(&statement, begun, &used, &e))?;
        }
        Ok(Answer {
            // SET and CREATE VIEW answer with a result without columns.
            what: match frame.schema().fields().is_empty() {
                true => What::Nothing,
                false => What::of(&plan),
            },
            frame,
            tallies,
            statement,
            guessed: used.guessed,
            parquet: used.parquet,
            ctx,
            face: self.face,
            remarks: self.remarks.clone(),
        })
    }

    fn kind_of(&self, function: &str) -> FunctionKind {
        let state = self.ctx.state_ref();
        let state = state.read();
        let is_aggregate = state.aggregate_functions().contains_key(function);
        // Of these there are two each, and a window has its own.
        let has_two = ["first_value", "last_value", "nth_value"].contains(&function);
        if matches!(function, "unnest" | "unnest_outer")
            || state.scalar_functions().contains_key(function)
            || state.higher_order_functions().contains_key(function)
        {
            FunctionKind::Scalar
        } else if state.window_functions().contains_key(function) && !is_aggregate && !has_two {
            FunctionKind::Window
        } else {
            FunctionKind::Other
        }
    }

    fn explained(
        &self,
        statement: &Statement,
        begun: Option<(&LogicalPlan, Option<&Copy>)>,
        used: &Used,
        error: &DataFusionError,
    ) -> Error {
        if let Some(exhausted) = exhausted::explain(&self.ctx, &self.face, error) {
            return statement.error(ErrorKind::Resources, &exhausted);
        }
        let message = messages::of(error);
        if let Some(missing) = self.names.explain_missing(&self.ctx, used, &message) {
            return statement.error(ErrorKind::Table, &missing);
        }
        let plan = begun.map(|(plan, _)| plan);
        if let Some(unknown) = config_values::unknown(&self.ctx, plan, &message) {
            return statement.error(ErrorKind::Query, &unknown);
        }
        let message = causes::explain(&statement.ast, message);
        // A COPY has read its rows.
        let (message, kind) = match begun {
            Some((_, Some(copy))) => (copy.in_words(&message), ErrorKind::Data),
            _ => (message, ErrorKind::Query),
        };
        let message = messages::with_place(message, &used.guessed, &self.face);
        statement.error(kind, &message)
    }
}

/// The KPIs, SHOW and DESCRIBE, and files read as they are now.
fn context(
    resources: &Resources,
    options: &[(String, String)],
) -> Result<(SessionContext, Remarks)> {
    let mut config = resources.configured(SessionConfig::new().with_information_schema(true));
    // Plain folders below a table's folder belong to it.
    config
        .options_mut()
        .execution
        .listing_table_ignore_subdirectory = false;
    // A list of files that is kept would miss those an earlier COPY wrote.
    let runtime = RuntimeEnvBuilder::new().with_object_list_cache_limit(0);
    let runtime = resources.runtime(runtime)?;
    let ctx = SessionContext::new_with_config_rt(config, runtime);
    let remarks = crate::session_support::register_with_remarks(&ctx);
    ctx.add_analyzer_rule(Arc::new(zones::ReadInZone));
    ctx.add_analyzer_rule(Arc::new(arithmetic::CheckArithmetic));
    ctx.add_optimizer_rule(Arc::new(sums::CheckSums));
    let state = ctx.state_ref();
    let mut state = state.write();
    let all = state.config_mut().options_mut();
    for (option, value) in options {
        all.set(option, value)?;
    }
    drop(state);
    Ok((ctx, remarks))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn may_go_to_another_thread(_: impl Future + Send) {}

    /// Faces run them on threads of their own.
    #[expect(dead_code, reason = "it is to compile")]
    fn the_futures_of_a_session(session: &mut Session, statement: &Statement, planned: &Planned) {
        may_go_to_another_thread(session.add_table("orders", "orders.csv"));
        may_go_to_another_thread(session.plan(statement, &[]));
        may_go_to_another_thread(session.begin(statement, &[]));
        may_go_to_another_thread(planned.execute());
    }
}
