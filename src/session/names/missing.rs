//! The words for a table that is not there.

use std::collections::BTreeSet;
use std::path::Path;

use datafusion::common::TableReference;
use datafusion::prelude::SessionContext;

use super::tables::{NamedTables, Used};
use crate::tables::{self, closest};

impl NamedTables {
    /// The better words for DataFusion's "table not found", if that is what `message` says.
    pub fn explain_missing(
        &self,
        ctx: &SessionContext,
        used: &Used,
        message: &str,
    ) -> Option<String> {
        let is_it = |r: &&TableReference| {
            let ending = format!("{}' not found", r.table());
            let no_schema = r.schema().is_some() && message.starts_with("failed to resolve");
            no_schema || (message.contains("table '") && message.contains(&ending))
        };
        let reference = used.missing.iter().find(is_it)?;
        let name = reference.table();
        let whole = reference.to_string();
        let in_quotes = |path: &str| {
            Some(format!(
                "there is no table {whole}; a path in FROM is written FROM '{path}'"
            ))
        };
        let is_bare = matches!(reference, TableReference::Bare { .. });
        if !is_bare && tables::looks_like_a_path(&whole) {
            return in_quotes(&whole);
        }
        if is_bare && Path::new(name).is_dir() {
            return in_quotes(&format!("{name}/"));
        }
        if is_bare && Path::new(name).is_file() {
            return in_quotes(&format!("./{name}"));
        }
        if !is_bare && message.starts_with("failed to resolve") {
            return None;
        }

        if is_bare && name.eq_ignore_ascii_case("stdin") {
            return Some(format!(
                "there is no table {whole}; standard input is FROM '/dev/stdin'"
            ));
        }
        let known = self.known(ctx);
        let mut text = format!("there is no table {whole}");
        let quoted = known
            .iter()
            .find(|k| k.to_lowercase() == name.to_lowercase() && *k != name);
        if let Some(quoted) = quoted {
            text += &format!(
                "; there is \"{quoted}\": write it in double quotes, SQL reads names without them in lower case"
            );
        } else if let Some(near) = closest(name, known.iter().map(String::as_str)) {
            text += &format!("; did you mean {near}?");
        }
        if let Some(folder) = self.data.folder() {
            let data = folder.display();
            text += &match folder.is_dir() {
                true => format!(
                    "\n  looked for: {data}/{name} as a folder, and {data}/{name}.parquet, .csv, .tsv, .ndjson, .jsonl, .json"
                ),
                false => {
                    format!("\n  looked for: {data}/{name}, but there is no folder {data} here")
                }
            };
        }
        if !known.is_empty() {
            text += &format!(
                "\n  tables: {}",
                known.into_iter().collect::<Vec<_>>().join(", ")
            );
        }
        text += &format!(
            "\n  to name a file of your own: {}   or   FROM 'path/to/{name}.csv'",
            self.face.own_table(name)
        );
        Some(text)
    }

    /// Every table that could have been named: those registered and those in the data folder.
    pub fn known(&self, ctx: &SessionContext) -> BTreeSet<String> {
        let mut known = BTreeSet::new();
        let state = ctx.state();
        let options = &state.config().options().catalog;
        let schema = state.catalog_list().catalog(&options.default_catalog);
        if let Some(schema) = schema.and_then(|c| c.schema(&options.default_schema)) {
            known.extend(
                schema
                    .table_names()
                    .into_iter()
                    .filter(|n| !tables::looks_like_a_path(n)),
            );
        }
        known.extend(self.in_folder(ctx));
        known
    }

    /// The names of the tables in the data folder.
    pub(super) fn in_folder(&self, ctx: &SessionContext) -> BTreeSet<String> {
        let mut known = BTreeSet::new();
        let folder = self.data_folder(ctx).map(|folder| folder.entries());
        for entry in folder.into_iter().flatten().flatten() {
            let file = entry.file_name().unwrap_or_default();
            let file = file.to_string_lossy().into_owned();
            let is_table = tables::is_of_a_table(&file) || entry.is_dir();
            if is_table && let Some(name) = file.split('.').next().filter(|n| !n.is_empty()) {
                known.insert(name.to_string());
            }
        }
        known
    }
}
