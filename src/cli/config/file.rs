//! One file of settings, read.

use std::path::Path;

use toml::de::{DeTable, DeValue};

use super::entry::{Entry, path, typed};
use super::keys::KEYS;
use super::tables::{ConfigTable, table};
use crate::cli::error::Error;
use crate::cli::toml_lines::line_of;
use crate::tables::closest;

/// What a file says.
#[derive(Debug, Default)]
pub(super) struct ConfigFile {
    pub entries: Vec<Entry>,
    pub tables: Vec<ConfigTable>,
}

/// Reads a file; its paths are those from `folder`.
pub(super) fn read(path: &Path, folder: &Path) -> Result<ConfigFile, Error> {
    let shown = path.display();
    let text = std::fs::read_to_string(path)
        .map_err(|e| Error::Usage(format!("{shown}: the settings cannot be read: {e}")))?;
    let place = |at: usize| format!("{shown}:{}", line_of(&text, at));
    let wrong = |at: usize, why: &str| Error::Usage(format!("{}: {why}", place(at)));
    let parsed = DeTable::parse(&text).map_err(|e| {
        let at = e.span().map_or(0, |span| span.start);
        wrong(at, e.message())
    })?;
    let mut file = ConfigFile::default();
    for (name, value) in parsed.get_ref() {
        let at = name.span().start;
        let name = name.get_ref().as_ref();
        if name == "tables" {
            let DeValue::Table(tables) = value.get_ref() else {
                return Err(wrong(
                    at,
                    "tables stand below [tables], a line for each: orders = \"exports/orders\"",
                ));
            };
            for (name, value) in tables {
                let at = name.span().start;
                if is_meant_as_a_setting(name.get_ref(), value.get_ref(), folder) {
                    let name = name.get_ref();
                    return Err(wrong(
                        at,
                        &format!(
                            "{name} stands below [tables], which makes it a table, and as one it has no files; {name} is a \
                             setting where it stands above the line [tables]"
                        ),
                    ));
                }
                let read = table(name.get_ref(), value.get_ref(), folder, place(at));
                let read = read.map_err(|(inner, why)| wrong(inner.unwrap_or(at), &why))?;
                file.tables.push(read);
            }
            continue;
        }
        let Some(key) = KEYS.iter().find(|key| key.name == name) else {
            return Err(wrong(at, &unknown(name)));
        };
        let values = typed(key.written, value.get_ref(), folder);
        let values =
            values.ok_or_else(|| wrong(at, &format!("{name} is {}", key.written.words())))?;
        file.entries.push(Entry {
            key: key.name,
            values,
            place: place(at),
        });
    }
    Ok(file)
}

/// In TOML all lines below [tables] are of it, to the end of the file or to the next such line.
fn is_meant_as_a_setting(name: &str, value: &DeValue<'_>, folder: &Path) -> bool {
    let name = name.replace('_', "-");
    KEYS.iter().any(|key| key.name == name)
        && match value {
            // A pattern, a sheet of a workbook and a file in an archive are no files of their own.
            DeValue::String(typed) => {
                let typed = path(typed, folder);
                let path = Path::new(&typed);
                !typed.contains(['*', '?', '[', '{', '#'])
                    && !path.exists()
                    && !path.ancestors().any(Path::is_file)
            }
            DeValue::Table(options) => !options.iter().any(|(key, _)| key.get_ref() == "path"),
            _ => true,
        }
}

fn unknown(name: &str) -> String {
    let names: Vec<&str> = KEYS.iter().map(|key| key.name).chain(["tables"]).collect();
    let with_hyphens = name.replace('_', "-");
    let near = match names.contains(&with_hyphens.as_str()) {
        true => Some(with_hyphens.as_str()),
        false => closest(name, names.iter().copied()),
    };
    let near = near.map_or(String::new(), |near| format!("; did you mean {near}?"));
    format!(
        "there is no setting {name}{near}\n  there are {}",
        names.join(", ")
    )
}
