//! Statements that there are not, refused before their tables are looked for.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::Statement;

use super::found::Verdict;
use crate::session::error::Refusal;

const TRANSACTIONS: &str = "there are no transactions: files are read as they are, and what COPY writes appears whole; leave BEGIN, COMMIT and ROLLBACK out";

/// Refuses a statement that there is not, with what does its work.
pub(in crate::session) fn check(statement: &Statement) -> Verdict {
    let words = match statement {
        Statement::Truncate(_) => {
            "TRUNCATE is not supported; CREATE OR REPLACE TABLE t AS SELECT * FROM t WHERE false empties a table in \
             memory, and files are removed outside of SQL"
        }
        Statement::Merge(_) => {
            "MERGE is not supported; CREATE OR REPLACE TABLE t AS SELECT coalesce(new.id, old.id) AS id, \
             coalesce(new.amount, old.amount) AS amount FROM old FULL JOIN new ON old.id = new.id has the rows of \
             both"
        }
        Statement::Insert(insert) if insert.replace_into => {
            "REPLACE INTO is not supported; CREATE OR REPLACE TABLE t AS SELECT coalesce(new.id, old.id) AS id, \
             coalesce(new.amount, old.amount) AS amount FROM old FULL JOIN new ON old.id = new.id has the rows of \
             both"
        }
        Statement::CreateIndex(_) => {
            "there are no indexes: leave it out; files are read where a WHERE needs them, and Parquet says what it can leave out"
        }
        Statement::Analyze(_) => {
            "ANALYZE is not supported: files say themselves what is in them; EXPLAIN ANALYZE SELECT … shows what a query takes"
        }
        Statement::Vacuum(_) => "VACUUM is not supported: leave it out",
        Statement::AlterTable(_) => {
            "ALTER TABLE is not supported; CREATE VIEW v AS SELECT * EXCLUDE (a), a AS b, CAST(NULL AS INT) AS c \
             FROM t has other columns and names"
        }
        Statement::AlterView { .. } => {
            "ALTER VIEW is not supported; CREATE OR REPLACE VIEW v AS SELECT … replaces one"
        }
        Statement::StartTransaction { .. }
        | Statement::Commit { .. }
        | Statement::Rollback { .. }
        | Statement::Savepoint { .. } => TRANSACTIONS,
        _ => return ControlFlow::Continue(()),
    };
    ControlFlow::Break(Refusal::new(words))
}
