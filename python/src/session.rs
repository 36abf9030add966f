//! A session as Python holds it.

use std::path::PathBuf;
use std::sync::Arc;

use kpi_sql::session::{self, Data, Face, Settings, parse, sizes};
use kpi_sql::tables::Options;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use tokio::sync::Mutex;

use crate::answer::Answer;
use crate::waiting::{runtime, wait};
use crate::{errors, input, parameters};

/// What messages call the settings.
const FACE: Face = Face {
    memory_limit: "memory_limit",
    threads: "threads",
    spill_dir: "spill_dir",
    spill_limit: "spill_limit",
    infer_rows: "Session(infer_rows=N)",
    own_table: "session.register(\"NAME\", path)",
    own_table_instead: "register(\"NAME\", path) names your own",
};

/// The native half of kpi_sql.Session, which has the documentation.
#[pyclass(frozen, module = "kpi_sql._native")]
pub struct Session {
    session: Arc<Mutex<session::Session>>,
    threads: Option<usize>,
}

#[pymethods]
impl Session {
    #[new]
    #[pyo3(signature = (*, data=None, memory_limit=None, threads=None, spill_dir=None, spill_limit=None, infer_rows=None, delimiter=None, config=vec![]))]
    #[expect(
        clippy::too_many_arguments,
        reason = "they are the keywords of a Python class"
    )]
    fn new(
        data: Option<PathBuf>,
        memory_limit: Option<&str>,
        threads: Option<usize>,
        spill_dir: Option<PathBuf>,
        spill_limit: Option<&str>,
        infer_rows: Option<usize>,
        delimiter: Option<u8>,
        config: Vec<(String, String)>,
    ) -> PyResult<Self> {
        let mut settings = Settings::new(FACE);
        if let Some(folder) = data {
            if !folder.is_dir() {
                return Err(errors::setting(format!(
                    "data: there is no folder {}",
                    folder.display()
                )));
            }
            settings.data = Data::Chosen(folder);
        }
        if let Some(limit) = memory_limit {
            let read = sizes::memory_limit(limit);
            settings.memory_limit = read.map_err(|why| {
                errors::setting(format!("memory_limit: {limit:?} is no size; {why}"))
            })?;
        }
        if let Some(limit) = spill_limit {
            let read = sizes::spill_limit(limit);
            settings.spill_limit = read.map_err(|why| {
                errors::setting(format!("spill_limit: {limit:?} is no size; {why}"))
            })?;
        }
        settings.spill_dir = spill_dir;
        settings.threads = threads;
        let usual = Options::default();
        settings.files = Options {
            delimiter,
            infer_rows: infer_rows.unwrap_or(usual.infer_rows),
            ..usual
        };
        settings.config = config;
        let session = session::Session::new(&settings).map_err(errors::raised)?;
        Ok(Self {
            session: Arc::new(Mutex::new(session)),
            threads,
        })
    }

    /// Names a path; gives the notes.
    fn register_path(&self, py: Python<'_>, name: String, path: String) -> PyResult<Vec<String>> {
        let session = Arc::clone(&self.session);
        let added = async move {
            let mut session = session.lock().await;
            let added = session.add_table(&name, &path).await;
            let notes = session.take_notes();
            let of_call = |e: session::Error| {
                e.with(|message| format!("register(\"{name}\", \"{path}\"): {message}"))
            };
            added.map_err(of_call)?;
            Ok(notes)
        };
        let runtime = runtime(self.threads)?;
        wait(py, &runtime, added, |_| Ok(()))?.map_err(errors::raised)
    }

    /// Names the rows of an Arrow stream, which is read to its end.
    fn register_stream(
        &self,
        py: Python<'_>,
        name: String,
        stream: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        let (n_partitions, batch_size) = {
            let session = py.detach(|| self.session.blocking_lock());
            let state = session.context().state();
            (
                state.config().target_partitions(),
                state.config().batch_size(),
            )
        };
        let table = input::table(&name, stream, n_partitions, batch_size)?;
        let mut session = py.detach(|| self.session.blocking_lock());
        session
            .add_provider(&name, Arc::new(table))
            .map_err(errors::raised)
    }

    /// Forgets a table; says whether there was one.
    fn deregister(&self, py: Python<'_>, name: &str) -> PyResult<bool> {
        let mut session = py.detach(|| self.session.blocking_lock());
        session.remove_table(name).map_err(errors::raised)
    }

    /// Begins the statements of a text one after the other; gives the answer to the last one, and notes. The rows of
    /// the others are not read, but for COPY and INSERT, whose work is to be read.
    fn sql(
        &self,
        py: Python<'_>,
        text: &str,
        values: &Bound<'_, PyDict>,
    ) -> PyResult<(Answer, Vec<String>)> {
        let runtime = runtime(self.threads)?;
        let values = parameters::values(values)?;
        let text = text.to_string();
        // A statement can be nested deeply, and the engine's threads have the stacks for it.
        let statements = wait(py, &runtime, async move { parse("query", &text) }, |_| {
            Ok(())
        })?;
        let statements = statements.map_err(errors::raised)?;
        if statements.len() > 1 && !values.is_empty() {
            return Err(PyValueError::new_err(format!(
                "parameters belong to one statement, and these are {}; call sql() for each of them",
                statements.len()
            )));
        }
        let mut notes = vec![];
        let mut last = None;
        for statement in statements {
            let (session, values) = (Arc::clone(&self.session), values.clone());
            let begun = async move {
                let (planned, notes) = {
                    let mut session = session.lock().await;
                    let planned = session.plan(&statement, &values).await;
                    (planned?, session.take_notes())
                };
                // CREATE TABLE … AS reads its rows here, and other threads go on with the session.
                let executed = planned.execute().await;
                let answer = session.lock().await.answer(planned, executed)?;
                Ok((answer, notes))
            };
            if let Some(answer) = last.take() {
                finish(py, &answer)?;
            }
            let (answer, told) = wait(py, &runtime, begun, |_| Ok(()))?.map_err(errors::raised)?;
            notes.extend(told);
            let threads = self.threads;
            last = Some(Answer { answer, threads });
        }
        match last {
            Some(answer) => Ok((answer, notes)),
            None => Err(errors::failed(
                "a text without statements was parsed".to_string(),
            )),
        }
    }
}

/// Lets a COPY or INSERT do its work before the next statement begins.
fn finish(py: Python<'_>, answer: &Answer) -> PyResult<()> {
    match answer.answer.what {
        session::What::Written => answer.collect(py, None).map(|_| ()),
        session::What::Rows | session::What::Nothing => Ok(()),
    }
}
