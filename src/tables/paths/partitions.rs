//! Partition folders, `month=2026-01/part-0.parquet`: their names become columns.
//!
//! Writers percent-encode what a name cannot hold, and write NULL as a word of theirs or as nothing.
//! A file whose folders do not fit the others is an error.

use std::path::{Component, Path};
use std::sync::Arc;

use crate::tables::storage::FilePath;
use datafusion::arrow::array::types::Date32Type;
use datafusion::arrow::compute::kernels::cast_utils::Parser;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::utils::quote_identifier;
use datafusion::common::{ScalarValue, plan_err};
use datafusion::error::Result;
use percent_encoding::percent_decode_str;

/// What Hive, Spark and all who follow them write for NULL.
pub(crate) const NULL: &str = "__HIVE_DEFAULT_PARTITION__";

/// What is read as NULL: that, and what Flink and Paimon write.
const NULLS: [&str; 2] = [NULL, "__DEFAULT_PARTITION__"];

pub(in crate::tables) struct PartitionFolders {
    /// The folder that holds the outermost partition folders.
    pub base: FilePath,
    keys: Vec<String>,
    /// The values of each file, in the order of the keys; `None` is NULL.
    values: Vec<Vec<Option<String>>>,
}

impl PartitionFolders {
    /// The columns, with types that fit all values there are.
    pub fn columns(&self) -> Vec<FieldRef> {
        let of_key = |(i, key): (usize, &String)| {
            let values = || self.values.iter().map(move |values| values[i].as_deref());
            let data_type = type_of(values().flatten());
            let has_null = values().any(|v| v.is_none());
            Arc::new(Field::new(key, data_type, has_null))
        };
        self.keys.iter().enumerate().map(of_key).collect()
    }

    /// What is to be said of columns that are text, though their values are numbers or days.
    pub fn notes(&self, columns: &[FieldRef]) -> Vec<(String, String)> {
        let is_text = |(_, column): &(usize, &FieldRef)| {
            matches!(column.data_type(), DataType::Dictionary(_, _))
        };
        let texts = columns.iter().enumerate().filter(is_text);
        texts
            .filter_map(|(i, column)| {
                let mut values: Vec<&str> =
                    self.values.iter().filter_map(|v| v[i].as_deref()).collect();
                values.sort_unstable();
                values.dedup();
                Some((column.name().clone(), note(column.name(), &values)?))
            })
            .collect()
    }

    /// The values of each file, of the types of `columns`.
    pub fn typed(&self, columns: &[FieldRef]) -> Result<Vec<Vec<ScalarValue>>> {
        let typed = |(value, column): (&Option<String>, &FieldRef)| match value {
            Some(value) => ScalarValue::try_from_string(value.clone(), column.data_type()),
            None => ScalarValue::try_from(column.data_type()),
        };
        let of_file =
            |values: &Vec<Option<String>>| values.iter().zip(columns).map(typed).collect();
        self.values.iter().map(of_file).collect()
    }
}

/// What a folder's name says after the equals sign.
fn value(written: &str) -> Option<String> {
    // What is no text when it is decoded is what it is written as, and 100% is no code.
    let decoded = percent_decode_str(written).decode_utf8();
    match decoded {
        Ok(decoded) if decoded.is_empty() || NULLS.contains(&decoded.as_ref()) => None,
        Ok(decoded) => Some(decoded.into_owned()),
        Err(_) => Some(written.to_string()),
    }
}

