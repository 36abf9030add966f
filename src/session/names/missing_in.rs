//! Names in FROM that stand for no table. Whoever has tables of another kind, such as the variables of a program, may name them.

use datafusion::error::Result;
use datafusion::prelude::SessionContext;
use datafusion::sql::parser::Statement as Ast;
use datafusion::sql::sqlparser::ast::Statement as Sql;

use super::read_calls::ReadCalls;
use super::sources::{is_ours, normalizes, sources};
use super::tables::NamedTables;
use crate::session::error::Refusal;
use crate::tables;

impl NamedTables {
    /// The names that a statement reads of, and that are neither a table that somebody has named, nor one of the data folder,
    /// nor a path.
    pub fn missing_in(
        &self,
        ctx: &SessionContext,
        statement: &Ast,
    ) -> std::result::Result<Vec<String>, Refusal> {
        let mut ast = statement.clone();
        let calls = ReadCalls::take(&mut ast)?;
        let Some(ast) = what_reads(ast) else {
            return Ok(vec![]);
        };
        // What cannot be resolved cannot be planned either, which says why.
        let read: Result<Vec<_>> = sources(&ast, normalizes(ctx));
        let missing = read.unwrap_or_default().into_iter().filter(|source| {
            let name = source.table();
            is_ours(ctx, source)
                && calls.get(name).is_none()
                && !tables::looks_like_a_path(name)
                && !self.is_path_in_sql(name)
                && !ctx.table_exist(source.clone()).unwrap_or(false)
                && self.in_data_folder(ctx, name).is_none()
        });
        Ok(missing.map(|source| source.table().to_string()).collect())
    }
}

/// The part of a statement that only reads tables. What INSERT writes to has to be a table that stays, and lists of columns are
/// made of such tables.
fn what_reads(ast: Ast) -> Option<Ast> {
    match ast {
        Ast::Statement(sql) => match *sql {
            Sql::Insert(insert) => {
                let source = insert.source?;
                Some(Ast::Statement(Box::new(Sql::Query(source))))
            }
            sql @ (Sql::Query(_)
            | Sql::CreateView(_)
            | Sql::CreateTable(_)
            | Sql::Explain { .. }
            | Sql::ExplainTable { .. }) => Some(Ast::Statement(Box::new(sql))),
            _ => None,
        },
        Ast::Explain(explain) => what_reads(*explain.statement),
        ast @ Ast::CopyTo(_) => Some(ast),
        Ast::CreateExternalTable(_) | Ast::Reset(_) => None,
    }
}
