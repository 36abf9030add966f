//! `kpi-sql config`: which settings are in force, and where each comes from.

use clap::ArgMatches;
use clap::parser::ValueSource;

use super::found::Configuration;
use super::keys::{KEYS, SettingKey, TomlForm};

/// A setting or a table, and where it comes from.
#[derive(Debug, Clone)]
pub struct InForce {
    /// Its name.
    pub name: String,
    /// Its value, as it would be typed.
    pub value: String,
    /// The argument, the variable, or the file and line; "default" where nobody said it.
    pub origin: String,
}

/// Every setting, and every table that has a name.
pub(in crate::cli) fn in_force(
    matches: &ArgMatches,
    configuration: &Configuration,
    tables: &[(String, String)],
) -> Vec<InForce> {
    let settings = KEYS.iter().map(|key| setting(matches, configuration, key));
    let typed = tables.iter().map(|(name, path)| InForce {
        name: format!("table {name}"),
        value: path.clone(),
        origin: "--table".to_string(),
    });
    let is_typed = |name: &str| tables.iter().any(|(typed, _)| typed == name);
    let named = configuration
        .tables
        .iter()
        .filter(|known| !is_typed(&known.name));
    let named = named.map(|known| InForce {
        name: format!("table {}", known.name),
        value: known.path.clone(),
        origin: known.place.clone(),
    });
    settings.chain(typed).chain(named).collect()
}

fn setting(matches: &ArgMatches, configuration: &Configuration, key: &SettingKey) -> InForce {
    let id = key.name.replace('-', "_");
    let raw = matches.get_raw(&id).into_iter().flatten();
    let shown = |value: &str| match (key.written, value.split_once('=')) {
        // The list is for screens and logs.
        (TomlForm::Secrets, Some((name, _))) => format!("{name}=***"),
        _ => value.to_string(),
    };
    let values: Vec<_> = raw.map(|value| shown(&value.to_string_lossy())).collect();
    let of_file = configuration
        .entries
        .iter()
        .find(|entry| entry.key == key.name);
    let (value, origin) = match (matches.value_source(&id), of_file) {
        (Some(ValueSource::CommandLine), _) => (values.join(", "), format!("--{}", key.name)),
        (Some(ValueSource::EnvVariable), _) => (values.join(", "), key.env.to_string()),
        (_, Some(entry)) => (values.join(", "), entry.place.clone()),
        _ => (values.join(", "), "default".to_string()),
    };
    let value = match value.as_str() {
        // An argument without a value that was typed has none.
        "" if origin.starts_with("--") => "true".to_string(),
        "" => "-".to_string(),
        _ => value,
    };
    InForce {
        name: key.name.to_string(),
        value,
        origin,
    }
}

/// The same in columns.
pub(in crate::cli) fn shown(all: &[InForce]) -> String {
    let width = |of: fn(&InForce) -> &str| {
        let widths = all.iter().map(|one| of(one).chars().count());
        widths.max().unwrap_or(0)
    };
    let (names, values) = (width(|one| &one.name), width(|one| &one.value));
    let lines = all.iter().map(
        |InForce {
             name,
             value,
             origin,
         }| { format!("{name:<names$}  {value:<values$}  {origin}\n") },
    );
    lines.collect()
}
