//! What a person says of columns, where a name does not say it or says another thing.

use datafusion::arrow::datatypes::SchemaRef;

use super::asked::written;
use super::columns::{ColumnRole, role};
use crate::tables::{closest, sql_name};

/// What a person says of columns.
#[derive(Debug, Clone, Default)]
pub struct SaidColumns {
    /// The columns that together tell the rows of a table apart.
    pub keys: Vec<Vec<String>>,
    pub amounts: Vec<String>,
    pub flags: Vec<String>,
    /// Columns that are not looked at.
    pub ignored: Vec<String>,
}

impl SaidColumns {
    /// What the columns of a table are taken for.
    pub fn roles(&self, schema: &SchemaRef) -> Vec<ColumnRole> {
        let of = |name: &String| {
            let is_in = |said: &[String]| said.contains(name);
            if is_in(&self.ignored) {
                Some(ColumnRole::Other)
            } else if self.keys.iter().any(|key| is_in(key)) {
                Some(ColumnRole::Key)
            } else if is_in(&self.amounts) {
                Some(ColumnRole::Amount)
            } else if is_in(&self.flags) {
                Some(ColumnRole::Flag)
            } else {
                None
            }
        };
        let fields = schema.fields().iter();
        fields
            .map(|field| of(field.name()).unwrap_or_else(|| role(field)))
            .collect()
    }

    /// The key of a table that somebody gave, if it has all of its columns: of several the one of most columns.
    pub fn key(&self, schema: &SchemaRef) -> Option<&[String]> {
        let mut best: Option<&Vec<String>> = None;
        for key in self.keys.iter().filter(|key| has_all(schema, key)) {
            if best.is_none_or(|best| best.len() < key.len()) {
                best = Some(key);
            }
        }
        best.map(Vec::as_slice)
    }

    /// What was said of columns and fits no table, in words; of a table that could not be opened nobody knows the
    /// columns.
    pub fn misfit(&self, tables: &[(&str, Option<&SchemaRef>)]) -> Option<String> {
        let known = tables.iter();
        let known: Vec<(&str, &SchemaRef)> = known
            .filter_map(|(name, schema)| Some((*name, (*schema)?)))
            .collect();
        let of_tables = match known.len() == tables.len() {
            true => self.unknown(&known).or_else(|| self.key_of_none(&known)),
            false => None,
        };
        of_tables.or_else(|| self.amount_that_is_none(&known))
    }

    /// The first column that no table has.
    fn unknown(&self, tables: &[(&str, &SchemaRef)]) -> Option<String> {
        let columns = tables.iter().flat_map(|(_, schema)| schema.fields());
        let columns: Vec<&str> = columns.map(|field| field.name().as_str()).collect();
        let keys = self.keys.iter().flatten().map(|column| ("--key", column));
        let amounts = self.amounts.iter().map(|column| ("--amount", column));
        let flags = self.flags.iter().map(|column| ("--flag", column));
        let ignored = self.ignored.iter().map(|column| ("--ignore", column));
        let mut said = keys.chain(amounts).chain(flags).chain(ignored);
        let (option, column) = said.find(|(_, column)| !columns.contains(&column.as_str()))?;
        let near = match closest(column, columns.iter().copied()) {
            Some(near) => format!("; {option} {near} is one that there is"),
            None => format!("; the columns are {}", columns.join(", ")),
        };
        Some(format!(
            "{option} {column}: no table has the column {column}{near}"
        ))
    }

    /// The first key that is the key of no table.
    fn key_of_none(&self, tables: &[(&str, &SchemaRef)]) -> Option<String> {
        let is_of_one = |key: &Vec<String>| {
            let mut schemas = tables.iter().map(|(_, schema)| schema);
            schemas.any(|schema| self.key(schema) == Some(key))
        };
        let key = self.keys.iter().find(|key| !is_of_one(key))?;
        let typed = format!("--key {}", key.join(","));
        if let Some((name, schema)) = tables.iter().find(|(_, schema)| has_all(schema, key)) {
            let other = self.key(schema).unwrap_or_default();
            let mut all = other.to_vec();
            all.extend(key.iter().filter(|column| !other.contains(column)).cloned());
            return Some(format!(
                "{typed}: the key of {name} is --key {} already; columns that only together tell its rows apart stand in \
                 one, --key {}",
                other.join(","),
                all.join(",")
            ));
        }
        let mut parts: Vec<(&str, Vec<&str>)> = vec![];
        for column in key {
            let has_it = |(_, schema): &&(&str, &SchemaRef)| schema.index_of(column).is_ok();
            let (name, _) = tables.iter().find(has_it)?;
            match parts.iter_mut().find(|(of, _)| of == name) {
                Some((_, columns)) => columns.push(column),
                None => parts.push((name, vec![column])),
            }
        }
        let has: Vec<String> = parts
            .iter()
            .map(|(name, columns)| format!("{name} has {}", columns.join(" and ")))
            .collect();
        let keys: Vec<String> = parts
            .iter()
            .map(|(_, columns)| format!("--key {}", columns.join(",")))
            .collect();
        Some(format!(
            "{typed}: no table has all of these columns: {}; give each table a key of its own, {}",
            has.join(", "),
            keys.join(" ")
        ))
    }

    /// The first amount that is no number.
    fn amount_that_is_none(&self, tables: &[(&str, &SchemaRef)]) -> Option<String> {
        self.amounts.iter().find_map(|amount| {
            let (name, data_type) = tables.iter().find_map(|(name, schema)| {
                let data_type = schema.field_with_name(amount).ok()?.data_type();
                (!data_type.is_numeric()).then_some((*name, data_type))
            })?;
            let types = in_a_shell(&format!("{}=DOUBLE", written(amount)));
            Some(format!(
                "--amount {amount}: the column {amount} of {name} is {} and no number; with its type it is one, \
                 kpi-sql check {} --types {types} --amount {}",
                sql_name(data_type),
                in_a_shell(name),
                in_a_shell(amount)
            ))
        })
    }
}

fn has_all(schema: &SchemaRef, key: &[String]) -> bool {
    key.iter().all(|column| schema.index_of(column).is_ok())
}

/// A word as a shell takes it.
fn in_a_shell(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "_-./=,".contains(c);
    match word.chars().all(is_plain) {
        true => word.to_string(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}
