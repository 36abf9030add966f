//! Sessions that only read: nothing is written, no file is opened that was not named before, no limit is raised.

use datafusion::sql::parser::Statement as Ast;

use super::session::Session;
use crate::session::error::{Error, ErrorKind};
use crate::session::names::ReadCalls;
use crate::session::refused::read_only;
use crate::session::script::Statement;

impl Session {
    /// From here on, statements write nothing, open no file of their own and change no limit. Tables that were added, and
    /// those of the folder of data, are read as before.
    pub fn only_read(&mut self) {
        self.only_reads = true;
    }

    /// Refuses, before anything is opened, statements that name files.
    pub(in crate::session) fn check_sources(
        &self,
        statement: &Statement,
        calls: &ReadCalls,
    ) -> Result<(), Error> {
        let refused = |what: String| {
            let refusal = read_only::refusal(&what, &self.face);
            statement.error(ErrorKind::Query, &refusal.to_string())
        };
        if matches!(&statement.ast, Ast::CreateExternalTable(_)) {
            return Err(refused("CREATE EXTERNAL TABLE opens files".to_string()));
        }
        if matches!(&statement.ast, Ast::CopyTo(_)) {
            return Err(refused("COPY writes files".to_string()));
        }
        if let Some(call) = calls.first() {
            return Err(refused(format!("FROM {call} opens a file")));
        }
        match self.names.path_in(&self.ctx, &statement.ast) {
            Ok(Some(path)) => Err(refused(format!("FROM '{path}' opens a file"))),
            // What cannot be resolved cannot be planned either, which says why.
            Ok(None) | Err(_) => Ok(()),
        }
    }
}
