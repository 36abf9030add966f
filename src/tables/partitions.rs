//! Partition folders, `month=2026-01/part-0.parquet`: their names become columns.
//!
//! DataFusion skips a file without a word if its folders do not fit the others; here that is an error.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use datafusion::arrow::array::types::Date32Type;
use datafusion::arrow::compute::kernels::cast_utils::Parser;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{ScalarValue, plan_err};
use datafusion::error::Result;
use datafusion::logical_expr::{Expr, ident, lit};

pub(super) struct Partitions {
    /// The folder that holds the outermost partition folders.
    pub base: PathBuf,
    pub keys: Vec<String>,
    /// The values of the partitions that files were found in, in the order of the keys.
    pub chosen: BTreeSet<Values>,
}

pub(super) type Values = Vec<String>;

impl Partitions {
    /// The values in the folders of a file below the base; `None` if it lies outside of the partition folders.
    pub fn values<'a>(&self, mut folders: impl Iterator<Item = &'a str>) -> Option<Values> {
        let value = |key: &String| {
            let (found, value) = folders.next()?.split_once('=')?;
            (found == key).then(|| value.to_string())
        };
        self.keys.iter().map(value).collect()
    }

    /// The columns, with types that fit all partitions there are, chosen or not: DataFusion looks at all.
    pub fn columns(&self, all: &[Values]) -> Vec<(String, DataType)> {
        let typed = |(i, key): (usize, &String)| {
            (
                key.clone(),
                type_of(all.iter().map(|values| values[i].as_str())),
            )
        };
        self.keys.iter().enumerate().map(typed).collect()
    }

    /// The condition that is true in the chosen partitions only.
    pub fn is_chosen(&self, columns: &[(String, DataType)]) -> Result<Expr> {
        let mut any = lit(false);
        for values in &self.chosen {
            let mut all = lit(true);
            for ((name, data_type), value) in columns.iter().zip(values) {
                let value = ScalarValue::try_from_string(value.clone(), data_type)?;
                all = all.and(ident(name).eq(lit(value)));
            }
            any = any.or(all);
        }
        Ok(any)
    }
}

/// `None` if the files lie in plain folders.
pub(super) fn find(base: &Path, files: &[PathBuf]) -> Result<Option<Partitions>> {
    let mut base = base.to_path_buf();
    let mut folders: Vec<Vec<String>> = files.iter().map(|f| folders_below(&base, f)).collect();
    if !folders.iter().flatten().any(|f| f.contains('=')) {
        return Ok(None);
    }
    // data/eu/month=2026-01: what all files have in common before the first key belongs to the base.
    while let Some(first) = folders[0].first().cloned().filter(|f| !f.contains('=')) {
        if folders.iter().any(|f| f.first() != Some(&first)) {
            break;
        }
        base.push(&first);
        folders.iter_mut().for_each(|f| drop(f.remove(0)));
    }

    let keys = keys(&folders[0]);
    for (file, folders) in files.iter().zip(&folders) {
        let these = self::keys(folders);
        if these != keys {
            return plan_err!(
                "the files lie in different partition folders: {} has {}, {} has {}; \
                 every file of a table needs the same keys in the same order",
                files[0].display(),
                described(&keys),
                file.display(),
                described(&these)
            );
        }
        if folders.iter().take(keys.len()).any(|f| !f.contains('=')) {
            return plan_err!(
                "{} has a plain folder before its partition folder {}=...; name the folder that holds the \
                 partition folders",
                file.display(),
                keys[0]
            );
        }
    }

    let mut partitions = Partitions {
        base,
        keys: keys.iter().map(|k| k.to_string()).collect(),
        chosen: BTreeSet::new(),
    };
    let chosen = folders
        .iter()
        .filter_map(|f| partitions.values(f.iter().map(String::as_str)));
    partitions.chosen = chosen.collect();
    Ok(Some(partitions))
}

fn folders_below(base: &Path, file: &Path) -> Vec<String> {
    let parent = file.parent().unwrap_or(Path::new(""));
    // A glob gives its files without the leading "./" of its folder.
    let below = parent.strip_prefix(base).unwrap_or(parent);
    below
        .components()
        .filter(|c| matches!(c, Component::Normal(_)))
        .map(|c| c.as_os_str().to_string_lossy().into_owned())
        .collect()
}

fn keys(folders: &[String]) -> Vec<&str> {
    folders
        .iter()
        .filter_map(|f| f.split_once('='))
        .map(|(key, _)| key)
        .collect()
}

fn described(keys: &[&str]) -> String {
    match keys {
        [] => "none".to_string(),
        keys => keys
            .iter()
            .map(|k| format!("{k}="))
            .collect::<Vec<_>>()
            .join(" and "),
    }
}

/// Whole numbers and days get their type, so that `year >= 2025` compares numbers; all else is text.
/// `01` stays text: as a number it would not be found under the name it has.
fn type_of<'a>(values: impl Iterator<Item = &'a str> + Clone) -> DataType {
    let is_number = |v: &str| v.parse::<i64>().is_ok_and(|n| n.to_string() == v);
    let is_day = |v: &str| v.len() == 10 && Date32Type::parse(v).is_some();
    if values.clone().all(is_number) {
        DataType::Int64
    } else if values.clone().all(is_day) {
        DataType::Date32
    } else {
        DataType::Dictionary(Box::new(DataType::UInt16), Box::new(DataType::Utf8))
    }
}
