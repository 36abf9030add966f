//! The path of a file or folder, wherever it is.

use std::cmp::Ordering;
use std::fmt;
use std::fs;
use std::hash::{Hash, Hasher};
use std::io;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use super::opened_file::OpenedFile;
use super::remote::Remote;

/// A path, with what has the files of it. As text it is what a reader would write: `orders/2026.csv`,
/// `s3://bucket/orders/2026.csv`.
#[derive(Clone)]
pub(crate) struct FilePath {
    path: PathBuf,
    remote: Option<Arc<Remote>>,
}

/// What is known of a file without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FileMetadata {
    pub is_dir: bool,
    /// Neither a folder nor a file: a pipe or a device.
    pub is_other: bool,
    pub len: u64,
    pub modified: Option<SystemTime>,
    /// What a server calls these bytes.
    pub e_tag: Option<String>,
}

impl FilePath {
    /// A path of this computer.
    pub fn of_disk(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            remote: None,
        }
    }

    /// A path of a store.
    pub(super) fn of_remote(path: String, remote: Arc<Remote>) -> Self {
        Self {
            path: path.into(),
            remote: Some(remote),
        }
    }

    /// Another path of the same computer or store.
    pub fn at(&self, path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            remote: self.remote.clone(),
        }
    }

    pub fn join(&self, name: impl AsRef<Path>) -> Self {
        self.at(self.path.join(name))
    }

    pub fn parent(&self) -> Option<Self> {
        self.path.parent().map(|parent| self.at(parent))
    }

    pub fn is_remote(&self) -> bool {
        self.remote.is_some()
    }

    pub(super) fn remote(&self) -> Option<&Arc<Remote>> {
        self.remote.as_ref()
    }

    /// The path on this computer, if it has one.
    pub fn on_disk(&self) -> Option<&Path> {
        self.remote.is_none().then_some(&self.path)
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
    pub fn open(&self) -> io::Result<OpenedFile> {
        match &self.remote {
            Some(remote) => remote.open(&self.text()).map(OpenedFile::of_remote),
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
