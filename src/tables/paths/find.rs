//! From a path to the files it means.
//!
//! A path that exists is taken as it is, also when it has brackets in its name; only then is it a glob.
//! A glob that matches nothing is tried again with partition folders left out of the paths.
//! What lies beside the tables of a folder and looks like data is said in a note.

use std::io;
use std::path::{Component, Path, PathBuf};

use datafusion::common::plan_err;
use datafusion::error::Result;
use glob::MatchOptions;

use super::archives;
use super::braces;
use super::walk::{self, is_left_out, walk};
use crate::tables::formats::format;
use crate::tables::formats::kind::{EXTENSIONS, FileKind};
use crate::tables::storage::FilePath;
use crate::tables::words::closest;
use crate::tables::workbook::path_and_sheet;

/// The files of a path.
pub(in crate::tables) struct FoundFiles {
    /// The folder that partition folders are looked for in; a file named by itself has none.
    pub base: Option<FilePath>,
    /// Never empty, in the order of their names.
    pub files: Vec<FilePath>,
    /// What a reader should know about files that are not among them.
    pub notes: Vec<String>,
}

/// Whether a name in SQL can only be meant as a path: it has a separator, a glob character or a known ending.
pub fn looks_like_a_path(name: &str) -> bool {
    let path = Path::new(path_and_sheet(name).0);
    name.contains(['/', '\\'])
        || is_glob(name)
        || format::of(path).is_some()
        || format::is_of_data(path)
}

/// Whether a file of this name is read where it is found in a folder.
pub(crate) fn is_of_a_table(name: &str) -> bool {
    format::of(Path::new(name)).is_some()
}

/// Whether it is one that COPY may have written: nobody writes a workbook for it to be read again alone.
pub(crate) fn may_be_written(name: &str) -> bool {
    format::of(Path::new(name)).is_some_and(|format| format.kind != FileKind::Workbook)
}

pub(in crate::tables) fn find(path: &FilePath) -> Result<FoundFiles> {
    let mut found = by_name(path)?;
    let (files, notes) = archives::unpacked(found.files)?;
    found.files = files;
    found.notes.extend(notes);
    // To open a pipe would wait for whoever writes to it.
    let is_no_file = |path: &&FilePath| path.metadata().is_ok_and(|m| m.is_dir || m.is_other);
    if let Some(other) = found.files.iter().find(is_no_file) {
        return plan_err!(
            "{} is a pipe or a device, not a file, and a table is read more than once; save its content, cat {} > \
             rows.csv, and read 'rows.csv'",
            other.display(),
            other.display()
        );
    }
    Ok(found)
}

fn by_name(path: &FilePath) -> Result<FoundFiles> {
    if let Some(files) = archives::named(path) {
        return Ok(FoundFiles {
            base: None,
            files: files?,
            notes: vec![],
        });
    }
    let text = &path.to_string_lossy();
    // To ask a store for a pattern as if it were a name is a request for nothing.
    if path.is_remote() && is_glob(text) {
        return by_patterns(path);
    }
    match path.metadata() {
        Ok(m) if m.is_dir => in_folder(path),
        Ok(_) => Ok(FoundFiles {
            base: None,
            files: vec![path.clone()],
            notes: vec![],
        }),
        Err(_) if is_glob(text) => by_patterns(path),
        Err(e) if e.kind() == io::ErrorKind::NotFound => plan_err!("{}", missing(path, &e)),
        Err(e) => plan_err!("{} cannot be opened: {e}", path.display()),
    }
}

fn is_glob(path: &str) -> bool {
    path.contains(['*', '?', '[']) || braces::has_alternatives(path)
}

fn in_folder(folder: &FilePath) -> Result<FoundFiles> {
    let below = walk(folder)?;
    below.refuse_broken(|_| true)?;
    let (files, others): (Vec<_>, Vec<_>) = below
        .files
        .into_iter()
        .partition(|f| format::of(f).is_some());
    if !files.is_empty() {
        let (files, links) = walk::each_once(sorted(files));
        let mut notes = Vec::from_iter(links);
        let data = others.into_iter().filter(|f| format::is_of_data(f));
        notes.extend(beside(folder, data.collect(), below.left_out));
        return Ok(FoundFiles {
            base: Some(folder.clone()),
            files,
            notes,
        });
    }
    match others.first() {
        None => plan_err!(
            "folder {} is empty: there is no file in it",
            folder.display()
        ),
        Some(other) => {
            let named = match format::is_text(other) {
                true => format!(
                    "; name those that are CSV with a pattern, '{}/*.{}'",
                    folder.display().to_string().trim_end_matches('/'),
                    other.extension().unwrap_or_default().to_string_lossy()
                ),
                false => String::new(),
            };
            plan_err!(
                "folder {} has no file that can be read as a table (it has, for example, {}); the known endings are \
                 {}{named}",
                folder.display(),
                other.display(),
                EXTENSIONS.join(", ")
            )
        }
    }
}

