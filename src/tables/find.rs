//! From a path to the files it means.
//!
//! A path that exists is taken as it is, also when it has brackets in its name; only then is it a glob.
//! A glob that matches nothing is tried again with partition folders left out of the paths.
//! Hidden files and those that begin with `_` (`_SUCCESS`, `_temporary`) are left out of folders and globs,
//! as every tool that writes such folders expects.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use datafusion::common::plan_err;
use datafusion::error::{DataFusionError, Result};
use glob::MatchOptions;

use super::format;

/// The files of a path.
pub(super) struct Found {
    /// The folder that partition folders are looked for in; a file named by itself has none.
    pub base: Option<PathBuf>,
    /// Never empty, in the order of their names.
    pub files: Vec<PathBuf>,
}

/// Whether a name in SQL can only be meant as a path: it has a separator, a glob character or a known ending.
pub fn looks_like_a_path(name: &str) -> bool {
    name.contains(['/', '\\']) || is_glob(name) || format::of(Path::new(name)).is_some()
}

pub(super) fn find(path: &str) -> Result<Found> {
    if path.contains("://") {
        return plan_err!("{path} is an address; kpi-sql opens files and folders of this computer");
    }
    let literal = Path::new(path);
    match fs::metadata(literal) {
        Ok(m) if m.is_dir() => in_folder(literal),
        Ok(_) => Ok(Found {
            base: None,
            files: vec![literal.to_path_buf()],
        }),
        Err(_) if is_glob(path) => by_glob(path),
        Err(e) if e.kind() == io::ErrorKind::NotFound => plan_err!("{}", missing(literal)),
        Err(e) => plan_err!("{path} cannot be opened: {e}"),
    }
}

fn is_glob(path: &str) -> bool {
    path.contains(['*', '?', '['])
}

fn in_folder(folder: &Path) -> Result<Found> {
    let mut all = vec![];
    walk(folder, &mut all)?;
    let (mut files, others): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|f| format::of(f).is_some());
    files.sort();
    if !files.is_empty() {
        return Ok(Found {
            base: Some(folder.to_path_buf()),
            files,
        });
    }
    match others.first() {
        None => plan_err!(
            "folder {} is empty: there is no file in it",
            folder.display()
        ),
        Some(other) => plan_err!(
            "folder {} has no file that can be read as a table (it has, for example, {}); \
             the endings known are {}",
            folder.display(),
            other.display(),
            format::EXTENSIONS.join(", ")
        ),
    }
}

fn walk(folder: &Path, into: &mut Vec<PathBuf>) -> Result<()> {
    let in_this = |e: io::Error| {
        DataFusionError::Plan(format!("folder {} cannot be read: {e}", folder.display()))
    };
    for entry in fs::read_dir(folder).map_err(in_this)? {
        let path = entry.map_err(in_this)?.path();
        if is_left_out(&path) {
            continue;
        }
        // A link is followed; one that leads nowhere is an error, not a missing part of the data.
        match fs::metadata(&path) {
            Ok(m) if m.is_dir() => walk(&path, into)?,
            Ok(_) => into.push(path),
            Err(e) => return plan_err!("{} cannot be opened: {e}", path.display()),
        }
    }
    Ok(())
}

fn is_left_out(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    // A partition folder may begin with an underscore: _year=2026.
    name.starts_with('.') || (name.starts_with('_') && !name.contains('='))
}

