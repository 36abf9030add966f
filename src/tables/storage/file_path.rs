//! The path of a file or folder, wherever it is.

use std::cmp::Ordering;
use std::fmt;
use std::fs;
use std::hash::{Hash, Hasher};
use std::io;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;

use super::metadata::FileMetadata;
use super::opened_file::OpenedFile;
use super::remote::Remote;
use super::remote_file::RemoteFile;

/// Files of so many bytes are small.
const SMALL: u64 = 1 << 16;

/// A path, with what has the files of it. As text it is what a reader would write: `orders/2026.csv`,
/// `s3://bucket/orders/2026.csv`.
#[derive(Clone)]
pub(crate) struct FilePath {
    path: PathBuf,
    remote: Option<Arc<Remote>>,
    /// All of the file, where it is at hand.
    held: Option<Bytes>,
}

impl FilePath {
    /// A path of this computer.
    pub fn of_disk(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            remote: None,
            held: None,
        }
    }

    /// What nobody could find out about its files in this statement, because it is not allowed.
    pub fn refused(&self) -> Option<String> {
        self.remote.as_ref()?.refused.lock().clone()
    }

    /// A path of a store.
    pub(super) fn of_remote(path: String, remote: Arc<Remote>) -> Self {
        Self {
            path: path.into(),
            remote: Some(remote),
            held: None,
        }
    }

    /// Another path of the same computer or store.
    pub fn at(&self, path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            remote: self.remote.clone(),
            held: None,
        }
    }

    /// The same file with its bytes at hand, if it is a small one of a disk: for who looks at it many times now.
    pub fn held(&self) -> Self {
        let held = self.small_bytes().ok().flatten();
        Self {
            held: held.map(Bytes::from),
            ..self.clone()
        }
    }

    fn small_bytes(&self) -> io::Result<Option<Vec<u8>>> {
        if self.remote.is_some() || !self.is_file() {
            return Ok(None);
        }
        let mut bytes = vec![];
        let file = fs::File::open(&self.path)?;
        io::Read::read_to_end(&mut io::Read::take(file, SMALL + 1), &mut bytes)?;
        Ok((bytes.len() as u64 <= SMALL).then_some(bytes))
    }

    pub fn join(&self, name: impl AsRef<Path>) -> Self {
        self.at(self.path.join(name))
    }

    /// The folder that it lies in; a bucket lies in none.
    pub fn parent(&self) -> Option<Self> {
        let parent = self.path.parent()?;
        let is_within = |remote: &Arc<Remote>| remote.has(&parent.to_string_lossy());
        let is_there = self.remote.as_ref().is_none_or(is_within);
        is_there.then(|| self.at(parent))
    }

    /// Whether a folder may hold one of these files and folders, whose names end with `/`. Of a disk one asks for them one by one, of a store each
    /// would be a request.
    pub fn may_hold(&self, names: &[&str]) -> bool {
        let Some(remote) = &self.remote else {
            return true;
        };
        remote.holds_any(&self.text(), names)
    }

    pub fn is_remote(&self) -> bool {
        self.remote.is_some()
    }

    pub(super) fn remote(&self) -> Option<&Arc<Remote>> {
        self.remote.as_ref()
    }

    /// # Errors
    /// Where nothing is there, or it cannot be asked for; in words that need no more than the path beside them.
    pub fn metadata(&self) -> io::Result<FileMetadata> {
        if let Some(remote) = &self.remote {
            return remote.metadata(&self.text());
        }
        let found = fs::metadata(&self.path)?;
        Ok(FileMetadata {
            is_dir: found.is_dir(),
            is_other: !found.is_dir() && !found.is_file(),
            len: found.len(),
            modified: found.modified().ok(),
            e_tag: None,
        })
    }

    pub fn exists(&self) -> bool {
        self.metadata().is_ok()
    }

    pub fn is_dir(&self) -> bool {
        self.metadata().is_ok_and(|found| found.is_dir)
    }

    pub fn is_file(&self) -> bool {
        self.metadata()
            .is_ok_and(|found| !found.is_dir && !found.is_other)
    }

    pub fn is_symlink(&self) -> bool {
        self.remote.is_none() && self.path.is_symlink()
    }

    /// Where it is without links.
    pub fn canonicalize(&self) -> io::Result<Self> {
        match &self.remote {
            Some(_) => Ok(self.clone()),
            None => fs::canonicalize(&self.path).map(Self::of_disk),
        }
    }

    /// Opens a file for reading.
    pub(in crate::tables) fn open(&self) -> io::Result<OpenedFile> {
        if let Some(bytes) = &self.held {
            return Ok(OpenedFile::of_memory(bytes.clone()));
        }
        match &self.remote {
            Some(remote) => RemoteFile::open(remote, &self.text()).map(OpenedFile::of_remote),
            None => fs::File::open(&self.path).map(OpenedFile::of_disk),
        }
    }

    /// All bytes of a file.
    pub fn read(&self) -> io::Result<Vec<u8>> {
        let mut bytes = vec![];
        io::Read::read_to_end(&mut self.open()?, &mut bytes)?;
        Ok(bytes)
    }

    /// What lies in a folder, in no order.
    pub fn entries(&self) -> io::Result<Vec<Self>> {
        if let Some(remote) = &self.remote {
            let names = remote.entries(&self.text())?;
            return Ok(names.into_iter().map(|name| self.join(name)).collect());
        }
        let entries = fs::read_dir(&self.path)?;
        entries
            .map(|entry| entry.map(|entry| Self::of_disk(entry.path())))
            .collect()
    }

    /// All files below a folder, of a store that can list them at once.
    pub fn all_below(&self) -> Option<io::Result<Vec<Self>>> {
        let remote = self.remote.as_ref()?;
        let below = remote.below(&self.text());
        Some(below.map(|texts| texts.iter().map(|text| self.at(text)).collect()))
    }

    /// Writes a file of the disk to this place of a store; it is there when all of it has arrived.
    pub fn upload(&self, from: &Path) -> io::Result<()> {
        match &self.remote {
            Some(remote) => remote.upload(&self.text(), from),
            None => fs::copy(from, &self.path).map(drop),
        }
    }

    /// Removes a file.
    pub fn remove(&self) -> io::Result<()> {
        match &self.remote {
            Some(remote) => remote.remove(&self.text()),
            None => fs::remove_file(&self.path),
        }
    }

    /// Fetches the ends or the beginnings of files of a store side by side, before somebody looks at one after the other.
    pub fn fetch_ahead(files: &[Self], ends: bool) {
        let mut by_remote: Vec<(&Arc<Remote>, Vec<String>)> = vec![];
        for file in files {
            let Some(remote) = &file.remote else {
                continue;
            };
            match by_remote
                .iter_mut()
                .find(|(known, _)| Arc::ptr_eq(known, remote))
            {
                Some((_, texts)) => texts.push(file.text()),
                None => by_remote.push((remote, vec![file.text()])),
            }
        }
        for (remote, texts) in by_remote {
            // What is wrong with a file is said by whoever looks at it.
            let _ = remote.warm(&texts, ends);
        }
    }

    pub(super) fn text(&self) -> String {
        self.path.to_string_lossy().into_owned()
    }
}

impl Deref for FilePath {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.path
    }
}

impl AsRef<Path> for FilePath {
    fn as_ref(&self) -> &Path {
        &self.path
    }
}

impl fmt::Debug for FilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.path.fmt(f)
    }
}

impl PartialEq for FilePath {
    fn eq(&self, other: &Self) -> bool {
        self.path == other.path
    }
}

impl Eq for FilePath {}

impl PartialOrd for FilePath {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for FilePath {
    fn cmp(&self, other: &Self) -> Ordering {
        self.path.cmp(&other.path)
    }
}

impl Hash for FilePath {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.path.hash(state);
    }
}
