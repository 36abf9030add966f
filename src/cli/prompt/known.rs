//! What the names that somebody may type stand for: tables, columns, functions.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use datafusion::prelude::SessionContext;
use tokio::runtime::Handle;

use crate::kpi;
use crate::session::Session;

/// The longest call that is shown in a list of them.
const LONGEST_CALL: usize = 70;

/// What can be named now.
pub(super) struct Known {
    session: Rc<RefCell<Session>>,
    runtime: Handle,
    /// Tables of settings that nobody has opened yet.
    config_tables: Vec<String>,
    functions: BTreeMap<String, Vec<String>>,
    kpis: Vec<String>,
}

impl Known {
    /// What a session knows, with the names of tables that it may get to know.
    pub fn new(
        session: &Rc<RefCell<Session>>,
        runtime: &Handle,
        config_tables: Vec<String>,
    ) -> Self {
        let functions = functions(session.borrow().context());
        let kpis = kpi::all().flat_map(|kpi| kpi.aliases.iter().copied().chain([kpi.name]));
        Self {
            session: Rc::clone(session),
            runtime: runtime.clone(),
            config_tables,
            functions,
            kpis: kpis.map(String::from).collect(),
        }
    }

    /// The tables.
    pub fn tables(&self) -> Vec<String> {
        let mut tables = self.session.borrow().table_names();
        tables.extend(self.config_tables.iter().cloned());
        tables.sort();
        tables.dedup();
        tables
    }

    /// The columns of the tables that a text names; where it names none, those of all tables that are open.
    pub fn columns(&self, text: &str) -> Vec<String> {
        let words: Vec<&str> = text
            .split(|c: char| !(c.is_alphanumeric() || c == '_'))
            .collect();
        let tables = self.session.borrow().table_names();
        let is_named = |table: &&String| words.iter().any(|word| word.eq_ignore_ascii_case(table));
        let named: Vec<&String> = tables.iter().filter(is_named).collect();
        let mut columns = vec![];
        let mut session = self.session.borrow_mut();
        for table in &named {
            columns.extend(self.runtime.block_on(session.columns_of(table)));
        }
        columns.sort();
        columns.dedup();
        columns
    }

    /// Every function by its name, with the calls of it.
    pub fn functions(&self) -> &BTreeMap<String, Vec<String>> {
        &self.functions
    }

    /// The names and aliases of the KPIs.
    pub fn kpis(&self) -> &[String] {
        &self.kpis
    }
}

/// The functions of a session with the calls of them, as their documentation has them.
fn functions(ctx: &SessionContext) -> BTreeMap<String, Vec<String>> {
    let state = ctx.state();
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let aggregates = state.aggregate_functions().iter();
    let scalars = state.scalar_functions().iter();
    let windows = state.window_functions().iter();
    let documented = aggregates
        .map(|(name, function)| (name, function.documentation().cloned()))
        .chain(scalars.map(|(name, function)| (name, function.documentation().cloned())))
        .chain(windows.map(|(name, function)| (name, function.documentation().cloned())));
    for (name, documentation) in documented {
        let calls = all.entry(name.clone()).or_default();
        let Some(documentation) = documentation else {
            continue;
        };
        // An alias has the documentation of its function.
        let of_name = documentation.syntax_example.split("; ").filter_map(|call| {
            let (_, arguments) = call.trim().split_once('(')?;
            Some(format!("{name}({arguments}"))
        });
        let shown = of_name.filter(|call| call.len() <= LONGEST_CALL && !call.contains('\n'));
        calls.extend(shown);
        calls.dedup();
    }
    all
}