fn by_glob(pattern: &str) -> Result<Found> {
    let options = MatchOptions {
        case_sensitive: true,
        require_literal_separator: true,
        require_literal_leading_dot: true,
    };
    let paths = match glob::glob_with(pattern, options) {
        Ok(paths) => paths,
        Err(e) => return plan_err!("{pattern} is not a pattern for file names: {e}"),
    };
    let mut files = vec![];
    for path in paths {
        match path {
            Ok(path) if is_left_out(&path) => {}
            Ok(path) if path.is_dir() => {
                let mut below = vec![];
                walk(&path, &mut below)?;
                files.extend(below.into_iter().filter(|f| format::of(f).is_some()));
            }
            Ok(path) => files.push(path),
            Err(e) => return plan_err!("{pattern}: {e}"),
        }
    }
    let base = fixed_part(pattern);
    if files.is_empty() && base.is_dir() {
        files = through_partitions(&base, pattern, options)?;
    }
    files.sort();
    if files.is_empty() {
        let why = if base.is_dir() {
            format!("nothing in {} matches", shown_folder(&base))
        } else {
            format!("there is no folder {}", base.display())
        };
        return plan_err!("no file matches {pattern}: {why}");
    }
    Ok(Found {
        base: Some(base),
        files,
    })
}

/// The files below a folder that match when partition folders (`month=2026-01`) are left out of their
/// paths: those stand for columns, and `orders/*.parquet` means the Parquet files of all months.
fn through_partitions(base: &Path, pattern: &str, options: MatchOptions) -> Result<Vec<PathBuf>> {
    let Ok(pattern) = glob::Pattern::new(pattern.trim_start_matches("./")) else {
        return Ok(vec![]);
    };
    let mut files = vec![];
    walk(base, &mut files)?;
    files.retain(|file| {
        let relative = file.strip_prefix(base).unwrap_or(file);
        let plain = relative
            .components()
            .filter(|c| !c.as_os_str().to_string_lossy().contains('='));
        let shown = match base == Path::new(".") {
            true => plain.collect::<PathBuf>(),
            false => base.join(plain.collect::<PathBuf>()),
        };
        format::of(file).is_some() && pattern.matches_path_with(&shown, options)
    });
    Ok(files)
}

/// The folders before the first one with a glob character.
fn fixed_part(pattern: &str) -> PathBuf {
    let fixed: PathBuf = Path::new(pattern)
        .components()
        .take_while(|c| !is_glob(&c.as_os_str().to_string_lossy()))
        // The paths that a pattern gives have lost their "./" too.
        .filter(|c| *c != Component::CurDir)
        .collect();
    if fixed.as_os_str().is_empty() {
        PathBuf::from(".")
    } else {
        fixed
    }
}

fn shown_folder(folder: &Path) -> String {
    if folder == Path::new(".") {
        "this folder".to_string()
    } else {
        folder.display().to_string()
    }
}

/// Says how far the path exists, and which name there is close to the one that is missing.
fn missing(path: &Path) -> String {
    let shown = path.display();
    let parent = match path.parent() {
        Some(p) if !p.as_os_str().is_empty() => p,
        _ => Path::new("."),
    };
    if !parent.is_dir() {
        return format!(
            "there is no file or folder {shown}: the folder {} is missing too",
            parent.display()
        );
    }
    let wanted = path.file_name().unwrap_or_default().to_string_lossy();
    let names: Vec<String> = fs::read_dir(parent)
        .map(|entries| {
            entries
                .flatten()
                .map(|e| e.file_name().to_string_lossy().into_owned())
                .collect()
        })
        .unwrap_or_default();
    match closest(&wanted, names.iter().map(String::as_str)) {
        Some(name) => format!(
            "there is no file or folder {shown}; did you mean {}?",
            path.with_file_name(name).display()
        ),
        None => format!("there is no file or folder {shown}"),
    }
}

/// The candidate that differs least from `wanted`, if one is near enough to be a slip of the fingers.
pub(crate) fn closest<'a>(
    wanted: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    use datafusion::common::utils::datafusion_strsim::levenshtein;
    let wanted = wanted.to_lowercase();
    candidates
        .into_iter()
        .map(|c| (levenshtein(&wanted, &c.to_lowercase()), c))
        .filter(|(distance, c)| distance * 3 <= c.chars().count().max(wanted.chars().count()))
        .min()
        .map(|(_, c)| c)
}
