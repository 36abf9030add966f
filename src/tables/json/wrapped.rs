//! Files that are one object around their rows, as web services answer: `{"data": [{…}, {…}], "has_more": false}`. The rows
//! are taken out of it, and a note says from where.

use std::path::{Path, PathBuf};

use datafusion::common::plan_err;
use datafusion::error::Result;

use super::types::SeenRecords;
use crate::tables::united::shape::MAX_NAMES;

/// What services call the list of the rows.
pub(super) const ROWS: &[&str] = &[
    "data", "items", "results", "records", "rows", "value", "values", "hits", "edges",
];

/// The objects of a file that is nothing but one, if its name does not say that every line is a row.
pub(super) struct OneObject<'a> {
    pub file: &'a Path,
    pub seen: &'a SeenRecords,
}

/// Whether the end of a name promises a row on each line, so that a file of one object has one row.
pub(super) fn has_rows_by_lines(file: &Path) -> bool {
    let name = file
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .to_lowercase();
    [".ndjson", ".jsonl"]
        .iter()
        .any(|ending| name.contains(ending))
}

/// The list that holds the rows of all these files, if there is one. Several in one file cannot be told apart.
pub(super) fn member(objects: &[OneObject<'_>]) -> Result<Option<Vec<String>>> {
    let mut found: Option<Vec<String>> = None;
    for OneObject { file, seen } in objects {
        let lists = seen.lists_of_objects();
        let Some(least) = lists.iter().map(Vec::len).min() else {
            // A page without rows, perhaps.
            if seen.empty_lists().is_empty() {
                return Ok(None);
            }
            continue;
        };
        let mut nearest = lists.iter().filter(|list| list.len() == least);
        let (Some(first), others) = (nearest.next(), nearest.collect::<Vec<_>>()) else {
            return Ok(None);
        };
        if let [second, ..] = others[..] {
            let all: Vec<String> = std::iter::once(first)
                .chain(others.iter().copied())
                .map(|list| list.join("."))
                .collect();
            let shown = file.display();
            return plan_err!(
                "{shown} is one object with several lists of rows, {}; say which one is the table: read_json('{shown}', records => \
                 '{}'), and not {}; records => '' reads the object as one row",
                all.join(", "),
                first.join("."),
                second.join(".")
            );
        }
        let names: Vec<String> = first.iter().map(ToString::to_string).collect();
        match &found {
            Some(other) if *other != names => return Ok(None),
            Some(_) => {}
            None => found = Some(names),
        }
    }
    // Nothing but pages without rows: they have no columns, and are no rows themselves.
    if found.is_none() {
        let is_page =
            |name: &str, object: &OneObject<'_>| object.seen.list_at(&[name.to_string()]).is_some();
        let of_all = |name: &&&str| objects.iter().all(|object| is_page(name, object));
        found = ROWS
            .iter()
            .find(of_all)
            .map(|name| vec![(*name).to_string()]);
    }
    let has_it = |object: &OneObject<'_>| {
        let list = found.as_deref().unwrap_or_default();
        object.seen.list_at(list).is_some()
    };
    match objects.iter().all(has_it) {
        true => Ok(found),
        false => Ok(None),
    }
}

/// The list that was asked for, which every file has.
pub(super) fn asked(
    records: &str,
    objects: &[OneObject<'_>],
    files: &[PathBuf],
) -> Result<Option<Vec<String>>> {
    if records.is_empty() {
        return Ok(None);
    }
    // A name may have a point in it.
    let whole = vec![records.to_string()];
    let is_name = !objects.is_empty()
        && objects
            .iter()
            .all(|object| object.seen.list_at(&whole).is_some());
    let path = match is_name {
        true => whole,
        false => records.split('.').map(String::from).collect(),
    };
    if objects.len() < files.len() {
        let is_object =
            |file: &&PathBuf| objects.iter().any(|object| object.file == file.as_path());
        let other = files.iter().find(|file| !is_object(file));
        let shown = other.map_or(String::new(), |file| file.display().to_string());
        return plan_err!(
            "records => '{records}' is for files that are one object around their rows, and {shown} has its rows one by one; \
             read_json('{shown}') reads them"
        );
    }
    for OneObject { file, seen } in objects {
        if seen.list_at(&path).is_none() {
            let shown = file.display();
            let lists: Vec<String> = seen
                .lists_of_objects()
                .iter()
                .map(|list| list.join("."))
                .collect();
            let there = match lists.first() {
                Some(first) => format!(
                    "it has {}: read_json('{shown}', records => '{first}')",
                    lists.join(", ")
                ),
                None => {
                    format!("it has none: read_json('{shown}', records => '') reads it as one row")
                }
            };
            return plan_err!("{shown} has no list of rows {records}; {there}");
        }
    }
    Ok(Some(path))
}

/// What is said of rows that were taken out of their object.
pub(super) fn note(objects: &[OneObject<'_>], member: &[String]) -> Option<String> {
    let first = objects.first()?;
    let file = first.file.display();
    let beside: Vec<&str> = first
        .seen
        .names()
        .into_iter()
        .filter(|name| Some(*name) != member.first().map(String::as_str))
        .collect();
    let without = match beside.len() {
        0 => String::new(),
        n if n > MAX_NAMES => format!(
            ", and not what stands beside it: {} and {} more",
            beside[..MAX_NAMES].join(", "),
            n - MAX_NAMES
        ),
        _ => format!(", and not what stands beside it: {}", beside.join(", ")),
    };
    let which = match objects.len() {
        1 => format!("{file} is one object around its rows"),
        n => format!("{n} files are one object around their rows ({file}, for example)"),
    };
    Some(format!(
        "{which}: those of the list {} are read{without}; read_json('{file}', records => '') reads the object as one row",
        member.join(".")
    ))
}
