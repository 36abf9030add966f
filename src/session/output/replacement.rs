//! A file that is written beside its place, and takes it when everything is in it and on the disk.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::unfinished::{Unfinished, beside};

pub(super) struct Replacement {
    /// The file that it makes or replaces.
    target: PathBuf,
    /// Where it is written.
    written: PathBuf,
    /// Open, and locked, until it has its name.
    file: File,
    has_its_name: bool,
    unfinished: Unfinished,
}

impl Replacement {
    /// Creates it with the rights that the file in its place has.
    pub fn create(path: &Path, unfinished: &Unfinished) -> io::Result<Self> {
        let target = behind_links(path);
        if target.is_dir() {
            return Err(io::Error::other("it is a folder"));
        }
        let written = beside(&target);
        unfinished.add(&written);
        let created = File::create(&written);
        let created = created.and_then(|file| keep_rights(&written, &target).map(|()| file));
        let file = created.inspect_err(|_| {
            let _ = fs::remove_file(&written);
            unfinished.done(&written);
        })?;
        // Where there are no locks, a process is known by its number alone.
        let _ = file.try_lock();
        Ok(Self {
            target,
            written,
            file,
            has_its_name: false,
            unfinished: unfinished.clone(),
        })
    }

    /// The file, to be written to.
    pub fn writer(&self) -> io::Result<File> {
        self.file.try_clone()
    }

    /// Comes back when everything is on the disk.
    pub fn sync(&self) -> io::Result<()> {
        match self.file.sync_all() {
            // Some file systems have no such thing.
            Err(e) if e.kind() == io::ErrorKind::Unsupported => Ok(()),
            synced => synced,
        }
    }

    /// Gives the file its name.
    pub fn take_place(&mut self) -> io::Result<()> {
        fs::rename(&self.written, &self.target)?;
        self.has_its_name = true;
        self.unfinished.done(&self.written);
        sync_folder(&self.target);
        Ok(())
    }
}

impl Drop for Replacement {
    fn drop(&mut self) {
        if !self.has_its_name {
            // The run failed or was cancelled; what cannot be removed does no harm under its other name.
            let _ = fs::remove_file(&self.written);
            self.unfinished.done(&self.written);
        }
    }
}

/// Gives several files their names, or none of them: which one could not be had, and why.
pub(super) fn take_places(files: &mut [Replacement]) -> Result<(), (PathBuf, io::Error)> {
    let olds: Vec<Option<PathBuf>> = files.iter().map(Replacement::keep_old).collect();
    let mut result = Ok(());
    for i in 0..files.len() {
        if let Err(e) = files[i].take_place() {
            for (file, old) in files[..i].iter().zip(&olds) {
                let _ = match old {
                    Some(old) => fs::rename(old, &file.target),
                    None => fs::remove_file(&file.target),
                };
            }
            result = Err((files[i].target.clone(), e));
            break;
        }
    }
    for (file, old) in files.iter().zip(olds) {
        let Some(old) = old else { continue };
        let _ = fs::remove_file(&old);
        file.unfinished.done(&old);
    }
    result
}

impl Replacement {
    /// A second name of the file that it replaces, until all have theirs.
    fn keep_old(&self) -> Option<PathBuf> {
        let old = self.written.with_extension("old.unfinished");
        self.unfinished.add(&old);
        let kept = fs::hard_link(&self.target, &old);
        if kept.is_err() {
            self.unfinished.done(&old);
        }
        kept.is_ok().then_some(old)
    }
}

/// The file that a link leads to, also if there is none yet.
fn behind_links(path: &Path) -> PathBuf {
    let mut path = path.to_path_buf();
    // As many as systems follow.
    for _ in 0..40 {
        let Ok(next) = fs::read_link(&path) else {
            break;
        };
        path = match path.parent() {
            Some(folder) => folder.join(next),
            None => next,
        };
    }
    path
}

/// Comes back when a file, or all files of a folder, are on the disk.
pub(in crate::session) fn sync(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            sync(&entry?.path())?;
        }
        sync_folder(&path.join("."));
        return Ok(());
    }
    match File::options().append(true).open(path)?.sync_all() {
        // Some file systems have no such thing.
        Err(e) if e.kind() == io::ErrorKind::Unsupported => Ok(()),
        synced => synced,
    }
}

/// Gives a file the rights of the one that it replaces, if there is one.
pub(in crate::session) fn keep_rights(written: &Path, target: &Path) -> io::Result<()> {
    match fs::metadata(target) {
        Ok(old) => fs::set_permissions(written, old.permissions()),
        Err(_) => Ok(()),
    }
}

/// The name of a file is a part of its folder.
pub(in crate::session) fn sync_folder(file: &Path) {
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    if cfg!(unix) {
        // The file is whole in any case.
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn several_files_have_their_names_or_none() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        fs::write(path("a"), "old").expect("a file");
        let unfinished = Unfinished::default();
        let files = ["a", "b", "c"].map(|name| {
            let file = Replacement::create(&path(name), &unfinished).expect("it can be written");
            let mut writer = file.writer().expect("it is open");
            writer.write_all(b"new").expect("there is room");
            file
        });
        let mut files = Vec::from(files);
        // Somebody makes a folder of this name meanwhile.
        fs::create_dir_all(path("c/d")).expect("a folder");
        let (failed, _) = take_places(&mut files).expect_err("c is a folder");
        assert_eq!(failed, path("c"));
        drop(files);
        let names = || {
            let entries = fs::read_dir(folder.path()).expect("the folder");
            let mut names: Vec<_> = entries.flatten().map(|e| e.file_name()).collect();
            names.sort();
            names
        };
        assert_eq!(names(), ["a", "c"]);
        assert_eq!(fs::read_to_string(path("a")).expect("a"), "old");

        fs::remove_dir_all(path("c")).expect("ours");
        let files = ["a", "b", "c"].map(|name| Replacement::create(&path(name), &unfinished));
        let mut files: Vec<_> = files.into_iter().flatten().collect();
        take_places(&mut files).expect("nothing is in the way");
        drop(files);
        assert_eq!(names(), ["a", "b", "c"]);
    }
}
