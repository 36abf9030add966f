//! What a person says of columns, where a name does not say it or says another thing.

use super::columns::{ColumnRole, role};
use crate::tables::closest;
use datafusion::arrow::datatypes::SchemaRef;

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

    /// The key of a table that somebody gave, if it has all of its columns.
    pub fn key(&self, schema: &SchemaRef) -> Option<&[String]> {
        let is_there = |key: &&Vec<String>| key.iter().all(|c| schema.index_of(c).is_ok());
        self.keys.iter().find(is_there).map(Vec::as_slice)
    }

    /// The first column that no table has, in words.
    pub fn unknown(&self, columns: &[&str]) -> Option<String> {
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
}
