//! Keys inside of columns that are structs: which files lack them, and which write them with other capitals.
//!
//! Unlike columns, keys of other capitals stay apart, as they are taken by their exact names: `c['id']`.

use std::collections::BTreeMap;

use datafusion::arrow::datatypes::{DataType, Fields};

use super::shape::{FileShape, count, lacks, listed};
use crate::tables::storage::FilePath;

/// What is said about the keys of a column of type `to`, which has the types `from` in the files.
pub(in crate::tables) fn notes(
    name: &str,
    to: &DataType,
    from: &[(&DataType, &FileShape)],
    files: &[FilePath],
) -> Vec<String> {
    match to {
        DataType::List(item) | DataType::LargeList(item) => {
            let items = from.iter().filter_map(|(from, shape)| match from {
                DataType::List(item) | DataType::LargeList(item) => {
                    Some((item.data_type(), *shape))
                }
                _ => None,
            });
            notes(name, item.data_type(), &items.collect::<Vec<_>>(), files)
        }
        DataType::Struct(fields) => {
            let structs = from.iter().filter_map(|(from, shape)| match from {
                DataType::Struct(fields) => Some((fields, *shape)),
                _ => None,
            });
            of_struct(name, fields, &structs.collect::<Vec<_>>(), files)
        }
        _ => vec![],
    }
}

fn of_struct(
    name: &str,
    fields: &Fields,
    structs: &[(&Fields, &FileShape)],
    files: &[FilePath],
) -> Vec<String> {
    let has = |of: &Fields, key: &str| of.iter().any(|field| field.name() == key);
    let mut said = vec![];
    let mut missing: BTreeMap<Vec<usize>, Vec<String>> = BTreeMap::new();
    for (i, field) in fields.iter().enumerate() {
        let key = field.name();
        let lacking: Vec<usize> = (0..structs.len())
            .filter(|&at| !has(structs[at].0, key))
            .collect();
        let is_other = |other: &str| other != key && other.to_lowercase() == key.to_lowercase();
        let other = fields.iter().position(|other| is_other(other.name()));
        match other {
            _ if lacking.is_empty() => {}
            None => missing
                .entry(lacking)
                .or_default()
                .push(format!("{name}.{key}")),
            // Said at the first of the two.
            Some(at) if at < i => {}
            Some(at) => {
                let other = fields[at].name();
                let with = structs.iter().filter(|(of, _)| has(of, other));
                let (n, first) = count(with.map(|(_, shape)| *shape));
                said.push(format!(
                    "key {name}.{key} is written {other} in {} ({n} of {} files); they stay two keys, and \
                     coalesce({name}['{key}'], {name}['{other}']) takes the one that is there",
                    files[first].display(),
                    files.len()
                ));
            }
        }
        let below = structs.iter().filter_map(|(of, shape)| {
            let field = of.iter().find(|field| field.name() == key)?;
            Some((field.data_type(), *shape))
        });
        let below: Vec<_> = below.collect();
        said.extend(notes(
            &format!("{name}.{key}"),
            field.data_type(),
            &below,
            files,
        ));
    }
    for (lacking, names) in &missing {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let without = count(lacking.iter().map(|&at| structs[at].1));
        said.push(lacks(&listed("key", &names), without, files));
    }
    said
}
