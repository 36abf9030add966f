//! Where settings are found: the nearest `kpi-sql.toml` above, and the file of the user.

use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;

use super::entry::Entry;
use super::file::{self, ConfigFile};
use super::tables::ConfigTable;
use crate::cli::error::Error;

const NAME: &str = "kpi-sql.toml";

/// All that files say.
#[derive(Debug, Default)]
pub(in crate::cli) struct Configuration {
    /// The files, the nearest first.
    pub files: Vec<PathBuf>,
    /// Each setting once.
    pub entries: Vec<Entry>,
    /// Each table once.
    pub tables: Vec<ConfigTable>,
}

/// Reads the file that was chosen, or those that are found.
pub(in crate::cli) fn configuration(chosen: Option<&Path>) -> Result<Configuration, Error> {
    let files = match chosen {
        Some(path) => vec![path.to_path_buf()],
        None => nearest().into_iter().chain(of_user()).collect(),
    };
    let mut all = Configuration::default();
    for path in files {
        let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
        let ConfigFile { entries, tables } = file::read(&path, &folder)?;
        for entry in entries {
            match all.entries.iter_mut().find(|known| known.key == entry.key) {
                None => all.entries.push(entry),
                // The nearest file may be somebody else's, and lifts nothing that the user's own forbids.
                Some(known) if entry.key == "read-only" && entry.values == ["true"] => {
                    *known = entry;
                }
                Some(_) => {}
            }
        }
        for table in tables {
            if !all.tables.iter().any(|known| known.name == table.name) {
                all.tables.push(table);
            }
        }
        all.files.push(path);
    }
    Ok(all)
}

/// The file in the working folder or the nearest one above it, as a path from here.
fn nearest() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    let mut from_here = PathBuf::new();
    for folder in here.ancestors() {
        if folder.join(NAME).is_file() {
            return Some(from_here.join(NAME));
        }
        from_here.push("..");
    }
    None
}

/// The file in the user's folder of settings.
fn of_user() -> Option<PathBuf> {
    let folders = etcetera::choose_base_strategy().ok()?;
    let path = folders.config_dir().join("kpi-sql").join(NAME);
    path.is_file().then_some(path)
}