/// What is said about files in a folder that look like data and are not read.
fn beside(folder: &FilePath, others: Vec<FilePath>, hidden: Vec<FilePath>) -> Vec<String> {
    let known = EXTENSIONS.join(", ");
    let why_other = format!("the ending is none of {known}");
    let why_hidden = "a name that begins with _ marks files that are not data".to_string();
    let note = |(files, why): (Vec<FilePath>, String)| {
        let files = sorted(files);
        let first = files.first()?.display();
        let folder = folder.display();
        Some(match files.len() {
            1 => format!("{first} is not read as part of {folder}: {why}"),
            n => {
                format!("{n} files are not read as part of {folder} ({first}, for example): {why}")
            }
        })
    };
    [(others, why_other), (hidden, why_hidden)]
        .into_iter()
        .filter_map(note)
        .collect()
}

fn sorted(mut files: Vec<FilePath>) -> Vec<FilePath> {
    files.sort();
    files
}

const OPTIONS: MatchOptions = MatchOptions {
    case_sensitive: true,
    require_literal_separator: true,
    require_literal_leading_dot: true,
};

/// The files of a pattern and of all its alternatives.
fn by_patterns(path: &FilePath) -> Result<FoundFiles> {
    let pattern = &*path.to_string_lossy();
    let mut notes = vec![];
    let mut files = vec![];
    let mut empty = vec![];
    let alternatives = braces::expand(pattern);
    for one in &alternatives {
        let found = by_glob(&path.at(one))?;
        if found.is_empty() {
            empty.push(one);
        }
        files.extend(found);
    }
    let base = fixed_part(path);
    if files.is_empty() {
        let why = if base.is_dir() {
            format!("nothing in {} matches", shown_folder(&base))
        } else {
            format!("there is no folder {}", base.display())
        };
        return plan_err!("no file matches {pattern}: {why}");
    }
    if let Some(first) = empty.first() {
        notes.push(match empty.len() {
            1 => format!("no file matches {first}, one of the alternatives of {pattern}"),
            n => format!(
                "no file matches {n} of the {} alternatives of {pattern}, the first of them {first}",
                alternatives.len()
            ),
        });
    }
    let (files, links) = walk::each_once(sorted(files));
    notes.extend(links);
    notes.extend(otherwise_written(path, &alternatives));
    Ok(FoundFiles {
        base: Some(base),
        files,
        notes,
    })
}

/// The files of one pattern, in no order; a path without characters of a pattern is one too.
fn by_glob(path: &FilePath) -> Result<Vec<FilePath>> {
    let pattern = &*path.to_string_lossy();
    let mut files = vec![];
    let mut add = |path: FilePath| -> Result<()> {
        if path.is_dir() {
            let below = walk(&path)?;
            below.refuse_broken(|_| true)?;
            let of_tables = below.files.into_iter().filter(|f| format::of(f).is_some());
            files.extend(of_tables);
        } else if !is_left_out(&path) {
            files.push(path);
        }
        Ok(())
    };
    let compiled = glob::Pattern::new(pattern);
    let base = fixed_part(path);
    match compiled {
        Err(e) => return plan_err!("{pattern} is not a pattern for file names: {e}"),
        // The walk knows links that lead in circles; those of the pattern's own would be followed for ever.
        Ok(compiled) if pattern.contains("**") || path.is_remote() => {
            // Of a store the list itself tells whether there is a folder, or why there is no list.
            if path.is_remote() || base.is_dir() {
                files = below(&base, &compiled, OPTIONS)?;
            }
        }
        Ok(_) => {
            let paths = glob::glob_with(pattern, OPTIONS);
            for path in paths.into_iter().flatten() {
                match path {
                    Ok(path) if is_left_out(&path) => {}
                    Ok(path) => add(FilePath::of_disk(path))?,
                    Err(e) => return plan_err!("{pattern}: {e}"),
                }
            }
        }
    }
    if files.is_empty() && base.is_dir() {
        files = through_partitions(&base, pattern, OPTIONS)?;
    }
    Ok(files)
}

/// The files below a folder that match, or that lie in a folder that does.
fn below(base: &FilePath, pattern: &glob::Pattern, options: MatchOptions) -> Result<Vec<FilePath>> {
    let is_here = **base == *Path::new(".");
    let written = |path: &FilePath| match path.strip_prefix(base) {
        Ok(below) if is_here => path.at(below),
        _ => path.clone(),
    };
    let pattern = match pattern.as_str().strip_prefix("./") {
        Some(rest) => glob::Pattern::new(rest).unwrap_or_else(|_| pattern.clone()),
        None => pattern.clone(),
    };
    let matches = |path: &Path| pattern.matches_path_with(path, options);
    let walked = walk(base)?;
    let base = written(base);
    let in_one_that_matches = |path: &Path| {
        let mut folders = path
            .ancestors()
            .skip(1)
            .take_while(|folder| *folder != &*base && !folder.as_os_str().is_empty());
        folders.any(matches)
    };
    walked.refuse_broken(|broken| {
        let path = written(&broken.path);
        broken.may_be_a_folder() || matches(&path) || in_one_that_matches(&path)
    })?;
    let mut files: Vec<FilePath> = walked.files.iter().map(written).collect();
    files.retain(|file| matches(file) || (format::of(file).is_some() && in_one_that_matches(file)));
    Ok(files)
}

