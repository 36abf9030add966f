//! Tables that a statement names and only its caller knows, such as variables of a program.

use std::sync::Arc;

use datafusion::catalog::TableProvider;
use kpi_sql::session::{Error, ErrorKind, Parameter, Planned, Session, Statement};
use pyo3::prelude::*;
use tokio::runtime::Runtime;
use tokio::sync::Mutex;

use crate::table::Table;
use crate::waiting::wait;

/// What there is for the names in FROM that stand for no table.
#[derive(Default)]
pub struct Found {
    tables: Vec<(String, Arc<dyn TableProvider>)>,
    /// What is said of the others where the statement fails.
    words: Vec<String>,
}

impl Found {
    /// Asks `find` for each name.
    pub fn of(
        py: Python<'_>,
        runtime: &Runtime,
        session: &Arc<Mutex<Session>>,
        statement: &Arc<Statement>,
        find: &Bound<'_, PyAny>,
    ) -> PyResult<Self> {
        let (session, statement) = (Arc::clone(session), Arc::clone(statement));
        let missing = async move { session.lock().await.missing_tables(&statement) };
        let mut found = Self::default();
        for name in wait(py, runtime, missing, |_| Ok(()))? {
            let there = find.call1((&name,))?;
            if let Ok(table) = there.cast::<Table>() {
                found.tables.push((name, Arc::clone(&table.get().0)));
            } else if !there.is_none() {
                found.words.push(there.extract()?);
            }
        }
        Ok(found)
    }

    /// Plans the statement, in which the names stand for these tables; in the next one they do so no more.
    pub async fn plan(
        self,
        session: &mut Session,
        statement: &Statement,
        values: &[Parameter],
    ) -> Result<Planned, Error> {
        // Another thread may have given one of the names to a table meanwhile.
        let missing = match self.tables.is_empty() {
            true => vec![],
            false => session.missing_tables(statement),
        };
        let mut tables = self.tables;
        tables.retain(|(name, _)| missing.contains(name));
        let mut lent = LentTables {
            session,
            names: vec![],
        };
        for (name, table) in tables {
            lent.session.add_provider(&name, table)?;
            lent.names.push(name);
        }
        let planned = lent.session.plan(statement, values).await;
        drop(lent);
        planned.map_err(|error| match error.kind() {
            ErrorKind::Table => error.with(|message| {
                let words = self.words.iter().map(|words| format!("\n  {words}"));
                let words: String = words.collect();
                match message.split_once('\n') {
                    Some((first, rest)) => format!("{first}{words}\n{rest}"),
                    None => format!("{message}{words}"),
                }
            }),
            _ => error,
        })
    }
}

/// Tables that a session has as long as this is there: also where whoever waits for a plan gives it up, as with Ctrl-C.
struct LentTables<'a> {
    session: &'a mut Session,
    names: Vec<String>,
}

impl Drop for LentTables<'_> {
    fn drop(&mut self) {
        for name in &self.names {
            // It was there a moment ago.
            let _ = self.session.remove_table(name);
        }
    }
}
