//! An error of a statement in words: what knows most of it comes first.

use datafusion::error::DataFusionError;
use datafusion::logical_expr::LogicalPlan;

use super::session::Session;
use crate::session::copy::copies::Copy;
use crate::session::error::{Error, ErrorKind};
use crate::session::names::Used;
use crate::session::refused::config_values;
use crate::session::resources::exhausted;
use crate::session::script::Statement;
use crate::session::words::{causes, messages};

impl Session {
    pub(in crate::session) fn explained(
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
        let message = match &used.standard_input {
            Some(input) => input.in_words(&message),
            None => message,
        };
        statement.error(kind, &message)
    }
}
