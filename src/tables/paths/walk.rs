//! The files below a folder.
//!
//! Links are followed, but never in circles. Hidden files and those that begin with `_` (`_SUCCESS`, `_temporary`) are
//! left out, as every tool that writes such folders expects.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use datafusion::common::plan_err;
use datafusion::error::{DataFusionError, Result};

use crate::tables::formats::format;

/// What there is below a folder.
#[derive(Default)]
pub(in crate::tables) struct Below {
    pub files: Vec<PathBuf>,
    /// Files that have the ending of a table and are left out for the begin of their names.
    pub left_out: Vec<PathBuf>,
    broken: Vec<Broken>,
}

/// A link that leads nowhere, or a folder that cannot be read.
#[derive(Debug)]
pub(super) struct Broken {
    pub path: PathBuf,
    why: String,
}

impl Broken {
    /// Whether files that are wanted may be below it. The names of files have an ending, those of folders mostly none.
    pub fn may_be_a_folder(&self) -> bool {
        self.is_a_partition() || self.path.extension().is_none()
    }

    pub fn is_a_partition(&self) -> bool {
        let name = self.path.file_name().unwrap_or_default();
        name.as_encoded_bytes().contains(&b'=')
    }
}

impl Below {
    /// Refuses what cannot be read and is wanted: it would be a missing part of the data.
    pub fn refuse_broken(&self, is_wanted: impl Fn(&Broken) -> bool) -> Result<()> {
        match self.broken.iter().find(|broken| is_wanted(broken)) {
            Some(broken) => plan_err!("{}", broken.why),
            None => Ok(()),
        }
    }
}

/// Everything below a folder.
pub(in crate::tables) fn walk(folder: &Path) -> Result<Below> {
    let mut below = Below::default();
    into(folder, &mut vec![], &mut below)?;
    Ok(below)
}

/// `crossed` are the folders of the links that were followed on the way.
fn into(folder: &Path, crossed: &mut Vec<PathBuf>, below: &mut Below) -> Result<()> {
    let in_this = |e: io::Error| {
        DataFusionError::Plan(format!("folder {} cannot be read: {e}", folder.display()))
    };
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(e) => {
            below.broken.push(Broken {
                path: folder.to_path_buf(),
                why: format!("folder {} cannot be read: {e}", folder.display()),
            });
            return Ok(());
        }
    };
    for entry in entries {
        let entry = entry.map_err(in_this)?;
        let path = entry.path();
        if is_left_out(&path) {
            let is_file = entry.file_type().is_ok_and(|t| t.is_file());
            let name = entry.file_name();
            if is_file && name.as_encoded_bytes().starts_with(b"_") && format::of(&path).is_some() {
                below.left_out.push(path);
            }
            continue;
        }
        let is_link = entry.file_type().map_err(in_this)?.is_symlink();
        match fs::metadata(&path) {
            Ok(m) if m.is_dir() && is_link => {
                let (here, target) = (real(folder)?, real(&path)?);
                crossed.push(here);
                // Whoever went through this link before, or lives below its target, has seen it all.
                if !crossed.iter().any(|passed| passed.starts_with(&target)) {
                    into(&path, crossed, below)?;
                }
                crossed.pop();
            }
            Ok(m) if m.is_dir() => into(&path, crossed, below)?,
            Ok(_) => below.files.push(path),
            Err(e) => below.broken.push(Broken {
                why: format!("{} cannot be opened: {e}", path.display()),
                path,
            }),
        }
    }
    Ok(())
}

fn real(path: &Path) -> Result<PathBuf> {
    fs::canonicalize(path)
        .map_err(|e| DataFusionError::Plan(format!("{} cannot be opened: {e}", path.display())))
}

pub(super) fn is_left_out(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    // A partition folder may begin with an underscore: _year=2026. Office marks open files with ~$orders.xlsx.
    name.starts_with('.')
        || name.starts_with("~$")
        || (name.starts_with('_') && !name.contains('='))
}

/// Each file once, however many links lead to it, and what is said about those that are left out.
pub(super) fn each_once(files: Vec<PathBuf>) -> (Vec<PathBuf>, Option<String>) {
    let mut seen = std::collections::HashMap::new();
    let mut once: Vec<PathBuf> = Vec::with_capacity(files.len());
    let mut links: Vec<(PathBuf, usize)> = vec![];
    for file in files {
        let real = fs::canonicalize(&file).unwrap_or_else(|_| file.clone());
        match seen.get(&real) {
            None => {
                seen.insert(real, once.len());
                once.push(file);
            }
            Some(&at) => {
                // The name that is no link is the one to speak of.
                let is_plain = |f: &Path| std::path::absolute(f).is_ok_and(|f| f == real);
                let other = match is_plain(&file) && !is_plain(&once[at]) {
                    true => std::mem::replace(&mut once[at], file),
                    false => file,
                };
                links.push((other, at));
            }
        }
    }
    let note = links.first().map(|(link, at)| {
        let what = match links.len() {
            1 => String::new(),
            n => format!(", and {} more", n - 1),
        };
        format!(
            "{} is the same file as {}{what}; each file is read once",
            link.display(),
            once[*at].display()
        )
    });
    once.sort();
    (once, note)
}
