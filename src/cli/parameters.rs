//! The parameters of a call: from arguments, and from files in TOML.

use std::path::Path;

use toml::de::{DeInteger, DeTable, DeValue};

use super::error::Error;
use super::running::Running;
use super::toml_lines::line_of;
use crate::session::{Parameter, ParameterValue};

/// All of them; an argument takes precedence over a file.
pub(super) fn parameters(running: &Running) -> Result<Vec<Parameter>, Error> {
    let mut all = running.param.clone();
    for (i, Parameter { name, .. }) in all.iter().enumerate() {
        if all[..i].iter().any(|other| other.name == *name) {
            return Err(Error::Usage(format!(
                "--param gives {name} two values; it has one"
            )));
        }
    }
    let mut of_files: Vec<(Parameter, &Path)> = vec![];
    for path in &running.params {
        for parameter in read(path)? {
            let is_it = |(known, _): &&(Parameter, &Path)| known.name == parameter.name;
            if let Some((_, other)) = of_files.iter().find(is_it) {
                return Err(Error::Usage(format!(
                    "--params {}: {} has a value in {} already",
                    path.display(),
                    parameter.name,
                    other.display()
                )));
            }
            of_files.push((parameter, path));
        }
    }
    for (parameter, _) in of_files {
        if !all.iter().any(|known| known.name == parameter.name) {
            all.push(parameter);
        }
    }
    Ok(all)
}

fn read(path: &Path) -> Result<Vec<Parameter>, Error> {
    let shown = path.display();
    let text = std::fs::read_to_string(path)
        .map_err(|e| Error::Failed(format!("--params {shown}: the file cannot be read: {e}")))?;
    let wrong = |at: usize, why: &str| {
        Error::Failed(format!("--params {shown}:{}: {why}", line_of(&text, at)))
    };
    let table = DeTable::parse(&text).map_err(|e| {
        let at = e.span().map_or(0, |span| span.start);
        wrong(at, e.message())
    })?;
    let mut found = vec![];
    for (name, value) in table.get_ref() {
        let at = name.span().start;
        let parameter =
            parameter(name.get_ref(), value.get_ref()).map_err(|why| wrong(at, &why))?;
        found.push(parameter);
    }
    Ok(found)
}

/// A value of TOML. A text is read by what it is compared with, as one in quotes is; all others have a type.
fn parameter(name: &str, value: &DeValue<'_>) -> Result<Parameter, String> {
    // The same rule for names, and the same words.
    let named = Parameter::parse(&format!("{name}='x'"))?;
    let text = |text: String, type_name: Option<&str>| ParameterValue::Text {
        text,
        is_quoted: true,
        type_name: type_name.map(String::from),
    };
    let value = match value {
        DeValue::String(value) => text(value.to_string(), None),
        DeValue::Integer(value) => ParameterValue::Value(integer(name, value)?.into()),
        DeValue::Float(value) => {
            let number: f64 = value
                .as_str()
                .parse()
                .map_err(|_| format!("{name}: {} is not a number", value.as_str()))?;
            ParameterValue::Value(number.into())
        }
        DeValue::Boolean(value) => ParameterValue::Value((*value).into()),
        DeValue::Datetime(value) => {
            let type_name = match (value.date, value.time, value.offset) {
                (Some(_), _, Some(_)) => "TIMESTAMPTZ",
                (Some(_), Some(_), None) => "TIMESTAMP",
                (Some(_), None, None) => "DATE",
                _ => "TIME",
            };
            text(value.to_string(), Some(type_name))
        }
        DeValue::Array(_) | DeValue::Table(_) => {
            return Err(format!(
                "{name} is {} values, and a parameter is one: a text, a number, true or false, a date or a time. For several, \
                 write a table: --table {name}={name}.csv, and IN (SELECT value FROM {name})",
                if matches!(value, DeValue::Array(_)) {
                    "a list of"
                } else {
                    "a table of"
                }
            ));
        }
    };
    Ok(Parameter {
        name: named.name,
        value,
    })
}

fn integer(name: &str, value: &DeInteger<'_>) -> Result<i64, String> {
    i64::from_str_radix(value.as_str(), value.radix()).map_err(|_| {
        format!(
            "{name}: {} is not a whole number of 64 bits; in quotes it is read by what it is compared with",
            value.as_str()
        )
    })
}
