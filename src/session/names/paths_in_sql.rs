//! Paths that a statement names.

use datafusion::error::Result;
use datafusion::prelude::SessionContext;
use datafusion::sql::parser::Statement as Ast;

use super::sources::{is_ours, normalizes, sources};
use super::tables::NamedTables;
use crate::tables;

impl NamedTables {
    /// The first path that a statement would have opened.
    pub fn path_in(&self, ctx: &SessionContext, statement: &Ast) -> Result<Option<String>> {
        let paths = sources(statement, normalizes(ctx))?
            .into_iter()
            .filter(|source| {
                let exists = ctx.table_exist(source.clone()).unwrap_or(false);
                let is_a_path = !exists && tables::looks_like_a_path(source.table());
                is_ours(ctx, source) && (is_a_path || self.is_path_in_sql(source.table()))
            });
        Ok(paths.map(|source| source.table().to_string()).next())
    }
}
