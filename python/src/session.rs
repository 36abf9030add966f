//! A session as Python holds it.

use std::path::PathBuf;
use std::sync::Arc;

use kpi_sql::session::{self, Data, Face, FileOption, Settings, TableOptions, parse, sizes};
use kpi_sql::tables::{OptionNames, Options};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use tokio::sync::Mutex;

use crate::answer::Answer;
use crate::dataset::Dataset;
use crate::found::Found;
use crate::table::Table;
use crate::waiting::{self, runtime, wait};
use crate::{errors, input, interface, notes, parameters};

/// What messages call the settings.
const FACE: Face = Face {
    memory_limit: "memory_limit",
    threads: "threads",
    spill_dir: "spill_dir",
    spill_limit: "spill_limit",
    infer_rows: "Session(infer_rows=N)",
    raw_files: "Session(raw_files=True)",
    own_table: "session.register(\"NAME\", path)",
    own_table_instead: "register(\"NAME\", path) names your own",
    parameter: "sql(query, NAME=VALUE)",
    read_only: "this session only reads (read_only=True). It has the tables of its folder of data, and those that were \
                registered",
};

/// What messages about files call them.
const OPTION_NAMES: OptionNames = OptionNames {
    types: "Session(types={\"COLUMN\": \"TYPE\"})",
    null: "Session(null=[\"VALUE\"])",
    header: "Session(header=True)",
    no_header: "Session(header=False)",
    delimiter: "Session(delimiter=\"VALUE\")",
    newlines_in_values: "Session(newlines_in_values=True)",
    time_zone: "Session(time_zone=\"VALUE\")",
    date_format: "Session(date_format=\"VALUE\")",
    decimal_separator: "Session(decimal_separator=\"VALUE\")",
    lenient: "Session(lenient=True)",
    max_rejects: "Session(max_rejects=\"VALUE\")",
    quote: "Session(quote='VALUE')",
    escape: "Session(escape=r\"VALUE\")",
    comment: "Session(comment=\"VALUE\")",
    skip: "Session(skip=VALUE)",
    encoding: "Session(encoding=\"VALUE\")",
};

/// The same for a table that was given its options with its name.
const OPTION_NAMES_OF_REGISTER: OptionNames = OptionNames {
    types: "register(..., types={\"COLUMN\": \"TYPE\"})",
    null: "register(..., null=[\"VALUE\"])",
    header: "register(..., header=True)",
    no_header: "register(..., header=False)",
    delimiter: "register(..., delimiter=\"VALUE\")",
    lenient: "register(..., lenient=True)",
    max_rejects: "register(..., max_rejects=\"VALUE\")",
    quote: "register(..., quote='VALUE')",
    escape: "register(..., escape=r\"VALUE\")",
    comment: "register(..., comment=\"VALUE\")",
    skip: "register(..., skip=VALUE)",
    encoding: "register(..., encoding=\"VALUE\")",
    date_format: "register(..., date_format=\"VALUE\")",
    decimal_separator: "register(..., decimal_separator=\"VALUE\")",
    ..OPTION_NAMES
};

/// Options that are written as texts.
fn file_options(named: Vec<(String, String)>) -> PyResult<Vec<FileOption>> {
    let options = named.into_iter().map(|(name, value)| {
        let read = FileOption::read(&name, &value);
        read.map_err(|words| errors::setting(format!("{name}: {words}; got {value:?}")))
    });
    options.collect()
}

/// The native half of kpi_sql.Session, which has the documentation.
#[pyclass(frozen, module = "kpi_sql._native")]
pub struct Session {
    session: Arc<Mutex<session::Session>>,
    threads: Option<usize>,
}

