//! A setting of a file, as an argument would have it.

use std::path::Path;

use toml::de::{DeTable, DeValue};

use super::keys::TomlForm;
use crate::tables::is_address;

/// A setting of a file.
#[derive(Debug, Clone)]
pub(in crate::cli) struct Entry {
    /// The name of the argument.
    pub key: &'static str,
    /// Its values, as they would be typed.
    pub values: Vec<String>,
    /// Where it stands: the file and the line.
    pub place: String,
}

/// The values of an argument that a value of TOML stands for; nothing where it is written in another way.
pub(super) fn typed(written: TomlForm, value: &DeValue<'_>, folder: &Path) -> Option<Vec<String>> {
    Some(match (written, value) {
        (TomlForm::Text, DeValue::String(text)) => vec![text.to_string()],
        (TomlForm::Path, DeValue::String(text)) => vec![path(text, folder)],
        (TomlForm::Number, DeValue::Integer(number)) if number.radix() == 10 => {
            vec![number.as_str().to_string()]
        }
        (TomlForm::Switch, DeValue::Boolean(is_on)) => vec![is_on.to_string()],
        (TomlForm::YesNo, DeValue::Boolean(is_on)) => {
            vec![if *is_on { "yes" } else { "no" }.to_string()]
        }
        (TomlForm::Texts, DeValue::String(text)) => vec![any_text(text)],
        (TomlForm::Texts, DeValue::Array(texts)) => {
            let texts = texts.iter().map(|text| text.get_ref().as_str());
            texts
                .map(|text| Some(any_text(text?)))
                .collect::<Option<_>>()?
        }
        (TomlForm::Types, DeValue::Table(types)) => {
            let types = types_of(types)?.into_iter();
            let quoted =
                types.map(|(column, name)| format!("\"{}\"={name}", column.replace('"', "\"\"")));
            quoted.collect()
        }
        (TomlForm::Secrets, DeValue::Table(values)) => {
            let values = values.iter().map(|(name, value)| {
                let value = value.get_ref();
                let number = value.as_integer().map(|number| number.as_str().to_string());
                let text = value.as_str().map(str::to_string);
                Some(format!("{}={}", name.get_ref(), text.or(number)?))
            });
            values.collect::<Option<_>>()?
        }
        _ => return None,
    })
}

/// Columns and their types.
pub(super) fn types_of(types: &DeTable<'_>) -> Option<Vec<(String, String)>> {
    let types = types.iter().map(|(column, name)| {
        let name = name.get_ref().as_str()?;
        Some((column.get_ref().to_string(), name.to_string()))
    });
    types.collect()
}

/// A path from the folder of the file; one that is absolute, and an address, stays.
pub(super) fn path(typed: &str, folder: &Path) -> String {
    if is_address(typed) {
        return typed.to_string();
    }
    folder.join(typed).to_string_lossy().into_owned()
}

/// `--null` takes what stands before a colon for a table.
fn any_text(text: &str) -> String {
    match text.contains(':') {
        true => format!(":{text}"),
        false => text.to_string(),
    }
}
