//! The way of a statement: refused or noted, planned, rewritten, begun.

use datafusion::error::Result;
use datafusion::prelude::DataFrame;

use super::answer::{Answer, What, met};
use super::planned::Planned;
use super::session::Session;
use crate::session::copy::{copies, copy_rows};
use crate::session::counted::{not_in, unnested};
use crate::session::error::{Error, ErrorKind};
use crate::session::names::ReadCalls;
use crate::session::noted::{mixed, suspects, times};
use crate::session::parameters::{Parameter, bound, say_spans};
use crate::session::refused::ignored::{self, FunctionKind};
use crate::session::refused::{
    config_values, dates, guessed, named, narrowed, natural, numbers_as_times, read_only,
};
use crate::session::resources::SetResource;
use crate::session::rewritten::{coerced, zones};
use crate::session::script::Statement;
use crate::session::words::{dialects, messages};

impl Session {
    /// Plans a statement and begins it: SET, CREATE, DROP and COPY have happened when this returns, a query has not read
    /// a row. Each of `parameters` is the value of a `$name`, in this statement or in others of the run:
    /// [`check_parameters`](Self::check_parameters) says which are of none.
    ///
    /// # Errors
    /// What is wrong with the statement, with its place before and its text after.
    pub async fn begin(
        &mut self,
        statement: &Statement,
        parameters: &[Parameter],
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
        parameters: &[Parameter],
    ) -> Result<Planned, Error> {
        let mut statement = statement.clone();
        let calls = ReadCalls::take(&mut statement.ast)
            .map_err(|problem| statement.error(ErrorKind::Query, &problem.to_string()))?;
        let statement = &statement;
        ignored::check(&statement.ast, &|name| self.kind_of(name))
            .map_err(|problem| statement.error(ErrorKind::Query, &problem.to_string()))?;
        if let Some(note) = dialects::brackets(&statement.ast) {
            self.names.note(vec![note]);
        }
        if self.only_reads {
            self.check_sources(statement, &calls)?;
        }
        let used = self
            .names
            .prepare(&self.ctx, &statement.ast, &calls)
            .await
            .map_err(|e| statement.error(ErrorKind::Table, &messages::of(&e)))?;
        let mut ast = statement.ast.clone();
        say_spans(&mut ast, parameters, statement.defaults());
        dates::translate(&mut ast)
            .map_err(|problem| statement.error(ErrorKind::Query, &problem.to_string()))?;
        let named = named::in_order(&mut ast)
            .map_err(|problem| statement.error(ErrorKind::Query, &problem.to_string()))?;
        let copy = copies::begin(&mut ast, &self.unfinished, &self.store_access())
            .map_err(|problem| statement.error(ErrorKind::Output, &problem.to_string()))?;
        let mut state = self.ctx.state();
        if let Some(zone) = self.names.zone_of_columns(&statement.ast) {
            let options = state.config_mut().options_mut();
            options.execution.time_zone.get_or_insert(zone);
        }
        let planned = state.statement_to_plan(ast).await;
        match &planned {
            Ok(plan) => {
                let columns = guessed::columns(plan);
                let shown = guessed::shown(plan);
                self.names.asked_for(|name, of_shown| {
                    columns.contains(name) || of_shown && shown.contains(name)
                });
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
                self.names.asked_for(|name, _| text.contains(name));
                self.names.look_at_texts(&self.ctx, &text).await;
            }
        }
        let plan = planned.map_err(|e| self.explained(statement, None, &used, &e))?;
        if self.only_reads {
            read_only::check(&plan, &self.face)
                .map_err(|problem| statement.error(ErrorKind::Query, &problem.to_string()))?;
        }
        numbers_as_times::check(&plan)
            .and_then(|()| narrowed::check(&statement.ast, &plan))
            .and_then(|()| named::check(&named, &plan))
            .and_then(|()| natural::check(&statement.ast, &plan))
            .map_err(|problem| statement.error(ErrorKind::Query, &problem.to_string()))?;
        config_values::check(&plan)
            .map_err(|problem| statement.error(ErrorKind::Query, &problem.to_string()))?;
        let plan = bound(
            &self.ctx,
            plan,
            parameters,
            statement.defaults(),
            &self.face,
        )
        .map_err(|problem| statement.error(ErrorKind::Query, &problem.to_string()))?;
        // The value of a parameter may be a number as well, and has no type before it is bound.
        numbers_as_times::check(&plan).map_err(|problem| {
            let words = format!(
                "{problem}. Where the number is the value of a $name, write the $name in its place"
            );
            statement.error(ErrorKind::Query, &words)
        })?;
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
            watch: self.watch(),
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
        let has_read_rows = planned.has_read_rows();
        let Planned {
            plan,
            tallies,
            copy,
            statement,
            used,
            ctx,
            watch,
        } = planned;
        let begun = Some((&plan, copy.as_ref()));
        let frame = match executed {
            Ok(frame) => frame,
            Err(e) => {
                // No answer will tell what was met in the rows of COPY and CREATE TABLE until then.
                self.names.note(met(&ctx, &tallies, &self.remarks));
                return Err(self.explained(&statement, begun, &used, &e));
            }
        };
        if let Some(set) = SetResource::of(&plan) {
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
            standard_input: used.standard_input,
            ctx,
            face: self.face,
            remarks: self.remarks.clone(),
            watch,
            has_read_rows,
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
