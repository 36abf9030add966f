//! A file that is written beside its place, and takes it when everything is in it and on the disk.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::unfinished::{Unfinished, beside};
use crate::tables::FilePath;

pub(super) struct Replacement {
    /// The file that it makes or replaces.
    target: PathBuf,
    /// The same where it is an object of a store: the file is sent there.
    elsewhere: Option<FilePath>,
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
            elsewhere: None,
            written,
            file,
            has_its_name: false,
            unfinished: unfinished.clone(),
        })
    }

    /// Creates one that is written in a folder of this computer, and is sent to a store when it is complete.
    pub fn of_store(place: FilePath, folder: &Path, unfinished: &Unfinished) -> io::Result<Self> {
        let name = place.file_name().unwrap_or_default();
        let mut made = Self::create(&folder.join(name), unfinished)?;
        made.target = place.to_path_buf();
        made.elsewhere = Some(place);
        Ok(made)
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
        if let Some(place) = &self.elsewhere {
            return place.upload(&self.written);
        }
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
    let mut olds = vec![];
    let result = take_places_of(files, &mut olds);
    for (file, old) in files.iter().zip(olds) {
        let Some(old) = old else { continue };
        let _ = fs::remove_file(&old);
        file.unfinished.done(&old);
    }
    result
}

/// The same, and what the files were that they replace, each under its second name.
fn take_places_of(
    files: &mut [Replacement],
    olds: &mut Vec<Option<PathBuf>>,
) -> Result<(), (PathBuf, io::Error)> {
    // Without all of the second names nothing is renamed, as nothing could be put back.
    for file in files.iter() {
        let old = file.keep_old();
        olds.push(old.map_err(|e| (file.target.clone(), e))?);
    }
    for i in 0..files.len() {
        if let Err(e) = files[i].take_place() {
            for (file, old) in files[..i].iter().zip(olds) {
                let _ = match old {
                    Some(old) => fs::rename(old, &file.target),
                    None => fs::remove_file(&file.target),
                };
            }
            return Err((files[i].target.clone(), e));
        }
    }
    Ok(())
}

impl Replacement {
    /// A second name of the file that it replaces, until all have theirs; `None` if there is no such file.
    fn keep_old(&self) -> io::Result<Option<PathBuf>> {
        let old = self.written.with_extension("old.unfinished");
        self.unfinished.add(&old);
        let kept = match fs::hard_link(&self.target, &old) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => {
                // Some file systems have no second names. The file keeps its place until the new one takes it, so that it
                // is there whatever happens.
                fs::copy(&self.target, &old).map(|_| Some(old.clone()))
            }
            Err(_) => Ok(None),
            Ok(()) => Ok(Some(old.clone())),
        };
        if !matches!(kept, Ok(Some(_))) {
            let _ = fs::remove_file(&old);
            self.unfinished.done(&old);
        }
        kept
    }
}

/// The file that a link leads to, also if there is none yet.
pub(in crate::session) fn behind_links(path: &Path) -> PathBuf {
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
        // The second name of "a" cannot be had, as on file systems without hard links, and "c" was taken away.
        let files = ["a", "b", "c"].map(|name| Replacement::create(&path(name), &unfinished));
        let mut files: Vec<_> = files.into_iter().flatten().collect();
        fs::write(files[0].written.with_extension("old.unfinished"), "").expect("a file");
        fs::remove_file(&files[2].written).expect("it was written");
        let (failed, _) = take_places(&mut files).expect_err("c is not there");
        assert_eq!(failed, path("c"));
        drop(files);
        assert_eq!(names(), ["a"]);
        assert_eq!(fs::read_to_string(path("a")).expect("a"), "old");

        let files = ["a", "b", "c"].map(|name| Replacement::create(&path(name), &unfinished));
        let mut files: Vec<_> = files.into_iter().flatten().collect();
        take_places(&mut files).expect("nothing is in the way");
        drop(files);
        assert_eq!(names(), ["a", "b", "c"]);
    }
}
