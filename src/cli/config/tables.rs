//! Tables that a file of settings names.

use std::path::Path;

use toml::de::{DeTable, DeValue};

use super::entry::{path, types_of};
use crate::cli::delimiter::delimiter;
use crate::session::{FileOption, TableOptions};

/// A table that a file of settings names.
#[derive(Debug, Clone)]
pub struct ConfigTable {
    /// Its name in SQL.
    pub name: String,
    /// Its files.
    pub path: String,
    /// How they are read.
    pub options: TableOptions,
    /// Where it stands: the file and the line.
    pub place: String,
}

const WRITTEN: &str =
    "write orders = \"exports/orders\", or orders = { path = \"orders.csv\", delimiter = \";\" }";

/// A table, and the byte at which something is wrong with it.
pub(super) fn table(
    name: &str,
    value: &DeValue<'_>,
    folder: &Path,
    place: String,
) -> Result<ConfigTable, (Option<usize>, String)> {
    let mut table = ConfigTable {
        name: name.to_string(),
        path: String::new(),
        options: TableOptions::default(),
        place,
    };
    match value {
        DeValue::String(typed) => table.path = path(typed, folder),
        DeValue::Table(written) => options(&mut table, written, folder)?,
        _ => return Err((None, format!("the table {name} has no path: {WRITTEN}"))),
    }
    match table.path.is_empty() {
        true => Err((None, format!("the table {name} has no path: {WRITTEN}"))),
        false => Ok(table),
    }
}

fn options(
    table: &mut ConfigTable,
    written: &DeTable<'_>,
    folder: &Path,
) -> Result<(), (Option<usize>, String)> {
    for (key, value) in written {
        let is_wrong = |words: String| (Some(key.span().start), words);
        let name = &table.name;
        match (key.get_ref().as_ref(), value.get_ref()) {
            ("path", DeValue::String(typed)) => table.path = path(typed, folder),
            ("delimiter", DeValue::String(text)) => {
                let byte = delimiter(text).ok_or_else(|| {
                    is_wrong(format!(
                        "the delimiter of {name} is one character such as \";\", or \"tab\", and not {text:?}"
                    ))
                })?;
                table.options.options.push(FileOption::Delimiter(byte));
            }
            ("header", DeValue::Boolean(is_there)) => {
                table.options.options.push(FileOption::Header(*is_there));
            }
            ("null", DeValue::String(text)) => {
                table
                    .options
                    .options
                    .push(FileOption::Null(text.to_string()));
            }
            ("null", DeValue::Array(texts)) if texts.iter().all(|t| t.get_ref().is_str()) => {
                let texts = texts.iter().filter_map(|text| text.get_ref().as_str());
                let texts = texts.map(|text| FileOption::Null(text.to_string()));
                table.options.options.extend(texts);
            }
            ("types", DeValue::Table(types)) if types_of(types).is_some() => {
                table.options.types = types_of(types).unwrap_or_default();
            }
            (known @ ("path" | "delimiter" | "header" | "null" | "types"), _) => {
                return Err(is_wrong(format!(
                    "{known} of the table {name} is written in another way: path = \"…\", delimiter = \";\", header = false, \
                     null = [\"N/A\"], types = {{ id = \"TEXT\" }}"
                )));
            }
            (other, _) => {
                return Err(is_wrong(format!(
                    "a table has no {other}; there are path, delimiter, header, null and types"
                )));
            }
        }
    }
    Ok(())
}
