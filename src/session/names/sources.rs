//! The tables that a statement reads.

use datafusion::common::TableReference;
use datafusion::error::Result;
use datafusion::prelude::SessionContext;
use datafusion::sql::parser::Statement as Ast;
use datafusion::sql::resolve::resolve_table_references;
use datafusion::sql::sqlparser::ast::Statement as Sql;

/// The schema of the lists: tables, columns, settings.
const INFORMATION_SCHEMA: &str = "information_schema";

/// Whether a statement asks which tables there are. SHOW ALL and SHOW FUNCTIONS name all lists to DataFusion.
pub(super) fn lists_tables(statement: &Ast, sources: &[TableReference]) -> bool {
    let Ast::Statement(sql) = statement else {
        return false;
    };
    match sql.as_ref() {
        Sql::ShowTables { .. } | Sql::ShowColumns { .. } => true,
        Sql::Query(_) | Sql::CreateView(_) | Sql::CreateTable(_) => sources.iter().any(|r| {
            r.schema() == Some(INFORMATION_SCHEMA)
                && matches!(r.table(), "tables" | "columns" | "views")
        }),
        _ => false,
    }
}

/// Whether a name stands for the tables that are opened here: `orders`, and `public.orders`, which is the same.
pub(in crate::session) fn is_ours(ctx: &SessionContext, reference: &TableReference) -> bool {
    let state = ctx.state_ref();
    let state = state.read();
    let usual = &state.config().options().catalog;
    let is = |part: Option<&str>, usual: &str| part.is_none_or(|part| part == usual);
    is(reference.catalog(), &usual.default_catalog) && is(reference.schema(), &usual.default_schema)
}

/// Whether names without quotes are read in lower case, as a session is set.
pub(in crate::session) fn normalizes(ctx: &SessionContext) -> bool {
    let state = ctx.state_ref();
    let state = state.read();
    state.config_options().sql_parser.enable_ident_normalization
}

/// The tables a statement reads, without those it is about to create or to drop.
pub(in crate::session) fn sources(statement: &Ast, normalize: bool) -> Result<Vec<TableReference>> {
    let of_query = |query| {
        let query = Ast::Statement(Box::new(Sql::Query(query)));
        resolve_table_references(&query, normalize).map(|(tables, _)| tables)
    };
    match statement {
        Ast::CreateExternalTable(_) | Ast::Reset(_) => Ok(vec![]),
        Ast::Statement(sql) => match sql.as_ref() {
            Sql::CreateView(view) => of_query(view.query.clone()),
            Sql::CreateTable(table) => table.query.clone().map_or(Ok(vec![]), of_query),
            Sql::Drop { .. } => Ok(vec![]),
            _ => Ok(resolve_table_references(statement, normalize)?.0),
        },
        _ => Ok(resolve_table_references(statement, normalize)?.0),
    }
}
