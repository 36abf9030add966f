//! Partition folders, `month=2026-01/part-0.parquet`: their names become columns.
//!
//! DataFusion skips a file without a word if its folders do not fit the others; here that is an error.

use std::path::{Component, Path, PathBuf};

use datafusion::arrow::array::types::Date32Type;
use datafusion::arrow::compute::kernels::cast_utils::Parser;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::plan_err;
use datafusion::error::Result;

pub(super) struct Partitions {
    /// The folder that holds the outermost partition folders.
    pub base: PathBuf,
    pub columns: Vec<(String, DataType)>,
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

    let columns = keys.iter().enumerate().map(|(i, key)| {
        let values = folders
            .iter()
            .filter_map(|f| f[i].split_once('='))
            .map(|(_, value)| value);
        (key.to_string(), type_of(values))
    });
    Ok(Some(Partitions {
        columns: columns.collect(),
        base,
    }))
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
