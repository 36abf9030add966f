//! Files that are one object around their rows, as web services answer: `{"data": [{…}, {…}], "has_more": false}`. The rows
//! are taken out of it, and a note says from where.

use std::path::{Path, PathBuf};

use datafusion::common::plan_err;
use datafusion::error::Result;

use super::types::{ListItems, SeenRecords};
use crate::tables::united::shape;

/// What services call the list of the rows.
pub(super) const ROWS: &[&str] = &[
    "data", "items", "results", "records", "rows", "value", "values", "hits", "edges",
];

/// What services write beside the rows of a page.
const OF_PAGES: &[&str] = &[
    "object",
    "url",
    "total",
    "total_count",
    "totalcount",
    "count",
    "has_more",
    "hasmore",
    "next",
    "previous",
    "prev",
    "next_page",
    "cursor",
    "next_cursor",
    "page",
    "pages",
    "per_page",
    "page_size",
    "offset",
    "limit",
    "links",
    "meta",
    "paging",
    "pagination",
    "status",
    "success",
    "ok",
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
    // The list without an item that a page may have its rows in.
    let mut empty: Option<Vec<String>> = None;
    for object in objects {
        match rows_of(object)? {
            RowsOf::List(names) => match &found {
                Some(other) if *other != names => return Ok(None),
                Some(_) => {}
                None => found = Some(names),
            },
            RowsOf::Empty(names) => empty = empty.or(Some(names)),
            // A page without rows, perhaps.
            RowsOf::Unknown if !object.seen.empty_lists().is_empty() => {}
            RowsOf::Unknown => return Ok(None),
        }
    }
    // Nothing but pages without rows: they have no columns, and are no rows themselves.
    let found = found.or(empty);
    let has_it = |object: &OneObject<'_>| {
        let list = found.as_deref().unwrap_or_default();
        object.seen.list_at(list).is_some()
    };
    match objects.iter().all(has_it) {
        true => Ok(found),
        false => Ok(None),
    }
}

/// Where the rows of an object are.
enum RowsOf {
    List(Vec<String>),
    /// In a list that is called so, and has none.
    Empty(Vec<String>),
    Unknown,
}

/// The lists in an object, by the names that lead to each.
type Lists<'a> = Vec<(Vec<&'a str>, ListItems)>;

/// A list is that of the rows if it is called so, or if nothing stands beside it but what services write beside rows: the
/// lines of an order are none.
fn rows_of(OneObject { file, seen }: &OneObject<'_>) -> Result<RowsOf> {
    let owned = |path: &[&str]| path.iter().map(ToString::to_string).collect::<Vec<_>>();
    let named = nearest(called_rows(seen));
    let is_empty = !named.iter().any(has_objects);
    let lists = match named.first() {
        None => alone(seen),
        Some((path, ListItems::Nothing)) if is_empty => return Ok(RowsOf::Empty(owned(path))),
        Some(_) => named,
    };
    let lists = lists.iter().filter(|list| has_objects(list));
    let lists: Vec<&[&str]> = lists.map(|(path, _)| path.as_slice()).collect();
    match lists[..] {
        // Lists of lists, perhaps, whose values have no names.
        [] => Ok(RowsOf::Unknown),
        [only] => Ok(RowsOf::List(owned(only))),
        [first, second, ..] => {
            let all: Vec<String> = lists.iter().map(|list| list.join(".")).collect();
            let shown = file.display();
            plan_err!(
                "{shown} is one object with several lists of rows, {}; say which one is the table: read_json('{shown}', records \
                 => '{}'), and not {}; records => '' reads the object as one row",
                all.join(", "),
                first.join("."),
                second.join(".")
            )
        }
    }
}

/// The lists that are called as those of rows are.
fn called_rows(seen: &SeenRecords) -> Lists<'_> {
    let is_called_so = |(path, items): &(Vec<&str>, ListItems)| {
        let has_name = path.last().is_some_and(|name| ROWS.contains(name));
        let is_of_rows = match items {
            ListItems::Objects => true,
            // A value of the object, unless the object is there for nothing else.
            ListItems::Lists | ListItems::Nothing => path.len() == 1 || is_alone(seen, path, &[]),
            ListItems::Values => false,
        };
        has_name && is_of_rows
    };
    seen.lists().into_iter().filter(is_called_so).collect()
}

/// The lists of objects that have nothing beside them but each other, and what services write beside rows.
fn alone(seen: &SeenRecords) -> Lists<'_> {
    let is_of_pages = |path: &[&str]| path.last().is_some_and(|name| is_of_pages(name));
    let lists = seen.lists().into_iter();
    let lists = nearest(
        lists
            .filter(|list| has_objects(list) && !is_of_pages(&list.0))
            .collect(),
    );
    match lists.first() {
        Some((first, _)) if is_alone(seen, first, &lists) => lists,
        _ => vec![],
    }
}

/// Whether nothing stands beside a list but what services write beside rows, and these others.
fn is_alone(seen: &SeenRecords, path: &[&str], others: &[(Vec<&str>, ListItems)]) -> bool {
    let is_other = |name: &str| others.iter().any(|(path, _)| path.contains(&name));
    let beside = seen.beside(path);
    beside
        .iter()
        .all(|name| is_of_pages(name) || is_other(name))
}

/// Whether services write something of this name beside rows.
pub(super) fn is_of_pages(name: &str) -> bool {
    OF_PAGES.contains(&name.to_lowercase().as_str())
}

fn has_objects((_, items): &(Vec<&str>, ListItems)) -> bool {
    *items == ListItems::Objects
}

/// Those that the fewest names lead to.
fn nearest(lists: Lists<'_>) -> Lists<'_> {
    let least = lists.iter().map(|(path, _)| path.len()).min();
    let lists = lists.into_iter();
    lists
        .filter(|(path, _)| Some(path.len()) == least)
        .collect()
}

/// Refuses an object whose rows are lists: as one row it would be a table that nobody means.
pub(super) fn refuse_lists(OneObject { file, seen }: &OneObject<'_>) -> Result<()> {
    let lists = called_rows(seen);
    let is_of_lists = |(_, items): &&(Vec<&str>, ListItems)| *items == ListItems::Lists;
    let Some((path, _)) = lists.iter().find(is_of_lists) else {
        return Ok(());
    };
    let shown = file.display();
    plan_err!(
        "{shown} is a single object, and the rows in its list {} are lists, whose values have no names; a table in JSON is one \
         object after the other, or an array of objects: pandas writes one with orient='records'; read_json('{shown}', \
         records => '') reads the object as one row",
        path.join(".")
    )
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
        _ => format!(", and not what stands beside it: {}", shape::names(&beside)),
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
