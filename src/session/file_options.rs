//! Which options of files are for which table.

use std::collections::BTreeSet;

use datafusion::common::plan_err;
use datafusion::error::Result;

use super::settings::Settings;
use crate::tables::{Options, closest};

/// An option for one table.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileOption {
    /// What separates the values of its CSV files.
    Delimiter(u8),
    /// Whether its CSV files have a header line.
    Header(bool),
    /// A text that means NULL.
    Null(String),
}

/// The options of all tables, and what was asked for of them.
pub(super) struct FileOptions {
    all: Options,
    of_tables: Vec<(String, FileOption)>,
    types: Vec<(String, String)>,
    /// The tables and columns that there were.
    tables: BTreeSet<String>,
    columns: BTreeSet<String>,
}

impl FileOptions {
    pub fn new(settings: &Settings) -> Self {
        Self {
            all: settings.files.clone(),
            of_tables: settings.file_options.clone(),
            types: settings.types.clone(),
            tables: BTreeSet::new(),
            columns: BTreeSet::new(),
        }
    }

    /// The options of all tables.
    pub fn of_all(&self) -> &Options {
        &self.all
    }

    /// The options of a table, and the types of columns that it may have.
    pub fn of(&mut self, table: &str) -> (Options, Vec<(String, String)>) {
        self.tables.insert(table.to_string());
        let mut options = self.all.clone();
        for (_, option) in self.of_tables.iter().filter(|(name, _)| name == table) {
            match option {
                FileOption::Delimiter(delimiter) => options.delimiter = Some(*delimiter),
                FileOption::Header(header) => options.header = Some(*header),
                FileOption::Null(text) => options.null.push(text.clone()),
            }
        }
        let mut if_there = vec![];
        for (column, data_type) in &self.types {
            match of_table(column, table) {
                Some(column) => options.types.push((column.to_string(), data_type.clone())),
                None => if_there.push((column.clone(), data_type.clone())),
            }
        }
        (options, if_there)
    }

    /// A table with these columns was opened. A type for one with a name close to theirs is a slip.
    pub fn seen(&mut self, columns: &[String]) -> Result<()> {
        self.columns.extend(columns.iter().cloned());
        for (column, data_type) in self.unused_types() {
            if let Some(near) = closest(column, columns.iter().map(String::as_str)) {
                let call = self.call(column, data_type);
                return plan_err!("{call}: there is no column {column}; did you mean {near}?");
            }
        }
        Ok(())
    }

    /// Refuses what was for no table and no column of all that were opened.
    pub fn check<'a>(&self, opened: impl Iterator<Item = &'a str>) -> Result<()> {
        let opened: Vec<&str> = opened.collect();
        let all = opened.join(", ");
        if let Some((column, data_type)) = self.unused_types().next() {
            let call = self.call(column, data_type);
            let columns = self.columns.iter().cloned().collect::<Vec<_>>().join(", ");
            return plan_err!(
                "{call}: no table that was read has a column {column}\n  tables: {all}\n  columns: {columns}"
            );
        }
        let is_unused = |(table, _): &&(String, FileOption)| !self.tables.contains(table);
        if let Some((table, _)) = self.of_tables.iter().find(is_unused) {
            let near = closest(table, opened.iter().copied());
            let near = near.map_or(String::new(), |near| format!("; did you mean {near}?"));
            return plan_err!(
                "an option is for the table {table}, but no such table was read{near}\n  tables: {all}"
            );
        }
        Ok(())
    }

    fn unused_types(&self) -> impl Iterator<Item = &(String, String)> {
        self.types.iter().filter(|(column, _)| {
            let of_a_table = self
                .tables
                .iter()
                .any(|table| of_table(column, table).is_some());
            !of_a_table && !self.columns.contains(column)
        })
    }

    fn call(&self, column: &str, data_type: &str) -> String {
        self.all.words.types(column, data_type)
    }
}

/// The column of `table.column`.
fn of_table<'a>(column: &'a str, table: &str) -> Option<&'a str> {
    column
        .strip_prefix(table)?
        .strip_prefix('.')
        .filter(|column| !column.is_empty())
}
