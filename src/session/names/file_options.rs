//! Which options of files are for which table.

use std::collections::{BTreeMap, BTreeSet};

use datafusion::common::plan_err;
use datafusion::error::Result;

use crate::session::error::Refusal;
use crate::session::settings::{FileOption, Settings, TableOptions};
use crate::tables::{Options, closest};

/// Refuses two types for one column.
pub(in crate::session) fn check_types(
    types: &[(String, String)],
) -> std::result::Result<(), Refusal> {
    for (i, (column, data_type)) in types.iter().enumerate() {
        let other = types[..i].iter().find(|(known, _)| known == column);
        if let Some((_, other)) = other.filter(|(_, other)| !other.eq_ignore_ascii_case(data_type))
        {
            return Err(Refusal::new(format!(
                "{column} is given two types, {other} and {data_type}, but can have only one; TABLE.{column} sets it for one table"
            )));
        }
    }
    Ok(())
}

/// The options of all tables, and what was asked for of them.
pub(super) struct FileOptions {
    all: Options,
    of_tables: Vec<(String, FileOption)>,
    types: Vec<(String, String)>,
    /// What tables were given with their names, before the options that the session has for them.
    own: BTreeMap<String, TableOptions>,
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
            own: BTreeMap::new(),
            tables: BTreeSet::new(),
            columns: BTreeSet::new(),
        }
    }

    /// The options of all tables.
    pub fn of_all(&self) -> &Options {
        &self.all
    }

    /// The types of columns of all tables.
    pub fn types(&self) -> &[(String, String)] {
        &self.types
    }

    /// Gives a table options of its own; gives back those that it had.
    pub fn set_own(&mut self, table: &str, own: Option<TableOptions>) -> Option<TableOptions> {
        match own {
            Some(own) => self.own.insert(table.to_string(), own),
            None => self.own.remove(table),
        }
    }

    /// The options of a table, and the types of columns that it may have.
    pub fn of(&mut self, table: &str) -> (Options, Vec<(String, String)>) {
        self.tables.insert(table.to_string());
        let mut options = self.all.clone();
        let own = self.own.get(table);
        let of_session = self.of_tables.iter().filter(|(name, _)| name == table);
        let of_session = of_session.map(|(_, option)| option);
        let of_session = of_session.map(|option| (option, &self.all.option_names));
        let of_own = own.iter().flat_map(|own| {
            let words = own.option_names.as_ref().unwrap_or(&self.all.option_names);
            own.options.iter().map(move |option| (option, words))
        });
        for (option, words) in of_session.chain(of_own) {
            option.apply(&mut options);
            options
                .of_texts
                .extend(option.is_of_texts().then(|| option.call(words)));
        }
        if let Some(own) = own {
            // The first type of a column holds.
            options.types.extend(own.types.clone());
            options.option_names = own.option_names.unwrap_or(options.option_names);
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
        // One of a certain table may be for one that is still to come.
        let of_any_table = self.unused_types().filter(|(c, _)| !c.contains('.'));
        for (column, data_type) in of_any_table {
            if let Some(near) = closest(column, columns.iter().map(String::as_str)) {
                let call = self.call(column, data_type);
                return plan_err!(
                    "{call}: there is no column {column}; did you mean {near}? If another table has it, name both: \
                     {}",
                    self.call(&format!("TABLE.{column}"), data_type)
                );
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
        if let Some((table, option)) = self.of_tables.iter().find(is_unused) {
            let call = option.call(&self.all.option_names);
            let near = closest(table, opened.iter().copied());
            let near = near.map_or(String::new(), |near| format!("; did you mean {near}?"));
            return plan_err!(
                "{call} is for the table {table}, but no such table was read{near}\n  tables: {all}"
            );
        }
        Ok(())
    }

    /// Refuses, before anything runs, an option for a table that no statement has in its text.
    pub fn check_texts<'a>(&self, texts: impl Iterator<Item = &'a str>) -> Result<()> {
        let all = texts.collect::<Vec<_>>().join("\n").to_lowercase();
        // A quote in a name is written twice.
        let all = all.replace("\"\"", "\"").replace("''", "'");
        let is_named =
            |table: &str| self.tables.contains(table) || all.contains(&table.to_lowercase());
        match self.of_tables.iter().find(|(table, _)| !is_named(table)) {
            Some((table, option @ FileOption::Null(value))) => plan_err!(
                "{} is for the table {table}, but no statement names it; the text {table}:{value} of all tables is {}",
                option.call(&self.all.option_names),
                self.all
                    .option_names
                    .null([format!(":{table}:{value}").as_str()])
            ),
            Some((table, option)) => plan_err!(
                "{} is for the table {table}, but no statement names it",
                option.call(&self.all.option_names)
            ),
            None => Ok(()),
        }
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
        self.all.option_names.types(column, data_type)
    }
}

/// The column of `table.column`.
fn of_table<'a>(column: &'a str, table: &str) -> Option<&'a str> {
    column
        .strip_prefix(table)?
        .strip_prefix('.')
        .filter(|column| !column.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::settings::face::FACE;

    fn pair(column: &str, data_type: &str) -> (String, String) {
        (column.to_string(), data_type.to_string())
    }

    #[test]
    fn what_a_table_was_given_goes_before_what_the_session_has_for_it() {
        let mut settings = Settings::new(FACE);
        settings.files.null = vec!["-".to_string()];
        settings.file_options = vec![("orders".to_string(), FileOption::Header(false))];
        settings.types = vec![pair("orders.id", "TEXT"), pair("amount", "DOUBLE")];
        let mut all = FileOptions::new(&settings);
        let own = TableOptions {
            options: vec![
                FileOption::Header(true),
                FileOption::Null("N/A".to_string()),
            ],
            types: vec![pair("id", "BIGINT")],
            option_names: None,
        };
        assert!(all.set_own("orders", Some(own)).is_none());

        let (options, if_there) = all.of("orders");
        assert_eq!(options.header, Some(true));
        assert_eq!(options.null, ["-", "N/A"]);
        // The first one of a column holds.
        assert_eq!(options.types, [pair("id", "BIGINT"), pair("id", "TEXT")]);
        assert_eq!(if_there, [pair("amount", "DOUBLE")]);

        let (options, _) = all.of("customers");
        assert_eq!((options.header, options.types.len()), (None, 0));
        assert!(all.set_own("orders", None).is_some());
        assert_eq!(all.of("orders").0.header, Some(false));
    }

    #[test]
    fn a_type_for_a_table_that_is_still_to_come_is_no_slip() {
        let mut settings = Settings::new(FACE);
        settings.types = vec![pair("p.plan", "TEXT")];
        let mut all = FileOptions::new(&settings);
        all.of("a");
        assert!(all.seen(&["plan".to_string()]).is_ok());
        assert!(all.check(["a"].into_iter()).is_err());
        all.of("p");
        assert!(all.check(["a", "p"].into_iter()).is_ok());

        settings.types = vec![pair("plann", "TEXT")];
        let mut all = FileOptions::new(&settings);
        let slip = all.seen(&["plan".to_string()]).expect_err("a slip");
        let words =
            "there is no column plann; did you mean plan? If another table has it, name both: ";
        assert!(slip.to_string().contains(words), "{slip}");
        assert!(slip.to_string().contains("TABLE.plann"), "{slip}");
    }
}