/// What is said about files that a pattern would match if capitals made no difference: orders.CSV beside *.csv.
fn otherwise_written(place: &FilePath, patterns: &[String]) -> Option<String> {
    let ignoring = MatchOptions {
        case_sensitive: false,
        ..OPTIONS
    };
    let compiled: Vec<_> = patterns
        .iter()
        .flat_map(|p| glob::Pattern::new(p.trim_start_matches("./")))
        .collect();
    // Whatever lies in a folder that matches is read as well.
    let matches = |path: &Path| compiled.iter().any(|p| p.matches_path_with(path, OPTIONS));
    let is_read = |path: &Path| path.ancestors().any(matches);
    let mut others: Vec<FilePath> = vec![];
    for pattern in &compiled {
        let found = match pattern.as_str().contains("**") || place.is_remote() {
            // What cannot be read is no error here, where nobody asks for it.
            true => {
                let base = fixed_part(&place.at(pattern.as_str()));
                below(&base, pattern, ignoring).unwrap_or_default()
            }
            false => {
                let paths = glob::glob_with(pattern.as_str(), ignoring);
                let paths = paths.into_iter().flatten().flatten();
                paths.map(FilePath::of_disk).collect()
            }
        };
        let is_other = |path: &FilePath| path.is_file() && !is_left_out(path) && !is_read(path);
        others.extend(found.into_iter().filter(is_other));
    }
    others.sort();
    others.dedup();
    let first = others.first()?;
    let which = match others.len() {
        1 => format!("{} is not read", first.display()),
        n => format!("{n} files are not read ({}, for example)", first.display()),
    };
    Some(format!(
        "{which}: {} matches names with the same capitals only",
        patterns[0]
    ))
}

/// The files below a folder that match when partition folders (`month=2026-01`) are left out of their
/// paths: those stand for columns, and `orders/*.parquet` means the Parquet files of all months.
fn through_partitions(
    base: &FilePath,
    pattern: &str,
    options: MatchOptions,
) -> Result<Vec<FilePath>> {
    let Ok(pattern) = glob::Pattern::new(pattern.trim_start_matches("./")) else {
        return Ok(vec![]);
    };
    let matches = |path: &Path| {
        let relative = path.strip_prefix(base).unwrap_or(path);
        let plain = relative
            .components()
            .filter(|c| !c.as_os_str().to_string_lossy().contains('='));
        let plain: PathBuf = plain.collect();
        let shown = match **base == *Path::new(".") {
            true => plain,
            false => Path::join(base, plain),
        };
        pattern.matches_path_with(&shown, options)
    };
    let walked = walk(base)?;
    walked.refuse_broken(|broken| broken.is_a_partition() || matches(&broken.path))?;
    let mut files = walked.files;
    files.retain(|file| format::of(file).is_some() && matches(file));
    Ok(files)
}

/// The folders before the first one with a glob character.
fn fixed_part(pattern: &FilePath) -> FilePath {
    if pattern.is_remote() {
        // Its components would lose one / of ://.
        let text = pattern.to_string_lossy();
        let end = text.find(['*', '?', '[', '{']).unwrap_or(text.len());
        let end = text[..end].rfind('/').unwrap_or(end);
        return pattern.at(&text[..end]);
    }
    let fixed: PathBuf = pattern
        .components()
        .take_while(|c| {
            !c.as_os_str()
                .to_string_lossy()
                .contains(['*', '?', '[', '{'])
        })
        // The paths that a pattern gives have lost their "./" too.
        .filter(|c| *c != Component::CurDir)
        .collect();
    match fixed.as_os_str().is_empty() {
        true => pattern.at("."),
        false => pattern.at(fixed),
    }
}

fn shown_folder(folder: &FilePath) -> String {
    if **folder == *Path::new(".") {
        "this folder".to_string()
    } else {
        folder.display().to_string()
    }
}

/// Says how far the path exists, and which name there is close to the one that is missing.
fn missing(path: &FilePath, error: &io::Error) -> String {
    let shown = path.display();
    let parent = match path.parent() {
        Some(p) if !p.as_os_str().is_empty() => p,
        _ => path.at("."),
    };
    // A web server has no list of its files, and a bucket that is not there says so when it is listed.
    if path.is_remote()
        && let Err(e) = parent.entries()
    {
        let why = match e.kind() {
            io::ErrorKind::Unsupported => error,
            _ => &e,
        };
        return format!("{shown} cannot be opened: {why}");
    }
    if !path.is_remote() && !parent.is_dir() {
        return format!(
            "there is no file or folder {shown}: the folder {} is missing too",
            parent.display()
        );
    }
    let wanted = path.file_name().unwrap_or_default().to_string_lossy();
    let entries = parent.entries().unwrap_or_default();
    let names = entries.iter().filter_map(|entry| entry.file_name());
    let names: Vec<String> = names
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    match closest(&wanted, names.iter().map(String::as_str)) {
        Some(name) => format!(
            "there is no file or folder {shown}; did you mean {}?",
            path.with_file_name(name).display()
        ),
        None => format!("there is no file or folder {shown}"),
    }
}