#[pymethods]
impl Session {
    #[new]
    #[pyo3(signature = (*, data=None, memory_limit=None, threads=None, spill_dir=None, spill_limit=None, infer_rows=None, raw_files=false, delimiter=None, header=None, null=vec![], types=vec![], time_zone=None, newlines_in_values=false, files=vec![], rejects=None, storage=vec![], config=vec![]))]
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
        raw_files: bool,
        delimiter: Option<u8>,
        header: Option<bool>,
        null: Vec<String>,
        types: Vec<(String, String)>,
        time_zone: Option<String>,
        newlines_in_values: bool,
        files: Vec<(String, String)>,
        rejects: Option<PathBuf>,
        storage: Vec<(String, String)>,
        config: Vec<(String, String)>,
    ) -> PyResult<Self> {
        let mut settings = Settings::new(FACE);
        if let Some(folder) = data {
            if !folder.to_string_lossy().contains("://") && !folder.is_dir() {
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
            raw_files,
            header,
            null,
            time_zone,
            newlines_in_values,
            option_names: OPTION_NAMES,
            ..usual
        };
        for option in file_options(files)? {
            option.apply(&mut settings.files);
        }
        settings.rejects = rejects;
        for (name, value) in storage {
            let set = settings.storage.set(&name, &value);
            set.map_err(|why| errors::setting(format!("storage: {why}")))?;
        }
        settings.types = types;
        settings.config = config;
        let session = session::Session::new(&settings).map_err(errors::raised)?;
        session.on_waiting(waiting::told);
        Ok(Self {
            session: Arc::new(Mutex::new(session)),
            threads,
        })
    }

    /// From here on, statements write nothing, open no file of their own and change no limit.
    fn only_read(&self, py: Python<'_>) {
        let mut session = py.detach(|| self.session.blocking_lock());
        session.only_read();
    }

    /// Names a path, with options of its own.
    #[pyo3(signature = (name, path, *, delimiter=None, header=None, null=vec![], types=vec![], files=vec![]))]
    #[expect(
        clippy::too_many_arguments,
        reason = "they are the keywords of a Python method"
    )]
    fn register_path(
        &self,
        py: Python<'_>,
        name: String,
        path: String,
        delimiter: Option<u8>,
        header: Option<bool>,
        null: Vec<String>,
        types: Vec<(String, String)>,
        files: Vec<(String, String)>,
    ) -> PyResult<()> {
        let mut options: Vec<_> = null.into_iter().map(FileOption::Null).collect();
        options.extend(delimiter.map(FileOption::Delimiter));
        options.extend(header.map(FileOption::Header));
        options.extend(file_options(files)?);
        let options = TableOptions {
            options,
            types,
            option_names: Some(OPTION_NAMES_OF_REGISTER),
        };
        let session = Arc::clone(&self.session);
        let added = async move {
            let mut session = session.lock().await;
            let added = session.add_table_with(&name, &path, options).await;
            let of_call = |e: session::Error| {
                e.with(|message| format!("register(\"{name}\", \"{path}\"): {message}"))
            };
            (added.map_err(of_call), session.take_notes())
        };
        let runtime = runtime(self.threads)?;
        let (added, told) = wait(py, &runtime, added, |_| Ok(()))?;
        notes::warn_of(py, added.map_err(errors::raised), told)
    }

    /// Refuses options of files that were for no table and no column so far.
    fn check_options(&self, py: Python<'_>) -> PyResult<()> {
        let session = py.detach(|| self.session.blocking_lock());
        session.check_file_options().map_err(errors::raised)
    }

    /// The rows of an Arrow stream, which is read to its end. Messages call it `what`.
    fn stream(&self, py: Python<'_>, what: &str, stream: &Bound<'_, PyAny>) -> PyResult<Table> {
        let (n_partitions, batch_size) = {
            let session = py.detach(|| self.session.blocking_lock());
            let state = session.context().state();
            (
                state.config().target_partitions(),
                state.config().batch_size(),
            )
        };
        let table = input::table(what, stream, n_partitions, batch_size)?;
        Ok(Table(Arc::new(table)))
    }

    /// A dataset of PyArrow, of which a query reads what it needs.
    #[expect(
        clippy::unused_self,
        reason = "each kind of table is made by a session"
    )]
    fn dataset(&self, what: &str, dataset: &Bound<'_, PyAny>) -> PyResult<Table> {
        Ok(Table(Arc::new(Dataset::new(what, dataset)?)))
    }

    /// A table of another package that has DataFusion's interface for tables.
    fn other_table(&self, what: &str, object: &Bound<'_, PyAny>) -> PyResult<Table> {
        interface::table(what, object).map(Table)
    }

    /// Names a table.
    fn register_table(&self, py: Python<'_>, name: &str, table: &Table) -> PyResult<()> {
        let mut session = py.detach(|| self.session.blocking_lock());
        session
            .add_provider(name, Arc::clone(&table.0))
            .map_err(errors::raised)
    }

    /// Forgets a table; says whether there was one.
    fn deregister(&self, py: Python<'_>, name: &str) -> PyResult<bool> {
        let mut session = py.detach(|| self.session.blocking_lock());
        session.remove_table(name).map_err(errors::raised)
    }

    /// Begins the statements of a text one after the other; gives the answer to the last one. The rows of the others are
    /// not read, but for COPY and INSERT, whose work is to be read. With `one_query` the text has to be one statement with a
    /// result. `find` is asked for tables that nobody has named: it gives one, words about something else of that name, or None.
    #[pyo3(signature = (text, values, one_query=false, find=None))]
    fn sql(
        &self,
        py: Python<'_>,
        text: &str,
        values: &Bound<'_, PyDict>,
        one_query: bool,
        find: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Answer> {
        let runtime = runtime(self.threads)?;
        let values = parameters::values(values)?;
        let text = text.to_string();
        // A statement can be nested deeply, and the engine's threads have the stacks for it.
        let statements = wait(py, &runtime, async move { parse("query", &text) }, |_| {
            Ok(())
        })?;
        let statements = statements.map_err(errors::raised)?;
        if one_query && !matches!(&statements[..], [one] if one.has_result()) {
            return Err(errors::query(
                "one statement with a result is expected, and nothing beside it: SELECT, EXPLAIN, SHOW or DESCRIBE".to_string(),
            ));
        }
        let checked = {
            let session = py.detach(|| self.session.blocking_lock());
            session.check_parameters(&statements, &values)
        };
        checked.map_err(errors::raised)?;
        let mut last: Option<Answer> = None;
        for statement in statements {
            if let Some(answer) = last.take() {
                answer.finish(py)?;
            }
            // Deep ones are not copied on Python's small stack.
            let statement = Arc::new(statement);
            let found = match find {
                Some(find) => Found::of(py, &runtime, &self.session, &statement, find)?,
                None => Found::default(),
            };
            let (session, values) = (Arc::clone(&self.session), values.clone());
            let begun = async move {
                let (planned, mut notes) = {
                    let mut session = session.lock().await;
                    let planned = found.plan(&mut session, &statement, &values).await;
                    (planned, session.take_notes())
                };
                let planned = match planned {
                    Ok(planned) => planned,
                    Err(error) => return (Err(error), notes),
                };
                // CREATE TABLE … AS reads its rows here, and other threads go on with the session.
                let executed = planned.execute().await;
                let mut session = session.lock().await;
                let answer = session.answer(planned, executed);
                notes.extend(session.take_notes());
                if let Ok(answer) = &answer
                    && answer.what == session::What::Nothing
                {
                    notes.extend(answer.take_notes());
                }
                (answer, notes)
            };
            let (answer, told) = wait(py, &runtime, begun, |_| Ok(()))?;
            let answer = notes::warn_of(py, answer.map_err(errors::raised), told)?;
            last = Some(Answer::new(answer, self.threads));
        }
        last.ok_or_else(|| errors::failed("a text without statements was parsed".to_string()))
    }
}
