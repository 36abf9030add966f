//! Which files of zip archives a path means.

use std::path::Path;

use datafusion::common::plan_err;
use datafusion::error::Result;

use crate::tables::archive;
use crate::tables::formats::format;
use crate::tables::storage::FilePath;

/// The files of `export.zip#orders.csv` or `export.zip#*.csv`; `None` for another path.
pub(super) fn named(path: &FilePath) -> Option<Result<Vec<FilePath>>> {
    let (zip, pattern) = archive::member(path)?;
    Some(files_of_name(&zip, &pattern))
}

fn files_of_name(zip: &FilePath, name: &str) -> Result<Vec<FilePath>> {
    let all = archive::members(zip)?;
    let pattern = glob::Pattern::new(name);
    let is_it = |member: &str| member == name || pattern.as_ref().is_ok_and(|p| p.matches(member));
    let names = all.iter().map(|member| member.name.as_str());
    let found: Vec<FilePath> = names
        .clone()
        .filter(|n| is_it(n))
        .map(|n| inside(zip, n))
        .collect();
    match found.is_empty() {
        true => plan_err!(
            "{} has no file {name}; its files are {}",
            zip.display(),
            listed(names)
        ),
        false => Ok(found),
    }
}

/// The files in the place of the archives among them, and what is said of it.
pub(super) fn unpacked(files: Vec<FilePath>) -> Result<(Vec<FilePath>, Vec<String>)> {
    let mut all = vec![];
    let mut notes = vec![];
    // Of a store their beginnings are fetched side by side.
    let looked_into: Vec<_> = files
        .iter()
        .filter(|file| may_be_archive(file))
        .cloned()
        .collect();
    FilePath::fetch_ahead(&looked_into, false);
    for file in files {
        match may_be_archive(&file) && archive::is_zip(&file) {
            true => {
                let (members, note) = one_table(&file)?;
                all.extend(members);
                notes.extend(note);
            }
            false => all.push(file),
        }
    }
    Ok((all, notes))
}

/// Files of formats that have their own first bytes need no look.
fn may_be_archive(file: &FilePath) -> bool {
    let ending = file.extension().map(|ending| ending.to_ascii_lowercase());
    ending.is_none_or(|ending| ending != "parquet")
}

/// The files of an archive that are one table.
fn one_table(zip: &FilePath) -> Result<(Vec<FilePath>, Option<String>)> {
    let shown = zip.display();
    let all = archive::members(zip)?;
    let names: Vec<&str> = all.iter().map(|member| member.name.as_str()).collect();
    let is_data = |name: &&&str| format::of(Path::new(name)).is_some();
    let data: Vec<&str> = names.iter().filter(is_data).copied().collect();
    let chosen = match data.is_empty() {
        true => names.clone(),
        false => data,
    };
    let kind = |name: &str| -> String {
        let digits = |c: char| if c.is_ascii_digit() { '0' } else { c };
        let mut kind: Vec<char> = name.chars().map(digits).collect();
        kind.dedup_by(|a, b| *a == '0' && *b == '0');
        kind.into_iter().collect()
    };
    match chosen[..] {
        [] => plan_err!("{shown} is a zip archive without a file in it"),
        [one] => {
            let others = names.len() - 1;
            let note = (others > 0).then(|| {
                format!(
                    "{shown} is read as {one} in it, and not {others} more, which are no tables"
                )
            });
            Ok((vec![inside(zip, one)], note))
        }
        [first, ..] if chosen.iter().all(|name| kind(name) == kind(first)) => {
            let note = format!(
                "the {} files in {shown} ({first}, for example) are read as one table",
                chosen.len()
            );
            let files = chosen.iter().map(|name| inside(zip, name));
            Ok((files.collect(), Some(note)))
        }
        [first, ..] => {
            let ending = Path::new(first)
                .extension()
                .unwrap_or_default()
                .to_string_lossy();
            plan_err!(
                "{shown} has {} files: {}. Name one, '{shown}#{first}', or several by a pattern, '{shown}#*.{ending}'",
                chosen.len(),
                listed(chosen.iter().copied())
            )
        }
    }
}

fn inside(zip: &FilePath, name: &str) -> FilePath {
    zip.at(format!("{}#{name}", zip.display()))
}

/// The first names of many.
fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.collect();
    match names.len() {
        0..=8 => names.join(", "),
        n => format!("{} and {} more", names[..8].join(", "), n - 8),
    }
}