/// `None` if the files lie in plain folders.
pub(in crate::tables) fn find(
    base: &FilePath,
    files: &[FilePath],
) -> Result<Option<PartitionFolders>> {
    let mut base = base.clone();
    let mut folders: Vec<Vec<String>> = files.iter().map(|f| folders_below(&base, f)).collect();
    if !folders.iter().flatten().any(|f| f.contains('=')) {
        return Ok(None);
    }
    // data/eu/month=2026-01: what all files have in common before the first key belongs to the base.
    while let Some(first) = folders[0].first().cloned().filter(|f| !f.contains('=')) {
        if folders.iter().any(|f| f.first() != Some(&first)) {
            break;
        }
        base = base.join(&first);
        folders.iter_mut().for_each(|f| drop(f.remove(0)));
    }

    let keys = keys(&folders[0]);
    let twice = (1..keys.len()).find(|&i| keys[..i].contains(&keys[i]));
    if let Some(twice) = twice {
        return plan_err!(
            "{} lies in two folders named {}=…, and a column has one value in a row; \
             rename one of the folders, such as {}_2=…",
            files[0].display(),
            keys[twice],
            keys[twice]
        );
    }
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

    let values = folders.iter().map(|folders| {
        let below = folders.iter().filter_map(|f| f.split_once('='));
        below.map(|(_, written)| value(written)).collect()
    });
    Ok(Some(PartitionFolders {
        keys: keys
            .iter()
            .map(|key| percent_decode_str(key).decode_utf8_lossy().into_owned())
            .collect(),
        values: values.collect(),
        base,
    }))
}

/// The order of texts is not that of numbers and days; these would have it if they were written alike.
fn note(key: &str, values: &[&str]) -> Option<String> {
    let name = quote_identifier(key);
    let is_number = |v: &&str| {
        v.parse::<f64>().is_ok_and(f64::is_finite) && !v.contains(['e', 'E', '+', 'n', 'N'])
    };
    // 01, 02 and 2026-01 are in order, and so is what has as many digits everywhere.
    let is_padded = |v: &&str| v.len() == values[0].len();
    let (first, last) = (values.first()?, values.last()?);
    if values.iter().all(is_padded) {
        return None;
    }
    let start = format!(
        "{name} is text, from folders such as {key}={first} and {key}={last}, and sorts as text;"
    );
    if values.iter().all(is_number) {
        return Some(format!(
            "{start} CAST({name} AS DOUBLE) has that of numbers"
        ));
    }
    let numbers = |text: &str| -> Option<Vec<u32>> {
        let parts = text.split('-');
        let numbers: Option<Vec<u32>> = parts.map(|part| part.parse().ok()).collect();
        numbers.filter(|n| n.len() > 1 && (1000..=9999).contains(&n[0]) && (1..=12).contains(&n[1]))
    };
    let all: Option<Vec<_>> = values.iter().map(|value| numbers(value)).collect();
    let all = all?;
    if all.iter().all(|n| n.len() == 2) {
        return Some(format!(
            "{start} to_date({name} || '-1', '%Y-%m-%d') is a day of the month"
        ));
    }
    all.iter()
        .all(|n| n.len() == 3 && (1..=31).contains(&n[2]))
        .then(|| format!("{start} to_date(CAST({name} AS VARCHAR), '%Y-%m-%d') is the day"))
}

fn folders_below(base: &FilePath, file: &FilePath) -> Vec<String> {
    let parent = Path::parent(file).unwrap_or(Path::new(""));
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

/// Whole numbers, days and flags get their type, so that `year >= 2025` compares numbers; all else is text.
/// `01` stays text: as a number it would not be found under the name it has.
fn type_of<'a>(values: impl Iterator<Item = &'a str> + Clone) -> DataType {
    let is_number = |v: &str| v.parse::<i64>().is_ok_and(|n| n.to_string() == v);
    let is_day = |v: &str| v.len() == 10 && Date32Type::parse(v).is_some();
    let is_flag = |v: &str| v.eq_ignore_ascii_case("true") || v.eq_ignore_ascii_case("false");
    let is_there = values.clone().next().is_some();
    if is_there && values.clone().all(is_number) {
        DataType::Int64
    } else if is_there && values.clone().all(is_day) {
        DataType::Date32
    } else if is_there && values.clone().all(is_flag) {
        DataType::Boolean
    } else {
        DataType::Dictionary(Box::new(DataType::UInt16), Box::new(DataType::Utf8))
    }
}
