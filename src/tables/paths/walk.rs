//! The files below a folder.
//!
//! Links are followed, but never in circles. Hidden files and those that begin with `_` (`_SUCCESS`, `_temporary`) are
//! left out, as every tool that writes such folders expects.

use std::path::Path;

use datafusion::common::plan_err;
use datafusion::error::{DataFusionError, Result};

use crate::tables::formats::format;
use crate::tables::storage::FilePath;

/// What there is below a folder.
#[derive(Default)]
pub(in crate::tables) struct Below {
    pub files: Vec<FilePath>,
    /// Files that have the ending of a table and are left out for the begin of their names.
    pub left_out: Vec<FilePath>,
    broken: Vec<Broken>,
}

/// A link that leads nowhere, or a folder that cannot be read.
#[derive(Debug)]
pub(super) struct Broken {
    pub path: FilePath,
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
pub(in crate::tables) fn walk(folder: &FilePath) -> Result<Below> {
    let mut below = Below::default();
    match folder.all_below() {
        // A store lists all of them at once, whatever folders their names have.
        Some(Ok(files)) => {
            for file in files {
                of_store(folder, file, &mut below);
            }
        }
        Some(Err(e)) => return plan_err!("folder {} cannot be read: {e}", folder.display()),
        None => into(folder, &mut vec![], &mut below)?,
    }
    Ok(below)
}

/// Takes an object by the rules that hold for files of a disk.
fn of_store(folder: &FilePath, file: FilePath, below: &mut Below) {
    let base = folder.as_ref();
    let folders = Path::ancestors(&file)
        .skip(1)
        .take_while(|above| *above != base);
    if folders.into_iter().any(is_left_out) {
        return;
    }
    if !is_left_out(&file) {
        below.files.push(file);
        return;
    }
    let name = file.file_name().unwrap_or_default();
    if name.as_encoded_bytes().starts_with(b"_") && format::of(&file).is_some() {
        below.left_out.push(file);
    }
}

/// `crossed` are the folders of the links that were followed on the way.
fn into(folder: &FilePath, crossed: &mut Vec<FilePath>, below: &mut Below) -> Result<()> {
    let entries = match folder.entries() {
        Ok(entries) => entries,
        Err(e) => {
            below.broken.push(Broken {
                path: folder.clone(),
                why: format!("folder {} cannot be read: {e}", folder.display()),
            });
            return Ok(());
        }
    };
    for path in entries {
        if is_left_out(&path) {
            let name = path.file_name().unwrap_or_default();
            let begins_so = name.as_encoded_bytes().starts_with(b"_");
            if begins_so && format::of(&path).is_some() && !path.is_symlink() && path.is_file() {
                below.left_out.push(path);
            }
            continue;
        }
        let is_link = path.is_symlink();
        match path.metadata() {
            Ok(m) if m.is_dir && is_link => {
                let (here, target) = (real(folder)?, real(&path)?);
                crossed.push(here);
                // Whoever went through this link before, or lives below its target, has seen it all.
                if !crossed.iter().any(|passed| passed.starts_with(&target)) {
                    into(&path, crossed, below)?;
                }
                crossed.pop();
            }
            Ok(m) if m.is_dir => into(&path, crossed, below)?,
            Ok(_) => below.files.push(path),
            Err(e) => below.broken.push(Broken {
                why: format!("{} cannot be opened: {e}", path.display()),
                path,
            }),
        }
    }
    Ok(())
}

fn real(path: &FilePath) -> Result<FilePath> {
    path.canonicalize()
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
pub(super) fn each_once(files: Vec<FilePath>) -> (Vec<FilePath>, Option<String>) {
    let mut seen = std::collections::HashMap::new();
    let mut once: Vec<FilePath> = Vec::with_capacity(files.len());
    let mut links: Vec<(FilePath, usize)> = vec![];
    for file in files {
        let real = file.canonicalize().unwrap_or_else(|_| file.clone());
        match seen.get(&*real) {
            None => {
                seen.insert(real.to_path_buf(), once.len());
                once.push(file);
            }
            Some(&at) => {
                // The name that is no link is the one to speak of.
                let is_plain = |f: &Path| std::path::absolute(f).is_ok_and(|f| f == *real);
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
